r"""The language people search in: read into a tree, said back in words, never guessed at.

hotel AND "van driver"      both; words side by side mean AND, too
hotel OR motel NOT taxi     NOT takes away; parentheses group
kovacs~1  "van driver"~3    one letter off (at most two); up to three words out of place, of several between each two
book*                       words that begin so
"van driver" NEAR/5 hotel   the two at most five words apart, in either order; NEAR alone: ten
sounds:Varga                names that sound or are transliterated alike, among the names that were found
exhibit:CG-0003 source:ocr kind:page language:ro speaker:caller custodian:"Harbour Lodge" type:application/pdf
custodian:"The \"Lodge\""   a filter takes a whole value; inside quotation marks \" is a mark and \\ a backslash
sender:+447700900123 since:2026-03-01 until:2026-04-01 review:unreviewed mentions:phone mentions:phone:+447700900123
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from typing import Final, NoReturn, TypeAlias

from evidence.errors import UsageError
from graph.index import REVIEWS
from graph.tokens import words

FIELDS = {
    "exhibit": "exhibit",
    "custodian": "custodian",
    "kind": "kind",
    "language": "language",
    "lang": "language",
    "source": "source",
    "speaker": "speaker",
    "sender": "sender",
    "type": "media_type",
    "media_type": "media_type",
    "month": "month",
    "review": "review",
    "mentions": "mentions",
    "since": "since",
    "until": "until",
    "sounds": "sounds",
}
"""What may stand before a colon, and the field of the index it means."""
_EXAMPLES: Final = {
    "exhibit": "exhibit:CG-0003", "custodian": 'custodian:"Harbour Lodge"', "kind": "kind:message", "language": "language:ro",
    "source": "source:ocr", "speaker": "speaker:caller", "sender": "sender:+447700900123", "media_type": "type:application/pdf",
    "month": "month:2026-03", "review": "review:unreviewed", "mentions": "mentions:phone or mentions:phone:+447700900123",
    "since": "since:2026-03-01", "until": "until:2026-04-01", "sounds": "sounds:Varga",
}  # fmt: skip
_MOST_OFF = 2
_MOST_APART: Final = 100
_USUALLY_APART: Final = 10
_NEAR: Final = re.compile(r"NEAR(?:/(.*))?")
_MONTH: Final = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])")
_DAY: Final = re.compile(r"\d{4}(?:-\d\d(?:-\d\d)?)?")
_DEEPEST = 50
_LONGEST_BEGINNING: Final = 200
"""Letters of a word that has more; the index takes a regular expression of at most some 980 bytes."""
_FIELD: Final = rf"(?i:{'|'.join(FIELDS)}):"
_LEXEMES: Final = re.compile(
    rf'\s+|\(|\)|-(?=["(]|\w)|(?P<field>{_FIELD}"(?:[^"\\]|\\.)*"?)|(?:[A-Za-z_]+:)?(?:"[^"]*"?(?:~\w*)?|[^\s()"]+)|(?P<odd>.)',
    re.DOTALL,
)
_QUOTED: Final = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_ESCAPED: Final = re.compile(r'\\(["\\])')


@dataclass(frozen=True, slots=True)
class Words:
    """Words in this order, at most `apart` of them out of place (a gap is one, a swap two); one word is the simplest case.

    Of more than two, each with the one after it; a swap counts only where no word stands twice in the phrase.
    """

    words: tuple[str, ...]
    apart: int = 0


@dataclass(frozen=True, slots=True)
class Near:
    """Words at most `off` letters away from this one."""

    word: str
    off: int


@dataclass(frozen=True, slots=True)
class Begins:
    """The last word only begins so; those before it stand before it."""

    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Close:
    """Both of these, the end of one at most `within` words from the beginning of the other, in either order."""

    one: Text
    other: Text
    within: int


@dataclass(frozen=True, slots=True)
class Sounds:
    """A name that was found, each of these words in it or one that sounds, is spelt or is transliterated alike."""

    name: str


@dataclass(frozen=True, slots=True)
class Named:
    """A thing of this kind and value is mentioned, candidates too."""

    kind: str
    value: str


@dataclass(frozen=True, slots=True)
class Recorded:
    """Recorded on this day or later, or before this day; what has no recorded time is not meant."""

    since: str = ""
    until: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    """A filter: the whole field has this value."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class All:
    """Every one of these."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Any:
    """At least one of these."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """None of this."""

    part: Node


Text: TypeAlias = Words | Near | Begins
Node: TypeAlias = Words | Near | Begins | Close | Sounds | Named | Recorded | Field | All | Any | Not


def leaves(node: Node) -> Iterator[Node]:
    """Yield the parts of a query that hold no others, in order."""
    match node:
        case All(parts=parts) | Any(parts=parts):
            for part in parts:
                yield from leaves(part)
        case Not(part=part):
            yield from leaves(part)
        case _:
            yield node


@dataclass(frozen=True, slots=True)
class Lexeme:
    """A piece of the query and where it stands, from 1."""

    text: str
    at: int


def parse(query: str) -> Node:
    """Return the tree of a query; raises UsageError that says where it stops making sense."""
    pieces = [
        Lexeme(match.group(), match.start() + 1) for match in _LEXEMES.finditer(query) if not match.group().isspace()
    ]
    if not pieces:
        raise UsageError("there is nothing to search for", next_step='give words, or a phrase in "quotes"')
    node = _Parser(query, pieces).whole()
    if node is None:
        raise UsageError(f"{query!r} holds no word to search for", next_step="give letters or digits")
    return node


class _Parser:
    """Reads the pieces from left to right; each method reads one rule of the grammar."""

    def __init__(self, query: str, pieces: Sequence[Lexeme]) -> None:
        self._query = query
        self._pieces = pieces
        self._next = 0
        self._depth = 0

    def whole(self) -> Node | None:
        node = self._any()
        if self._peek() == ")":
            self._fail("there is a ) without its (")
        return node

    def _any(self) -> Node | None:
        parts = [self._all()]
        while self._peek() == "OR":
            self._step(needs="OR")
            parts.append(self._all())
        return _joined(Any, parts)

    def _all(self) -> Node | None:
        if self._peek() in ("AND", "OR") or _NEAR.fullmatch(self._peek()):
            self._fail(f"{self._peek()} has nothing before it")
        parts = self._near_each_other()
        while self._peek() not in ("", ")", "OR"):
            if self._peek() == "AND":
                self._step(needs="AND")
            parts += self._near_each_other()
        return _joined(All, parts)

    def _near_each_other(self) -> list[Node | None]:
        """Read one thing, or several with NEAR between each two: then each pair of neighbours."""
        one, pairs = self._one(), list[Node | None]()
        while near := _NEAR.fullmatch(self._peek()):
            at = self._pieces[self._next].at
            within = self._within(near[1])
            self._step(needs=self._peek())
            other = self._one()
            pairs.append(self._close(one, other, within, at=at))
            one = other
        return pairs or [one]

    def _within(self, written: str | None) -> int:
        if written is None:
            return _USUALLY_APART
        if not written.isascii() or not written.isdigit() or not 1 <= int(written[:9]) <= _MOST_APART:
            self._fail(f"after NEAR/ stands a number from 1 to {_MOST_APART}, as in: van NEAR/5 driver")
        return int(written)

    def _close(self, one: Node | None, other: Node | None, within: int, *, at: int) -> Node | None:
        if one is None or other is None:
            return other if one is None else one
        for side in (one, other):
            if not isinstance(side, Words | Near | Begins) or (isinstance(side, Words) and side.apart):
                self._fail('NEAR stands between two words or phrases, as in: "van driver" NEAR/5 hotel', at=at)
        return Close(one, other, within)  # type: ignore[arg-type]

    def _one(self) -> Node | None:
        if self._peek() in ("NOT", "-"):
            self._step(needs="NOT")
            self._deeper()
            part = self._one()
            self._depth -= 1
            return None if part is None else Not(part)
        if self._peek() in ("AND", "OR") or _NEAR.fullmatch(self._peek()):
            self._fail(f"{self._peek()} stands where a word should be")
        if self._peek() == "(":
            return self._group()
        return self._term(self._take())

    def _deeper(self) -> None:
        self._depth += 1
        if self._depth > _DEEPEST:
            self._fail("too many parentheses, or NOT after NOT")

    def _group(self) -> Node | None:
        opened = self._take()
        self._deeper()
        if self._peek() in ("", ")"):
            self._fail("there is nothing between ( and )" if self._peek() else "this ( is not closed", at=opened.at)
        node = self._any()
        if self._peek() != ")":
            self._fail("this ( is not closed", at=opened.at)
        self._take()
        self._depth -= 1
        return node

    def _term(self, piece: Lexeme) -> Node | None:
        name, colon, rest = piece.text.partition(":")
        if colon and name.lower() in FIELDS:
            return self._field(FIELDS[name.lower()], rest, piece)
        if colon and name.isascii() and name.isalpha() and (meant := get_close_matches(name.lower(), FIELDS, 1, 0.8)):
            said = f'{name}: is no field; {meant[0]}: is. To search for the words, put them in quotes: "{name} {rest}"'
            self._fail(said, at=piece.at)
        if piece.text.startswith('"'):
            return self._phrase(piece)
        return self._word(piece)

    def _field(self, name: str, value: str, piece: Lexeme) -> Node:
        value = self._value(value, piece)
        if not value:
            self._fail(f"{piece.text} has no value, as in {_EXAMPLES[name]}", at=piece.at)
        match name:
            case "since" | "until":
                day = self._day(name, value, piece)
                return Recorded(since=day) if name == "since" else Recorded(until=day)
            case "sounds" if words(value):
                return Sounds(value)
            case "mentions" if ":" in value:
                kind, _, rest = value.partition(":")
                return Named(kind.lower(), rest.strip())
            case "review" if value.lower() not in REVIEWS:
                self._fail(f"review is one of {', '.join(REVIEWS)}, as in {_EXAMPLES[name]}", at=piece.at)
            case "month" if not _MONTH.fullmatch(value):
                self._fail(f"{piece.text} is no month, as in {_EXAMPLES[name]}", at=piece.at)
            case "sounds":
                self._fail(f"{piece.text} holds no word, as in {_EXAMPLES[name]}", at=piece.at)
        return Field(name, value)

    def _value(self, written: str, piece: Lexeme) -> str:
        """Return the value of a filter as it is meant, without its quotation marks."""
        quoted = written.startswith('"')
        if quoted and not _QUOTED.fullmatch(written):
            self._fail('this quote is not closed; inside one, \\" is a mark and \\\\ a backslash', at=piece.at)
        after = self._query[piece.at - 1 + len(piece.text) :][:1]
        if after and not after.isspace() and after not in "()":
            said = f'the value ends here, and {after} stands right behind it: write all of it in quotes, marks inside as \\"'
            self._fail(said, at=piece.at + len(piece.text))
        if not quoted and written.endswith("*"):
            said = (
                f'{piece.text}: a filter takes a whole value; one that ends in * stands in quotes, as in custodian:"A*"'
            )
            self._fail(said, at=piece.at)
        return (_ESCAPED.sub(r"\1", written[1:-1]) if quoted else written).strip()

    def _day(self, name: str, value: str, piece: Lexeme) -> str:
        """Return the first day of what is written: a day, a month or a year."""
        try:
            if not _DAY.fullmatch(value):
                raise ValueError(value)
            return date.fromisoformat(value + "-01-01"[len(value) - 4 :] if len(value) < 10 else value).isoformat()
        except ValueError:
            self._fail(f"{piece.text} is no day, month or year, as in {_EXAMPLES[name]}", at=piece.at)

    def _phrase(self, piece: Lexeme) -> Node | None:
        inner, quote, tail = piece.text[1:].rpartition('"')
        if not quote:
            self._fail("this quote is not closed", at=piece.at)
        found = tuple(words(inner))
        apart = self._number(tail, piece, most=_MOST_APART) if tail else 0
        return Words(found, apart) if found else None

    def _word(self, piece: Lexeme) -> Node | None:
        text, tilde, tail = piece.text.rpartition("~")
        if tilde and text and (not tail or tail.isdigit()):
            return self._near(text, f"~{tail}", piece)
        found = tuple(words(piece.text))
        if not found:
            return None
        return self._begins(found, piece) if piece.text.endswith("*") else Words(found)

    def _begins(self, found: tuple[str, ...], piece: Lexeme) -> Begins:
        for word in found:
            if len(word) > _LONGEST_BEGINNING:
                said = f"{word[:20]}… is too long for the beginning of a word: give its first {_LONGEST_BEGINNING} letters or fewer"
                self._fail(said, at=piece.at)
        return Begins(found)

    def _near(self, text: str, tail: str, piece: Lexeme) -> Node | None:
        found = words(text)
        off = self._number(tail, piece, most=_MOST_OFF)
        if len(found) > 1:
            self._fail(f"{piece.text}: ~ goes after one word", at=piece.at)
        return Near(found[0], off) if found else None

    def _number(self, tail: str, piece: Lexeme, *, most: int) -> int:
        digits = tail.removeprefix("~") or "1"
        if not digits.isascii() or not digits.isdigit() or int(digits[:9]) > most:
            self._fail(f"{piece.text}: after ~ stands a number up to {most}", at=piece.at)
        return int(digits)

    def _peek(self) -> str:
        return self._pieces[self._next].text if self._next < len(self._pieces) else ""

    def _take(self) -> Lexeme:
        piece = self._pieces[self._next]
        self._next += 1
        return piece

    def _step(self, *, needs: str) -> None:
        self._take()
        if self._peek() in ("", ")"):
            self._fail(f"{needs} has nothing after it")

    def _fail(self, why: str, *, at: int = 0) -> NoReturn:
        here = self._pieces[self._next].at if self._next < len(self._pieces) else len(self._query)
        raise UsageError(
            f"the query stops making sense at character {at or here}: {why}",
            next_step='write words, "phrases", AND, OR, NOT, NEAR/5, ( ) and field:value as in: hotel AND "van driver" kind:page',
        )


def _joined(kind: type[All] | type[Any], parts: Sequence[Node | None]) -> Node | None:
    known = tuple(part for part in parts if part is not None)
    if len(known) < 2:
        return known[0] if known else None
    return kind(known)


def understood(node: Node) -> str:
    """Return a query in words, as it was understood."""
    match node:
        case All(parts=()):
            return "everything"
        case Words(words=(word,)):
            return word
        case Words(words=found, apart=0):
            return f'the phrase "{" ".join(found)}"'
        case Words(words=found, apart=apart):
            between = ", of each two neighbours" if len(found) > 2 else ""
            return f'"{" ".join(found)}", at most {apart} {"word" if apart == 1 else "words"} out of place{between}'
        case Near(word=word, off=off):
            return f"words at most {off} {'letter' if off == 1 else 'letters'} off {word}"
        case Begins(words=found):
            return f"words that begin with {' '.join(found)}"
        case Close(one=one, other=other, within=within):
            return (
                f"{understood(one)} and {understood(other)} at most {within} {'word' if within == 1 else 'words'} apart"
            )
        case Sounds(name=name):
            return f"a name that sounds like {name}"
        case Named(kind=kind, value=value):
            return f"mentions the {kind.replace('_', ' ')} {value}"
        case Recorded(since=since, until=until):
            return f"recorded on {since} or later" if since else f"recorded before {until}"
        case Field(name=name, value=value):
            return f"{name.replace('_', ' ')} is {value}"
        case Not(part=part):
            return f"not ({understood(part)})"
        case All(parts=parts):
            return " and ".join(_grouped(part) for part in parts)
        case Any(parts=parts):
            return " or ".join(_grouped(part) for part in parts)


def _grouped(node: Node) -> str:
    text = understood(node)
    return f"({text})" if isinstance(node, (All, Any)) else text

"""The language people search in: read into a tree, said back in words, never guessed at.

hotel AND "van driver"      both; words side by side mean AND, too
hotel OR motel NOT taxi     NOT takes away; parentheses group
kovacs~1  "van driver"~3    one letter off (at most two); up to three words out of place
book*                       words that begin so
exhibit:CG-0003 source:ocr kind:page language:ro speaker:caller custodian:"Harbour Lodge" type:application/pdf
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NoReturn, TypeAlias

from evidence.errors import UsageError
from graph.tokens import words

FIELDS = {
    "exhibit": "exhibit",
    "custodian": "custodian",
    "kind": "kind",
    "language": "language",
    "lang": "language",
    "source": "source",
    "speaker": "speaker",
    "type": "media_type",
    "media_type": "media_type",
}
"""What may stand before a colon, and the field of the index it means."""
_MOST_OFF = 2
_DEEPEST = 50
_LEXEMES = re.compile(r'\s+|\(|\)|-(?=["(]|\w)|(?P<field>[A-Za-z_]+:)?(?:"[^"]*"?(?:~\w*)?|[^\s()"]+)|(?P<odd>.)')


@dataclass(frozen=True, slots=True)
class Words:
    """Words in this order, at most `apart` of them out of place (a gap is one, a swap two); one word is the simplest case."""

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


Node: TypeAlias = Words | Near | Begins | Field | All | Any | Not


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
        if self._peek() in ("AND", "OR"):
            self._fail(f"{self._peek()} has nothing before it")
        parts = [self._one()]
        while self._peek() not in ("", ")", "OR"):
            if self._peek() == "AND":
                self._step(needs="AND")
            parts.append(self._one())
        return _joined(All, parts)

    def _one(self) -> Node | None:
        if self._peek() in ("NOT", "-"):
            self._step(needs="NOT")
            part = self._one()
            return None if part is None else Not(part)
        if self._peek() in ("AND", "OR"):
            self._fail(f"{self._peek()} stands where a word should be")
        if self._peek() == "(":
            return self._group()
        return self._term(self._take())

    def _group(self) -> Node | None:
        opened = self._take()
        self._depth += 1
        if self._depth > _DEEPEST:
            self._fail("too many parentheses")
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
        if piece.text.startswith('"'):
            return self._phrase(piece)
        return self._word(piece)

    def _field(self, name: str, value: str, piece: Lexeme) -> Field:
        if value.startswith('"') and (len(value) < 2 or not value.endswith('"')):
            self._fail("this quote is not closed", at=piece.at)
        value = value.strip('"').strip()
        if not value:
            self._fail(f"{piece.text} has no value", at=piece.at)
        return Field(name, value)

    def _phrase(self, piece: Lexeme) -> Node | None:
        inner, quote, tail = piece.text[1:].rpartition('"')
        if not quote:
            self._fail("this quote is not closed", at=piece.at)
        found = tuple(words(inner))
        apart = self._number(tail, piece, most=100) if tail else 0
        return Words(found, apart) if found else None

    def _word(self, piece: Lexeme) -> Node | None:
        text, tilde, tail = piece.text.rpartition("~")
        if tilde and text and (not tail or tail.isdigit()):
            return self._near(text, f"~{tail}", piece)
        found = tuple(words(piece.text))
        if not found:
            return None
        return Begins(found) if piece.text.endswith("*") else Words(found)

    def _near(self, text: str, tail: str, piece: Lexeme) -> Node | None:
        found = words(text)
        off = self._number(tail, piece, most=_MOST_OFF)
        if len(found) > 1:
            self._fail(f"{piece.text}: ~ goes after one word", at=piece.at)
        return Near(found[0], off) if found else None

    def _number(self, tail: str, piece: Lexeme, *, most: int) -> int:
        digits = tail.removeprefix("~") or "1"
        if not digits.isdigit() or int(digits) > most:
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
            next_step='write words, "phrases", AND, OR, NOT and ( ) as in: hotel AND "van driver"',
        )


def _joined(kind: type[All] | type[Any], parts: Sequence[Node | None]) -> Node | None:
    known = tuple(part for part in parts if part is not None)
    if len(known) < 2:
        return known[0] if known else None
    return kind(known)


def understood(node: Node) -> str:
    """Return a query in words, as it was understood."""
    match node:
        case Words(words=(word,)):
            return word
        case Words(words=found, apart=0):
            return f'the phrase "{" ".join(found)}"'
        case Words(words=found, apart=apart):
            return f'"{" ".join(found)}", at most {apart} words out of place'
        case Near(word=word, off=off):
            return f"words at most {off} {'letter' if off == 1 else 'letters'} off {word}"
        case Begins(words=found):
            return f"words that begin with {' '.join(found)}"
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

"""The lines of a signature, a business card or a letterhead: a name, a role, an organisation and ways to reach them.

A block begins with a line that holds a name and little else, and goes on while lines hold nothing but mentions, what
names them (`Tel`, `E-mail`) and a role. It holds at most one person and one organisation; the next name begins
another. Prose is never one: "Elena called 020 7946 0110" does not say whose number it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from evidence.records import Found
from extractors.relations.edge import SUBJECTS, VALUES, Edge
from extractors.relations.lines import WORD, Line
from extractors.relations.roles import ROLE

_LABELS = frozenset(
    """t p m e w f tel telephone phone ph mob mobile cell fax email mail web website www url direct office home work main
    switchboard whatsapp signal telegram viber skype iban bic swift account address ext
    telefon mobil adresa cont attn c o dr mr mrs ms miss mx domnul doamna""".split()  # noqa: SIM905
)
"""Words that may stand beside mentions on a line of a block."""
_JOINING = frozenset(("and", "or", "și"))
"""Words that may stand between numbers, and never between names."""
_MARKS = " \t,;:.|/()[]<>–—-·•*"
_LINE_LIMIT = 200
_STRAPLINE_WORDS = 6
_STRAPLINES = 2
_DETAILS = 20


class _Entry(NamedTuple):
    mention: Found
    line: Line


def card_edges(lines: Sequence[Line], *, signature: tuple[int, int], across_blanks: bool) -> Iterator[Edge]:
    """Yield what the blocks among `lines` state; those inside the span `signature` are called so.

    A block outside a signature states something only where it gives a way to reach someone, or where person and
    organisation share a line.
    """
    block = _Block()
    for line in lines:
        if not line.text and across_blanks:
            continue
        if not (block.takes(line) or block.is_empty):
            yield from block.edges(signature)
            block = _Block()
            block.takes(line)
    yield from block.edges(signature)


class _Block:
    """The lines of one card, as far as they are read."""

    def __init__(self) -> None:
        self._names: dict[str, _Entry] = {}
        self._details: list[_Entry] = []
        self._straplines = 0
        self._role = ""

    @property
    def is_empty(self) -> bool:
        """Whether no line has been added."""
        return not self._names

    def takes(self, line: Line) -> bool:
        """Add a line where it belongs to the block; where it does not, the block is complete."""
        if not line.mentions:
            return self._takes_strapline(line)
        names = {one.kind: _Entry(one, line) for one in line.mentions if one.kind in SUBJECTS}
        if not (names or self._names) or self._is_taken(line.mentions):
            return False
        role = _role_beside(line)
        if role is None:
            return False
        self._names = names | self._names
        self._role = self._role or role
        details = [_Entry(one, line) for one in line.mentions if one.kind not in (*SUBJECTS, *VALUES)]
        self._details += details[: _DETAILS - len(self._details)]
        return True

    def _takes_strapline(self, line: Line) -> bool:
        if not line.text or not self._names or self._details or len(line.text) > _LINE_LIMIT:
            return False
        if not 0 < len(WORD.findall(line.text)) <= _STRAPLINE_WORDS:
            return False
        self._straplines += 1
        self._role = self._role or _role(line.text)
        return self._straplines <= _STRAPLINES

    def _is_taken(self, mentions: Sequence[Found]) -> bool:
        """Say whether a mention names another person or organisation than the block, or than the one beside it."""
        values = {kind: entry.mention.value for kind, entry in self._names.items()}
        return any(values.setdefault(one.kind, one.value) != one.value for one in mentions if one.kind in SUBJECTS)

    def edges(self, signature: tuple[int, int]) -> Iterator[Edge]:
        """Yield person to organisation, and each of them to what the block holds besides."""
        names = [self._names[kind] for kind in SUBJECTS if kind in self._names]
        if not names:
            return
        signed = signature[0] <= names[0].mention.start < signature[1]
        one_line = len({entry.line.start for entry in names}) < len(names)
        if not (signed or one_line or any(map(_reaches, self._details))):
            return
        rule = "signature block" if signed else "contact block"
        rule += f', "{self._role}"' if self._role else ""
        for place, source in enumerate(names):
            for target in (*names[place + 1 :], *self._details):
                start = min(source.line.start, target.line.start)
                end = max(source.line.end, target.line.end, target.mention.end)
                yield Edge(source.mention, target.mention, "signs_with" if signed else "stated", rule, start, end)


def _reaches(detail: _Entry) -> bool:
    """Say whether a detail is a way to reach someone: an identifier, or a place on a line that looks like an address.

    A room is none: under a name on a list it may be the next one's.
    """
    if detail.mention.kind == "room":
        return False
    places = sum(1 for one in detail.line.mentions if one.kind == "place")
    return detail.mention.kind != "place" or places > 1 or any(map(str.isdigit, detail.line.text))


def _role_beside(line: Line) -> str | None:
    """Return the role that stands beside the mentions of a line, '' where nothing does; None where the line is prose."""
    if len(line.text) > _LINE_LIMIT:
        return None
    named = any(one.kind in SUBJECTS for one in line.mentions)
    usual = _LABELS if named else _LABELS | _JOINING
    said = [(piece, words) for piece in line.pieces if (words := _words_beside(piece, usual))]
    if not said:
        return ""
    if named and len(said) == 1 and (role := _role(said[0][0])):
        return role
    if all(one.kind == "place" for one in line.mentions):
        other = sum(len(word) for _, words in said for word in words)
        return "" if other <= sum(one.end - one.start for one in line.mentions) else None
    return None


def _words_beside(piece: str, usual: frozenset[str]) -> list[str]:
    words = WORD.findall(piece)
    return [word for word in words if word.lower() not in usual and not (word.isdigit() and len(word) <= 4)]


def _role(text: str) -> str:
    """Return the role that `text` is and nothing else; '' where it is none."""
    role = ROLE.fullmatch(text.strip(_MARKS))
    return role[1] if role else ""

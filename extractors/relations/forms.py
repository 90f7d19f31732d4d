"""Fields of one form: `Name: …`, `Telephone<tab>…`, `| Worker | … |`, and labels with nothing after them: `Guest …`.

A form is a run of lines with fields; a record of it ends where its first label, or a label with a name, comes again.
At least two fields must hold mentions, and one label must be one that forms use, so that a dialogue is not a form.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from evidence.records import Found
from extractors.relations.edge import SUBJECTS, Edge, pairs
from extractors.relations.lines import WORD, Line

_LINE_LIMIT = 400
_LABEL_WINDOW = 60
_LABEL_LIMIT = 40
_VALUE_WORDS = 4
"""Words beside the mentions of a value, at most; more is a sentence."""
_FIELDS = 30
"""Fields of one record, at most."""
_GAP = 3
"""Lines without a field that may stand within a form."""
_COLON = re.compile(r"(?<!\d):(?=\s|$)|(?<![\d/]):(?![\d/:])")
_LABEL = re.compile(r"(?:[^\W\d_]+[ '’./-]{1,2}){0,3}[^\W\d_]+[.)]?\s*\Z")
_BULLETS = " \t>|*•-–—·"
_CELLS = re.compile(r"\t+|[ \t]*\|[ \t]*| {2,}")
_MAIL_HEADERS = frozenset(("from", "to", "cc", "bcc", "sent", "subject", "reply-to", "on", "re"))
_USUAL = re.compile(
    r"\b(?:name|surname|forename|guest|hirer|driver|employee|employer|worker|tenant|landlord|customer|client|holder|"
    r"passenger|patient|applicant|sender|recipient|contact|telephone|tel|phone|mobile|fax|e-?mail|address|account|iban|"
    r"bic|registration|reg|vehicle|plate|birth|born|dob|nationality|passport|position|company|agency|payee|payer|"
    r"beneficiary|signed for|office|website|porter|line|owner|occupier|nume|prenume|telefon|mobil|adres[aă]|cont|"
    r"angajat|angajator|client|[șş]ofer|na[șş]terii|firma|rooms?|zimmer|camer[ae]|suite|flat|apartment)\b",
    re.IGNORECASE,
)


class _Field(NamedTuple):
    label: str
    mentions: tuple[Found, ...]
    start: int
    end: int


def form_edges(lines: Sequence[Line], *, across_blanks: bool) -> Iterator[Edge]:
    """Yield what the records of the forms among `lines` state; the rule quotes both labels."""
    for record in _records(lines, across_blanks=across_blanks):
        yield from _edges(record)


def _records(lines: Sequence[Line], *, across_blanks: bool) -> Iterator[list[_Field]]:
    record: list[_Field] = []
    gap = 0
    for line in lines:
        if not line.text and across_blanks:
            continue
        fields = _fields(line) if record or line.mentions else []
        gap = 0 if fields else gap + 1
        if record and (gap > _GAP or not line.text):
            yield record
            record = []
        for field in fields:
            if record and (len(record) == _FIELDS or _begins_another(field, record)):
                yield record
                record = []
            record.append(field)
    if record:
        yield record


def _begins_another(field: _Field, record: Sequence[_Field]) -> bool:
    label = field.label.casefold()
    named = any(one.kind in SUBJECTS for one in field.mentions)
    again = [place for place, one in enumerate(record) if one.label.casefold() == label]
    return bool(again) and (named or again[0] == 0)


def _edges(record: Sequence[_Field]) -> Iterator[Edge]:
    held = [(mention, field) for field in record for mention in field.mentions]
    if not any(_USUAL.search(field.label) for _, field in held):
        return
    for source, target in pairs([mention for mention, _ in held]):
        (one, here), (other, there) = held[source], held[target]
        if here is not there:
            rule = f'form fields "{here.label}" and "{there.label}"'
            yield Edge(one, other, "stated", rule, min(here.start, there.start), max(here.end, there.end))


def _fields(line: Line) -> list[_Field]:
    if not line.text or len(line.text) > _LINE_LIMIT:
        return []
    return _with_colons(line) or _in_two_cells(line) or _with_room(line) or _with_bare_label(line)


def _with_colons(line: Line) -> list[_Field]:
    """Return the fields of a line with `Label:` before each value; there may be several."""
    ends: list[tuple[str, int, int]] = []
    at = 0
    for colon in _COLON.finditer(line.text):
        place = line.start + colon.start()
        if any(one.start <= place < one.end for one in line.mentions):
            continue
        at = max([at, *(one.end - line.start for one in line.mentions if one.end <= place)])
        opening = max(at, colon.start() - _LABEL_WINDOW)
        label = _LABEL.search(line.text[opening : colon.start()])
        at = colon.end()
        if label is not None:
            ends.append((label[0].strip(), opening + label.start(), colon.end()))
    closes = [start for _, start, _ in ends][1:] + [len(line.text)] * bool(ends)
    return [
        _field(line, label, start, value, close)
        for (label, start, value), close in zip(ends, closes, strict=True)
        if label.casefold() not in _MAIL_HEADERS
    ]


def _in_two_cells(line: Line) -> list[_Field]:
    """Return the field of a line that is a label and a value, parted by a tab, a bar or wide space."""
    lead = len(line.text) - len(line.text.lstrip(_BULLETS))
    cells = list(_CELLS.finditer(line.text.rstrip(_BULLETS), lead))
    return _after_label(line, lead, cells[0].start()) if len(cells) == 1 else []


def _with_room(line: Line) -> list[_Field]:
    """Return the field of a line that begins with a room, whose word is its label: `Room 214`, `Rooms 4, 5 and 6`."""
    lead = len(line.text) - len(line.text.lstrip(_BULLETS))
    word = WORD.match(line.text, lead)
    begins = line.mentions and line.mentions[0].kind == "room" and line.mentions[0].start == line.start + lead
    return [_field(line, word[0], lead, lead, len(line.text))] if begins and word else []


def _with_bare_label(line: Line) -> list[_Field]:
    """Return the field of a line that is a usual label and a value, or any label and a mention and nothing else."""
    if not line.mentions:
        return []
    lead = len(line.text) - len(line.text.lstrip(_BULLETS))
    close = max(lead, line.mentions[0].start - line.start)
    label = line.text[lead:close]
    if _USUAL.search(label) or (label[:1].isupper() and not any(map(WORD.search, line.pieces[1:]))):
        return _after_label(line, lead, close)
    return []


def _after_label(line: Line, start: int, close: int) -> list[_Field]:
    label = line.text[start:close].strip()
    free = not any(one.start < line.start + close for one in line.mentions)
    if not (free and 0 < len(label) <= _LABEL_LIMIT and _LABEL.match(label)):
        return []
    return [_field(line, label, start, close, len(line.text))]


def _field(line: Line, label: str, start: int, value: int, close: int) -> _Field:
    inside = tuple(one for one in line.mentions if value <= one.start - line.start < close)
    made = Line(line.start + value, line.start + close, line.text[value:close], inside)
    is_sentence = sum(len(WORD.findall(piece)) for piece in made.pieces) > _VALUE_WORDS
    end = max([made.end, *(one.end for one in inside)])
    return _Field(label, () if is_sentence else inside, line.start + start, end)

"""One fast pass over a `report.xml` that cuts it into portions of some megabytes, each read by a job of its own.

Units, positions and record numbers are settled here, so that a portion gives the same ones whoever reads it and when. A chat
larger than a portion is cut between its messages; what stands around them (its participants) is read with each piece.
"""

from __future__ import annotations

import zlib
from array import array
from collections.abc import Iterator
from typing import Final, Literal, NamedTuple, TypeAlias

import msgspec
import numpy

from extractors.phone.report_bytes import ReportBytes
from extractors.phone.report_marks import LOCAL_PATH, Mark, attribute, local_path, marks

PORTION: Final = 6 << 20
_INDEXED: Final = 12_000_000
_END: Final = 4096
_ENTRY: Final = 32 << 10
CHAT: Final = "Chat"
MESSAGE: Final = "InstantMessage"
Section: TypeAlias = Literal["opening", "files", "models"]


class Span(NamedTuple):
    """A top-level model, a tagged file or a source note: what it is and which bytes it has."""

    kind: str
    """`file`, `extraInfo`, or the model's type."""
    start: int
    end: int
    messages: tuple[int, int, int] = (0, 0, 0)
    """Of a chat: how many, where the first begins and where the last ends."""
    cuts: tuple[tuple[int, int], ...] = ()
    """Of a chat larger than a portion: (offset, messages before it) of the messages that begin a new piece."""
    key: str = ""
    whole: bool = True


class Portion(msgspec.Struct, frozen=True, kw_only=True):
    """What one job reads: bytes `start` to `end`, numbered from `unit`, `record` and `ordinal` on."""

    section: Section
    start: int
    end: int
    unit: int
    units: int
    record: int
    """Number of its first model or file among all of them, from 1."""
    ordinal: int = 1
    """Position of its first segment in its first unit: more than 1 in the later pieces of a chat."""
    chat: tuple[int, int, int, int] | None = None
    """Where its chat begins, its first message begins, its last ends, and it ends: of a piece of a large one."""


class Index(NamedTuple):
    """Where something is, by a checksum of its id: looked up in two arrays, checked in the bytes."""

    keys: numpy.ndarray
    offsets: numpy.ndarray

    def at(self, key: str) -> list[int]:
        """Return the offsets at which it may be."""
        wanted = numpy.uint64(_hash(key))  # as the array has it: else numpy makes floats of them all
        low, high = int(self.keys.searchsorted(wanted, "left")), int(self.keys.searchsorted(wanted, "right"))
        return [int(offset) for offset in self.offsets[low:high]]


class Scan(NamedTuple):
    """A report's portions, where its files and source notes are, and what was amiss."""

    portions: tuple[Portion, ...]
    files: Index
    locals: Index
    """Of the files by where they lie in the zip."""
    notes: Index
    problems: tuple[str, ...]
    is_whole: bool
    """Whether the report ends as it should."""


def scan(source: ReportBytes) -> Scan:
    """Return the portions of a report; raises Unreadable where it declares a DTD."""
    files, locals_, notes = ((array("Q"), array("Q")) for _ in range(3))
    cutter = _Cutter()
    problems: list[str] = []
    for span in spans(source, 0, source.length):
        if not span.whole:
            problems.append(f"the report ends in the middle of a {span.kind}")
        if span.kind == "extraInfo":
            _note(notes, span)
            continue
        if span.kind == "file":
            _note(files, span)
            if path := LOCAL_PATH.search(source.read(span.start, min(span.end - span.start, _ENTRY))):
                _note(locals_, span._replace(key=local_path(path[1])))
        cutter.add(span)
    is_whole = b"</project>" in source.read(max(0, source.length - _END), _END)
    if not is_whole and not problems:
        problems.append("the report breaks off: its end is missing")
    if len(notes[0]) >= _INDEXED or len(files[0]) >= _INDEXED:
        problems.append(f"sources beyond the first {_INDEXED:,} were not looked up")
    return Scan(cutter.done(source.length), _sorted(files), _sorted(locals_), _sorted(notes), tuple(problems), is_whole)


def _hash(key: str) -> int:
    data = key.encode("utf-8", "replace")
    return zlib.crc32(data) << 32 | zlib.adler32(data)


def _note(index: tuple[array[int], array[int]], span: Span) -> None:
    if span.key and len(index[0]) < _INDEXED:
        index[0].append(_hash(span.key))
        index[1].append(span.start)


def _sorted(index: tuple[array[int], array[int]]) -> Index:
    keys, offsets = (numpy.frombuffer(column, dtype=numpy.uint64) for column in index)
    order = numpy.argsort(keys, kind="stable")
    return Index(keys[order], offsets[order])


class _Cutter:
    """Gathers spans into portions: files with files, models with models, and the pieces of a large chat apart."""

    def __init__(self) -> None:
        self.portions: list[Portion] = []
        self.unit, self.record, self.files = 2, 1, 1  # unit 1 is what the report says of itself
        self.held: list[Span] = []

    def add(self, span: Span) -> None:
        """Take the next span, closing the portion before it where the two do not belong together."""
        if span.cuts:
            self.close()
            self._pieces(span)
            return
        if self.held and (
            span.end - self.held[0].start > PORTION or (span.kind == "file") != (self.held[0].kind == "file")
        ):
            self.close()
        self.held.append(span)

    def close(self) -> None:
        """End the portion that is being gathered."""
        if not self.held:
            return
        first, count = self.held[0], len(self.held)
        is_files = first.kind == "file"
        units = units_of(self.held)
        self.portions.append(
            Portion(
                section="files" if is_files else "models",
                start=first.start,
                end=self.held[-1].end,
                unit=self.unit,
                units=units,
                record=self.files if is_files else self.record,
            )
        )
        self.unit += units
        self.files += count if is_files else 0
        self.record += 0 if is_files else count
        self.held = []

    def _pieces(self, chat: Span) -> None:
        _, first, last = chat.messages
        around = (chat.start, first, last, chat.end)
        bounds = [(first, 0), *chat.cuts]
        ends = [offset for offset, _ in chat.cuts] + [last]
        for (start, before), end in zip(bounds, ends, strict=True):
            self.portions.append(
                Portion(
                    section="models",
                    start=start,
                    end=end,
                    unit=self.unit,
                    units=1,
                    record=self.record,
                    ordinal=1 if not before else before + 2,  # the roster comes before the first message
                    chat=around,
                )
            )
        self.unit += 1
        self.record += 1

    def done(self, length: int) -> tuple[Portion, ...]:
        """Return all portions, the report's own statements first."""
        self.close()
        first = min((portion.start for portion in self.portions), default=length)
        return (Portion(section="opening", start=0, end=first, unit=1, units=1, record=1), *self.portions)


def units_of(held: list[Span]) -> int:
    """Return how many units spans make: one for each chat, one for each run of anything else."""
    runs, before = 0, ""
    for span in held:
        runs += span.kind == CHAT or span.kind != before
        before = span.kind
    return runs


def spans(source: ReportBytes, start: int, end: int) -> Iterator[Span]:
    """Yield the top-level models, tagged files and source notes between two offsets."""
    open_mark: Mark | None = None
    kind, depth, chat = "", 0, _Chat()
    for mark in marks(source, start, end):
        if mark.name not in ("model", "file", "extraInfo") or (mark.name != "model" and kind not in ("", mark.name)):
            continue
        if depth == 0:
            if not mark.opens:
                continue
            open_mark, depth, chat = mark, 1, _Chat()
            kind = _type(mark) if mark.name == "model" else mark.name
        elif mark.name == open_mark.name if open_mark else False:
            depth += mark.opens
            if depth == 2 and kind == CHAT:
                chat.saw(mark)
        else:
            continue
        depth -= mark.closes
        if depth == 0 and open_mark is not None:
            yield _span(kind, open_mark, mark.end, chat)
            open_mark, kind = None, ""
    if open_mark is not None:
        chat.last = end
        yield _span(kind, open_mark, end, chat)._replace(whole=False)


def _type(mark: Mark) -> str:
    kind = attribute(mark.head, "type")[:60] or "model"
    return f"{kind} (model)" if kind in ("file", "extraInfo") else kind


class _Chat:
    """The messages of a chat as their marks go by, and where it can be cut."""

    def __init__(self) -> None:
        self.count, self.first, self.last, self.since = 0, 0, 0, 0
        self.cuts: list[tuple[int, int]] = []
        self.within = False

    def saw(self, mark: Mark) -> None:
        """Take a mark of a model that lies directly in the chat."""
        if mark.opens:
            self.within = attribute(mark.head, "type") == MESSAGE
            if self.within:
                if not self.count:
                    self.first = self.since = mark.offset
                elif mark.offset - self.since >= PORTION:
                    self.cuts.append((mark.offset, self.count))
                    self.since = mark.offset
                self.count += 1
                self.last = mark.end
        if mark.closes and self.within:
            self.last = mark.end


def _span(kind: str, opened: Mark, end: int, chat: _Chat) -> Span:
    cuts = tuple(chat.cuts) if end - opened.offset > PORTION else ()
    key = attribute(opened.head, "id")
    return Span(kind, opened.offset, end, (chat.count, chat.first, chat.last), cuts, key)

"""Plain text, Markdown and tables in text form: decoded once, cut into paragraphs or rows whose places stay exact."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

import charset_normalizer
from msgspec.structs import replace

from evidence.errors import Unreadable
from evidence.locator import Place, RecordPlace, TextPlace, strip_text
from evidence.records import Reading, Segment, Stamp, Unit
from extractors.protocols import Engines, Original, Part, ReadContext, Survey

SEGMENT_CODE_POINTS: Final = 2_000
_SEGMENTS_LIMIT: Final = 50_000
_SAMPLE_BYTES: Final = 256 << 10
_ROW_CODE_POINTS: Final = 100_000
_BYTES_A_SECOND: Final = 20_000_000
_WHOLE_BYTES: Final = 1_000_000
_PIECE_CODE_POINTS: Final = 500_000
_PIECE_SECONDS: Final = 50.0
"""To find the names in a piece of prose, at ten thousand characters a second."""


class TextReader:
    """Reads text files: a segment for each paragraph, or for each row of a table.

    One of more than a megabyte is read in pieces of half a million characters, so that no job has to find all it names.
    """

    def survey(self, path: Path, *, media_type: str, context: ReadContext) -> Survey:
        """Return one part, or one for each piece of a long text; raises Unreadable where it cannot be opened."""
        size = _size(path)
        count = len(_pieces_of(_cut(path, media_type, context)[1])) if size > _WHOLE_BYTES else 1
        if count < 2:
            part = Part(seconds_expected=0.01 + size / _BYTES_A_SECOND)
            return Survey(media_type=media_type, reader="text", parts=(part,), units=1)
        parts = tuple(_part(number, count) for number in range(1, count + 1))
        return Survey(media_type=media_type, reader="text", parts=parts, units=count)

    def read(self, path: Path, *, media_type: str, part: Part, engines: Engines, context: ReadContext) -> Reading:
        """Return one unit, the file or a piece of it; `blank` where there is nothing but white space.

        The pieces are numbered from 1 and together hold what the file in one piece would: the same segments at the
        same places. Raises Unreadable.
        """
        decoded, segments = _cut(path, media_type, context)
        if not part.name:
            return Reading(units=(unit_of(decoded, tuple(segments)),))
        pieces = _pieces_of(segments)
        piece = tuple(replace(segment, index=index) for index, segment in enumerate(pieces[part.first - 1]))
        here = decoded._replace(cut=decoded.cut and part.first == len(pieces))
        return Reading(units=(replace(unit_of(here, piece), number=part.first),))

    def original(self, path: Path, *, place: Place, media_type: str, context: ReadContext) -> Original:
        """Return the paragraph or row at `place`, decoded from the file again, with its lines; raises Unreadable."""
        decoded, segments = _cut(path, media_type, context)
        found = next((segment for segment in segments if segment.place == place), None)
        if found is None:
            raise Unreadable("the file has nothing at that place")
        text = decoded.text[place.start : place.end] if isinstance(place, TextPlace) else found.text
        return Original(text=text, data=_bytes_of(decoded, place), where=_where(decoded, place))

    def stamps(self, *, engines: Engines, context: ReadContext) -> tuple[Stamp, ...]:
        """Return the stamp of this module's rules and the library that guesses encodings."""
        return (text_stamp("text", context),)


def _bytes_of(decoded: Decoded, place: Place) -> bytes:
    """Return the bytes of a span where one encoding gives them back for certain; empty otherwise."""
    charset = decoded.facts["charset"]
    if not isinstance(place, TextPlace) or decoded.replaced or charset not in ("ascii", "utf-8"):
        return b""
    return decoded.text[place.start : place.end].encode()


def _where(decoded: Decoded, place: Place) -> str:
    if not isinstance(place, TextPlace):
        return f"{strip_text(place)}, {decoded.facts['charset']}"
    said = f"line {place.line:,}, characters {place.start:,} to {place.end:,}, {decoded.facts['charset']}"
    if not _bytes_of(decoded, place):
        return said
    first = len(decoded.text[: place.start].encode())
    return f"{said}; bytes {first:,} to {first + len(_bytes_of(decoded, place)):,}"


def _part(number: int, count: int) -> Part:
    return Part(name=f"piece {number} of {count}", first=number, last=number, seconds_expected=_PIECE_SECONDS)


def _cut(path: Path, media_type: str, context: ReadContext) -> tuple[Decoded, list[Segment]]:
    """Return the text, and all its rows or paragraphs."""
    decoded = decode_file(path, code_points=context.limits.text_code_points, languages=context.languages)
    return decoded, (table_rows(decoded.text) if media_type == "text/csv" else None) or paragraphs(decoded.text)


def _pieces_of(segments: list[Segment]) -> list[list[Segment]]:
    """Return the segments in runs of up to half a million code points, each of at least one segment."""
    pieces: list[list[Segment]] = []
    held = 0
    for segment in segments:
        if not pieces or held + len(segment.text) > _PIECE_CODE_POINTS:
            pieces.append([])
            held = 0
        pieces[-1].append(segment)
        held += len(segment.text)
    return pieces


class Decoded(NamedTuple):
    """A file's text, how it was decoded, and what was lost."""

    text: str
    facts: dict[str, str]
    replaced: int = 0
    cut: bool = False


def text_stamp(name: str, context: ReadContext, version: str = "1") -> Stamp:
    """Return the stamp of a reader that decodes text with this module."""
    return Stamp(
        name=name,
        version=version,
        settings={
            "charset_normalizer": charset_normalizer.__version__,
            "segment_code_points": SEGMENT_CODE_POINTS,
            "text_limit": context.limits.text_code_points,
            "languages": list(context.languages),
            "rules": 1,
        },
    )


def unit_of(decoded: Decoded, segments: tuple[Segment, ...]) -> Unit:
    """Return the file as one unit, with what went wrong in decoding it."""
    facts = dict(decoded.facts)
    limit = [f"only its first {len(decoded.text):,} characters were read (limit)"] if decoded.cut else []
    if not segments:
        reason = "; ".join(["only white space", *limit])
        return Unit(kind="file", number=1, outcome="blank", reason=reason, partial=decoded.cut, facts=facts)
    guessed = decoded.facts.get("charset", "").endswith("(guessed)") and not decoded.facts["charset"].startswith("utf")
    reasons = [f"{decoded.replaced:,} bytes or characters could not be decoded"] if decoded.replaced else []
    reasons += ["its encoding is a guess"] if guessed else []
    return Unit(
        kind="file",
        number=1,
        outcome="read",
        reason="; ".join(reasons + limit),
        doubtful=bool(reasons),
        partial=decoded.cut,
        segments=segments,
        facts=facts,
    )


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError as error:
        raise Unreadable("the file cannot be opened") from error


# --- names ---------------------------------------------------------------------------------------------------------


def one_line(text: str) -> str:
    """Return `text` unfolded, without control, surrogate or direction characters."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def child_name(given: str) -> str:
    """Return the name a container gives a file in it, as a name that can be printed and leads into no folder."""
    return one_line(given).replace("/", "_").replace("\\", "_")[:200].strip(". ")


# --- decoding ------------------------------------------------------------------------------------------------------

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROLS: Final = {
    code: "\ufffd"
    for code in (*range(0x20), *range(0x7F, 0xA0), *range(0xD800, 0xE000))
    if chr(code) not in "\t\n\r\f\v\x85"
}


def decode_file(path: Path, *, code_points: int, languages: tuple[str, ...] = ()) -> Decoded:
    """Return the first `code_points` of a file's text; what lies beyond is said in its facts. Raises Unreadable."""
    try:
        with path.open("rb") as source:
            data = source.read(4 * code_points + 4)
            beyond = bool(source.read(1))
    except OSError as error:
        raise Unreadable("the file cannot be opened") from error
    decoded = decode(data, languages=languages)
    if not beyond and len(decoded.text) <= code_points:
        return decoded
    facts = decoded.facts | {"cut_at_code_points": str(code_points)}
    return Decoded(decoded.text[:code_points], facts, decoded.replaced, cut=True)


def decode(data: bytes, *, claimed: str = "", languages: tuple[str, ...] = ()) -> Decoded:
    """Decode `data` by its byte-order mark, as UTF-8, by the encoding its container claims, or by a guess.

    Bytes that do not decode and control characters become U+FFFD, one for each, and are counted.
    """
    text, charset = _decode(data, claimed, languages)
    lost = text.count("\ufffd")
    clean = text.translate(_CONTROLS)
    replaced = clean.count("\ufffd")
    facts = {"charset": charset}
    if lost:
        facts["undecodable"] = str(lost)
    if replaced > lost:
        facts["control_characters"] = str(replaced - lost)
    return Decoded(clean, facts, replaced)


def _decode(data: bytes, claimed: str, languages: tuple[str, ...]) -> tuple[str, str]:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data.decode(encoding, "replace"), f"{encoding.removesuffix('-sig')} (byte-order mark)"
    if claimed and (text := _try(data, claimed)) is not None:
        return text, f"{claimed} (stated)"
    if (text := _try(data, "utf-8")) is not None and not _is_wide(data[:4096]):
        return text, "ascii" if data.isascii() else "utf-8"
    if _is_mostly_utf8(data):
        return data.decode("utf-8", "replace"), "utf-8 (damaged)"
    guess = _guess(data, languages)
    return data.decode(guess, "replace"), f"{guess} (guessed)"


def _try(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except (LookupError, UnicodeError, ValueError):
        return None


def _is_mostly_utf8(data: bytes) -> bool:
    """Say whether sequences of UTF-8 far outnumber bytes that break it."""
    sample = data[:_SAMPLE_BYTES].decode("utf-8", "replace")
    beyond_ascii = sum(character > "\x7f" for character in sample)
    broken = sample.count("\ufffd")
    return broken * 5 < beyond_ascii and not _is_wide(data[:4096])


def _guess(data: bytes, languages: tuple[str, ...]) -> str:
    """Return the likeliest encoding; between near equals, the Windows code page of the languages asserted."""
    sample = data[:_SAMPLE_BYTES]
    if _is_wide(sample):
        return "utf-16-le" if sample[1::2].count(0) >= sample[::2].count(0) else "utf-16-be"
    matches = list(charset_normalizer.from_bytes(sample))
    if not matches:
        return "cp1252"
    order = _CENTRAL if set(languages) & _CENTRAL_LANGUAGES else _WESTERN
    near = [match for match in matches if match.chaos <= matches[0].chaos + _NEAR]
    usual = [
        (-match.coherence, order.index(name)) for match in near for name in match.could_be_from_charset if name in order
    ]
    return order[min(usual)[1]] if usual else str(matches[0].encoding)


_NEAR: Final = 0.05
_WESTERN: Final = ("cp1252", "cp1250", "cp1251", "cp932", "gb18030", "cp949", "cp1253", "cp1254", "cp1257")
_CENTRAL: Final = ("cp1250", "cp1252", *_WESTERN[2:])
_CENTRAL_LANGUAGES: Final = frozenset(("ro", "pl", "cs", "sk", "hu", "hr", "sl", "sq"))


def _is_wide(sample: bytes) -> bool:
    return sample.count(0) > len(sample) // 4


# --- cutting -------------------------------------------------------------------------------------------------------


def paragraphs(text: str, *, first_index: int = 0) -> list[Segment]:
    """Return the paragraphs of `text` as segments of up to 2,000 code points with exact places.

    Paragraphs are parted by blank lines; long ones are cut at line ends or spaces, and where there would be more
    than 50,000 they are joined to fuller ones.
    """
    spans = [piece for start, end in _blocks(text) for piece in _pieces(text, start, end)]
    if len(spans) > _SEGMENTS_LIMIT:
        spans = _joined(spans)
    segments: list[Segment] = []
    line, counted = 1, 0
    for start, end in spans:
        line += text.count("\n", counted, start)
        counted = start
        place = TextPlace(start=start, end=end, line=line)
        segments.append(Segment(index=first_index + len(segments), text=text[start:end], place=place, source="native"))
    return segments


def _blocks(text: str) -> Iterator[tuple[int, int]]:
    """Yield the spans between blank lines, white space at their ends left out."""
    start, end, position = -1, -1, 0
    for line in text.splitlines(keepends=True):
        stripped = line.strip()
        if stripped:
            lead = position + len(line) - len(line.lstrip())
            start = lead if start < 0 else start
            end = lead + len(stripped)
        elif start >= 0:
            yield start, end
            start = -1
        position += len(line)
    if start >= 0:
        yield start, end


def _pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield a block in pieces of up to 2,000 code points, cut after a line where there is one, else after a space."""
    while end - start > SEGMENT_CODE_POINTS:
        limit = start + SEGMENT_CODE_POINTS
        cut = _cut_at(text, start, limit)
        yield start, start + len(text[start:cut].rstrip())
        start = _next_mark(text, cut, end)
    if end > start:
        yield start, end


def _cut_at(text: str, start: int, limit: int) -> int:
    half = start + SEGMENT_CODE_POINTS // 2
    for mark, earliest in (("\n", half), (" ", half), ("\n", start + 1), (" ", start + 1)):
        if (cut := text.rfind(mark, earliest, limit)) > 0:
            return cut
    return limit


def _next_mark(text: str, start: int, end: int) -> int:
    while start < end and text[start].isspace():
        start += 1
    return start


def _joined(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    joined = [spans[0]]
    for start, end in spans[1:]:
        if end - joined[-1][0] <= SEGMENT_CODE_POINTS:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def table_rows(text: str) -> list[Segment] | None:
    """Return the rows of a table as segments, verbatim, numbered from 1 with the heading; None where it is no table.

    Beyond 50,000 rows a segment holds several, and its record is the first.
    """
    try:
        rows = list(_raw_rows(text))
    except csv.Error:
        return None
    if any(len(row) > _ROW_CODE_POINTS for _, row in rows):
        return None
    together = max(1, -(-len(rows) // _SEGMENTS_LIMIT))
    return [
        Segment(
            index=index,
            text="\n".join(row for _, row in rows[start : start + together]),
            place=RecordPlace(record=rows[start][0], field="row"),
            source="native",
        )
        for index, start in enumerate(range(0, len(rows), together))
    ]


def _raw_rows(text: str) -> Iterator[tuple[int, str]]:
    """Yield (number, verbatim text) of each record that is not empty; a quoted field may run over several lines."""
    lines = text.splitlines()
    reader = csv.reader(lines, delimiter=_delimiter(lines))
    before = 0
    for number, row in enumerate(reader, start=1):
        raw = "\n".join(lines[before : reader.line_num])
        before = reader.line_num
        if any(cell.strip() for cell in row):
            yield number, raw


def _delimiter(lines: list[str]) -> str:
    head = lines[:40]
    return max(
        ",;\t|", key=lambda mark: sum(mark in line for line in head) * 1000 + sum(line.count(mark) for line in head)
    )

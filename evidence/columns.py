"""How readings and findings lie in Parquet: one row per unit, segment, event, mention and relation.

Apart from `evidence.shelf` so that what only looks at the graph does not load pyarrow.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from evidence.digest import Sha256
from evidence.errors import IntegrityError
from evidence.locator import Box, decode_place, encode_place
from evidence.records import (
    Child,
    EventRecord,
    Findings,
    Found,
    Reading,
    Recipe,
    Segment,
    SegmentLanguage,
    StatedRelation,
    Unit,
    Word,
)

_META = b"casegraph"

_WORD = pa.struct(
    [
        ("start", pa.int32()),
        ("end", pa.int32()),
        ("score", pa.int16()),
        ("left", pa.int32()),
        ("top", pa.int32()),
        ("width", pa.int32()),
        ("height", pa.int32()),
        ("start_ms", pa.int32()),
        ("end_ms", pa.int32()),
    ]
)
_PARTY = pa.struct([("role", pa.string()), ("kind", pa.string()), ("value", pa.string())])

READING_SCHEMA = pa.schema(
    [
        ("row", pa.string()),  # unit | segment | event
        ("unit_kind", pa.string()),
        ("unit", pa.int32()),
        ("outcome", pa.string()),
        ("reason", pa.string()),
        ("doubtful", pa.bool_()),
        ("partial", pa.bool_()),
        ("draft", pa.bool_()),
        ("facts", pa.string()),  # JSON object
        ("segment", pa.int32()),  # index in the reading
        ("ordinal", pa.int32()),  # position in the unit, from 1
        ("text", pa.string()),
        ("place", pa.string()),  # JSON, see evidence.locator
        ("source", pa.string()),
        ("language", pa.string()),
        ("speaker", pa.string()),
        ("score", pa.int16()),
        ("words", pa.list_(_WORD)),
        ("kind", pa.string()),  # of the event
        ("time_written", pa.string()),
        ("time_utc", pa.string()),
        ("time_local", pa.string()),
        ("zone", pa.string()),
        ("description", pa.string()),
        ("parties", pa.list_(_PARTY)),
    ]
)
NAMES_LOOKED_FOR, NAMES_NOT_LOOKED_FOR = "names looked for", "names not looked for"
MENTIONS_SCHEMA = pa.schema(
    [
        (
            "row",
            pa.string(),
        ),  # mention | relation | language: its code in `value`, what was done about names in `status`
        ("segment", pa.int32()),
        ("kind", pa.string()),
        ("start", pa.int32()),
        ("end", pa.int32()),
        ("quote", pa.string()),
        ("value", pa.string()),
        ("status", pa.string()),
        ("check", pa.string()),
        ("rule", pa.string()),
        ("score", pa.int16()),
        ("finder", pa.string()),
        ("source_kind", pa.string()),
        ("source_value", pa.string()),
        ("target_kind", pa.string()),
        ("target_value", pa.string()),
    ]
)


class ReadingHead(msgspec.Struct, frozen=True, kw_only=True):
    """What a reading's file says of itself besides its rows."""

    recipe: Recipe
    content: Sha256
    children: tuple[Child, ...] = ()
    facts: dict[str, str] = {}


class FindingsHead(msgspec.Struct, frozen=True, kw_only=True):
    """What a mentions file says of itself besides its rows."""

    recipe: Recipe
    content: Sha256
    names_looked_for: bool = False


def encode(recipe: Recipe, content: Sha256, made: Reading | Findings) -> bytes:
    """Return the bytes of an artifact's file."""
    if isinstance(made, Reading):
        head: ReadingHead | FindingsHead = ReadingHead(
            recipe=recipe, content=content, children=made.children, facts=made.facts
        )
        rows, schema = list(_reading_rows(made)), READING_SCHEMA
    else:
        head = FindingsHead(recipe=recipe, content=content, names_looked_for=made.names_looked_for)
        rows, schema = list(_findings_rows(made)), MENTIONS_SCHEMA
    schema = schema.with_metadata({_META: msgspec.json.encode(head, order="sorted")})
    sink = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows, schema=schema), sink, compression="zstd")
    return sink.getvalue()


def _reading_rows(reading: Reading) -> Iterator[dict[str, Any]]:
    for unit in reading.units:
        yield {
            "row": "unit",
            "unit_kind": unit.kind,
            "unit": unit.number,
            "outcome": unit.outcome,
            "reason": unit.reason,
            "doubtful": unit.doubtful,
            "partial": unit.partial,
            "draft": unit.draft,
            "facts": msgspec.json.encode(unit.facts, order="sorted").decode(),
        }
        for ordinal, segment in enumerate(unit.segments, start=1):
            yield {
                "row": "segment",
                "unit_kind": unit.kind,
                "unit": unit.number,
                "ordinal": ordinal,
                "draft": unit.draft,
            } | (_segment_row(segment))
    for event in reading.events:
        row = msgspec.structs.asdict(event)
        row["parties"] = [{"role": role, "kind": kind, "value": value} for role, kind, value in event.parties]
        yield {"row": "event"} | row


def _segment_row(segment: Segment) -> dict[str, Any]:
    return {
        "segment": segment.index,
        "text": segment.text,
        "place": encode_place(segment.place),
        "source": segment.source,
        "language": segment.language,
        "speaker": segment.speaker,
        "score": segment.score,
        "words": [_word_row(word) for word in segment.words],
    }


def _word_row(word: Word) -> dict[str, Any]:
    box = word.box
    return {
        "start": word.start,
        "end": word.end,
        "score": word.score,
        "left": box.left if box else None,
        "top": box.top if box else None,
        "width": box.width if box else None,
        "height": box.height if box else None,
        "start_ms": word.start_ms,
        "end_ms": word.end_ms,
    }


def _findings_rows(findings: Findings) -> Iterator[dict[str, Any]]:
    for mention in findings.mentions:
        yield {"row": "mention"} | msgspec.structs.asdict(mention)
    for relation in findings.relations:
        yield {"row": "relation"} | msgspec.structs.asdict(relation)
    for told in findings.languages:
        status = NAMES_LOOKED_FOR if told.names_looked_for else NAMES_NOT_LOOKED_FOR
        yield {"row": "language", "segment": told.segment, "value": told.language, "status": status}


def _rows(path: Path) -> list[dict[str, Any]]:
    try:
        return cast("list[dict[str, Any]]", pq.ParquetFile(path).read().to_pylist())
    except (pa.ArrowException, OSError) as error:
        raise IntegrityError(
            f"artifact {path.stem[:16]}… cannot be read", next_step="run `casegraph verify` on the case"
        ) from error


def _decode_reading(head: ReadingHead, rows: list[dict[str, Any]]) -> Reading:
    segments: dict[tuple[str, int], list[Segment]] = {}
    for row in rows:
        if row["row"] == "segment":
            segments.setdefault((row["unit_kind"], row["unit"]), []).append(_segment(row))
    units = tuple(_unit(row, segments) for row in rows if row["row"] == "unit")
    events = tuple(_event(row) for row in rows if row["row"] == "event")
    return Reading(units=units, events=events, children=head.children, facts=head.facts)


def _unit(row: dict[str, Any], segments: dict[tuple[str, int], list[Segment]]) -> Unit:
    return Unit(
        kind=row["unit_kind"],
        number=row["unit"],
        outcome=row["outcome"],
        reason=row["reason"],
        doubtful=row["doubtful"],
        partial=row["partial"],
        draft=row["draft"],
        segments=tuple(segments.get((row["unit_kind"], row["unit"]), [])),
        facts=msgspec.json.decode(row["facts"], type=dict[str, str]),
    )


def _segment(row: dict[str, Any]) -> Segment:
    return Segment(
        index=row["segment"],
        text=row["text"],
        place=decode_place(row["place"]),
        source=row["source"],
        language=row["language"],
        speaker=row["speaker"],
        score=row["score"],
        words=tuple(_word(word) for word in row["words"]),
    )


def _word(row: dict[str, Any]) -> Word:
    box = None if row["left"] is None else Box(row["left"], row["top"], row["width"], row["height"])
    return Word(
        start=row["start"],
        end=row["end"],
        score=row["score"],
        box=box,
        start_ms=row["start_ms"],
        end_ms=row["end_ms"],
    )


def _event(row: dict[str, Any]) -> EventRecord:
    fields = {name: row[name] for name in EventRecord.__struct_fields__ if name != "parties"}
    parties = tuple((party["role"], party["kind"], party["value"]) for party in row["parties"])
    return EventRecord(parties=parties, **fields)


def _decode_findings(head: FindingsHead, rows: list[dict[str, Any]]) -> Findings:
    mentions = tuple(
        Found(**{name: row[name] for name in Found.__struct_fields__}) for row in rows if row["row"] == "mention"
    )
    relations = tuple(
        StatedRelation(**{name: row[name] for name in StatedRelation.__struct_fields__})
        for row in rows
        if row["row"] == "relation"
    )
    languages = tuple(
        SegmentLanguage(
            segment=row["segment"], language=row["value"], names_looked_for=row["status"] == NAMES_LOOKED_FOR
        )
        for row in rows
        if row["row"] == "language"
    )
    return Findings(mentions=mentions, relations=relations, languages=languages, names_looked_for=head.names_looked_for)


def read_head(path: Path) -> ReadingHead | FindingsHead:
    """Return what an artifact's file says of itself without its rows; raises IntegrityError."""
    try:
        meta = pq.read_metadata(path).metadata
        step = msgspec.json.decode(meta[_META])["recipe"]["step"]
        if step == "reading":
            return msgspec.json.decode(meta[_META], type=ReadingHead)
        return msgspec.json.decode(meta[_META], type=FindingsHead)
    except (pa.ArrowException, KeyError, TypeError, OSError, msgspec.MsgspecError) as error:
        raise IntegrityError(
            f"artifact {path.stem[:16]}… cannot be read", next_step="run `casegraph verify` on the case"
        ) from error


def read_reading(path: Path) -> Reading:
    """Return a reading whole; raises IntegrityError."""
    return _decode_reading(cast(ReadingHead, read_head(path)), _rows(path))


def read_findings(path: Path) -> Findings:
    """Return findings whole; raises IntegrityError."""
    return _decode_findings(cast(FindingsHead, read_head(path)), _rows(path))

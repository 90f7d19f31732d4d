"""How readings and findings lie in Parquet: one row per unit, segment, event, mention and relation.

Apart from `evidence.shelf` so that what only looks at the graph does not load pyarrow.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate
from operator import attrgetter
from pathlib import Path
from typing import Any, Final, TypeVar, cast

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from evidence.digest import Sha256
from evidence.errors import IntegrityError
from evidence.locator import Box, decode_place, encode_place
from evidence.records import (
    Attachment,
    Child,
    EventRecord,
    Findings,
    Found,
    Reading,
    Recipe,
    Segment,
    SegmentLanguage,
    StatedRelation,
    TableMade,
    Unit,
    Word,
)

_META = b"casegraph"
_T = TypeVar("_T")

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
_ATTACHMENT = pa.struct([("name", pa.string()), ("sha256", pa.string()), ("media_type", pa.string())])
_PARTY = pa.struct([("role", pa.string()), ("kind", pa.string()), ("value", pa.string())])

READING_SCHEMA = pa.schema(
    [
        ("row", pa.string()),  # unit | segment | event | named | related
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
        ("zone_by", pa.string()),
        ("until_written", pa.string()),
        ("until_utc", pa.string()),
        ("until_local", pa.string()),
        ("key", pa.string()),
        ("conversation", pa.string()),
        ("reply_to", pa.string()),
        ("references", pa.list_(pa.string())),
        ("state", pa.string()),
        ("attachments", pa.list_(_ATTACHMENT)),
        ("start", pa.int32()),  # of what a record's own fields name and state, from here on
        ("end", pa.int32()),
        ("quote", pa.string()),
        ("value", pa.string()),
        ("status", pa.string()),
        ("check", pa.string()),
        ("rule", pa.string()),
        ("finder", pa.string()),
        ("source_kind", pa.string()),
        ("source_value", pa.string()),
        ("target_kind", pa.string()),
        ("target_value", pa.string()),
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


_NEVER_THE_SAME: Final = frozenset(
    ("segment", "ordinal", "text", "place", "time_written", "time_utc", "time_local", "description", "key", "facts", "quote")
)  # fmt: skip


class ReadingHead(msgspec.Struct, frozen=True, kw_only=True):
    """What a reading's file says of itself besides its rows."""

    recipe: Recipe
    content: Sha256
    children: tuple[Child, ...] = ()
    facts: dict[str, str] = {}
    tables: tuple[TableMade, ...] = ()


class FindingsHead(msgspec.Struct, frozen=True, kw_only=True):
    """What a mentions file says of itself besides its rows."""

    recipe: Recipe
    content: Sha256
    names_looked_for: bool = False


def encode(recipe: Recipe, content: Sha256, made: Reading | Findings) -> bytes:
    """Return the bytes of an artifact's file."""
    if isinstance(made, Reading):
        head: ReadingHead | FindingsHead = ReadingHead(
            recipe=recipe, content=content, children=made.children, facts=made.facts, tables=made.tables
        )
        table = _reading_table(made)
    else:
        head = FindingsHead(recipe=recipe, content=content, names_looked_for=made.names_looked_for)
        table = pa.Table.from_pylist(list(_findings_rows(made)), schema=MENTIONS_SCHEMA)
    sink = io.BytesIO()
    table = table.replace_schema_metadata({_META: msgspec.json.encode(head, order="sorted")})
    pq.write_table(table, sink, compression="zstd", use_dictionary=_repeating(table.schema))
    return sink.getvalue()


def _repeating(schema: pa.Schema) -> list[str]:
    """Return the columns worth a dictionary; one of texts that never repeat only costs time."""
    return [name for field in schema if field.name not in _NEVER_THE_SAME for name in _leaves(field)]


def _leaves(field: pa.Field) -> list[str]:
    """Return a column's name in the file, or those of the members of its lists."""
    if not pa.types.is_list(field.type):
        return [field.name]
    inside = f"{field.name}.list.element"
    members = field.type.value_type
    return [f"{inside}.{member.name}" for member in members] if pa.types.is_struct(members) else [inside]


def _reading_table(reading: Reading) -> pa.Table:
    """Return a reading as one table, built column by column: a chat has a million segments."""
    pieces = [_rows_of_kind(*made) for made in _by_kind(reading)]
    return pa.concat_tables(pieces) if pieces else READING_SCHEMA.empty_table()


def _by_kind(reading: Reading) -> Iterator[tuple[str, int, dict[str, Any]]]:
    yield "unit", len(reading.units), _unit_columns(reading.units)
    yield "segment", sum(len(unit.segments) for unit in reading.units), _segment_columns(reading.units)
    yield "event", len(reading.events), _event_columns(reading.events)
    yield "named", len(reading.named), _by_field(Found, reading.named)
    yield "related", len(reading.related), _by_field(StatedRelation, reading.related)


def _rows_of_kind(row: str, many: int, columns: dict[str, Any]) -> pa.Table:
    arrays = [
        _column(columns[field.name], field.type)
        if field.name in columns
        else pa.array([row] * many, type=field.type)
        if field.name == "row"
        else pa.nulls(many, type=field.type)
        for field in READING_SCHEMA
    ]
    return pa.Table.from_arrays(arrays, schema=READING_SCHEMA)


def _column(values: Any, kind: pa.DataType) -> pa.Array:
    """Return values as a column of that type; of lists made beforehand only the names of their members may differ."""
    return values.cast(kind) if isinstance(values, pa.Array) else pa.array(values, type=kind)


def _unit_columns(units: Sequence[Unit]) -> dict[str, list[Any]]:
    plain = ("outcome", "reason", "doubtful", "partial", "draft")
    return {name: [getattr(unit, name) for unit in units] for name in plain} | {
        "unit_kind": [unit.kind for unit in units],
        "unit": [unit.number for unit in units],
        "ordinal": [unit.first_ordinal for unit in units],
        "facts": [_json(unit.facts) for unit in units],
    }


def _segment_columns(units: Sequence[Unit]) -> dict[str, Any]:
    every = [segment for unit in units for segment in unit.segments]
    columns = _by_field(Segment, every)
    return {name: columns[name] for name in ("text", "source", "language", "speaker", "score")} | {
        "unit_kind": [unit.kind for unit in units for _ in unit.segments],
        "unit": [unit.number for unit in units for _ in unit.segments],
        "ordinal": [ordinal for unit in units for ordinal in _ordinals(unit)],
        "draft": [unit.draft for unit in units for _ in unit.segments],
        "segment": columns["index"],
        "place": [encode_place(place) for place in columns["place"]],
        "words": _lists(columns["words"], lambda words: pa.array(map(_word_row, words), type=_WORD)),
    }


def _ordinals(unit: Unit) -> Sequence[int]:
    """Return the position in its unit of each of a unit's segments."""
    return unit.ordinals or range(unit.first_ordinal, unit.first_ordinal + len(unit.segments))


def _by_field(kind: type[msgspec.Struct], made: Sequence[msgspec.Struct]) -> dict[str, list[Any]]:
    """Return records of one kind as columns."""
    return {name: list(map(attrgetter(name), made)) for name in kind.__struct_fields__}


def _lists(many: Sequence[Sequence[_T]], of: Callable[[Sequence[_T]], pa.Array]) -> pa.Array:
    """Return a column of lists from all their members in one array: a tenth of the time of lists of dictionaries."""
    starts = pa.array(accumulate(map(len, many), initial=0), type=pa.int32())
    return pa.ListArray.from_arrays(starts, of([one for members in many for one in members]))


def _parties(parties: Sequence[tuple[str, str, str]]) -> pa.Array:
    columns = [pa.array([party[at] for party in parties], type=pa.string()) for at in range(3)]
    return pa.StructArray.from_arrays(columns, fields=list(_PARTY))


def _carried(attachments: Sequence[Attachment]) -> pa.Array:
    columns = [pa.array(column, type=pa.string()) for column in _by_field(Attachment, attachments).values()]
    return pa.StructArray.from_arrays(columns, fields=list(_ATTACHMENT))


def _event_columns(events: Sequence[EventRecord]) -> dict[str, Any]:
    columns = _by_field(EventRecord, events)
    return columns | {
        "parties": _lists(columns["parties"], _parties),
        "attachments": _lists(columns["attachments"], _carried),
        "references": _lists(columns["references"], lambda keys: pa.array(keys, type=pa.string())),
        "facts": [_json(facts) for facts in columns["facts"]],
    }


_EVENT_NESTED = ("parties", "attachments", "references", "facts")
_EVENT_PLAIN = tuple(name for name in EventRecord.__struct_fields__ if name not in _EVENT_NESTED)


def _json(facts: dict[str, str]) -> str:
    return msgspec.json.encode(facts, order="sorted").decode() if facts else "{}"


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
    ordinals: dict[tuple[str, int], list[int]] = {}
    for row in rows:
        if row["row"] == "segment":
            segments.setdefault((row["unit_kind"], row["unit"]), []).append(_segment(row))
            ordinals.setdefault((row["unit_kind"], row["unit"]), []).append(row["ordinal"])
    units = tuple(_unit(row, segments, ordinals) for row in rows if row["row"] == "unit")
    events = tuple(_event(row) for row in rows if row["row"] == "event")
    named = tuple(_made(Found, row) for row in rows if row["row"] == "named")
    related = tuple(_made(StatedRelation, row) for row in rows if row["row"] == "related")
    return Reading(
        units=units,
        events=events,
        children=head.children,
        named=named,
        related=related,
        tables=head.tables,
        facts=head.facts,
    )


def _made(kind: Callable[..., _T], row: dict[str, Any]) -> _T:
    fields: tuple[str, ...] = kind.__struct_fields__  # type: ignore[attr-defined]
    return kind(**{name: row[name] for name in fields})


def _unit(
    row: dict[str, Any], segments: dict[tuple[str, int], list[Segment]], ordinals: dict[tuple[str, int], list[int]]
) -> Unit:
    at, first = ordinals.get((row["unit_kind"], row["unit"]), []), row["ordinal"]
    return Unit(
        kind=row["unit_kind"],
        number=row["unit"],
        outcome=row["outcome"],
        reason=row["reason"],
        doubtful=row["doubtful"],
        partial=row["partial"],
        draft=row["draft"],
        first_ordinal=first,
        ordinals=() if at == list(range(first, first + len(at))) else tuple(at),
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
    return EventRecord(
        parties=tuple((party["role"], party["kind"], party["value"]) for party in row["parties"]),
        attachments=tuple(Attachment(**each) for each in row["attachments"]),
        references=tuple(row["references"]),
        facts=msgspec.json.decode(row["facts"], type=dict[str, str]),
        **{name: row[name] for name in _EVENT_PLAIN},
    )


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

"""The full-text index: one document a segment, made from the graph and thrown away as lightly."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import duckdb
import msgspec
import tantivy

from evidence.errors import IntegrityError
from graph.store import IndexMark, read_mark, write_mark
from graph.tokens import fold, searchable

RAW_FIELDS = ("exhibit", "custodian", "kind", "language", "source", "speaker", "media_type")
"""What stands once in a document and can be filtered by, in the order of `_DOCUMENTS`: matched whole, folded. `sender`, `month`,
`review` and `mentions` can stand several times. All stand in one field of the index: a third less to write than one each, and one
count gives every facet."""
REVIEWS = ("reviewed", "unreviewed", "nothing", "confirmed", "attributed", "corrected")
"""What `review` can be. `reviewed`: a person judged or corrected something in it, tagged or scheduled it; `unreviewed`: nobody did, and a
machine found something in it; `nothing`: nothing was found in it."""
TEXT_FIELDS = ("text", "correction")
_HEAP_BYTES = 64_000_000
_FETCH_ROWS = 10_000
# The day of a segment is the day in UTC where that is known, else the one written; a row of records has the row's.
_DOCUMENTS = """
WITH corrected AS (
    SELECT segment_id, list(struct_pack(start, "end", text) ORDER BY start DESC) AS changes
    FROM correction WHERE $everything OR list_contains($numbers, exhibit) GROUP BY segment_id
), named AS (
    SELECT segment_id, array_to_string(list_sort(list_distinct(list(kind))), ' ') AS kinds,
           array_to_string(list_sort(list_distinct(list(review))), ' ') AS reviews
    FROM mention WHERE $everything OR list_contains($numbers, exhibit) GROUP BY segment_id
), handled AS (
    SELECT segment_id FROM tag WHERE $everything OR list_contains($numbers, exhibit)
    UNION SELECT segment_id FROM scheduled WHERE $everything OR list_contains($numbers, exhibit)
    UNION SELECT segment_id FROM correction WHERE $everything OR list_contains($numbers, exhibit)
), of_row AS (  -- rows that are segments, among millions that are not
    SELECT segment.id AS segment_id, record.exhibit, record.table_no, record.kind, a,
           strftime(coalesce(time_utc, time_local), '%Y-%m-%d') AS day
    FROM segment JOIN record ON record.exhibit = segment.exhibit AND record.table_no = unit AND record."row" = ordinal
    WHERE unit_kind = 'table' AND ($everything OR list_contains($numbers, segment.exhibit))
), happening AS (
    SELECT event.segment_id, left(coalesce(nullif(time_utc, ''), time_local), 10) AS day, party.value AS sender
    FROM event LEFT JOIN event_party AS party ON party.event_id = event.id AND role = 'from'
    WHERE $everything OR list_contains($numbers, event.exhibit)
    UNION ALL
    SELECT segment_id, day, named.value
    FROM of_row LEFT JOIN record_named AS named ON of_row.kind = 'message' AND named.exhibit = of_row.exhibit
        AND named.table_no = of_row.table_no AND named.id = a
), told AS (
    SELECT segment_id, array_to_string(list_sort(list_distinct(list(day))), ' ') AS days,
           array_to_string(list_sort(list_distinct(list(replace(sender, chr(30), ' ')))), chr(30)) AS senders
    FROM happening GROUP BY segment_id
)
SELECT segment.id, concat_ws(chr(31), exhibit, replace(custodian, chr(31), ' '), unit_kind, language, source,
                             replace(speaker, chr(31), ' '), media_type, coalesce(replace(senders, chr(31), ' '), ''),
                             coalesce(kinds, ''), coalesce(reviews, ''), handled.segment_id IS NOT NULL,
                             coalesce(days, '')) AS facts,
       segment.text, changes
FROM segment JOIN exhibit AS whole ON whole.number = segment.exhibit
LEFT JOIN corrected ON corrected.segment_id = segment.id LEFT JOIN named ON named.segment_id = segment.id
LEFT JOIN handled ON handled.segment_id = segment.id LEFT JOIN told ON told.segment_id = segment.id
WHERE $everything OR list_contains($numbers, segment.exhibit)
ORDER BY whole.ord, unit_kind, unit, ordinal
"""


def schema() -> Any:
    """Return the shape of a document."""
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("facts", tokenizer_name="raw", index_option="basic", fast=True)
    builder.add_integer_field("day", indexed=True, fast=True)
    for name in TEXT_FIELDS:
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="position")
    return builder.build()


def build_index(folder: Path, conn: duckdb.DuckDBPyConnection, mark: IndexMark) -> int:
    """Make a fresh index of all segments in `folder`; returns how many there are."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return _write(tantivy.Index(schema(), path=str(folder), reuse=False), conn, mark, folder, numbers=None)


def update_index(folder: Path, conn: duckdb.DuckDBPyConnection, mark: IndexMark, *, numbers: Sequence[str]) -> int:
    """Replace the documents of these exhibits; raises ValueError or OSError where the index cannot be used."""
    return _write(tantivy.Index.open(str(folder)), conn, mark, folder, numbers=numbers)


def _write(
    index: Any, conn: duckdb.DuckDBPyConnection, mark: IndexMark, folder: Path, *, numbers: Sequence[str] | None
) -> int:
    """Write the documents, commit, and only then leave the mark."""
    writer = index.writer(heap_size=_HEAP_BYTES, num_threads=1)
    for number in numbers or ():
        writer.delete_documents_by_term("facts", fact("exhibit", number))
    made = 0
    asked = {"everything": numbers is None, "numbers": list(numbers or ())}
    for some in conn.sql(_DOCUMENTS, params=asked).to_arrow_reader(_FETCH_ROWS):
        _add(writer, zip(*(column.to_pylist() for column in some.columns), strict=True))
        made += some.num_rows
    writer.commit()
    writer.wait_merging_threads()
    write_mark(folder, mark)
    return made


def _add(writer: Any, rows: Iterable[tuple[Any, ...]]) -> None:
    """Write documents as JSON: one made in Python is copied twice on its way. Words and ids hold nothing that JSON escapes."""
    for name, facts, text, changes in rows:
        more = f',"correction":"{searchable(_corrected(text, changes))}"' if changes else ""
        writer.add_json(f'{{"id":"{name}",{_encoded(facts)},"text":"{searchable(text)}"{more}}}')


@lru_cache(maxsize=8_192)
def _encoded(facts: str) -> str:
    """Return the fields of a document besides its text, as JSON: the messages of one sender on one day have the same."""
    *raw, senders, kinds, reviews, handled, days = facts.split("\x1f")
    dated = [day for day in days.split() if _DAY.fullmatch(day)]
    found = [fact(name, value) for name, value in zip(RAW_FIELDS, raw, strict=True) if value]
    found += _reviewed(tuple(reviews.split()), handled == "true")
    found += [fact("sender", sender) for sender in senders.split("\x1e") if sender]
    found += [f"month:{month}" for month in dict.fromkeys(day[:7] for day in dated)]
    found += [f"mentions:{kind}" for kind in kinds.split()]
    fields: dict[str, Any] = {"facts": found} | ({"day": [day_number(day) for day in dated]} if dated else {})
    return msgspec.json.encode(fields).decode()[1:-1]


@lru_cache(maxsize=20_000)
def day_number(day: str) -> int:
    """Return a day written `2026-03-01` as the number under which it stands in the index: 20260301."""
    return int(day.replace("-", ""))


@lru_cache(maxsize=256)
def _reviewed(reviews: tuple[str, ...], handled: bool) -> tuple[str, ...]:
    states = tuple(review.removeprefix("reading_") for review in reviews if review != "unreviewed")
    whole = "reviewed" if states or handled else "unreviewed" if reviews else "nothing"
    return tuple(f"review:{one}" for one in (whole, *states))


@lru_cache(maxsize=20_000)
def fact(name: str, value: str) -> str:
    """Return the one word under which a filter's value stands in the index."""
    return f"{name}:{_WHITE.sub('_', fold(value.strip()))}"


_WHITE = re.compile(r"\s+")
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def _corrected(text: str, changes: Iterable[dict[str, Any]]) -> str:
    """Return the text as people corrected it; `changes` come last first."""
    for change in changes:
        text = text[: change["start"]] + change["text"] + text[change["end"] :]
    return text


def open_index(folder: Path) -> Any:
    """Open the index for reading; raises IntegrityError where it cannot be."""
    try:
        return tantivy.Index.open(str(folder))
    except (ValueError, OSError) as error:
        raise IntegrityError(
            "the search index cannot be read", next_step="run `casegraph rebuild` on the case"
        ) from error


def is_current(folder: Path, mark: IndexMark) -> bool:
    """Whether the index was made from exactly what `mark` says."""
    return read_mark(folder) == mark

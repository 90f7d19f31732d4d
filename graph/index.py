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
"""What a query may filter by, in the order of `_DOCUMENTS`: matched whole, folded. All stand in one field of the index,
which costs a third less than seven."""
TEXT_FIELDS = ("text", "correction")
_HEAP_BYTES = 64_000_000
_FETCH_ROWS = 10_000
_DOCUMENTS = """
WITH corrected AS (
    SELECT segment_id, list(struct_pack(start, "end", text) ORDER BY start DESC) AS changes
    FROM correction GROUP BY segment_id
)
SELECT segment.id, concat_ws(chr(31), exhibit, replace(custodian, chr(31), ' '), unit_kind, language, source,
                             replace(speaker, chr(31), ' '), media_type) AS facts,
       segment.text, changes
FROM segment JOIN exhibit AS whole ON whole.number = segment.exhibit
LEFT JOIN corrected ON corrected.segment_id = segment.id
WHERE $everything OR list_contains($numbers, segment.exhibit)
ORDER BY whole.ord, unit_kind, unit, ordinal
"""


def schema() -> Any:
    """Return the shape of a document."""
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("facts", tokenizer_name="whitespace", index_option="basic")
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
    encode = msgspec.json.Encoder().encode
    for name, facts, text, changes in rows:
        document = {"id": name, "facts": _facts(facts), "text": searchable(text)}
        if changes:
            document["correction"] = searchable(_corrected(text, changes))
        writer.add_json(encode(document).decode())  # a document made in Python is copied twice on its way


def fact(name: str, value: str) -> str:
    """Return the one word under which a filter's value stands in the index."""
    return f"{name}:{_WHITE.sub('_', fold(value.strip()))}"


@lru_cache(maxsize=4_096)
def _facts(values: str) -> str:
    pairs = zip(RAW_FIELDS, values.split("\x1f"), strict=True)
    return " ".join(fact(name, value) for name, value in pairs if value)


_WHITE = re.compile(r"\s+")


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

"""The full-text index: one document a segment, made from the graph and thrown away as lightly."""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path
from typing import Any

import duckdb
import msgspec
import tantivy

from evidence.errors import CasegraphError, IntegrityError, UsageError
from graph.store import IndexMark, read_mark, write_mark
from graph.tokens import fold, searchable

RAW_FIELDS = ("exhibit", "custodian", "kind", "language", "source", "speaker", "media_type")
"""What stands once in a document and can be filtered by, in the order of `_DOCUMENTS`: matched whole, folded. `sender`, `month`,
`review` and `mentions` can stand several times. All stand in one field of the index: a third less to write than one each, and one
count gives every facet."""
_OWN_WORD = ("exhibit", "speaker", "sender", "month")
"""What stands in the index as a word of its own. Of everything else the same few values come together again and again: those of a
document stand in two words (see `having`), half as many to write and to count."""
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
    FROM correction WHERE exhibit IN (FROM wanted_exhibit) GROUP BY segment_id
), named AS (
    SELECT segment_id, string_agg(DISTINCT kind, ' ') AS kinds, string_agg(DISTINCT review, ' ') AS reviews
    FROM mention WHERE exhibit IN (FROM wanted_exhibit) GROUP BY segment_id
), handled AS (
    SELECT segment_id FROM tag WHERE exhibit IN (FROM wanted_exhibit)
    UNION SELECT segment_id FROM scheduled WHERE exhibit IN (FROM wanted_exhibit)
    UNION SELECT segment_id FROM correction WHERE exhibit IN (FROM wanted_exhibit)
), of_row AS (  -- rows that are segments, among millions that are not
    SELECT segment.id AS segment_id, record.exhibit, record.table_no, record.kind, a,
           strftime(coalesce(time_utc, time_local), '%Y-%m-%d') AS day
    FROM segment JOIN record ON record.exhibit = segment.exhibit AND record.table_no = unit AND record."row" = ordinal
    WHERE unit_kind = 'table' AND segment.exhibit IN (FROM wanted_exhibit)
), happening AS (
    SELECT event.segment_id, left(coalesce(nullif(time_utc, ''), time_local), 10) AS day, party.value AS sender
    FROM event LEFT JOIN event_party AS party ON party.event_id = event.id AND role = 'from'
    WHERE event.exhibit IN (FROM wanted_exhibit)
    UNION ALL
    SELECT segment_id, day, named.value
    FROM of_row LEFT JOIN record_named AS named ON of_row.kind = 'message' AND named.exhibit = of_row.exhibit
        AND named.table_no = of_row.table_no AND named.id = a
), told AS (
    SELECT segment_id, string_agg(day, ' ') AS days, string_agg(replace(sender, chr(30), ' '), chr(30)) AS senders
    FROM happening GROUP BY segment_id
)
SELECT segment.id, concat_ws(chr(31), exhibit, replace(custodian, chr(31), ' '), unit_kind, language, source,
                             replace(speaker, chr(31), ' '), media_type) AS facts,
       coalesce(senders, '') AS senders, coalesce(days, '') AS days,
       concat_ws(chr(31), coalesce(kinds, ''), coalesce(reviews, ''), handled.segment_id IS NOT NULL) AS found,
       segment.text, changes
FROM segment JOIN exhibit AS whole ON whole.number = segment.exhibit
LEFT JOIN corrected ON corrected.segment_id = segment.id LEFT JOIN named ON named.segment_id = segment.id
LEFT JOIN handled ON handled.segment_id = segment.id LEFT JOIN told ON told.segment_id = segment.id
WHERE segment.exhibit IN (FROM wanted_exhibit)
ORDER BY whole.ord, unit_kind, unit, ordinal
"""


def schema() -> Any:
    """Return the shape of a document."""
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("facts", tokenizer_name="raw", index_option="basic", fast=True)
    builder.add_integer_field("day", fast=True)
    for name in TEXT_FIELDS:
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="position")
    return builder.build()


_SCHEMA = schema()


class Building:
    """A fresh index in the making: a thread writes its documents while the graph goes on being made."""

    def __init__(self, folder: Path) -> None:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        self._folder = folder
        self._writer = _writer(tantivy.Index(schema(), path=str(folder), reuse=False))
        self._thread = ThreadPoolExecutor(1, "index")
        self._written: list[Future[None]] = []

    def __enter__(self) -> Building:
        return self

    def __exit__(self, *_: object) -> None:
        self._thread.shutdown(cancel_futures=True)

    def add(self, conn: duckdb.DuckDBPyConnection, numbers: Sequence[str] | None = None) -> None:
        """Take the documents of these exhibits, or of all, as the graph holds them now."""
        documents = self._folder.with_name(f"{self._folder.name}-{len(self._written)}.parquet")
        _lay_out(conn, documents, numbers)
        self._written.append(self._thread.submit(_write, self._writer, documents))

    def finish(self, mark: IndexMark) -> None:
        """Wait until all is written, commit, and only then leave the mark."""
        for written in self._written:
            written.result()
        _finish(self._writer, self._folder, mark)


def build_index(folder: Path, conn: duckdb.DuckDBPyConnection, mark: IndexMark) -> None:
    """Make a fresh index of all segments in `folder`."""
    with Building(folder) as made:
        made.add(conn)
        made.finish(mark)


def update_index(
    folder: Path, conn: duckdb.DuckDBPyConnection, mark: IndexMark, *, numbers: Sequence[str], scratch: Path
) -> None:
    """Replace the documents of these exhibits; raises ValueError or OSError where the index cannot be used."""
    writer = _writer(tantivy.Index.open(str(folder)))
    for number in numbers:
        writer.delete_documents_by_term("facts", fact("exhibit", number))
    documents = scratch / "documents.parquet"
    _lay_out(conn, documents, numbers)
    _write(writer, documents)
    _finish(writer, folder, mark)


def _writer(index: Any) -> Any:
    return index.writer(heap_size=_HEAP_BYTES, num_threads=1)


def _lay_out(conn: duckdb.DuckDBPyConnection, documents: Path, numbers: Sequence[str] | None) -> None:
    """Write what becomes documents into a Parquet file: there may be more than memory holds, and the graph changes meanwhile."""
    conn.execute("CREATE OR REPLACE TEMP TABLE wanted_exhibit AS SELECT number FROM exhibit WHERE $1 IS NULL OR "
                 "number IN (SELECT unnest($1::VARCHAR[]))", [None if numbers is None else list(numbers)])  # fmt: skip
    path = str(documents).replace("'", "''")
    conn.execute(f"COPY ({_DOCUMENTS}) TO '{path}' (FORMAT parquet, ROW_GROUP_SIZE {_FETCH_ROWS})")


def _write(writer: Any, documents: Path) -> None:
    import pyarrow.parquet as pq  # only the projector writes: a look does not load it

    with pq.ParquetFile(documents) as held:
        for some in held.iter_batches(_FETCH_ROWS):
            _add(writer, zip(*(column.to_pylist() for column in some.columns), strict=True))
    documents.unlink()


def _finish(writer: Any, folder: Path, mark: IndexMark) -> None:
    writer.commit()
    writer.wait_merging_threads()
    write_mark(folder, mark)


def _add(writer: Any, rows: Iterable[tuple[Any, ...]]) -> None:
    """Write documents as JSON: one made in Python is copied twice on its way. Words and ids hold nothing that JSON escapes."""
    for name, facts, senders, days, found, text, changes in rows:
        months, numbers = _dated(days)
        known = ",".join(filter(None, (_standing(facts), _senders(senders), _found(found), months)))
        day = f',"day":[{numbers}]' if numbers else ""
        more = f',"correction":"{searchable(_corrected(text, changes))}"' if changes else ""
        writer.add_json(f'{{"id":"{name}","facts":[{known}]{day},"text":"{searchable(text)}"{more}}}')


# The parts of what is known of a document, each as the inside of a JSON list: many documents share each of them.


@lru_cache(maxsize=8_192)
def _standing(facts: str) -> str:
    values = zip(RAW_FIELDS, facts.split("\x1f"), strict=True)
    known = {name: fact(name, value) for name, value in values if value}
    return _listed([*(known[name] for name in _OWN_WORD if name in known),
                    _shared(one for name, one in known.items() if name not in _OWN_WORD)])  # fmt: skip


def _senders(senders: str) -> str:
    if _PLAIN.fullmatch(senders):  # one, as most are: a crowd of addresses would only pass through the cache
        return f'"sender:{senders.lower()}"'
    return _listed_senders(senders)


@lru_cache(maxsize=8_192)
def _listed_senders(senders: str) -> str:
    return _listed(fact("sender", sender) for sender in sorted(set(senders.split("\x1e"))) if sender)


@lru_cache(maxsize=8_192)
def _found(found: str) -> str:
    kinds, reviews, handled = found.split("\x1f")
    states = _reviewed(tuple(sorted(reviews.split())), handled == "true")
    return _listed([_shared([*states, *(fact("mentions", kind) for kind in sorted(kinds.split()))])])


@lru_cache(maxsize=8_192)
def _dated(days: str) -> tuple[str, str]:
    """Return the months of some days, and the days as numbers."""
    dated = [day for day in sorted(set(days.split())) if _DAY.fullmatch(day)]
    months = dict.fromkeys(day[:7] for day in dated)
    return _listed(f"month:{month}" for month in months), ",".join(str(day_number(day)) for day in dated)


def _listed(words: Iterable[str]) -> str:
    return msgspec.json.encode(list(words)).decode()[1:-1]


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
    """Return the one word under which a filter's value stands in the index: of a long one its beginning and a digest of it all.

    White space in what people write is kept apart from `_`; in the words that machines know things by, it means `_`.
    """
    known = _WHITE.sub(_APART if name in _WRITTEN else "_", fold(value.strip()))
    if len(known) * 4 > _LONGEST_BYTES and len(whole := known.encode(errors="surrogatepass")) > _LONGEST_BYTES:
        begins = whole[:_BEGINNING_BYTES].decode(errors="ignore")
        known = f"{begins}{_CUT}{hashlib.blake2b(whole, digest_size=16).hexdigest()}"
    return f"{name}:{known}"


def spoken(value: str) -> str:
    """Return a value as it stands in the index so that people can read it, where nobody knows any more how it was written."""
    return value.replace(_APART, " ").replace(_CUT, "… ")


def _shared(known: Iterable[str]) -> str:
    """Return the one word in which several facts stand together, each between two marks that none can hold."""
    return _MARK + "".join(f"{one}{_MARK}" for one in known)


def facts_in(word: str) -> list[str]:
    """Return the facts that a word of the index says."""
    return word.strip(_MARK).split(_MARK)


def having(name: str, value: str) -> Any:
    """Return tantivy's query of the documents of which a fact holds."""
    wanted = fact(name, value)
    try:
        if name in _OWN_WORD:
            return tantivy.Query.term_query(_SCHEMA, "facts", wanted, index_option="basic")
        return tantivy.Query.regex_query(_SCHEMA, "facts", f"{_MARK}(.*{_MARK})?{re.escape(wanted)}{_MARK}.*")
    except ValueError as error:  # characters that no text holds
        raise UsageError(
            f"{name} {value[:80]!r} cannot be looked for", next_step="write it as the case does"
        ) from error


def inside(number: str) -> Any:
    """Return tantivy's query of what came out of an exhibit."""
    return tantivy.Query.regex_query(_SCHEMA, "facts", f"{re.escape(fact('exhibit', number))}/.*")


_MARK, _APART, _CUT = "\x1f", "\x1e", "\x1d"
"""Between facts, for white space in a value, and before the digest of a long one. To Python all three are white space, so no value
holds them."""
_WRITTEN = frozenset({"custodian", "speaker", "sender"})
"""Facts whose values people write."""
_LONGEST_BYTES = 300
"""Of a value in UTF-8. The regular expression of `having` takes two states a byte, and tantivy allows a thousand."""
_BEGINNING_BYTES = 200
_WHITE = re.compile(r"\s+")
_PLAIN = re.compile(rf"[!#-\[\]-~]{{1,{_LONGEST_BYTES}}}")
"""ASCII without white space and without what JSON escapes, short enough to stand as it is."""
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def _corrected(text: str, changes: Iterable[dict[str, Any]]) -> str:
    """Return the text as people corrected it; `changes` come last first."""
    for change in changes:
        text = text[: change["start"]] + change["text"] + text[change["end"] :]
    return text


def refused(error: Exception) -> CasegraphError:
    """Return what to raise where tantivy does not answer a query."""
    if "max expansions" in str(error):
        return UsageError(
            "too many words of the case begin with the last letters before the *",
            next_step="write one letter more of that word, or search for it alone",
        )
    return IntegrityError("the search index cannot be read", next_step="run `casegraph rebuild` on the case")


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

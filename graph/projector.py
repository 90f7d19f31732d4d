"""The projector's work: what new events are about projected again in place, or everything projected into fresh files."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

import duckdb

from evidence.case import Case
from evidence.files import fsync_folder
from graph import human, identities, load, meaning_files, record_tables, resolve, store, together, whole
from graph.chain import CustodyChain
from graph.fingerprint import digest_exhibits, fingerprint
from graph.index import Building, build_index, update_index
from graph.store import PROJECTOR, IndexMark, Projection, mark_of

_BATCH = 2_000
"""Exhibits projected together: enough to keep DuckDB busy, few enough to stay in memory."""
_FOOTERS_KEPT = 5_000
"""Exhibits up to which a rebuild keeps how each file on the shelf is laid out, for the steps that read it again: some 100 KB each."""
_NO_TIDYING = "SET max_vacuum_tasks = 0"
_UNTIDIED = "untidied"
_TIDY_EVERY = 50
"""How many times the graph is caught up before the small parts that each leaves behind are laid together, which takes a second or two."""


def advance(case: Case, chain: CustodyChain, folder: Path) -> Projection:
    """Project again what events since the last time are about; the caller holds the graph's lock alone."""
    began = time.monotonic()
    conn = store.connect(case.graph_path, read_only=False, spill=folder)
    try:
        seq = int(store.read_meta(conn)["seq"])
        numbers = chain.touched(after=seq)
        if seq < chain.seq:
            judged = identities.concerned(chain, numbers, after=seq)
            _apply(conn, chain, numbers, folder=folder, judged=judged)
        meta = store.read_meta(conn)
        _refresh_index(case, conn, chain, mark_of(meta), folder)
        _tidy_or_not(conn, int(meta.get(_UNTIDIED, "0")))
        conn.execute("CHECKPOINT")  # closing does not write what a killed run left to be replayed into indexed tables
    finally:
        conn.close()
    return _done(meta, exhibits=len(numbers), rebuilt="", began=began)


def _tidy_or_not(conn: duckdb.DuckDBPyConnection, times: int) -> None:
    """Say whether the checkpoint that follows lays small parts of the tables together."""
    tidy = times >= _TIDY_EVERY
    store.write_meta(conn, {_UNTIDIED: str(0 if tidy else times + 1)})
    if not tidy:
        conn.execute(_NO_TIDYING)


def _apply(
    conn: duckdb.DuckDBPyConnection, chain: CustodyChain, numbers: Sequence[str], *, folder: Path, judged: bool
) -> None:
    """Re-project some exhibits and everything that rests on them, in one transaction.

    What people made of mentions is laid together again only where `judged` says that it may have changed.
    """
    conn.execute("BEGIN")
    resolve.begin(conn)
    resolve.touch_stated_by_people(conn)
    for start in range(0, len(numbers), _BATCH):
        some = list(numbers[start : start + _BATCH])
        resolve.touch(conn, some)
        load.remove(conn, some)
        _project_exhibits(conn, chain, some, folder=folder)
        digest_exhibits(conn)
        resolve.touch(conn, some)
    resolve.settle_entities(conn, everything=False)
    if judged:
        identities.project_identities(conn, chain)
    whole.project_case(conn, chain)
    if judged:
        identities.lift(conn)
    resolve.touch_stated_by_people(conn)
    resolve.settle_relations(conn, everything=False)
    _write_meta(conn, chain)
    conn.execute("COMMIT")


def _project_exhibits(
    conn: duckdb.DuckDBPyConnection, chain: CustodyChain, numbers: Sequence[str], *, folder: Path
) -> None:
    made = load.batch(conn, chain.case, chain.dossiers(numbers), scratch=folder)
    load.stage_segments(made)
    record_tables.stage_rows(made, chain)
    touched = human.close_sealed(made, chain)
    load.take_mentions(made, touched)
    record_tables.stage_row_mentions(made)
    human.lay_over(made, touched, chain)
    load.load(made)
    record_tables.load_records(made, {number: spots.closed for number, spots in touched.items()})


def _write_meta(conn: duckdb.DuckDBPyConnection, chain: CustodyChain) -> None:
    closed = conn.execute("SELECT coalesce(sum(sealed_segments), 0) FROM exhibit").fetchone()
    assert closed is not None
    values = {
        "projector": PROJECTOR,
        "seq": str(chain.seq),
        "head": chain.head,
        "sealed_exhibits": str(chain.sealed_count()),
        "sealed_segments": str(int(closed[0])),
    }
    store.write_meta(conn, values)
    store.write_meta(conn, {"fingerprint": fingerprint(conn)})


def _refresh_index(
    case: Case, conn: duckdb.DuckDBPyConnection, chain: CustodyChain, mark: IndexMark, folder: Path
) -> None:
    """Bring the index up to the graph, from wherever a killed run left it."""
    old = store.read_mark(case.index_path)
    if old == mark:
        return
    usable = old is not None and old.projector == PROJECTOR and chain.payload_at(old.seq) == old.head
    if usable and old is not None and old.seq <= mark.seq and not chain.seals_changed(after=old.seq):
        try:
            update_index(case.index_path, conn, mark, numbers=chain.touched(after=old.seq), scratch=folder)
        except (ValueError, OSError):
            usable = False
        else:
            return
    build_index(folder / "index", conn, mark)
    _swap_index(case, folder)


def make_anew(
    case: Case, chain: CustodyChain, folder: Path, why: str, swapping: Callable[[], AbstractContextManager[None]]
) -> Projection:
    """Project everything into fresh files and put them in place of the old ones; the caller holds the graph's lock alone."""
    began = time.monotonic()
    path = folder / "graph.duckdb"
    numbers = sorted(chain.exhibits(), key=load.exhibit_order)
    conn = store.connect(path, read_only=False, spill=folder)
    try:
        with Building(folder / "index") as index:
            conn.execute(_ours("schema.sql") + together.VIEWS)
            conn.execute(_NO_TIDYING)
            conn.execute(f"SET parquet_metadata_cache = {len(numbers) <= _FOOTERS_KEPT}")
            conn.execute("BEGIN")  # or every statement would be written to the log first
            resolve.begin(conn)
            for start in range(0, len(numbers), _BATCH):
                _project_exhibits(conn, chain, numbers[start : start + _BATCH], folder=folder)
                digest_exhibits(conn)
                index.add(conn, numbers[start : start + _BATCH])
            resolve.settle_entities(conn, everything=True)
            identities.project_identities(conn, chain)
            whole.project_case(conn, chain)
            identities.lift(conn)
            resolve.settle_relations(conn, everything=True)
            _write_meta(conn, chain)
            conn.execute("COMMIT")
            conn.execute("CHECKPOINT")  # or the first index would wait for it
            conn.execute(_ours("indexes.sql"))
            conn.execute("CHECKPOINT")
            meta = store.read_meta(conn)
            index.finish(mark_of(meta))
        meaning_files.prune(case, conn)
    finally:
        conn.close()
    with swapping():
        _swap_graph(case, path)
        _swap_index(case, folder)
    store.remove_snapshots(case)
    return _done(meta, exhibits=len(numbers), rebuilt=why, began=began)


def _ours(name: str) -> str:
    return Path(__file__).with_name(name).read_text(encoding="utf-8")


def _swap_graph(case: Case, made: Path) -> None:
    """Put a new graph in place; until the rename the old one stands, short of nothing that it had committed."""
    store.write_ahead(case.graph_path).unlink(missing_ok=True)
    made.replace(case.graph_path)
    fsync_folder(case.root)


def _swap_index(case: Case, folder: Path) -> None:
    if case.index_path.exists():
        case.index_path.replace(folder / "old-index")
    (folder / "index").replace(case.index_path)
    fsync_folder(case.root)


def _done(meta: dict[str, str], *, exhibits: int, rebuilt: str, began: float) -> Projection:
    return Projection(
        seq=int(meta["seq"]),
        exhibits=exhibits,
        rebuilt=rebuilt,
        fingerprint=meta["fingerprint"],
        seconds=time.monotonic() - began,
    )

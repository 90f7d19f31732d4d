"""Finding by meaning: the vectors of a case compared by cosine, apart from every exact hit.

What is near in meaning need not hold any of the words, and what says the same in other words need not be near: this finds where to
look, and proves nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from evidence.errors import NotFound
from graph.answers import Meant
from graph.meaning_files import TEXT_DIGEST, Made, Text, Vector, known, living, tables, write
from graph.notes import noted
from graph.project import Graph
from graph.rows import fetch
from graph.things import segments

LEAST: Final = 250
"""Cosine, in thousandths, below which nothing is called near in meaning."""
_FIRST_LOOK: Final = 500
_ROWS_AT_ONCE: Final = 512
_SHOWN: Final = 300
_TEXTS: Final = f"""
SELECT segment.id, text, {TEXT_DIGEST} AS digest FROM segment JOIN (SELECT unnest($ids) AS id) AS wanted USING (id)
"""  # noqa: S608 - built from our own constants
_UNCOVERED: Final = "SELECT count(*) AS left_out FROM segment WHERE id NOT IN (SELECT segment FROM covered)"
_ORDERED: Final = """
SELECT segment.id FROM segment JOIN exhibit AS whole ON whole.number = segment.exhibit ORDER BY whole.ord, unit_kind, unit, ordinal
"""


class Sought(NamedTuple):
    """What is looked for, as a model has it."""

    model: str
    """The digest of everything that can change a vector."""
    vector: Vector


class Standing(NamedTuple):
    """How much of a case has vectors of one model."""

    segments: int
    """Segments with vectors."""
    passages: int
    waiting: int
    """Segments long enough, without vectors."""
    too_short: int
    other_model: int
    """Passages whose vectors another model made; nothing is compared with them."""


class Near(NamedTuple):
    """What is near in meaning, the nearest first, and what was not compared."""

    hits: tuple[Meant, ...]
    notes: tuple[str, ...]


# --- making --------------------------------------------------------------------------------------------------------


def waiting(graph: Graph, model: str) -> list[str]:
    """Return the segments that have no vectors of this model, in the order of the exhibits."""
    done = known(graph.case, model)
    lacking = {name for name, digest in living(graph.conn).items() if done.get(name) != digest}
    return [row["id"] for row in fetch(graph.conn, _ORDERED) if row["id"] in lacking]


def texts(graph: Graph, ids: Sequence[str]) -> list[Text]:
    """Return the texts of some segments, in that order; those that are gone are left out."""
    found = {
        row["id"]: Text(row["id"], row["text"], row["digest"]) for row in fetch(graph.conn, _TEXTS, {"ids": list(ids)})
    }
    return [found[name] for name in ids if name in found]


def keep(graph: Graph, model: str, made: Sequence[Made]) -> int:
    """Keep the vectors of segments that still stand in the graph as they were read; returns how many segments were kept.

    The graph is open, so no seal can fall between the look and the writing.
    """
    standing = {text.segment: text.digest for text in texts(graph, [one.text.segment for one in made])}
    kept = [one for one in made if standing.get(one.text.segment) == one.text.digest and one.passages]
    if kept:
        write(graph.case, model, kept)
    return len(kept)


# --- finding ---------------------------------------------------------------------------------------------------------


def standing(graph: Graph, model: str) -> Standing:
    """Return how much of the case has vectors of this model."""
    held, long_enough = known(graph.case, model), living(graph.conn)
    done = sum(1 for name, digest in long_enough.items() if held.get(name) == digest)
    kept = tables(graph.case)
    (whole,) = fetch(graph.conn, "SELECT count(*) AS segments FROM segment")
    return Standing(
        segments=done,
        passages=sum(table.num_rows for made_by, table in kept if made_by == model),
        waiting=len(long_enough) - done,
        too_short=whole["segments"] - len(long_enough),
        other_model=sum(table.num_rows for made_by, table in kept if made_by != model),
    )


LetThrough = Callable[[Sequence[str]], set[str]]
"""Returns those of some segments that may be shown."""


def meant(graph: Graph, sought: Sought, *, most: int, among: LetThrough | None = None) -> Near:
    """Return the segments nearest in meaning, at most `most`, the nearest passage of each; raises NotFound without vectors."""
    held = [table for made_by, table in tables(graph.case) if made_by == sought.model and table.num_rows]
    if not held:
        raise NotFound(
            "nothing in this case can be found by meaning yet: no segment has a vector of this model",
            next_step="run `casegraph meaning CASE`",
        )
    cosines = np.concatenate([_cosines(table, sought.vector) for table in held])
    found = _nearest(graph, held, cosines, most=most, among=among)
    notes = noted(
        _left_out(graph, held),
        "[segments were|segment was] not compared: too short, or `casegraph meaning CASE` has not been run since [they|it] came.",
    )
    return Near(found, notes)


def _left_out(graph: Graph, held: Sequence[Any]) -> int:
    """Return how many segments have no vector: not made yet, or too short for one."""
    import pyarrow as pa

    graph.conn.register("covered", pa.concat_tables([table.select(["segment"]) for table in held]))
    try:
        (row,) = fetch(graph.conn, _UNCOVERED)
    finally:
        graph.conn.unregister("covered")
    return int(row["left_out"])


def _cosines(table: Any, vector: Vector) -> Vector:
    """Return the cosine of every passage; the vector sought has length 1."""
    made, size = np.empty(table.num_rows, np.float32), len(vector)
    room, at = (
        np.empty((_ROWS_AT_ONCE, size), np.float32),
        0,
    )  # made once: fresh memory would cost more than the products
    for batch in table.to_batches():
        held = batch.column("vector").flatten().to_numpy(zero_copy_only=True).reshape(-1, size)
        lengths = batch.column("length").to_numpy(zero_copy_only=True)
        for first in range(0, len(held), _ROWS_AT_ONCE):
            some = held[first : first + _ROWS_AT_ONCE]
            np.copyto(room[: len(some)], some)
            made[at : at + len(some)] = (
                room[: len(some)] @ vector / np.maximum(lengths[first : first + len(some)], 1e-9)
            )
            at += len(some)
    return made


def _nearest(
    graph: Graph, held: Sequence[Any], cosines: Vector, *, most: int, among: LetThrough | None
) -> tuple[Meant, ...]:
    """Return the nearest that may be shown, looking further where too many may not."""
    looked, found = max(_FIRST_LOOK, 4 * most), tuple[Meant, ...]()
    worth = int((cosines * 1000 >= LEAST).sum())
    while True:
        first = np.argsort(-cosines, kind="stable")[: min(looked, worth)] if looked >= worth else _top(cosines, looked)
        best = _best_of_each(held, cosines, first)
        allowed = among(list(best)) if among and best else set(best)
        found = _shown(graph, {name: best[name] for name in best if name in allowed}, most)
        if len(found) >= most or looked >= worth:
            return found
        looked *= 8


def _top(cosines: Vector, most: int) -> npt.NDArray[np.int64]:
    first = np.argpartition(-cosines, most - 1)[:most]
    return np.asarray(first[np.argsort(-cosines[first], kind="stable")], np.int64)


class _Place(NamedTuple):
    digest: str
    start: int
    end: int
    cosine: int


def _best_of_each(held: Sequence[Any], cosines: Vector, rows: Iterable[int]) -> dict[str, _Place]:
    ends = np.cumsum([table.num_rows for table in held])
    best: dict[str, _Place] = {}
    for row in rows:
        which = int(np.searchsorted(ends, row, side="right"))
        at = int(row) - (int(ends[which - 1]) if which else 0)
        told = {name: held[which].column(name)[at].as_py() for name in ("segment", "digest", "start", "end")}
        place = _Place(told["digest"], told["start"], told["end"], round(float(cosines[row]) * 1000))
        if told["segment"] not in best or best[told["segment"]].cosine < place.cosine:
            best[told["segment"]] = place
    return best


def _shown(graph: Graph, best: Mapping[str, _Place], most: int) -> tuple[Meant, ...]:
    """Return the passages of segments that still read as they did when the vector was made."""
    ranked = sorted((name for name in best if best[name].cosine >= LEAST), key=lambda name: (-best[name].cosine, name))
    made: list[Meant] = []
    for some in _in_lots(ranked, max(most, 20)):
        read = {text.segment: text.digest for text in texts(graph, some)}
        known = segments(graph, [name for name in some if read.get(name) == best[name].digest])
        for name in some:
            if name in known and len(made) < most:
                place, segment = best[name], known[name]
                shown = " ".join(segment.text[place.start : place.end].split())[:_SHOWN]
                made.append(Meant(exhibit=segment.exhibit, segment=name, start=place.start, end=place.end, snippet=shown,
                                  cosine=place.cosine, strip=segment.strip))  # fmt: skip
        if len(made) >= most:
            break
    return tuple(made)


def _in_lots(names: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    for first in range(0, len(names), size):
        yield names[first : first + size]

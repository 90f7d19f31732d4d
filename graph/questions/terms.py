"""What was searched and not found: each term of a list with its hits, and everything that could still hold it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from evidence.errors import UsageError
from graph.answers import Status
from graph.notes import noted
from graph.project import Graph
from graph.questions.answers import Term, Terms, Unsearched
from graph.questions.columns import lay_columns, rows_with_term
from graph.questions.columns import understood as asked_of_columns
from graph.rows import Row, fetch
from graph.search import every_found
from graph.status import status

HITS: Final = 10
"""Hits of a term that are named."""
MOST_TERMS: Final = 5_000
DEFINITION: Final = (
    "Each line is searched as `casegraph search` would: words anywhere in a segment of text that was read, phrases in quotation "
    "marks, AND OR NOT; a number, account or address also however it is written. Each line is looked for in the identifier columns "
    "of tables of records too (numbers, accounts, addresses and names): a number, account or address however it is written, else "
    "all its words in one value, in any order, those of a phrase in order; word*, AND, OR and NOT are understood there, ~, NEAR, "
    "fields and NOT alone are not. A row counts once for each such column that names the term. Other columns of such tables are not "
    "in the index. The first hits in the order of the case are named; those read with doubt or as a draft are counted among all hits. "
    "A term without a hit was not found in what was read; what was not read, or read with doubt, could still hold it."
)
_SPOKEN: Final = {
    "pending": "exhibits not read yet",
    "failed": "exhibits that could not be read",
    "skipped": "exhibits skipped",
    "no_text": "exhibits in which no text was found although they are not blank",
}
_AT_ONCE: Final = 200_000
"""Hits of some terms that are put in order together."""
_IN_ORDER: Final = """
WITH hit AS (
    SELECT unnest($terms::INTEGER[]) AS term, unnest($ids::VARCHAR[]) AS id
), placed AS (
    SELECT term, segment.id, segment.doubtful OR segment.draft AS doubt,
           row_number() OVER (PARTITION BY term ORDER BY whole.ord, unit_kind, unit, ordinal) AS place
    FROM hit JOIN segment USING (id) JOIN exhibit AS whole ON whole.number = segment.exhibit
)
SELECT term, count(*) FILTER (doubt) AS doubtful, list(id ORDER BY place) FILTER (place <= $named) AS first FROM placed GROUP BY term
"""
_UNITS: Final = """
SELECT unit.outcome, count(*) AS items, list(DISTINCT unit.exhibit ORDER BY unit.exhibit) AS exhibits FROM unit
JOIN exhibit AS whole ON whole.number = unit.exhibit
WHERE unit.outcome IN ('failed', 'skipped', 'no_text') AND whole.outcome = 'read' GROUP BY unit.outcome ORDER BY unit.outcome
"""
_DOUBTFUL: Final = """
SELECT count(*) AS items, list(DISTINCT exhibit ORDER BY exhibit) AS exhibits FROM segment WHERE doubtful OR draft
"""
_COLUMNS: Final = (
    "SELECT count(*) AS items, coalesce(list(DISTINCT exhibit ORDER BY exhibit), []) AS exhibits FROM record_table"
)


def terms_in(lines: Iterable[str]) -> tuple[str, ...]:
    """Return the terms of a list, one a line, each once; blank lines and those that begin with # are none."""
    kept = (line.strip() for line in lines)
    return tuple(dict.fromkeys(line for line in kept if line and not line.startswith("#")))


def searched(graph: Graph, terms: Iterable[str]) -> Terms:
    """Return where each term stands, in their order, and what could still hold those not found; raises UsageError."""
    wanted = tuple(terms)
    if not wanted:
        raise UsageError("the list names no term", next_step="write one term a line")
    rows_held = lay_columns(graph)
    made, left_out = _looked_for(graph, wanted[:MOST_TERMS], rows_held=rows_held)
    now = status(graph)
    found = sum(1 for one in made if one.hits or one.rows)
    wrong = sum(1 for one in made if one.problem)
    behind = graph.behind
    return Terms(
        terms=tuple(made),
        found=found,
        not_found=len(made) - found - wrong,
        unsearched=tuple(one for one in _unsearched(graph, now) if one.items),
        definition=DEFINITION,
        notes=(
            *noted(len(wanted) - len(made), f"[terms were|term was] not searched for: at most {MOST_TERMS:,} are."),
            *noted(wrong, "[terms|term] could not be understood and [were|was] not searched for."),
            *noted(
                sum(not asked_of_columns(one) for one in wanted[:MOST_TERMS]) if rows_held else 0,
                "[terms use|term uses] ~, NEAR, a field or NOT alone: [they were|it was] not looked for in the columns of tables.",
            ),
            *left_out,
            *noted(behind, "[lines|line] of the ledger [are|is] not in the index yet."),
        ),
    )


def _looked_for(graph: Graph, terms: Sequence[str], *, rows_held: bool) -> tuple[list[Term], tuple[str, ...]]:
    """Return what is found of each term, and what searching for them left out."""
    made: list[Term] = []
    hits: dict[int, list[str]] = {}
    notes: list[str] = []
    waiting = 0
    for at, term in enumerate(terms):
        one, hits[at], left_out = _term(graph, term, rows_held=rows_held)
        made.append(one)
        notes += left_out
        waiting += one.hits
        if at + 1 == len(terms) or waiting >= _AT_ONCE:
            for which, row in _in_order(graph, hits).items():
                made[which] = _with_segments(made[which], row["doubtful"], row["first"])
            hits, waiting = {}, 0
    return made, tuple(dict.fromkeys(notes))


def _term(graph: Graph, term: str, *, rows_held: bool) -> tuple[Term, list[str], tuple[str, ...]]:
    """Return what is found of a term, without what its segments say, those segments, and what was left out."""
    rows = _rows(graph, term) if rows_held else Row(rows=0, exhibits=[])
    made = Term(term=term, understood="", hits=0, rows=rows["rows"], doubtful=0, exhibits=tuple(rows["exhibits"]),
                segments=(), problem="")  # fmt: skip
    try:
        understood, ids, notes = every_found(graph, term)
    except UsageError as error:
        return msgspec.structs.replace(made, problem=error.what), [], ()
    return msgspec.structs.replace(made, understood=understood, hits=len(ids)), ids, notes


def _in_order(graph: Graph, hits: dict[int, list[str]]) -> dict[int, Row]:
    """Return of each term the first segments that hold it, in the order of the case, and how many of all are read with doubt."""
    terms = [term for term, ids in hits.items() for _ in ids]
    ids = [name for found in hits.values() for name in found]
    rows = fetch(graph.conn, _IN_ORDER, {"terms": terms, "ids": ids, "named": HITS}) if ids else []
    return {row["term"]: row for row in rows}


def _rows(graph: Graph, term: str) -> Row:
    return rows_with_term(graph, term)


def _with_segments(made: Term, doubtful: int, first: Sequence[str]) -> Term:
    exhibits = (name.rsplit(".", 2)[0] for name in first)
    return msgspec.structs.replace(
        made, doubtful=doubtful, exhibits=tuple(dict.fromkeys([*exhibits, *made.exhibits])), segments=tuple(first)
    )


def _unsearched(graph: Graph, now: Status) -> list[Unsearched]:
    made = []
    for outcome, words in _SPOKEN.items():
        numbers = tuple(line.number for line in now.exhibits if line.outcome == outcome)
        made.append(Unsearched(what=words, items=len(numbers), exhibits=numbers))
    for row in fetch(graph.conn, _UNITS):
        what = f"pages, minutes or messages {row['outcome'].replace('_', ' ')} in exhibits that were read"
        made.append(Unsearched(what=what, items=row["items"], exhibits=tuple(row["exhibits"])))
    partial = tuple(line.number for line in now.exhibits if line.outcome == "read" and line.partial)
    made.append(Unsearched(what="exhibits read in part", items=len(partial), exhibits=partial))
    doubtful = fetch(graph.conn, _DOUBTFUL)[0]
    made.append(Unsearched(what="segments read with doubt or as a draft", items=doubtful["items"],
                           exhibits=tuple(doubtful["exhibits"] or ())))  # fmt: skip
    columns = fetch(graph.conn, _COLUMNS)[0]
    made.append(Unsearched(what="tables of records, of which only identifiers and free text were searched", items=columns["items"],
                           exhibits=tuple(columns["exhibits"])))  # fmt: skip
    made.append(Unsearched(what="sealed exhibits", items=now.sealed, exhibits=()))
    made.append(Unsearched(what="sealed segments", items=now.sealed_segments, exhibits=()))
    return made

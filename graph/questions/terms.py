"""What was searched and not found: each term of a list with its hits, and everything that could still hold it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import msgspec

from evidence.errors import UsageError
from graph.answers import SegmentText, Status
from graph.project import Graph
from graph.questions import ground
from graph.questions.answers import Term, Terms, Unsearched
from graph.rows import Row, fetch
from graph.search import first_found
from graph.status import status
from graph.things import segments

HITS: Final = 10
"""Hits of a term that are named."""
MOST_TERMS: Final = 5_000
DEFINITION: Final = (
    "Each line is searched as `casegraph search` would: words anywhere in a segment of text that was read, phrases in quotation "
    "marks, AND OR NOT; a number, account or address also however it is written, and in the identifier columns of tables of "
    "records. Other columns of such tables are not in the index. A term without a hit was not found in what was read; what was "
    "not read, or read with doubt, could still hold it."
)
_SPOKEN: Final = {
    "pending": "exhibits not read yet",
    "failed": "exhibits that could not be read",
    "skipped": "exhibits skipped",
    "no_text": "exhibits in which no text was found although they are not blank",
}
_UNITS: Final = """
SELECT unit.outcome, count(*) AS items, list(DISTINCT unit.exhibit ORDER BY unit.exhibit) AS exhibits FROM unit
JOIN exhibit AS whole ON whole.number = unit.exhibit
WHERE unit.outcome IN ('failed', 'skipped', 'no_text') AND whole.outcome = 'read' GROUP BY unit.outcome ORDER BY unit.outcome
"""
_DOUBTFUL: Final = """
SELECT count(*) AS items, list(DISTINCT exhibit ORDER BY exhibit) AS exhibits FROM segment WHERE doubtful OR draft
"""
_ROWS: Final = """
SELECT coalesce(sum(role.rows), 0)::BIGINT AS rows, coalesce(list(DISTINCT named.exhibit ORDER BY named.exhibit), []) AS exhibits
FROM record_named AS named JOIN record_role AS role USING (exhibit, table_no, id)
WHERE lower(named.value) = lower($term) OR lower(named.written) = lower($term)
   OR (length($digits) >= 6 AND ends_with(regexp_replace(named.value, '[^0-9]', '', 'g'), $digits))
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
    rows_held = bool(fetch(graph.conn, "SELECT 1 FROM record_named LIMIT 1"))
    looked = [_term(graph, term, rows_held=rows_held) for term in wanted[:MOST_TERMS]]
    held = segments(graph, {name for _, scores in looked for name in scores})
    made = tuple(_with_segments(one, scores, held) for one, scores in looked)
    now = status(graph)
    found = sum(1 for one in made if one.hits or one.rows)
    wrong = sum(1 for one in made if one.problem)
    behind = graph.behind
    return Terms(
        terms=made,
        found=found,
        not_found=len(made) - found - wrong,
        unsearched=tuple(one for one in _unsearched(graph, now) if one.items),
        definition=DEFINITION,
        notes=(
            *ground.told(len(wanted) - len(made), f"terms were not searched for: at most {MOST_TERMS:,} are."),
            *ground.told(wrong, "terms could not be understood and were not searched for."),
            *ground.told(behind, "lines of the ledger are not in the index yet."),
        ),
    )


def _term(graph: Graph, term: str, *, rows_held: bool) -> tuple[Term, dict[str, float]]:
    """Return what is found of a term, without what its segments say, and those segments with their scores."""
    rows = _rows(graph, term) if rows_held else Row(rows=0, exhibits=[])
    made = Term(term=term, understood="", hits=0, rows=rows["rows"], doubtful=0, exhibits=tuple(rows["exhibits"]),
                segments=(), problem="")  # fmt: skip
    try:
        understood, total, scores = first_found(graph, term, limit=HITS)
    except UsageError as error:
        return msgspec.structs.replace(made, problem=error.what), {}
    return msgspec.structs.replace(made, understood=understood, hits=total), scores


def _rows(graph: Graph, term: str) -> Row:
    digits = "".join(filter(str.isdigit, term)).lstrip("0")
    return fetch(graph.conn, _ROWS, {"term": term, "digits": digits if not any(map(str.isalpha, term)) else ""})[0]


def _with_segments(made: Term, scores: dict[str, float], held: dict[str, SegmentText]) -> Term:
    ranked = sorted((name for name in held if name in scores), key=lambda name: -round(scores[name], 3))
    found = [held[name] for name in ranked]
    return msgspec.structs.replace(
        made,
        doubtful=sum(one.strip.doubtful or one.strip.draft for one in found),
        exhibits=tuple(dict.fromkeys([*(one.exhibit for one in found), *made.exhibits])),
        segments=tuple(ranked),
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

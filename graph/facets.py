"""All hits of a search counted by what can be filtered by: one count in the index, of every hit, not only of those shown."""

from __future__ import annotations

from collections import Counter
from functools import reduce
from typing import Any, Final

from graph.answers import Facet, FacetValue
from graph.index import fact, facts_in, refused, spoken
from graph.project import Graph
from graph.rows import fetch
from graph.tokens import NO_DECOMPOSITION

FACETS: Final = {
    "kind": "kind", "exhibit": "exhibit", "custodian": "custodian", "sender": "sender", "speaker": "speaker", "language": "language",
    "source": "source", "month": "month", "review": "review", "mentions": "mentions",
}  # fmt: skip
SHOWN: Final = 20
"""Values of a facet that are given, those with most hits first; of months all."""
_MOST: Final = 65_000
_REVIEW: Final = ("reviewed", "unreviewed", "nothing")
_WRITTEN_IN: Final = {
    "custodian": "SELECT custodian AS value FROM exhibit",
    "speaker": "SELECT speaker AS value FROM segment",
    "sender": "SELECT value FROM event_party WHERE role = 'from' UNION ALL SELECT value FROM record_named",
}
"""What is shown as it is written; everything else is written as it stands in the index, but for the case of letters."""
_COMPARED: Final = 40
"""Letters at the beginning of a value, without white space, by which DuckDB finds what may be it."""
_LETTERS: Final = reduce(
    lambda made, pair: f"replace({made}, '{pair[0]}', '{pair[1]}')",
    {**NO_DECOMPOSITION, "ß": "ss"}.items(),
    "strip_accents(lower(value))",
)
# Nearly as `tokens.fold` does it, so that few of a million are looked at closely; what it misses is shown as it stands in the index.
_LIKELY: Final = """
WITH written AS (SELECT DISTINCT value FROM ({source})), folded AS (
    SELECT value, CASE WHEN strlen(value) = length(value) THEN lower(value) ELSE {letters} END AS known
    FROM written
)
SELECT value FROM folded WHERE list_contains($begins::VARCHAR[], left(replace(known, ' ', ''), $compared))
"""


def facets(graph: Graph, wanted: Any, *, only: str = "") -> tuple[Facet, ...]:
    """Return how many segments that `wanted` (tantivy's query) finds have each value, of one facet where `only` names it.

    A segment can have several months, senders and kinds of mentions.
    """
    try:
        counted = graph.index.searcher().aggregate(wanted, {"facts": {"terms": {"field": "facts", "size": _MOST}}})
    except (ValueError, OSError) as error:
        raise refused(error) from error
    hits = Counter[str]()
    for bucket in counted["facts"]["buckets"]:
        for known in facts_in(str(bucket["key"])):
            hits[known] += int(bucket["doc_count"])
    found: dict[str, list[tuple[str, int]]] = {name: [] for name in FACETS}
    for known, times in hits.items():
        name, _, value = known.partition(":")
        if name in found and (not only or name == only) and (name != "review" or value in _REVIEW):
            found[name].append((value, times))
    beyond = int(counted["facts"].get("sum_other_doc_count", 0))
    shown = {name: _shown(name, values) for name, values in found.items() if values}
    spelt = {name: _spelt(graph, name, {value for value, _ in values}) for name, values in shown.items()}
    return tuple(
        Facet(
            name=name,
            values=tuple(
                FacetValue(value=spelt[name].get(value) or spoken(value), hits=hits) for value, hits in values
            ),
            others=len(found[name]) - len(values),
            uncounted=beyond,
        )
        for name, values in shown.items()
    )


def _shown(name: str, values: list[tuple[str, int]]) -> list[tuple[str, int]]:
    if name == "month":
        return sorted(values)
    return sorted(values, key=lambda one: (-one[1], one[0]))[:SHOWN]


def _spelt(graph: Graph, name: str, wanted: set[str]) -> dict[str, str]:
    """Return how some values of a facet are written in the case, by how they stand in the index."""
    if name == "exhibit":
        return {value: value.upper() for value in wanted}
    if name not in _WRITTEN_IN:
        return {}
    begins = ["".join(spoken(value).split())[:_COMPARED] for value in wanted]
    query = _LIKELY.format(source=_WRITTEN_IN[name], letters=_LETTERS)
    made: dict[str, str] = {}
    for row in fetch(graph.conn, query, {"begins": begins, "compared": _COMPARED}):
        known = fact(name, row["value"]).partition(":")[2]
        if known in wanted:
            made[known] = min(row["value"], made.get(known, row["value"]))
    return made

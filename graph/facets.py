"""All hits of a search counted by what can be filtered by: one count in the index, of every hit, not only of those shown."""

from __future__ import annotations

from collections import Counter
from typing import Any, Final

from evidence.errors import IntegrityError
from graph.answers import Facet, FacetValue
from graph.index import fact, facts_in
from graph.project import Graph
from graph.rows import fetch

FACETS: Final = {
    "kind": "kind", "exhibit": "exhibit", "custodian": "custodian", "sender": "sender", "speaker": "speaker", "language": "language",
    "source": "source", "month": "month", "review": "review", "mentions": "mentions",
}  # fmt: skip
SHOWN: Final = 20
"""Values of a facet that are given, those with most hits first; of months all."""
_MOST: Final = 65_000
_REVIEW: Final = ("reviewed", "unreviewed", "nothing")
_SPELT: Final = """
SELECT DISTINCT 'custodian' AS name, custodian AS value FROM exhibit UNION ALL SELECT DISTINCT 'speaker', speaker FROM segment
"""
"""What is shown as it is written; everything else is written as it stands in the index, but for the case of letters."""


def facets(graph: Graph, wanted: Any, *, only: str = "") -> tuple[Facet, ...]:
    """Return how many segments that `wanted` (tantivy's query) finds have each value, of one facet where `only` names it.

    A segment can have several months, senders and kinds of mentions.
    """
    try:
        counted = graph.index.searcher().aggregate(wanted, {"facts": {"terms": {"field": "facts", "size": _MOST}}})
    except (ValueError, OSError) as error:
        raise IntegrityError(
            "the search index cannot be read", next_step="run `casegraph rebuild` on the case"
        ) from error
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
    spelt = _spelt(graph, {fact(name, value) for name, values in shown.items() for value, _ in values})
    return tuple(
        Facet(
            name=name,
            values=tuple(FacetValue(value=spelt.get(fact(name, value), value), hits=hits) for value, hits in values),
            others=len(found[name]) - len(values),
            uncounted=beyond,
        )
        for name, values in shown.items()
    )


def _shown(name: str, values: list[tuple[str, int]]) -> list[tuple[str, int]]:
    if name == "month":
        return sorted(values)
    return sorted(values, key=lambda one: (-one[1], one[0]))[:SHOWN]


def _spelt(graph: Graph, wanted: set[str]) -> dict[str, str]:
    """Return how values are written in the case, by how they stand in the index."""
    made = {key: key.partition(":")[2].upper() for key in wanted if key.startswith("exhibit:")}
    for row in fetch(graph.conn, _SPELT):
        key = fact(row["name"], row["value"])
        if key in wanted:
            made[key] = min(row["value"], made.get(key, row["value"]))
    return made

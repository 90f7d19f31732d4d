"""Phrases of several words with gaps between them: looked for in the text of those segments that hold all of their words."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from graph.looked_up import MOST_LOOKED_AT, First, LookedUp, corrected_text
from graph.project import Graph
from graph.query_language import Node, Words, leaves, understood
from graph.rows import fetch
from graph.things import segments
from graph.tokens import words

_TEXTS: Final = "SELECT id, text FROM segment WHERE id IN (SELECT unnest($ids::VARCHAR[]))"
_CORRECTED: Final = (
    "SELECT DISTINCT segment_id AS id FROM correction WHERE segment_id IN (SELECT unnest($ids::VARCHAR[]))"
)


def in_text(node: Node) -> bool:
    """Whether the index cannot say where a phrase stands: it knows gaps between two words alone."""
    return isinstance(node, Words) and node.apart > 0 and len(node.words) > 2


def look_up_spread(graph: Graph, node: Node, held: LookedUp, *, first: First) -> LookedUp:
    """Return what was looked up, and with it the phrases of several words with gaps; what is left out is in the notes."""
    found, notes = dict(held.segments), list(held.notes)
    for part in dict.fromkeys(leaves(node)):
        if isinstance(part, Words) and in_text(part):
            total, ids = first(part, MOST_LOOKED_AT)
            found[part] = {name: [] for name, text in _texts(graph, ids) if spread(part, words(text))}
            if total > len(ids):
                notes.append(
                    f"{total:,} segments hold all words of {understood(part)}; {len(ids):,} of them were looked at."
                )
    return replace(held, segments=found, notes=tuple(notes))


def _texts(graph: Graph, ids: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield the texts of some segments, those that people corrected also as corrected."""
    yield from ((row["id"], row["text"]) for row in fetch(graph.conn, _TEXTS, {"ids": list(ids)}))
    corrected = [row["id"] for row in fetch(graph.conn, _CORRECTED, {"ids": list(ids)})]
    yield from ((one.id, corrected_text(one)) for one in segments(graph, corrected).values())


def spread(phrase: Words, text: Sequence[str]) -> bool:
    """Whether the words of a text hold a phrase, each of its words at most so many out of place from the one before."""
    places: dict[str, list[int]] = {word: [] for word in phrase.words}
    for at, word in enumerate(text):
        if word in places:
            places[word].append(at)
    back = phrase.apart - 1 if len(places) == len(phrase.words) else -1
    reached = places[phrase.words[0]]
    for word in phrase.words[1:]:
        reached = [at for at in places[word] if _any_within(reached, at - 1 - phrase.apart, at + back)]
    return bool(reached)


def _any_within(places: Sequence[int], first: int, last: int) -> bool:
    at = bisect_left(places, first)
    return at < len(places) and places[at] <= last

"""More like a passage: segments that share its rarest words, and how much of it they repeat word for word."""

from __future__ import annotations

import math
from collections import Counter
from typing import Any, Final

import numpy as np
import tantivy

from evidence.errors import UsageError
from graph.answers import Alike, LikeThis, SegmentText
from graph.highlight import merged, snippet
from graph.index import refused, schema
from graph.project import Graph
from graph.questions.passages import ALIKE, FEWEST_WORDS, RUN, Hashes, alike, passages
from graph.things import segment, segments
from graph.tokens import tokens

SAME_PASSAGE: Final = round(1000 * ALIKE)
"""Thousandths of its runs from which on a segment is called the same passage."""
MOST_WORDS: Final = 25
_LOOKED_AT: Final = 200
_LONGEST: Final = 5_000
_SHORTEST_WORD: Final = 3
DEFINITION: Final = (
    f"The {MOST_WORDS} words of the segment that weigh most (how often they stand in it, times the logarithm of how few segments hold "
    "them; at least three letters or one character of a script without spaces) are searched for, any of them; what fits best by BM25 "
    f"comes first. `repeats` is the share of runs of {RUN} words that it and the segment have in common, of those in either (Broder 1997), "
    f"for paragraphs of {FEWEST_WORDS} words and more, counted in full, not estimated; {ALIKE:.0%} and more is called the same passage and "
    "comes before all others. Meaning is not looked at: `casegraph search --meaning` does that."
)
_SCHEMA: Final = schema()


def more_like(graph: Graph, name: str, *, most: int = 20) -> LikeThis:
    """Return the segments most like one, the same passages first; raises NotFound, and UsageError where it holds no word."""
    this = segment(graph, name)
    words = _telling(graph, this)
    if not words:
        raise UsageError(
            f"{name} holds no word that another segment holds too",
            next_step="`casegraph search CASE QUERY --meaning` looks for what is near in meaning",
        )
    scores = _scored(graph, words, without=name)
    found = segments(graph, scores)
    runs = _runs(this)
    made = [_alike(found[other], score, words, runs) for other, score in scores.items() if other in found]
    place = {name: position for position, name in enumerate(found)}
    made.sort(key=lambda one: (*_order(one), place[one.segment]))
    return LikeThis(
        segment=name,
        exhibit=this.exhibit,
        words=tuple(words),
        found=tuple(made[:most]),
        definition=DEFINITION,
        behind=graph.behind,
    )


def _order(one: Alike) -> tuple[int, float]:
    same = one.repeats if one.repeats >= SAME_PASSAGE else 0
    return -same, -round(one.score, 3)


def _telling(graph: Graph, this: SegmentText) -> dict[str, float]:
    """Return the words that tell this segment from others, the weightiest first, with their weights."""
    counted = Counter(token.word for token in tokens(this.text)[:_LONGEST])
    searcher = graph.index.searcher()
    every, weighed = int(searcher.num_docs), {}
    for word, times in counted.items():
        if len(word) >= _SHORTEST_WORD or not word.isascii():
            held = _held(searcher, word)
            if held > 1:
                weighed[word] = (1 + math.log(times)) * math.log(1 + every / held)
    first = sorted(weighed, key=lambda word: (-weighed[word], word))[:MOST_WORDS]
    return {word: weighed[word] for word in first}


def _held(searcher: Any, word: str) -> int:
    """Return how many segments hold a word; the index's own count may still hold some that were replaced, never fewer."""
    at_most = int(searcher.doc_freq("text", word))
    if at_most < 2:
        return at_most
    return int(searcher.search(tantivy.Query.term_query(_SCHEMA, "text", word), limit=1, count=True).count)


def _scored(graph: Graph, words: dict[str, float], *, without: str) -> dict[str, float]:
    either = [
        (tantivy.Occur.Should, tantivy.Query.boost_query(tantivy.Query.term_query(_SCHEMA, "text", word), weight))
        for word, weight in words.items()
    ]
    asked: Any = tantivy.Query.boolean_query(
        [
            (tantivy.Occur.Must, tantivy.Query.boolean_query(either)),
            (tantivy.Occur.MustNot, tantivy.Query.term_query(_SCHEMA, "id", without)),
        ]
    )
    try:
        searcher = graph.index.searcher()
        result = searcher.search(asked, limit=_LOOKED_AT, count=False)
        return {str(searcher.doc(address).get_first("id")): float(score) for score, address in result.hits}
    except (ValueError, OSError) as error:
        raise refused(error) from error


def _runs(one: SegmentText) -> Hashes:
    """Return the hashes of the runs of words of a segment; none where it has no paragraph long enough."""
    found = [passage.runs for passage in passages([(one.id, "", one.text)])]
    return np.unique(np.concatenate(found)) if found else np.empty(0, np.uint64)


def _alike(other: SegmentText, score: float, words: dict[str, float], runs: Hashes) -> Alike:
    theirs = _runs(other)
    shared = [token for token in tokens(other.text) if token.word in words]
    spans = merged((token.start, token.end) for token in shared)
    present = {token.word for token in shared}
    return Alike(
        exhibit=other.exhibit,
        segment=other.id,
        score=score,
        shared=tuple(word for word in words if word in present),
        repeats=round(1000 * alike(runs, theirs)) if len(runs) and len(theirs) else 0,
        snippet=snippet(other.text, spans),
        strip=other.strip,
    )

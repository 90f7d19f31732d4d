"""Searching the text of the case: tantivy for words, the graph for identifiers however they are written."""

from __future__ import annotations

import re
from typing import Any as Anything

import msgspec
import tantivy

from evidence.errors import IntegrityError
from evidence.locator import strip_text
from graph.answers import Found, Hit, SegmentText
from graph.highlight import Span, matched, merged, snippet
from graph.index import TEXT_FIELDS, fact, schema
from graph.project import Graph
from graph.query_language import All, Any, Begins, Field, Near, Node, Not, Words, parse, understood
from graph.rows import fetch
from graph.things import segments
from graph.tokens import words

_NUMBER = re.compile(r"\+?[\d\s().\-/]{7,}")
_ACCOUNT = re.compile(r"[A-Za-z]{2}\d{2}[\sA-Za-z0-9]{10,}")
_ADDRESS = re.compile(r"[^\s@\"]+@[^\s@\"]+\.[^\s@\".]+")
_FEWEST_DIGITS = 6


def search(graph: Graph, query: str, *, limit: int = 50) -> Found:
    """Return the segments that a query finds, best first, and how it was understood; raises UsageError.

    Scores are tantivy's (BM25): they say how well the words fit, nothing about the evidence, and change as the case
    grows. A query that is nothing but an identifier also finds every mention with that value.
    """
    written = _identifier(query)
    node: Node = Words(tuple(words(query))) if written else parse(query)
    by_value = _mentioned(graph, written) if written else {}
    asked = _tantivy(node)
    if by_value:
        ids = tantivy.Query.term_set_query(_SCHEMA, "id", sorted(by_value))
        asked = tantivy.Query.boolean_query([(tantivy.Occur.Should, asked), (tantivy.Occur.Should, ids)])
    total, scores = _run(graph, asked, limit)
    found = segments(graph, scores)
    hits = [_hit(node, found[name], score, by_value.get(name, [])) for name, score in scores.items() if name in found]
    place = {name: position for position, name in enumerate(found)}
    hits.sort(key=lambda hit: (-round(hit.score, 3), place[hit.segment]))
    said = understood(node) + (f", or an identifier with the value {written}" if written else "")
    return Found(understood=said, total=total, hits=tuple(hits), behind=graph.behind)


def _run(graph: Graph, asked: Anything, limit: int) -> tuple[int, dict[str, float]]:
    try:
        searcher = graph.index.searcher()
        result = searcher.search(asked, limit=max(1, limit), count=True)
        scores = {str(searcher.doc(address).get_first("id")): float(score) for score, address in result.hits}
    except (ValueError, OSError) as error:
        raise IntegrityError(
            "the search index cannot be read", next_step="run `casegraph rebuild` on the case"
        ) from error
    return int(result.count), scores


def _hit(node: Node, segment: SegmentText, score: float, mentioned: list[Span]) -> Hit:
    spans = merged([*matched(node, segment.text), *mentioned])
    shown = snippet(segment.text, spans)
    if not spans and segment.corrections:
        corrected = corrected_text(segment)
        shown = f"as corrected: {snippet(corrected, matched(node, corrected))}"
    return Hit(
        exhibit=segment.exhibit,
        segment=segment.id,
        locator=msgspec.to_builtins(segment.place) | {"strip": strip_text(segment.place)},
        snippet=shown,
        text=segment.text,
        score=score,
        spans=spans,
        identifier=bool(mentioned),
        strip=segment.strip,
    )


def corrected_text(segment: SegmentText) -> str:
    """Return a segment's text as people corrected it."""
    text = segment.text
    for correction in sorted(segment.corrections, key=lambda correction: -correction.start):
        text = text[: correction.start] + correction.text + text[correction.end :]
    return text


# --- identifiers ---------------------------------------------------------------------------------------------------


def _identifier(query: str) -> str:
    """Return the value that a query asks for where it is nothing but a number, an account or an address."""
    bare = query.strip().strip('"').strip()
    if _NUMBER.fullmatch(bare) and len(re.sub(r"\D", "", bare)) >= _FEWEST_DIGITS:
        return re.sub(r"[^\d+]", "", bare)
    if _ACCOUNT.fullmatch(bare) and any(letter.isdigit() for letter in bare[4:]):
        return re.sub(r"\s", "", bare).upper()
    return bare.lower() if _ADDRESS.fullmatch(bare) else ""


def _mentioned(graph: Graph, written: str) -> dict[str, list[Span]]:
    """Return the segments that mention the value, candidates too, with the spans that do."""
    digits = re.sub(r"\D", "", written) if _NUMBER.fullmatch(written) else ""
    query = """SELECT segment_id, start, "end" FROM mention
        WHERE upper(replace(value, ' ', '')) = upper($written)
           OR ($digits <> '' AND ends_with(regexp_replace(value, '[^0-9]', '', 'g'), $digits))
        ORDER BY segment_id, start"""
    found: dict[str, list[Span]] = {}
    asked = {"written": written, "digits": digits.removeprefix("00").lstrip("0")}
    for row in fetch(graph.conn, query, asked):
        found.setdefault(row["segment_id"], []).append((row["start"], row["end"]))
    return found


# --- from our tree to tantivy's ------------------------------------------------------------------------------------

_SCHEMA = schema()


def _tantivy(node: Node) -> Anything:
    match node:
        case Field(name=name, value=value):
            return _filter(name, value)
        case All(parts=parts):
            return _all(parts)
        case Any(parts=parts):
            return tantivy.Query.boolean_query([(tantivy.Occur.Should, _tantivy(part)) for part in parts])
        case Not():
            return _all((node,))
        case Words() | Near() | Begins():
            either = [(tantivy.Occur.Should, _in_field(node, field)) for field in TEXT_FIELDS]
            return tantivy.Query.boolean_query(either)


def _all(parts: tuple[Node, ...]) -> Anything:
    """Join with AND; a query that only takes away starts from everything."""
    wanted = [(tantivy.Occur.Must, _tantivy(part)) for part in parts if not isinstance(part, Not)]
    unwanted = [(tantivy.Occur.MustNot, _tantivy(part.part)) for part in parts if isinstance(part, Not)]
    return tantivy.Query.boolean_query([*(wanted or [(tantivy.Occur.Must, tantivy.Query.all_query())]), *unwanted])


def _in_field(node: Words | Near | Begins, field: str) -> Anything:
    match node:
        case Words(words=(word,)):
            return tantivy.Query.term_query(_SCHEMA, field, word)
        case Words(words=found, apart=apart):
            return tantivy.Query.phrase_query(_SCHEMA, field, list(found), slop=apart)
        case Near(word=word, off=off):
            return tantivy.Query.fuzzy_term_query(_SCHEMA, field, word, distance=off)
        case Begins(words=(word,)):
            return tantivy.Query.regex_query(_SCHEMA, field, f"{re.escape(word)}.*")
        case Begins(words=found):
            return tantivy.Query.phrase_prefix_query(_SCHEMA, field, list(found))


def _filter(name: str, value: str) -> Anything:
    """Match a field whole; an exhibit also by the exhibits that came out of it."""
    exact = tantivy.Query.term_query(_SCHEMA, "facts", fact(name, value), index_option="basic")
    if name != "exhibit":
        return exact
    inside = tantivy.Query.regex_query(_SCHEMA, "facts", f"{re.escape(fact(name, value))}/.*")
    return tantivy.Query.boolean_query([(tantivy.Occur.Should, exact), (tantivy.Occur.Should, inside)])

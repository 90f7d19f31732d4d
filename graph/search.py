"""Searching the text of the case: tantivy for words, the graph for identifiers however they are written and for names."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any as Anything
from typing import Final

import msgspec
import tantivy

from evidence.errors import UsageError
from evidence.locator import strip_text
from graph.answers import Facet, Found, Hit, SegmentText
from graph.facets import FACETS, facets
from graph.highlight import Span, matched, merged, snippet
from graph.index import TEXT_FIELDS, day_number, having, inside, refused, schema
from graph.looked_up import LookedUp, corrected_text, look_up, mentions_with_value
from graph.meaning import Near as NearInMeaning
from graph.meaning import Sought, meant
from graph.project import Graph
from graph.query_language import (
    All,
    Any,
    Begins,
    Close,
    Field,
    Named,
    Near,
    Node,
    Not,
    Recorded,
    Sounds,
    Words,
    leaves,
    parse,
    understood,
)
from graph.spread import in_text, look_up_spread
from graph.things import segments
from graph.tokens import words

_OF_THE_COUNTRY_ALONE: Final = re.compile(r"(?<=\d)\s*\(0\)")
"""A nought that is dialled within the country alone: +44 (0)20 7946 0142."""
_NUMBER = re.compile(r"\+?[\d\s().\-/]{7,}")
_ACCOUNT = re.compile(r"[A-Za-z]{2}\d{2}[\sA-Za-z0-9]{10,}")
_ADDRESS = re.compile(r"[^\s@\"]+@[^\s@\"]+\.[^\s@\".]+")
_FEWEST_DIGITS = 6
_FIRST: Final = 1_000
"""Hits that are fetched at once where all are wanted; only where there are more are all of them made room for."""
EVERYTHING: Final = All(())
"""What is asked for where only values of facets are chosen."""
NOT_EXACT: Final = (
    "Found by meaning, apart from the exact hits: what is near in meaning need not hold any of the words."
)
_NOT_ASKED: Final = (
    "What stands beside words in an OR is no filter for all, and was not asked of what is near in meaning"
)


class Search(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is asked of a search: all of it, so that it can be kept as JSON and asked again."""

    query: str
    limit: int = 50
    """Exact hits that are shown."""
    facets: bool = False
    """Also count all hits by kind, exhibit, custodian, sender, language, month and review."""
    by_meaning: int = 0
    """So many segments near in meaning to the words of the query, beside the exact hits; 0: none."""
    after: int = 0
    """Exact hits that are passed over, the best first: those that were shown already."""
    within: tuple[str, ...] = ()
    """Values of facets, as `kind:message`: one facet's values are alternatives, and of each facet one must hold."""


def search(graph: Graph, query: str, *, limit: int = 50, within: tuple[str, ...] = ()) -> Found:
    """Return the segments that a query finds, best first, and how it was understood; raises UsageError."""
    return answer(graph, Search(query=query, limit=limit, within=within))


def answer(graph: Graph, asked: Search, *, sought: Sought | None = None) -> Found:
    """Return what a search finds, best first, and how it was understood; raises UsageError.

    Scores are tantivy's (BM25): they say how well the words fit, nothing about the evidence, and change as the case
    grows. A query that is nothing but an identifier also finds every mention with that value. `sought` is the meaning of
    the query's words (`words_sought`) as an encoder gives it; without it nothing is found by meaning.
    """
    made = _made(graph, asked)
    node, held, by_value = made.node, made.held, made.by_value
    wanted = made.narrowed()
    total, scores = _run(graph, wanted, asked.limit, after=asked.after)
    found = segments(graph, scores)
    hits = [
        _hit(node, found[name], score, by_value.get(name, []), held.spans(name))
        for name, score in scores.items()
        if name in found
    ]
    place = {name: position for position, name in enumerate(found)}
    hits.sort(key=lambda hit: (-round(hit.score, 3), place[hit.segment]))
    near = _near(graph, made, sought, asked.by_meaning) if sought else None
    return Found(
        understood=made.said(),
        total=total,
        hits=tuple(hits),
        behind=graph.behind,
        names=held.names,
        facets=_counted(graph, made) if asked.facets else (),
        by_meaning=near.hits if near else (),
        notes=(*held.notes, *((NOT_EXACT, *near.notes) if near else ())),
    )


def first_found(graph: Graph, query: str, *, limit: int) -> tuple[str, int, dict[str, float]]:
    """Return how a query was understood, how many segments it finds, and the ids of the best with their scores."""
    made = _made(graph, Search(query=query))
    return made.said(), *_run(graph, made.narrowed(), limit)


def every_found(graph: Graph, query: str) -> tuple[str, list[str], tuple[str, ...]]:
    """Return how a query was understood, the ids of all segments it finds, in no order, and what was left out; raises UsageError."""
    made = _made(graph, Search(query=query))
    total, scores = _run(graph, made.wanted, _FIRST)
    if total > len(scores):
        _, scores = _run(graph, made.wanted, total)
    return made.said(), list(scores), made.held.notes


def counted(graph: Graph, asked: Search) -> tuple[Facet, ...]:
    """Return all that a search finds counted by each facet; one with chosen values as if none of its own were chosen."""
    return _counted(graph, _made(graph, asked))


def meant_by(graph: Graph, asked: Search, sought: Sought) -> NearInMeaning:
    """Return what is near in meaning to the words of a query and passes its filters; raises NotFound without vectors."""
    return _near(graph, _made(graph, asked), sought, asked.by_meaning)


def _near(graph: Graph, made: _Made, sought: Sought, most: int) -> NearInMeaning:
    found = meant(graph, sought, most=most, among=_filtered(graph, made.node, made.held, made.chosen))
    passed = " or ".join(understood(part) for part in _passed_over(made.node))
    return found._replace(notes=(*found.notes, f"{_NOT_ASKED}: {passed}.")) if passed else found


@dataclass(frozen=True, slots=True)
class _Made:
    """A search made ready for the index."""

    node: Node
    written: str
    by_value: dict[str, list[Span]]
    held: LookedUp
    wanted: Anything
    chosen: dict[str, tuple[str, ...]]

    def narrowed(self, *, without: str = "") -> Anything:
        """Return what to ask of the index, the chosen values of facets too, but for those of one."""
        parts = [_any_of(name, values) for name, values in self.chosen.items() if name != without]
        return (
            tantivy.Query.boolean_query([(_BOTH, self.wanted), *((_BOTH, part) for part in parts)])
            if parts
            else self.wanted
        )

    def said(self) -> str:
        """Return how the query was understood."""
        said = understood(self.node) + (f", or an identifier with the value {self.written}" if self.written else "")
        return "; ".join([said, *(f"{name} is {' or '.join(values)}" for name, values in self.chosen.items())])


def _made(graph: Graph, asked: Search) -> _Made:
    chosen = chosen_values(asked.within)
    node, written = (EVERYTHING, "") if chosen and not asked.query.strip() else _read(asked.query)
    by_value = _mentioned(graph, written) if written else {}
    first = partial(_first, graph)
    held = look_up_spread(graph, node, look_up(graph, node, first=first), first=first)
    wanted = _tantivy(node, held)
    if by_value:
        ids = tantivy.Query.term_set_query(_SCHEMA, "id", sorted(by_value))
        wanted = tantivy.Query.boolean_query([(tantivy.Occur.Should, wanted), (tantivy.Occur.Should, ids)])
    return _Made(node, written, by_value, held, wanted, chosen)


def chosen_values(within: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Return the values chosen of each facet; raises UsageError where one is of no facet."""
    chosen: dict[str, tuple[str, ...]] = {}
    for one in dict.fromkeys(within):
        name, _, value = one.partition(":")
        if name not in FACETS or not value.strip():
            raise UsageError(
                f"{one[:80]!r} is no value of a facet", next_step=f"one of {', '.join(FACETS)}, as in kind:message"
            )
        chosen[name] = (*chosen.get(name, ()), value)
    return chosen


def _any_of(name: str, values: Sequence[str]) -> Anything:
    """Match one of the values, exactly as a facet counts them: of an exhibit not what came out of it."""
    return tantivy.Query.boolean_query([(_EITHER, having(name, value)) for value in values])


def _counted(graph: Graph, made: _Made) -> tuple[Facet, ...]:
    """Count each facet over what is found; one with chosen values without those, so that others can be chosen beside them."""
    found = {facet.name: facet for facet in facets(graph, made.narrowed())}
    for name in made.chosen:
        found |= {facet.name: facet for facet in facets(graph, made.narrowed(without=name), only=name)}
    return tuple(found[name] for name in FACETS if name in found)


def words_sought(query: str) -> str:
    """Return the words of a query whose meaning can be looked for: not its filters, not what it takes away; raises UsageError."""
    return " ".join(_spoken(_read(query)[0]))


def _read(query: str) -> tuple[Node, str]:
    written = _identifier(query)
    return (Words(tuple(words(query))) if written else parse(query)), written


def _spoken(node: Node) -> list[str]:
    match node:
        case Words(words=found) | Begins(words=found):
            return list(found)
        case Near(word=word):
            return [word]
        case Sounds(name=name):
            return [name]
        case Close(one=one, other=other):
            return [*_spoken(one), *_spoken(other)]
        case All(parts=parts) | Any(parts=parts):
            return [word for part in parts for word in _spoken(part)]
        case Field() | Named() | Recorded() | Not():
            return []


def _filtered(graph: Graph, node: Node, held: LookedUp, chosen: Mapping[str, Sequence[str]]) -> Anything:
    """Return what keeps, of some segments, those that the filters of a query let through; None where it has none."""
    filters = tuple(part for part in _joined_by_and(node) if not _spoken(part))
    if not filters and not chosen:
        return None
    narrowed = [(_BOTH, _any_of(name, values)) for name, values in chosen.items()]
    wanted = tantivy.Query.boolean_query([(_BOTH, _all(filters, held)), *narrowed])

    def let_through(names: Sequence[str]) -> set[str]:
        these = tantivy.Query.term_set_query(_SCHEMA, "id", list(names))
        both = tantivy.Query.boolean_query([(tantivy.Occur.Must, wanted), (tantivy.Occur.Must, these)])
        return set(_run(graph, both, len(names))[1])

    return let_through


def _joined_by_and(node: Node) -> list[Node]:
    """Return the parts of a query each of which must hold."""
    return [part for inner in node.parts for part in _joined_by_and(inner)] if isinstance(node, All) else [node]


def _passed_over(node: Node) -> list[Node]:
    """Return the filters of a query that are alternatives to words."""
    mixed = [part for part in _joined_by_and(node) if isinstance(part, Any) and _spoken(part)]
    return [leaf for part in mixed for leaf in leaves(part) if not _spoken(leaf)]


def _run(graph: Graph, asked: Anything, limit: int, *, after: int = 0) -> tuple[int, dict[str, float]]:
    try:
        searcher = graph.index.searcher()
        result = searcher.search(asked, limit=max(1, limit), count=True, offset=after)
        scores = {str(searcher.doc(address).get_first("id")): float(score) for score, address in result.hits}
    except (ValueError, OSError) as error:
        raise refused(error) from error
    return int(result.count), scores


def _first(graph: Graph, part: Node, most: int) -> tuple[int, list[str]]:
    """Return how many segments a part of a query finds, and the ids of the best of them."""
    total, scores = _run(graph, _tantivy(part, LookedUp()), most)
    return total, list(scores)


def _hit(node: Node, segment: SegmentText, score: float, mentioned: Sequence[Span], looked_up: Sequence[Span]) -> Hit:
    spans = merged([*matched(node, segment.text), *mentioned, *looked_up])
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


# --- identifiers ---------------------------------------------------------------------------------------------------


def _identifier(query: str) -> str:
    """Return the value that a query asks for where it is nothing but a number, an account or an address."""
    bare = query.strip().strip('"').strip()
    if _NUMBER.fullmatch(bare) and len(re.sub(r"\D", "", bare)) >= _FEWEST_DIGITS:
        return re.sub(r"[^\d+]", "", _OF_THE_COUNTRY_ALONE.sub("", bare))
    if _ACCOUNT.fullmatch(bare) and any(letter.isdigit() for letter in bare[4:]):
        return re.sub(r"\s", "", bare).upper()
    return bare.lower() if _ADDRESS.fullmatch(bare) else ""


def _mentioned(graph: Graph, written: str) -> dict[str, list[Span]]:
    """Return the segments that mention the value, candidates too, with the spans that do."""
    digits = re.sub(r"\D", "", written) if _NUMBER.fullmatch(written) else ""
    return mentions_with_value(graph, written, digits=digits.removeprefix("00").lstrip("0"))


# --- from our tree to tantivy's ------------------------------------------------------------------------------------

_SCHEMA = schema()
_EITHER: Final = tantivy.Occur.Should
_BOTH: Final = tantivy.Occur.Must


def _tantivy(node: Node, held: LookedUp) -> Anything:
    if (segments_held := held.segments.get(node)) is not None:
        return tantivy.Query.term_set_query(_SCHEMA, "id", sorted(segments_held))
    match node:
        case Field(name=name, value=value):
            return _filter(name, value)
        case Recorded(since=since, until=until):
            return tantivy.Query.range_query(
                _SCHEMA,
                "day",
                tantivy.FieldType.Integer,
                lower_bound=day_number(since) if since else None,
                upper_bound=day_number(until) if until else None,
                include_upper=not until,
            )
        case All(parts=parts):
            return _all(parts, held)
        case Any(parts=parts):
            return tantivy.Query.boolean_query([(_EITHER, _tantivy(part, held)) for part in parts])
        case Not():
            return _all((node,), held)
        case Close() if not held.by_index(node):  # where it may stand; the text itself is looked at
            return tantivy.Query.boolean_query([(_BOTH, _tantivy(node.one, held)), (_BOTH, _tantivy(node.other, held))])
        case Words() | Near() | Begins() | Close():
            return tantivy.Query.boolean_query([(_EITHER, _in_field(node, field)) for field in TEXT_FIELDS])
        case Sounds() | Named():
            return tantivy.Query.empty_query()


def _all(parts: tuple[Node, ...], held: LookedUp) -> Anything:
    """Join with AND; a query that only takes away starts from everything."""
    wanted = [(_BOTH, _tantivy(part, held)) for part in parts if not isinstance(part, Not)]
    unwanted = [(tantivy.Occur.MustNot, _tantivy(part.part, held)) for part in parts if isinstance(part, Not)]
    return tantivy.Query.boolean_query([*(wanted or [(_BOTH, tantivy.Query.all_query())]), *unwanted])


def _in_field(node: Words | Near | Begins | Close, field: str) -> Anything:
    match node:
        case Words(words=(word,)):
            return tantivy.Query.term_query(_SCHEMA, field, word)
        case Words() if in_text(node):  # where it may stand; the text itself is looked at
            return tantivy.Query.boolean_query(
                [(_BOTH, tantivy.Query.term_query(_SCHEMA, field, word)) for word in dict.fromkeys(node.words)]
            )
        case Words(words=found, apart=apart):
            return tantivy.Query.phrase_query(_SCHEMA, field, list(found), slop=apart)
        case Near(word=word, off=off):
            return tantivy.Query.fuzzy_term_query(_SCHEMA, field, word, distance=off)
        case Begins(words=(word,)):
            return tantivy.Query.regex_query(_SCHEMA, field, f"{re.escape(word)}.*")
        case Begins(words=found):
            whole: list[str | tuple[int, str]] = [*map(re.escape, found[:-1]), f"{re.escape(found[-1])}.*"]
            return tantivy.Query.regex_phrase_query(_SCHEMA, field, whole)
        case Close(one=Words(words=(one,)), other=Words(words=(other,)), within=within):
            phrases = [
                tantivy.Query.phrase_query(_SCHEMA, field, [*order], slop=within - 1)
                for order in ((one, other), (other, one))
            ]
            return tantivy.Query.boolean_query([(_EITHER, phrase) for phrase in phrases])


def _filter(name: str, value: str) -> Anything:
    """Match a field whole; an exhibit also by the exhibits that came out of it, a sender also as the speaker."""
    exact = having(name, value)
    match name:
        case "exhibit":
            return tantivy.Query.boolean_query([(_EITHER, exact), (_EITHER, inside(value))])
        case "sender":
            return tantivy.Query.boolean_query([(_EITHER, exact), (_EITHER, having("speaker", value))])
        case _:
            return exact

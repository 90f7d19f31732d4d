"""Parts of a query that the index alone cannot answer: looked up among the names and mentions, or in the text itself."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from graph.answers import NameAlike, SegmentText
from graph.highlight import Span, matched, pairs
from graph.name_forms import Form, Word, form, skeleton
from graph.name_likeness import level
from graph.project import Graph
from graph.query_language import Close, Named, Node, Sounds, Words, leaves
from graph.rows import fetch
from graph.things import segments as segments_by_id
from graph.tokens import tokens

_VOWELS: Final = re.compile(r"[aeiouy]+")
_MUTE_H: Final = re.compile(r"(?<=[bdgkrtz])h")
MOST_LOOKED_AT: Final = 20_000
"""Segments whose text is looked at for phrases that are to stand near each other."""
MOST_NAMES: Final = 200
"""Names that `sounds:` takes, the likest first."""
ALIKE: Final = ("same", "transliteration", "sound", "misread", "nickname", "spelling")
"""How a word of a name may be like the one asked for, the likest first; see `graph.name_likeness`."""
_NAMES: Final = """
SELECT id, kind, label, value, mentions FROM entity WHERE list_contains(['person_name', 'display_name', 'organisation', 'place'], kind)
ORDER BY kind, value, id
"""
_MENTIONED: Final = """
SELECT segment_id, start, "end" FROM mention JOIN (SELECT unnest($entities) AS id) AS wanted ON wanted.id = entity_id
ORDER BY segment_id, start
"""
# A value is asked of the entities, of which there are fewer; then their mentions are looked for by id.
_WRITTEN: Final = "upper(replace(value, ' ', '')) = upper(replace($value, ' ', ''))"
_ENDING: Final = "ends_with(regexp_replace(value, '[^0-9]', '', 'g'), $digits)"
_TEXTS: Final = "SELECT segment.id, text FROM segment JOIN (SELECT unnest($ids) AS id) AS wanted USING (id)"
First = Callable[[Node, int], tuple[int, list[str]]]
"""Returns how many segments a part of a query finds, and the ids of so many of them, the best first."""


@dataclass(frozen=True, slots=True)
class LookedUp:
    """What was looked up: for each such part of the query its segments, with the code points that make it so."""

    segments: dict[Node, dict[str, list[Span]]] = field(default_factory=dict)
    names: tuple[NameAlike, ...] = ()
    notes: tuple[str, ...] = ()

    def spans(self, segment: str) -> list[Span]:
        """Return what is to be marked in a segment."""
        return [span for found in self.segments.values() for span in found.get(segment, ())]

    @staticmethod
    def by_index(node: Close) -> bool:
        """Whether the index knows by itself where the two stand near each other: two different words."""
        return (
            isinstance(node.one, Words) and isinstance(node.other, Words)
            and len(node.one.words) == len(node.other.words) == 1 and node.one != node.other
        )  # fmt: skip


def look_up(graph: Graph, node: Node, *, first: First) -> LookedUp:
    """Return everything in a query that has to be looked up; what is left out is in the notes."""
    segments: dict[Node, dict[str, list[Span]]] = {}
    names: list[NameAlike] = []
    notes: list[str] = []
    for part in dict.fromkeys(leaves(node)):
        match part:
            case Sounds():
                alike = names_alike(graph, part.name)
                names += alike[:MOST_NAMES]
                segments[part] = _mentioned(graph, _MENTIONED, entities=[one.entity for one in alike[:MOST_NAMES]])
                if len(alike) > MOST_NAMES:
                    notes.append(
                        f"{len(alike):,} names are like {part.name}; the {MOST_NAMES} likest were searched for."
                    )
            case Named():
                segments[part] = mentions_with_value(graph, part.value, kind=part.kind)
            case Close() if not LookedUp.by_index(part):
                total, ids = first(part, MOST_LOOKED_AT)
                segments[part] = _near_each_other(graph, part, ids)
                if total > len(ids):
                    notes.append(
                        f"{total:,} segments hold both words or phrases of a NEAR; {len(ids):,} of them were looked at."
                    )
    return LookedUp(segments, tuple(names), tuple(notes))


def _mentioned(graph: Graph, query: str, **asked: object) -> dict[str, list[Span]]:
    found: dict[str, list[Span]] = {}
    for row in fetch(graph.conn, query, asked):
        found.setdefault(row["segment_id"], []).append((row["start"], row["end"]))
    return found


def mentions_with_value(graph: Graph, value: str, *, kind: str = "", digits: str = "") -> dict[str, list[Span]]:
    """Return the segments that mention a value however it is spaced, candidates too, with the spans that do.

    With `digits`, every value whose digits end so.
    """
    asked = {"value": value} | ({"kind": kind} if kind else {})
    fits = f"kind = $kind AND {_WRITTEN}" if kind else _WRITTEN
    if digits and digits.isascii():
        # What is written so ends so. A digit that is missing rules a value out at a hundredth of what all of them cost.
        holds = " AND ".join(f"contains(value, '{digit}')" for digit in sorted(set(digits)))
        asked, fits = {"digits": digits}, f"{holds} AND {_ENDING}"
    named = fetch(graph.conn, f"SELECT id FROM entity WHERE {fits}", asked)  # noqa: S608 - our own conditions
    return _mentioned(graph, _MENTIONED, entities=[row["id"] for row in named]) if named else {}


# --- names ---------------------------------------------------------------------------------------------------------


def names_alike(graph: Graph, name: str) -> list[NameAlike]:
    """Return the names that hold, for each word of `name`, one that is or sounds alike, the likest first.

    Only names that were found as such are looked at: text in which names were not looked for holds none.
    """
    asked = form(name)
    made = []
    known: dict[tuple[str, str, bool], str] = {}
    for row in fetch(graph.conn, _NAMES):
        how = _how_alike(asked, form(row["value"]), known)
        if how:
            made.append(
                NameAlike(entity=row["id"], kind=row["kind"], label=row["label"], mentions=row["mentions"], how=how)
            )
    return sorted(made, key=lambda one: (ALIKE.index(one.how), -one.mentions, one.label, one.entity))


def _how_alike(asked: Form, other: Form, known: dict[tuple[str, str, bool], str]) -> str:
    """Return how alike the least alike word is; nothing where one has no word like it."""
    letters = asked.script != other.script and "LATIN" in (asked.script, other.script)
    left, worst = list(other.words), 0
    for word in asked.words:
        ranked = [(_rank(word, one, letters, known), at) for at, one in enumerate(left)]
        best, at = min(ranked, default=(len(ALIKE), 0))
        if best == len(ALIKE):
            return ""
        worst = max(worst, best)
        left.pop(at)
    return ALIKE[worst] if asked.words else ""


def _rank(word: Word, other: Word, letters: bool, known: dict[tuple[str, str, bool], str]) -> int:
    key = (word.folded, other.folded, letters)
    if key not in known:
        alike = level(word, other, letters=letters)
        heard = sum(map(len, _heard(word.folded))) > 1 and _heard(word.folded) == _heard(other.folded)
        known[key] = "sound" if heard and alike not in ALIKE[:2] else alike
    return ALIKE.index(known[key]) if known[key] in ALIKE else len(ALIKE)


@lru_cache(maxsize=200_000)
def _heard(folded: str) -> tuple[str, ...]:
    """Return the consonants between the vowels, those that languages spell differently made one: Wargha as Varga, Gheorghe as George.

    Looser than what lays names side by side: here a person looks for a name that was heard, and sees which names were taken.
    """
    return tuple(map(skeleton, _VOWELS.split(_MUTE_H.sub("", folded))))


# --- near each other -----------------------------------------------------------------------------------------------


def _near_each_other(graph: Graph, node: Close, ids: list[str]) -> dict[str, list[Span]]:
    """Return those of the segments in which the two stand near each other, as read or as corrected."""
    found = {
        row["id"]: list(matched(node, row["text"]))
        for row in fetch(graph.conn, _TEXTS, {"ids": ids})
        if pairs(node, tokens(row["text"]))
    }
    for segment in _corrected(graph, [name for name in ids if name not in found]):
        if pairs(node, tokens(corrected_text(segment))):
            found[segment.id] = []
    return found


def _corrected(graph: Graph, ids: Iterable[str]) -> Iterator[SegmentText]:
    wanted = set(ids)
    rows = fetch(graph.conn, "SELECT DISTINCT segment_id FROM correction")
    yield from segments_by_id(graph, [row["segment_id"] for row in rows if row["segment_id"] in wanted]).values()


def corrected_text(segment: SegmentText) -> str:
    """Return a segment's text as people corrected it."""
    text = segment.text
    for correction in sorted(segment.corrections, key=lambda correction: -correction.start):
        text = text[: correction.start] + correction.text + text[correction.end :]
    return text

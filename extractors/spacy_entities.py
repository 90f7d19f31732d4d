"""The spaCy engine: identifiers by patterns, names by any spaCy pipeline named in the settings.

Two pipelines, because they want different things from the text. *Identifiers* are a spaCy component that reads
`doc.text` and writes to `doc.user_data`, since an identifier need not begin or end where a token does and
`doc.spans` cannot hold one that does not; its pipeline has a tokeniser that makes one token of the whole text, for
nobody reads the tokens and splitting them would cost more than finding (and spaCy's own is quadratic on a megabyte
of brackets). The component can be added to any pipeline as `casegraph_identifiers`. *Names* come from
`extractors.pipelines`.

Names that touch an identifier are dropped: an address is not a person.
"""

from __future__ import annotations

import importlib.metadata
import re
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import Any

import msgspec

from evidence.digest import digest_lines, sha256_file
from evidence.locator import RecordPlace
from evidence.records import Findings, Found, MentionStatus, ReadingSource, Segment, SegmentLanguage, Stamp
from extractors import patterns
from extractors.languages import language_of
from extractors.patterns.hit import Asserted, Hit
from extractors.pipelines import BATCH, PIECE, NamesPipelines, folders_digest, pipeline_name, storable
from extractors.protocols import DAYS_UNKNOWN, ReadContext
from extractors.relations import stated_relations

VERSION = "6"
_KEY = "casegraph.identifiers"
_TOLD = "casegraph.told"
_LIBRARIES = ("spacy", "py3langid", "phonenumbers", "schwifty", "python-stdnum", "base58", "pycryptodome")
_WITH_PLACES = ("address", "room")
"""Identifiers that a place may stand in, or hold: a street in an address, `Room 4, Harbour Lodge`."""
_MESSAGE_IDS = re.compile(r"^(?:Message-ID|In-Reply-To|References):.*$", re.MULTILINE | re.IGNORECASE)


class SpacyOptions(msgspec.Struct, frozen=True, kw_only=True):
    """Settings of the entity engine."""

    pipeline: str = ""
    """Which spaCy pipelines find names: see `extractors.pipelines.folders_of`; empty: none."""


# --- identifiers as a spaCy component -------------------------------------------------------------------------------


def _register() -> None:
    """Register the component `casegraph_identifiers` with spaCy; imports spaCy, so only when an engine is made."""
    from spacy.language import Language

    if not Language.has_factory("casegraph_identifiers"):
        Language.component("casegraph_identifiers", func=identifiers)


def identifiers(doc: Any) -> Any:
    """Write the identifiers of `doc.text` to `doc.user_data["casegraph.identifiers"]`, as `patterns.Hit`s.

    Where `doc.user_data["casegraph.told"]` holds a pair (how the text was read, what was asserted), they are used.
    """
    source, asserted = doc.user_data.get(_TOLD, ("native", Asserted()))
    doc.user_data[_KEY] = patterns.identifiers_in(doc.text, source=source, asserted=asserted)
    return doc


class _WholeText:
    """A tokeniser that makes one token of a text."""

    def __init__(self, vocab: Any) -> None:
        from spacy.tokens import Doc

        self._doc, self._vocab = Doc, vocab

    def __call__(self, text: str) -> Any:
        return self._doc(self._vocab, words=[text] if text else [], spaces=[False] if text else [])


def identifier_pipeline() -> Any:
    """Return the spaCy pipeline that finds identifiers: one component, no tokens."""
    import spacy

    _register()
    nlp = spacy.blank("xx")
    nlp.tokenizer = _WholeText(nlp.vocab)
    nlp.add_pipe("casegraph_identifiers")
    return nlp


# --- the engine ----------------------------------------------------------------------------------------------------


class SpacyEntities:
    """Finds identifiers, and names where a pipeline for them is set; made once per worker."""

    def __init__(self, options: SpacyOptions | None = None) -> None:
        self._options = options or SpacyOptions()
        self._identifiers = identifier_pipeline()
        self._names = NamesPipelines(self._options.pipeline)

    def find(
        self, segments: Sequence[Segment], *, context: ReadContext, written: Mapping[int, str] = DAYS_UNKNOWN
    ) -> Findings:
        """Return mentions in segment order, then by start, and the relations that the text states."""
        told = [segment.language or language_of(segment.text) for segment in segments]
        asserted = [
            _asserted(context.region, context.day_order, language, written.get(segment.index, ""))
            for segment, language in zip(segments, told, strict=True)
        ]
        hits = self._hits(segments, asserted)
        looked = [self._names.looks_in(language) for language in told]
        named = self._names.find([segment.text for segment in segments], told, asserted=context.languages)
        mentions: list[Found] = []
        for at, segment in enumerate(segments):
            mentions += _mentions(segment, _without_message_ids(segment, hits[at]), named.get(at, ()))
        return Findings(
            mentions=tuple(mentions),
            relations=stated_relations(segments, mentions),
            languages=tuple(
                SegmentLanguage(segment=segment.index, language=language, names_looked_for=names)
                for segment, language, names in zip(segments, told, looked, strict=True)
            ),
            names_looked_for=bool(segments) and all(looked),
        )

    def stamp(self) -> Stamp:
        """Return the versions and digests of everything that decides what is found, but for the context given."""
        return self._stamp

    @cached_property
    def _stamp(self) -> Stamp:
        folders = self._names.folders
        return Stamp(
            name="spacy_entities",
            version=VERSION,
            model=", ".join(map(pipeline_name, folders)),
            model_digest=folders_digest(folders),
            settings={"patterns": patterns_digest(), "piece": PIECE, "batch": BATCH, **library_versions()},
        )

    def _hits(self, segments: Sequence[Segment], asserted: Sequence[Asserted]) -> list[tuple[Hit, ...]]:
        nlp = self._identifiers
        hits: list[tuple[Hit, ...]] = []
        with nlp.memory_zone():
            docs = map(self._told, segments, asserted)
            hits += [doc.user_data[_KEY] for doc in nlp.pipe(docs, batch_size=BATCH)]
        return hits

    def _told(self, segment: Segment, asserted: Asserted) -> Any:
        doc = self._identifiers.tokenizer(storable(segment.text))
        doc.user_data[_TOLD] = (segment.source, asserted)
        return doc


@lru_cache(maxsize=256)
def _asserted(region: str, day_order: str, language: str, written: str) -> Asserted:
    return Asserted(region=region, day_order=day_order, language=language, written=written)


# --- from hits to mentions -----------------------------------------------------------------------------------------


def _without_message_ids(segment: Segment, hits: Sequence[Hit]) -> Sequence[Hit]:
    """Drop what stands in an email's Message-ID lines: it looks like an address, and nobody can be written to there."""
    if not isinstance(segment.place, RecordPlace) or segment.place.field != "headers":
        return hits
    lines = [(found.start(), found.end()) for found in _MESSAGE_IDS.finditer(segment.text)]
    return [hit for hit in hits if not any(start <= hit.start < end for start, end in lines)]


def _mentions(segment: Segment, hits: Sequence[Hit], names: Sequence[Hit]) -> list[Found]:
    taken = [(hit.start, hit.end) for hit in hits if hit.kind not in _WITH_PLACES]
    rooms = [(hit.start, hit.end) for hit in hits if hit.kind == "room"]
    kept = [*hits, *(name for name in names if _free(name, taken) and not _inside(name, rooms))]
    kept.sort(key=lambda hit: (hit.start, -hit.end, hit.kind))
    return [_found(segment, hit) for hit in kept]


def _free(name: Hit, taken: list[tuple[int, int]]) -> bool:
    at = bisect_left(taken, (name.end, 0))
    return not any(end > name.start for _, end in taken[max(0, at - 2) : at])


def _inside(name: Hit, spans: list[tuple[int, int]]) -> bool:
    at = bisect_right(spans, name.start, key=lambda span: span[0])
    return at > 0 and name.end <= spans[at - 1][1]


def _found(segment: Segment, hit: Hit) -> Found:
    return Found(
        segment=segment.index,
        kind=hit.kind,
        start=hit.start,
        end=hit.end,
        quote=segment.text[hit.start : hit.end],
        value=hit.value,
        status=status_of(hit, segment.source),
        check=hit.check,
        rule=hit.rule,
        score=_score(segment, hit) if segment.source in ("ocr", "speech") else -1,
        finder=hit.finder,
    )


def status_of(hit: Hit, source: ReadingSource) -> MentionStatus:
    """Return what the check and the reading make of a hit.

    Characters that a person typed or the file holds are believed; a machine's reading of pixels or sound only where
    check digits would have shown a mistake. One Luhn digit does not vouch for characters that a rule has changed, and
    what is deduced stands in no characters at all.
    """
    if not hit.holds:
        return "unverified"
    if hit.deduced:
        return "candidate"
    if source in ("native", "human") or (hit.check_digits and not (hit.rule and hit.kind in ("card", "imei", "vin"))):
        return "established"
    return "candidate"


def _score(segment: Segment, hit: Hit) -> int:
    """Return the lowest word score under the span, -1 where no word there has one."""
    words = segment.words
    first = bisect_right(words, hit.start, key=lambda word: word.end)
    last = bisect_left(words, hit.end, key=lambda word: word.start)
    return min((word.score for word in words[first:last] if word.score >= 0), default=-1)


# --- what goes into the stamp --------------------------------------------------------------------------------------


@cache
def library_versions() -> dict[str, str]:
    """Return the versions of the libraries that tokenise, label or check."""
    return {name: importlib.metadata.version(name) for name in _LIBRARIES}


@cache
def patterns_digest() -> str:
    """Return a digest of the source of the patterns, of this module and of the relations: another rule, another recipe."""
    here = Path(__file__).parent
    files = [
        *(file for name in ("patterns", "relations") for file in sorted((here / name).rglob("*.py"))),
        *(here / f"{name}.py" for name in ("languages", "pipelines")),
        Path(__file__),
    ]
    return digest_lines("patterns", [[file.name, sha256_file(file)] for file in files])

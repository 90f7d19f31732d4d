"""The spaCy engine: identifiers by patterns, names by any spaCy pipeline named in the settings.

Two pipelines, because they want different things from the text. *Identifiers* are a spaCy component that reads
`doc.text` and writes to `doc.user_data`, since an identifier need not begin or end where a token does and
`doc.spans` cannot hold one that does not; its pipeline has a tokeniser that makes one token of the whole text, for
nobody reads the tokens and splitting them would cost more than finding (and spaCy's own is quadratic on a megabyte
of brackets). The component can be added to any pipeline as `casegraph_identifiers`. *Names* run on pieces of at most
`PIECE` code points, cut at white space, so that no segment is too long for a model.

Names that touch an identifier are dropped: an address is not a person.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import msgspec

from evidence.errors import EngineMissing
from evidence.locator import RecordPlace
from evidence.records import Findings, Found, MentionStatus, ReadingSource, Segment, Stamp
from extractors import patterns
from extractors.patterns.hit import Asserted, Hit
from extractors.protocols import Availability, ReadContext
from extractors.relations import stated_relations

VERSION = "2"
PIECE = 20_000
"""Code points of text that a names pipeline is given at once."""
BATCH = 64
"""Pieces a names pipeline works on together; fixed, since it can change what some models label."""
LONGEST_TOKEN = 400
"""White-space-free code points after which a piece is cut anyway; spaCy's tokeniser is quadratic in them."""
NAME_LABELS = {
    "PER": "person_name",
    "PERSON": "person_name",
    "PS": "person_name",
    "ORG": "organisation",
    "ORGANIZATION": "organisation",
    "LOC": "place",
    "GPE": "place",
    "FAC": "place",
    "LOCATION": "place",
}
"""Labels of OntoNotes, CoNLL and WikiNER pipelines, and the kinds they become; other labels are not names."""

_KEY = "casegraph.identifiers"
_TOLD = "casegraph.told"
_LIBRARIES = ("spacy", "phonenumbers", "schwifty", "python-stdnum", "base58", "pycryptodome")
_SURROGATE = re.compile("[\ud800-\udfff]")
_CUT = re.compile(r"\s")
_MESSAGE_IDS = re.compile(r"^(?:Message-ID|In-Reply-To|References):.*$", re.MULTILINE | re.IGNORECASE)
_POSSESSIVES = ("'s", "\u2019s")


class SpacyOptions(msgspec.Struct, frozen=True, kw_only=True):
    """Settings of the entity engine."""

    pipeline: str = ""
    """Name of an installed spaCy pipeline, or a folder holding one, that finds names; empty: none."""


def names_available(options: SpacyOptions) -> Availability:
    """Return whether names of people, organisations and places will be found, without loading the pipeline."""
    if not options.pipeline:
        return Availability(
            engine="names",
            available=False,
            detail="names of people, organisations and places are not being found; identifiers are",
            next_step="name an installed spaCy pipeline, or a folder holding one, in the settings",
        )
    folder = _pipeline_folder(options.pipeline)
    if folder is None:
        return Availability(
            engine="names",
            available=False,
            detail=f"spaCy pipeline {options.pipeline!r} is not installed here; names are not being found",
            next_step="install it, or correct the name of the pipeline in the settings",
        )
    return Availability(engine="names", available=True, detail=f"spaCy pipeline {_pipeline_name(folder)}")


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
        self._names = _load(self._options.pipeline) if self._options.pipeline else None

    def find(self, segments: Sequence[Segment], *, context: ReadContext) -> Findings:
        """Return mentions in segment order, then by start, and the relations that the text states."""
        hits = self._hits(segments, context)
        named = self._named(segments)
        mentions: list[Found] = []
        for at, segment in enumerate(segments):
            mentions += _mentions(segment, _without_message_ids(segment, hits[at]), named.get(at, ()))
        return Findings(
            mentions=tuple(mentions),
            relations=stated_relations(segments, mentions),
            names_looked_for=bool(segments) and self._names is not None and all(map(self._looks_in, segments)),
        )

    def stamp(self) -> Stamp:
        """Return the versions and digests of everything that decides what is found, but for the context given."""
        folder = _pipeline_folder(self._options.pipeline) if self._options.pipeline else None
        return Stamp(
            name="spacy_entities",
            version=VERSION,
            model=_pipeline_name(folder) if folder else "",
            model_digest=_folder_digest(folder) if folder else "",
            settings={"patterns": patterns_digest(), "piece": PIECE, "batch": BATCH, **library_versions()},
        )

    def _hits(self, segments: Sequence[Segment], context: ReadContext) -> list[tuple[Hit, ...]]:
        nlp = self._identifiers
        hits: list[tuple[Hit, ...]] = []
        with nlp.memory_zone():
            docs = (self._told(segment, context) for segment in segments)
            hits += [doc.user_data[_KEY] for doc in nlp.pipe(docs, batch_size=BATCH)]
        return hits

    def _told(self, segment: Segment, context: ReadContext) -> Any:
        doc = self._identifiers.tokenizer(storable(segment.text))
        doc.user_data[_TOLD] = (segment.source, _asserted(context.region, context.day_order, segment.language))
        return doc

    def _looks_in(self, segment: Segment) -> bool:
        return self._names is not None and (segment.language in ("", self._names.lang) or self._names.lang == "xx")

    def _named(self, segments: Sequence[Segment]) -> dict[int, list[Hit]]:
        """Return the names found, by position in `segments`."""
        named: dict[int, list[Hit]] = {}
        if self._names is None:
            return named
        pieces = [
            (piece, (at, offset))
            for at, segment in enumerate(segments)
            if self._looks_in(segment)
            for offset, piece in pieces_of(storable(segment.text))
        ]
        with self._names.memory_zone():
            for doc, (at, offset) in self._names.pipe(pieces, as_tuples=True, batch_size=BATCH):
                named.setdefault(at, []).extend(_names_in(doc, offset))
        return named


def _load(pipeline: str) -> Any:
    import spacy

    try:
        return spacy.load(pipeline)
    except (OSError, ValueError, ImportError) as error:
        raise EngineMissing(
            f"spaCy pipeline {pipeline!r} cannot be loaded: {str(error).splitlines()[0]}",
            next_step="install it, or correct the name of the pipeline in the settings",
        ) from error


@lru_cache(maxsize=256)
def _asserted(region: str, day_order: str, language: str) -> Asserted:
    return Asserted(region=region, day_order=day_order, language=language)


def storable(text: str) -> str:
    """Return `text`, of the same length, with lone surrogates replaced, which spaCy cannot store."""
    return text if text.isascii() or _SURROGATE.search(text) is None else _SURROGATE.sub("\ufffd", text)


def pieces_of(text: str) -> Iterator[tuple[int, str]]:
    """Yield `text` in pieces with their offsets, cut at white space, and inside words only where one is endless."""
    at = 0
    while at < len(text):
        end = _piece_end(text, at)
        yield at, text[at:end]
        at = end


def _piece_end(text: str, at: int) -> int:
    """Return where the piece that begins at `at` ends: before an endless word, else at the last white space."""
    limit = min(len(text), at + PIECE)
    word = at
    for gap in _CUT.finditer(text, at, limit):
        if gap.start() - word > LONGEST_TOKEN:
            break
        word = gap.end()
    else:
        if limit == len(text) and limit - word <= LONGEST_TOKEN:
            return limit
        if word > at and limit - word <= LONGEST_TOKEN:
            return word
    return min(limit, word if word > at else at + LONGEST_TOKEN)


def _names_in(doc: Any, offset: int) -> Iterator[Hit]:
    text = doc.text
    for ent in doc.ents:
        kind = NAME_LABELS.get(ent.label_)
        start, end = trimmed_span(text[ent.start_char : ent.end_char], ent.start_char)
        if kind and end > start:
            yield Hit(
                kind=kind,
                start=start + offset,
                end=end + offset,
                value=name_value(text[start:end]),
                holds=True,
                check=f"labelled {ent.label_}",
                finder="names",
            )


def trimmed_span(text: str, start: int) -> tuple[int, int]:
    """Return the span of `text` at `start` without marks at its edges and without a possessive; empty for marks only."""
    left, right = 0, len(text)
    while right and not text[right - 1].isalnum():
        right -= 1
    while left < right and not text[left].isalnum():
        left += 1
    right -= 2 if right - left > 2 and text[right - 2 : right] in _POSSESSIVES else 0
    return start + left, start + right


def name_value(quote: str) -> str:
    """Return the form by which names join: NFKC, case folded, white space as one space."""
    return " ".join(unicodedata.normalize("NFKC", quote).casefold().split())


# --- from hits to mentions -----------------------------------------------------------------------------------------


def _without_message_ids(segment: Segment, hits: Sequence[Hit]) -> Sequence[Hit]:
    """Drop what stands in an email's Message-ID lines: it looks like an address, and nobody can be written to there."""
    if not isinstance(segment.place, RecordPlace) or segment.place.field != "headers":
        return hits
    lines = [(found.start(), found.end()) for found in _MESSAGE_IDS.finditer(segment.text)]
    return [hit for hit in hits if not any(start <= hit.start < end for start, end in lines)]


def _mentions(segment: Segment, hits: Sequence[Hit], names: Sequence[Hit]) -> list[Found]:
    taken = [(hit.start, hit.end) for hit in hits]
    kept = [*hits, *(name for name in names if _free(name, taken))]
    kept.sort(key=lambda hit: (hit.start, -hit.end, hit.kind))
    return [_found(segment, hit) for hit in kept]


def _free(name: Hit, taken: list[tuple[int, int]]) -> bool:
    at = bisect_left(taken, (name.end, 0))
    return not any(end > name.start for _, end in taken[max(0, at - 2) : at])


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
    check digits would have shown a mistake. One Luhn digit does not vouch for characters that a rule has changed.
    """
    if not hit.holds:
        return "unverified"
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
    files = [*sorted((here / "patterns").glob("*.py")), here / "relations.py", Path(__file__)]
    return _digest_of([(file.name, file) for file in files])


def _folder_digest(folder: Path) -> str:
    files = sorted(file for file in folder.rglob("*") if file.is_file() and "__pycache__" not in file.parts)
    return _digest_of([(file.relative_to(folder).as_posix(), file) for file in files])


def _digest_of(files: Sequence[tuple[str, Path]]) -> str:
    lines = [f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {name}" for name, file in files]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _pipeline_folder(pipeline: str) -> Path | None:
    """Return the folder of an installed pipeline or of a path; None where there is neither."""
    from spacy.util import get_package_path, is_package

    if (Path(pipeline) / "meta.json").is_file():
        return Path(pipeline)
    if not pipeline.isidentifier() or not is_package(pipeline):
        return None
    return Path(get_package_path(pipeline))


def _pipeline_name(folder: Path) -> str:
    meta = folder / "meta.json"
    stated = msgspec.json.decode(meta.read_bytes()) if meta.is_file() else {}
    parts = [str(stated.get(key, "")) for key in ("lang", "name", "version")]
    return "_".join(filter(None, parts[:2])) + (f" {parts[2]}" if parts[2] else "") if any(parts) else folder.name

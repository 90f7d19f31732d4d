"""The spaCy pipelines that look for names: our own, and any that the settings name, each for its language.

A segment whose language no pipeline knows is left alone, and says so; one whose language could not be told goes to
the pipeline of the first language asserted, else to the first there is.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final

import msgspec

from evidence.digest import digest, sha256_file
from evidence.errors import EngineMissing
from extractors.models import folder_digest
from extractors.patterns.hit import Hit
from extractors.protocols import Availability

BUNDLED: Final = "bundled"
"""In the setting: the pipelines that ship with this package."""
NONE: Final = "none"
PIECE: Final = 20_000
"""Code points of text that a pipeline is given at once."""
BATCH: Final = 64
"""Pieces a pipeline works on together; fixed, since it can change what some models label."""
LONGEST_TOKEN: Final = 400
"""White-space-free code points after which a piece is cut anyway; spaCy's tokeniser is quadratic in them."""
SURE: Final = 0.4
"""A name with less confidence stays unverified. Four in ten: leaving out more costs more names than it spares errors."""
NAME_LABELS: Final = {
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

_ANY_LANGUAGE: Final = "xx"
_READ_AS: Final = {"bs": "sr", "hr": "sr"}
"""Near languages: py3langid takes most Serbian in Latin script for Bosnian or Croatian."""
_CONFIDENCES: Final = "casegraph.names"
_SURROGATE = re.compile("[\ud800-\udfff]")
_CUT = re.compile(r"\s")
_SIGN = re.compile(r"[^\W_]")
"""A letter or digit: without one there is no name, and brackets cost a model as much as words do."""
_POSSESSIVES: Final = ("'s", "\u2019s")


def folders_of(setting: str) -> list[Path]:
    """Return the folders of the pipelines that a setting names, in its order.

    The setting is `bundled`, `none`, or names of installed pipelines and folders, parted by commas; empty is `none`.
    Raises EngineMissing where one is not there.
    """
    folders: list[Path] = []
    for name in filter(None, (part.strip() for part in setting.split(","))):
        if name == BUNDLED:
            from extractors import names

            folders += [names.path(language) for language in names.languages()]
        elif name != NONE:
            folders.append(_folder_of(name))
    return folders


def _folder_of(name: str) -> Path:
    from spacy.util import get_package_path, is_package

    if (Path(name) / "meta.json").is_file():
        return Path(name)
    if not name.isidentifier() or not is_package(name):
        raise EngineMissing(
            f"spaCy pipeline {name!r} is not installed here; names are not being found",
            next_step="install it, or correct `names_pipeline` in the settings",
        )
    return Path(get_package_path(name))


def names_available(setting: str) -> Availability:
    """Return whether names of people, organisations and places will be found, without loading a pipeline."""
    try:
        folders = folders_of(setting)
    except EngineMissing as error:
        return Availability(engine="names", available=False, detail=error.what, next_step=error.next_step)
    if not folders:
        return Availability(
            engine="names",
            available=False,
            detail="names of people, organisations and places are not being found; identifiers are",
            next_step=f"set `names_pipeline` to `{BUNDLED}`, an installed spaCy pipeline, or a folder holding one",
        )
    said = ", ".join(f"{pipeline_name(folder)} for language {_language_in(folder)}" for folder in folders)
    return Availability(engine="names", available=True, detail=f"spaCy pipeline {said}")


class NamesPipelines:
    """The pipelines of a setting; made once per worker. Raises EngineMissing where one cannot be loaded.

    The first is loaded at once, another when the first text comes that it is for: a case seldom has them all.
    """

    def __init__(self, setting: str = "") -> None:
        self.folders = folders_of(setting)
        self._languages = [_language_in(folder) for folder in self.folders]
        self._loaded: dict[int, Any] = {}
        if self.folders:
            self._pipeline(0)

    def __bool__(self) -> bool:
        return bool(self.folders)

    def looks_in(self, language: str) -> bool:
        """Whether names are looked for in text of a language; empty: in text whose language could not be told."""
        return bool(self.folders) and (
            not language or any(each in (self._read_as(language), _ANY_LANGUAGE) for each in self._languages)
        )

    def find(self, texts: Sequence[str], languages: Sequence[str], *, asserted: Sequence[str]) -> dict[int, list[Hit]]:
        """Return the names in some texts, by their position; of two pipelines that name the same words, the first."""
        found: dict[int, list[Hit]] = {}
        for number, its_language in enumerate(self._languages):
            pieces = [
                (piece, (at, offset))
                for at, text in enumerate(texts)
                if self._is_for(its_language, languages[at], asserted)
                for offset, piece in pieces_of(storable(text))
                if _SIGN.search(piece)
            ]
            if not pieces:
                continue
            nlp, usual = self._pipeline(number), _usual_confidence(self.folders[number])
            with nlp.memory_zone():
                for doc, (at, offset) in nlp.pipe(pieces, as_tuples=True, batch_size=BATCH):
                    before = found.setdefault(at, [])
                    before += [hit for hit in _names_in(doc, offset, usual) if not _overlaps(hit, before)]
        return found

    def _pipeline(self, number: int) -> Any:
        if number not in self._loaded:
            self._loaded[number] = _load(self.folders[number])
        return self._loaded[number]

    def _is_for(self, its_language: str, language: str, asserted: Sequence[str]) -> bool:
        known = self._languages
        taken = language or next((code for code in asserted if code in known), known[0])
        return its_language in (self._read_as(taken), _ANY_LANGUAGE)

    def _read_as(self, language: str) -> str:
        return language if language in self._languages else _READ_AS.get(language, language)


def _overlaps(hit: Hit, others: Sequence[Hit]) -> bool:
    return any(hit.start < other.end and other.start < hit.end for other in others)


def _load(folder: Path) -> Any:
    import spacy

    try:
        return spacy.load(folder)
    except (OSError, ValueError, ImportError) as error:
        raise EngineMissing(
            f"spaCy pipeline {folder.name!r} cannot be loaded: {str(error).splitlines()[0]}",
            next_step="install it again, or correct `names_pipeline` in the settings",
        ) from error


# --- text in, names out --------------------------------------------------------------------------------------------


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


_BIRTH_LABEL: Final = re.compile(r"[\s,;:(]+(?:D\.?\s?O\.?\s?B\.?|d\.o\.b\.?|dob|born|geb\.?)\W*$")
"""What a form writes between a name and a birth date, as it stands at the end of a name that was read too far."""


def _names_in(doc: Any, offset: int, usual: float | None) -> Iterator[Hit]:
    text = doc.text
    told = {(name.start, name.end): name.confidence for name in doc.user_data.get(_CONFIDENCES, ())}
    for ent in doc.ents:
        kind = NAME_LABELS.get(ent.label_)
        start, end = trimmed_span(text[ent.start_char : ent.end_char], ent.start_char)
        if kind == "person_name":
            end = start + len(without_birth_label(text[start:end]))
        if not kind or end <= start:
            continue
        confidence = told.get((ent.start_char, ent.end_char), usual)
        yield Hit(
            kind=kind,
            start=start + offset,
            end=end + offset,
            value=name_value(text[start:end]),
            holds=confidence is None or confidence >= SURE,
            check=f"labelled {ent.label_}"
            + ("" if confidence is None else f", right in about {confidence:.0%} of such"),
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


def without_birth_label(name: str) -> str:
    """Return a name without the `D.O.B.` that follows it in a form."""
    return _BIRTH_LABEL.sub("", name)


def name_value(quote: str) -> str:
    """Return the form by which names join: NFKC, case folded, white space as one space."""
    return " ".join(unicodedata.normalize("NFKC", quote).casefold().split())


# --- what goes into the stamp --------------------------------------------------------------------------------------


@cache
def _usual_confidence(folder: Path) -> float | None:
    """Return the share of a shipped pipeline's names that was right on what was set aside; None where nobody says."""
    scores = folder / "scores.json"
    if not scores.is_file():
        return None
    clean = msgspec.json.decode(scores.read_bytes(), type=dict[str, Any]).get("clean", {})
    precision = clean.get("all", {}).get("precision")
    return None if precision is None else precision / 100


def pipeline_name(folder: Path) -> str:
    """Return a pipeline's language, name and version as it states them, else its folder's name."""
    stated = _stated(folder)
    parts = [str(stated.get(key, "")) for key in ("lang", "name", "version")]
    return "_".join(filter(None, parts[:2])) + (f" {parts[2]}" if parts[2] else "") if any(parts) else folder.name


def _language_in(folder: Path) -> str:
    return str(_stated(folder).get("lang", "")) or "unknown"


def _stated(folder: Path) -> dict[str, Any]:
    meta = folder / "meta.json"
    return msgspec.json.decode(meta.read_bytes(), type=dict[str, Any]) if meta.is_file() else {}


def folders_digest(folders: Sequence[Path]) -> str:
    """Return a digest of everything in some pipelines' folders, and of our own code that runs ours; empty where none is."""
    digests = [_with_code(folder) for folder in folders]
    return digests[0] if len(digests) == 1 else digest("pipelines", digests) if digests else ""


def _with_code(folder: Path) -> str:
    """Return the digest of a pipeline; of one of ours with the modules that decode and the rules, which its folder lacks."""
    ours = Path(__file__).parent / "names"
    if folder.parent != ours:
        return folder_digest(folder)
    return digest("names", [folder_digest(folder), *(sha256_file(file) for file in sorted(ours.glob("*.py")))])

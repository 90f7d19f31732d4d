"""Names of people, organisations and places: spaCy pipelines of our own, one folder per language.

`spacy.load(path("en"))` gives a pipeline whose one component runs a small transformer through onnxruntime. `doc.ents`
carry PER, ORG and LOC; `doc.user_data["casegraph.names"]` holds the same spans as `Name`s with a calibrated confidence.
The other languages have small convolutional networks of spaCy's own kind, which give `doc.ents` and no confidence.
Importing this package registers the factories that the pipelines need; installed, spaCy finds them by itself.
"""

from __future__ import annotations

from pathlib import Path

from evidence.errors import EngineMissing
from extractors.names.component import NAMES_KEY, Name, NamesFinder
from extractors.names.tokenizer import PatientTokenizer

__all__ = ["NAMES_KEY", "Name", "NamesFinder", "PatientTokenizer", "languages", "path"]


def languages() -> tuple[str, ...]:
    """Return the languages that a pipeline is shipped for; English first, since text of no known language goes there."""
    found = (file.parent.name for file in Path(__file__).parent.glob("*/config.cfg"))
    return tuple(sorted(found, key=lambda language: (language != "en", language)))


def path(language: str) -> Path:
    """Return the folder of the pipeline for a language; raises `EngineMissing` where none is shipped."""
    folder = Path(__file__).parent / language
    if language not in languages():
        raise EngineMissing(
            f"no names pipeline is shipped for language {language!r}",
            next_step="name an installed spaCy pipeline in the settings",
        )
    return folder

"""Speed of the English names pipeline against its bare onnxruntime model: `python tests/bench/bench_names.py`.

The text is the part set aside of two of the corpora, else the entity bench's own. Times are processor seconds of this
process on one core; the model is fed the very windows that the pipeline cut.
"""

from __future__ import annotations

import sys
from pathlib import Path

import spacy
from bench_entities import TEXTS

from extractors import names
from extractors.names.training import corpora
from extractors.names.training.speed import words_a_second

TARGET = 0.85
DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "ner" / "en"


def sentences() -> list[corpora.Sentence]:
    """Return what is read."""
    if DATA.is_dir():
        dev = corpora.split(DATA).dev
        return dev["wikigold"] + dev["gum_cc"]
    return [corpora.Sentence(tuple(text.split()), ("O",) * len(text.split()), "") for text in TEXTS[:200]]


def main() -> int:
    """Print both speeds and their ratio; return 1 where it misses the target."""
    whole, bare = words_a_second(spacy.load(names.path("en")), sentences())
    print(
        f"names: {whole:,.0f} words/s from raw text, bare model {bare:,.0f}, ratio {whole / bare:.2f} (wanted: {TARGET})"
    )
    return 0 if whole / bare >= TARGET else 1


if __name__ == "__main__":
    sys.exit(main())

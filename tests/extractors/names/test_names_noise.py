"""The copies that training makes of a sentence: labels stay with their words and stay legal."""

from __future__ import annotations

import random

import pytest

from extractors.names.training import noise
from extractors.names.training.corpora import Sentence, legal_tags, spans_of

SENTENCE = Sentence(
    (
        "In",
        "London",
        ",",
        "Maria",
        "Lopez",
        "of",
        "Barclays",
        "Bank",
        "said",
        ":",
        '"',
        "I",
        "ca",
        "n't",
        "stay",
        '"',
        ".",
    ),
    ("O", "B-LOC", "O", "B-PER", "I-PER", "O", "B-ORG", "I-ORG", *["O"] * 9),
    "wikigold",
)
POOL = {"PER": [("Ana", "Silva")], "ORG": [("Acme", "Corp")], "LOC": [("Porto",)]}


def kinds(sentence: Sentence) -> list[str]:
    return [kind for _, _, kind in spans_of(sentence.tags)]


@pytest.mark.parametrize("seed", range(60))
def test_a_copy_keeps_the_names_and_legal_labels(seed: int) -> None:
    copy = noise.Spoiler(POOL, noise.english_tokens()).copy(SENTENCE, random.Random(seed))
    assert len(copy.words) == len(copy.tags)
    assert all(copy.words)
    assert list(copy.tags) == legal_tags(copy.tags)
    assert kinds(copy) == ["LOC", "PER", "ORG"]


def test_running_text_is_cut_as_the_pipeline_cuts_it() -> None:
    sentence = Sentence(("J", ".", "P", ".", "Morgan", "paid"), ("B-ORG", *["I-ORG"] * 4, "O"), "btc")
    copy = noise.Spoiler(POOL, noise.english_tokens()).running(sentence, random.Random(1))
    assert copy.words == ("J.", "P.", "Morgan", "paid")
    assert copy.tags == ("B-ORG", "I-ORG", "I-ORG", "O")


def test_a_transcript_has_no_marks_and_no_capitals() -> None:
    copy = noise.transcript(SENTENCE, random.Random(2))
    assert all(word == word.lower() and any(map(str.isalnum, word)) for word in copy.words)
    assert kinds(copy) == ["LOC", "PER", "ORG"]


def test_misreading_changes_about_the_rate_asked_for() -> None:
    rng = random.Random(3)
    long = Sentence(("extraordinary",) * 2_000, ("O",) * 2_000, "btc")
    copy = noise.misread(long, rng, rate=0.03, boundaries=False)
    changed = sum(before != after for before, after in zip(long.words, copy.words, strict=True))
    assert 0.25 < changed / 2_000 < 0.40

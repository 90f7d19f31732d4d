"""The labelled sentences, split by blocks into a part to train on and a part to measure on."""

from __future__ import annotations

import gzip
import hashlib
import json
import random
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final, NamedTuple

SILVER: Final = "wikiann_silver"
"""The corpus that links labelled, not people."""
CORPORA: Final = (
    "btc",
    "gum_cc",
    "litbank",
    "sec_filings",
    "uner_ewt_dev",
    "wikigold",
    "wnut17_train",
    "wnut17_dev",
    SILVER,
)
FORMS: Final = "forms"
"""Lines that are made up, not read from a corpus."""
BLOCK: Final = 40
"""Sentences that stay together in the split, so that neighbours from one text do not stand on both sides of it."""
TENTH: Final = 9
"""The block of each ten that is set aside."""
EMPTY_KEPT: Final = {"litbank": 0.4}
"""Share of sentences without a name that is trained on, per epoch, where a corpus has little else; contracts keep theirs, their capitals are hard."""
REPEATED: Final = {"uner_ewt_dev": 2}
"""Corpora that are small and hand-labelled with care are read more than once per epoch."""


class Sentence(NamedTuple):
    """Words with their BIO labels, and the corpus they come from."""

    words: tuple[str, ...]
    tags: tuple[str, ...]
    corpus: str

    @property
    def named(self) -> bool:
        """Whether the sentence has a name."""
        return any(tag != "O" for tag in self.tags)


class Split(NamedTuple):
    """Sentences by corpus: what to train on, and what is set aside."""

    train: dict[str, list[Sentence]]
    dev: dict[str, list[Sentence]]


def read(folder: Path, corpus: str) -> list[Sentence]:
    """Return the sentences of `corpus` in the folder; raises where labels and words do not match."""
    found = []
    with gzip.open(folder / f"{corpus}.jsonl.gz", "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            row = json.loads(line)
            if len(row["tokens"]) != len(row["tags"]):
                raise ValueError(f"{corpus}, line {number}: {len(row['tokens'])} tokens, {len(row['tags'])} tags")
            if row["tokens"]:
                found.append(Sentence(tuple(row["tokens"]), tuple(legal_tags(row["tags"])), corpus))
    return found


def split(folder: Path, *, held_out: Iterable[str] = ()) -> Split:
    """Return the split; corpora `held_out` are measured on whole, and silver ones are trained on whole.

    A sentence set aside that also stands elsewhere, but for case, is not trained on.
    """
    held = set(held_out)
    train: dict[str, list[Sentence]] = {}
    dev: dict[str, list[Sentence]] = {}
    for corpus in CORPORA:
        sentences = read(folder, corpus)
        if corpus in held:
            dev[corpus] = sentences
        elif corpus == SILVER:
            train[corpus] = sentences
        else:
            aside = [at // BLOCK % 10 == TENTH for at in range(len(sentences))]
            dev[corpus] = [one for one, apart in zip(sentences, aside, strict=True) if apart]
            train[corpus] = [one for one, apart in zip(sentences, aside, strict=True) if not apart]
    seen = {_key(sentence) for sentences in dev.values() for sentence in sentences if len(sentence.words) > 3}
    kept = {corpus: [one for one in sentences if _key(one) not in seen] for corpus, sentences in train.items()}
    return Split(kept, dev)


def epoch(train: dict[str, list[Sentence]], rng: random.Random) -> list[Sentence]:
    """Return the sentences of one epoch, corpora in order, thinned and repeated."""
    chosen: list[Sentence] = []
    for corpus, sentences in train.items():
        share = EMPTY_KEPT.get(corpus, 1.0)
        for _ in range(REPEATED.get(corpus, 1)):
            chosen += [one for one in sentences if share == 1.0 or one.named or rng.random() < share]
    return chosen


def names_by_kind(folders: Iterable[Path], train: dict[str, list[Sentence]]) -> dict[str, list[tuple[str, ...]]]:
    """Return the different names in the training part and in silver corpora of other languages, by kind."""
    pool: dict[str, set[tuple[str, ...]]] = {"PER": set(), "ORG": set(), "LOC": set()}
    others = (read(folder, SILVER) for folder in folders if (folder / f"{SILVER}.jsonl.gz").exists())
    for sentences in (*train.values(), *others):
        for sentence in sentences:
            for first, end, kind in spans_of(sentence.tags):
                name = sentence.words[first:end]
                if len(name) <= 6 and all(_plain(word) for word in name):
                    pool[kind].add(name)
    return {kind: sorted(names) for kind, names in pool.items()}


def spans_of(tags: Iterable[str]) -> Iterator[tuple[int, int, str]]:
    """Yield (first, end, kind) of each name in legal tags."""
    first, kind, at = 0, "", -1
    for at, tag in enumerate(tags):
        if kind and tag != f"I-{kind}":
            yield first, at, kind
            kind = ""
        if tag.startswith("B-"):
            first, kind = at, tag[2:]
    if kind:
        yield first, at + 1, kind


def legal_tags(tags: Iterable[str]) -> list[str]:
    """Return the tags with each I- that continues nothing made a B-."""
    legal: list[str] = []
    for tag in tags:
        before = legal[-1] if legal else "O"
        legal.append(f"B-{tag[2:]}" if tag.startswith("I-") and before[2:] != tag[2:] else tag)
    return legal


def digest(folder: Path) -> str:
    """Return a SHA-256 over the corpora's files, in order."""
    whole = hashlib.sha256()
    for corpus in CORPORA:
        whole.update(hashlib.sha256((folder / f"{corpus}.jsonl.gz").read_bytes()).digest())
    return whole.hexdigest()


def _plain(word: str) -> bool:
    return any(letter.isalpha() for letter in word) and word[0] not in "@#" and len(word) <= 24 and ord(word[0]) < 0x250


def _key(sentence: Sentence) -> str:
    return " ".join(sentence.words).casefold()

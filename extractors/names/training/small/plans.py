"""What is trained for each language: its corpora, how long, and how large a network."""

from __future__ import annotations

from typing import Final, NamedTuple

from extractors.names.training.corpora import SILVER

KINDS: Final = ("PER", "ORG", "LOC")
BAR: Final = 60.0
"""F1 on the part set aside from which a pipeline ships."""
TRAIN: Final = "uner_train"
DEV: Final = "uner_dev"


class Plan(NamedTuple):
    """How a language's pipeline is trained."""

    name: str
    train: str
    aside: str
    """The corpus set aside; empty: every tenth block of the corpus trained on."""
    epochs: int
    rows: tuple[tuple[str, int], ...] = (("NORM", 3000), ("PREFIX", 300), ("SUFFIX", 1200), ("SHAPE", 300))
    """What is embedded of a word, and in how many rows."""
    treebank: str = ""

    @property
    def silver(self) -> bool:
        """Whether links labelled the corpus, not people."""
        return self.train == SILVER


PLANS: Final = {
    "sr": Plan("Serbian", TRAIN, DEV, 6, treebank="SET"),
    "pt": Plan("Portuguese", TRAIN, DEV, 6, treebank="Bosque"),
    "de": Plan("German", SILVER, "", 4),
    "nl": Plan("Dutch", SILVER, "", 4),
    "fr": Plan("French", SILVER, "", 5),
    "zh": Plan("Chinese", TRAIN, DEV, 7, (("ORTH", 4000), ("SHAPE", 200)), treebank="GSD"),
}

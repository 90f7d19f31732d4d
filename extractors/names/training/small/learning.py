"""The network and its training: spaCy's hash embedding, convolutions over neighbours, and a transition-based parser."""

from __future__ import annotations

import random
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final, NamedTuple

import spacy
from spacy.training import Example
from thinc.api import Adam, fix_random_seed

from extractors.names.tokenizer import NAME as TOKENIZER
from extractors.names.training.corpora import Sentence
from extractors.names.training.measure import Counts, total
from extractors.names.training.small.lines import Line, running
from extractors.names.training.small.plans import KINDS, Plan
from extractors.names.training.small.spoiling import Spoiler, teachable

WIDTH: Final = 96
DEPTH: Final = 4
DROPOUT: Final = 0.2
RATE: Final = 0.0015
WARM: Final = 200
"""Steps until the learning rate is whole."""
BATCH: Final = 200
"""Words in a batch; with more, the few thousand sentences give too few steps."""


class Trained(NamedTuple):
    """The weights of the best epoch."""

    weights: bytes
    epoch: int
    choice_f1: float
    seconds: float


def pipeline(language: str, plan: Plan) -> Any:
    """Return an untrained pipeline."""
    nlp = spacy.blank(language, config={"nlp": {"tokenizer": {"@tokenizers": TOKENIZER}}})
    embed = {
        "@architectures": "spacy.MultiHashEmbed.v2",
        "width": WIDTH,
        "attrs": [attribute for attribute, _ in plan.rows],
        "rows": [rows for _, rows in plan.rows],
        "include_static_vectors": False,
    }
    encode = {
        "@architectures": "spacy.MaxoutWindowEncoder.v2",
        "width": WIDTH,
        "depth": DEPTH,
        "window_size": 1,
        "maxout_pieces": 3,
    }
    model = {
        "@architectures": "spacy.TransitionBasedParser.v2",
        "state_type": "ner",
        "extra_state_tokens": False,
        "hidden_width": 64,
        "maxout_pieces": 2,
        "use_upper": True,
        "tok2vec": {"@architectures": "spacy.Tok2Vec.v2", "embed": embed, "encode": encode},
    }
    nlp.add_pipe("ner", config={"model": model})
    return nlp


def train(
    language: str,
    plan: Plan,
    sentences: Sequence[Sentence],
    choice: Sequence[Sentence],
    *,
    seed: int,
    say: Callable[[str], None],
) -> Trained:
    """Return the weights of the epoch that finds most in the part to choose by."""
    start = time.process_time()
    fix_random_seed(seed)
    rng = random.Random(seed)  # noqa: S311 - training, not a secret
    spoiler = Spoiler(language, [one for one in sentences if not plan.silver or teachable(one)])
    to_choose = [running(one, language) for one in choice]
    nlp = pipeline(language, plan)
    for kind in KINDS:
        nlp.get_pipe("ner").add_label(kind)
    nlp.initialize()
    optimizer = Adam(RATE, beta1=0.9, beta2=0.999, L2=0.01, grad_clip=1.0, L2_is_weight_decay=True, use_averages=True)
    steps = plan.epochs * sum(1 for _ in _batches(nlp, spoiler.epoch(random.Random(seed))))  # noqa: S311
    step, best, best_epoch, weights = 0, -1.0, 0, b""
    for epoch in range(1, plan.epochs + 1):
        losses: dict[str, float] = {}
        for batch in _batches(nlp, spoiler.epoch(rng)):
            step += 1
            optimizer.learn_rate = RATE * min(1.0, step / WARM, max(0.02, 1.05 - step / steps))
            nlp.update(batch, drop=DROPOUT, sgd=optimizer, losses=losses)
        with nlp.use_params(optimizer.averages):
            found = total(counts(to_choose, find(nlp, to_choose)))
            if found.f1 > best:
                best, best_epoch = found.f1, epoch
                weights = nlp.get_pipe("ner").to_bytes(exclude=["vocab"])
        seconds = time.process_time() - start
        say(f"{language} epoch {epoch}: loss {losses['ner']:.0f}, F1 {found.f1:.1f} to choose by, {seconds:.0f} s")
    return Trained(weights, best_epoch, best, time.process_time() - start)


def _batches(nlp: Any, lines: Iterator[Line]) -> Iterator[list[Example]]:
    """Yield the lines as examples, by the batch."""
    batch: list[Example] = []
    words = 0
    for line in lines:
        example = _example(nlp, line)
        words += len(example.reference)
        batch.append(example)
        if words >= BATCH:
            yield batch
            batch, words = [], 0
    if batch:
        yield batch


def _example(nlp: Any, line: Line) -> Example:
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=r"\[W030\]")  # a name that ends inside a token is left unsaid
        return Example.from_dict(nlp.make_doc(line.text), {"entities": list(line.names)})


def fresh(language: str, plan: Plan, weights: bytes) -> Any:
    """Return a pipeline that holds the weights, and none of the words it was trained on."""
    nlp = pipeline(language, plan)
    nlp.get_pipe("ner").from_bytes(weights, exclude=["vocab"])
    return nlp


def find(nlp: Any, lines: Sequence[Line]) -> list[set[tuple[int, int, str]]]:
    """Return the names that the pipeline finds in each line's text."""
    docs = nlp.pipe((line.text for line in lines), batch_size=64)
    return [{(ent.start_char, ent.end_char, ent.label_) for ent in doc.ents} for doc in docs]


def counts(lines: Sequence[Line], found: Sequence[set[tuple[int, int, str]]], kind: str = "") -> list[Counts]:
    """Return the counts of each line by exact offsets, of one kind or all."""
    rows = []
    for line, names in zip(lines, found, strict=True):
        there = {name for name in line.names if kind in ("", name[2])}
        got = {name for name in names if kind in ("", name[2])}
        rows.append(Counts(len(there & got), len(got), len(there)))
    return rows

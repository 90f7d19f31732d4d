"""Turn trained weights into the pipeline folder that is shipped: eight bits, calibrated, measured, with a model card."""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import spacy
import torch
from spacy.tokens import Doc

from extractors import onnx_graph as graph
from extractors.names import NAMES_KEY
from extractors.names.component import FACTORY, MODEL
from extractors.names.confidence import Calibration, Line, log_odds
from extractors.names.decoding import KINDS, Span, legal_chain
from extractors.names.subwords import Subwords
from extractors.names.tokenizer import NAME as TOKENIZER
from extractors.names.training import card, corpora, learning, measure, model
from extractors.names.training.corpora import Sentence
from extractors.names.training.speed import words_a_second

HEADS = 12
"""Of attention, in every layer of the base model."""
UNCALIBRATED = Calibration(dict.fromkeys(KINDS, (1.0, 0.0)))


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m extractors.names.training.export", description=__doc__)
    parser.add_argument("--trained", type=Path, required=True, help="folder that the training wrote to")
    parser.add_argument("--weights", default="trained.pt", help="file in it")
    parser.add_argument("--data", type=Path, required=True, help="folder with the English corpora (*.jsonl.gz)")
    parser.add_argument("--out", type=Path, required=True, help="folder for the pipeline; replaced if it is there")
    parser.add_argument("--version", default="1.0.0")
    return parser.parse_args()


def pipeline(
    weights: dict[str, np.ndarray[Any, Any]], subwords: Subwords, version: str, calibration: Calibration = UNCALIBRATED
) -> Any:
    """Return the spaCy pipeline around the trained weights."""
    weights = dict(weights)
    weights["case.weight"] = weights["case.weight"] + weights["corpus.weight"][0]
    layers = sum(name.endswith(".qkv.weight") for name in weights)
    network = graph.model_of(weights, layers=layers, heads=HEADS)
    nlp = spacy.blank("en", config={"nlp": {"tokenizer": {"@tokenizers": TOKENIZER}}})
    finder: Any = nlp.add_pipe(FACTORY)
    chain = legal_chain(weights["chain_start"], weights["chain_steps"])
    finder.use(network.SerializeToString(), subwords, chain, calibration)
    nlp.meta |= {
        "name": "casegraph_names",
        "version": version,
        "description": "People, organisations and places in English, by a small transformer in eight bits",
        "author": "casegraph",
        "license": "base model Apache-2.0, trained on CC BY and CC BY-SA corpora: see MODEL_CARD.md",
    }
    return nlp


def found_by(nlp: Any) -> measure.Finder:
    """Return a finder that runs the pipeline on sentences whose words are given."""

    def find(sentences: Sequence[Sentence]) -> list[list[Span]]:
        found = []
        for sentence in sentences:
            doc = nlp.get_pipe(FACTORY)(Doc(nlp.vocab, words=list(sentence.words)))
            confidences = [name.confidence for name in doc.user_data[NAMES_KEY]]
            found.append(
                [
                    Span(ent.start, ent.end, ent.label_, confidence)
                    for ent, confidence in zip(doc.ents, confidences, strict=True)
                ]
            )
        return found

    return find


def calibrated(judged: Sequence[measure.Judged]) -> Calibration:
    """Return the lines that make the spans' probabilities true: a logistic regression for each kind."""
    return Calibration({kind: _fitted([one for one in judged if one.span.kind == kind]) for kind in KINDS})


def _fitted(judged: Sequence[measure.Judged]) -> Line:
    odds = np.array([[log_odds(one.span.probability), 1.0] for one in judged])
    right = np.array([one.right for one in judged], float)
    line = np.array([1.0, 0.0])
    for _ in range(50):
        guess = 1 / (1 + np.exp(-odds @ line))
        slope = odds.T @ (guess - right) + 1e-3 * (line - [1.0, 0.0])
        bend = (odds * (guess * (1 - guess))[:, None]).T @ odds + 1e-3 * np.eye(2)
        line = line - np.linalg.solve(bend, slope)
    return Line(round(float(line[0]), 4), round(float(line[1]), 4))


def main() -> None:
    """Export, calibrate on half of what was set aside, measure, and write the card."""
    told = arguments()
    torch.set_num_threads(1)
    state = torch.load(told.trained / told.weights)
    weights = {name: value.numpy() for name, value in state["weights"].items()}
    subwords = Subwords.read(told.trained / "tokenizer.json")
    split = corpora.split(told.data)
    rows = {way: {name: measure.spoiled(part, way) for name, part in split.dev.items()} for way in measure.SPOILED}
    alone = pipeline(weights, subwords, told.version).get_pipe(FACTORY)
    halves: tuple[list[measure.Judged], list[measure.Judged]] = ([], [])
    for parts in rows.values():
        for part in parts.values():
            for side in (0, 1):
                half = part[side::2]
                halves[side].extend(measure.judged(half, [alone.model_spans(one.words) for one in half]))
    calibration = calibrated(halves[0])
    nlp = pipeline(weights, subwords, told.version, calibration)
    find = found_by(nlp)
    found = {way: {name: find(part) for name, part in parts.items()} for way, parts in rows.items()}
    net = model.from_base(len(corpora.CORPORA) + 1, seed=0)
    net.load_state_dict(state["weights"])
    exact = learning.found_by(net, subwords)

    told.out.parent.mkdir(parents=True, exist_ok=True)
    if told.out.exists():
        shutil.rmtree(told.out)
    nlp.to_disk(told.out)
    facts = card.Facts(
        version=told.version,
        training=json.loads((told.trained / "training.json").read_text()),
        digest=hashlib.sha256((told.out / FACTORY / MODEL).read_bytes()).hexdigest(),
        size_bytes=sum(file.stat().st_size for file in told.out.rglob("*") if file.is_file()),
        speed=words_a_second(nlp, split.dev["wikigold"] + split.dev["gum_cc"]),
        exact={name: exact(part) for name, part in rows["clean"].items()},
        dev=rows,
        found=found,
        judged=halves[1],
        calibration=calibration,
    )
    (told.out / "MODEL_CARD.md").write_text(card.text(facts))
    (told.out / "scores.json").write_text(json.dumps(card.scores(facts), indent=1) + "\n")


if __name__ == "__main__":
    main()

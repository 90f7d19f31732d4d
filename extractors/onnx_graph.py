"""A small transformer as an ONNX graph of few, fused operators, its weights in eight bits; see `names.training` and `meaning_graph`.

Activations are quantised at run time, one scale for each input of a product (`DynamicQuantizeMatMul`); the same input
gives the same integers on every processor, since the weights keep to seven of the eight bits (with eight, processors
without VNNI saturate).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from onnx import ModelProto, TensorProto, helper, numpy_helper

MICROSOFT: Final = "com.microsoft"
TOP: Final = 63
"""The largest weight, as an integer."""
EPSILON: Final = 1e-12

Weights = Mapping[str, NDArray[Any]]


class Graph:
    """An ONNX graph while it is built; every step returns the name of what it made."""

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.constants: list[Any] = []

    def constant(self, name: str, value: NDArray[Any]) -> str:
        """Add a constant."""
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def step(
        self, operator: str, inputs: Sequence[str], *, domain: str = "", outputs: int = 1, **told: Any
    ) -> list[str]:
        """Add an operator."""
        name = f"{operator}_{len(self.nodes)}"
        made = [f"{name}_{at}" for at in range(outputs)]
        self.nodes.append(helper.make_node(operator, list(inputs), made, name=name, domain=domain, **told))
        return made

    def one(self, operator: str, *inputs: str, domain: str = "", **told: Any) -> str:
        """Add an operator with one output."""
        return self.step(operator, inputs, domain=domain, **told)[0]

    def product(self, name: str, x: str, weight: NDArray[np.float32]) -> str:
        """Multiply `x` by a weight (outputs, inputs), held in eight bits with a scale for each output."""
        scales = np.maximum(np.abs(weight).max(axis=1), 1e-8) / TOP
        held = np.rint(weight / scales[:, None]).astype(np.int8)
        return self.one(
            "DynamicQuantizeMatMul",
            x,
            self.constant(f"{name}.held", held.T),
            self.constant(f"{name}.scales", scales.astype(np.float32)),
            self.constant(f"{name}.zero", np.zeros(len(scales), np.int8)),
            domain=MICROSOFT,
        )


def model_of(weights: Weights, *, layers: int, heads: int) -> ModelProto:
    """Return the graph: pieces, cases and mask of windows in, a score for each piece and label out."""
    graph = Graph()
    held = graph.constant
    x = read_pieces(graph, weights, layers=layers, heads=heads)
    scores = graph.one("MatMul", x, held("head.weight", weights["head.weight"].T))
    graph.nodes.append(helper.make_node("Add", [scores, held("head.bias", weights["head.bias"])], ["scores"]))
    return finished(graph, "names", output="scores", shape=[*SHAPE, len(weights["head.bias"])])


SHAPE: Final = ("windows", "pieces")


def read_pieces(graph: Graph, weights: Weights, *, layers: int, heads: int) -> str:
    """Add everything from the pieces to the last layer; returns what stands for each piece there."""
    x = _embedded(graph, weights)
    for at in range(layers):
        x = _layer(graph, {name: weights[f"layers.{at}.{name}"] for name in _LAYER}, x, f"layer{at}", heads)
    return x


def finished(graph: Graph, name: str, *, output: str, shape: Sequence[str | int]) -> ModelProto:
    """Return the graph as a model: pieces, cases and mask of windows in, `output` out."""
    return helper.make_model(
        helper.make_graph(
            graph.nodes,
            name,
            [
                helper.make_tensor_value_info("pieces", TensorProto.INT64, SHAPE),
                helper.make_tensor_value_info("cases", TensorProto.INT64, SHAPE),
                helper.make_tensor_value_info("mask", TensorProto.INT32, SHAPE),
            ],
            [helper.make_tensor_value_info(output, TensorProto.FLOAT, list(shape))],
            graph.constants,
        ),
        opset_imports=[helper.make_opsetid("", 17), helper.make_opsetid(MICROSOFT, 1)],
        ir_version=8,
        producer_name="casegraph",
    )


_LAYER: Final = tuple(
    f"{name}.{part}"
    for name in ("qkv", "joined", "attended", "wider", "narrower", "done")
    for part in ("weight", "bias")
)


def _embedded(graph: Graph, weights: Weights) -> str:
    """Add the embeddings: the vocabulary in eight bits with a scale for each row."""
    table = weights["word.weight"]
    scales = np.maximum(np.abs(table).max(axis=1, keepdims=True), 1e-8) / 127
    rows = graph.constant("word.held", np.rint(table / scales).astype(np.int8))
    found = graph.one("Cast", graph.one("Gather", rows, "pieces"), to=TensorProto.FLOAT)
    words = graph.one(
        "Mul", found, graph.one("Gather", graph.constant("word.scales", scales.astype(np.float32)), "pieces")
    )
    cases = graph.one("Gather", graph.constant("case.weight", weights["case.weight"]), "cases")
    length = graph.one("Gather", graph.one("Shape", "pieces"), graph.constant("second", np.array([1])), axis=0)
    places = graph.one(
        "Slice",
        graph.constant("position.weight", weights["position.weight"][None]),
        graph.constant("from", np.array([0])),
        length,
        graph.constant("along", np.array([1])),
    )
    whole = graph.one("Add", graph.one("Add", words, cases), places)
    return graph.one(
        "LayerNormalization",
        whole,
        graph.constant("norm.weight", weights["norm.weight"]),
        graph.constant("norm.bias", weights["norm.bias"]),
        axis=-1,
        epsilon=EPSILON,
    )


def _layer(graph: Graph, layer: Weights, x: str, name: str, heads: int) -> str:
    held = {key: graph.constant(f"{name}.{key}", value) for key, value in layer.items() if value.ndim == 1}
    parts = graph.step("Split", [graph.product(f"{name}.qkv", x, layer["qkv.weight"])], outputs=3, axis=-1)
    seen = graph.one("MultiHeadAttention", *parts, held["qkv.bias"], "mask", domain=MICROSOFT, num_heads=heads)
    joined = graph.product(f"{name}.joined", seen, layer["joined.weight"])
    x = _normed(graph, joined, x, held, "attended", "joined")
    wider = graph.product(f"{name}.wider", x, layer["wider.weight"])
    wider = graph.one("BiasGelu", wider, held["wider.bias"], domain=MICROSOFT)
    narrower = graph.product(f"{name}.narrower", wider, layer["narrower.weight"])
    return _normed(graph, narrower, x, held, "done", "narrower")


def _normed(graph: Graph, x: str, skipped: str, held: Mapping[str, str], norm: str, bias: str) -> str:
    return graph.one(
        "SkipLayerNormalization",
        x,
        skipped,
        held[f"{norm}.weight"],
        held[f"{norm}.bias"],
        held[f"{bias}.bias"],
        domain=MICROSOFT,
        epsilon=EPSILON,
    )

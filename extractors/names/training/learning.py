"""Learning: what a batch teaches the network, at which rate for each layer, and the average of where it has been."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from extractors.names.decoding import Span, legal_chain, spans
from extractors.names.subwords import Subwords
from extractors.names.training import batches, corpora, measure, model
from extractors.names.windows import word_scores


class Training:
    """A network in training: two copies that share weights, each for half of a batch, and what moves them."""

    def __init__(self, *, rate: float, seed: int) -> None:
        self.net = model.from_base(len(corpora.CORPORA) + 1, seed=seed)
        self._pair = (self.net, model.twin_of(self.net, seed=seed + 1))
        self.average = Average(self.net)
        self._optimizer = torch.optim.AdamW(groups_of(self.net, rate), betas=(0.9, 0.98), fused=True)
        self._rates = [group["lr"] for group in self._optimizer.param_groups]
        self.step, self._spent = 0, 0.0

    def learn(self, labelled: batches.Labelled, share: float, pool: ThreadPoolExecutor) -> float:
        """Learn from a batch at this share of the learning rate; returns the loss per word."""

        def half(net: model.Tagger, part: batches.Labelled) -> float:
            net.train()
            net.zero_grad(set_to_none=True)
            loss: Any = loss_of(net, part) / words
            loss.backward()
            return float(loss.item())

        words = float(labelled.lengths.sum())
        losses = list(pool.map(half, self._pair, batches.halves(labelled)))
        for ours, theirs in zip(self._pair[0].parameters(), self._pair[1].parameters(), strict=True):
            if ours.grad is not None and theirs.grad is not None:
                ours.grad += theirs.grad
        for group, rate in zip(self._optimizer.param_groups, self._rates, strict=True):
            group["lr"] = rate * share
        nn.utils.clip_grad_norm_(self.net.parameters(), 1.0)
        self._optimizer.step()
        self.average.update(self.net)
        self.step += 1
        return sum(losses)

    def spent(self) -> float:
        """Return the processor seconds since the first step, those before a checkpoint too."""
        return self._spent + time.process_time()

    def keep(self, file: Path) -> None:
        """Write a checkpoint."""
        state = {
            "step": self.step,
            "spent": self.spent(),
            "weights": self.average.weights,
            "net": self.net.state_dict(),
            "optimizer": self._optimizer.state_dict(),
        }
        torch.save(state, file.with_suffix(".new"))
        file.with_suffix(".new").replace(file)

    def resume(self, file: Path) -> None:
        """Take up a checkpoint."""
        state = torch.load(file)
        self.net.load_state_dict(state["net"])
        self._optimizer.load_state_dict(state["optimizer"])
        self.average.go_on(state["weights"], state["step"])
        self.step, self._spent = int(state["step"]), float(state["spent"])


class Average:
    """The moving average of a network's weights."""

    def __init__(self, net: nn.Module, keep: float = 0.998) -> None:
        self._keep, self._steps = keep, 0
        self.weights = {name: value.detach().clone() for name, value in net.state_dict().items()}

    def go_on(self, weights: dict[str, Tensor], steps: int) -> None:
        """Take up an average of so many steps."""
        self.weights, self._steps = weights, steps

    def update(self, net: nn.Module) -> None:
        """Take in the network's weights as they are now."""
        self._steps += 1
        keep = min(self._keep, (1 + self._steps) / (10 + self._steps))
        with torch.no_grad():
            for name, value in net.state_dict().items():
                self.weights[name].lerp_(value, 1 - keep)


def groups_of(net: model.Tagger, top: float, fall: float = 0.85) -> list[dict[str, Any]]:
    """Return the weights by layer, the learning rate falling from the head to the vocabulary."""
    layers = len(net.layers)
    depths: list[tuple[float, Iterable[nn.Parameter]]] = [
        (top * fall ** (layers - 1 - at), layer.parameters()) for at, layer in enumerate(net.layers)
    ]
    lowest = top * fall**layers
    depths += [(lowest, [net.word.weight, net.position.weight, *net.norm.parameters()])]
    depths += [(top * 3, [net.case.weight, net.corpus.weight, *net.head.parameters()])]
    depths += [(top * 10, [net.chain_start, net.chain_steps])]
    return [
        {"params": [one for one in part if (one.dim() > 1) == decays], "lr": rate, "weight_decay": 0.01 * decays}
        for rate, part in [(rate, list(part)) for rate, part in depths]
        for decays in (False, True)
    ]


def share_of_rate(done: float) -> float:
    """Return the share of the learning rate at this share of the training: up, level, and down over the last half."""
    return min(1.0, done / 0.04 + 0.01, max(0.0, (1 - done) / 0.5))


def scores_of(net: model.Tagger, labelled: batches.Labelled) -> Tensor:
    """Return the network's scores of every piece."""
    whole: Tensor = net(
        torch.from_numpy(labelled.pieces),
        torch.from_numpy(labelled.cases),
        torch.from_numpy(labelled.corpus),
        torch.from_numpy(labelled.mask).bool(),
    )
    return whole


def loss_of(net: model.Tagger, labelled: batches.Labelled) -> Tensor:
    """Return the loss of a batch, summed over its windows by weight."""
    scores = scores_of(net, labelled)
    windows, words = labelled.tags.shape
    slot = torch.from_numpy(np.where(labelled.owner >= 0, labelled.owner, words)).clamp(max=words)
    summed = torch.zeros(windows, words + 1, scores.shape[2]).scatter_add(
        1, slot[:, :, None].expand(-1, -1, scores.shape[2]), scores
    )
    counts = torch.zeros(windows, words + 1).scatter_add(1, slot, torch.ones_like(slot, dtype=torch.float32))
    means = (summed / counts.clamp(min=1)[:, :, None])[:, :words]
    losses = net.loss(
        means, torch.from_numpy(labelled.tags), torch.from_numpy(labelled.lengths), torch.from_numpy(labelled.borders)
    )
    return (losses * torch.from_numpy(labelled.weights)).sum()


def found_by(net: model.Tagger, subwords: Subwords) -> measure.Finder:
    """Return a finder that runs the network in torch, each sentence as one window."""

    def find(sentences: Sequence[corpora.Sentence]) -> list[list[Span]]:
        net.eval()
        chain = legal_chain(net.chain_start.detach().numpy(), net.chain_steps.detach().numpy())
        ready = [batches.example_of([one._replace(corpus="")], subwords) for one in sentences]
        order = sorted((len(one.window.pieces), at, one) for at, one in enumerate(ready) if one)
        found: list[list[Span]] = [[] for _ in sentences]
        with torch.inference_mode():
            for start in range(0, len(order), 64):
                part = order[start : start + 64]
                scores = scores_of(net, batches.labelled([one for _, _, one in part])).numpy()
                for (size, at, one), row in zip(part, scores, strict=True):
                    found[at] = spans(word_scores(row[:size], one.window), chain)
        net.train()
        return found

    return find

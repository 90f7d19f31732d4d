"""Train the names model: needs the extra `train`, about 3 GB of memory and two hours on two cores."""

from __future__ import annotations

import argparse
import json
import random
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import torch

from extractors.names.subwords import Subwords
from extractors.names.training import batches, corpora, forms, measure, model, noise
from extractors.names.training.learning import Training, found_by, share_of_rate

MADE_UP = 1500
"""Lines of forms, registers and letterheads in an epoch."""


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m extractors.names.training", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with the English corpora (*.jsonl.gz)")
    parser.add_argument("--out", type=Path, required=True, help="folder for checkpoints and the trained weights")
    parser.add_argument("--epochs", type=float, default=6.0, help="how often the corpora are read")
    parser.add_argument("--seed", type=int, default=20)
    parser.add_argument("--pieces", type=int, default=1600, help="pieces of words in a batch")
    parser.add_argument("--rate", type=float, default=3e-4, help="learning rate of the top layer")
    parser.add_argument("--resume", type=Path, default=None, help="a checkpoint to go on from, perhaps to fewer epochs")
    parser.add_argument("--hold-out", nargs="*", default=[], help="corpora that are measured on and not trained on")
    parser.add_argument("--log", type=Path, default=None, help="file that progress is written to as well")
    return parser.parse_args()


class Log:
    """Progress, on the terminal and in a file."""

    def __init__(self, file: Path | None) -> None:
        self._file = file.open("a", encoding="utf-8") if file else None

    def say(self, text: str) -> None:
        """Write a line."""
        line = f"{time.strftime('%H:%M:%S')} cpu {time.process_time():7.0f} s  {text}"
        print(line, flush=True)  # noqa: T201 - a command's progress
        if self._file:
            self._file.write(line + "\n")
            self._file.flush()


def score_line(finder: measure.Finder, dev: dict[str, list[corpora.Sentence]], most: int) -> str:
    """Return F1 on up to `most` sentences of each corpus set aside, and their mean, for every way of spoiling."""
    parts = []
    for way in measure.SPOILED:
        by_corpus = {}
        for name, sentences in dev.items():
            seen = measure.spoiled(sentences[:: max(1, len(sentences) // most)], way)
            by_corpus[name] = measure.total(measure.counts(seen, finder(seen))).f1
        mean = sum(by_corpus.values()) / len(by_corpus)
        parts.append(f"{way} {mean:.1f} ({' '.join(f'{name[:6]} {score:.0f}' for name, score in by_corpus.items())})")
    return " | ".join(parts)


def epoch_of(
    epoch: int, split: corpora.Split, spoiler: noise.Spoiler, subwords: Subwords, told: argparse.Namespace
) -> list[batches.Labelled]:
    """Return the batches of an epoch; the same epoch and seed give the same."""
    rng = random.Random(told.seed * 1000 + epoch)  # noqa: S311 - an order to train in, not a secret
    read = corpora.epoch(split.train, rng) + forms.Maker(spoiler.name).lines(MADE_UP, rng)
    copies = [spoiler.copy(one, rng) for one in read]
    return batches.batches(list(batches.examples(copies, subwords, rng)), pieces=told.pieces, rng=rng)


def main() -> None:
    """Train, write checkpoints, and leave the averaged weights in `--out`."""
    told = arguments()
    log = Log(told.log)
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    torch.manual_seed(told.seed)
    told.out.mkdir(parents=True, exist_ok=True)

    split = corpora.split(told.data, held_out=told.hold_out)
    names = corpora.names_by_kind([told.data.parent / language for language in ("de", "fr", "nl")], split.train)
    spoiler = noise.Spoiler(names, noise.english_tokens())
    subwords = Subwords.read(model.base_folder() / "tokenizer.json")
    run = Training(rate=told.rate, seed=told.seed)
    if told.resume:
        run.resume(told.resume)

    in_epoch = len(epoch_of(0, split, spoiler, subwords, told))
    whole = int(told.epochs * in_epoch)
    log.say(f"names_train: {in_epoch} steps an epoch, {whole} in all; {vars(told)}")
    lately = 0.0
    with ThreadPoolExecutor(2) as pool:
        while run.step < whole:
            epoch, first = divmod(run.step, in_epoch)
            ready = epoch_of(epoch, split, spoiler, subwords, told)
            for at in range(first, min(in_epoch, whole - epoch * in_epoch)):
                loss = run.learn(ready[at % len(ready)], share_of_rate(run.step / whole), pool)
                lately = loss if lately == 0 else 0.98 * lately + 0.02 * loss
                if run.step % 20 == 0:
                    log.say(f"step {run.step}/{whole} epoch {run.step / in_epoch:.2f} loss {lately:.4f}")
                if run.step % (in_epoch // 4) == 0:
                    run.keep(told.out / "checkpoint.pt")
            torch.save({"weights": run.average.weights}, told.out / f"epoch{epoch + 1}.pt")
            judge = model.from_base(len(corpora.CORPORA) + 1, seed=told.seed)
            judge.load_state_dict(run.average.weights)
            log.say(f"epoch {epoch + 1}: {score_line(found_by(judge, subwords), split.dev, 100)}")
    torch.save({"weights": run.average.weights}, told.out / "trained.pt")
    subwords.write(told.out / "tokenizer.json")
    record = {name: str(value) for name, value in vars(told).items() if name in ("epochs", "seed", "pieces", "rate")}
    record |= {"data_sha256": corpora.digest(told.data), "steps": str(run.step), "cpu_seconds": f"{run.spent():.0f}"}
    (told.out / "training.json").write_text(json.dumps(record, indent=2) + "\n")


if __name__ == "__main__":
    main()

"""Train the small names pipelines: needs spaCy alone, one core, half a gigabyte of memory, three to seven minutes a language."""

from __future__ import annotations

import argparse
import hashlib
import shutil
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from extractors.names.training import measure
from extractors.names.training.corpora import Sentence
from extractors.names.training.noise import changed
from extractors.names.training.small import card
from extractors.names.training.small.learning import find, fresh, train
from extractors.names.training.small.lines import Parts, bare, parts, running
from extractors.names.training.small.plans import BAR, PLANS, Plan
from extractors.names.training.small.writing import cyrillic

NAMES: Final = Path(__file__).parents[2]


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m extractors.names.training.small", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with a folder of corpora for each language")
    parser.add_argument("--language", choices=sorted(PLANS), help="one language; left out: each that has corpora")
    parser.add_argument(
        "--out", type=Path, help="folder for the pipeline, replaced if it is there; for several: their parent"
    )
    parser.add_argument("--epochs", type=int, help="how often the corpus is read, if not as planned")
    parser.add_argument("--seed", type=int, default=20)
    parser.add_argument("--version", default="1.0.0")
    return parser.parse_args()


def say(text: str) -> None:
    """Write a line of progress."""
    print(f"{time.strftime('%H:%M:%S')} {text}", flush=True)  # noqa: T201 - a command's progress


def main() -> None:
    """Train, measure and write each language; one below the bar is said and not written."""
    told = arguments()
    chosen = [told.language] if told.language else [each for each in PLANS if (told.data / each).is_dir()]
    for language in chosen:
        plan = PLANS[language]._replace(**({"epochs": told.epochs} if told.epochs else {}))
        out = told.out or NAMES / language if told.language else (told.out or NAMES) / language
        split = parts(told.data, language, plan)
        trained = train(language, plan, split.train, split.choice, seed=told.seed, say=say)
        nlp = fresh(language, plan, trained.weights)
        scores = {way: scored(nlp, language, plan, split, way) for way in measure.SPOILED}
        clean = scores["clean"]["all"]["f1"]
        for way, found in scores.items():
            said = {"all": found["all"], **found["kinds"], **found["special"]}
            say(f"{language} {way}: " + ", ".join(f"{name} {one}" for name, one in said.items()))
        if clean < BAR:
            say(f"{language}: below {BAR:.0f}, not written")
            continue
        write(out, fresh(language, plan, trained.weights), language, told.version)
        facts = card.Facts(
            language=language,
            plan=plan,
            version=told.version,
            seed=told.seed,
            trained=trained,
            sizes=(len(split.train), len(split.choice), len(split.aside)),
            data_sha256=_data_digest(told.data / language, plan),
            weights_sha256=hashlib.sha256((out / "ner" / "model").read_bytes()).hexdigest(),
            size_bytes=sum(file.stat().st_size for file in out.rglob("*") if file.is_file()),
            speed=_words_a_second(nlp, language, split.aside),
            scores=scores,
        )
        (out / "MODEL_CARD.md").write_text(card.text(facts), encoding="utf-8")
        (out / "scores.json").write_text(card.as_json(scores), encoding="utf-8")
        say(f"{language}: written to {out}, {facts.size_bytes / 1e6:.1f} MB")


def scored(nlp: Any, language: str, plan: Plan, split: Parts, way: str) -> dict[str, Any]:
    """Return F1, precision and recall on the part set aside, spoiled in a way, by kind and for what is special."""
    sentences = measure.spoiled(split.aside, way)
    lines = [running(one, language) for one in sentences]
    found = find(nlp, lines)
    others: dict[str, list[Sentence]] = {}
    if plan.silver:
        kept = [not bare(one) for one in split.aside]
        others["without bare names"] = [one for one, keep in zip(sentences, kept, strict=True) if keep]
    if language == "sr":
        others["in Cyrillic"] = [changed(one, cyrillic) for one in sentences]
    special = {name: [running(one, language) for one in part] for name, part in others.items()}
    return card.scores(plan, lines, found, {name: (part, find(nlp, part)) for name, part in special.items()})


def write(out: Path, nlp: Any, language: str, version: str) -> None:
    """Write the pipeline to its folder."""
    nlp.meta |= {
        "name": "casegraph_names",
        "version": version,
        "description": f"People, organisations and places in {PLANS[language].name}, by a small convolutional network",
        "author": "casegraph",
        "license": "trained on CC BY-SA corpora: see MODEL_CARD.md",
    }
    if out.exists():
        shutil.rmtree(out)
    out.parent.mkdir(parents=True, exist_ok=True)
    nlp.to_disk(out)


def _data_digest(folder: Path, plan: Plan) -> str:
    whole = hashlib.sha256()
    for corpus in filter(None, (plan.train, plan.aside)):
        whole.update(hashlib.sha256((folder / f"{corpus}.jsonl.gz").read_bytes()).digest())
    return whole.hexdigest()


def _words_a_second(nlp: Any, language: str, sentences: Sequence[Sentence]) -> float:
    texts = [
        "\n".join(running(one, language).text for one in sentences[at : at + 40]) for at in range(0, len(sentences), 40)
    ]
    start = time.process_time()
    words = sum(len(doc) for doc in nlp.pipe(texts))
    return words / (time.process_time() - start)


if __name__ == "__main__":
    main()

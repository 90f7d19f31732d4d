"""The model card and the scores of a small pipeline."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from extractors.names.training import measure
from extractors.names.training.small.learning import Trained, counts
from extractors.names.training.small.lines import Line
from extractors.names.training.small.plans import KINDS, Plan

Found = Sequence[set[tuple[int, int, str]]]

PRECISE: Final = 70.0
"""Precision below which the card warns."""


class Facts(NamedTuple):
    """What the card says."""

    language: str
    plan: Plan
    version: str
    seed: int
    trained: Trained
    sizes: tuple[int, int, int]
    """Sentences trained on, chosen by, set aside."""
    data_sha256: str
    weights_sha256: str
    size_bytes: int
    speed: float
    scores: Mapping[str, Any]


def scores(
    plan: Plan, lines: Sequence[Line], found: Found, special: Mapping[str, tuple[Sequence[Line], Found]]
) -> dict[str, Any]:
    """Return the scores of one way of spoiling, in the shape of the English pipeline's, with precision and recall."""
    whole = _scored(counts(lines, found))
    return {
        "mean": whole["f1"],
        "corpora": {plan.aside or plan.train: whole},
        "kinds": {kind: _scored(counts(lines, found, kind)) for kind in KINDS},
        "special": {name: _scored(counts(part, names)) for name, (part, names) in special.items()},
        "all": whole,
    }


def as_json(found: Mapping[str, Any]) -> str:
    """Return the scores as they are kept beside the pipeline."""
    return json.dumps(found, indent=1) + "\n"


def _scored(rows: Sequence[measure.Counts]) -> dict[str, Any]:
    low, high = measure.interval(rows)
    whole = measure.total(rows)
    return {
        "f1": round(whole.f1, 1),
        "low": round(low, 1),
        "high": round(high, 1),
        "names": whole.there,
        "precision": round(100 * whole.right / max(1, whole.found), 1),
        "recall": round(100 * whole.right / max(1, whole.there), 1),
    }


def text(facts: Facts) -> str:
    """Return the card as Markdown."""
    plan, ways = facts.plan, list(facts.scores)
    train, choice, aside = facts.sizes
    special = facts.scores[ways[0]]["special"]
    lines = [
        f"# casegraph names, {plan.name}, {facts.version}",
        "",
        f"Finds people (PER), organisations (ORG) and places (LOC) in {plan.name} text. A spaCy pipeline:",
        f'`spacy.load(extractors.names.path("{facts.language}"))`. It gives no confidence.',
        "",
        "| | |",
        "|---|---|",
        f"| network | {', '.join(f'{attribute} {rows}' for attribute, rows in plan.rows)} rows of hash embeddings, four convolutions of width 96, spaCy's transition-based parser; no vectors, nothing pretrained |",
        f"| file | `ner/model`, SHA-256 `{facts.weights_sha256}` |",
        f"| size of this folder | {facts.size_bytes / 1e6:.1f} MB |",
        f"| speed on one core | {facts.speed:,.0f} {'characters' if facts.language == 'zh' else 'words'} a second from raw text |",
        f"| training | epoch {facts.trained.epoch} of {plan.epochs}, seed {facts.seed}, {facts.trained.seconds:,.0f} processor seconds on one core |",
        f"| command | `python -m extractors.names.training.small --data ../shared/data/ner --language {facts.language} --out extractors/names/{facts.language}` |",
        f"| corpora, SHA-256 | `{facts.data_sha256}` |",
        "",
        "## Learned from and measured on",
        "",
        "| corpus | what | from | licence |",
        "|---|---|---|---|",
        *(_source(plan, corpus) for corpus in filter(None, (plan.train, plan.aside))),
        "",
        *_split(plan, train, choice, aside),
        "",
        "Training text is running text cut by the pipeline's own tokeniser, one to four sentences a document, and spoiled: other",
        "names of the kind, lower case, capitals, 2–4% of the characters misread. The epoch was chosen by every tenth block of 40",
        f"sentences of the part trained on ({facts.trained.choice_f1:.1f} there), not by the part set aside.",
        "",
        "## Scores on what was set aside",
        "",
        "Exact spans by their offsets, with the right kind, micro-averaged F1, with 95% intervals (1,000 bootstrap draws of",
        "sentences); raw text goes in, so what the tokeniser does counts too. *Lower-cased*: all letters. *Noisy*: 3% of the characters",
        "misread, the words kept apart, by the generator that training uses too.",
        "",
        f"| | {' | '.join(ways)} | precision and recall, clean |",
        "|---|" + "---|" * (len(ways) + 1),
        *(_line(kind, [facts.scores[way]["kinds"][kind] for way in ways]) for kind in KINDS),
        *(_line(name, [facts.scores[way]["special"][name] for way in ways]) for name in special),
        _line("all", [facts.scores[way]["all"] for way in ways]),
        "",
        "## Limits",
        "",
        *(f"- {limit}" for limit in _limits(facts)),
        "",
    ]
    return "\n".join(lines)


def _source(plan: Plan, corpus: str) -> str:
    if plan.silver:
        return f"| `{corpus}` | Wikipedia, labelled by links | davidsbatista/NER-datasets (WikiANN) | Wikipedia text, CC BY-SA |"
    part = corpus.removeprefix("uner_")
    return f"| `{corpus}` | Universal NER, {plan.name} {plan.treebank} treebank, {part} part | UniversalNER | CC BY-SA 4.0 |"


def _split(plan: Plan, train: int, choice: int, aside: int) -> list[str]:
    said = f"Trained on {train:,} sentences, chosen by {choice:,}, measured on {aside:,} "
    if not plan.silver:
        return [f"{said}(the dev part). A sentence that stands in two parts is not trained on."]
    return [
        f"{said}(every tenth block of 40). A sentence that stands",
        "in two parts is not trained on; wiki marks and redirects were taken out everywhere. Sentences with a name that has no",
        "capital are not trained on, and of those that are nothing but names half are read in each epoch.",
    ]


def _line(name: str, found: Sequence[Mapping[str, Any]]) -> str:
    cells = [f"{one['f1']} ({one['low']}–{one['high']})" for one in found]
    return (
        f"| {name} ({found[0]['names']} names) | {' | '.join(cells)} | {found[0]['precision']}, {found[0]['recall']} |"
    )


def _limits(facts: Facts) -> list[str]:
    whole = facts.scores["clean"]["all"]
    said = []
    if facts.plan.silver:
        said.append(
            "The corpus is labelled by links, so this score measures agreement with links, not truth; and links lie mostly on\n"
            "  names of note. Expect less on letters, chats and forms. *Without bare names* leaves out lines that are a name and\n"
            "  nothing else."
        )
        said.append(
            "In made-up chat lines (read by eye) greetings and first words were taken into names, and kinds were mixed up: what\n"
            "  it finds there is a lead, not a reading."
        )
    if whole["precision"] < PRECISE:
        said.append(
            f"Precision is {whole['precision']}: about {100 - whole['precision']:.0f} of a hundred names found are wrong."
        )
    weakest = min(KINDS, key=lambda kind: float(facts.scores["clean"]["kinds"][kind]["f1"]))
    said.append(f"Weakest kind: {weakest}. No confidence is given, so every name found counts as a mention that holds.")
    said += _OF_LANGUAGE.get(facts.language, [])
    said.append("It has read edited text alone; real OCR, transcripts and chats were imitated or not read at all.")
    return said


_LOOKED: Final = "The part set aside was looked at once before: an earlier run in batches of 800 words had {} there, and the batches were made smaller."
_OF_LANGUAGE: Final = {
    "de": [_LOOKED.format("55.6")],
    "pt": [
        "The treebank writes `de a` for `da`; contractions were written as people write them before training and measuring.",
        _LOOKED.format("68.9"),
    ],
    "sr": [
        "The corpus is in Latin script. Half of the documents of each epoch were written in Cyrillic, letter by letter; the row *in\n"
        "  Cyrillic* is the same part set aside, so written. Text that was Cyrillic from the start was not measured.",
        "py3langid, which tells this project a text's language, takes most Serbian in Latin script for Bosnian or Croatian: of 400\n"
        "  sentences of the part set aside it called 6 Serbian, of the same in Cyrillic 395.",
        _LOOKED.format("78.5"),
    ],
    "zh": [
        "The corpus is in traditional characters; text in simplified ones was neither learned nor measured. Words are single\n"
        "  characters, and Latin names in Chinese text are cut into letters too."
    ],
}
"""What is special about a language's data."""

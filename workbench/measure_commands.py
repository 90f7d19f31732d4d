"""Commands that measure: engines against labelled data, and this case's readings by a random sample of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, get_args

import msgspec
import typer

from evidence.acts import ErrorMeasured
from evidence.case import Case
from evidence.errors import UsageError
from evidence.files import write_atomically
from evidence.ledger import Actor, utc_now
from evidence.state import CaseState, fold
from evidence.validation import Measure, Measured, Score, ValidationRecord
from extractors.protocols import ReadContext
from flows.evaluate import Asked, evaluate
from graph import queries
from graph.project import open_graph
from graph.sample import SampleResult, Stratum
from workbench.app import AsJson, AsWho, CasePath, app, consulted, opened
from workbench.check_commands import counting
from workbench.engine_commands import machine_settings
from workbench.judging import one_of
from workbench.look_commands import looking
from workbench.printing import heading, plural, print_json, say, table
from workbench.review_commands import act_on
from workbench.sampling import drawn, on_record
from workbench.strips import print_mention

SOURCE_WORDS = {"ocr": "print", "speech": "speech", "native": "stored text", "human": "text added by hand"}
_MEASURES: dict[Measure, str] = {
    "f1": "F1",
    "precision": "precision",
    "recall": "recall",
    "precision_at_100": "of the first 100",
    "character_error_rate": "character errors",
    "word_error_rate": "word errors",
    "bag_of_words_f1": "bag of words F1",
}


# --- evaluate ------------------------------------------------------------------------------------------------------


@app.command("evaluate")
def evaluate_command(
    what: Annotated[str, typer.Argument(metavar="names|identifiers|ocr|speech|linkage", help="What to score.")],
    dataset: Annotated[Path, typer.Argument(metavar="DATASET", help="A file or folder of labelled data.")],
    languages: Annotated[
        str, typer.Option("--languages", help="Of the data, such as en,ro; the first is spoken.")
    ] = "",
    region: Annotated[str, typer.Option("--region", help="Of national phone numbers, such as GB.")] = "",
    day_order: Annotated[str, typer.Option("--day-order", help="dmy or mdy.")] = "",
    kinds: Annotated[str, typer.Option("--kinds", help="Only these kinds; else those that are labelled.")] = "",
    limit: Annotated[int, typer.Option("--limit", min=0, help="Only so many items, drawn by the seed; 0: all.")] = 0,
    seed: Annotated[int, typer.Option("--seed", help="Of what is drawn, the noise and the intervals.")] = 0,
    noise: Annotated[bool, typer.Option("--noise/--no-noise", help="Whether to score the data spoilt too.")] = True,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Write the validation record there.")
    ] = None,
    record: Annotated[
        Path | None, typer.Option("--record", metavar="CASE", help="Put it on this case's record, for its exports.")
    ] = None,
    who: AsWho = None,
    as_json: AsJson = False,
) -> None:
    """Score the engines on labelled data, by kind, clean and spoilt, with intervals; the record of it is unsigned.

    names: .jsonl or .jsonl.gz with {"tokens", "tags"}, or CoNLL columns. identifiers: .jsonl with {"text", "mentions":
    [{"kind", "start", "end", "value"}]}. ocr: pictures with NAME.txt beside each. speech: recordings with
    transcripts.tsv or NAME.txt. linkage: CSV with names and a column `cluster` or `bearer`, or .jsonl with {"name", "bearer"},
    and "kind": "organisation" where it is a firm's: how many pairs laid side by side are right. With --record, the case's own
    settings and assertions are used unless others are given.

    Example: casegraph evaluate identifiers tests/accuracy/identifiers.jsonl --region GB --record harbour
    """
    one_of(what, get_args(Measured), "thing to score")
    if day_order:
        one_of(day_order, ("dmy", "mdy"), "day order")
    if out is not None and out.exists():
        raise UsageError(
            f"{out.name} is already there", next_step="a validation record is not written over; choose another"
        )
    held, actor = opened(record, who) if record is not None else (None, None)
    asked = Asked(
        what=what,  # type: ignore[arg-type]
        dataset=dataset,
        settings=held.settings if held else machine_settings(),
        context=_context(held, languages=_listed(languages), region=region, day_order=day_order),
        kinds=_listed(kinds),
        limit=limit,
        noise=noise,
        seed=seed,
    )
    with counting(f"Scoring {what}") as on_done:
        made = evaluate(asked, made_at=utc_now().isoformat(timespec="seconds"), on_done=on_done)
    if out is not None:
        write_atomically(out, msgspec.json.format(msgspec.json.encode(made, order="deterministic"), indent=2) + b"\n")
    seq = act_on(held, ErrorMeasured(record=made), actor) if held and actor else 0
    if as_json:
        print_json(made)
        return
    _print_record(made)
    if out is not None:
        say(f"Written to {out}. Nobody has signed it.")
    if seq:
        say(f"Recorded as ledger line {seq}: exports print it as measured error.")
    if out is None and not seq:
        say("Next: --out FILE keeps the validation record; --record CASE has exports print it.")


def _listed(text: str) -> tuple[str, ...]:
    return tuple(filter(None, (part.strip() for part in text.split(","))))


def _context(held: Case | None, *, languages: tuple[str, ...], region: str, day_order: str) -> ReadContext:
    """Return what the engine is told: as given, else as asserted in the case."""
    said = (fold(held.custody.events()) if held else CaseState()).settings
    spoken = languages[0] if languages else said.speech_language
    return ReadContext(
        languages=languages or said.languages,
        speech_language=spoken,
        region=region.upper() or said.region,
        day_order=day_order or said.day_order,
    )


def _print_record(made: ValidationRecord) -> None:
    engines = ", ".join(" ".join(filter(None, (stamp.name, stamp.version, stamp.model))) for stamp in made.stamps)
    say(f"{made.what} on {made.data}: {made.items:,} of {made.items_in_data:,} items. Engines: {engines}.")
    for condition in dict.fromkeys(score.condition for score in made.scores):
        heading(condition)
        _print_scores([score for score in made.scores if score.condition == condition])
    for note in made.notes:
        say(note)
    say(f"In brackets: {made.interval}.")


def _print_scores(scores: Sequence[Score]) -> None:
    measures = list(dict.fromkeys(score.measure for score in scores))
    rows: dict[str, dict[str, Score]] = {}
    for score in scores:
        rows.setdefault(score.about, {})[score.measure] = score
    lines = [
        (about.replace("_", " "), f"{row[measures[0]].items:,}", *(shown(row[one]) for one in measures))
        for about, row in rows.items()
    ]
    table(lines, "of", "labelled", *(_MEASURES[one] for one in measures), right=("labelled",))


def shown(score: Score | Stratum) -> str:
    """Return a rate in percent with its interval, such as `92.2 (85.4-97.3)`."""
    value = score.value if isinstance(score, Score) else score.error
    if value < 0:
        return "none"
    reach = f" ({score.low / 100:.1f}-{score.high / 100:.1f})" if score.low >= 0 else ""
    return f"{value / 100:.1f}{reach}"


# --- sample --------------------------------------------------------------------------------------------------------


@app.command("sample")
def sample_command(
    case: CasePath,
    count: Annotated[
        int | None, typer.Option("--n", min=1, max=10_000, help="How many to draw; 200 if not said.")
    ] = None,
    seed: Annotated[int | None, typer.Option("--seed", help="Of the draw; 0 if not said.")] = None,
    new: Annotated[bool, typer.Option("--new", help="Draw again, although a sample is on record.")] = False,
    reason: Annotated[str, typer.Option("--reason", help="Why it is drawn; stands in the record.")] = "",
    show: Annotated[int, typer.Option("--show", min=0, help="How many of those that wait to print.")] = 10,
    who: AsWho = None,
    as_json: AsJson = False,
) -> None:
    """Draw a random sample of this case's readings for people to check, and say what error they found in it so far.

    The draw goes into the ledger and stands; asked again, the command goes on with it. Print, speech and stored text are
    drawn and counted apart. What machines missed is in no sample of readings. Example: casegraph sample harbour --n 200
    """
    held, actor = opened(case, who)
    looking(held)
    found = on_record(held)
    if found and not new:
        _check_same(found[-1], count, seed)
    else:
        with open_graph(held) as graph:
            act = drawn(graph, n=count or 200, seed=seed or 0, reason=reason)
        act_on(held, act, actor)
        found = on_record(held)
    _print_sample(held, found, show, actor=actor, as_json=as_json)


def _check_same(standing: SampleResult, count: int | None, seed: int | None) -> None:
    if (count or standing.n, standing.seed if seed is None else seed) != (standing.n, standing.seed):
        raise UsageError(
            f"a sample of {standing.n} with seed {standing.seed} is on record (ledger line {standing.seq})",
            next_step="leave --n and --seed out to go on with it, or give --new to draw another beside it",
        )


def _print_sample(held: Case, found: Sequence[SampleResult], show: int, *, actor: Actor, as_json: bool) -> None:
    sample = found[-1]
    with open_graph(held) as graph:
        here = queries.mentions(graph, sample.waiting)
        waiting = [here[name] for name in sample.waiting if name in here]
        shown_now = waiting if as_json else waiting[:show]
        texts = queries.segments(graph, {mention.segment for mention in shown_now})
    gone = len(sample.waiting) - len(waiting)
    consulted(held, actor, "sample", asked="", exhibits=[one.exhibit for one in shown_now], results=len(shown_now))
    if as_json:
        print_json({"sample": sample, "earlier": [one.seq for one in found[:-1]], "gone": gone, "waiting": waiting})
        return
    for mention in shown_now:
        print_mention(mention, texts[mention.segment])
    rows = [
        (SOURCE_WORDS[one.source], one.population, one.drawn, one.right, one.wrong, one.waiting, shown(one))
        for one in sample.strata
    ]
    numbers = ("readings", "drawn", "right", "wrong", "waiting")
    table(rows, "read from", *numbers, "% wrong of those judged (95%)", right=numbers)
    if gone:
        say(f"{plural(gone, 'reading')} of the draw stand there no longer: the exhibit was read again since.")
    say(f"Drawn {sample.drawn_at[:10]} by {sample.drawn_by}, seed {sample.seed}, ledger line {sample.seq}.")
    if sample.waiting:
        say(f"{len(sample.waiting):,} wait; until all are judged the error is provisional.")
        say(
            f'Next: casegraph decide {held.root.name} MENTION confirm|reject|correct --reason "…", then this command again'
        )
    else:
        say("All are judged: exports print the error as measured on this case.")

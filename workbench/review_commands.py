"""Commands by which people judge what machines read: every one goes into the ledger with who and why."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, get_args

import typer

from evidence.acts import (
    Act,
    ActWithdrawn,
    FindingWithdrawn,
    FindingWritten,
    RelationAdded,
    Sealed,
    Unsealed,
)
from evidence.case import Case
from evidence.errors import NotFound, Refused, UsageError
from evidence.ledger import Actor
from evidence.records import UNIT_LETTER
from evidence.state import CaseState, fold
from graph import queries, sources
from graph.answers import Mention, SegmentText
from graph.project import Graph, catch_up, open_graph
from graph.review import review_counts, review_queue
from workbench import deciding
from workbench.app import AsJson, AsWho, CasePath, Reason, app, consulted, opened
from workbench.deciding import Verdict
from workbench.judging import Category, because, category_of, one_of, withdrawal
from workbench.look_commands import check_not_rejected, looking, print_finding
from workbench.printing import heading, note, plural, print_json, say, table
from workbench.strips import print_mention


def act_on(case: Case, act: Act, actor: Actor) -> int:
    """Record an act and bring the graph up to date with it; returns its ledger line."""
    seq = case.record(act, actor=actor)
    catch_up(case)
    return seq


def done(seq: int, what: str, *, as_json: bool) -> None:
    """Say what was recorded, and under which ledger line it can be withdrawn."""
    if as_json:
        print_json({"seq": seq, "done": what})
    else:
        say(f"{what} Recorded as ledger line {seq}.")


# --- review and decide ---------------------------------------------------------------------------------------------


@app.command("review")
def review_command(
    case: CasePath,
    count: Annotated[int, typer.Option("--n", min=1, max=10_000, help="How many to go through.")] = 10,
    kind: Annotated[str, typer.Option("--kind", help="Only mentions of this kind.")] = "",
    seed: Annotated[int, typer.Option("--seed", help="Of the random sample that comes last.")] = 0,
    who: AsWho = None,
    as_json: AsJson = False,
) -> None:
    """Go through unreviewed mentions, one at a time: first what findings cite, then what waits, then a sample.

    Piped or with --json it lists them instead of asking. Example: casegraph review harbour --kind phone
    """
    held, actor = opened(case, who)
    looking(held)
    with open_graph(held) as graph:
        queue = review_queue(graph, n=count, kind=kind, seed=seed)
        texts = queries.segments(graph, {mention.segment for mention in queue})
        counts = review_counts(graph)
    consulted(held, actor, "review", asked=kind, exhibits=[one.exhibit for one in queue], results=len(queue))
    if as_json:
        print_json(queue)
        return
    if sys.stdin.isatty() and sys.stdout.isatty():
        _go_through(held, actor, queue, texts)
        return
    for mention in queue:
        print_mention(mention, texts[mention.segment])
    say(f"{plural(counts.unreviewed, 'reading')} unreviewed, {counts.reading_confirmed} confirmed, "
        f"{counts.corrected} corrected, {counts.rejected} rejected.")  # fmt: skip
    say(f'Next: casegraph decide {case} MENTION confirm|reject|correct --reason "…"')


def _go_through(case: Case, actor: Actor, queue: tuple[Mention, ...], texts: dict[str, SegmentText]) -> None:
    made: list[int] = []
    for index, mention in enumerate(queue, start=1):
        heading(f"{index} of {len(queue)}")
        print_mention(mention, texts[mention.segment])
        if not _ask(case, actor, mention, made):
            break
    catch_up(case)
    say(f"{plural(len(made), 'decision')} recorded.")


def _ask(case: Case, actor: Actor, mention: Mention, made: list[int]) -> bool:
    """Ask about one mention; returns False where the person has had enough."""
    while True:
        answer = typer.prompt("[c]onfirm  [x] reject  [e]dit  [s]kip  [u]ndo last  [q]uit", default="s").strip().lower()
        match answer[:1]:
            case "q":
                return False
            case "s":
                return True
            case "u" if made:
                case.record(ActWithdrawn(seq=made.pop(), reason="undone at review"), actor=actor)
                say("The last decision is withdrawn.")
            case "c" | "x" | "e":
                try:
                    made.append(_decide_now(case, actor, mention, answer[:1]))
                except UsageError as error:
                    say(f"{error.what}.")
                else:
                    return True
            case _:
                say("c, x, e, s, u or q.")


def _decide_now(case: Case, actor: Actor, mention: Mention, key: str) -> int:
    verdict = {"c": "confirm", "x": "reject", "e": "correct"}[key]
    value = ""
    if key == "e":
        value = typer.prompt("It reads", default=mention.value)
        deciding.corrected_value(case, mention, kind="", value=value)  # refused before anybody gives a reason for it
    reason = _asked_reason()
    with open_graph(case) as graph:
        anchor = sources.anchor_of(graph, mention.id)
    act = deciding.decision(case, mention, anchor, verdict=verdict, reason=reason, value=value)
    return case.record(act, actor=actor)


def _asked_reason() -> str:
    """Ask until there is a reason: what stands in the record is the person's own, never ours."""
    while not (reason := str(typer.prompt("Reason", default="", show_default=False)).strip()):
        say("A reason is needed: it stands in the record.")
    return reason


@app.command("decide")
def decide_command(
    case: CasePath,
    mention: Annotated[str, typer.Argument(metavar="MENTION", help="Mention id, or its first digits.")],
    verdict: Annotated[str, typer.Argument(metavar="VERDICT", help="confirm, reject, correct or attribute.")],
    reason: Reason = "",
    value: Annotated[str, typer.Option("--value", help="For correct: what it really reads.")] = "",
    kind: Annotated[str, typer.Option("--kind", help="For correct: what it really is.")] = "",
    who: AsWho = None,
    as_json: AsJson = False,
) -> None:
    """Judge one reading. `confirm` says that the exhibit says this; not that it is true.

    Example: casegraph decide harbour m-1a2b3c confirm --reason "compared with the scan"
    """
    held, actor = opened(case, who)
    one_of(verdict, get_args(Verdict), "verdict")
    looking(held)
    with open_graph(held) as graph:
        check_not_rejected(graph, mention, case)
        found = queries.mention(graph, mention)
        anchor = sources.anchor_of(graph, found.id)
    shown = found.review_seq if found.reviewer != actor.name else 0  # every look of the command line shows the review
    act = deciding.decision(held, found, anchor, verdict=verdict, reason=reason, value=value, kind=kind, seen=shown)
    seq = act_on(held, act, actor)
    done(seq, f"{found.kind} {act.value or found.value} in {found.exhibit}: {verdict}.", as_json=as_json)


@app.command("withdraw")
def withdraw_command(
    case: CasePath,
    seq: Annotated[int, typer.Argument(metavar="LINE", help="Ledger line of the act.")],
    reason: Reason = "",
    who: AsWho = None,
    as_json: AsJson = False,
) -> None:
    """Take back a decision, addition, correction or tag; the record keeps both.

    Example: casegraph withdraw harbour 87 --reason "wrong mention"
    """
    held, actor = opened(case, who)
    done(act_on(held, withdrawal(held, seq, reason=reason), actor), f"Line {seq} withdrawn.", as_json=as_json)


# --- add -----------------------------------------------------------------------------------------------------------


@app.command("add")
def add_command(
    case: CasePath,
    what: Annotated[str, typer.Argument(metavar="mention|relation|text", help="What to add.")],
    where: Annotated[list[str], typer.Argument(metavar="SEGMENT | A B", help="A segment id, or two entities.")],
    kind: Annotated[str, typer.Option("--kind", help="Of the mention (phone, person_name …) or the relation.")] = "",
    quote: Annotated[str, typer.Option("--quote", help="The words, exactly as the machine has them there.")] = "",
    value: Annotated[str, typer.Option("--value", help="Mention: normalised value; else the quote.")] = "",
    text: Annotated[str, typer.Option("--text", help="Text: the words as they really are.")] = "",
    support: Annotated[
        list[str] | None, typer.Option("--support", metavar="SEGMENT", help="Relation: what supports it; repeatable.")
    ] = None,
    nth: Annotated[int, typer.Option("--nth", min=1, help="Which, where the words stand there more than once.")] = 1,
    reason: Reason = "",
    who: AsWho = None,
    as_json: AsJson = False,
) -> None:
    """Add a mention or a relation that the machine missed, or correct words of a reading.

    A relation stands as your assessment; corrected words stand beside the machine's, and both can be searched.

    Examples:
    casegraph add harbour mention CG-0033.p1.1 --kind person_name --quote "M. Varga" --reason "signature"
    casegraph add harbour relation iban:GB82… email:a@b.example --kind "is used by" --support CG-0031.p1.1 --reason …
    casegraph add harbour text CG-0038.p1.1 --quote "LBO7 SEE" --text "LB07 SEE" --reason "read on the photo"
    """
    held, actor = opened(case, who)
    one_of(what, ("mention", "relation", "text"), "thing to add")
    because(reason)
    looking(held)
    with open_graph(held) as graph:
        act = _ADDED[what](
            graph,
            where,
            _Given(
                kind=kind,
                quote=quote,
                value=value,
                text=text,
                support=support or [],
                nth=nth,
                reason=reason,
                case=held,
            ),
        )
    done(act_on(held, act, actor), f"{what} added.", as_json=as_json)


@dataclass(frozen=True, slots=True)
class _Given:
    kind: str
    quote: str
    value: str
    text: str
    support: list[str]
    nth: int
    reason: str
    case: Case

    def need(self, *names: str) -> None:
        """Raise UsageError where one of the options is empty."""
        for name in names:
            if not getattr(self, name):
                raise UsageError(f"--{name} is missing", next_step="see `casegraph add --help`")


def _one_segment(where: list[str]) -> str:
    if len(where) != 1:
        raise UsageError("one segment id is needed", next_step="search shows them, such as CG-0033.p1.1")
    return where[0]


def _added_mention(graph: Graph, where: list[str], given: _Given) -> Act:
    given.need("kind", "quote")
    return deciding.added(
        given.case, graph, _one_segment(where), kind=given.kind, quote=given.quote, value=given.value, nth=given.nth - 1,
        reason=given.reason,
    )  # fmt: skip


def _added_relation(graph: Graph, where: list[str], given: _Given) -> Act:
    given.need("kind", "support")
    if len(where) != 2:
        raise UsageError("a relation has two ends", next_step="casegraph add CASE relation A B --kind … --support …")
    a, b = (queries.find_entity(graph, text) for text in where)
    return RelationAdded(
        kind=given.kind,
        source_kind=a.kind,
        source_value=a.value,
        target_kind=b.kind,
        target_value=b.value,
        supports=tuple(sources.segment_anchor(graph, one) for one in given.support),
        reason=given.reason,
    )


def _added_text(graph: Graph, where: list[str], given: _Given) -> Act:
    given.need("quote", "text")
    found = sources.new_mention_anchor(
        graph, _one_segment(where), kind="text", quote=given.quote, value=given.text, nth=given.nth - 1
    )
    return deciding.correction(found, text=given.text, reason=given.reason)


_ADDED: dict[str, Callable[[Graph, list[str], _Given], Act]] = {
    "mention": _added_mention,
    "relation": _added_relation,
    "text": _added_text,
}


# --- seal ----------------------------------------------------------------------------------------------------------

_LETTERS: dict[str, str] = dict(UNIT_LETTER.items())


@app.command("seal")
def seal_command(
    case: CasePath,
    what: Annotated[str, typer.Argument(metavar="EXHIBIT|SEGMENT", help="An exhibit number or a segment id.")],
    kind: Annotated[str, typer.Option("--kind", help="privileged, out-of-scope or abuse.")],
    reason: Reason = "",
    who: AsWho = None,
    as_json: AsJson = False,
) -> None:
    """Close an exhibit, with all it holds, or one segment: gone from search, graph, sql, counts and exports.

    Example: casegraph seal harbour CG-0032 --kind privileged --reason "letter from the suspect's solicitor"
    """
    held, actor = opened(case, who)
    looking(held)
    with open_graph(held) as graph:
        act = deciding.seal(held, graph, what, kind=kind, reason=reason)
    seq = act_on(held, act, actor)
    alike = deciding.same_bytes(fold(held.custody.events()), what)
    if as_json:
        print_json({"seq": seq, "done": f"{what} is sealed ({kind}).", "same_bytes": alike})
        return
    done(seq, f"{what} is sealed ({kind}).", as_json=False)
    for other in alike:
        say(f"The same bytes are in {other}, which is not sealed. Next:")
        say(f'  casegraph seal {case} {other} --kind {kind} --reason "…"')


@app.command("unseal")
def unseal_command(
    case: CasePath,
    what: Annotated[str, typer.Argument(metavar="EXHIBIT|SEGMENT", help="As `seals` lists it.")],
    reason: Reason = "",
    who: AsWho = None,
    as_json: AsJson = False,
) -> None:
    """Open a seal again; takes another person than the one who set it.

    Example: casegraph unseal harbour CG-0032 --reason "reviewed by independent counsel" --as "B. Counsel"
    """
    held, actor = opened(case, who)
    state = fold(held.custody.events())
    seq, sealer, sealed = _seal_of(state, what)
    if _same_name(sealer, actor.name):
        raise Refused(
            f"{what} was sealed by {sealer}; a second person has to unseal it",
            next_step="ask someone else to look at it and to unseal it",
        )
    act = Unsealed(exhibit=sealed.exhibit, reason=because(reason), segment=sealed.segment)
    said = f"{what} is open again (sealed in line {seq} by {sealer})"
    if _same_account(held, seq, actor):
        said += ", from the same account as the seal; recorded"
    done(act_on(held, act, actor), f"{said}.", as_json=as_json)


def _same_name(one: str, other: str) -> bool:
    return " ".join(one.casefold().split()) == " ".join(other.casefold().split())


def _same_account(case: Case, seq: int, actor: Actor) -> bool:
    """Return whether the line was written from the actor's own account on the same host; names are only asserted."""
    event = next((one for one in case.custody.events(after=seq - 1) if one.line.seq == seq), None)
    return event is not None and (event.account, event.host) == (actor.account, actor.host)


def _seal_of(state: CaseState, what: str) -> tuple[int, str, Sealed]:
    key = deciding.segment_key(what)
    found = state.sealed_segments.get(key) if key else state.sealed_exhibits.get(what)
    if found is None:
        raise NotFound(f"{what} is not sealed", next_step="`casegraph seals CASE` lists the seals")
    return found


@app.command("seals")
def seals_command(case: CasePath, as_json: AsJson = False) -> None:
    """List what is sealed, by number only.

    Example: casegraph seals harbour
    """
    held, _ = opened(case, None)
    state = fold(held.custody.events())
    rows = [(number, sealed.seal, actor, seq) for number, (seq, actor, sealed) in state.sealed_exhibits.items()]
    rows += [
        (f"{exhibit}.{_LETTERS[unit_kind]}{unit}.{ordinal}", sealed.seal, actor, seq)
        for (exhibit, unit_kind, unit, ordinal), (seq, actor, sealed) in state.sealed_segments.items()
    ]
    if as_json:
        print_json([{"what": what, "kind": kind, "by": by, "seq": seq} for what, kind, by, seq in rows])
        return
    table(rows, "sealed", "kind", "by", "line", right=("line",))


# --- findings ------------------------------------------------------------------------------------------------------


@app.command("tag")
def tag_command(
    case: CasePath,
    segment: Annotated[str, typer.Argument(metavar="SEGMENT", help="As search shows it.")],
    tag: Annotated[str, typer.Argument(metavar="TAG", help="supports, undermines, assists_defence or neutral.")],
    finding: Annotated[str, typer.Option("--finding", metavar="F", help="Which finding.")] = "",
    reason: Reason = "",
    who: AsWho = None,
    as_json: AsJson = False,
) -> None:
    """Say what a segment does to a finding.

    Example: casegraph tag harbour CG-0019.m1.2 undermines --finding F-1 --reason "the van was in the workshop"
    """
    held, actor = opened(case, who)
    looking(held)
    with open_graph(held) as graph:
        act = deciding.tagging(held, graph, segment, tag=tag, finding=finding, reason=reason)
    done(act_on(held, act, actor), f"{segment} {tag.replace('_', ' ')} {finding}".rstrip() + ".", as_json=as_json)


@app.command("schedule")
def schedule_command(
    case: CasePath,
    segment: Annotated[
        str, typer.Argument(metavar="SEGMENT", help="As search shows it; or the ledger line of its tag, where sealed.")
    ],
    reason: Reason = "",
    who: AsWho = None,
    as_json: AsJson = False,
) -> None:
    """Put a segment on the schedule of unused material, which goes out with every summary; a sealed one too.

    Example: casegraph schedule harbour CG-0028.t1.1 --reason "disclosed separately on 3 March"
    """
    held, actor = opened(case, who)
    looking(held)
    with open_graph(held) as graph:
        act = deciding.scheduling(held, graph, segment, reason=reason)
    seq = act_on(held, act, actor)
    done(
        seq,
        f"{segment if not segment.isdecimal() else f'What line {segment} tags'} is on the schedule.",
        as_json=as_json,
    )


@app.command("finding")
def finding_command(
    case: CasePath,
    what: Annotated[str, typer.Argument(metavar="new|list|show|revise|withdraw")],
    words: Annotated[list[str] | None, typer.Argument(metavar="[SENTENCE|F]…")] = None,
    reason: Reason = "",
    who: AsWho = None,
    as_json: AsJson = False,
) -> None:
    """Write a finding, list them, show one with its segments, rewrite or withdraw it.

    Example: casegraph finding harbour new "The number on the form is the one in the agency's signature."
    """
    held, actor = opened(case, who)
    one_of(what, ("new", "list", "show", "revise", "withdraw"), "thing to do with findings")
    given = words or []
    if what in ("list", "show"):
        _show_findings(held, actor, given[0] if what == "show" and given else "", as_json=as_json)
        return
    act = _finding_act(fold(held.custody.events()), held, what, given, reason)
    done(act_on(held, act, actor), f"{act.finding} {_PAST[what]}.", as_json=as_json)


_PAST = {"new": "written", "revise": "rewritten", "withdraw": "withdrawn"}


def _finding_act(
    state: CaseState, case: Case, what: str, given: list[str], reason: str
) -> FindingWritten | FindingWithdrawn:
    if what == "new":
        return deciding.new_finding(case, " ".join(given), reason=reason)
    finding = given[0] if given else ""
    if what == "revise":
        return deciding.rewritten(state, finding, " ".join(given[1:]), reason=reason)
    return deciding.taken_back(state, finding, reason=reason)


def _show_findings(case: Case, actor: Actor, only: str, *, as_json: bool) -> None:
    looking(case)
    with open_graph(case) as graph:
        found = [one for one in queries.findings(graph) if not only or one.id == only]
    if only and not found:
        raise NotFound(f"there is no finding {only}", next_step="`casegraph finding CASE list`")
    exhibits = [tagged.segment.exhibit for one in found for tagged in one.tags]
    consulted(case, actor, "finding", asked=only, exhibits=exhibits, results=len(found))
    if as_json:
        print_json(found[0] if only else found)
        return
    for one in found:
        print_finding(one)
    if not found:
        note('No findings yet: casegraph finding CASE new "…"')


@app.command("category")
def category_command(
    case: CasePath,
    entity: Annotated[str, typer.Argument(metavar="ENTITY", help="Entity id, value, or kind:value.")],
    category: Annotated[str, typer.Argument(metavar="CATEGORY", help=", ".join(get_args(Category)))],
    reason: Reason = "",
    who: AsWho = None,
    as_json: AsJson = False,
) -> None:
    """Put someone in a category (LED Art. 6). Everyone is `undetermined` until a person says otherwise.

    Example: casegraph category harbour "person_name:ion moraru" possible_victim --reason "interviewed 5 March"
    """
    held, actor = opened(case, who)
    looking(held)
    with open_graph(held) as graph:
        act = category_of(graph, entity, category, reason=reason)
        found = queries.find_entity(graph, entity)
    done(act_on(held, act, actor), f"{found.label}: {category}.", as_json=as_json)

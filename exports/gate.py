"""What must hold before anything leaves the case; each refusal says why and what to do next."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from evidence.acts import AnalysisSaved
from evidence.case import Case
from evidence.errors import IntegrityError, NotFound, Refused
from evidence.state import CaseState
from exports.material import AnalysisLine
from exports.record import Record, Tagging
from graph.analyses import rests_on_sealed


def check_addressed(*, recipient: str, reason: str) -> None:
    """Refuse an export to nobody, or for no reason (LED Art. 25)."""
    if not recipient.strip():
        raise Refused(
            "an export needs a recipient: who gets it is written in the access record",
            next_step='name who it is for with --to "…"',
        )
    if not reason.strip():
        raise Refused(
            "an export needs a reason: why it was given is written in the access record",
            next_step='say why with --reason "…"',
        )


def chosen(findings: Iterable[str], *, on_record: Collection[str]) -> tuple[str, ...]:
    """Return the findings asked for, all of them where none is; raises NotFound for one that is not on record."""
    asked = tuple(dict.fromkeys(findings))
    for finding in asked:
        if finding not in on_record:
            raise NotFound(
                f"there is no finding {finding} on record", next_step="`casegraph finding CASE list` lists the findings"
            )
    return asked or tuple(on_record)


def chosen_analyses(names: Iterable[str], *, on_record: Collection[str]) -> tuple[str, ...]:
    """Return the saved analyses asked for, each once; raises NotFound for one that is not on record."""
    asked = tuple(dict.fromkeys(name.strip().upper() for name in names))
    for name in asked:
        if name not in on_record:
            raise NotFound(
                f"there is no analysis {name} on record", next_step="`casegraph analysis CASE list` lists the analyses"
            )
    return asked


def check_cited(analysis: str, table: str, lines: Sequence[AnalysisLine], *, absence: bool) -> None:
    """Refuse a row of an analysis that cites no place in an exhibit, unless it says what is not there."""
    bare = [] if absence else [line for line in lines if not line.cited]
    if bare:
        said = ", ".join(str(cell) for cell in bare[0].cells if cell != "")
        raise Refused(
            f"{len(bare):,} of {len(lines):,} rows of {analysis} ({table}) cite no place that can be opened: {said[:120]}",
            next_step=f"narrow the question, or leave {analysis} out; `casegraph analysis CASE run {analysis} --all` shows the rows",
        )


def check_open(kept: AnalysisSaved, state: CaseState) -> None:
    """Refuse an analysis that was saved with rows of what is sealed now: its title and parameters may say what that held."""
    if rests_on_sealed(kept, state):
        raise Refused(
            f"{kept.analysis} was saved when it rested on material that is sealed now; what it asks may say what that held",
            next_step=f"where its title and parameters may leave: `casegraph analysis CASE run {kept.analysis} --mark`, which "
            "keeps the answer as it is now; else leave it out",
        )


def check_undermining(record: Record, *, printed: Mapping[int, str], findings: Collection[str]) -> None:
    """Refuse while a passage tagged `undermines` is neither printed nor scheduled (CPIA; Brady; FRCrP 16).

    `printed` maps the custody line of each tag that the graph resolved to the segment it is about now; a sealed
    segment is in no graph, so it is never among them.
    """
    scheduled = {entry.segment for entry in record.schedule()}
    open_ones = [
        tagging
        for tagging in record.tags()
        if tagging.act.tag == "undermines"
        and not (tagging.seq in printed and tagging.act.finding in findings)
        and not {tagging.segment, printed.get(tagging.seq, "")} & scheduled
    ]
    if open_ones:
        raise Refused(_open_message(open_ones, record, findings), next_step=_next(open_ones, record))


def _next(taggings: list[Tagging], record: Record) -> str:
    """Return every way out; the ledger line stands for the segment where that is sealed, so that it is not named."""
    first = taggings[0]
    line, what = "LINE", "SEGMENT (or the ledger LINE of its tag)"
    if len(taggings) == 1:
        line, what = str(first.seq), str(first.seq) if record.is_sealed(first.act.segment) else first.segment
    exportable = any(each.act.finding in record.state.findings for each in taggings)
    return (
        ("export the finding it belongs to, or " if exportable else "")
        + f'put it on the schedule of unused material: `casegraph schedule CASE {what} --reason "…"`; '
        + f'a tag that was a mistake can be taken back: `casegraph withdraw CASE {line} --reason "…"`'
    )


def _open_message(taggings: list[Tagging], record: Record, findings: Collection[str]) -> str:
    count = len(taggings)
    lead = "1 passage is" if count == 1 else f"{count} passages are"
    listed = "; ".join(_named(each, record, findings) for each in taggings)
    return f"{lead} tagged as undermining, and neither in this summary nor on the schedule of unused material: {listed}"


def _named(tagging: Tagging, record: Record, findings: Collection[str]) -> str:
    """Name a passage and why it is open; of a sealed one, its exhibit and the ledger line of the tag, and no more."""
    sealed = record.is_sealed(tagging.act.segment)
    what = f"a sealed passage of {tagging.act.segment.exhibit}" if sealed else tagging.segment
    return f"{what} (ledger line {tagging.seq}; {_why(tagging, record, findings, sealed=sealed)})"


def _why(tagging: Tagging, record: Record, findings: Collection[str], *, sealed: bool) -> str:
    finding = tagging.act.finding
    if not finding:
        return "tagged for no finding"
    if finding not in record.state.findings:
        return f"{finding} was withdrawn"
    if finding not in findings:
        return f"finding {finding} is not exported"
    return f"finding {finding}; it is {'sealed' if sealed else 'no longer found where the tag points'}"


def check_originals(case: Case, record: Record) -> None:
    """Hash every original that is not sealed again; raises IntegrityError naming the first exhibit that differs."""
    checked: dict[str, str] = {}
    for number, received in record.state.exhibits.items():
        exhibit = received.exhibit
        if record.state.is_sealed(number) or not exhibit.sha256 or received.unreadable:
            continue
        if exhibit.sha256 not in checked:
            checked[exhibit.sha256] = case.vault.check(exhibit.sha256)
        if checked[exhibit.sha256]:
            raise IntegrityError(
                f"the original of exhibit {number} is {checked[exhibit.sha256]}: it is not what was received",
                next_step="run `casegraph verify`, and restore the original from a copy with the recorded SHA-256",
            )


def check_artifacts(case: Case, record: Record, exhibits: Collection[str]) -> None:
    """Check what engines made of the exhibits that are cited; raises IntegrityError naming the first that differs."""
    for number in sorted(exhibits):
        extraction = record.state.extractions.get(number)
        for artifact in extraction.artifacts if extraction else ():
            if wrong := case.shelf.check(artifact):
                raise IntegrityError(
                    f"what was read from exhibit {number} is {wrong} on the shelf ({artifact.step} {artifact.part})",
                    next_step=f"run `casegraph reread CASE {number}`, then look at the readings again",
                )

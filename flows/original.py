"""From a place in what was read back to the original: the record in its very bytes, reached by a worker anew."""

from __future__ import annotations

from evidence.case import Case
from evidence.errors import Refused
from evidence.ledger import Actor
from evidence.locator import Place
from evidence.state import CaseState, fold
from extractors.protocols import Original, Part
from flows.jobs import OriginalJob, drop_scratch
from flows.run import Run


def go_back(case: Case, *, number: str, place: Place, media_type: str, actor: Actor) -> Original:
    """Return what stands at `place` of exhibit `number`; raises Unreadable where its format has no such way back.

    Raises Refused where the exhibit, or anything in it, is sealed: a record's bytes could hold what was closed.

    The original is hashed first and parsed in a worker, within the limits of every other reading; nothing is recorded.
    """
    state = fold(case.custody.events())
    refuse_sealed(state, number)
    run = Run(case, state=state, actor=actor, on_progress=lambda _: None)
    context = run.context(number, Part(name="original"))
    job = OriginalJob(
        exhibit=number, sha256=state.exhibit(number).sha256, media_type=media_type, place=place, context=context
    )
    try:
        made = run.pool.run(job, seconds=run.seconds_to_hash(number))
    finally:
        run.close()
        drop_scratch(context.scratch)
    assert isinstance(made, Original)
    return made


def refuse_sealed(state: CaseState, number: str) -> None:
    """Raise Refused where an exhibit, or anything in it, is sealed: its bytes could hold what was closed."""
    if state.is_sealed(number) or any(sealed.startswith(f"{number}/") for sealed in state.sealed_exhibits):
        raise Refused(
            f"{number} holds what is sealed: its bytes are not shown", next_step="`casegraph seals CASE` lists what is"
        )
    if any(exhibit == number or exhibit.startswith(f"{number}/") for exhibit, *_ in state.sealed_segments):
        raise Refused(f"a part of {number} is sealed: its bytes are not shown", next_step="`casegraph seals CASE`")

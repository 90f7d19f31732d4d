"""The rebuild flow: graph and index made again from ledger and shelf."""

from __future__ import annotations

from prefect import flow

from evidence.case import Case
from evidence.state import fold
from graph.project import rebuild

_cases: dict[str, Case] = {}


@flow(name="rebuild", flow_run_name="rebuild {case_id}", persist_result=False)
def _rebuild(case_id: str) -> None:
    """Rebuild the case of that id."""
    rebuild(_cases[case_id])


def rebuild_case(case: Case) -> None:
    """Run the flow on an open case; Prefect sees only the first digits of its id."""
    case_id = fold(case.custody.events()).case_id[:8]
    _cases[case_id] = case
    try:
        _rebuild(case_id)
    finally:
        del _cases[case_id]

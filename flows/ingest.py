"""The ingest flow: look at what waits, read it cheap work first, record it, and make it searchable as it lands.

Prefect is an adapter here: tasks carry a run's id and exhibit numbers, never paths or people; results are not kept
(the shelf is the cache) and nothing is retried but what the disk may allow a moment later.
"""

from __future__ import annotations

import os
import signal
import threading
import uuid
from collections.abc import Sequence
from itertools import islice
from typing import Any

import httpx
from prefect import flow, task
from prefect.client.schemas.objects import State, TaskRun
from prefect.events.clients import NullEventsClient, PrefectEventsClient
from prefect.events.worker import EventsWorker
from prefect.futures import PrefectFuture, as_completed
from prefect.settings import PREFECT_API_URL, temporary_settings
from prefect.task_runners import ThreadPoolTaskRunner
from prefect.tasks import Task

from evidence.errors import CasegraphError, EngineMissing
from extractors.protocols import Survey
from flows.run import Run

_SURVEYS_A_TASK = 10
_runs: dict[str, Run] = {}
Numbers = list[str]


def _may_help(_task: Task[..., Any], _run: TaskRun, state: State[Any]) -> bool:
    error = state.result(raise_on_failure=False)
    return isinstance(error, CasegraphError) and error.retry_can_help


_STEP: dict[str, Any] = {
    "retries": 2,
    "retry_delay_seconds": 2,
    "retry_condition_fn": _may_help,
    "persist_result": False,
    "cache_policy": None,
}


@task(name="look", task_run_name="look {first} +{more}", **_STEP)
def look(run_id: str, numbers: Numbers, first: str, more: int) -> list[tuple[str, Survey | None]]:
    """Say how each exhibit will be read."""
    run = _runs[run_id]
    return [(number, run.survey(number)) for number in numbers]


@task(name="read", task_run_name="read {first} +{more}", **_STEP)
def read(run_id: str, batch: int, first: str, more: int) -> int:
    """Read a batch of parts; returns how many."""
    run = _runs[run_id]
    parts = run.batch(batch)
    run.read_batch(parts)
    return len(parts)


@task(name="project", **_STEP)
def project(run_id: str) -> None:
    """Bring the graph up to date with the ledger."""
    _runs[run_id].project()


@flow(name="ingest", flow_run_name="ingest {case_id} {run_id}", persist_result=False, validate_parameters=False)
def ingest_case(case_id: str, run_id: str) -> None:
    """Read everything that waits in the case, container by container, until nothing does."""
    run = _runs[run_id]
    _stop_as_told(run)
    while waiting := run.waiting():
        looks = [look.submit(run_id, some, some[0], len(some) - 1) for some in _chunks(waiting, _SURVEYS_A_TASK)]
        reads: list[PrefectFuture[int]] = []
        for done, looked in enumerate(as_completed(looks), start=1):
            run.enter(looked.result())
            if len(looks) - done < run.case.settings.worker_count:  # a worker is idle: one slow file holds up no others
                reads += [_submit(run, run_id, index) for index in run.plan_batches()]
        _follow(run_id, reads)


def _submit(run: Run, run_id: str, index: int) -> PrefectFuture[int]:
    parts = run.batch(index)
    return read.submit(run_id, index, parts[0][0], len(parts) - 1)


def _stop_as_told(run: Run) -> None:
    """Put the run's own answer to SIGTERM in the place of Prefect's, which waits for what is being read."""
    if threading.current_thread() is threading.main_thread() and run.stop is not None:
        signal.signal(signal.SIGTERM, run.stop)


def _follow(run_id: str, reads: Sequence[PrefectFuture[int]]) -> None:
    for done in as_completed(list(reads)):
        done.result()
        if _runs[run_id].due():
            project(run_id)


def _chunks(numbers: Sequence[str], size: int) -> list[list[str]]:
    queue = iter(numbers)
    return list(iter(lambda: list(islice(queue, size)), []))


def run_ingest(run: Run, *, shown: bool = True) -> None:
    """Run the flow over a prepared run, with one task thread per worker, on the server that the environment names.

    Unless it is `shown`, on a server that outlives the run, no events are sent, since nobody could look at them.
    """
    run_id = uuid.uuid4().hex[:12]
    _runs[run_id] = run
    if shown:  # three tries at once: ten with pauses for each event would outlast a lost server by minutes
        EventsWorker.set_client_override(PrefectEventsClient, reconnection_attempts=2)
    else:
        EventsWorker.set_client_override(NullEventsClient)
    try:
        runner: Any = ThreadPoolTaskRunner(max_workers=run.case.settings.worker_count)
        with temporary_settings({PREFECT_API_URL: os.environ["PREFECT_API_URL"]}):
            ingest_case.with_options(task_runner=runner)(case_id=run.state.case_id[:8], run_id=run_id)
    except (httpx.TransportError, RuntimeError) as error:
        if not isinstance(error if isinstance(error, httpx.TransportError) else error.__cause__, httpx.TransportError):
            raise  # Prefect wraps only the first failure to connect in a RuntimeError
        raise EngineMissing(
            "Prefect's server went away while the case was being read",
            next_step="run the same command again: it goes on where it stopped",
        ) from error
    finally:
        _runs.pop(run_id, None)


__all__ = ["ingest_case", "run_ingest"]

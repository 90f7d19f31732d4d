"""What every test may use: an authority, an actor, a fresh case."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import hypothesis
import pytest
from running import ROOT, SAMPLE

from evidence.authority import CaseHints
from evidence.case import Case, new_case
from evidence.files import locked
from evidence.ledger import Actor
from evidence.records import Authority
from extractors.sandbox import preload

preload("flows.jobs", "flows.engines")  # once for all tests of a process, not once for each worker
hypothesis.settings.register_profile("casegraph", deadline=None)  # two noisy cores: a time limit would fail by chance
hypothesis.settings.load_profile("casegraph")


@pytest.fixture(autouse=True)
def _own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test sees registered models or settings of whoever runs it."""
    for name in ("CASEGRAPH_ACTOR", "CASEGRAPH_SPEECH_MODEL", "CASEGRAPH_SPEECH_ENGINE", "CASEGRAPH_WORKERS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("CASEGRAPH_MODELS", str(tmp_path_factory.getbasetemp() / "no-models"))
    monkeypatch.setenv("CASEGRAPH_NAMES_PIPELINE", "none")  # seconds a worker; the sample case is read with names


@pytest.fixture
def authority() -> Authority:
    return Authority(
        reference="W-1",
        kind="warrant",
        issuer="A court",
        issued="2026-03-02",
        country="GB",
        scope="papers",
        review_by="2026-09-02",
        erase_by="2029-03-02",
    )


@pytest.fixture
def actor() -> Actor:
    return Actor(name="A. Tester", account="tester", host="bench")


@pytest.fixture
def case(tmp_path: Path, authority: Authority, actor: Actor) -> Case:
    hints = CaseHints(languages=("en",))
    return new_case(tmp_path / "case", title="Test", authority=authority, hints=hints, actor=actor)


@pytest.fixture(scope="session")
def ingested_sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample case, ingested once for all processes of the test run. Not to be changed: take `sample_case`.

    Whoever works on the tests saves a minute with CASEGRAPH_SAMPLE_CASE: one that `make demo` ingested before.
    """
    if ready := os.environ.get("CASEGRAPH_SAMPLE_CASE"):
        return Path(ready)
    shared = tmp_path_factory.getbasetemp()
    if os.environ.get("PYTEST_XDIST_WORKER"):
        shared = shared.parent
    root = shared / "sample-case"
    with locked(shared / "sample-case.lock", wait_s=280, held_for="the sample case"):
        if not (shared / "sample-case.done").exists():
            shutil.rmtree(root, ignore_errors=True)
            command = [sys.executable, "-m", "workbench"]
            made = [
                *command,
                "new",
                str(root),
                "--title",
                "Harbour Lodge",
                "--authority",
                str(SAMPLE / "authority.toml"),
            ]
            said = [
                [*command, "template", "add", str(root), str(path), "--source", "the sample"]
                for path in sorted((SAMPLE / "templates").glob("*.toml"))
            ]
            read = [*command, "ingest", str(root), str(SAMPLE / "exhibits"), "--languages", "en,ro"]
            read += ["--custodian", "Harbour Lodge", "--passwords", str(SAMPLE / "passwords.txt")]
            for line in (made, *said, read):
                environment = os.environ | {"CASEGRAPH_NAMES_PIPELINE": "bundled"}
                subprocess.run(line, check=True, cwd=ROOT, stdout=subprocess.DEVNULL, env=environment)
            (shared / "sample-case.done").touch()
    return root


@pytest.fixture
def sample_case(ingested_sample: Path, tmp_path: Path) -> Path:
    """A copy of the ingested sample case, to be done with as the test likes."""
    return Path(shutil.copytree(ingested_sample, tmp_path / "sample", ignore=shutil.ignore_patterns(".graph.building")))

"""What every test may use: an authority, an actor, a fresh case."""

from __future__ import annotations

from pathlib import Path

import pytest

from evidence.authority import CaseHints
from evidence.case import Case, new_case
from evidence.ledger import Actor
from evidence.records import Authority

ROOT = Path(__file__).parent.parent
SAMPLE = ROOT / "sample_data"


@pytest.fixture(autouse=True)
def _own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test sees registered models or settings of whoever runs it."""
    for name in ("CASEGRAPH_ACTOR", "CASEGRAPH_SPEECH_MODEL", "CASEGRAPH_SPEECH_ENGINE", "CASEGRAPH_WORKERS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("CASEGRAPH_MODELS", str(tmp_path_factory.getbasetemp() / "no-models"))


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

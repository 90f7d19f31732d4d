"""What belongs together where several devices of one person hold the same names."""

from __future__ import annotations

from pathlib import Path
from unittest.mock import patch

import pytest

from evidence.case import Case
from evidence.intake import Intake, given_paths
from evidence.ledger import Actor
from evidence.records import Authority
from evidence.state import CaseState, fold
from extractors.archive.volumes import volume_of
from flows.beside import Beside


class Intakes:
    """A case that receives files, one intake after another."""

    def __init__(self, case: Case, actor: Actor, authority: Authority, folder: Path) -> None:
        self._case, self._actor, self._authority, self._folder = case, actor, authority, folder
        self._count = 0

    @property
    def state(self) -> CaseState:
        return fold(self._case.custody.events())

    @property
    def beside(self) -> Beside:
        return Beside(self.state)

    def receive(self, files: dict[str, str]) -> list[str]:
        """Receive the files of a folder of their own in one intake; returns the numbers."""
        self._count += 1
        path = self._folder / f"phone {self._count}"
        path.mkdir()
        for name, text in files.items():
            (path / name).write_text(text)
        intake = Intake(
            self._case, state=self.state, authority=self._authority, custodian="A. Person", actor=self._actor
        )
        received = list(intake.receive(given_paths([path])))
        intake.finish(received, children=0)
        return [one.number for one in received]


@pytest.fixture
def intakes(case: Case, actor: Actor, authority: Authority, tmp_path: Path) -> Intakes:
    return Intakes(case, actor, authority, tmp_path)


def pairs(beside: Beside, *numbers: str) -> list[tuple[tuple[str, ...], str]]:
    found = [(beside.siblings(one), beside.belongs(one)) for one in numbers]
    return [(siblings, belongs.exhibit if belongs else "") for siblings, belongs in found]


def test_a_log_is_read_with_the_database_of_its_own_intake(intakes: Intakes) -> None:
    base, log = intakes.receive({"msgstore.db": "phone 1", "msgstore.db-wal": "log 1"})
    (other,) = intakes.receive({"msgstore.db": "phone 2"})
    assert pairs(intakes.beside, base, log, other) == [((log,), ""), ((), base), ((), "")]


def test_each_log_is_read_with_its_own_database(intakes: Intakes) -> None:
    one, its = intakes.receive({"msgstore.db": "phone 1", "msgstore.db-wal": "log 1"})
    two, her = intakes.receive({"msgstore.db": "phone 2", "msgstore.db-wal": "log 2"})
    assert pairs(intakes.beside, one, its, two, her) == [((its,), ""), ((), one), ((her,), ""), ((), two)]


def test_where_one_intake_holds_two_of_a_name_nothing_is_paired(intakes: Intakes) -> None:
    numbers = intakes.receive({"msgstore.db": "one", "MSGSTORE.DB": "another", "msgstore.db-wal": "log"})
    assert pairs(intakes.beside, *numbers) == [((), "")] * 3


def test_a_late_piece_is_taken_up_where_nothing_else_has_its_name(intakes: Intakes) -> None:
    (base,) = intakes.receive({"msgstore.db": "phone 1"})
    (log,) = intakes.receive({"msgstore.db-wal": "log 1"})
    assert pairs(intakes.beside, base, log) == [((log,), ""), ((), base)]
    (other,) = intakes.receive({"msgstore.db": "phone 2"})
    assert pairs(intakes.beside, base, log, other) == [((), "")] * 3


def test_volumes_of_two_archives_are_not_mixed(intakes: Intakes) -> None:
    first, second = intakes.receive({"a.zip.001": "1", "a.zip.002": "2"})
    other, later, last = intakes.receive({"a.zip.001": "i", "a.zip.002": "ii", "a.zip.003": "iii"})
    assert pairs(intakes.beside, first, other) == [((second,), ""), ((later, last), "")]
    assert [belongs for _, belongs in pairs(intakes.beside, second, later, last)] == [first, other, other]


def test_what_grows_later_is_seen_by_the_same_beside(intakes: Intakes, case: Case) -> None:
    base, log = intakes.receive({"msgstore.db": "phone 1", "msgstore.db-wal": "log 1"})
    state = intakes.state
    beside = Beside(state)
    assert beside.siblings(base) == (log,)
    (other,) = intakes.receive({"msgstore.db": "phone 2"})
    fold(case.custody.events(after=state.seq), state)
    assert pairs(beside, base, log, other) == [((log,), ""), ((), base), ((), "")]


def test_two_thousand_volumes_are_paired_without_comparing_all_with_all(intakes: Intakes) -> None:
    names = [f"a.zip.{number:04d}" for number in range(1, 2001)]
    numbers = intakes.receive({name: name for name in names})
    beside = intakes.beside
    with patch("flows.beside.volume_of", wraps=volume_of) as asked:
        assert beside.siblings(numbers[0]) == tuple(numbers[1:])
        assert all((found := beside.belongs(one)) and found.exhibit == numbers[0] for one in numbers[1:])
    assert asked.call_count < 10 * len(names)

from __future__ import annotations

import os
import time
from pathlib import Path

import msgspec
import pytest

from evidence.case import Case
from evidence.errors import CaseError
from evidence.ledger import Actor
from evidence.state import fold
from flows.watch import ingest_drop_folder, settled


def with_drop(case: Case, folder: Path, **settings: str) -> Case:
    case.settings = msgspec.structs.replace(case.settings, drop_folder=str(folder), **settings)
    return case


def test_a_file_still_being_copied_is_left_for_the_next_time(tmp_path: Path) -> None:
    for name, age in (("done.txt", 60), ("copying.txt", 1)):
        (tmp_path / name).write_text("x")
        os.utime(tmp_path / name, (time.time() - age,) * 2)
    assert [path.name for path in settled(tmp_path, now=time.time())] == ["done.txt"]


def test_the_drop_folder_is_bound_to_one_authority(case: Case, actor: Actor, tmp_path: Path) -> None:
    drop = tmp_path / "drop"
    with pytest.raises(CaseError, match="authority"):
        ingest_drop_folder(with_drop(case, drop), actor=actor)
    with pytest.raises(CaseError, match="does not exist"):
        ingest_drop_folder(with_drop(case, drop, drop_authority="W-1"), actor=actor)
    drop.mkdir()
    assert ingest_drop_folder(with_drop(case, drop, drop_authority="W-1"), actor=actor) is None


@pytest.mark.usefixtures("prefect_server")
def test_what_has_settled_is_ingested_once(case: Case, actor: Actor, tmp_path: Path) -> None:
    drop = tmp_path / "drop"
    drop.mkdir()
    (drop / "note.txt").write_text("a note to desk@example.org")
    case = with_drop(case, drop, drop_authority="W-1", drop_custodian="Night desk")
    later = time.time() + 60
    report = ingest_drop_folder(case, actor=actor, now=later)
    assert report is not None
    exhibit = fold(case.custody.events()).exhibits["CG-0001"].exhibit
    assert (exhibit.name, exhibit.custodian, exhibit.authority) == ("note.txt", "Night desk", "W-1")
    assert ingest_drop_folder(case, actor=actor, now=later) is None


@pytest.mark.usefixtures("prefect_server")
def test_a_folder_that_holds_what_it_held_is_not_ingested_again(case: Case, actor: Actor, tmp_path: Path) -> None:
    drop = tmp_path / "drop"
    drop.mkdir()
    (drop / "note.txt").write_text("room 214")
    watched = with_drop(case, drop, drop_authority="W-1")
    later = time.time() + 60
    first = ingest_drop_folder(watched, actor=actor, now=later)
    size = case.custody.size()
    assert first is not None
    assert len(first.recorded) == 1
    assert ingest_drop_folder(watched, actor=actor, now=later) is None
    assert case.custody.size() == size
    (drop / "note.txt").write_text("room 215")
    again = ingest_drop_folder(watched, actor=actor, now=later)
    assert again is not None
    assert len(again.recorded) == 1

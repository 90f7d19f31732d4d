"""Originals that are registered where they stand: hashed, never copied, and said so when they move or change."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from evidence.case import Case
from evidence.digest import Sha256, sha256_file
from evidence.errors import IntegrityError, Unreadable
from evidence.intake import Intake, Received, given_paths
from evidence.ledger import Actor
from evidence.state import CaseState, fold
from evidence.vault import Vault
from extractors.protocols import ReadContext
from flows.jobs import SurveyJob, survey
from flows.verify import verify


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault(tmp_path / "vault", scratch=tmp_path / "tmp")


@pytest.fixture
def image(tmp_path: Path) -> Path:
    folder = tmp_path / "évidence of \udcff"
    folder.mkdir()
    path = folder / "disk.dd"
    path.write_bytes(b"an image of a disc\n" * 100)
    return path


def receive(case: Case, actor: Actor, path: Path, *, in_place: bool) -> list[Received]:
    state = fold(case.custody.events())
    intake = Intake(case, state=state, authority=state.authority(), custodian="", actor=actor, in_place=in_place)
    return list(intake.receive(given_paths([path])))


def state_of(case: Case) -> CaseState:
    return fold(case.custody.events())


def test_a_registered_original_is_hashed_and_not_copied(vault: Vault, image: Path) -> None:
    sha256, size_bytes, in_place = vault.register(image)
    assert (sha256, size_bytes, in_place) == (hashlib.sha256(image.read_bytes()).hexdigest(), 1900, True)
    assert vault.path(sha256).read_bytes() == image.read_bytes()
    assert vault.path(sha256) == image
    assert vault.check(sha256) == ""
    assert list(vault.digests()) == [sha256]
    assert sum(path.stat().st_size for path in vault.root.rglob("*") if path.is_file()) < 400


def test_one_that_moved_changed_or_came_back_is_told(vault: Vault, image: Path) -> None:
    sha256, *_ = vault.register(image)
    data = image.read_bytes()
    image.rename(image.with_name("elsewhere.dd"))
    assert vault.check(sha256) == "no longer where it was registered in place"
    image.write_bytes(data[:-1] + b"!")
    assert vault.check(sha256) == "changed since it was registered in place"
    image.write_bytes(data + b"more")
    assert vault.check(sha256) == "changed since it was registered in place"
    image.write_bytes(data)
    assert vault.check(sha256) == ""


def test_what_changes_while_it_is_hashed_is_refused(vault: Vault, image: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def growing(source: Path) -> Sha256:
        os.utime(source, ns=(0, 0))
        return Sha256("0" * 64)

    monkeypatch.setattr("evidence.vault._digest_of", growing)
    with pytest.raises(Unreadable, match="changed while it was hashed"):
        vault.register(image)
    assert not vault.references.exists()


def test_a_copy_in_the_vault_comes_before_a_reference(vault: Vault, image: Path) -> None:
    first, *_ = vault.register(image)
    sha256, _ = vault.receive(image)
    assert sha256 == first
    image.unlink()
    assert vault.check(sha256) == ""
    assert vault.reference(sha256) is None
    assert vault.register(vault.path(sha256)) == (sha256, 1900, False)


def test_a_damaged_reference_is_a_missing_original_and_nothing_worse(vault: Vault, image: Path) -> None:
    sha256, *_ = vault.register(image)
    (vault.references / sha256).write_bytes(b"{")
    assert vault.check(sha256) == "missing"


def test_the_ledger_says_in_place_and_nothing_says_where(case: Case, actor: Actor, image: Path) -> None:
    (received,) = receive(case, actor, image, in_place=True)
    act = state_of(case).exhibits[received.number]
    assert received.in_place
    assert act.in_place
    assert (act.exhibit.name, act.exhibit.size_bytes) == ("disk.dd", 1900)
    for path in (case.root / "ledger").rglob("*"):
        assert not path.is_file() or b"vidence of" not in path.read_bytes()
    assert verify(case).problems == ()


def test_what_moved_is_not_processed_and_is_taken_up_where_it_is_now(case: Case, actor: Actor, image: Path) -> None:
    (received,) = receive(case, actor, image, in_place=True)
    act = state_of(case).exhibits[received.number]
    moved = image.parent / "now here" / "disk.dd"
    moved.parent.mkdir()
    image.rename(moved)
    job = SurveyJob(
        exhibit=received.number,
        sha256=act.exhibit.sha256,
        name="disk.dd",
        context=ReadContext(languages=(), scratch=case.tmp),
    )
    with pytest.raises(IntegrityError) as caught:
        survey(case, job)
    assert "no longer where it was registered in place" in caught.value.what
    assert "ingest it again" in caught.value.next_step
    (problem,) = verify(case).problems
    assert (problem.kind, problem.about) == ("original", received.number)
    assert "in the vault" not in problem.message
    (again,) = receive(case, actor, moved, in_place=True)
    assert (again.number, again.recognised) == (received.number, True)
    assert case.vault.path(act.exhibit.sha256) == moved
    assert verify(case).problems == ()


def test_a_copy_is_taken_of_what_was_in_place_when_it_is_ingested_plainly(
    case: Case, actor: Actor, image: Path
) -> None:
    (received,) = receive(case, actor, image, in_place=True)
    data = image.read_bytes()
    image.write_bytes(data + b"changed")
    other = image.parent / "copy" / "disk.dd"
    other.parent.mkdir()
    other.write_bytes(data)
    (again,) = receive(case, actor, other, in_place=False)
    assert again.number == received.number
    assert case.vault.check(state_of(case).exhibits[received.number].exhibit.sha256) == ""
    assert case.vault.reference(state_of(case).exhibits[received.number].exhibit.sha256) is None


def test_what_is_touched_is_hashed_again_and_only_then(
    vault: Vault, image: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sha256, *_ = vault.register(image)
    data = image.read_bytes()
    hashed: list[Path] = []

    def hashing(path: Path) -> Sha256:
        hashed.append(path)
        return sha256_file(path)

    monkeypatch.setattr("evidence.vault.sha256_file", hashing)
    assert (vault.stirred(sha256), hashed) == ("", [])
    os.utime(image, ns=(0, 0))
    assert [vault.stirred(sha256), vault.stirred(sha256)] == ["", ""]
    assert hashed == [image]
    image.write_bytes(data[:-1] + b"!")
    assert vault.stirred(sha256) == "changed since it was registered in place"
    image.unlink()
    assert vault.stirred(sha256) == "no longer where it was registered in place"
    assert vault.stirred(vault.receive(_file_of(vault, data))[0]) == ""


def _file_of(vault: Vault, data: bytes) -> Path:
    path = vault.root.parent / "copied"
    path.write_bytes(data)
    return path

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given as hypothesis_given
from hypothesis import strategies as st

from evidence.case import Case
from evidence.errors import AuthorityError, NotFound, UsageError
from evidence.intake import Given, Intake, Received, check_apart, display, given_paths, read_manifest
from evidence.ledger import Actor
from evidence.records import Authority
from evidence.state import CaseState, fold


def receive(
    case: Case, actor: Actor, authority: Authority, *paths: Path, custodian: str = "", **options: object
) -> list[Received]:
    state = fold(case.custody.events())
    intake = Intake(case, state=state, authority=authority, custodian=custodian, actor=actor, **options)  # type: ignore[arg-type]
    return list(intake.receive(given_paths(paths)))


def seized(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        path = folder / name.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def numbers(received: list[Received]) -> list[str]:
    return [one.number for one in received]


def test_exhibits_are_numbered_in_path_order(case: Case, actor: Actor, authority: Authority, tmp_path: Path) -> None:
    folder = seized(tmp_path / "in", b="2", a__z="1", c="3")
    assert [(one.number, one.name) for one in receive(case, actor, authority, folder)] == [
        ("CG-0001", "a/z"),
        ("CG-0002", "b"),
        ("CG-0003", "c"),
    ]


def test_a_second_intake_recognises_everything(case: Case, actor: Actor, authority: Authority, tmp_path: Path) -> None:
    folder = seized(tmp_path / "in", a="1", b="2")
    receive(case, actor, authority, folder)
    again = receive(case, actor, authority, folder)
    assert numbers(again) == ["CG-0001", "CG-0002"]
    assert all(one.recognised for one in again)
    assert case.custody.size() == 3 + 2


def test_a_changed_file_under_the_same_name_is_a_new_exhibit(
    case: Case, actor: Actor, authority: Authority, tmp_path: Path
) -> None:
    folder = seized(tmp_path / "in", a="1")
    receive(case, actor, authority, folder)
    seized(folder, a="2")
    assert numbers(receive(case, actor, authority, folder)) == ["CG-0002"]


def test_the_same_bytes_from_another_place_or_custodian_are_another_exhibit(
    case: Case, actor: Actor, authority: Authority, tmp_path: Path
) -> None:
    folder = seized(tmp_path / "in", a="same", b="same")
    assert numbers(receive(case, actor, authority, folder)) == ["CG-0001", "CG-0002"]
    assert numbers(receive(case, actor, authority, folder, custodian="B")) == ["CG-0003", "CG-0004"]
    assert len(list(case.vault.digests())) == 1


def test_a_name_that_is_not_utf8_is_kept_as_bytes(
    case: Case, actor: Actor, authority: Authority, tmp_path: Path
) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / os.fsdecode(b"caf\xe9\x1b[2J.txt")).write_text("x")
    receive(case, actor, authority, folder)
    exhibit = fold(case.custody.events()).exhibits["CG-0001"].exhibit
    assert bytes.fromhex(exhibit.name_bytes_hex) == b"caf\xe9\x1b[2J.txt"
    assert exhibit.name == "caf\ufffd\ufffd[2J.txt"


def test_what_cannot_be_received_is_an_exhibit_with_its_reason(
    case: Case, actor: Actor, authority: Authority, tmp_path: Path
) -> None:
    folder = seized(tmp_path / "in", a="1")
    (folder / "dangling").symlink_to(tmp_path / "nowhere")
    (folder / "link").symlink_to(tmp_path)
    os.mkfifo(folder / "pipe")
    received = {one.name: one.unreadable for one in receive(case, actor, authority, folder, tmp_path / "missing")}
    assert received["in/dangling"] == "failed: a link to a file that does not exist"
    assert received["in/link"].startswith("skipped: a link, not followed")
    assert received["in/pipe"].startswith("skipped: not a regular file")
    assert received["missing"] == "failed: the file does not exist"
    assert received["in/a"] == ""
    assert len(fold(case.custody.events()).exhibits) == 5


def test_nothing_there_is_an_error_and_receives_nothing(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="nope"):
        given_paths([tmp_path / "nope"])


def test_hashes_are_compared_with_the_acquisition_manifest(
    case: Case, actor: Actor, authority: Authority, tmp_path: Path
) -> None:
    folder = seized(tmp_path / "in", a="1", b="2", c="3")
    listed = tmp_path / "manifest.txt"
    listed.write_text("6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b  a\n" + "0" * 64 + " *./b\n")
    receive(case, actor, authority, folder, manifest=read_manifest(listed))
    exhibits = fold(case.custody.events()).exhibits.values()
    assert [act.manifest for act in exhibits] == ["agrees", "differs", "not listed"]


def test_a_manifest_that_is_none_names_its_line(tmp_path: Path) -> None:
    bad = tmp_path / "m.txt"
    bad.write_text("# fine\nnot a hash\n")
    with pytest.raises(UsageError, match="line 2"):
        read_manifest(bad)


def test_children_are_numbered_below_their_parent(
    case: Case, actor: Actor, authority: Authority, tmp_path: Path
) -> None:
    folder = seized(tmp_path / "in", mail="m", x="1", y="2")
    receive(case, actor, authority, folder / "mail")
    state = fold(case.custody.events())
    intake = Intake(case, state=state, authority=authority, custodian="", actor=actor)
    children = [
        Given(source=folder / name, name=name, name_bytes_hex=name.encode().hex(), parent="CG-0001", inner_path=name)
        for name in ("x", "y")
    ]
    assert numbers(list(intake.receive(children))) == ["CG-0001/1", "CG-0001/2"]
    assert numbers(list(intake.receive(children))) == ["CG-0001/1", "CG-0001/2"]
    assert state.children("CG-0001") == ["CG-0001/1", "CG-0001/2"]
    assert numbers(receive(case, actor, authority, folder / "x")) == ["CG-0002"]


def test_an_authority_must_be_named_where_there_are_several(authority: Authority) -> None:
    state = CaseState(authorities={"W-1": authority, "W-2": authority})
    with pytest.raises(AuthorityError, match="several"):
        state.authority()
    with pytest.raises(AuthorityError, match="W-3"):
        state.authority("W-3")
    assert state.authority("W-2") is authority


@hypothesis_given(st.binary(min_size=1, max_size=40))
def test_a_displayed_name_can_always_be_printed_and_stored(name: bytes) -> None:
    assert display(name).isprintable()
    display(name).encode()


@pytest.mark.parametrize("path", [".", "vault", "..", "case-too"])
def test_a_case_is_not_ingested_into_itself(tmp_path: Path, path: str) -> None:
    root = tmp_path / "work" / "harbour"
    (root / "vault").mkdir(parents=True)
    (root / "case-too").symlink_to(root)
    with pytest.raises(UsageError, match="the case folder itself"):
        check_apart([root / path], case_root=root)


def test_a_folder_beside_the_case_and_a_loop_of_links_are_apart_from_it(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    check_apart([tmp_path / "harbour-2", tmp_path / "loop"], case_root=tmp_path / "harbour")


def test_a_folder_that_cannot_be_looked_into_is_an_exhibit_that_failed(
    case: Case, actor: Actor, authority: Authority, tmp_path: Path
) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    above = os.open(folder, os.O_RDONLY)
    for _ in range(20):  # a path of more than 4,096 bytes cannot be opened as a whole
        os.mkdir("d" * 250, dir_fd=above)
        below = os.open("d" * 250, os.O_RDONLY, dir_fd=above)
        os.close(above)
        above = below
    os.close(above)
    (one,) = receive(case, actor, authority, folder)
    assert one.unreadable == "failed: the file cannot be opened (File name too long)"


def test_a_folder_without_permission_is_an_exhibit_that_failed(case: Case, actor: Actor, authority: Authority) -> None:
    with tempfile.TemporaryDirectory() as name:
        top = Path(name)
        top.chmod(0o755)
        folder = seized(top / "in", a="1", shut__b="2")
        folder.chmod(0o755)
        (folder / "shut").chmod(0)
        as_root = os.geteuid() == 0
        try:
            if as_root:
                os.seteuid(65534)  # root may look into every folder, so look as nobody
            given = given_paths([folder])
        finally:
            if as_root:
                os.seteuid(0)
        intake = Intake(case, state=fold(case.custody.events()), authority=authority, custodian="", actor=actor)
        received = {one.name: one.unreadable for one in intake.receive(given)}
        (folder / "shut").chmod(0o755)
    assert received["a"] == ""
    assert received["shut"].startswith("failed: a folder that cannot be looked into")


def test_a_path_too_long_to_exist_is_missing_like_any_other(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("1")
    assert len(given_paths([tmp_path / "a", tmp_path / ("x" * 300)])) == 2


def test_the_same_file_in_two_given_folders_is_two_exhibits(
    case: Case, actor: Actor, authority: Authority, tmp_path: Path
) -> None:
    seized(tmp_path, a__note="same", b__note="same")
    received = receive(case, actor, authority, tmp_path / "a", tmp_path / "b")
    assert [(one.number, one.name) for one in received] == [("CG-0001", "a/note"), ("CG-0002", "b/note")]


def test_what_the_ledger_numbered_counts_even_where_receiving_was_stopped_right_after(
    case: Case, actor: Actor, authority: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "note.txt").write_text("room 214")
    intake = Intake(case, state=fold(case.custody.events()), authority=authority, custodian="", actor=actor)
    transact = case.custody.transact

    def stopped(*given: Any, **named: Any) -> None:
        transact(*given, **named)
        raise KeyboardInterrupt

    monkeypatch.setattr(case.custody, "transact", stopped)
    with pytest.raises(KeyboardInterrupt):
        list(intake.receive(given_paths([tmp_path / "note.txt"])))
    assert [one.number for one in intake.received] == ["CG-0001"]


def test_what_the_ledger_did_not_take_does_not_count(
    case: Case, actor: Actor, authority: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "note.txt").write_text("room 214")
    intake = Intake(case, state=fold(case.custody.events()), authority=authority, custodian="", actor=actor)

    def stopped(decide: Any, **_: Any) -> None:
        decide(0)
        raise KeyboardInterrupt

    monkeypatch.setattr(case.custody, "transact", stopped)
    with pytest.raises(KeyboardInterrupt):
        list(intake.receive(given_paths([tmp_path / "note.txt"])))
    assert intake.received == []

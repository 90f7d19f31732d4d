"""Containers through a real ingest: what they hold is received, read by its own reader, and counted once."""

from __future__ import annotations

import gzip
import io
import os
import shutil
import sqlite3
import subprocess
import tarfile
import zipfile
from pathlib import Path

import msgspec
import pytest
import pyzipper

from evidence.acts import ExtractionRecorded
from evidence.case import Case
from evidence.errors import UsageError
from evidence.ledger import Actor
from evidence.records import Reading
from evidence.state import CaseState, fold
from extractors.archive import program
from flows.again import read_passwords
from flows.replay import replay
from flows.run import Run
from flows.start import IngestReport, IngestRequest, ingest, reread
from flows.verify import verify
from graph import queries
from graph.project import open_graph

pytestmark = pytest.mark.usefixtures("one_worker", "prefect_server")

NOTE = b"Meet at the dock, call 020 7946 0142.\n"


def state_of(case: Case) -> CaseState:
    return fold(case.custody.events())


def by_path(case: Case) -> dict[str, ExtractionRecorded]:
    state = state_of(case)
    shown = {number: act.exhibit.inner_path or act.exhibit.name for number, act in state.exhibits.items()}
    return {shown[number]: act for number, act in state.extractions.items()}


def texts(case: Case, act: ExtractionRecorded) -> list[str]:
    found: list[str] = []
    for ref in act.artifacts:
        if ref.step == "reading":
            reading: Reading = case.shelf.reading(ref)
            found += [segment.text for unit in reading.units for segment in unit.segments]
    return found


def taken_in(case: Case, actor: Actor, *paths: Path, **options: object) -> IngestReport:
    return ingest(case, IngestRequest(paths=paths, **options), actor=actor)  # type: ignore[arg-type]


def zipped(files: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return made.getvalue()


def tarred(files: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as archive:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return made.getvalue()


def locked_zip(path: Path, password: str, files: dict[str, bytes]) -> None:
    with pyzipper.AESZipFile(path, "w", encryption=pyzipper.WZ_AES) as archive:
        archive.setpassword(password.encode())
        for name, data in files.items():
            archive.writestr(name, data)


def assert_totals(case: Case, received: int) -> None:
    with open_graph(case) as graph:
        status = queries.status(graph)
    assert status.received == received
    assert status.read + status.blank + status.no_text + status.skipped + status.failed == received


def test_archives_in_archives_are_read_to_the_ground(case: Case, actor: Actor, tmp_path: Path) -> None:
    mail = b"From: a@example.org\r\nTo: b@example.org\r\nDate: Mon, 02 Mar 2026 10:00:00 +0000\r\nSubject: x\r\n\r\nhello\r\n"
    box = b"From a@example.org Mon Mar  2 10:00:00 2026\n" + mail.replace(b"\r\n", b"\n") + b"\n"
    inner = tarred({"../../odd/note.txt": NOTE, "box.mbox": box + box, "empty.bin": b""})
    middle = zipped({"papers/inner.tar.gz": gzip.compress(inner), "papers/letter.eml": mail})
    (tmp_path / "phone.zip").write_bytes(zipped({"middle.zip": middle, "same.txt": NOTE, "other/same.txt": NOTE}))
    report = taken_in(case, actor, tmp_path / "phone.zip")
    outcomes = {path: act.outcome for path, act in by_path(case).items()}
    assert outcomes["phone.zip"] == outcomes["middle.zip"] == outcomes["papers/inner.tar.gz"] == "read"
    assert outcomes["../../odd/note.txt"] == outcomes["same.txt"] == outcomes["other/same.txt"] == "read"
    assert outcomes["papers/letter.eml"] == "read"
    assert outcomes["empty.bin"] == "skipped"
    numbers = state_of(case).exhibits
    assert max(number.count("/") for number in numbers) >= 3
    assert report.children == len(numbers) - 1
    assert texts(case, by_path(case)["../../odd/note.txt"]) == [NOTE.decode().strip()]
    assert_totals(case, len(numbers))
    assert verify(case).problems == ()
    assert {line.verdict for line in replay(case, actor=actor)} == {"same"}
    assert not (tmp_path.parent / "odd").exists()
    assert not list(tmp_path.rglob("odd"))


def test_an_archive_that_holds_itself_is_read_once(case: Case, actor: Actor, tmp_path: Path) -> None:
    """A real quine would be the same bytes at each level; here the ledger is shown the same digest by hand."""
    (tmp_path / "a.zip").write_bytes(zipped({"note.txt": NOTE, "deeper.zip": zipped({"note.txt": NOTE})}))
    taken_in(case, actor, tmp_path / "a.zip")
    state = state_of(case)
    child = next(number for number, act in state.exhibits.items() if act.exhibit.inner_path == "deeper.zip")
    grown = state.exhibits[child]
    same = msgspec.structs.replace(grown.exhibit, sha256=state.exhibits["CG-0001"].exhibit.sha256)
    state.exhibits[child] = msgspec.structs.replace(grown, exhibit=same)
    run = Run(case, state=state, actor=actor, on_progress=lambda _: None)
    try:
        survey = run.survey(child)
    finally:
        run.close()
    assert survey is not None
    assert (survey.outcome, survey.reason) == ("skipped", "the same file as CG-0001, which it came out of")


def test_volumes_are_read_with_the_first_and_a_late_one_is_taken_up(case: Case, actor: Actor, tmp_path: Path) -> None:
    noise = os.urandom(150_000)
    whole = zipped({"note.txt": NOTE, "noise.bin": noise})
    folder = tmp_path / "seized"
    folder.mkdir()
    cuts = [whole[:60_000], whole[60_000:120_000], whole[120_000:]]
    for index in (0, 2):
        (folder / f"papers.zip.00{index + 1}").write_bytes(cuts[index])
    taken_in(case, actor, folder)
    first = by_path(case)["papers.zip.001"]
    assert "volume 2 was not received" in first.reason
    assert by_path(case)["papers.zip.003"].reason.startswith("volume 3 of CG-0001")
    (folder / "papers.zip.002").write_bytes(cuts[1])
    taken_in(case, actor, folder)
    outcomes = by_path(case)
    assert outcomes["papers.zip.001"].outcome == "read"
    assert not outcomes["papers.zip.001"].partial
    assert outcomes["papers.zip.002"].reason.startswith("volume 2 of CG-0001")
    assert outcomes["note.txt"].outcome == "read"
    assert_totals(case, 5)
    before = case.custody.size()
    taken_in(case, actor, folder)
    assert case.custody.size() == before + 1
    assert {line.verdict for line in replay(case, actor=actor)} == {"same"}


def test_what_was_locked_is_read_when_its_password_comes(case: Case, actor: Actor, tmp_path: Path) -> None:
    folder, lists = tmp_path / "seized", tmp_path / "lists"
    folder.mkdir()
    lists.mkdir()
    locked_zip(folder / "locked.zip", "harbour-7", {"note.txt": NOTE})
    taken_in(case, actor, folder)
    assert by_path(case)["locked.zip"].outcome == "skipped"
    assert by_path(case)["locked.zip"].reason.startswith("encrypted: ")
    assert "--passwords" in by_path(case)["locked.zip"].reason
    wrong, right = lists / "wrong.txt", lists / "right.txt"
    wrong.write_text("a\nb\n", encoding="utf-8")
    right.write_text("wrong\r\nharbour-7\r\n", encoding="utf-8")
    before = case.custody.size()
    taken_in(case, actor, folder, passwords=wrong)
    assert case.custody.size() == before + 1  # nothing else came of it, so nothing but the run is recorded
    taken_in(case, actor, folder, passwords=right)
    assert by_path(case)["locked.zip"].outcome == "read"
    assert by_path(case)["note.txt"].outcome == "read"
    reading = case.shelf.reading(next(ref for ref in by_path(case)["locked.zip"].artifacts if ref.step == "reading"))
    assert reading.facts["password"] == "opened with password 2 of the list"
    for path in case.root.rglob("*"):
        assert not path.is_file() or b"harbour-7" not in path.read_bytes(), path.name
    assert_totals(case, 2)


@pytest.mark.skipif(not program.program(), reason="the 7-Zip program is not installed")
def test_a_7z_with_an_encrypted_list_is_opened_by_the_program(case: Case, actor: Actor, tmp_path: Path) -> None:
    folder = tmp_path / "seized"
    folder.mkdir()
    (tmp_path / "note.txt").write_bytes(NOTE)
    command = [program.program(), "a", "-mhe=on", "-pkey-9", str(folder / "locked.7z"), str(tmp_path / "note.txt")]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    passwords = tmp_path / "passwords.txt"
    passwords.write_text("nothing\nkey-9\n", encoding="utf-8")
    taken_in(case, actor, folder, passwords=passwords)
    assert {path: act.outcome for path, act in by_path(case).items()} == {"locked.7z": "read", "note.txt": "read"}
    assert by_path(case)["note.txt"].outcome == "read"
    assert {line.verdict for line in replay(case, ["CG-0001"], actor=actor)} == {"other engines"}


def database(path: Path) -> None:
    """Leave a database whose rows are still in its write-ahead log, as a phone that was switched off leaves it."""
    live = path.with_suffix(".live")
    with sqlite3.connect(live) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("CREATE TABLE t (x TEXT)")
        connection.execute("INSERT INTO t VALUES ('in the log')")
        connection.commit()
        shutil.copy(live, path)
        shutil.copy(f"{live}-wal", f"{path}-wal")
    connection.close()
    for left in live.parent.glob("*.live*"):
        left.unlink()


def test_a_write_ahead_log_is_told_to_belong_to_its_database(case: Case, actor: Actor, tmp_path: Path) -> None:
    folder = tmp_path / "seized"
    folder.mkdir()
    database(folder / "store.db")
    (folder / "lonely.db-wal").write_bytes((folder / "store.db-wal").read_bytes())
    taken_in(case, actor, folder)
    acts = by_path(case)
    number = next(one for one, act in state_of(case).exhibits.items() if act.exhibit.name == "store.db")
    assert acts["store.db-wal"].reason.startswith(f"write-ahead log of {number}")
    assert acts["lonely.db-wal"].reason.startswith("unsupported: ")


def test_strings_are_kept_of_what_nobody_reads_where_asked(case: Case, actor: Actor, tmp_path: Path) -> None:
    data = bytes(range(256)) * 8 + b"\0\1the harbour code is 4471\0\2" + "Șoimul 12".encode("utf-16-le") + b"\0\0\xff"
    (tmp_path / "blob.dat").write_bytes(data)
    taken_in(case, actor, tmp_path / "blob.dat")
    before = by_path(case)["blob.dat"]
    assert before.outcome == "skipped"
    assert before.reason.startswith("unsupported: ")
    taken_in(case, actor, tmp_path / "blob.dat", strings=True)
    after = by_path(case)["blob.dat"]
    assert (after.outcome, after.partial) == ("read", True)
    assert after.reason == f"only its strings were read: unsupported media type {after.media_type}"
    assert {"the harbour code is 4471", "Șoimul 12"} <= set(texts(case, after))
    assert {line.verdict for line in replay(case, actor=actor)} == {"same"}
    assert_totals(case, 1)


def test_what_is_in_place_is_read_there_and_refused_once_it_changed(case: Case, actor: Actor, tmp_path: Path) -> None:
    image = tmp_path / "phone.zip"
    image.write_bytes(zipped({"note.txt": NOTE}))
    taken_in(case, actor, image, in_place=True)
    assert {path: act.outcome for path, act in by_path(case).items()} == {"phone.zip": "read", "note.txt": "read"}
    acts = state_of(case).exhibits
    assert acts["CG-0001"].in_place
    assert not acts["CG-0001/1"].in_place
    assert case.vault.path(acts["CG-0001"].exhibit.sha256) == image
    assert case.vault.path(acts["CG-0001/1"].exhibit.sha256).is_relative_to(case.vault.root)
    assert {line.verdict for line in replay(case, actor=actor)} == {"same"}
    image.write_bytes(image.read_bytes() + b"!")
    report = reread(case, ["CG-0001"], actor=actor)
    assert list(report.refused) == ["CG-0001"]
    assert "changed since it was registered in place" in report.refused["CG-0001"].what
    assert "ingest it again" in report.refused["CG-0001"].next_step
    assert_totals(case, 2)


def test_a_list_of_passwords_is_read_as_written(tmp_path: Path) -> None:
    path = tmp_path / "list.txt"
    path.write_bytes("\ufeffone\r\n two \n\none\nça\n".encode())
    assert read_passwords(path) == ("one", " two ", "ça")
    for bad in (b"\xff\xfe\0", b"x\n" + b"y" * 2_000, b"\n".join(b"%d" % number for number in range(10_001))):
        path.write_bytes(bad)
        with pytest.raises(UsageError) as caught:
            read_passwords(path)
        assert caught.value.next_step
    with pytest.raises(UsageError):
        read_passwords(tmp_path / "none.txt")

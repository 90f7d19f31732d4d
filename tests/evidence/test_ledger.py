from __future__ import annotations

import hashlib
import json
import multiprocessing
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence import merkle
from evidence.acts import OPERATION_NAMES, FindingWritten, IntakeFinished, PayloadErased, operation
from evidence.errors import IntegrityError, UsageError
from evidence.ledger import Actor, Ledger, parse_checkpoint

ACTOR = Actor(name="A. Tester", account="tester", host="bench")


def written(folder: Path, count: int) -> Ledger:
    ledger = Ledger(folder, "custody")
    ledger.append([FindingWritten(finding=f"F-{n}", sentence=f"sentence {n}") for n in range(count)], actor=ACTOR)
    return ledger


def kinds(ledger: Ledger, **against: object) -> set[str]:
    return {problem.kind for problem in ledger.verify(**against)}  # type: ignore[arg-type]


def test_events_come_back_in_order_with_their_acts(tmp_path: Path) -> None:
    events = list(written(tmp_path, 5).events())
    assert [event.line.seq for event in events] == [1, 2, 3, 4, 5]
    assert [event.act.sentence for event in events] == [f"sentence {n}" for n in range(5)]  # type: ignore[union-attr]
    assert events[0].account == "tester"


def test_a_reader_that_goes_on_sees_only_what_is_new(tmp_path: Path) -> None:
    ledger = written(tmp_path, 2)
    assert len(list(ledger.events())) == 2
    Ledger(tmp_path, "custody").append([FindingWritten(finding="F-9", sentence="x")], actor=ACTOR)
    assert [event.line.obj for event in ledger.events(after=2)] == ["F-9"]
    assert len(list(ledger.events())) == 3


def test_lines_hold_no_content(tmp_path: Path) -> None:
    ledger = written(tmp_path, 3)
    assert b"sentence" not in ledger.path.read_bytes()
    line = json.loads(ledger.path.read_bytes().splitlines()[0])
    assert list(line) == sorted(line)
    assert set(line) == {"seq", "prev", "ts", "actor", "op", "obj", "payload", "v"}


def test_an_untouched_chain_has_no_problems(tmp_path: Path) -> None:
    ledger = written(tmp_path, 20)
    ledger.checkpoint()
    assert ledger.verify() == []


def tamper(ledger: Ledger, change: str) -> None:
    lines = ledger.path.read_bytes().splitlines(keepends=True)
    match change:
        case "edit":
            lines[4] = lines[4].replace(b"A. Tester", b"B. Tester")
        case "delete":
            del lines[4]
        case "insert":
            lines.insert(4, lines[3])
        case "reorder":
            lines[4], lines[5] = lines[5], lines[4]
        case "truncate":
            lines = lines[:-3]
        case "edit_last":
            lines[-1] = lines[-1].replace(b"A. Tester", b"B. Tester")
        case "garbage":
            lines[4] = b"not json\n"
    ledger.path.write_bytes(b"".join(lines))


@pytest.mark.parametrize("change", ["edit", "delete", "insert", "reorder", "garbage"])
def test_a_change_inside_the_chain_is_caught_from_the_files_alone(tmp_path: Path, change: str) -> None:
    ledger = written(tmp_path, 10)
    tamper(ledger, change)
    assert kinds(ledger) & {"chain", "sequence", "not_a_line"}


@pytest.mark.parametrize(("change", "kind"), [("truncate", "truncated"), ("edit_last", "rewritten")])
def test_what_the_chain_cannot_see_a_kept_checkpoint_does(tmp_path: Path, change: str, kind: str) -> None:
    ledger = written(tmp_path, 10)
    kept = ledger.checkpoint(keep=False)
    tamper(ledger, change)
    assert kind not in kinds(ledger)
    assert kind in kinds(ledger, against=[kept])


def test_a_full_rewrite_is_caught_by_a_checkpoint(tmp_path: Path) -> None:
    kept = written(tmp_path / "a", 10).checkpoint(keep=False)
    assert kinds(written(tmp_path / "b", 10), against=[kept]) == {"rewritten"}


def test_a_changed_payload_is_caught(tmp_path: Path) -> None:
    ledger = written(tmp_path, 3)
    path = next((tmp_path / "payloads" / "custody").glob("F-1*"))
    path.write_bytes(path.read_bytes().replace(b"sentence 1", b"sentence 8"))
    assert kinds(ledger) == {"payload"}


def erase(ledger: Ledger, name: str) -> str:
    path = next((ledger.folder / "payloads" / "custody").glob(f"{name}*"))
    digest = str(json.loads(path.read_bytes())["digest"])
    path.write_text(json.dumps({"digest": digest, "erased": True}) + "\n")
    return digest


def test_a_recorded_erasure_leaves_the_chain_whole(tmp_path: Path) -> None:
    ledger = written(tmp_path, 3)
    ledger.append([PayloadErased(digest=erase(ledger, "F-1"), reason="erasure was due")], actor=ACTOR)
    assert ledger.verify() == []
    assert [event.act is None for event in ledger.events()] == [False, True, False, False]


def test_a_payload_marked_erased_with_no_erasure_on_record_is_tampering(tmp_path: Path) -> None:
    ledger = written(tmp_path, 3)
    erase(ledger, "F-1")
    assert kinds(ledger) == {"payload"}
    with pytest.raises(IntegrityError, match="no erasure is on record"):
        list(ledger.events())


def test_a_changed_payload_is_never_used(tmp_path: Path) -> None:
    ledger = written(tmp_path, 3)
    path = next((tmp_path / "payloads" / "custody").glob("F-1*"))
    path.write_bytes(path.read_bytes().replace(b"sentence 1", b"sentence 8"))
    with pytest.raises(IntegrityError, match=r"line 2 .*changed"):
        list(ledger.events())
    assert [event.line.seq for event in ledger.events(whole=False)] == [1, 3]


def test_a_line_that_is_no_checkpoint_is_named(tmp_path: Path) -> None:
    ledger = written(tmp_path, 3)
    ledger.checkpoint()
    with (tmp_path / "checkpoints.jsonl").open("ab") as file:
        file.write(b"garbage\n")
    assert kinds(ledger) == {"checkpoint"}


def test_a_lost_payload_is_an_error_that_names_the_line(tmp_path: Path) -> None:
    ledger = written(tmp_path, 3)
    next((tmp_path / "payloads" / "custody").glob("F-1*")).unlink()
    with pytest.raises(IntegrityError, match=r"line 2 .*F-1"):
        list(ledger.events())


@pytest.mark.parametrize("cut", [1, 20, 150])
def test_a_half_written_last_line_is_set_aside_and_the_chain_goes_on(tmp_path: Path, cut: int) -> None:
    ledger = written(tmp_path, 3)
    whole = ledger.path.read_bytes()
    ledger.path.write_bytes(whole[:-cut])
    assert "half_line" in kinds(ledger)
    ledger.append([FindingWritten(finding="F-9", sentence="after")], actor=ACTOR)
    assert kinds(ledger) == set()
    assert [line.op for line in ledger.lines()][-2:] == ["ledger.quarantined", "finding.written"]
    assert len(list((tmp_path / "quarantine").iterdir())) == 1


def test_a_half_written_payload_does_not_swallow_the_next(tmp_path: Path) -> None:
    ledger = written(tmp_path, 1)
    path = tmp_path / "payloads" / "custody" / "F-0.jsonl"
    with path.open("ab") as file:
        file.write(b'{"digest":"ab')
    ledger.append([FindingWritten(finding="F-0", sentence="again")], actor=ACTOR)
    assert [event.act.sentence for event in ledger.events()] == ["sentence 0", "again"]  # type: ignore[union-attr]


def _append(folder: str, name: str) -> None:
    ledger = Ledger(Path(folder), "custody")
    for number in range(25):
        ledger.append([FindingWritten(finding=f"{name}-{number}", sentence="x")], actor=ACTOR)


def test_two_processes_append_to_one_chain(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=_append, args=(str(tmp_path), name)) for name in ("A", "B")]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    ledger = Ledger(tmp_path, "custody")
    assert ledger.size() == 50
    assert ledger.verify() == []


def test_a_checkpoint_reads_back_from_its_printed_code(tmp_path: Path) -> None:
    made = written(tmp_path, 4).checkpoint()
    assert parse_checkpoint(f" {made.code}\n").root == made.root
    for bad in ("", "custody:4", "custody:x:" + "0" * 64, "other:4:" + "0" * 64):
        with pytest.raises(UsageError):
            parse_checkpoint(bad)


def _rfc6962(lines: list[bytes]) -> bytes:
    if not lines:
        return hashlib.sha256(b"").digest()
    if len(lines) == 1:
        return hashlib.sha256(b"\x00" + lines[0]).digest()
    split = 1
    while split * 2 < len(lines):
        split *= 2
    return hashlib.sha256(b"\x01" + _rfc6962(lines[:split]) + _rfc6962(lines[split:])).digest()


@given(st.lists(st.binary(max_size=20), max_size=40))
def test_the_root_is_the_one_rfc_6962_defines(lines: list[bytes]) -> None:
    assert merkle.root(lines) == _rfc6962(lines).hex()


def test_every_operation_has_its_own_name_and_help() -> None:
    assert operation(IntakeFinished(received=0, recognised=0, children=0, size_bytes=0)) == "intake.finished"
    assert len(set(OPERATION_NAMES)) == len(OPERATION_NAMES)


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=30), max_size=8))
def test_any_text_survives_the_ledger(sentences: list[str]) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        ledger = Ledger(Path(folder), "custody")
        acts = [FindingWritten(finding="F-1", sentence=sentence) for sentence in sentences]
        ledger.append(acts, actor=ACTOR)
        assert [event.act for event in ledger.events()] == acts
        assert ledger.verify() == []
        assert msgspec.json.decode(msgspec.json.encode(acts), type=list[FindingWritten]) == acts

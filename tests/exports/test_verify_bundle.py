"""The stand-alone verifier: every kind of tampering is caught, each with its own words."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from summary_case import ANNA, fill, make_bench

from evidence import merkle
from exports import verify_bundle
from exports.summary import export_summary


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bundle")
    export_summary(
        fill(make_bench(folder)).case, out=folder / "out", recipient="Prosecutor", reason="charge", actor=ANNA
    )
    return folder / "out"


@pytest.fixture
def folder(exported: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(exported, tmp_path / "out"))


def run(folder: Path, *more: str) -> tuple[int, str]:
    """Run it as the outside expert does: the copy in the folder, isolated from everything installed."""
    command = [sys.executable, "-I", "-S", str(folder / "verify.py"), str(folder), *more]
    made = subprocess.run(command, capture_output=True, text=True, check=False)
    assert not made.stderr
    return made.returncode, made.stdout


def lines_of(folder: Path) -> list[bytes]:
    return (folder / "custody.jsonl").read_bytes().splitlines()


def rewrite(folder: Path, lines: list[bytes], *, manifest: bool = True) -> None:
    """Put other lines in the custody record and, as a careful forger would, mend the manifest."""
    (folder / "custody.jsonl").write_bytes(b"".join(line + b"\n" for line in lines))
    if manifest:
        mend(folder)


def mend(folder: Path) -> None:
    path = folder / "manifest.json"
    manifest = json.loads(path.read_bytes())
    manifest["files"] = {n: hashlib.sha256((folder / n).read_bytes()).hexdigest() for n in manifest["files"]}
    path.write_text(json.dumps(manifest))


def rechain(lines: list[bytes]) -> list[bytes]:
    """Number and chain lines anew, as someone who rewrites the whole record would."""
    made: list[bytes] = []
    for seq, raw in enumerate(lines, start=1):
        event = json.loads(raw)
        event["seq"], event["prev"] = seq, hashlib.sha256(made[-1]).hexdigest() if made else "0" * 64
        made.append(json.dumps(event, sort_keys=True, separators=(",", ":")).encode())
    return made


def state_checkpoint(folder: Path, lines: list[bytes]) -> str:
    code = f"custody:{len(lines)}:{merkle.root(lines)}"
    (folder / "checkpoint.txt").write_text(f"{code}\n")
    summary = json.loads((folder / "summary.json").read_bytes())
    summary["checkpoint"]["code"] = code
    (folder / "summary.json").write_text(json.dumps(summary))
    mend(folder)
    return code


def test_an_untouched_folder_passes_and_says_what_to_compare(folder: Path) -> None:
    code = (folder / "checkpoint.txt").read_text().strip()
    rc, said = run(folder, "--against", code)
    assert rc == 0
    assert "nothing is wrong" in said
    assert code in said
    assert hashlib.sha256((folder / "manifest.json").read_bytes()).hexdigest() in said


def test_without_a_folder_it_checks_the_one_it_stands_in(folder: Path) -> None:
    made = subprocess.run(
        [sys.executable, "-I", str(folder / "verify.py")], capture_output=True, text=True, check=False
    )
    assert made.returncode == 0
    assert {path.name for path in folder.iterdir()} == {"manifest.json"} | set(
        json.loads((folder / "manifest.json").read_bytes())["files"]
    )


def test_a_checkpoint_can_be_given_as_a_file(folder: Path, tmp_path: Path) -> None:
    receipt = tmp_path / "receipt.txt"
    receipt.write_text(f"Receipt: {(folder / 'checkpoint.txt').read_text()}")
    assert run(folder, "--against", str(receipt))[0] == 0


def test_an_earlier_checkpoint_of_the_same_chain_passes(folder: Path) -> None:
    lines = lines_of(folder)[:10]
    assert run(folder, "--against", f"custody:10:{merkle.root(lines)}")[0] == 0


def receipt_of(folder: Path) -> str:
    manifest = hashlib.sha256((folder / "manifest.json").read_bytes()).hexdigest()
    return f"{(folder / 'checkpoint.txt').read_text().strip()} manifest:{manifest}"


def rewrite_a_sentence(folder: Path) -> None:
    path = folder / "summary.json"
    path.write_bytes(path.read_bytes().replace(b"Northquay Staffing booked", b"Somebody else booked"))
    mend(folder)


def test_a_rewritten_summary_with_a_mended_manifest_is_caught_by_the_receipt(folder: Path) -> None:
    receipt = receipt_of(folder)
    assert "those of the receipt you hold" in run(folder, "--against", *receipt.split())[1]
    rewrite_a_sentence(folder)
    rc, said = run(folder, "--against", receipt)
    assert rc == 1
    assert "DOCUMENTS SWAPPED" in said
    assert "CHAIN" not in said


@pytest.mark.parametrize("form", ["one word", "words", "repeated", "as printed", "file", "folder last", "two receipts"])
def test_a_receipt_can_be_given_in_every_form_it_is_kept_in(folder: Path, tmp_path: Path, form: str) -> None:
    receipt = receipt_of(folder)
    code, manifest = receipt.split()
    kept = tmp_path / "receipt.txt"
    kept.write_text(f"Receipt: {receipt}\n")
    given = {
        "one word": ["--against", receipt],
        "words": ["--against", code, manifest],
        "repeated": ["--against", code, "--against", manifest],
        "as printed": ["--against", "Receipt:", code, manifest],
        "file": ["--against", str(kept)],
        "folder last": ["--against", manifest, str(folder)],
        "two receipts": ["--against", f"{receipt} manifest:{'0' * 64} {receipt}"],
    }[form]
    command = [sys.executable, "-I", "-S", str(folder / "verify.py"), *given]
    made = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (made.returncode, made.stderr) == (0, "")
    assert "those of the receipt you hold" in made.stdout
    rewrite_a_sentence(folder)
    made = subprocess.run(command, capture_output=True, text=True, check=False)
    assert made.returncode == 1
    assert "DOCUMENTS SWAPPED" in made.stdout


def test_without_the_manifest_of_a_receipt_it_says_that_the_documents_were_not_compared(folder: Path) -> None:
    code, manifest = receipt_of(folder).split()
    for held in ([], ["--against", code]):
        rc, said = run(folder, *held)
        assert rc == 0
        assert "the documents were not compared with a receipt: " in said
        assert manifest in said


def test_a_receipt_with_a_damaged_code_is_refused_whole(folder: Path) -> None:
    rc, said = run(folder, "--against", receipt_of(folder), "manifest:abc")
    assert rc == 1
    assert "holds no checkpoint" in said


def edit(lines: list[bytes]) -> list[bytes]:
    return [*lines[:4], lines[4].replace(b"Ortega", b"Ortegb"), *lines[5:]]


TAMPERS: list[tuple[str, Callable[[list[bytes]], list[bytes]]]] = [
    ("LINE EDITED", edit),
    ("LINE EDITED", lambda lines: [*lines[:4], b"not a line", *lines[5:]]),
    ("LINE EDITED", lambda lines: [*lines[:4], b'"text"', *lines[5:]]),
    ("LINE DELETED", lambda lines: [*lines[:4], *lines[5:]]),
    ("LINE INSERTED", lambda lines: [*lines[:4], lines[3], *lines[4:]]),
    ("LINES REORDERED", lambda lines: [*lines[:4], lines[5], lines[4], *lines[6:]]),
    ("CHAIN CUT SHORT", lambda lines: lines[:-2]),
    ("CHAIN REWRITTEN", lambda lines: [*lines[:-1], lines[-1].replace(b"Ortega", b"Ortegb")]),
    ("CHAIN REWRITTEN", lambda lines: rechain(edit(lines))),
]


@pytest.mark.parametrize(("word", "tamper"), TAMPERS)
def test_tampering_with_the_custody_record_is_named(
    folder: Path, word: str, tamper: Callable[..., list[bytes]]
) -> None:
    rewrite(folder, tamper(lines_of(folder)))
    rc, said = run(folder)
    assert rc == 1
    assert word in said
    assert "FILE CHANGED" not in said


def test_the_messages_of_different_tampering_differ(folder: Path) -> None:
    lines = lines_of(folder)
    said = {}
    for word, tamper in TAMPERS[3:8]:
        rewrite(folder, tamper(lines))
        said[word] = run(folder)[1].splitlines()[0]
    assert all(line.startswith(word) for word, line in said.items())
    assert len(set(said.values())) == len(said)


def test_a_chain_that_was_rewritten_with_its_checkpoint_is_caught_by_the_one_you_hold(folder: Path) -> None:
    held = (folder / "checkpoint.txt").read_text().strip()
    forged = rechain(edit(lines_of(folder)))
    rewrite(folder, forged)
    state_checkpoint(folder, forged)
    assert run(folder)[0] == 0, "nothing in the folder can show it"
    rc, said = run(folder, "--against", held)
    assert rc == 1
    assert "CHAIN REWRITTEN" in said
    assert "CHECKPOINT SWAPPED" in said


def test_a_tail_cut_with_its_checkpoint_is_caught_by_the_one_you_hold(folder: Path) -> None:
    held = (folder / "checkpoint.txt").read_text().strip()
    short = lines_of(folder)[:-3]
    rewrite(folder, short)
    state_checkpoint(folder, short)
    rc, said = run(folder, "--against", held)
    assert rc == 1
    assert "CHAIN CUT SHORT: the checkpoint you hold saw" in said


def test_lines_added_after_the_checkpoint_are_named(folder: Path) -> None:
    lines = lines_of(folder)
    rewrite(folder, rechain([*lines, lines[-1]]))
    rc, said = run(folder)
    assert rc == 1
    assert "LINES ADDED" in said


def test_another_checkpoint_in_checkpoint_txt_is_named(folder: Path) -> None:
    (folder / "checkpoint.txt").write_text(f"custody:5:{merkle.root(lines_of(folder)[:5])}\n")
    mend(folder)
    rc, said = run(folder)
    assert rc == 1
    assert "CHECKPOINT SWAPPED: summary.json states another" in said


def test_a_checkpoint_of_the_wrong_chain_is_refused(folder: Path) -> None:
    rc, said = run(folder, "--against", f"access:3:{'0' * 64}")
    assert rc == 1
    assert "NOT A CUSTODY CHECKPOINT" in said


@pytest.mark.parametrize(
    "name", ["summary.pdf", "summary.json", "source_index.csv", "unused_material.csv", "verify.py"]
)
def test_a_changed_file_is_named(folder: Path, name: str) -> None:
    with (folder / name).open("ab") as writing:
        writing.write(b"\n")
    rc, said = run(folder)
    assert rc == 1
    assert f"FILE CHANGED: {name}" in said


def test_a_missing_and_an_added_file_are_named(folder: Path) -> None:
    (folder / "unused_material.csv").unlink()
    (folder / "note.txt").write_text("added")
    rc, said = run(folder)
    assert rc == 1
    assert "FILE MISSING: unused_material.csv" in said
    assert "FILE ADDED: note.txt" in said


@pytest.mark.parametrize("name", ["manifest.json", "custody.jsonl", "checkpoint.txt", "summary.json"])
def test_a_folder_that_cannot_be_checked_fails_without_a_traceback(folder: Path, name: str) -> None:
    (folder / name).write_bytes(b"")
    assert run(folder)[0] == 1
    (folder / name).unlink()
    assert run(folder)[0] == 1


def test_a_checkpoint_that_is_none_is_refused(folder: Path) -> None:
    rc, said = run(folder, "--against", "custody:5:abc")
    assert rc == 1
    assert "holds no checkpoint" in said


@settings(deadline=None)
@given(st.lists(st.binary(max_size=8), max_size=40))
def test_its_merkle_root_is_the_ledgers(lines: list[bytes]) -> None:
    assert verify_bundle.merkle_root(lines).hex() == merkle.root(lines)

#!/usr/bin/env python3
"""Check an exported folder without the software that made it: `python3 verify.py [FOLDER] [--against RECEIPT]`.

Needs Python 3.8 or later and nothing else. It answers three questions: is every file the one that was exported; is
the custody record an unbroken chain; is it the chain that the checkpoint saw. RECEIPT is what was printed at the
export, or a file that holds it: a checkpoint (`custody:SIZE:ROOT`), which fixes the record, and `manifest:SHA256`,
which fixes the documents; one may be given without the other, and several of each. Exit code 0: nothing is wrong. 1:
something is. An attacker who can change every file can change this one, the manifest and the checkpoint too; what they
cannot change is the receipt that you hold: use --against.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path


def sha256(data: bytes) -> str:
    """The plain SHA-256, as `sha256sum` prints it."""
    return hashlib.sha256(data).hexdigest()


def merkle_root(lines: list[bytes]) -> bytes:
    """The Merkle tree hash of RFC 6962, section 2.1."""
    if not lines:
        return hashlib.sha256(b"").digest()
    if len(lines) == 1:
        return hashlib.sha256(b"\x00" + lines[0]).digest()
    split = 1 << ((len(lines) - 1).bit_length() - 1)  # the largest power of two below the number of lines
    return hashlib.sha256(b"\x01" + merkle_root(lines[:split]) + merkle_root(lines[split:])).digest()


def check_files(folder: Path) -> Iterator[str]:
    """Compare every file with the manifest."""
    listed = json.loads((folder / "manifest.json").read_bytes())["files"]
    present = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    for name in sorted(listed):
        if name not in present:
            yield f"FILE MISSING: {name} is in the manifest and not in the folder"
        elif sha256((folder / name).read_bytes()) != listed[name]:
            yield f"FILE CHANGED: {name} is not the file that was exported"
    for name in sorted(present - set(listed) - {"manifest.json"}):
        yield f"FILE ADDED: {name} is in the folder and not in the manifest"


def check_chain(lines: list[bytes]) -> Iterator[str]:
    """Walk the custody chain: each line carries its number and the SHA-256 of the line before it."""
    try:
        events = [json.loads(line) for line in lines]
        numbers = [event["seq"] for event in events]
    except (ValueError, KeyError, TypeError):
        yield "LINE EDITED: a custody line is not a ledger line any more"
        return
    expected = list(range(1, len(lines) + 1))
    repeated = sorted(number for number, times in Counter(numbers).items() if times > 1)
    missing = sorted(set(range(1, max(numbers, default=0) + 1)) - set(numbers))
    if repeated:
        yield f"LINE INSERTED: number {repeated[0]} stands more than once"
    if missing:
        yield f"LINE DELETED: number {missing[0]} is not there ({len(missing)} gone)"
    if not repeated and not missing and numbers != expected:
        yield "LINES REORDERED: every number is there, and not in its place"
    for position, event in enumerate(events):
        before = sha256(lines[position - 1]) if position else "0" * 64
        if numbers == expected and event.get("prev") != before:
            yield f"LINE EDITED: line {position} or {position + 1} was changed; {position + 1} no longer follows from it"


def check_checkpoint(lines: list[bytes], code: str, name: str) -> Iterator[str]:
    """Compare the chain with a checkpoint: how many lines there were, and the root over all of them."""
    chain, size, root = code.split(":")
    if chain != "custody":
        yield f"NOT A CUSTODY CHECKPOINT: {name} is of the {chain} chain"
    elif len(lines) < int(size):
        yield f"CHAIN CUT SHORT: {name} saw {size} lines; {len(lines)} are left"
    elif merkle_root(lines[: int(size)]).hex() != root:
        yield f"CHAIN REWRITTEN: these are not the {size} lines that {name} saw (edited, forked, or of another case)"


def check_manifest(folder: Path, held: list[str]) -> Iterator[str]:
    """Compare the manifest, which has the SHA-256 of every document, with the receipts that somebody kept."""
    if held and f"manifest:{sha256((folder / 'manifest.json').read_bytes())}" not in held:
        yield "DOCUMENTS SWAPPED: manifest.json is not that of the receipt you hold; other documents were handed over"


CODE = re.compile(r"\b(?:(?:custody|access):\d+|manifest):[0-9a-f]{64}\b")


def read_codes(text: str) -> list[str]:
    """Find the checkpoints and manifests in what was given: a file that holds some, or words that are nothing else."""
    if is_there(text, Path.is_file):
        found = CODE.findall(Path(text).read_text("utf-8"))
    else:
        words = [word for word in text.split() if word != "Receipt:"]
        found = words if all(CODE.fullmatch(word) for word in words) else []
    if not found:
        raise ValueError(f"{text[:90]!r} holds no checkpoint (custody:SIZE:ROOT) and no manifest:SHA256")
    return found


def is_there(text: str, kind: Callable[[Path], bool]) -> bool:
    """Say whether a file or a folder goes by that name; a receipt can be too long to be a name at all."""
    try:
        return kind(Path(text))
    except (OSError, ValueError):
        return False


def check(folder: Path, against: list[str]) -> Iterator[str]:
    """Yield everything that is wrong with the folder."""
    yield from check_files(folder)
    lines = (folder / "custody.jsonl").read_bytes().split(b"\n")[:-1]
    yield from check_chain(lines)
    own = read_codes(str(folder / "checkpoint.txt"))[0]
    yield from check_checkpoint(lines, own, "checkpoint.txt")
    if len(lines) > int(own.split(":")[1]):
        yield f"LINES ADDED: {len(lines) - int(own.split(':')[1])} line(s) stand after the last that checkpoint.txt saw"
    if json.loads((folder / "summary.json").read_bytes())["checkpoint"]["code"] != own:
        yield "CHECKPOINT SWAPPED: summary.json states another checkpoint than checkpoint.txt"
    yield from check_manifest(folder, [code for code in against if code.startswith("manifest:")])
    for code in against:
        if code.startswith("manifest:"):
            continue
        yield from check_checkpoint(lines, code, "the checkpoint you hold")
        if code.split(":")[1] == own.split(":")[1] and code != own:
            yield "CHECKPOINT SWAPPED: checkpoint.txt is not the checkpoint you hold"


COMPARED = "the documents are those of the receipt you hold"
NOT_COMPARED = (
    "the documents were not compared with a receipt: whoever can change this folder can change all of it, so that it "
    "agrees with itself. Compare the manifest: line above with the receipt, or give that with --against"
)


def main() -> int:
    """Check the folder, say what was found, and return the exit code."""
    options = argparse.ArgumentParser(description="Check an exported folder.")
    options.add_argument("folder", nargs="?", type=Path)
    options.add_argument(
        "--against", metavar="RECEIPT", nargs="+", action="extend", default=[],
        help="custody:SIZE:ROOT, manifest:SHA256 or both, from a receipt that somebody kept, or a file with them",
    )  # fmt: skip
    given = options.parse_args()
    folders = [each for each in given.against if is_there(each, Path.is_dir)] if given.folder is None else []
    folder = given.folder or Path(folders[0] if folders else Path(__file__).resolve().parent)
    files = [each for each in given.against if is_there(each, Path.is_file)]
    words = " ".join(each for each in given.against if each not in folders[:1] + files)
    held: list[str] = []
    try:
        held = [code for each in files + [words] * bool(words) for code in read_codes(each)]
        wrong = list(check(folder, held))
    except (OSError, ValueError, KeyError) as error:
        wrong = [f"CANNOT BE CHECKED: {type(error).__name__}: {error}"]
    said = wrong
    if not wrong:
        manifest = sha256((folder / "manifest.json").read_bytes())
        said = ["nothing is wrong: the files, the chain and the checkpoint agree"]
        said += [(folder / "checkpoint.txt").read_text("utf-8").strip(), f"manifest:{manifest}"]
        said += [COMPARED if any(code.startswith("manifest:") for code in held) else NOT_COMPARED]
    sys.stdout.write("".join(f"{line}\n" for line in said))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""Check an exported folder without the software that made it: `python3 verify.py [FOLDER] [--against CODE]`.

Needs Python 3.8 or later and nothing else. It answers three questions: is every file the one that was exported; is
the custody record an unbroken chain; is it the chain that the checkpoint saw. CODE is a checkpoint that somebody
else kept (`custody:SIZE:ROOT`, from a receipt or an earlier export), or a file that holds one. Exit code 0: nothing
is wrong. 1: something is. An attacker who can change every file can change this one and the checkpoint too; what they
cannot change is the checkpoint that you hold: use --against.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator
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


def read_code(text: str) -> str:
    """Find the checkpoint in what was given: the code itself, or a file that holds it."""
    text = Path(text).read_text("utf-8") if Path(text).is_file() else text
    found = re.search(r"\b(custody|access):\d+:[0-9a-f]{64}\b", text)
    if not found:
        raise ValueError(f"{text[:90]!r} holds no checkpoint (custody:SIZE:ROOT)")
    return found.group(0)


def check(folder: Path, against: str) -> Iterator[str]:
    """Yield everything that is wrong with the folder."""
    yield from check_files(folder)
    lines = (folder / "custody.jsonl").read_bytes().split(b"\n")[:-1]
    yield from check_chain(lines)
    own = read_code(str(folder / "checkpoint.txt"))
    yield from check_checkpoint(lines, own, "checkpoint.txt")
    if len(lines) > int(own.split(":")[1]):
        yield f"LINES ADDED: {len(lines) - int(own.split(':')[1])} line(s) stand after the last that checkpoint.txt saw"
    if json.loads((folder / "summary.json").read_bytes())["checkpoint"]["code"] != own:
        yield "CHECKPOINT SWAPPED: summary.json states another checkpoint than checkpoint.txt"
    if against:
        yield from check_checkpoint(lines, against, "the checkpoint you hold")
        if against.split(":")[1] == own.split(":")[1] and against != own:
            yield "CHECKPOINT SWAPPED: checkpoint.txt is not the checkpoint you hold"


def main() -> int:
    """Check the folder, say what was found, and return the exit code."""
    options = argparse.ArgumentParser(description="Check an exported folder.")
    options.add_argument("folder", nargs="?", type=Path, default=Path(__file__).resolve().parent)
    options.add_argument("--against", metavar="CODE", help="a checkpoint that somebody else kept, or a file with one")
    given = options.parse_args()
    try:
        wrong = list(check(given.folder, read_code(given.against) if given.against else ""))
    except (OSError, ValueError, KeyError) as error:
        wrong = [f"CANNOT BE CHECKED: {type(error).__name__}: {error}"]
    said = wrong
    if not wrong:
        manifest = sha256((given.folder / "manifest.json").read_bytes())
        said = ["nothing is wrong: the files, the chain and the checkpoint agree"]
        said += [(given.folder / "checkpoint.txt").read_text("utf-8").strip()]
        said += [f"SHA-256 of manifest.json, to compare with the receipt: {manifest}"]
    sys.stdout.write("".join(f"{line}\n" for line in said))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

"""Files kept for the next look: what was looked at longest ago goes first, and what is looked at keeps its date."""

from __future__ import annotations

import os
from pathlib import Path

from flows.kept import evict, looked_at


def _made(folder: Path, name: str, at: int) -> Path:
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"x" * 10)
    os.utime(path, ns=(at, at))
    return path


def test_what_was_looked_at_longest_ago_goes_first(tmp_path: Path) -> None:
    first, second, third = (_made(tmp_path, f"{at}/{at}.jpg", at) for at in (1, 2, 3))
    other = _made(tmp_path, "0/0.wav", 0)
    looked_at(first)
    assert first.stat().st_mtime_ns == 1, "browsers know a file by when it was made"
    evict(tmp_path, most_bytes=20, pattern="*/*.jpg")
    assert [path.exists() for path in (first, second, third, other)] == [True, False, True, True]
    evict(tmp_path, most_bytes=0, pattern="*/*.jpg")
    assert [path.exists() for path in (first, second, third, other)] == [True, False, False, True]

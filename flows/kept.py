"""Files that can be made again, kept for the next look: what was looked at longest ago goes first."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator
from pathlib import Path


def looked_at(path: Path) -> None:
    """Mark a kept file as looked at now; when it was made stays, for browsers know it by that."""
    os.utime(path, ns=(time.time_ns(), path.stat().st_mtime_ns))


def evict(folder: Path, *, most_bytes: int, pattern: str) -> None:
    """Remove files that match until what is left takes at most `most_bytes`; the one looked at last always stays."""
    held = sorted(_marks(folder, pattern))
    total = sum(size for _, size, _ in held)
    for _, size, path in held[:-1]:
        if total <= most_bytes:
            return
        path.unlink(missing_ok=True)
        total -= size


def _marks(folder: Path, pattern: str) -> Iterator[tuple[int, int, Path]]:
    for path in folder.glob(pattern):
        with contextlib.suppress(FileNotFoundError):  # another thread evicts, or an ingest empties the temporary folder
            found = path.stat()
            yield max(found.st_atime_ns, found.st_mtime_ns), found.st_size, path

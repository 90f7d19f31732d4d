"""Several volumes as the one file they were cut from."""

from __future__ import annotations

import bisect
import io
import os
from collections.abc import Sequence
from itertools import accumulate
from pathlib import Path


class Joined(io.RawIOBase):
    """Files read one after another, seekable; read-only."""

    def __init__(self, paths: Sequence[Path]) -> None:
        self._files = [path.open("rb") for path in paths]
        sizes = [os.fstat(one.fileno()).st_size for one in self._files]
        self.starts = [0, *accumulate(sizes)]
        """Where each volume begins, and at last where the whole ends."""
        self._at = 0

    def readable(self) -> bool:
        """It can be read."""
        return True

    def seekable(self) -> bool:
        """It can be sought."""
        return True

    def tell(self) -> int:
        """Return the position in the whole."""
        return self._at

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Move in the whole; never before its beginning."""
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self.starts[-1]}[whence]
        if base + offset < 0:
            raise ValueError("a position before the beginning")
        self._at = base + offset
        return self._at

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Fill a buffer from the volume that the position lies in."""
        index = bisect.bisect_right(self.starts, self._at) - 1
        if index >= len(self._files):
            return 0
        room = min(len(buffer), self.starts[index + 1] - self._at)
        one = self._files[index]
        one.seek(self._at - self.starts[index])
        data = one.read(room)
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)

    def close(self) -> None:
        """Close every volume."""
        for one in self._files:
            one.close()
        super().close()

"""Pieces of evidence for pages: made in a worker that can be killed and writes nowhere, kept while they are in use."""

from __future__ import annotations

import threading
from collections import OrderedDict
from pathlib import Path
from typing import Final

import msgspec

from evidence.case import Case
from exports import pieces
from exports.pieces import Piece
from extractors.sandbox import WorkerPool

_SECONDS: Final = 60
_MEMORY_MB: Final = 1_024
_KEPT_BYTES: Final = 48 << 20


class Pieces:
    """Draws pieces of the originals of one case; the worker starts with the first one."""

    def __init__(self, case: Case) -> None:
        folder = case.root / "tmp" / "pieces"
        folder.mkdir(parents=True, exist_ok=True)
        self._pool = WorkerPool(pieces.prepare, None, size=1, memory_bytes=_MEMORY_MB << 20, write_below=[folder])
        self._kept: OrderedDict[bytes, bytes] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def draw(self, piece: Piece) -> bytes:
        """Return a piece's bytes; raises Unreadable and the like, LimitExceeded where it takes too long."""
        key = msgspec.msgpack.encode(piece)
        with self._lock:
            if (found := self._kept.get(key)) is not None:
                self._kept.move_to_end(key)
                return found
        made: bytes = self._pool.run(piece, seconds=_SECONDS)
        with self._lock:
            if key not in self._kept:
                self._kept[key] = made
                self._bytes += len(made)
            while self._bytes > _KEPT_BYTES and len(self._kept) > 1:
                self._bytes -= len(self._kept.popitem(last=False)[1])
        return made

    def close(self) -> None:
        """End the worker."""
        self._pool.close()


_OF_CASE: Final[dict[Path, Pieces]] = {}
_FIRST: Final = threading.Lock()


def pieces_of(case: Case) -> Pieces:
    """Return what draws the pieces of this case, in this process; its worker dies with the process."""
    with _FIRST:
        if case.root not in _OF_CASE:
            _OF_CASE[case.root] = Pieces(case)
        return _OF_CASE[case.root]

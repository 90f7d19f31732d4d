"""The Merkle tree hash of RFC 6962, section 2.1, over the lines of a ledger chain."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable


def leaf(line: bytes) -> bytes:
    """Return the leaf hash of one line, without its newline."""
    return hashlib.sha256(b"\x00" + line).digest()


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def root(lines: Iterable[bytes]) -> str:
    """Return the tree's root as 64 hexadecimal digits; of no lines, the SHA-256 of nothing."""
    stack: list[tuple[int, bytes]] = []
    for line in lines:
        size, value = 1, leaf(line)
        while stack and stack[-1][0] == size:
            value = _node(stack.pop()[1], value)
            size *= 2
        stack.append((size, value))
    if not stack:
        return hashlib.sha256(b"").hexdigest()
    value = stack.pop()[1]
    while stack:
        value = _node(stack.pop()[1], value)
    return value.hex()

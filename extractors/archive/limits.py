"""What no archive may cost, beside the limits of every reader."""

from __future__ import annotations

from typing import Final

BOMB_BYTES: Final = 100 << 20
BOMB_RATIO: Final = 200
"""What unpacks to more than this many times its size, beyond `BOMB_BYTES`, is stopped."""
BOMBS: Final = 4
"""How many times that may be unpacked in all where bombs can be skipped; then the archive is left."""
LISTED_AT_MOST: Final = 200_000
"""Entries that are listed one by one; further ones are counted."""

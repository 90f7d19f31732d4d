"""What came of comparing what was received with the hashes taken at acquisition."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from evidence.acts import ExhibitReceived


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """How many agree, and the names of the rest, each in order."""

    agree: int
    differ: tuple[str, ...]
    not_listed: tuple[str, ...]
    not_received: tuple[str, ...]


def compared_with(manifest: Mapping[str, str], received: Iterable[ExhibitReceived]) -> Comparison:
    """Compare exhibits with {path: SHA-256}; what could not be read differs from whatever is listed for it."""
    hashes = {act.exhibit.name: "" if act.unreadable else str(act.exhibit.sha256) for act in received}
    agree = [name for name, sha256 in hashes.items() if sha256 and manifest.get(name) == sha256]
    return Comparison(
        agree=len(agree),
        differ=tuple(sorted(name for name in hashes if name in manifest and name not in agree)),
        not_listed=tuple(sorted(hashes.keys() - manifest.keys())),
        not_received=tuple(sorted(manifest.keys() - hashes.keys())),
    )

"""What follows from a hash on a list: the match on record, and the seal, before anything of the file is read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

import msgspec

from evidence.acts import Act, ExtractionRecorded, HashMatched, Sealed
from evidence.case import Case
from evidence.digest import Sha256
from evidence.hash_lists import Hashes, HashList, HashLists, HashMatch, hashes_of
from evidence.records import ExhibitNumber
from evidence.state import CaseState


def lists_of(case: Case) -> HashLists:
    """Return the hash lists that a case keeps."""
    return HashLists(case.root / "hashlists")


def acts_for(
    number: str, matches: Iterable[HashMatch], *, lists: Mapping[str, HashList], sealed: bool
) -> Iterator[Act]:
    """Yield the acts that put matches on record, and the seal where a list seals and it is not closed yet."""
    for match in matches:
        yield HashMatched(exhibit=number, match=match)
        if match.purpose == "seal" and not sealed:
            sealed = True
            listed = lists[match.list]
            said = f" ({match.said})" if match.said else ""
            reason = f"its {match.algorithm} {match.hash} stands on {listed.name}{said}: sealed unread"
            yield Sealed(exhibit=number, seal="abuse", reason=reason)


class Compared(NamedTuple):
    """What a list says of what was received before it."""

    acts: list[Act]
    unfit: list[str]
    """Exhibits whose original is missing or changed: only the SHA-256 on record was compared."""


def received_bytes(case: Case, sha256: Sha256) -> Hashes | None:
    """Return the hashes of an original; None where it is not there, or no longer what was received."""
    try:
        hashes = hashes_of(case.vault.path(sha256))
    except OSError:
        return None
    return hashes if hashes.sha256 == sha256 else None


def compare_received(case: Case, state: CaseState, listed: HashList) -> Compared:
    """Return what a list says of everything received before it; each content is hashed once.

    Of what stands on that list already nothing is said again: a second person may have opened that seal.
    """
    kept = lists_of(case)
    known: dict[str, tuple[HashMatch, ...]] = {}
    unfit: set[str] = set()
    compared = Compared([], [])
    for number, received in state.exhibits.items():
        sha256 = received.exhibit.sha256
        noted = any(match.list == listed.sha256 for match in state.hash_matches.get(number, ()))
        if not sha256 or received.unreadable or noted:
            continue
        if sha256 not in known:
            hashes = received_bytes(case, sha256)
            if hashes is None:
                unfit.add(sha256)
            known[sha256] = kept.matches([listed], hashes or Hashes(sha256, "", ""))
        if sha256 in unfit:
            compared.unfit.append(number)
        compared.acts.extend(_acts(state, ExhibitNumber(number), known[sha256], listed))
    return compared


def _acts(state: CaseState, number: str, matches: tuple[HashMatch, ...], listed: HashList) -> Iterator[Act]:
    yield from acts_for(number, matches, lists={listed.sha256: listed}, sealed=state.is_sealed(number))
    recorded = state.extractions.get(number)
    for match in matches if recorded is not None and not state.is_sealed(number) else ():
        if match.purpose == "known" and recorded is not None:
            yield with_known(recorded, match.text)


def with_known(act: ExtractionRecorded, known: str) -> ExtractionRecorded:
    """Return what became of an exhibit, with what a list of ordinary files says of it."""
    if not known or known in act.reason:
        return act
    return msgspec.structs.replace(act, reason="; ".join(filter(None, (act.reason, known))))

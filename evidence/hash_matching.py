"""What follows from a hash on a list: the match on record, and the seal, before anything of the file is read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import msgspec

from evidence.acts import Act, ExtractionRecorded, HashMatched, Sealed
from evidence.case import Case
from evidence.errors import IntegrityError
from evidence.hash_lists import HashList, HashLists, HashMatch, hashes_of
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


def acts_for_received(case: Case, state: CaseState, listed: HashList) -> Iterator[Act]:
    """Yield what a new list says of everything received before it; each content is hashed once.

    Raises IntegrityError where an original is not there to be hashed.
    """
    kept = lists_of(case)
    known: dict[str, tuple[HashMatch, ...]] = {}
    for number, received in state.exhibits.items():
        sha256 = received.exhibit.sha256
        if not sha256 or received.unreadable:
            continue
        if sha256 not in known:
            try:
                hashes = hashes_of(case.vault.path(sha256), sha256=sha256)
            except OSError as error:
                raise IntegrityError(
                    f"{number}: its original cannot be opened, so the list cannot be compared with it",
                    next_step="run `casegraph verify CASE`",
                ) from error
            known[sha256] = kept.matches([listed], hashes)
        yield from _acts(state, ExhibitNumber(number), known[sha256], listed)


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

"""Which exhibits a run of ingestion reads once more: what it now has the password, the strings or the siblings for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from evidence.case import Case
from evidence.errors import UsageError
from evidence.state import CaseState
from flows.beside import Beside

_PASSWORDS_AT_MOST = 10_000
_LONGEST_PASSWORD = 1_000


def read_passwords(path: Path) -> tuple[str, ...]:
    """Return the passwords of a file, one a line in UTF-8, in order and each once; raises UsageError.

    They stay in memory: nothing of them is written, logged or stamped.
    """
    try:
        text = path.expanduser().read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            f"the list of passwords {path.name} cannot be read", next_step="give a text file in UTF-8, one a line"
        ) from error
    lines = [line.rstrip("\r") for line in text.split("\n")]
    passwords = tuple(dict.fromkeys(line for line in lines if line))
    if len(passwords) > _PASSWORDS_AT_MOST or any(len(one) > _LONGEST_PASSWORD for one in passwords):
        raise UsageError(
            f"{path.name} holds more than {_PASSWORDS_AT_MOST:,} passwords, or one of more than "
            f"{_LONGEST_PASSWORD:,} characters",
            next_step="give the passwords that were found, not a dictionary: casegraph does not crack",
        )
    return passwords


def passwords_for(case: Case, given: Path | None = None) -> tuple[str, ...]:
    """Return the passwords of the list given, else of the one that the settings name; none where neither is."""
    named = Path(case.settings.passwords_file) if case.settings.passwords_file else None
    path = given or named
    return read_passwords(path) if path else ()


def locked_or_unsupported(state: CaseState, *, passwords: bool, strings: bool) -> Iterator[str]:
    """Yield what stayed locked, where there are passwords now, and what nobody can read, where strings are wanted."""
    for number, act in state.extractions.items():
        locked = "encrypted" in act.reason
        unsupported = act.outcome == "skipped" and act.reason.startswith("unsupported: ")
        if (passwords and locked) or (strings and unsupported):
            yield number


def joined_by(beside: Beside, received: Iterable[str]) -> Iterator[str]:
    """Yield what newly received files belong to: it was read without them, and they may have been read as strangers."""
    for number in received:
        belongs = beside.belongs(number)
        if belongs is not None:
            yield belongs.exhibit
        yield from beside.siblings(number)

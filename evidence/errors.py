"""Every error the product raises on purpose, with its exit code and whether trying again can help.

CasegraphError
├── UsageError             2   the command does not make sense as given
├── CaseError              3   the case folder is missing, not a case, or already there
│   ├── AuthorityError     4   nothing is received or disclosed without a valid authority
│   └── NotFound           5   no such exhibit, mention, entity, finding
├── IntegrityError         6   vault, shelf or ledger is not what was recorded
├── Refused                7   a rule of the law or of the design forbids it as asked
├── Busy                   8   another process holds the case (try again)
├── EngineMissing          9   a program or model is not installed
├── Unreadable            10   an exhibit's bytes cannot be read as what they are
│   └── LimitExceeded     10   a bomb, a loop or an endless file: a limit stopped it
└── StorageError          11   the disk is full or not writable (try again once mended)
"""

from __future__ import annotations

from typing import ClassVar


class CasegraphError(Exception):
    """Base of all errors: `what` happened, and the `next_step` for the person at the keyboard."""

    exit_code: ClassVar[int] = 1
    retry_can_help: ClassVar[bool] = False

    def __init__(self, what: str, *, next_step: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.next_step = next_step

    def __reduce__(self) -> tuple[object, ...]:
        """Keep `next_step` when the error crosses a process boundary."""
        return (_rebuild, (type(self), self.what, self.next_step))


def _rebuild(kind: type[CasegraphError], what: str, next_step: str) -> CasegraphError:
    return kind(what, next_step=next_step)


class UsageError(CasegraphError):
    """The command does not make sense as given."""

    exit_code = 2


class CaseError(CasegraphError):
    """The case folder is missing, is not a case, or is already there."""

    exit_code = 3


class AuthorityError(CaseError):
    """No authority on record covers what was asked."""

    exit_code = 4


class NotFound(CaseError):
    """No such exhibit, segment, mention, entity or finding."""

    exit_code = 5


class IntegrityError(CasegraphError):
    """Vault, shelf or ledger is not what was recorded."""

    exit_code = 6


class Refused(CasegraphError):
    """A rule of the law or of the design forbids it as asked."""

    exit_code = 7


class Busy(CasegraphError):
    """Another process holds the case; trying again can help."""

    exit_code = 8
    retry_can_help = True


class EngineMissing(CasegraphError):
    """A program or model that the work needs is not installed."""

    exit_code = 9


class Unreadable(CasegraphError):
    """An exhibit's bytes cannot be read as what they are; becomes `failed(reason)` on that exhibit."""

    exit_code = 10


class LimitExceeded(Unreadable):
    """A limit on time, memory, depth or size stopped the reading."""

    exit_code = 10


class StorageError(CasegraphError):
    """The disk is full or cannot be written; trying again helps once that is mended."""

    exit_code = 11
    retry_can_help = True

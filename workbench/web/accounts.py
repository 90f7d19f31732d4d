"""Who may sign in: named accounts with argon2 hashes and roles, in a file of the case that only its owner can read.

Hashes stand in no ledger, since a ledger never forgets; that an account was made or changed does.
"""

from __future__ import annotations

from typing import Final, Literal, TypeAlias, get_args

import msgspec
from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from evidence.case import Case
from evidence.errors import CaseError, NotFound, UsageError
from evidence.files import locked, write_atomically

Role: TypeAlias = Literal["ingest", "analyse", "review", "disclose", "audit"]
ROLES: Final[tuple[Role, ...]] = get_args(Role)
SHORTEST_PASSWORD: Final = 12
"""Characters; NIST SP 800-63B asks for length and for nothing about its make-up."""
_LONGEST_NAME: Final = 64
_FILE: Final = "accounts.json"
_hasher = PasswordHasher()
_NOBODY: Final = _hasher.hash("nobody has this password")


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """A person who may sign in."""

    name: str
    roles: tuple[Role, ...]
    hashed: str
    closed: bool = False
    """Kept, so that the name is not given to somebody else."""


class Accounts:
    """The accounts of one case."""

    def __init__(self, case: Case) -> None:
        self._path = case.root / _FILE
        self._lock = case.root / ".accounts.lock"
        self._known: tuple[tuple[int, int, int], dict[str, Account]] | None = None

    def all(self) -> dict[str, Account]:
        """Return the accounts by name; raises CaseError where the file cannot be understood, FileNotFoundError where the case is gone."""
        try:
            found = self._path.stat()
            mark = (found.st_ino, found.st_mtime_ns, found.st_size)
            if self._known is not None and self._known[0] == mark:
                return self._known[1]
            listed = msgspec.json.decode(self._path.read_bytes(), type=tuple[Account, ...])
        except FileNotFoundError:
            if not (self._path.parent / "case.toml").is_file():
                raise  # it is the case that is gone
            return {}
        except msgspec.MsgspecError as error:
            raise CaseError(
                f"{_FILE} cannot be read: {error}", next_step="mend it, or remove it and add users again"
            ) from error
        self._known = (mark, {account.name: account for account in listed})
        return self._known[1]

    def add(self, name: str, password: str, roles: tuple[Role, ...]) -> Account:
        """Add an account; raises UsageError where the name is taken, or name, password or roles will not do."""
        name = name.strip()
        if not name or len(name) > _LONGEST_NAME or not name.isprintable():
            raise UsageError(f"{name[:80]!r} is no name for an account", next_step="give up to 64 printable characters")
        account = Account(name=name, roles=_checked(roles), hashed=_hashed(password))
        with locked(self._lock):
            known = self.all()
            if name in known:
                raise UsageError(
                    f"there is an account {name} already", next_step="choose another name, or change that one"
                )
            self._write(known | {name: account})
        return account

    def change(
        self, name: str, *, password: str = "", roles: tuple[Role, ...] = (), closed: bool | None = None
    ) -> Account:
        """Change what is given of an account; raises NotFound."""
        with locked(self._lock):
            known = self.all()
            if name not in known:
                raise NotFound(f"there is no account {name}", next_step="`casegraph user list CASE` lists them")
            account = known[name]
            account = msgspec.structs.replace(
                account,
                hashed=_hashed(password) if password else account.hashed,
                roles=_checked(roles) if roles else account.roles,
                closed=account.closed if closed is None else closed,
            )
            self._write(known | {name: account})
        return account

    def open_one(self, name: str) -> Account | None:
        """Return an account that may be used now; None where there is none, or it was closed."""
        account = self.all().get(name)
        return account if account is not None and not account.closed else None

    def sign_in(self, name: str, password: str) -> Account | None:
        """Return the account that this password opens; takes as long for a name that does not exist."""
        account = self.all().get(name.strip())
        try:
            _hasher.verify(account.hashed if account else _NOBODY, password)
        except (Argon2Error, InvalidHashError):
            return None
        return account if account is not None and not account.closed else None

    def _write(self, accounts: dict[str, Account]) -> None:
        write_atomically(self._path, msgspec.json.format(msgspec.json.encode(tuple(accounts.values())), indent=2))
        self._path.chmod(0o600)


def _checked(roles: tuple[Role, ...]) -> tuple[Role, ...]:
    strange = [role for role in roles if role not in ROLES]
    if strange or not roles:
        raise UsageError(
            f"no such role: {', '.join(strange)}" if strange else "an account needs a role",
            next_step=f"give one or more of {', '.join(ROLES)}",
        )
    return tuple(role for role in ROLES if role in roles)


def _hashed(password: str) -> str:
    if len(password) < SHORTEST_PASSWORD:
        raise UsageError(
            f"the password is too short: {len(password)} characters",
            next_step=f"give at least {SHORTEST_PASSWORD}; a few words will do",
        )
    return _hasher.hash(password)

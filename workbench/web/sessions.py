"""Who is signed in now: sessions in the server's memory, which end by themselves, and a brake on guessing passwords."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from evidence.ledger import Actor
from workbench.web.accounts import Role

IDLE_S: Final = 30 * 60
"""A session that nobody used for so long has ended."""
LONGEST_S: Final = 12 * 3600
_GUESSES: Final = 5
_PAUSE_S: Final = 15 * 60

Ticks = Callable[[], float]


@dataclass(slots=True)
class Session:
    """One person at one browser, from signing in until it ends."""

    name: str
    roles: frozenset[Role]
    csrf: str
    reason: str
    """Why this person consults the case, where the case asks for it."""
    began: float
    seen: float
    hashed: str = ""
    """The hash of the password it began with: another password ends it."""
    looked: dict[str, set[str]] = field(default_factory=dict)
    """Exhibits looked at in this sitting, by kind of look, whose record is written once; see `Visit.consulted_once`."""

    def actor(self, host: Actor) -> Actor:
        """Return this person as the ledger names them; account and host are the server's."""
        return Actor(name=self.name, account=host.account, host=host.host)


class Sessions:
    """All who are signed in, by the token in their cookie."""

    def __init__(self, *, ticks: Ticks = time.monotonic) -> None:
        self._ticks = ticks
        self._by_token: dict[str, Session] = {}
        self._lock = threading.Lock()

    def begin(self, name: str, roles: tuple[Role, ...], *, reason: str = "", hashed: str = "") -> tuple[str, Session]:
        """Return a new session and its token."""
        token, now = secrets.token_urlsafe(32), self._ticks()
        session = Session(
            name=name,
            roles=frozenset(roles),
            csrf=secrets.token_urlsafe(32),
            reason=reason,
            began=now,
            seen=now,
            hashed=hashed,
        )
        with self._lock:
            self._by_token = {key: one for key, one in self._by_token.items() if not self._ended(one, now)}
            self._by_token[token] = session
        return token, session

    def find(self, token: str, *, used: bool = True) -> Session | None:
        """Return the session of a token, and note that it is `used`; None where it ended."""
        now = self._ticks()
        with self._lock:
            session = self._by_token.get(token)
            if session is None:
                return None
            if self._ended(session, now):
                del self._by_token[token]
                return None
            if used:
                session.seen = now
            return session

    def end(self, token: str) -> None:
        """End a session."""
        with self._lock:
            self._by_token.pop(token, None)

    @staticmethod
    def _ended(session: Session, now: float) -> bool:
        return now - session.seen > IDLE_S or now - session.began > LONGEST_S


class Brake:
    """Slows down whoever guesses: after five wrong passwords for a name or from an address, a quarter of an hour's pause."""

    def __init__(self, *, ticks: Ticks = time.monotonic) -> None:
        self._ticks = ticks
        self._wrong: dict[str, list[float]] = {}
        self._lock = threading.Lock()
        self.one_at_a_time = threading.Lock()
        """Held while a password is tried: guesses sent at once would all be tried before the first was found wrong."""

    def wait_s(self, *keys: str) -> int:
        """Return for how many seconds nobody may try under these keys; 0: go on."""
        now = self._ticks()
        with self._lock:
            return max((self._left(key, now) for key in keys), default=0)

    def _left(self, key: str, now: float) -> int:
        recent = [moment for moment in self._wrong.get(key, []) if now - moment < _PAUSE_S]
        return 0 if len(recent) < _GUESSES else int(recent[-_GUESSES] + _PAUSE_S - now) + 1

    def wrong(self, *keys: str) -> None:
        """Note a wrong password."""
        now = self._ticks()
        with self._lock:
            self._wrong = {
                key: kept for key, old in self._wrong.items() if (kept := [m for m in old if now - m < _PAUSE_S])
            }
            for key in keys:
                self._wrong.setdefault(key, []).append(now)

    def right(self, *keys: str) -> None:
        """Forget what was wrong before."""
        with self._lock:
            for key in keys:
                self._wrong.pop(key, None)

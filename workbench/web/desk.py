"""What every page works with: the case, its graph, who is signed in, and the ways to look and to write on record."""

from __future__ import annotations

import hmac
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Annotated, cast

from fastapi import Depends, Request
from fastapi.routing import APIRoute

from evidence.acts import Act, Consulted
from evidence.case import Case
from evidence.errors import CasegraphError
from evidence.ledger import Actor
from evidence.state import fold
from graph.live import LiveGraph
from graph.project import Graph
from workbench.web.accounts import Accounts, Role
from workbench.web.sessions import Brake, Session, Sessions

COOKIE = "casegraph"
LOOK: tuple[Role, ...] = ("analyse", "review", "disclose")
"""Who may look at evidence."""
_SAFE = ("GET", "HEAD", "OPTIONS")


@dataclass(slots=True)
class Desk:
    """One served case."""

    case: Case
    live: LiveGraph
    host: Actor
    """The account and machine that serve; the name is replaced by whoever is signed in."""
    accounts: Accounts
    sessions: Sessions = field(default_factory=Sessions)
    brake: Brake = field(default_factory=Brake)
    secure: bool = False
    """Whether it is served over TLS, so that cookies go nowhere else."""


class SignInFirst(Exception):
    """Nobody is signed in, or the session has ended."""


class NotAllowed(CasegraphError):
    """The account lacks the role that this asks for."""


class NotFromHere(CasegraphError):
    """A request that changes something did not come from one of our own pages."""


@dataclass(slots=True)
class Visit:
    """One request of one person who is signed in and allowed to make it."""

    desk: Desk
    session: Session
    request: Request

    @property
    def case(self) -> Case:
        """The case that is served."""
        return self.desk.case

    @property
    def title(self) -> str:
        """What the case is called."""
        return fold(self.case.custody.events()).title

    @property
    def actor(self) -> Actor:
        """Who acts, as the ledger names them."""
        return self.session.actor(self.desk.host)

    def may(self, *roles: Role) -> bool:
        """Whether this person has one of these roles."""
        return bool(self.session.roles.intersection(roles))

    def needs(self, *roles: Role) -> None:
        """Raise NotAllowed where this person has none of these roles."""
        if not self.may(*roles):
            raise NotAllowed(
                f"your account may not do this: it takes the role {' or '.join(roles)}",
                next_step="ask whoever runs this workbench: `casegraph user change CASE NAME --role …`",
            )

    @contextmanager
    def graph(self) -> Iterator[Graph]:
        """Open the graph as it stands now."""
        with self.desk.live.reading() as graph:
            yield graph

    def consulted(self, command: str, *, asked: str, exhibits: Sequence[str] = (), results: int = 0) -> None:
        """Record in the access chain that this person looked: at what, for what, and whose exhibits came back."""
        looked = Consulted(
            command=f"web {command}",
            asked=asked,
            exhibits=tuple(sorted(set(exhibits))),
            results=results,
            reason=self.session.reason,
        )
        self.case.record_access(looked, actor=self.actor)

    def consulted_once(self, command: str, *, asked: str, exhibit: str) -> None:
        """Record a look at one exhibit, once for each sitting and kind of look: media and previews are asked for again and again."""
        looked = self.session.looked.setdefault(command, set())
        if exhibit not in looked:
            self.consulted(command, asked=asked, exhibits=[exhibit], results=1)
            looked.add(exhibit)

    def record(self, *acts: Act, wait: bool = False) -> int:
        """Write acts on the custody chain and have the graph take them in; with `wait`, before this returns."""
        seq = self.case.record(*acts, actor=self.actor)
        if wait:
            self.desk.live.catch_up()
        else:
            self.desk.live.nudge()
        return seq


class Allowed:
    """A dependency: a person with one of these roles is signed in, and the request came from one of our pages.

    No roles: whoever is signed in. Every route has one; `tests/web/test_web_permissions.py` tries each as every role.
    """

    def __init__(self, *roles: Role, by_itself: bool = False) -> None:
        self.roles = roles
        self._by_itself = by_itself
        """Whether a page asks this again and again by itself: a session does not live on for that."""

    async def __call__(self, request: Request) -> Visit:
        """Return the visit; raises SignInFirst, NotAllowed or NotFromHere."""
        visit = signed_in(request, used=not self._by_itself)
        if visit is None:
            desk_of(request).sessions.end(request.cookies.get(COOKIE, ""))
            raise SignInFirst
        if self.roles:
            visit.needs(*self.roles)
        if request.method not in _SAFE:
            await _check_from_here(request, visit.session)
        return visit


def signed_in(request: Request, *, used: bool) -> Visit | None:
    """Return the visit of whoever is signed in, with the roles they have now; None where nobody is. A session that is `used` lives on."""
    desk = desk_of(request)
    session = desk.sessions.find(request.cookies.get(COOKIE, ""), used=used)
    account = desk.accounts.open_one(session.name) if session is not None else None
    if session is None or account is None or account.hashed != session.hashed:
        return None
    session.roles = frozenset(account.roles)  # what was taken from an account is gone at its next click
    return Visit(desk=desk, session=session, request=request)


async def _check_from_here(request: Request, session: Session) -> None:
    given = request.headers.get("x-csrf-token", "")
    if (
        not given
        and request.method != "PUT"
        and request.headers.get("content-type", "").startswith(
            ("application/x-www-form-urlencoded", "multipart/form-data")
        )
    ):
        given = str((await request.form()).get("csrf", ""))
    if not same(given, session.csrf):
        raise NotFromHere(
            "this request did not come from a page of this session", next_step="open the page again and repeat it"
        )


def same(given: str, expected: str) -> bool:
    """Compare secrets in constant time."""
    return hmac.compare_digest(given.encode(), expected.encode())


def desk_of(request: Request) -> Desk:
    """Return the desk of the application that this request came to."""
    return cast(Desk, request.app.state.desk)


def roles_of(route: APIRoute) -> tuple[Role, ...] | None:
    """Return the roles a route asks for (empty: any); None where it asks for nobody at all."""
    for dependency in route.dependant.dependencies:
        if isinstance(dependency.call, Allowed):
            return dependency.call.roles
    return None


Anyone = Annotated[Visit, Depends(Allowed())]
Looking = Annotated[Visit, Depends(Allowed(*LOOK))]
Ingesting = Annotated[Visit, Depends(Allowed("ingest"))]
Analysing = Annotated[Visit, Depends(Allowed("analyse"))]
Writing = Annotated[Visit, Depends(Allowed("analyse", "review"))]
"""Who may write findings, and say what a segment does to one."""
Reviewing = Annotated[Visit, Depends(Allowed("review"))]
Disclosing = Annotated[Visit, Depends(Allowed("disclose"))]
Auditing = Annotated[Visit, Depends(Allowed("audit"))]

"""Every route, as every role and as nobody: whoever lacks the role is kept out, before anything else is looked at."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from fastapi.routing import APIRoute

from evidence.case import Case
from web.conftest import Office
from workbench.web.accounts import ROLES
from workbench.web.app import build_app
from workbench.web.desk import roles_of

OPEN = {"/sign-in", "/api/session"}
"""What nobody needs to be signed in for: signing in."""


def _routes(app: object) -> Iterator[tuple[str, str, APIRoute]]:
    pending = list(app.routes)  # type: ignore[attr-defined]
    while pending:
        route = pending.pop()
        if isinstance(route, APIRoute):
            for method in sorted(route.methods - {"HEAD", "OPTIONS"}):
                yield method, route.path, route
        else:
            inner = getattr(route, "original_router", None) or getattr(route, "router", None)
            pending += list(getattr(inner, "routes", []))


def _address(path: str) -> str:
    return re.sub(r"\{[^}]*\}", "CG-0001", path)


def test_every_route_names_who_may_use_it(case: Case, serve: Callable[[Case], Office]) -> None:
    found = list(_routes(build_app(serve(case).desk)))
    assert len(found) > 5
    unguarded = {(method, path) for method, path, route in found if roles_of(route) is None}
    assert {path for _, path in unguarded} == OPEN


def test_every_route_as_every_role(case: Case, serve: Callable[[Case], Office]) -> None:
    office = serve(case)
    people = {role: office.person(role) for role in ROLES}
    visitor = office.visitor()
    for method, path, route in _routes(build_app(office.desk)):
        allowed = roles_of(route)
        if allowed is None or path == "/sign-out":
            continue
        assert visitor.request(method, _address(path)).status_code == 401, (method, path)
        for role, person in people.items():
            answer = person.request(method, _address(path), headers={"accept": "application/json"})
            kept_out = answer.status_code == 403 and "takes the role" in answer.text
            assert kept_out == bool(allowed and role not in allowed), (method, path, role, answer.status_code)

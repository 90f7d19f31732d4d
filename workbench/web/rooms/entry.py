"""Signing in and out, and the description of the API."""

from __future__ import annotations

from typing import Annotated

import msgspec
from fastapi import APIRouter, Form, Request, Response
from starlette.responses import RedirectResponse

from evidence.acts import SignedIn, SignInRefused
from evidence.errors import UsageError
from workbench.web.accounts import Account
from workbench.web.api import answers, describe
from workbench.web.desk import COOKIE, Anyone, Desk, desk_of
from workbench.web.errors import TooMany
from workbench.web.pages import page, said
from workbench.web.sessions import LONGEST_S

router = APIRouter()


class SignedInAs(msgspec.Struct, frozen=True, kw_only=True):
    """Who is signed in, and what must go with every request that changes something."""

    name: str
    roles: tuple[str, ...]
    csrf: str


class WrongPassword(UsageError):
    """Name and password do not fit."""


@router.get("/sign-in")
def sign_in_page(request: Request, wanted: str = "/") -> Response:
    """Show the form."""
    return _form(request, wanted=wanted)


def _form(
    request: Request, *, wanted: str, problem: str = "", next_step: str = "", status: int = 200, name: str = ""
) -> Response:
    asked = desk_of(request).case.settings.reason_to_look
    return page(None, "sign_in.html", code=status, wanted=_local(wanted), problem=problem, next_step=next_step,
                reason_wanted=asked, name=name)  # fmt: skip


@router.post("/sign-in")
def sign_in(
    request: Request,
    name: Annotated[str, Form(max_length=200)] = "",
    password: Annotated[str, Form(max_length=1000)] = "",
    reason: Annotated[str, Form(max_length=500)] = "",
    wanted: Annotated[str, Form(max_length=2000)] = "/",
) -> Response:
    """Begin a session and go where the person wanted to."""
    try:
        token, _ = _begin(request, name=name, password=password, reason=reason)
    except (WrongPassword, TooMany) as error:
        status = 429 if isinstance(error, TooMany) else 401
        return _form(request, wanted=wanted, problem=error.what, next_step=error.next_step, status=status, name=name)
    answer = RedirectResponse(_local(wanted), status_code=303)
    _give(answer, token, desk_of(request))
    return answer


@router.post("/api/session", responses=answers(SignedInAs))
def begin_session(
    request: Request,
    name: Annotated[str, Form(max_length=200)],
    password: Annotated[str, Form(max_length=1000)],
    reason: Annotated[str, Form(max_length=500)] = "",
) -> Response:
    """Sign in; sets the session's cookie."""
    token, made = _begin(request, name=name, password=password, reason=reason)
    answer = said(made)
    _give(answer, token, desk_of(request))
    return answer


def _begin(request: Request, *, name: str, password: str, reason: str) -> tuple[str, SignedInAs]:
    desk, name = desk_of(request), name.strip()
    address = request.client.host if request.client else ""
    keys = (f"name {name.casefold()}", f"address {address}")
    with desk.brake.one_at_a_time:
        if wait := desk.brake.wait_s(*keys):
            raise TooMany(
                "too many wrong passwords", next_step=f"wait {wait // 60 + 1} minutes, then try again", seconds=wait
            )
        account = desk.accounts.sign_in(name, password)
        if account is None:
            desk.brake.wrong(*keys)
    if account is None:
        desk.case.record_access(SignInRefused(name=name[:64], address=address), actor=desk.host)
        raise WrongPassword(
            "name and password do not fit",
            next_step="try again; after five attempts there is a pause of a quarter of an hour",
        )
    if desk.case.settings.reason_to_look and not reason.strip():
        raise WrongPassword("this case asks why it is consulted", next_step="say so in the line for the reason")
    desk.brake.right(keys[0])
    return _signed_in(desk, account, reason=reason.strip(), address=address)


def _signed_in(desk: Desk, account: Account, *, reason: str, address: str) -> tuple[str, SignedInAs]:
    token, session = desk.sessions.begin(account.name, account.roles, reason=reason, hashed=account.hashed)
    desk.case.record_access(
        SignedIn(roles=account.roles, address=address, reason=reason), actor=session.actor(desk.host)
    )
    return token, SignedInAs(name=account.name, roles=account.roles, csrf=session.csrf)


def _give(answer: Response, token: str, desk: Desk) -> None:
    answer.set_cookie(COOKIE, token, max_age=LONGEST_S, httponly=True, samesite="strict", secure=desk.secure, path="/")


def _local(wanted: str) -> str:
    """Return a path of ours; never another site's address, which `//host` and `/\\host` would be."""
    return wanted if wanted.startswith("/") and wanted[1:2] not in ("/", "\\") and wanted.isprintable() else "/"


@router.post("/sign-out")
def sign_out(visit: Anyone) -> Response:
    """End the session."""
    visit.desk.sessions.end(visit.request.cookies.get(COOKIE, ""))
    answer = RedirectResponse("/sign-in", status_code=303)
    answer.delete_cookie(COOKIE, path="/")
    return answer


@router.get("/api/session", responses=answers(SignedInAs))
def session(visit: Anyone) -> Response:
    """Say who is signed in."""
    roles = tuple(sorted(visit.session.roles))
    return said(SignedInAs(name=visit.session.name, roles=roles, csrf=visit.session.csrf))


@router.get("/api/openapi.json", include_in_schema=False)
def openapi(visit: Anyone) -> Response:
    """Describe the API."""
    return said(describe(visit.request.app))

"""What somebody sees when it cannot be done: a plain sentence, what to do now, the right status, and no trace."""

from __future__ import annotations

import errno
import logging
import secrets
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from evidence import errors
from evidence.errors import CasegraphError
from workbench.web.api import Failed, Problem
from workbench.web.desk import COOKIE, NotAllowed, NotFromHere, SignInFirst, Visit, desk_of, signed_in
from workbench.web.pages import page, said

_LONGEST_QUERY: Final = 2_000
_log = logging.getLogger("casegraph.web")
_STATUS: Final[dict[type[CasegraphError], int]] = {
    NotAllowed: 403,
    NotFromHere: 403,
    errors.UsageError: 400,
    errors.NotFound: 404,
    errors.AuthorityError: 409,
    errors.CaseError: 503,
    errors.IntegrityError: 500,
    errors.Refused: 409,
    errors.Busy: 503,
    errors.EngineMissing: 503,
    errors.LimitExceeded: 413,
    errors.Unreadable: 422,
    errors.StorageError: 507,
}


class TooMany(CasegraphError):
    """Too many attempts; `seconds` until the next one."""

    def __init__(self, what: str, *, next_step: str, seconds: int) -> None:
        super().__init__(what, next_step=next_step)
        self.seconds = seconds


def status_of(error: CasegraphError) -> int:
    """Return the HTTP status of an error: that of its class, or of the nearest one above it."""
    return next((_STATUS[kind] for kind in type(error).__mro__ if kind in _STATUS), 500)


def failure(request: Request, status: int, what: str, next_step: str = "") -> Response:
    """Return an error as whoever asked can use it: JSON, a fragment, or a page."""
    if wants_json(request):
        return said(Failed(error=Problem(what=what, next_step=next_step)), status=status)
    if request.headers.get("hx-request"):
        return page(None, "problem.html", code=status, what=what, next_step=next_step)
    return page(
        _visit(request), "error.html", code=status, what=what, next_step=next_step, query=_searched_for(request)
    )


def _visit(request: Request) -> Visit | None:
    """Return whose page it is, for its bar; none in a frame or a picture, and none where the case itself cannot be read."""
    if request.headers.get("sec-fetch-dest", "document") != "document":
        return None
    try:
        return signed_in(request, used=False)
    except (OSError, CasegraphError):
        return None


def _searched_for(request: Request) -> str:
    """Return what stood in the search box, to be mended there."""
    return request.query_params.get("q", "")[:_LONGEST_QUERY] if request.url.path == "/search" else ""


def wants_json(request: Request) -> bool:
    """Whether a program asks, and no page."""
    return request.url.path.startswith("/api/")


def install(app: FastAPI, *, headers: Mapping[str, str]) -> None:
    """Have the application answer every error in this way; `headers` go on what no middleware of ours sees."""

    @app.exception_handler(SignInFirst)
    async def sign_in_first(request: Request, _: Exception) -> Response:
        what = "your session has ended" if request.cookies.get(COOKIE) else "nobody is signed in"
        if wants_json(request):
            return failure(request, 401, what, "sign in again; what you had written is still in the page")
        if request.headers.get("hx-request"):
            return page(
                None, "problem.html", code=401, what=what, next_step="sign in again in another tab, then repeat it"
            )
        return page(
            None, "sign_in.html", code=401, problem=what if request.cookies.get(COOKIE) else "", next_step="",
            wanted=_wanted(request), reason_wanted=desk_of(request).case.settings.reason_to_look, name="",
        )  # fmt: skip

    @app.exception_handler(TooMany)
    async def too_many(request: Request, error: TooMany) -> Response:
        answer = failure(request, 429, error.what, error.next_step)
        answer.headers["Retry-After"] = str(error.seconds)
        return answer

    @app.exception_handler(CasegraphError)
    async def on_purpose(request: Request, error: CasegraphError) -> Response:
        return failure(request, status_of(error), error.what, error.next_step)

    @app.exception_handler(RequestValidationError)
    async def misfit(request: Request, error: RequestValidationError) -> Response:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first.get("loc", ())[1:])
        return failure(
            request, 422, f"{where or 'the request'}: {first.get('msg', 'does not fit')}", "mend it and send it again"
        )

    @app.exception_handler(HTTPException)
    async def plain(request: Request, error: HTTPException) -> Response:
        what = {404: "there is no such page", 405: "this cannot be done here"}.get(error.status_code, str(error.detail))
        answer = failure(request, error.status_code, what, "go back to the overview")
        answer.headers.update(error.headers or {})
        return answer

    @app.exception_handler(FileNotFoundError)
    async def vanished(request: Request, _: Exception) -> Response:
        gone = not (desk_of(request).case.root / "case.toml").is_file()
        what = "the case folder is not where it was" if gone else "a file of the case is missing"
        step = "bring it back, then open the page again" if gone else "run `casegraph verify` on the case"
        return failure(request, 503, what, step)

    @app.exception_handler(OSError)
    async def storage(request: Request, error: Exception) -> Response:
        why = error.strerror if isinstance(error, OSError) else ""
        full = isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)
        step = (
            "free some space, then repeat it" if full else "see whether the disk and its permissions are as they were"
        )
        return failure(request, 507 if full else 503, f"the case cannot be written or read: {why}", step)

    @app.exception_handler(Exception)
    async def unforeseen(request: Request, error: Exception) -> Response:
        mark = secrets.token_hex(4)
        _log.error("%s: %s", mark, type(error).__name__, exc_info=error)
        answer = failure(
            request, 500, "something went wrong inside casegraph", f"repeat it; if it stays, report the mark {mark}"
        )
        answer.headers.update(headers)
        return answer


def _wanted(request: Request) -> str:
    """Return where to go on after signing in: what was asked for, or the page of ours from which something was sent."""
    if request.method in ("GET", "HEAD"):
        return _path_of(request.url.path, request.url.query)
    sent_from = urlsplit(request.headers.get("referer", ""))
    ours = (sent_from.scheme, sent_from.netloc) == (request.url.scheme, request.url.netloc)
    return _path_of(sent_from.path, sent_from.query) if ours else "/"


def _path_of(path: str, query: str) -> str:
    return path + (f"?{query}" if query else "")

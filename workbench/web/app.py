"""The application: its rooms, the headers every answer carries, and what is served besides pages."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from importlib.metadata import version
from typing import Final

from fastapi import APIRouter, FastAPI
from starlette.exceptions import HTTPException
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from evidence.errors import EngineMissing
from workbench.web import errors
from workbench.web.api import describe
from workbench.web.desk import Desk
from workbench.web.pages import BUILT, HERE

ROOMS: Final = (
    *(
        "entry",
        "overview",
        "search",
        "questions",
        "saved",
        "terms",
        "exhibits",
        "evidence",
        "media",
        "entities",
        "relations",
        "graphs",
        "timeline",
    ),
    *("reviewing", "sampling", "findings", "ingest", "exporting", "record"),
)
"""The modules of `rooms/`; each has a `router`, and every page and API route stands in one."""
_LARGEST_BODY: Final = 4_000_000
UPLOADS: Final = "/api/uploads"
"""Bodies below this path are files, written as they come and limited there."""
_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; "
    "connect-src 'self'; font-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS: Final = {
    "content-security-policy": _POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), interest-cohort=()",
    "cache-control": "no-store",
}
FRAMED: Final = {
    "content-security-policy": "default-src 'none'; img-src data:; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox",
    "x-frame-options": "SAMEORIGIN",
}
"""What a page of evidence shown inside one of ours carries: no script, nothing fetched, its own origin."""


def build_app(desk: Desk, *, hosts: Sequence[str] = ("localhost", "127.0.0.1", "[::1]", "testserver")) -> FastAPI:
    """Return the application over one case; raises EngineMissing where its pages were never built."""
    if not (BUILT / "workbench.js").is_file():
        raise EngineMissing("the pages of the workbench are not built", next_step="run `make setup`")
    app = FastAPI(title="casegraph", version=version("casegraph"), docs_url=None, redoc_url=None, openapi_url=None)
    app.state.desk = desk
    errors.install(app, headers=_HEADERS)
    for name in ROOMS:
        router: APIRouter = importlib.import_module(f"workbench.web.rooms.{name}").router
        app.include_router(router)
    app.mount("/static", StaticFiles(directory=HERE / "static"))
    app.mount("/built", StaticFiles(directory=BUILT))
    app.openapi = lambda: describe(app)  # type: ignore[method-assign]
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=list(hosts))
    app.add_middleware(_Guarded)  # the last one added is the first that is asked
    return app


class _Guarded:
    """Puts the headers on every answer that has none of its own, and takes no body without end."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        taken = 0

        async def limited() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > _LARGEST_BODY and not (scope["method"] == "PUT" and scope["path"].startswith(f"{UPLOADS}/")):
                raise HTTPException(413, "the request is too large")
            return message

        async def headed(message: Message) -> None:
            if message["type"] == "http.response.start":
                _complete(message, kept=scope["path"].startswith(("/static/", "/built/")))
            await send(message)

        await self._app(scope, limited, headed)


def _complete(message: Message, *, kept: bool) -> None:
    given: list[tuple[bytes, bytes]] = list(message["headers"])
    have = {name.lower() for name, _ in given}
    for name, value in _HEADERS.items():
        if name.encode() not in have:
            wanted = "private, max-age=31536000, immutable" if name == "cache-control" and kept else value
            given.append((name.encode(), wanted.encode()))
    message["headers"] = given

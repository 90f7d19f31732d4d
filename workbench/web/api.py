"""How API routes say what they answer: msgspec records described in OpenAPI, beside what FastAPI knows of parameters."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import msgspec
from fastapi import FastAPI, Response
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

from workbench.web.desk import roles_of

_ANSWERS: Final[list[Any]] = []
_FAILED: Final = (400, 401, 403, 404, 409, 413, 422, 429, 500, 503, 507)
_PIECES: Final = "pieces"
_TEMPLATE: Final = "#/components/schemas/{name}"


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """Why a request was not done, and what to do now."""

    what: str
    next_step: str


class Failed(msgspec.Struct, frozen=True, kw_only=True):
    """The body of every answer that is no success."""

    error: Problem


def answers(kind: Any, *, status: int = 200) -> dict[int | str, dict[str, Any]]:
    """Return what a route's `responses` say: this record for success, `Failed` for all else."""
    _ANSWERS.append(kind)
    failed = {"description": "Not done; `error` says why and what now.", "content": _content(Failed)}
    return {status: {"description": "Done.", "content": _content(kind)}, **dict.fromkeys(_FAILED, failed)}


def hands_out(*media_types: str, ranges: bool = False) -> dict[str, Any]:
    """Return how a route outside `/api` is described that pages take files and pieces from; failures are told as pages are.

    With `ranges`, part of a file can be asked for.
    """
    failed = {"description": "Not done; the page says why and what now.", "content": {"text/html": {}}}
    given = {"description": "Done.", "content": {kind: {} for kind in media_types}}
    parts = {206: given | {"description": "The range asked for."}, 416: {"description": "No such range."}}
    responses = {200: given, **(parts if ranges else {}), **dict.fromkeys(_FAILED, failed)}
    return {"response_class": Response, "tags": [_PIECES], "responses": responses}


def takes(kind: Any) -> dict[str, Any]:
    """Return what a route's `openapi_extra` says of a body that the route decodes itself: this record as JSON."""
    _ANSWERS.append(kind)
    return {"requestBody": {"required": True, "content": _content(kind)}}


TAKES_BYTES: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}
"""The same for a body that is a file as it is."""


def _content(kind: Any) -> dict[str, Any]:
    (schema,), _ = msgspec.json.schema_components([kind], ref_template=_TEMPLATE)
    return {"application/json": {"schema": schema}}


def describe(app: FastAPI) -> dict[str, Any]:
    """Return the OpenAPI description of `/api`, and of what pages take from beside it."""
    if app.openapi_schema is None:
        made = get_openapi(
            title="casegraph",
            version=app.version,
            description="One case, under the same permissions as the pages. Sign in with POST /api/session; send its "
            "`csrf` as `X-CSRF-Token` with everything that changes something. Outside `/api` stand files and pieces of "
            "pages, which say why something is not done as pages do.",
            routes=app.routes,
        )
        made["paths"] = dict(_described(app, made["paths"]))
        _, components = msgspec.json.schema_components([Failed, *_ANSWERS], ref_template=_TEMPLATE)
        made.setdefault("components", {}).setdefault("schemas", {}).update(components)
        made["components"]["securitySchemes"] = {"session": {"type": "apiKey", "in": "cookie", "name": "casegraph"}}
        made["security"] = [{"session": []}]
        app.openapi_schema = made
    return app.openapi_schema


def _described(app: FastAPI, paths: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the paths that are described, each operation with who may use it."""
    roles = {
        (method.lower(), route.path_format): roles_of(route) for route in _routes(app) for method in route.methods or ()
    }
    for path, operations in paths.items():
        if path.startswith("/api/") or any(_PIECES in one.get("tags", ()) for one in operations.values()):
            for method, said in operations.items():
                who = _who(roles[method, path])
                said["description"] = f"{said.get('description', '')}\n\n{who}".strip()
            yield path, operations


def _routes(app: FastAPI) -> Iterator[APIRoute]:
    pending: list[Any] = list(app.routes)
    while pending:
        route = pending.pop()
        if isinstance(route, APIRoute):
            yield route
        else:
            inner = getattr(route, "original_router", None)
            pending += inner.routes if inner is not None else ()


def _who(roles: tuple[str, ...] | None) -> str:
    if roles is None:
        return "For anyone."
    return f"For the role {' or '.join(roles)}." if roles else "For whoever is signed in."

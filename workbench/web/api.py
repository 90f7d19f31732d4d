"""How API routes say what they answer: msgspec records described in OpenAPI, beside what FastAPI knows of parameters."""

from __future__ import annotations

from typing import Any, Final

import msgspec
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

_ANSWERS: Final[list[Any]] = []
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
    codes = (400, 401, 403, 404, 409, 413, 422, 429, 500, 503, 507)
    return {status: {"description": "Done.", "content": _content(kind)}, **dict.fromkeys(codes, failed)}


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
    """Return the OpenAPI description of `/api`."""
    if app.openapi_schema is None:
        made = get_openapi(
            title="casegraph",
            version=app.version,
            description="One case, under the same permissions as the pages. Sign in with POST /api/session; send its "
            "`csrf` as `X-CSRF-Token` with everything that changes something.",
            routes=app.routes,
        )
        made["paths"] = {path: said for path, said in made["paths"].items() if path.startswith("/api/")}
        _, components = msgspec.json.schema_components([Failed, *_ANSWERS], ref_template=_TEMPLATE)
        made.setdefault("components", {}).setdefault("schemas", {}).update(components)
        made["components"]["securitySchemes"] = {"session": {"type": "apiKey", "in": "cookie", "name": "casegraph"}}
        made["security"] = [{"session": []}]
        app.openapi_schema = made
    return app.openapi_schema

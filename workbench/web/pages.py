"""How a page and an API answer are made: Jinja templates, JSON as msgspec writes it, and the links between pages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote as url_quote
from urllib.parse import urlencode

import msgspec
from fastapi import Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup, escape

from graph.answers import Strip
from workbench.printing import REVIEW_WORDS, safe
from workbench.web.accounts import Role
from workbench.web.desk import LOOK, Visit

HERE: Final = Path(__file__).parent
BUILT: Final = HERE / "built"
"""What `make setup` builds from `client/`: script, style and map data; nothing in it is kept in the repository."""


DOORS: Final[tuple[tuple[str, str, tuple[Role, ...]], ...]] = (
    ("/", "Overview", ()),
    ("/search", "Search", LOOK),
    ("/exhibits", "Exhibits", LOOK),
    ("/entities", "Entities", LOOK),
    ("/graph", "Graph", LOOK),
    ("/timeline", "Timeline", LOOK),
    ("/review", "Review", ("review",)),
    ("/findings", "Findings", LOOK),
    ("/ingest", "Ingest", ("ingest",)),
    ("/export", "Export", ("disclose",)),
    ("/record", "Record", ("audit",)),
)
"""The doors in the bar at the top: address, word, and whose they are."""


def evidence_url(exhibit: str, segment: str = "", start: int = -1, end: int = -1) -> str:
    """Return where an exhibit opens; at a segment, and at a span of it (code points), where given."""
    asked = {"at": segment} | ({"from": start, "to": end} if start >= 0 else {}) if segment else {}
    return f"/evidence/{url_quote(exhibit)}" + (f"?{urlencode(asked)}" if asked else "")


def entity_url(entity: str) -> str:
    """Return the page of an entity, by its id."""
    return f"/entities/{url_quote(entity)}"


def marked(text: str, start: int, end: int, *, around: int = 0) -> Markup:
    """Return a text with one span marked, cut to `around` code points on each side where that is given."""
    first, last = (max(0, start - around), min(len(text), end + around)) if around else (0, len(text))
    before, inside, after = text[first:start], text[start:end], text[end:last]
    return Markup("{}{}<mark>{}</mark>{}{}").format(
        "…" if first else "", before, inside, after, "…" if last < len(text) else ""
    )


def turned(text: str) -> Markup:
    """Return a text in which overrides of the direction are seen and turn nothing round; not a character is added to it."""
    escaped = str(escape(text))
    if "\u202d" not in escaped and "\u202e" not in escaped:
        return Markup(escaped)  # noqa: S704 - escaped just above
    seen = _OVERRIDE.sub(r'<bdi class="turn" title="a mark that turns the words after it round">\1</bdi>', escaped)
    return Markup(seen)  # noqa: S704 - escaped above


_OVERRIDE: Final = re.compile("([\u202d\u202e])")


def machine(strip: Strip) -> str:
    """Return which engine read it, with its raw score."""
    engine = f"{strip.engine} {strip.version}".strip() or strip.source
    return engine + (f", raw score {strip.score / 10:.1f}" if strip.score >= 0 else "")


def when(moment: str) -> str:
    """Return a time of the ledger (UTC) in the one form that times have on screen."""
    try:
        return datetime.fromisoformat(moment).astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    except ValueError:
        return moment


def size(count: int) -> str:
    """Return a number of bytes for people."""
    amount = float(count)
    for unit in ("bytes", "kB", "MB", "GB"):
        if amount < 1000 or unit == "GB":
            return f"{amount:,.0f} {unit}" if unit == "bytes" else f"{amount:,.1f} {unit}"
        amount /= 1000
    raise AssertionError


@lru_cache(maxsize=1)
def environment() -> Environment:
    """Return the templates' environment; everything is escaped, and what is missing is an error."""
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.update(
        evidence_url=evidence_url,
        entity_url=entity_url,
        marked=marked,
        machine=machine,
        review_word=lambda review: REVIEW_WORDS.get(review, review.replace("_", " ")),
        asset=asset,
        software=f"casegraph {version('casegraph')}",
    )
    made.filters.update(when=when, size=size, count=lambda number: f"{number:,}", safe_text=safe, turned=turned)
    return made


def asset(name: str) -> str:
    """Return the address of a built or static file, with a mark that changes when it does."""
    for folder, address in ((BUILT, "/built"), (HERE / "static", "/static")):
        path = folder / name
        if path.is_file():
            return f"{address}/{name}?{path.stat().st_mtime_ns:x}"
    raise FileNotFoundError(name)


def page(visit: Visit | None, template: str, *, code: int = 200, **values: Any) -> Response:
    """Return a page; `visit` is None before anybody signed in."""
    here = "/" + visit.request.url.path.strip("/").partition("/")[0] if visit else ""
    html = environment().get_template(template).render(visit=visit, code=code, here=here, rooms=DOORS, **values)
    return Response(html, status_code=code, media_type="text/html; charset=utf-8")


def said(value: object, *, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Return an API answer: frozen records as the JSON that `--json` prints too."""
    return Response(
        msgspec.json.encode(value), status_code=status, media_type="application/json", headers=dict(headers or {})
    )

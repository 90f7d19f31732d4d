"""The HTML of a message made inert: what it says and how it is laid out, and nothing that fetches, runs or leads away."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import nh3
from selectolax.lexbor import LexborHTMLParser

from evidence.errors import Unreadable
from evidence.locator import Place, RecordPlace
from extractors.html import is_too_deep, torn_text
from extractors.mail import eml, outlook, store, tnef
from extractors.mail.letter import Letter
from extractors.protocols import ReadContext
from extractors.registry import READER_OF, READERS

_TAGS: Final = frozenset((
    "b", "big", "blockquote", "br", "caption", "center", "cite", "code", "col", "colgroup", "dd", "del", "dfn", "div",
    "dl", "dt", "em", "figcaption", "figure", "font", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr",
    "i", "ins", "kbd", "li", "main", "mark", "ol", "p", "pre", "q", "s", "samp", "section", "small", "span", "strike",
    "strong", "sub", "summary", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "tt", "u", "ul", "var",
))  # fmt: skip
_ATTRIBUTES: Final = {
    "*": {"dir", "lang"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
    "ol": {"start"},
}
_GONE: Final = frozenset(
    ("script", "style", "template", "noscript", "head", "title", "svg", "math", "xmp", "plaintext", "frameset")
)
"""Elements that go with everything in them."""
_EMBEDDED: Final = "iframe, frame, object, embed, applet, audio, video, portal"
_PLAIN_SCHEMES: Final = ("http://", "https://", "mailto:", "tel:", "ftp://", "sms:")
_SCHEME: Final = re.compile(r"[a-z][a-z0-9+.-]{0,30}(?=:)")
_SHOWN: Final = 300


def markup_of(path: Path, *, place: Place, media_type: str, context: ReadContext) -> tuple[str, ...]:
    """Return the HTML bodies of the message at a place, made inert; none where it has no HTML. Raises Unreadable."""
    find = _LETTERS.get(READER_OF.get(media_type, ""))
    if find is None or not isinstance(place, RecordPlace):
        raise Unreadable(f"no HTML is kept in a message of type {media_type}")
    return tuple(inert(markup) for markup in find(path, place, media_type, context).html)


def _from_bytes(path: Path, place: RecordPlace, media_type: str, context: ReadContext) -> Letter:
    """Return a message that stands in its file byte for byte."""
    reader: Any = READERS[READER_OF[media_type]]()
    whole = RecordPlace(record=place.record, field="body", offset=place.offset, length=place.length)
    data = reader.original(path, place=whole, media_type=media_type, context=context).data
    return eml.letter_of(data, languages=context.languages)


def _from_outlook(path: Path, place: RecordPlace, media_type: str, context: ReadContext) -> Letter:
    return outlook.letter_in(path, context)


def _from_store(path: Path, place: RecordPlace, media_type: str, context: ReadContext) -> Letter:
    return store.letter_at(path, place.record, context)


def _from_tnef(path: Path, place: RecordPlace, media_type: str, context: ReadContext) -> Letter:
    return tnef.letter_in(path, context)


_LETTERS: Final[dict[str, Callable[[Path, RecordPlace, str, ReadContext], Letter]]] = {
    "email": _from_bytes,
    "mbox": _from_bytes,
    "outlook": _from_outlook,
    "store": _from_store,
    "tnef": _from_tnef,
}


def inert(markup: str) -> str:
    """Return markup of plain elements only: no link, form, picture, style, script or address that anything would follow.

    Where a link leads and what a picture was called stands beside it in brackets, as text. Styles go too, so what a message
    hides by them is seen.
    """
    if is_too_deep(markup):
        return f"<pre>{html.escape(torn_text(markup))}</pre>"
    tree = LexborHTMLParser(markup)
    for node in tree.css("a[href], area[href]"):
        node.insert_after(_told("link", node.attributes.get("href") or "", besides=node.text()))
    for node in tree.css("img, image, input[type=image]"):
        name = node.attributes.get("alt") or ""
        node.replace_with(_told(f"picture {_short(name)}".strip(), node.attributes.get("src") or ""))
    for node in tree.css(_EMBEDDED):
        source = node.attributes.get("src") or node.attributes.get("data") or ""
        node.replace_with(_told(f"embedded {node.tag}", source))
    return nh3.clean(
        tree.html or "",
        tags=set(_TAGS),
        attributes={name: set(allowed) for name, allowed in _ATTRIBUTES.items()},
        clean_content_tags=set(_GONE),
        url_schemes=set(),
        link_rel=None,
        strip_comments=True,
    )


def _told(what: str, address: str, *, besides: str = "") -> str:
    """Return what stood there, as text; '' for a link whose own words are its address."""
    written = " ".join(address.split())
    lowered = written.lower()
    if written and written.removeprefix("mailto:") in " ".join(besides.split()):
        return ""
    if lowered.startswith(_PLAIN_SCHEMES):
        return f" [{what}: {_short(written)}] "
    if lowered.startswith("cid:"):
        return f" [{what}: enclosed] "
    scheme = _SCHEME.match(lowered)
    if scheme:
        return f" [{what}: a {scheme[0]} address of {len(written):,} characters, not shown] "
    return f" [{what}: {_short(written)}] " if written else f" [{what}] "


def _short(text: str) -> str:
    kept = " ".join(text.split())
    return kept if len(kept) <= _SHOWN else f"{kept[:_SHOWN]}…"

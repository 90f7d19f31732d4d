"""HTML: the text a reader would see, in blocks, and the addresses its links go to; nothing is fetched."""

from __future__ import annotations

import re
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final, NamedTuple

from msgspec.structs import replace
from selectolax.lexbor import LexborHTMLParser

from evidence.locator import RecordPlace
from evidence.records import Reading, Segment, Stamp
from extractors.protocols import Engines, Part, ReadContext, Survey
from extractors.text import Decoded, decode, decode_file, paragraphs, text_stamp, unit_of

_DROPPED: Final = ("script", "style", "template")
_BLOCKS: Final = (
    "address article aside blockquote body center dd details dialog dl dt fieldset figcaption figure footer form"
    " h1 h2 h3 h4 h5 h6 header hr main nav ol p pre section table ul"
)
_LINES: Final = "br caption div legend li option summary tr"
_CELLS: Final = "td th"
_PARAGRAPH, _LINE, _CELL = "\u2029", "\u2028", "\u241f"
"""Marks put where blocks, lines and cells end; the same characters in the source are made spaces first."""
_DEPTH_LIMIT: Final = 1_000
_TORN: Final = (
    f"its elements are nested more than {_DEPTH_LIMIT:,} deep (limit): its tags were removed unread, so its title and"
    " links are missing, and scripts and styles stand in its text"
)
_LINKS_LIMIT: Final = 2_000
_CLAIM: Final = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE)
_TAG: Final = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)[^<>]*>")
_UNNESTED: Final = frozenset(
    "area base br col embed hr img input link meta source track wbr p li td th tr dt dd option thead tbody tfoot".split()  # noqa: SIM905
)


class HtmlReader:
    """Reads HTML files: the visible text in paragraphs, then the title, then the links."""

    def survey(self, path: Path, *, media_type: str, context: ReadContext) -> Survey:
        """Return one part."""
        return Survey(media_type=media_type, reader="html", parts=(Part(seconds_expected=0.05),), units=1)

    def read(self, path: Path, *, media_type: str, part: Part, engines: Engines, context: ReadContext) -> Reading:
        """Return one unit; places are offsets in the text as taken out of the markup. Raises Unreadable."""
        decoded = decode_file(path, code_points=context.limits.text_code_points, languages=context.languages)
        if decoded.facts["charset"].endswith("(guessed)") and (claim := _claimed(path)):
            decoded = _as_claimed(path, claim, decoded, context)
        page = visible_text(decoded.text)
        segments = paragraphs(page.text)
        for field, text in (("title", page.title), ("links", "\n".join(page.links))):
            if text:
                segments.append(_field_segment(field, text, index=len(segments)))
        unit = unit_of(decoded._replace(facts=decoded.facts | page.facts), tuple(segments))
        facts = {"title": page.title} if page.title else {}
        if page.torn:
            unit = replace(unit, partial=True, reason="; ".join(filter(None, (unit.reason, _TORN))))
        return Reading(units=(unit,), facts=facts)

    def stamps(self, *, engines: Engines, context: ReadContext) -> tuple[Stamp, ...]:
        """Return the stamp of the HTML parser and of the decoding rules."""
        return (text_stamp("html", context, f"2, selectolax {version('selectolax')}"),)


class Page(NamedTuple):
    """What a reader of the page sees, and where it leads."""

    text: str
    title: str
    links: tuple[str, ...]
    facts: dict[str, str]
    torn: bool = False
    """The markup was too deep to be understood; the text is what stood between tags."""


def visible_text(markup: str) -> Page:
    """Return the text of an HTML page, blocks parted by blank lines, rows and breaks by newlines, cells by tabs.

    Elements hidden by style keep their text; how many there are is a fact.
    """
    if is_too_deep(markup):
        return Page(torn_text(markup), "", (), {"markup": f"nested more than {_DEPTH_LIMIT} deep: tags removed"}, True)
    tree = LexborHTMLParser(markup.translate({ord(_PARAGRAPH): " ", ord(_LINE): " ", ord(_CELL): " "}))
    title = tree.css_first("title")
    facts = _drop(tree)
    links = _links(tree)
    for names, mark in ((_BLOCKS, _PARAGRAPH), (_LINES, _LINE), (_CELLS, _CELL)):
        _mark_ends(tree, names, mark)
    body = tree.body
    text = _laid_out(body.text(deep=True, separator="", strip=False)) if body is not None else ""
    return Page(text, " ".join(title.text().split())[:500] if title is not None else "", links, facts)


def _drop(tree: Any) -> dict[str, str]:
    facts: dict[str, str] = {}
    for name in _DROPPED:
        nodes = tree.css(name)
        for node in nodes:
            node.decompose()
        if nodes:
            facts[f"{name}s_dropped"] = str(len(nodes))
    hidden = [node for node in tree.css("[hidden], [style]") if _is_hidden(node.attributes)]
    return facts | ({"hidden_elements": str(len(hidden))} if hidden else {})


def _is_hidden(attributes: dict[str, str | None]) -> bool:
    style = "".join((attributes.get("style") or "").lower().split())
    return "hidden" in attributes or "display:none" in style or "visibility:hidden" in style


def _links(tree: Any) -> tuple[str, ...]:
    targets = (" ".join((node.attributes.get("href") or "").split()) for node in tree.css("a[href], area[href]"))
    kept = (target for target in targets if target and not target.startswith(("#", "javascript:")))
    return tuple(dict.fromkeys(kept))[:_LINKS_LIMIT]


def _mark_ends(tree: Any, names: str, mark: str) -> None:
    for node in tree.css(", ".join(names.split())):
        if node.tag == "body":
            continue
        if mark == _PARAGRAPH:
            node.insert_before(mark)
        elif mark == _LINE and node.tag != "br":
            node.insert_before(_LINE)
        node.insert_after(mark)


def _laid_out(text: str) -> str:
    """Turn the marks into white space, and every other run of white space into one space."""
    blocks: list[str] = []
    for block in text.split(_PARAGRAPH):
        lines = ("\t".join(" ".join(cell.split()) for cell in line.split(_CELL)).strip() for line in block.split(_LINE))
        if written := "\n".join(line for line in lines if line):
            blocks.append(written)
    return "\n\n".join(blocks)


def _field_segment(field: str, text: str, *, index: int) -> Segment:
    return Segment(index=index, text=text, place=RecordPlace(record=1, field=field), source="native")


# --- hostile and mislabelled markup --------------------------------------------------------------------------------


def _depth(markup: str) -> int:
    """Return how deep elements that are closed explicitly nest; the parser's time grows with its square."""
    depth = deepest = 0
    for closing, name in _TAG.findall(markup):
        if name.lower() in _UNNESTED:
            continue
        depth = max(0, depth - 1) if closing else depth + 1
        deepest = max(deepest, depth)
    return deepest


def is_too_deep(markup: str) -> bool:
    """Whether elements are nested so deep that markup is not parsed."""
    return _depth(markup) > _DEPTH_LIMIT


def torn_text(markup: str) -> str:
    """Return what stands between the tags of markup that is not parsed."""
    return _laid_out(_TAG.sub(" ", markup))


def _claimed(path: Path) -> str:
    with path.open("rb") as source:
        match = _CLAIM.search(source.read(4096))
    return match.group(1).decode("ascii") if match else ""


def _as_claimed(path: Path, claim: str, guessed: Decoded, context: ReadContext) -> Decoded:
    """Decode again by the encoding the page states, where its bytes keep to it."""
    if guessed.cut:
        return guessed
    again = decode(path.read_bytes(), claimed=claim)
    return again if again.facts["charset"].endswith("(stated)") else guessed

"""OpenDocument files, zipped or flat: which parts they have, what their styles hide, and how they are read."""

from __future__ import annotations

import base64
import binascii
from typing import Any, Final

from evidence.errors import Unreadable
from extractors.office import properties
from extractors.office.embedded import keep
from extractors.office.gathered import Gathered
from extractors.office.markup import attribute, child, descendants, local, parse
from extractors.office.odf_sheets import read_sheets
from extractors.office.odf_text import Written
from extractors.office.package import Package

_CARRIED: Final = ("pictures/", "media/", "thumbnails/", "objectreplacements/", "basic/", "scripts/")
_CONTENT: Final = "content.xml"


class Styles:
    """What the styles of an ODF file hide."""

    def __init__(self, *roots: Any) -> None:
        self._text: set[str] = set()
        self._drawing: set[str] = set()
        self._tables: set[str] = set()
        self._sections: set[str] = set()
        parents: dict[str, str] = {}
        for root in roots:
            for style in descendants(root, "style"):
                name = f"{attribute(style, 'family')}:{attribute(style, 'name')}"
                parents[name] = f"{attribute(style, 'family')}:{attribute(style, 'parent-style-name')}"
                for made_up in style:
                    self._look(name, made_up)
        for _ in range(8):
            self._text |= {name for name, parent in parents.items() if parent in self._text}

    def _look(self, name: str, made_up: Any) -> None:
        kind, shown = local(made_up), attribute(made_up, "display")
        if kind == "text-properties" and shown == "none":
            self._text.add(name)
        elif kind == "table-properties" and shown == "false":
            self._tables.add(name)
        elif kind == "drawing-page-properties" and attribute(made_up, "visibility") == "hidden":
            self._drawing.add(name)

    def hides_text(self, family: str, name: str) -> bool:
        """Say whether a paragraph or text style hides what is written in it."""
        return f"{family}:{name}" in self._text

    def hides_table(self, name: str) -> bool:
        """Say whether a sheet is hidden."""
        return f"table:{name}" in self._tables

    def hides_page(self, name: str) -> bool:
        """Say whether a slide is hidden."""
        return f"drawing-page:{name}" in self._drawing


def encrypted(package: Package) -> bool:
    """Say whether the manifest says that parts are encrypted."""
    if not package.has("META-INF/manifest.xml"):
        return package.has("encrypted-package")
    root = package.tree("META-INF/manifest.xml")
    return next(descendants(root, "encryption-data"), None) is not None


def read(package: Package, gathered: Gathered) -> None:
    """Read a zipped ODF file; raises Unreadable where its content cannot be read."""
    content = package.tree(_CONTENT)
    styles = gathered.tree(package, "styles.xml") if package.has("styles.xml") else None
    meta = gathered.tree(package, "meta.xml") if package.has("meta.xml") else None

    def first() -> None:
        for name in package.names:
            _carried(package, gathered, name)
        _stated(meta, "meta.xml", gathered)

    _body(gathered, content, _CONTENT, styles, "styles.xml", first)


def read_flat(data: bytes, gathered: Gathered) -> None:
    """Read a flat ODF file: all its parts in one XML file; raises Unreadable."""
    root = parse(data, name="the file")

    def first() -> None:
        for number, held in enumerate(descendants(root, "binary-data"), start=1):
            try:
                keep(
                    gathered, f"embedded-{number}", base64.b64decode("".join((held.text or "").split()), validate=True)
                )
            except (binascii.Error, ValueError):
                gathered.miss("an embedded file that is damaged")
        if next(descendants(root, "source-code", "module"), None) is not None:
            gathered.fact("macros", "present, not run")
        _stated(root, "", gathered)

    _body(gathered, root, "", root, "", first)


def _body(gathered: Gathered, content: Any, part: str, styles: Any, styles_part: str, first: Any) -> None:
    hidden = Styles(*(root for root in (styles, content) if root is not None))
    body = child(content, "body")
    kinds = [local(one) for one in body] if body is not None else []
    written = Written(gathered, part, content, hidden)
    if "spreadsheet" in kinds:
        read_sheets(gathered, content, part, hidden, first)
    elif "presentation" in kinds or "drawing" in kinds:
        _pages(gathered, content, written, hidden, first)
    elif body is not None and kinds:
        written.blocks(child(body, kinds[0]), "paragraph")
        if styles is not None:
            _headers(gathered, styles, styles_part, hidden, written)
        written.finish()
        first()
        gathered.close("file", 1)
    else:
        raise Unreadable("its content holds no body")


def _headers(gathered: Gathered, styles: Any, part: str, hidden: Styles, main: Written) -> None:
    beside = Written(gathered, part, styles, hidden, counts=main.counts)
    for one in descendants(styles, "header", "header-left", "header-first", "footer", "footer-left", "footer-first"):
        beside.blocks(one, local(one).partition("-")[0])
    main.links += beside.links


def _pages(gathered: Gathered, content: Any, written: Written, hidden: Styles, first: Any) -> None:
    pages = list(descendants(content, "page"))
    for number, page in enumerate(pages, start=1):
        gathered.fact("slide", attribute(page, "name"))
        if hidden.hides_page(attribute(page, "style-name")):
            gathered.fact("hidden", "the slide is hidden: it is left out when the presentation is shown")
        written.page(page, number)
        written.finish()
        if number == 1:
            first()
        gathered.close("page", number, blank="the slide holds no text")
    if not pages:
        first()
        gathered.close("page", 1, blank="it holds no slides")


def _carried(package: Package, gathered: Gathered, name: str) -> None:
    """Keep an embedded file as a child, and read the text of embedded documents."""
    low = name.lower()
    if low.startswith(("basic/", "scripts/")):
        gathered.fact("macros", f"present, not run: {name}")
    nested = low.endswith("/content.xml")
    if nested:
        root = gathered.tree(package, name)
        if root is not None:
            inner = Written(gathered, name, root, Styles(root))
            for paragraph in descendants(root, "p"):
                inner.paragraph(paragraph, "embedded object")
    is_object = low.startswith("object ") and "/" not in low
    if not nested and (low.startswith(_CARRIED) or is_object):
        data = gathered.part(package, name)
        if data:
            keep(gathered, name, data)


def _stated(root: Any | None, part: str, gathered: Gathered) -> None:
    meta = next(descendants(root, "meta"), None) if root is not None else None
    if meta is not None:
        properties.of_meta(meta, gathered, key=f"{part}#meta1")

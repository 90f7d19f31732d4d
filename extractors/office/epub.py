"""E-books (EPUB): a unit for each chapter in reading order, its visible text in paragraphs."""

from __future__ import annotations

import posixpath
from typing import Any, Final
from urllib.parse import unquote

from evidence.errors import Unreadable
from evidence.locator import RecordPlace
from extractors.html import visible_text
from extractors.office import properties
from extractors.office.gathered import Gathered
from extractors.office.markup import descendants, local, written
from extractors.office.package import Package
from extractors.office.properties import Property
from extractors.text import decode, one_line, paragraphs

_CHAPTERS: Final = 5_000
_CHAPTER_BYTES: Final = 32 << 20
_LABELS: Final = {
    "title": "Title", "creator": "Author", "contributor": "Contributor", "publisher": "Publisher", "date": "Date",
    "language": "Language", "identifier": "Identifier", "rights": "Rights", "description": "Description",
}  # fmt: skip


def read(package: Package, gathered: Gathered) -> None:
    """Read a book, one unit a chapter; raises Unreadable where it does not say what it holds."""
    opf, chapters, carried = _contents(package)
    locked = _locked(package)
    for number, chapter in enumerate(chapters[:_CHAPTERS], start=1):
        gathered.fact("chapter", chapter)
        if number == 1:
            _of_the_book(package, gathered, opf, carried)
        if chapter in locked:
            gathered.miss(f"{chapter} is encrypted (digital rights management)")
        else:
            _chapter(package, gathered, chapter, number)
        if number == _CHAPTERS < len(chapters):
            gathered.miss(f"chapters beyond the {_CHAPTERS:,}th")
        gathered.close("file", number, blank="the chapter holds no text")
    if not chapters:
        _of_the_book(package, gathered, opf, carried)
        gathered.close("file", 1, blank="it lists no chapters")


def chapter_text(package: Package, chapter: str) -> str:
    """Return a chapter's visible text, blocks parted by blank lines; raises Unreadable."""
    return visible_text(decode(package.data(chapter, most=_CHAPTER_BYTES)).text).text


def _contents(package: Package) -> tuple[str, list[str], list[str]]:
    """Return the package document's name, the chapters in reading order, and the pictures and media."""
    container = package.tree("META-INF/container.xml")
    opf = next((one.get("full-path", "") for one in descendants(container, "rootfile")), "")
    root = package.tree(opf)
    items: dict[str, tuple[str, str]] = {}
    for item in descendants(root, "item"):
        name = posixpath.normpath(posixpath.join(posixpath.dirname(opf), unquote(item.get("href", ""))))
        items[item.get("id", "")] = (name, item.get("media-type", ""))
    spine = [items[one.get("idref", "")][0] for one in descendants(root, "itemref") if one.get("idref", "") in items]
    carried = [name for name, kind in items.values() if kind.startswith(("image/", "audio/", "video/"))]
    return opf, list(dict.fromkeys(spine)), carried


def _of_the_book(package: Package, gathered: Gathered, opf: str, carried: list[str]) -> None:
    metadata = next(descendants(package.tree(opf), "metadata"), None)
    found = [_property(one) for one in metadata] if metadata is not None else []
    properties.add(gathered, [one for one in found if one is not None], record=1, key=f"{opf}#metadata1")
    for name in carried:
        if package.has(name) and (data := gathered.part(package, name)) is not None:
            gathered.keep(name, data)


def _property(element: Any) -> Property | None:
    if local(element) == "meta" and element.get("property") == "dcterms:modified":
        return Property("Modified", one_line(written(element)))
    label = _LABELS.get(local(element))
    return Property(label, one_line(written(element))) if label else None


def _locked(package: Package) -> set[str]:
    """Return the parts that the book says are encrypted; fonts that are only disguised among them."""
    if not package.has("META-INF/encryption.xml"):
        return set()
    root = package.tree("META-INF/encryption.xml")
    return {unquote(one.get("URI", "")) for one in descendants(root, "CipherReference")}


def _chapter(package: Package, gathered: Gathered, chapter: str, number: int) -> None:
    try:
        text = chapter_text(package, chapter)
    except Unreadable as error:
        gathered.miss(error.what)
        return
    for count, segment in enumerate(paragraphs(text), start=1):
        start = text.find(segment.text, getattr(segment.place, "start", 0))
        place = RecordPlace(
            record=count, field="paragraph", key=f"{chapter}#{start}-{start + len(segment.text)}", table=chapter
        )
        gathered.add_at(segment.text, place)

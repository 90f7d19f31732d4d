"""What is kept of office files: the lines of the table of formats."""

from __future__ import annotations

from typing import Final

from evidence.records import UnitKind
from extractors.office.kinds import DOC, FLAT, LOCKED, PPT, WAYS, XLS, XLSB
from extractors.protocols import Format

_HIDDEN: Final = "comments and tracked changes with who and when, hidden text and deleted text apart, links, properties, embedded files"
_KEPT: Final[dict[str, tuple[UnitKind, str, str, str]]] = {
    "words": (
        "file",
        f"text, tables, notes, headers and footers, text boxes; {_HIDDEN}",
        "part of the package, element",
        "layout, list numbers, charts' data, signatures",
    ),
    "sheets": (
        "table",
        "cells as stored, dates as ISO, formulas, defined names, comments; hidden sheets, rows and columns said so; text boxes, "
        "properties, embedded files",
        "sheet, row, cells",
        "pivot caches, conditional formats, macros (kept as a file, not run)",
    ),
    "slides": (
        "page",
        "each slide's shapes and tables, notes, comments with who and when; hidden slides said so; properties, embedded files",
        "slide, part of the package, shape",
        "masters and layouts, animations, charts' data",
    ),
    "odf": (
        "file",
        f"text, tables, sheets or slides with notes; {_HIDDEN}",
        "part of the package, element; sheet, row, cells",
        "layout, list numbers, charts, change history of cells",
    ),
    "flat": ("file", f"as zipped OpenDocument: {_HIDDEN}", "element", "layout, list numbers"),
    "rtf": (
        "file",
        f"text, tables, notes, headers and footers, text boxes; {_HIDDEN}",
        "byte offset and length of the paragraph",
        "layout, formulas of its equation editor",
    ),
    "epub": (
        "file",
        "chapters in reading order, properties, pictures",
        "chapter, characters of its text",
        "styles, scripts",
    ),
    "binary book": (
        "table",
        "cells' values, dates as ISO; hidden sheets said so; properties",
        "sheet, row, cells",
        "formulas, comments, hidden rows and columns, embedded files",
    ),
    "converted": (
        "file",
        "as LibreOffice converts it, said so at every place; properties from the original",
        "element of the converted file",
        "what LibreOffice does not convert",
    ),
    "locked": ("file", "nothing: recorded as encrypted", "", "all of it"),
}
_TITLES: Final[dict[str, str]] = {
    "wordprocessingml.document": "Word (docx)",
    "wordprocessingml.template": "Word template (dotx)",
    "ms-word.document.macroEnabled": "Word with macros (docm)",
    "ms-word.template.macroEnabled": "Word template with macros (dotm)",
    "spreadsheetml.sheet": "Excel (xlsx)",
    "spreadsheetml.template": "Excel template (xltx)",
    "ms-excel.sheet.macroEnabled": "Excel with macros (xlsm)",
    "ms-excel.template.macroEnabled": "Excel template with macros (xltm)",
    "ms-excel.addin.macroEnabled": "Excel add-in (xlam)",
    "presentationml.presentation": "PowerPoint (pptx)",
    "presentationml.slideshow": "PowerPoint show (ppsx)",
    "presentationml.template": "PowerPoint template (potx)",
    "ms-powerpoint.presentation.macroEnabled": "PowerPoint with macros (pptm)",
    "ms-powerpoint.slideshow.macroEnabled": "PowerPoint show with macros (ppsm)",
    "ms-powerpoint.template.macroEnabled": "PowerPoint template with macros (potm)",
    "opendocument.text": "OpenDocument text (odt)",
    "opendocument.text-template": "OpenDocument text template (ott)",
    "opendocument.text-master": "OpenDocument master text (odm)",
    "opendocument.text-web": "OpenDocument web page (oth)",
    "opendocument.spreadsheet": "OpenDocument spreadsheet (ods)",
    "opendocument.spreadsheet-template": "OpenDocument spreadsheet template (ots)",
    "opendocument.presentation": "OpenDocument presentation (odp)",
    "opendocument.presentation-template": "OpenDocument presentation template (otp)",
    "opendocument.graphics": "OpenDocument drawing (odg)",
    "opendocument.graphics-template": "OpenDocument drawing template (otg)",
}
_NAMED: Final = {
    FLAT: "OpenDocument in one XML file (fodt, fods, fodp)",
    XLSB: "Excel binary (xlsb)",
    XLS: "old Excel (xls)",
    DOC: "old Word (doc)",
    PPT: "old PowerPoint (ppt)",
    LOCKED: "office file locked with a password",
    "application/rtf": "Rich Text Format (rtf)",
    "application/epub+zip": "e-book (epub)",
}
_UNITS: Final[dict[str, UnitKind]] = {"spreadsheet": "table", "presentation": "page", "graphics": "page"}
_NEEDS: Final = "LibreOffice; without it they are received but not read"


def _title(media_type: str) -> str:
    stem = media_type.removesuffix(".12").partition("/")[2]
    short = stem.removeprefix("vnd.openxmlformats-officedocument.").removeprefix("vnd.oasis.").removeprefix("vnd.")
    return _NAMED.get(media_type) or _TITLES[short]


def _recognised(media_type: str, way: str) -> str:
    if way in ("words", "sheets", "slides") or media_type == XLSB:
        return "zip whose list of content types names the main part"
    return {
        "odf": "zip whose `mimetype` entry says so",
        "epub": "zip whose `mimetype` entry says so",
        "flat": "XML whose root is `office:document`",
        "rtf": "signature `{\\rtf`",
        "locked": "OLE storage with a stream `EncryptedPackage`",
    }.get(way, "OLE storage with its main stream at the root")


def _line(media_type: str, way: str) -> Format:
    unit, kept, place, left_out = _KEPT[way]
    unit = next((kind for word, kind in _UNITS.items() if way == "odf" and word in media_type), unit)
    return Format(
        media_type=media_type,
        title=_title(media_type),
        reader="office",
        unit="page" if media_type == PPT else unit,
        recognised=_recognised(media_type, way),
        kept=kept,
        place=place,
        left_out=left_out,
        needs=_NEEDS if way == "converted" else "",
    )


OFFICE: Final = tuple(_line(media_type, way) for media_type, way in WAYS.items())

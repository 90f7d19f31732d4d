"""The media types of office files, and which way each is read."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

Way: TypeAlias = Literal[
    "words", "sheets", "slides", "odf", "flat", "rtf", "epub", "binary book", "converted", "locked"
]

_OOXML: Final = "application/vnd.openxmlformats-officedocument."
_ODF: Final = "application/vnd.oasis.opendocument."
LOCKED: Final = "application/x-office-encrypted"
FLAT: Final = "application/x-opendocument-flat"
XLSB: Final = "application/vnd.ms-excel.sheet.binary.macroEnabled.12"
DOC, XLS, PPT = "application/msword", "application/vnd.ms-excel", "application/vnd.ms-powerpoint"

WAYS: Final[dict[str, Way]] = {
    f"{_OOXML}wordprocessingml.document": "words",
    f"{_OOXML}wordprocessingml.template": "words",
    "application/vnd.ms-word.document.macroEnabled.12": "words",
    "application/vnd.ms-word.template.macroEnabled.12": "words",
    f"{_OOXML}spreadsheetml.sheet": "sheets",
    f"{_OOXML}spreadsheetml.template": "sheets",
    "application/vnd.ms-excel.sheet.macroEnabled.12": "sheets",
    "application/vnd.ms-excel.template.macroEnabled.12": "sheets",
    "application/vnd.ms-excel.addin.macroEnabled.12": "sheets",
    XLSB: "binary book",
    f"{_OOXML}presentationml.presentation": "slides",
    f"{_OOXML}presentationml.slideshow": "slides",
    f"{_OOXML}presentationml.template": "slides",
    "application/vnd.ms-powerpoint.presentation.macroEnabled.12": "slides",
    "application/vnd.ms-powerpoint.slideshow.macroEnabled.12": "slides",
    "application/vnd.ms-powerpoint.template.macroEnabled.12": "slides",
    f"{_ODF}text": "odf",
    f"{_ODF}text-template": "odf",
    f"{_ODF}text-master": "odf",
    f"{_ODF}text-web": "odf",
    f"{_ODF}spreadsheet": "odf",
    f"{_ODF}spreadsheet-template": "odf",
    f"{_ODF}presentation": "odf",
    f"{_ODF}presentation-template": "odf",
    f"{_ODF}graphics": "odf",
    f"{_ODF}graphics-template": "odf",
    FLAT: "flat",
    "application/rtf": "rtf",
    "application/epub+zip": "epub",
    XLS: "binary book",
    DOC: "converted",
    PPT: "converted",
    LOCKED: "locked",
}

CONTENT_TYPES: Final[dict[str, str]] = {
    f"{_OOXML}{kind}.main+xml": f"{_OOXML}{kind}"
    for kind in (
        "wordprocessingml.document", "wordprocessingml.template", "spreadsheetml.sheet", "spreadsheetml.template",
        "presentationml.presentation", "presentationml.slideshow", "presentationml.template",
    )
} | {
    f"{kind}.main+xml": f"{kind}.12" if not kind.endswith(".12") else kind
    for kind in (
        "application/vnd.ms-word.document.macroEnabled", "application/vnd.ms-excel.sheet.macroEnabled",
        "application/vnd.ms-excel.template.macroEnabled", "application/vnd.ms-excel.addin.macroEnabled",
        "application/vnd.ms-powerpoint.presentation.macroEnabled", "application/vnd.ms-powerpoint.slideshow.macroEnabled",
        "application/vnd.ms-powerpoint.template.macroEnabled",
    )
} | {
    "application/vnd.ms-word.template.macroEnabledTemplate.main+xml": "application/vnd.ms-word.template.macroEnabled.12",
    "application/vnd.ms-excel.sheet.binary.macroEnabled.main": XLSB,
}  # fmt: skip
"""What `[Content_Types].xml` says of the main part, to the media type of the file."""

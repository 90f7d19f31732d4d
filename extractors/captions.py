"""Words that people and programs put beside the pixels: XMP, IPTC, comments and the text chunks of PNG."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple

from lxml import etree
from PIL import Image, ImageFile, IptcImagePlugin

from evidence.locator import RecordPlace
from evidence.records import Segment
from extractors.exif import DAMAGED
from extractors.exif import plain as one_line

_XMP_BYTES: Final = 2 << 20
_CHARACTERS: Final = 20_000
_MOST: Final = 200
_XMP_TAG: Final = 700
_IPTC: Final[dict[tuple[int, int], str]] = {
    (2, 5): "title",
    (2, 25): "keywords",
    (2, 40): "instructions",
    (2, 55): "date created",
    (2, 60): "time created",
    (2, 62): "date digitized",
    (2, 63): "time digitized",
    (2, 65): "program",
    (2, 80): "creator",
    (2, 85): "creator's title",
    (2, 90): "city",
    (2, 92): "sublocation",
    (2, 95): "province or state",
    (2, 101): "country",
    (2, 105): "headline",
    (2, 110): "credit",
    (2, 115): "source",
    (2, 116): "copyright",
    (2, 118): "contact",
    (2, 120): "caption",
    (2, 122): "writer of the caption",
}
"""Data sets of IPTC-IIM 4.2 that hold words."""
_NAMESPACES: Final[dict[str, str]] = {
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://ns.adobe.com/photoshop/1.0/": "photoshop",
    "http://ns.adobe.com/xap/1.0/": "xmp",
    "http://ns.adobe.com/xap/1.0/mm/": "xmpMM",
    "http://ns.adobe.com/xap/1.0/rights/": "xmpRights",
    "http://ns.adobe.com/exif/1.0/": "exif",
    "http://cipa.jp/exif/1.0/": "exifEX",
    "http://ns.adobe.com/exif/1.0/aux/": "aux",
    "http://ns.adobe.com/tiff/1.0/": "tiff",
    "http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/": "Iptc4xmpCore",
    "http://iptc.org/std/Iptc4xmpExt/2008-02-29/": "Iptc4xmpExt",
    "http://ns.adobe.com/xap/1.0/sType/ResourceEvent#": "stEvt",
    "http://ns.adobe.com/xap/1.0/sType/ResourceRef#": "stRef",
    "http://www.metadataworkinggroup.com/schemas/regions/": "mwg-rs",
    "http://ns.google.com/photos/1.0/container/": "Container",
}
"""Schemas whose properties are kept; what editing programs write about their own sliders is not."""
_RDF: Final = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"


class Caption(NamedTuple):
    """One property as written: where it stands (`xmp`, `iptc`, `comment`, `png`), its name there, and its words."""

    field: str
    name: str
    text: str


def captions(image: Image.Image) -> tuple[Caption, ...]:
    """Return the words beside the pixels, in the order of the file; at most two hundred, damaged ones left out."""
    made: list[Caption] = []
    for source in (_xmp, _iptc, _comments):
        try:
            made += source(image)
        except (*DAMAGED, etree.LxmlError):
            continue
    return tuple(dict.fromkeys(made))[:_MOST]


def caption_segments(found: Sequence[Caption], *, index: int) -> tuple[Segment, ...]:
    """Return one segment for each kind of metadata, a property a line, from `index`."""
    fields = dict.fromkeys(one.field for one in found)
    return tuple(
        Segment(
            index=index + place,
            text="\n".join(f"{one.name}: {one.text}" for one in found if one.field == field),
            place=RecordPlace(record=1, field=field),
            source="native",
        )
        for place, field in enumerate(fields)
    )


def _kept(value: Any) -> str:
    return one_line(value, at_most=_CHARACTERS)


# --- XMP -----------------------------------------------------------------------------------------------------------


def _xmp(image: Image.Image) -> Iterator[Caption]:
    """Yield the properties of the packet (ISO 16684-1): attributes, plain elements and the items of lists."""
    packet = image.info.get("xmp") or image.info.get("XML:com.adobe.xmp") or _tiff_tag(image)
    raw = packet.encode() if isinstance(packet, str) else packet
    if not isinstance(raw, bytes) or len(raw) > _XMP_BYTES:
        return
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=False)
    root = etree.fromstring(raw.strip(b"\0 \r\n\t"), parser)
    if root.getroottree().docinfo.internalDTD is not None:
        return
    for element in root.iter(etree.Element):
        for name, value in element.attrib.items():
            if (known := _name(str(name))) and (text := _kept(value)):
                yield Caption("xmp", known, text)
        if len(element) == 0 and (text := _kept(element.text)) and (known := _property(element)):
            yield Caption("xmp", known, text)


def _property(element: Any) -> str:
    """Return the property that an element, or the list it is an item of, gives a value to."""
    while element is not None:
        if known := _name(element.tag):
            return known
        if not str(element.tag).startswith(_RDF):
            return ""
        element = element.getparent()
    return ""


def _name(tag: str) -> str:
    namespace, _, local = tag.removeprefix("{").rpartition("}")
    return f"{_NAMESPACES[namespace]}:{local}" if namespace in _NAMESPACES else ""


def _tiff_tag(image: Image.Image) -> Any:
    tags = getattr(image, "tag_v2", None)
    return tags.get(_XMP_TAG) if tags is not None else None


# --- IPTC, comments ------------------------------------------------------------------------------------------------


def _iptc(image: Image.Image) -> Iterator[Caption]:
    info = (IptcImagePlugin.getiptcinfo(image) if isinstance(image, ImageFile.ImageFile) else None) or {}
    encoding = "utf-8" if info.get((1, 90)) == b"\x1b%G" else ""
    for key, name in _IPTC.items():
        values = info.get(key, [])
        for value in values if isinstance(values, list) else [values]:
            if isinstance(value, bytes) and (text := _kept(_decoded(value, encoding))):
                yield Caption("iptc", name, text)


def _decoded(raw: bytes, encoding: str) -> str:
    try:
        return raw.decode(encoding or "utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _comments(image: Image.Image) -> Iterator[Caption]:
    if comment := image.info.get("comment"):
        raw = comment if isinstance(comment, bytes) else str(comment).encode()
        if text := _kept(_decoded(raw, "")):
            yield Caption("comment", "comment", text)
    if image.format == "PNG":
        for name, value in image.info.items():
            if (
                isinstance(value, str)
                and not str(name).startswith(("XML:com.adobe", "Raw profile"))
                and (text := _kept(value))
            ):
                yield Caption("png", _kept(str(name)), text)

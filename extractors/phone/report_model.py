"""A model of a `report.xml` as fields, models and attributes; parsed on its own, so that a damaged one costs no other.

Shapes as in the public parsers UFEDLib (S. Eilers), UFEDLib_py, ufed_geo2csv and UFDR2DIR and the documents of projects that read
such reports: `field/value`, `multiField/value`, `modelField/model`, `multiModelField/model`, `nodeField`, `empty`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Final, NamedTuple

from lxml import etree

from extractors.moments import RECORD, Moment, on_the_wall, stated
from extractors.phone.making import line

NAMESPACE: Final = "http://pa.cellebrite.com/report/2.0"
_OPEN: Final = f'<report xmlns="{NAMESPACE}">'.encode()
_CLOSE: Final = b"</report>"
_DEPTH: Final = 40
_KNOWN: Final = {
    f"{{{NAMESPACE}}}{name}": name
    for name in ("field", "multiField", "modelField", "multiModelField", "model", "value", "empty")
}
_ILLEGAL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_REFERENCE: Final = re.compile(r"&#(?:x0*([0-9a-fA-F]{1,8})|0*(\d{1,8}));")
_OLD_TIME: Final = re.compile(
    r"(\d{1,2})/(\d{1,2})/(\d{4}) (\d{1,2}):(\d\d)(?::(\d\d))?(?: ?([AP]M))? ?(?:\(UTC([+-]\d{1,2})(?::(\d\d))?\))?"
)


class Value(NamedTuple):
    """What a field holds, as written, and how the tool shows a time stamp."""

    text: str
    format: str = ""
    shown: str = ""


class Model(NamedTuple):
    """A model: what kind of thing, its attributes, and what it holds by field name."""

    type: str
    attributes: dict[str, str]
    fields: dict[str, tuple[Value, ...]]
    models: dict[str, tuple[Model, ...]]

    @property
    def id(self) -> str:
        """Its id in the report."""
        return self.attributes.get("id", "")

    def text(self, *names: str) -> str:
        """Return what the first of the fields `names` that holds something says."""
        return next((value.text for name in names for value in self.fields.get(name, ()) if value.text), "")

    def value(self, name: str) -> Value | None:
        """Return a field's value, None where it is empty or absent."""
        return next((value for value in self.fields.get(name, ()) if value.text or value.shown), None)

    def said(self, name: str) -> bool:
        """Say whether a field holds `True`."""
        return self.text(name).lower() in ("true", "yes", "1")

    def all(self, *names: str) -> list[Model]:
        """Return the models in the fields `names`, in order."""
        return [model for name in names for model in self.models.get(name, ())]

    def lines(self, *, skip: frozenset[str] = frozenset(), lead: str = "") -> Iterator[tuple[str, str]]:
        """Yield (field, value) of everything in it, the fields of models inside it as `Parties 1.Identifier`."""
        for name, values in self.fields.items():
            if name not in skip:
                for value in values:
                    if value.text:
                        yield lead + name, value.text
        for name, models in self.models.items():
            if name in skip:
                continue
            for number, model in enumerate(models, start=1):
                yield from model.lines(lead=f"{lead}{name}{f' {number}' if len(models) > 1 else ''}.")


class Parsed(NamedTuple):
    """A fragment's element, and what had to be mended to read it."""

    element: etree._Element | None
    trouble: str = ""


def parse(data: bytes) -> Parsed:
    """Return the one element that `data` holds; malformed or cut, what the parser could save of it, and say so."""
    try:
        return Parsed(_first(_parser(recover=False), data))
    except etree.XMLSyntaxError:
        pass
    text = data.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    clean = _REFERENCE.sub(_allowed, _ILLEGAL.sub("\ufffd", text))
    trouble = "characters that XML does not allow" if broken or clean != text else ""
    data = clean.encode()
    try:
        return Parsed(_first(_parser(recover=False), data), trouble)
    except etree.XMLSyntaxError:
        pass
    if data.rfind(b"<![CDATA[") > data.rfind(b"]]>"):
        data += b"]]>"  # a section that breaks off would be dropped whole
    try:
        return Parsed(_first(_parser(recover=True), data), "XML that is malformed")
    except etree.XMLSyntaxError:
        return Parsed(None, "XML that cannot be read")


def parse_all(pieces: list[bytes]) -> list[Parsed]:
    """Return the element of each piece: parsed together where all are sound, else one by one."""
    try:
        root = etree.fromstring(b"".join((_OPEN, *pieces, _CLOSE)), _parser(recover=False))
    except etree.XMLSyntaxError:
        return [parse(piece) for piece in pieces]
    if len(root) != len(pieces):
        return [parse(piece) for piece in pieces]
    return [Parsed(element) for element in root]


def _parser(*, recover: bool) -> etree.XMLParser:
    return etree.XMLParser(
        recover=recover, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True, remove_comments=True
    )


def _first(parser: etree.XMLParser, data: bytes) -> etree._Element | None:
    root = etree.fromstring(_OPEN + data + _CLOSE, parser)
    return root[0] if root is not None and len(root) else None


def _allowed(match: re.Match[str]) -> str:
    code = int(match[1], 16) if match[1] else int(match[2])
    ok = code in (9, 10, 13) or 0x20 <= code <= 0xD7FF or 0xE000 <= code <= 0xFFFD or 0x10000 <= code <= 0x10FFFF
    return match[0] if ok else "\ufffd"


def model_of(element: etree._Element, depth: int = 0) -> Model:
    """Return a `model` element as a Model; what lies more than forty models deep is left."""
    fields: dict[str, tuple[Value, ...]] = {}
    models: dict[str, tuple[Model, ...]] = {}
    for child in element:
        kind = _local(child)
        name = child.get("name") or kind
        if len(name) > 100 or not name.isprintable():
            name = line(name)[:100] or kind
        if kind in ("field", "multiField"):
            fields[name] = fields.get(name, ()) + tuple(_values(child))
        elif kind in ("modelField", "multiModelField") and depth < _DEPTH:
            inner = tuple(model_of(model, depth + 1) for model in child if _local(model) == "model")
            models[name] = models.get(name, ()) + inner
        elif kind:
            fields[name] = fields.get(name, ()) + tuple(_others(child))
    attributes = {_plain(key): line(str(text))[:500] for key, text in element.attrib.items()}
    return Model(line(element.get("type") or "")[:60] or "model", attributes, fields, models)


def _values(field: etree._Element) -> Iterator[Value]:
    for value in field:
        if _local(value) == "value":
            yield Value(_text(value), value.get("format") or "", value.get("formattedTimestamp") or "")


def _others(element: etree._Element) -> Iterator[Value]:
    """Yield what stands in fields of a form we do not know (`nodeField`, `jumptargets`): texts and telling attributes."""
    for inner in element.iter():
        if not isinstance(inner.tag, str):
            continue
        said = [f"{_plain(key)}={text!s}" for key, text in inner.attrib.items() if inner is not element and text]
        text = (inner.text or "").strip()
        if text or said:
            yield Value(" ".join([*said, text]).strip())


def _text(element: etree._Element) -> str:
    if not len(element):
        return (element.text or "").strip()
    return "".join(str(part) for part in element.itertext()).strip()


def _local(element: etree._Element) -> str:
    tag = element.tag
    return (_KNOWN.get(tag) or _plain(tag)) if isinstance(tag, str) else ""


def _plain(name: str | bytes) -> str:
    return str(name).rpartition("}")[2] if "}" in str(name) else str(name)


# --- times ---------------------------------------------------------------------------------------------------------


def moment_of(value: Value, *, day_order: str = "") -> Moment:
    """Return a time stamp with the zone that is written in it, and without UTC where none is.

    `formattedTimestamp` is how the tool chose to show it: its offset counts only where the report calls the time known
    (`TimeStampKnown`) and both show the same clock. A time without a zone of its own (`DateTimeOnly`) stays one.
    """
    try:
        return _moment(value, day_order)
    except (OverflowError, ValueError):  # at the ends of the calendar
        return Moment(written=value.text or value.shown)


def _moment(value: Value, day_order: str) -> Moment:
    written = value.text or value.shown
    instant = _iso(value.text)
    shown = _iso(value.shown)
    if instant is not None and instant.tzinfo is not None:
        return stated(written, instant)
    if instant is None and not value.text and shown is not None and shown.tzinfo is not None:
        return stated(written, shown)
    if instant is not None:
        known = value.format == "TimeStampKnown" and shown is not None and shown.tzinfo is not None
        if known and shown is not None and shown.replace(tzinfo=None, microsecond=0) == instant.replace(microsecond=0):
            return stated(f"{written} ({value.shown})", shown, zone_by="the report (formattedTimestamp)")
        return on_the_wall(written, instant)
    return _old(written, day_order)


def _iso(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return moment if moment.year > 1 else None


def _old(written: str, day_order: str) -> Moment:
    """Return a time as older versions write it, `14/09/2016 16:49:42(UTC-3)`, where its day and month can be told apart."""
    match = _OLD_TIME.fullmatch(written)
    if match is None:
        return Moment(written=written)
    first, second = int(match[1]), int(match[2])
    order = "dmy" if first > 12 else "mdy" if second > 12 else "dmy" if first == second else _told(day_order)
    day, month = (first, second) if order == "dmy" else (second, first)
    hour = int(match[4]) % 12 + 12 * (match[7] == "PM") if match[7] else int(match[4])
    if not order:
        return Moment(written=written)
    zone = f"{match[8][0]}{int(match[8][1:]):02d}:{match[9] or '00'}" if match[8] else ""
    try:
        local = datetime(int(match[3]), month, day, hour, int(match[5]), int(match[6] or 0))  # noqa: DTZ001
        return on_the_wall(written, local, zone=zone, zone_by=RECORD if zone else "")
    except (ValueError, OverflowError):
        return Moment(written=written)


def _told(day_order: str) -> str:
    """Return an asserted order where it says which of two numbers before the year is the day; `ymd` does not."""
    return day_order if day_order in ("dmy", "mdy") else ""


def disagreement(value: Value) -> str:
    """Return how the tool shows a time where that is another instant than what is written; empty where it is not."""
    instant, shown = _iso(value.text), _iso(value.shown)
    if instant is None or shown is None:
        return ""
    if instant.tzinfo is None or shown.tzinfo is None:
        same = instant.tzinfo is None and shown.replace(tzinfo=None, microsecond=0) == instant.replace(microsecond=0)
        known = value.format == "TimeStampKnown"
        return "" if same and known else value.shown
    return "" if abs((instant - shown).total_seconds()) < 1 else value.shown

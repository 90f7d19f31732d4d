"""What a report says of itself: the case, the device, who examined it, with which version."""

from __future__ import annotations

from typing import Final

from lxml import etree
from msgspec.structs import replace

from evidence.locator import RecordPlace
from extractors.phone.making import Making, fact
from extractors.phone.report_model import parse

_FACTS: Final = {
    "imei": ("IMEI", "DeviceInfoIMEI"),
    "model": ("DeviceInfoSelectedDeviceName", "DeviceInfoDetectedPhoneModel", "DeviceInfoDetectedModel"),
    "manufacturer": ("DeviceInfoSelectedManufacturer", "DeviceInfoDetectedPhoneVendor"),
    "owner": ("DeviceInfoOwnerName",),
    "number": ("MSISDN",),
    "tool": ("UFED_PA_Version",),
}
_ENDS: Final = (b"<taggedFiles", b"<decodedData", b"<extraInfos", b"<images")


def summary(data: bytes, making: Making) -> dict[str, str]:
    """Add a segment for each section of the report's head as lines `field: value`; return the telling ones as facts."""
    start = max(data.find(b"<project"), 0)
    end = min((at for mark in _ENDS if (at := data.find(mark)) >= 0), default=len(data))
    parsed = parse(data[start:end] + b"</project>")
    if parsed.element is None:
        making.miss(f"the report's head: {parsed.trouble}")
        return {}
    if parsed.trouble:
        making.doubt(f"the report's head has {parsed.trouble}")
    said: dict[str, str] = {}
    place = RecordPlace(record=1, field="header", table="report", offset=start, length=end - start)
    head = [f"{name!s}: {fact(str(value))}" for name, value in parsed.element.attrib.items() if value]
    _add("report", head, place, making)
    for number, section in enumerate((one for one in parsed.element if isinstance(one.tag, str)), start=2):
        title = fact(section.get("section") or section.tag.rpartition("}")[2])
        _add(title, _lines(section, said), replace(place, record=number), making)
    return {name: said[key] for name, keys in _FACTS.items() for key in keys[::-1] if key in said}


def _add(title: str, lines: list[str], place: RecordPlace, making: Making) -> None:
    if lines:
        making.segment("\n".join([title, *lines]), place)


def _lines(section: etree._Element, said: dict[str, str]) -> list[str]:
    lines = []
    for element in section.iter():
        if not isinstance(element.tag, str):
            continue
        name = fact(element.get("name") or element.get("fieldType") or element.tag.rpartition("}")[2])
        value = fact(element.text or "")
        others = [f"{key!s}={one!s}" for key, one in element.attrib.items() if key in _TELLING and one]
        text = " ".join([*others, value]).strip()
        if text:
            lines.append(f"{name}: {text}")
        if value:
            said.setdefault(name, value)
    return lines


_TELLING: Final = ("type", "deviceName", "fullName", "path", "size", "sourceExtraction")

"""What a report says of itself: the case, the device, who examined it, with which version."""

from __future__ import annotations

import re
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
_VERSION: Final = re.compile(r"\d+(?:\.\d+){3}")
_ENDS: Final = (b"<taggedFiles", b"<decodedData", b"<extraInfos", b"<images")


def summary(data: bytes, making: Making) -> dict[str, str]:
    """Add a segment for each section of the report's head as lines `field: value`; return the telling ones as facts.

    Versions of four numbers are facts only: in a text they cannot be told from addresses of machines.
    """
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
    versions: dict[str, str] = {}
    stated = [(str(name), fact(str(value))) for name, value in parsed.element.attrib.items() if value]
    head = [f"{name}: {value}" for name, value in stated if not _is_version(name, value, versions)]
    _add("report", head, place, making)
    for number, section in enumerate((one for one in parsed.element if isinstance(one.tag, str)), start=2):
        title = fact(section.get("section") or section.tag.rpartition("}")[2])
        _add(title, _lines(section, said, versions), replace(place, record=number), making)
    telling = {name: said[key] for name, keys in _FACTS.items() for key in keys[::-1] if key in said}
    told = {key for keys in _FACTS.values() for key in keys}
    return telling | {name: value for name, value in versions.items() if name not in told}


def _add(title: str, lines: list[str], place: RecordPlace, making: Making) -> None:
    if lines:
        making.segment("\n".join([title, *lines]), place)


def _is_version(name: str, value: str, versions: dict[str, str]) -> bool:
    """Say whether a field holds a version that looks like an address; it is then noted in `versions` by its name."""
    if "version" not in name.casefold() or not _VERSION.fullmatch(value):
        return False
    versions.setdefault(name, value)
    return True


def _lines(section: etree._Element, said: dict[str, str], versions: dict[str, str]) -> list[str]:
    lines = []
    for element in section.iter():
        if not isinstance(element.tag, str):
            continue
        name = fact(element.get("name") or element.get("fieldType") or element.tag.rpartition("}")[2])
        value = fact(element.text or "")
        others = [f"{key!s}={one!s}" for key, one in element.attrib.items() if key in _TELLING and one]
        text = " ".join([*others, value]).strip()
        if text and not _is_version(name, value, versions):
            lines.append(f"{name}: {text}")
        if value:
            said.setdefault(name, value)
    return lines


_TELLING: Final = ("type", "deviceName", "fullName", "path", "size", "sourceExtraction")

"""Addresses of machines: IPv4 and IPv6 (by the standard library) and MAC (IEEE 802)."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator

from extractors.patterns.hit import Asserted, Hit, before

_IPV4 = re.compile(r"[0-9](?<![\w.\-][0-9])[0-9]{0,2}(?:\.[0-9]{1,3}){3}(?![\w\-]|\.\w)")
_COLON = re.compile(r":[0-9a-fA-F:]")
_IPV6 = re.compile(r"[0-9a-fA-F]{0,4}:[0-9a-fA-F:.]{2,45}(?![\w:])")
_BEFORE_COLON = re.compile(r"(?<![\w:.])[0-9a-fA-F]{0,4}$")
_MAC = re.compile(
    r"[:\-](?<=[0-9a-fA-F]{2}[:\-])(?<![\w:\-][0-9a-fA-F]{2}[:\-])[0-9a-fA-F]{2}"
    r"(?:(?:-[0-9a-fA-F]{2}){4}|(?::[0-9a-fA-F]{2}){4})(?![\w:\-])"
)
_VERSION_WORD = re.compile(
    r"\b(v|ver|version|release|build|firmware|section|chapter|clause|paragraph|para|rev)[.:]?\s*$"
)
_IP_WORD = re.compile(r"\bip(v4)?\b")


def find_ip(text: str, asserted: Asserted) -> Iterator[Hit]:
    """Yield IP addresses in canonical form; four numbers that a text calls a version are none."""
    for match in _IPV4.finditer(text):
        context = before(text, match.start())
        if _VERSION_WORD.search(context):
            continue
        value = _canonical(match[0])
        if value or _IP_WORD.search(context):
            yield _hit(match.span(), value or match[0], holds=bool(value))
    yield from _find_v6(text)


def _find_v6(text: str) -> Iterator[Hit]:
    done = 0
    for colon in _COLON.finditer(text):
        floor = max(0, colon.start() - 5)
        lead = _BEFORE_COLON.search(text[floor : colon.start()]) if colon.start() >= done else None
        match = _IPV6.match(text, floor + lead.start()) if lead else None
        if match is None:
            continue
        done = match.end()
        quote = match[0].rstrip(".")
        value = _canonical(quote) if len(quote) > 4 and any(map(str.isdigit, quote)) else ""
        if value:
            yield _hit((match.start(), match.start() + len(quote)), value, holds=True)


def _hit(span: tuple[int, int], value: str, *, holds: bool) -> Hit:
    version = "IPv6 (RFC 4291)" if ":" in value else "IPv4 (RFC 791)"
    check = version if holds else f"not an address: a part is over 255 or has a leading zero ({version})"
    return Hit(kind="ip", start=span[0], end=span[1], value=value, holds=holds, check=check)


def _canonical(quote: str) -> str:
    try:
        return str(ipaddress.ip_address(quote))
    except ValueError:
        return ""


def find_mac(text: str, asserted: Asserted) -> Iterator[Hit]:
    """Yield MAC addresses, lower-case with colons."""
    for match in _MAC.finditer(text):
        start, end = match.start() - 2, match.end()
        value = text[start:end].replace("-", ":").lower()
        yield Hit(kind="mac", start=start, end=end, value=value, holds=True, check="48-bit MAC shape (IEEE 802)")

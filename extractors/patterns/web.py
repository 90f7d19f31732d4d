"""Web addresses: with a scheme, with `www.`, or a bare domain name under a top-level domain that is no file ending."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from functools import lru_cache

from extractors.patterns.hit import Asserted, Hit

_MARKS = ("://", "www.", "WWW.", "Www.")
_BEGIN = re.compile(r"(?<![^\W_])(?:https?|ftp):$", re.IGNORECASE)
_REST = re.compile(r"""[^\s<>"\x00-\x1f\x7f]{1,2048}""")
_SCHEME = re.compile(r"(?i)(https?|ftp)://")
_AUTHORITY = re.compile(r"[^/?#]*")
_HOST = re.compile(r"(?:[^@]*@)?(\[[0-9a-fA-F:.]+\]|[^:@\[\]]*)(?::\d{0,5})?")
_LABEL = re.compile(r"[^\W_](?:[\w-]{0,61}[^\W_])?")
_TRAILING = ".,;:!?'’”»*_"
_CLOSING = {")": "(", "]": "[", "}": "{"}

_DOTTED = re.compile(r"\.([a-zA-Z]{2,12})(?![\w@\-]|\.\w)")
_LEFT = re.compile(
    r"(?:[a-zA-Z0-9](?:[a-zA-Z0-9\-]{0,61}[a-zA-Z0-9])?\.){0,8}[a-zA-Z0-9](?:[a-zA-Z0-9\-]{0,61}[a-zA-Z0-9])?$"
)
_PATH = re.compile(r"""[/][^\s<>"\x00-\x1f\x7f]{0,2048}""")
_NAME_CHARS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-")
_TOP_LEVEL = frozenset(
    [
        "com",
        "org",
        "net",
        "edu",
        "gov",
        "mil",
        "int",
        "info",
        "biz",
        "name",
        "pro",
        "mobi",
        "app",
        "dev",
        "shop",
        "online",
        "site",
        "xyz",
        "club",
        "store",
        "tech",
        "travel",
        "hotel",
        "jobs",
        "eu",
        "uk",
        "ro",
        "de",
        "fr",
        "nl",
        "pl",
        "hu",
        "cz",
        "sk",
        "bg",
        "gr",
        "tr",
        "ua",
        "ru",
        "md",
        "rs",
        "hr",
        "si",
        "lt",
        "lv",
        "ee",
        "fi",
        "se",
        "dk",
        "no",
        "es",
        "pt",
        "ch",
        "ie",
        "ca",
        "au",
        "nz",
        "za",
        "cn",
        "jp",
        "br",
        "us",
        "io",
        "co",
        "tv",
        "me",
        "example",
        "test",
        "invalid",
        "onion",
    ]
)
_WORDLIKE = frozenset(
    ["name", "pro", "app", "store", "tech", "travel", "hotel", "club", "no", "us", "me", "test", "invalid"]
)
"""Top-level domains that also follow a missing space; believed only with a path, or a second label before them."""


def find_url(text: str, asserted: Asserted) -> Iterator[Hit]:
    """Yield addresses with a scheme or `www.`, without the sentence's own punctuation behind them."""
    done = 0
    for at, mark in sorted((at, known) for known in _MARKS for at in _places(text, known)):
        start = _address_start(text, at, mark)
        rest = _REST.match(text, at + len(mark)) if start >= done else None
        if rest is None:
            continue
        done = rest.end()
        quote = trimmed(text[start : rest.end()])
        host = host_of(quote)
        if host and (host_holds(host) or _SCHEME.match(quote)):
            yield _hit(start, quote, host)


def _places(text: str, mark: str) -> Iterator[int]:
    at = text.find(mark)
    while at >= 0:
        yield at
        at = text.find(mark, at + len(mark))


def _address_start(text: str, at: int, mark: str) -> int:
    """Return where the scheme before `://` begins, or `www.` itself; -1 where that is no address of ours."""
    if mark != "://":
        return -1 if text[max(0, at - 1) : at].isalnum() else at
    floor = max(0, at - 5)
    scheme = _BEGIN.search(text[floor : at + 1])
    return floor + scheme.start() if scheme else -1


def find_domain(text: str, asserted: Asserted) -> Iterator[Hit]:
    """Yield bare domain names, with the path that follows where there is one."""
    done = 0
    for match in _DOTTED.finditer(text):
        if match.start() < done or match[1].lower() not in _TOP_LEVEL:
            continue
        start = _name_start(text, match.start(), floor=done)
        hit = _domain(text, start, match)
        if hit is not None:
            done = hit.end
            yield hit


def _domain(text: str, start: int, match: re.Match[str]) -> Hit | None:
    name = text[start : match.start()]
    top = match[1]
    path = _PATH.match(text, match.end())
    if not _LEFT.fullmatch(name) or name.isdecimal() or not (top.islower() or (name + top).isupper()):
        return None
    if top.lower() in _WORDLIKE and path is None and "." not in name:
        return None
    quote = trimmed(text[start : path.end() if path else match.end()])
    return _hit(start, quote, host_of(quote))


def _name_start(text: str, end: int, *, floor: int) -> int:
    start = end
    while start > max(floor, end - 253) and text[start - 1] in _NAME_CHARS:
        start -= 1
    before = text[start - 1] if start > floor else " "
    return end if before == "@" or before == "_" or before.isalnum() else start


def _hit(start: int, quote: str, host: str) -> Hit:
    holds = host_holds(host)
    check = "address shape (RFC 3986)" if holds else "host is not a domain name or an IP address (RFC 3986, RFC 1035)"
    return Hit(kind="url", start=start, end=start + len(quote), value=normalised(quote), holds=holds, check=check)


def trimmed(address: str) -> str:
    """Return the address without punctuation and closing brackets that belong to the sentence around it."""
    end = len(address)
    while end:
        last = address[end - 1]
        opener = _CLOSING.get(last, "")
        unpaired = opener and address.count(opener, 0, end) < address.count(last, 0, end)
        if last not in _TRAILING and not unpaired:
            break
        end -= 1
    return address[:end]


def host_of(address: str) -> str:
    """Return the host part, as written; empty where there is none."""
    scheme = _SCHEME.match(address)
    authority = _AUTHORITY.match(address, scheme.end() if scheme else 0)
    host = _HOST.fullmatch(authority[0]) if authority else None
    return host[1] if host else ""


@lru_cache(maxsize=4096)
def host_holds(host: str) -> bool:
    """Return whether `host` is an IP address, `localhost`, or labels of a legal length with a top that is no number."""
    if host.startswith("["):
        return _is_ip(host[1:-1])
    labels = host.rstrip(".").split(".")
    if host.lower() == "localhost" or _is_ip(host):
        return True
    legal = all(_LABEL.fullmatch(label) for label in labels)
    return legal and len(host) <= 253 and len(labels) > 1 and not labels[-1][0].isdecimal() and len(labels[-1]) > 1


def is_top_level(label: str) -> bool:
    """Return whether `label`, in lower case, is a top-level domain in wide use."""
    return label in _TOP_LEVEL


def _is_ip(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def normalised(address: str) -> str:
    """Return the address with scheme and host lower-cased (RFC 3986, 6.2.2.1), the rest as written."""
    scheme = _SCHEME.match(address)
    authority = _AUTHORITY.match(address, scheme.end() if scheme else 0)
    end = authority.end() if authority else 0
    userinfo, at, host = address[scheme.end() if scheme else 0 : end].rpartition("@")
    return (scheme[0].lower() if scheme else "") + userinfo + at + host.lower() + address[end:]

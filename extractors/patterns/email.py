"""Email addresses (RFC 5321 lengths and dots, RFC 6531 letters), written out or misread by OCR."""

from __future__ import annotations

import re
from collections.abc import Iterator

from extractors.patterns.hit import Asserted, Hit
from extractors.patterns.web import host_holds

_DOMAIN = re.compile(r"[^\W_][\w\-.]{0,253}")
_LOCAL = re.compile(r"[\w.!#$%&'*+/=?^`{|}~\-]{1,65}$")
_LEADING = ".'/*=-|`~&{}!#?^$%+"


def find_email(text: str, asserted: Asserted) -> Iterator[Hit]:
    """Yield addresses; one whose parts break the rules of RFC 5321 is kept, unverified."""
    at = text.find("@")
    while at >= 0:
        hit = _around(text, at)
        if hit is not None:
            yield hit
        at = text.find("@", max(at + 1, hit.end if hit else 0))


def _around(text: str, at: int) -> Hit | None:
    left = _LOCAL.search(text[max(0, at - 65) : at])
    right = _DOMAIN.match(text, at + 1)
    if left is None or right is None or "@" in text[right.end() : right.end() + 1]:
        return None
    local = left[0].lstrip(_LEADING)
    domain = right[0].rstrip(".-_")
    return _judge(local, domain, at) if local and "." in domain else None


def _judge(local: str, domain: str, at: int) -> Hit:
    holds = host_holds(domain) and not domain[-1].isdecimal() and dots_hold(local)
    check = "address shape (RFC 5321)" if holds else "not an address by RFC 5321 (length, dots or domain)"
    value = f"{local}@{domain}".lower()
    start, end = at - len(local), at + 1 + len(domain)
    return Hit(kind="email", start=start, end=end, value=value, holds=holds, check=check)


def dots_hold(local: str) -> bool:
    """Return whether the part before the `@` has a legal length and no dot at its ends or doubled."""
    return len(local) <= 64 and ".." not in local and not local.startswith(".") and not local.endswith(".")


_SPACED = re.compile(r"[@©®](?=[ ]?[A-Za-z0-9])")
_SPACED_RIGHT = re.compile(r"[ ]?([A-Za-z0-9\-]{1,63}(?:[ ]?\.[ ]?[A-Za-z0-9\-]{1,63}){1,5})")
_SPACED_LEFT = re.compile(r"([A-Za-z0-9][A-Za-z0-9._+\-]{0,63})[ ]?$")


def find_email_in_scan(text: str, asserted: Asserted) -> Iterator[Hit]:
    """Yield addresses that OCR broke with a space, or whose `@` it read as `©` or `®`."""
    for match in _SPACED.finditer(text):
        left = _SPACED_LEFT.search(text[max(0, match.start() - 66) : match.start()])
        right = _SPACED_RIGHT.match(text, match.end())
        if left is None or right is None:
            continue
        hit = _judge(left[1], right[1].replace(" ", ""), match.start())
        if hit.holds and right[1].rpartition(".")[2].strip().isalpha():
            start, end = match.start() - len(left[0]), right.end()
            yield Hit(
                kind="email",
                start=start,
                end=end,
                value=hit.value,
                holds=True,
                check=hit.check,
                rule=_rule(text[start:end]),
            )


def _rule(quote: str) -> str:
    rules = [f"{c} read as @" for c in "©®" if c in quote] + (["spaces left out"] if " " in quote else [])
    return ", ".join(rules)

"""Bank identifier codes (ISO 9362); eight capital letters are a word, so the text must call them a BIC."""

from __future__ import annotations

import re
from collections.abc import Iterator

from schwifty import BIC
from schwifty.exceptions import SchwiftyException

from extractors.patterns.hit import Asserted, Hit, before

_BIC = re.compile(r"[A-Z](?<!\w[A-Z])[A-Z]{5}[A-Z0-9]{2}(?:[A-Z0-9]{3})?(?!\w)")
_WORD = re.compile(r"\b(bic|swift)\b")


def find_bic(text: str, asserted: Asserted) -> Iterator[Hit]:
    """Yield codes that follow the word BIC or SWIFT."""
    for match in _BIC.finditer(text):
        if _WORD.search(before(text, match.start())) and match[0] not in ("BIC", "SWIFT"):
            holds = _valid(match[0])
            check = "structure and country (ISO 9362)" if holds else "structure or country does not hold (ISO 9362)"
            yield Hit(kind="bic", start=match.start(), end=match.end(), value=match[0], holds=holds, check=check)


def _valid(code: str) -> bool:
    try:
        BIC(code)
    except SchwiftyException:
        return False
    return True

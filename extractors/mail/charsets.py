"""Bytes decoded as mail programs meant them, who often state a narrower encoding than they write."""

from __future__ import annotations

import re
from typing import Final

from extractors.text import Decoded, decode

_WIDER: Final = {
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    "iso_8859-1": "cp1252",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "ks_c_5601-1987": "cp949",
    "euc-kr": "cp949",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "iso-2022-jp": "iso2022_jp_ext",
}
"""What programs write who state the narrower: https://encoding.spec.whatwg.org/#names-and-labels."""
C1: Final = re.compile(rb"[\x80-\x9f]")
"""Bytes that are control characters in ISO 8859, and letters or marks in what Windows writes under that name."""


def decoded_as(data: bytes, claimed: str, languages: tuple[str, ...] = ()) -> Decoded:
    """Return the text of `data`, as its claim has it where that holds, else as the wider encoding of that name, else by a guess."""
    if _WIDER.get(claimed) == "cp1252" and C1.search(data):
        return decode(data, claimed="cp1252", languages=languages)
    decoded = decode(data, claimed=claimed, languages=languages)
    if "(stated)" not in decoded.facts["charset"] and (wider := _WIDER.get(claimed)):
        return decode(data, claimed=wider, languages=languages)
    return decoded

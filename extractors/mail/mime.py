"""A message taken apart (RFC 5322, 2045, 2046): its header fields and the bytes of its parts, in one lenient pass.

The standard library's parser goes line by line, which over a mailbox takes longer than everything else together; and it
parses enclosed messages, so that they can only be written anew. Here every part keeps the bytes it has.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from email.message import Message
from typing import Final

DEPTH: Final = 40
"""Multiparts in multiparts that are opened."""
PARTS: Final = 5_000
"""Parts of one message that are looked at."""
_HEADER_BYTES: Final = 1 << 20
_MOST_HEADER_BYTES: Final = 64 << 20
_FIELD_CODE_POINTS: Final = 100_000
"""Of each field, where the block is longer than a megabyte: one endless line must not hide the fields below it."""
_ODD_LINES: Final = 20
"""Lines among the headers that are none, before the rest is taken to be the body."""
_BLANK: Final = re.compile(rb"(?:\A|\n)\r?\n")
_FOLD: Final = re.compile(r"\r?\n(?=[ \t])")
_NAME: Final = re.compile(r"[!-9;-~]{1,200}[ \t]*")
_KNOWN: Final = re.compile(
    rb"^(?:content-|mime-version|from|to|cc|date|subject|message-id|received|return-path|reply-to|x-)[!-9;-~]*[ \t]*:",
    re.IGNORECASE | re.MULTILINE,
)
_TYPE: Final = re.compile(r"[\w.+!#$&^-]+/[\w.+!#$&^-]+")
_UU: Final = frozenset(("x-uuencode", "uuencode", "uue", "x-uue"))
_NOT_BASE64: Final = re.compile(rb"[^A-Za-z0-9+/=]+")


class Mime:
    """A part of a message: its header fields in order, and the bytes below them or the parts that these hold."""

    __slots__ = ("_content_type", "body", "defects", "fields", "head", "kind", "offset", "parts")

    def __init__(self, data: bytes, default: str = "text/plain", offset: int = 0) -> None:
        self.fields: dict[str, list[str]] = {}
        """Values by name in lower case, unfolded; bytes beyond ASCII as surrogates (PEP 383)."""
        self.defects: list[str] = []
        self.parts: list[Mime] = []
        self.offset = offset
        """Where its header fields begin in the message."""
        self.head = self._read_fields(data)
        """How many bytes the header fields take up."""
        self.body = data[self.head :] if self.head else data
        self._content_type = self.field("content-type")
        kind = self._content_type.partition(";")[0].strip().lower()
        self.kind = kind if _TYPE.fullmatch(kind) else default

    def _read_fields(self, data: bytes) -> int:
        """Read the header fields; return where the body begins."""
        blank = _BLANK.search(data, 0, _HEADER_BYTES) or _BLANK.search(data, _HEADER_BYTES - 2, _MOST_HEADER_BYTES)
        end = blank.end() if blank else min(len(data), _HEADER_BYTES)
        block = data[: blank.start() if blank else end].decode("ascii", "surrogateescape")
        if not block:
            return end
        odd = 0
        most = _FIELD_CODE_POINTS if len(block) > _HEADER_BYTES else len(block)
        if "\n " in block or "\n\t" in block:
            block = _FOLD.sub("", block)
        for line in block.split("\n"):
            name, colon, value = line.partition(":")
            known = _LOWERED.get(name) or (_lowered(name) if colon else "")
            if known and colon:
                if len(value) > most:
                    self.defects.append("a header beyond the limit on its length")
                self.fields.setdefault(known, []).append(value[:most].strip())
            elif line.startswith(("From ", ">From ")) and not self.fields:
                continue
            elif line.strip() and (odd := odd + 1):
                rest = self._after_odd(data[:end], line, go_on=odd < _ODD_LINES)
                if rest >= 0:
                    return rest
        if blank is None and end < len(data):
            self.defects.append("a header block beyond the limit on its length")
        return end

    def _after_odd(self, block: bytes, line: str, *, go_on: bool) -> int:
        """Say where the body begins if it begins with this line, which is no header; -1 where headers go on after it."""
        raw = line.rstrip("\r").encode("ascii", "surrogateescape")
        at = block.find(raw[:200])
        if at < 0 or (go_on and self.fields and _KNOWN.search(block, at + len(raw[:200]))):
            self.defects.append("a line among the headers that is none")
            return -1
        self.defects.append("no blank line between headers and body")
        return at

    def field(self, name: str) -> str:
        """Return the first value of a header field (its name in lower case); empty for none."""
        values = self.fields.get(name)
        return values[0] if values else ""

    @property
    def is_multipart(self) -> bool:
        """Whether it was found to hold parts."""
        return bool(self.parts)

    def parameter(self, name: str, header: str = "content-type") -> str:
        """Return a parameter of a header, RFC 2231 and quotes undone; empty where it has none."""
        value = self.field(header)
        if name not in value.lower():
            return ""
        simple = _simple(name).search(value)
        if simple and "\\" not in value:
            return simple[1] if simple[1] is not None else simple[2]
        return _by_library(value, name)

    @property
    def is_attachment(self) -> bool:
        """Whether its disposition says so."""
        return self.field("content-disposition").partition(";")[0].strip().lower() == "attachment"

    def file_name(self) -> str:
        """Return the name it was given, encoded words still in it; empty for none."""
        disposition = self.field("content-disposition")
        found = ""
        if "name" in disposition.lower():
            found = self.parameter("filename", "content-disposition")
        if not found and "name" in self._content_type.lower():
            found = self.parameter("name")
        return found

    def content(self) -> tuple[bytes, str]:
        """Return its bytes with the transfer encoding undone, and what was wrong with that."""
        encoding = self.field("content-transfer-encoding").partition(";")[0].strip().lower()
        if encoding == "quoted-printable":
            return binascii.a2b_qp(self.body), ""
        if encoding == "base64":
            return _base64(self.body)
        if encoding in _UU:
            return _uudecoded(self.body)
        return self.body, ""


_SIMPLE: Final[dict[str, re.Pattern[str]]] = {}


def _simple(name: str) -> re.Pattern[str]:
    if name not in _SIMPLE:
        _SIMPLE[name] = re.compile(rf';\s*{name}\s*=\s*(?:"([^"]*)"|([^\s;"()*]+)(?=\s*(?:;|$)))', re.IGNORECASE)
    return _SIMPLE[name]


def _by_library(value: str, name: str) -> str:
    holder: Message[str, str] = Message()
    try:
        holder["Content-Type"] = value if "/" in value.partition(";")[0] else f"x/{value}"
        found = holder.get_param(name)
    except (ValueError, TypeError, LookupError, AttributeError):
        return ""
    if isinstance(found, tuple):
        charset, _, text = found
        raw = text.encode("latin-1", "surrogateescape") if text.isascii() or charset is None else b""
        try:
            return (
                raw.decode(charset or "utf-8", "replace") if raw else text.encode("latin-1").decode(charset or "utf-8")
            )
        except (LookupError, UnicodeError):
            return text
    return found if isinstance(found, str) else ""


def _base64(body: bytes) -> tuple[bytes, str]:
    try:
        return binascii.a2b_base64(body), ""
    except binascii.Error:
        kept = _NOT_BASE64.sub(b"", body).rstrip(b"=")
        whole = kept[: len(kept) // 4 * 4 + (len(kept) % 4 if len(kept) % 4 != 1 else 0)]
        try:
            return binascii.a2b_base64(whole + b"=" * (-len(whole) % 4)), "a part whose base64 is damaged"
        except binascii.Error:
            return body, "a part whose encoding is malformed, taken as it stands"


def _uudecoded(body: bytes) -> tuple[bytes, str]:
    lines = body.splitlines()
    first = next((at for at, line in enumerate(lines) if line.startswith(b"begin ")), -1)
    if first < 0:
        return body, "a part whose encoding is malformed, taken as it stands"
    out: list[bytes] = []
    problem = ""
    for line in lines[first + 1 :]:
        if line.strip() == b"end":
            break
        try:
            out.append(binascii.a2b_uu(line))
        except binascii.Error:
            problem = "a part whose uuencoding is damaged"
    return b"".join(out), problem


_LOWERED: Final[dict[str, str]] = {}
"""Names of header fields met so far: a mailbox has the same few dozen over and over."""


def _lowered(name: str) -> str:
    if not _NAME.fullmatch(name):
        return ""
    if len(_LOWERED) < 1_000:
        _LOWERED[name] = name.rstrip().lower()
    return name.rstrip().lower()


# --- parts ---------------------------------------------------------------------------------------------------------


def parse(data: bytes) -> Mime:
    """Return the message whose bytes these are, its multiparts opened down to `DEPTH`; what is enclosed stays bytes."""
    if b"\r" in data and b"\n" not in data:
        data = data.replace(b"\r", b"\n")
    root = Mime(data)
    if not root.kind.startswith("multipart/"):
        return root
    left = PARTS
    stack: list[tuple[Mime, int]] = [(root, 0)]
    while stack:
        part, depth = stack.pop()
        if depth >= DEPTH:
            part.defects.append("parts nested too deeply")
            continue
        _open(part, left)
        left -= len(part.parts)
        stack += [(inner, depth + 1) for inner in reversed(part.parts) if inner.kind.startswith("multipart/")]
    return root


def _open(part: Mime, most: int) -> None:
    """Find a multipart's parts between its boundary lines (RFC 2046, 5.1.1); the last may lack its own."""
    boundary = part.parameter("boundary") or _by_library(part.field("content-type"), "boundary")
    if not boundary:
        part.defects.append("a multipart without its boundary")
        return
    mark = b"--" + boundary.rstrip().encode("ascii", "surrogateescape" if _is_bytes(boundary) else "replace")
    default = "message/rfc822" if part.kind == "multipart/digest" else "text/plain"
    body = part.body
    start = -1
    for at, end, last in _marks(body, mark):
        if start >= 0:
            stop = at
            if body[stop - 1 : stop] == b"\n" and stop > start:
                stop -= 1
                if body[stop - 1 : stop] == b"\r" and stop > start:
                    stop -= 1
            part.parts.append(Mime(body[start:stop], default, part.offset + part.head + start))
        start = end
        if last:
            start = -1
            break
        if len(part.parts) >= most:
            part.defects.append("parts beyond the limit on their number")
            start = -1
            break
    if start >= 0:
        part.defects.append("a multipart that is cut off")
        part.parts.append(Mime(body[start:], default, part.offset + part.head + start))
    if not part.parts:
        part.defects.append("a multipart without its boundary")


def _is_bytes(text: str) -> bool:
    return any("\udc80" <= character <= "\udcff" for character in text)


def _marks(body: bytes, mark: bytes) -> Iterator[tuple[int, int, bool]]:
    """Yield (start, end, whether it is the last) of each boundary line."""
    at = body.find(mark)
    while at >= 0:
        after = at + len(mark)
        if at == 0 or body[at - 1 : at] == b"\n":
            line_end = body.find(b"\n", after)
            end = line_end + 1 if line_end >= 0 else len(body)
            rest = body[after : min(end, after + 200)].strip(b" \t\r\n")
            if rest in (b"", b"--"):
                yield at, end, rest == b"--"
                at = body.find(mark, end)
                continue
        at = body.find(mark, after)


def leaves(message: Mime) -> Iterator[Mime]:
    """Yield the parts that hold no further ones, in order."""
    if not message.parts:
        yield message
        return
    stack = [iter(message.parts)]
    while stack:
        part = next(stack[-1], None)
        if part is None:
            stack.pop()
        elif part.parts:
            stack.append(iter(part.parts))
        else:
            yield part


def defects(message: Mime) -> list[str]:
    """Return what is wrong with its structure, each once."""
    found = list(message.defects)
    stack = list(message.parts)
    while stack:
        part = stack.pop()
        found += part.defects
        stack += part.parts
    return sorted(set(found)) if found else found

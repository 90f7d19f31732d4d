"""From a message's parts to a letter: which are text, which are enclosed, and which nobody can read."""

from __future__ import annotations

import re
from typing import Final

from extractors.mail import headers, mime
from extractors.mail.charsets import C1, decoded_as
from extractors.mail.letter import Enclosed, Letter
from extractors.text import child_name

_MOZILLA: Final = {0x1: "read", 0x2: "answered", 0x4: "flagged", 0x8: "deleted", 0x1000: "forwarded"}
_UNIX: Final = {"R": "read", "A": "answered", "F": "flagged", "D": "deleted", "T": "draft"}
_HEXADECIMAL: Final = re.compile(r"[0-9A-Fa-f]{4,8}")
_ENCRYPTED_TYPES: Final = frozenset(("application/pgp-encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime"))
_PGP: Final = "-----BEGIN PGP MESSAGE-----"
_REPORTS: Final = frozenset(
    (
        "message/delivery-status",
        "message/disposition-notification",
        "message/feedback-report",
        "message/global-delivery-status",
    )
)
_RETURNED_HEADERS: Final = frozenset(("text/rfc822-headers", "message/rfc822-headers", "message/global-headers"))
_CHARSET: Final = re.compile(r"[\w.:+-]{2,40}")
_CONTROLS: Final = bytes(code for code in (*range(0x20), 0x7F) if code not in b"\t\n\r\f\v")
_PLAIN_CHARSETS: Final = frozenset(
    (
        "",
        "utf-8",
        "utf8",
        "us-ascii",
        "ascii",
        *(f"iso-8859-{n}" for n in range(1, 17) if n != 12),
        *(f"windows-125{n}" for n in range(9)),
    )
)


def letter_of(data: bytes, *, languages: tuple[str, ...]) -> Letter:
    """Return what the message in `data` holds; malformed parts are named in what it misses, never dropped in silence."""
    root = mime.parse(data)
    letter = Letter(fields=root.fields)
    _note_programs(root, letter)
    for part in mime.leaves(root):
        if "parts nested too deeply" in part.defects:
            continue
        _sort(part, letter, languages)
    if found := mime.defects(root):
        for defect in found:
            if defect.startswith(("parts ", "a header ")):
                letter.miss(defect)
        letter.facts["defects"] = "; ".join(found)
    return letter


def _note_programs(root: mime.Mime, letter: Letter) -> None:
    """Keep what mail programs write into their mailboxes: Thunderbird's flags, the Status of Unix, Gmail's labels, drafts.

    Thunderbird leaves deleted messages in the file until it is compacted; their flag is all that tells them apart.
    """
    flags: list[str] = []
    if status := root.field("x-mozilla-status"):
        bits = int(status, 16) if _HEXADECIMAL.fullmatch(status) else 0
        flags += [name for bit, name in _MOZILLA.items() if bits & bit]
    letters = root.field("status") + root.field("x-status")
    if len(letters) <= 8:
        flags += [name for letter_, name in _UNIX.items() if letter_ in letters]
    if flags:
        letter.facts["flags"] = ", ".join(dict.fromkeys(flags))
    if "deleted" in flags:
        letter.state = "deleted"
    elif root.field("x-unsent") == "1" or "draft" in flags:
        letter.state = "not sent"
    if labels := root.field("x-gmail-labels"):
        letter.facts["labels"] = headers.line(headers.decoded(labels))[:500]
    letter.conversation = headers.line(root.field("x-gm-thrid"))[:100]


def _sort(part: mime.Mime, letter: Letter, languages: tuple[str, ...]) -> None:
    kind = part.kind
    if kind == "text/plain" and not part.parts:
        if not part.is_attachment and not part.file_name():
            _add_text(part, letter, languages)
            return
    elif kind in _ENCRYPTED_TYPES:
        signed = "signed-data" in part.parameter("smime-type").lower()
        letter.miss(
            "a signed part in an envelope (S/MIME) that is not opened"
            if signed
            else "an encrypted part (PGP or S/MIME): no key given"
        )
    elif kind.startswith("multipart/"):
        if part.body.strip() and not part.is_attachment:
            _add_text(part, letter, languages, as_kind="text/plain")
            letter.miss("a multipart without its boundary, read as plain text")
        return
    elif not part.is_attachment and not part.file_name():
        if kind == "text/html":
            _add_text(part, letter, languages)
            return
        if kind in _REPORTS:
            _add_text(part, letter, languages, as_kind="text/plain")
            letter.facts["report"] = kind
            return
        if kind in _RETURNED_HEADERS:
            letter.quoted.append(_text(part, letter, languages).strip())
            return
    _enclose(part, letter)


def _enclose(part: mime.Mime, letter: Letter) -> None:
    name = child_name(headers.decoded(part.file_name()))
    encoding = part.field("content-transfer-encoding").strip().lower()
    if part.kind == "message/rfc822" and encoding not in ("base64", "quoted-printable"):
        letter.enclosed.append(Enclosed(name, part.body, part.kind))
        return
    data, problem = part.content()
    if problem:
        letter.miss(problem)
    if data or name:
        letter.enclosed.append(Enclosed(name, data, part.kind))


def _add_text(part: mime.Mime, letter: Letter, languages: tuple[str, ...], as_kind: str = "") -> None:
    text = _text(part, letter, languages)
    kind = as_kind or part.kind
    if kind == "text/plain" and "flowed" in part.field("content-type").lower():
        text = _unflowed(text, delete_space=part.parameter("delsp").lower() == "yes")
    (letter.html if kind == "text/html" else letter.plain).append(text)
    if _PGP in text:
        letter.miss("an encrypted part (PGP): no key given")


def _text(part: mime.Mime, letter: Letter, languages: tuple[str, ...]) -> str:
    data, problem = part.content()
    if problem:
        letter.miss(problem)
    claimed = part.parameter("charset").strip().lower()
    clean = _clean(data, claimed)
    if clean is not None:
        letter.facts.setdefault("charset", f"{claimed} (stated)" if claimed else "ascii" if data.isascii() else "utf-8")
        return clean
    decoded = decoded_as(data, claimed if _CHARSET.fullmatch(claimed) else "", languages)
    letter.replaced += decoded.replaced
    letter.facts.setdefault("charset", decoded.facts["charset"])
    return decoded.text.replace("\r\n", "\n") if "\r" in decoded.text else decoded.text


def _clean(data: bytes, claimed: str) -> str | None:
    """Return the text of bytes that keep to what is claimed and hold no control characters; None for all others.

    Bytes are looked through far faster than characters.
    """
    if len(data.translate(None, _CONTROLS)) != len(data) or claimed not in _PLAIN_CHARSETS:
        return None
    if b"\r" in data:
        data = data.replace(b"\r\n", b"\n")
    if data.isascii():
        return data.decode("ascii")
    try:
        if claimed in ("", "utf-8", "utf8"):
            return data.decode("utf-8") if b"\xc2" not in data and not data.startswith(b"\xef\xbb\xbf") else None
        if claimed.startswith("windows") or not C1.search(data):
            return data.decode(claimed)
    except UnicodeDecodeError:
        pass
    return None


def _unflowed(text: str, *, delete_space: bool) -> str:
    """Join the lines that a program broke for the screen (RFC 3676, 4.2): a space at their end says so."""
    out: list[list[str]] = []
    joins = False
    depth = -1
    for line in text.split("\n"):
        mark = line[: len(line) - len(line.lstrip(">"))]
        rest = line[len(mark) :].removeprefix(" ") if mark or line.startswith(" ") else line
        soft = rest.endswith(" ") and rest != "-- "
        if soft and delete_space:
            rest = rest[:-1]
        if joins and len(mark) == depth and rest != "-- ":
            out[-1].append(rest)
        else:
            out.append([f"{mark} {rest}" if mark else rest])
        joins, depth = soft, len(mark)
    return "\n".join(map("".join, out))

"""What a file is, told from its content: signatures first, then the structure of text; never its extension.

A name is asked only where content cannot decide between kinds of text (a table, a note, a memo set out like a letter).
"""

from __future__ import annotations

import codecs
import csv
import importlib
import re
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, Final
from unicodedata import category

import puremagic

EMPTY: Final = "application/x-empty"
UNKNOWN: Final = "application/octet-stream"
_HEAD_BYTES: Final = 48 << 10
_BOXES: Final = 24
_BOX_BYTES: Final = 2048


def identify(path: Path, *, hint: str = "") -> str:
    """Return the media type of a file by its first 48 KiB or so; `application/octet-stream` where nothing fits.

    `hint` is the name it came with, consulted only between kinds of text. Raises OSError where it cannot be opened.
    """
    with path.open("rb") as source:
        head = source.read(_HEAD_BYTES)
        if not head:
            return EMPTY
        kind = _by_signature(head, source) or _by_text(head, hint) or _by_library(head)
    return _by_structure(kind, head, path, hint) or kind


STRUCTURES: Final[dict[str, tuple[str, ...]]] = {
    "application/octet-stream": ("extractors.archive.sniff", "extractors.video.sniff"),
    "video/x-matroska": ("extractors.video.sniff",),
    "video/mpeg": ("extractors.video.sniff",),
    "video/dvd": ("extractors.video.sniff",),
    "video/mp2t": ("extractors.video.sniff",),
    "text/plain": (
        "extractors.mail.sniff",
        "extractors.chat.sniff",
    ),
    "text/markdown": ("extractors.chat.sniff",),
    "text/csv": ("extractors.chat.sniff",),
    "application/json": ("extractors.chat.sniff",),
    "application/xml": ("extractors.phone.sniff", "extractors.chat.sniff", "extractors.office.sniff"),
    "application/vnd.sqlite3": ("extractors.phone.sniff",),
    "message/rfc822": ("extractors.mail.sniff",),
    "application/x-ole-storage": ("extractors.mail.sniff", "extractors.office.sniff"),
    "application/zip": (
        "extractors.phone.sniff",
        "extractors.office.sniff",
    ),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ("extractors.office.sniff",),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ("extractors.office.sniff",),
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": ("extractors.office.sniff",),
    "application/msword": ("extractors.office.sniff",),
    "application/vnd.ms-excel": ("extractors.office.sniff",),
    "application/vnd.ms-powerpoint": ("extractors.office.sniff",),
    "text/html": ("extractors.office.sniff",),
}
"""What content of a general kind is looked at more closely by, in order: `module` with a function `look`.

`look(media_type, head, path, hint)` returns the narrower media type, or an empty string where it is none of its own. It reads
little, believes nothing and never raises on a malformed file.
"""


def _by_structure(kind: str, head: bytes, path: Path, hint: str) -> str:
    looks = (importlib.import_module(module).look for module in STRUCTURES.get(kind, ()))
    return next((found for look in looks if (found := look(kind, head, path, hint))), "")


# --- signatures ----------------------------------------------------------------------------------------------------

_PREFIXES: Final[tuple[tuple[bytes, str], ...]] = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\0", "image/tiff"),
    (b"MM\0*", "image/tiff"),
    (b"II+\0\x08\0\0\0", "image/tiff"),
    (b"MM\0+\0\x08\0\0", "image/tiff"),
    (b"8BPS", "image/vnd.adobe.photoshop"),
    (b"\0\0\0\x0cjP  \r\n\x87\n", "image/jp2"),
    (b"fLaC", "audio/flac"),
    (b"#!AMR-WB\n", "audio/amr-wb"),
    (b"#!AMR\n", "audio/amr"),
    (b"FORM", "audio/aiff"),
    (b".snd", "audio/basic"),
    (b"\x1aE\xdf\xa3", "video/x-matroska"),
    (b"FLV\x01", "video/x-flv"),
    (b"0&\xb2u\x8ef\xcf\x11", "video/x-ms-asf"),
    (b"\x1f\x8b\x08", "application/gzip"),
    (b"BZh", "application/x-bzip2"),
    (b"\xfd7zXZ\0", "application/x-xz"),
    (b"(\xb5/\xfd", "application/zstd"),
    (b"7z\xbc\xaf'\x1c", "application/x-7z-compressed"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"MSCF\0\0\0\0", "application/vnd.ms-cab-compressed"),
    (b'\x04"M\x18', "application/x-lz4"),
    (b"!<arch>\n", "application/x-archive"),
    (b"070701", "application/x-cpio"),
    (b"070702", "application/x-cpio"),
    (b"070707", "application/x-cpio"),
    (b"SQLite format 3\0", "application/vnd.sqlite3"),
    (b"{\\rtf", "application/rtf"),
    (b"!BDN", "application/vnd.ms-outlook-pst"),
    (b"PAR1", "application/vnd.apache.parquet"),
    (b"\x7fELF", "application/x-executable"),
    (b"%!PS", "application/postscript"),
    (b"-----BEGIN PGP ", "application/pgp-encrypted"),
    (b"\x78\x9f\x3e\x22", "application/ms-tnef"),
)


def _by_signature(head: bytes, source: BinaryIO) -> str:
    for prefix, media_type in _PREFIXES:
        if head.startswith(prefix) and (media_type != "audio/aiff" or head[8:12] in (b"AIFF", b"AIFC")):
            return media_type
    for look in _LOOKS:
        if found := look(head):
            return found
    if head[4:8] == b"ftyp":
        return _iso_media(head, source)
    return ""


def _pdf(head: bytes) -> str:
    """PDF's header may stand anywhere in the first 1,024 bytes; after other text it must be followed by objects."""
    at = head[:1032].find(b"%PDF-")
    if at == 0 or (at > 0 and re.search(rb"\d+ \d+ obj", head)):
        return "application/pdf"
    return ""


def _riff(head: bytes) -> str:
    if head[:4] not in (b"RIFF", b"RF64"):
        return ""
    kinds = {b"WAVE": "audio/wav", b"WEBP": "image/webp", b"AVI ": "video/x-msvideo"}
    return kinds.get(head[8:12], "")


def _ogg(head: bytes) -> str:
    if not head.startswith(b"OggS"):
        return ""
    return "video/ogg" if b"\x80theora" in head[:512] else "audio/ogg"


def _bmp(head: bytes) -> str:
    header_size = int.from_bytes(head[14:18], "little")
    return "image/bmp" if head[:2] == b"BM" and header_size in (12, 16, 40, 52, 56, 64, 108, 124) else ""


def _zip(head: bytes) -> str:
    if not head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return ""
    if head[30:38] == b"mimetype":
        stored = re.match(rb"application/[a-z0-9.+-]+", head[38 : 38 + 120])
        return stored.group().decode() if stored else "application/zip"
    office = "application/vnd.openxmlformats-officedocument."
    if b"[Content_Types].xml" in head or b"_rels/.rels" in head:
        for folder, kind in (
            (b"word/", "wordprocessingml.document"),
            (b"xl/", "spreadsheetml.sheet"),
            (b"ppt/", "presentationml.presentation"),
        ):
            if folder in head:
                return office + kind
    return "application/zip"


def _ole(head: bytes) -> str:
    if not head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return ""
    streams = {
        "__substg1.0_": "application/vnd.ms-outlook",
        "WordDocument": "application/msword",
        "Workbook": "application/vnd.ms-excel",
        "PowerPoint Document": "application/vnd.ms-powerpoint",
    }
    return next(
        (kind for name, kind in streams.items() if name.encode("utf-16-le") in head), "application/x-ole-storage"
    )


def _tar(head: bytes) -> str:
    return "application/x-tar" if head[257:262] == b"ustar" else ""


def _bytecode(head: bytes) -> str:
    """Python's compiled modules (PEP 552): some are so full of names that they would pass for text."""
    flags = int.from_bytes(head[4:8], "little")
    return "application/x-bytecode.python" if head[2:4] == b"\r\n" and len(head) >= 16 and flags < 4 else ""


def _mpeg_audio(head: bytes) -> str:
    """MP3 or ADTS: a frame header that is valid and, where the file goes on, followed by another of the same kind.

    The byte order mark of UTF-16 is a valid first half of one too, so a file with it must go on.
    """
    marked = head.startswith(codecs.BOM_UTF16_LE)
    start = _after_id3(head)
    if start >= len(head):
        return "audio/mpeg" if start else ""
    if start and head.startswith(b"fLaC", start):
        return "audio/flac"
    for length_of, media_type in ((_adts_bytes, "audio/aac"), (_mp3_bytes, "audio/mpeg")):
        length = length_of(head, start)
        ends = start + length + 4 > len(head)
        if length and ((ends and not marked) or length_of(head, start + length)):
            return media_type
    return "audio/mpeg" if start else ""


def _after_id3(head: bytes) -> int:
    """Return where the audio begins: past an ID3v2 tag, whose size is four bytes of seven bits."""
    if not head.startswith(b"ID3") or len(head) < 10:
        return 0
    size = 0
    for byte in head[6:10]:
        size = size << 7 | byte & 0x7F
    return 10 + size


def _adts_bytes(head: bytes, at: int) -> int:
    if at + 7 > len(head) or head[at] != 0xFF or head[at + 1] & 0xF6 != 0xF0 or (head[at + 2] >> 2) & 15 > 12:
        return 0
    length = (head[at + 3] & 3) << 11 | head[at + 4] << 3 | head[at + 5] >> 5
    return length if length > 7 else 0


_BIT_RATES: Final = {
    (1, 3): (32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448),
    (1, 2): (32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    (1, 1): (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (2, 3): (32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256),
    (2, 2): (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
    (2, 1): (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
"""kbit/s by (MPEG 1 or 2, layer field of the header): ISO/IEC 11172-3 and 13818-3."""


def _mp3_bytes(head: bytes, at: int) -> int:
    if at + 4 > len(head) or head[at] != 0xFF or head[at + 1] & 0xE0 != 0xE0:
        return 0
    version, layer = (head[at + 1] >> 3) & 3, (head[at + 1] >> 1) & 3
    rate, sampling, padding = head[at + 2] >> 4, (head[at + 2] >> 2) & 3, (head[at + 2] >> 1) & 1
    if version == 1 or layer == 0 or rate in (0, 15) or sampling == 3:
        return 0
    generation = 1 if version == 3 else 2
    hertz = (44100, 48000, 32000)[sampling] // {3: 1, 2: 2, 0: 4}[version]
    bits = _BIT_RATES[generation, layer][rate - 1] * 1000
    if layer == 3:
        return (12 * bits // hertz + padding) * 4
    samples = 72 if generation == 2 and layer == 1 else 144
    return samples * bits // hertz + padding


_LOOKS: Final[tuple[Callable[[bytes], str], ...]] = (_pdf, _riff, _ogg, _bmp, _zip, _ole, _tar, _bytecode, _mpeg_audio)


def _iso_media(head: bytes, source: BinaryIO) -> str:
    """Tell audio from video in an ISO base media file: by its brand, else by whether a video track is declared."""
    brand = head[8:12]
    if brand in (b"heic", b"heix", b"hevc", b"mif1", b"msf1", b"heim"):
        return "image/heic"
    if brand in (b"avif", b"avis"):
        return "image/avif"
    if brand in (b"M4A ", b"M4B ", b"M4P ", b"F4A "):
        return "audio/mp4"
    if brand == b"qt  ":
        return "video/quicktime"
    family = "3gpp" if brand[:3] in (b"3gp", b"3g2", b"3gr", b"3gs") else "mp4"
    movie = _movie_box(source)
    kind = "audio" if b"soun" in movie and b"vide" not in movie else "video"
    return f"{kind}/{family}"


def _movie_box(source: BinaryIO) -> bytes:
    """Return the start of the `moov` box, wherever it stands among the first boxes; empty where there is none."""
    position = 0
    for _ in range(_BOXES):
        source.seek(position)
        header = source.read(16)
        if len(header) < 8:
            return b""
        size = int.from_bytes(header[:4], "big")
        if header[4:8] == b"moov":
            return header + source.read(8 * _BOX_BYTES)
        if size == 1:
            size = int.from_bytes(header[8:16], "big")
        if size < 8:
            return b""
        position += size
    return b""


# --- text ----------------------------------------------------------------------------------------------------------

_ROUTE_HEADERS: Final = frozenset(
    (
        "received",
        "message-id",
        "mime-version",
        "return-path",
        "delivered-to",
        "content-type",
        "x-mailer",
        "dkim-signature",
    )
)
_ADDRESS_HEADERS: Final = frozenset(("from", "to", "cc", "bcc", "date", "subject", "sender", "reply-to", "in-reply-to"))
_HEADER_LINE: Final = re.compile(r"([!-9;-~]{1,76}):(?:[ \t]|$)")
_RFC_DATE: Final = re.compile(r"^date:.*\d{1,2} \w{3} \d{2,4} \d{1,2}:\d{2}", re.IGNORECASE | re.MULTILINE)
_NEXT_MESSAGE: Final = re.compile(r"\n\r?\nFrom \S+.*\r?\n[!-9;-~]+:")
_HTML: Final = re.compile(
    r"<(?:!doctype\s+html|html|head|body|title|meta|table|div|p|a\s+href|h[1-6])\b", re.IGNORECASE
)
_MARKDOWN: Final = re.compile(
    r"^#{1,6} \S|^```|^\s*[-*] \[[ x]\] |^\|.+\|\s*$|^> \S|\[[^\]\n]+\]\([^)\n]+\)|\*\*\S[^*\n]*\*\*", re.MULTILINE
)


def _by_text(head: bytes, hint: str) -> str:
    text = _decode(head)
    if text is None:
        return ""
    suffix = Path(hint).suffix.lower()
    start = text.lstrip("\ufeff \t\r\n")
    if _is_email(start, suffix):
        return "message/rfc822"
    if start.startswith("From ") and _is_email(start.partition("\n")[2], suffix):
        return "application/mbox" if suffix != ".eml" and _NEXT_MESSAGE.search(start) else "message/rfc822"
    if start.startswith("<"):
        return _markup(start)
    for opening, media_type in (("BEGIN:VCARD", "text/vcard"), ("BEGIN:VCALENDAR", "text/calendar")):
        if start[:20].upper().startswith(opening):
            return media_type
    if _is_json(start):
        return "application/json"
    return _plain_kind(text, suffix)


def _decode(head: bytes) -> str | None:
    """Return the head as text, or None where it is no text."""
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF32_LE, "utf-32"),
        (codecs.BOM_UTF32_BE, "utf-32"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if head.startswith(mark):
            text = head[: len(head) & ~3].decode(encoding, "replace")
            return text if _is_mostly_assigned(text) else None
    if head.count(0) > len(head) // 4:
        return _unmarked_wide(head)
    try:
        text = codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        text = head.decode("latin-1")
    return text if _looks_written(text) else None


def _unmarked_wide(head: bytes) -> str | None:
    """Return UTF-16 without a byte-order mark as text: the zeros stand in one half of the pairs, and hardly elsewhere."""
    first, second = head[::2].count(0), head[1::2].count(0)
    if min(first, second) > max(first, second) // 50:
        return None
    text = head[: len(head) & ~1].decode("utf-16-le" if second > first else "utf-16-be", "replace")
    return text if _looks_written(text) else None


_TERMINAL: Final = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]{0,500}(?:\x07|\x1b\\)|\x1b[ -/]*[0-~]")
"""Control sequences for colours, the cursor and titles: ECMA-48, and xterm's for the last."""


def _looks_written(text: str) -> bool:
    """Say whether hardly anything in `text` is a C0 control character or undecodable, a terminal's sequences apart.

    Where there are such, it may ring and step back too. Bytes 80 to 9F say nothing: Shift-JIS and its like are full
    of them.
    """
    shown, sequences = _TERMINAL.subn("", text) if "\x1b" in text else (text, 0)
    fine = "\t\n\r\f\x1b\a\b" if sequences else "\t\n\r\f\x1b"
    odd = sum((character < " " and character not in fine) or character == "\ufffd" for character in shown)
    return odd <= len(shown) // 50


def _is_mostly_assigned(text: str) -> bool:
    """Say whether at most a tenth of `text`, or one of its characters, is a control, undecodable or means nothing.

    Of bytes at random about a sixth would be, read as UTF-16. A mark says enough to allow for some damage.
    """
    odd = sum(
        character == "\ufffd" or (character not in "\t\n\r\f\x1b\a\b" and category(character) in _MEANS_NOTHING)
        for character in text
    )
    return odd <= max(1, len(text) // 10)


_MEANS_NOTHING: Final = ("Cc", "Cn", "Co", "Cs")


def _is_email(start: str, suffix: str) -> bool:
    """Say whether the text opens with a header block that a mail program wrote.

    A memo typed with From, To and Date has no route headers and no RFC 5322 date: it is an email only if its name
    says so.
    """
    names: list[str] = []
    block: list[str] = []
    for line in start.splitlines()[:200]:
        match = _HEADER_LINE.match(line)
        if match:
            names.append(match.group(1).lower())
        elif not (names and line[:1] in (" ", "\t") and line.strip()):
            break
        block.append(line)
    known = set(names) & (_ROUTE_HEADERS | _ADDRESS_HEADERS)
    if suffix == ".eml":
        return bool(known)
    routed = bool(set(names) & _ROUTE_HEADERS) and bool(set(names) - {"content-type"})
    return len(known) >= 2 and (routed or ("from" in known and bool(_RFC_DATE.search("\n".join(block)))))


def _markup(start: str) -> str:
    opening = start[:4096]
    if _HTML.search(opening) and "<svg" not in opening[:200].lower():
        return "text/html"
    if re.search(r"<svg[\s>]", opening, re.IGNORECASE):
        return "image/svg+xml"
    return "application/xml" if re.match(r"<\?xml|<[A-Za-z_][\w:.-]*[\s/>]", opening) else "text/plain"


def _is_json(start: str) -> bool:
    return bool(
        re.match(r'\{\s*(?:"(?:[^"\\]|\\.){0,200}"\s*:|\}\s*$)|\[\s*(?:[\[{]|"(?:[^"\\]|\\.){0,500}"\s*[,\]])', start)
    )


def _plain_kind(text: str, suffix: str) -> str:
    if _is_table(text, named=suffix in (".csv", ".tsv")):
        return "text/csv"
    if suffix in (".md", ".markdown") or (suffix != ".txt" and len(_MARKDOWN.findall(text[:8192])) >= 3):
        return "text/markdown"
    return "text/plain"


def _is_table(text: str, *, named: bool) -> bool:
    """Say whether the first lines part into the same number of columns: two where the name says so, else three."""
    lines = text.splitlines()[:40]
    lines = lines[:-1] if len(lines) == 40 or (len(text) > 40_000 and len(lines) > 1) else lines
    for delimiter in ",;\t|":
        try:
            widths = [len(row) for row in csv.reader(lines, delimiter=delimiter) if row]
        except csv.Error:
            continue
        columns = max(set(widths), key=lambda width: (widths.count(width), width)) if widths else 0
        enough = columns >= (2 if named else 3) and len(widths) >= (1 if named else 3)
        if enough and widths.count(columns) >= (0.6 if named else 0.95) * len(widths):
            return True
    return False


# --- the rest ------------------------------------------------------------------------------------------------------


def _by_library(head: bytes) -> str:
    """Return puremagic's judgement where it rests on four bytes or more, for the formats we only name."""
    try:
        matches = puremagic.magic_string(head)
    except (puremagic.PureError, ValueError, IndexError, KeyError, UnicodeError):
        return UNKNOWN
    return next(
        (match.mime_type for match in matches if match.mime_type and len(match.byte_match or b"") >= 4), UNKNOWN
    )

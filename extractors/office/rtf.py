"""Rich Text Format: text, tables, notes, comments, tracked changes, hidden text, properties, pictures and objects."""

from __future__ import annotations

import binascii
import struct
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import msgspec
import olefile

from evidence.errors import LimitExceeded, Unreadable
from evidence.locator import RecordPlace
from extractors.moments import Moment, on_the_wall
from extractors.office import changes, embedded, properties
from extractors.office.changes import Change, Remark
from extractors.office.gathered import Gathered
from extractors.office.properties import Property
from extractors.office.rtf_tokens import Token, codec_of, codec_of_charset, packed_time, tokens
from extractors.text import one_line

_BYTES: Final = 512 << 20
_DEPTH: Final = 2_000
_STORIES: Final = {
    "footnote": "footnote", "annotation": "comment", "shptxt": "text box", "header": "header", "headerl": "header",
    "headerr": "header", "headerf": "header", "footer": "footer", "footerl": "footer", "footerr": "footer",
    "footerf": "footer",
}  # fmt: skip
_INFO: Final = {
    "title": "Title", "subject": "Subject", "author": "Author", "operator": "Last modified by", "manager": "Manager",
    "company": "Company", "keywords": "Keywords", "category": "Category", "doccomm": "Description", "comment": "Description",
    "hlinkbase": "Hyperlink base", "template": "Template", "generator": "Application",
}  # fmt: skip
_INFO_TIMES: Final = {"creatim": "Created", "revtim": "Modified", "printim": "Printed"}
_THROUGH: Final = frozenset(
    ("shppict", "shpinst", "shp", "object", "result", "fldrslt", "info", "shpgrp", "field", "txbx", "pn", "upr", "ud", "rtf",
     "listtext", "pntext", "userprops")
)  # fmt: skip
_DROPPED: Final = frozenset(
    ("fonttbl", "colortbl", "stylesheet", "listtable", "listoverridetable", "rsidtbl", "themedata", "nonshppict", "sn", "sv",
     "colorschememapping", "latentstyles", "datastore", "xmlnstbl", "filetbl", "pgptbl", "bkmkstart", "bkmkend", "revtbl",
     "objclass", "objname", "atnid", "atnref", "atrfstart", "atrfend", "propname", "staticval", "listname", "mmathPr",
     "pnseclvl", "wgrffmtfilter", "xe", "tc", "buptim", "passwordhash", "levelnumbers", "leveltext", "defchp", "defpap")
)  # fmt: skip
_CHARACTERS: Final = {
    "emdash": "—", "endash": "–", "bullet": "•", "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”",
    "emspace": "\u2003", "enspace": "\u2002", "tab": "\t", "line": "\n", "zwj": "\u200d", "zwnj": "\u200c",
}  # fmt: skip


class _State(msgspec.Struct):
    """What a group sets and its end undoes."""

    where: str = "story"
    """`story`, `dropped`, or the destination whose text is collected."""
    hidden: bool = False
    deleted: bool = False
    revised: bool = False
    author: int = 0
    dated: int = 0
    unicode_skip: int = 1
    codec: str = ""
    in_table: bool = False


class _Story(msgspec.Struct):
    """A run of paragraphs: the body, a note, a header."""

    field: str
    start: int = -1
    shown: str = ""
    hidden: str = ""
    deleted: str = ""
    deleted_by: tuple[int, int] = (0, 0)
    inserted: list[tuple[int, int, int, int]] = []
    """(author, date, start, end) in `shown`."""
    remark: list[str] = []


class RtfFile:
    """Reads one file, token by token."""

    def __init__(self, gathered: Gathered) -> None:
        self._gathered = gathered
        self._state = _State()
        self._stack: list[tuple[_State, int]] = []
        self._stories = [_Story(field="paragraph")]
        self._closing: list[int] = []
        self._bytes = bytearray()
        self._skip = 0
        self._star = False
        self._codec = "cp1252"
        self._fonts: dict[int, str] = {}
        self._font = 0
        self._collected: dict[str, str] = {}
        self._authors: list[str] = []
        self._properties: list[Property] = []
        self._moment: dict[str, int] = {}
        self._picture = "picture"
        self._links: list[str] = []
        self._counts: dict[str, int] = {}
        self._at = self._bytes_at = 0

    def read(self, data: bytes) -> None:
        """Read the whole file as one unit."""
        depth_end = 0
        for token in tokens(data):
            self._at = token.start
            if token.kind == "open":
                self._open()
            elif token.kind == "close":
                self._close(token)
                if not self._stack:
                    depth_end = token.end
                    break
            else:
                self._take(token)
            if self._gathered.full:
                self._gathered.miss("text beyond the limit on its length")
                break
        self._flush()
        self._end_paragraph(self._at)
        if self._stack and not self._gathered.full:
            self._gathered.miss("the file breaks off: its groups are not closed")
        if depth_end and len(data[depth_end:].strip(b"\0 \r\n")):
            self._gathered.fact("after_the_end", f"{len(data) - depth_end:,} bytes stand after the document's end")
        changes.said(self._counts, self._gathered)
        if self._links:
            self._gathered.add("\n".join(dict.fromkeys(self._links)), field="links", record=1)
        properties.add(self._gathered, self._properties, record=1, key="info")

    # --- groups ----------------------------------------------------------------------------------------------------

    def _open(self) -> None:
        self._flush()
        if len(self._stack) >= _DEPTH:
            raise LimitExceeded(f"its groups are nested more than {_DEPTH:,} deep")
        self._stack.append((msgspec.structs.replace(self._state), len(self._stories)))
        self._skip, self._star = 0, False

    def _close(self, token: Token) -> None:
        self._flush()
        if not self._stack:
            return
        ended = self._state
        state, stories = self._stack.pop()
        if ended.where not in ("story", "dropped") and state.where != ended.where:
            self._finish(ended.where, self._collected.pop(ended.where, ""))
        while len(self._stories) > stories:
            self._end_paragraph(token.start)
            self._end_story(self._stories.pop())
        self._state, self._skip, self._star = state, 0, False

    def _enter(self, word: str, number: int | None) -> bool:
        """Enter the destination that a control word begins; return whether it begins one."""
        if self._state.where == "dropped":
            return True
        if word in _STORIES:
            if self._state.where == "story":
                self._stories.append(_Story(field=_STORIES[word], inserted=[], remark=[]))
                self._state = _State(codec=self._state.codec, unicode_skip=self._state.unicode_skip)
            return True
        collected = word in _INFO or word in _INFO_TIMES or word in (
            "objdata", "pict", "fldinst", "atnauthor", "atndate", "fonttbl", "revtbl"
        )  # fmt: skip
        if (collected and self._state.where in ("story", "fonttbl", "revtbl")) or word in ("objdata", "pict"):
            self._state.where = word
            self._moment = {} if word in _INFO_TIMES else self._moment
            self._picture = "picture" if word == "pict" else self._picture
            self._collected[word] = ""
            return True
        if word in _DROPPED or (self._star and word not in _THROUGH):
            self._state.where = "dropped"
            return True
        return word in _THROUGH

    def _finish(self, where: str, text: str) -> None:
        """Take what was collected in a destination."""
        plain = one_line(text)
        if where in _INFO:
            self._properties.append(Property(_INFO[where], plain.rstrip(";")))
        elif where in _INFO_TIMES and (moment := self._info_time()):
            self._properties.append(Property(_INFO_TIMES[where], moment.written, moment))
        elif where == "revtbl":
            self._authors += [one_line(name) for name in text.split(";")]
        elif where == "fldinst":
            self._instruction(plain)
        elif where in ("atnauthor", "atndate"):
            self._stories[-1].remark.append(f"{where}:{plain}")
        elif where in ("objdata", "pict"):
            self._embedded(where, text)

    def _info_time(self) -> Moment | None:
        found = self._moment
        try:
            local = datetime(  # noqa: DTZ001 - the format keeps no zone
                found.get("yr", 0), found.get("mo", 1), found.get("dy", 1), found.get("hr", 0), found.get("min", 0),
                found.get("sec", 0),
            )  # fmt: skip
        except (ValueError, OverflowError):
            return None
        return on_the_wall(local.isoformat(sep=" "), local)

    def _instruction(self, code: str) -> None:
        kind, _, rest = code.strip().partition(" ")
        if kind.upper() == "HYPERLINK" and rest.lstrip().startswith('"'):
            self._links.append(rest.lstrip()[1:].partition('"')[0])
        elif kind.upper() in ("DDE", "DDEAUTO", "INCLUDETEXT", "INCLUDEPICTURE", "LINK", "IMPORT"):
            self._gathered.fact("fields_that_fetch", code[:200])

    def _embedded(self, where: str, text: str) -> None:
        digits = "".join(text.split())
        try:
            data = binascii.unhexlify(digits[: len(digits) & ~1])
        except (binascii.Error, ValueError):
            self._gathered.miss("an embedded object or picture that is damaged")
            return
        if not data:
            return
        number = len(self._gathered.children) + 1
        at = data.find(olefile.MAGIC)
        if where == "pict":
            self._gathered.keep(
                f"{self._picture.partition('.')[0]}-{number}.{self._picture.partition('.')[2] or 'bin'}", data
            )
        elif at >= 0:
            embedded.keep(self._gathered, f"object-{number}", data[at:])
        else:
            inner = _packaged(data)
            self._gathered.keep(inner.name if inner else f"object-{number}", inner.data if inner else data)

    # --- text ------------------------------------------------------------------------------------------------------

    def _take(self, token: Token) -> None:
        if token.kind in ("hex", "text"):
            self._bytes_in(token)
            return
        self._flush()
        if token.kind == "symbol":
            self._symbol(token.name)
        elif not self._enter_or_set(token):
            self._command(token.name, token.number)

    def _bytes_in(self, token: Token) -> None:
        data = token.data
        if self._skip:
            taken = min(self._skip, len(data))
            self._skip -= taken
            data = data[taken:]
        if self._state.where != "dropped":
            self._bytes_at = token.start if not self._bytes else self._bytes_at
            self._bytes += data

    def _flush(self) -> None:
        if self._bytes:
            text = self._bytes.decode(self._state.codec or self._codec, "replace")
            self._bytes.clear()
            self._write(text, at=self._bytes_at)

    def _symbol(self, symbol: str) -> None:
        if symbol == "*":
            self._star = True
        elif symbol in "~_\\{}":
            self._write({"~": "\u00a0", "_": "\u2011"}.get(symbol, symbol))
        elif symbol in "\r\n":
            self._end_paragraph(self._at)

    def _enter_or_set(self, token: Token) -> bool:
        entered = self._enter(token.name, token.number)
        self._star = False
        return entered

    def _write(self, text: str, *, at: int = -1) -> None:
        state = self._state
        if state.where == "dropped":
            return
        if state.where != "story":
            if len(self._collected.get(state.where, "")) < _BYTES:
                self._collected[state.where] = self._collected.get(state.where, "") + text
            return
        story = self._stories[-1]
        story.start = (at if at >= 0 else self._at) if story.start < 0 else story.start
        if state.deleted:
            story.deleted += text
            story.deleted_by = (state.author, state.dated)
        elif state.hidden:
            story.hidden += text
        else:
            if state.revised:
                start = len(story.shown)
                last = story.inserted[-1] if story.inserted else (-1, -1, -1, -1)
                if last[:2] == (state.author, state.dated) and last[3] == start:
                    story.inserted[-1] = (*last[:3], start + len(text))
                else:
                    story.inserted.append((state.author, state.dated, start, start + len(text)))
            story.shown += text

    def _command(self, word: str, number: int | None) -> None:
        state = self._state
        on = number != 0
        if word == "u" and number is not None:
            self._unicode(number)
        elif word in _CHARACTERS:
            self._write(_CHARACTERS[word])
        elif word in ("par", "sect", "page", "row", "nestrow"):
            self._paragraph_mark(word)
        elif word in ("cell", "nestcell"):
            self._write("\t")
        elif word == "v":
            state.hidden = on
        elif word in ("deleted", "revised"):
            setattr(state, word, on)
        elif word in ("revauth", "revauthdel"):
            state.author = number or 0
        elif word in ("revdttm", "revdttmdel"):
            state.dated = number or 0
        elif word == "plain":
            state.hidden = state.deleted = state.revised = False
        elif word in ("intbl", "pard"):
            state.in_table = word == "intbl"
        elif word == "uc":
            state.unicode_skip = max(0, number if number is not None else 1)
        else:
            self._encoding(word, number)

    def _encoding(self, word: str, number: int | None) -> None:
        if word == "ansicpg" and number:
            self._codec = codec_of(number)
        elif word == "mac":
            self._codec = "mac_roman"
        elif word == "f" and number is not None:
            if self._state.where == "fonttbl":
                self._font = number
            else:
                self._state.codec = self._fonts.get(number, "")
        elif word == "fcharset":
            if number:
                self._fonts[self._font] = codec_of_charset(number)
        elif word in ("pngblip", "jpegblip", "emfblip", "wmetafile"):
            self._picture = "picture." + {"pngblip": "png", "jpegblip": "jpg", "emfblip": "emf"}.get(word, "wmf")
        elif word in ("yr", "mo", "dy", "hr", "min", "sec") and number is not None:
            self._moment[word] = number

    def _unicode(self, number: int) -> None:
        code = number & 0xFFFF
        self._write(chr(code))
        self._skip = self._state.unicode_skip

    def _paragraph_mark(self, word: str) -> None:
        if self._state.where != "story":
            return
        if word == "par" and self._state.in_table:
            self._write(" ")
        else:
            self._end_paragraph(self._at, table=word in ("row", "nestrow"))

    def _end_paragraph(self, end: int, *, table: bool = False) -> None:
        """Add the paragraph that ends; in a comment it is kept until the comment ends."""
        story = self._stories[-1]
        start = max(0, story.start)
        shown = _paired(story.shown).rstrip()
        if story.field == "comment":
            story.remark.append(f"text:{shown}")
        else:
            field = "table" if table and story.field == "paragraph" else story.field
            segment = self._add(shown, field, start, end)
            for author, dated, first, last in story.inserted:
                self._changed("inserted", author, dated, shown[first:last], segment, (first, last), (start, end))
            self._add(_paired(story.hidden), "hidden text", start, end)
            if story.deleted.strip():
                segment = self._add(_paired(story.deleted), "deleted", start, end, self._name(story.deleted_by[0]))
                self._changed("deleted", *story.deleted_by, story.deleted, segment, (-1, -1), (start, end))
        story.shown = story.hidden = story.deleted = ""
        story.inserted, story.start = [], -1

    def _add(self, text: str, field: str, start: int, end: int, speaker: str = "") -> int:
        if not text.strip():
            return -1
        self._counts[field] = self._counts.get(field, 0) + 1
        place = RecordPlace(
            record=self._counts[field],
            field=field,
            offset=start,
            length=max(0, end - start),
            origin=self._gathered.origin,
        )
        return self._gathered.add_at(text.rstrip(), place, speaker=speaker)

    def _name(self, author: int) -> str:
        return self._authors[author] if 0 <= author < len(self._authors) else ""

    def _changed(
        self, did: str, author: int, dated: int, text: str, segment: int, span: tuple[int, int], where: tuple[int, int]
    ) -> None:
        key = f"bytes {where[0]} to {where[1]}"
        change = Change(did, self._name(author), packed_time(dated), key, _paired(text), *span)
        changes.add_change(change, self._gathered, segment, self._counts)

    def _end_story(self, story: _Story) -> None:
        if story.field != "comment":
            return
        above = self._stories[-1].remark
        said = {line.partition(":")[0]: line.partition(":")[2] for line in [*above, *story.remark]}
        above.clear()
        text = "\n".join(line.partition(":")[2] for line in story.remark if line.startswith("text:")).strip()
        date = said.get("atndate", "")
        self._counts["comment"] = number = self._counts.get("comment", 0) + 1
        when = packed_time(int(date)) if date.lstrip("-").isdigit() and len(date) < 12 else None
        remark = Remark(author=said.get("atnauthor", ""), when=when, text=text, key=f"comment {number}")
        changes.add_remark(remark, self._gathered, record=number)


def _paired(text: str) -> str:
    """Return text with the halves of characters beyond the basic plane joined; lone halves become U+FFFD."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _packaged(data: bytes) -> Any:
    """Return the file in an OLE 1 object ([MS-OLEDS] 2.2.5) of class Package; None for another."""
    try:
        _, kind, length = struct.unpack_from("<III", data)
        name = data[12 : 12 + length].rstrip(b"\0")
        at = 12 + length
        for _ in range(2):
            (length,) = struct.unpack_from("<I", data, at)
            at += 4 + length
        return embedded.native(data[at:]) if kind == 2 and name == b"Package" else None
    except (struct.error, IndexError):
        return None


def read(path: Path, gathered: Gathered) -> None:
    """Read a file as one unit; raises Unreadable."""
    try:
        if path.stat().st_size > min(_BYTES, gathered.context.limits.memory_bytes // 6):
            raise LimitExceeded("an RTF file too large to hold in memory")
        data = path.read_bytes()
    except OSError as error:
        raise Unreadable("the file cannot be opened") from error
    RtfFile(gathered).read(data)
    gathered.close("file", 1)

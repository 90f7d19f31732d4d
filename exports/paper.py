"""Setting a summary on paper: Typst in, PDF/A-3b (and PDF/UA-1) out; the same records give the same bytes."""

from __future__ import annotations

import re
import tempfile
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import typst

from evidence.errors import CasegraphError
from exports.material import Summary

_TEMPLATE = Path(__file__).with_name("summary.typ")
STANDARDS: Any = ["a-3b", "ua-1"]
_MISSING = re.compile(r'the text `"((?:[^"\\]|\\.)+)"` could not be displayed')
_ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}|\\(.)")
_PROBE = b"""\
#set document(title: "probe")
#set text(font: ("Libertinus Serif", "New Computer Modern", "DejaVu Sans Mono"))
#for c in json("probe.json") [#text(c) ]
"""
_TURNS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Characters that turn the direction of what follows, and so could make a line read as something else."""
_LINE_ENDS = re.compile(r"\r\n|[\r\v\f\u0085\u2028\u2029]")
_TRIES = 4


def set_on_paper(
    summary: Summary, *, attachments: Mapping[str, bytes], pictures: Mapping[str, bytes], preview: bool = False
) -> bytes:
    """Return the PDF of `summary`, with `attachments` (`summary.json`, `source_index.csv`) inside.

    A `preview` is stamped as one across each page. No system font is used, so that another machine gives the same bytes. Every string reaches the template as data.
    """
    with tempfile.TemporaryDirectory(prefix="casegraph-paper-") as folder:
        root = Path(folder)
        (root / "pictures").mkdir()
        for name, data in pictures.items():
            (root / "pictures" / name).write_bytes(data)
        for name, data in attachments.items():
            (root / name).write_bytes(data)
        (root / "summary.typ").write_bytes(_TEMPLATE.read_bytes())
        return _compile(root, summary, preview=preview)


def _compile(root: Path, summary: Summary, *, preview: bool) -> bytes:
    hidden = frozenset(unprintable(summary))
    plain = msgspec.to_builtins(summary)
    dated = datetime.fromisoformat(summary.front.as_of).astimezone(UTC).replace(microsecond=0)
    for _ in range(_TRIES):
        (root / "print.json").write_bytes(msgspec.json.encode(printable(plain, hidden)))
        try:
            return _typst(root / "summary.typ", dated=dated, preview=preview)
        except typst.TypstError as error:
            more = frozenset(_missing_in(error))
            if not more - hidden:
                raise CasegraphError(
                    f"the summary could not be set on paper: {error.message}",
                    next_step="report this with the message; summary.json is not affected",
                ) from error
            hidden |= more
    raise CasegraphError("the summary could not be set on paper: its characters cannot be shown", next_step="report it")


def unprintable(summary: Summary) -> list[str]:
    """Return the characters that are printed as code points: no glyph for them, or they would turn the line."""
    unusual = {c for text in _strings(msgspec.to_builtins(summary)) for c in set(_lines(text)) if not _plain(c)}
    refused = {c for c in unusual if c in _TURNS or unicodedata.category(c) in ("Cc", "Co", "Cs", "Cn")}
    return sorted(refused | _without_glyph(unusual - refused))


def _plain(character: str) -> bool:
    """Whether the bundled fonts are known to have it (Basic Latin to Latin Extended-B, bar the controls)."""
    return character == "\n" or " " <= character <= "~" or ("\u00a0" <= character <= "\u024f" and character != "\u00ad")


def _without_glyph(characters: Iterable[str]) -> set[str]:
    asked = sorted(characters)
    if not asked:
        return set()
    with tempfile.TemporaryDirectory(prefix="casegraph-paper-") as folder:
        root = Path(folder)
        (root / "probe.json").write_bytes(msgspec.json.encode(asked))
        (root / "probe.typ").write_bytes(_PROBE)
        try:
            _typst(root / "probe.typ", dated=datetime(2000, 1, 1, tzinfo=UTC))
        except typst.TypstError as error:
            return set(_missing_in(error)) & set(asked)
    return set()


def _typst(main: Path, *, dated: datetime, preview: bool = False) -> bytes:
    """Return the PDF of a Typst file; no system font, no network, nothing outside its folder.

    A preview keeps to no standard: a stamp over a table that goes on overleaf breaks the tags that PDF/UA asks for.
    """
    return typst.compile(
        main,
        root=main.parent,
        format="pdf",
        pdf_standards=[] if preview else STANDARDS,
        ignore_system_fonts=True,
        timestamp=dated,
        sys_inputs={"preview": "yes"} if preview else {},
    )


def _missing_in(error: typst.TypstError) -> Iterator[str]:
    for found in _MISSING.finditer(f"{error.message}\n{error.diagnostic}"):
        yield from _ESCAPED.sub(lambda part: chr(int(part[1], 16)) if part[1] else part[2], found[1])


def printable(value: Any, hidden: frozenset[str]) -> Any:
    """Return `value` with every string as it is printed: hidden characters as `⟨U+0007⟩`, right-to-left isolated."""
    if isinstance(value, str):
        return _printable_text(value, hidden)
    if isinstance(value, dict):
        return {_printable_text(key, hidden): printable(inner, hidden) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [printable(inner, hidden) for inner in value]
    return value


def _printable_text(text: str, hidden: frozenset[str]) -> str:
    shown = "".join(code_point(c) if c in hidden else c for c in _lines(text))
    if not any(unicodedata.bidirectional(c) in ("R", "AL", "AN") for c in shown):
        return shown
    return "\n".join(f"\u2068{line}\u2069" for line in shown.split("\n"))


def _lines(text: str) -> str:
    return _LINE_ENDS.sub("\n", text).replace("\t", " ")


def code_point(character: str) -> str:
    """Return a character as its code point: `⟨U+202E⟩`."""
    return f"⟨U+{ord(character):04X}⟩"


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _strings(key)
            yield from _strings(inner)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from _strings(inner)

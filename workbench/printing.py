"""How the terminal looks: aligned tables without boxes, one closing line, and the same facts as JSON."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any, Literal

import msgspec
from rich.console import Console
from rich.table import Table
from rich.text import Text

_WIDTH_PIPED = 100
_KEPT_WHOLE = 34
_LEAST = 20
out = Console(highlight=False, width=None if sys.stdout.isatty() else _WIDTH_PIPED, soft_wrap=False)
err = Console(highlight=False, stderr=True)

REVIEW_WORDS = {
    "unreviewed": "machine reading",
    "reading_confirmed": "reading confirmed",
    "attributed": "assessment",
    "corrected": "corrected",
    "rejected": "rejected",
}
"""The words of FACE.md for the review states; the same everywhere."""


def print_json(facts: object) -> None:
    """Print facts as JSON with stable keys, two spaces deep."""
    encoded = msgspec.json.encode(facts, order="deterministic", enc_hook=str)
    sys.stdout.write(msgspec.json.format(encoded, indent=2).decode() + "\n")


def table(rows: Sequence[Sequence[Any]], *headings: str, right: Sequence[str] = ()) -> None:
    """Print rows aligned under headings; columns named in `right` are right-aligned. Long columns wrap."""
    made = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0), show_edge=False)
    for index, heading in enumerate(headings):
        widest = max([len(heading), *(len(str(row[index])) for row in rows)])
        justify: Literal["left", "right"] = "right" if heading in right else "left"
        last = index == len(headings) - 1
        keep = not last and widest <= _KEPT_WHOLE
        made.add_column(heading, justify=justify, overflow="fold", no_wrap=keep, min_width=min(widest, _LEAST))
    for row in rows:
        made.add_row(*(cell if isinstance(cell, Text) else Text(safe(cell)) for cell in row))
    out.print(made)


def say(line: str = "") -> None:
    """Print one line of plain text; markup in it is not interpreted and control characters do not reach the screen."""
    out.print(Text(safe(line)))


def say_raw(text: str) -> None:
    """Write our own text as it stands, unwrapped: for what another program reads."""
    sys.stdout.write(safe(text) + "\n")


def note(line: str) -> None:
    """Print one line to standard error."""
    err.print(Text(safe(line)))


def heading(line: str) -> None:
    """Print a heading."""
    out.print(Text(safe(line), style="bold"))


def safe(value: object) -> str:
    """Return text without control or bidirectional override characters: evidence must not steer the terminal."""
    text = str(value)
    return "".join(character if character.isprintable() or character in "\n\t" else "\ufffd" for character in text)


def quote(text: str, *, at_most: int = 200) -> str:
    """Return text on one line, cut at `at_most` code points with an ellipsis."""
    line = " ".join(text.split())
    return line if len(line) <= at_most else line[: at_most - 1] + "…"


def plural(count: int, one: str, many: str = "") -> str:
    """Return `1 exhibit`, `30 exhibits`."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def cut_off(given: int, total: int, what: str) -> str:
    """Return that a list ends before all of it was given, with the numbers; nothing where it is whole."""
    return f"cut off: the first {given:,} of {total:,} {what}; ask for less to have the rest" if given < total else ""


def size(size_bytes: int) -> str:
    """Return a size as people read it."""
    amount = float(size_bytes)
    for unit in ("B", "kB", "MB", "GB"):
        if amount < 1000 or unit == "GB":
            return f"{amount:.0f} {unit}" if unit == "B" else f"{amount:.1f} {unit}"
        amount /= 1000
    return f"{size_bytes} B"


def seconds(amount: float) -> str:
    """Return a time as `12 s`, `3 min 20 s`, `2 h 05 min`."""
    whole = round(amount)
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes} min {rest:02d} s"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02d} min"

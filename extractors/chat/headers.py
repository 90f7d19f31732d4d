"""The lines that begin a message in a text export: date, time and sender, in the shapes that phones write them.

WhatsApp writes them in the phone's language and region: `[05/03/2024, 3:04:05 PM] Dee: …` (iOS), `5.3.2024 klo 15.04 - Dee: …`
(Android), with digits and marks of direction of the script. One file keeps one shape, which a sample of it tells.
"""

from __future__ import annotations

import re
from typing import Final, Literal, NamedTuple, TypeAlias

from extractors.chat.thread import MARKS

Frame: TypeAlias = Literal["bracket", "dash"]
_M: Final = f"[{MARKS}]*"
_SPACE: Final = "[ \u00a0\u202f]"
_GAP: Final = r"(?P<gap>[^\d\n\[\]]{1,20}?)"
"""Between date and time: `, `, ` klo `, ` kl. `, `، `, `. `, ` г., `, and where it stands first the half of the day: ` 오후 `."""
_TIME: Final = r"(?P<time>\d{1,2}(?:[:.]| h )\d{2}(?:[:.]\d{2})?)"
_AFTER: Final = r"(?P<after>[^\d\n\[\]:–-]{0,16}?)"
_SENDER: Final = rf"(?:(?P<sender>[^:\n]{{1,120}}):(?:{_SPACE}|(?=[{MARKS}])|(?=\r?\n|\Z)))?"
_JOINTS: Final[dict[str, str]] = {
    "/": rf"{_M}/{_M}",
    "-": rf"{_M}-{_M}",
    ".": rf"{_M}\.{_M} ?",
    "年": r"[年月] ?",
    "년": r"[년월] ?",
}
_ENDS: Final = {"/": "", "-": "", ".": rf"\.?(?:{_SPACE}?г\.?)?", "年": "日", "년": "일"}
_SAMPLE_LINES: Final = 400


class Shape(NamedTuple):
    """How the lines of one file begin."""

    frame: Frame
    joint: str
    """What parts the date: `/`, `-`, `.`, or the first character of those that East Asian phones write."""
    ascii_digits: bool

    @property
    def pattern(self) -> re.Pattern[str]:
        """Return the one pattern for the whole file: groups `date`, `gap`, `time`, `after`, `sender`; starts at `\\n`."""
        return re.compile(_written(self.frame, self.joint), re.ASCII if self.ascii_digits else 0)


def _written(frame: Frame, joint: str) -> str:
    between = _JOINTS[joint]
    date = rf"(?P<date>\d{{1,4}}{between}\d{{1,2}}{between}\d{{1,4}}{_ENDS[joint]})"
    if frame == "bracket":
        return rf"\n{_M}\[{_M}{date}{_GAP}{_TIME}{_AFTER}\]{_M}{_SPACE}?{_M}{_SENDER}"
    return rf"\n{_M}{date}{_GAP}{_TIME}{_AFTER}{_SPACE}[–-]{_SPACE}{_M}{_SENDER}"


_FRAMES: Final[tuple[Frame, ...]] = ("bracket", "dash")
_ALL: Final = {(frame, joint): re.compile(_written(frame, joint)) for frame in _FRAMES for joint in _JOINTS}


def shape_of(text: str) -> Shape | None:
    """Return the shape that most of the first lines of a text have; None where hardly any begins like a message."""
    lines = text.split("\n", _SAMPLE_LINES)[:_SAMPLE_LINES]
    sample = "\n" + "\n".join(lines)
    counts = {key: sum(1 for _ in pattern.finditer(sample)) for key, pattern in _ALL.items()}
    frame, joint = max(counts, key=lambda key: counts[key])
    many = counts[frame, joint]
    if not many or (many < 2 and len(lines) > 3):
        return None
    first = _ALL[frame, joint].search(sample)
    return Shape(frame, joint, ascii_digits=first is None or first["date"][0].isascii())

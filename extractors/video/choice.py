"""Which frames of a film are read: those at which something new stands still long enough to be read.

A frame is compared with the one chosen last on a grey copy 256 pixels wide, as a whole and in blocks of 16, so that one new
line of text counts and noise does not. What was chosen before is not chosen again, and there is a bound on frames an hour.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt

THUMB_PX: Final = 256
FRAMES_AN_HOUR: Final = 600
_AT_ONCE: Final = 20
"""Frames beyond its share of the hour that a stretch may have."""
_DIFFERS: Final = 24
_BLOCK: Final = 16
_CHANGED: Final = 0.004
_CHANGED_BLOCK: Final = 0.10
_SCENE: Final = 0.10
_SCENE_MS, _TEXT_MS, _STOOD_MS, _SPACING_MS = 2_000, 5_000, 1_500, 1_000

Thumb = npt.NDArray[np.int16]
RULES: Final[dict[str, str | int | bool | list[str]]] = {
    "thumb_px": THUMB_PX,
    "frames_an_hour": FRAMES_AN_HOUR,
    "at_once": _AT_ONCE,
    "differs": _DIFFERS,
    "changed_permille": round(_CHANGED * 1000),
    "changed_block_permille": round(_CHANGED_BLOCK * 1000),
    "scene_permille": round(_SCENE * 1000),
    "wait_ms": [str(_SCENE_MS), str(_TEXT_MS), str(_STOOD_MS), str(_SPACING_MS)],
    "choice": 1,
}


class Sample:
    """A decoded frame at `at_ms`, small and grey, with the frame itself while it may still be chosen."""

    __slots__ = ("at_ms", "frame", "pts", "sharpness", "thumb")

    def __init__(self, at_ms: int, pts: int, thumb: Thumb, frame: Any) -> None:
        self.at_ms, self.pts, self.thumb, self.frame = at_ms, pts, thumb, frame
        self.sharpness = float(np.abs(np.diff(thumb, axis=0)).mean() + np.abs(np.diff(thumb, axis=1)).mean())


class Chosen:
    """A frame that was chosen, why, until when it stood, and when it was seen again."""

    def __init__(self, sample: Sample, why: str) -> None:
        self.at_ms, self.pts, self.thumb, self.frame, self.why = (
            sample.at_ms,
            sample.pts,
            sample.thumb,
            sample.frame,
            why,
        )
        self.since_ms = self.until_ms = sample.at_ms
        self.again_ms: list[int] = []

    def facts(self) -> dict[str, str]:
        """Return why and when, as facts of its unit."""
        again = " ".join(map(str, self.again_ms[:20]))
        return {"chosen": self.why, "seen_from_ms": str(self.since_ms), "seen_until_ms": str(self.until_ms)} | (
            {"seen_again_ms": again} if again else {}
        )


class Chooser:
    """Sees the samples of one stretch in order and says which frames to read."""

    def __init__(self, *, first_why: str, hours: float) -> None:
        self._first_why, self._most = first_why, _AT_ONCE + round(FRAMES_AN_HOUR * hours)
        self._chosen: list[Chosen] = []
        self._last: Chosen | None = None
        self._before: Sample | None = None
        self._waiting: Sample | None = None
        self._since_ms = 0
        self._first_ms = 0
        self.passed_over = 0
        """Changes that were not read because of the bound."""

    def see(self, sample: Sample) -> list[Chosen]:
        """Return the frames that this sample settles: none, one, or two where one scene gave way to another."""
        before, self._before = self._before, sample
        if self._last is None:
            self._first_ms = sample.at_ms
            return self._choose(sample, self._first_why)
        made = self._gave_way(sample)
        if not changed(sample.thumb, self._last.thumb):
            self._last.until_ms = sample.at_ms
            self._waiting = None
            return made
        if self._waiting is None:
            self._waiting, self._since_ms = sample, sample.at_ms
        elif sample.sharpness >= self._waiting.sharpness or self._over_the_bound(sample.at_ms):
            self._waiting = sample
        still = before is not None and not changed(sample.thumb, before.thumb)
        patience = _SCENE_MS if _share(sample.thumb, self._last.thumb) >= _SCENE else _TEXT_MS
        if still or sample.at_ms - self._since_ms >= patience:
            made += self._settle()
        return made

    def _gave_way(self, sample: Sample) -> list[Chosen]:
        """Return the frame that waits, where it stood for a while and now is another; it is a scene of its own."""
        waiting = self._waiting
        if waiting is None or not changed(sample.thumb, waiting.thumb):
            return []
        scene = _share(sample.thumb, waiting.thumb) >= _SCENE
        if sample.at_ms - waiting.at_ms < (_SPACING_MS // 2 if scene else _STOOD_MS):
            return []
        made = self._settle()
        if self._waiting is not None:  # it was over the bound, and now it is gone
            self.passed_over += 1
            self._waiting = None
        return made

    def finish(self) -> list[Chosen]:
        """Return the frame that still waits at the end, if any."""
        made = self._settle() if self._waiting is not None else []
        self.passed_over += self._waiting is not None
        return made

    def _settle(self) -> list[Chosen]:
        """Choose what waits; over the bound it goes on waiting."""
        sample = self._waiting
        assert self._last is not None
        assert sample is not None
        if self._over_the_bound(sample.at_ms):
            return []
        self._waiting = None
        scene = _share(sample.thumb, self._last.thumb) >= _SCENE
        return self._choose(sample, "a new scene" if scene else "something in the picture changed")

    def _choose(self, sample: Sample, why: str) -> list[Chosen]:
        for earlier in reversed(self._chosen):
            if not changed(sample.thumb, earlier.thumb):
                earlier.again_ms.append(sample.at_ms)
                self._last = earlier
                return []
        self._last = Chosen(sample, why)
        self._last.since_ms = min(self._since_ms, sample.at_ms) if self._chosen else sample.at_ms
        self._chosen.append(self._last)
        return [self._last]

    def _over_the_bound(self, at_ms: int) -> bool:
        share = _AT_ONCE + FRAMES_AN_HOUR * (at_ms - self._first_ms) / 3_600_000
        return len(self._chosen) >= min(share, self._most)


def changed(one: Thumb, other: Thumb) -> bool:
    """Whether two thumbs differ by more than noise: in four pixels of a thousand, or a tenth of any block."""
    differs = np.abs(one - other) > _DIFFERS
    return bool(differs.mean() >= _CHANGED or _blocks(differs).max(initial=0.0) >= _CHANGED_BLOCK)


def _share(one: Thumb, other: Thumb) -> float:
    return float((np.abs(one - other) > _DIFFERS).mean())


def _blocks(differs: npt.NDArray[np.bool_]) -> npt.NDArray[np.float64]:
    """Return the share of changed pixels of every block, those at the edges smaller."""
    rows, columns = (-(-side // _BLOCK) * _BLOCK for side in differs.shape)
    padded = np.zeros((rows, columns), np.float64)
    padded[: differs.shape[0], : differs.shape[1]] = differs
    made: npt.NDArray[np.float64] = padded.reshape(rows // _BLOCK, _BLOCK, columns // _BLOCK, _BLOCK).mean(axis=(1, 3))
    return made

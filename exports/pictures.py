"""The picture that goes with a cited passage: a crop of the page, or the loudness of the seconds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from PIL import Image

from evidence.case import Case
from evidence.digest import Sha256
from evidence.errors import CasegraphError
from evidence.locator import Box, FramePlace, PagePlace, clock
from evidence.records import Exhibit
from exports.crops import cut, waveform_svg
from exports.material import Crop, Locator, Waveform
from extractors.image import open_oriented
from extractors.pdf import render_page
from extractors.protocols import Limits
from extractors.sound import decode
from extractors.video.frames import frame_image

_AROUND_MS = 1_500
_LONGEST_MS = 60_000
_SLICES = 160
_LOUDEST = 32_768


@dataclass(slots=True)
class Album:
    """Draws pictures and keeps their bytes by file name; a page is rendered once while it is in use."""

    case: Case
    pictures: dict[str, bytes] = field(default_factory=dict)
    _page: tuple[tuple[str, int, int], Image.Image] | None = None

    def crop(
        self, exhibit: Exhibit, locator: Locator, boxes: Sequence[Box], *, media_type: str, file: str
    ) -> tuple[Crop | None, str]:
        """Return the crop around `boxes`, or None and why there is none."""
        place = locator.place
        if not isinstance(place, PagePlace | FramePlace):
            return None, ""
        page_number = place.page if isinstance(place, PagePlace) else 0
        image = f"page {page_number}" if page_number else f"the frame at {clock(place.at_ms)}"  # type: ignore[union-attr]
        description = f"Piece of {image} of exhibit {exhibit.number}" + (", words boxed" if boxes else "")
        try:
            page = self._rendered(exhibit, place, media_type)
        except (CasegraphError, OSError, ValueError) as error:
            return None, f"The page could not be drawn: {error}"
        size_px = (place.width_px, place.height_px)
        crop, self.pictures[file] = cut(
            page, boxes, size_px=size_px, number=page_number, file=file, description=description
        )
        return crop, ""

    def _rendered(self, exhibit: Exhibit, place: PagePlace | FramePlace, media_type: str) -> Image.Image:
        path = self.case.vault.path(Sha256(exhibit.sha256))
        if isinstance(place, FramePlace):
            return drawn(path, place, media_type)
        key = (exhibit.sha256, place.page, place.dpi)
        if self._page is None or self._page[0] != key:
            self._page = (key, drawn(path, place, media_type))
        return self._page[1]

    def waveform(self, exhibit: Exhibit, locator: Locator, *, file: str) -> tuple[Waveform | None, str]:
        """Return the loudness around the seconds cited, or None and why there is none."""
        if locator.start_ms < 0:
            return None, ""
        from_ms = max(0, locator.start_ms - _AROUND_MS)
        to_ms = min(locator.end_ms + _AROUND_MS, from_ms + _LONGEST_MS)
        path = self.case.vault.path(Sha256(exhibit.sha256))
        try:
            sound = decode(path, limits=Limits(), first_ms=from_ms, last_ms=to_ms)
        except (CasegraphError, OSError, ValueError) as error:
            return None, f"The recording could not be drawn: {error}"
        wave = Waveform(
            start_ms=locator.start_ms,
            end_ms=locator.end_ms,
            from_ms=from_ms,
            to_ms=from_ms + max(sound.duration_ms, 1),
            peaks=loudness(sound.pcm.astype(np.int32)),
        )
        self.pictures[file] = waveform_svg(wave)
        return wave, ""


def drawn(path: Path, place: PagePlace | FramePlace, media_type: str) -> Image.Image:
    """Return the page or frame that boxes refer to, as it is drawn from the original; raises Unreadable and the like."""
    if isinstance(place, FramePlace):
        return frame_image(path, place.at_ms)
    if media_type == "application/pdf":
        return render_page(path, place.page, place.dpi)
    return open_oriented(path, place.page)


def loudness(pcm: np.ndarray[tuple[int, ...], np.dtype[np.int32]]) -> tuple[int, ...]:
    """Return the greatest magnitude of equal slices, 0 to 100, the loudest slice filling the height."""
    loudest = max(int(np.abs(pcm).max(initial=0)), _LOUDEST // 100)
    pieces = np.array_split(np.abs(pcm), _SLICES)
    return tuple(int(piece.max(initial=0)) * 100 // loudest for piece in pieces)

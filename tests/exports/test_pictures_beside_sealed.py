"""A crop is wider than its words: where something on its page is sealed, none is printed."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from evidence.locator import PagePlace, TimePlace
from exports.cited import _beside_sealed

PAGE = PagePlace(page=2, width_px=1000, height_px=1400, dpi=150)


@pytest.mark.parametrize(
    ("sealed", "place", "hidden"),
    [
        (("CG-0001", "page", 2, 5), PAGE, True),
        (("CG-0001", "page", 3, 1), PAGE, False),
        (("CG-0002", "page", 2, 1), PAGE, False),
        (("CG-0001", "file", 1, 1), PAGE, True),
        (("CG-0001", "minute", 9, 1), TimePlace(start_ms=0, end_ms=900), True),
    ],
)
def test_what_a_picture_could_show(sealed: tuple[str, str, int, int], place: object, hidden: bool) -> None:
    record: Any = SimpleNamespace(state=SimpleNamespace(sealed_segments={sealed}))
    assert _beside_sealed("CG-0001", place, record) is hidden

"""In a real browser: a scanned page opened at a hit, its word boxed where the word is; zoom, the next page, a row of a table."""

from __future__ import annotations

from typing import Any

import pytest

from evidence.locator import Box
from graph import queries
from graph.project import open_graph
from graph.sources import span_spot
from web.browsing import browser_on, needs_chromium, picture
from web.conftest import Site
from workbench.web.pages import evidence_url

pytestmark = needs_chromium
_PLACE = "[...document.querySelectorAll('.boxes .lit')].map(b => b.getBoundingClientRect()).map(r => [r.x, r.y, r.width, r.height])"
_IMAGE = "(() => { const r = document.querySelector('.sheet-of img').getBoundingClientRect(); return [r.x, r.y, r.width, r.height]; })()"


@pytest.mark.parametrize(("width", "height", "dark"), [(1280, 800, False), (1920, 1080, True)])
def test_a_scanned_page_opens_at_the_hit(site: Site, width: int, height: int, dark: bool) -> None:
    with open_graph(site.case) as graph:
        phone = next(one for one in queries.mentions_in(graph, "CG-0008.p1.1") if one.kind == "phone")
        spot = span_spot(graph, phone.segment, phone.start, phone.end)
    address = site.address + evidence_url("CG-0008", phone.segment, phone.start, phone.end)
    with browser_on(site, width=width, height=height, dark=dark) as page:
        page.goto(address)
        assert page.locator(".passage mark").all_inner_texts() == phone.quote.replace(" ", "\n \n").split("\n")
        assert not page.locator(".sheet-of img").is_visible(), "a picture waits until it is asked for"
        page.keyboard.press("v")
        page.wait_for_selector(".sheet-of[data-shown]")
        _lit_where_the_words_are(page, spot.boxes, spot.width_px)
        picture(page, f"evidence-{width}-{'dark' if dark else 'light'}")
        before = page.evaluate(_IMAGE)[2]
        page.keyboard.press("+")
        assert page.evaluate(_IMAGE)[2] == pytest.approx(before * 1.25, rel=0.01)
        _lit_where_the_words_are(page, spot.boxes, spot.width_px)
        page.keyboard.press("0")
        page.keyboard.press("r")
        across, tall = page.evaluate(_IMAGE)[2:]
        assert across > tall, "turned"
        if not dark:
            _on_through_the_pages(page, site)


def _lit_where_the_words_are(page: Any, boxes: tuple[Box, ...], width_px: int) -> None:
    left, top, across, _ = page.evaluate(_IMAGE)
    scale = across / width_px
    lit = page.evaluate(_PLACE)
    assert len(lit) == len(boxes) > 0
    for (x, y, wide, high), box in zip(lit, boxes, strict=True):
        expected = (left + box.left * scale, top + box.top * scale, box.width * scale, box.height * scale)
        assert (x, y, wide, high) == pytest.approx(expected, abs=4), "the stroke adds a pixel or two"
    assert lit[0][1] < page.viewport_size["height"], "on screen without scrolling"


def _on_through_the_pages(page: Any, site: Site) -> None:
    page.locator(".passage .w").first.click()
    assert page.locator(".boxes .on").count() == 1, "a word in the text lights its box"
    page.keyboard.press("b")
    assert "blur" in page.locator(".sheet-of").get_attribute("class")
    page.keyboard.press("b")
    page.keyboard.press("n")
    page.wait_for_url("**/evidence/CG-0008?unit=p2")
    page.wait_for_selector(".sheet-of[data-shown]")
    page.locator(".history >> text=received").first.wait_for()
    page.goto(f"{site.address}/evidence/CG-0026?row=250")
    assert page.locator("tr.on").inner_text().split()[0] == "250"
    picture(page, "evidence-table")
    page.goto(f"{site.address}/exhibits?outcome=not+read")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/evidence/CG-0003")
    assert "damaged or cut short" in page.locator(".middle").inner_text()

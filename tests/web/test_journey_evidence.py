"""In a real browser: a scanned page opened at a hit, its word boxed where it is, and judged there by keys; the next page, a row of a table."""

from __future__ import annotations

from typing import Any

import pytest

from evidence.acts import ActWithdrawn, MentionAdded, MentionDecided
from evidence.ledger import Actor
from evidence.locator import Box
from graph import queries
from graph.project import open_graph
from graph.sources import anchor_of, span_spot
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
            page.goto(address)
            _judged_where_it_stands(page, site, phone.id)


def _judged_where_it_stands(page: Any, site: Site, phone: str) -> None:
    page.wait_for_selector(".sheet-of[data-shown]")
    page.keyboard.press("c")
    page.wait_for_selector(f"[data-mention={phone}] .fate >> text=written, the graph follows")
    assert page.locator(f"[data-mention={phone}] .state:visible").inner_text() == f"reading confirmed by {site.name}"
    assert page.locator(f".named[data-m={phone}].on.is-reading_confirmed").count()
    assert "reading confirmed" in page.inner_text("#said")
    page.keyboard.press("j")
    date = page.locator("#readings > .on").get_attribute("data-mention")
    assert date != phone
    assert page.locator(".boxes .lit").count() == 3, "the light goes with what is chosen"
    page.keyboard.press("y")
    page.keyboard.type("of another notice")
    page.keyboard.press("Enter")
    page.keyboard.press("x")
    page.wait_for_selector(f"[data-mention={date}].is-rejected .fate >> text=written, the graph follows")
    assert page.locator("#readings > .on").get_attribute("data-mention") == date, "what is chosen stays chosen"
    picture(page, "evidence-judged")
    money = _judged_by_another(page, site)
    page.keyboard.press("u")
    page.wait_for_selector("#said >> text=Taken back")
    page.keyboard.press("u")
    page.wait_for_selector(f"[data-mention={date}].is-unreviewed >> text=machine reading")
    page.locator(".passage .w", has_text="manager").dblclick()
    page.keyboard.press("a")
    page.wait_for_selector("#work form")
    assert page.inner_text("#work .span") == "“manager”"
    page.select_option("#work select[name=kind]", "organisation")
    page.locator("#work form button", has_text="Add").click()
    page.wait_for_selector("#readings >> text=“manager”")
    acts = [event.act for event in site.case.custody.events() if event.line.actor == site.name]
    decided = [(act.verdict, act.reason) for act in acts if isinstance(act, MentionDecided)]
    assert decided == [
        ("confirm", "compared with the page"),
        ("reject", "of another notice"),
        ("reject", "of another notice"),
    ]
    assert sum(isinstance(act, ActWithdrawn) for act in acts) == 2
    assert isinstance(acts[-1], MentionAdded)
    assert (acts[-1].anchor.quote, acts[-1].anchor.kind) == ("manager", "organisation")
    assert len({phone, date, money}) == 3


def _judged_by_another(page: Any, site: Site) -> str:
    """What somebody else judged meanwhile is said in plain words; agreeing then takes a second key."""
    page.keyboard.press("k")
    page.keyboard.press("k")
    name = page.locator("#readings > .on").get_attribute("data-mention")
    with open_graph(site.case) as graph:
        anchor = anchor_of(graph, name)
    first = MentionDecided(anchor=anchor, verdict="reject", reason="a price list")
    site.case.record(first, actor=Actor(name="Ben", account="ben", host="bench"))
    page.keyboard.press("c")
    problem = page.locator(f"[data-mention={name}] .problem")
    problem.wait_for()
    assert "Meanwhile Ben judged this reading (reject: a price list)" in problem.inner_text()
    assert page.locator(f"[data-mention={name}] .state:visible").inner_text() == "rejected by Ben"
    page.keyboard.press("x")
    page.wait_for_selector(f"[data-mention={name}] .fate >> text=written, the graph follows")
    return str(name)


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

"""In a real browser: the graph grows from a thing, a line opens its evidence, a way is found, a picture is saved."""

from __future__ import annotations

import re
from typing import Any

from web.browsing import PICTURES, browser_on, needs_chromium, picture

PHONE = "+442079460142"


def _wait_for_things(page: Any, fewest: int) -> int:
    """Wait until at least so many things are listed and drawn; returns how many are."""
    page.locator(f"#things > tr:nth-child({fewest})").wait_for()
    page.locator("#graph[data-drawn]").wait_for()
    return int(page.locator("#things > tr").count())


@needs_chromium
def test_the_graph_grows_by_choice_and_every_line_opens_its_evidence(site: Any) -> None:
    with browser_on(site) as page:
        page.goto(f"{site.address}/graph")
        page.get_by_text("Nothing is drawn yet").wait_for()
        page.fill("#begin-with", PHONE)
        page.press("#begin-with", "Enter")
        page.locator(".beginnings button", has_text=PHONE).first.click()
        page.wait_for_selector("#beside .card")
        begun = _wait_for_things(page, 1)
        page.keyboard.press("Enter")
        grown = _wait_for_things(page, 5)
        page.locator("#lines > tr").first.click()
        page.wait_for_selector("#beside .evidence a.strip")
        assert "/evidence/CG-" in page.locator("#beside a.strip").first.get_attribute("href")
        picture(page, "graph")
        page.keyboard.press("u")
        page.locator(f"#graph[data-drawn='{begun}']").wait_for()
        page.goto(f"{site.address}/graph?of=%2B442079460142")
        assert _wait_for_things(page, grown) == grown
        address = page.url
        page.goto(f"{site.address}/")
        page.goto(address)
        assert _wait_for_things(page, grown) == grown


@needs_chromium
def test_a_way_is_found_by_keys_and_the_picture_is_stamped(site: Any) -> None:
    with browser_on(site, width=1920, height=1080, dark=True) as page:
        page.goto(f"{site.address}/graph?of=%2B442079460142")
        _wait_for_things(page, 5)
        page.keyboard.press("j")
        page.keyboard.press("p")
        for _ in range(4):
            page.keyboard.press("j")
        page.keyboard.press("p")
        page.wait_for_selector("#beside [data-way] a.strip")
        page.click("#filters summary")
        page.check("input[name=family][value=co_mention]")
        page.wait_for_url("**co_mention**")
        _wait_for_things(page, 5)
        page.keyboard.press("g")
        page.locator("#groups summary", has_text="Group A").wait_for()
        assert page.locator("#outlines .hull").count() == page.locator("#groups summary").count()
        assert page.locator("#outlines .letter").count() == page.locator("#groups .members > li").count()
        page.wait_for_url("**groups=1**")
        page.locator("#groups .ties button").first.click()
        page.wait_for_selector("#beside .evidence a.strip")
        picture(page, "graph-dark")
        PICTURES.mkdir(parents=True, exist_ok=True)
        for kind in ("svg", "png"):
            with page.expect_download() as started:
                page.click(f"[data-does={kind}]")
            started.value.save_as(PICTURES / f"graph-saved.{kind}")
        saved = (PICTURES / "graph-saved.svg").read_text()
        assert "Illustrative aid, not evidence" in saved
        assert "co-mention" in saved
        assert "group A" in saved
        assert "nothing else of anyone" in saved
        assert re.search(r"Drawn \d{4}-\d\d-\d\d \d\d:\d\d UTC", saved)
        assert (PICTURES / "graph-saved.png").read_bytes()[:4] == b"\x89PNG"

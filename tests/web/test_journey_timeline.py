"""In a real browser: the sample zoomed to a day by keyboard, an event opened at its place, a route looked at on the map."""

from __future__ import annotations

import re
from typing import Any

from web.browsing import PICTURES, browser_on, needs_chromium, picture
from web.conftest import Site

OUTLINED = "#map[data-drawn*=outline]"
ROUTED = "#map[data-drawn*=' stops']:not([data-drawn*=' 0 stops'])"


@needs_chromium
def test_from_all_of_it_to_a_day_an_event_and_a_route(site: Site) -> None:
    with browser_on(site) as page:
        page.goto(f"{site.address}/timeline")
        page.wait_for_selector("#events tr")
        assert page.locator("#picture path.bar").count() > 3
        assert page.locator("#picture a[data-id]").count() == 0
        picture(page, "timeline")
        page.keyboard.press("j")
        page.keyboard.press("j")
        chosen = page.get_attribute("#events tr[aria-current=true]", "data-id")
        page.keyboard.press("D")
        page.wait_for_selector(f'#picture a[data-id="{chosen}"] .chosen')
        assert re.search(r"since=2026-\d\d-\d\dT00%3A00%3A00&until=2026-\d\d-\d\dT00%3A00%3A00", page.url)
        assert "(1 d)" in page.inner_text("#window")
        href = page.get_attribute(f'#events tr[data-id="{chosen}"] a', "href")
        assert href is not None
        with page.expect_request(lambda asked: asked.url.endswith(href)):
            page.keyboard.press("Enter")
        page.goto(f"{site.address}/timeline?since=2026-02-14&until=2026-02-15")
        page.wait_for_selector("#picture a[data-id]")
        _save(page, "2026-02-14 00:00:00 to 2026-02-15 00:00:00 UTC (1 d)")
        page.keyboard.press("m")
        page.wait_for_selector(OUTLINED)
        page.wait_for_selector("#spots button")
        page.select_option("#route", index=1)
        page.wait_for_selector("#stops li")
        page.wait_for_selector(ROUTED)
        page.locator("#space").scroll_into_view_if_needed()
        picture(page, "map")
        everywhere = page.inner_text("#window")
        page.locator("#spots button").first.click()
        page.get_by_role("button", name="Only what is recorded here").click()
        page.locator("#window", has_text="only in the region").wait_for()
        assert "box=" in page.url
        assert page.inner_text("#window") != everywhere


def _save(page: Any, window: str) -> None:
    """Save what is shown both ways: it says what it is, of what case, and when it was drawn; and needs nothing of the page."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    for kind in ("svg", "png"):
        with page.expect_download() as started:
            page.click(f"[data-save={kind}]")
        started.value.save_as(PICTURES / f"timeline-saved.{kind}")
    saved = (PICTURES / "timeline-saved.svg").read_text()
    assert "Illustrative aid, not evidence" in saved
    assert ">Harbour Lodge<" in saved
    assert window in saved
    assert "events of every party" in saved
    assert re.search(r"Drawn \d{4}-\d\d-\d\d \d\d:\d\d UTC", saved)
    assert not re.search(r"class=|href=|var\(", saved)
    assert (PICTURES / "timeline-saved.png").read_bytes()[:4] == b"\x89PNG"

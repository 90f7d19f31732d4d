"""In a real browser: the sample zoomed to a day by keyboard, an event opened at its place, a route looked at on the map."""

from __future__ import annotations

import re

from web.browsing import browser_on, needs_chromium, picture
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

"""A person searches in a real browser: from a word to the place where it stands, by keyboard."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from running import ROOT

from web.browsing import browser_on, needs_chromium, picture

AXE = ROOT / "workbench" / "web" / "client" / "node_modules" / "axe-core" / "axe.min.js"


@needs_chromium
def test_from_a_word_to_the_place_where_it_stands(site: Any) -> None:
    with browser_on(site) as page:
        page.keyboard.press("/")
        page.keyboard.type('van OR hotel OR "day off"')
        page.keyboard.press("Enter")
        page.wait_for_selector("#here mark")
        assert 'van or hotel or the phrase "day off"' in page.inner_text(".understood")
        total = int(page.inner_text("#total"))
        assert page.locator("#hits > li").count() == total > 10
        page.wait_for_selector("#facets a")
        page.keyboard.press("j")
        line = page.locator("#hits > li[aria-current=true]")
        segment = line.get_attribute("data-segment")
        assert segment == page.locator("#hits > li").nth(1).get_attribute("data-segment")
        page.wait_for_function(
            "segment => document.querySelector('#here .strip').href.includes('at=' + segment)", arg=segment
        )
        assert page.locator("#here mark").count() >= 1
        picture(page, "search")
        _no_serious_fault(page)
        page.locator("#facets a", has_text="message").first.click()
        page.wait_for_selector("#facets a.on")
        assert "f=kind%3Amessage" in page.url
        assert 0 < int(page.inner_text("#total")) < total
        page.wait_for_selector("#known a[href^='/entities/']")
        page.locator(".chip").click()
        page.wait_for_function("total => document.querySelector('#total').textContent === total", arg=str(total))
        wanted = page.locator("#hits > li[aria-current=true] a.strip").get_attribute("href")
        page.keyboard.press("Enter")
        page.wait_for_url(f"{site.address}{wanted}")
        assert re.search(r"/evidence/CG-\d+\?at=CG-\d+\.\w+\.\d+&from=\d+&to=\d+$", page.url)
        page.goto(f"{site.address}/search?q=van")
        page.wait_for_selector("#here")
        page.keyboard.press("j")
        page.keyboard.press("j")
        third = page.locator("#hits > li").nth(2).get_attribute("data-segment")
        page.wait_for_function("segment => location.hash === '#' + encodeURIComponent(segment)", arg=third)
        page.keyboard.press("Enter")
        page.wait_for_url("**/evidence/**")
        page.go_back()
        page.wait_for_selector("#hits > li[aria-current=true]")
        assert page.locator("#hits > li[aria-current=true]").get_attribute("data-segment") == third


@needs_chromium
def test_many_hits_come_as_the_end_is_seen_and_a_list_is_taken_from_a_file(site: Any, tmp_path: Path) -> None:
    with browser_on(site, dark=True) as page:
        page.goto(f"{site.address}/search?q=van+OR+the")
        total = int(page.inner_text("#total"))
        assert total > 60
        for _ in range(30, total):
            page.keyboard.press("j")
        page.wait_for_selector("#hits > li:nth-child(31)")
        for _ in range(total):
            if not page.locator("#more").count():
                break
            page.locator("#hits > li").last.scroll_into_view_if_needed()
            page.wait_for_timeout(100)
        segments = page.eval_on_selector_all("#hits > li", "lines => lines.map(line => line.dataset.segment)")
        assert len(segments) == len(set(segments)) == total
        listed = tmp_path / "terms.txt"
        listed.write_text("hotel\nzebra\n", encoding="utf-8")
        page.goto(f"{site.address}/search/terms")
        page.set_input_files("#file", listed)
        page.wait_for_function("document.querySelector('#terms').value.includes('zebra')")
        page.click("#terms-form button >> nth=0")
        page.wait_for_selector("#counts")
        assert page.inner_text("#counts tbody tr:nth-child(1) td:nth-child(2)") == "4"
        assert "not found" in page.inner_text("#counts tbody tr:nth-child(2)")
        picture(page, "terms")
        _rows_are_sorted_and_copied(page)
        _no_serious_fault(page)
        page.goto(f"{site.address}/search?q=zebra")
        _no_serious_fault(page)


def test_a_form_keeps_what_was_typed_when_the_session_ended(site: Any) -> None:
    with browser_on(site) as page:
        page.goto(f"{site.address}/search/terms")
        page.fill("#terms", "hotel\nzebra")
        other = page.context.new_page()
        other.goto(site.address)
        other.click("text=Sign out")
        other.wait_for_url("**/sign-in*")
        page.click("#terms-form button >> nth=0")
        page.wait_for_selector("#said:has-text('in another tab')")
        assert page.input_value("#terms").strip() == "hotel\nzebra"
        other.fill("#name", site.name)
        other.fill("#password", site.password)
        other.click("main button")
        other.wait_for_url(f"{site.address}/")
        page.click("#terms-form button >> nth=0")
        page.wait_for_selector("#counts")
        assert page.input_value("#terms").strip() == "hotel\nzebra"
        page.click("details.saving summary")
        page.fill("#title", "kept")
        page.click("text=Save this list")
        page.wait_for_url("**/search/saved/*")
        assert "kept" in page.inner_text("main")
        page.click("text=Sign out")
        page.wait_for_url("**/sign-in*")


def _rows_are_sorted_and_copied(page: Any) -> None:
    """By a head: numbers the most first, then the least, then as they came; rows that come later fall into line."""
    first = "#counts tbody tr:nth-child(1) td:nth-child(1)"
    head = page.locator("#counts th", has_text="segments")
    for way, term in (("descending", "hotel"), ("ascending", "zebra"), (None, "hotel")):
        head.locator("button").click()
        assert (head.get_attribute("aria-sort"), page.inner_text(first)) == (way, term)
    page.locator("#counts th button", has_text="term").click()
    page.evaluate(
        "document.querySelector('#counts tbody').insertAdjacentHTML('beforeend', '<tr><td>=aha, \"x\"</td></tr>')"
    )
    page.wait_for_function("first => document.querySelector(first).textContent.startsWith('=aha')", arg=first)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.locator("#counts + .copies button", has_text="CSV").click()
    page.wait_for_selector("#said:has-text('3 lines copied')")
    copied = page.evaluate("navigator.clipboard.readText()").split("\r\n")
    assert copied[0].startswith("term,segments,rows")
    assert copied[1] == '"\'=aha, ""x"""', "no spreadsheet takes it for a formula"
    assert copied[2].startswith("hotel,4,")


def _no_serious_fault(page: Any) -> None:
    """Have axe look at the page; the browser's own policy lets nothing in, so it is evaluated as text."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    faults = page.evaluate("axe.run({resultTypes: ['violations']}).then(found => found.violations)")
    grave = [
        (fault["id"], [node["html"][:120] for node in fault["nodes"]])
        for fault in faults
        if fault["impact"] in ("serious", "critical")
    ]
    assert not grave, grave

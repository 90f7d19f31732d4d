"""Ten readings reviewed by the keyboard alone, in a real browser; then a finding, and a segment beside it."""

from __future__ import annotations

import time
from typing import Any

from evidence.acts import ActWithdrawn, FindingWritten, MentionDecided, SegmentTagged
from graph.chain import read_chain
from web.browsing import browser_on, needs_chromium, picture
from web.conftest import Site

pytestmark = needs_chromium

TEN = ("c", "c", "x", "c", "e", "c", "c", "u", "c", "n", "c", "c", "x")
"""What is pressed: ten readings are judged in the end, one of them after it was taken back, and one is skipped."""


def _settled(page: Any, done: int) -> None:
    """Wait until so many decisions are written."""
    deadline = time.monotonic() + 20
    while page.locator("#queue .is-done").count() != done or page.locator("#queue .is-posting").count():
        assert time.monotonic() < deadline, page.inner_text("#queue")
        time.sleep(0.02)


def test_ten_readings_by_the_keyboard_and_a_finding(site: Site) -> None:
    with browser_on(site) as page:
        page.goto(f"{site.address}/review")
        page.wait_for_selector("#evidence .words mark")
        page.wait_for_selector("#evidence img.crop")
        picture(page, "review")
        began, done = time.monotonic(), 0
        for key in TEN:
            page.keyboard.press(key)
            if key == "e":
                page.wait_for_selector("#work form")
                page.keyboard.type(_other(page))
                page.keyboard.press("Enter")
            done += {"u": -1, "n": 0}.get(key, 1)
            if key == "u":
                _settled(page, done)
        _settled(page, done)
        took = time.monotonic() - began
        print(f"ten readings reviewed by keyboard in {took:.1f} s")
        assert took < 60
        picture(page, "review-done")

        events = [event for event in site.case.custody.events() if event.line.actor == site.name]
        withdrawn = read_chain(site.case).withdrawn
        decided = [event for event in events if isinstance(event.act, MentionDecided)]
        standing = [event.act.verdict for event in decided if event.line.seq not in withdrawn]
        assert sorted(standing) == ["confirm"] * 7 + ["correct"] + ["reject"] * 2
        assert {event.act.reason for event in decided} == {"compared with the page"}
        assert sum(isinstance(event.act, ActWithdrawn) for event in events) == 1

        page.goto(f"{site.address}/findings")
        page.fill("#new-sentence", "The number on the registration form is the agency's.")
        page.keyboard.press("Enter")
        page.wait_for_selector("#F-1")
        page.click("#F-1 summary:has-text('Put a segment beside it')")
        page.fill("#q-F-1", "CG-0014.p1.1")
        page.keyboard.press("Enter")
        page.click("#F-1 .picks button")
        page.fill("#r-F-1", "the form gives the number")
        page.keyboard.press("Enter")
        page.wait_for_selector("#F-1 .tagged")
        picture(page, "findings")
        kinds = [type(event.act) for event in site.case.custody.events()][-2:]
        assert kinds == [FindingWritten, SegmentTagged]
        page.goto(f"{site.address}/review")
        page.wait_for_selector("#evidence .words mark")
        assert page.inner_text("#evidence .turn") == "a finding cites it"


def _other(page: Any) -> str:
    """A value of the kind of the reading that stands in the field, other than it."""
    kind = page.eval_on_selector("#work select[name=kind]", "field => field.value")
    return {
        "date": "2026-02-03",
        "phone": "+442079460199",
        "money": "GBP 1.00",
        "email": "other@example.org",
        "time": "06:31",
    }.get(kind, "Another Name")

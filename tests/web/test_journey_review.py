"""Ten readings reviewed by the keyboard alone, in a real browser; then a finding, and a segment beside it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from evidence.acts import ActWithdrawn, FindingWritten, MentionAdded, MentionDecided, SegmentTagged
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


def test_a_queue_that_cannot_be_read_says_so_and_is_read_again(site: Site) -> None:
    with browser_on(site) as page:
        page.route("**/api/review/queue*", lambda route: route.abort())
        page.goto(f"{site.address}/review")
        page.wait_for_selector("#evidence .problem")
        assert "could not be read" in page.inner_text("#evidence")
        page.unroute("**/api/review/queue*")
        page.click("text=Try again")
        page.wait_for_selector("#evidence .words mark")
        first = page.locator("#queue [aria-current] .value").inner_text()
        assert first == page.locator("#queue .value").first.inner_text()

        page.route("**/api/review/queue*", lambda route: route.abort())
        held = page.locator("#queue li").count()
        for _ in range(held):
            page.keyboard.press("n")
        page.wait_for_selector("#evidence .problem")
        assert "Nothing is left" not in page.inner_text("#evidence")
        page.unroute("**/api/review/queue*")
        page.click("text=Try again")
        page.wait_for_selector("#evidence .words mark")
        assert page.locator("#queue li").count() > held
        assert page.locator("#queue [aria-current]").evaluate("line => line.className") == ""


def test_what_is_not_written_stays_when_another_queue_is_chosen(site: Site) -> None:
    with browser_on(site) as page:
        page.goto(f"{site.address}/review?kind=date")
        page.wait_for_selector("#evidence .words mark")
        posts: list[Any] = []
        page.route("**/api/mentions/*/decision", lambda route: posts.append(route))
        value = page.locator("#queue .value").first.inner_text()
        page.keyboard.press("e")
        page.wait_for_selector("#work form")
        page.keyboard.type(typed := _other(page))
        page.keyboard.press("Enter")
        _until(page, lambda: len(posts) == 1)
        _choose(page, "person_name")
        posts[0].abort()
        page.wait_for_selector("#queue .is-failed")
        _choose(page, "place")
        assert page.locator("#queue .is-failed .value").all_inner_texts() == [value]
        assert "1 not written" in page.inner_text("#said")
        page.unroute("**/api/mentions/*/decision")
        page.click("#queue .is-failed button")
        page.keyboard.press("e")
        assert page.input_value("#work input[name=value]") == typed
        page.keyboard.press("Enter")
        _settled(page, 1)


def test_the_answer_for_the_queue_before_does_not_fill_the_one_chosen(site: Site) -> None:
    with browser_on(site) as page:
        asked: list[Any] = []

        def hold(route: Any) -> None:
            if asked:
                route.continue_()
            asked.append(route)

        page.route("**/api/review/queue*", hold)
        page.goto(f"{site.address}/review")
        _until(page, lambda: len(asked) == 1)
        before = asked[0].fetch()
        page.select_option("#filters [name=kind]", "date")
        page.wait_for_timeout(200)
        asked[0].fulfill(response=before)
        page.wait_for_selector("#evidence .words mark")
        assert len(asked) > 1
        kinds = page.locator("#queue li > .quiet").all_inner_texts()
        assert {kind.split(" · ")[0].strip() for kind in kinds} == {"date"}


def test_taking_back_takes_back_what_was_written(site: Site) -> None:
    with browser_on(site) as page:
        page.goto(f"{site.address}/review")
        page.wait_for_selector("#evidence .words mark")
        page.keyboard.press("a")
        page.wait_for_selector("#work form")
        page.fill("#work input[name=value]", "Tern Yard")
        page.keyboard.press("Enter")
        page.wait_for_selector("#work", state="hidden")
        added = [event.line.seq for event in site.case.custody.events() if isinstance(event.act, MentionAdded)][-1]
        page.route("**/api/mentions/*/decision", lambda route: route.abort())
        page.keyboard.press("c")
        page.wait_for_selector("#queue .is-failed")
        posts: list[Any] = []
        page.unroute("**/api/mentions/*/decision")
        page.route("**/api/mentions/*/decision", lambda route: posts.append(route))
        page.keyboard.press("n")
        page.keyboard.press("c")
        page.keyboard.press("u")
        _until(page, lambda: len(posts) == 1)
        posts[0].abort()
        _until(page, lambda: page.locator("#queue .is-failed").count() == 2)
        page.keyboard.press("u")
        page.wait_for_selector(f"text=Line {added} withdrawn.")


def _choose(page: Any, kind: str) -> None:
    """Choose the readings of one kind, and wait until there is something of them."""
    with page.expect_response("**/api/review/queue*"):
        page.select_option("#filters [name=kind]", kind)
    page.keyboard.press("Escape")
    page.wait_for_selector("#evidence .words mark")


def _until(page: Any, holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < deadline
        page.wait_for_timeout(20)


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

"""Journeys in a real browser: from a hit to the second it is heard, to the bubble, to the message; and mail that means harm."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from running import ROOT

from web.browsing import browser_on, needs_chromium, picture
from web.conftest import Site

HARM = """From: Eve <eve@t.example>
To: Dee <dee@x.example>
Date: Mon, 02 Mar 2026 10:00:00 +0000
Subject: Win
Message-ID: <harm@t.example>
MIME-Version: 1.0
Content-Type: text/html; charset=utf-8

<html><head><base href="http://t.example/"><meta http-equiv="refresh" content="0;url=http://t.example/refresh">
<link rel="stylesheet" href="http://t.example/l.css"><style>@import url(http://t.example/i.css); p {background: url(http://t.example/bg)}</style>
<script>fetch("http://t.example/script"); parent.document.title = "owned"</script></head>
<body onload="fetch('http://t.example/onload')" background="http://t.example/body">
<p>Dear Dee, a <a href="https://t.example/prize" target="_top" ping="http://t.example/ping">prize</a> waits.</p>
<img src="http://t.example/pixel.png" onerror="fetch('http://t.example/onerror')"><img src="data:image/svg+xml,<svg onload=alert(1)>">
<a href="javascript:fetch('http://t.example/js')">click</a><a href="data:text/html,<script>1</script>">data</a>
<iframe src="http://t.example/frame"></iframe><form action="http://t.example/form"><input autofocus name="p"><button>Go</button></form>
<video src="http://t.example/v.mp4" autoplay></video><object data="http://t.example/o"></object>
<svg onload="fetch('http://t.example/svg')"><image href="http://t.example/svgimage"/></svg></body></html>
"""


def _playing(page: Any) -> dict[str, Any]:
    found: dict[str, Any] = page.evaluate(
        """() => { const m = document.querySelector("#media");
        return {now: m.currentTime, muted: m.muted, paused: m.paused, speed: m.playbackRate, error: m.error && m.error.message} }"""
    )
    return found


def _until(page: Any, condition: str) -> None:
    """Wait until an expression holds; Playwright's own waiting evaluates in the page, which its policy forbids."""
    deadline = time.monotonic() + 20
    while not page.evaluate(condition):
        assert time.monotonic() < deadline, condition
        page.wait_for_timeout(20)


@needs_chromium
def test_from_a_hit_to_the_second_it_is_heard(site: Site) -> None:
    with browser_on(site) as page:
        page.goto(f"{site.address}/evidence/CG-0034?at=CG-0034.t1.3&from=3&to=8")
        _until(page, "document.querySelector('#media').readyState >= 1")
        page.wait_for_selector("#trouble:empty", state="attached")
        opened = _playing(page)
        assert opened["error"] is None
        assert (round(opened["now"], 2), opened["muted"], opened["paused"]) == (9.96, True, True)
        assert page.locator("li.hit").is_visible()
        assert page.locator("#wave").evaluate(
            "c => c.getContext('2d').getImageData(0, 0, c.width, c.height).data.some(Boolean)"
        )
        picture(page, "call-to-second")
        page.keyboard.press(" ")
        _until(page, "document.querySelector('#media').currentTime > 10.3")
        assert page.locator("li.now").get_attribute("id") == "CG-0034.t1.3"
        page.wait_for_selector("li.now .w.now")
        page.keyboard.press(" ")
        assert _playing(page)["paused"]
        page.keyboard.press("]")
        page.keyboard.press("]")
        assert _playing(page)["speed"] == 1.5
        assert page.locator("#speed").inner_text() == "1.5×"
        before = _playing(page)["now"]
        page.keyboard.press("ArrowRight")
        assert round(_playing(page)["now"] - before, 1) == 5.0
        page.locator("[id='CG-0034.t1.1'] .w").nth(2).click()
        assert round(_playing(page)["now"], 2) == 1.28
        page.keyboard.press("l")
        page.keyboard.press("ArrowRight")
        page.locator("[id='CG-0034.t1.3'] .clock").click()
        assert "at=CG-0034.t1.3" in page.url
        page.keyboard.press(" ")
        _until(page, "document.querySelector('#media').currentTime > 11.4")
        _until(page, "document.querySelector('#media').currentTime < 10.4")
        page.keyboard.press(" ")
        page.keyboard.press("m")
        assert not _playing(page)["muted"]
        page.goto(f"{site.address}/evidence/CG-0035")
        _until(page, "document.querySelector('#media').readyState >= 1")
        assert _playing(page)["error"] is None
        page.route("**/media/original/**", lambda route: route.fulfill(content_type="audio/wav", body="no sound"))
        page.goto(f"{site.address}/evidence/CG-0034?at=CG-0034.t1.3")
        page.wait_for_selector("#unplayed")
        _until(page, "document.querySelector('#media').currentTime > 9")
        assert "/media/sound/" in page.locator("#media").get_attribute("src")
        page.goto(f"{site.address}/evidence/CG-0060")
        assert not page.locator("#screen").is_visible()
        page.click("#show")
        _until(page, "document.querySelector('#still').naturalWidth > 0")
        page.keyboard.press("b")
        assert "blur" in page.locator("#still").evaluate("e => getComputedStyle(e.parentElement).filter")


@needs_chromium
def test_a_chat_at_its_bubble_and_a_message_in_its_thread(site: Site) -> None:
    harm = site.case.root.parent / "harm"
    harm.mkdir()
    (harm / "win.eml").write_text(HARM)
    with _ingesting(site, harm) as ingesting, browser_on(site, width=1920, height=1080, dark=True) as page:
        page.goto(f"{site.address}/evidence/CG-0032/1?at=CG-0032/1.c1.5")
        assert page.locator("article.hit").is_visible()
        assert page.locator("article.hit .enclosed a").first.inner_text() == "CG-0032/2"
        assert page.locator("#messages img").count() == 0
        page.click("article.hit button.reveal")
        _until(page, "document.querySelector('article.hit img').naturalWidth > 0")
        page.keyboard.press("g")
        assert "grayscale" in page.locator("article.hit img").evaluate("e => getComputedStyle(e).filter")
        page.keyboard.press("g")
        picture(page, "chat-at-the-bubble")
        page.select_option("#party", index=2)
        _until(page, "document.querySelectorAll('article.line').length === 4")
        page.goto(f"{site.address}/evidence/CG-0021?at=CG-0021.m1.2")
        assert not page.locator("details.quoted .text").first.is_visible()
        page.keyboard.press("q")
        assert page.locator("details.quoted .text").first.is_visible()
        page.locator("button.unfold").first.click()
        page.wait_for_selector(".slot article.letter")
        picture(page, "mail-in-its-thread")
        assert ingesting.wait(timeout=100) == 0
        _try_harm(site, page)


@contextmanager
def _ingesting(site: Site, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "workbench", "ingest", str(site.case.root), str(folder)]
    environment = os.environ | {"CASEGRAPH_NAMES_PIPELINE": "none"}
    nowhere = subprocess.DEVNULL
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=nowhere, stderr=nowhere) as ingesting:
        try:
            yield ingesting
        finally:
            ingesting.terminate()


def _try_harm(site: Site, page: Any) -> None:
    """Open the HTML of a message that tries everything: no request leaves, nothing runs, and the page stays ours."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    number = _number_of(site, page, "win.eml")
    page.goto(f"{site.address}/evidence/{number}")
    page.click("button.as-html")
    frame = page.frame_locator(".frame iframe")
    frame.locator("main").wait_for()
    text = frame.locator("body").inner_text()
    assert "[link: https://t.example/prize]" in text
    assert frame.locator("script, a, img, form, iframe, object, svg, [onload], [style], [href], [src]").count() == 0
    page.wait_for_timeout(500)
    assert asked
    assert [address for address in asked if not address.startswith(site.address)] == []
    assert "owned" not in page.title()


def _number_of(site: Site, page: Any, name: str) -> str:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        lines = page.request.get(f"{site.address}/api/status").json()["exhibits"]
        for line in lines:
            if line["name"].endswith(name) and line["outcome"] == "read":
                return str(line["number"])
        time.sleep(0.2)
    raise AssertionError(f"{name} did not show up")

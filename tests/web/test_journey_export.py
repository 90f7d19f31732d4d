"""In a real browser: a summary is previewed, made for someone and downloaded; then its record is read."""

from __future__ import annotations

import zipfile
from pathlib import Path

from running import asked, casegraph

from web.browsing import browser_on, needs_chromium, picture
from web.conftest import Site

_WITHIN_MS = 90_000
_FILTERED = "wanted => getComputedStyle(document.querySelector('.sheets img')).filter === wanted"


@needs_chromium
def test_a_summary_is_previewed_made_and_downloaded(site: Site, tmp_path: Path) -> None:
    root = site.case.root
    segment = asked("show", root, "plate:LB07SEE")["mentions"][0]["segment"]
    casegraph("finding", root, "new", "The van was at the gate.")
    casegraph("tag", root, segment, "supports", "--finding", "F-1", "--reason", "as it says")
    with browser_on(site) as page:
        page.goto(f"{site.address}/export")
        page.click("#preview")
        page.click("text=Look at the preview", timeout=_WITHIN_MS)
        page.wait_for_selector("#unasked button")
        assert "Nothing has left the case" in page.inner_text("main")
        assert page.locator(".sheets img[src]").count() == 0
        page.keyboard.press("v")
        page.wait_for_selector(".sheets img")
        for key, filtered in (
            ("b", "blur(14px)"),
            ("g", "blur(14px) grayscale(1)"),
            ("b", "grayscale(1)"),
            ("g", "none"),
        ):
            page.keyboard.press(key)
            page.wait_for_function(_FILTERED, arg=filtered)
        page.wait_for_load_state("networkidle")
        picture(page, "export-preview")
        page.goto(f"{site.address}/export")
        page.click("#make")
        assert page.evaluate("document.activeElement.id") == "recipient", "it asks for whom first"
        page.fill("#recipient", "CPS London")
        page.fill("#reason", "charging decision")
        page.click("#make")
        page.wait_for_selector(".job-done", timeout=_WITHIN_MS)
        with page.expect_download() as coming:
            page.click("text=Download all")
        kept = tmp_path / "summary.zip"
        coming.value.save_as(kept)
        page.reload()
        assert "CPS London" in page.inner_text("main")
        picture(page, "export")
        page.goto(f"{site.address}/record?op=disclosed")
        assert "summary to CPS London" in page.inner_text("main")
        page.click("text=Walk both chains")
        page.wait_for_selector("text=Both are whole")
        picture(page, "record")
    with zipfile.ZipFile(kept) as packed:
        assert packed.read("summary/summary.pdf").startswith(b"%PDF")

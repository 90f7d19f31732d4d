"""A real browser on the served case: Debian's Chromium, driven by Playwright; pictures go where the README takes them from."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from running import ROOT

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome") or ""
PICTURES = Path(os.environ.get("CASEGRAPH_SCREENSHOTS") or ROOT / "build" / "screenshots")

needs_chromium = pytest.mark.skipif(not CHROMIUM, reason="no Chromium is installed (apt install chromium)")


@contextmanager
def browser_on(site: Any, *, width: int = 1280, height: int = 800, dark: bool = False) -> Iterator[Any]:
    """Open a page on which the site's person is signed in; fails where a script of ours raised, or a policy was broken."""
    from playwright.sync_api import sync_playwright

    complaints: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        context = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme="dark" if dark else "light", locale="en-GB"
        )
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console", lambda line: complaints.append(line.text) if "Content Security Policy" in line.text else None
        )
        page.goto(f"{site.address}/sign-in")
        page.fill("#name", site.name)
        page.fill("#password", site.password)
        page.click("main button")
        page.wait_for_url(f"{site.address}/")
        yield page
        browser.close()
    assert not complaints, complaints


def picture(page: Any, name: str) -> Path:
    """Keep a picture of the page as a person sees it."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    path = PICTURES / f"{name}.png"
    page.screenshot(path=path)
    return path

"""By keyboard, in a real browser: an entity from the list, two spellings joined with a reason, the person made, and taken back."""

from __future__ import annotations

import re
from typing import Any

from web.browsing import browser_on, needs_chromium, picture
from web.conftest import Site


def walk_to(page: Any, words: str) -> None:
    """Walk the list with `j` until the line that holds these words."""
    for _ in range(60):
        page.keyboard.press("j")
        if words in page.locator("[data-walk] > [aria-current=true]").first.inner_text():
            return
    raise AssertionError(f"{words} is not in the list")


def the_keys_are_shown(page: Any) -> None:
    """`?` opens the keys of this page above it, no key reaches the page meanwhile, and the focus goes back."""
    page.focus("a.brand")
    page.keyboard.press("?")
    told = page.locator("dialog#keys[open]").inner_text()
    assert "filter this list" in told
    assert "search" in told
    assert page.evaluate("document.activeElement.id") == "keys-title"
    page.keyboard.press("j")
    assert not page.locator("[aria-current=true]:not(nav a)").count()
    page.keyboard.press("Escape")
    assert not page.locator("dialog[open]").count()
    assert page.evaluate("document.activeElement.className") == "brand"
    page.evaluate("document.activeElement.blur()")


@needs_chromium
def test_two_spellings_are_joined_by_keyboard_and_taken_apart_again(site: Site) -> None:
    with browser_on(site) as page:
        page.goto(f"{site.address}/entities?kind=person_name")
        the_keys_are_shown(page)
        walk_to(page, "Márton Varga")
        picture(page, "entities")
        page.keyboard.press("Enter")
        page.wait_for_selector("#candidates")
        assert page.locator("li.reading mark", has_text="Márton Varga").count() >= 2
        picture(page, "entity")
        page.keyboard.press("s")
        page.wait_for_url(re.compile(r"/same\?other="))
        picture(page, "the-same")
        page.keyboard.press("s")
        page.keyboard.type("the offer's signatory, as the contract has him")
        page.keyboard.press("Control+Enter")
        page.wait_for_url(re.compile(r"/entities/p-[0-9a-f]{16}\?done=\d+"))
        assert "as the contract has him" in page.locator(".pane.right").inner_text()
        assert page.locator(".under b").inner_text() == "person"
        picture(page, "person")
        page.keyboard.press("u")
        page.keyboard.type("tried it out")
        page.keyboard.press("Enter")
        page.wait_for_selector("#done >> text=is withdrawn")
        assert "Nobody made anything of it yet" in page.locator(".pane.right").inner_text()
        from_axe = faults(page)
        assert not from_axe, from_axe


def faults(page: Any) -> list[str]:
    """Return what axe finds serious on this page; its script is read from the built client's packages."""
    from running import ROOT

    script = ROOT / "workbench" / "web" / "client" / "node_modules" / "axe-core" / "axe.min.js"
    page.evaluate(script.read_text())
    found = page.evaluate("axe.run().then((made) => made.violations)")
    return [
        f"{one['id']}: {one['nodes'][0]['html'][:120]}" for one in found if one["impact"] in ("serious", "critical")
    ]

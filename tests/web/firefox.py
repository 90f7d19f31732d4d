"""A real Firefox on the served case: Debian's, spoken to in WebDriver BiDi over its own socket, with no driver between.

Playwright drives only a Firefox that it patched and downloads itself; the stock one speaks WebDriver BiDi (W3C draft) when it is started
with `--remote-debugging-port`.
"""

from __future__ import annotations

import base64
import json
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import pytest
from websockets.sync.client import ClientConnection, connect

from web.browsing import PICTURES

FIREFOX: Final = shutil.which("firefox-esr") or shutil.which("firefox") or ""
needs_firefox = pytest.mark.skipif(not FIREFOX, reason="no Firefox is installed (apt install firefox-esr)")
KEYS: Final = {
    "Enter": "\ue007",
    "Tab": "\ue004",
    "Escape": "\ue00c",
    "ArrowLeft": "\ue012",
    "ArrowRight": "\ue014",
    "ArrowDown": "\ue015",
    "Shift": "\ue008",
}
_PREFERENCES: Final = {
    "browser.shell.checkDefaultBrowser": False, "datareporting.policy.dataSubmissionEnabled": False, "app.update.enabled": False,
    "browser.startup.page": 0, "fission.autostart": False, "dom.ipc.processCount": 1, "dom.ipc.processPrelaunch.enabled": False, "network.captive-portal-service.enabled": False, "network.connectivity-service.enabled": False,
    "services.settings.server": "data:,#remote-settings-dummy/v1", "extensions.systemAddon.update.enabled": False,
    "intl.accept_languages": "en-GB", "intl.locale.requested": "en-GB", "ui.prefersReducedMotion": 1,
    "browser.download.folderList": 2, "browser.download.useDownloadDir": True, "toolkit.telemetry.reportingpolicy.firstRun": False,
}  # fmt: skip
# A policy that is broken is told to the page alone, not to who drives it.
_TELL_BROKEN: Final = """() => document.addEventListener("securitypolicyviolation", (event) =>
    console.error(`${event.violatedDirective} kept ${event.blockedURI || "something inline"} out`))"""
_WAIT_S: Final = 20


class Firefox:
    """One tab of a Firefox; what its pages complain of is kept."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._asked = 0
        self.complaints: list[str] = []
        """Errors of scripts, lines on the console that are errors, and policies that were broken."""
        self.ask("session.new", capabilities={})
        self.tab: str = self.ask("browsingContext.getTree")["contexts"][0]["context"]
        self.ask("session.subscribe", events=["log.entryAdded"])
        self.ask("script.addPreloadScript", functionDeclaration=_TELL_BROKEN)

    def ask(self, method: str, **params: Any) -> Any:
        """Have the browser do something, and return its answer; raises AssertionError where it refuses."""
        self._asked += 1
        self._socket.send(json.dumps({"id": self._asked, "method": method, "params": params}))
        while True:
            said = json.loads(self._socket.recv(timeout=60))
            if said.get("type") == "event":
                self._heard(said)
            elif said.get("id") == self._asked:
                assert said["type"] == "success", f"{method}: {said.get('error')}: {said.get('message')}"
                return said["result"]

    def _heard(self, event: dict[str, Any]) -> None:
        entry = event["params"]
        text = str(entry.get("text"))
        if entry.get("level") == "error":
            where = (entry.get("stackTrace") or {}).get("callFrames") or [{}]
            self.complaints.append(
                f"{entry.get('type')}: {text} {where[0].get('url', '')}:{where[0].get('lineNumber')}"
            )

    def size(self, width: int, height: int) -> None:
        """Make the page so wide and high."""
        viewport = {"width": width, "height": height}
        self.ask("browsingContext.setViewport", context=self.tab, viewport=viewport)

    def go(self, address: str) -> None:
        """Open an address and wait until it is loaded."""
        self.ask("browsingContext.navigate", context=self.tab, url=address, wait="complete")

    def run(self, script: str) -> Any:
        """Return what an expression of JavaScript gives, as JSON has it; raises AssertionError where it throws."""
        wrapped = f"(async () => JSON.stringify(await ({script})) ?? null)()"
        found = self.ask("script.evaluate", expression=wrapped, target={"context": self.tab}, awaitPromise=True)
        assert found["type"] == "success", f"{script}: {found['exceptionDetails']['text']}"
        return json.loads(found["result"]["value"]) if "value" in found["result"] else None

    def wait(self, script: str) -> None:
        """Wait until an expression is true."""
        deadline = time.monotonic() + _WAIT_S
        while not self.run(f"!!({script})"):
            assert time.monotonic() < deadline, f"{script} did not come true on {self.run('location.href')}"
            time.sleep(0.03)

    def find(self, selector: str) -> None:
        """Wait until something fits a selector."""
        self.wait(f"document.querySelector({json.dumps(selector)})")

    def words(self, selector: str) -> str:
        """Return the words of the first that fits a selector, once there is one."""
        self.find(selector)
        return str(self.run(f"document.querySelector({json.dumps(selector)}).innerText"))

    def middle(self, selector: str) -> tuple[int, int]:
        """Return where the middle of the first that fits stands, brought into view."""
        self.find(selector)
        one = f"document.querySelector({json.dumps(selector)})"
        box = self.run(f"({one}.scrollIntoView({{block: 'nearest'}}), {one}.getBoundingClientRect())")
        return round(box["x"] + box["width"] / 2), round(box["y"] + box["height"] / 2)

    def click(self, selector: str) -> None:
        """Press the mouse on the middle of the first that fits."""
        self.drag(self.middle(selector))

    def drag(self, start: tuple[int, int], *to: tuple[int, int]) -> None:
        """Press the mouse at a place, move it by way of others, and let go."""

        def move(spot: tuple[int, int], ms: int) -> dict[str, Any]:
            return {"type": "pointerMove", "x": spot[0], "y": spot[1], "duration": ms}

        moves = [move(start, 0), {"type": "pointerDown", "button": 0}, *(move(one, 120) for one in to)]
        actions = [*moves, {"type": "pointerUp", "button": 0}]
        self.ask(
            "input.performActions", context=self.tab, actions=[{"type": "pointer", "id": "mouse", "actions": actions}]
        )

    def wheel(self, spot: tuple[int, int], down: int) -> None:
        """Turn the wheel over a place."""
        turned = {"type": "scroll", "x": spot[0], "y": spot[1], "deltaX": 0, "deltaY": down}
        self.ask(
            "input.performActions", context=self.tab, actions=[{"type": "wheel", "id": "wheel", "actions": [turned]}]
        )

    def press(self, *keys: str) -> None:
        """Press keys one after another: characters, or names such as Enter; `Shift+ArrowRight` holds the first meanwhile."""
        actions: list[dict[str, str]] = []
        for key in keys:
            held = [KEYS.get(one, one) for one in (key.split("+") if len(key) > 1 else [key])]
            actions += [{"type": "keyDown", "value": one} for one in held]
            actions += [{"type": "keyUp", "value": one} for one in reversed(held)]
        self.ask("input.performActions", context=self.tab, actions=[{"type": "key", "id": "keys", "actions": actions}])

    def fill(self, selector: str, text: str) -> None:
        """Put text into a field, as if it were typed."""
        self.find(selector)
        self.run(
            f"(document.querySelector({json.dumps(selector)}).focus(), document.querySelector({json.dumps(selector)}).value = '')"
        )
        self.press(*text)

    def give(self, selector: str, *files: Path) -> None:
        """Choose files in a field for files."""
        self.find(selector)
        found = self.ask("browsingContext.locateNodes", context=self.tab, locator={"type": "css", "value": selector})
        element = {"sharedId": found["nodes"][0]["sharedId"]}
        self.ask("input.setFiles", context=self.tab, element=element, files=[str(one) for one in files])

    def picture(self, name: str) -> Path:
        """Keep a picture of the page as a person sees it."""
        PICTURES.mkdir(parents=True, exist_ok=True)
        path = PICTURES / f"{name}.png"
        path.write_bytes(base64.b64decode(self.ask("browsingContext.captureScreenshot", context=self.tab)["data"]))
        return path


@contextmanager
def firefox_on(site: Any, *, width: int = 1280, height: int = 800, dark: bool = False) -> Iterator[Firefox]:
    """Open a page on which the site's person is signed in; fails where a script raised, the console shows an error, or a policy was broken."""
    with tempfile.TemporaryDirectory(prefix="casegraph-firefox-", ignore_cleanup_errors=True) as profile:
        kept = _PREFERENCES | {
            "browser.download.dir": profile,
            "ui.systemUsesDarkTheme": int(dark),
            "layout.css.prefers-color-scheme.content-override": 0 if dark else 1,
        }
        lines = (f"user_pref({json.dumps(name)}, {json.dumps(value)});\n" for name, value in kept.items())
        Path(profile, "user.js").write_text("".join(lines))
        command = [
            FIREFOX,
            "--headless",
            "--no-remote",
            "--profile",
            profile,
            "--remote-debugging-port",
            "0",
            "about:blank",
        ]
        with subprocess.Popen(
            command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True, start_new_session=True
        ) as started:
            try:
                with connect(f"{_address(started)}/session", max_size=None, open_timeout=60) as socket:
                    page = Firefox(socket)
                    page.size(width, height)
                    _sign_in(page, site)
                    yield page
                    complaints = page.complaints
                    page.ask("browser.close")
                started.wait(timeout=30)
            finally:
                if started.poll() is None:
                    started.send_signal(signal.SIGTERM)
    assert not complaints, complaints


def _address(started: subprocess.Popen[str]) -> str:
    assert started.stderr is not None
    for line in started.stderr:
        if found := re.search(r"WebDriver BiDi listening on (ws://\S+)", line):
            return found[1]
    raise AssertionError("Firefox ended before it could be spoken to")


def _sign_in(page: Firefox, site: Any) -> None:
    page.go(f"{site.address}/sign-in")
    page.fill("#name", site.name)
    page.fill("#password", site.password)
    page.press("Enter")
    page.wait(f"location.href === {json.dumps(site.address + '/')} && document.readyState === 'complete'")

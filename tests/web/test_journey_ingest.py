"""In a real browser, and beside it: a file is ingested while somebody searches, and nothing written meanwhile is lost."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from running import ROOT, asked, casegraph

from evidence.acts import MentionDecided
from evidence.case import Case, open_case
from graph.search import search
from web.browsing import browser_on, needs_chromium, picture
from web.conftest import Office, Site, served
from workbench.web.app import ROOMS

Serve = Callable[[Case], Office]
_WITHIN_S = 240
"""Seconds on an idle machine; the limit is for one that tests keep busy."""


@needs_chromium
@pytest.mark.skipif("search" not in ROOMS, reason="there is no page to search on yet")
def test_a_file_is_ingested_while_searching(site: Site, tmp_path: Path) -> None:
    note = tmp_path / "gatehouse.txt"
    note.write_text("Gatehouse log: quillwort barrow, call 020 7946 0142.\n")
    with browser_on(site) as page:
        assert "Harbour Lodge" in page.inner_text("h1")
        picture(page, "overview")
        page.goto(f"{site.address}/ingest")
        page.evaluate(_DROP, [])
        page.wait_for_selector("text=No file was in what was dropped.")
        _sign_out(site, page)
        page.evaluate(_DROP, [note.name, note.read_text()])
        page.wait_for_selector("text=nobody is signed in")
        _sign_in(site, page)
        page.click("text=send again")
        page.wait_for_selector("#start:enabled")
        page.fill("#custodian", "Gatehouse")
        picture(page, "ingest")
        page.click("#start")
        page.wait_for_selector("[data-running]")
        other = page.context.new_page()
        deadline = time.monotonic() + _WITHIN_S
        while time.monotonic() < deadline:
            other.goto(f"{site.address}/search?q=quillwort")
            if "gatehouse" in other.inner_text("main").lower():
                break
            other.wait_for_timeout(1000)
        else:
            raise AssertionError("the file was not found by a search")
        page.wait_for_selector(".job-done", timeout=_WITHIN_S * 1000)
        other.close()
        page.bring_to_front()
        with page.expect_response("**/ingest/running"):  # the first answer since it ended is put in place
            pass
        page.focus(".jobs a")
        for _ in range(2):  # the same again is not: whoever walks by keys is not thrown out of the list
            with page.expect_response("**/ingest/running"):
                pass
        page.wait_for_timeout(200)
        assert page.evaluate("document.activeElement.matches('.jobs a')")
        page.click(".jobs a")
        page.wait_for_selector("h1")
        assert "gatehouse.txt" in page.inner_text("main")
        picture(page, "ingest-result")


@needs_chromium
def test_a_folder_chosen_ends_what_is_being_sent(ingested_sample: Path, tmp_path: Path) -> None:
    seized = tmp_path / "seized"
    seized.mkdir()
    folders = f'ingest_folders = "{seized}"\n'
    with served(ingested_sample, tmp_path / "sample", settings=folders) as site, browser_on(site) as page:
        page.goto(f"{site.address}/ingest")
        held, begun = _pieces(page, lambda pieces: len(pieces) != 1), _begun(page)
        page.evaluate(_DROP_LARGE, [["one.bin", 1], ["two.bin", 1], ["three.bin", 1]])
        _until(page, lambda: len(held) == 1)
        page.click("#server summary")
        page.click("#server .plain-list button")
        page.click("text=Take this folder")
        page.wait_for_selector("#picked b:visible")
        page.click("text=not this")
        page.evaluate(_DROP, ["wanted.txt", "wanted"])
        page.wait_for_selector("#start:enabled")
        assert page.locator("#sent tr").count() == 1
        assert [asked["name"] for asked in held] == [["one.bin"], ["wanted.txt"]]
        assert len(begun) == 2
        (left,) = site.case.uploads.iterdir()
        assert left.name == begun[1]
        assert len(list((left / "names").iterdir())) == 1


@needs_chromium
def test_a_file_sent_again_goes_on_where_it_broke_off(site: Site) -> None:
    with browser_on(site) as page:
        page.goto(f"{site.address}/ingest")
        broken = [True]
        asked = _pieces(page, lambda pieces: len(pieces) == 1 or not broken[0])
        page.evaluate(_DROP_LARGE, [["film.bin", 20]])
        page.wait_for_selector("text=the sending broke off")
        broken[0] = False
        first = len(asked)
        page.click("text=send again")
        page.wait_for_selector("#start:enabled")
        assert [int(one["at"][0]) for one in asked[first:]] == [8 << 20, 16 << 20]
        page.click("text=take out")


def _pieces(page: Any, passes: Callable[[list[Any]], bool]) -> list[dict[str, list[str]]]:
    """Note what is asked with each piece of a file; where it does not pass, the sending breaks off, or hangs with the first."""
    asked: list[dict[str, list[str]]] = []

    def answer(route: Any) -> None:
        if route.request.method != "PUT":
            route.continue_()
            return
        asked.append(parse_qs(urlsplit(route.request.url).query))
        if passes(asked):
            route.continue_()
        elif len(asked) > 1:
            route.abort()

    page.route("**/api/uploads/*", answer)
    return asked


def _begun(page: Any) -> list[str]:
    """Note the uploads that the page begins."""
    begun: list[str] = []

    def note(answer: Any) -> None:
        if answer.request.method == "POST" and answer.url.endswith("/api/uploads"):
            begun.append(answer.json()["id"])

    page.on("response", note)
    return begun


def _until(page: Any, holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < deadline
        page.wait_for_timeout(20)


_DROP_LARGE = """files => { const held = new DataTransfer();
  for (const [name, megabytes] of files) held.items.add(new File([new Uint8Array(megabytes << 20)], name));
  document.querySelector("#drop").dispatchEvent(new DragEvent("drop", {dataTransfer: held, bubbles: true, cancelable: true})) }"""
_DROP = """([name, text]) => { const held = new DataTransfer();
  if (name) held.items.add(new File([text], name)); else held.items.add("words", "text/plain");
  document.querySelector("#drop").dispatchEvent(new DragEvent("drop", {dataTransfer: held, bubbles: true, cancelable: true})) }"""


def _sign_out(site: Site, page: Any) -> None:
    other = page.context.new_page()
    other.goto(f"{site.address}/record")
    other.click("text=Sign out")
    other.wait_for_url("**/sign-in*")
    other.close()


def _sign_in(site: Site, page: Any) -> None:
    """In another tab: what was chosen in this one is kept."""
    other = page.context.new_page()
    other.goto(f"{site.address}/sign-in")
    other.fill("#name", site.name)
    other.fill("#password", site.password)
    other.click("main button")
    other.wait_for_url(f"{site.address}/")
    other.close()


def test_an_ingest_beside_a_served_case_loses_no_update(sample_case: Path, serve: Serve, tmp_path: Path) -> None:
    given = tmp_path / "given"
    given.mkdir()
    for number in range(40):
        (given / f"note {number}.txt").write_text(f"Note {number}: the van LB07 SEE, call 020 7946 01{number:02d}.\n")
    case = open_case(sample_case)
    office = serve(case)
    person = office.person("analyse", "review", "ingest")
    readings = asked("show", sample_case, "phone:+442079460142")["mentions"]
    size = case.custody.size()
    command = [sys.executable, "-m", "workbench", "ingest", str(sample_case), str(given), "--json"]
    environment = os.environ | {"CASEGRAPH_NAMES_PIPELINE": "none", "CASEGRAPH_ACTOR": "K. Other"}
    done = threading.Event()
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as run:
        watching = threading.Thread(target=lambda: (run.communicate(), done.set()), daemon=True)
        watching.start()
        looked, running, decided = 0, 0, 0
        while not done.is_set() or decided < len(readings):
            with office.desk.live.reading() as graph:
                looked += bool(search(graph, "van").hits)
            now = person.get("/api/now")
            assert now.status_code == 200
            running += now.json()["ingest"] is not None
            if decided < len(readings):
                casegraph(
                    "decide", sample_case, readings[decided]["id"], "confirm", "--reason", "compared with the source"
                )
                decided += 1
            time.sleep(0.1)
        watching.join(timeout=60)
    assert run.returncode == 0
    assert looked > 3
    assert running > 0, "the page saw the ingest of the command line"
    office.wait()
    acts = [event.act for event in case.custody.events(after=size)]
    assert sum(isinstance(act, MentionDecided) for act in acts) == len(readings) > 1
    with office.desk.live.reading() as graph:
        assert graph.conn.execute("SELECT count(*) FROM exhibit WHERE name LIKE 'note %'").fetchone() == (40,)
        assert graph.conn.execute("SELECT count(*) FROM decision WHERE state = 'applied'").fetchone() == (
            len(readings),
        )
        before = (graph.seq, graph.meta["fingerprint"])
    made = office.desk.live.rebuild()
    assert (made.seq, made.fingerprint) == before
    assert case.custody.verify() == case.access.verify() == []

"""In a real Firefox: from a word to its box, a call heard, the graph grown, a day of the timeline, a reading judged, files dropped."""

from __future__ import annotations

from web.conftest import Site
from web.firefox import Firefox, firefox_on, needs_firefox

_DROP = """(() => {
  const given = new DataTransfer(), drop = document.querySelector("#drop");
  given.items.add(new File(["Gatehouse log, no van seen.\\n"], "gatehouse.txt", {type: "text/plain"}));
  for (const name of ["dragover", "drop"]) drop.dispatchEvent(new DragEvent(name, {dataTransfer: given, bubbles: true, cancelable: true}));
})()"""


@needs_firefox
def test_the_rooms_work_in_firefox(site: Site) -> None:
    with firefox_on(site) as page:
        _from_a_word_to_its_box(page)
        _a_call_is_heard(page, site)
        _the_graph_grows(page, site)
        _a_day_of_the_timeline(page, site)
        _a_reading_is_judged(page, site)
        page.go(f"{site.address}/ingest")
        page.run(_DROP)
        page.wait("!document.querySelector('#start').disabled")
        assert "gatehouse.txt" in page.words("#sent")


def _from_a_word_to_its_box(page: Firefox) -> None:
    page.press("/", *"poster OR hotel", "Enter")
    page.find("#here mark")
    page.press("j", "j")
    page.wait("document.querySelector('#here .strip')?.href.includes('at=CG-0013')")
    page.press("Enter")
    page.wait("location.pathname === '/evidence/CG-0013' && document.readyState === 'complete'")
    page.press("v")
    page.find(".sheet-of[data-shown] .boxes .lit")
    page.picture("firefox-page")


def _a_call_is_heard(page: Firefox, site: Site) -> None:
    page.go(f"{site.address}/evidence/CG-0034?at=CG-0034.t1.3&from=3&to=8")
    page.wait("document.querySelector('#media').readyState >= 1")
    page.press(" ")
    page.wait("document.querySelector('#media').currentTime > 10.1")
    page.find("li.now .w.now")
    assert page.run("document.querySelector('#media').muted"), "sound is off until asked for"
    page.press(" ")


def _the_graph_grows(page: Firefox, site: Site) -> None:
    page.go(f"{site.address}/graph?of=%2B442079460142")
    page.wait("document.querySelectorAll('#things > tr').length > 5 && document.querySelector('#graph[data-drawn]')")
    page.click("#lines > tr")
    page.find("#beside .evidence a.strip")
    page.picture("firefox-graph")


def _a_day_of_the_timeline(page: Firefox, site: Site) -> None:
    page.go(f"{site.address}/timeline")
    page.find("#events tr")
    page.press("j", "j", "D")
    page.find("#picture a[data-id] .chosen")
    assert "(1 d)" in page.words("#window")


def _a_reading_is_judged(page: Firefox, site: Site) -> None:
    page.go(f"{site.address}/review")
    page.find("#evidence .words mark")
    page.press("c")
    page.wait(
        "document.querySelectorAll('#queue .is-done').length === 1 && !document.querySelector('#queue .is-posting')"
    )
    page.press("u")
    page.wait("!document.querySelector('#queue .is-done')")

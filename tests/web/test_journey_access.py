"""Every room in a real browser: axe finds no serious fault, no policy is broken, in light and dark; pictures for the README."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from running import ROOT

from evidence.case import Case
from graph import queries
from graph.project import open_graph
from web.browsing import browser_on, needs_chromium, picture
from workbench.web.jobs import Job

AXE = ROOT / "workbench" / "web" / "client" / "node_modules" / "axe-core" / "axe.min.js"
VIEWS = (
    *("application/pdf", "text/csv; template", "application/zip", "audio/wav", "message/rfc822", "text/markdown"),
    *("application/x-telegram-export+json",),
)
"""One exhibit of the sample for each way in which evidence is shown."""
pytestmark = needs_chromium


def _addresses(case: Case) -> dict[str, str]:
    """Every kind of page, on something that the sample case holds."""
    with open_graph(case) as graph:
        name = queries.find_entity(graph, "phone:+442079460142").id
        by_type = {line.media_type: line.number for line in queries.status(graph).exhibits}
    evidence = {f"evidence {kind.rpartition('/')[2]}": f"/evidence/{by_type[kind]}" for kind in VIEWS}
    return {
        "overview": "/",
        "search": "/search?q=hotel",
        "exhibits": "/exhibits",
        "entities": "/entities",
        "entity": f"/entities/{name}",
        "graph": f"/graph?of={name}",
        "timeline": f"/timeline?of={name}",
        "review": "/review",
        "findings": "/findings",
        "ingest": "/ingest",
        "export": "/export",
        "record": "/record",
        "map": f"/timeline?of={name}&view=map",
        "candidates": "/candidates",
        "entity to print": f"/entities/{name}/print",
        **evidence,
    }


def _written(site: Any, page: Any) -> dict[str, str]:
    """Pages on what has to be there first: two names, a line, a finding, a saved search, a job that ended."""

    def asked(path: str, **more: Any) -> Any:
        token = page.evaluate("document.body.dataset.csrf")
        answer = page.request.fetch(site.address + path, headers={"x-csrf-token": token}, max_redirects=0, **more)
        assert answer.status < 400, answer.text()
        return answer.json() if "json" in answer.headers.get("content-type", "") else None

    pair = asked("/api/candidates?limit=1")["candidates"][0]
    sides = [pair[side]["entity"]["id"] for side in ("a", "b")]
    thing = asked("/api/entities?kind=phone")["entities"][0]["id"]
    hit = asked("/api/search?q=hotel")["hits"][0]["segment"]
    finding = asked("/api/findings", method="POST", data={"sentence": "The hotel was paid for."})["finding"]
    tag = {"segment": hit, "tag": "supports", "reason": "as it says"}
    asked(f"/api/findings/{finding}/tags", method="POST", data=tag)
    asked("/search/saved", method="POST", form={"q": "hotel", "title": "hotels"})
    saved = asked("/api/analyses")["analyses"][0]["analysis"]
    return {
        "the same": f"/entities/{sides[0]}/same?other={sides[1]}",
        "relation": f"/relations/{asked(f'/api/entities/{thing}')['communication']['neighbours'][0]['relation']}",
        "finding": f"/findings/{finding}",
        "saved searches": "/search/saved",
        "saved search": f"/search/saved/{saved}",
        "job": f"/ingest/jobs/{_job(site.case)}",
    }


def _job(case: Case) -> str:
    """An ingest that ended: what it brought is the sample's."""
    with open_graph(case) as graph:
        exhibits = [line.number for line in queries.status(graph).exhibits][:20]
    asked = {"what": "20 files sent", "authority": "W-2026-0317", "custodian": "Harbour Lodge"}
    job = Job(
        id="20260101T000000-00000000", kind="ingest", who="Ana", began_at="2026-01-01T00:00:00+00:00", pid=1, born=-1, asked=asked
    )  # fmt: skip
    out = {
        "received": 20,
        "children": 0,
        "recognised": 0,
        "exhibits": exhibits,
        "outcomes": {"read": 20},
        "checkpoint": "custody:20:abc",
    }
    (case.jobs / job.id).mkdir(parents=True, exist_ok=True)
    (case.jobs / job.id / "job.json").write_bytes(msgspec.json.encode(job))
    (case.jobs / job.id / "out").write_bytes(msgspec.json.encode(out))
    return job.id


def _faults(page: Any, *, dark: bool) -> list[str]:
    """What axe finds that is serious or critical, by WCAG 2.2 A and AA; in the dark only what colours can do."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    levels, colours = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"], {"type": "rule", "values": ["color-contrast"]}
    options = {"runOnly": colours if dark else levels, "resultTypes": ["violations"]}
    found = page.evaluate(f"axe.run(document, {json.dumps(options)})")
    return [
        f"{fault['id']} ({fault['impact']}): {fault['nodes'][0]['html'][:160]}"
        for fault in found["violations"]
        if fault["impact"] in ("serious", "critical")
    ]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_no_room_has_a_serious_fault(site: Any, dark: bool) -> None:
    wrong = []
    with browser_on(site, dark=dark) as page:
        for name, address in (_addresses(site.case) | _written(site, page)).items():
            if dark and name.startswith(("evidence", "saved", "relation", "entity to print")):
                continue  # the same colours, seen in the other rooms
            answer = page.goto(site.address + address)
            page.wait_for_load_state("load")
            if name == "search":
                page.wait_for_selector("#here mark")  # the current hit is fetched by itself
            page.wait_for_function("() => !document.querySelector('.htmx-request')")
            if answer.status >= 400:
                wrong.append(f"{name}: {answer.status}")
            wrong += [f"{name}: {fault}" for fault in _faults(page, dark=dark)]
            if not name.startswith("evidence"):
                picture(page, f"{name.replace(' ', '-')}-{'dark' if dark else 'light'}")
        page.keyboard.press("?")
        wrong += [f"keys: {fault}" for fault in _faults(page, dark=dark)]
        assert page.goto(f"{site.address}/nowhere").status == 404
        wrong += [f"error: {fault}" for fault in _faults(page, dark=dark)]
        page.context.clear_cookies()
        page.goto(f"{site.address}/sign-in")
        wrong += [f"sign-in: {fault}" for fault in _faults(page, dark=dark)]
    assert not wrong, "\n".join(wrong)

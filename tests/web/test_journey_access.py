"""Every room in a real browser: axe finds no serious fault, no policy is broken, in light and dark; pictures for the README."""

from __future__ import annotations

import json
from typing import Any

import pytest
from running import ROOT

from evidence.case import Case
from graph import queries
from graph.project import open_graph
from web.browsing import browser_on, needs_chromium, picture

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
        **evidence,
    }


def _faults(page: Any) -> list[str]:
    """What axe finds that is serious or critical, by WCAG 2.2 A and AA."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    options = {"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"], "resultTypes": ["violations"]}
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
        for name, address in _addresses(site.case).items():
            if dark and name.startswith("evidence"):
                continue  # the same colours, seen in the other rooms
            answer = page.goto(site.address + address)
            page.wait_for_load_state("load")
            if answer.status >= 400:
                wrong.append(f"{name}: {answer.status}")
            wrong += [f"{name}: {fault}" for fault in _faults(page)]
            if not name.startswith("evidence"):
                picture(page, f"{name}-{'dark' if dark else 'light'}")
    assert not wrong, "\n".join(wrong)

"""Searching in the workbench: hits, facets, the evidence beside them, saved searches and lists of terms, and bad input."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import Any
from urllib.parse import quote_plus

import pytest

from evidence.acts import AnalysisSaved, AnalysisWithdrawn, Consulted, TextCorrected
from graph import queries
from graph.sources import segment_anchor
from web.conftest import Office
from workbench.web.rooms import search

HALF = json.dumps("\ud800")


def _hits(html: str) -> list[str]:
    return re.findall(r'<li data-segment="([^"]+)"', html)


def _looks(office: Office) -> list[Consulted]:
    return [event.act for event in office.case.access.events() if isinstance(event.act, Consulted)]


def _last_analysis(office: Office) -> AnalysisSaved:
    return [event.act for event in office.case.custody.events() if isinstance(event.act, AnalysisSaved)][-1]


def test_a_search_says_how_it_was_understood_what_was_read_and_marks_the_words(sample_office: Office) -> None:
    html = sample_office.person("analyse").get("/search", params={"q": 'hotel AND "van driver"'}).text
    assert "Understood as: <b>hotel and the phrase &#34;van driver&#34;</b>" in html
    assert re.search(r"64 of 71 exhibits were read; .*1 failed", html)
    assert "<mark>van driver</mark>" in html
    assert re.search(r'href="/evidence/CG-0033\?at=CG-0033\.f1\.4&amp;from=\d+&amp;to=\d+"', html)
    looked = _looks(sample_office)[-1]
    assert (looked.command, looked.asked, looked.results) == ("web search", 'hotel AND "van driver"', 1)
    assert looked.exhibits == ("CG-0033",)


def test_pages_of_hits_join_without_a_gap_or_a_double(sample_office: Office) -> None:
    person = sample_office.person("review")
    whole = person.get("/api/search", params={"q": "van OR the", "limit": 200}).json()
    assert whole["total"] == len(whole["hits"]) > 60
    html = person.get("/search", params={"q": "van OR the"}).text
    joined, after = _hits(html), re.search(r'data-next="([^"]+)"', html)
    while after:
        html = person.get(after[1].replace("&amp;", "&")).text
        joined += _hits(html)
        after = re.search(r'data-next="([^"]+)"', html)
    assert sorted(joined) == sorted(hit["segment"] for hit in whole["hits"])
    assert len(set(joined)) == len(joined)


def test_each_facet_counts_what_choosing_it_finds_and_is_given_up_again(sample_office: Office) -> None:
    person = sample_office.person("analyse")
    facets = person.get("/api/search/facets", params={"q": "van OR hotel"}).json()["facets"]
    assert {"kind", "exhibit", "custodian", "sender", "language", "month", "review", "mentions"} <= {
        facet["name"] for facet in facets
    }
    for facet in facets:
        for value in facet["values"][:3]:
            chosen = f"{facet['name']}:{value['value']}"
            found = person.get("/api/search", params={"q": "van OR hotel", "f": chosen}).json()
            assert found["total"] == value["hits"], chosen
    html = person.get("/search/facets", params={"q": "van OR hotel", "f": "kind:message"}).text
    on = re.search(r'<a href="([^"]+)" class="on" aria-current="true">', html)
    assert on
    assert on[1] == "/search?q=van+OR+hotel"


def test_values_of_one_facet_are_alternatives_and_of_two_both_must_hold(sample_office: Office) -> None:
    person = sample_office.person("analyse")

    def total(*chosen: str) -> int:
        return int(person.get("/api/search", params={"q": "van OR hotel", "f": list(chosen)}).json()["total"])

    assert total("kind:message", "kind:page") == total("kind:message") + total("kind:page")
    assert 0 < total("kind:message", "exhibit:CG-0023") < total("kind:message")
    both = person.get("/api/search/facets", params={"q": "van OR hotel", "f": "kind:message"}).json()["facets"]
    kinds = next(facet for facet in both if facet["name"] == "kind")
    assert {"page", "message"} <= {value["value"] for value in kinds["values"]}


def test_facets_alone_are_a_search(sample_office: Office) -> None:
    found = sample_office.person("analyse").get("/api/search", params={"f": "kind:message", "limit": 1}).json()
    assert found["understood"] == "everything; kind is message"
    assert found["total"] > 0


def test_the_preview_marks_the_hit_between_its_neighbours_and_says_what_is_named_with_its_review(
    sample_office: Office,
) -> None:
    person = sample_office.person("review")
    before = len(_looks(sample_office))
    html = person.get("/search/preview", params={"segment": "CG-0033.f1.4", "spans": "82-87"}).text
    assert "<mark>hotel</mark>" in html
    assert 'href="/evidence/CG-0033?at=CG-0033.f1.4&amp;from=82&amp;to=87"' in html
    assert html.count('class="neighbour"') >= 3
    assert re.search(r'href="/entities/e-[0-9a-f]+"><b>\+12125550168</b>.*?machine reading', html, re.DOTALL)
    person.get("/search/preview", params={"segment": "CG-0033.f1.3"})
    opened = [act for act in _looks(sample_office)[before:] if act.command == "web search preview"]
    assert [act.exhibits for act in opened] == [("CG-0033",)]


def test_rows_of_a_table_are_shown_between_rows(sample_office: Office) -> None:
    person = sample_office.person("review")
    (hit, *_) = person.get("/api/search", params={"f": "kind:table", "limit": 1}).json()["hits"]
    html = person.get("/search/preview", params={"segment": hit["segment"]}).text
    assert html.count('class="neighbour"') >= 1


@pytest.mark.parametrize(
    "query", ["(hotel", 'NEAR/5 "', "kind:", "a~9", "a~²", "NOT " * 400 + "x", "colour:red AND", "~"]
)
def test_a_query_that_does_not_parse_says_what_to_do_and_stays_in_the_box(sample_office: Office, query: str) -> None:
    person = sample_office.person("analyse")
    answer = person.get("/search", params={"q": query})
    if answer.status_code == 200:  # taken as words: then it says so
        assert "Understood as" in answer.text
        return
    assert answer.status_code == 400
    assert 'role="alert"' in answer.text
    assert f'value="{_escaped(query.strip())}"' in answer.text
    told = person.get("/api/search", params={"q": query})
    assert told.status_code == 400
    assert told.json()["error"]["next_step"]


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace('"', "&#34;").replace("<", "&lt;")


@pytest.mark.parametrize(
    ("path", "given"),
    [
        ("/api/search", {"q": "x", "after": -1}),
        ("/api/search", {"q": "x", "limit": 10**30}),
        ("/api/search", {"q": "x" * 2_001}),
        ("/api/search", {"q": "a\0b"}),
        ("/api/search", {"q": "x", "f": "colour:red"}),
        ("/api/search", {"q": ""}),
        ("/api/search/facets", {"f": "kind:"}),
        ("/search/preview", {"segment": "CG-9999.p1.1"}),
        ("/search/preview", {"segment": "nonsense"}),
        ("/search/preview", {"segment": "CG-0033.f1.4", "spans": "5-"}),
        ("/search/download", {"q": "x", "form": "exe"}),
    ],
)
def test_what_cannot_be_asked_is_refused_plainly(sample_office: Office, path: str, given: dict[str, Any]) -> None:
    answer = sample_office.person("analyse").get(path, params=given)
    assert 400 <= answer.status_code < 500, answer.text
    assert "Traceback" not in answer.text


def test_spans_that_do_not_fit_the_text_do_no_harm(sample_office: Office) -> None:
    person = sample_office.person("analyse")
    for spans in ("999999998-999999999", "9-3,3-9,5-6", "0-0"):
        answer = person.get("/search/preview", params={"segment": "CG-0033.f1.4", "spans": spans})
        assert answer.status_code == 200
        shown = re.sub(r"<[^>]+>", "", re.search(r'<article class="here".*?</article>', answer.text, re.DOTALL)[0])  # type: ignore[index]
        assert "Found the job through @dockside_jobs" in " ".join(shown.split())


def test_nothing_found_says_what_to_do_next(sample_office: Office) -> None:
    html = sample_office.person("analyse").get("/search?q=zebra").text
    assert "Nothing that was read holds this" in html
    assert "What was not read could still hold it" in html


def test_without_vectors_it_is_said_plainly_and_the_exact_hits_stand(sample_office: Office) -> None:
    person = sample_office.person("analyse")
    assert "Near in meaning: on" in person.get("/search?q=hotel&meaning=true").text
    near = person.get("/api/search/meaning?q=hotel").json()
    assert near["problem"]
    assert near["next_step"]
    assert near["hits"] == []
    assert "nothing can be found by meaning here" in person.get("/search/meaning?q=hotel").text.lower()


def test_all_hits_go_out_as_a_table_that_no_spreadsheet_takes_for_a_formula(sample_office: Office) -> None:
    answer = sample_office.person("disclose").get("/search/download?q=van+OR+hotel")
    assert answer.headers["content-disposition"].startswith("attachment")
    head, *rows = csv.reader(io.StringIO(answer.text))
    assert head == ["exhibit", "place", "segment", "words", "source"]
    assert len(rows) == sample_office.person("review").get("/api/search?q=van+OR+hotel").json()["total"]
    assert not any(cell.startswith(("=", "@")) for row in rows for cell in row)
    assert sample_office.person("review").get("/search/download?q=van&form=json").json()["hits"]


def test_a_table_that_is_cut_off_says_so(sample_office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    person = sample_office.person("analyse")
    total = person.get("/api/search?q=van").json()["total"]
    whole = person.get("/search?q=van").text
    assert 'data-holds="all of them"' in whole
    assert "end after the first" not in whole
    monkeypatch.setattr(search, "_FARTHEST", 2)
    *_, last = csv.reader(io.StringIO(person.get("/search/download?q=van").text))
    assert last[0] == f"cut off: the first 2 of {total} hits; ask for less to have the rest"
    assert last[0] in person.get("/search/download?q=van&form=json").json()["notes"]
    shown = person.get("/search?q=van").text
    assert f"end after the first 2 of {total} hits" in shown
    assert 'data-holds="the first 2"' in shown


# --- saved searches ------------------------------------------------------------------------------------------------


def test_a_search_is_saved_run_again_marked_and_withdrawn(sample_office: Office) -> None:
    person = sample_office.person("analyse")
    made = person.post("/search/saved", data={"q": "hotel", "f": "kind:page", "title": "Hotels", "reason": "task 4"})
    assert made.status_code == 303, made.text
    kept = _last_analysis(sample_office)
    assert (kept.title, kept.parameters["query"], list(kept.parameters["within"])) == ("Hotels", "hotel", ["kind:page"])
    address = made.headers["location"]
    shown = person.get(address).text
    assert "Nothing changed" in shown
    assert 'href="/search?q=hotel&amp;f=kind%3Apage"' in shown
    assert "Hotels" in person.get("/search/saved").text
    name = kept.analysis
    again = person.get(f"/api/analyses/{name}/run", params={"every": True}).json()
    assert again["counts"] == {"new": 0, "changed": 0, "gone": 0, "same": 1}
    assert person.post(f"{address}/mark", data={"reason": "seen"}).status_code == 303
    assert len(person.get(f"/api/analyses/{name}").json()["saved"]) == 2
    assert person.post(f"{address}/withdraw", data={"reason": " "}).status_code == 400
    assert person.post(f"{address}/withdraw", data={"reason": "made by mistake"}).status_code == 303
    acts = [event.act for event in sample_office.case.custody.events()]
    assert AnalysisWithdrawn(analysis=name, reason="made by mistake") in acts
    assert person.get(address).status_code == 404


def test_rows_of_a_search_run_again_carry_their_strips(sample_office: Office) -> None:
    person = sample_office.person("analyse")
    name = person.post("/api/analyses", json={"query": "hotel", "title": "Strips"}).json()["analysis"]
    rows = person.get(f"/api/analyses/{name}/run?every=true").json()["rows"]
    shown = sum(min(3, len(row["sources"])) for row in rows)
    assert shown
    _every_segment_has_its_strip(person.get(f"/search/saved/{name}?every=true").text, shown)


def test_what_is_new_since_a_search_was_saved_is_marked(sample_office: Office) -> None:
    person = sample_office.person("analyse")
    name = person.post("/api/analyses", json={"query": "hostel", "title": "Hostels"}).json()["analysis"]
    with sample_office.desk.live.reading() as graph:
        anchor, text = segment_anchor(graph, "CG-0013.p1.1"), queries.segment(graph, "CG-0013.p1.1").text
    start = text.index("HOTEL")
    act = TextCorrected(segment=anchor, start=start, end=start + 5, quote="HOTEL", text="HOSTEL", reason="misread")
    sample_office.case.record(act, actor=sample_office.desk.host)
    sample_office.wait()
    again = person.get(f"/api/analyses/{name}/run").json()
    assert again["counts"] == {"new": 1, "changed": 0, "gone": 0, "same": 0}
    assert [(row["what"], row["sources"]) for row in again["rows"]] == [("new", ["CG-0013.p1.1"])]
    html = person.get("/search?q=hostel").text
    assert "as corrected:" in html
    shown = person.get("/search/preview?segment=CG-0013.p1.1").text
    assert re.search(r"corrected by the server</span> <del[^>]*>HOTEL</del> reads <b>HOSTEL</b>", shown)


@pytest.mark.parametrize(
    "body",
    [
        '{"query": "(hotel", "title": "x"}',
        '{"query": "hotel", "title": " "}',
        '{"query": "", "title": "x"}',
        '{"query": "hotel", "title": "x", "within": ["colour:red"]}',
        f'{{"query": {HALF}, "title": "x"}}',
        f'{{"query": "hotel", "title": {HALF}}}',
        '{"query": 7, "title": "x"}',
        "[]",
        "{",
    ],
)
def test_what_cannot_be_saved_is_refused_and_nothing_is_written(sample_office: Office, body: str) -> None:
    person = sample_office.person("analyse")
    before = sample_office.case.custody.size()
    answer = person.post("/api/analyses", content=body, headers={"content-type": "application/json"})
    assert answer.status_code in (400, 422), answer.text
    assert sample_office.case.custody.size() == before


def test_who_may_not_analyse_sees_no_saving_and_cannot(sample_office: Office) -> None:
    reviewer = sample_office.person("review")
    assert "Save this search" not in reviewer.get("/search?q=hotel").text
    assert reviewer.post("/search/saved", data={"q": "hotel", "title": "x"}).status_code == 403


# --- lists of terms ------------------------------------------------------------------------------------------------

LIST = 'hotel\n"van driver"\nzebra\n# a remark\n(broken\n\nhotel\n'


def test_a_list_of_terms_is_counted_with_what_was_not_found_and_what_could_hold_it(sample_office: Office) -> None:
    person = sample_office.person("analyse")
    found = person.post("/api/terms", json={"terms": LIST.splitlines()}).json()
    hits = {one["term"]: one["hits"] for one in found["terms"]}
    assert hits == {"hotel": 4, '"van driver"': 1, "zebra": 0, "(broken": 0}
    assert (found["found"], found["not_found"]) == (2, 1)
    whats = {one["what"]: one["items"] for one in found["unsearched"]}
    assert whats["exhibits that could not be read"] == 1
    looked = _looks(sample_office)[-1]
    assert (looked.asked, looked.results) == ("4 terms", 4)


def test_each_count_on_the_page_leads_to_its_search_and_the_list_stays(sample_office: Office) -> None:
    person = sample_office.person("analyse")
    html = person.post("/search/terms", data={"terms": LIST}).text
    for term, count in (("hotel", 4), ('"van driver"', 1)):
        assert re.search(rf'href="/search\?q={re.escape(quote_plus(term))}"[^>]*>{count}</a>', html), term
    assert "not found" in html
    assert "this ( is not closed" in html
    assert "(broken\n" in html
    _every_segment_has_its_strip(html, 5)
    table = person.post("/search/terms/table", data={"terms": LIST})
    rows = list(csv.reader(io.StringIO(table.text)))
    assert rows[1][:5] == ["hotel", "hotel", "4", "0", "0"]
    made = person.post("/search/terms/save", data={"terms": LIST, "title": "Words of the warrant"})
    assert made.status_code == 303
    assert _last_analysis(sample_office).question == "terms"
    assert "Words of the warrant" in person.get(made.headers["location"]).text


def _every_segment_has_its_strip(html: str, count: int) -> None:
    """A link to a place is the strip: exhibit, place, engine, score and review, not an id."""
    places = re.findall(r'<a( class="strip")? href="/evidence/[^"]+at=[^"]+">(.*?)</a>', html)
    assert len(places) == count
    for strip, told in places:
        assert strip, told
        assert re.match(r"<b>CG-\d+[^<]*</b> · .+ · .+", told), told


@pytest.mark.parametrize("terms", ["", "# only a remark\n", "a\0b", "x" * 3_000])
def test_a_list_that_names_nothing_is_refused_and_kept(sample_office: Office, terms: str) -> None:
    answer = sample_office.person("analyse").post("/search/terms", data={"terms": terms})
    assert answer.status_code == 400
    assert 'role="alert"' in answer.text
    assert sample_office.person("analyse").post("/api/terms", json={"terms": [terms]}).status_code == 400

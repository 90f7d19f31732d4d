"""A list of terms asked again: what is said of a term that was not found then and is found now."""

from __future__ import annotations

from evidence.acts import TextCorrected
from graph import queries
from graph.sources import segment_anchor
from web.conftest import Office


def test_a_term_that_is_found_now_is_not_said_to_be_named_nowhere(sample_office: Office) -> None:
    person = sample_office.person("analyse")
    made = person.post("/search/terms/save", data={"terms": "hostelry", "title": "Words"})
    with sample_office.desk.live.reading() as graph:
        anchor, text = segment_anchor(graph, "CG-0013.p1.1"), queries.segment(graph, "CG-0013.p1.1").text
    start = text.index("HOTEL")
    act = TextCorrected(segment=anchor, start=start, end=start + 5, quote="HOTEL", text="HOSTELRY", reason="misread")
    sample_office.case.record(act, actor=sample_office.desk.host)
    sample_office.wait()
    html = person.get(made.headers["location"]).text
    assert "a term that was not found then and is found now" in html
    assert "named nowhere" not in html


def test_what_is_too_long_for_the_index_is_a_bad_request_or_finds_nothing(sample_office: Office) -> None:
    person = sample_office.person("analyse")
    too_long = person.get("/api/search", params={"q": "m" * 1_200 + "*"})
    assert (too_long.status_code, "too long for the beginning of a word" in too_long.text) == (400, True)
    for asked in ({"q": f'custodian:"{"M" * 500}"'}, {"f": "custodian:" + "Ж" * 600}, {"f": "kind:" + "m" * 6_000}):
        found = person.get("/api/search", params=asked)
        assert (found.status_code, found.json()["total"]) == (200, 0), asked
    listed = person.post("/api/terms", json={"terms": ["m" * 1_200 + "*", f"custodian:{'M' * 480}", "hotel"]}).json()
    assert [bool(one["problem"]) for one in listed["terms"]] == [True, False, False]
    assert listed["terms"][-1]["hits"] > 0

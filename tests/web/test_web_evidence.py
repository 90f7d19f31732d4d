"""The evidence opened at its place: every exhibit of the sample, by the view that fits it, and what is asked wrongly."""

from __future__ import annotations

import io
import os
import re
from html.parser import HTMLParser

import pytest
from PIL import Image
from running import SAMPLE

from evidence.acts import Consulted, Sealed, TextCorrected
from evidence.digest import Sha256
from flows.drawing import Drawing
from graph import opened, queries
from graph.project import Graph
from graph.sources import segment_anchor, span_spot
from web.conftest import HOST, Office
from workbench.web.rooms import exhibits
from workbench.web.rooms.exhibits import plain_cell
from workbench.web.views import At, name_of
from workbench.web.views.known import known_here
from workbench.web.views.passages import passage
from workbench.web.views.tables import bounds


def test_an_exhibit_of_every_type_opens(sample_office: Office) -> None:
    person = sample_office.person("analyse")
    listed = person.get("/api/exhibits?limit=1000").json()["exhibits"]
    first_of = {(line["media_type"], line["outcome"]): line for line in reversed(listed)}
    assert len(first_of) > 30
    for line in first_of.values():
        answer = person.get(f"/evidence/{line['number']}")
        assert answer.status_code == 200, line["number"]
        assert line["number"] in answer.text
        if line["reason"] and not line["units"]:
            assert line["reason"] in answer.text, line["number"]
            assert ("so nothing was looked for" in answer.text) == (line["outcome"] in ("skipped", "failed"))


def test_a_place_is_opened_with_its_words_marked_and_the_look_is_on_record(sample_office: Office) -> None:
    person = sample_office.person("review")
    answer = person.get("/evidence/CG-0009?at=CG-0009.f1.1&from=0&to=5")
    assert re.search(r"<mark>\w", answer.text)
    looks = [event.act for event in sample_office.case.access.events() if isinstance(event.act, Consulted)]
    assert looks[-1].command == "web evidence"
    assert looks[-1].exhibits == ("CG-0009",)


@pytest.mark.parametrize(
    ("asked", "status", "says"),
    [
        ("/evidence/CG-9999", 404, "There is no exhibit CG-9999"),
        ("/evidence/CG-0020?at=CG-0020.m9.1", 404, "There is no segment CG-0020.m9.1"),
        ("/evidence/CG-0020?at=CG-0008.p1.1", 404, "CG-0008.p1.1 is not in CG-0020"),
        ("/evidence/CG-0046?unit=9", 404, "CG-0046 has no page 9"),
        ("/evidence/CG-0009?unit=f9", 404, "CG-0009 has no file 9"),
        ("/evidence/CG-0026?unit=r7", 404, "CG-0026 has no table 7"),
        ("/evidence/CG-0026?row=999999", 404, "There is no segment CG-0026.r1.999999"),
        ("/evidence/CG-0020?from=-7", 422, "That could not be done"),
        ("/evidence/CG-0020?unit=nonsense", 422, "That could not be done"),
        ("/evidence/CG-0003/picture", 404, "That could not be done"),
    ],
)
def test_what_is_not_there_is_said_plainly(sample_office: Office, asked: str, status: int, says: str) -> None:
    answer = sample_office.person("analyse").get(asked)
    assert answer.status_code == status
    assert says in answer.text
    if "?unit=" in asked and status == 404:
        assert "Its history" in answer.text, "the rest of the page works"


def test_the_table_picks_the_view(sample_office: Office) -> None:
    expected = {"CG-0005": "pages", "CG-0002": "pages", "CG-0001": "tables", "CG-0019": "mail", "CG-0051": "rows",
                "CG-0032": "archive", "CG-0032/1": "chat", "CG-0034": "media", "CG-0060": "media", "CG-0009": "text",
                "CG-0004": "nothing", "CG-0047": "nothing"}  # fmt: skip
    with sample_office.desk.live.reading() as graph:
        found = {number: name_of(queries.exhibit_line(graph, number), At()) for number in expected}
        workbook = queries.exhibit_line(graph, "CG-0045")
    assert found == expected
    assert name_of(workbook, At(unit_kind="table", unit=1)) == "tables"


# --- readings: where their words stand, and who may judge them ------------------------------------------------------


class Words(HTMLParser):
    """What stands in the elements that say which segment's words they hold, and from where on."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, int, str]] = []
        self._within: list[str] = []
        self._beside = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self._beside += tag == "ins"
        if "data-words" in given:
            self.found.append((given["data-words"] or "", int(given.get("data-first") or 0), ""))
            self._within = [tag]
        elif self._within:
            self._within.append(tag)

    def handle_endtag(self, tag: str) -> None:
        self._beside -= tag == "ins"
        if self._within:
            self._within.pop()

    def handle_data(self, data: str) -> None:
        if self._within and not self._beside:
            segment, first, text = self.found[-1]
            self.found[-1] = (segment, first, text + data)


@pytest.mark.parametrize(
    "number", ["CG-0008", "CG-0009", "CG-0001", "CG-0051", "CG-0032/1", "CG-0020", "CG-0021", "CG-0034", "CG-0060"]
)
def test_every_view_says_which_words_are_whose_and_carries_the_strip(sample_office: Office, number: str) -> None:
    with sample_office.desk.live.reading() as graph:
        held = queries.segments_of(graph, number)
        mention = opened.mentions_among(graph, [one.id for one in held])[-1]
        texts = {one.id: one.text for one in held}
    answer = sample_office.person("analyse").get(
        f"/evidence/{number}?at={mention.segment}&from={mention.start}&to={mention.end}"
    )
    words = Words(answer.text).found
    assert words
    for segment, first, text in words:
        assert text == texts[segment][first : first + len(text)], segment
    assert any(
        segment == mention.segment and first <= mention.start and mention.end <= first + len(text)
        for segment, first, text in words
    )
    assert re.search(
        rf'class="opened-at"><a class="strip"[^>]*><b>{number}</b> · {re.escape(mention.strip.place)} · ', answer.text
    )
    line = re.search(rf'<li class="on [^"]*" data-mention="{mention.id}".*?</li>', answer.text, re.DOTALL)
    assert line
    assert 'class="strip"' in line[0]
    assert mention.strip.engine in line[0]
    assert f"found by {mention.finder}" in line[0]
    assert mention.score < 0 or f"raw score {mention.score / 10:.1f}" in line[0]


def test_only_whoever_reviews_is_given_what_judges(sample_office: Office) -> None:
    for roles, given in (
        (("analyse",), False),
        (("disclose",), False),
        (("review",), True),
        (("analyse", "review"), True),
    ):
        answer = sample_office.person(*roles).get("/evidence/CG-0008?unit=p1").text  # type: ignore[arg-type]
        assert "data-mention=" in answer
        for piece in ('id="judge"', 'id="kinds"', 'id="reason"', "judging.css", "Review its readings"):
            assert (piece in answer) == given, (roles, piece)


def test_the_pane_of_a_long_exhibit_is_that_of_the_place_opened(
    sample_office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workbench.web.views.known._SEGMENTS", 4)
    with sample_office.desk.live.reading() as graph:
        exhibit = queries.exhibit_line(graph, "CG-0032/1")
        last = queries.segments_of(graph, "CG-0032/1")[-1]
        at = At(segment=last.id, unit_kind="conversation", unit=1)
        known = known_here(graph, exhibit, at, last)
        assert known.of == "conversation 1, its passages 12 to 14 of 14"
        assert {one.segment for one in known.mentions} <= {f"CG-0032/1.c1.{one}" for one in (12, 13, 14)}
        places = [(int(one.segment.rpartition(".")[2]), one.start) for one in known.mentions]
        assert places == sorted(places)
        assert opened.text_columns(graph, "CG-0001", 1, [1, 2, 3, 999]) == {2: "Reference", 3: "Reference"}


# --- pages -------------------------------------------------------------------------------------------------------


def test_the_box_that_is_lit_is_the_words_own(sample_office: Office) -> None:
    with sample_office.desk.live.reading() as graph:
        phone = next(one for one in queries.mentions_in(graph, "CG-0008.p1.1") if one.kind == "phone")
        spot = span_spot(graph, phone.segment, phone.start, phone.end)
    answer = sample_office.person("analyse").get(
        f"/evidence/CG-0008?at={phone.segment}&from={phone.start}&to={phone.end}"
    )
    lit = re.findall(r'class="\w* lit" x="(\d+)" y="(\d+)" width="(\d+)" height="(\d+)"', answer.text)
    assert [tuple(map(int, one)) for one in lit] == [(b.left, b.top, b.width, b.height) for b in spot.boxes]
    assert len(lit) == 3
    assert f'viewBox="0 0 {spot.width_px} {spot.height_px}"' in answer.text
    drawn = Image.open(io.BytesIO(sample_office.person("analyse").get("/evidence/CG-0008/picture?unit=p1").content))
    assert drawn.size == (spot.width_px, spot.height_px)


def test_pictures_and_frames_are_drawn_and_kept(sample_office: Office) -> None:
    person = sample_office.person("analyse")
    page = person.get("/evidence/CG-0014/picture?unit=p1")
    assert page.headers["content-type"] == "image/png"
    assert Image.open(io.BytesIO(page.content)).height > 1000
    frame = person.get("/evidence/CG-0060/picture?ms=1000")
    assert frame.headers["content-type"] == "image/jpeg"
    kept = list((sample_office.case.tmp / "drawn").iterdir())
    assert person.get("/evidence/CG-0014/picture?unit=p1").content == page.content
    assert list((sample_office.case.tmp / "drawn").iterdir()) == kept


def test_a_drawing_that_takes_too_long_is_stopped_and_said(sample_office: Office) -> None:
    person = sample_office.person("analyse")
    app = person.app
    app.state.drawing = Drawing(sample_office.case, size=1, seconds=0)  # type: ignore[attr-defined]
    answer = person.get("/evidence/CG-0060/picture?ms=500", headers={"hx-request": "true"})
    app.state.drawing.close()  # type: ignore[attr-defined]
    assert answer.status_code == 413
    assert "it took too long" in answer.text
    assert "<html" not in answer.text


def test_an_original_that_is_no_longer_what_was_received_is_not_shown(sample_office: Office) -> None:
    person = sample_office.person("analyse")
    assert person.get("/evidence/CG-0055/picture").status_code == 200
    path = sample_office.case.vault.path(Sha256(person.get("/api/exhibits/CG-0055").json()["exhibit"]["sha256"]))
    was = path.read_bytes()
    path.chmod(0o600)
    path.write_bytes(was[:-1] + b"?")
    for asked in ("picture", "original"):
        answer = person.get(f"/evidence/CG-0055/{asked}")
        assert answer.status_code == 500
        assert "its hash differs" in answer.text
    path.unlink()
    for asked in ("picture", "original"):
        assert "original" in (told := person.get(f"/evidence/CG-0055/{asked}").text)
        assert "missing" in told
    assert person.get("/evidence/CG-0055").status_code == 200
    path.write_bytes(was)
    assert person.get("/evidence/CG-0055/picture").status_code == 200


# --- what is sealed, what is corrected, what is handed out --------------------------------------------------------


def test_nothing_of_a_sealed_page_is_shown(sample_office: Office) -> None:
    person = sample_office.person("analyse")
    assert person.get("/evidence/CG-0046/picture?unit=p2").status_code == 200
    with sample_office.desk.live.reading() as graph:
        anchor = segment_anchor(graph, "CG-0046.p2.1")
        said = queries.segment(graph, "CG-0046.p2.1").text[:20]
    sample_office.case.record(Sealed(exhibit="CG-0046", segment=anchor, seal="privileged", reason="advice"), actor=HOST)
    sample_office.wait()
    refused = person.get("/evidence/CG-0046/picture?unit=p2")
    assert refused.status_code == 409
    assert "sealed" in refused.text
    assert person.get("/evidence/CG-0046/picture?unit=p1").status_code == 200
    assert person.get("/evidence/CG-0046/original").status_code == 409
    words = person.get("/api/exhibits/CG-0046/words?unit=p2").json()
    assert words["words"] == words["segments"] == []
    assert said not in person.get("/evidence/CG-0046?unit=p2").text


def test_a_sealed_exhibit_is_not_there_and_its_container_is_not_handed_out(sample_office: Office) -> None:
    person = sample_office.person("analyse")
    sample_office.case.record(Sealed(exhibit="CG-0059/1", seal="privileged", reason="advice"), actor=HOST)
    sample_office.wait()
    for asked in ("/evidence/CG-0059/1", "/evidence/CG-0059/1/original", "/api/exhibits/CG-0059/1"):
        assert person.get(asked).status_code == 404
    assert "debts.txt" not in person.get("/api/exhibits").text
    assert person.get("/evidence/CG-0059/original").status_code == 409


def test_a_correction_stands_beside_what_the_machine_read(sample_office: Office) -> None:
    with sample_office.desk.live.reading() as graph:
        anchor = segment_anchor(graph, "CG-0008.p2.1")
        text = queries.segment(graph, "CG-0008.p2.1").text
    start = text.index("lon Moraru")
    sample_office.case.record(
        TextCorrected(segment=anchor, start=start, end=start + 3, quote="lon", text="Ion", reason="a capital I"),
        actor=HOST,
    )
    sample_office.wait()
    answer = sample_office.person("review").get("/evidence/CG-0008?unit=p2")
    assert '<del class="machine">lon</del><ins class="human"' in answer.text
    assert "Corrected by people" in answer.text


def test_the_original_is_handed_out_as_it_came_and_that_is_on_record(sample_office: Office) -> None:
    person = sample_office.person("disclose")
    answer = person.get("/evidence/CG-0057/original")
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"] == 'attachment; filename="CG-0057_advert.html"'
    assert answer.content == next(iter(_sample("website/advert.html"))).read_bytes()
    looks = [event.act for event in sample_office.case.access.events() if isinstance(event.act, Consulted)]
    assert looks[-1].command == "web original"
    assert sample_office.person("ingest").get("/evidence/CG-0057/original").status_code == 403


def _sample(name: str) -> list[os.PathLike[str]]:
    return list((SAMPLE / "exhibits").rglob(name))


def test_the_history_says_who_received_it_and_what_read_it(sample_office: Office) -> None:
    answer = sample_office.person("analyse").get("/evidence/CG-0008/history")
    for word in ("received", "SHA-256", "authority", "tesseract", "engine"):
        assert word in answer.text


# --- tables and lists ---------------------------------------------------------------------------------------------


def test_a_row_of_a_table_opens_lit_under_its_header(sample_office: Office) -> None:
    answer = sample_office.person("analyse").get("/evidence/CG-0026?row=250")
    row = re.search(r'<tr id="row-250" class="on".*?</tr>', answer.text, re.DOTALL)
    assert row
    assert "MB-0404" in row[0]
    assert "A-number" in answer.text
    assert "caller" in answer.text
    assert "201 to 300 of 413 rows" in answer.text
    sides = answer.text.split("Named in this row")[1].split("</ul>")[0]
    assert re.findall(r">(\+44\d+)</a>", sides) == ["+442079460127", "+442079460142"]
    sheet = sample_office.person("analyse").get("/evidence/CG-0051?at=CG-0051.f1.4&from=36&to=41").text
    assert re.search(r'id="CG-0051.f1.4" class="on"', sheet)


def test_cells_are_parted_as_rfc_4180_says() -> None:
    line = '2026-02-20,"1,500.00",'
    assert [line[start:end] for start, end in bounds(line, ",")] == ["2026-02-20", '"1,500.00"', ""]


def test_exhibits_are_listed_filtered_and_sorted(sample_office: Office) -> None:
    person = sample_office.person("analyse")
    listed = person.get("/exhibits?outcome=not+read").text
    assert "empty file (0 bytes)" in listed
    assert "encrypted: it opens only with a password" in listed
    assert "night-log.txt" not in listed
    largest = person.get("/api/exhibits?sort=size&down=true&limit=3").json()
    sizes = [one["size_bytes"] for one in largest["exhibits"]]
    assert sizes == sorted(sizes, reverse=True)
    assert largest["total"] > 60
    assert [one["number"] for one in person.get("/api/exhibits?named=guest-card").json()["exhibits"]] == ["CG-0007"]
    assert "No exhibit fits" in person.get("/exhibits?named=nothing-like-it").text
    rows = person.get("/exhibits?form=csv&outcome=failed")
    assert rows.headers["content-type"].startswith("text/csv")
    assert rows.text.splitlines()[1].startswith("CG-0003,")


def test_a_list_of_exhibits_that_is_cut_off_says_so(sample_office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    person = sample_office.person("analyse")
    total = person.get("/api/exhibits").json()["total"]
    assert "cut off" not in person.get("/exhibits?form=csv").text
    assert "(the first" not in person.get("/exhibits").text
    monkeypatch.setattr(exhibits, "_CSV", 3)
    lines = person.get("/exhibits?form=csv").text.splitlines()
    assert (len(lines), lines[-1]) == (5, f"cut off: the first 3 of {total} exhibits; ask for less to have the rest")
    assert "(the first 3 of them)" in person.get("/exhibits").text


@pytest.mark.parametrize("cell", ["=1+1", "@SUM(A1)", "+1", "-1", "\tx"])
def test_no_cell_of_the_csv_is_a_formula(cell: str) -> None:
    assert plain_cell(cell) == "'" + cell
    assert plain_cell("plain " + cell) == "plain " + cell


def test_the_api_gives_words_with_boxes_and_segments(sample_office: Office) -> None:
    person = sample_office.person("analyse")
    made = person.get("/api/exhibits/CG-0012/words?unit=p1").json()
    first = made["words"][0]["words"][0]
    assert first["box"]["width"] > 0
    assert 0 <= first["score"] <= 1000
    assert person.get("/api/segments?segment=CG-0012.p1.1").json()["total"] == 1
    two = person.get("/api/segments?exhibit=CG-0032/1&limit=2&after=3").json()
    assert [one["ordinal"] for one in two["segments"]] == [4, 5]
    assert person.get("/api/segments").status_code == 400
    assert person.get("/api/exhibits/CG-0012/words?unit=p0").status_code == 400


def test_units_and_children_are_listed_with_what_is_in_them(sample_office: Office) -> None:
    with sample_office.desk.live.reading() as graph:
        _check_units(graph)
        assert [one.depth for one in opened.relatives(graph, "CG-0058")] == [1, 1, 2]
        middle = queries.segment(graph, "CG-0032/1.c1.7")
        assert opened.place_in(graph, middle, within_unit=True) == 6


def _check_units(graph: Graph) -> None:
    units = opened.units_here(graph, "CG-0028")
    for unit in units:
        held, many = opened.segments_in(graph, "CG-0028", unit_kind=unit.unit_kind, unit=unit.unit)
        assert unit.segments == many == len(held)
        assert unit.mentions == len(opened.mentions_among(graph, [one.id for one in held]))
    assert sum(unit.segments for unit in units) == opened.segments_in(graph, "CG-0028")[1]


def test_pieces_of_a_passage_are_the_passage(sample_office: Office) -> None:
    with sample_office.desk.live.reading() as graph:
        for one in queries.segments_of(graph, "CG-0012"):
            held = {made.segment: made.words for made in opened.words_in(graph, "CG-0012", unit_kind="page", unit=1)}
            made = passage(one, At(segment=one.id, start=3, end=9), words=held[one.id])
            assert "".join(piece.text for piece in made.pieces) == one.text
            assert "".join(piece.text for piece in made.pieces if piece.lit) == one.text[3:9]
            words = [piece for piece in made.pieces if piece.word >= 0]
            assert {piece.word for piece in words} == set(range(len(held[one.id])))

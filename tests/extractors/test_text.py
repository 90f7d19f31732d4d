"""Text, tables and HTML: decoded, cut, and every segment exactly where it says."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence.locator import RecordPlace, TextPlace
from evidence.records import Reading
from extractors.html import HtmlReader, visible_text
from extractors.protocols import Engines, Limits, Part, ReadContext
from extractors.text import SEGMENT_CODE_POINTS, TextReader, decode, paragraphs


def _read(folder: Path, data: bytes, media_type: str = "text/plain", limits: Limits | None = None) -> Reading:
    path = folder / "blob"
    path.write_bytes(data)
    reader = HtmlReader() if media_type == "text/html" else TextReader()
    context = ReadContext(languages=("en",), scratch=folder, limits=limits or Limits())
    return reader.read(path, media_type=media_type, part=Part(), engines=Engines(), context=context)


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet=st.sampled_from("ab \n\t\r\u2028é漢😀"), max_size=300))
def test_segments_are_verbatim_and_lose_nothing_but_white_space(text: str) -> None:
    segments = paragraphs(text)
    assert [segment.index for segment in segments] == list(range(len(segments)))
    covered = 0
    for segment in segments:
        place = segment.place
        assert isinstance(place, TextPlace)
        assert text[place.start : place.end] == segment.text
        assert text[covered : place.start].strip() == ""
        assert place.line == text.count("\n", 0, place.start) + 1
        covered = place.end
    assert text[covered:].strip() == ""


def test_a_megabyte_on_one_line_is_cut_at_words() -> None:
    text = "word " * 200_000
    segments = paragraphs(text)
    assert max(len(segment.text) for segment in segments) <= SEGMENT_CODE_POINTS
    assert " ".join(segment.text for segment in segments).split() == text.split()
    assert len(paragraphs("x" * 1_000_000)) == 500


@pytest.mark.parametrize(
    ("data", "text", "charset"),
    [
        (b"plain", "plain", "ascii"),
        ("știu".encode(), "știu", "utf-8"),
        ("știu".encode("utf-8-sig"), "știu", "utf-8 (byte-order mark)"),
        ("știu".encode("utf-16"), "știu", "utf-16 (byte-order mark)"),
        ("știu bine".encode("utf-16-le"), "știu bine", "utf-16-le (guessed)"),
    ],
)
def test_encodings(data: bytes, text: str, charset: str) -> None:
    decoded = decode(data)
    assert (decoded.text, decoded.facts["charset"], decoded.replaced) == (text, charset, 0)


def test_a_western_legacy_encoding_is_guessed_and_said(tmp_path: Path) -> None:
    text = "Le café était fermé; la clé était cachée derrière la fenêtre. " * 5
    unit = _read(tmp_path, text.encode("cp1252")).units[0]
    assert "café était fermé" in unit.segments[0].text
    assert unit.facts["charset"] == "cp1252 (guessed)"
    assert unit.doubtful


def test_asserted_languages_decide_between_code_pages() -> None:
    data = "aşteaptă mâine".encode("cp1250")
    assert decode(data, languages=("ro",)).text == "aşteaptă mâine"


def test_damaged_bytes_are_counted_and_make_it_doubtful(tmp_path: Path) -> None:
    unit = _read(tmp_path, "știu că așa este și mâine".encode() + b"\xff\x00 end").units[0]
    assert unit.doubtful
    assert unit.facts["undecodable"] == "1"
    assert unit.facts["control_characters"] == "1"
    assert "\0" not in unit.segments[0].text


def test_white_space_alone_is_blank(tmp_path: Path) -> None:
    assert _read(tmp_path, b" \n\t\r\n").units[0].outcome == "blank"


def test_beyond_the_limit_it_is_partial(tmp_path: Path) -> None:
    unit = _read(tmp_path, b"ab cd " * 100, limits=Limits(text_code_points=50)).units[0]
    assert unit.partial
    assert "characters were read (limit)" in unit.reason
    assert sum(len(segment.text) for segment in unit.segments) <= 50


def _in_parts(folder: Path, data: bytes, media_type: str, limits: Limits) -> tuple[tuple[Part, ...], list[Reading]]:
    path = folder / "blob"
    path.write_bytes(data)
    context = ReadContext(languages=("en",), scratch=folder, limits=limits)
    reader = TextReader()
    parts = reader.survey(path, media_type=media_type, context=context).parts
    readings = [
        reader.read(path, media_type=media_type, part=part, engines=Engines(), context=context) for part in parts
    ]
    return parts, readings


@pytest.mark.parametrize("media_type", ["text/plain", "text/csv"])
def test_a_long_text_is_read_in_pieces_that_miss_nothing_and_stand_where_they_stood(
    tmp_path: Path, media_type: str
) -> None:
    rows = (f"u{number}@mail.example,020 7946 {number % 10_000:04},ț\n" for number in range(50_000))
    data, limits = "".join(rows).encode(), Limits(text_code_points=1_400_000)
    whole = _read(tmp_path, data, media_type, limits).units[0]
    parts, readings = _in_parts(tmp_path, data, media_type, limits)
    assert [(part.name, part.first, part.last) for part in parts] == [
        (f"piece {number} of 3", number, number) for number in (1, 2, 3)
    ]
    units = [unit for reading in readings for unit in reading.units]
    assert [unit.number for unit in units] == [1, 2, 3]
    found = [(segment.text, segment.place) for unit in units for segment in unit.segments]
    assert found == [(segment.text, segment.place) for segment in whole.segments]
    for unit in units:
        assert [segment.index for segment in unit.segments] == list(range(len(unit.segments)))
        assert sum(len(segment.text) for segment in unit.segments) <= 500_000
    assert [unit.partial for unit in units] == [False, False, True], "the limit ends the last piece, and no other"
    assert (units[-1].reason, units[0].reason) == (whole.reason, "")


def test_a_text_of_a_megabyte_is_one_part(tmp_path: Path) -> None:
    for data in ("ț".encode() * 500_000, b" \n" * 2_000_000):
        parts, (reading,) = _in_parts(tmp_path, data, "text/plain", Limits())
        assert [part.name for part in parts] == [""]
        assert reading == _read(tmp_path, data)


def test_each_row_of_a_table_is_a_segment_with_its_number(tmp_path: Path) -> None:
    data = b'name,phone\n"Doe, J",020 7946 0001\n\n"two\nlines",020 7946 0002\n'
    segments = _read(tmp_path, data, "text/csv").units[0].segments
    assert [segment.text for segment in segments] == [
        "name,phone",
        '"Doe, J",020 7946 0001',
        '"two\nlines",020 7946 0002',
    ]
    assert [s.place for s in segments] == [RecordPlace(record=number, field="row") for number in (1, 2, 4)]


def test_a_hundred_thousand_rows_are_read_in_fewer_segments(tmp_path: Path) -> None:
    data = "".join(f"{number},x\n" for number in range(100_001)).encode()
    segments = _read(tmp_path, data, "text/csv").units[0].segments
    assert len(segments) <= 50_000
    assert sum(segment.text.count("\n") + 1 for segment in segments) == 100_001


def test_a_table_with_an_endless_field_is_read_as_text(tmp_path: Path) -> None:
    unit = _read(tmp_path, b'a,b\n"' + b"x " * 200_000, "text/csv").units[0]
    assert unit.outcome == "read"
    assert isinstance(unit.segments[0].place, TextPlace)


HTML = """<html><head><title>Rooms &amp; rates</title><style>p{}</style><script>var secret = 1</script></head>
<body><h1>Harbour Lodge</h1><p>Call <b>020</b>
<i>7946</i> 0958<br>now</p><table><tr><td>Room</td><td>Price</td></tr><tr><td>1</td><td>40</td></tr></table>
<div style="display: none">hidden words</div><a href="mailto:desk@example.org">write</a><a href="#top">top</a></body></html>"""


def test_html_gives_the_visible_text_in_blocks(tmp_path: Path) -> None:
    reading = _read(tmp_path, HTML.encode(), "text/html")
    unit = reading.units[0]
    text = "\n\n".join(segment.text for segment in unit.segments[:-2])
    assert "Harbour Lodge\n\nCall 020 7946 0958\nnow\n\nRoom\tPrice\n1\t40" in text
    assert "secret" not in text
    assert reading.facts["title"] == "Rooms & rates"
    assert unit.facts["hidden_elements"] == "1"
    assert unit.facts["scripts_dropped"] == "1"
    assert unit.segments[-2].text == "Rooms & rates"
    assert unit.segments[-2].place == RecordPlace(record=1, field="title")
    assert unit.segments[-1].text == "mailto:desk@example.org"
    assert unit.segments[-1].place == RecordPlace(record=1, field="links")


def test_html_in_the_encoding_it_states(tmp_path: Path) -> None:
    data = '<html><head><meta charset="iso-8859-2"></head><body>ştiu că aşa</body></html>'.encode("iso-8859-2")
    unit = _read(tmp_path, data, "text/html").units[0]
    assert unit.segments[0].text == "ştiu că aşa"
    assert unit.facts["charset"] == "iso-8859-2 (stated)"


@pytest.mark.timeout(20)
def test_html_nested_without_end_is_read_without_its_tags() -> None:
    page = visible_text("<div>" * 100_000 + "deep words")
    assert page.torn
    assert page.text == "deep words"


@pytest.mark.timeout(20)
def test_html_nested_without_end_says_what_was_not_read(tmp_path: Path) -> None:
    unit = _read(tmp_path, b"<div>" * 2_000 + b"call 020 7946 0142", "text/html").units[0]
    assert (unit.outcome, unit.partial, unit.segments[0].text) == ("read", True, "call 020 7946 0142")
    assert unit.reason.startswith("its elements are nested more than 1,000 deep (limit)")
    assert "links are missing" in unit.reason


@pytest.mark.timeout(20)
def test_a_million_unclosed_paragraphs_are_no_depth() -> None:
    page = visible_text("<p>a" * 100_000)
    assert not page.torn
    assert page.text.count("a") == 100_000

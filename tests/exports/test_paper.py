"""The summary on paper: nothing in it is taken for markup, nothing is hidden, a PDF/A reader finds its marks."""

from __future__ import annotations

import re
import zlib
from pathlib import Path

import msgspec
import pypdfium2
import pypdfium2.raw as pdfium
import pytest
from summary_by_hand import NASTY, handmade

from exports.material import Summary
from exports.paper import printable, set_on_paper, unprintable


def set_by_hand(summary: Summary, pictures: dict[str, bytes]) -> bytes:
    attached = {"summary.json": msgspec.json.encode(summary), "source_index.csv": b"claim\r\n"}
    return set_on_paper(summary, attachments=attached, pictures=pictures)


@pytest.fixture(scope="module")
def pdf() -> bytes:
    return set_by_hand(*handmade())


def text_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return " ".join(" ".join(page.get_textpage().get_text_bounded() for page in document).split())
    finally:
        document.close()


@pytest.mark.parametrize(
    "verbatim", ['#panic("x")', "*bold*", "_em_", "$x$", "`raw`", "@ref", "<label>", "// /*", "ș ț", "Привет"]
)
def test_markup_in_a_persons_words_is_printed_and_not_obeyed(pdf: bytes, verbatim: str) -> None:
    assert verbatim in text_of(pdf)


def test_an_analysis_is_printed_with_what_changed_and_what_is_not_shown(pdf: bytes) -> None:
    text = text_of(pdf)
    for said in ("1 row is new, 1 changed, 2 gone, 3 the same", "it was saved by casegraph 0.0.9", "900 found altogether",
                 "30 more rows are in", "Rests on the whole record", "whole exhibit", "The answer has no rows.", "20,000"):  # fmt: skip
        assert said in text, said


def test_what_would_turn_or_break_a_line_is_shown_as_its_code_point(pdf: bytes) -> None:
    text = text_of(pdf)
    assert "⟨U+202E⟩gnp.exe⟨U+202C⟩" in text
    assert "⟨U+0007⟩⟨U+001B⟩[31m" in text
    assert not set(text) & set("\u202e\u202c\x07\x1b")


def test_a_character_without_a_glyph_is_shown_as_its_code_point(pdf: bytes) -> None:
    text = text_of(pdf)
    assert all(shown in text for shown in ("U+4F60⟩", "⟨U+597D⟩", "⟨U+1F600⟩"))


@pytest.mark.parametrize(
    "sentence",
    [
        "",
        " ",
        "a\u0301e\u0308 n\u0303",
        "\u0915\u094d\u0937 ไทย ქართული",
        "👩\u200d👩\u200d👧 🇬🇧 \ufe0f",
        "\ue000\uf8ff\U0010ffff\ufffe\u0000\u0085\u2028\u2029\x0c",
        "x" * 900,
        "العربية 123 (abc) עברית",
        '"\\u{7}" \\" {} [] \\',
        "\u00ad\u200b\u200e\u200f\u061c\ufeff",
    ],
)
def test_any_text_can_be_set(sentence: str) -> None:
    summary, pictures = handmade(sentence=sentence)
    assert set_by_hand(summary, pictures).startswith(b"%PDF")


def test_the_records_keep_what_the_paper_cannot_show(pdf: bytes) -> None:
    summary, _ = handmade()
    assert NASTY in msgspec.json.decode(msgspec.json.encode(summary), type=Summary).parties[1].label
    assert {"\u202e", "\x07", "你", "😀"} <= set(unprintable(summary))


def test_the_same_records_give_the_same_bytes(pdf: bytes) -> None:
    assert set_by_hand(*handmade()) == pdf


def test_it_bears_the_marks_of_pdf_a_3b_and_pdf_ua(pdf: bytes) -> None:
    found = re.search(rb"<x:xmpmeta.*?</x:xmpmeta>|<rdf:RDF.*?</rdf:RDF>", pdf, re.DOTALL)
    assert found
    xmp = found[0]
    assert b"<pdfaid:part>3<" in xmp
    assert b"<pdfaid:conformance>B<" in xmp
    assert b"<pdfuaid:part>1<" in xmp
    assert b"/OutputIntents" in pdf
    assert b"/Lang" in pdf
    assert b"/MarkInfo" in pdf


def test_it_has_a_title_and_no_clock_of_the_machine(pdf: bytes) -> None:
    document = pypdfium2.PdfDocument(pdf)
    stated = document.get_metadata_dict()
    document.close()
    assert stated["Title"] == "Harbour Lodge — summary"
    assert stated["CreationDate"].startswith("D:20260305101112")


def test_records_and_index_are_attached(pdf: bytes, tmp_path: Path) -> None:
    document = pypdfium2.PdfDocument(pdf)
    names, bodies = [], []
    for at in range(document.count_attachments()):
        attachment = document.get_attachment(at)
        names.append(attachment.get_name())
        bodies.append(bytes(attachment.get_data()))
    document.close()
    assert sorted(names) == ["source_index.csv", "summary.json"]
    summary, _ = handmade()
    assert msgspec.json.encode(summary) in bodies
    assert zlib.crc32(b"claim\r\n") in [zlib.crc32(body) for body in bodies]


def test_nothing_is_smaller_than_nine_points(pdf: bytes) -> None:
    document = pypdfium2.PdfDocument(pdf)
    smallest = 99.0
    for page in document:
        textpage = page.get_textpage()
        for at in range(textpage.count_chars()):
            if not chr(pdfium.FPDFText_GetUnicode(textpage.raw, at)).isspace():
                size = pdfium.FPDFText_GetFontSize(textpage.raw, at)
                smallest = min(smallest, size) if size > 1.01 else smallest  # generated characters have size 1
    document.close()
    assert smallest >= 8.99


def test_undermining_readings_have_the_same_size_as_supporting_ones() -> None:
    template = (Path(__file__).parents[2] / "exports" / "summary.typ").read_text()
    sides = re.findall(r'side\(f, "(\w+)"', template)
    assert sides == ["supports", "undermines", "assists_defence", "neutral"], "one function sets them all"


def test_printable_leaves_ordinary_text_alone() -> None:
    assert printable({"a": ["ș – “x”\nb", 3, None]}, frozenset()) == {"a": ["ș – “x”\nb", 3, None]}
    assert printable("a\r\nb\x0cc\td", frozenset()) == "a\nb\nc d"


def test_right_to_left_text_is_isolated_from_the_line_around_it() -> None:
    assert printable("שלום", frozenset()) == "\u2068שלום\u2069"

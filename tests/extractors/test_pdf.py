"""PDF pages: the text layer where it can be trusted, OCR where it cannot, and hostile documents."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from made_pages import SENTENCES, Sheet, make_pdf, picture_content, printed, recall, scribbled, text_content
from msgspec import structs
from PIL import Image

from evidence.errors import Unreadable
from evidence.locator import PagePlace
from evidence.records import Reading, Unit
from extractors.pdf import ENCRYPTED, PdfReader, render_page
from extractors.protocols import Engines, Limits, Part, ReadContext, Survey
from extractors.sandbox import Crashed, WorkerPool
from extractors.tesseract import Tesseract

LOCKED = Path(__file__).parents[2] / "sample_data" / "exhibits" / "staffing-office" / "directors.pdf"
FULL = picture_content(0, 0, 595, 842)


@pytest.fixture(scope="module")
def engines() -> Engines:
    return Engines(ocr=Tesseract(("en",)))


def _context(folder: Path, limits: Limits | None = None) -> ReadContext:
    return ReadContext(languages=("en",), scratch=folder, limits=limits or Limits())


def _read(path: Path, engines: Engines, part: Part | None = None, limits: Limits | None = None) -> Reading:
    return PdfReader().read(
        path,
        media_type="application/pdf",
        part=part or Part(),
        engines=engines,
        context=_context(path.parent, limits),
    )


def _page(folder: Path, engines: Engines, sheet: Sheet) -> Unit:
    return _read(make_pdf(folder / "one.pdf", [sheet]), engines).units[0]


def _scan() -> Image.Image:
    return printed(size=(1240, 1754))


def _assert_boxes_frame_ink(path: Path, unit: Unit) -> None:
    for segment in unit.segments:
        place = segment.place
        assert isinstance(place, PagePlace)
        page = render_page(path, place.page, place.dpi).convert("L")
        assert page.size == (place.width_px, place.height_px)
        assert segment.words
        for word in segment.words:
            box = word.box
            assert box is not None
            assert page.crop((box.left, box.top, box.left + box.width, box.top + box.height)).getextrema()[0] < 160


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
def test_a_text_layer_is_read_with_a_box_for_each_word(tmp_path: Path, engines: Engines, rotate: int) -> None:
    unit = _page(tmp_path, engines, Sheet(text_content(SENTENCES), rotate=rotate))
    (segment,) = unit.segments
    assert (unit.outcome, segment.source, unit.facts["text_layer"]) == ("read", "native", "trusted")
    assert recall(SENTENCES, segment.text) == 1
    assert [segment.text[word.start : word.end] for word in segment.words] == segment.text.split()
    _assert_boxes_frame_ink(tmp_path / "one.pdf", unit)


def test_lines_stay_lines(tmp_path: Path, engines: Engines) -> None:
    unit = _page(tmp_path, engines, Sheet(text_content(SENTENCES)))
    assert unit.segments[0].text == "\n".join(SENTENCES)


def test_each_page_is_decided_by_itself(tmp_path: Path, engines: Engines) -> None:
    sheets = [
        Sheet(text_content(SENTENCES)),
        Sheet(FULL, _scan()),
        Sheet(""),
        Sheet(FULL, scribbled()),
        Sheet(FULL + text_content(["HL 000123"], top=20), _scan()),
    ]
    path = make_pdf(tmp_path / "mixed.pdf", sheets)
    units = _read(path, engines).units
    assert [unit.outcome for unit in units] == ["read", "read", "blank", "no_text", "read"]
    assert [segment.source for unit in units for segment in unit.segments] == ["native", "ocr", "ocr"]
    assert [segment.index for unit in units for segment in unit.segments] == [0, 1, 2]
    assert "not trusted" in units[4].facts["text_layer"]
    for number in (1, 4):
        assert recall(SENTENCES, units[number].segments[0].text) > 0.95
        _assert_boxes_frame_ink(path, units[number])


def test_an_invisible_layer_is_somebodys_ocr_not_native_text(tmp_path: Path, engines: Engines) -> None:
    unit = _page(tmp_path, engines, Sheet(FULL + text_content(SENTENCES * 2, mode=3), _scan()))
    assert unit.segments[0].source == "ocr"
    assert unit.segments[0].score == -1
    assert unit.facts["text_layer"].startswith("hidden")


def test_a_picture_pasted_into_a_letter_is_read_too(tmp_path: Path, engines: Engines) -> None:
    letter = [f"Dear tenant, paragraph {number} of this letter." for number in range(12)]
    sheet = Sheet(text_content(letter) + picture_content(60, 100, 400, 226), printed())
    unit = _page(tmp_path, engines, sheet)
    native, pasted = unit.segments
    assert (native.source, pasted.source, unit.facts["pictures_with_text"]) == ("native", "ocr", "1")
    assert recall(SENTENCES, pasted.text) > 0.95
    _assert_boxes_frame_ink(tmp_path / "one.pdf", unit)


def test_without_an_engine_scans_are_skipped_and_text_is_read(tmp_path: Path) -> None:
    path = make_pdf(tmp_path / "a.pdf", [Sheet(text_content(SENTENCES)), Sheet(FULL, _scan()), Sheet("")])
    units = _read(path, Engines()).units
    assert [unit.outcome for unit in units] == ["read", "skipped", "blank"]
    assert units[1].reason


def test_a_layer_of_signs_without_meaning_is_not_trusted(tmp_path: Path, engines: Engines) -> None:
    unit = _page(tmp_path, engines, Sheet(FULL + text_content(["*#+ ~^ %$ !! ;; ::"] * 30, mode=3), _scan()))
    assert unit.facts["text_layer"].startswith("not trusted")
    assert recall(SENTENCES, unit.segments[0].text) > 0.95


def test_a_huge_page_is_drawn_smaller_and_says_so(tmp_path: Path, engines: Engines) -> None:
    sheet = Sheet(picture_content(0, 0, 14400, 14400), printed(size=(1240, 1240)), box=(14400, 14400))
    unit = _page(tmp_path, engines, sheet)
    assert unit.facts["dpi_lowered_to"] == "38"
    place = unit.segments[0].place
    assert isinstance(place, PagePlace)
    assert place.width_px * place.height_px < 61_000_000
    assert render_page(tmp_path / "one.pdf", 1, 300).size == (place.width_px, place.height_px)


@pytest.mark.parametrize("box", [(0, 0), (1e30, 1e30), (3e6, 0.01), (-5, 10)])
def test_an_absurd_page_box_is_one_failed_or_empty_page(
    tmp_path: Path, engines: Engines, box: tuple[float, float]
) -> None:
    path = make_pdf(tmp_path / "a.pdf", [Sheet(text_content(SENTENCES), box=box), Sheet(text_content(SENTENCES))])
    units = _read(path, engines).units
    assert units[1].outcome == "read"


def test_survey_parts_cover_every_page_once(tmp_path: Path) -> None:
    path = make_pdf(tmp_path / "a.pdf", [Sheet(text_content(SENTENCES))] * 45)
    survey = PdfReader().survey(path, media_type="application/pdf", context=_context(tmp_path))
    assert [(part.first, part.last, part.name) for part in survey.parts] == [
        (1, 20, "pages 1-20"),
        (21, 40, "pages 21-40"),
        (41, 45, "pages 41-45"),
    ]
    assert survey.units == 45
    numbers = [unit.number for part in survey.parts for unit in _read(path, Engines(), part).units]
    assert numbers == list(range(1, 46))
    scans = make_pdf(tmp_path / "b.pdf", [Sheet(FULL, _scan())] * 2)
    dear = PdfReader().survey(scans, media_type="application/pdf", context=_context(tmp_path))
    assert dear.parts[0].seconds_expected > survey.parts[0].seconds_expected


def test_pages_beyond_the_limit_are_counted(tmp_path: Path) -> None:
    path = make_pdf(tmp_path / "a.pdf", [Sheet(text_content(SENTENCES))] * 5)
    units = _read(path, Engines(), limits=Limits(pages=3)).units
    assert len(units) == 3
    assert units[-1].partial
    assert units[-1].facts["pages_beyond_the_limit"] == "2"


def test_metadata_is_what_the_file_states(tmp_path: Path) -> None:
    info = "/Title (Offer letter) /Author (J. Marsh) /CreationDate (D:20260301120000Z)"
    facts = _read(make_pdf(tmp_path / "a.pdf", [Sheet(text_content(SENTENCES))], info=info), Engines()).facts
    assert facts == {"title": "Offer letter", "author": "J. Marsh", "created": "D:20260301120000Z"}


@pytest.mark.parametrize("kept", [0, 5, 100, 700])
def test_a_pdf_cut_short_is_unreadable_or_read_as_far_as_it_goes(tmp_path: Path, kept: int) -> None:
    path = make_pdf(tmp_path / "a.pdf", [Sheet(text_content(SENTENCES))])
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(Unreadable):
        PdfReader().survey(path, media_type="application/pdf", context=_context(tmp_path))


def test_a_page_tree_that_loops_ends(tmp_path: Path, engines: Engines) -> None:
    path = make_pdf(tmp_path / "a.pdf", [Sheet(text_content(SENTENCES))])
    looped = path.read_bytes().replace(b"/Kids [5 0 R]", b"/Kids [2 0 R]").replace(b"/Count 1", b"/Count 3")
    path.write_bytes(looped)
    try:
        reading = _read(path, engines)
    except Unreadable:
        return
    assert all(unit.outcome in ("failed", "blank", "read") for unit in reading.units)


SELF_DRAWING = b"""%PDF-1.7
1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj
2 0 obj <</Type/Pages/Kids[3 0 R]/Count 1>> endobj
3 0 obj <</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R/Resources<</XObject<</X 5 0 R>>>>>> endobj
4 0 obj <</Length 5>>stream
/X Do
endstream endobj
5 0 obj <</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 5 0 R>>>>/Length 11>>stream
/X Do /X Do
endstream endobj
trailer <</Root 1 0 R>>
%%EOF
"""


def _prepare_reasons(_: object) -> Callable[[Path], str]:
    return lambda path: _read(path, Engines()).units[0].reason


def _prepare(_: object) -> Callable[[Path], str]:
    return lambda path: _read(path, Engines()).units[0].outcome


def test_a_drawing_that_draws_itself_ends_and_the_reason_speaks_of_memory(tmp_path: Path) -> None:
    path = tmp_path / "loop.pdf"
    path.write_bytes(SELF_DRAWING)
    pool = WorkerPool(_prepare, None, size=1, memory_bytes=300 << 20)
    try:
        with pytest.raises(Crashed, match="more memory than the 300 MB that one job may have"):
            pool.run(path, seconds=120)
    finally:
        pool.close()


def test_an_encrypted_pdf_is_skipped_with_its_reason(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(ENCRYPTED_PDF)
    survey = PdfReader().survey(path, media_type="application/pdf", context=_context(tmp_path))
    assert (survey.outcome, survey.reason) == ("skipped", ENCRYPTED)
    with pytest.raises(Unreadable, match="encrypted"):
        render_page(path, 1, 100)


def test_an_encrypted_pdf_is_read_with_the_password_of_the_list_that_opens_it(tmp_path: Path) -> None:
    wrong, right = ("lodge2026", "northquay"), "no one in this case knows it"
    reader, media_type = PdfReader(), "application/pdf"

    def surveyed(*passwords: str) -> Survey:
        context = structs.replace(_context(tmp_path), passwords=passwords)
        return reader.survey(LOCKED, media_type=media_type, context=context)

    assert (surveyed(*wrong).outcome, surveyed(*wrong).reason) == ("skipped", ENCRYPTED)
    (part,) = surveyed(*wrong, right).parts
    assert part.name == "pages 1-1, unlocked by password 3"
    assert surveyed(right).parts[0].name != part.name  # its facts say another number, so it is another reading
    context = structs.replace(_context(tmp_path), passwords=(*wrong, right))
    for one in (part, Part(name="page 1", first=1, last=1)):
        reading = reader.read(LOCKED, media_type=media_type, part=one, engines=Engines(), context=context)
        assert reading.facts["password"] == "opened with password 3 of the list"
        assert reading.units[0].segments[0].text == "Directors’ minutes"
        assert right not in repr(reading)


def test_a_pdf_that_opens_without_a_password_is_read_as_if_none_were_given(tmp_path: Path, engines: Engines) -> None:
    path = make_pdf(tmp_path / "one.pdf", [Sheet(content=text_content(SENTENCES))])
    context = structs.replace(_context(tmp_path), passwords=("northquay",))
    (part,) = PdfReader().survey(path, media_type="application/pdf", context=context).parts
    assert part.name == "pages 1-1"
    reading = PdfReader().read(path, media_type="application/pdf", part=part, engines=engines, context=context)
    assert "password" not in reading.facts


def test_passwords_that_take_too_long_are_left_and_it_is_said(tmp_path: Path) -> None:
    context = structs.replace(_context(tmp_path, Limits(seconds=0)), passwords=("northquay",))
    survey = PdfReader().survey(LOCKED, media_type="application/pdf", context=context)
    assert survey.outcome == "skipped"
    assert survey.reason == f"{ENCRYPTED} (not all of those given could be tried in time)"


def _encrypted() -> bytes:
    """Return a PDF whose password check (revision 3, 128-bit RC4) no empty password passes: its entries are made up."""
    owner, user = "41" * 32, "42" * 32
    return (
        b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n"
        b"2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n"
        b"3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] >>\nendobj\n"
        b"4 0 obj\n<< /Filter /Standard /V 2 /R 3 /Length 128 /P -4 "
        + f"/O <{owner}> /U <{user}> >>\nendobj\n".encode()
        + b"trailer\n<< /Root 1 0 R /Encrypt 4 0 R /Size 5 /ID [<00> <00>] >>\n%%EOF\n"
    )


ENCRYPTED_PDF = _encrypted()


def _of_streams(path: Path, content: bytes, *, before: str = "", also: tuple[bytes, ...] = ()) -> Path:
    """Write one page drawn by the stream `content`; `also` are objects 5, 6, ..., of which the first is /X."""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 300] /Contents 4 0 R /Resources << /XObject << /X 5 0 R >>"
        b" /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>",
        f"<< {before} /Length {len(content)} >>\nstream\n".encode() + content + b"\nendstream",
        *also,
    ]
    body = b"".join(b"%d 0 obj\n%s\nendobj\n" % (number, one) for number, one in enumerate(objects, start=1))
    path.write_bytes(b"%PDF-1.7\n" + body + b"trailer\n<< /Root 1 0 R /Size 99 >>\n%%EOF\n")
    return path


def _image(width: int, height: int, data: bytes, *, before: str) -> bytes:
    head = f"<< /Type /XObject /Subtype /Image /Width {width} /Height {height} {before} /Length {len(data)} >>\n"
    return head.encode() + b"stream\n" + data + b"\nendstream"


COLOUR = "/BitsPerComponent 8 /ColorSpace /DeviceRGB /Filter /FlateDecode"
COVERED = b"300 0 0 300 0 0 cm /X Do"


@pytest.mark.parametrize(
    ("image", "reason"),
    [
        (_image(60_000, 60_000, zlib.compress(bytes(90)), before=COLOUR), "60,000 by 60,000 pixels on it is too large"),
        (_image(20_000, 20_000, zlib.compress(bytes(90)), before=COLOUR), "20,000 by 20,000 pixels on it is too large"),
        (_image(9, 9, b"nonsense" * 9, before="/BitsPerComponent 8 /ColorSpace /DeviceRGB /Filter /DCTDecode"), "damaged"),
        (_image(9, 9, bytes(81), before="/BitsPerComponent 8 /ColorSpace /DeviceGray /Filter /Unheard"), "damaged"),
        (_image(40, 40, b"nonsense" * 600, before=COLOUR), "cannot be decoded"),
        (_image(9, 9, b"x" * 80, before="/BitsPerComponent 1 /ColorSpace /DeviceGray /Filter /JBIG2Decode"), "cannot be decoded"),
        (_image(9, 9, b"x" * 80, before="/Filter /JPXDecode"), "cannot be decoded"),
    ],
)  # fmt: skip
def test_a_page_whose_picture_cannot_be_drawn_is_failed_not_blank(
    tmp_path: Path, engines: Engines, image: bytes, reason: str
) -> None:
    (unit,) = _read(_of_streams(tmp_path / "a.pdf", COVERED, also=(image,)), engines).units
    assert unit.outcome == "failed"
    assert reason in unit.reason


def test_a_picture_that_cannot_be_drawn_is_found_in_a_form_too(tmp_path: Path, engines: Engines) -> None:
    form = (
        b"<< /Type /XObject /Subtype /Form /BBox [0 0 300 300] /Resources << /XObject << /X 6 0 R >> >> /Length %d >>\n"
        b"stream\n%s\nendstream" % (len(COVERED), COVERED)
    )
    image = _image(60_000, 60_000, zlib.compress(bytes(90)), before=COLOUR)
    (unit,) = _read(_of_streams(tmp_path / "a.pdf", b"/X Do", also=(form, image)), engines).units
    assert (unit.outcome, "too large" in unit.reason) == ("failed", True)


@pytest.mark.parametrize(("side", "data"), [(60_000, bytes(90)), (40, b"")])
def test_text_beside_a_picture_that_cannot_be_drawn_is_read_and_partial(
    tmp_path: Path, engines: Engines, side: int, data: bytes
) -> None:
    image = _image(side, side, zlib.compress(data) if data else b"nonsense" * 600, before=COLOUR)
    content = b"BT /F1 9 Tf 10 280 Td (%s) Tj ET q 200 0 0 100 0 0 cm /X Do Q" % (b"Call 020 7946 0142. " * 11)
    (unit,) = _read(_of_streams(tmp_path / "a.pdf", content, also=(image,)), engines).units
    assert (unit.outcome, unit.partial, unit.facts["not_drawn"]) == ("read", True, "1")
    assert unit.reason.startswith("a picture")
    assert "020 7946 0142" in unit.segments[0].text


def test_a_page_whose_instructions_do_not_inflate_is_failed_and_one_with_none_is_blank(
    tmp_path: Path, engines: Engines
) -> None:
    whole = zlib.compress(b"0 0 m 300 300 l S")
    for stream, outcome in ((b"\0" + whole, "failed"), (whole[:2], "failed"), (zlib.compress(b""), "blank")):
        (unit,) = _read(_of_streams(tmp_path / "a.pdf", stream, before="/Filter /FlateDecode"), engines).units
        assert (unit.outcome, "damaged" in unit.reason) == (outcome, outcome == "failed")


def test_a_page_with_a_white_picture_is_blank(tmp_path: Path, engines: Engines) -> None:
    for data, before in (
        (zlib.compress(b"\xff" * 4800), COLOUR),
        (b"\xff" * 1600, "/BitsPerComponent 8 /ColorSpace /DeviceGray"),
        (zlib.compress(b"\xff" * 200), "/ImageMask true /Decode [0 1] /Filter /FlateDecode"),
    ):
        image = _image(40, 40, data, before=before)
        (unit,) = _read(_of_streams(tmp_path / "a.pdf", COVERED, also=(image,)), engines).units
        assert (unit.outcome, unit.reason) == ("blank", "no ink on it")


@pytest.mark.parametrize("passes", [1, 2])
def test_a_page_of_too_many_instructions_is_failed_before_they_are_parsed(tmp_path: Path, passes: int) -> None:
    bomb = b"0 0 m 300 300 l S " * 4_000_000
    for _ in range(passes):
        bomb = zlib.compress(bomb)
    path = _of_streams(tmp_path / "a.pdf", bomb, before=f"/Filter [{'/FlateDecode ' * passes}]")
    pool = WorkerPool(_prepare_reasons, None, size=1, memory_bytes=300 << 20)
    try:
        assert pool.run(path, seconds=60) == "its drawing takes more than 64,000,000 bytes of instructions (limit)"
    finally:
        pool.close()


def test_a_long_stream_on_one_page_leaves_the_others_readable(tmp_path: Path, engines: Engines) -> None:
    bomb = "0 0 m 300 300 l S " * 4_000_000
    path = make_pdf(tmp_path / "a.pdf", [Sheet(text_content(SENTENCES)), Sheet(bomb), Sheet("")])
    assert [unit.outcome for unit in _read(path, engines).units] == ["read", "failed", "blank"]
    survey = PdfReader().survey(path, media_type="application/pdf", context=_context(tmp_path))
    assert survey.units == 3


def test_a_page_of_too_many_objects_is_failed_before_they_are_drawn(tmp_path: Path) -> None:
    few = b"".join(b"0 0 m %d 9 l S " % (number % 300) for number in range(500))
    form = b"<< /Type /XObject /Subtype /Form /BBox [0 0 300 300] /Length %d >>\nstream\n%s\nendstream" % (
        len(few),
        few,
    )
    path = _of_streams(tmp_path / "a.pdf", b"/X Do " * 1_001, also=(form,))
    (unit,) = _read(path, Engines()).units
    assert (unit.outcome, unit.reason) == ("failed", "more than 500,000 objects are drawn on it (limit)")


def test_a_dense_plan_is_drawn(tmp_path: Path) -> None:
    lines = b"".join(b"%d 0 m %d 9 l S " % (number % 300, number % 299) for number in range(20_000))
    (unit,) = _read(_of_streams(tmp_path / "a.pdf", lines), Engines()).units
    assert (unit.outcome, unit.reason) == ("skipped", "no OCR engine is installed")


def _embedding(path: Path, names: list[bytes], stream: bytes = b"hello") -> Path:
    """Write a page with a file embedded under each of `names`, which are PDF strings."""
    listed = b" ".join(b"(%d) %d 0 R" % (number, 5 + number) for number in range(len(names)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R /Names << /EmbeddedFiles << /Names [%s] >> >> >>" % listed,
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] >>",
        b"<< /Type /EmbeddedFile /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        *(b"<< /Type /Filespec /UF %s /EF << /UF 4 0 R >> >>" % name for name in names),
    ]
    body = b"".join(b"%d 0 obj\n%s\nendobj\n" % (number, one) for number, one in enumerate(objects, start=1))
    path.write_bytes(b"%PDF-1.7\n" + body + b"trailer\n<< /Root 1 0 R /Size 99 >>\n%%EOF\n")
    return path


def test_an_embedded_file_keeps_no_name_that_leads_elsewhere_or_cannot_be_printed(tmp_path: Path) -> None:
    names = [
        b"(../../etc/passwd)",
        b"<feff202e0067006e0067>",
        b"<feffd80000610062>",
        b"<feff00610007005b0032004a000a0062>",
    ]
    reading = _read(_embedding(tmp_path / "a.pdf", names), Engines(), Part(first=1, last=1))
    assert [child.inner_path for child in reading.children] == ["_.._etc_passwd", "gng", "attachment-3", "a [2J b"]
    assert [path.name for path in sorted(tmp_path.iterdir())] == [
        "a.pdf",
        *(f"attachment-{one}" for one in range(1, 5)),
    ]


def test_embedded_files_beyond_a_limit_are_counted(tmp_path: Path) -> None:
    path = _embedding(tmp_path / "a.pdf", [b"(a)", b"(b)", b"(c)"])
    for limits, taken in ((Limits(children=1), 1), (Limits(child_bytes=12), 2)):
        reading = _read(path, Engines(), Part(first=1, last=1), limits=limits)
        assert len(reading.children) == taken
        assert reading.units[0].partial
        assert reading.units[0].reason == f"no ink on it; {3 - taken} embedded files could not be taken out"


def test_the_same_pdf_reads_the_same_twice(tmp_path: Path, engines: Engines) -> None:
    path = make_pdf(tmp_path / "a.pdf", [Sheet(text_content(SENTENCES)), Sheet(FULL, _scan())])
    assert _read(path, engines) == _read(path, engines)

"""PDF: page by page, the text layer where it can be trusted, OCR of the rendered page where it cannot."""

from __future__ import annotations

import ctypes
import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, NamedTuple

import pypdfium2
import pypdfium2.raw as pdfium
from msgspec.structs import replace
from PIL import Image

from evidence.errors import LimitExceeded, Unreadable
from evidence.locator import Box, PagePlace
from evidence.records import Child, Reading, Segment, Stamp, Unit, Word
from extractors.page_image import RULES, PixelReading, is_empty, languages_note, page_unit, read_pixels, segment_of
from extractors.pdf_weight import content_bytes, instructions_lost, may_be_heavy
from extractors.protocols import Engines, Limits, Part, ReadContext, Survey
from extractors.text import child_name

ENCRYPTED: Final = (
    "encrypted: it opens only with a password; give the passwords with `casegraph ingest --passwords FILE`"
)
_UNTRIED: Final = f"{ENCRYPTED} (not all of those given could be tried in time)"
UNLOCKED: Final = "unlocked by password"
"""What the names of parts end in, with the password's number, where one of the list opens the file."""
_TEXT_DPI: Final = 200
_OCR_DPI: Final = 300
_PAGES_A_PART: Final = 20
_TEXT_SECONDS: Final = 0.02
_OCR_SECONDS: Final = 2.5
_TRYING_SHARE: Final = 0.5
"""Of the time that a job may take, so much at most goes into trying passwords."""
_RENDER_PIXELS: Final = 60_000_000
_SPOILT_SHARE: Final = 0.1
_STAMP_CHARACTERS: Final = 200
_SCAN_COVER: Final = 0.5
_PICTURE_COVER: Final = 0.06
_PICTURES_A_PAGE: Final = 6
_OBJECTS_LOOKED_AT: Final = 3_000
_OBJECTS_DRAWN: Final = 500_000
_CONTENT_BYTES: Final = 64_000_000
"""Of drawing instructions on a page; a line takes 20 of them or more, and a page of print has 5,000."""
_FORMS_IN_FORMS: Final = 8
_OUTLINE_PATHS: Final = 200
_PAGE_CHARACTERS: Final = 1_000_000
_FACT_CHARACTERS: Final = 500
_FACTS: Final = {
    "Title": "title",
    "Author": "author",
    "Subject": "subject",
    "Keywords": "keywords",
    "Creator": "creator",
    "Producer": "producer",
    "CreationDate": "created",
    "ModDate": "modified",
}


class PdfReader:
    """Reads PDF files; twenty pages a part, one page in memory at a time."""

    def survey(self, path: Path, *, media_type: str, context: ReadContext) -> Survey:
        """Return parts of twenty pages; their names say so where a password of the list opens the file.

        Raises Unreadable for a file that is no PDF or has no pages.
        """
        try:
            with _document(path, context=context) as document:
                pages = min(len(document.file), context.limits.pages)
                seconds = _seconds_a_page(document, pages, sampled=context.limits.pages_sampled)
        except _Encrypted as error:
            return Survey(media_type=media_type, reader="pdf", outcome="skipped", reason=error.what)
        starts = range(1, pages + 1, _PAGES_A_PART)
        key = f", {UNLOCKED} {document.password}" if document.password else ""
        parts = tuple(_part(first, min(first + _PAGES_A_PART - 1, pages), seconds, key=key) for first in starts)
        return Survey(media_type=media_type, reader="pdf", parts=parts, units=pages)

    def read(self, path: Path, *, media_type: str, part: Part, engines: Engines, context: ReadContext) -> Reading:
        """Return one unit a page; attachments come with the first page. Raises Unreadable."""
        with _document(path, context=context, number=_number_in(part)) as document:
            total = len(document.file)
            last = min(part.last or total, total, context.limits.pages)
            units: list[Unit] = []
            index = 0
            for number in range(max(1, part.first), last + 1):
                unit = _read_page(document, number, index=index, engines=engines, context=context)
                index += len(unit.segments)
                units.append(unit)
            facts = _facts(document.file) | languages_note(engines, context.languages) | document.opened_with()
            children, not_taken = _attachments(document.file, context) if part.first <= 1 else ((), 0)
        if not_taken and units:
            units[0] = _without_attachments(units[0], not_taken)
        if last == context.limits.pages < total and units:
            units[-1] = _cut_off(units[-1], total - last)
        return Reading(units=tuple(units), children=children, facts=facts)

    def stamps(self, *, engines: Engines, context: ReadContext) -> tuple[Stamp, ...]:
        """Return the stamps of PDFium with this module's rules, and of the OCR engine."""
        own = Stamp(
            name="pdf",
            version=f"pypdfium2 {pypdfium2.PYPDFIUM_INFO}, pdfium {pypdfium2.PDFIUM_INFO}",
            settings=RULES
            | {
                "rules": 3,
                "children": context.limits.children,
                "child_bytes": context.limits.child_bytes,
                "text_dpi": _TEXT_DPI,
                "ocr_dpi": _OCR_DPI,
                "pages_limit": context.limits.pages,
                "content_bytes": _CONTENT_BYTES,
                "objects_drawn": _OBJECTS_DRAWN,
                "pixels": context.limits.pixels,
                "languages": list(context.languages),
            },
        )
        return (own,) if engines.ocr is None else (own, engines.ocr.stamp())


def render_page(path: Path, page: int, dpi: int) -> Image.Image:
    """Return page `page` (from 1) in colour, its size that of a PagePlace with the same dpi; raises Unreadable.

    A page too large for memory comes at a lower resolution than asked, as it does when it is read.
    """
    with _document(path) as document, _page(document, page) as opened:
        return _render(opened, _affordable(opened, dpi), grey=False)


# --- opening -------------------------------------------------------------------------------------------------------


class _Encrypted(Unreadable):
    """The document opens only with a password, and with none of those given."""


class _Document(NamedTuple):
    """A PDF as PDFium opened it, and whether its pages have to be weighed before they are."""

    file: Any
    may_be_heavy: bool
    password: int
    """Which one of the list opened it, from 1; 0 where it opens without."""

    def opened_with(self) -> dict[str, str]:
        """Return as a fact which password opened it; never the password."""
        return {"password": f"opened with password {self.password} of the list"} if self.password else {}


@contextmanager
def _document(path: Path, *, context: ReadContext | None = None, number: int = 0) -> Iterator[_Document]:
    """Open a PDF; where it needs a password, with `context`'s number `number`, then with each of the others."""
    opened = _opened_with(path, "")
    password = 0
    if opened is None:
        password, opened = _unlocked(path, context, first=number)
    try:
        if len(opened) < 1:
            raise Unreadable("a PDF without pages")
        yield _Document(opened, may_be_heavy(path), password)
    finally:
        opened.close()


def _unlocked(path: Path, context: ReadContext | None, *, first: int) -> tuple[int, Any]:
    """Return which password opens a file, from 1, and what it opens; raises Unreadable where none does in time."""
    passwords = context.passwords if context else ()
    until = time.monotonic() + _TRYING_SHARE * (context.limits.seconds if context else 0)
    for number in sorted(range(1, len(passwords) + 1), key=lambda one: one != first):
        if time.monotonic() >= until:
            raise _Encrypted(_UNTRIED)
        opened = _opened_with(path, passwords[number - 1])
        if opened is not None:
            return number, opened
    raise _Encrypted(ENCRYPTED)


def _opened_with(path: Path, password: str) -> Any:
    """Return the file as PDFium opens it, None where it takes another password; raises Unreadable."""
    try:
        return pypdfium2.PdfDocument(path, password=password or None)
    except pypdfium2.PdfiumError as error:
        if getattr(error, "err_code", None) == pdfium.FPDF_ERR_PASSWORD:
            return None
        raise Unreadable("not a readable PDF: it is damaged or cut short") from error
    except OSError as error:
        raise Unreadable("the file cannot be opened") from error


def _number_in(part: Part) -> int:
    """Return the number of the password that a part's name gives; 0 where it gives none."""
    number = part.name.rpartition(f"{UNLOCKED} ")[2]
    return int(number) if number.isdecimal() else 0


@contextmanager
def _page(document: _Document, number: int) -> Iterator[Any]:
    """Open page `number`, from 1. Raises LimitExceeded for one that would cost too much to draw, and Unreadable."""
    if document.may_be_heavy and content_bytes(document.file, number - 1, most=_CONTENT_BYTES) > _CONTENT_BYTES:
        raise LimitExceeded(f"its drawing takes more than {_CONTENT_BYTES:,} bytes of instructions (limit)")
    try:
        page = document.file.get_page(number - 1)
    except (pypdfium2.PdfiumError, IndexError) as error:
        raise Unreadable(f"page {number} is damaged") from error
    try:
        if _objects_drawn(page) > _OBJECTS_DRAWN:
            raise LimitExceeded(f"more than {_OBJECTS_DRAWN:,} objects are drawn on it (limit)")
        yield page
    finally:
        page.close()


def _objects_drawn(page: Any) -> int:
    """Return how many objects are drawn on a page, those in forms with them; counted to just over the limit."""
    total: int = pdfium.FPDFPage_CountObjects(page)
    forms = _forms(pdfium.FPDFPage_GetObject, page, total)
    while forms and total <= _OBJECTS_DRAWN:
        form = forms.pop()
        inside = pdfium.FPDFFormObj_CountObjects(form)
        total += inside
        forms += _forms(pdfium.FPDFFormObj_GetObject, form, inside)
    return total


def _forms(object_at: Any, holder: Any, count: int) -> list[Any]:
    if count > _OBJECTS_DRAWN:
        return []
    raws = (object_at(holder, position) for position in range(count))
    return [raw for raw in raws if raw and pdfium.FPDFPageObj_GetType(raw) == pdfium.FPDF_PAGEOBJ_FORM]


def _affordable(page: Any, dpi: int) -> int:
    """Return `dpi`, lowered where the page would take more than 60 million pixels; 1 at the least.

    Raises Unreadable for a page with no area.
    """
    width, height = page.get_size()
    square_inches = (width / 72) * (height / 72)
    if not 0 < square_inches < math.inf:
        raise Unreadable("a page without an area")
    longest = max(width, height) / 72
    return max(1, min(dpi, int(math.sqrt(_RENDER_PIXELS / square_inches)), int(30_000 / longest)))


def _pixel_size(page: Any, dpi: int) -> tuple[int, int]:
    width, height = page.get_size()
    return max(1, math.ceil(width * dpi / 72)), max(1, math.ceil(height * dpi / 72))


def _render(page: Any, dpi: int, *, grey: bool) -> Image.Image:
    try:
        bitmap = page.render(scale=dpi / 72, grayscale=grey, rev_byteorder=True, limit_image_cache=True)
    except (pypdfium2.PdfiumError, ValueError, MemoryError) as error:
        raise Unreadable("the page cannot be drawn") from error
    try:
        image: Image.Image = bitmap.to_pil()
        return image.convert("L" if grey else "RGB").copy()
    finally:
        bitmap.close()


# --- survey --------------------------------------------------------------------------------------------------------


def _part(first: int, last: int, seconds_a_page: float, *, key: str) -> Part:
    return Part(
        name=f"pages {first}-{last}{key}", first=first, last=last, seconds_expected=(last - first + 1) * seconds_a_page
    )


def _seconds_a_page(document: _Document, pages: int, *, sampled: int) -> float:
    """Return the mean cost of some sampled pages: cheap where they have a text layer, dear where they need OCR."""
    if not sampled:
        return _OCR_SECONDS
    sample = range(1, pages + 1, max(1, pages // sampled))
    costs = [_page_seconds(document, number) for number in sample]
    return sum(costs) / len(costs)


def _page_seconds(document: _Document, number: int) -> float:
    try:
        with _page(document, number) as page, _text_page(page) as textpage:
            return _TEXT_SECONDS if textpage.count_chars() >= _STAMP_CHARACTERS else _OCR_SECONDS
    except Unreadable:
        return _TEXT_SECONDS


# --- one page ------------------------------------------------------------------------------------------------------


class _Layer(NamedTuple):
    """The text layer of a page."""

    text: str
    words: tuple[Word, ...]
    spoilt: int
    cut: bool


class _Contents(NamedTuple):
    """What is drawn on a page besides text: picture rectangles in pixels, how much hides, and what cannot be drawn."""

    pictures: tuple[Box, ...]
    cover: float
    texts: int
    hidden_texts: int
    paths: int
    undrawn: tuple[str, ...]
    """Why, of each picture that PDFium refuses."""
    too_large: str
    """Why, of a picture that it would draw at too high a cost; empty where there is none."""


def _read_page(document: _Document, number: int, *, index: int, engines: Engines, context: ReadContext) -> Unit:
    try:
        with _page(document, number) as page:
            return _read_open_page(page, number, index=index, engines=engines, context=context)
    except Unreadable as error:
        return Unit(kind="page", number=number, outcome="failed", reason=error.what)


def _read_open_page(page: Any, number: int, *, index: int, engines: Engines, context: ReadContext) -> Unit:
    dpi = _affordable(page, _TEXT_DPI)
    width, height = _pixel_size(page, dpi)
    place = PagePlace(page=number, width_px=width, height_px=height, dpi=dpi)
    layer = _text_layer(page, place, context.limits)
    contents = _contents(page, place, context.limits)
    if reason := _why_ocr(layer, contents):
        if contents.too_large:
            raise LimitExceeded(contents.too_large)
        unit = _ocr_page(page, number, reason=reason, layer=layer, index=index, engines=engines, context=context)
        return _with_undrawn(unit, contents.undrawn or (_not_seen(page, number) if unit.outcome == "blank" else ()))
    unit = _layer_unit(layer, contents, place=place, index=index, context=context)
    if contents.too_large:
        return _with_undrawn(unit, (contents.too_large, *contents.undrawn))
    return _with_pictures(unit, page, contents, place=place, engines=engines, context=context)


def _why_ocr(layer: _Layer, contents: _Contents) -> str:
    """Return why the text layer does not do, or an empty string where it can be trusted."""
    marks = sum(not character.isspace() for character in layer.text)
    if not marks:
        return "none"
    if layer.spoilt > _SPOILT_SHARE * marks:
        return "not trusted: characters without a meaning"
    if sum(character.isalnum() for character in layer.text) < 0.4 * marks:
        return "not trusted: hardly any letters or digits"
    if marks >= _STAMP_CHARACTERS:
        return ""
    if contents.cover >= _SCAN_COVER:
        return "not trusted: a few characters over a full-page image"
    if contents.paths > _OUTLINE_PATHS:
        return "not trusted: a few characters beside many drawn shapes"
    return ""


def _layer_unit(layer: _Layer, contents: _Contents, *, place: PagePlace, index: int, context: ReadContext) -> Unit:
    """Return the page as its text layer gives it.

    An invisible layer is somebody's earlier OCR of the scan beneath it: its source is `ocr`, with no score.
    """
    hidden = contents.hidden_texts > contents.texts / 2
    segment = Segment(
        index=index,
        text=layer.text,
        place=place,
        source="ocr" if hidden else "native",
        language=context.languages[0] if len(context.languages) == 1 else "",
        words=layer.words,
    )
    facts = {"text_layer": "hidden: read from the scan by another program" if hidden else "trusted"}
    if contents.hidden_texts and not hidden:
        facts["hidden_text"] = f"{contents.hidden_texts} of {contents.texts} text objects cannot be seen on the page"
    return Unit(
        kind="page",
        number=place.page,
        outcome="read",
        partial=layer.cut,
        segments=(segment,),
        facts=_noted(facts, place),
    )


def _noted(facts: dict[str, str], place: PagePlace) -> dict[str, str]:
    return facts if place.dpi in (_TEXT_DPI, _OCR_DPI) else facts | {"dpi_lowered_to": str(place.dpi)}


def _ocr_page(
    page: Any, number: int, *, reason: str, layer: _Layer, index: int, engines: Engines, context: ReadContext
) -> Unit:
    dpi = _affordable(page, _OCR_DPI)
    grey = _render(page, dpi, grey=True)
    place = PagePlace(page=number, width_px=grey.width, height_px=grey.height, dpi=dpi)
    reading = read_pixels(grey, dpi=dpi, engines=engines, context=context)
    facts = _noted({"text_layer": reason} | reading.facts, place)
    if layer.text:
        facts["text_layer_characters"] = str(len(layer.text))
    unit = page_unit(reading, index=index, place=place, context=context)
    return replace(unit, facts=facts)


def _cut_off(unit: Unit, pages: int) -> Unit:
    return replace(unit, partial=True, facts=unit.facts | {"pages_beyond_the_limit": str(pages)})


# --- text layer ----------------------------------------------------------------------------------------------------


@contextmanager
def _text_page(page: Any) -> Iterator[Any]:
    try:
        textpage = page.get_textpage()
    except pypdfium2.PdfiumError as error:
        raise Unreadable("the page's text cannot be opened") from error
    try:
        yield textpage
    finally:
        textpage.close()


def _text_layer(page: Any, place: PagePlace, limits: Limits) -> _Layer:
    with _text_page(page) as textpage:
        total = textpage.count_chars()
        count = min(total, _PAGE_CHARACTERS, limits.text_code_points)
        codes = [pdfium.FPDFText_GetUnicode(textpage, position) for position in range(count)]
        errors = sum(pdfium.FPDFText_HasUnicodeMapError(textpage, position) == 1 for position in range(count))
        text, words, spoilt = _assemble(codes, page, textpage, place)
    return _Layer(text, words, max(spoilt, errors), total > count)


class _Run(NamedTuple):
    """A word while it is being put together: its characters, and where in PDFium's list they stand."""

    text: str
    first: int
    last: int


def _assemble(codes: list[int], page: Any, textpage: Any, place: PagePlace) -> tuple[str, tuple[Word, ...], int]:
    """Join PDFium's characters into lines of words with boxes; also return how many characters mean nothing."""
    textpage.count_rects()
    pieces: list[str] = []
    words: list[Word] = []
    length = spoilt = 0
    for gap, run in _runs(codes):
        lead = gap if pieces else ""
        start = length + len(lead)
        box = _word_box(page, textpage, run, place)
        words.append(Word(start=start, end=start + len(run.text), box=box))
        pieces += [lead, run.text]
        length = start + len(run.text)
        spoilt += sum(map(_means_nothing, run.text))
    return "".join(pieces), tuple(words), spoilt


def _runs(codes: list[int]) -> Iterator[tuple[str, _Run]]:
    """Yield each word with the gap before it (a space or a newline); a line-end hyphen ends its word."""
    gap, text, first = "", "", 0
    for position, character in enumerate(_characters(codes)):
        if not character:
            continue
        if character.isspace():
            if text:
                yield gap or " ", _Run(text, first, position - 1)
                gap, text = "", ""
            gap = "\n" if "\n" in (gap, character) or character == "\r" else " "
            continue
        if not text:
            first = position
        text += "-" if character == _LINE_END_HYPHEN else character
        if character == _LINE_END_HYPHEN:
            yield gap or " ", _Run(text, first, position)
            gap, text = "\n", ""
    if text:
        yield gap or " ", _Run(text, first, len(codes) - 1)


_LINE_END_HYPHEN: Final = "\x02"
"""PDFium's mark for a hyphen that parts a word at the end of a line."""


def _characters(codes: list[int]) -> Iterator[str]:
    """Yield one string for each of PDFium's characters: empty for what is no character or was part of a pair."""
    lead = 0
    for code in codes:
        if 0xD800 <= code < 0xDC00:
            lead = code
            yield ""
        elif 0xDC00 <= code < 0xE000:
            yield chr(0x10000 + ((lead - 0xD800) << 10) + (code - 0xDC00)) if lead else "\ufffd"
            lead = 0
        else:
            lead = 0
            yield _character(code)


def _character(code: int) -> str:
    if code in (2, 0xFFFE):
        return _LINE_END_HYPHEN
    if code in (9, 10, 13):
        return chr(code)
    if code > 0x10FFFF or code == 0xFFFF:
        return "\ufffd"
    return "" if code < 32 or 0x7F <= code < 0xA0 else chr(code)


def _means_nothing(character: str) -> bool:
    return character == "\ufffd" or "\ue000" <= character <= "\uf8ff" or character >= "\U000f0000"


def _word_box(page: Any, textpage: Any, run: _Run, place: PagePlace) -> Box | None:
    rectangles = pdfium.FPDFText_CountRects(textpage, run.first, run.last - run.first + 1)
    edges = [textpage.get_rect(number) for number in range(min(rectangles, 16))]
    if not edges:
        return None
    left, bottom = min(edge[0] for edge in edges), min(edge[1] for edge in edges)
    right, top = max(edge[2] for edge in edges), max(edge[3] for edge in edges)
    return _device_box(page, (left, bottom, right, top), place)


def _device_box(page: Any, edges: tuple[float, float, float, float], place: PagePlace) -> Box | None:
    """Return a page rectangle in pixels, clipped to the page; None where it lies outside."""
    left, bottom, right, top = edges
    corners = [_device(page, left, bottom, place), _device(page, right, top, place)]
    x0, x1 = sorted(min(max(x, 0), place.width_px) for x, _ in corners)
    y0, y1 = sorted(min(max(y, 0), place.height_px) for _, y in corners)
    if x1 <= x0 and y1 <= y0:
        return None
    return Box(x0, y0, max(1, x1 - x0), max(1, y1 - y0))


def _device(page: Any, x: float, y: float, place: PagePlace) -> tuple[int, int]:
    across, down = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDF_PageToDevice(page, 0, 0, place.width_px, place.height_px, 0, x, y, across, down)
    return across.value, down.value


# --- pictures ------------------------------------------------------------------------------------------------------


def _contents(page: Any, place: PagePlace, limits: Limits) -> _Contents:
    """Look over the page's objects, as many as three thousand of them."""
    pictures: list[Box] = []
    undrawn: list[str] = []
    texts = hidden = paths = 0
    too_large = ""
    for raw in _raw_objects(page, _OBJECTS_LOOKED_AT):
        kind = pdfium.FPDFPageObj_GetType(raw)
        if kind == pdfium.FPDF_PAGEOBJ_TEXT:
            texts += 1
            hidden += pdfium.FPDFTextObj_GetTextRenderMode(raw) == pdfium.FPDF_TEXTRENDERMODE_INVISIBLE
        elif kind == pdfium.FPDF_PAGEOBJ_PATH:
            paths += 1
        elif images := list(_images(raw)):
            box = _object_box(page, raw, place)
            pictures += [box] if box else []
            for image in images:
                oversize, refused = _trouble(image, page, limits)
                too_large = too_large or oversize
                undrawn += [refused] if refused else []
    area = place.width_px * place.height_px
    cover = sum(box.width * box.height for box in pictures) / area
    large = tuple(box for box in pictures if box.width * box.height >= _PICTURE_COVER * area)
    return _Contents(large[:_PICTURES_A_PAGE], min(1.0, cover), texts, hidden, paths, tuple(undrawn), too_large)


def _raw_objects(page: Any, most: int) -> Iterator[Any]:
    count = pdfium.FPDFPage_CountObjects(page)
    for position in range(min(count, most)):
        raw = pdfium.FPDFPage_GetObject(page, position)
        if raw:
            yield raw


def _images(raw: Any, *, depth: int = 0) -> Iterator[Any]:
    """Yield the object itself if it is a picture, or those in it if it is a form."""
    kind = pdfium.FPDFPageObj_GetType(raw)
    if kind == pdfium.FPDF_PAGEOBJ_IMAGE:
        yield raw
    elif kind == pdfium.FPDF_PAGEOBJ_FORM and depth < _FORMS_IN_FORMS:
        for position in range(min(pdfium.FPDFFormObj_CountObjects(raw), 100)):
            if child := pdfium.FPDFFormObj_GetObject(raw, position):
                yield from _images(child, depth=depth + 1)


def _trouble(image: Any, page: Any, limits: Limits) -> tuple[str, str]:
    """Return why a picture is too large to be drawn, and why PDFium refuses it; empty strings where it is in order.

    PDFium tells no depth of a picture whose header it cannot make sense of. JPEG 2000 is not asked: to tell, it
    would be decoded.
    """
    width, height = ctypes.c_uint(), ctypes.c_uint()
    pdfium.FPDFImageObj_GetImagePixelSize(image, width, height)
    known = pdfium.FPDF_IMAGEOBJ_METADATA()
    bits = 24
    if _last_filter(image) != b"JPXDecode":
        pdfium.FPDFImageObj_GetImageMetadata(image, page, known)
        bits = known.bits_per_pixel
    what = f"a picture of {width.value:,} by {height.value:,} pixels on it"
    if width.value * height.value * (bits or 24) > limits.pixels * 24:
        return f"{what} is too large to be drawn (limit {limits.pixels:,} pixels in colour)", ""
    return "", "" if bits else f"{what} cannot be drawn: it is damaged or in no format that PDFium knows"


def _last_filter(image: Any) -> bytes:
    name = ctypes.create_string_buffer(32)
    last = pdfium.FPDFImageObj_GetImageFilterCount(image) - 1
    if last >= 0:
        pdfium.FPDFImageObj_GetImageFilter(image, last, name, len(name))
    return name.value


_CODECS: Final = (b"DCTDecode", b"DCT", b"JPXDecode", b"JBIG2Decode", b"CCITTFaxDecode", b"CCF")
"""Filters that only the decoder of the picture undoes; what others leave can be counted."""


def _not_decoded(page: Any) -> tuple[str, ...]:
    """Return why, of each picture on a page whose pixels cannot be had; each is decoded to know."""
    images = (image for raw in _raw_objects(page, _OBJECTS_DRAWN) for image in _images(raw))
    return ("a picture on it cannot be decoded",) * sum(not _decodes(image) for image in images)


def _decodes(image: Any) -> bool:
    """Say whether a picture has pixels; those missing from a deflated one PDFium draws as if they were black.

    Of data that do not inflate it returns as many bytes as there are.
    """
    bitmap = pdfium.FPDFImageObj_GetBitmap(image)
    if not bitmap:
        return False
    least = pdfium.FPDFBitmap_GetWidth(bitmap) * pdfium.FPDFBitmap_GetHeight(bitmap) // 8
    pdfium.FPDFBitmap_Destroy(bitmap)
    codec = _last_filter(image)
    if codec in _CODECS:
        return True
    decoded = pdfium.FPDFImageObj_GetImageDataDecoded(image, None, 0)
    return bool(decoded >= least and (not codec or decoded != pdfium.FPDFImageObj_GetImageDataRaw(image, None, 0)))


def _not_seen(page: Any, number: int) -> tuple[str, ...]:
    """Return why a page may look blank without being so."""
    lost = ("what is drawn on it is damaged",) if instructions_lost(page.pdf, number - 1) else ()
    return (*lost, *_not_decoded(page))


def _with_undrawn(unit: Unit, undrawn: tuple[str, ...]) -> Unit:
    """Say what could not be drawn: the page is partial where something was read on it, else `failed`, never blank."""
    if not undrawn:
        return unit
    more = f" ({len(undrawn) - 1:,} more like it)" if len(undrawn) > 1 else ""
    noted = replace(unit, facts=unit.facts | {"not_drawn": str(len(undrawn))})
    if unit.outcome in ("blank", "no_text"):
        return replace(noted, outcome="failed", reason=undrawn[0] + more)
    return replace(noted, partial=unit.outcome == "read", reason=_joined(unit.reason, undrawn[0] + more))


def _joined(*reasons: str) -> str:
    return "; ".join(filter(None, reasons))


def _object_box(page: Any, raw: Any, place: PagePlace) -> Box | None:
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    if not pdfium.FPDFPageObj_GetBounds(raw, left, bottom, right, top):
        return None
    return _device_box(page, (left.value, bottom.value, right.value, top.value), place)


def _with_pictures(
    unit: Unit, page: Any, contents: _Contents, *, place: PagePlace, engines: Engines, context: ReadContext
) -> Unit:
    """Add what can be read in the pictures on a page whose text layer is trusted, each as a segment of its own."""
    words = unit.segments[0].words
    pictures = [box for box in contents.pictures if not _is_backdrop(box, words)]
    if not pictures:
        return _with_undrawn(unit, contents.undrawn)
    if engines.ocr is None:
        unread = replace(unit, partial=True, facts=unit.facts | {"pictures_not_read": str(len(pictures))})
        return _with_undrawn(unread, contents.undrawn)
    dpi = _affordable(page, _OCR_DPI)
    grey = _render(page, dpi, grey=True)
    whole = PagePlace(page=place.page, width_px=grey.width, height_px=grey.height, dpi=dpi)
    segments = list(unit.segments)
    doubtful, empty = unit.doubtful, False
    for box in pictures:
        reading = _read_picture(grey, box, place=place, whole=whole, engines=engines, context=context)
        empty = empty or reading.outcome == "blank"
        if reading.outcome == "read":
            segments.append(segment_of(reading, index=segments[-1].index + 1, place=whole, context=context))
            doubtful = doubtful or reading.doubtful
    facts = unit.facts | {"pictures": str(len(pictures)), "pictures_with_text": str(len(segments) - 1)}
    unit = replace(unit, segments=tuple(segments), doubtful=doubtful, facts=facts)
    return _with_undrawn(unit, contents.undrawn or (_not_decoded(page) if empty else ()))


def _is_backdrop(box: Box, words: tuple[Word, ...]) -> bool:
    """Say whether text of the layer stands on the picture: a background, or a scan beneath its hidden layer."""
    return sum(word.box is not None and _inside(word.box, box) for word in words) >= 5


def _inside(inner: Box, outer: Box) -> bool:
    x, y = inner.left + inner.width // 2, inner.top + inner.height // 2
    return outer.left <= x < outer.left + outer.width and outer.top <= y < outer.top + outer.height


def _read_picture(
    grey: Image.Image, box: Box, *, place: PagePlace, whole: PagePlace, engines: Engines, context: ReadContext
) -> PixelReading:
    scale = whole.width_px / place.width_px
    left, top = int(box.left * scale), int(box.top * scale)
    right = min(whole.width_px, math.ceil((box.left + box.width) * scale))
    bottom = min(whole.height_px, math.ceil((box.top + box.height) * scale))
    crop = grey.crop((left, top, right, bottom))
    if is_empty(crop):
        return PixelReading(outcome="blank", reason="nothing on the page")
    reading = read_pixels(crop, dpi=whole.dpi, engines=engines, context=context)
    words = tuple(_moved(word, left, top) for word in reading.words)
    return PixelReading(
        outcome=reading.outcome, doubtful=reading.doubtful, text=reading.text, words=words, score=reading.score
    )


def _moved(word: Word, left: int, top: int) -> Word:
    box = word.box
    if box is None:
        return word
    return Word(
        start=word.start,
        end=word.end,
        score=word.score,
        box=Box(box.left + left, box.top + top, box.width, box.height),
    )


# --- the document --------------------------------------------------------------------------------------------------


def _facts(document: Any) -> dict[str, str]:
    """Return title, author, dates and programs as the file states them; anyone can have typed them."""
    try:
        stated = document.get_metadata_dict(skip_empty=True)
    except (pypdfium2.PdfiumError, UnicodeError):
        return {}
    return {
        _FACTS[key]: "".join(character for character in value if character.isprintable())[:_FACT_CHARACTERS]
        for key, value in sorted(stated.items())
        if key in _FACTS and value.strip()
    }


def _attachments(document: Any, context: ReadContext) -> tuple[tuple[Child, ...], int]:
    """Write files embedded in the PDF to the scratch folder; return them, and how many are damaged or over a limit."""
    children: list[Child] = []
    count, budget = document.count_attachments(), context.limits.child_bytes
    for position in range(min(count, context.limits.children)):
        attachment = document.get_attachment(position)
        try:
            data = bytes(attachment.get_data())
        except (pypdfium2.PdfiumError, ValueError):
            continue
        if len(data) > budget:
            break
        budget -= len(data)
        scratch_name = f"attachment-{position + 1}"
        (context.scratch / scratch_name).write_bytes(data)
        children.append(Child(inner_path=_attachment_name(attachment) or scratch_name, scratch_name=scratch_name))
    return tuple(children), count - len(children)


def _attachment_name(attachment: Any) -> str:
    try:
        return child_name(attachment.get_name())
    except (pypdfium2.PdfiumError, UnicodeError, ValueError):
        return ""


def _without_attachments(unit: Unit, not_taken: int) -> Unit:
    said = f"{not_taken} embedded files could not be taken out"
    return replace(
        unit,
        partial=True,
        reason=_joined(unit.reason, said),
        facts=unit.facts | {"attachments_not_taken": str(not_taken)},
    )

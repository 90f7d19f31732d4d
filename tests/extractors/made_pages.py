"""Small real files for the reader tests: PDFs written by hand, printed pages, scribbles."""

from __future__ import annotations

import random
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from PIL import Image, ImageDraw, ImageFont

SENTENCES = (
    "The rooms at Harbour Lodge were booked on Monday.",
    "Please call the office on 020 7946 0958 before noon.",
    "Four workers share one kitchen and pay every week.",
    "The van leaves the yard at half past five sharp.",
    "Wages are paid in cash after all costs are taken.",
    "Nobody may keep a passport in the upper drawer.",
)


class Sheet(NamedTuple):
    """One page of a hand-written PDF: its content stream, and a picture it may place as /Im0."""

    content: str = ""
    picture: Image.Image | None = None
    box: tuple[float, float] = (595, 842)
    rotate: int = 0


def text_content(lines: Sequence[str], *, mode: int = 0, size: int = 12, top: int = 780) -> str:
    moves = "".join(f"({_escaped(line)}) Tj 0 -{size + 6} Td\n" for line in lines)
    return f"BT /F1 {size} Tf {mode} Tr 60 {top} Td\n{moves}ET\n"


def picture_content(x: float, y: float, width: float, height: float) -> str:
    return f"q {width} 0 0 {height} {x} {y} cm /Im0 Do Q\n"


def _escaped(line: str) -> str:
    return line.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")


def make_pdf(path: Path, sheets: Sequence[Sheet], *, info: str = "") -> Path:
    objects: list[bytes] = [b"<< /Type /Catalog /Pages 2 0 R >>", b"", _FONT]
    kids = []
    for sheet in sheets:
        resources = "/Font << /F1 3 0 R >>"
        if sheet.picture is not None:
            objects.append(_picture(sheet.picture))
            resources += f" /XObject << /Im0 {len(objects)} 0 R >>"
        content = sheet.content.encode("latin-1")
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content))
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {sheet.box[0]} {sheet.box[1]}] /Rotate {sheet.rotate} "
            f"/Resources << {resources} >> /Contents {len(objects)} 0 R >>".encode()
        )
        kids.append(len(objects))
    objects[1] = f"<< /Type /Pages /Count {len(kids)} /Kids [{' '.join(f'{kid} 0 R' for kid in kids)}] >>".encode()
    if info:
        objects.append(f"<< {info} >>".encode("latin-1"))
    path.write_bytes(_file(objects, info=bool(info)))
    return path


_FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"


def _picture(image: Image.Image) -> bytes:
    grey = image.convert("L")
    data = zlib.compress(grey.tobytes(), 1)
    head = (
        f"<< /Type /XObject /Subtype /Image /Width {grey.width} /Height {grey.height} /ColorSpace /DeviceGray "
        f"/BitsPerComponent 8 /Filter /FlateDecode /Length {len(data)} >>"
    )
    return head.encode() + b"\nstream\n" + data + b"\nendstream"


def _file(objects: Sequence[bytes], *, info: bool) -> bytes:
    out = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    for place in places:
        out += b"%010d 00000 n \n" % place
    named = f" /Info {len(objects)} 0 R" if info else ""
    out += f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R{named} >>\nstartxref\n{table}\n%%EOF\n".encode()
    return bytes(out)


def printed(
    lines: Sequence[str] = SENTENCES, *, size: tuple[int, int] = (1240, 700), letter_px: int = 34, ink: int = 0
) -> Image.Image:
    """Return a grey page of print, as a clean scan would show it."""
    image = Image.new("L", size, 255)
    draw = ImageDraw.Draw(image)
    font = ImageFont.load_default(letter_px)
    for number, line in enumerate(lines):
        draw.text((letter_px * 2, letter_px * 2 + number * letter_px * 2), line, font=font, fill=ink)
    return image


def scribbled(seed: int = 1) -> Image.Image:
    """Return a page of ink that is no print: pen strokes in lines."""
    draws = random.Random(seed)
    image = Image.new("L", (1000, 900), 250)
    draw = ImageDraw.Draw(image)
    for line in range(6):
        x, y = 80, 110 + line * 130
        stroke: list[tuple[int, int]] = []
        while x < 900:
            stroke.append((x + draws.randint(-15, 15), y + draws.randint(-38, 38)))
            x += draws.randint(8, 30)
            if draws.random() < 0.1 and len(stroke) > 3:
                draw.line(stroke, fill=40, width=5, joint="curve")
                stroke, x = [], x + 40
        if len(stroke) > 1:
            draw.line(stroke, fill=40, width=5, joint="curve")
    return image


def recall(expected: Sequence[str], text: str) -> float:
    """Return the share of the expected words that stand in `text`, case folded."""
    words = " ".join(expected).lower().split()
    found = set(text.lower().split())
    return sum(word in found for word in words) / len(words)

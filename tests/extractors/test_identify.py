"""What a file is told from: its bytes, whatever it is called."""

from __future__ import annotations

import gzip
import io
import marshal
import os
import py_compile
import random
import sqlite3
import struct
import wave
import zipfile
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from extractors.identify import identify


def _named(folder: Path, data: bytes, name: str = "exhibit.txt") -> str:
    path = folder / name
    path.write_bytes(data)
    return identify(path, hint=name)


@pytest.mark.parametrize(
    ("format_name", "media_type"),
    [
        ("PNG", "image/png"),
        ("JPEG", "image/jpeg"),
        ("TIFF", "image/tiff"),
        ("WEBP", "image/webp"),
        ("BMP", "image/bmp"),
        ("GIF", "image/gif"),
    ],
)
def test_a_picture_named_txt_is_still_a_picture(tmp_path: Path, format_name: str, media_type: str) -> None:
    buffer = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(buffer, format=format_name)
    assert _named(tmp_path, buffer.getvalue()) == media_type


def _encoded(folder: Path, name: str, container: str, codec: str, rate: int) -> bytes:
    path = folder / name
    with av.open(str(path), "w", format=container) as out:
        stream = out.add_stream(codec, rate=rate)
        stream.layout = "mono"
        size = stream.codec_context.frame_size or 1024
        for number in range(rate // size):
            wanted = "fltp" if codec in ("aac", "mp3", "libmp3lame") else "s16"
            kind = np.float32 if wanted == "fltp" else np.int16
            frame = av.AudioFrame.from_ndarray(np.zeros((1, size), kind), format=wanted, layout="mono")
            frame.sample_rate = rate
            frame.pts = number * size
            for packet in stream.encode(frame):
                out.mux(packet)
        for packet in stream.encode(None):
            out.mux(packet)
    return path.read_bytes()


@pytest.mark.parametrize(
    ("container", "codec", "media_type"),
    [
        ("flac", "flac", "audio/flac"),
        ("adts", "aac", "audio/aac"),
        ("ipod", "aac", "audio/mp4"),
        ("mp4", "aac", "audio/mp4"),
        ("ogg", "libopus", "audio/ogg"),
        ("mp3", "libmp3lame", "audio/mpeg"),
    ],
)
def test_sound_is_known_by_its_container(tmp_path: Path, container: str, codec: str, media_type: str) -> None:
    data = _encoded(tmp_path, "clip.bin", container, codec, 48_000)
    assert _named(tmp_path, data, "clip.jpg") == media_type


def test_mp3_is_known_with_and_without_its_id3_tag(tmp_path: Path) -> None:
    data = _encoded(tmp_path, "clip.bin", "mp3", "libmp3lame", 48_000)
    assert data.startswith(b"ID3")
    size = int.from_bytes(data[6:10], "big")
    bare = data[10 + size :]
    assert bare[:1] == b"\xff"
    assert _named(tmp_path, bare) == "audio/mpeg"
    assert _named(tmp_path, b"ID3\x03\x00\x00\x00\x04\x00\x00" + bytes(65536) + bare) == "audio/mpeg"


def test_wav_and_amr(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as out:
        out.setparams((1, 2, 16000, 0, "NONE", ""))
        out.writeframes(bytes(3200))
    assert _named(tmp_path, buffer.getvalue()) == "audio/wav"
    assert _named(tmp_path, b"#!AMR\n" + bytes(40)) == "audio/amr"
    assert _named(tmp_path, b"#!AMR-WB\n" + bytes(40)) == "audio/amr-wb"


def test_containers_and_databases(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("note.txt", "x")
    assert _named(tmp_path, buffer.getvalue()) == "application/zip"
    office = io.BytesIO()
    with zipfile.ZipFile(office, "w") as archive:
        archive.writestr("[Content_Types].xml", "x")
        archive.writestr("xl/workbook.xml", "x")
    assert _named(tmp_path, office.getvalue()).endswith("spreadsheetml.sheet")
    assert _named(tmp_path, gzip.compress(b"x")) == "application/gzip"
    assert _named(tmp_path, bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600)) == "application/x-ole-storage"
    assert _named(tmp_path, b"{\\rtf1\\ansi hello}") == "application/rtf"
    connection = sqlite3.connect(tmp_path / "d.db")
    connection.execute("CREATE TABLE t (a)")
    connection.commit()
    connection.close()
    assert identify(tmp_path / "d.db") == "application/vnd.sqlite3"


def test_a_pdf_may_begin_with_rubbish_and_may_be_encrypted(tmp_path: Path) -> None:
    assert _named(tmp_path, b"%PDF-1.4\n1 0 obj << /Encrypt 2 0 R >>") == "application/pdf"
    assert _named(tmp_path, b"\r\n\0junk%PDF-1.4\n1 0 obj") == "application/pdf"
    assert _named(tmp_path, b"A note about the %PDF- signature.") == "text/plain"


@pytest.mark.parametrize(
    ("data", "name", "media_type"),
    [
        (b"plain words\nand more", "a.jpg", "text/plain"),
        (b"hello \x1b[31mred\x1b[0m \x1b]0;title\x07 \x9b2J \x08\x08 +44 20 7946 0142\n", "a", "text/plain"),
        ("hello 020 7946 0142\ud800 x".encode("utf-16", "surrogatepass"), "a", "text/plain"),
        ("hello".encode("utf-16")[:-1], "a", "text/plain"),
        ("hello 020 7946 0142".encode("utf-32"), "a", "text/plain"),
        ("今晩は、世界。".encode("utf-16"), "a", "text/plain"),
        ("long enough text".encode("utf-16-be"), "a", "text/plain"),
        ("nu știu unde este".encode(), "a", "text/plain"),
        ("nu știu".encode("utf-16"), "a", "text/plain"),
        ("hello, 020 7946 0142".encode("utf-16"), "a", "text/plain"),  # FF FE 68 is also half an MPEG frame header
        ("long enough text".encode("utf-16-le"), "a", "text/plain"),
        ("caf\xe9 r\xe9sum\xe9".encode("latin-1"), "a", "text/plain"),
        ("こんにちは、世界。".encode("shift-jis"), "a", "text/plain"),
        (b"# Title\n\n- [ ] task\n\n**bold** words\n", "a", "text/markdown"),
        (b"# just one mark\n", "a.md", "text/markdown"),
        (b"a,b,c\n1,2,3\n4,5,6\n", "a", "text/csv"),
        (b"a;b\n1;2\n", "a.csv", "text/csv"),
        (b"Well, I said\nno, never\nyes, always\n", "a", "text/plain"),
        (b"<!DOCTYPE html><html><body>x", "a", "text/html"),
        (b'<?xml version="1.0"?><orders count="1"/>', "a", "application/xml"),
        (b'{"a": [1, 2]}', "a", "application/json"),
        (b'[{"a": 1}]', "a", "application/json"),
        (b"[29/05/2019, 15:10:00] Ann: hello", "a", "text/plain"),
        (b"BEGIN:VCARD\nVERSION:3.0\n", "a", "text/vcard"),
        (b"From: a@example.org\nTo: b@example.org\nMessage-ID: <1@x>\n\nhi", "a", "message/rfc822"),
        (b"From: a@b.org\nDate: Mon, 2 Mar 2026 10:00:00 +0000\n\nhi", "a", "message/rfc822"),
        (b"From: the manager\nTo: all staff\nDate: Monday\n\nA memo.", "a", "text/plain"),
        (b"From: the manager\nTo: all staff\n\nA message.", "a.eml", "message/rfc822"),
        (b"Note: this\nWarning: that\n", "a", "text/plain"),
    ],
)
def test_text_is_told_by_its_structure(tmp_path: Path, data: bytes, name: str, media_type: str) -> None:
    assert _named(tmp_path, data, name) == media_type


def test_empty_and_unknown(tmp_path: Path) -> None:
    assert _named(tmp_path, b"") == "application/x-empty"
    assert _named(tmp_path, bytes(range(256)) * 8) == "application/octet-stream"


def _program() -> bytes:
    """Return the start of a small 64-bit ELF file whose signature is missing, as a carver would leave it."""
    header = struct.pack("<HHIQQQIHHHHHH", 2, 62, 1, 0x400078, 64, 0, 0, 64, 56, 1, 0, 0, 0)
    segment = struct.pack("<IIQQQQQQ", 1, 5, 0, 0x400000, 0x400000, 132, 132, 0x200000)
    return header + segment + bytes.fromhex("b83c00000031ff0f05") + b"\0.shstrtab\0.text\0"


@pytest.mark.parametrize("mark", [b"", b"\xff\xfe", b"\xfe\xff", b"\x1b[31m"])
def test_what_is_no_text_does_not_become_text(tmp_path: Path, mark: bytes) -> None:
    compiled = marshal.dumps(compile("def greet(name):\n    return f'hello {name}'\n" * 20, "greet.py", "exec"))
    noise = random.Random(7).randbytes
    for data in (bytes(1000), b"\x01\0\0\x01" * 250, noise(400), noise(48 << 10), _program(), compiled):
        assert not _named(tmp_path, mark + data).startswith("text/")


def test_known_programs_are_named(tmp_path: Path) -> None:
    assert _named(tmp_path, b"\x7fELF\x02\x01\x01" + bytes(9) + _program()) == "application/x-executable"
    source = tmp_path / "names.py"
    source.write_text("".join(f"name_{number} = 'some words'\n" for number in range(3000)))
    compiled = Path(py_compile.compile(str(source), cfile=str(tmp_path / "names.pyc")))
    assert identify(compiled, hint="names.txt") == "application/x-bytecode.python"


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=600))
def test_any_bytes_get_some_media_type(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / f"any-{os.getpid()}"
    path.write_bytes(data)
    assert "/" in identify(path)


@pytest.mark.parametrize(
    "prefix", [b"\0\0\0\x18ftypmp42", b"RIFF", b"ID3", b"PK\x03\x04", b"\xff\xfb", b"\xff\xf1", b"BM"]
)
def test_cut_off_headers_do_not_crash(tmp_path: Path, prefix: bytes) -> None:
    for length in range(1, len(prefix) + 12):
        assert "/" in _named(tmp_path, (prefix + b"\xff\xfb\x90\x00" * 3)[:length])

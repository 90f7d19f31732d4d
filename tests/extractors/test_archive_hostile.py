"""Archives made to do harm, and archives that came to harm: limits hold, damage is said, nothing is taken for good."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import random
import resource
import shutil
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import libarchive
import pytest

from evidence.errors import Unreadable
from evidence.records import Reading
from extractors.archive.entries import Chunks, Entry
from extractors.archive.reader import ArchiveReader
from extractors.archive.streamed import Streamed
from extractors.archive.taking import Taker
from extractors.identify import identify
from extractors.protocols import Engines, Limits, ReadContext

FILES = {f"papers/file {number}.txt": f"this is text number {number}\n".encode() * 40 for number in range(6)}


def read(path: Path, media_type: str = "", *, limits: Limits | None = None, passwords: tuple[str, ...] = ()) -> Reading:
    scratch = path.parent / "scratch"
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir()
    context = ReadContext(languages=(), name=path.name, scratch=scratch, limits=limits or Limits(), passwords=passwords)
    media_type = media_type or identify(path, hint=path.name)
    survey = ArchiveReader().survey(path, media_type=media_type, context=context)
    return ArchiveReader().read(path, media_type=media_type, part=survey.parts[0], engines=Engines(), context=context)


def taken(path: Path, reading: Reading) -> dict[str, bytes]:
    scratch = path.parent / "scratch"
    found = {child.inner_path: (scratch / child.scratch_name).read_bytes() for child in reading.children}
    assert {child.scratch_name for child in reading.children} == {one.name for one in scratch.iterdir()}
    return found


def zipped(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return made.getvalue()


def tarred(files: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as archive:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return made.getvalue()


def written(kind: str, tmp_path: Path) -> bytes:
    """The files as libarchive itself writes them."""
    folder = tmp_path / "in"
    for name, data in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    before = Path.cwd()
    os.chdir(folder)
    try:
        with libarchive.file_writer(str(tmp_path / "made"), kind) as made:
            made.add_files(*FILES)
    finally:
        os.chdir(before)
    return (tmp_path / "made").read_bytes()


# --- limits --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["gz", "tar.xz"])
def test_a_bomb_is_stopped_and_what_came_before_it_stays(kind: str, tmp_path: Path) -> None:
    path = tmp_path / f"bomb.{kind}"
    zeros = bytes(150 << 20)
    path.write_bytes(
        {
            "gz": lambda: gzip.compress(zeros, 9),
            "tar.xz": lambda: lzma.compress(tarred({"note.txt": b"before", "bomb.bin": zeros}), preset=0),
        }[kind]()
    )
    reading = read(path)
    assert taken(path, reading) == ({} if kind == "gz" else {"note.txt": b"before"})
    (unit,) = reading.units
    assert unit.partial
    assert "would come to more than 200 times its own size" in unit.reason
    assert "what follows is neither listed nor counted" in unit.reason


def test_a_bomb_in_a_zip_hides_nothing_behind_it(tmp_path: Path) -> None:
    path = tmp_path / "bomb.zip"
    path.write_bytes(zipped({"note.txt": b"before", "bomb.bin": bytes(150 << 20), "after.txt": b"after"}))
    reading = read(path)
    assert taken(path, reading) == {"note.txt": b"before", "after.txt": b"after"}
    (unit,) = reading.units
    assert (unit.partial, unit.reason) == (
        True, "1 of 3 files not unpacked: the archive would come to more than 200 times its own size",
    )  # fmt: skip


def test_a_zip_of_many_bombs_is_left_in_the_end(tmp_path: Path) -> None:
    path = tmp_path / "bombs.zip"
    path.write_bytes(zipped({f"bomb-{number}.bin": bytes(105 << 20) for number in range(5)} | {"after.txt": b"after"}))
    reading = read(path)
    assert taken(path, reading) == {}
    assert "4 of 4 files not unpacked" in reading.units[0].reason
    assert "what follows is neither listed nor counted" in reading.units[0].reason


def test_what_is_beyond_the_limits_is_listed_and_counted(tmp_path: Path) -> None:
    path = tmp_path / "many.zip"
    path.write_bytes(zipped(FILES))
    few = read(path, limits=Limits(children=2))
    assert list(taken(path, few)) == list(FILES)[:2]
    assert len(few.units[0].segments) == 6
    assert "4 of 6 files beyond the limit on files of one container (setting max_children)" in few.units[0].reason
    size = len(next(iter(FILES.values())))
    small = read(path, limits=Limits(child_bytes=3 * size))
    assert len(taken(path, small)) == 3
    assert "3 of 6 files beyond the limit on bytes" in small.units[0].reason
    assert small.units[0].partial


@pytest.mark.parametrize("size", [100_001, 400_000])
def test_a_file_larger_than_a_worker_may_write_costs_only_its_own_entry(tmp_path: Path, size: int) -> None:
    path = tmp_path / "box.tar"
    path.write_bytes(tarred({"a.txt": b"before", "big.bin": b"x" * size, "z.txt": b"behind"}))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
    try:
        reading = read(path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert taken(path, reading) == {"a.txt": b"before", "z.txt": b"behind"}
    unit = reading.units[0]
    assert (unit.outcome, unit.partial) == ("read", True)
    assert "1 of 3 files beyond the limit on bytes" in unit.reason


def test_a_full_disk_is_not_said_of_an_entry(tmp_path: Path) -> None:
    (tmp_path / "entry-1").symlink_to("/dev/full")

    class Opened:
        kind = "zip"
        skips = False
        facts: ClassVar[dict[str, str]] = {}

        def entries(self) -> Iterator[tuple[Entry, Chunks]]:
            yield Entry(number=1, path="a.txt"), lambda: iter([b"x"])

    with pytest.raises(OSError, match="No space left"):
        Taker(tmp_path, limits=Limits(), archive_bytes=1).all_of(Opened())


def test_a_reason_holds_no_path(tmp_path: Path) -> None:
    path = tmp_path / "gone.7z"
    with pytest.raises(Unreadable) as caught:
        Streamed([path], media_type="application/x-7z-compressed")
    assert caught.value.what == "it cannot be opened"


@pytest.mark.parametrize("lost", [1, 30, 110])
def test_a_zip_without_its_directory_says_that_more_may_be_lost(lost: int, tmp_path: Path) -> None:
    path = tmp_path / "cut.zip"
    path.write_bytes(zipped({"a.txt": b"a" * 1000, "b.txt": b"b" * 1000})[:-lost])
    reading = read(path)
    assert taken(path, reading) == {"a.txt": b"a" * 1000, "b.txt": b"b" * 1000}
    assert (reading.units[0].outcome, reading.units[0].partial) == ("read", True)
    assert "its directory is missing or damaged" in reading.units[0].reason


def test_a_size_that_is_a_lie_costs_only_its_own_entry(tmp_path: Path) -> None:
    data = bytearray(zipped({"a.txt": b"a" * 1000, "b.txt": b"b" * 1000}))
    first = data.index(b"PK\x01\x02")
    for said in (10, 5_000, 2_000_000_000):
        data[first + 24 : first + 28] = said.to_bytes(4, "little")
        path = tmp_path / "lie.zip"
        path.write_bytes(data)
        reading = read(path, limits=Limits(child_bytes=1 << 20))
        assert taken(path, reading) == {"b.txt": b"b" * 1000}
        assert reading.units[0].partial
    stream = io.BytesIO()
    pack = zlib.compressobj(wbits=-15)
    stream.write(pack.compress(bytes(50 << 20)) + pack.flush())
    assert len(stream.getvalue()) < 100_000


def test_entries_that_share_bytes_are_refused_but_the_first(tmp_path: Path) -> None:
    """The trick of zip bombs that do not nest: many directory entries over one kernel."""
    data = bytearray(zipped({"a.txt": b"a" * 1000, "b.txt": b"b" * 1000, "c.txt": b"c" * 1000}))
    at = data.index(b"PK\x01\x02")
    second = data.index(b"PK\x01\x02", at + 4)
    data[second + 42 : second + 46] = data[at + 42 : at + 46]
    path = tmp_path / "over.zip"
    path.write_bytes(data)
    reading = read(path)
    assert taken(path, reading) == {"a.txt": b"a" * 1000, "c.txt": b"c" * 1000}
    assert "its bytes overlap those of another entry" in reading.units[0].segments[1].text


# --- damage --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_file_whose_checksum_is_wrong_is_said_and_not_received(method: int, tmp_path: Path) -> None:
    data = bytearray(zipped({"a.txt": os.urandom(500), "b.txt": b"b"}, method))
    data[200] ^= 0xFF
    path = tmp_path / "bad.zip"
    path.write_bytes(data)
    reading = read(path)
    assert taken(path, reading) == {"b.txt": b"b"}
    assert reading.units[0].reason == "1 of 2 files damaged, and not received"
    assert "damaged: its" in reading.units[0].segments[0].text


@pytest.mark.parametrize("kind", ["zip", "tar", "tar.gz", "7zip", "iso9660", "cpio_newc", "ar_svr4"])
def test_cut_short_anywhere_it_gives_what_was_whole_and_says_the_rest(kind: str, tmp_path: Path) -> None:
    makers = {
        "zip": lambda: zipped(FILES),
        "tar": lambda: tarred(FILES),
        "tar.gz": lambda: gzip.compress(tarred(FILES)),
    }
    whole = makers[kind]() if kind in makers else written(kind, tmp_path)
    path = tmp_path / "cut"
    path.write_bytes(whole)
    media_type = identify(path)
    expected = {name.rpartition("/")[2]: data for name, data in FILES.items()}
    assert {name.rpartition("/")[2]: data for name, data in taken(path, read(path)).items()} == expected
    lengths = sorted({*range(0, 64, 9), *(len(whole) * step // 24 for step in range(1, 24))})
    told = 0
    for length in lengths:
        path.write_bytes(whole[:length])
        try:
            reading = read(path, media_type)
        except Unreadable as error:
            told += bool(error.what)
            continue
        got = {name.rpartition("/")[2]: data for name, data in taken(path, reading).items()}
        assert all(expected[name] == data for name, data in got.items()), length
        told += len(got) == len(expected) or (bool(reading.units[0].reason) and reading.units[0].outcome != "blank")
    assert told == len(lengths)


@pytest.mark.parametrize("kind", ["zip", "tar", "tar.gz", "tar.bz2", "7zip", "iso9660", "cpio_newc", "ar_svr4"])
def test_flipped_bytes_give_unreadable_or_an_honest_reading(kind: str, tmp_path: Path) -> None:
    makers = {
        "zip": lambda: zipped(FILES),
        "tar": lambda: tarred(FILES),
        "tar.gz": lambda: gzip.compress(tarred(FILES)),
        "tar.bz2": lambda: bz2.compress(tarred(FILES)),
    }
    whole = makers[kind]() if kind in makers else written(kind, tmp_path)
    path = tmp_path / "flipped"
    path.write_bytes(whole)
    media_type = identify(path)
    chance = random.Random(4)
    checked = kind in ("zip", "7zip", "tar.gz", "tar.bz2")  # the others keep no checksum of what a file holds
    for _ in range(60):
        data = bytearray(whole)
        for _ in range(chance.randint(1, 6)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        path.write_bytes(data)
        try:
            reading = read(path, media_type, passwords=("a", "b") if kind == "zip" else ())
        except Unreadable:
            continue
        (unit,) = reading.units
        assert unit.reason or unit.outcome == "read"
        got = taken(path, reading)
        assert not checked or unit.partial or all(data in FILES.values() for data in got.values())


def test_a_compressed_disc_image_that_begins_with_zeros_is_no_empty_tar(tmp_path: Path) -> None:
    path = tmp_path / "disc.dd.gz"
    image = bytes(4096) + os.urandom(5_000)
    path.write_bytes(gzip.compress(image))
    assert taken(path, read(path)) == {"disc.dd": image}


def test_the_checksum_of_gzip_is_held_against_it(tmp_path: Path) -> None:
    for name, whole in (("a.gz", b"one" * 100), ("a.tar.gz", tarred(FILES))):
        data = bytearray(gzip.compress(whole))
        data[-8] ^= 1
        path = tmp_path / name
        path.write_bytes(data)
        reading = read(path)
        assert reading.units[0].partial or reading.units[0].outcome == "failed"
        assert "the checksum of the compressed data does not match" in (
            reading.units[0].reason + reading.units[0].segments[0].text
        )
        assert len(taken(path, reading)) == (0 if name == "a.gz" else 6)
    path = tmp_path / "two.gz"
    path.write_bytes(gzip.compress(b"one") + gzip.compress(b"two") + b"\0\0\0")
    assert taken(path, read(path)) == {"two": b"onetwo"}


def test_a_directory_that_is_lost_leaves_the_files_before_it(tmp_path: Path) -> None:
    whole = zipped(FILES)
    path = tmp_path / "torn.zip"
    path.write_bytes(whole[: whole.index(b"PK\x01\x02")])
    assert taken(path, read(path)) == FILES


def test_text_that_only_begins_like_an_archive_is_unreadable(tmp_path: Path) -> None:
    for name, head in (("a.zip", b"PK\x03\x04"), ("a.7z", b"7z\xbc\xaf'\x1c"), ("a.rar", b"Rar!\x1a\x07\x01\0"), ("a.gz", b"\x1f\x8b\x08")):  # fmt: skip
        path = tmp_path / name
        path.write_bytes(head + b"and then something else entirely" * 20)
        with pytest.raises(Unreadable):
            read(path)

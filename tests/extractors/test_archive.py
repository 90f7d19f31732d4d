"""Archives as other programs made them: what is listed, what is taken, and the way back to each entry."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import shutil
import subprocess
import tarfile
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path

import libarchive
import pytest
import pyzipper

from evidence.errors import Unreadable
from evidence.locator import Place, RecordPlace
from evidence.records import Reading
from extractors.archive import plain, program, streamed, zipped
from extractors.archive.reader import ArchiveReader
from extractors.archive.volumes import volume_of
from extractors.identify import identify
from extractors.patterns import identifiers_in
from extractors.protocols import Engines, Limits, ReadContext, Sibling, Survey
from extractors.registry import reader_for

FILES = {"one.txt": b"hello one", "sub/tw ö.txt": b"hello two", "sub/noise.bin": os.urandom(200_000)}
needs_7z = pytest.mark.skipif(not program.program(), reason="the 7-Zip program is not installed")
needs_zip = pytest.mark.skipif(not shutil.which("zip"), reason="Info-ZIP's zip is not installed")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The files, as programs are given them."""
    made = tmp_path / "in"
    for name, data in FILES.items():
        (made / name).parent.mkdir(parents=True, exist_ok=True)
        (made / name).write_bytes(data)
        os.utime(made / name, (1_772_489_645, 1_772_489_645))  # 2026-03-02 22:14:05 UTC
    return made


def context(
    path: Path, *, siblings: Sequence[Path] = (), passwords: Sequence[str] = (), limits: Limits | None = None
) -> ReadContext:
    scratch = path.parent / "scratch"
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir()
    return ReadContext(
        languages=(),
        name=path.name,
        siblings=tuple(Sibling(name=one.name, path=one, sha256="0" * 64) for one in siblings),  # type: ignore[arg-type]
        passwords=tuple(passwords),
        scratch=scratch,
        limits=limits or Limits(),
    )


def surveyed(path: Path, given: ReadContext) -> Survey:
    return ArchiveReader().survey(path, media_type=identify(path, hint=path.name), context=given)


def read(path: Path, given: ReadContext | None = None) -> Reading:
    given = given or context(path)
    media_type = identify(path, hint=path.name)
    assert isinstance(reader_for(media_type), ArchiveReader), media_type
    (part,) = surveyed(path, given).parts
    return ArchiveReader().read(path, media_type=media_type, part=part, engines=Engines(), context=given)


def taken(path: Path, reading: Reading) -> dict[str, bytes]:
    scratch = path.parent / "scratch"
    return {child.inner_path: (scratch / child.scratch_name).read_bytes() for child in reading.children}


def texts(reading: Reading) -> list[str]:
    return [segment.text for segment in reading.units[0].segments]


def original_of(path: Path, place: Place) -> str:
    return ArchiveReader().original(path, place=place, media_type=identify(path), context=context(path)).text


def run(*command: str | Path, cwd: Path) -> None:
    subprocess.run([str(word) for word in command], cwd=cwd, check=True, stdout=subprocess.DEVNULL)


def tar(folder: Path, *, mode: str = "w") -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode=mode) as archive:  # type: ignore[call-overload]
        archive.add(folder, arcname=".")
    return made.getvalue()


def make(kind: str, folder: Path, target: Path) -> None:
    names = sorted(FILES)
    if kind in ("zip", "7z", "tar"):
        run(program.program(), "a", target, *names, cwd=folder)
    elif kind.startswith("tar."):
        run("tar", "--auto-compress", "-cf", target, *names, cwd=folder)
    else:
        before = Path.cwd()
        os.chdir(folder)
        try:
            with libarchive.file_writer(
                str(target), {"iso": "iso9660", "cpio": "cpio_newc", "ar": "ar_svr4"}[kind]
            ) as made:
                made.add_files(*names)
        finally:
            os.chdir(before)


@needs_7z
@pytest.mark.parametrize(
    "kind", ["zip", "7z", "tar", "tar.gz", "tar.bz2", "tar.xz", "tar.zst", "tar.lz4", "iso", "cpio"]
)
def test_every_file_is_taken_as_it_was_and_found_again_by_its_place(kind: str, folder: Path, tmp_path: Path) -> None:
    path = tmp_path / f"made.{kind}"
    make(kind, folder, path)
    reading = read(path)
    assert taken(path, reading) == FILES
    (unit,) = reading.units
    assert (unit.outcome, unit.partial, unit.facts["taken"]) == ("read", False, "3")
    by_key = {segment.place.key: segment for segment in unit.segments}  # type: ignore[union-attr]
    assert set(FILES) <= set(by_key)
    for name, data in FILES.items():
        original = ArchiveReader().original(
            path, place=by_key[name].place, media_type=identify(path), context=context(path)
        )
        assert original.data == data[: 64 << 10]
        assert f"path: {name}" in original.text
    if kind != "zip":
        assert unit.facts["stored_times_from"] == "2026-03-02 22:14:05Z" <= unit.facts["stored_times_to"]
        assert original_of(path, by_key["one.txt"].place).splitlines()[-1] == "modified: 2026-03-02 22:14:05Z"
    assert by_key["one.txt"].text == "one.txt · 9 bytes · taken"
    assert not [hit.kind for segment in unit.segments for hit in identifiers_in(segment.text)]
    nowhere, media_type, given = RecordPlace(record=99, field="entry"), identify(path), context(path)
    with pytest.raises(Unreadable):
        ArchiveReader().original(path, place=nowhere, media_type=media_type, context=given)


@pytest.mark.parametrize("ending", ["gz", "bz2", "xz"])
def test_a_compressed_file_is_one_child_with_its_name(ending: str, tmp_path: Path) -> None:
    pack = {"gz": gzip.compress, "bz2": bz2.compress, "xz": lzma.compress}[ending]
    path = tmp_path / f"calls.csv.{ending}"
    path.write_bytes(pack(b"a,b\n1,2\n"))
    reading = read(path)
    assert taken(path, reading) == {"calls.csv": b"a,b\n1,2\n"}
    assert reading.facts["format"] == "compressed file"
    path.write_bytes(pack(os.urandom(100_000))[:-3000])
    try:
        cut = read(path)
    except Unreadable:  # the whole is one block, so that nothing of it can be read
        assert ending != "gz"
    else:
        assert cut.children == ()
        assert cut.units[0].outcome == "failed"
        assert cut.units[0].reason.startswith("1 of 1 files damaged, and not received")
        assert " · damaged: " in texts(cut)[0]


class _nothing:  # noqa: N801 - reads as `contextlib.nullcontext`
    def __enter__(self) -> None:
        return None

    def __exit__(self, *_: object) -> None:
        return None


def test_names_that_point_elsewhere_stay_names(tmp_path: Path) -> None:
    path = tmp_path / "evil.zip"
    odd = ["../../etc/passwd", "/abs/olute", "C:\\Windows\\x", "a\u202etxt.exe", "n" * 3000, " ", "."]
    with zipfile.ZipFile(path, "w") as archive:
        for name in odd:
            archive.writestr(zipfile.ZipInfo(name), name.encode())
    before = sorted(tmp_path.rglob("*"))
    reading = read(path)
    names = [child.inner_path for child in reading.children]
    assert names[:3] == odd[:3]
    assert names[3] == "a\ufffdtxt.exe"
    assert names[4] == "n" * 999 + "…"
    assert len(names) == len(odd)
    assert {one.parent.name for one in set(tmp_path.rglob("*")) - set(before) if one.is_file()} == {"scratch"}
    assert list(taken(path, reading).values()) == [name.encode() for name in odd]


def test_links_and_devices_are_listed_and_not_followed(tmp_path: Path) -> None:
    path = tmp_path / "links.tar"
    with tarfile.open(path, "w") as archive:
        for name, kind, target in (
            ("secret", tarfile.SYMTYPE, "/etc/passwd"),
            ("hard", tarfile.LNKTYPE, "note"),
            ("zero", tarfile.CHRTYPE, ""),
            ("dir", tarfile.DIRTYPE, ""),
        ):
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, target
            archive.addfile(info)
    reading = read(path)
    assert reading.children == ()
    said = "\n".join(texts(reading))
    for line in ("a link, not followed: /etc/passwd", "a link, not followed: note", "a device or pipe", "a folder"):
        assert line in said
    assert not reading.units[0].partial


def test_the_same_path_twice_is_two_files(tmp_path: Path) -> None:
    path = tmp_path / "twice.tar"
    with tarfile.open(path, "w") as archive:
        for data in (b"first", b"second"):
            info = tarfile.TarInfo("note.txt")
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    assert taken(path, read(path)) == {"note.txt": b"first", "note.txt (2)": b"second"}


@needs_7z
@pytest.mark.parametrize("method", ["Deflate64", "PPMd", "BZip2", "LZMA"])
def test_rarer_ways_of_zipping_are_read_too(
    method: str, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "rare.zip"
    (folder / "one.txt").write_bytes(b"one and two " * 4000)
    run(program.program(), "a", f"-mm={method}", path, "one.txt", cwd=folder)
    assert taken(path, read(path)) == {"one.txt": b"one and two " * 4000}
    if method in ("Deflate64", "PPMd"):
        data = path.read_bytes()
        path.write_bytes(data[:50] + bytes([data[50] ^ 0xFF]) + data[51:])
        assert read(path).units[0].outcome == "failed"
        path.write_bytes(data)
        monkeypatch.setattr("extractors.archive.program._PROGRAMS", ())
        reading = read(path)
        assert reading.units[0].outcome == "failed"
        assert "compressed in a way that is not supported" in texts(reading)[0]


def test_comments_and_names_in_old_code_pages_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "old.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.comment = b"from the owner"
        info = zipfile.ZipInfo("M\u00fcller.txt", (2026, 3, 2, 22, 14, 4))
        info.comment = b"his"
        archive.writestr(info, b"x")
    utf_8, cp437 = "Müller".encode(), "Müller".encode("cp437")
    data = path.read_bytes()
    flagged = read(path)
    assert flagged.facts["comment"] == "from the owner"
    assert texts(flagged) == ["Müller.txt · 1 bytes · taken · his"]
    path.write_bytes(data.replace(b"\0\x08\0\0", b"\0\0\0\0"))  # UTF-8 without the flag that says so, as macOS writes
    assert [child.inner_path for child in read(path).children] == ["Müller.txt"]
    assert utf_8 != cp437


# --- RAR, which no free program writes: made here as its published notes describe, stored and not compressed ----------


def vint(number: int) -> bytes:
    made = b""
    while number > 0x7F:
        made, number = made + bytes([number & 0x7F | 0x80]), number >> 7
    return made + bytes([number])


def rar5_block(kind: int, flags: int, rest: bytes, data: bytes = b"") -> bytes:
    body = vint(kind) + vint(flags) + (vint(len(data)) if flags & 2 else b"") + rest
    body = vint(len(body)) + body
    return zlib.crc32(body).to_bytes(4, "little") + body + data


def rar5_file(name: str, data: bytes, *, whole: bytes | None = None, flags: int = 2) -> bytes:
    whole = data if whole is None else whole
    checked = data if flags & 0x10 else whole
    rest = vint(6) + vint(len(whole)) + vint(0o100644) + (1_772_489_645).to_bytes(4, "little")
    rest += zlib.crc32(checked).to_bytes(4, "little") + vint(0) + vint(1)
    return rar5_block(2, flags, rest + vint(len(name.encode())) + name.encode(), data)


def rar5(*files: bytes, main: bytes = b"\0", end: int = 0) -> bytes:
    return b"Rar!\x1a\x07\x01\0" + rar5_block(1, 0, main) + b"".join(files) + rar5_block(5, 0, vint(end))


def rar4_block(kind: int, flags: int, rest: bytes, data: bytes = b"") -> bytes:
    body = bytes([kind]) + flags.to_bytes(2, "little") + (7 + len(rest)).to_bytes(2, "little") + rest
    return (zlib.crc32(body) & 0xFFFF).to_bytes(2, "little") + body + data


def rar4(files: dict[str, bytes]) -> bytes:
    made = b"Rar!\x1a\x07\0" + rar4_block(0x73, 0, bytes(6))
    when = (((2026 - 1980) << 9 | 3 << 5 | 2) << 16 | 22 << 11 | 14 << 5 | 2).to_bytes(4, "little")
    for name, data in files.items():
        size = len(data).to_bytes(4, "little")
        rest = size + size + b"\3" + zlib.crc32(data).to_bytes(4, "little") + when + b"\x14\x30"
        rest += len(name).to_bytes(2, "little") + (0o100644).to_bytes(4, "little") + name.encode("ascii")
        made += rar4_block(0x74, 0x8000, rest, data)
    return made + rar4_block(0x7B, 0x4000, b"")


def test_rar_4_and_5_are_read(tmp_path: Path) -> None:
    path = tmp_path / "five.rar"
    path.write_bytes(rar5(*[rar5_file(name, data) for name, data in FILES.items()]))
    five = read(path)
    assert taken(path, five) == FILES
    assert five.facts["format"] == "RAR 5"
    assert texts(five)[0] == "one.txt · 9 bytes · taken"
    old = {"a.txt": b"hello one", "b.bin": FILES["sub/noise.bin"]}
    path.write_bytes(rar4(old))
    four = read(path)
    assert taken(path, four) == old
    assert texts(four)[0] == "a.txt · 9 bytes · taken"
    damaged = bytearray(rar4(old))
    damaged[damaged.index(b"hello one")] ^= 1
    path.write_bytes(damaged)
    assert "damaged: its checksum does not match" in texts(read(path))[0]


def test_rar_volumes_are_read_as_one(tmp_path: Path) -> None:
    data = FILES["sub/noise.bin"]
    first, second = tmp_path / "s.part1.rar", tmp_path / "s.part2.rar"
    one = rar5_file("noise.bin", data[:90_000], whole=data, flags=0x12)
    two = rar5_file("noise.bin", data[90_000:], whole=data, flags=0x0A)
    first.write_bytes(rar5(rar5_file("note.txt", b"note"), one, main=vint(1), end=1))
    second.write_bytes(rar5(two, main=vint(3) + vint(1)))
    assert taken(first, read(first, context(first, siblings=[second]))) == {"note.txt": b"note", "noise.bin": data}
    alone = read(first)
    assert taken(first, alone) == {"note.txt": b"note"}
    assert alone.units[0].partial
    assert "no other was received beside it" in alone.units[0].reason
    survey = surveyed(second, context(second))
    assert survey.reason == "volume 2 of a split archive: s.part1.rar, which opens it, was not received beside it"


def test_an_encrypted_rar_is_skipped_as_encrypted(tmp_path: Path) -> None:
    path = tmp_path / "locked.rar"
    header = rar5_block(4, 0, vint(0) + vint(0) + b"\x0f" + bytes(16))
    path.write_bytes(b"Rar!\x1a\x07\x01\0" + header + os.urandom(200))
    unit = read(path, context(path, passwords=("key",))).units[0]
    assert unit.outcome == "skipped"
    assert unit.reason.startswith("encrypted: even the list of its files; ")


# --- passwords -----------------------------------------------------------------------------------------------------


def test_each_locked_file_is_opened_by_the_password_that_fits(tmp_path: Path) -> None:
    path = tmp_path / "locked.zip"
    with pyzipper.AESZipFile(path, "w", encryption=pyzipper.WZ_AES) as archive:
        for name, word in (("a.txt", b"one"), ("b.txt", b"two"), ("c.txt", b"other")):
            archive.setpassword(word)
            archive.writestr(name, name)
    without = read(path)
    assert without.units[0].outcome == "skipped"
    assert without.units[0].reason.startswith("encrypted: 3 of 3 files; give the passwords with `casegraph ingest")
    assert [line.split(" · ")[0] for line in texts(without)] == ["a.txt", "b.txt", "c.txt"]
    given = context(path, passwords=("zero", "two", "one"))
    some = read(path, given)
    assert set(taken(path, some)) == {"a.txt", "b.txt"}
    assert (some.units[0].outcome, some.units[0].partial) == ("read", True)
    assert some.units[0].reason.startswith("encrypted: 1 of 3 files")
    assert some.facts["password"] == "opened with password 2, 3 of the list"


def test_tries_are_bounded_and_what_was_not_tried_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "locked.zip"
    with pyzipper.AESZipFile(path, "w", encryption=pyzipper.WZ_AES) as archive:
        for name, word in (("a.txt", b"one"), ("b.txt", b"two"), ("c.txt", b"one")):
            archive.setpassword(word)
            archive.writestr(name, name)
    words = ("zero", "one", "two")
    monkeypatch.setattr(zipped, "_MOST_TRIES", 2)
    few = read(path, context(path, passwords=words))
    assert set(taken(path, few)) == {"a.txt", "c.txt"}
    assert "encrypted: 1 of 3 files" in few.units[0].reason
    assert zipped.UNTRIED in few.units[0].reason
    monkeypatch.setattr(zipped, "_MOST_TRIES", 1)
    none = read(path, context(path, passwords=words))
    assert none.units[0].outcome == "skipped"
    assert zipped.UNTRIED in none.units[0].reason
    monkeypatch.setattr(zipped, "_MOST_TRIES", 4)
    enough = read(path, context(path, passwords=words))
    assert set(taken(path, enough)) == {"a.txt", "b.txt", "c.txt"}
    assert zipped.UNTRIED not in enough.units[0].reason
    assert "tries" not in enough.facts


def test_a_part_is_named_by_what_opens_and_not_by_any_word(tmp_path: Path) -> None:
    path = tmp_path / "locked.zip"
    with pyzipper.AESZipFile(path, "w", encryption=pyzipper.WZ_AES) as archive:
        archive.setpassword(b"harbour")
        archive.writestr("a.txt", "x")
    names = {
        words: surveyed(path, context(path, passwords=words)).parts[0].name
        for words in ((), ("no",), ("harbour",), ("no", "harbour"), ("harbour", "more"))
    }
    assert names[()] == names[("no",)] == ""
    assert names[("harbour",)] == names[("harbour", "more")] != names[("no", "harbour")]
    made = [ArchiveReader().stamps(engines=Engines(), context=context(path, passwords=words)) for words in names]
    assert all(one == made[0] for one in made)
    assert "harbour" not in "".join(names.values())


@needs_zip
def test_the_old_encryption_of_zip_is_checked_to_the_end(folder: Path, tmp_path: Path) -> None:
    """Its check value is one byte: of 600 wrong passwords about two pass it."""
    path = tmp_path / "old.zip"
    run("zip", "-q", "-P", "seven", path, "one.txt", cwd=folder)
    wrong = [f"wrong-{number}" for number in range(600)]
    assert read(path, context(path, passwords=wrong)).units[0].outcome == "skipped"
    reading = read(path, context(path, passwords=[*wrong, "seven"]))
    assert taken(path, reading) == {"one.txt": FILES["one.txt"]}
    assert reading.facts["password"] == "opened with password 601 of the list"


@needs_7z
@pytest.mark.parametrize("listed", ["on", "off"])
def test_an_encrypted_7z_is_opened_by_the_program(listed: str, folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "locked.7z"
    run(program.program(), "a", "-pkey ö", f"-mhe={listed}", path, *sorted(FILES), cwd=folder)
    without = read(path)
    assert without.units[0].outcome == "skipped"
    assert without.units[0].reason.startswith("encrypted: ")
    given = context(path, passwords=("wrong", "key ö"))
    reading = read(path, given)
    assert taken(path, reading) == FILES
    assert reading.facts["password"] == "opened with password 2 of the list"
    place = reading.units[0].segments[0].place
    media_type = identify(path)
    again = ArchiveReader().original(path, place=place, media_type=media_type, context=given)
    assert again.data == FILES["one.txt"]


def test_without_the_program_an_encrypted_7z_says_what_to_install(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not program.program():
        pytest.skip("the 7-Zip program is not installed, so there is nothing to make the file with")
    path = tmp_path / "locked.7z"
    run(program.program(), "a", "-pkey", path, "one.txt", cwd=folder)
    monkeypatch.setattr("extractors.archive.program._PROGRAMS", ())
    reading = read(path, context(path, passwords=("key",)))
    assert reading.units[0].outcome == "skipped"
    assert "it takes the 7-Zip program, see `casegraph doctor`" in reading.units[0].reason
    assert not program.available().available
    assert "7zip" in program.available().next_step


# --- volumes -------------------------------------------------------------------------------------------------------


@needs_7z
@pytest.mark.parametrize("kind", ["7z", "zip"])
def test_volumes_cut_by_size_are_read_as_one(kind: str, folder: Path, tmp_path: Path) -> None:
    run(program.program(), "a", "-v70k", tmp_path / f"s.{kind}", *sorted(FILES), cwd=folder)
    first, *others = sorted(tmp_path.glob("s.*"))
    assert len(others) == 2
    assert taken(first, read(first, context(first, siblings=others))) == FILES
    assert [volume.number for one in others if (volume := volume_of(one.name))] == [2, 3]
    with pytest.raises(Unreadable, match="volume 2 was not received") if kind == "7z" else _nothing():
        gap = read(first, context(first, siblings=others[1:]))
        assert "volume 2 was not received" in gap.units[0].reason
    with pytest.raises(Unreadable, match="no other was received beside it") if kind == "7z" else _nothing():
        assert "no other was received beside it" in read(first, context(first)).units[0].reason


@needs_7z
def test_encrypted_volumes_are_opened_too(folder: Path, tmp_path: Path) -> None:
    run(program.program(), "a", "-v70k", "-pkey", tmp_path / "s.7z", *sorted(FILES), cwd=folder)
    first, *others = sorted(tmp_path.glob("s.7z.*"))
    assert taken(first, read(first, context(first, siblings=others, passwords=("key",)))) == FILES


@needs_zip
def test_a_zip_split_by_its_own_program_is_read_over_its_volumes(folder: Path, tmp_path: Path) -> None:
    run("zip", "-q", "-s", "70k", tmp_path / "s.zip", *sorted(FILES, reverse=True), cwd=folder)
    last = tmp_path / "s.zip"
    others = sorted(tmp_path.glob("s.z0*"))
    assert len(others) == 2
    assert taken(last, read(last, context(last, siblings=others))) == FILES
    some = read(last, context(last, siblings=others[1:]))
    assert "volume 1 was not received" in some.units[0].reason
    assert set(taken(last, some)) < set(FILES)
    alone = surveyed(others[0], context(others[0]))
    assert alone.outcome == "skipped"
    assert alone.reason == "volume 1 of a split archive: s.zip, which opens it, was not received beside it"


# --- without libarchive --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", ["tar", "tar.gz", "tar.bz2", "tar.xz"])
def test_python_alone_reads_tar_and_zip(
    ending: str, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("extractors.archive.streamed.library", lambda: None)
    path = tmp_path / f"made.{ending}"
    path.write_bytes(tar(folder, mode="w:" + ending.partition(".")[2]))
    assert taken(path, read(path)) == {f"./{name}": data for name, data in FILES.items()}
    path.write_bytes(path.read_bytes()[:100_000])
    if ending == "tar.bz2":  # the whole is one block
        with pytest.raises(Unreadable, match="it ends early"):
            read(path)
        return
    cut = read(path)
    assert cut.units[0].partial
    assert "./sub/noise.bin" not in taken(path, cut)


def test_without_libarchive_the_others_say_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("extractors.archive.streamed.library", lambda: None)
    path = tmp_path / "a.7z"
    path.write_bytes(b"7z\xbc\xaf'\x1c" + bytes(30))
    survey = surveyed(path, context(path))
    assert (survey.outcome, "libarchive13" in survey.reason) == ("skipped", True)
    path = tmp_path / "a.gz"
    path.write_bytes(gzip.compress(b"one"))
    assert taken(path, read(path)) == {"a": b"one"}
    assert {"application/gzip", "application/x-tar"} <= plain.READ < set(streamed.FORMATS)

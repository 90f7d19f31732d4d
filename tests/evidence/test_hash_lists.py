"""Lists of hashes, all fabricated: what is taken from each kind, what is left out, and what is refused."""

from __future__ import annotations

import hashlib
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from hash_files import CONTENT, medium, nsrl, of, vics
from hypothesis import given
from hypothesis import strategies as st

from evidence.errors import StorageError, UsageError
from evidence.hash_lists import Hashes, HashLists, hashes_of


@pytest.mark.parametrize("algorithm", ["md5", "sha1", "sha256"])
def test_a_plain_list_by_any_hash_with_remarks(tmp_path: Path, algorithm: str) -> None:
    value = getattr(of(CONTENT), algorithm)
    path = tmp_path / "list.txt"
    path.write_text(f"# fabricated\n; remark\n// remark\n\n{value.upper()} *some name.jpg\nnot a hash\n{'d' * 33}\n")
    lists = HashLists(tmp_path / "kept")
    listed = lists.add(path, kind="plain", purpose="seal", source="a test")
    assert (listed.hashes, listed.left_out, listed.size_bytes) == (1, 2, path.stat().st_size)
    assert listed.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    (match,) = lists.matches([listed], of(CONTENT))
    assert (match.algorithm.replace("-", "").lower(), match.hash, match.purpose) == (algorithm, value, "seal")
    assert lists.matches([listed], of(b"another")) == ()


@pytest.mark.parametrize("bare", [False, True])
def test_a_vics_set_keeps_its_own_numbers_and_their_meaning_to_itself(tmp_path: Path, bare: bool) -> None:
    path = tmp_path / "set.json"
    path.write_bytes(
        vics(medium(CONTENT, 17, 1), medium(b"other", 18, 5), {"MediaID": 19, "Category": 1, "MD5": "zz"}, bare=bare)
    )
    lists = HashLists(tmp_path / "kept")
    listed = lists.add(path, kind="vics", purpose="seal", source="a test")
    assert listed.hashes == 4
    assert "/XX/" in listed.note
    (match,) = lists.matches([listed], of(CONTENT))
    assert (match.algorithm, match.said) == ("SHA-1", "MediaID 17, category 1")
    assert lists.matches([listed], Hashes("", "", "0" * 32)) == ()  # of a MediaFile, not of the medium


def test_only_the_categories_that_were_chosen(tmp_path: Path) -> None:
    path = tmp_path / "set.json"
    path.write_bytes(vics(medium(CONTENT, 17, 1), medium(b"other", 18, 5)))
    lists = HashLists(tmp_path / "kept")
    listed = lists.add(path, kind="vics", purpose="seal", source="a test", categories=("5",))
    assert lists.matches([listed], of(CONTENT)) == ()
    assert lists.matches([listed], of(b"other"))[0].said == "MediaID 18, category 5"


@pytest.mark.parametrize("index", ["", "sha256", "md5"])
def test_the_nsrl_is_asked_where_it_stands(tmp_path: Path, index: str) -> None:
    path = nsrl(tmp_path / "rds.db", CONTENT, index=index)
    before = path.read_bytes()
    lists = HashLists(tmp_path / "kept")
    listed = lists.add(path, kind="nsrl", purpose="known", source="NIST")
    (match,) = lists.matches([listed], of(CONTENT))
    assert (match.purpose, match.said) == ("known", "NSRL: Writer 3.1, Plain Software")
    assert match.algorithm == ("MD5" if index == "md5" else "SHA-256")
    assert match.text == "known file (NSRL: Writer 3.1, Plain Software)"
    assert lists.matches([listed], of(b"another")) == ()
    assert path.read_bytes() == before
    assert [one.suffix for one in (tmp_path / "kept").iterdir()] == [".json"]


def test_the_hash_of_nothing_seals_nothing(tmp_path: Path) -> None:
    path = tmp_path / "list.txt"
    path.write_text(f"{of(b'').md5}\n{of(CONTENT).md5}\n")
    lists = HashLists(tmp_path / "kept")
    listed = lists.add(path, kind="plain", purpose="seal", source="a test")
    assert (listed.hashes, listed.left_out) == (1, 1)
    assert lists.matches([listed], of(b"")) == ()


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("plain", b"nothing here\n"), ("plain", b""), ("plain", bytes(range(256)) * 50), ("vics", b"{"), ("vics", b"[]"),
        ("vics", b'{"value": [{"Media": [{"MD5": '), ("vics", b"\xff\xfe"), ("nsrl", b"not a database"), ("nsrl", b""),
    ],
)  # fmt: skip
def test_what_is_no_such_list_is_refused(tmp_path: Path, kind: str, content: bytes) -> None:
    path = tmp_path / "list"
    path.write_bytes(content)
    lists = HashLists(tmp_path / "kept")
    with pytest.raises(UsageError):
        lists.add(path, kind=kind, purpose="known" if kind == "nsrl" else "seal", source="a test")  # type: ignore[arg-type]
    assert not list((tmp_path / "kept").glob("*.sqlite"))


def test_a_list_that_is_gone_stops_the_run_rather_than_letting_files_through(tmp_path: Path) -> None:
    path = nsrl(tmp_path / "rds.db", CONTENT)
    lists = HashLists(tmp_path / "kept")
    listed = lists.add(path, kind="nsrl", purpose="known", source="NIST")
    path.unlink()
    with pytest.raises(StorageError, match="not where it was"):
        lists.matches([listed], of(CONTENT))
    path.write_bytes(b"SQLite format 3\0" + b"x" * 5_000)
    with pytest.raises(StorageError):
        lists.matches([listed], of(CONTENT))


@given(st.binary(max_size=2_000))
def test_a_files_hashes_are_those_of_its_bytes(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "hashed"
    path.write_bytes(content)
    assert hashes_of(path) == of(content)


def test_a_vics_set_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    path = tmp_path / "set.json"
    path.write_bytes(b"\xef\xbb\xbf" + vics(medium(CONTENT, 17, 1)))
    lists = HashLists(tmp_path / "kept")
    listed = lists.add(path, kind="vics", purpose="seal", source="a test")
    assert lists.matches([listed], of(CONTENT))[0].said == "MediaID 17, category 1"
    assert listed.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_hash_that_is_not_known_stands_on_no_list(tmp_path: Path) -> None:
    path = nsrl(tmp_path / "rds.db", CONTENT, index="md5")
    with closing(sqlite3.connect(path)) as conn, conn:
        conn.execute("INSERT INTO files (md5, package_id) VALUES ('', 9)")
    lists = HashLists(tmp_path / "kept")
    listed = lists.add(path, kind="nsrl", purpose="known", source="NIST")
    assert lists.matches([listed], Hashes(of(CONTENT).sha256, "", "")) == ()

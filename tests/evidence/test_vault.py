from __future__ import annotations

import hashlib
import os
import resource
import stat
from pathlib import Path

import pytest

from evidence.digest import Sha256, sha256_bytes
from evidence.errors import IntegrityError, StorageError
from evidence.vault import Vault


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault(tmp_path / "vault", scratch=tmp_path / "tmp")


def offered(tmp_path: Path, data: bytes) -> Path:
    path = tmp_path / "seized.bin"
    path.write_bytes(data)
    return path


def test_an_original_is_kept_under_its_own_hash_and_read_only(vault: Vault, tmp_path: Path) -> None:
    data = os.urandom(3_000_000)
    sha256, size_bytes = vault.receive(offered(tmp_path, data))
    assert (sha256, size_bytes) == (hashlib.sha256(data).hexdigest(), len(data))
    with vault.open(sha256) as kept:
        assert kept.read() == data
    assert not vault.path(sha256).stat().st_mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH)
    assert list((tmp_path / "tmp").iterdir()) == []


def test_the_same_bytes_are_kept_once(vault: Vault, tmp_path: Path) -> None:
    first, _ = vault.receive(offered(tmp_path, b"x"))
    second, _ = vault.receive(offered(tmp_path, b"x"))
    assert first == second
    assert list(vault.digests()) == [first]


def test_a_flipped_byte_is_found(vault: Vault, tmp_path: Path) -> None:
    sha256, _ = vault.receive(offered(tmp_path, b"hello"))
    path = vault.path(sha256)
    path.chmod(0o644)
    path.write_bytes(b"hellp")
    assert vault.check(sha256) == "changed"


def test_a_lost_original_is_found_and_cannot_be_opened(vault: Vault) -> None:
    gone = sha256_bytes(b"never")
    assert vault.check(gone) == "missing"
    with pytest.raises(IntegrityError):
        vault.open(Sha256(gone))


def test_a_disk_that_takes_no_more_is_not_blamed_on_the_file(vault: Vault, tmp_path: Path) -> None:
    source = offered(tmp_path, b"too small to be written before it is flushed")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (8, before[1]))
    try:
        with pytest.raises(StorageError):
            vault.receive(source)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert list((tmp_path / "tmp").iterdir()) == []
    assert list(vault.digests()) == []


def test_receiving_the_seized_copy_again_restores_a_damaged_original(vault: Vault, tmp_path: Path) -> None:
    sha256, _ = vault.receive(offered(tmp_path, b"hello"))
    path = vault.path(sha256)
    path.chmod(0o644)
    path.write_bytes(b"hellp")
    vault.receive(offered(tmp_path, b"hello"))
    assert vault.check(sha256) == ""
    assert [one.read_bytes() for one in vault.set_aside.iterdir()] == [b"hellp"]

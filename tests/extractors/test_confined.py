"""A worker that a hostile file has taken over still writes only inside the case and makes no connection."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from evidence.errors import Unreadable
from extractors import confined
from extractors.sandbox import WorkerPool

pytestmark = pytest.mark.skipif(not confined.available().available, reason="this kernel has no Landlock")


def prepare(_: object) -> Callable[[tuple[str, str]], str]:
    return lambda job: _DEEDS[job[0]](job[1])


def _write(path: str) -> str:
    Path(path).write_text("taken over", encoding="utf-8")
    return Path(path).read_text(encoding="utf-8")


def _write_from_a_child(path: str) -> str:
    done = subprocess.run([sys.executable, "-c", f"open({path!r}, 'w')"], capture_output=True, check=False)
    return str(done.returncode)


def _remove(path: str) -> str:
    Path(path).unlink()
    return "removed"


def _read(path: str) -> str:
    return Path(path).read_text(encoding="utf-8")


def _connect(port: str) -> str:
    with socket.create_connection(("127.0.0.1", int(port)), timeout=2):
        return "connected"


_DEEDS = {"write": _write, "child": _write_from_a_child, "remove": _remove, "read": _read, "connect": _connect}


@pytest.fixture
def pool(tmp_path: Path) -> Iterator[WorkerPool]:
    (tmp_path / "case").mkdir()
    made = WorkerPool(prepare, None, size=1, memory_bytes=400 << 20, write_below=(tmp_path / "case",))
    yield made
    made.close()


def test_inside_the_case_it_writes_and_anywhere_it_reads(pool: WorkerPool, tmp_path: Path) -> None:
    (tmp_path / "original.txt").write_text("seized", encoding="utf-8")
    assert pool.run(("write", str(tmp_path / "case" / "note")), seconds=60) == "taken over"
    assert pool.run(("read", str(tmp_path / "original.txt")), seconds=60) == "seized"


@pytest.fixture
def elsewhere() -> Iterator[Path]:
    """A folder that is not in the machine's temporary one, where LibreOffice's sockets may be removed."""
    folder = Path(tempfile.mkdtemp(prefix="confined-", dir="/var/tmp"))
    yield folder
    shutil.rmtree(folder)


def test_outside_it_neither_writes_nor_removes_nor_lets_a_child_do_so(
    pool: WorkerPool, tmp_path: Path, elsewhere: Path
) -> None:
    outside = tmp_path / "outside"
    for deed in ("write", "remove"):
        (elsewhere / "kept").write_text("kept", encoding="utf-8")
        with pytest.raises(Unreadable, match="PermissionError"):
            pool.run((deed, str(outside if deed == "write" else elsewhere / "kept")), seconds=60)
    assert pool.run(("child", str(outside)), seconds=60) == "1"
    assert not outside.exists()
    assert (elsewhere / "kept").read_text(encoding="utf-8") == "kept"


def test_it_makes_no_connection(pool: WorkerPool) -> None:
    if "connection" in confined.available().detail and "could still" in confined.available().detail:
        pytest.skip("this kernel's Landlock does not know connections")
    with socket.create_server(("127.0.0.1", 0)) as server, pytest.raises(Unreadable, match="PermissionError"):
        pool.run(("connect", str(server.getsockname()[1])), seconds=60)

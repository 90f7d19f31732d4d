"""One Prefect server for the whole session, as a unit would have one up."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.server import TemporaryServer


@pytest.fixture(scope="session")
def prefect_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    os.environ["PREFECT_HOME"] = str(tmp_path_factory.mktemp("prefect"))
    server = TemporaryServer()
    server.start()
    server.wait()
    yield os.environ["PREFECT_API_URL"]
    server.stop()


@pytest.fixture
def one_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """One process reads, for tests that are not about many: each of them takes seconds to start."""
    monkeypatch.setenv("CASEGRAPH_WORKERS", "1")


@pytest.fixture
def seized(tmp_path: Path) -> Path:
    """A folder with a text, a broken picture, an empty file and something nobody can read."""
    folder = tmp_path / "seized"
    folder.mkdir()
    (folder / "note.txt").write_text("Call 020 7946 0142 or write to desk@harbourlodge.example.\n", encoding="utf-8")
    (folder / "letter.eml").write_bytes(
        b"From: A <a@example.org>\r\nTo: B <b@example.org>\r\nDate: Mon, 02 Mar 2026 10:00:00 +0000\r\n"
        b"Subject: x\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=q\r\n\r\n"
        b"--q\r\nContent-Type: text/plain\r\n\r\nsee attached\r\n"
        b"--q\r\nContent-Type: text/plain; name=inner.txt\r\nContent-Disposition: attachment; filename=inner.txt\r\n\r\n"
        b"the inner text\r\n--q--\r\n"
    )
    (folder / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n" + b"\x00" * 64)
    (folder / "empty.bin").write_bytes(b"")
    (folder / "unknown.dat").write_bytes(bytes(range(256)) * 8)
    return folder

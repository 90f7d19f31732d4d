"""The scripts that set a machine up ask for what is not there, and for nothing that is."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from running import ROOT


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """A machine on which nothing is installed, whose administrator runs the script; `apt-get` writes down what it was asked."""
    programs = tmp_path / "bin"
    programs.mkdir()
    for name, says in (("id", "echo 0"), ("apt-get", f'echo "$@" >>{tmp_path}/asked')):
        (programs / name).write_text(f"#!/bin/sh\n{says}\n")
        (programs / name).chmod(0o755)
    return programs


def _asked(programs: Path, script: str) -> str:
    made = subprocess.run(
        ["/bin/sh", str(ROOT / ".ci" / script)], env={"PATH": str(programs)}, capture_output=True, text=True, timeout=30
    )
    assert made.returncode == 0, made.stderr
    asked = programs.parent / "asked"
    return asked.read_text() if asked.exists() else ""


def test_browsers_that_are_missing_are_installed(bare: Path) -> None:
    asked = _asked(bare, "test-packages")
    assert " chromium " in asked
    assert " firefox-esr " in asked


def test_a_browser_that_is_there_is_not_asked_for(bare: Path) -> None:
    (bare / "chromium").symlink_to("/bin/true")
    asked = _asked(bare, "test-packages")
    assert " chromium " not in asked
    assert " firefox-esr " in asked


def test_tesseract_is_installed_where_it_is_missing(bare: Path) -> None:
    assert " tesseract-ocr " in _asked(bare, "system-packages")

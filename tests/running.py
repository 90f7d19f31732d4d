"""How tests run the command line."""

from __future__ import annotations

import io
import json
import os
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any
from unittest import mock

ROOT = Path(__file__).parent.parent
SAMPLE = ROOT / "sample_data"


def casegraph(*words: object, code: int = 0) -> str:
    """Run the command line in this process; returns standard output, with standard error too where `code` is not 0.

    Fails the test on another exit code, and on a traceback.
    """
    from workbench.cli import main

    out, err = io.StringIO(), io.StringIO()
    argv = ["casegraph", *map(str, words)]
    settings = {"CASEGRAPH_ACTOR": os.environ.get("CASEGRAPH_ACTOR", "A. Tester")}
    with mock.patch.object(sys, "argv", argv), mock.patch.dict(os.environ, settings):  # noqa: SIM117
        with redirect_stdout(out), redirect_stderr(err):
            try:
                main()
                ended = 0
            except SystemExit as leaving:
                ended = int(leaving.code or 0)
    assert ended == code, f"{' '.join(argv)}\n{out.getvalue()}\n{err.getvalue()}"
    assert "Traceback" not in err.getvalue()
    return out.getvalue() if code == 0 else out.getvalue() + err.getvalue()


def asked(*words: object) -> Any:
    """Run a command with --json and return its facts."""
    return json.loads(casegraph(*words, "--json"))

"""`evaluate` and `sample` as people meet them."""

from __future__ import annotations

import json
from pathlib import Path

from running import ROOT, asked, casegraph

from evidence.case import Case, open_case

TEXTS = ROOT / "tests" / "accuracy" / "identifiers.jsonl"
BRITISH = ("--region", "GB", "--day-order", "dmy")


def test_evaluate_writes_an_unsigned_record_once_and_puts_it_on_a_case(case: Case, tmp_path: Path) -> None:
    out = tmp_path / "validation.json"
    shown = casegraph("evaluate", "identifiers", TEXTS, *BRITISH, "--out", out, "--record", case.root)
    assert "F1" in shown
    assert "Nobody has signed it" in " ".join(shown.split())
    assert max(map(len, shown.splitlines())) <= 100
    written = json.loads(out.read_text(encoding="utf-8"))
    assert written["signed"] == "unsigned"
    assert written["data"] == "identifiers.jsonl"
    assert str(TEXTS.parent) not in out.read_text(encoding="utf-8")
    last = list(open_case(case.root).custody.events())[-1]
    assert last.line.op == "error.measured"
    assert "already there" in casegraph("evaluate", "identifiers", TEXTS, "--out", out, code=2)


def test_evaluate_as_json_is_the_record(tmp_path: Path) -> None:
    made = asked("evaluate", "identifiers", TEXTS, *BRITISH, "--limit", 10, "--no-noise")
    assert (made["what"], made["items"], made["asserted"]["region"]) == ("identifiers", 10, "GB")
    assert {score["condition"] for score in made["scores"]} == {"clean"}


def test_evaluate_says_what_is_wrong_with_the_data(tmp_path: Path) -> None:
    broken = tmp_path / "broken.jsonl"
    broken.write_text('{"text": "x", "mentions": []}\n{}\n', encoding="utf-8")
    assert "broken.jsonl, line 2: " in casegraph("evaluate", "identifiers", broken, code=2)
    casegraph("evaluate", "shoes", TEXTS, code=2)
    casegraph("evaluate", "ocr", tmp_path / "nowhere", code=5)


def test_a_sample_is_drawn_once_judged_by_decisions_and_gone_on_with(sample_case: Path) -> None:
    first = asked("sample", sample_case, "--n", "12", "--seed", "5", "--reason", "before charging")
    assert first["sample"]["reason"] == "before charging"
    assert first["sample"]["seed"] == 5
    assert len(first["waiting"]) == 12
    assert {"ocr", "native"} <= {one["source"] for one in first["sample"]["strata"]}
    reading = next(one for one in first["waiting"] if one["strip"]["source"] == "ocr")
    casegraph("decide", sample_case, reading["id"], "reject", "--reason", "misread")
    again = asked("sample", sample_case)
    assert again["sample"]["seq"] == first["sample"]["seq"]
    assert reading["id"] not in again["sample"]["waiting"]
    ocr = next(one for one in again["sample"]["strata"] if one["source"] == "ocr")
    assert (ocr["wrong"], ocr["error"]) == (1, 10_000)
    assert "is on record" in casegraph("sample", sample_case, "--n", "13", code=2)
    beside = asked("sample", sample_case, "--n", "13", "--new")
    assert beside["earlier"] == [first["sample"]["seq"]]
    shown = casegraph("sample", sample_case)
    assert "provisional" in shown
    assert max(map(len, shown.splitlines())) <= 100
    assert "consulted" in [line.op for line in open_case(sample_case).access.lines()]

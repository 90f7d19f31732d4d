"""The questions on the command line: a table with sources, the same facts as JSON, each look on record."""

from __future__ import annotations

from pathlib import Path

import pytest
from running import asked, casegraph

from workbench.cli import COMMANDS

QUESTIONS: dict[str, tuple[str, ...]] = {
    "contacts": (),
    "timeline": (),
    "overlap": (),
    "around": ("+442079460142", "--hops", "2"),
    "money": (),
    "recurs": (),
    "routes": (),
    "terms": ("TERMS",),
}
"""Every question, and what it needs to be asked."""


def test_every_question_answers_the_sample_the_same_way_twice(sample_case: Path) -> None:
    assert set(QUESTIONS) == set(COMMANDS["question_commands"])
    (sample_case.parent / "terms.txt").write_text("hotel\n+442079460142\nnowhere at all\n", encoding="utf-8")
    for name, given in QUESTIONS.items():
        words = [sample_case.parent / "terms.txt" if word == "TERMS" else word for word in given]
        found = asked(name, sample_case, *words)
        assert found == asked(name, sample_case, *words), name
        assert found["definition"], name
        shown = casegraph(name, sample_case, *words)
        assert found["definition"][:40] in " ".join(shown.split()), name
        assert f" {name}" in casegraph("log", sample_case, "--access"), name


def test_contacts_of_the_hotline_count_the_operators_records(sample_case: Path) -> None:
    found = asked("contacts", sample_case, "+442079460142", "+442079460174")
    (pair,) = found["pairs"]
    assert pair["records"] == pair["to_other"] + pair["to_one"]
    assert sum(pair["hours"]) == pair["records"]
    assert "by hour in UTC" in casegraph("contacts", sample_case, "+442079460142", "+442079460174")


@pytest.mark.parametrize("words", [["contacts", "--kind", "visit"], ["contacts", "--since", "soon"]])
def test_what_cannot_be_asked_is_said(sample_case: Path, words: list[str]) -> None:
    assert "Next:" in casegraph(words[0], sample_case, *words[1:], code=2)

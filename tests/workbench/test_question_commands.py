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


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["contacts", "--kind", "visit"], 2), (["contacts", "--since", "soon"], 2), (["timeline", "--kind", "fax"], 2),
        (["contacts", "--since", "2026-03-02", "--until", "2026-03-01"], 2), (["contacts", "--exhibit", "CG-9999"], 5),
        (["timeline", "--exhibit", "CG-9999"], 5), (["contacts", "--save", ""], 2), (["around", "+442079460142", "--save", " "], 2),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_said(sample_case: Path, words: list[str], code: int) -> None:
    assert "Next:" in casegraph(words[0], sample_case, *words[1:], code=code)
    assert asked("analysis", sample_case, "list") == []


def test_groups_say_how_they_were_made_as_json_too(sample_case: Path) -> None:
    found = asked("groups", sample_case)
    assert found["groups"]
    assert "fewer than 3 things are counted and not shown" in found["definition"]
    assert found["smaller"] == 0 or found["notes"]


def test_a_question_is_saved_run_again_marked_and_withdrawn(sample_case: Path, tmp_path: Path) -> None:
    (sample_case.parent / "terms.txt").write_text("hotel\nnowhere at all\n", encoding="utf-8")
    others = {"path": ("+442079460142", "bookings@northquay.example"), "groups": (), "search": ("hotel",)}
    for name, given in (QUESTIONS | others).items():
        words = [sample_case.parent / "terms.txt" if word == "TERMS" else word for word in given]
        assert asked(name, sample_case, *words) == asked(
            name, sample_case, *words, "--save", f"Of {name}", "--reason", "why"
        )
    kept = asked("analysis", sample_case, "list")
    assert [one["analysis"] for one in kept] == [f"A-{number + 1}" for number in range(len(QUESTIONS | others))]
    assert "Of money" in casegraph("analysis", sample_case, "list")
    casegraph("rebuild", sample_case)
    for one in kept:
        found = asked("analysis", sample_case, "run", one["analysis"])
        assert (found["same"], found["answer"]) == (True, one["saved"][0]["answer"]), one
        assert found["counts"]["same"] == one["saved"][0]["rows"]
    assert "Nothing changed: the " in casegraph("analysis", sample_case, "run", "A-1")
    (tmp_path / "letter.txt").write_text("We stayed at the hotel.", encoding="utf-8")
    casegraph("ingest", sample_case, tmp_path / "letter.txt", "--custodian", "Nobody")
    search = next(one["analysis"] for one in kept if one["question"] == "search")
    shown = casegraph("analysis", sample_case, "run", search.lower(), "--mark")
    assert "1 new, 0 changed, 0 gone" in shown
    assert "We stayed at the" in shown
    assert asked("analysis", sample_case, "run", search)["same"]
    assert len(asked("analysis", sample_case, "show", search)["saved"]) == 2
    assert "why" in casegraph("analysis", sample_case, "show", search)
    assert "reason is needed" in casegraph("analysis", sample_case, "withdraw", search, code=2)
    casegraph("analysis", sample_case, "withdraw", search, "--reason", "done with")
    assert f"no analysis {search}" in casegraph("analysis", sample_case, "run", search, code=5)
    assert f"analysis run {search}" in casegraph("log", sample_case, "--access")
    assert "which analysis is missing" in casegraph("analysis", sample_case, "run", code=2)


def test_routes_are_drawn_into_a_new_file_and_never_over_one(sample_case: Path, tmp_path: Path) -> None:
    target = tmp_path / "routes.svg"
    casegraph("routes", sample_case, "--map", target)
    made = target.read_text(encoding="utf-8")
    assert "illustrative aid, not evidence" in made
    assert "HL-1107 (Harbour Lodge, Quay Row)" in made
    assert "stops have no position and are not on the map" in made
    assert "is not overwritten" in casegraph("routes", sample_case, "--map", target, code=7)
    assert target.read_text(encoding="utf-8") == made
    assert "ends in .svg" in casegraph("routes", sample_case, "--map", tmp_path / "routes.png", code=2)
    found = asked("routes", sample_case, "--limit", "0")
    assert {(one["latitude"], one["longitude"]) for one in found["stops"] if one["place"].startswith("HL-1107")} == {
        ("51.5060", "-0.0312")
    }


def test_accounts_stand_side_by_side_on_the_command_line(sample_case: Path) -> None:
    two = ("--account", "+442079460110", "--account", "+442079460127")
    shown = " ".join(casegraph("recurs", sample_case, *two).split())
    assert "says nothing about one person using both" in shown
    assert "shared among +442079460110, +442079460127." in shown
    found = asked("recurs", sample_case, *two)
    assert {one["kind"] for one in found["shared"]} >= {"contact", "exhibit"}
    assert "it takes two" in casegraph("recurs", sample_case, *two[:2], code=2)


@pytest.mark.parametrize(
    ("asked_with", "said"),
    [
        (("contacts", "--every", "day"), "'day' is not one of"), (("around", "+442079460142", "--hops", "4"), "less than or equal to 3"),
        (("money", "--days", "-1"), "greater than or equal to 0"), (("path", "+442079460142"), "Missing argument 'B'"),
    ],
)  # fmt: skip
def test_what_no_option_can_be_is_said_with_the_next_step(
    sample_case: Path, asked_with: tuple[str, ...], said: str
) -> None:
    command, *rest = asked_with
    told = " ".join(casegraph(command, sample_case, *rest, code=2).split())
    assert told.startswith("casegraph: ")
    assert said in told
    assert f"Next: casegraph {command} --help" in told

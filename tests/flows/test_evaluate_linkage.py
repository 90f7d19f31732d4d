"""Pairs laid side by side against known bearers: data sets as they come, and a record of what was measured."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from evidence.errors import UsageError
from evidence.settings import Settings
from evidence.validation import ValidationRecord
from extractors.protocols import ReadContext
from flows.evaluate import Asked, evaluate
from flows.evaluate.linkage import iso_date


def scored(dataset: Path) -> ValidationRecord:
    asked = Asked(what="linkage", dataset=dataset, settings=Settings(), context=ReadContext(languages=()))
    return evaluate(asked, made_at="2026-11-23T00:00:00Z")


def rate(made: ValidationRecord, condition: str, measure: str) -> int:
    return next(one.value for one in made.scores if (one.condition, one.measure) == (condition, measure))


def test_names_with_their_bearers_are_scored_alone(tmp_path: Path) -> None:
    lines = [("Márton Varga", 1), ("VARGA, Márton", 1), ("Sorina Vlad", 2), ("Vlad Sorin", 3)]
    data = tmp_path / "names.jsonl"
    data.write_text("".join(f'{{"name": "{name}", "bearer": {bearer}}}\n' for name, bearer in lines), encoding="utf-8")
    made = scored(data)
    assert rate(made, "names alone", "precision_at_100") == rate(made, "names alone", "recall") == 10_000
    assert {one.condition for one in made.scores} == {"names alone"}
    assert made.items == 4


def test_records_are_scored_by_all_fields_whatever_the_columns_are_called(tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text(
        "Forename,Last Name,Date of Birth,Email,Bearer\nJohn,Felstead,03/11/1988,j@x.example,a\nJon,Felstead,1988-11-03,j@x.example,a\n"
        "Mary,Felstead,1990-01-02,,b\nIon,Moraru,1979-06-21,,c\n",
        encoding="utf-8",
    )
    (tmp_path / "labels.csv").write_text("left,right\n1,2\n", encoding="utf-8")
    made = scored(tmp_path)
    assert rate(made, "all fields", "precision") == rate(made, "all fields", "recall") == 10_000
    assert "labels.csv" in made.notes[-1]


@pytest.mark.parametrize("name", ["firms.jsonl", "firms.csv"])
def test_names_of_firms_are_scored_as_names_of_firms(tmp_path: Path, name: str) -> None:
    written = [("Jansen B.V.", 1), ("JANSEN", 1), ("Polder Bouw 24 B.V.", 2), ("Waterland B.V.", 3)]
    lines = ["Company,Bearer", *(f"{firm},{bearer}" for firm, bearer in written)]
    if name.endswith(".jsonl"):
        lines = [json.dumps({"name": firm, "bearer": bearer, "kind": "organisation"}) for firm, bearer in written]
    (tmp_path / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    made = scored(tmp_path / name)
    assert rate(made, "names alone", "precision") == rate(made, "names alone", "recall") == 10_000


def test_a_company_beside_a_persons_name_is_no_name_of_the_person(tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text(
        "First name,Last name,Company,Date of birth,Bearer\nJohn,Felstead,Acme Ltd,1988-11-03,a\nJon,Felstead,Acme Ltd,1988-11-03,a\n"
        "Mary,Moraru,Acme Ltd,1990-01-02,b\n",
        encoding="utf-8",
    )
    made = scored(tmp_path)
    assert rate(made, "all fields", "precision") == rate(made, "all fields", "recall") == 10_000
    assert rate(made, "names alone", "precision") == 10_000


def test_what_is_no_line_is_refused_by_its_number(tmp_path: Path) -> None:
    data = tmp_path / "names.jsonl"
    data.write_text('{"name": "A B", "bearer": 1}\n{"name": 5}\n', encoding="utf-8")
    with pytest.raises(UsageError, match="line 2"):
        scored(data)


@pytest.mark.parametrize(
    ("written", "order", "iso"),
    [("19881103", "", "1988-11-03"), ("3.11.1988", "", "1988-11-03"), ("11/03/1988", "mdy", "1988-11-03"), ("11/23/1988", "", "1988-11-23"),
     ("1988-11-03T00:00", "", "1988-11-03"), ("Nov 1988", "", "Nov 1988"), ("31/02/1988", "", "31/02/1988")],
)  # fmt: skip
def test_dates_of_other_formats_are_compared_as_iso(written: str, order: str, iso: str) -> None:
    assert iso_date(written, day_order=order) == iso


def test_every_name_of_the_sample_has_its_bearer() -> None:
    sample = Path(__file__).parents[2] / "sample_data"
    borne = [json.loads(line) for line in (sample / "bearers.jsonl").read_text(encoding="utf-8").splitlines()]
    named = {
        one["name"]
        for one in json.loads((sample / "truth.json").read_bytes())["names"]
        if one["kind"] in ("PER", "ORG")
    }
    assert {one["name"] for one in borne} == named
    assert len({one["bearer"] for one in borne if "Varga" in one["name"] or "VARGA" in one["name"]}) == 2

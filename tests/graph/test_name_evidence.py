"""What else speaks for or against two names: places at one time only where that is certain, one signature under both."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from question_cases import asked_of, happened, records_case
from small_cases import Bench, Line, Says
from test_candidates import laid_out, pair, person
from test_records_graph import template

from evidence.case import Case
from graph.candidates import Candidate, Ground, candidates

STAYS = template("register", "stays", ("Guest", "guest"), ("House", "property"), ("In", "started"), ("Out", "ended"))


def of_kind(found: Candidate | None, kind: str) -> tuple[list[Ground], list[Ground]]:
    assert found is not None
    return [one for one in found.supports if one.kind == kind], [one for one in found.contradicts if one.kind == kind]


def guests(folder: Path, *files: str) -> Case:
    return records_case(folder, (STAYS,), {f"{n}.csv": "Guest;House;In;Out\n" + text for n, text in enumerate(files)})


def among(case: Case) -> Candidate | None:
    with asked_of(case) as graph:
        return next((one for one in candidates(graph).candidates), None)


def test_two_houses_on_one_night_contradict_with_both_sources(tmp_path: Path) -> None:
    one = "VARGA, Márton;Harbour Lodge;2026-02-01 15:00:00;2026-02-05 10:00:00\nMárton Varga;Wexcombe Inn;2026-02-03 15:00:00;2026-02-04 10:00:00\n"
    _, (against,) = of_kind(among(guests(tmp_path, one)), "places")
    assert "2026-02-03" in against.words
    assert "harbour lodge" in against.words.lower()
    assert "wexcombe inn" in against.words.lower()
    assert set(against.segments) == {"CG-0001.r1.2", "CG-0001.r1.3"}
    assert against.weight == 0


@pytest.mark.parametrize(
    ("house", "start", "end"),
    [
        ("Wexcombe Inn", "2026-02-05 10:00:00", "2026-02-06 10:00:00"),
        ("Harbour Lodge", "2026-02-03 15:00:00", "2026-02-04 10:00:00"),
        ("Wexcombe Inn", "2026-02-03 15:00:00", ""),
    ],
)  # fmt: skip
def test_one_after_the_other_one_house_or_an_open_end_contradict_nothing(
    tmp_path: Path, house: str, start: str, end: str
) -> None:
    one = f"VARGA, Márton;Harbour Lodge;2026-02-01 15:00:00;2026-02-05 10:00:00\nMárton Varga;{house};{start};{end}\n"
    assert of_kind(among(guests(tmp_path, one)), "places") == ([], [])


def test_without_a_zone_two_tables_are_compared_only_where_every_zone_agrees(tmp_path: Path) -> None:
    long = "VARGA, Márton;Harbour Lodge;2026-02-01 15:00:00;2026-02-09 10:00:00\n"
    sure, unsure = (tmp_path / name for name in ("sure", "unsure"))
    sure.mkdir()
    unsure.mkdir()
    inside = "Márton Varga;Wexcombe Inn;2026-02-03 15:00:00;2026-02-06 10:00:00\n"
    a_night = "Márton Varga;Wexcombe Inn;2026-02-03 15:00:00;2026-02-04 10:00:00\n"
    assert len(of_kind(among(guests(sure, long, inside)), "places")[1]) == 1
    assert of_kind(among(guests(unsure, long, a_night)), "places") == ([], [])


def placed(name: str, phone: str, north: str, second: int, text: str = "") -> Line:
    event = happened(
        "location", (("of", phone),), utc=f"2026-03-01T10:00:{second:02}Z", facts={"latitude": north, "longitude": "0"}
    )
    return Line(f"{name} {phone}{text}", (person(name), Says("phone", phone)), unit_kind="message", events=(event,))


@pytest.mark.parametrize(("north", "count"), [("52.5", 1), ("51.3", 0)])
def test_telephones_beside_two_names_far_apart_in_one_minute_contradict(bench: Bench, north: str, count: int) -> None:
    bench.exhibit(placed("Anna Kiss", "+447700900101", "51.0", 5), placed("Kiss Anna", "+447700900102", north, 40))
    _, against = of_kind(pair(laid_out(bench), "Anna Kiss", "Kiss Anna"), "places")
    assert len(against) == count
    for one in against:
        assert "phone +447700900101 beside it" in one.words
        assert set(one.segments) == {"CG-0001.m1.1", "CG-0001.m2.1"}


def signed(name: str, *below: str) -> Line:
    text = "\n".join(["Please pay.", "Regards,", name, *below])
    phone = Says("phone", "020 7946 0142", "+442079460142")
    stated: Any = ("signs_with", "person_name", name.casefold(), "phone", "+442079460142", "\n".join([name, *below]))
    return Line(text, (person(name), phone), unit_kind="message", relations=(stated,))


def test_one_signature_block_under_two_names_supports_with_both_sources(bench: Bench) -> None:
    same = ("Harbour Bookings", "Tel 020 7946 0142")
    bench.exhibit(
        signed("Anna Kiss", *same), signed("A. Kiss", *same), signed("Kiss Anna", "Another Desk", "Tel 020 7946 0142")
    )
    found = laid_out(bench)
    (support,), _ = of_kind(pair(found, "Anna Kiss", "A. Kiss"), "signature")
    assert support.words == "the same signature block: harbour bookings / tel 020 7946 0142"
    assert set(support.segments) == {"CG-0001.m1.1", "CG-0001.m2.1"}
    assert of_kind(pair(found, "Anna Kiss", "Kiss Anna"), "signature") == ([], [])

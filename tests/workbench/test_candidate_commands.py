"""`casegraph candidates` on the sample case: who signed the offer, and who must stay apart."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from running import asked, casegraph

SIGNATORY = ("M. Varga", "Márton Varga")
"""The third spelling of the truth is read by a machine from a page, and so with or without its accent."""


def pairs(case: Path, *words: str) -> list[dict[str, Any]]:
    return list(asked("candidates", case, *words)["candidates"])


def labels(one: dict[str, Any]) -> set[str]:
    return {one["a"]["entity"]["label"], one["b"]["entity"]["label"]}


def test_the_spellings_of_the_signatory_are_offered(ingested_sample: Path) -> None:
    found = [labels(one) for one in pairs(ingested_sample, "--kind", "person_name") if not one["apart"]]
    assert set(SIGNATORY) in found
    names = {name for both in found for name in both}
    (written,) = {name for name in names if name.startswith("VARGA, M")}
    assert {written, "Márton Varga"} in found
    assert {written, "M. Varga"} in found


def test_the_namesake_with_another_birth_date_is_kept_apart(ingested_sample: Path) -> None:
    found = pairs(ingested_sample, "--kind", "person_name")
    apart = [one for one in found if one["apart"]]
    assert found[-len(apart) :] == apart
    assert any("Martin Varga" in labels(one) for one in apart)
    assert all(any(ground["kind"] == "birth_date" for ground in one["contradicts"]) for one in apart)
    assert "contradicted by birth dates" in casegraph("candidates", ingested_sample)


def test_numbers_one_digit_apart_are_no_candidates(ingested_sample: Path) -> None:
    found = pairs(ingested_sample, "--limit", "1000")
    assert not any("ELLERY CARS" in labels(one) for one in found)
    assert {side["entity"]["kind"] for one in found for side in (one["a"], one["b"])} <= {
        *("person_name", "organisation", "place", "display_name")
    }


def test_every_side_opens_somewhere_and_the_table_fits(ingested_sample: Path) -> None:
    found = pairs(ingested_sample)
    assert found
    assert all(side["segment"] and side["strip"]["exhibit"] for one in found for side in (one["a"], one["b"]))
    shown = casegraph("candidates", ingested_sample)
    assert all(len(line) <= 100 for line in shown.splitlines())
    assert all(one["a"]["entity"]["id"] in shown for one in found)


def test_a_kind_that_is_none_is_refused(ingested_sample: Path) -> None:
    assert "'phone' is no kind of name" in casegraph("candidates", ingested_sample, "--kind", "phone", code=2)


def test_json_says_what_was_left_out(ingested_sample: Path) -> None:
    found = json.loads(casegraph("candidates", ingested_sample, "--limit", "1", "--json"))
    assert sum(not one["apart"] and not one["twice"] for one in found["candidates"]) == 1
    assert sum(one["twice"] for one in found["candidates"]) <= 1
    assert sum(one["apart"] for one in found["candidates"]) <= 1
    assert found["not_shown"] > 0
    assert found["pairs_not_compared"] == 0

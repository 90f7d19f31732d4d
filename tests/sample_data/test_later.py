"""What the case grew by, as ingested, against its ground truth: outcomes, events, joins, and what contradicts what."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from found_in_sample import Ingested
from running import SAMPLE, asked

from extractors.registry import READER_OF

TRUTH: dict[str, Any] = json.loads((SAMPLE / "truth.json").read_text(encoding="utf-8"))
ROWS = {row["path"]: row for row in TRUTH["exhibits"]}
LATER = {path: row for path, row in ROWS.items() if "family" in row}
KINDS = {row["kind"] for row in TRUTH["identifiers"]}
APART = ("headers", "exif", "properties", "entry", "links", "title", "chat", "parties", "header", "model")
"""Fields beside the text: what they name is the record's own statement, not a reading of the text."""


@pytest.fixture(scope="module")
def ingested(ingested_sample: Path) -> Ingested:
    return Ingested(ingested_sample)


@pytest.fixture(scope="module")
def events(ingested: Ingested) -> dict[str, list[dict[str, Any]]]:
    """What happened, by the path of the exhibit that records it."""
    by_path: dict[str, list[dict[str, Any]]] = {path: [] for path in LATER}
    for one in asked("events", ingested.root, "--limit", "0"):
        by_path.setdefault(ingested.paths[one["exhibit"]], []).append(one)
    return by_path


def test_nothing_was_received_that_the_truth_does_not_list(ingested: Ingested) -> None:
    assert set(ingested.paths.values()) == set(ROWS)


@pytest.mark.parametrize("path", sorted(LATER))
def test_each_later_exhibit_has_the_outcome_that_truth_says(ingested: Ingested, path: str) -> None:
    (one,) = (line for number, line in ingested.lines.items() if ingested.paths[number] == path)
    row = LATER[path]
    assert one.media_type in READER_OF
    assert (one.media_type, one.outcome, one.sha256) == (row["media_type"], row["outcome"], row["sha256"]), one.reason


@pytest.mark.parametrize("row", TRUTH["records"], ids=lambda row: f"{row['exhibit']}:{row['event']}")
def test_each_event_of_the_truth_is_recorded(
    events: dict[str, list[dict[str, Any]]], ingested: Ingested, row: dict[str, Any]
) -> None:
    same = [one for one in events[row["exhibit"]] if one["kind"] == row["event"]]
    told = [one for one in same if all(_agrees(one, key, value, ingested) for key, value in row.items())]
    assert told, f"none of {len(same)} {row['event']}s fits"


PARTIES = {
    "sender": "from", "receiver": "to", "caller": "from", "called": "to", "guest": "", "passenger": "", "payer": "from", "payee": "to",
}  # fmt: skip


def _agrees(one: dict[str, Any], key: str, value: Any, ingested: Ingested) -> bool:
    if key in ("exhibit", "family", "event"):
        return True
    if key in ("time_utc", "time_local", "until_utc", "until_local"):
        return str(one[key]).startswith(value)
    if key == "state":
        return value in one["state"]
    if key == "reply_to":
        return one["reply_to"].strip("<>") == value.strip("<>")
    if key == "reply":
        return bool(one["reply_to"]) is value
    if key == "attachment":
        return any(file["name"].endswith(value) and file["attached_exhibit"] for file in one["attached"])
    if key == "words":
        return value in ingested.text(one["segment"]) or value in json.dumps(one, ensure_ascii=False)
    if key == "origin":
        return value in getattr(ingested.segments[one["segment"]].place, "origin", "")
    if key in PARTIES:
        wanted = {(party["kind"], party["value"]) for party in one["parties"] if PARTIES[key] in ("", party["role"])}
        return tuple(value) in wanted or _of_the_device(one, key)
    return value in json.dumps(one["facts"], ensure_ascii=False)


def _of_the_device(one: dict[str, Any], key: str) -> bool:
    """Whether that side is whoever used the telephone, which no number in a truth can name."""
    return key in ("receiver", "called") and any(party["kind"] == "device_user" for party in one["parties"])


@pytest.mark.parametrize("path", [path for path, row in LATER.items() if "counts" in row])
def test_as_many_things_happened_as_are_in_the_exhibit(events: dict[str, list[dict[str, Any]]], path: str) -> None:
    got = Counter(one["kind"] for one in events[path])
    for kind, number in LATER[path]["counts"].items():
        if kind != "rows":
            assert got[kind] == number


@pytest.mark.parametrize("join", [row for row in TRUTH["joins"] if "also" in row], ids=lambda row: row["value"])
def test_what_joins_stands_in_the_later_exhibits_too(ingested: Ingested, join: dict[str, Any]) -> None:
    entity = next(
        one for one in asked("entities", ingested.root, "--kind", join["kind"]) if one["value"] == join["value"]
    )
    found = {ingested.paths[number] for number in entity["exhibits"]}
    assert set(join["also"]) - found == set()


def test_the_voice_note_was_sent_by_a_guests_telephone(
    events: dict[str, list[dict[str, Any]]], ingested: Ingested
) -> None:
    """The loose file on the hotline's telephone is, by its hash, what that account sent."""
    loose = ROWS["phone-hotline/voice-note.ogg"]["sha256"]
    (sent,) = (
        one
        for path, held in events.items()
        for one in held
        for file in one["attached"]
        if path.endswith("_chat.txt")
        and file["attached_exhibit"]
        and ingested.lines[file["attached_exhibit"]].sha256 == loose
    )
    assert ("from", "phone", "+442079460151") in {
        (party["role"], party["kind"], party["value"]) for party in sent["parties"]
    }


def test_identifiers_of_the_later_exhibits(ingested: Ingested, capsys: pytest.CaptureFixture[str]) -> None:
    """Each value once an exhibit; tables are left out, since there every cell of a column is one."""
    counted = {path for path, row in LATER.items() if row["family"] != "records"}
    marks = [row for row in TRUTH["identifiers"] if row["exhibit"] in counted and not row.get("in_header")]
    wanted = {(row["exhibit"], row["kind"], row["value"]) for row in marks}
    got = {
        ingested.found(one)
        for one in ingested.mentions
        if one.kind in KINDS and one.status != "unverified" and ingested.fields[one.segment] not in APART
    }
    headers = {(row["exhibit"], row["kind"], row["value"]) for row in TRUTH["identifiers"] if row.get("in_header")}
    got = {one for one in got - (headers - wanted) if one[0] in counted}
    with capsys.disabled():
        print(
            f"\n\nWhat the sample grew by: {len(wanted & got)} of {len(wanted)} identifiers found, {len(got - wanted)} more"
        )
        for one in sorted(wanted - got):
            print("  missed:", one)
        for one in sorted(got - wanted):
            print("  more:", one)
    assert len(wanted & got) >= 0.9 * len(wanted)  # a bare number under a column's heading `room` is missed
    assert len(wanted & got) >= 0.9 * len(got)


@pytest.mark.parametrize(
    "path", [path for path, row in LATER.items() if {"deleted", "comment", "notes", "code"} & set(row.get("facts", {}))]
)
def test_what_is_hidden_is_found(ingested: Ingested, path: str) -> None:
    for name in ("deleted", "comment", "notes", "code"):
        if name in (facts := LATER[path]["facts"]):
            assert any(facts[name] in text for text in ingested.texts(path)), name


def test_the_film_is_read_and_heard(ingested: Ingested) -> None:
    (film,) = (path for path in LATER if path.endswith(".mp4"))
    said = " ".join(" ".join(ingested.texts(film)).split())
    for slide in LATER[film]["facts"]["frames_say"].split(" / "):
        assert slide in said
    assert "lock the door" in said.lower()


def test_one_night_is_told_in_two_ways(events: dict[str, list[dict[str, Any]]]) -> None:
    (told,) = TRUTH["contradictions"]
    night = told["night"]
    (register,) = told["says_so"]
    stays = [one for one in events[register] if one["time_local"][:10] <= night < one["until_local"][:10]]
    assert stays
    for path in told["says_otherwise"]:
        assert [one for one in events[path] if (one["time_local"] or one["time_utc"]).startswith(night)], path

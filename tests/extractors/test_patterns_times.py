"""Times of day, days counted from the writing, and numbers said in words."""

from __future__ import annotations

from decimal import Decimal

import pytest

from evidence.locator import RecordPlace
from evidence.records import EventRecord, Reading, Segment, Unit
from extractors.patterns import Asserted, identifiers_in
from extractors.patterns.numeral import number_before, ordinal_of, year_of
from extractors.patterns.written import days_written, quoted_from

SATURDAY = Asserted(written="2026-03-14T10:22:00+00:00")


def found(text: str, told: Asserted | None = None) -> list[tuple[str, str, str, bool]]:
    hits = identifiers_in(text, asserted=told)
    return [(hit.kind, text[hit.start : hit.end], hit.value, hit.holds) for hit in hits]


@pytest.mark.parametrize(
    ("text", "quote", "value", "holds"),
    [
        ("opened 21:30 that", "21:30", "21:30", True),
        ("2026 10:22:33Z,", "10:22:33Z", "10:22:33Z", True),
        ("10:22:33+01:00", "10:22:33+01:00", "10:22:33+01:00", True),
        ("sent 10:14:07 +0000", "10:14:07 +0000", "10:14:07+0000", True),
        ("um 21.30 Uhr", "21.30 Uhr", "21:30", True),
        ("at 12:15 a.m. on", "12:15 a.m.", "00:15", True),
        ("2130 hrs", "2130 hrs", "21:30", True),
        ("from 9:30 to", "9:30", "09:30", True),
        ("say 9:30", "9:30", "09:30", False),
        ("vers 14h30", "14h30", "14:30", True),
        ("half past nine", "half past nine", "09:30", False),
        ("quarter to ten in the evening", "quarter to ten in the evening", "21:45", True),
        ("nine thirty pm", "nine thirty pm", "21:30", True),
        ("from six in the morning", "six in the morning", "06:00", True),
        ("twenty-five to one at night", "twenty-five to one at night", "00:35", True),
        ("until midnight", "midnight", "00:00", True),
    ],
)
def test_times_are_read_and_what_is_not_said_is_not_assumed(text: str, quote: str, value: str, holds: bool) -> None:
    assert found(text) == [("time", quote, value, holds)]


def test_a_time_stands_beside_its_date() -> None:
    assert [value for *_, value, _ in found("2026-03-14T10:22:00Z")] == ["2026-03-14", "10:22:00Z"]
    assert [value for *_, value, _ in found("12:30-14:45")] == ["12:30", "14:45"]


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("yesterday", "2026-03-13"),
        ("the day before yesterday", "2026-03-12"),
        ("day after tomorrow", "2026-03-16"),
        ("last night", "2026-03-13"),
        ("this morning", "2026-03-14"),
        ("last Tuesday", "2026-03-10"),
        ("last Saturday", "2026-03-07"),
        ("three weeks ago", "2026-02-21"),
        ("3 days ago", "2026-03-11"),
        ("mâine", "2026-03-15"),
    ],
)
def test_days_counted_from_the_writing_are_resolved_only_where_the_day_of_writing_is_asserted(
    said: str, day: str
) -> None:
    assert found(f"it was {said}, he said") == [("date", said, f"relative:{said.lower()}", False)]
    assert found(f"it was {said}, he said", SATURDAY) == [("date", said, day, True)]


def test_a_resolved_day_says_what_was_read_as_what_and_by_which_day() -> None:
    (hit,) = identifiers_in("She came the day before yesterday.", asserted=SATURDAY)
    assert hit.rule == "the day before yesterday read as 2026-03-12"
    assert hit.check == "counted from the day of writing as the file states it, 2026-03-14"
    assert hit.deduced


@pytest.mark.parametrize(
    "line",
    [
        "> the van",
        "On Thu, 29 Jan 2026 at 10:14, Denise Aldous <desk@harbourlodge.example>\nwrote:",
        "-----Original Message-----",
        "---------- Forwarded message ---------",
        "Begin forwarded message:",
        "From: Denise Aldous",
        "În joi, 29 ian. 2026 la 10:14, Denise a scris:",
        "Pe 29 ianuarie, Denise a scris:",
        "----- Mesaj original -----",
        "Am Do., 29. Jan. 2026 um 10:14 Uhr schrieb Denise <desk@harbourlodge.example>:",
        "-----Ursprüngliche Nachricht-----",
        "Von: Denise Aldous",
        "Le jeu. 29 janv. 2026 à 10:14, Denise a écrit :",
        "-----Message d'origine-----",
        "De : Denise Aldous",
    ],
)
def test_what_is_quoted_was_not_written_that_day(line: str) -> None:
    text = f"I saw him yesterday.\n\n{line}\nI saw him yesterday.\n"
    dates = [
        (hit.value, hit.holds)
        for hit in identifiers_in(text, asserted=SATURDAY)
        if "yesterday" in text[hit.start : hit.end]
    ]
    assert dates == [("2026-03-13", True), ("relative:yesterday", False)]
    assert quoted_from(text) == text.index(line)


@pytest.mark.parametrize(
    "text", ["On Monday he wrote: come", "the letter he wrote\non Monday", "a > b", "-- \nM. Varga"]
)
def test_prose_about_writing_is_no_quotation(text: str) -> None:
    assert quoted_from(text) == len(text)


def reading(*texts: str, events: tuple[EventRecord, ...]) -> Reading:
    fields = ["headers"] + ["body"] * (len(texts) - 1)
    segments = tuple(
        Segment(index=at, text=text, place=RecordPlace(record=1, field=field), source="native")
        for at, (text, field) in enumerate(zip(texts, fields, strict=True))
    )
    return Reading(units=(Unit(kind="message", number=1, outcome="read", segments=segments),), events=events)


def event(kind: str, segment: int, local: str) -> EventRecord:
    return EventRecord(kind=kind, segment=segment, time_written=local, time_local=local)  # type: ignore[arg-type]


def test_an_emails_day_is_that_of_its_body_up_to_what_is_quoted_and_a_messages_its_own() -> None:
    sent = event("email", 0, "2026-01-29T23:45:30")
    assert days_written(reading("Date: x", "one", "two\n> old", "old", events=(sent,))) == {
        1: "2026-01-29",
        2: "2026-01-29",
    }
    other = event("email", 0, "2026-01-30T00:10:00")
    assert days_written(reading("Date: x", "one", events=(sent, other))) == {}
    assert days_written(reading("Date: x", "one", events=(event("email", 0, ""),))) == {}
    assert days_written(reading("x", "one", "two", events=(event("message", 1, "2026-02-01T08:00:00"),))) == {
        1: "2026-02-01"
    }
    assert days_written(reading("x", "one", events=(event("photograph", 0, "2026-02-01T08:00:00"),))) == {}


@pytest.mark.parametrize("said", ["next Friday", "last week", "this month", "a year ago"])
def test_words_that_people_use_for_different_days_stay_open(said: str) -> None:
    assert found(f"see you {said}", SATURDAY) == [("date", said, f"relative:{said.lower()}", False)]


def test_a_relative_day_and_its_hour_are_two() -> None:
    assert found("come tomorrow at 9", SATURDAY) == [
        ("date", "tomorrow", "2026-03-15", True),
        ("time", "9", "09:00", False),
    ]


@pytest.mark.parametrize(
    ("text", "quote", "value", "holds"),
    [
        ("on the twelfth of March", "the twelfth of March", "--03-12", False),
        ("on twenty-second of may twenty twenty six", "twenty-second of may twenty twenty six", "2026-05-22", True),
        ("March the third, 2026", "March the third, 2026", "2026-03-03", True),
        ("June first two thousand and six", "June first two thousand and six", "2006-06-01", True),
        ("by 12 March we", "12 March", "--03-12", False),
        ("thirty first of February 2026", "thirty first of February 2026", "thirty first of february 2026", False),
    ],
)  # fmt: skip
def test_dates_in_words(text: str, quote: str, value: str, holds: bool) -> None:
    assert found(text) == [("date", quote, value, holds)]


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("three hundred pounds", "GBP 300.00"),
        ("forty euros", "EUR 40.00"),
        ("two and a half thousand pounds", "GBP 2500.00"),
        ("one hundred and twenty-five quid", "GBP 125.00"),
        ("three pounds fifty", "GBP 3.50"),
        ("three pounds and fifty pence", "GBP 3.50"),
        ("20 thousand dollars", "$ 20000.00"),
    ],
)
def test_money_in_words_says_that_it_was_read_so(said: str, value: str) -> None:
    (hit,) = identifiers_in(f"he paid {said} each")
    assert (hit.kind, hit.value, hit.rule) == ("money", value, "number words read as figures")


@pytest.mark.parametrize(
    "text", ["five five pounds", "pounds and pounds", "a pound", "ten pounds overweight", "he weighed about ten pounds"]
)
def test_what_is_no_number_in_words_is_no_money(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("said", "number"),
    [("half a million", "500000"), ("a couple of hundred", "200"), ("twelve hundred", "1200"), ("seventy-five", "75"),
     ("two hundred thousand and six", "200006"), ("three hundred and", None), ("and", None), ("five five", None)],
)  # fmt: skip
def test_numbers_in_words(said: str, number: str | None) -> None:
    got = number_before(said, len(said))
    assert (got[1] if got else None) == (Decimal(number) if number else None)


def test_ordinals_and_years() -> None:
    assert [ordinal_of(said.split()) for said in ("first", "twenty second", "thirty second", "thirtieth", "two")] == [
        1, 22, 0, 30, 0,
    ]  # fmt: skip
    said = ["nineteen ninety nine", "twenty oh five", "two thousand and twenty six", "twenty people"]
    assert [year_of(each.split())[0] for each in said] == [1999, 2005, 2026, 0]

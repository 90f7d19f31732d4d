"""Rooms: what a word names as one, in which language, and what only counts or prices rooms."""

from __future__ import annotations

import pytest

from extractors.patterns import Asserted, identifiers_in


def rooms(text: str, *, language: str = "") -> list[tuple[str, str]]:
    hits = identifiers_in(text, asserted=Asserted(region="GB", day_order="dmy", language=language))
    assert all(hit.holds and hit.check for hit in hits if hit.kind == "room")
    return [(text[hit.start : hit.end], hit.value) for hit in hits if hit.kind == "room"]


@pytest.mark.parametrize(
    ("text", "quote", "value"),
    [
        ("whatsapp him and ask for room 214", "room 214", "room 214"),
        ("Rm. 12B is locked", "Rm. 12B", "room 12b"),
        ("Room no. 012", "Room no. 012", "room 12"),
        ("Room #4", "Room #4", "room 4"),
        ("Room B12, ground floor", "Room B12", "room b12"),
        ("in Zimmer 7 im Hof", "Zimmer 7", "room 7"),
        ("suite 5", "suite 5", "suite 5"),
        ("she lives in apartment 3", "apartment 3", "apartment 3"),
        ("Apt. 4b", "Apt. 4b", "apartment 4b"),
        ("flat 3, SW1A 1AA", "flat 3", "flat 3"),
        ("room 101 dalmatians", "room 101", "room 101"),
        ("Room 214, 3 beds, 2 baths", "Room 214", "room 214"),
        ("his passport was in room 214 since 2019", "room 214", "room 214"),
        ("the van is at room 214 AB", "room 214", "room 214"),
        ("Room 4, 14 Quay Row", "Room 4", "room 4"),
        ("in room 4 of the lodge", "room 4", "room 4"),
        ("22:15 Room 4 02/02/2026", "Room 4", "room 4"),
        ("Name: Ion Moraru  Room: 214", "214", "room 214"),
        ("Room\t214", "214", "room 214"),
        ("Room   4", "4", "room 4"),
    ],
)
def test_a_word_names_the_room_and_a_field_only_its_number(text: str, quote: str, value: str) -> None:
    assert rooms(text) == [(quote, value)]


def test_a_list_after_the_plural_is_a_room_each() -> None:
    assert rooms("Rooms 4, 5 and 06 were locked") == [("Rooms 4", "room 4"), ("5", "room 5"), ("06", "room 6")]
    assert rooms("rooms 4 & 5.") == [("rooms 4", "room 4"), ("5", "room 5")]


def test_camera_names_a_room_in_romanian_only() -> None:
    assert rooms("Stă în camera 14 la etaj", language="ro") == [("camera 14", "room 14")]
    assert rooms("camerele 4 și 5", language="ro") == [("camerele 4", "room 4"), ("5", "room 5")]
    assert rooms("camera 14 mp", language="ro") == []
    for language in ("", "en", "it"):
        assert rooms("on camera 14", language=language) == []


@pytest.mark.parametrize(
    "text",
    [
        "1 room",
        "rooms 2",
        "room 5 nights",
        "Room 2 persons, rooms 4 and 5 nights",
        "2 room 3 bath flat",
        "a double room 60, a single room 45",
        "£20 per room 12",
        "room 12 x 14, room 12-14, room 9.30",
        "room 50 lei",
        "a flat 3% rate",
        "flat 50 fee",
        "he fell flat 3 times",
        "test suite 5, suite 12 tests",
        "bathroom 2, mushroom 3, Roomba 5",
        "room at 9, room 3pm, room 14 March 2026",
        "Room service 3 x 12.50 = 37.50",
        "went to the room\n4 people were there",
    ],
)
def test_counts_and_prices_of_rooms_are_not_rooms(text: str) -> None:
    assert rooms(text) == []


def test_a_flat_inside_an_address_is_the_addresss() -> None:
    assert rooms("Flat 3, 14 High Street, London SW1A 1AA") == []

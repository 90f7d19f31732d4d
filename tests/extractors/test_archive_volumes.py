"""What names say: which volume of what, and what SQLite puts beside a database."""

from __future__ import annotations

import pytest

from extractors.archive.volumes import (
    base_of_companion,
    first_name,
    in_order,
    missing_volumes,
    other_volumes,
    volume_of,
)


@pytest.mark.parametrize(
    ("name", "stem", "number"),
    [
        ("Phone.7z.001", "phone.7z", 1),
        ("phone.zip.012", "phone.zip", 12),
        ("phone.part1.rar", "phone", 1),
        ("PHONE.PART03.RAR", "phone", 3),
        ("phone.z01", "phone", 1),
        ("phone.r00", "phone", 2),
        ("phone.r07", "phone", 9),
    ],
)
def test_a_name_says_which_volume_it_is(name: str, stem: str, number: int) -> None:
    volume = volume_of(name)
    assert volume is not None
    assert (volume.stem, volume.number) == (stem, number)


@pytest.mark.parametrize("name", ["phone.zip", "phone.rar", "notes.txt", "photo.1", "v1.0", ".001", "phone.part.rar"])
def test_other_names_say_nothing(name: str) -> None:
    assert volume_of(name) is None


def test_the_first_finds_the_others_and_they_find_it() -> None:
    for first, others in (
        ("a.7z.001", ["a.7z.002", "a.7z.003"]),
        ("a.part1.rar", ["a.part2.rar", "a.part10.rar"]),
        ("a.zip", ["a.z01", "a.z02"]),
        ("a.rar", ["a.r00", "a.r01"]),
    ):
        names = [*others, first, "b.7z.002", "a.txt", "a.7z"]
        assert other_volumes(first, names) == others
        assert other_volumes(others[0], names) == []
        for one in others:
            volume = volume_of(one)
            assert volume is not None
            assert first_name(volume, names) == first
            assert first_name(volume, others) == ""


def test_bytes_are_in_the_order_of_numbers_and_a_zips_directory_is_at_its_end() -> None:
    assert in_order("a.part1.rar", ["a.part10.rar", "a.part2.rar"]) == ["a.part1.rar", "a.part2.rar", "a.part10.rar"]
    assert in_order("a.zip", ["a.z02", "a.z01"]) == ["a.z01", "a.z02", "a.zip"]
    assert in_order("a.rar", ["a.r01", "a.r00"]) == ["a.rar", "a.r00", "a.r01"]


def test_gaps_are_told_and_what_lies_behind_the_last_cannot_be() -> None:
    assert missing_volumes("a.7z.001", ["a.7z.002", "a.7z.005"]) == [3, 4]
    assert missing_volumes("a.zip", ["a.z02"]) == [1]
    assert missing_volumes("a.rar", ["a.r01"]) == [2]
    assert missing_volumes("a.7z.001", []) == missing_volumes("a.zip", []) == []


def test_what_sqlite_puts_beside_a_database_is_known_by_its_ending() -> None:
    assert base_of_companion("msgstore.db-wal") == ("msgstore.db", "write-ahead log")
    assert base_of_companion("ChatStorage.sqlite-shm") == ("ChatStorage.sqlite", "shared-memory index")
    assert base_of_companion("msgstore.db") == ("", "")

"""Formats, the way back to an original, and what is asserted about clocks, at the command line."""

from __future__ import annotations

from pathlib import Path

import pytest
from running import ROOT, asked, casegraph

from evidence.case import open_case
from evidence.records import UNIT_LETTER
from extractors.registry import EMITS, FAMILIES, FORMATS, READERS
from graph.project import open_graph
from workbench.source_commands import markdown_lines

CHAT = """[02/07/2026, 21:14:03] Dee: Room 7 is paid
[02/07/2026, 21:15:41] +44 7700 900456: who pays
for the room?
[14/07/2026, 08:00:00] Dee: the office does
"""


@pytest.fixture
def chat_case(tmp_path: Path) -> Path:
    """A case with one chat in it."""
    folder = tmp_path / "seized"
    folder.mkdir()
    (folder / "_chat.txt").write_text(CHAT, encoding="utf-8")
    root = tmp_path / "case"
    casegraph("new", root, "--title", "T", "--authority", ROOT / "sample_data" / "authority.toml")
    casegraph("ingest", root, folder, "--languages", "en", "--custodian", "D. Doe")
    return root


def test_the_readme_prints_the_table_of_formats_from_the_registry() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    shown = readme.partition("<!-- formats -->\n")[2].partition("\n<!-- /formats -->")[0]
    assert shown == "\n".join(markdown_lines()), "run `casegraph formats --markdown` and put it into the README"


def test_every_format_has_its_reader_and_says_what_is_kept() -> None:
    assert {made.reader for made in FORMATS.values()} <= set(READERS)
    assert len(FORMATS) == sum(map(len, FAMILIES.values())), "two families claim one media type"
    for made in FORMATS.values():
        assert made.title
        assert made.recognised
        assert made.kept
        assert made.unit in UNIT_LETTER


def test_readers_give_what_they_declare_and_nothing_else(ingested_sample: Path) -> None:
    assert set(EMITS) == set(READERS)
    given: dict[str, set[str]] = {}
    with open_graph(open_case(ingested_sample)) as graph:
        parents = {row[0] for row in graph.conn.execute("SELECT parent FROM exhibit").fetchall()}
        for number, media_type in graph.conn.execute("SELECT number, media_type FROM exhibit").fetchall():
            if media_type not in FORMATS:
                continue
            reader = FORMATS[media_type].reader
            for table, column in (("unit", "unit_kind"), ("event", "kind")):
                query = f"SELECT DISTINCT {column} FROM {table} WHERE exhibit = ?"
                given.setdefault(reader, set()).update(
                    str(row[0]) for row in graph.conn.execute(query, [number]).fetchall()
                )
            assert number not in parents or EMITS[reader].children, number
    for reader, kinds in given.items():
        assert kinds <= {*EMITS[reader].units, *EMITS[reader].events}, reader
    assert {"chat", "ufdr", "mbox", "office", "records", "archive", "video", "calendar", "contacts"} <= set(given)


def test_formats_are_the_same_facts_in_a_table_and_as_json() -> None:
    listed = asked("formats")
    assert [one["family"] for one in listed] == list(FAMILIES)
    shown = casegraph("formats")
    assert all(one["family"] in shown for one in listed)
    assert {"media_type", "title", "reader", "recognised", "kept", "place"} <= set(listed[0]["formats"][0])


def test_a_message_opens_at_its_own_bytes_and_can_be_saved(chat_case: Path, tmp_path: Path) -> None:
    (hit,) = asked("search", chat_case, '"who pays"')
    original = asked("original", chat_case, hit["segment"])
    data = bytes.fromhex(original["data"])
    assert data.decode().strip() == "[02/07/2026, 21:15:41] +44 7700 900456: who pays\nfor the room?"
    assert data in CHAT.encode()
    saved = tmp_path / "message.txt"
    casegraph("original", chat_case, hit["segment"], "--save", saved)
    assert saved.read_bytes() == data
    refused = casegraph("original", chat_case, hit["segment"], "--save", saved, code=7)
    assert "not overwritten" in refused
    assert "original" in casegraph("log", chat_case, "--access")


def test_nothing_is_opened_that_holds_what_is_sealed(chat_case: Path) -> None:
    (hit,) = asked("search", chat_case, '"who pays"')
    other = asked("search", chat_case, "office")[0]["segment"]
    casegraph("seal", chat_case, hit["segment"], "--kind", "privileged", "--reason", "letter to counsel")
    assert "sealed" in casegraph("original", chat_case, other, code=7)


def test_a_clock_is_asserted_withdrawn_and_refused(chat_case: Path) -> None:
    number = asked("status", chat_case)["exhibits"][0]["number"]
    assert {one["time_utc"] for one in asked("events", chat_case)} == {""}
    made = asked("clock", chat_case, number, "--zone", "Europe/London", "--ahead", "3m20s", "--source", "settings")
    first = asked("events", chat_case)[0]
    assert first["time_written"] == "02/07/2026, 21:14:03"
    assert first["time_utc"] == "2026-07-02T20:10:43Z"
    assert f"(custody {made['line']})" in first["zone_by"]
    casegraph("withdraw", chat_case, made["line"], "--reason", "another handset")
    assert {one["time_utc"] for one in asked("events", chat_case)} == {""}
    for words in (["--zone", "Mars/Olympus"], ["--ahead", "a bit"], []):
        casegraph("clock", chat_case, number, *words, "--source", "settings", code=2)
    casegraph("clock", chat_case, number, "--zone", "UTC", code=2)
    casegraph("clock", chat_case, "CG-0099", "--zone", "UTC", "--source", "x", code=5)

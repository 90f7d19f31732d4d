"""The command line as its users meet it, on the ingested sample case."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from running import ROOT, SAMPLE, asked, casegraph

from evidence.acts import OPERATION_NAMES
from evidence.case import Case, open_case
from evidence.settings import Settings
from workbench.app import app
from workbench.cli import COMMANDS, load_commands

PHONE = "phone:+442079460142"


def number_of(case: Path, name: str) -> str:
    return next(one["number"] for one in asked("status", case)["exhibits"] if one["name"].endswith(name))


def one_segment(case: Path, query: str) -> str:
    return str(asked("search", case, query)[0]["segment"])


def waiting(case: Path) -> dict[str, Any]:
    found = asked("show", case, PHONE)["mentions"]
    return next(one for one in found if one["status"] == "candidate" and one["strip"]["source"] == "ocr")


# --- shapes that other programs rely on ---------------------------------------------------------------------------


def test_listings_have_their_stable_keys(ingested_sample: Path) -> None:
    status = asked("status", ingested_sample)
    assert {"received", "read", "blank", "no_text", "skipped", "failed", "of_read", "exhibits", "graph"} <= set(status)
    assert set(status["of_read"]) == {"doubtful", "partial", "draft"}
    assert {"segments", "mentions", "entities", "relations", "behind", "fingerprint"} <= set(status["graph"])
    exhibit = {"number", "name", "sha256", "media_type", "outcome", "reason"}
    assert all(exhibit <= set(one) for one in status["exhibits"])
    hit = asked("search", ingested_sample, "gearbox")[0]
    assert {"exhibit", "locator", "snippet", "text", "score"} <= set(hit)
    entity = asked("entities", ingested_sample, "--kind", "phone")[0]
    assert {"id", "kind", "label", "mentions", "exhibits", "status"} <= set(entity)
    assert all("id" in one for one in asked("review", ingested_sample, "--n", "3"))


def test_json_is_the_same_facts_as_the_table(ingested_sample: Path) -> None:
    shown = casegraph("entities", ingested_sample, "--kind", "iban")
    for entity in asked("entities", ingested_sample, "--kind", "iban"):
        assert entity["label"] in shown
        assert entity["id"] in shown


@pytest.mark.parametrize(
    "words",
    [
        ["status"],
        ["search", "gearbox"],
        ["entities"],
        ["show", PHONE],
        ["show", "CG-0012"],
        ["path", "desk@harbourlodge.example", "accounts@northquay.example"],
        ["groups"],
        ["events"],
        ["review"],
        ["sql", "SELECT * FROM mention"],
        ["finding", "list"],
        ["seals"],
        ["settings"],
        ["authority"],
        ["log"],
        ["log", "--access"],
    ],
    ids=" ".join,
)
def test_a_look_fits_a_hundred_columns_and_has_no_colour_when_piped(ingested_sample: Path, words: list[str]) -> None:
    shown = casegraph(words[0], ingested_sample, *words[1:])
    assert "\x1b" not in shown
    assert max(map(len, shown.splitlines()), default=0) <= 100


def test_what_a_look_consulted_is_on_the_access_ledger(sample_case: Path) -> None:
    before = open_case(sample_case).access.size()
    for words in (["search", "Varga"], ["show", PHONE], ["entities"], ["path", "desk@harbourlodge.example", "accounts@northquay.example"], ["sql", "SELECT 1 AS one"], ["review", "--n", "1"]):  # fmt: skip
        casegraph(words[0], sample_case, *words[1:])
    acts = [event.act for event in open_case(sample_case).access.events(after=before)]
    assert [getattr(act, "command", "") for act in acts] == ["search", "show", "entities", "path", "sql", "review"]
    assert acts[0].asked == "Varga"  # type: ignore[union-attr]


def test_reading_the_log_is_itself_logged(sample_case: Path) -> None:
    casegraph("log", sample_case)
    assert [line.op for line in open_case(sample_case).access.lines()][-1] == "ledger.read"


# --- review ---------------------------------------------------------------------------------------------------------


def test_a_confirmed_reading_joins_and_survives_a_rebuild(sample_case: Path) -> None:
    mention = waiting(sample_case)
    casegraph("decide", sample_case, mention["id"], "confirm", "--reason", "compared with the scan")
    joined = asked("show", sample_case, PHONE)
    now = next(one for one in joined["mentions"] if one["id"] == mention["id"])
    assert (now["review"], now["reviewer"], now["status"]) == ("reading_confirmed", "A. Tester", "established")
    before = asked("status", sample_case)["graph"]["fingerprint"]
    casegraph("rebuild", sample_case)
    assert asked("status", sample_case)["graph"]["fingerprint"] == before
    assert asked("show", sample_case, mention["id"])["mention"]["review"] == "reading_confirmed"


def test_a_rejected_reading_leaves_the_graph_and_stays_in_the_record(sample_case: Path) -> None:
    mention = waiting(sample_case)
    seq = asked("decide", sample_case, mention["id"], "reject", "--reason", "misread")["seq"]
    assert mention["id"] not in [one["id"] for one in asked("show", sample_case, PHONE)["mentions"]]
    assert asked("sql", sample_case, f"SELECT count(*) AS n FROM mention WHERE id = '{mention['id']}'") == [{"n": 0}]
    assert asked("sql", sample_case, f"SELECT count(*) AS n FROM rejected WHERE id = '{mention['id']}'") == [{"n": 1}]
    casegraph("withdraw", sample_case, seq, "--reason", "it was right after all")
    assert mention["id"] in [one["id"] for one in asked("show", sample_case, PHONE)["mentions"]]


def test_a_corrected_reading_keeps_what_the_machine_read(sample_case: Path) -> None:
    mention = waiting(sample_case)
    casegraph("decide", sample_case, mention["id"], "correct", "--value", "+442079460149", "--reason", "a 9, not a 2")
    now = asked("show", sample_case, mention["id"])["mention"]
    assert (now["value"], now["value_machine"], now["review"]) == ("+442079460149", "+442079460142", "corrected")


def test_people_add_what_the_machine_missed(sample_case: Path) -> None:
    segment = one_segment(sample_case, '"M. Varga"')
    words = ("--kind", "person_name", "--quote", "M. Varga", "--reason", "the signature")
    casegraph("add", sample_case, "mention", segment, *words)
    assert [one["label"] for one in asked("entities", sample_case, "--kind", "person_name")]
    casegraph(
        *("add", sample_case, "relation", "person_name:m. varga", "bookings@northquay.example"),
        *("--kind", "writes from", "--support", segment, "--reason", "letterhead and signature"),
    )
    found = asked("path", sample_case, "bookings@northquay.example", "person_name:m. varga")
    edges = found["paths"][0]["steps"][0]["edges"]
    edge = next(one for one in edges if one["relation"]["basis"] == "personal_assessment")
    assert edge["supports"][0]["segment"] == segment


def test_a_corrected_line_is_found_under_both_readings(sample_case: Path) -> None:
    segment = one_segment(sample_case, "gearbox")
    words = ("--quote", "gearbox", "--text", "clutchplate", "--reason", "as on the page")
    casegraph("add", sample_case, "text", segment, *words)
    for word in ("gearbox", "clutchplate"):
        assert one_segment(sample_case, word) == segment


def test_a_sealed_exhibit_is_gone_until_a_second_person_unseals_it(sample_case: Path) -> None:
    sealed = json.loads((SAMPLE / "truth.json").read_text())["sealed"]
    letter = number_of(sample_case, sealed["path"])
    received = asked("status", sample_case)["received"]
    casegraph("seal", sample_case, letter, "--kind", "privileged", "--reason", "a solicitor's letter")
    status = asked("status", sample_case)
    assert (status["received"], status["sealed"]) == (received - 1, 1)
    assert letter not in [one["number"] for one in status["exhibits"]]
    assert asked("search", sample_case, sealed["phrase"].split()[0]) == []
    values = {row["value"] for row in sealed["identifiers"]}
    assert not values & {one["value"] for one in asked("entities", sample_case)}
    assert "there is no exhibit" in casegraph("show", sample_case, letter, code=5)
    for folder in ("graph.duckdb", "index"):
        held = b"".join(path.read_bytes() for path in [sample_case / folder, *(sample_case / folder).rglob("*")] if path.is_file())  # fmt: skip
        assert sealed["phrase"].split()[0].encode() not in held
    assert "second person" in casegraph("unseal", sample_case, letter, "--reason", "x", code=7)
    casegraph("unseal", sample_case, letter, "--reason", "reviewed by counsel", "--as", "B. Counsel")
    assert asked("status", sample_case)["received"] == received
    assert asked("search", sample_case, sealed["phrase"].split()[0])


def test_a_sealed_segment_is_gone_and_the_rest_of_the_exhibit_is_not(sample_case: Path) -> None:
    hit = asked("search", sample_case, "gearbox")[0]
    casegraph("seal", sample_case, hit["segment"], "--kind", "out-of-scope", "--reason", "not in the warrant")
    assert asked("search", sample_case, "gearbox") == []
    assert hit["exhibit"] in [one["number"] for one in asked("status", sample_case)["exhibits"]]
    casegraph("unseal", sample_case, hit["segment"], "--reason", "it is", "--as", "B. Counsel")
    assert asked("search", sample_case, "gearbox")[0]["segment"] == hit["segment"]


def test_an_export_is_refused_until_what_undermines_is_included_or_scheduled(sample_case: Path, tmp_path: Path) -> None:
    for sentence in ("The van was at the lodge.", "The number is the agency's."):
        casegraph("finding", sample_case, "new", sentence)
    log, mail = one_segment(sample_case, "porter"), one_segment(sample_case, "gearbox")
    casegraph("tag", sample_case, log, "supports", "--finding", "F-1", "--reason", "x")
    casegraph("tag", sample_case, mail, "undermines", "--finding", "F-1", "--reason", "x")
    out, to = tmp_path / "out", ("--to", "CPS", "--reason", "charging")
    assert "recipient" in casegraph("export", sample_case, "summary", "--out", out, "--reason", "x", code=7)
    assert "reason" in casegraph("export", sample_case, "summary", "--out", out, "--to", "CPS", code=7)
    refused = casegraph("export", sample_case, "summary", "--out", out, "--finding", "F-2", *to, code=7)
    assert mail in refused
    assert not out.exists()
    casegraph("schedule", sample_case, mail, "--reason", "disclosed apart")
    casegraph("export", sample_case, "summary", "--out", out, "--finding", "F-2", *to)
    both = tmp_path / "both"
    casegraph("export", sample_case, "summary", "--out", both, *to)
    for folder in (out, both):
        done = subprocess.run([sys.executable, "verify.py"], cwd=folder, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
    assert [line.op for line in open_case(sample_case).access.lines()].count("disclosed") == 2


def test_an_id_is_found_however_it_is_written(ingested_sample: Path) -> None:
    mention = asked("show", ingested_sample, PHONE)["mentions"][0]
    for given in (mention["id"], mention["id"].upper()):
        assert asked("show", ingested_sample, given)["mention"]["id"] == mention["id"]
    for given in (mention["segment"], mention["segment"].swapcase()):
        assert asked("show", ingested_sample, given)["segment"]["id"] == mention["segment"]
    assert asked("show", ingested_sample, "cg-0001")["exhibit"]["exhibit"]["number"] == "CG-0001"


def test_a_language_is_accepted_whether_or_not_an_engine_here_knows_it(case: Case) -> None:
    casegraph("settings", case.root, "languages=CY, mt,en,mt")
    assert asked("settings", case.root)["asserted"]["languages"] == ["cy", "mt", "en"]


# --- errors ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["frobnicate"], 2, "No such command"),
        (["search", "CASE"], 2, "Missing argument"),
        (["status", "NOWHERE"], 3, "there is no case folder"),
        (["status", "."], 3, "is not a case"),
        (["new", "OTHER", "--authority", "nowhere.toml"], 4, "no authority file"),
        (["ingest", "CASE", "nowhere"], 5, "does not exist"),
        (["ingest", "CASE", "README.md", "--authority", "W-0"], 4, "W-0"),
        (["show", "CASE", "CG-9999"], 5, "CG-9999"),
        (["ingest", "CASE", "README.md", "--languages", "en,xx"], 2, "'xx' is not the two-letter code of a language"),
        (["settings", "CASE", "languages=eng"], 2, "'eng' is not the two-letter code of a language"),
        (["reread", "CASE", "--languages", "xx"], 2, "such as en (English), ro (Romanian)"),
        (["show", "CASE", "cg-9999"], 5, "there is no exhibit CG-9999"),
        (["show", "CASE", "CG-zz"], 5, "there is no exhibit CG-zz"),
        (["show", "CASE", "CG-0001.p9999.1"], 5, "there is no segment CG-0001.p9999.1"),
        (["show", "CASE", "CG-0001.x"], 5, "there is no segment CG-0001.x"),
        (["show", "CASE", "m-000000"], 5, "there is no mention m-000000"),
        (["show", "CASE", "m-zzz"], 5, "there is no mention m-zzz"),
        (["show", "CASE", "m-00"], 2, "'m-00' is too short for an id"),
        (["show", "CASE", "r-zzz"], 5, "there is no relation r-zzz"),
        (["show", "CASE", "r-00000000"], 5, "there is no relation r-00000000"),
        (["show", "CASE", "F-0"], 5, "there is no finding F-0"),
        (["show", "CASE", "F-x"], 5, "there is no finding F-x"),
        (["show", "CASE", "e-zzz"], 5, "there is no entity 'e-zzz'"),
        (["show", "CASE", "nobody at all"], 5, "there is no entity 'nobody at all'"),
        (["decide", "CASE", "m-000000", "perhaps"], 2, "perhaps"),
        (["search", "CASE", '"open'], 2, "quot"),
        (["sql", "CASE", "DROP TABLE mention"], 7, "SELECT"),
        (["sql", "CASE", "SELECT * FROM read_csv('/etc/passwd')"], 7, ""),
        (["export", "CASE", "everything", "--out", "x"], 2, "everything"),
        (["verify", "CASE", "--against", "custody:1"], 2, "not a checkpoint"),
        (["models", "add", "nowhere"], 2, "nowhere"),
        (["seal", "CASE", "CG-0001", "--kind", "secret"], 2, "secret"),
        (["finding", "CASE", "new"], 2, "sentence"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_a_wrong_command_gets_one_clear_line_and_its_exit_code(
    ingested_sample: Path, tmp_path: Path, words: list[str], code: int, said: str
) -> None:
    places = {"CASE": ingested_sample, "NOWHERE": tmp_path / "nowhere", "OTHER": tmp_path / "other"}
    assert said in casegraph(*(places.get(word, word) for word in words), code=code)


def test_decisions_need_a_reason(sample_case: Path) -> None:
    mention = waiting(sample_case)["id"]
    assert "reason" in casegraph("decide", sample_case, mention, "confirm", code=2)


# --- checks ---------------------------------------------------------------------------------------------------------


def test_verify_names_what_is_wrong(sample_case: Path) -> None:
    assert asked("verify", sample_case)["ok"] is True
    kept = asked("verify", sample_case)["checkpoint"]
    receipt = sample_case.parent / "receipt.txt"
    receipt.write_text(f"Receipt: custody:{kept['size']}:{kept['root']}\n")
    casegraph("verify", sample_case, "--against", receipt)
    ledger = sample_case / "ledger" / "custody.jsonl"
    lines = ledger.read_bytes().splitlines(keepends=True)
    ledger.write_bytes(b"".join(lines[:-2]))
    assert "cut short" in casegraph("verify", sample_case, "--against", receipt, code=6)


def test_a_flipped_byte_refuses_verify_and_export_by_exhibit_number(sample_case: Path, tmp_path: Path) -> None:
    casegraph("finding", sample_case, "new", "x")
    segment = one_segment(sample_case, "gearbox")
    casegraph("tag", sample_case, segment, "supports", "--finding", "F-1", "--reason", "x")
    case, number = open_case(sample_case), segment.split(".")[0]
    sha256 = next(one["sha256"] for one in asked("status", sample_case)["exhibits"] if one["number"] == number)
    path = case.vault.path(sha256)
    path.chmod(0o644)
    data = bytearray(path.read_bytes())
    data[100] ^= 1
    path.write_bytes(data)
    assert number in casegraph("verify", sample_case, code=6)
    to = ("--to", "CPS", "--reason", "x")
    assert number in casegraph("export", sample_case, "summary", "--out", tmp_path / "out", *to, code=6)


# --- documentation that cannot go stale -----------------------------------------------------------------------------


def test_every_command_has_help_with_an_example_and_stands_in_the_readme() -> None:
    load_commands("")
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    listed = {name for names in COMMANDS.values() for name in names}
    groups = {group.name: group.typer_instance for group in app.registered_groups}
    assert {command.name for command in app.registered_commands} | set(groups) == listed
    within = [command for group in groups.values() if group is not None for command in group.registered_commands]
    for command in within:
        assert "casegraph " in (command.callback.__doc__ or ""), command.name
    for name in groups:
        assert f"casegraph {name}" in readme, name
    for command in app.registered_commands:
        assert "casegraph " in (command.callback.__doc__ or ""), command.name
        assert f"casegraph {command.name}" in readme, command.name


def test_every_ledger_operation_and_setting_is_documented() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    for name in (*OPERATION_NAMES, *Settings.__struct_fields__):
        assert f"`{name}`" in text, name


def test_nothing_here_scores_people() -> None:
    schema = (ROOT / "graph" / "schema.sql").read_text(encoding="utf-8").lower()
    assert not re.search(r"\b(risk|guilt|credib|emotion|suspicio)\w*", schema)

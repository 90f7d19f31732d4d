"""What people ran into on the command line, each named for how it behaves now."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import pytest
import typer
from running import asked, casegraph

from evidence.acts import Consulted, LedgerRead, Sealed
from evidence.case import Case, open_case
from evidence.errors import EngineMissing, UsageError
from evidence.intake import Intake, given_paths
from evidence.ledger import Actor
from evidence.records import Authority
from evidence.state import fold
from extractors import models, patterns
from extractors.patterns import Asserted
from flows.start import IngestReport
from graph import queries
from graph.project import open_graph
from workbench import case_commands, review_commands
from workbench.app import app
from workbench.manifest import Comparison
from workbench.readings import normalised

PHONE = "phone:+442079460142"
BRITISH = Asserted(region="GB", day_order="dmy")
WHY = ("--reason", "compared with the scan")


def segment_saying(case: Path, query: str) -> dict[str, Any]:
    return dict(asked("search", case, query)[0])


def waiting(case: Path) -> dict[str, Any]:
    found = asked("show", case, PHONE)["mentions"]
    return next(one for one in found if one["status"] == "candidate" and one["strip"]["source"] == "ocr")


def last_access(case: Path) -> Any:
    return list(open_case(case).access.events())[-1].act


# --- kinds and values -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "given", "value"),
    [
        ("phone", "020 7946 0142", "+442079460142"),
        ("phone", "07700 900123", "+447700900123"),
        ("iban", "GB82 WEST 1234 5698 7654 32", "GB82WEST12345698765432"),
        ("bic", "NWBKGB2L", "NWBKGB2L"),
        ("imei", "490154203237518", "490154203237518"),
        ("plate", "LB07 SEE", "LB07SEE"),
        ("handle", "Some_Name", "@some_name"),
        ("money", "£1,200", "GBP 1200.00"),
        ("date", "03/04/2026", "2026-04-03"),
        ("person_name", "M.  Varga", "m. varga"),
    ],
)
def test_a_value_is_kept_as_the_finder_of_its_kind_writes_it(kind: str, given: str, value: str) -> None:
    assert normalised(kind, given, asserted=BRITISH) == value


@pytest.mark.parametrize(
    ("kind", "given", "said"),
    [
        ("phone", "banana", "not a phone number: 'banana'"),
        ("phone", "020 7946 0142 or 020 7946 0143", "more than one"),
        ("iban", "GB82 WEST 1234 5698 7654 33", "not an IBAN"),
        ("card", "4111 1111 1111 1112", "not a card number"),
        ("email", "somebody", "not an email address"),
        ("person_name", " - ", "not a person name"),
        ("mood", "grim", "'mood' is not a kind"),
    ],
)
def test_a_value_that_is_none_of_its_kind_is_refused(kind: str, given: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        normalised(kind, given, asserted=BRITISH)


def test_a_national_number_needs_a_region_somebody_asserted() -> None:
    with pytest.raises(UsageError, match="no region asserted"):
        normalised("phone", "020 7946 0142", asserted=Asserted())


@pytest.mark.parametrize("kind", patterns.KINDS)
def test_every_kind_refuses_what_says_nothing(kind: str) -> None:
    with pytest.raises(UsageError, match=r"not an? "):
        normalised(kind, "…", asserted=BRITISH)


def test_add_and_decide_refuse_a_kind_or_value_that_is_none(sample_case: Path) -> None:
    segment = segment_saying(sample_case, "gearbox")["segment"]
    before = open_case(sample_case).custody.size()
    add = ("add", sample_case, "mention", segment, "--quote", "gearbox", "--reason", "x")
    assert "person_name" in casegraph(*add, "--kind", "gizmo", code=2)
    assert "not a phone number: 'gearbox'" in casegraph(*add, "--kind", "phone", code=2)
    mention = waiting(sample_case)["id"]
    decide = ("decide", sample_case, mention, "correct", "--reason", "x")
    assert "not a phone number" in casegraph(*decide, "--value", "twelve", code=2)
    assert "gizmo" in casegraph(*decide, "--kind", "gizmo", code=2)
    assert open_case(sample_case).custody.size() == before
    casegraph(*decide, "--value", "020 7946 0149")
    assert asked("show", sample_case, mention)["mention"]["value"] == "+442079460149"
    casegraph(*add, "--kind", "phone", "--value", "020 7946 0149")
    assert len(asked("show", sample_case, "phone:+442079460149")["mentions"]) == 2


def test_categories_are_for_people(sample_case: Path) -> None:
    assert "categories are for people" in casegraph("category", sample_case, PHONE, "suspect", *WHY, code=7)


# --- looking --------------------------------------------------------------------------------------------------------


def test_events_are_shown_as_written_with_utc_beside_them(ingested_sample: Path) -> None:
    shown = casegraph("events", ingested_sample)
    assert "time as written" in shown.splitlines()[0]
    assert "UTC" in shown.splitlines()[0]
    flat = "".join(shown.split())
    one = next(one for one in asked("events", ingested_sample) if one["time_utc"])
    assert "".join(one["time_written"].split())[:12] in flat
    assert one["time_utc"][:10] in flat


def test_a_rejected_reading_can_be_shown_and_brought_back(sample_case: Path) -> None:
    mention = waiting(sample_case)["id"]
    seq = asked("decide", sample_case, mention, "reject", "--reason", "a smudge")["seq"]
    for what in (mention, PHONE):
        shown = casegraph("show", sample_case, what)
        assert mention in shown
        assert "rejected by A. Tester" in shown
        assert "a smudge" in shown
        assert f"{seq} --reason" in shown
    assert asked("show", sample_case, mention)["rejected"]["review_seq"] == seq
    assert [one["id"] for one in asked("show", sample_case, PHONE)["rejected"]] == [mention]
    refused = casegraph("decide", sample_case, mention, "confirm", *WHY, code=5)
    assert f"casegraph withdraw {sample_case} {seq}" in " ".join(refused.split())
    casegraph("withdraw", sample_case, seq, *WHY)
    assert asked("show", sample_case, mention)["mention"]["id"] == mention


def test_search_as_json_says_on_standard_error_how_it_understood(ingested_sample: Path) -> None:
    shown, told = _streams("search", ingested_sample, "gearbox", "--json")
    assert json.loads(shown)
    assert "Understood as: " in told
    assert "exhibits were read" in " ".join(told.split())


def _streams(*words: object) -> tuple[str, str]:
    out, err = io.StringIO(), io.StringIO()
    with redirect_stderr(err), redirect_stdout(out), pytest.raises(SystemExit, match="0"):
        app(list(map(str, words)))
    return out.getvalue(), err.getvalue()


def test_sql_records_the_exhibits_in_its_rows(sample_case: Path) -> None:
    casegraph("sql", sample_case, "SELECT min(id) AS id, 'CG-0003' AS number FROM segment WHERE exhibit = 'CG-0001'")
    found = last_access(sample_case)
    assert isinstance(found, Consulted)
    assert set(found.exhibits) == {"CG-0001", "CG-0003"}
    casegraph("sql", sample_case, "SELECT count(*) FROM segment")
    assert last_access(sample_case).exhibits == ()


# --- the log --------------------------------------------------------------------------------------------------------


def test_the_log_says_what_each_line_is_about(sample_case: Path) -> None:
    casegraph("search", sample_case, "gearbox")
    shown = " ".join(casegraph("log", sample_case, "--access", "--last", "1").split())
    assert "search gearbox:" in shown
    summaries = [one["summary"] for one in asked("log", sample_case, "--last", "1000")]
    assert all(summaries)


def test_the_log_keeps_sealed_material_closed_unless_asked_and_then_records_it(sample_case: Path) -> None:
    hit = segment_saying(sample_case, "gearbox")
    number = hit["exhibit"]
    casegraph(
        "add", sample_case, "mention", hit["segment"], "--kind", "place", "--quote", "gearbox", "--reason", "secretly"
    )
    seq = asked("log", sample_case, "--last", "1")[0]["line"]["seq"]
    casegraph("withdraw", sample_case, seq, "--reason", "gearbox is no place")
    casegraph("seal", sample_case, number, "--kind", "privileged", "--reason", "a letter about the gearbox")
    for chain in ((), ("--access",)):
        for form in ((), ("--json",)):
            shown = casegraph("log", sample_case, *chain, "--last", "1000", *form)
            assert "gearbox" not in shown, (chain, form)
            assert "sealed" in shown
    lines = asked("log", sample_case, "--last", "1000")
    about = [one for one in lines if one["line"]["obj"] == number]
    assert about
    assert all(one["act"] is None and one["summary"] == "sealed" for one in about)
    assert "gearbox" in casegraph("log", sample_case, "--sealed", "--json")
    assert last_access(sample_case) == LedgerRead(chain="custody, sealed shown", lines=40)


# --- sealing --------------------------------------------------------------------------------------------------------


def test_a_seal_names_the_other_exhibits_with_the_same_bytes(
    case: Case, actor: Actor, authority: Authority, tmp_path: Path
) -> None:
    received(case, actor, authority, tmp_path, a="same", b="same", c="other")
    shown = casegraph("seal", case.root, "CG-0001", "--kind", "privileged", "--reason", "x")
    assert f"casegraph seal {case.root} CG-0002 --kind privileged" in " ".join(shown.split())
    assert "CG-0003" not in shown
    again = asked("seal", case.root, "CG-0002", "--kind", "privileged", "--reason", "x")
    assert again["same_bytes"] == []


def test_the_sealer_cannot_unseal_by_writing_the_name_otherwise(
    case: Case, actor: Actor, authority: Authority, tmp_path: Path
) -> None:
    received(case, actor, authority, tmp_path, a="x")
    casegraph("seal", case.root, "CG-0001", "--kind", "privileged", "--reason", "x")
    refused = casegraph("unseal", case.root, "CG-0001", "--reason", "x", "--as", "a.   TESTER", code=7)
    assert "second person" in refused
    assert "--as" not in refused
    opened = casegraph("unseal", case.root, "CG-0001", "--reason", "x", "--as", "B. Counsel")
    assert "from the same account as the seal; recorded" in " ".join(opened.split())


def test_another_account_opens_a_seal_without_that_remark(
    case: Case, actor: Actor, authority: Authority, tmp_path: Path
) -> None:
    received(case, actor, authority, tmp_path, a="x")
    case.record(Sealed(exhibit="CG-0001", seal="privileged", reason="x"), actor=actor)
    assert "same account" not in casegraph("unseal", case.root, "CG-0001", "--reason", "x", "--as", "B. Counsel")


def received(case: Case, actor: Actor, authority: Authority, folder: Path, **files: str) -> IngestReport:
    (folder / "in").mkdir()
    for name, text in files.items():
        (folder / "in" / name).write_text(text)
    state = fold(case.custody.events())
    intake = Intake(case, state=state, authority=authority, custodian="", actor=actor)
    return IngestReport(received=list(intake.receive(given_paths([folder / "in"]))))


# --- the manifest ---------------------------------------------------------------------------------------------------

ONE = "6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b"


def test_an_ingest_says_how_it_compares_with_the_manifest(
    case: Case, actor: Actor, authority: Authority, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    listed = tmp_path / "manifest.txt"
    listed.write_text(f"{ONE}  a\n{ONE}  b\n{ONE}  elsewhere/c\n")
    report = received(case, actor, authority, tmp_path, a="1", b="2", c="1")
    compared = case_commands._compared(case, report, listed)
    assert compared == Comparison(agree=1, differ=("b",), not_listed=("c",), not_received=("elsewhere/c",))
    case_commands._print_report(case.root, report, compared, as_json=False)
    told = capsys.readouterr()
    assert "1 agree, 1 differ, 1 not listed, 1 listed but not received" in told.out
    assert "differs from the manifest: b" in told.err
    assert "not received: elsewhere/c" in told.err
    case_commands._print_report(case.root, report, compared, as_json=True)
    assert json.loads(capsys.readouterr().out)["manifest"]["differ"] == ["b"]


# --- interactive review, models -------------------------------------------------------------------------------------


def test_review_asks_again_until_there_is_a_reason(sample_case: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answers: Iterator[str] = iter(["e", "twelve", "e", "020 7946 0149", "", "  ", "as on the page"])
    monkeypatch.setattr(typer, "prompt", lambda *_, **__: next(answers))
    case = open_case(sample_case)
    mention_id = waiting(sample_case)["id"]
    with open_graph(case) as graph:
        mention = queries.mention(graph, mention_id)
    made: list[int] = []
    assert review_commands._ask(case, Actor(name="A", account="a", host="h"), mention, made)
    act: Any = next(event.act for event in case.custody.events() if event.line.seq == made[0])
    assert (act.reason, act.value) == ("as on the page", "+442079460149")
    assert len(made) == 1


def test_pulling_without_a_network_asks_once_and_says_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    import huggingface_hub

    tried: list[str] = []

    def downloaded(*_: object, **__: object) -> None:
        tried.append("download")

    class Nowhere:
        def head(self, url: str, **_: object) -> None:
            tried.append(url)
            logging.getLogger("huggingface_hub.utils._http").warning("Retrying")
            raise OSError("no route to host")

    monkeypatch.setattr(huggingface_hub, "get_session", Nowhere)
    monkeypatch.setattr(huggingface_hub, "hf_hub_download", downloaded)
    with pytest.raises(EngineMissing, match="no network"):
        models.pull("tiny", root=tmp_path)
    assert len(tried) == 1
    assert tried[0].startswith("http")
    assert caplog.records == []

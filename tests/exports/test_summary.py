"""The summary export on a real case: what it says, what it refuses, what it leaves behind."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pypdfium2
import pytest
from running import casegraph
from summary_case import ANNA, BEN, NUMBER, VALUE, Bench, fill, make_bench

from evidence.acts import (
    ActWithdrawn,
    Consulted,
    Disclosed,
    ExhibitReceived,
    FindingWithdrawn,
    IdentityJudged,
    LedgerRead,
    SegmentTagged,
    UnderminingScheduled,
)
from evidence.errors import IntegrityError, NotFound, Refused, StorageError
from evidence.ledger import parse_checkpoint
from evidence.locator import TextPlace
from evidence.records import Exhibit
from evidence.state import fold
from exports import summary as summary_module
from exports.material import Summary, UnusedMaterial
from exports.summary import Exported, export_summary

FILES = {
    "summary.pdf", "summary.json", "source_index.csv", "unused_material.json", "unused_material.csv",
    "certification-draft.txt", "custody.jsonl", "checkpoint.txt", "verify.py", "manifest.json",
}  # fmt: skip


def export(bench: Bench, out: Path, **more: Any) -> Exported:
    asked = {"recipient": "Crown Prosecutor", "reason": "charging decision", "actor": ANNA}
    return export_summary(bench.case, out=out, **(asked | more))


def received(bench: Bench, number: str) -> Exhibit:
    return fold(bench.case.custody.events()).exhibit(number)


def pages(path: Path) -> list[str]:
    document = pypdfium2.PdfDocument(path)
    try:
        return [" ".join(page.get_textpage().get_text_bounded().split()) for page in document]
    finally:
        document.close()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Bench, Path]:
    folder = tmp_path_factory.mktemp("summary")
    bench = fill(make_bench(folder))
    export(bench, folder / "out")
    return bench, folder / "out"


@pytest.fixture(scope="module")
def stated(made: tuple[Bench, Path]) -> Summary:
    return msgspec.json.decode((made[1] / "summary.json").read_bytes(), type=Summary)


@pytest.fixture(scope="module")
def index(made: tuple[Bench, Path]) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO((made[1] / "source_index.csv").read_text(), newline="")))


# --- what leaves -------------------------------------------------------------------------------------------------------


def test_the_folder_holds_exactly_the_files_promised(made: tuple[Bench, Path]) -> None:
    assert {path.name for path in made[1].iterdir()} == FILES


def test_the_same_head_gives_the_same_bytes(full: Bench, tmp_path: Path) -> None:
    first = export(full, tmp_path / "one").files
    full.case.custody.checkpoint()
    second = export(full, tmp_path / "two").files
    for name in ("summary.pdf", "summary.json", "source_index.csv"):
        assert first[name] == second[name]


def test_looking_after_the_last_event_changes_nothing_in_the_summary(made: tuple[Bench, Path], stated: Summary) -> None:
    assert [search.asked for search in stated.unread.without_result] == ['"van driver"']
    unused = msgspec.json.decode((made[1] / "unused_material.json").read_bytes(), type=UnusedMaterial)
    assert [search.asked for search in unused.searches] == ['"van driver"', "after the last event"]


def test_the_disclosure_is_logged_with_every_digest(full: Bench, tmp_path: Path) -> None:
    before = full.case.custody.size()
    receipt = export(full, tmp_path / "out")
    acts = [event.act for event in full.case.access.events()]
    logged = acts[-1]
    assert isinstance(logged, Disclosed)
    assert isinstance(acts[-2], LedgerRead)
    assert logged.files == receipt.files
    assert set(receipt.files) == FILES
    assert (logged.recipient, logged.reason) == ("Crown Prosecutor", "charging decision")
    assert logged.checkpoint == receipt.checkpoint
    assert full.case.custody.size() == before, "an export is not a custody event"
    assert full.case.custody.verify(against=[parse_checkpoint(receipt.checkpoint)]) == []


def test_an_export_that_cannot_be_logged_is_removed(
    full: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full_disk(*_: object, **__: object) -> None:
        raise StorageError("the ledger cannot be written: disk full")

    monkeypatch.setattr(full.case, "record_access", full_disk)
    with pytest.raises(StorageError):
        export(full, tmp_path / "out")
    assert not (tmp_path / "out").exists()
    assert not list(tmp_path.glob(".out*"))


def test_an_export_that_fails_half_way_leaves_nothing(
    full: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = summary_module._write

    def failing(path: Path, data: bytes) -> None:
        if path.name == "custody.jsonl":
            raise OSError(28, "No space left on device")
        real(path, data)

    monkeypatch.setattr(summary_module, "_write", failing)
    with pytest.raises(StorageError, match="No space left"):
        export(full, tmp_path / "out")
    assert not (tmp_path / "out").exists()
    assert not list(tmp_path.glob(".out*"))


def test_an_empty_folder_is_filled_and_another_is_refused(full: Bench, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    export(full, tmp_path / "empty")
    with pytest.raises(Refused, match="not empty"):
        export(full, tmp_path / "empty")
    (tmp_path / "file").write_text("x")
    with pytest.raises(Refused):
        export(full, tmp_path / "file")


# --- what is refused ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("field", "word"), [("recipient", "recipient"), ("reason", "reason")])
def test_without_a_recipient_or_a_reason_nothing_leaves(full: Bench, tmp_path: Path, field: str, word: str) -> None:
    with pytest.raises(Refused, match=word) as refused:
        export(full, tmp_path / "out", **{field: "  "})
    assert refused.value.next_step
    assert not (tmp_path / "out").exists()
    assert not any(isinstance(event.act, Disclosed) for event in full.case.access.events())


def test_an_undermining_passage_of_a_finding_left_out_blocks_the_export(full: Bench, tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"1 passage is tagged as undermining.*CG-0005\.m1\.1.*F-1 is not exported") as no:
        export(full, tmp_path / "out", findings=("F-2",))
    assert "schedule" in no.value.next_step


def test_a_scheduled_one_does_not_and_stands_on_the_schedule(full: Bench, tmp_path: Path) -> None:
    full.schedule("CG-0005:0", "belongs to a finding that is not before this court")
    export(full, tmp_path / "out", findings=("F-2",))
    unused = msgspec.json.decode((tmp_path / "out" / "unused_material.json").read_bytes(), type=UnusedMaterial)
    (item,) = unused.items
    assert (item.exhibit, item.tag, item.finding) == ("CG-0005", "undermines", "F-1")
    assert item.schedule_reason.startswith("belongs to a finding")
    stated = msgspec.json.decode((tmp_path / "out" / "summary.json").read_bytes(), type=Summary)
    assert stated.scheduled == 1
    assert stated.findings_left_out == 1


def test_a_sealed_undermining_passage_blocks_until_it_is_scheduled(full: Bench, tmp_path: Path) -> None:
    full.seal("CG-0005")
    with pytest.raises(Refused, match="it is sealed"):
        export(full, tmp_path / "out")
    full.schedule("CG-0005:0")
    export(full, tmp_path / "out")
    text = (tmp_path / "out" / "summary.json").read_text() + (tmp_path / "out" / "unused_material.csv").read_text()
    assert "hold their own keys" not in text
    assert "1 sealed, not described" in text
    assert "1 passage is tagged for it and sealed" in text


def test_the_refusal_over_a_sealed_passage_names_its_exhibit_and_line_only_and_both_ways_out_work(
    full: Bench, tmp_path: Path
) -> None:
    seq = next(e.line.seq for e in full.case.custody.events() if getattr(e.act, "tag", "") == "undermines")
    full.seal("CG-0005:0")
    with pytest.raises(Refused) as no:
        export(full, tmp_path / "out")
    said = f"{no.value} {no.value.next_step}"
    assert f"a sealed passage of CG-0005 (ledger line {seq}; finding F-1; it is sealed)" in said
    assert "CG-0005.m1.1" not in said
    assert f"casegraph schedule CASE {seq} " in said
    assert f"casegraph withdraw CASE {seq} " in said
    case = full.case.root
    casegraph("schedule", case, seq, "--reason", "before the judge")
    export(full, tmp_path / "scheduled")
    casegraph("withdraw", case, full.case.custody.size(), "--reason", "another way")
    with pytest.raises(Refused):
        export(full, tmp_path / "out")
    casegraph("withdraw", case, seq, "--reason", "a mistake")
    export(full, tmp_path / "withdrawn")


@pytest.mark.parametrize("what", ["CG-0005", "CG-0005:0"])
def test_a_sealed_segment_can_be_scheduled_by_the_name_it_was_tagged_under(
    full: Bench, tmp_path: Path, what: str
) -> None:
    full.seal(what)
    assert "no tag that stands" in casegraph("schedule", full.case.root, "CG-0005.m1.2", "--reason", "x", code=5)
    casegraph("schedule", full.case.root, "CG-0005.m1.1", "--reason", "before the judge")
    export(full, tmp_path / "out")


def test_a_tag_of_a_withdrawn_finding_still_waits_and_says_how_to_answer_it(full: Bench, tmp_path: Path) -> None:
    seq = next(e.line.seq for e in full.case.custody.events() if getattr(e.act, "tag", "") == "undermines")
    full.record(FindingWithdrawn(finding="F-1", reason="no longer held"))
    with pytest.raises(Refused, match=rf"CG-0005\.m1\.1 \(ledger line {seq}; F-1 was withdrawn\)") as no:
        export(full, tmp_path / "out")
    assert "export the finding" not in no.value.next_step
    assert f"casegraph withdraw CASE {seq} " in no.value.next_step
    assert "casegraph schedule CASE CG-0005.m1.1 " in no.value.next_step
    casegraph("schedule", full.case.root, "CG-0005.m1.1", "--reason", "its finding was withdrawn")
    export(full, tmp_path / "out")


def test_nothing_is_written_into_the_case_folder(full: Bench, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(full.case.root / "vault")
    for inside in (full.case.root / "out", full.case.root / "vault" / "out", tmp_path / "link" / "out"):
        with pytest.raises(Refused, match="inside the case folder") as no:
            export(full, inside)
        assert no.value.next_step
        assert not inside.exists()


SEALED_LOOKS = [
    Consulted(command="search", asked="XSECRETX advice", exhibits=("CG-0003", "CG-0008"), results=2),
    Consulted(command="show", asked="cg-0008.m1.1", results=0),
    Consulted(command="search", asked="exhibit:CG-0008 AND X", results=0),
    Consulted(command="search", asked="Letter-of-Advice.eml", results=0),
    Consulted(command="sql", asked="select 'XSECRETX'", results=1),
]


def test_the_words_of_a_search_that_touched_what_is_sealed_are_withheld_and_the_row_stays(
    full: Bench, tmp_path: Path
) -> None:
    open_look = Consulted(command="search", asked="rooms 12", exhibits=("CG-0003",), results=4)
    full.case.record_access(*SEALED_LOOKS, open_look, actor=ANNA)
    full.record(FindingWithdrawn(finding="F-2", reason="so that the looks stand before the head"))
    export(full, tmp_path / "out")
    unused = msgspec.json.decode((tmp_path / "out" / "unused_material.json").read_bytes(), type=UnusedMaterial)
    rows = [(each.command, each.asked, each.results) for each in unused.searches[-6:]]
    withheld = "withheld: concerns sealed material"
    assert rows == [*((look.command, withheld, look.results) for look in SEALED_LOOKS), ("search", "rooms 12", 4)]
    text = b"".join(path.read_bytes() for path in (tmp_path / "out").iterdir()).lower()
    assert b"xsecretx" not in text
    assert b"letter-of-advice" not in text
    assert withheld in " ".join(pages(tmp_path / "out" / "summary.pdf"))


def test_a_search_that_found_a_child_of_a_sealed_container_or_a_sealed_passage_is_withheld_too(
    full: Bench, tmp_path: Path
) -> None:
    parent = received(full, "CG-0008")
    child = msgspec.structs.replace(
        parent, number="CG-0008/1", parent="CG-0008", name="inner.txt", inner_path="inner.txt"
    )
    full.record(ExhibitReceived(exhibit=child))
    full.seal("CG-0004:0")
    for number in ("CG-0008/1", "CG-0004"):
        look = Consulted(command="search", asked=f"words in {number[-1]}", exhibits=(number,), results=1)
        full.case.record_access(look, actor=ANNA)
    export(full, tmp_path / "out")
    unused = msgspec.json.decode((tmp_path / "out" / "unused_material.json").read_bytes(), type=UnusedMaterial)
    assert {each.asked for each in unused.searches[-2:]} == {"withheld: concerns sealed material"}


def test_the_words_of_a_passage_that_is_no_longer_found_are_not_repeated(full: Bench, tmp_path: Path) -> None:
    gone = msgspec.structs.replace(
        full.anchors["CG-0005:0"], unit=9, place=TextPlace(start=900, end=910, line=9), opening="XLOSTX words"
    )
    full.record(SegmentTagged(segment=gone, tag="undermines", finding="F-1"))
    with pytest.raises(Refused, match="no longer found where the tag points"):
        export(full, tmp_path / "out")
    full.record(UnderminingScheduled(segment=gone, reason="gone since the file was read again"))
    export(full, tmp_path / "out")
    text = b"".join(path.read_bytes() for path in (tmp_path / "out").iterdir())
    assert b"XLOSTX" not in text
    assert b"gone since the file was read again" in text


def test_an_undermining_tag_for_no_finding_blocks_and_a_withdrawn_one_does_not(full: Bench, tmp_path: Path) -> None:
    seq = full.tag("CG-0003:0", "undermines", "")
    with pytest.raises(Refused, match="tagged for no finding"):
        export(full, tmp_path / "out")
    full.record(ActWithdrawn(seq=seq, reason="a slip of the key"))
    export(full, tmp_path / "out")


def test_a_later_tag_replaces_the_earlier_one(full: Bench, tmp_path: Path) -> None:
    full.tag("CG-0005:0", "neutral", "F-1")
    export(full, tmp_path / "out", findings=("F-2",))


def test_a_tag_that_was_replaced_is_printed_beside_the_one_that_stands(full: Bench, tmp_path: Path) -> None:
    full.tag("CG-0005:0", "assists_defence", "F-1", reason="on a second look")
    full.tag("CG-0005:0", "neutral", "F-1", reason="says nothing of the number")
    export(full, tmp_path / "out")
    stated = msgspec.json.decode((tmp_path / "out" / "summary.json").read_bytes(), type=Summary)
    log = next(each for each in stated.findings[0].cited if each.segment == "CG-0005.m1.1")
    assert log.tag == "neutral"
    assert [(each.tag, each.author, each.reason) for each in log.formerly] == [
        ("undermines", ANNA.name, "speaks of guests who come and go"),
        ("assists_defence", ANNA.name, "on a second look"),
    ]
    text = " ".join(pages(tmp_path / "out" / "summary.pdf"))
    assert f"formerly undermines, by {ANNA.name}, on 2026-03-05, reason given: speaks of guests who come and go" in text
    assert all(not each.formerly for each in stated.findings[1].cited)


def test_a_tag_that_was_taken_back_is_printed_with_who_took_it_back_and_why(full: Bench, tmp_path: Path) -> None:
    seq = full.tag("CG-0003:0", "undermines", "F-1", reason="another number")
    line = full.record(ActWithdrawn(seq=seq, reason="a slip of the key"))
    export(full, tmp_path / "out")
    stated = msgspec.json.decode((tmp_path / "out" / "summary.json").read_bytes(), type=Summary)
    (back,) = stated.findings[0].taken_back
    assert (back.tag, back.author, back.reason, back.taken_back_reason) == (
        *("undermines", ANNA.name, "another number", "a slip of the key"),
    )
    assert back.sources == ("CG-0003", f"custody line {seq}", f"custody line {line}")
    text = " ".join(pages(tmp_path / "out" / "summary.pdf"))
    assert "Tags taken back (1)" in text
    assert "a slip of the key" in text
    full.seal("CG-0003")
    export(full, tmp_path / "sealed")
    text = " ".join(pages(tmp_path / "sealed" / "summary.pdf"))
    assert "a slip of the key" not in text
    assert "1 tag on sealed passages, taken back: counted, not printed." in text


def test_a_tag_without_a_reason_is_refused(full: Bench) -> None:
    before = full.case.custody.size()
    said = casegraph("tag", full.case.root, "CG-0005.m1.1", "neutral", "--finding", "F-1", code=2)
    assert "a reason is needed" in said
    assert full.case.custody.size() == before
    casegraph("tag", full.case.root, "CG-0005.m1.1", "neutral", "--finding", "F-1", "--reason", "on a second look")


def test_the_command_prints_a_receipt_that_fixes_record_and_documents(full: Bench, tmp_path: Path) -> None:
    out = tmp_path / "out"
    said = casegraph("export", full.case.root, "summary", "--out", out, "--to", "CPS", "--reason", "charging")
    manifest = hashlib.sha256((out / "manifest.json").read_bytes()).hexdigest()
    receipt = f"Receipt: {(out / 'checkpoint.txt').read_text().strip()} manifest:{manifest}"
    assert receipt in " ".join(said.split())


def test_a_finding_that_is_not_on_record_is_not_found(full: Bench, tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="F-9"):
        export(full, tmp_path / "out", findings=("F-9",))


def test_a_flipped_byte_in_the_vault_names_the_exhibit(full: Bench, tmp_path: Path) -> None:
    path = full.case.vault.path(received(full, "CG-0003").sha256)
    data = bytearray(path.read_bytes())
    data[0] ^= 1
    path.chmod(0o644)
    path.write_bytes(data)
    with pytest.raises(IntegrityError, match="the original of exhibit CG-0003 is changed"):
        export(full, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_missing_artifact_names_the_exhibit(full: Bench, tmp_path: Path) -> None:
    export(full, tmp_path / "before")
    extraction = next(
        event.act for event in full.case.custody.events() if getattr(event.act, "exhibit", "") == "CG-0003"
    )
    full.case.shelf.path(extraction.artifacts[1].recipe).unlink()  # type: ignore[union-attr]
    with pytest.raises(IntegrityError, match="CG-0003"):
        export(full, tmp_path / "out")


def test_a_ledger_that_was_edited_is_not_exported(full: Bench, tmp_path: Path) -> None:
    path = full.case.custody.path
    path.write_bytes(path.read_bytes().replace(b"Ben Suleiman", b"Ben Sulaiman", 1))
    with pytest.raises(IntegrityError):
        export(full, tmp_path / "out")


# --- what it says ------------------------------------------------------------------------------------------------------


def test_every_page_carries_the_footer_and_the_header(made: tuple[Bench, Path], stated: Summary) -> None:
    read = pages(made[1] / "summary.pdf")
    assert len(read) >= 8
    for number, page in enumerate(read, start=1):
        assert "contains unredacted personal data" in page
        assert "Summary — not evidence itself" in page
        assert f"page {number} of {len(read)}" in page
        assert stated.checkpoint.short in page
        assert "Harbour Lodge · exhibits CG-0001 to CG-0007" in page


REQUIRED = [
    "W-2026-0317", "Ellery Docks Magistrates' Court", "Crown Prosecutor", "charging decision",
    "asserted, not authenticated", "This is a summary of exhibits", "What supports it (2)", "What undermines it (1)",
    "The guests in 14 hold their own keys", "reading confirmed by Ben Suleiman", "raw score 81.1 of 100", "tesseract 5.3.4",
    "Machine reading. No person has confirmed it", "zone not stated", "zone stated: +0000",
    "Mon, 2 Mar 2026 08:14:07 +0000", "12/02 23:10", "encrypted: no password was given", "empty file (0 bytes)",
    "1 item sealed as privileged", "Names of people, organisations and places were not looked for in 1 exhibit",
    '"van driver"', "No error rate measured", "Nobody has signed this", "python3 verify.py . --against CODE",
    "Handwriting is not read", "+442079460128", "is one character away", "category witness", "statement of 3 March",
    "Nobody tagged a passage as undermining it",
]  # fmt: skip


@pytest.mark.parametrize("sentence", REQUIRED)
def test_the_pdf_states_what_it_must(made: tuple[Bench, Path], sentence: str) -> None:
    straight = " ".join(pages(made[1] / "summary.pdf")).replace("“", '"').replace("”", '"').replace("’", "'")
    assert sentence in straight


def test_exhibits_and_hashes_are_printed(made: tuple[Bench, Path], stated: Summary) -> None:
    text = "".join("".join(pages(made[1] / "summary.pdf")).split())
    assert len(stated.making.exhibits) == 7
    for exhibit in stated.making.exhibits:
        assert exhibit.sha256 in text
    assert stated.checkpoint.code in text


def test_what_is_sealed_is_nowhere_in_the_folder(made: tuple[Bench, Path]) -> None:
    text = (
        b"".join(path.read_bytes() for path in sorted(made[1].iterdir()))
        + "".join(pages(made[1] / "summary.pdf")).encode()
    )
    assert b"XSECRETX" not in text
    assert b"letter-of-advice" not in text


def test_nothing_unconfirmed_stands_among_confirmed_readings(stated: Summary) -> None:
    for finding in stated.findings:
        for cited in finding.cited:
            for reading in cited.confirmed:
                assert reading.strip.verdict.review in {"reading_confirmed", "corrected", "attributed"}
                assert reading.strip.verdict.by
            assert all(reading.strip.verdict.review == "unreviewed" for reading in cited.unconfirmed)
            assert all(reading.strip.verdict.review == "rejected" for reading in cited.rejected)


def test_the_call_stands_apart_as_a_draft_nobody_confirmed(stated: Summary) -> None:
    call = next(each for each in stated.findings[0].cited if each.strip.exhibit == "CG-0002")
    assert not call.confirmed
    assert call.strip.draft
    assert call.waveform is not None
    assert call.waveform.from_ms <= call.waveform.start_ms < call.waveform.end_ms <= call.waveform.to_ms
    assert max(call.waveform.peaks) == 100


def test_a_candidate_is_not_counted_with_what_was_joined_but_against_it(stated: Summary) -> None:
    number = next(party for party in stated.parties if party.value == VALUE)
    assert {reading.strip.exhibit for reading in number.readings} == {"CG-0001", "CG-0003"}
    assert any("CG-0002" in each.statement and "not joined" in each.statement for each in number.against)


def test_a_number_one_digit_off_stays_apart_and_is_shown_beside(stated: Summary) -> None:
    values = {party.value: party for party in stated.parties}
    assert any("one character away" in each.statement for each in values[VALUE].against)
    assert {reading.strip.exhibit for reading in values["+442079460128"].readings} == {"CG-0004"}


def test_a_name_is_undetermined_until_a_person_says_otherwise(bench: Bench, tmp_path: Path) -> None:
    mail = bench.email("a.eml", "Regards, D. Marsh", [("person_name", "D. Marsh", "d. marsh")], when="2 March")
    bench.finding("F-1", "D. Marsh wrote.")
    bench.tag(f"{mail}:0", "supports")
    export(bench, tmp_path / "out")
    stated = msgspec.json.decode((tmp_path / "out" / "summary.json").read_bytes(), type=Summary)
    assert [party.category for party in stated.parties] == ["undetermined"]
    assert stated.parties[0].categories == ()


def test_what_people_made_says_who_made_it_of_what_and_what_speaks_against_it(bench: Bench, tmp_path: Path) -> None:
    written, signed, other = (
        bench.email(f"{name}.eml", f"Regards, {name}", [("person_name", name, name.lower())], when="2 March")
        for name in ("D. Marsh", "Dora Marsh", "David Marsh")
    )
    d, dora, david = (
        bench.mention(f"{number}:0", name, name.lower())
        for number, name in ((written, "D. Marsh"), (signed, "Dora Marsh"), (other, "David Marsh"))
    )
    same = bench.record(
        IdentityJudged(sides=((d,), (dora,)), verdict="same", makes="person", reason="one signature"), actor=BEN
    )
    apart = bench.record(
        IdentityJudged(sides=((dora,), (david,)), verdict="different", reason="another hand"), actor=ANNA
    )
    bench.finding("F-1", "D. Marsh wrote.")
    bench.tag(f"{written}:0", "supports")
    export(bench, tmp_path / "out")
    stated = msgspec.json.decode((tmp_path / "out" / "summary.json").read_bytes(), type=Summary)
    person, name = stated.parties
    assert (person.kind, person.label, person.basis, person.author) == (
        "person",
        "Dora Marsh",
        "personal_assessment",
        BEN.name,
    )
    assert f"custody line {same}" in person.made_how
    assert "one signature" in person.made_how
    assert {reading.quote for reading in person.readings} == {"D. Marsh", "Dora Marsh"}
    assert person.category == "undetermined"
    (against,) = person.against
    assert (against.basis, against.author) == ("personal_assessment", ANNA.name)
    assert "another hand" in against.statement
    assert f"custody line {apart}" in against.sources
    assert (name.kind, name.basis) == ("person_name", "machine_inference")
    text = " ".join(pages(tmp_path / "out" / "summary.pdf"))
    assert "People put it together" in text


def test_crops_box_the_words_and_only_those(stated: Summary) -> None:
    form = next(each for each in stated.findings[0].cited if each.strip.exhibit == "CG-0001")
    assert form.crop is not None
    boxes = form.confirmed[0].strip.locator.boxes
    assert len(boxes) == 1, "the three words of the number are one frame"
    assert boxes[0] in form.crop.boxes
    region = form.crop.region
    for box in form.crop.boxes:
        assert region.left <= box.left
        assert box.left + box.width <= region.left + region.width


def test_a_case_with_no_finding_still_says_what_was_read(bench: Bench, tmp_path: Path) -> None:
    bench.email("a.eml", "text", [], when="2 March")
    export(bench, tmp_path / "out")
    assert "No finding is on record" in " ".join(pages(tmp_path / "out" / "summary.pdf"))


def test_a_case_with_no_exhibit_can_be_exported(bench: Bench, tmp_path: Path) -> None:
    export(bench, tmp_path / "out")


def test_a_page_that_cannot_be_drawn_is_said_and_not_dropped(bench: Bench, tmp_path: Path, monkeypatch: Any) -> None:
    from evidence.errors import Unreadable
    from exports import pictures

    form = bench.scan("form.png", ["Quay"], [])
    bench.finding("F-1", "A form.")
    bench.tag(f"{form}:0", "supports")

    def broken(*_: object, **__: object) -> None:
        raise Unreadable("the page is damaged")

    monkeypatch.setattr(pictures, "open_oriented", broken)
    export(bench, tmp_path / "out")
    assert "The page could not be drawn: the page is damaged" in " ".join(pages(tmp_path / "out" / "summary.pdf"))


# --- the records -------------------------------------------------------------------------------------------------------


def claims(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        if "claim" in value:
            yield value
        for inner in value.values():
            yield from claims(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from claims(inner)


@pytest.mark.parametrize("name", ["summary.json", "unused_material.json"])
def test_every_assertion_has_a_basis_an_author_where_one_judged_and_a_source(
    made: tuple[Bench, Path], name: str
) -> None:
    found = list(claims(json.loads((made[1] / name).read_bytes())))
    assert found
    for each in found:
        assert each["basis"] in {"source_fact", "machine_inference", "personal_assessment"}, each["claim"]
        assert each["sources"], each["claim"]
        assert all(each["sources"])
        if each["basis"] != "source_fact":
            assert each["author"], each["claim"]


def test_what_is_cited_leads_somewhere(made: tuple[Bench, Path], stated: Summary) -> None:
    everything = list(claims(json.loads((made[1] / "summary.json").read_bytes())))
    known = {each["claim"] for each in everything}
    exhibits = {line.number for line in stated.making.exhibits}
    for each in everything:
        for source in each["sources"]:
            line = source.removeprefix("custody line ")
            on_chain = line.isdigit() and 1 <= int(line) <= stated.checkpoint.size
            segment = source.split(".")[0] in exhibits
            assert source in known or on_chain or segment or source.startswith("access line "), source


def test_no_claim_is_left_out_of_the_source_index(stated: Summary, index: list[dict[str, str]]) -> None:
    rows = {row["claim"] for row in index}
    for finding in stated.findings:
        for cited in finding.cited:
            assert cited.claim in rows
            assert {r.claim for r in (*cited.confirmed, *cited.unconfirmed, *cited.rejected)} <= rows
    for party in stated.parties:
        assert set(party.sources) <= rows
    assert {line.claim for line in stated.chronology} <= rows


def test_recounting_the_source_index_gives_the_printed_totals(
    made: tuple[Bench, Path], stated: Summary, index: list[dict[str, str]]
) -> None:
    text = " ".join(pages(made[1] / "summary.pdf"))
    for finding in stated.findings:
        here = [row for row in index if row["finding"] == finding.claim and row["section"] == "findings"]
        tags = Counter(row["tag"] for row in here if row["what"] == "segment")
        reviews = Counter(row["review"] for row in here if row["what"] == "reading")
        counts = finding.counts
        assert (tags["supports"], tags["undermines"], tags["neutral"]) == (
            counts.supports,
            counts.undermines,
            counts.neutral,
        )
        confirmed = reviews["reading_confirmed"] + reviews["corrected"] + reviews["attributed"]
        assert (confirmed, reviews["unreviewed"], reviews["rejected"]) == (
            counts.confirmed,
            counts.unconfirmed,
            counts.rejected,
        )
        assert f"What supports it ({tags['supports']})" in text
    for party in stated.parties:
        assert sum(row["finding"] == party.claim for row in index) == party.readings_total
    totals = stated.unread.totals
    assert totals["received"] == sum(count for kind, count in totals.items() if kind != "received")


def test_the_index_names_exhibit_hash_place_engine_and_review(
    made: tuple[Bench, Path], index: list[dict[str, str]]
) -> None:
    row = next(row for row in index if row["quote"] == NUMBER and row["exhibit"] == "CG-0001")
    assert row["sha256"] == received(made[0], "CG-0001").sha256
    assert row["place"] == "p. 1"
    assert row["engine"] == "tesseract 5.3.4"
    assert row["raw_score"] == "81.1 of 100"
    assert (row["review"], row["reviewed_by"]) == ("reading_confirmed", BEN.name)
    locator = json.loads(row["locator"])
    text = made[0].texts["CG-0001:0"]
    assert text[locator["start"] : locator["end"]] == NUMBER


def test_no_score_of_a_person_exists(made: tuple[Bench, Path]) -> None:
    def keys(value: Any) -> Iterator[str]:
        if isinstance(value, dict):
            for key, inner in value.items():
                yield key
                yield from keys(inner)
        elif isinstance(value, list):
            for inner in value:
                yield from keys(inner)

    names = set(keys(json.loads((made[1] / "summary.json").read_bytes())))
    assert not {
        name for name in names if any(word in name for word in ("risk", "guilt", "credib", "emotion", "probab"))
    }


def test_the_certification_is_unsigned_and_names_the_tools(made: tuple[Bench, Path]) -> None:
    draft = (made[1] / "certification-draft.txt").read_text()
    assert draft.startswith("DRAFT CERTIFICATION. UNSIGNED")
    assert "tesseract 5.3.4, model eng (digest abab" in draft
    assert "psm=3" in draft
    for name in (ANNA.name, BEN.name):
        assert name not in draft
    assert "Signature:  ____" in draft

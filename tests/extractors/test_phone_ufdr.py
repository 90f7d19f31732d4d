"""Cellebrite reports: what is kept of them, where it stands, and what becomes of broken ones."""

from __future__ import annotations

import random
import zipfile
from pathlib import Path

import made_phone as made
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence.errors import Unreadable
from evidence.locator import RecordPlace
from evidence.records import DEVICE_USER, EventRecord, Reading, Segment
from extractors.identify import identify
from extractors.patterns import identifiers_in
from extractors.phone import report_portion, report_scan
from extractors.phone.report_bytes import REPORT, UFDR
from extractors.phone.report_model import Value, disagreement, moment_of
from extractors.phone.ufdr import UfdrReader
from extractors.protocols import Engines, Limits, Part, ReadContext


def context(tmp_path: Path, **more: object) -> ReadContext:
    scratch = tmp_path / "scratch"
    scratch.mkdir(exist_ok=True)
    return ReadContext(languages=(), scratch=scratch, **more)  # type: ignore[arg-type]


def readings(path: Path, tmp_path: Path, **more: object) -> list[Reading]:
    """Survey a report and read all its parts, as a run does."""
    reader, around = UfdrReader(), context(tmp_path, **more)
    media_type = identify(path)
    survey = reader.survey(path, media_type=media_type, context=around)
    return [
        reader.read(path, media_type=media_type, part=part, engines=Engines(), context=around) for part in survey.parts
    ]


def segments(all_of_it: list[Reading]) -> list[Segment]:
    return [segment for reading in all_of_it for unit in reading.units for segment in unit.segments]


def texts(all_of_it: list[Reading]) -> list[str]:
    return [segment.text for segment in segments(all_of_it)]


def events(all_of_it: list[Reading]) -> dict[str, EventRecord]:
    return {event.key: event for reading in all_of_it for event in reading.events}


@pytest.fixture
def ufdr(tmp_path: Path) -> Path:
    return made.ufdr(tmp_path / "phone.ufdr")


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    path = tmp_path / "report.xml"
    path.write_text(made.report(), encoding="utf-8")
    return path


# --- recognised ----------------------------------------------------------------------------------------------------


def test_a_ufdr_and_a_report_are_told_by_their_namespace_and_not_by_their_names(tmp_path: Path, bare: Path) -> None:
    assert identify(made.ufdr(tmp_path / "anything.zip")) == UFDR
    assert identify(made.ufdr(tmp_path / "packed.zip", stored=False)) == UFDR
    assert identify(bare.rename(tmp_path / "note.txt")) == REPORT


def test_other_zips_and_xml_are_none(tmp_path: Path) -> None:
    path = tmp_path / "report.ufdr"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("report.xml", '<?xml version="1.0"?><project xmlns="http://example.org"/>')
    assert identify(path) != UFDR
    path.write_text('<?xml version="1.0"?><project xmlns="http://example.org"/>')
    assert identify(path) != REPORT


# --- kept ----------------------------------------------------------------------------------------------------------


def test_messages_calls_mail_places_and_the_rest_become_segments_in_the_order_of_the_report(
    ufdr: Path, tmp_path: Path
) -> None:
    said = texts(readings(ufdr, tmp_path))
    wanted = [
        "outgoing voice call, 35 s", "incoming voice call, missed", 'Room <model type="Chat"> 14?',
        "At ten. </model></model>", "[IMG-20230501-WA0001.jpg]", "gone", "Both of you: Friday", "Please pay.",
    ]  # fmt: skip
    assert [text for text in said if text in wanted] == wanted
    assert "WirelessNetwork\nSSId: Lodge Guest\nBSSId: 00:11:22:33:44:55" in said
    assert any(text.startswith("52.3461117, 12.21851\nName: Harbour Lodge") for text in said)


def test_a_party_that_the_report_calls_the_owner_is_the_devices_user_and_an_account_never_a_person(
    ufdr: Path, tmp_path: Path
) -> None:
    found = readings(ufdr, tmp_path)
    sent = events(found)[made.uid(111)]
    assert sent.parties == (
        ("from", DEVICE_USER, ""), ("from", "phone", "+447700900001"), ("to", "phone", "+447700900123"),
    )  # fmt: skip
    assert events(found)[made.uid(300)].parties == (("to", "phone", "+447700900123"), ("from", DEVICE_USER, ""))
    roster = next(text for text in texts(found) if text.startswith("whatsapp chat\n"))
    assert "447700900001@s.whatsapp.net (the report calls it the phone's owner)" in roster


def test_in_a_group_a_message_is_in_the_group_and_to_nobody(ufdr: Path, tmp_path: Path) -> None:
    event = events(readings(ufdr, tmp_path))[made.uid(210)]
    group = "whatsapp:447700900001-1600000000@g.us"
    assert event.parties == (("from", "phone", "+447700900456"), ("in", "account", group))
    stated = [one for reading in readings(ufdr, tmp_path) for one in reading.related if one.kind == "member_of"]
    assert {one.target_value for one in stated} == {group}
    assert len(stated) == 3


def test_deleted_state_confidence_and_source_are_kept(ufdr: Path, tmp_path: Path) -> None:
    found = readings(ufdr, tmp_path)
    event = events(found)[made.uid(113)]
    assert event.state == "deleted"
    assert event.facts["decoding_confidence"] == "High"
    assert (event.facts["source_index"], event.facts["extractionId"]) == ("77", "0")
    assert events(found)[made.uid(110)].state == ""
    place = next(segment.place for segment in segments(found) if segment.text.startswith("Room <model"))
    assert isinstance(place, RecordPlace)
    assert place.key == made.uid(110)
    assert place.origin == "userdata/msgstore.db, table message, offset 4711"


def test_every_mention_stands_where_it_says(ufdr: Path, tmp_path: Path) -> None:
    for reading in readings(ufdr, tmp_path):
        by_index = {segment.index: segment.text for unit in reading.units for segment in unit.segments}
        assert sorted(by_index) == list(range(len(by_index)))
        for mention in reading.named:
            assert by_index[mention.segment][mention.start : mention.end] == mention.quote


def loose(folder: Path, kind: str, *fields: str) -> EventRecord:
    """Read a report in which the one text is of another kind, with other fields beside its words."""
    body = made.field("Body", "Your code is 1234") + made.field("Folder", "Inbox")
    text = made.report()
    assert body in text
    path = folder / "report.xml"
    path.write_text(text.replace(body, made.field("Body", "words") + "".join(fields)).replace('"SMS"', f'"{kind}"'))
    return events(readings(path, folder))[made.uid(310)]


@pytest.mark.parametrize(
    ("folder", "status", "state"),
    [("Drafts", "", "draft"), ("[Gmail]/Drafts", "Read", "draft"), ("Outbox", "", "outbox"), ("Outbox", "Sent", ""),
     ("", "Unsent", "not sent"), ("Sent", "Failed", "failed"), ("", "Queued", "queued"), ("Sent", "Sent", ""), ("Inbox", "Failed", "")],
)  # fmt: skip
@pytest.mark.parametrize("kind", ["SMS", "Email"])
def test_what_was_written_and_not_sent_says_so(tmp_path: Path, kind: str, folder: str, status: str, state: str) -> None:
    assert loose(tmp_path, kind, made.field("Folder", folder), made.field("Status", status)).state == state


def test_an_unsent_message_of_a_chat_says_so_before_that_it_is_deleted(tmp_path: Path) -> None:
    path = tmp_path / "report.xml"
    path.write_text(
        made.report().replace(made.field("Status", "Read", "MessageStatus"), made.field("Status", "Unsent"))
    )
    found = events(readings(path, tmp_path))
    assert (found[made.uid(111)].state, found[made.uid(113)].state) == ("not sent", "not sent, deleted")


@pytest.mark.parametrize(
    ("folder", "here", "there"),
    [("Inbox", "to", "from"), ("Sent", "from", "to"), ("Drafts", "from", "to"), ("Archive", "with", "with"), ("", "with", "with")],
)  # fmt: skip
def test_a_party_without_a_role_is_on_a_side_only_where_the_folder_tells(
    tmp_path: Path, folder: str, here: str, there: str
) -> None:
    role, plain = made.field("Role", "From", "PartyRole"), made.field("Role", "General", "PartyRole")
    text = made.report()
    at = text.index(role, text.index("Your code is 1234"))
    text = text[:at] + plain + text[at + len(role) :]
    path = tmp_path / "report.xml"
    path.write_text(text.replace(made.field("Folder", "Inbox"), made.field("Folder", folder)))
    event = events(readings(path, tmp_path))[made.uid(310)]
    assert set(event.parties) == {(here, DEVICE_USER, ""), (there, "phone", "+447700900789")}


def test_contacts_and_accounts_name_each_number_address_and_id(ufdr: Path, tmp_path: Path) -> None:
    named = {(one.kind, one.value) for reading in readings(ufdr, tmp_path) for one in reading.named}
    assert {
        ("phone", "+447700900123"), ("email", "dee@example.org"), ("account", "whatsapp:dee.lodge"),
        ("account", "instagram:harbour.user"), ("display_name", "Dee & Co"),
    } <= named  # fmt: skip
    contact = next(text for text in texts(readings(ufdr, tmp_path)) if text.startswith("contact of whatsapp\n"))
    assert "Notes: owes rent" in contact


def test_case_and_device_are_a_segment_and_facts(ufdr: Path, tmp_path: Path) -> None:
    first = readings(ufdr, tmp_path)[0].units[0]
    assert first.facts == {
        "imei": "356938035643809", "model": "Pixel 3", "manufacturer": "Google", "tool": "7.60.0.114",
        "reportVersion": "5.0.0.0", "DeviceInfoOSVersion": "10.3.3.1",
    }  # fmt: skip
    assert "caseInformation\nCase number: OP-7\nExaminer name: R. Example" in [one.text for one in first.segments]


def test_versions_of_the_report_and_its_tool_are_no_addresses(ufdr: Path, tmp_path: Path) -> None:
    said = texts(readings(ufdr, tmp_path))
    assert not [hit for text in said for hit in identifiers_in(text) if hit.kind == "ip"]
    assert any("IMEI: sourceExtraction=0 356938035643809" in text for text in said)


# --- files ---------------------------------------------------------------------------------------------------------


def test_files_in_the_zip_are_children_by_their_path_on_the_phone_and_attachments_carry_their_hash(
    ufdr: Path, tmp_path: Path
) -> None:
    found = readings(ufdr, tmp_path)
    children = {child.inner_path: child.scratch_name for reading in found for child in reading.children}
    assert set(children) == {made.PHOTO_PATH, "settings.json"}
    assert (tmp_path / "scratch" / children[made.PHOTO_PATH]).read_bytes() == made.PHOTO
    attachment = events(found)[made.uid(112)].attachments[0]
    assert (attachment.name, attachment.media_type) == (made.PHOTO_PATH, "image/jpeg")
    assert any(f"SHA256: {attachment.sha256}" in text for text in texts(found))


def test_an_attachment_known_only_by_where_it_lies_in_the_zip_is_the_same_file(tmp_path: Path) -> None:
    where = made.field("attachment_extracted_path", "files\\Image\\IMG-20230501-WA0001.jpg")
    text = made.report().replace(f' file_id="{made.uid(900)}">', f">{where}")
    attachment = events(readings(made.ufdr(tmp_path / "phone.ufdr", text), tmp_path))[made.uid(112)].attachments[0]
    assert attachment.name == made.PHOTO_PATH
    assert len(attachment.sha256) == 64


def test_files_beyond_a_limit_are_said(ufdr: Path, tmp_path: Path) -> None:
    found = readings(ufdr, tmp_path, limits=Limits(children=1))
    assert [child.inner_path for reading in found for child in reading.children] == [made.PHOTO_PATH]
    assert found[0].units[0].partial
    assert found[0].units[0].reason == "files beyond the limit on their number"


def test_a_damaged_file_in_the_zip_is_said_and_costs_no_other(tmp_path: Path) -> None:
    path = made.ufdr(tmp_path / "phone.ufdr", stored=False)
    data = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        at = archive.getinfo("files/Image/IMG-20230501-WA0001.jpg").header_offset
    for offset in range(at + 66, at + 80):
        data[offset] ^= 0xFF
    path.write_bytes(data)
    found = readings(path, tmp_path)
    assert "files that cannot be unpacked" in [unit.reason for reading in found for unit in reading.units]
    assert "Please pay." in texts(found)


# --- times ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "shown", "form", "utc", "zone"),
    [
        (
            "2023-05-01T10:11:12.000+02:00",
            "2023-05-01T10:11:12+02:00",
            "TimeStampKnown",
            "2023-05-01T08:11:12Z",
            "+02:00",
        ),
        ("2023-05-01T08:11:12.000Z", "2023-05-01T10:11:12+02:00", "TimeStampKnown", "2023-05-01T08:11:12Z", "+00:00"),
        ("2023-05-01T23:30:00.000-05:00", "", "TimeStampKnown", "2023-05-02T04:30:00Z", "-05:00"),
        ("2023-05-01T10:11:12.000", "2023-05-01T10:11:12+02:00", "TimeStampKnown", "2023-05-01T08:11:12Z", "+02:00"),
        ("2020-12-16T11:53:14.000", "2020-12-16T11:53:14+01:00", "DateTimeOnly", "", ""),
        ("2023-05-01T10:11:12.000", "2023-05-01T08:11:12+00:00", "TimeStampKnown", "", ""),
        ("14/09/2016 16:49:42(UTC-3)", "", "", "2016-09-14T19:49:42Z", "-03:00"),
        ("03/04/2016 16:49:42(UTC+0)", "", "", "", ""),
        ("yesterday", "", "", "", ""),
        ("0001-01-01T00:00:00+00:00", "", "", "", ""),
        ("9999-12-31T23:59:59-14:00", "", "", "", ""),
    ],
)
def test_a_time_has_utc_only_where_its_own_zone_is_written(
    text: str, shown: str, form: str, utc: str, zone: str
) -> None:
    moment = moment_of(Value(text, form, shown))
    assert (moment.utc, moment.zone) == (utc, zone)
    assert moment.written.startswith(text)


@pytest.mark.parametrize(
    ("order", "utc"),
    [("ymd", ""), ("", ""), ("dmy", "2024-03-05T19:49:42Z"), ("mdy", "2024-05-03T19:49:42Z")],
)
def test_only_an_asserted_order_of_day_and_month_settles_which_is_which(order: str, utc: str) -> None:
    moment = moment_of(Value("05/03/2024 16:49:42(UTC-3)"), day_order=order)
    assert (moment.utc, bool(moment.local)) == (utc, bool(utc))
    assert moment_of(Value("14/03/2024 16:49:42(UTC-3)"), day_order="ymd").utc == "2024-03-14T19:49:42Z"


def test_a_time_that_the_tool_shows_as_another_instant_is_kept_beside_it(ufdr: Path, tmp_path: Path) -> None:
    assert disagreement(Value("2023-05-01T10:00:00+02:00", "TimeStampKnown", "2023-05-01T10:00:00+00:00"))
    assert not disagreement(Value("2023-05-01T10:00:00+02:00", "TimeStampKnown", "2023-05-01T08:00:00+00:00"))
    event = events(readings(ufdr, tmp_path))[made.uid(330)]
    assert event.facts["shown_by_the_tool"] == "2020-12-16T11:53:14+01:00"
    assert (event.time_local, event.time_utc) == ("2020-12-16T11:53:14", "")


# --- places --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("stored", [True, False])
def test_every_segment_leads_back_to_its_xml(tmp_path: Path, stored: bool) -> None:
    path = made.ufdr(tmp_path / "phone.ufdr", stored=stored)
    report, reader, around = made.report().encode(), UfdrReader(), context(tmp_path)
    count = 0
    for segment in segments(readings(path, tmp_path)):
        place = segment.place
        assert isinstance(place, RecordPlace)
        original = reader.original(path, place=place, media_type=UFDR, context=around)
        assert original.data == report[place.offset : place.offset + place.length]
        assert not place.key or f'id="{place.key}"'.encode() in original.data.partition(b">")[0]
        count += 1
    assert count > 20


def test_a_place_of_another_report_is_refused(bare: Path, tmp_path: Path) -> None:
    place = RecordPlace(record=1, field="message", key="not-there", offset=3000, length=50)
    with pytest.raises(Unreadable, match="no model not-there"):
        UfdrReader().original(bare, place=place, media_type=REPORT, context=context(tmp_path))


# --- size ----------------------------------------------------------------------------------------------------------


def test_a_report_reads_the_same_whatever_the_size_of_its_portions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "report.xml"
    made.large(path, 1)
    whole = readings(path, tmp_path)
    monkeypatch.setattr(report_scan, "PORTION", 40_000)
    path.touch()
    cut = readings(path, tmp_path)
    assert len(cut) > 3 * len(whole)

    def ids(found: list[Reading]) -> list[tuple[str, int, int, str, object]]:
        return [
            (unit.kind, unit.number, unit.first_ordinal + at, segment.text, segment.place)
            for reading in found
            for unit in reading.units
            for at, segment in enumerate(unit.segments)
        ]

    assert ids(cut) == ids(whole)
    assert {key: event.parties for key, event in events(cut).items()} == {
        key: event.parties for key, event in events(whole).items()
    }


def test_a_unit_can_be_read_alone(bare: Path, tmp_path: Path) -> None:
    reader, around = UfdrReader(), context(tmp_path)
    for unit in range(1, 12):
        part = Part(name=f"page {unit}", first=unit, last=unit)
        reading = reader.read(bare, media_type=REPORT, part=part, engines=Engines(), context=around)
        assert [one.number for one in reading.units] == [unit]
        held = [segment.index for one in reading.units for segment in one.segments]
        assert held == list(range(len(held)))
        assert all(event.segment in held for event in reading.events)


# --- hostile -------------------------------------------------------------------------------------------------------


def test_a_document_type_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "report.xml"
    bomb = made.report().replace("<project", '<!DOCTYPE project [<!ENTITY a "aaaa">]>\n<project', 1)
    path.write_text(bomb)
    with pytest.raises(Unreadable, match="DTD"):
        readings(path, tmp_path)


def test_entities_are_not_resolved(tmp_path: Path) -> None:
    path = tmp_path / "report.xml"
    path.write_text(made.report().replace("<![CDATA[gone]]>", "&secret;gone"))
    found = readings(path, tmp_path)
    assert any("gone" in text for text in texts(found))
    assert any(unit.partial and "malformed" in unit.reason for reading in found for unit in reading.units)


def test_characters_that_xml_does_not_allow_and_bytes_that_are_no_text_cost_one_message_its_certainty(
    tmp_path: Path,
) -> None:
    path = tmp_path / "report.xml"
    data = made.report().encode().replace(b"At ten.", b"At \x01 ten \xff.")
    path.write_bytes(data)
    found = readings(path, tmp_path)
    assert "At \ufffd ten \ufffd. </model></model>" in texts(found)
    unit = next(one for reading in found for one in reading.units if any("At \ufffd" in s.text for s in one.segments))
    assert unit.doubtful
    assert "characters that XML does not allow" in unit.reason


@pytest.mark.parametrize("encoding", ["utf-16", "windows-1252"])
def test_other_encodings_are_undone(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "report.xml"
    text = made.report().replace('encoding="utf-8"', f'encoding="{encoding}"').replace("Lodge Guest", "Café")
    path.write_bytes(text.encode(encoding))
    assert identify(path) == REPORT
    found = readings(path, tmp_path)
    assert "WirelessNetwork\nSSId: Café\nBSSId: 00:11:22:33:44:55" in texts(found)


def test_what_stands_before_the_end_of_a_cut_report_is_read_and_the_rest_is_said(tmp_path: Path) -> None:
    text = made.report()
    path = tmp_path / "report.xml"
    path.write_text(text[: text.index("Both of you") + 5])
    found = readings(path, tmp_path)
    said = texts(found)
    assert "gone" in said
    assert "Both" in said
    assert found[0].units[0].partial
    assert "the report ends in the middle of a Chat" in found[0].units[0].reason


def test_a_report_that_breaks_off_between_two_models_is_said_too(bare: Path, tmp_path: Path) -> None:
    text = made.report()
    bare.write_text(text[: text.index('<modelType type="Location">')])
    first = readings(bare, tmp_path)[0].units[0]
    assert (first.partial, first.reason) == (True, "the report breaks off: its end is missing")


def test_a_report_without_models_is_read_and_one_without_anything_is_refused(bare: Path, tmp_path: Path) -> None:
    bare.write_text(made.HEAD + made.TAIL)
    assert [unit.facts["model"] for reading in readings(bare, tmp_path) for unit in reading.units] == ["Pixel 3"]
    bare.write_text(made.HEAD[:400])
    with pytest.raises(Unreadable, match="no files and no models"):
        readings(bare, tmp_path)


def test_a_model_too_large_to_read_at_once_costs_no_other(
    bare: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bare.write_text(made.report().replace("<![CDATA[gone]]>", f"<![CDATA[{'x' * 9_000}]]>"))
    monkeypatch.setattr(report_portion, "_LARGEST", 6_000)
    found = readings(bare, tmp_path)
    assert "[message: not read]" in texts(found)
    assert "Both of you: Friday" in texts(found)
    assert any("more than is read at once" in unit.reason for reading in found for unit in reading.units)


def test_no_length_and_no_flipped_byte_gives_anything_but_a_reading_or_a_reason(tmp_path: Path) -> None:
    whole = bytearray(made.ufdr(tmp_path / "whole.ufdr").read_bytes())
    path, chance = tmp_path / "broken.ufdr", random.Random(4)
    for number in range(60):
        data = bytearray(whole[: chance.randrange(40, len(whole))]) if number % 2 else bytearray(whole)
        for _ in range(chance.randrange(1, 40)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        path.write_bytes(data)
        for media_type in (UFDR, REPORT):
            try:
                reader, around = UfdrReader(), context(tmp_path)
                survey = reader.survey(path, media_type=media_type, context=around)
                for part in survey.parts:
                    reading = reader.read(path, media_type=media_type, part=part, engines=Engines(), context=around)
                    assert all(unit.reason for unit in reading.units if unit.outcome != "read")
            except Unreadable:
                continue


@settings(max_examples=40, deadline=None)
@given(body=st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn")), min_size=1, max_size=200))
def test_whatever_people_write_comes_back_as_they_wrote_it(tmp_path_factory: pytest.TempPathFactory, body: str) -> None:
    folder = tmp_path_factory.mktemp("said")
    path = folder / "report.xml"
    path.write_bytes(
        made.report().replace("<![CDATA[gone]]>", f"<![CDATA[{body.replace(']]>', ']]]]><![CDATA[>')}]]>").encode()
    )
    if body.strip():
        assert body.strip() in texts(readings(path, folder))

"""SMS Backup & Restore: messages by correspondent, pictures as children, calls, and XML that is not XML."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

import pytest
from chat_reading import READER, Part, check_shape, context_of, messages, originals, read_all, read_one
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence.errors import Unreadable
from evidence.records import DEVICE_USER, Reading
from extractors.chat import cutting, formats
from extractors.chat.sms_xml import mended
from extractors.identify import identify
from extractors.protocols import Engines

PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 3
SMS = f"""<?xml version='1.0' encoding='UTF-8' standalone='yes' ?>
<!--File Created By SMS Backup & Restore v10.05.210 on 13/03/2024 15:04:05-->
<?xml-stylesheet type="text/xsl" href="sms.xsl"?>
<smses count="5" backup_set="x" backup_date="1710342245000">
  <sms protocol="0" address="+447700900123" date="1710342245000" type="1" subject="null" body="hello &#55357;&#56832; &amp; bye&#10;line two" \
toa="null" service_center="+447785016005" read="1" status="-1" date_sent="1710342240000" readable_date="13 Mar 2024 15:04:05" contact_name="Dee" />
  <sms protocol="0" address="07700 900456" date="1710342300000" type="2" body="to a national number" contact_name="(Unknown)" />
  <sms protocol="0" address="+447700900123" date="1710342305000" type="5" body="not sent" contact_name="Dee"></sms>
  <mms date="1710342400000" msg_box="1" address="+447700900123" m_id="abc@mms" contact_name="Dee" sub="null" readable_date="13 Mar 2024 15:06:40">
    <parts>
      <part seq="-1" ct="application/smil" name="null" cl="smil.xml" text="&lt;smil/&gt;" />
      <part seq="0" ct="image/png" name="null" cl="room.png" text="null" data="{base64.b64encode(PICTURE).decode()}" />
      <part seq="0" ct="text/plain" name="null" cl="text.txt" text="look at this" />
    </parts>
    <addrs><addr address="+447700900123" type="137" charset="106" /><addr address="insert-address-token" type="151" charset="106" /></addrs>
  </mms>
  <mms date="1710342500000" msg_box="2" address="+447700900123~+447700900789" contact_name="Dee, Rob" m_id="null">
    <parts><part seq="0" ct="text/plain" text="to both" /></parts><addrs />
  </mms>
  <sms address="HARBOUR" date="1710342600000" type="1" body="Your code is 1" contact_name="(Unknown)" />
</smses>
"""
CALLS = """<?xml version='1.0' encoding='UTF-8' standalone='yes' ?>
<calls count="3">
  <call number="+447700900123" duration="62" date="1710342245000" type="2" presentation="1" readable_date="x" contact_name="Dee" />
  <call number="+447700900123" duration="0" date="1710342345000" type="3" presentation="1" contact_name="Dee" />
  <call number="" duration="0" date="1710342445000" type="5" presentation="2" contact_name="(Unknown)" />
</calls>
"""


def _read(folder: Path, text: str, **asserted: object) -> tuple[Path, Reading]:
    path = folder / "sms.xml"
    path.write_text(text, encoding="utf-8")
    return path, read_one(path, context=context_of("sms-2024.xml", folder, **asserted))


def test_messages_stand_with_their_correspondent(tmp_path: Path) -> None:
    path, reading = _read(tmp_path, SMS, region="GB")
    assert identify(path, hint="sms.xml") == formats.SMS
    check_shape(reading)
    assert [unit.segments[0].text for unit in reading.units] == [
        "Dee\n+447700900123, shown as Dee", "07700 900456\n07700 900456",
        "Dee, Rob\n+447700900123, shown as Dee\n+447700900789, shown as Rob", "HARBOUR\nHARBOUR",
    ]  # fmt: skip
    events = [event for _, event in messages(reading)]
    device, dee = (DEVICE_USER, ""), ("phone", "+447700900123")
    assert [segment.text for segment, _ in messages(reading)][:4] == [
        "hello 😀 & bye\nline two", "not sent", "look at this", "to a national number",
    ]  # fmt: skip
    assert events[0].parties == (("from", *dee), ("to", *device))
    assert events[0].time_utc == "2024-03-13T15:04:05Z"
    assert events[0].time_written == "13 Mar 2024 15:04:05 (date 1710342245000)"
    assert events[0].facts == {"sent": "2024-03-13T15:04:00Z", "service_center": "+447785016005"}
    assert (events[1].state, events[1].parties) == ("failed", (("from", *device), ("to", *dee)))
    assert (events[2].key, events[2].parties[0]) == ("abc@mms", ("from", *dee))
    assert events[3].parties == (("from", *device), ("to", "phone", "+447700900456"))
    assert events[4].parties == (("from", *device), ("to", *dee), ("to", "phone", "+447700900789"))
    assert events[5].parties[0] == ("from", "account", "sms:HARBOUR")


@pytest.mark.parametrize(
    ("box", "state", "role"),
    [("1", "", "from"), ("2", "", "to"), ("3", "draft", "to"), ("4", "outbox", "to"), ("5", "failed", "to"),
     ("6", "queued", "to"), ("0", "", "with"), ("null", "", "with")],
)  # fmt: skip
def test_the_box_says_which_way_and_whether_it_left(tmp_path: Path, box: str, state: str, role: str) -> None:
    rows = f'<sms address="+447700900123" date="1" type="{box}" body="a" /><mms address="+447700900123" date="1" msg_box="{box}" />'
    _, reading = _read(tmp_path, f"<smses>{rows}</smses>")
    own = {"from": "to", "to": "from", "with": "with"}[role]
    for text, mms in [messages(reading)[at] for at in (0, 1)]:
        assert set(mms.parties) == {(role, "phone", "+447700900123"), (own, DEVICE_USER, "")}
        assert bool(text.speaker) == (role == "from")
    assert reading.events[0].state == state


@pytest.mark.parametrize("encoding", ["TTF-8", "utf-7", "shift_jis"])
def test_an_encoding_that_cannot_be_read_is_a_reason(tmp_path: Path, encoding: str) -> None:
    with pytest.raises(Unreadable, match="encoding"):
        _read(tmp_path, SMS.replace("UTF-8", encoding, 1))


def test_a_call_of_an_unknown_type_has_no_direction(tmp_path: Path) -> None:
    _, reading = _read(tmp_path, CALLS.replace('type="2"', 'type="65"'))
    assert reading.events[0].parties == (("with", "phone", "+447700900123"), ("with", DEVICE_USER, ""))


def test_pictures_of_messages_become_exhibits(tmp_path: Path) -> None:
    _, reading = _read(tmp_path, SMS)
    (child,) = reading.children
    assert (tmp_path / child.scratch_name).read_bytes() == PICTURE
    (attachment,) = next(event.attachments for event in reading.events if event.attachments)
    assert attachment.sha256 == hashlib.sha256(PICTURE).hexdigest()
    assert attachment.name == child.inner_path == "message 1.3/room.png"


def test_calls_say_who_called_whom(tmp_path: Path) -> None:
    path, reading = _read(tmp_path, CALLS)
    assert identify(path, hint="calls.xml") == formats.CALLS
    check_shape(reading)
    out, missed, hidden = [event for _, event in messages(reading)]
    assert {event.kind for event in (out, missed, hidden)} == {"call"}
    assert out.parties == (("from", DEVICE_USER, ""), ("to", "phone", "+447700900123"))
    assert (out.facts["seconds"], out.until_utc) == ("62", "2024-03-13T15:05:07Z")
    assert (missed.state, missed.parties[0]) == ("missed", ("from", "phone", "+447700900123"))
    assert (hidden.state, hidden.parties, hidden.facts["presentation"]) == (
        "rejected",
        (("to", DEVICE_USER, ""),),
        "restricted",
    )


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig"])
def test_every_place_leads_back_to_its_element(tmp_path: Path, charset: str) -> None:
    for text in (SMS, CALLS):
        path = tmp_path / "sms.xml"
        path.write_bytes(text.encode(charset))
        context = context_of("sms.xml", tmp_path)
        for _, data in originals(path, read_one(path, context=context), context):
            element = data.decode()
            assert element.startswith(("<sms ", "<mms ", "<call "))
            assert element.endswith(("/>", "</sms>", "</mms>"))


def test_parts_give_what_the_whole_gives(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = "".join(
        f'<sms address="+4477009001{number % 4:02d}" date="{1710342245000 + number}" type="{1 + number % 2}" body="text {number}" />\n'
        for number in range(400)
    )
    path, whole = _read(tmp_path, f"<smses>{rows}</smses>")
    real = cutting.cut
    monkeypatch.setattr("extractors.chat.sms.cut", lambda counts: real(counts, least=60))
    parts = read_all(path, context=context_of("sms-2024.xml", tmp_path))
    assert len(parts) == 8
    kept = {(unit.number, unit.first_ordinal + at): (one.text, one.place) for part in parts for unit in part.units
            for at, one in enumerate(unit.segments)}  # fmt: skip
    assert kept == {
        (unit.number, 1 + at): (one.text, one.place) for unit in whole.units for at, one in enumerate(unit.segments)
    }


def test_a_file_that_breaks_off_keeps_what_came_before(tmp_path: Path) -> None:
    _, reading = _read(tmp_path, SMS[: SMS.index("not sent")])
    assert len(reading.events) == 2
    assert all(unit.partial and "breaks off" in unit.reason for unit in reading.units)


@pytest.mark.parametrize(
    "text",
    [
        '<!DOCTYPE smses [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><smses><sms address="1" date="1" type="1" body="&b;" /></smses>',
        '<!DOCTYPE smses [<!ENTITY x SYSTEM "file:///etc/passwd">]><smses><sms address="1" date="1" type="1" body="x" /></smses>',
    ],
)
def test_entities_are_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "sms.xml"
    path.write_text(text)
    with pytest.raises(Unreadable):
        READER.read(path, media_type=formats.SMS, part=Part(), engines=Engines(), context=context_of("sms.xml"))


@given(st.lists(st.one_of(st.sampled_from(["&#55357;", "&#56832;", "&#xD83D;", "&#xde00;", "&#0;", "&#65535;", "&#10;", "&amp;"]),
                          st.text("ab<é", max_size=3)), max_size=12))  # fmt: skip
def test_mending_keeps_every_byte_in_its_place(pieces: list[str]) -> None:
    from xml.parsers import expat

    text = "".join(pieces).replace("<", "")
    data = f'<a b="{text}" />'.encode()
    made = mended(data)
    assert len(made) == len(data)
    expat.ParserCreate().Parse(made, True)


@settings(max_examples=60)
@given(st.data())
def test_damaged_files_are_refused_or_read_honestly(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    damaged = bytearray(data.draw(st.sampled_from([SMS, CALLS])).encode())
    if data.draw(st.booleans()):
        del damaged[data.draw(st.integers(1, len(damaged))) :]
    for at in data.draw(st.lists(st.integers(0, len(damaged) - 1), max_size=4)):
        damaged[at] ^= 1 << data.draw(st.integers(0, 7))
    folder = tmp_path_factory.mktemp("damaged")
    path = folder / "x.xml"
    path.write_bytes(bytes(damaged))
    identify(path, hint="x.xml")
    try:
        reading = READER.read(
            path, media_type=formats.SMS, part=Part(), engines=Engines(), context=context_of("x.xml", folder)
        )
    except Unreadable:
        return
    check_shape(reading)

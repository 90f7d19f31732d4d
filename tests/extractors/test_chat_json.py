"""Telegram, Messenger, Instagram, Discord and Slack: what their JSON holds, in parts, damaged, and back to its bytes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from chat_reading import READER, Part, Sibling, check_shape, context_of, messages, originals, read_all, read_one
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence.digest import sha256_file
from evidence.errors import Unreadable
from evidence.records import Attachment
from extractors.chat import cutting, formats
from extractors.chat.json_file import open_json
from extractors.chat.meta import repaired
from extractors.identify import identify
from extractors.protocols import Engines

TELEGRAM: dict[str, Any] = {
    "about": "Here is the data you requested. Remember: Telegram is ad free.",
    "personal_information": {"user_id": 111, "first_name": "Rob", "last_name": "B", "phone_number": "+44 7700 900123"},
    "contacts": {"list": [{"first_name": "Dee", "last_name": "", "phone_number": "+44 7700 900456", "date": "2024-01-01T00:00:00"}]},
    "chats": {
        "list": [
            {
                "name": "Dee", "type": "personal_chat", "id": 222,
                "messages": [
                    {"id": 1, "type": "message", "date": "2024-03-13T15:04:05", "date_unixtime": "1710342245", "from": "Dee",
                     "from_id": "user222", "text": ["see ", {"type": "text_link", "text": "this", "href": "https://x.example"}, "!"]},
                    {"id": 2, "type": "message", "date": "2024-03-13T15:05:05", "date_unixtime": "1710342305", "edited": "2024-03-13T15:06:05",
                     "edited_unixtime": "1710342365", "from": "Rob", "from_id": "user111", "reply_to_message_id": 1, "text": "no 😀",
                     "reactions": [{"type": "emoji", "count": 1, "emoji": "👍", "recent": [{"from": "Dee", "from_id": "user222"}]}]},
                    {"id": 3, "type": "message", "date_unixtime": "1710342400", "from": "Dee", "from_id": "user222", "text": "",
                     "photo": "photos/photo_1.jpg", "forwarded_from": "Old Tom"},
                    {"id": 4, "type": "message", "date_unixtime": "1710342401", "from": "Dee", "from_id": "user222", "text": "",
                     "file": "(File not included. Change data exporting settings to download.)", "media_type": "voice_message",
                     "duration_seconds": 7, "mime_type": "audio/ogg"},
                    {"id": 5, "type": "service", "date_unixtime": "1710342402", "actor": "Rob", "actor_id": "user111",
                     "action": "phone_call", "duration_seconds": 34, "discard_reason": "hangup", "text": ""},
                    {"id": 6, "type": "message", "date_unixtime": "1710342403", "from": None, "from_id": "user333", "text": "",
                     "location_information": {"latitude": 53.35, "longitude": -6.26}},
                ],
            },
            {
                "name": "Lodge", "type": "private_supergroup", "id": 4711,
                "messages": [
                    {"id": 9, "type": "service", "date_unixtime": "1710342402", "actor": "Rob", "actor_id": "user111",
                     "action": "invite_members", "members": ["Dee", None], "text": ""},
                    {"id": 10, "type": "message", "date_unixtime": "1710342403", "from": "Ana", "from_id": "user444", "text": "",
                     "poll": {"question": "Which night?", "answers": [{"text": "Friday"}, {"text": "Saturday"}]}},
                ],
            },
            {"name": None, "type": "personal_chat", "id": 5, "messages": []},
        ]
    },
}  # fmt: skip


def _write(folder: Path, made: object, name: str = "result.json", **how: Any) -> Path:
    path = folder / name
    path.write_text(json.dumps(made, **how), encoding="utf-8")
    return path


@pytest.mark.parametrize("how", [{"indent": 1, "ensure_ascii": False}, {}, {"separators": (",", ":")}])
def test_telegram_keeps_what_a_message_says_of_itself(tmp_path: Path, how: dict[str, Any]) -> None:
    path = _write(tmp_path, TELEGRAM, **how)
    assert identify(path, hint="result.json") == formats.TELEGRAM
    reading = read_one(path)
    check_shape(reading)
    said = messages(reading)
    events = [event for _, event in said]
    texts = [segment.text for segment, _ in said]
    rob, dee = ("account", "telegram:user111"), ("account", "telegram:user222")
    assert texts[:2] == ["see this!", "no 😀"]
    assert events[0].facts == {"links": "https://x.example"}
    assert events[0].parties == (("from", *dee), ("to", *rob))
    assert events[0].time_utc == "2024-03-13T15:04:05Z"
    assert "2024-03-13T15:04:05" in events[0].time_written
    assert (events[1].state, events[1].reply_to, events[1].key) == ("edited", "1", "2")
    assert events[1].facts == {"edited": "2024-03-13T15:06:05Z", "reactions": "👍 1 (Dee)"}
    assert events[1].parties == (("from", *rob), ("to", *dee))
    assert events[2].attachments == (Attachment(name="photos/photo_1.jpg", media_type="image/jpeg"),)
    assert events[2].facts["forwarded_from"] == "Old Tom"
    assert not events[3].attachments
    assert "not included" in texts[3]
    assert (events[4].kind, events[4].facts["seconds"], events[4].until_utc) == ("call", "34", "2024-03-13T15:07:16Z")
    assert events[4].parties == (("from", *rob), ("to", *dee))
    assert events[5].facts["latitude"] == "53.35"
    assert texts[6] == "[invite members: Dee]"
    assert events[7].parties == (("from", "account", "telegram:user444"), ("in", "account", "telegram:channel4711"))
    assert texts[7] == "Which night?\n- Friday\n- Saturday"


def test_telegram_names_accounts_contacts_and_who_was_exported(tmp_path: Path) -> None:
    reading = read_one(_write(tmp_path, TELEGRAM))
    first, second, empty, book = reading.units
    assert first.segments[0].text.splitlines() == [
        "Dee", "user222, shown as Dee", "user111, shown as Rob (the account that was exported)", "user333",
    ]  # fmt: skip
    assert second.segments[0].text.startswith("Lodge\nchannel4711\nuser111, shown as Rob")
    assert empty.reason == "a conversation without messages"
    assert book.segments[0].text.splitlines()[1:] == [
        "user111, shown as Rob B (the account that was exported)", "+44 7700 900123 (the account's number)",
        "+44 7700 900456, shown as Dee (contact)",
    ]  # fmt: skip
    stated = {(one.kind, one.source_value, one.target_value) for one in reading.related}
    assert ("registered", "telegram:user111", "+447700900123") in stated
    assert ("member_of", "telegram:user444", "telegram:channel4711") in stated
    assert ("known_as", "telegram:user222", "Dee") in stated


def test_every_place_of_every_json_export_leads_back_to_its_object(tmp_path: Path) -> None:
    for made, name in (
        (TELEGRAM, "result.json"),
        (MESSENGER, "message_1.json"),
        (DISCORD, "d.json"),
        (SLACK, "2024-03-13.json"),
    ):
        for how in ({"indent": 2}, {}):
            path = _write(tmp_path, made, name, **how)
            reading = read_one(path)
            for segment, data in originals(path, reading, context_of(name)):
                thing = json.loads(data)
                assert segment.place.field in ("message", "roster", "contact")  # type: ignore[union-attr]
                if segment.place.field == "message" and made is TELEGRAM:  # type: ignore[union-attr]
                    assert str(thing["id"]) == segment.place.key  # type: ignore[union-attr]


def test_long_exports_give_the_same_in_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    many = [
        {
            "id": n,
            "type": "message",
            "date_unixtime": str(1710342245 + n),
            "from": f"N{n % 5}",
            "from_id": f"user{n % 5}",
            "text": f"text {n}",
        }
        for n in range(1, 951)
    ]
    small = [{"name": f"C{n}", "type": "private_group", "id": n, "messages": many[: n * 20]} for n in range(1, 6)]
    chats = [*small[:2], {"name": "Long", "type": "private_group", "id": 99, "messages": many}, *small[2:]]
    path = _write(tmp_path, {"about": "Telegram", "chats": {"list": chats}}, indent=1)
    whole = read_one(path)
    real = cutting.cut
    monkeypatch.setattr("extractors.chat.telegram.cut", lambda sizes: real(sizes, least=300))
    parts = read_all(path)
    assert len(parts) > 4
    for part in parts:
        check_shape(part)
    kept = {(unit.number, unit.first_ordinal + at): (one.text, one.place) for part in parts for unit in part.units
            for at, one in enumerate(unit.segments)}  # fmt: skip
    assert kept == {
        (unit.number, 1 + at): (one.text, one.place) for unit in whole.units for at, one in enumerate(unit.segments)
    }
    assert sum(len(part.named) for part in parts) == len(whole.named)


def _broken(text: str) -> str:
    """Return text as Meta writes it: its UTF-8 bytes as Latin-1 characters."""
    return text.encode().decode("latin-1")


MESSENGER: dict[str, Any] = {
    "participants": [{"name": _broken("Zoë K")}, {"name": "Rob"}],
    "messages": [
        {"sender_name": _broken("Zoë K"), "timestamp_ms": 1710342305000, "content": _broken("naïve 😀"),
         "reactions": [{"reaction": _broken("❤"), "actor": "Rob"}], "type": "Generic"},
        {"sender_name": "Rob", "timestamp_ms": 1710342245000, "photos": [{"uri": "messages/inbox/x/photos/1.jpg", "creation_timestamp": 1}]},
        {"sender_name": "Rob", "timestamp_ms": 1710342240000, "call_duration": 62, "content": "Rob called you.", "type": "Call"},
        {"sender_name": "Rob", "timestamp_ms": 1710342230000, "is_unsent": True},
        {"sender_name": "Rob", "timestamp_ms": 1710342220000, "share": {"link": "https://x.example", "share_text": "look"}},
    ],
    "title": _broken("Zoë K"),
    "thread_path": "inbox/zoek_123",
}  # fmt: skip


def test_messenger_text_is_repaired_and_kept_as_written(tmp_path: Path) -> None:
    path = _write(tmp_path, MESSENGER, "message_1.json")
    assert identify(path, hint="message_1.json") == formats.META
    reading = read_one(path)
    check_shape(reading)
    said = messages(reading)
    assert [segment.text for segment, _ in said] == [
        "naïve 😀", "[messages/inbox/x/photos/1.jpg]", "Rob called you.", "[unsent]", "look https://x.example",
    ]  # fmt: skip
    first = said[0][1]
    assert first.facts == {"as_written": _broken("naïve 😀"), "reactions": "❤ Rob"}
    assert first.parties == (("from", "display_name", "Zoë K"), ("to", "display_name", "Rob"))
    assert first.time_utc == "2024-03-13T15:05:05Z"
    assert (first.conversation, said[1][1].key) == ("inbox/zoek_123", "")
    assert said[1][1].attachments == (Attachment(name="messages/inbox/x/photos/1.jpg"),)
    assert (said[2][1].kind, said[2][1].facts["seconds"], said[3][1].state) == ("call", "62", "deleted")
    assert reading.units[0].segments[0].text == "Zoë K\nZoë K\nRob"


def test_only_text_that_was_broken_is_repaired() -> None:
    assert repaired(_broken("Zoë €")) == "Zoë €"
    assert repaired("Zoë") == "Zoë"  # not UTF-8 when taken as Latin-1: it was right
    assert repaired("Zoë €") == "Zoë €"


def test_messengers_newer_export_is_read(tmp_path: Path) -> None:
    made = {"participants": ["Dee", "Rob"], "threadName": "Dee_1", "messages": [
        {"isUnsent": False, "media": [{"uri": "./media/1.jpg"}], "reactions": [], "senderName": "Dee", "text": "é", "timestamp": 1710342245000, "type": "text"},
    ]}  # fmt: skip
    path = _write(tmp_path, made, "Dee_1.json")
    ((segment, event),) = messages(read_one(path))
    assert (segment.text, event.time_utc) == ("é", "2024-03-13T15:04:05Z")
    assert event.attachments == (Attachment(name="./media/1.jpg"),)


DISCORD: dict[str, Any] = {
    "guild": {"id": "1", "name": "Lodge"},
    "channel": {"id": "77", "type": "GuildTextChat", "name": "rooms", "topic": "keys"},
    "dateRange": {"after": None, "before": None},
    "messages": [
        {"id": "900", "type": "Default", "timestamp": "2024-03-13T15:04:05.123+01:00", "timestampEdited": "2024-03-13T15:05:05+01:00",
         "isPinned": True, "content": "hello", "author": {"id": "5", "name": "dee", "discriminator": "0042", "nickname": "Dee", "isBot": False},
         "attachments": [{"id": "1", "url": "https://cdn.example/a.png", "fileName": "a.png", "fileSizeBytes": 3}], "embeds": [],
         "reactions": [{"emoji": {"name": "👍"}, "count": 2, "users": [{"id": "6", "name": "rob"}]}]},
        {"id": "901", "type": "Reply", "timestamp": "2024-03-13T15:06:05+01:00", "content": "yes",
         "author": {"id": "6", "name": "rob", "discriminator": "0000"}, "reference": {"messageId": "900"}},
    ],
    "messageCount": 2,
}  # fmt: skip


def test_discord_keeps_accounts_answers_and_the_zone_written(tmp_path: Path) -> None:
    path = _write(tmp_path, DISCORD, "rooms.json")
    assert identify(path, hint="rooms.json") == formats.DISCORD
    reading = read_one(path)
    check_shape(reading)
    (one, first), (_, second) = messages(reading)
    assert (first.time_utc, first.time_local, first.zone, first.zone_by) == (
        "2024-03-13T14:04:05Z", "2024-03-13T15:04:05", "+01:00", "the record",
    )  # fmt: skip
    assert (one.speaker, first.state, first.attachments) == ("Dee", "edited", (Attachment(name="a.png"),))
    assert first.facts["reactions"] == "👍 2 (rob)"
    assert first.parties == (("from", "account", "discord:5"), ("in", "account", "discord:channel:77"))
    assert (second.reply_to, second.key) == ("900", "901")
    assert reading.units[0].segments[0].text.splitlines() == [
        "Lodge / rooms", "channel 77", "5, shown as Dee (user name dee#0042)", "6, shown as rob",
    ]  # fmt: skip


SLACK: list[dict[str, Any]] = [
    {"type": "message", "user": "U02ABCDEF", "text": "see <@U03ABCDEF>", "ts": "1710342245.000100", "thread_ts": "1710342245.000100",
     "user_profile": {"display_name": "dee", "real_name": "Dee K"}, "reactions": [{"name": "eyes", "users": ["U03ABCDEF"], "count": 1}]},
    {"type": "message", "user": "U03ABCDEF", "text": "yes", "ts": "1710342305.000200", "thread_ts": "1710342245.000100",
     "edited": {"user": "U03ABCDEF", "ts": "1710342310.000000"}, "files": [{"id": "F1", "name": "plan.pdf", "mimetype": "application/pdf"}]},
    {"type": "message", "subtype": "channel_join", "user": "U03ABCDEF", "text": "<@U03ABCDEF> has joined", "ts": "1710342306.000200"},
]  # fmt: skip
USERS = [
    {"id": "U02ABCDEF", "team_id": "T1", "name": "dee", "deleted": False, "real_name": "Dee K",
     "profile": {"display_name": "dee", "email": "Dee@lodge.example", "phone": "+44 7700 900123", "real_name": "Dee K"}},
    {"id": "U03ABCDEF", "team_id": "T1", "name": "rob", "deleted": True, "real_name": "Rob B", "profile": {"real_name": "Rob B"}},
]  # fmt: skip


def test_slack_days_are_read_with_the_users_beside_them(tmp_path: Path) -> None:
    path, users = _write(tmp_path, SLACK, "2024-03-13.json"), _write(tmp_path, USERS, "users.json")
    assert identify(path, hint="x.json") == formats.SLACK
    assert identify(users, hint="users.json") == formats.SLACK_USERS
    sibling = Sibling(name="export/users.json", path=users, sha256=sha256_file(users))
    context = context_of("export/rooms/2024-03-13.json", siblings=(sibling,))
    reading = read_one(path, context=context)
    check_shape(reading)
    (_, first), (one, second), (_, third) = messages(reading)
    assert first.parties == (("from", "account", "slack:U02ABCDEF"), ("in", "account", "slack:channel:rooms"))
    (group,) = {(one.value, one.status) for one in reading.named if one.value == "slack:channel:rooms"}
    assert group[1] == "unverified"  # another workspace may have a channel of the same name
    assert first.facts == {"reactions": ":eyes: 1 (Rob B)", "names_in_text": "U03ABCDEF is Rob B"}
    assert (one.speaker, second.reply_to, second.state) == ("Rob B", "1710342245.000100", "edited")
    assert second.attachments == (Attachment(name="plan.pdf", media_type="application/pdf"),)
    assert third.facts["type"] == "channel_join"
    assert (first.key, first.time_utc) == ("1710342245.000100", "2024-03-13T15:04:05Z")
    alone = messages(read_one(path, name="rooms/2024-03-13.json"))
    assert [segment.speaker for segment, _ in alone] == ["dee", "U03ABCDEF", "U03ABCDEF"]


def test_slack_users_are_a_roster(tmp_path: Path) -> None:
    reading = read_one(_write(tmp_path, USERS, "users.json"))
    assert (reading.units[0].outcome, reading.units[0].reason) == ("read", "")
    assert {(one.kind, one.value) for one in reading.named} == {
        ("account", "slack:U02ABCDEF"), ("account", "slack:U03ABCDEF"), ("display_name", "dee"), ("display_name", "Rob B"),
        ("email", "dee@lodge.example"), ("phone", "+447700900123"),
    }  # fmt: skip


def test_a_message_that_cannot_be_taken_apart_stands_as_it_is(tmp_path: Path) -> None:
    made = {"name": "x", "type": "personal_chat", "id": 1, "messages": [
        {"id": 1, "type": "message", "date_unixtime": "1", "from": "A", "from_id": "user1", "text": {"not": "text"}},
        7,
        {"id": 3, "type": "message", "date_unixtime": "9" * 9000, "from": "A", "from_id": "user1", "text": "kept"},
    ]}  # fmt: skip
    reading = read_one(_write(tmp_path, made))
    check_shape(reading)
    (unit,) = reading.units
    assert unit.partial
    assert "2 messages could not be taken apart" in unit.reason
    assert [segment.text for segment in unit.segments][2:] == ["7", "kept"]
    assert reading.events[0].time_utc == ""


def test_half_a_character_is_replaced_and_the_message_kept(tmp_path: Path) -> None:
    path = tmp_path / "result.json"
    path.write_bytes(b'{"name":"x","type":"personal_chat","id":1,"messages":[{"id":1,"type":"message","date_unixtime":"1",'
                     b'"from":"A","from_id":"user1","text":"a \\ud83d b \\\\ud83d \xff"}]}')  # fmt: skip
    reading = read_one(path)
    assert [segment.text for segment, _ in messages(reading)] == ["a \ufffd b \\ud83d ?"]
    assert "mended" in reading.units[0].facts
    assert originals(path, reading, context_of("result.json"))[1][1] in path.read_bytes()


@pytest.mark.parametrize(
    "data",
    [b'{"messages": [', b'{"messages": [' + b"[" * 200_000, b'{"messages": 7}', b"[]", b'{"messages": [{]}', b"{}"],
)
def test_malformed_json_is_refused_or_empty(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "x.json"
    path.write_bytes(data)
    for kind in (formats.TELEGRAM, formats.META, formats.DISCORD, formats.SLACK):
        try:
            READER.survey(path, media_type=kind, context=context_of("x.json"))
            reading = READER.read(path, media_type=kind, part=Part(), engines=Engines(), context=context_of("x.json"))
        except Unreadable:
            continue
        assert not reading.events


def test_a_file_beyond_memory_is_refused(tmp_path: Path) -> None:
    from evidence.errors import LimitExceeded
    from extractors.protocols import Limits

    path = _write(tmp_path, TELEGRAM)
    with pytest.raises(LimitExceeded):
        open_json(path, context_of("x", limits=Limits(memory_bytes=100)))


@settings(max_examples=80)
@given(st.data())
def test_damaged_exports_are_refused_or_read_honestly(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    made, kind = data.draw(st.sampled_from([(TELEGRAM, formats.TELEGRAM), (MESSENGER, formats.META), (DISCORD, formats.DISCORD),
                                            (SLACK, formats.SLACK)]))  # fmt: skip
    damaged = bytearray(json.dumps(made).encode())
    if data.draw(st.booleans()):
        del damaged[data.draw(st.integers(1, len(damaged))) :]
    for at in data.draw(st.lists(st.integers(0, len(damaged) - 1), max_size=4)):
        damaged[at] ^= 1 << data.draw(st.integers(0, 7))
    path = tmp_path_factory.mktemp("damaged") / "x.json"
    path.write_bytes(bytes(damaged))
    identify(path, hint="x.json")
    try:
        reading = READER.read(path, media_type=kind, part=Part(), engines=Engines(), context=context_of("x.json"))
    except Unreadable:
        return
    check_shape(reading)

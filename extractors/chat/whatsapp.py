"""WhatsApp's text export, and Signal's as sigexport writes it: messages, who sent them, what the app wrote in between."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path, PurePosixPath
from typing import Final, NamedTuple

from evidence.records import Attachment, Reading
from extractors.accounts import USER_OF_DEVICE, account
from extractors.chat.clocks import iso_time
from extractors.chat.days import decide, iso_day
from extractors.chat.text_export import Export, Positions, Run, blocks, open_export, run_of
from extractors.chat.thread import NOBODY, Gathered, Parties, Talker, Thread, When, fit, shown_name
from extractors.chat.wording import SYSTEM, Body, body_of, is_a_sender
from extractors.protocols import Part, ReadContext

_NUMBER: Final = re.compile(r"\+[\d\s().\-\u00a0\u202f\u2011–]{6,30}")
_TITLES: Final = re.compile(
    r"(?:WhatsApp[ -]Chat (?:with|mit)|WhatsApp Chat -|Chat de WhatsApp con|Conversa do WhatsApp com|Chat WhatsApp con|"
    r"Discussion WhatsApp avec|WhatsApp-chat met|Czat WhatsApp z użytkownikiem|Чат WhatsApp с(?: контактом)?|WhatsApp Sohbeti -|"
    r"Conversație WhatsApp cu|WhatsApp-chatt med|WhatsApp-chat med|Chat WhatsApp dengan|Chat di WhatsApp con) ?(?P<with>.+)"
)
_SIGNAL_MEDIA: Final = re.compile(r"!?\[(?P<label>[^\]\n]*)\]\((?P<path>[^)\n]+)\)")
_SIGNAL_REACTIONS: Final = re.compile(r"\s*\(- (?P<who>[^()\n]{1,200}) -\)\s*$")
_OWN: Final = "Me"


class _Who(NamedTuple):
    speaker: str
    parties: Parties


class People:
    """Who speaks in an export, told by the names and numbers before the colons."""

    def __init__(self, *, service: str, region: str) -> None:
        self._service = service
        self._region = region
        self.talkers: dict[str, Talker | None] = {}
        """By the name as written; None for what is no sender but the app's own sentence."""
        self.spoke: set[str] = set()

    def meet(self, written: str, *, said_it: bool) -> None:
        """Note that a line has this sender, and whether it is a message and not the app's own line."""
        if written not in self.talkers:
            self.talkers[written] = self._talker(written)
        if said_it:
            self.spoke.add(written)

    def _talker(self, written: str) -> Talker | None:
        name = shown_name(written)
        if not name or not is_a_sender(name):
            return None
        if self._service == "signal" and name == _OWN:
            return Talker(USER_OF_DEVICE, "")
        unsaved = name.startswith("~")
        if unsaved:
            return Talker(
                None, f"~ {name.lstrip('~ ')}".strip(), "the name the sender gave, number not in the phone's contacts"
            )
        if _NUMBER.fullmatch(name):
            return Talker(account(name, service=self._service, region=self._region), "")
        return Talker(None, name)

    def roster(self) -> list[Talker]:
        """Return those who wrote something, in the order in which they first appear."""
        return [talker for written, talker in self.talkers.items() if talker is not None and written in self.spoke]

    def sides(self, title: str) -> dict[str, _Who]:
        """Return for each sender how they are shown and who they wrote to, which only a chat of two tells.

        It is one where the chat bears the name of one of at most two who wrote in it.
        """
        spoke = {written: talker for written, talker in self.talkers.items() if talker and written in self.spoke}
        names = {_name(talker) for talker in spoke.values()}
        two = len(names) <= 2 and bool(title) and title in names
        made = {}
        for written, talker in self.talkers.items():
            if talker is None:
                continue
            others = {_name(one): one for one in spoke.values() if _name(one) != _name(talker)} if two else {}
            to = tuple(one.party("to") for one in others.values())
            made[written] = _Who(_name(talker), (talker.party("from"), *to))
        return made


def _name(talker: Talker) -> str:
    """Return what a sender is called in the exhibit."""
    if talker.name:
        return talker.name
    return shown_name(talker.account.written) if talker.account and talker.account.written else _OWN


def title_of(context: ReadContext, first_line: tuple[str, str]) -> str:
    """Return the chat's name: from the export's own file name, else from the first line, which an iPhone heads so."""
    for piece in reversed(PurePosixPath(context.name.replace("\\", "/")).parts):
        stem = re.sub(r"\.(?:txt|zip)$", "", shown_name(piece), flags=re.IGNORECASE)
        if match := _TITLES.search(stem):
            return re.sub(r" \(\d+\)$", "", match["with"].strip())
    sender, body = first_line
    return shown_name(sender) if sender and SYSTEM.search(body) else ""


def read_whatsapp(path: Path, *, part: Part, context: ReadContext) -> Reading:
    """Return the conversation, or the run of its messages that `part` holds; raises Unreadable."""
    return _read(path, part, context, service="whatsapp")


def read_signal(path: Path, *, part: Part, context: ReadContext) -> Reading:
    """Return a conversation as sigexport wrote it; what `Me` wrote is from the user of the device."""
    return _read(path, part, context, service="signal")


def _read(path: Path, part: Part, context: ReadContext, *, service: str) -> Reading:
    export = open_export(path, context)
    run = run_of(part, export)
    text = export.text(run.start, run.stop)
    matches = list(export.shape.pattern.finditer(text))
    people = People(service=service, region=context.region)
    if run.first == 1 and run.order is not None:
        _meet_everyone(export, people)
    else:
        _meet(people, text, matches)
    title = _title(export, context, service)
    order = run.order or decide(dict.fromkeys(match["date"] for match in matches), asserted=context.day_order)
    thread = Thread(
        gathered := Gathered(), number=1, title=title or service.title(), conversation=title, first=run.first
    )
    _add(thread, export, run, text, matches, people.sides(title), order.order, service)
    thread.facts |= order.facts | _facts(export, matches)
    rule = f"{'WhatsApp' if service == 'whatsapp' else 'Signal'} export, senders of messages"
    thread.close(people.roster(), rule=rule, offset=run.start, length=_first_length(export, run, text, matches))
    return gathered.reading()


def _title(export: Export, context: ReadContext, service: str) -> str:
    if service == "signal":
        parts = PurePosixPath(context.name.replace("\\", "/")).parts
        return shown_name(parts[-2]) if len(parts) > 1 else ""
    text = export.text(export.begins, min(len(export.data), export.begins + 4096))
    match = export.shape.pattern.search(text)
    if match is None:
        return title_of(context, ("", ""))
    return title_of(context, (match["sender"] or "", text[match.end() :].partition("\n")[0]))


def _meet_everyone(export: Export, people: People) -> None:
    pattern = export.shape.pattern
    for _, text in blocks(export):
        _meet(people, text, pattern.finditer(text))


def _meet(people: People, text: str, matches: Iterable[re.Match[str]]) -> None:
    known = people.spoke
    for match in matches:
        sender = match["sender"]
        if sender is not None and sender not in known:
            end = match.end()
            marked = text[end : end + 1] in ("\u200e", "\u200f")
            people.meet(sender, said_it=not (marked and body_of(_line(text, end)).facts == _APP))


_APP: Final = {"written_by": "the app"}
_NO_SENDER: Final = {"sender": "none stands in the line"}


def _line(text: str, start: int) -> str:
    end = text.find("\n", start)
    return text[start : end if end >= 0 else len(text)].rstrip("\r")


def _facts(export: Export, matches: Sequence[re.Match[str]]) -> dict[str, str]:
    facts = {"charset": export.charset + (" (guessed)" if export.guessed else "")}
    if matches and matches[0]["time"].count(":") + matches[0]["time"].count(".") < 2:
        facts["precision"] = "minutes"
    return facts


def _first_length(export: Export, run: Run, text: str, matches: Sequence[re.Match[str]]) -> int:
    stop = matches[1].start() if len(matches) > 1 else len(text) - 1
    return len(text[1 : stop + 1].encode(export.charset, "surrogateescape"))


def _add(
    thread: Thread,
    export: Export,
    run: Run,
    text: str,
    matches: list[re.Match[str]],
    sides: dict[str, _Who],
    order: str,
    service: str,
) -> None:
    """Add the messages of a run, and what stands before the first."""
    positions = Positions(export, text, run.start)
    first = matches[0].start() if matches else len(text) - 1
    before = positions.at(first)
    if (lead := text[:first].strip()) and run.first == 1:
        thread.add_unread(lead, offset=run.start, length=before - run.start)
    days: dict[str, str] = {}
    times: dict[tuple[str, str, str], str] = {}
    bodies = body_of if service == "whatsapp" else _signal_body
    clean = fit if any(mark in text for mark in ("\r", "\x00")) or fit(text) != text else str
    offset = before
    last = len(matches) - 1
    for number, match in enumerate(matches):
        stop = matches[number + 1].start() if number < last else len(text)
        following = positions.at(stop) if number < last else run.stop
        date, gap, time, after, sender = match.groups()
        day = days.get(date)
        if day is None:
            day = days[date] = iso_day(date, order)
        clock = times.get((gap, time, after))
        if clock is None:
            clock = times[gap, time, after] = iso_time(gap, time, after)
        written = text[match.start(1) : match.end(4)]
        when = When(written, "", f"{day}T{clock}" if day and clock else "")
        who = sides.get(sender) if sender is not None else None
        body = bodies(clean(text[match.end() if who else match.start(5) if sender else match.end() : stop].rstrip()))
        _add_one(thread, body, who, when, offset, following - offset)
        offset = following


def _add_one(thread: Thread, body: Body, who: _Who | None, when: When, offset: int, length: int) -> None:
    facts = body.facts
    parties = who.parties if who else NOBODY
    if who is None:
        facts = (facts or {}) | _NO_SENDER
    elif facts and facts == _APP:
        parties = NOBODY
    thread.add(
        body.text,
        speaker=who.speaker if who else "",
        parties=parties,
        when=when,
        offset=offset,
        length=length,
        kind=body.kind,
        state=body.state,
        attachments=body.attachments,
        facts=facts,
    )


def _signal_body(raw: str) -> Body:
    """Return a body as sigexport writes it: Markdown links to its media, reactions in brackets at the end."""
    facts: dict[str, str] = {}
    if reactions := _SIGNAL_REACTIONS.search(raw):
        raw = raw[: reactions.start()]
        facts["reactions"] = reactions["who"]
    attachments = tuple(
        Attachment(name=found["path"]) for found in _SIGNAL_MEDIA.finditer(raw) if "://" not in found["path"]
    )
    return Body(raw.strip(), "", attachments, facts)

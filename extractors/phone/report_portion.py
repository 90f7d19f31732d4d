"""A portion of a report as units: what the report says of itself, its files, its models, its chats or a piece of one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from evidence.locator import RecordPlace
from extractors.phone.making import Making
from extractors.phone.report_bytes import ReportBytes, windows
from extractors.phone.report_context import ReportContext
from extractors.phone.report_files import Taken, entry_of
from extractors.phone.report_marks import LOCAL_PATH, local_path
from extractors.phone.report_model import Model, model_of, parse, parse_all
from extractors.phone.report_people import Seen
from extractors.phone.report_rest import anything, call, contact, location
from extractors.phone.report_scan import CHAT, MESSAGE, Portion, Span, spans
from extractors.phone.report_summary import summary
from extractors.phone.report_talk import Conversation, loose, message

_LARGEST: Final = 48 << 20
_HEAD: Final = 1 << 20
_TOGETHER: Final = 64
_TALK: Final = frozenset(("SMS", "MMS", "Email", MESSAGE))
_LISTED: Final = frozenset(("Contact", "UserAccount"))
_OVERLAP: Final = 4096


def read_portion(portion: Portion, making: Making, around: ReportContext, taken: Taken | None) -> None:
    """Add the units of a portion; `taken` takes files out of the zip, None where the report stands alone."""
    if portion.section == "opening":
        _opening(portion, making, around, taken)
    elif portion.section == "files":
        _files(portion, making, around, taken)
    elif portion.chat is not None:
        _piece(portion, making, around)
    else:
        _models(portion, making, around)


def _opening(portion: Portion, making: Making, around: ReportContext, taken: Taken | None) -> None:
    """Add what the report says of the case, the device and itself, and the files of the zip that it lists nowhere."""
    facts = summary(around.source.read(0, min(portion.end, _HEAD)), making)
    for problem in around.scan.problems:
        making.miss(problem)
    if taken is not None and taken.by_name:
        listed = {
            name for one in around.scan.portions if one.section == "files" for name in _locals(around.source, one)
        }
        for name in taken.others(listed):
            _take(taken, name, name, making)
    making.close("file", portion.unit, facts=facts)


def _locals(source: ReportBytes, portion: Portion) -> Iterator[str]:
    tail = b""
    for _, data in windows(source, portion.start, portion.end):
        held = tail + data
        for match in LOCAL_PATH.finditer(held):
            yield local_path(match[1])
        tail = held[-_OVERLAP:]


def _take(taken: Taken, local: str, inner_path: str, making: Making) -> None:
    child, why = taken.take(local, inner_path)
    if child is not None:
        making.children.append(child)
    if why:
        making.miss(why)


def _files(portion: Portion, making: Making, around: ReportContext, taken: Taken | None) -> None:
    for number, span in enumerate(spans(around.source, portion.start, portion.end), start=portion.record):
        parsed = parse(around.source.read(span.start, min(span.end - span.start, _LARGEST)))
        if parsed.element is None:
            making.miss(f"a file entry: {parsed.trouble}")
            continue
        if parsed.trouble:
            making.doubt(f"a file entry has {parsed.trouble}")
        entry = entry_of(parsed.element)
        place = around.place(record=number, field="file", key=entry.id, start=span.start, end=span.end)
        making.segment(entry.text, place)
        if taken is not None and entry.local:
            _take(taken, entry.local, entry.path or entry.local, making)
    making.close("file", portion.unit)


def _models(portion: Portion, making: Making, around: ReportContext) -> None:
    """Add the models of a portion: each chat a unit, each run of other models one."""
    unit, run, seen = portion.unit, "", Seen()
    began = ended = portion.start
    for number, span in enumerate(spans(around.source, portion.start, portion.end), start=portion.record):
        if run and (span.kind == CHAT or span.kind != run):
            _end_run(run, unit, making, seen, (began, ended))
            unit, run, seen = unit + 1, "", Seen()
        if span.kind == CHAT:
            _chat(span, number, unit, making, around)
            unit += 1
            continue
        began = began if run else span.start
        run, ended = span.kind, span.end
        _one(span, number, making, around, seen)
    if run:
        _end_run(run, unit, making, seen, (began, ended))


def _end_run(run: str, unit: int, making: Making, seen: Seen, bounds: tuple[int, int]) -> None:
    """End a run of models with a roster of the parties in it, which stand all over its bytes."""
    talks = run in _TALK or run == "Call"
    if seen.entries:
        start, end = bounds
        place = RecordPlace(record=1, field="header", table=run, offset=start, length=end - start)
        making.listed(f"parties of {run}", seen.entries, place=place, rule=f"Cellebrite report, parties of {run}")
    making.close("conversation" if talks else "file", unit, facts={"model": run})


def _loaded(span: Span, making: Making, around: ReportContext) -> Model | None:
    """Return the model of a span; None, and why, where it is too large or cannot be read."""
    return next(model for _, model in _loaded_all([span], making, around))


def _loaded_all(several: Iterable[Span], making: Making, around: ReportContext) -> Iterator[tuple[Span, Model | None]]:
    """Yield each span with its model, some sixty parsed at a time; None, and why, as `_loaded` does."""
    waiting: list[Span] = []
    size = 0
    for span in several:
        waiting.append(span)
        size += span.end - span.start
        if len(waiting) >= _TOGETHER or size > _HEAD:
            yield from _batch(waiting, making, around)
            waiting, size = [], 0
    yield from _batch(waiting, making, around)


def _batch(held: list[Span], making: Making, around: ReportContext) -> Iterator[tuple[Span, Model | None]]:
    fitting = [span for span in held if span.end - span.start <= _LARGEST]
    found = dict(
        zip(fitting, parse_all([around.source.read(one.start, one.end - one.start) for one in fitting]), strict=True)
    )
    for span in held:
        if span not in found:
            making.miss(f"a {span.kind} of {(span.end - span.start) >> 20} MiB, more than is read at once")
            yield span, None
            continue
        parsed = found[span]
        if parsed.element is None:
            making.miss(f"a {span.kind}: {parsed.trouble}")
        elif not span.whole:
            making.miss(f"the report ends in the middle of a {span.kind}")
        elif parsed.trouble:
            (making.miss if "malformed" in parsed.trouble else making.doubt)(f"a {span.kind} has {parsed.trouble}")
        yield span, model_of(parsed.element) if parsed.element is not None else None


def _one(span: Span, number: int, making: Making, around: ReportContext, seen: Seen) -> None:
    model = _loaded(span, making, around)
    if model is None:
        place = around.place(record=number, field="model", key=span.key, start=span.start, end=span.end)
        making.segment(f"[{span.kind}: not read]", place)
        return
    field = "call" if span.kind == "Call" else "contact" if span.kind in _LISTED else "model"
    field = "message" if span.kind in _TALK else field
    place = around.place(record=number, field=field, key=model.id, start=span.start, end=span.end, table=span.kind)
    if span.kind in _TALK:
        loose(model, making, around, place, seen)
    elif span.kind == "Call":
        call(model, making, around, place, seen)
    elif span.kind in _LISTED:
        contact(model, making, around, place)
    elif span.kind == "Location":
        location(model, making, around, place)
    else:
        anything(model, making, around, place)


# --- chats ---------------------------------------------------------------------------------------------------------


def _chat(span: Span, number: int, unit: int, making: Making, around: ReportContext) -> None:
    count, first, last = span.messages
    start = first if count else span.end
    talk = _conversation(
        span.start, first if count else span.end, last if count else span.end, span.end, around, making
    )
    _talk(talk, span, number, making, around)
    if count:
        _messages(talk, start, last, 1, making, around)
    _end_chat(talk, unit, 1, making)


def _piece(portion: Portion, making: Making, around: ReportContext) -> None:
    """Add a piece of a chat that is larger than a portion; its roster stands in the first."""
    assert portion.chat is not None
    start, first, last, end = portion.chat
    talk = _conversation(start, first, last, end, around, making)
    if portion.ordinal == 1:
        _talk(talk, Span(CHAT, start, end), portion.record, making, around)
    _messages(talk, portion.start, portion.end, max(1, portion.ordinal - 1), making, around)
    _end_chat(talk, portion.unit, portion.ordinal, making)


def _conversation(start: int, first: int, last: int, end: int, around: ReportContext, making: Making) -> Conversation:
    """Return a chat without its messages: what stands before the first and after the last."""
    data = around.source.read(start, min(first - start, _LARGEST)) + around.source.read(last, min(end - last, _LARGEST))
    parsed = parse(data)
    if parsed.trouble:
        making.miss(f"a chat has {parsed.trouble}")
    element = parsed.element
    model = model_of(element) if element is not None else Model(CHAT, {}, {}, {})
    return Conversation(model, around)


def _talk(talk: Conversation, span: Span, number: int, making: Making, around: ReportContext) -> None:
    place = around.place(
        record=number, field="header", key=talk.model.id, start=span.start, end=span.end, table=talk.id
    )
    talk.roster(making, place)


def _messages(talk: Conversation, start: int, end: int, number: int, making: Making, around: ReportContext) -> None:
    found = _loaded_all(spans(around.source, start, end), making, around)
    for record, (span, model) in enumerate(found, start=number):
        key = model.id if model is not None else span.key
        place = around.place(
            record=record, field="message", key=key, start=span.start, end=span.end, table=talk.name or talk.id
        )
        if model is None:
            making.segment("[message: not read]", place)
        else:
            message(model, talk, making, around, place)


def _end_chat(talk: Conversation, unit: int, ordinal: int, making: Making) -> None:
    facts = {"conversation": talk.id, "service": talk.service} | ({"name": talk.name} if talk.name else {})
    making.close("conversation", unit, first_ordinal=ordinal, facts=facts)

"""What messages state: who emailed whom and what senders sign with, only between established identifiers."""

from __future__ import annotations

from evidence.locator import RecordPlace
from evidence.records import Found, Segment, StatedRelation
from extractors.protocols import ReadContext
from extractors.relations import stated_relations
from extractors.relations.messages import header_spans, signature_span
from extractors.spacy_entities import SpacyEntities

HEADERS = """From: "M. Varga" <bookings@northquay.example>
To: desk@harbourlodge.example,
 Porter <porter@harbourlodge.example>
Cc: desk@harbourlodge.example; gate@wexcombemotors.example
Subject: rooms, not joe@example.org"""
BODY = """Dear desk, ring 020 7946 0199 about the rooms.

Kind regards,
M. Varga
Northquay Staffing Ltd
020 7946 0142 | https://northquay.example/contact
bookings@northquay.example

On Thu, 29 Jan 2026, desk wrote:
> Regards,
> 020 7946 0110"""


def message(headers: str = HEADERS, body: str = BODY, source: str = "native") -> tuple[Segment, ...]:
    return (
        Segment(index=0, text=headers, place=RecordPlace(record=1, field="headers"), source="native"),
        Segment(index=1, text=body, place=RecordPlace(record=1, field="body"), source=source),  # type: ignore[arg-type]
    )


def relations(*segments: Segment) -> tuple[StatedRelation, ...]:
    return SpacyEntities().find(segments, context=ReadContext(languages=("en",), region="GB")).relations


def test_a_sender_emailed_each_recipient_once_and_the_header_supports_it() -> None:
    emailed = [one for one in relations(*message()) if one.kind == "emailed"]
    assert [(one.source_value, one.target_value) for one in emailed] == [
        ("bookings@northquay.example", "desk@harbourlodge.example"),
        ("bookings@northquay.example", "porter@harbourlodge.example"),
        ("bookings@northquay.example", "gate@wexcombemotors.example"),
    ]
    assert HEADERS[emailed[1].start : emailed[1].end].startswith("To: desk@")
    assert all(HEADERS[one.start : one.end].startswith(("To:", "Cc:")) for one in emailed)


def test_a_sender_signs_with_what_stands_in_the_signature_and_with_nothing_before_or_quoted() -> None:
    signed = [one for one in relations(*message()) if one.kind == "signs_with"]
    assert [(one.target_kind, one.target_value) for one in signed] == [
        ("phone", "+442079460142"),
        ("url", "https://northquay.example/contact"),
    ]
    assert {one.source_value for one in signed} == {"bookings@northquay.example"}
    assert BODY[signed[0].start : signed[0].end] == "020 7946 0142 | https://northquay.example/contact"


def test_a_signature_read_by_a_machine_states_nothing() -> None:
    assert not [one for one in relations(*message(source="ocr")) if one.kind == "signs_with"]


def test_unverified_identifiers_take_no_part() -> None:
    body = "Regards,\nM.\nTel 07700 900123\nIBAN GB28 WEST 1234 5698 7654 32"
    assert not [one for one in relations(*message(body=body)) if one.kind == "signs_with"]


def test_without_one_sender_there_is_no_relation() -> None:
    assert relations(*message(headers="To: desk@harbourlodge.example")) == ()
    two = "From: a@example.org, b@example.org\nTo: c@example.org"
    assert [one.kind for one in relations(*message(headers=two))] == ["emailed"]


def test_messages_of_one_reading_keep_their_own_senders() -> None:
    other = (
        Segment(index=2, text="From: a@example.org\nTo: b@example.org", place=RecordPlace(record=2, field="headers"), source="native"),
        Segment(index=3, text="ok\n-- \nA\n020 7946 0143", place=RecordPlace(record=2, field="body"), source="native"),
    )  # fmt: skip
    signed = [one for one in relations(*message(), *other) if one.kind == "signs_with" and one.segment == 3]
    assert [(one.source_value, one.target_value) for one in signed] == [("a@example.org", "+442079460143")]


def test_signatures_begin_after_dashes_or_a_closing_and_end_before_quoted_text() -> None:
    for text, signature in [
        ("Hello\n-- \nMe", "\nMe"),
        ("Hello\nCu stimă,\nEu\n> Regards,\n> Tu", "\nEu\n"),
        ("Many thanks for the regards you sent", ""),
        ("", ""),
    ]:
        start, end = signature_span(text)
        assert text[start:end] == signature


def test_folded_headers_are_one() -> None:
    assert header_spans("To: a\n b\nX-Y: c\n") == [("to", (0, 8)), ("x-y", (9, 15))]


def named(segment: Segment, *quotes: str, kind: str = "person_name") -> list[Found]:
    starts = [(quote, segment.text.index(quote)) for quote in quotes]
    return [
        Found(segment=segment.index, kind=kind, start=start, end=start + len(quote), quote=quote, value=quote.casefold(),
              status="established")
        for quote, start in starts
    ]  # fmt: skip


def with_names(segments: tuple[Segment, ...], *names: Found) -> list[tuple[str, str, str, str]]:
    found = SpacyEntities().find(segments, context=ReadContext(languages=("en",), region="GB")).mentions
    made = stated_relations(segments, [*found, *names])
    return [(one.kind, one.source_value, one.target_value, one.rule) for one in made]


def test_the_name_before_an_address_in_a_header_is_its_display_name() -> None:
    segments = message()
    made = with_names(segments, *named(segments[0], "M. Varga", "Porter", "rooms"))
    assert [(source, target) for kind, source, target, _ in made if kind == "stated"] == [
        ("m. varga", "bookings@northquay.example"),
        ("porter", "porter@harbourlodge.example"),
    ]


def test_sender_and_name_both_sign_with_the_organisation_and_the_number() -> None:
    segments = message()
    names = [*named(segments[1], "M. Varga"), *named(segments[1], "Northquay Staffing Ltd", kind="organisation")]
    signed = [one[1:3] for one in with_names(segments, *names) if one[0] == "signs_with"]
    sender = "bookings@northquay.example"
    assert {("m. varga", "northquay staffing ltd"), ("m. varga", "+442079460142"), (sender, "m. varga")} <= set(signed)
    assert ("northquay staffing ltd", sender) in signed
    assert "+442079460110" not in {target for _, target in signed}


def test_headers_that_are_none_state_nothing() -> None:
    assert relations(*message(headers="a@example.org and b@example.org")) == ()

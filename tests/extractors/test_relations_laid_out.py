"""What cards, forms, table rows and "X of Y" state, between names and identifiers, scans included."""

from __future__ import annotations

import time
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.locator import PagePlace, Place, RecordPlace
from evidence.records import Found, MentionStatus, ReadingSource, Segment
from extractors.relations import RELATIONS_A_SEGMENT, stated_relations

PAGE = PagePlace(page=1, width_px=1000, height_px=1400, dpi=150)
ROW = RecordPlace(record=2, field="row")
PERSON, ORGANISATION, AT, PHONE, EMAIL, DATE, PLATE = (
    "person_name", "organisation", "place", "phone", "email", "date", "plate",
)  # fmt: skip
Says = tuple[str, str]


def stated(
    text: str,
    *says: Says,
    place: Place = PAGE,
    source: ReadingSource = "native",
    status: MentionStatus = "established",
) -> list[tuple[str, str, str, str]]:
    """Return (source, target, rule, supporting words) of what `text` states; `says` stand in it in this order."""
    segment = Segment(index=0, text=text, place=place, source=source)
    found = stated_relations([segment], mentions(text, *says, status=status))
    return [(one.source_value, one.target_value, one.rule, text[one.start : one.end]) for one in found]


def mentions(text: str, *says: Says, status: MentionStatus = "established") -> list[Found]:
    made: list[Found] = []
    at = 0
    for kind, quote in says:
        at = text.index(quote, at)
        end = at + len(quote)
        made.append(Found(segment=0, kind=kind, start=at, end=end, quote=quote, value=quote, status=status))
        at = end
    return made


def ends(made: Sequence[tuple[str, str, str, str]]) -> list[tuple[str, str]]:
    return [(source, target) for source, target, _, _ in made]


# --- cards ---------------------------------------------------------------------------------------------------------


def test_a_card_states_name_role_organisation_and_how_to_reach_them() -> None:
    text = "Denise Aldous\nNight Manager\nHarbour Lodge\n14 Quay Row, Ellery Docks\nTel. 020 7946 0110, e-mail: d@h.example"
    made = stated(
        text, (PERSON, "Denise Aldous"), (ORGANISATION, "Harbour Lodge"), (AT, "14 Quay Row"), (AT, "Ellery Docks"),
        (PHONE, "020 7946 0110"), (EMAIL, "d@h.example"),
    )  # fmt: skip
    details = ["14 Quay Row", "Ellery Docks", "020 7946 0110", "d@h.example"]
    assert ends(made) == [
        ("Denise Aldous", "Harbour Lodge"),
        *(("Denise Aldous", detail) for detail in details),
        *(("Harbour Lodge", detail) for detail in details),
    ]
    assert made[0][2:] == ('contact block, "Night Manager"', "Denise Aldous\nNight Manager\nHarbour Lodge")


def test_two_cards_on_a_page_are_kept_apart() -> None:
    text = "Elena Ciobanu\n020 7946 0001\nIon Moraru, Harbour Lodge\n020 7946 0002\nNorthquay Ltd 020 7946 0003"
    made = stated(
        text, (PERSON, "Elena Ciobanu"), (PHONE, "020 7946 0001"), (PERSON, "Ion Moraru"),
        (ORGANISATION, "Harbour Lodge"), (PHONE, "020 7946 0002"), (ORGANISATION, "Northquay Ltd"),
        (PHONE, "020 7946 0003"),
    )  # fmt: skip
    assert ends(made) == [
        ("Elena Ciobanu", "020 7946 0001"),
        ("Ion Moraru", "Harbour Lodge"),
        ("Ion Moraru", "020 7946 0002"),
        ("Harbour Lodge", "020 7946 0002"),
        ("Northquay Ltd", "020 7946 0003"),
    ]


def test_blocks_of_print_on_a_scan_are_one_card_and_paragraphs_of_text_are_not() -> None:
    text = "ELLERY CARS\n\nDay and night taxis\n\n020 7946 0143"
    says = ((ORGANISATION, "ELLERY CARS"), (PHONE, "020 7946 0143"))
    assert ends(stated(text, *says, source="ocr", status="candidate")) == [("ELLERY CARS", "020 7946 0143")]
    assert stated(text, *says) == []


@pytest.mark.parametrize(
    "text",
    [
        "Elena Ciobanu called 020 7946 0110",
        "Elena Ciobanu\nasked the desk for 020 7946 0110",
        "Elena Ciobanu\nfound the job through somebody whom she never met\n020 7946 0110",
        "Elena Ciobanu\n\n020 7946 0110",
    ],
)
def test_prose_does_not_say_whose_number_it_is(text: str) -> None:
    assert stated(text, (PERSON, "Elena Ciobanu"), (PHONE, "020 7946 0110")) == []


def test_a_name_in_a_signature_signs_with_what_stands_below() -> None:
    text = "The van is late.\n\nYours sincerely,\nM. Varga\nDirector\n020 7946 0142"
    made = stated_relations(
        [Segment(index=0, text=text, place=PAGE, source="native")],
        mentions(text, (PERSON, "M. Varga"), (PHONE, "020 7946 0142")),
    )
    assert [(one.kind, one.rule) for one in made] == [("signs_with", 'signature block, "Director"')]


# --- registers -----------------------------------------------------------------------------------------------------

ROOM = "room"


@pytest.mark.parametrize(
    "text",
    [
        "Ion Moraru, Room 214, 2 May 2026",
        "Name: Ion Moraru, Room 214, 2 May 2026",
        "Guest: Ion Moraru  Room: Room 214  Arrival: 2 May 2026",
        "12. Ion Moraru | Room 214 | from 2 May 2026",
    ],
)
def test_a_guest_a_room_and_a_date_on_one_line_belong_together(text: str) -> None:
    made = stated(text, (PERSON, "Ion Moraru"), (ROOM, "Room 214"), (DATE, "2 May 2026"))
    assert ends(made) == [("Ion Moraru", "Room 214"), ("Ion Moraru", "2 May 2026")]


def test_a_board_of_rooms_names_who_is_in_each() -> None:
    text = "Room 4 Ciobanu, three more\nRoom 5 Moraru and Lupu"
    says = ((ROOM, "Room 4"), (PERSON, "Ciobanu"), (ROOM, "Room 5"), (PERSON, "Moraru"), (PERSON, "Lupu"))
    made = stated(text, *says, source="ocr", status="candidate")
    assert ends(made) == [("Ciobanu", "Room 4"), ("Moraru", "Room 5"), ("Lupu", "Room 5")]
    assert made[0][2:] == ('a line of a register, "Room 4"', "Room 4 Ciobanu, three more")


@pytest.mark.parametrize(
    "text",
    [
        "Ion Moraru left Room 4",
        "Ion Moraru, Room 4 is locked from the outside",
        "Ion Moraru told us of Room 4",
        "Ion Moraru 4 Room 4",
    ],
)
def test_prose_does_not_say_whose_room_it_is(text: str) -> None:
    assert stated(text, (PERSON, "Ion Moraru"), (ROOM, "Room 4")) == []


def test_names_and_rooms_in_turn_leave_open_which_belong_together() -> None:
    text = "Ciobanu Room 4 Moraru"
    assert stated(text, (PERSON, "Ciobanu"), (ROOM, "Room 4"), (PERSON, "Moraru")) == []


def test_a_form_ties_a_number_without_a_name_to_its_rooms() -> None:
    text = "Rooms 4, 5 and 6\nArrival 02/02/2026\nContact telephone 020 7946 0142"
    made = stated(
        text, (ROOM, "Rooms 4"), (ROOM, "5"), (ROOM, "6"), (DATE, "02/02/2026"), (PHONE, "020 7946 0142"), source="ocr"
    )
    assert ends(made) == [("020 7946 0142", "Rooms 4"), ("020 7946 0142", "5"), ("020 7946 0142", "6")]
    assert made[0][2] == 'form fields "Contact telephone" and "Rooms"'


def test_a_room_in_a_table_is_its_guests() -> None:
    made = stated("Ion Moraru\tRoom 5\t£30.00", (PERSON, "Ion Moraru"), (ROOM, "Room 5"), place=ROW)
    assert ends(made) == [("Ion Moraru", "Room 5")]


# --- forms ---------------------------------------------------------------------------------------------------------


def test_a_form_ties_the_name_to_its_other_fields_and_quotes_the_labels() -> None:
    text = "Employee: Ion Moraru  Born: 3 May 1990\nTax code: 1257L\nPaid to account IBAN GB82 WEST\nTelephone\t020 7946 0002"
    made = stated(text, (PERSON, "Ion Moraru"), (DATE, "3 May 1990"), ("iban", "GB82 WEST"), (PHONE, "020 7946 0002"))
    assert [(target, rule) for _, target, rule, _ in made] == [
        ("3 May 1990", 'form fields "Employee" and "Born"'),
        ("GB82 WEST", 'form fields "Employee" and "Paid to account IBAN"'),
        ("020 7946 0002", 'form fields "Employee" and "Telephone"'),
    ]
    assert made[0][3] == "Employee: Ion Moraru  Born: 3 May 1990"


def test_each_record_of_a_form_is_its_own() -> None:
    text = "Signed for Northquay\nName: VARGA\nBorn: 21 June 1979\nSigned for the Lodge\nName: ALDOUS\nTel: 1234567\nTel: 7654321"
    made = stated(
        text, (ORGANISATION, "Northquay"), (PERSON, "VARGA"), (DATE, "21 June 1979"), (ORGANISATION, "the Lodge"),
        (PERSON, "ALDOUS"), (PHONE, "1234567"), (PHONE, "7654321"),
    )  # fmt: skip
    assert ends(made) == [
        ("Northquay", "VARGA"),
        ("VARGA", "21 June 1979"),
        ("the Lodge", "ALDOUS"),
        ("the Lodge", "1234567"),
        ("the Lodge", "7654321"),
        ("ALDOUS", "1234567"),
        ("ALDOUS", "7654321"),
    ]


def test_a_form_without_a_name_ties_its_first_identifier_and_no_dates() -> None:
    text = "| Registration | LB07 SEE |\n| Arrival | 2 May 2026 |\n| Contact telephone | 020 7946 0142 |"
    made = stated(text, (PLATE, "LB07 SEE"), (DATE, "2 May 2026"), (PHONE, "020 7946 0142"))
    assert ends(made) == [("LB07 SEE", "020 7946 0142")]


@pytest.mark.parametrize(
    "text",
    [
        "Anna: it is 020 7946 0142\nBogdan: mine is LB07 SEE",
        "From: 020 7946 0142\nTo: LB07 SEE\nSubject: office",
        "Telephone: 020 7946 0142\n\n\nRegistration: LB07 SEE",
        "Telephone: do not ever give anybody 020 7946 0142\nRegistration: LB07 SEE",
        "Telephone: 020 7946 0142 LB07 SEE",
    ],
)
def test_a_dialogue_a_quoted_header_or_two_forms_are_not_one_form(text: str) -> None:
    assert stated(text, (PHONE, "020 7946 0142"), (PLATE, "LB07 SEE")) == []


# --- rows ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "Date\tDriver\tVan\n13 May 2026\tGary Felstead\twhite LB07 SEE",
        "| Date | Driver | Van |\n|---|---|---|\n| 13 May 2026 | Gary Felstead | white LB07 SEE |",
        "12 May 2026   nobody         -\n13 May 2026   Gary Felstead  white LB07 SEE",
    ],
)
def test_cells_of_a_row_belong_together_and_its_dates_are_no_ends(text: str) -> None:
    made = stated(text, (DATE, "13 May 2026"), (PERSON, "Gary Felstead"), (PLATE, "LB07 SEE"))
    assert [(*one[:3], one[3][:13]) for one in made] == [
        ("Gary Felstead", "LB07 SEE", "cells of one table row", "Gary Felstead"),
    ]


def test_a_record_of_a_table_file_is_a_row_though_a_quoted_cell_runs_over_lines() -> None:
    text = '2026-02-06,"Moraru\nfamily",RO49 AAAA,£60.00'
    assert ends(stated(text, (PERSON, "Moraru"), ("iban", "RO49 AAAA"), place=ROW)) == [("Moraru", "RO49 AAAA")]
    several = "Moraru,1\nCiobanu,RO49 AAAA"
    assert ends(stated(several, (PERSON, "Moraru"), (PERSON, "Ciobanu"), ("iban", "RO49 AAAA"), place=ROW)) == [
        ("Ciobanu", "RO49 AAAA")
    ]


@pytest.mark.parametrize("text", ["Gary Felstead drove  the van LB07 SEE", "Gary Felstead 14 LB07 SEE", "Gary Felstead LB07 SEE  a  b\nc"])  # fmt: skip
def test_a_line_that_nothing_parts_into_cells_is_no_row(text: str) -> None:
    rules = {rule for _, _, rule, _ in stated(text, (PERSON, "Gary Felstead"), (PLATE, "LB07 SEE"))}
    assert "cells of one table row" not in rules


# --- of ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("Denise Aldous of Harbour Lodge", '"of"'),
        ("Denise Aldous, the manager of the Harbour Lodge", '"the manager of the"'),
        ("Denise Aldous works for Harbour Lodge", '"works for"'),
        ("Harbour Lodge's night manager, Denise Aldous", '"\'s night manager"'),
        ("Denise Aldous came to Harbour Lodge", ""),
        ("Denise Aldous and the manager of Harbour Lodge", ""),
        ("Denise Aldous met the manager of Harbour Lodge", ""),
        ("Denise Aldous and Harbour Lodge", ""),
        ("Harbour Lodge\nmanager Denise Aldous", ""),
    ],
)
@pytest.mark.parametrize("source", ["native", "speech"])
def test_a_person_is_of_an_organisation_where_the_words_between_say_so(
    text: str, rule: str, source: ReadingSource
) -> None:
    says = sorted([(PERSON, "Denise Aldous"), (ORGANISATION, "Harbour Lodge")], key=lambda one: text.index(one[1]))
    expected = [("Denise Aldous", "Harbour Lodge", rule, text)] if rule else []
    assert stated(text, *says, source=source) == expected


def test_an_organisation_is_of_a_place() -> None:
    made = stated("the Port Authority of Constanta", (ORGANISATION, "Port Authority"), (AT, "Constanta"))
    assert ends(made) == [("Port Authority", "Constanta")]


# --- what may be an end, and what it may cost ----------------------------------------------------------------------


def test_unverified_readings_are_no_ends_and_postal_addresses_wait() -> None:
    text = "Harbour Lodge\n14 Quay Row\n020 7946 0110"
    made = [
        *mentions(text, (ORGANISATION, "Harbour Lodge")),
        *mentions(text, ("address", "14 Quay Row"), (PHONE, "020 7946 0110"), status="unverified"),
    ]
    found = stated_relations([Segment(index=0, text=text, place=PAGE, source="native")], made)
    assert [(one.source_value, one.target_kind) for one in found] == [("Harbour Lodge", "address")]


_PIECES = st.sampled_from(["Ann", "12345", "Name", "Tel", "director", "of", ":", "\t", "|", "  ", "\n", "\n\n", ",", "-- \n", '"', "é"])  # fmt: skip


@given(st.lists(_PIECES, max_size=60), st.sampled_from([PAGE, ROW, RecordPlace(record=1, field="body")]),
       st.sampled_from(["native", "ocr", "speech"]))  # fmt: skip
def test_every_relation_stands_between_two_mentions_that_its_words_hold(
    pieces: list[str], place: Place, source: ReadingSource
) -> None:
    text = "".join(pieces)
    kinds = {"Ann": PERSON, "12345": PHONE, "é": ORGANISATION}
    says = [(kinds[piece], piece) for piece in pieces if piece in kinds]
    for source_value, target_value, rule, words in stated(text, *says, place=place, source=source):
        assert rule
        assert source_value in words
        assert target_value in words
        assert source_value != target_value


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("Name: Ann0 \n", ((PERSON, "Ann0"),)),
        ("Tel: 1234567 Name: Ann0\n", ((PHONE, "1234567"), (PERSON, "Ann0"))),
        ("Ann0\t1234567\n", ((PERSON, "Ann0"), (PHONE, "1234567"))),
        ("Ann0\t1234567\t", ((PERSON, "Ann0"), (PHONE, "1234567"))),
        ("Ann0, director of ", ((PERSON, "Ann0"),)),
        ("-- \nRegards,\n", ()),
        ("a: b: c: d:\n", ()),
    ],
)
def test_ten_times_the_text_takes_about_ten_times_as_long_and_states_a_bounded_number(
    line: str, says: tuple[Says, ...]
) -> None:
    def took(times: int) -> float:
        text = line * times + "Zoe\n7654321"
        made = mentions(text, *says * times, (PERSON, "Zoe"), (PHONE, "7654321"))
        made = [one if at % 2 else _renamed(one, at) for at, one in enumerate(made)]
        segment = Segment(index=0, text=text, place=PAGE, source="ocr")
        began = time.process_time()
        assert len(stated_relations([segment], made)) <= RELATIONS_A_SEGMENT
        return time.process_time() - began

    took(10)
    assert took(5_000) < 100 * max(took(500), 0.005)


def _renamed(mention: Found, at: int) -> Found:
    return Found(segment=0, kind=mention.kind, start=mention.start, end=mention.end, quote=mention.quote,
                 value=f"{mention.value}-{at}", status="established")  # fmt: skip

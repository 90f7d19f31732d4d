"""Tables of records: what a template reads in them, row by row, in awkward files of every kind."""

from __future__ import annotations

import csv
import io
import json
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from odf import opendocument
from odf import table as odf_table
from odf import text as odf_text

from evidence.errors import Unreadable
from evidence.locator import RecordPlace
from evidence.records import Reading
from evidence.table_heads import read_head
from evidence.tables import content_of
from evidence.templates import Column, TableKind, Template
from extractors.identify import identify
from extractors.protocols import Engines, Original, Part, ReadContext
from extractors.records.fits import as_table, fits
from extractors.records.reader import RecordsReader

DATA = Path(__file__).parents[3] / "shared" / "data" / "call_records"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ODS = "application/vnd.oasis.opendocument.spreadsheet"


def template(kind: TableKind, *columns: tuple[str, ...], **more: Any) -> Template:
    made = tuple(Column(header=one[0], role=one[1], format=one[2] if len(one) > 2 else "") for one in columns)
    return Template(name="t", kind=kind, columns=made, **more)


CALLS = template(
    "calls",
    ("Type", "type"),
    ("A Number", "caller"),
    ("B Number", "called"),
    ("Start", "started", "%d/%m/%Y %H:%M:%S"),
    ("Duration", "seconds"),
    ("Cell", "cell"),
    types={"VOICE": "call", "SMS": "message"},
    zone="Europe/London",
    zone_by="the operator's letter",
    region="GB",
)
HEADER = "Type;A Number;B Number;Start;Duration;Cell"
FIRST = "VOICE;020 7946 0142;+40721000111;02/07/2026 22:14:05;65;234-15-1"


def context(folder: Path, *templates: Template) -> ReadContext:
    scratch = folder / "scratch"
    scratch.mkdir(exist_ok=True)
    return ReadContext(languages=(), region="GB", templates=templates, scratch=scratch)


def read(path: Path, *templates: Template, part: int = 1) -> tuple[Reading, list[dict[str, Any]]]:
    """Return the reading and the rows of its first table."""
    asked = context(path.parent, *templates)
    media_type = as_table(path, identify(path, hint=path.name), asked)
    made = RecordsReader().read(
        path, media_type=media_type, part=Part(first=part, last=part), engines=Engines(), context=asked
    )
    rows = pq.read_table(asked.scratch / made.tables[0].scratch_name).to_pylist() if made.tables else []
    return made, rows


def named(path: Path, reading: Reading) -> dict[str, tuple[str, str, str]]:
    found = pq.read_table(path.parent / "scratch" / reading.tables[0].named_scratch_name).to_pylist()
    return {one["written"]: (one["kind"], one["value"], one["status"]) for one in found}


def original(path: Path, row: int, *templates: Template, table: str = "") -> Original:
    asked = context(path.parent, *templates)
    media_type = as_table(path, identify(path, hint=path.name), asked)
    place = RecordPlace(record=row, field="row", table=table)
    return RecordsReader().original(path, place=place, media_type=media_type, context=asked)


def written(tmp_path: Path, text: str, *, encoding: str = "utf-8", name: str = "calls.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(text.encode(encoding))
    return path


# --- the ordinary --------------------------------------------------------------------------------------------------


def test_a_call_is_read_with_its_time_in_utc_by_the_asserted_zone(tmp_path: Path) -> None:
    path = written(tmp_path, f"{HEADER}\n{FIRST}\n")
    reading, rows = read(path, CALLS)
    assert reading.units[0].kind == "table"
    assert reading.units[0].outcome == "read"
    assert reading.units[0].facts["zone"] == "Europe/London, asserted by the operator's letter"
    call = rows[1]
    assert call["time_local"] == datetime(2026, 7, 2, 22, 14, 5)  # noqa: DTZ001 - a time on the wall
    assert call["time_utc"] == datetime(2026, 7, 2, 21, 14, 5)  # noqa: DTZ001 - Parquet keeps it without a zone
    assert (call["kind"], call["seconds"], call["problem"]) == ("call", 65, "")
    assert call["written.A Number"] == "020 7946 0142"
    assert named(path, reading)["020 7946 0142"] == ("phone", "+442079460142", "established")


def test_without_an_asserted_zone_there_is_no_utc(tmp_path: Path) -> None:
    import msgspec

    nobody = msgspec.structs.replace(CALLS, zone="", zone_by="")
    reading, rows = read(written(tmp_path, f"{HEADER}\n{FIRST}\n"), nobody)
    assert rows[1].get("time_utc") is None
    assert rows[1]["time_local"] is not None
    assert reading.units[0].facts["zone"] == "not stated"


def test_a_zone_written_beside_the_time_wins(tmp_path: Path) -> None:
    made = template("messages", ("from", "sender"), ("at", "started"), ("body", "text"))
    path = written(tmp_path, "from,at,body\nd@example.org,2026-03-02T22:14:05+02:00,hi\n")
    _, rows = read(path, made)
    assert rows[1]["time_utc"] == datetime(2026, 3, 2, 20, 14, 5)  # noqa: DTZ001
    assert rows[1]["time_local"] == datetime(2026, 3, 2, 22, 14, 5)  # noqa: DTZ001


@pytest.mark.parametrize(
    ("said", "written_format", "zone", "hour"),
    [
        ("2024-03-05 10:00:00+02", "", "Europe/London", 8),
        ("2024-03-05T10:00Z", "", "Europe/Bucharest", 10),
        ("2024-03-05 10:00:00Z", "%Y-%m-%d %H:%M:%S", "Europe/Bucharest", 10),
        ("2024-03-05 10:00:00 UTC", "", "Europe/Bucharest", 10),
        ("05/03/2024 10:00:00 +0200", "%d/%m/%Y %H:%M:%S %z", "Europe/Bucharest", 8),
        ("05/03/2024 10:00:00-05:30", "%d/%m/%Y %H:%M:%S", "", 15),
        ("20240305100000+0200", "%Y%m%d%H%M%S%z", "", 8),
        ("05/03/2024 10:00:00", "%d/%m/%Y %H:%M:%S %z", "Europe/Bucharest", 8),
        ("2024-03-05 10:00:00", "", "", None),
    ],
)
def test_a_zone_that_the_row_states_is_used_once(
    tmp_path: Path, said: str, written_format: str, zone: str, hour: int | None
) -> None:
    made = template(
        "calls", ("a", "caller"), ("b", "called"), ("at", "started", written_format), zone=zone, zone_by="x"
    )
    _, rows = read(written(tmp_path, f"a,b,at\n1,2,{said}\n"), made)
    assert rows[1]["time_local"] == datetime(2024, 3, 5, 10)  # noqa: DTZ001
    assert (rows[1]["time_utc"].hour if rows[1]["time_utc"] else None) == hour
    assert rows[1]["time_stated"] == (said[-3:] != ":00" or said.endswith("-05:30"))


def test_a_zone_that_cannot_be_read_is_not_given_another(tmp_path: Path) -> None:
    made = template("calls", ("a", "caller"), ("b", "called"), ("at", "started"), zone="Europe/London", zone_by="x")
    _, rows = read(written(tmp_path, "a,b,at\n1,2,2024-03-05 10:00:00 EST\n"), made)
    assert (rows[1]["time_utc"], rows[1]["problem"]) == (None, "time not understood")


def test_a_file_without_a_fitting_template_is_left_to_the_text_reader(tmp_path: Path) -> None:
    path = written(tmp_path, "a,b\n1,2\n3,4\n")
    assert not fits(path, "text/csv", context(tmp_path, CALLS))
    assert as_table(path, "text/csv", context(tmp_path, CALLS)) == "text/csv"
    assert as_table(path, "text/csv", context(tmp_path)) == "text/csv"


# --- awkward files -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
@pytest.mark.parametrize("delimiter", [";", "\t", ",", "|"])
def test_encodings_and_delimiters(tmp_path: Path, encoding: str, delimiter: str) -> None:
    text = f"{HEADER};Städt\n{FIRST};Köln\n".replace(";", delimiter)
    path = written(tmp_path, text, encoding=encoding)
    asked = context(tmp_path, CALLS)
    reading = RecordsReader().read(path, media_type="text/csv; template", part=Part(), engines=Engines(), context=asked)
    rows = pq.read_table(asked.scratch / reading.tables[0].scratch_name).to_pylist()
    assert rows[1]["written.Städt"] == "Köln"
    assert rows[1]["seconds"] == 65
    again = RecordsReader().original(
        path, place=RecordPlace(record=2, field="row"), media_type="text/csv; template", context=asked
    )
    assert again.text == f"{FIRST};Köln".replace(";", delimiter)
    data = path.read_bytes()
    assert again.data in data
    assert (
        again.data.decode(encoding.removesuffix("-sig") if encoding != "utf-16" else "utf-16-le").strip() == again.text
    )


def test_titles_repeated_headers_totals_and_ragged_rows_are_kept_counted_and_said(tmp_path: Path) -> None:
    text = (
        f"Operator Ltd\nCalls of 020 7946 0142\n\n{HEADER}\n{FIRST}\n"
        f"SMS;+40721000111;02079460142;03/07/2026 08:00:00;0;234-15-2;one;two\n{HEADER}\n"
        "VOICE;02079460142;+40721000111;31/02/2026 08:00:00;x;\n"
        "VOICE;02079460142;+40721000111;04/07/2026 08:00:00\nTotal;4\n"
    )
    path = written(tmp_path, text)
    reading, rows = read(path, CALLS)
    assert [row["problem"] for row in rows] == [
        "title, total or note",
        "title, total or note",
        "header row",
        "",
        "more fields than the header",
        "header row",
        "time not understood; duration not understood",
        "fewer fields than the header",
        "title, total or note",
    ]
    assert rows[4]["written.column 8"] == "two"
    facts = reading.units[0].facts
    assert (facts["rows"], facts["records"], facts["rows not understood"]) == ("9", "4", "3")
    for number, line in enumerate((one for one in text.splitlines() if one), start=1):
        assert original(path, number, CALLS).text == line


def test_quoted_newlines_stay_in_their_row_and_the_original_is_found(tmp_path: Path) -> None:
    made = template("messages", ("from", "sender"), ("at", "started"), ("body", "text"))
    text = 'from,at,body\nd@example.org,2026-03-02 10:00:00,"one\ntwo, ""three"""\ne@example.org,2026-03-02 10:00:01,four\n'
    path = written(tmp_path, text)
    reading, rows = read(path, made)
    assert len(rows) == 3
    assert [segment.text for segment in reading.units[0].segments] == ['one\ntwo, "three"', "four"]
    assert reading.units[0].ordinals == (2, 3)
    assert reading.units[0].segments[0].place == RecordPlace(record=2, field="body")
    assert original(path, 2, made).text == 'd@example.org,2026-03-02 10:00:00,"one\ntwo, ""three"""'
    assert original(path, 3, made).text == "e@example.org,2026-03-02 10:00:01,four"
    with pytest.raises(Unreadable):
        original(path, 4, made)


def test_a_number_that_a_spreadsheet_shortened_is_damaged_not_guessed(tmp_path: Path) -> None:
    path = written(tmp_path, f"{HEADER}\nVOICE;4.47701E+11;+40721000111;02/07/2026 22:14:05;65;1\n")
    reading, _ = read(path, CALLS)
    assert named(path, reading)["4.47701E+11"] == ("phone", "4.47701E+11", "unverified")
    assert reading.units[0].facts["damaged numbers"].startswith("1 different")


@pytest.mark.parametrize(
    ("said", "seconds"), [("65", 65), ("1:05", 65), ("0:01:05", 65), ("2:00:00", 7200), ("", None), ("long", None)]
)
def test_durations(tmp_path: Path, said: str, seconds: int | None) -> None:
    path = written(tmp_path, f"{HEADER}\n{FIRST.replace(';65;', f';{said};')}\n")
    _, rows = read(path, CALLS)
    assert rows[1]["seconds"] == seconds
    assert ("duration not understood" in rows[1]["problem"]) == (said == "long")


@pytest.mark.parametrize(
    ("written_format", "said", "minor"),
    [
        ("1.234,56", "1.234,56", 123456),
        ("1.234,56", "-12,5", -1250),
        ("1,234.56", "£1,234.56", 123456),
        ("1,234.56", "(7.00)", -700),
        ("", "12.34-", -1234),
        ("1.234,56", "1 234,56 RON", 123456),
        ("", "much", None),
        ("1.234,56", "1234.50", None),
        ("1,234.56", "1,50", None),
        ("1,234.56", "100.00 DR", None),
        ("", "100.00CR", None),
        ("", "(7.00", None),
        ("1,234.56", "12,34,567.00", 123456700),
        ("1.234,56", "-€ 1.000", -100000),
    ],
)
def test_national_amounts(tmp_path: Path, written_format: str, said: str, minor: int | None) -> None:
    made = template(
        "payments", ("day", "started"), ("from", "payer"), ("to", "payee"), ("sum", "amount", written_format),
        settings={"currency": "GBP"},
    )  # fmt: skip
    path = written(tmp_path, f"day;from;to;sum\n2026-03-02;GB33BUKB20201555555555;GB00BUKB20201555555555;{said}\n")
    reading, rows = read(path, made)
    assert rows[1]["amount_minor"] == minor
    assert (rows[1]["problem"] == "amount not understood") == (minor is None)
    found = named(path, reading)
    assert found["GB33BUKB20201555555555"] == ("iban", "GB33BUKB20201555555555", "established")
    assert found["GB00BUKB20201555555555"][2] == "unverified"


def test_debit_and_credit_columns_say_which_way_the_money_went(tmp_path: Path) -> None:
    made = template(
        "payments", ("day", "started", "%d.%m.%Y"), ("konto", "other_account"), ("soll", "debit", "1.234,56"),
        ("haben", "credit", "1.234,56"), settings={"currency": "EUR", "subscriber": "DE89370400440532013000"},
    )  # fmt: skip
    path = written(
        tmp_path, "day;konto;soll;haben\n01.02.2026;NL91ABNA0417164300;1.000,00;\n02.02.2026;NL91ABNA0417164300;;5,00\n"
    )
    _, rows = read(path, made)
    assert [(row["direction"], row["amount_minor"]) for row in rows[1:]] == [("out", -100000), ("in", 500)]


def test_nothing_in_one_column_of_money_is_not_a_sum(tmp_path: Path) -> None:
    made = template(
        "payments", ("day", "started"), ("konto", "other_account"), ("soll", "debit"), ("haben", "credit"),
        settings={"currency": "EUR", "subscriber": "DE89370400440532013000"},
    )  # fmt: skip
    rows = "2026-02-01;x;0.00;50.00\n2026-02-02;x;20.00;0.00\n2026-02-03;x;0.00;\n2026-02-04;x;0.00;5,00 DR\n"
    reading, found = read(written(tmp_path, "day;konto;soll;haben\n" + rows), made)
    assert [(row["direction"], row["amount_minor"]) for row in found[1:]] == [
        ("in", 5000),
        ("out", -2000),
        ("", 0),
        ("", None),
    ]
    assert "amount not understood" in found[4]["problem"]
    assert reading.units[0].facts["subscriber"] == "as the template states, DE89370400440532013000"


def test_excel_serials_unix_times_and_split_columns(tmp_path: Path) -> None:
    serial = template("calls", ("a", "caller"), ("b", "called"), ("t", "started", "excel"))
    _, rows = read(written(tmp_path, "a,b,t\n1,2,46205.5\n"), serial)
    assert rows[1]["time_local"] == datetime(2026, 7, 2, 12)  # noqa: DTZ001
    unix = template("calls", ("a", "caller"), ("b", "called"), ("t", "started", "unix"))
    _, rows = read(written(tmp_path, "a,b,t\n1,2,1783000000\n"), unix)
    assert rows[1]["time_utc"] == datetime(2026, 7, 2, 13, 46, 40)  # noqa: DTZ001
    split = template(
        "calls", ("a", "caller"), ("b", "called"), ("d", "started_date", "%d.%m.%y"), ("h", "started_time", "%H:%M"),
        zone="+02:00", zone_by="x",
    )  # fmt: skip
    _, rows = read(written(tmp_path, "a,b,d,h\n1,2,02.07.26,09:30\n"), split)
    assert rows[1]["time_utc"] == datetime(2026, 7, 2, 7, 30)  # noqa: DTZ001


def test_a_day_without_a_time_of_day_has_no_utc(tmp_path: Path) -> None:
    made = template(
        "payments", ("day", "started"), ("from", "payer"), ("to", "payee"), zone="Europe/London", zone_by="x"
    )
    _, rows = read(written(tmp_path, "day,from,to\n2026-03-02,1234567,7654321\n"), made)
    assert rows[1]["time_local"] == datetime(2026, 3, 2)  # noqa: DTZ001
    assert rows[1]["time_utc"] is None


# --- workbooks and Parquet -----------------------------------------------------------------------------------------

REGISTER = template(
    "stays",
    ("Guest", "guest"),
    ("Room", "room"),
    ("In", "started"),
    ("Out", "ended"),
    ("Phone", "phone"),
    ("Notes", "text"),
)


def test_xlsx_with_a_title_real_dates_and_a_second_sheet(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Register"
    for row in (
        ["Harbour Lodge"],
        ["Guest", "Room", "In", "Out", "Phone", "Notes"],
        ["POP, Ana", 12, datetime(2026, 3, 2, 14), datetime(2026, 3, 4), 442079460142, "paid cash"],  # noqa: DTZ001
        ["North Quay Ltd", 14, datetime(2026, 3, 2), None, None, None],  # noqa: DTZ001
    ):
        sheet.append(row)
    other = book.create_sheet("Notes")
    other.append(["nothing", "here"])
    path = tmp_path / "register.xlsx"
    book.save(path)
    reading, rows = read(path, REGISTER)
    stay = rows[2]
    assert (stay["written.Room"], stay["written.Phone"]) == ("12", "442079460142")
    assert stay["time_local"] == datetime(2026, 3, 2, 14)  # noqa: DTZ001
    assert stay["until_local"] == datetime(2026, 3, 4)  # noqa: DTZ001
    found = named(path, reading)
    assert found["POP, Ana"][:2] == ("person_name", "pop, ana")
    assert found["North Quay Ltd"][:2] == ("organisation", "north quay ltd")
    assert reading.units[0].segments[0].place == RecordPlace(record=3, field="Notes", table="Register")
    assert reading.units[0].ordinals == (3,)
    assert "A3: POP, Ana" in original(path, 3, REGISTER, table="Register").text
    second, nothing = read(path, REGISTER, part=2)
    assert nothing == []
    assert second.units[0].segments[0].text == "nothing\there"
    survey = RecordsReader().survey(path, media_type=f"{XLSX}; template", context=context(tmp_path, REGISTER))
    assert [part.name for part in survey.parts] == ["sheet 1", "sheet 2"]


def test_ods(tmp_path: Path) -> None:
    document = opendocument.OpenDocumentSpreadsheet()
    sheet = odf_table.Table(name="Blatt")
    for cells in (
        ("Guest", "Room", "In", "Out", "Phone", "Notes"),
        ("Ana Pop", "12", "2026-03-02", "", "+40721000111", "x"),
    ):
        row = odf_table.TableRow()
        for cell in cells:
            made = odf_table.TableCell(valuetype="string")
            made.addElement(odf_text.P(text=cell))
            row.addElement(made)
        sheet.addElement(row)
    document.spreadsheet.addElement(sheet)
    path = tmp_path / "register.ods"
    document.save(str(path))
    assert identify(path) == ODS
    reading, rows = read(path, REGISTER)
    assert rows[1]["written.Guest"] == "Ana Pop"
    assert named(path, reading)["+40721000111"] == ("phone", "+40721000111", "established")
    assert "A2: Ana Pop" in original(path, 2, REGISTER, table="Blatt").text


def test_parquet(tmp_path: Path) -> None:
    path = tmp_path / "calls.parquet"
    columns = {
        "A Number": ["+40721000111", None], "B Number": ["+442079460142"] * 2, "Type": ["VOICE", "SMS"],
        "Start": [datetime(2026, 7, 2, 9), None], "Duration": [65, None], "Cell": ["1", "2"],  # noqa: DTZ001
    }  # fmt: skip
    pq.write_table(pa.table(columns), path)
    assert identify(path) == "application/vnd.apache.parquet"
    reading, rows = read(path, CALLS)
    assert reading.units[0].facts["records"] == "2"
    assert (rows[0]["seconds"], rows[0]["kind"]) == (65, "call")
    assert rows[1]["problem"] == "time not understood"
    assert "Duration: 65" in original(path, 1, CALLS).text
    survey = RecordsReader().survey(path, media_type="application/vnd.apache.parquet", context=context(tmp_path))
    assert (survey.outcome, survey.reason) == ("skipped", "no column template fits: casegraph template new")


# --- real call records ---------------------------------------------------------------------------------------------

BANDICOOT = template(
    "calls", ("interaction", "type"), ("direction", "direction"), ("correspondent_id", "other"), ("datetime", "started"),
    ("call_duration", "seconds"), ("antenna_id", "cell"), direction={"in": "in", "out": "out"},
    types={"call": "call", "text": "message"},
)  # fmt: skip


@pytest.mark.skipif(not DATA.is_dir(), reason="the shared call records are not here")
@pytest.mark.parametrize("who", ["A", "B"])
def test_real_call_records_give_the_counts_that_their_authors_give(tmp_path: Path, who: str) -> None:
    path = tmp_path / "calls.csv"
    path.write_bytes((DATA / "manual" / f"{who}.csv").read_bytes())
    expected = json.loads((DATA / "manual" / f"{who}.json").read_text(encoding="utf-8"))
    _, rows = read(path, BANDICOOT)
    records = [row for row in rows if row["kind"]]
    interactions = expected["number_of_interactions"]["allweek"]["allday"]
    contacts = expected["number_of_contacts"]["allweek"]["allday"]
    for kind, name in (("call", "call"), ("message", "text")):
        some = [row for row in records if row["kind"] == kind]
        assert len(some) == interactions.get(name, 0)
        assert len({row["written.correspondent_id"] for row in some}) == contacts.get(name, 0)
    assert all(row["time_local"] is not None and row["direction"] in ("in", "out") for row in records)
    calls = [row["seconds"] for row in records if row["kind"] == "call"]
    assert sum(calls) / len(calls) == expected["call_duration"]["allweek"]["allday"]["call"]["mean"]


@pytest.mark.skipif(not DATA.is_dir(), reason="the shared call records are not here")
def test_real_records_without_a_header(tmp_path: Path) -> None:
    roles = ("type", "", "caller", "called", "started", "seconds", "longitude", "latitude")
    made = template(
        "calls", *((f"column {at}", role) for at, role in enumerate(roles, start=1)), settings={"header": "none"},
        types={"1": "call", "2": "message"},
    )  # fmt: skip
    path = tmp_path / "calls.csv"
    path.write_bytes((DATA / "u_test.csv").read_bytes())
    reading, rows = read(path, made)
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line]
    assert len(rows) == len(lines)
    assert all(row["kind"] and row["time_local"] for row in rows)
    assert reading.units[0].facts["records"] == f"{len(lines):,}"
    assert original(path, 1, made).text == lines[0]


# --- the same content, hostile content ------------------------------------------------------------------------------


def test_the_digest_is_of_values_and_order_not_of_the_files_bytes(tmp_path: Path) -> None:
    path = written(tmp_path, f"{HEADER}\n" + "".join(f"{FIRST.replace(';65;', f';{n};')}\n" for n in range(500)))
    made, _ = read(path, CALLS)
    stored = tmp_path / "scratch" / made.tables[0].scratch_name
    held = pq.read_table(stored)
    pq.write_table(held, tmp_path / "again.parquet", compression="zstd", row_group_size=7)
    assert content_of(tmp_path / "again.parquet") == made.tables[0].content
    pq.write_table(held.slice(0, 499), tmp_path / "less.parquet")
    assert content_of(tmp_path / "less.parquet") != made.tables[0].content
    assert read_head(stored).sides == ("caller", "called")
    assert [row["written.Duration"] for row in held.to_pylist()[1:]] == [str(n) for n in range(500)]
    second, _ = read(path, CALLS)
    assert second == made


@pytest.mark.parametrize("cut", range(0, 160, 7))
def test_a_truncated_table_is_read_as_far_as_it_goes_or_refused(tmp_path: Path, cut: int) -> None:
    path = written(tmp_path, f'{HEADER}\n{FIRST}\nSMS;1;2;"03/07/2026\n08:00:00";0;x\n'[:cut])
    asked = context(tmp_path, CALLS)
    try:
        reading = RecordsReader().read(
            path, media_type="text/csv; template", part=Part(), engines=Engines(), context=asked
        )
    except Unreadable:
        return
    assert reading.units[0].outcome in ("read", "blank")


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cells=st.lists(st.lists(st.text(max_size=12), min_size=1, max_size=9), min_size=1, max_size=6))
def test_whatever_the_cells_hold_every_field_is_kept_as_it_was(tmp_path: Path, cells: list[list[str]]) -> None:
    """What a CSV writer wrote comes back field by field, whatever is in it."""
    clean = [
        [
            cell.replace("\0", "").replace("\x01", "").replace("\r", "").encode("utf-8", "replace").decode()
            for cell in row
        ]
        for row in cells
    ]
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\n").writerows([HEADER.split(";"), *clean])
    path = written(tmp_path, buffer.getvalue())
    asked = context(tmp_path, CALLS)
    reading = RecordsReader().read(path, media_type="text/csv; template", part=Part(), engines=Engines(), context=asked)
    if not reading.tables:
        return
    rows = pq.read_table(asked.scratch / reading.tables[0].scratch_name).to_pylist()
    kept = [[value for name, value in row.items() if name.startswith("written.") and value is not None] for row in rows]
    assert kept[1:] == clean


@pytest.mark.parametrize(
    ("wall", "utc"),
    [("29/03/2026 00:59:59", (29, 0)), ("29/03/2026 02:00:00", (29, 1)), ("25/10/2026 01:30:00", (25, 0))],
)
def test_summer_time_and_the_hour_shown_twice(tmp_path: Path, wall: str, utc: tuple[int, int]) -> None:
    _, rows = read(written(tmp_path, f"{HEADER}\n{FIRST.replace('02/07/2026 22:14:05', wall)}\n"), CALLS)
    assert (rows[1]["time_utc"].day, rows[1]["time_utc"].hour) == utc

"""What makes tables of records fast says what the slow way says: numbers, times, fields and digests."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb
import phonenumbers
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from evidence.table_heads import KEY
from evidence.tables import TableDigest, content_of
from extractors.accounts import account
from extractors.records import national, tables, values
from extractors.records.writing import Refused, write_rows

REGIONS = ("GB", "RO", "DE", "FR", "NL", "AT", "BE", "IE", "CH", "MA", "RE", "ZA", "IN", "PK", "UA", "TR", "IT", "US")


def _digits(region: str, chance: random.Random) -> str:
    """Return digits like a national number of the region: an example of its kinds, changed behind some sign."""
    examples = [phonenumbers.example_number_for_type(region, kind) for kind in range(11)]
    written = [phonenumbers.format_number(one, phonenumbers.PhoneNumberFormat.NATIONAL) for one in examples if one]
    example = "".join(sign for sign in chance.choice(written) if sign.isdigit())
    kept = chance.randrange(0, len(example))
    more = len(example) - kept + chance.choice((0, 0, 0, 0, -1, 1))
    return example[:kept] + "".join(chance.choice("0123456789") for _ in range(more))


@pytest.mark.parametrize("region", REGIONS)
def test_a_number_told_at_once_is_what_libphonenumber_says(region: str) -> None:
    chance = random.Random(f"numbers of {region}")
    told = 0
    for written in (_digits(region, chance) for _ in range(1_000)):
        number = national.e164(written, region)
        if not number:
            continue
        told += 1
        slow = account(written, service="s", region=region)
        assert slow is not None
        assert (slow.kind, slow.value, slow.status) == ("phone", number, "established"), written
        assert slow.check == f"E.164 by libphonenumber, region {region} asserted"
    assert (told > 100) == (region not in ("MA", "IT", "US"))


def test_a_number_is_only_told_where_it_is_plain() -> None:
    for written in ("+447400123456", "00447400123456", "07400 123456", "٠٧٩١١١٢٣٤٥٦", "07624123456", "07400123456\n"):
        assert national.e164(written, "GB") == ""
    assert national.e164("07400123456", "GB") == "+447400123456"
    assert national.e164("07400123456", "") == ""


def test_a_field_is_bared_of_space_as_trim_does() -> None:
    spaces = " \u00a0\u1680\u2000\u202f\u3000\t\n"
    chance = random.Random(3)
    fields = ["", " ", *("".join(chance.choice(f"{spaces}ab1é\u200b ") for _ in range(6)) for _ in range(5_000))]
    with duckdb.connect() as conn:
        conn.register("given", pa.table({"c0": [*fields, None]}))
        wrong = f"SELECT count(*) FROM given WHERE {values.trimmed('c0')} IS DISTINCT FROM coalesce(trim(c0), '')"
        assert conn.execute(wrong).fetchall() == [(0,)]


@pytest.mark.parametrize("formats", [("iso",), ("%d/%m/%Y %H:%M:%S",), ("%H:%M %z",)])
def test_what_may_state_a_zone_is_asked_first_and_leaves_none_out(formats: tuple[str, ...]) -> None:
    chance = random.Random(4)
    ends = ("", "Z", "z", " UTC", "GMT", "+02", "-0530", " +01:00", "-14", "+15", " EST", " PM", " pm+02", "é")
    texts = [
        f"{chance.choice(('2026-03-05', '05/03/2026', '', '5.3.26'))}{chance.choice((' ', 'T', ''))}"
        f"{chance.choice(('10:00', '10:00:00', '10:00:00.5', '10', ''))}{chance.choice(ends)}{chance.choice(('', '', ' ', '0'))}"
        for _ in range(5_000)
    ]
    pattern = values._stated(formats)
    with duckdb.connect() as conn:
        conn.register("given", pa.table({"c0": texts}))
        wrong = (
            f"SELECT count(*) FROM given WHERE ({values.states_zone('c0', formats)}) <> regexp_matches(c0, {pattern})"
        )
        assert conn.execute(wrong).fetchall() == [(0,)]
        assert conn.execute(f"SELECT count(*) > 500 FROM given WHERE regexp_matches(c0, {pattern})").fetchall()[0][0]


@pytest.mark.parametrize("zone", ["Europe/London", "America/New_York", "Asia/Tehran", "Asia/Kolkata"])
def test_the_offset_found_by_halves_is_that_of_the_zone(zone: str) -> None:
    chance = random.Random(5)
    walls = [datetime(2000, 1, 1) + timedelta(seconds=chance.randrange(45 * 365 * 86_400)) for _ in range(5_000)]  # noqa: DTZ001
    for until, _ in values._offsets(zone):
        walls += [datetime.fromisoformat(until) + timedelta(seconds=by) for by in (-1, 0, 1)]
    with duckdb.connect() as conn:
        conn.execute("SET TimeZone = 'UTC'")
        conn.register("given", pa.table({"t": pa.array(walls, type=pa.timestamp("us"))}))
        found = conn.execute(f"SELECT t, {values._in_named_zone('t', zone)} FROM given").fetchall()
    for wall, utc in found:
        if 2005 <= wall.year < 2040:
            assert utc == wall.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC).replace(tzinfo=None), wall


@pytest.mark.parametrize("batch", [1_000, 65_536, 70_000, 200_000])
def test_the_digest_is_the_same_in_whatever_batches_the_rows_come(tmp_path: Path, batch: int) -> None:
    rows = 150_000
    table = pa.table(
        {
            "few": pa.array([str(at) if at < 100 else None for at in range(rows)], type=pa.string()),
            "none": pa.array([None] * rows, type=pa.string()),
            "late": pa.array([at if at > 140_000 else None for at in range(rows)], type=pa.int64()),
            "all": pa.array([f"é{at}" for at in range(rows)], type=pa.string()),
            "said": pa.array([at % 3 == 0 for at in range(rows)]),
        }
    )
    path = tmp_path / "table.parquet"
    pq.write_table(table, path)
    running = TableDigest(table.schema)
    for one in table.to_batches(max_chunksize=batch):
        running.take(one)
    assert running.content("") == content_of(path)


def test_what_is_written_is_in_order_counted_and_digested_as_it_reads_back(tmp_path: Path) -> None:
    path = tmp_path / "rows.parquet"
    sql = "SELECT if(i % 7 = 0, 'odd', '') AS problem, ' n' || i % 5000 AS who, i AS n, NULL::VARCHAR AS nobody FROM range(300000) t(i)"
    with duckdb.connect() as conn:
        made = write_rows(conn, sql, path, head='{"a":1}', identifiers={"caller": "who"}, empty="nobody")
        assert conn.execute("SELECT 1").fetchall() == [(1,)]
        assert made.problems == {"": 257_142, "odd": 42_858}
        assert made.named == {"caller": sorted(f"n{at}" for at in range(5_000))}
        assert content_of(path) == made.content
        assert pq.read_metadata(path).metadata[KEY.encode()] == b'{"a":1}'
        assert pq.read_table(path)["n"].to_pylist() == list(range(300_000))
        with pytest.raises(Refused, match="more fields"):
            write_rows(conn, sql, path, head="", identifiers={}, empty="who")
        failing = sql.replace("' n'", "if(i = 200000, error('so it is'), ' n')")
        with pytest.raises(Refused, match="so it is"):
            write_rows(conn, failing, path, head="", identifiers={})
        assert conn.execute("SELECT 1").fetchall() == [(1,)]


def test_an_encoding_is_told_where_a_sign_lies_over_two_chunks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "_CHUNK", 4)
    path = tmp_path / "table.csv"
    for text in ("abcédefgh", "abcdefg", "aé"):
        path.write_bytes(text.encode())
        assert tables.encoding_of(path) == "utf-8"
    for broken in (b"abc\xc3defg", b"abcdefg\xc3", b"abcdefg\xe9hijkl"):
        path.write_bytes(broken)
        assert tables.encoding_of(path) == "cp1252"

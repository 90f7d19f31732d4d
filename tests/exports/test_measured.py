"""What the summary prints as measured error: named data, the engine that ran, samples of this case."""

from __future__ import annotations

import msgspec
from summary_case import ANNA, FINDER, OCR, Bench

from evidence.acts import ActWithdrawn, ErrorMeasured
from evidence.digest import sha256_bytes
from evidence.validation import Score, ValidationRecord
from exports.measured import measured_error
from exports.record import read_record
from graph.project import catch_up, open_graph
from graph.sample import draw

RECORD = ValidationRecord(
    what="ocr",
    data="scanned-forms",
    data_digest=sha256_bytes(b"forms"),
    items=40,
    items_in_data=41,
    stamps=(msgspec.structs.replace(OCR, settings=OCR.settings | {"languages": ["en"]}),),
    scores=(
        Score(condition="clean", about="all", measure="word_error_rate", value=1234, low=900, high=1600, items=5_000),
        Score(condition="blurred", about="all", measure="word_error_rate", value=3000, items=1),
    ),
    interval="95%: made somehow",
    asserted={"languages": "en"},
    notes=("Words case folded.",),
    seed=7,
    made_at="2026-03-04T10:00:00+00:00",
    software="casegraph 0.1.0",
)


def printed(bench: Bench) -> list[str]:
    catch_up(bench.case)
    with open_graph(bench.case) as graph:
        return list(measured_error(graph.conn, read_record(bench.case)))


def test_without_a_measurement_none_is_claimed(full: Bench) -> None:
    assert printed(full)[0].startswith("No error rate measured on material of this kind is on record")


def test_a_measurement_names_its_data_engine_interval_and_line(full: Bench) -> None:
    seq = full.record(ErrorMeasured(record=RECORD))
    said = " ".join(printed(full))
    assert "No error rate measured" not in said
    assert "Nobody has signed these measurements" in said
    for fact in ("“scanned-forms”", RECORD.data_digest[:16], "40 of 41 items", "tesseract 5.3.4", "which also read this",
                 "word error rate 12.3% (9.0 to 16.0)", "Blurred: word error rate 30.0% (one item: no interval)",
                 "2026-03-04", f"custody line {seq}"):  # fmt: skip
        assert fact in said, fact
    full.record(ActWithdrawn(seq=seq, reason="wrong data"))
    assert "scanned-forms" not in " ".join(printed(full))


def test_an_engine_that_did_not_read_this_case_is_called_that(full: Bench) -> None:
    other = msgspec.structs.replace(FINDER, settings={"patterns": "00" * 8})
    full.record(ErrorMeasured(record=msgspec.structs.replace(RECORD, what="identifiers", stamps=(other,))))
    assert "which is NOT what read this case" in " ".join(printed(full))


def test_a_sample_is_printed_by_source_with_what_is_left(full: Bench) -> None:
    catch_up(full.case)
    with open_graph(full.case) as graph:
        act = draw(graph, n=200, seed=3)
    seq = full.record(act, actor=ANNA)
    said = next(line for line in printed(full) if line.startswith("A random sample"))
    assert f"seed 3 (custody line {seq})" in said
    assert "nobody has judged yet, so these figures are provisional" in said
    assert "Print, " in said
    assert "95% Wilson interval" in said
    assert "What machines missed is in no sample" in said

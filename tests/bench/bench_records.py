"""How long a table of call records takes, against DuckDB reading the same file into a table, in one run.

Usage: python tests/bench/bench_records.py [ROWS] [--projection]
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import duckdb

from evidence.templates import Column, Template

TEMPLATE = Template(
    name="operator",
    kind="calls",
    zone="Europe/London",
    zone_by="the operator's letter",
    region="GB",
    types={"VOICE": "call", "SMS": "message"},
    columns=tuple(
        Column(header=header, role=role, format=written)
        for header, role, written in (
            ("Call Type", "type", ""),
            ("Calling Number", "caller", ""),
            ("Called Number", "called", ""),
            ("Date", "started", "%d/%m/%Y %H:%M:%S"),
            ("Duration", "seconds", ""),
            ("First Cell", "cell", ""),
            ("IMEI", "imei", ""),
            ("IMSI", "imsi", ""),
        )
    ),
)


def generate(path: Path, rows: int) -> None:
    """Write call records: 20,000 numbers, 3,000 cells, a year of seconds."""
    chance = random.Random(1)
    numbers = [f"07{chance.randrange(400, 999)}{chance.randrange(10**6):06d}" for _ in range(20_000)]
    cells = [f"234-15-{chance.randrange(1000)}-{chance.randrange(60_000)}" for _ in range(3_000)]
    with path.open("w", encoding="ascii") as file:
        file.write("Call Type;Calling Number;Called Number;Date;Duration;First Cell;IMEI;IMSI\r\n")
        for at in range(rows):
            second = at % 86_400
            file.write(
                f"{'VOICE' if at % 3 else 'SMS'};{numbers[int(chance.random() * 20_000)]};"
                f"{numbers[int(chance.random() ** 2 * 20_000)]};{1 + at % 28:02d}/{1 + at % 12:02d}/2026 "
                f"{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d};{at % 900};"
                f"{cells[int(chance.random() * 3_000)]};35{at % 1000:012d}1;23415{at % 1000:010d}\r\n"
            )


def plain(path: Path) -> None:
    """Do what the measure is: DuckDB's own read into a table."""
    conn = duckdb.connect()
    conn.execute(f"CREATE TABLE calls AS SELECT * FROM read_csv('{path}')").fetchall()


def ours(path: Path) -> None:
    """Read it by its template, to a file as it goes onto the shelf, its digest included."""
    from extractors.protocols import Engines, Part, ReadContext
    from extractors.records.reader import RecordsReader

    scratch = path.parent / "scratch"
    scratch.mkdir(exist_ok=True)
    context = ReadContext(languages=(), region="GB", templates=(TEMPLATE,), scratch=scratch)
    reading = RecordsReader().read(
        path, media_type="text/csv; template", part=Part(), engines=Engines(), context=context
    )
    assert reading.units[0].outcome == "read"


def projected(path: Path) -> None:
    """Receive it, read it, record it and bring the graph up to it, in this process and without Prefect."""
    sys.path.insert(0, str(Path(__file__).parents[1] / "graph"))
    from small_cases import ANNA, AUTHORITY
    from test_records_graph import ingest

    from evidence.acts import TemplateRecorded
    from evidence.authority import CaseHints
    from evidence.case import new_case
    from graph.project import catch_up

    case = new_case(path.parent / "case", title="Bench", authority=AUTHORITY, hints=CaseHints(), actor=ANNA)
    case.record(TemplateRecorded(template=TEMPLATE, source="bench"), actor=ANNA)
    ingest(case, path)
    began = time.perf_counter()
    catch_up(case)
    print(json.dumps({"graph_seconds": round(time.perf_counter() - began, 2)}), file=sys.stderr)


STEPS = {"plain": plain, "ours": ours, "projected": projected}


def measured(step: str, path: Path) -> dict[str, Any]:
    """Do a step in a process of its own; returns its seconds, processor seconds and peak memory."""
    made = subprocess.run(
        [sys.executable, __file__, "--step", step, "--file", str(path)], check=True, capture_output=True, text=True
    )
    print(made.stderr, end="", file=sys.stderr)
    found: dict[str, Any] = json.loads(made.stdout)
    return found


def main() -> None:
    """Generate, measure, print one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rows", type=int, nargs="?", default=5_000_000)
    parser.add_argument("--projection", action="store_true")
    parser.add_argument("--step", choices=sorted(STEPS))
    parser.add_argument("--file", type=Path)
    asked = parser.parse_args()
    if asked.step:
        began, used = time.perf_counter(), time.process_time()
        STEPS[asked.step](asked.file)
        facts = {
            "seconds": round(time.perf_counter() - began, 2),
            "processor_seconds": round(time.process_time() - used, 2),
            "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        }
        print(json.dumps(facts))
        return
    with tempfile.TemporaryDirectory(prefix="records-") as folder:
        path = Path(folder) / "calls.csv"
        generate(path, asked.rows)
        steps = ["plain", "ours", *(["projected"] if asked.projection else [])]
        found: dict[str, Any] = {step: measured(step, path) for step in steps}
    found["rows"] = asked.rows
    found["ratio"] = round(found["ours"]["seconds"] / found["plain"]["seconds"], 2)
    found["processor_ratio"] = round(found["ours"]["processor_seconds"] / found["plain"]["processor_seconds"], 2)
    print(json.dumps(found, indent=2))


if __name__ == "__main__":
    main()

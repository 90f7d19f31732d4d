"""How long it takes to say whose call records overlap, over millions of rows, in one process.

    python tests/bench/bench_overlap.py [ROWS]     # 5,000,000 unless told

Call records of 20,000 numbers over 3,000 cells and a year, a few cells far busier than the others, made in DuckDB as the
projector would leave them. Prints seconds, and what was left out as a crowd; the aim is below 10 s for five million rows.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import cast

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from evidence.case import Case  # noqa: E402
from graph.project import Graph  # noqa: E402
from graph.questions.overlap import overlaps  # noqa: E402
from graph.store import connect  # noqa: E402

_ROWS = """
SELECT setseed(0.5);
INSERT INTO record_named SELECT 'CG-0001', 1, i + 1, 'phone', '+4477' || lpad(i::VARCHAR, 8, '0'), '', 'established', '',
    'e-' || substr(sha256(i::VARCHAR), 1, 16) FROM range(20000) AS made(i);
INSERT INTO entity BY NAME SELECT entity_id AS id, kind, value, value AS label, 'established' AS status, 1 AS mentions, 1 AS joined,
    0 AS candidates, 0 AS unverified, 0 AS reviewed, ['CG-0001'] AS exhibits, ['CG-0001'] AS joined_exhibits FROM record_named;
INSERT INTO record_table VALUES ('CG-0001', 1, '', '', 'operator', 'call', 'UTC', 'the operator', '', 0, {rows});
INSERT INTO record BY NAME
WITH drawn AS (
    SELECT i, TIMESTAMP '2026-01-01' + to_seconds((random() * 31536000)::BIGINT) AS began FROM range({rows}) AS made(i)
)
SELECT 'CG-0001' AS exhibit, 1 AS table_no, i + 1 AS "row", CASE i % 3 WHEN 0 THEN 'message' ELSE 'call' END AS kind,
       strftime(began, '%d/%m/%Y %H:%M:%S') AS time_written, began AS time_local, began AS time_utc, 'template' AS utc_by,
       '' AS until_written, '' AS direction, 1 + (random() * 19999)::BIGINT AS a, 1 + (pow(random(), 2) * 19999)::BIGINT AS b,
       'C-' || (pow(random(), 3) * 2999)::INTEGER AS cell, '' AS currency, '' AS place, '' AS latitude, '' AS longitude,
       '' AS room, '' AS carrier, '' AS origin, '' AS destination, '' AS document, '' AS conversation, '' AS "key",
       '' AS state, '' AS problem
FROM drawn;
"""


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 5_000_000
    with tempfile.TemporaryDirectory() as folder:
        conn = connect(Path(folder) / "graph.duckdb", read_only=False, spill=Path(folder) / "spill")
        conn.execute((ROOT / "graph" / "schema.sql").read_text(encoding="utf-8"))
        conn.execute(
            """INSERT INTO exhibit BY NAME SELECT 'CG-0001' AS number, '0001' AS ord, 'calls.csv' AS name, '' AS sha256,
            0 AS size_bytes, '' AS media_type, '' AS authority, '' AS custodian, '' AS parent, '' AS inner_path, '' AS modified,
            '' AS received_at, '' AS received_by, '' AS manifest, 'read' AS outcome, '' AS reason, '{}' AS units,
            false AS doubtful, false AS partial, false AS draft, true AS names_looked_for, '[]' AS stamps, 1 AS extracted_seq,
            0 AS sealed_segments"""
        )
        conn.execute(_ROWS.format(rows=rows))
        conn.close()
        conn = connect(Path(folder) / "graph.duckdb", read_only=True, spill=Path(folder) / "spill")
        graph = Graph(cast("Case", None), conn, 0, {})
        began = time.perf_counter()
        found = overlaps(graph)
        print(f"overlap, every pair: {rows:,} rows in {time.perf_counter() - began:.1f} s; {found.found:,} pairs, "
              f"{found.crowded:,} records in crowds")  # fmt: skip
        one = found.pairs[0].one.value if found.pairs else "+447700000001"
        began = time.perf_counter()
        mine = overlaps(graph, a=one)
        print(f"overlap of one number: {time.perf_counter() - began:.1f} s; {mine.found:,} pairs")
        print(f"most memory held {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB")


if __name__ == "__main__":
    main()

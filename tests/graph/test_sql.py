"""Read-only SQL: a question is answered; files, the network, settings and changes are out of reach."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_cases import Bench, fill_lodge, new_bench

from evidence.errors import Refused, UsageError
from graph.fingerprint import fingerprint
from graph.project import catch_up, open_graph
from graph.sql import run_sql


@pytest.fixture(scope="module")
def settled(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    bench = fill_lodge(new_bench(tmp_path_factory.mktemp("sql") / "case"))
    catch_up(bench.case)
    return bench


def test_a_question_is_answered(settled: Bench) -> None:
    table = run_sql(settled.case, "SELECT kind, count(*) AS n FROM mention GROUP BY kind ORDER BY kind")
    assert (table.columns, table.rows, table.cut) == (("kind", "n"), (("email", 3), ("iban", 1), ("phone", 3)), False)
    assert run_sql(settled.case, "SELECT * FROM range(5)", max_rows=2).cut
    assert list(settled.case.tmp.glob("graph-snapshot-*")) == []


@pytest.mark.parametrize("statement", [
    "SELECT * FROM read_csv('{secret}')",
    "SELECT * FROM read_text('{secret}')",
    "SELECT * FROM read_blob('{secret}')",
    "SELECT * FROM read_parquet('{secret}')",
    "SELECT * FROM '{secret}'",
    "SELECT * FROM '{secret}.csv'",
    "SELECT * FROM glob('/*')",
    "SELECT * FROM sniff_csv('{secret}')",
    "SELECT * FROM read_csv('https://example.org/x.csv')",
    "SELECT * FROM 's3://bucket/x.parquet'",
    "COPY mention TO '{out}'",
    "COPY (SELECT 1) TO '{out}' (FORMAT parquet)",
    "EXPORT DATABASE '{out}'",
    "IMPORT DATABASE '{secret}'",
    "ATTACH '{out}' AS other",
    "ATTACH ':memory:' AS other",
    "INSTALL httpfs",
    "LOAD httpfs",
    "PRAGMA database_list",
    "PRAGMA enable_profiling",
    "SET memory_limit = '100GB'",
    "SET enable_external_access = true",
    "RESET enable_external_access",
    "CREATE TABLE t AS SELECT 1",
    "CREATE TEMP TABLE t AS SELECT 1",
    "CREATE MACRO f(x) AS x",
    "CREATE SECRET (TYPE s3)",
    "DROP TABLE mention",
    "DELETE FROM mention",
    "UPDATE mention SET value = ''",
    "INSERT INTO mention SELECT * FROM mention",
    "ALTER TABLE mention ADD COLUMN x INTEGER",
    "TRUNCATE mention",
    "CHECKPOINT",
    "VACUUM",
    "BEGIN",
    "CALL pragma_version()",
    "PREPARE q AS SELECT 1",
    "USE memory",
    "SELECT 1; DROP TABLE mention",
    "EXPLAIN ANALYZE COPY mention TO '{out}'",
])  # fmt: skip
def test_everything_else_is_refused(settled: Bench, tmp_path: Path, statement: str) -> None:
    secret, out = tmp_path / "secret", tmp_path / "out"
    secret.write_text("classified")
    with pytest.raises((Refused, UsageError)) as caught:
        run_sql(settled.case, statement.format(secret=secret, out=out))
    assert "classified" not in str(caught.value)
    assert caught.value.next_step
    assert not out.exists()
    with open_graph(settled.case) as graph:
        assert fingerprint(graph.conn) == graph.meta["fingerprint"]


def test_python_variables_are_out_of_reach(settled: Bench) -> None:
    lodge_table = [1, 2, 3]
    with pytest.raises(UsageError):
        run_sql(settled.case, "SELECT * FROM lodge_table")
    assert lodge_table


@pytest.mark.parametrize(
    "statement", ["selec", "SELECT * FROM nowhere", "SELECT nothing FROM mention", "", "-- nothing"]
)
def test_a_mistake_is_told_in_one_line(settled: Bench, statement: str) -> None:
    with pytest.raises(UsageError) as caught:
        run_sql(settled.case, statement)
    assert "\n" not in str(caught.value)


def test_a_question_without_end_is_stopped(settled: Bench) -> None:
    with pytest.raises(UsageError, match="took longer than"):
        run_sql(
            settled.case,
            "SELECT count(*) FROM range(10000000000) a, range(100) b WHERE a.range % 7 = b.range",
            seconds=0.5,
        )

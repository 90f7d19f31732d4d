"""Pairwise precision and recall of the candidates, on generated names with known errors and on linked records whose truth is known.

    python tests/bench/measure_candidates.py

Prints for each set the precision at the first hundred, and precision and recall of all that is offered. The records (`fake_1000`, FEBRL
4a and 4b) are read from `../shared/data/linkage` where they are; their truth is used for nothing but counting.
"""

from __future__ import annotations

import csv
import random
import re
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(Path(__file__).parent)]

from made_names import bearers, spellings  # noqa: E402
from name_traps import OF_FIRMS, SETS  # noqa: E402

from graph.linkage import Record, linked  # noqa: E402
from graph.name_pairs import alike  # noqa: E402

DATA = ROOT.parent / "shared" / "data" / "linkage"
FIRST = 100


class Measured(NamedTuple):
    """How well a ranked list of pairs meets the truth."""

    at_first_hundred: float
    precision: float
    recall: float
    offered: int
    true: int

    def __str__(self) -> str:
        return (f"precision {self.at_first_hundred:.3f} at the first {FIRST}, {self.precision:.3f} of {self.offered:,} offered; "
                f"recall {self.recall:.3f} of {self.true:,} true pairs")  # fmt: skip


def measured(ranked: Sequence[bool], true: int) -> Measured:
    """Return the measures of a ranked list that says of each pair whether it is right."""
    right = sum(ranked)
    first = ranked[:FIRST]
    return Measured(
        sum(first) / max(1, len(first)), right / max(1, len(ranked)), right / max(1, true), len(ranked), true
    )


def pairs_within(groups: Iterable[object]) -> int:
    return sum(many * (many - 1) // 2 for many in Counter(groups).values())


def made(count: int, seed: int, *, share: float = 0.3) -> Measured:
    """Measure names alone: generated ones, a share of them written wrongly once or twice."""
    chance = random.Random(seed)
    return written_measured(
        (name, bearer) for name, bearer, _ in spellings(bearers(count, chance), chance, share=share)
    )


def written_measured(names_borne: Iterable[tuple[str, int]], *, firms: bool = False) -> Measured:
    """Measure names alone, each with who bears it; `firms` where they are known to be names of firms."""
    written: dict[str, set[int]] = {}
    for name, bearer in names_borne:
        written.setdefault(name, set()).add(bearer)
    names = list(written)
    found = alike(names, firms=range(len(names)) if firms else ())
    ranked = [not written[names[one]].isdisjoint(written[names[other]]) for _, one, other in found.pairs]
    true = {
        tuple(sorted((a, b)))
        for group in _by_bearer(written).values() for a in group for b in group if a < b
    }  # fmt: skip
    return measured(ranked, len(true))


def _by_bearer(written: dict[str, set[int]]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for name, borne in written.items():
        for bearer in borne:
            found.setdefault(bearer, []).append(name)
    return found


def fake_1000() -> tuple[list[Record], list[str]]:
    """Return the records of fake_1000, and the cluster of each."""
    rows = _rows("fake_1000.csv")
    records = [
        Record(given_names=row["first_name"], surname=row["surname"], birth_date=row["dob"], place=row["city"],
               identifiers=_identifiers("email", row["email"]))
        for row in rows
    ]  # fmt: skip
    return records, [row["cluster"] for row in rows]


def febrl() -> tuple[list[Record], list[str]]:
    """Return the records of FEBRL 4a and then 4b, and the number of the original of each."""
    rows = [*_rows("dataset4a.csv"), *_rows("dataset4b.csv")]
    records = [
        Record(given_names=row["given_name"], surname=row["surname"], birth_date=row["date_of_birth"],
               street=row["address_1"], place=row["suburb"], postcode=row["postcode"],
               identifiers=_identifiers("document", row["soc_sec_id"]))
        for row in rows
    ]  # fmt: skip
    return records, [re.sub(r"\D*(\d+).*", r"\1", row["rec_id"]) for row in rows]


def _identifiers(kind: str, value: str) -> tuple[str, ...]:
    return (f"{kind}:{value}",) if value else ()


def _rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return [{key.strip(): (value or "").strip() for key, value in row.items()} for row in csv.DictReader(file)]


def records_measured(records: Sequence[Record], truth: Sequence[str]) -> Measured:
    """Measure the linkage of records by all their fields."""
    return measured([truth[one.a] == truth[one.b] for one in linked(records)], pairs_within(truth))


def names_measured(records: Sequence[Record], truth: Sequence[str]) -> Measured:
    """Measure the names alone of the same records, as if nothing else were known; many people bear one name."""
    borne: dict[str, set[str]] = {}
    for record, cluster in zip(records, truth, strict=True):
        if record.given_names and record.surname:
            borne.setdefault(f"{record.given_names} {record.surname}", set()).add(cluster)
    names = list(borne)
    ranked = [not borne[names[one]].isdisjoint(borne[names[other]]) for _, one, other in alike(names).pairs]
    by_cluster = Counter(cluster for held in borne.values() for cluster in held)
    return measured(ranked, sum(many * (many - 1) // 2 for many in by_cluster.values()))


def main() -> None:
    """Print every measure."""
    for count in (1_000, 20_000):
        print(f"{count:,} generated names, a third written wrongly too: {made(count, 41)}")
    for name, made_of in SETS.items():
        print(f"{name}: {written_measured(made_of(random.Random(41)), firms=name in OF_FIRMS)}")
    if not DATA.is_dir():
        print("the shared records are not here: fake_1000 and FEBRL 4 not measured")
        return
    for name, (records, truth) in {"fake_1000": fake_1000(), "FEBRL 4": febrl()}.items():
        print(f"{name}, all fields: {records_measured(records, truth)}")
        print(f"{name}, names alone: {names_measured(records, truth)}")


if __name__ == "__main__":
    main()

"""What is projected from the whole case rather than from one exhibit: authorities, findings, stated relations."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import duckdb
import msgspec

from evidence.acts import (
    AuthorityRecorded,
    CategorySet,
    FindingWithdrawn,
    FindingWritten,
    RelationAdded,
    SegmentAnchor,
    operation,
)
from evidence.ledger import Event
from evidence.locator import decode_place
from evidence.records import entity_id
from graph import anchors, resolve
from graph.anchors import OPENING, SegmentSpot
from graph.chain import CustodyChain
from graph.identities import MADE_KINDS, list_decisions
from graph.rows import insert

Row = dict[str, Any]
_SPOTS = """
SELECT id, unit_kind, unit, ordinal, place, substr(text, 1, $opening) AS opening
FROM segment WHERE exhibit = $exhibit ORDER BY unit_kind, unit, ordinal
"""


def project_case(conn: duckdb.DuckDBPyConnection, chain: CustodyChain) -> None:
    """Replace every row that belongs to the case as a whole; entities must be settled, relations settle after it."""
    for table in ("authority", "finding", "category"):
        conn.execute(f"DELETE FROM {table}")  # noqa: S608 - our own table names
    conn.execute("DELETE FROM decision WHERE exhibit = ''")
    insert(conn, "authority", list(_authorities(chain.of_case).values()))
    insert(conn, "finding", list(_findings(chain.of_case).values()))
    told = _categories(conn, chain)
    insert(conn, "category", [row["category"] for row in told if row["decision"]["state"] == "applied"])
    insert(conn, "decision", [row["decision"] for row in told])
    _state_relations(conn, chain)
    list_decisions(conn)


def _authorities(events: Iterable[Event]) -> dict[str, Row]:
    acts = (event.act for event in events if isinstance(event.act, AuthorityRecorded))
    return {act.authority.reference: msgspec.structs.asdict(act.authority) for act in acts}


def _findings(events: Iterable[Event]) -> dict[str, Row]:
    written: dict[str, Row] = {}
    for event in events:
        match event.act:
            case FindingWritten(finding=name, sentence=sentence, reason=reason):
                written[name] = _signed(event) | {"id": name, "sentence": sentence, "reason": reason}
            case FindingWithdrawn(finding=name):
                written.pop(name, None)
            case _:
                pass
    return written


def _signed(event: Event) -> Row:
    line = event.line
    return {"author": line.actor, "written_at": line.ts, "actor": line.actor, "ts": line.ts, "seq": line.seq}


def _categories(conn: duckdb.DuckDBPyConnection, chain: CustodyChain) -> list[Row]:
    """Return what people said of entities that are in the graph, and what became of it; one of a sealed exhibit must not linger here."""
    told: dict[str, list[Row]] = {}
    made = _joined_since(conn)
    for event in chain.of_case:
        act = event.act
        if isinstance(act, CategorySet):
            name = made.get(act.entity_value, _end(act.entity_kind, act.entity_value))
            told.setdefault(name, []).append(_category(event, act, name, withdrawn=event.line.seq in chain.withdrawn))
    for held in told.values():
        for row in [row["decision"] for row in held if row["decision"]["state"] == "applied"][:-1]:
            row["state"] = "superseded"
    known = conn.execute("SELECT id FROM entity WHERE list_contains($1, id)", [sorted(told)]).fetchall()
    return [row for (name,) in sorted(known) for row in told[str(name)]]


def _category(event: Event, act: CategorySet, name: str, *, withdrawn: bool) -> Row:
    said = {"kind": act.entity_kind, "value": act.entity_value, "reason": act.reason}
    return {
        "category": _signed(event) | said | {"entity_id": name, "category": act.category},
        "decision": _signed(event) | said | {
            "exhibit": "", "op": operation(act), "about": name, "verdict": act.category, "quote": "", "how": "", "anchor": "", "seen": 0,
            "state": "withdrawn" if withdrawn else "applied",
        },
    }  # fmt: skip


def _joined_since(conn: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Return where things that people made and joined later stand now."""
    return {
        str(one): str(other) for one, other in conn.execute("SELECT id, identity_id FROM identity_redirect").fetchall()
    }


def _end(kind: str, value: str) -> str:
    """Return the id of an entity: of what people made, that is its value, the digest of the decision that made it."""
    return value if kind in MADE_KINDS.values() else entity_id(kind, value)


def _state_relations(conn: duckdb.DuckDBPyConnection, chain: CustodyChain) -> None:
    acts = [(event, event.act) for event in chain.of_case if isinstance(event.act, RelationAdded)]
    made = _joined_since(conn)
    ends = [name for _, act in acts for name in _ends(act, made)]
    known = resolve.established(conn, ends) if ends else set()
    decisions: list[Row] = []
    supports: list[Row] = []
    for event, act in acts:
        found, hidden = _supports(conn, chain, act.supports)
        if hidden and not found:
            continue
        decision = _decision(event, act)
        if event.line.seq in chain.withdrawn:
            decision["state"] = "withdrawn"
        elif not found or not known.issuperset(_ends(act, made)):
            if hidden:
                continue
            decision |= {"state": "unanchored", "how": "" if found else "no segment"}
        else:
            supports += [_support(event, act, spot, number, made) for number, spot in found]
        decisions.append(decision)
    insert(conn, "decision", decisions)
    resolve.state_relations(conn, supports)


def _ends(act: RelationAdded, made: dict[str, str]) -> tuple[str, str]:
    source, target = _end(act.source_kind, act.source_value), _end(act.target_kind, act.target_value)
    return made.get(source, source), made.get(target, target)


def _supports(
    conn: duckdb.DuckDBPyConnection, chain: CustodyChain, wanted: Iterable[SegmentAnchor]
) -> tuple[list[tuple[str, SegmentSpot]], bool]:
    """Return the segments that still support a relation, and whether a seal hides any of them."""
    found: list[tuple[str, SegmentSpot]] = []
    hidden = False
    for anchor in wanted:
        if chain.is_sealed(anchor.exhibit):
            hidden = True
            continue
        seals = chain.sealed_segments.get(anchor.exhibit, [])
        spot = anchors.find_segment(anchor, _spots(conn, anchor.exhibit))
        if seals and (spot is None or spot[1] != "exact"):
            hidden = True
        elif spot is not None:
            found.append((anchor.exhibit, spot[0]))
    return found, hidden


def _spots(conn: duckdb.DuckDBPyConnection, exhibit: str) -> list[SegmentSpot]:
    rows = conn.execute(_SPOTS, {"opening": OPENING, "exhibit": exhibit}).fetchall()
    return [SegmentSpot(row[0], row[1], row[2], row[3], decode_place(row[4]), row[5]) for row in rows]


def _support(event: Event, act: RelationAdded, spot: SegmentSpot, number: str, made: dict[str, str]) -> Row:
    source, target = _ends(act, made)
    return {
        "kind": act.kind,
        "family": "stated",
        "origin": "human",
        "basis": act.basis,
        "source_entity": source,
        "target_entity": target,
        "exhibit": number,
        "segment_id": spot.id,
        "source_mention": "",
        "target_mention": "",
        "start": -1,
        "end": -1,
        "confirmed": True,
        "rule": "",
        "lifted": False,
        "seq": event.line.seq,
        "stated_by": event.line.actor,
        "reason": act.reason,
    }


def _decision(event: Event, act: RelationAdded) -> Row:
    return _signed(event) | {
        "exhibit": "",
        "op": operation(act),
        "about": "",
        "verdict": act.kind,
        "kind": f"{act.source_kind} -> {act.target_kind}",
        "quote": act.source_value,
        "value": act.target_value,
        "reason": act.reason,
        "state": "applied",
        "how": "",
        "seen": 0,
        "anchor": msgspec.json.encode(act.supports, order="sorted").decode(),
    }

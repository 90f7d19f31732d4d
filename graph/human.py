"""What people decided about an exhibit, laid over what the machines make of it now.

Acts about sealed segments leave nothing here, not even in the list of those that no longer match.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import duckdb
import msgspec

from evidence.acts import (
    MentionAdded,
    MentionAnchor,
    MentionDecided,
    SegmentAnchor,
    SegmentTagged,
    TextCorrected,
    UnderminingScheduled,
    operation,
)
from evidence.ledger import Line
from evidence.locator import decode_place
from evidence.records import mention_id
from graph import anchors
from graph.anchors import OPENING, MentionSpot, SegmentSpot
from graph.chain import CustodyChain, Dossier, HumanAct
from graph.load import Batch
from graph.rows import insert

_SPOTS = """
SELECT id, unit_kind, unit, ordinal, place, substr(text, 1, $opening) AS opening
FROM stage_segment WHERE exhibit = $exhibit ORDER BY unit_kind, unit, ordinal
"""
_MENTION_SPOTS = """
SELECT id, segment_id, kind, start, "end", quote, value FROM stage_mention
WHERE exhibit = $exhibit AND list_contains($kinds, kind) ORDER BY segment_id, start, id
"""
_STAGES = """
CREATE OR REPLACE TEMP TABLE stage_added (id VARCHAR, segment_id VARCHAR, exhibit VARCHAR, kind VARCHAR, start INTEGER,
    "end" INTEGER, quote VARCHAR, value VARCHAR, verdict VARCHAR, actor VARCHAR, ts VARCHAR, seq BIGINT, reason VARCHAR);
CREATE OR REPLACE TEMP TABLE stage_verdict (mention_id VARCHAR, verdict VARCHAR, value VARCHAR, kind VARCHAR,
    actor VARCHAR, ts VARCHAR, seq BIGINT, reason VARCHAR);
"""

Row = dict[str, Any]


@dataclass(slots=True)
class Spots:
    """The segments of one exhibit as they stand now; `closed` are the sealed ones among them."""

    every: list[SegmentSpot]
    closed: set[str]

    @property
    def open(self) -> list[SegmentSpot]:
        """The segments that are in the graph."""
        return [spot for spot in self.every if spot.id not in self.closed]

    def hides(self, anchor: SegmentAnchor) -> bool:
        """Whether an act with this anchor is, or may be, about something sealed."""
        if not self.closed:
            return False
        found = anchors.find_segment(anchor, self.every)
        if found is None or found[0].id in self.closed:
            return True
        sealed = [spot for spot in self.every if spot.id in self.closed]
        return found[1] != "exact" and any(anchors.overlap(anchor.place, spot.place) for spot in sealed)


def spots_of(conn: duckdb.DuckDBPyConnection, exhibit: str) -> list[SegmentSpot]:
    """Return the segments of an exhibit that are staged."""
    rows = conn.execute(_SPOTS, {"opening": OPENING, "exhibit": exhibit}).fetchall()
    return [
        SegmentSpot(id, kind, unit, ordinal, decode_place(place), text) for id, kind, unit, ordinal, place, text in rows
    ]


def close_sealed(made: Batch, chain: CustodyChain) -> dict[str, Spots]:
    """Take sealed segments off the stage; returns the spots of every exhibit that seals or people touched."""
    conn = made.conn
    touched: dict[str, Spots] = {}
    for dossier in made.dossiers:
        seals = chain.sealed_segments.get(dossier.number, [])
        if not seals and not dossier.human:
            continue
        every = spots_of(conn, dossier.number)
        closed = {segment for seal in seals for segment in anchors.sealed_segments(seal, every)}
        touched[dossier.number] = Spots(every, closed)
        if closed:
            _close(conn, dossier.number, sorted(closed))
    return touched


def _close(conn: duckdb.DuckDBPyConnection, exhibit: str, closed: list[str]) -> None:
    conn.execute("DELETE FROM stage_segment WHERE list_contains($1, id)", [closed])
    conn.execute("UPDATE exhibit SET sealed_segments = $1 WHERE number = $2", [len(closed), exhibit])


def lay_over(made: Batch, touched: Mapping[str, Spots], chain: CustodyChain) -> None:
    """Anchor the human acts of a batch, and write what they come to."""
    made.conn.execute(_STAGES)
    desks = [
        Desk(made.conn, dossier, touched[dossier.number], chain.withdrawn).work()
        for dossier in made.dossiers
        if dossier.human
    ]
    for table in ("stage_added", "stage_verdict", "correction", "tag", "scheduled", "decision", "note"):
        insert(made.conn, table, [row for desk in desks for row in desk.rows[table]])


@dataclass(slots=True)
class Desk:
    """Works through the human acts of one exhibit in order; later ones replace earlier ones about the same thing."""

    conn: duckdb.DuckDBPyConnection
    dossier: Dossier
    spots: Spots
    withdrawn: frozenset[int]
    standing: dict[tuple[str, ...], Row] = field(default_factory=dict)
    """What stands for each thing decided about; its decision row is under `decision`."""
    decisions: list[Row] = field(default_factory=list)
    rows: dict[str, list[Row]] = field(default_factory=dict)
    hidden: int = 0

    def work(self) -> Desk:
        """Anchor every act; afterwards `rows` holds what belongs in each table."""
        for line, act in self.dossier.human:
            if isinstance(act, MentionAdded):
                self._take(line, act)
        mentions = self._mentions()
        for line, act in self.dossier.human:
            if not isinstance(act, MentionAdded):
                self._take(line, act, mentions)
        self._gather()
        return self

    def _take(self, line: Line, act: HumanAct, mentions: Sequence[MentionSpot] = ()) -> None:
        segment = act.anchor.segment if isinstance(act, (MentionDecided, MentionAdded)) else act.segment
        if self.spots.hides(segment):
            self.hidden += 1
            return
        decision = _decision(line, act)
        self.decisions.append(decision)
        if line.seq in self.withdrawn:
            decision["state"] = "withdrawn"
            return
        made = self._place(act, mentions)
        if made is None:
            decision["state"] = "unanchored"
            return
        key, how, row = made
        decision |= {"about": key[1], "how": how}
        if key in self.standing:
            self.standing[key]["decision"]["state"] = "superseded"
        self.standing[key] = row | _signed(line, act) | {"decision": decision}

    def _place(self, act: HumanAct, mentions: Sequence[MentionSpot]) -> tuple[tuple[str, ...], str, Row] | None:
        match act:
            case MentionAdded():
                return self._addition(act.anchor)
            case MentionDecided():
                found = anchors.find_mention(act.anchor, mentions)
                if found is None or _confirms_another_value(act, found[0]):
                    return None
                return ("stage_verdict", found[0].id), found[1], _verdict(found[0].id, act)
            case TextCorrected():
                return self._correction(act)
            case SegmentTagged():
                spot = anchors.find_segment(act.segment, self.spots.open)
                row = {"tag": act.tag, "finding": act.finding}
                return spot and (("tag", spot[0].id, act.finding), spot[1], row | {"segment_id": spot[0].id})
            case UnderminingScheduled():
                spot = anchors.find_segment(act.segment, self.spots.open)
                return spot and (("scheduled", spot[0].id), spot[1], {"segment_id": spot[0].id})

    def _addition(self, anchor: MentionAnchor) -> tuple[tuple[str, ...], str, Row] | None:
        found = self._quoted(anchor.segment, anchor.start, anchor.quote)
        if found is None:
            return None
        spot, start, how = found
        end = start + len(anchor.quote)
        name = mention_id(spot.id, anchor.kind, start, end, anchor.quote)
        row = {
            "id": name,
            "segment_id": spot.id,
            "kind": anchor.kind,
            "start": start,
            "end": end,
            "quote": anchor.quote,
            "value": anchor.value or anchor.quote,
            "verdict": "confirm",
        }
        return ("stage_added", name), how, row

    def _correction(self, act: TextCorrected) -> tuple[tuple[str, ...], str, Row] | None:
        found = self._quoted(act.segment, act.start, act.quote)
        if found is None:
            return None
        spot, start, how = found
        end = start + len(act.quote)
        row = {"segment_id": spot.id, "start": start, "end": end, "quote": act.quote, "text": act.text}
        return ("correction", spot.id, str(start), str(end)), how, row

    def _quoted(self, anchor: SegmentAnchor, start: int, quote: str) -> tuple[SegmentSpot, int, str] | None:
        """Return the segment that holds `quote` now, where it starts in it, and how it was found."""
        found = anchors.find_segment(anchor, self.spots.open)
        if found is None:
            return None
        spot, how = found
        unit = [other for other in self.spots.open if (other.unit_kind, other.unit) == (spot.unit_kind, spot.unit)]
        texts = self._texts(unit)
        if quote and texts[spot.id][start : start + len(quote)] == quote:
            return spot, start, how
        for other in sorted(unit, key=lambda other: (abs(other.ordinal - spot.ordinal), other.ordinal)):
            at = anchors.find_quote(quote, texts[other.id], near=start if other is spot else 0)
            if at >= 0:
                return other, at, "same quote"
        return None

    def _texts(self, spots: Iterable[SegmentSpot]) -> dict[str, str]:
        names = [spot.id for spot in spots]
        rows = self.conn.execute("SELECT id, text FROM stage_segment WHERE list_contains($1, id)", [names]).fetchall()
        return {str(name): str(text) for name, text in rows}

    def _mentions(self) -> list[MentionSpot]:
        kinds = sorted({act.anchor.kind for _, act in self.dossier.human if isinstance(act, MentionDecided)})
        segments = {spot.id: spot for spot in self.spots.open}
        asked = {"exhibit": self.dossier.number, "kinds": kinds}
        rows = self.conn.execute(_MENTION_SPOTS, asked).fetchall() if kinds else []
        added = [row for key, row in self.standing.items() if key[0] == "stage_added"]
        return [
            *(MentionSpot(row[0], segments[row[1]], *row[2:]) for row in rows),
            *(
                MentionSpot(
                    row["id"], segments[row["segment_id"]], row["kind"], row["start"], row["end"], row["quote"],
                    row["value"],
                )
                for row in added
            ),
        ]  # fmt: skip

    def _gather(self) -> None:
        self._drop_overlapped_corrections()
        tables = ("stage_added", "stage_verdict", "correction", "tag", "scheduled")
        self.rows = {table: [row for key, row in self.standing.items() if key[0] == table] for table in tables}
        for row in self.standing.values():
            row.pop("decision")
        self.rows["decision"] = self.decisions
        note = f"{self.hidden} decisions are about sealed segments"
        self.rows["note"] = [{"exhibit": self.dossier.number, "segment_id": "", "text": note}] if self.hidden else []

    def _drop_overlapped_corrections(self) -> None:
        """Let the later of two corrections that overlap stand alone."""
        kept: list[Row] = []
        corrections = [(key, row) for key, row in self.standing.items() if key[0] == "correction"]
        for key, row in sorted(corrections, key=lambda entry: -int(entry[1]["seq"])):
            if any(_overlaps(row, other) for other in kept):
                row["decision"]["state"] = "superseded"
                del self.standing[key]
            else:
                kept.append(row)


def _overlaps(one: Row, other: Row) -> bool:
    same = one["segment_id"] == other["segment_id"]
    return bool(same and one["start"] < other["end"] and other["start"] < one["end"])


def _confirms_another_value(act: MentionDecided, found: MentionSpot) -> bool:
    """Whether the words are the same but now stand for a value that the person never confirmed."""
    return act.verdict == "confirm" and found.value != (act.anchor.value or act.anchor.quote)


def _verdict(name: str, act: MentionDecided) -> Row:
    corrected = act.verdict == "correct"
    return {
        "mention_id": name,
        "verdict": act.verdict,
        "value": act.value if corrected else "",
        "kind": act.kind if corrected else "",
    }


def _signed(line: Line, act: HumanAct) -> Row:
    return {"exhibit": line.obj, "seq": line.seq, "actor": line.actor, "ts": line.ts, "reason": act.reason}


def _decision(line: Line, act: HumanAct) -> Row:
    row: Row = _signed(line, act) | {
        "op": operation(act), "about": "", "verdict": "", "kind": "", "quote": "", "value": "",
        "state": "applied", "how": "", "seen": 0,
    }  # fmt: skip
    match act:
        case MentionDecided():
            row |= {"verdict": act.verdict, "kind": act.kind or act.anchor.kind, "quote": act.anchor.quote}
            row |= {"value": act.value or act.anchor.value, "anchor": _json(act.anchor), "seen": act.seen}
        case MentionAdded():
            row |= {"kind": act.anchor.kind, "quote": act.anchor.quote, "value": act.anchor.value}
            row |= {"anchor": _json(act.anchor)}
        case TextCorrected():
            row |= {"quote": act.quote, "value": act.text, "anchor": _json(act.segment)}
        case SegmentTagged():
            row |= {"verdict": act.tag, "value": act.finding, "anchor": _json(act.segment)}
        case UnderminingScheduled():
            row |= {"verdict": "scheduled", "anchor": _json(act.segment)}
    return row


def _json(anchor: MentionAnchor | SegmentAnchor) -> str:
    return msgspec.json.encode(anchor, order="sorted").decode()

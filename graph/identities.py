"""What people made of mentions: their verdicts found again, laid together, and written where every question finds them.

A function of the verdicts and of the mentions as they stand now, so that catching up and rebuilding give one graph. What is sealed
leaves nothing: a verdict with fewer than two open sides because of a seal is not written at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import duckdb

from evidence.acts import ActWithdrawn, IdentityJudged, MentionAnchor
from evidence.ledger import Event
from evidence.locator import decode_place
from evidence.records import made_id
from graph import anchors, together
from graph.anchors import OPENING, MentionSpot, SegmentSpot
from graph.chain import CustodyChain
from graph.identity_clusters import Cluster, Clustered, Refusal, Side, Verdict, clustered
from graph.ids import RELATION_DIGEST
from graph.rows import fetch, insert

NAMES: Final = ("person_name", "organisation", "place", "display_name")
"""Kinds that say nothing about who bears them: judged mention by mention. Everything else joins by value."""
MADE_KINDS: Final = {"person": "person", "organisation": "made_organisation", "place": "made_place"}
"""What a verdict makes, and the kind of entity it becomes."""
ATTRIBUTED: Final = "attributed"
"""The edge from what people made to an identifier: someone's assessment, no fact about who uses it."""

_TABLES: Final = ("judgement", "judged", "identity", "identity_member", "identity_redirect")
_EXACT: Final = """
SELECT id, segment_id, kind, quote, entity_id, status FROM mention WHERE id IN (SELECT unnest($ids::VARCHAR[]))
"""
_NEAR: Final = """
SELECT mention.id, mention.segment_id, kind_machine, start, "end", quote, value_machine, mention.kind, entity_id, status,
       here.unit_kind, here.unit, here.ordinal, here.place, substr(here.text, 1, $opening) AS opening
FROM mention JOIN segment AS here ON here.id = segment_id
WHERE mention.exhibit = $exhibit AND list_contains($kinds, kind_machine) ORDER BY mention.segment_id, start, mention.id
"""
_OF_CASE: Final = """
INSERT INTO decision BY NAME
SELECT seq, '' AS exhibit, ts, actor, 'identity.judged' AS op, identity_id AS about, verdict, makes AS kind,
       coalesce((SELECT string_agg(DISTINCT quote, ' / ' ORDER BY quote) FROM judged WHERE judged.seq = judgement.seq), '') AS quote,
       '' AS value, reason, state, note AS how, '' AS anchor
FROM judgement
"""
_OF_MEMBERS: Final = together.of_segments("SELECT DISTINCT segment_id FROM identity_member WHERE NOT attributed")
_TOUCH_LIFTED: Final = f"""
INSERT INTO touched_relation
WITH made_of AS (
    SELECT mention_id FROM identity_member WHERE NOT attributed
), {_OF_MEMBERS}
SELECT relation_id FROM edge_support
WHERE lifted OR source_mention IN (FROM made_of) OR target_mention IN (FROM made_of)
UNION SELECT relation_id FROM support_together WHERE source_mention IN (FROM made_of) OR target_mention IN (FROM made_of)
UNION SELECT id FROM edge WHERE family = 'co_mention'
"""  # noqa: S608 - built from our own constants
# A name is shown as its members most often have it; what people joined waits for nobody.
_ENTITIES: Final = """
INSERT INTO entity BY NAME
WITH member AS (
    SELECT DISTINCT identity_id AS id, member.mention_id, member.exhibit, attributed, mention.review
    FROM identity_member AS member JOIN mention ON mention.id = member.mention_id
), counted AS (
    SELECT id, count(*) AS mentions, count(*) FILTER (review <> 'unreviewed') AS reviewed,
           list_sort(list(DISTINCT exhibit)) AS exhibits
    FROM member GROUP BY id
)
SELECT id, kind, id AS value, label, 'established' AS status, mentions, mentions AS joined, 0 AS candidates, 0 AS unverified,
       reviewed, exhibits, exhibits AS joined_exhibits
FROM identity JOIN counted USING (id)
"""
# Every end that is a member mention becomes what people made of it; an edge within one made thing is none.
_LIFT: Final = f"""
INSERT INTO edge_support BY NAME
WITH member AS (
    SELECT mention_id, min(identity_id) AS made FROM identity_member WHERE NOT attributed GROUP BY mention_id
), {_OF_MEMBERS}, support AS (
    FROM edge_support WHERE NOT lifted UNION ALL BY NAME FROM support_together
), ended AS (
    SELECT held.* REPLACE (coalesce(source.made, source_entity) AS source_entity,
                           coalesce(target.made, target_entity) AS target_entity, true AS lifted)
    FROM support AS held
    LEFT JOIN member AS source ON source.mention_id = source_mention
    LEFT JOIN member AS target ON target.mention_id = target_mention
    WHERE source.made IS NOT NULL OR target.made IS NOT NULL
), sided AS (
    SELECT * REPLACE (
        CASE WHEN family = 'co_mention' THEN least(source_entity, target_entity) ELSE source_entity END AS source_entity,
        CASE WHEN family = 'co_mention' THEN greatest(source_entity, target_entity) ELSE target_entity END AS target_entity,
        CASE WHEN family = 'co_mention' AND source_entity > target_entity THEN target_mention ELSE source_mention END
            AS source_mention,
        CASE WHEN family = 'co_mention' AND source_entity > target_entity THEN source_mention ELSE target_mention END
            AS target_mention)
    FROM ended WHERE source_entity <> target_entity
)
SELECT * REPLACE ({RELATION_DIGEST} AS relation_id) FROM sided
QUALIFY row_number() OVER (PARTITION BY {RELATION_DIGEST}, segment_id
                           ORDER BY start, "end", rule, source_mention, target_mention) = 1
"""  # noqa: S608 - built from our own constants
_ATTRIBUTE: Final = f"""
INSERT INTO edge_support BY NAME
WITH held AS (
    SELECT '{ATTRIBUTED}' AS kind, 'stated' AS family, 'human' AS origin, 'personal_assessment' AS basis,
           member.identity_id AS source_entity, member.entity_id AS target_entity, member.exhibit, member.segment_id,
           '' AS source_mention, member.mention_id AS target_mention, mention.start, mention."end", true AS confirmed,
           'attributed by ' || actor AS rule, true AS lifted, member.seq, actor AS stated_by, reason
    FROM identity_member AS member JOIN mention ON mention.id = member.mention_id JOIN judgement USING (seq)
    WHERE attributed AND mention.status = 'established'
)
SELECT {RELATION_DIGEST} AS relation_id, * FROM held
QUALIFY row_number() OVER (PARTITION BY relation_id, segment_id ORDER BY seq, start, target_mention) = 1
"""  # noqa: S608 - built from our own constants


@dataclass(frozen=True, slots=True)
class Found:
    """A mention that a verdict meant, as it stands now."""

    mention: str
    segment: str
    exhibit: str
    kind: str
    quote: str
    entity: str
    joined: bool
    how: str

    @property
    def is_name(self) -> bool:
        """Whether it is judged by itself; else its whole value is meant."""
        return self.kind in NAMES

    @property
    def element(self) -> str:
        """What verdicts are laid together by: the mention of a name, the value of an identifier."""
        if self.is_name:
            return self.mention
        return self.entity if self.joined else f"e-of-{self.mention}"


@dataclass(frozen=True, slots=True)
class Heard:
    """A verdict with what was found of its sides; `hidden` where a seal closes part of it."""

    event: Event
    act: IdentityJudged
    sides: tuple[tuple[Found, ...], ...]
    lost: tuple[tuple[int, MentionAnchor], ...]
    hidden: bool

    @property
    def seq(self) -> int:
        """Its ledger line."""
        return self.event.line.seq

    @property
    def stands(self) -> bool:
        """Whether two sides of it are left."""
        return sum(bool(side) for side in self.sides) > 1

    def verdict(self) -> Verdict:
        """Return it as it is laid together with the others."""
        return Verdict(
            seq=self.seq,
            id=made_id(self.event.line.payload),
            verdict=self.act.verdict,
            makes=self.act.makes,
            sides=tuple(side_of(side) for side in self.sides if side),
            joins=self.act.joins,
        )


def side_of(found: Iterable[Found]) -> Side:
    """Return mentions as one side of a verdict."""
    held = list(found)
    return Side(
        frozenset(one.element for one in held if one.is_name), frozenset(one.element for one in held if not one.is_name)
    )


# --- when ----------------------------------------------------------------------------------------------------------


def concerned(chain: CustodyChain, numbers: Sequence[str], *, after: int) -> bool:
    """Whether anything after line `after`, or in these exhibits, can change what people made."""
    acts = _acts(chain)
    if not acts:
        return False
    if any(event.line.seq > after for event, _ in acts):
        return True
    if any(isinstance(event.act, ActWithdrawn) and event.line.seq > after for event in chain.of_case):
        return True
    touched = set(numbers)
    return any(anchor.segment.exhibit in touched for _, act in acts for side in act.sides for anchor in side)


def _acts(chain: CustodyChain) -> list[tuple[Event, IdentityJudged]]:
    return [(event, event.act) for event in chain.of_case if isinstance(event.act, IdentityJudged)]


def refusal(conn: duckdb.DuckDBPyConnection, chain: CustodyChain, act: IdentityJudged) -> Refusal | None:
    """Return why a verdict that is about to be written would not be applied; None where it would."""
    heard = [one for one in find_sides(conn, chain, _acts(chain)) if one.stands and one.seq not in chain.withdrawn]
    exact = exact_mentions(conn, [anchor for side in act.sides for anchor in side])
    sides = [side_of(exact[name] for name in map(anchors.exact_mention, side) if name in exact) for side in act.sides]
    new = Verdict(seq=chain.seq + 1, id="", verdict=act.verdict, makes=act.makes, sides=tuple(sides), joins=act.joins)
    return clustered([*(one.verdict() for one in heard), new]).refused.get(new.seq)


# --- projecting ----------------------------------------------------------------------------------------------------


def project_identities(conn: duckdb.DuckDBPyConnection, chain: CustodyChain) -> None:
    """Replace everything that people made; entities must be settled, relations settle after it."""
    clear_identities(conn)
    acts = _acts(chain)
    if not acts:
        return
    heard = [one for one in find_sides(conn, chain, acts) if one.stands or not one.hidden]
    laid = clustered(one.verdict() for one in heard if one.stands and one.seq not in chain.withdrawn)
    insert(conn, "judgement", [_judgement(one, laid, chain) for one in heard])
    insert(conn, "judged", [row for one in heard for row in _judged(one)])
    by_seq = {one.seq: one for one in heard}
    members = [_members(cluster, by_seq) for cluster in laid.clusters]
    insert(conn, "identity_member", [row for rows in members for row in rows])
    insert(conn, "identity", [
        _identity(cluster, by_seq[cluster.seq], rows) for cluster, rows in zip(laid.clusters, members, strict=True)
    ])  # fmt: skip
    insert(conn, "identity_redirect", [
        {"id": name, "identity_id": cluster.id, "seq": seq} for cluster in laid.clusters for name, seq in cluster.redirects
    ])  # fmt: skip
    conn.execute(_ENTITIES)
    conn.execute(_TOUCH_LIFTED)


def lift(conn: duckdb.DuckDBPyConnection) -> None:
    """Let what people made stand in the relations of its members, beside them; the supports of mentions must be complete."""
    conn.execute(_LIFT)
    conn.execute(_ATTRIBUTE)
    conn.execute("INSERT INTO touched_relation SELECT DISTINCT relation_id FROM edge_support WHERE lifted")


def clear_identities(conn: duckdb.DuckDBPyConnection) -> None:
    """Take away everything that people made, and remember the relations that it touched."""
    conn.execute(_TOUCH_LIFTED)
    conn.execute("DELETE FROM edge_support WHERE lifted")
    conn.execute("DELETE FROM entity WHERE list_contains($1, kind)", [list(MADE_KINDS.values())])
    for table in _TABLES:
        conn.execute(f"DELETE FROM {table}")  # noqa: S608 - our own table names


def list_decisions(conn: duckdb.DuckDBPyConnection) -> None:
    """Write the verdicts among the decisions, with what became of each."""
    conn.execute(_OF_CASE)


def _judgement(one: Heard, laid: Clustered, chain: CustodyChain) -> dict[str, Any]:
    refusal = laid.refused.get(one.seq)
    into = next((each.id for each in laid.clusters if any(mine.seq == one.seq for mine in each.verdicts)), "")
    lost = len(one.lost)
    return {
        "seq": one.seq,
        "ts": one.event.line.ts,
        "actor": one.event.line.actor,
        "verdict": one.act.verdict,
        "makes": one.act.makes,
        "reason": "" if one.hidden else one.act.reason,
        "suggestion": "" if one.hidden else one.act.suggestion,
        "state": _state(one, laid, chain),
        "identity_id": into,
        "note": refusal.why if refusal else _note(one, laid, lost),
        "wall": refusal.wall if refusal else 0,
        "chain": list(refusal.chain) if refusal else [],
        "lost": lost,
    }


def _state(one: Heard, laid: Clustered, chain: CustodyChain) -> str:
    if one.seq in chain.withdrawn:
        return "withdrawn"
    if not one.stands:
        return "unanchored"
    if one.seq in laid.refused:
        return "refused"
    return "superseded" if one.seq in laid.superseded else "applied"


def _note(one: Heard, laid: Clustered, lost: int) -> str:
    if one.seq in laid.superseded:
        return f"line {laid.superseded[one.seq]} takes its place"
    said = ["part of it is sealed"] if one.hidden else []
    said += [f"{lost} of its mentions are not found again"] if lost else []
    return "; ".join(said)


def _judged(one: Heard) -> list[dict[str, Any]]:
    rows = [
        {
            "seq": one.seq, "side": number, "mention_id": found.mention, "entity_id": found.entity, "exhibit": found.exhibit,
            "segment_id": found.segment, "kind": found.kind, "quote": found.quote, "how": found.how,
        }
        for number, side in enumerate(one.sides, start=1) for found in side
    ]  # fmt: skip
    return rows + [
        {
            "seq": one.seq, "side": number, "mention_id": "", "entity_id": "", "exhibit": anchor.segment.exhibit,
            "segment_id": "", "kind": anchor.kind, "quote": anchor.quote, "how": "unanchored",
        }
        for number, anchor in one.lost
    ]  # fmt: skip


def _members(cluster: Cluster, heard: dict[int, Heard]) -> list[dict[str, Any]]:
    """Return the mentions of a made thing, each under the first verdict that brought it in."""
    rows: dict[str, dict[str, Any]] = {}
    for verdict in cluster.verdicts:
        for found in (each for side in heard[verdict.seq].sides for each in side):
            rows.setdefault(
                found.mention,
                {
                    "identity_id": cluster.id, "mention_id": found.mention, "entity_id": found.entity,
                    "exhibit": found.exhibit, "segment_id": found.segment, "attributed": not found.is_name,
                    "seq": verdict.seq,
                },
            )  # fmt: skip
    return list(rows.values())


def _identity(cluster: Cluster, maker: Heard, members: Sequence[dict[str, Any]]) -> dict[str, Any]:
    quotes = {found.mention: found.quote for side in maker.sides for found in side}
    names = [row["mention_id"] for row in members if not row["attributed"]]
    return {
        "id": cluster.id,
        "kind": MADE_KINDS.get(cluster.kind, "person"),
        "label": _label([quotes[name] for name in names if name in quotes] or list(quotes.values())),
        "seq": cluster.seq,
        "author": maker.event.line.actor,
        "made_at": maker.event.line.ts,
        "reason": "" if maker.hidden else maker.act.reason,
    }


def _label(quotes: Sequence[str]) -> str:
    """Return the fullest of the names that were judged: the longest, else the first in the order of the alphabet."""
    flat = sorted({" ".join(quote.split()) for quote in quotes})
    return max(flat, key=lambda quote: (quote.count(" "), "," not in quote, len(quote)), default="")


# --- finding again -------------------------------------------------------------------------------------------------


def find_sides(
    conn: duckdb.DuckDBPyConnection, chain: CustodyChain, acts: Sequence[tuple[Event, IdentityJudged]]
) -> list[Heard]:
    """Return verdicts with the mentions they meant, found where they stand now."""
    wanted = [anchor for _, act in acts for side in act.sides for anchor in side]
    exact = exact_mentions(conn, wanted)
    left = [anchor for anchor in wanted if anchors.exact_mention(anchor) not in exact]
    near = _near(conn, chain, left)
    return [_heard(chain, event, act, exact, near) for event, act in acts]


def _heard(
    chain: CustodyChain, event: Event, act: IdentityJudged, exact: dict[str, Found], near: dict[int, Found]
) -> Heard:
    sides: list[tuple[Found, ...]] = []
    lost: list[tuple[int, MentionAnchor]] = []
    hidden = False
    for number, side in enumerate(act.sides, start=1):
        found: dict[str, Found] = {}
        for anchor in side:
            one = exact.get(anchors.exact_mention(anchor)) or near.get(id(anchor))
            if one is not None:
                found.setdefault(one.mention, one)
            elif chain.is_sealed(anchor.segment.exhibit) or chain.sealed_segments.get(anchor.segment.exhibit):
                hidden = True
            else:
                lost.append((number, anchor))
        sides.append(tuple(found.values()))
    return Heard(event=event, act=act, sides=tuple(sides), lost=tuple(lost), hidden=hidden)


def exact_mentions(conn: duckdb.DuckDBPyConnection, wanted: Iterable[MentionAnchor]) -> dict[str, Found]:
    """Return what stands exactly where the anchors say, by mention."""
    exhibits = {anchors.exact_mention(anchor): anchor.segment.exhibit for anchor in wanted}
    return found_mentions(conn, exhibits)


def found_mentions(conn: duckdb.DuckDBPyConnection, exhibits: dict[str, str]) -> dict[str, Found]:
    """Return mentions by id, as verdicts mean them; unknown ones are left out. The exhibits are given, by mention."""
    rows = fetch(conn, _EXACT, {"ids": sorted(exhibits)}) if exhibits else []
    return {
        row["id"]: Found(
            mention=row["id"], segment=row["segment_id"], exhibit=exhibits[row["id"]], kind=row["kind"], quote=row["quote"],
            entity=row["entity_id"], joined=row["status"] == "established", how="exact",
        )
        for row in rows
    }  # fmt: skip


def _near(conn: duckdb.DuckDBPyConnection, chain: CustodyChain, wanted: Sequence[MentionAnchor]) -> dict[int, Found]:
    """Return what an exhibit that was read anew says where anchors stood; where part of it is sealed, nothing is guessed."""
    by_exhibit: dict[str, list[MentionAnchor]] = {}
    for anchor in wanted:
        number = anchor.segment.exhibit
        if not chain.is_sealed(number) and not chain.sealed_segments.get(number):
            by_exhibit.setdefault(number, []).append(anchor)
    found: dict[int, Found] = {}
    for number, held in by_exhibit.items():
        asked = {"exhibit": number, "kinds": sorted({one.kind for one in held}), "opening": OPENING}
        rows = {row["id"]: row for row in fetch(conn, _NEAR, asked)}
        spots = [_spot(row) for row in rows.values()]
        for anchor in held:
            spot = anchors.find_mention(anchor, spots)
            if spot is not None:
                row = rows[spot[0].id]
                found[id(anchor)] = Found(
                    mention=row["id"], segment=row["segment_id"], exhibit=number, kind=row["kind"], quote=row["quote"],
                    entity=row["entity_id"], joined=row["status"] == "established", how=spot[1],
                )  # fmt: skip
    return found


def _spot(row: dict[str, Any]) -> MentionSpot:
    segment = SegmentSpot(
        row["segment_id"], row["unit_kind"], row["unit"], row["ordinal"], decode_place(row["place"]), row["opening"]
    )
    return MentionSpot(
        row["id"], segment, row["kind_machine"], row["start"], row["end"], row["quote"], row["value_machine"]
    )

"""From the shelf's Parquet files to the graph's tables, in bulk: SQL steps over a batch of exhibits.

Each step is one statement over temporary tables that the step before it made.
"""

from __future__ import annotations

import glob
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from evidence.acts import ExtractionRecorded
from evidence.case import Case
from evidence.columns import MENTIONS_SCHEMA, NAMES_LOOKED_FOR, READING_SCHEMA
from evidence.digest import Sha256
from evidence.errors import IntegrityError
from evidence.records import UNIT_LETTER, ArtifactRef
from graph.chain import Dossier
from graph.edges import NOT_ENTITIES_TO_STEP_ON
from graph.happened import load_events, stage_clocks
from graph.ids import RELATION_DIGEST, SPOT, entity_digest
from graph.rows import insert

CO_MENTION_CAP = 50
"""Entities of one segment that are paired; a longer list names things, it does not bring them together."""
EXHIBIT_PAIRS_CAP = 200_000
"""Pairs named together that one exhibit may give."""
LINE_LIMIT, SENTENCE_LIMIT = 200, 1_000
"""Code points beyond which a line is a paragraph and a sentence is text without full stops; neither is near."""
BY_EXHIBIT = (
    "artifact", "unit", "segment", "mention", "rejected", "relation_support", "event", "event_party", "attachment", "decision",
    "correction", "tag", "scheduled", "note", "exhibit_digest", "record_table", "record", "record_named", "record_role",
)  # fmt: skip
"""Tables whose rows belong to one exhibit, besides `exhibit` itself."""

_LETTERS = " ".join(f"WHEN '{kind}' THEN '{letter}'" for kind, letter in UNIT_LETTER.items())


_STAGE_SEGMENTS = f"""
CREATE OR REPLACE TEMP TABLE stage_segment AS
WITH read_rows AS (
    SELECT file.exhibit, file.part, {SPOT} AS spot, unit_kind, unit, ordinal, segment AS idx, text,
           place, source, language, speaker, score, draft
    FROM read_parquet($readings, filename = true) AS made JOIN stage_file AS file USING (filename)
    WHERE made."row" = 'segment'
), told AS (
    SELECT {SPOT} AS spot, max(value) AS language,
           bool_and(status = '{NAMES_LOOKED_FOR}') AS names_looked_for
    FROM read_parquet($findings, filename = true) AS made JOIN stage_file AS file USING (filename)
    WHERE made."row" = 'language' GROUP BY ALL
)
SELECT spot, read_rows.exhibit || '.' || CASE read_rows.unit_kind {_LETTERS} END || read_rows.unit || '.' || ordinal AS id,
       read_rows.exhibit, read_rows.unit_kind, read_rows.unit, ordinal, read_rows.idx, part, text, place, source,
       CASE WHEN read_rows.language = '' THEN coalesce(told.language, '') ELSE read_rows.language END AS language,
       coalesce(told.names_looked_for, false) AS names_looked_for, speaker, score,
       coalesce(page.doubtful, false) AS doubtful, read_rows.draft
FROM read_rows LEFT JOIN told USING (spot)
LEFT JOIN unit AS page ON page.exhibit = read_rows.exhibit AND page.unit_kind = read_rows.unit_kind
    AND page.unit = read_rows.unit
"""  # noqa: S608 - built from our own constants
_TWO_OF_ONE_ID = "SELECT 1 FROM stage_segment HAVING count(*) <> count(DISTINCT id)"
_FIRST_OF_EACH_ID = """
CREATE OR REPLACE TEMP TABLE stage_segment AS
SELECT * FROM stage_segment QUALIFY row_number() OVER (PARTITION BY id ORDER BY part, idx) = 1
"""

_STAGE_UNITS = """
INSERT INTO unit
SELECT file.exhibit, unit_kind, unit, first(outcome ORDER BY part), first(reason ORDER BY part),
       bool_or(doubtful), bool_or(partial), bool_or(draft), first(facts ORDER BY part)
FROM read_parquet($files, filename = true) AS made JOIN stage_file AS file USING (filename)
WHERE made."row" = 'unit'
GROUP BY file.exhibit, unit_kind, unit
"""

_STAGE_MENTIONS = f"""
CREATE OR REPLACE TEMP TABLE stage_mention AS
WITH found AS (
    SELECT {SPOT} AS spot, kind, start, "end", quote, value, status, "check", rule, score, finder
    FROM read_parquet($files, filename = true) AS made JOIN stage_file AS file USING (filename)
    WHERE made."row" = 'mention'
), placed AS (
    SELECT here.id AS segment_id, here.exhibit, found.kind, start, "end", quote,
           CASE WHEN value = '' THEN quote ELSE value END AS value,
           CASE WHEN here.draft AND status = 'established' THEN 'candidate' ELSE status END AS status,
           "check", rule, found.score, finder,
           CASE WHEN here.source = 'native' AND rule = '' AND starts_with(finder, 'patterns.')
                THEN 'source_fact' ELSE 'machine_inference' END AS basis
    FROM found JOIN stage_segment AS here USING (spot)
), named AS (
    SELECT 'm-' || substr(sha256('casegraph/mention' || chr(10) || segment_id || chr(31) || kind || chr(31) || start
                                 || chr(31) || "end" || chr(31) || quote), 1, 16) AS id, *
    FROM placed
)
SELECT * FROM named
"""  # noqa: S608 - built from our own constants
_MENTIONED_TWICE = "SELECT 1 FROM stage_mention HAVING count(*) <> count(DISTINCT id)"
_FIRST_OF_EACH_MENTION = """
CREATE OR REPLACE TEMP TABLE stage_mention AS
SELECT * FROM stage_mention
QUALIFY row_number() OVER (PARTITION BY id ORDER BY status = 'established' DESC, status = 'candidate' DESC, value,
                           finder, "check", rule, score DESC) = 1
"""

# What nobody spoke of goes in as it was read: of a million mentions few were judged.
_MENTIONS = f"""
INSERT INTO mention BY NAME
SELECT id, segment_id, exhibit, kind, start, "end", quote, value, kind AS kind_machine, value AS value_machine, status,
       "check", rule, score, finder, 'machine' AS origin, basis, 'unreviewed' AS review, '' AS reviewer, '' AS reviewed_at,
       0 AS review_seq, '' AS review_reason, {entity_digest("kind", "value")} AS entity_id
FROM stage_mention
WHERE id NOT IN (SELECT mention_id FROM stage_verdict UNION ALL SELECT id FROM stage_added);

CREATE OR REPLACE TEMP TABLE judged_mention AS
WITH every AS (
    SELECT id, segment_id, exhibit, kind, start, "end", quote, value, status, "check", rule, score, finder,
           'machine' AS origin, basis
    FROM stage_mention
    WHERE id IN (SELECT mention_id FROM stage_verdict) AND id NOT IN (SELECT id FROM stage_added)
    UNION ALL BY NAME
    SELECT id, segment_id, exhibit, kind, start, "end", quote, value, 'established' AS status, '' AS "check",
           '' AS rule, -1 AS score, 'human' AS finder, 'human' AS origin, 'personal_assessment' AS basis
    FROM stage_added
), judged AS (
    SELECT every.*, coalesce(nullif(verdict.kind, ''), every.kind) AS kind_now,
           coalesce(nullif(verdict.value, ''), every.value) AS value_now,
           coalesce(verdict.verdict, added.verdict, '') AS verdict,
           coalesce(verdict.actor, added.actor, '') AS reviewer, coalesce(verdict.ts, added.ts, '') AS reviewed_at,
           coalesce(verdict.seq, added.seq, 0) AS review_seq,
           coalesce(verdict.reason, added.reason, '') AS review_reason
    FROM every LEFT JOIN stage_verdict AS verdict ON verdict.mention_id = every.id
    LEFT JOIN stage_added AS added ON added.id = every.id
)
SELECT * REPLACE (
           CASE WHEN verdict = 'correct' OR (verdict = 'confirm' AND status = 'candidate')
                THEN 'established' ELSE status END AS status
       ), {entity_digest("kind_now", "value_now")} AS entity_id
FROM judged;

INSERT INTO rejected BY NAME
SELECT id, segment_id, exhibit, kind, start, "end", quote, value, finder, reviewer, reviewed_at, review_seq,
       review_reason
FROM judged_mention WHERE verdict = 'reject';

INSERT INTO mention BY NAME
SELECT id, segment_id, exhibit, kind_now AS kind, start, "end", quote, value_now AS value, kind AS kind_machine,
       value AS value_machine, status, "check", rule, score, finder, origin, basis,
       CASE verdict WHEN 'confirm' THEN 'reading_confirmed' WHEN 'correct' THEN 'corrected'
                    WHEN 'attribute' THEN 'attributed' ELSE 'unreviewed' END AS review,
       reviewer, reviewed_at, review_seq, review_reason, entity_id
FROM judged_mention WHERE verdict <> 'reject';
"""  # noqa: S608 - built from our own constants

# An end of a stated relation is the mention that says it: in the same segment, else anywhere in the exhibit where
# that segment does not mention it at all. A rejected or unconfirmed mention is no end.
_STATED_RELATIONS = f"""
INSERT INTO relation_support BY NAME
WITH found AS (
    SELECT {SPOT} AS spot, kind, source_kind, source_value, target_kind, target_value, rule, start, "end"
    FROM read_parquet($files, filename = true) AS made JOIN stage_file AS file USING (filename)
    WHERE made."row" = 'relation'
), stated AS MATERIALIZED (
    SELECT DISTINCT here.exhibit, here.id AS segment_id, found.* EXCLUDE (spot)
    FROM found JOIN stage_segment AS here USING (spot)
), asked AS (
    SELECT exhibit, source_kind AS kind, source_value AS value FROM stated
    UNION SELECT exhibit, target_kind, target_value FROM stated
), said AS (
    SELECT segment_id, exhibit, kind_machine AS kind, value_machine AS value, id, entity_id, start,
           status = 'established' AS holds, review <> 'unreviewed' AS confirmed
    FROM mention SEMI JOIN asked
        ON asked.exhibit = mention.exhibit AND asked.kind = kind_machine AND asked.value = value_machine
    UNION ALL
    SELECT segment_id, exhibit, kind, value, id, '', start, false, false
    FROM rejected SEMI JOIN asked USING (exhibit, kind, value)
), said_here AS (
    SELECT segment_id, kind, value, bool_or(holds) AS holds,
           arg_min(struct_pack(id, entity_id, confirmed), (start, id)) FILTER (holds) AS pick
    FROM said GROUP BY segment_id, kind, value
), said_somewhere AS (
    SELECT exhibit, kind, value, arg_min(struct_pack(id, entity_id, confirmed), (segment_id, start, id)) AS pick
    FROM said WHERE holds GROUP BY exhibit, kind, value
), ended AS (
    SELECT stated.*,
           CASE WHEN source_here.segment_id IS NOT NULL THEN source_here.pick ELSE source_there.pick END AS source,
           CASE WHEN target_here.segment_id IS NOT NULL THEN target_here.pick ELSE target_there.pick END AS target
    FROM stated
    LEFT JOIN said_here AS source_here ON source_here.segment_id = stated.segment_id
        AND source_here.kind = source_kind AND source_here.value = source_value
    LEFT JOIN said_here AS target_here ON target_here.segment_id = stated.segment_id
        AND target_here.kind = target_kind AND target_here.value = target_value
    LEFT JOIN said_somewhere AS source_there ON source_there.exhibit = stated.exhibit
        AND source_there.kind = source_kind AND source_there.value = source_value
    LEFT JOIN said_somewhere AS target_there ON target_there.exhibit = stated.exhibit
        AND target_there.kind = target_kind AND target_there.value = target_value
), held AS (
    SELECT DISTINCT kind, CASE WHEN kind IN ('emailed', 'called', 'messaged') THEN 'communication' ELSE 'stated' END
           AS family, 'machine' AS origin,
           CASE kind WHEN 'emailed' THEN 'source_fact' WHEN 'called' THEN 'source_fact'
                     WHEN 'messaged' THEN 'source_fact' ELSE 'machine_inference' END AS basis,
           source.entity_id AS source_entity, target.entity_id AS target_entity, exhibit, segment_id,
           source.id AS source_mention, target.id AS target_mention, start, "end",
           source.confirmed AND target.confirmed AS confirmed, rule, 0 AS seq, '' AS stated_by, '' AS reason
    FROM ended WHERE source IS NOT NULL AND target IS NOT NULL AND source.entity_id <> target.entity_id
)
SELECT {RELATION_DIGEST} AS relation_id, * FROM held
QUALIFY row_number() OVER (PARTITION BY relation_id, segment_id
                           ORDER BY start, "end", rule, source_mention, target_mention) = 1
"""  # noqa: S608 - built from our own constants

_CO_MENTIONS = """
CREATE OR REPLACE TEMP TABLE named_together AS
WITH named AS (
    SELECT segment_id, exhibit, entity_id, min(struct_pack(start, id, "end")) AS spot,
           bool_or(review <> 'unreviewed') AS confirmed
    FROM mention
    WHERE status = 'established' AND list_contains($apart, kind) IS FALSE
          AND exhibit IN (SELECT number FROM stage_exhibit)
    GROUP BY segment_id, exhibit, entity_id
)
SELECT *, row_number() OVER (PARTITION BY segment_id ORDER BY spot) AS place,
       count(*) OVER (PARTITION BY segment_id) AS many
FROM named QUALIFY many > 1
"""

# A list of a million identifiers would give ten million pairs that say nothing: the first segments' count.
_TOO_MANY = f"""
CREATE OR REPLACE TEMP TABLE too_many AS
WITH counted AS (
    SELECT exhibit, segment_id, any_value(least(many, {CO_MENTION_CAP})) AS things FROM named_together GROUP BY ALL
), summed AS (
    SELECT counted.exhibit, segment_id,
           sum(things * (things - 1) // 2) OVER (PARTITION BY counted.exhibit ORDER BY unit_kind, unit, ordinal) AS so_far
    FROM counted JOIN segment ON segment.id = segment_id
)
SELECT exhibit, segment_id FROM summed WHERE so_far > {EXHIBIT_PAIRS_CAP};

DELETE FROM named_together WHERE segment_id IN (SELECT segment_id FROM too_many);

INSERT INTO note BY NAME
SELECT exhibit, min(segment_id) AS segment_id, count(*) || ' more segments name things together: no more than '
       || '{EXHIBIT_PAIRS_CAP:,} pairs of an exhibit are laid out' AS text
FROM too_many GROUP BY exhibit;
"""  # noqa: S608 - built from our own constants

# How near two things are named: in a segment of one line or one sentence, so near; else the lines and the sentences, the
# mentions in each, and of every pair the first line that names both, else the first sentence. What marks where a sentence ends takes the place of one character
# of white space, so that offsets stay.
_OF_ONE_PIECE = f"""
CREATE OR REPLACE TEMP TABLE of_one_piece AS
WITH held AS (
    SELECT id AS segment_id, text FROM segment WHERE id IN (SELECT segment_id FROM named_together)
), told AS (
    SELECT segment_id, CASE WHEN contains(text, chr(10)) THEN NULL WHEN length(text) <= {LINE_LIMIT} THEN 1
                            WHEN regexp_matches(text, $full_stop) THEN NULL
                            WHEN length(text) <= {SENTENCE_LIMIT} THEN 2 ELSE 0 END AS near
    FROM held
)
SELECT * FROM told WHERE near IS NOT NULL
"""  # noqa: S608 - built from our own constants
_IN_PIECES = """
CREATE OR REPLACE TEMP TABLE in_pieces AS
SELECT * FROM named_together WHERE segment_id NOT IN (SELECT segment_id FROM of_one_piece)
"""
_NEARNESS = f"""
CREATE OR REPLACE TEMP TABLE named_near AS
WITH spots AS (
    SELECT segment_id, entity_id, near,
           struct_pack(start := mention.start, id := mention.id, "end" := mention."end") AS spot
    FROM mention JOIN in_pieces AS named USING (segment_id, entity_id) CROSS JOIN (VALUES (1), (2)) AS ways (near)
    WHERE mention.status = 'established' AND place <= {CO_MENTION_CAP}
), cut AS (
    SELECT id AS segment_id, 1 AS near, string_split(text, chr(10)) AS pieces
    FROM segment WHERE id IN (SELECT segment_id FROM in_pieces)
    UNION ALL
    SELECT id, 2, string_split(regexp_replace(regexp_replace(text, $full_stop, '\\1' || chr(30), 'g'), $blank_line,
                                              '\\1' || chr(30), 'g'), chr(30))
    FROM segment WHERE id IN (SELECT segment_id FROM in_pieces)
), piece AS (
    SELECT segment_id, near, unnest(pieces) AS text, generate_subscripts(pieces, 1) AS number FROM cut
), placed AS (
    SELECT segment_id, near, number, length(text) AS length,
           coalesce(sum(length(text) + 1) OVER (PARTITION BY segment_id, near ORDER BY number
                                                ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS start
    FROM piece
), standing AS (
    SELECT placed.segment_id, placed.near, number, entity_id, min(spot) AS spot
    FROM spots ASOF JOIN placed
        ON spots.segment_id = placed.segment_id AND spots.near = placed.near AND spots.spot.start >= placed.start
    WHERE length <= CASE placed.near WHEN 1 THEN {LINE_LIMIT} ELSE {SENTENCE_LIMIT} END
    GROUP BY ALL
)
SELECT one.segment_id, one.entity_id AS source_entity, other.entity_id AS target_entity,
       min(struct_pack(near := one.near, number := one.number, source_spot := one.spot,
                       target_spot := other.spot)) AS nearest
FROM standing AS one JOIN standing AS other
    ON one.segment_id = other.segment_id AND one.near = other.near AND one.number = other.number
    AND one.entity_id < other.entity_id
GROUP BY ALL
"""  # noqa: S608 - built from our own constants
_FULL_STOP = r"""([.!?…]["')\]”’]*)\s"""
_BLANK_LINE = r"(\n[ \t]*)\n"

_CO_MENTION_PAIRS = f"""
INSERT INTO relation_support BY NAME
WITH pairs AS (
    SELECT 'co_mention' AS kind, 'co_mention' AS family, 'machine' AS origin, 'machine_inference' AS basis,
           one.entity_id AS source_entity, other.entity_id AS target_entity, one.exhibit, one.segment_id,
           coalesce(nearest.source_spot, one.spot) AS source_spot,
           coalesce(nearest.target_spot, other.spot) AS target_spot,
           one.confirmed AND other.confirmed AS confirmed,
           CASE coalesce(nearest.near, of_one_piece.near) WHEN 1 THEN 'named on the same line' WHEN 2 THEN 'named in the same sentence'
                             ELSE 'named in the same segment' END AS rule,
           0 AS seq, '' AS stated_by, '' AS reason
    FROM named_together AS one JOIN named_together AS other
        ON one.segment_id = other.segment_id AND one.entity_id < other.entity_id
    LEFT JOIN named_near ON named_near.segment_id = one.segment_id AND named_near.source_entity = one.entity_id
        AND named_near.target_entity = other.entity_id
    LEFT JOIN of_one_piece ON of_one_piece.segment_id = one.segment_id
    WHERE one.place <= {CO_MENTION_CAP} AND other.place <= {CO_MENTION_CAP}
)
SELECT {RELATION_DIGEST} AS relation_id, * EXCLUDE (source_spot, target_spot), source_spot.id AS source_mention,
       target_spot.id AS target_mention, least(source_spot.start, target_spot.start) AS start,
       greatest(source_spot."end", target_spot."end") AS "end"
FROM pairs;

INSERT INTO note BY NAME
SELECT exhibit, segment_id, 'names ' || any_value(many) || ' different things: only the first {CO_MENTION_CAP} are '
       || 'laid out as named together' AS text
FROM named_together WHERE many > {CO_MENTION_CAP} GROUP BY exhibit, segment_id;
"""  # noqa: S608 - built from our own constants


@dataclass(frozen=True, slots=True)
class Batch:
    """Some exhibits on their way into the graph, and the files that hold what was read and found in them."""

    conn: duckdb.DuckDBPyConnection
    case: Case
    dossiers: Sequence[Dossier]
    readings: list[str]
    findings: list[str]

    @property
    def numbers(self) -> list[str]:
        """The exhibits' numbers."""
        return [dossier.number for dossier in self.dossiers]


def batch(conn: duckdb.DuckDBPyConnection, case: Case, dossiers: Sequence[Dossier], *, scratch: Path) -> Batch:
    """Return a batch ready to load; raises IntegrityError where an artifact is not on the shelf."""
    refs = [(dossier.number, ref) for dossier in dossiers for ref in _artifacts(dossier)]
    readings = [path for number, ref in refs if ref.step == "reading" for path in [_existing(case, number, ref)]]
    findings = [path for number, ref in refs if ref.step == "mentions" for path in [_existing(case, number, ref)]]
    return Batch(
        conn,
        case,
        dossiers,
        readings=[_empty(scratch / "no-reading.parquet", READING_SCHEMA), *_escaped(readings)],
        findings=[_empty(scratch / "no-mentions.parquet", MENTIONS_SCHEMA), *_escaped(findings)],
    )


def _artifacts(dossier: Dossier) -> tuple[ArtifactRef, ...]:
    return dossier.extraction.artifacts if dossier.extraction else ()


def _existing(case: Case, exhibit: str, ref: ArtifactRef) -> str:
    path = case.shelf.path(ref.recipe)
    if not path.is_file():
        raise IntegrityError(
            f"what was read of {exhibit} is not on the shelf (artifact {ref.recipe[:16]}…)",
            next_step=f"run `casegraph reread CASE {exhibit}`",
        )
    return str(path)


def _escaped(paths: Iterable[str]) -> list[str]:
    """Return each path once, with what DuckDB would take for a pattern escaped."""
    return [glob.escape(path) for path in sorted(set(paths))]


def _empty(path: Path, schema: pa.Schema) -> str:
    """Return a file of that shape without rows, so that a batch without artifacts is no special case."""
    if not path.is_file():
        pq.write_table(schema.empty_table(), path)
    return glob.escape(str(path))


def remove(conn: duckdb.DuckDBPyConnection, numbers: Sequence[str]) -> None:
    """Delete everything that earlier projections made of these exhibits."""
    for table in BY_EXHIBIT:
        conn.execute(f"DELETE FROM {table} WHERE list_contains($1, exhibit)", [list(numbers)])  # noqa: S608
    conn.execute("DELETE FROM exhibit WHERE list_contains($1, number)", [list(numbers)])


def stage_segments(made: Batch) -> None:
    """Write the exhibits and units of a batch, and lay its segments out in a temporary table."""
    conn = made.conn
    artifacts = [row for dossier in made.dossiers for row in _artifact_rows(dossier)]
    conn.execute("CREATE OR REPLACE TEMP TABLE stage_exhibit (number VARCHAR)")
    conn.execute("CREATE OR REPLACE TEMP TABLE stage_file (filename VARCHAR, exhibit VARCHAR, part VARCHAR, no BIGINT)")
    insert(conn, "stage_exhibit", [{"number": number} for number in made.numbers])
    parts = dict.fromkeys((row["exhibit"], row["part"]) for row in artifacts)
    numbers = {part: number for number, part in enumerate(parts)}
    insert(conn, "stage_file", [_file_row(made.case, row, numbers) for row in artifacts])
    insert(conn, "artifact", artifacts)
    insert(conn, "exhibit", [_exhibit_row(dossier) for dossier in made.dossiers])
    stage_clocks(conn, made.dossiers)
    conn.execute(_STAGE_UNITS, {"files": made.readings})
    insert(conn, "unit", [row for dossier in made.dossiers for row in _lost_rows(dossier)])
    conn.execute(_STAGE_SEGMENTS, {"readings": made.readings, "findings": made.findings})
    if conn.execute(_TWO_OF_ONE_ID).fetchone():
        conn.execute(_FIRST_OF_EACH_ID)


def stage_mentions(made: Batch) -> None:
    """Write the segments that sealing left, and lay the mentions in them out in a temporary table."""
    made.conn.execute("INSERT INTO segment BY NAME SELECT * EXCLUDE (spot) FROM stage_segment")
    made.conn.execute(_STAGE_MENTIONS, {"files": made.findings})
    if made.conn.execute(_MENTIONED_TWICE).fetchone():
        made.conn.execute(_FIRST_OF_EACH_MENTION)


def load(made: Batch) -> None:
    """Write mentions as judged, and the relations and events that rest on them."""
    conn = made.conn
    conn.execute(_MENTIONS)
    conn.execute(_STATED_RELATIONS, {"files": made.findings})
    conn.execute(_CO_MENTIONS, {"apart": list(NOT_ENTITIES_TO_STEP_ON)})
    conn.execute(_TOO_MANY)
    conn.execute(_OF_ONE_PIECE, {"full_stop": _FULL_STOP})
    conn.execute(_IN_PIECES)
    conn.execute(_NEARNESS, {"full_stop": _FULL_STOP, "blank_line": _BLANK_LINE})
    conn.execute(_CO_MENTION_PAIRS)
    load_events(conn, made.readings)


def _artifact_rows(dossier: Dossier) -> list[dict[str, str]]:
    return [
        {"exhibit": dossier.number, "step": ref.step, "part": ref.part, "recipe": ref.recipe, "content": ref.content}
        for ref in _artifacts(dossier)
    ]


def _file_row(case: Case, row: Mapping[str, str], numbers: Mapping[tuple[str, str], int]) -> dict[str, str | int]:
    path, exhibit, part = case.shelf.path(Sha256(row["recipe"])), row["exhibit"], row["part"]
    return {"filename": str(path), "exhibit": exhibit, "part": part, "no": numbers[exhibit, part]}


def exhibit_order(number: str) -> str:
    """Return a string that sorts exhibit numbers as people do: CG-0007/2 before CG-0007/10."""
    root, *inner = number.split("/")
    return "/".join([root.removeprefix("CG-").zfill(8), *(part.zfill(6) for part in inner)])


def _exhibit_row(dossier: Dossier) -> dict[str, Any]:
    assert dossier.received is not None
    received, exhibit = dossier.received, dossier.received.exhibit
    made = dossier.extraction or _pending(dossier)
    return {
        "number": exhibit.number,
        "ord": exhibit_order(exhibit.number),
        "media_type": made.media_type or exhibit.media_type,
        "received_at": dossier.received_at,
        "received_by": dossier.received_by,
        "manifest": received.manifest,
        "outcome": made.outcome,
        "reason": made.reason,
        "units": msgspec.json.encode(made.units, order="sorted").decode(),
        "doubtful": made.doubtful,
        "partial": made.partial,
        "draft": made.draft,
        "names_looked_for": made.names_looked_for,
        "stamps": msgspec.json.encode(made.stamps, order="sorted").decode(),
        "extracted_seq": dossier.extracted_seq,
        "sealed_segments": 0,
    } | {name: getattr(exhibit, name) for name in _COPIED}


_COPIED = ("name", "sha256", "size_bytes", "authority", "custodian", "parent", "inner_path", "modified")


def _pending(dossier: Dossier) -> ExtractionRecorded:
    """Return what stands for an extraction that is not there yet, or never can be."""
    unreadable = dossier.received.unreadable if dossier.received else ""
    return ExtractionRecorded(
        exhibit=dossier.number, media_type="", outcome="failed" if unreadable else "pending", reason=unreadable
    )


def _lost_rows(dossier: Dossier) -> list[dict[str, Any]]:
    lost = dossier.extraction.lost if dossier.extraction else ()
    return [
        {
            "exhibit": dossier.number,
            "unit_kind": unit.kind,
            "unit": unit.number,
            "outcome": "failed",
            "reason": unit.reason,
            "doubtful": False,
            "partial": False,
            "draft": False,
            "facts": "{}",
        }
        for unit in lost
    ]

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
from graph.happened import load_events, stage_clocks
from graph.ids import RELATION_DIGEST, SPOT, entity_digest
from graph.rows import insert, joined_as_written
from graph.together import PAIRED

CO_MENTION_CAP = 50
"""Entities of one segment that are paired; a longer list names things, it does not bring them together."""
EXHIBIT_PAIRS_CAP = 200_000
"""Pairs named together that one exhibit may give."""
LINE_LIMIT, SENTENCE_LIMIT = 200, 1_000
"""Code points beyond which a line is a paragraph and a sentence is text without full stops; neither is near."""
BY_EXHIBIT = (
    "artifact", "unit", "segment", "mention", "rejected", "edge_support", "standing", "unpaired", "event", "event_party", "attachment", "decision",
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
_SEGMENTS = "INSERT INTO segment BY NAME SELECT * EXCLUDE (spot), {near} AS near FROM stage_segment"
_TWO_OF_ONE_ID = "SELECT 1 FROM stage_segment HAVING count(*) <> count(DISTINCT id)"
_FIRST_OF_EACH_ID = """
CREATE OR REPLACE TEMP TABLE stage_segment AS
SELECT * FROM stage_segment QUALIFY row_number() OVER (PARTITION BY id ORDER BY part, idx) = 1
"""

_UNITS = """
INSERT INTO unit
SELECT file.exhibit, unit_kind, unit, {columns}
FROM read_parquet($files, filename = true) AS made JOIN stage_file AS file USING (filename)
WHERE made."row" = 'unit'
"""
_AS_MADE = _UNITS.format(columns="outcome, reason, doubtful, partial, draft, facts")
_TWO_OF_ONE_UNIT = """
SELECT 1 FROM unit WHERE exhibit IN (SELECT number FROM stage_exhibit) HAVING count(*) <> count(DISTINCT (exhibit, unit_kind, unit))
"""
_AS_FIRST_MADE = f"""
DELETE FROM unit WHERE exhibit IN (SELECT number FROM stage_exhibit);

{
    _UNITS.format(
        columns='''first(outcome ORDER BY part), first(reason ORDER BY part),
       bool_or(doubtful), bool_or(partial), bool_or(draft), first(facts ORDER BY part)'''
    )
}
GROUP BY file.exhibit, unit_kind, unit
"""  # noqa: S608 - built from our own constants

_FOUND_MENTIONS = f"""
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
    SELECT concat('m-', substr(sha256(concat('casegraph/mention', chr(10), segment_id, chr(31), kind, chr(31), start,
                                             chr(31), "end", chr(31), quote)), 1, 16)) AS id, *
    FROM placed WHERE exhibit {{which}} (SELECT number FROM handled_exhibit)
)
"""  # noqa: S608 - built from our own constants
_STAGE_MENTIONS = f"""
CREATE OR REPLACE TEMP TABLE stage_mention AS
{_FOUND_MENTIONS.format(which="IN")} SELECT * FROM named
"""  # noqa: S608 - built from our own constants
_AS_READ = f"""
SELECT id, segment_id, exhibit, kind, start, "end", quote, value, kind AS kind_machine, value AS value_machine, status,
       "check", rule, score, finder, 'machine' AS origin, basis, 'unreviewed' AS review, '' AS reviewer, '' AS reviewed_at,
       0 AS review_seq, '' AS review_reason, {entity_digest("kind", "value")} AS entity_id
"""
# What nobody spoke of goes in as it was read: of a million mentions few were judged.
_TAKE_MENTIONS = f"INSERT INTO mention BY NAME {_FOUND_MENTIONS.format(which='NOT IN')} {_AS_READ} FROM named"
_BEST = """PARTITION BY id ORDER BY status = 'established' DESC, status = 'candidate' DESC, value, finder, "check", rule, score DESC"""
_STAGED_TWICE = "SELECT 1 FROM stage_mention HAVING count(*) <> count(DISTINCT id)"
_FIRST_OF_STAGED = f"""
CREATE OR REPLACE TEMP TABLE stage_mention AS
SELECT * FROM stage_mention QUALIFY row_number() OVER ({_BEST}) = 1
"""  # noqa: S608 - built from our own constants
_TAKEN_TWICE = """
SELECT 1 FROM mention WHERE exhibit IN (SELECT number FROM stage_exhibit) HAVING count(*) <> count(DISTINCT id)
"""
_FIRST_OF_TAKEN = f"""
DELETE FROM mention WHERE rowid IN (
    SELECT rowid FROM mention WHERE exhibit IN (SELECT number FROM stage_exhibit) QUALIFY row_number() OVER ({_BEST}) > 1)
"""  # noqa: S608 - built from our own constants

_MENTIONS = f"""
INSERT INTO mention BY NAME
{_AS_READ}
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
INSERT INTO edge_support BY NAME
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

# A list of a million identifiers would give ten million pairs that say nothing: of a long list the first things count, and of an
# exhibit the first segments.
_LONG_LISTS = f"""
CREATE OR REPLACE TEMP TABLE long_list AS
WITH counted AS (
    SELECT exhibit, segment_id, count(*) AS many FROM mention
    WHERE {PAIRED} AND exhibit IN (SELECT number FROM stage_exhibit) GROUP BY ALL
), crowded AS (
    SELECT exhibit FROM counted GROUP BY exhibit HAVING sum(many * (many - 1) // 2) > {EXHIBIT_PAIRS_CAP}
)
SELECT segment_id FROM counted WHERE many > {CO_MENTION_CAP} OR exhibit IN (FROM crowded)
"""  # noqa: S608 - built from our own constants
_UNPAIRED = f"""
CREATE OR REPLACE TEMP TABLE listed AS
WITH named AS (
    SELECT segment_id, exhibit, entity_id, min(struct_pack(start, id)) AS spot
    FROM mention WHERE {PAIRED} AND segment_id IN (FROM long_list) GROUP BY segment_id, exhibit, entity_id
)
SELECT *, row_number() OVER (PARTITION BY segment_id ORDER BY spot) AS place,
       count(*) OVER (PARTITION BY segment_id) AS many
FROM named;

CREATE OR REPLACE TEMP TABLE too_many AS
WITH counted AS (
    SELECT exhibit, segment_id, any_value(least(many, {CO_MENTION_CAP})) AS things FROM listed WHERE many > 1 GROUP BY ALL
), summed AS (
    SELECT counted.exhibit, segment_id,
           sum(things * (things - 1) // 2) OVER (PARTITION BY counted.exhibit ORDER BY unit_kind, unit, ordinal) AS so_far
    FROM counted JOIN segment ON segment.id = segment_id
)
SELECT exhibit, segment_id FROM summed WHERE so_far > {EXHIBIT_PAIRS_CAP};

INSERT INTO unpaired BY NAME
SELECT exhibit, segment_id, entity_id FROM listed
WHERE place > {CO_MENTION_CAP} OR segment_id IN (SELECT segment_id FROM too_many);

INSERT INTO note BY NAME
SELECT exhibit, min(segment_id) AS segment_id, count(*) || ' more segments name things together: no more than '
       || '{EXHIBIT_PAIRS_CAP:,} pairs of an exhibit are laid out' AS text
FROM too_many GROUP BY exhibit;

INSERT INTO note BY NAME
SELECT exhibit, segment_id, 'names ' || any_value(many) || ' different things: only the first {CO_MENTION_CAP} are '
       || 'laid out as named together' AS text
FROM listed WHERE many > {CO_MENTION_CAP} AND segment_id NOT IN (SELECT segment_id FROM too_many) GROUP BY exhibit, segment_id;
"""  # noqa: S608 - built from our own constants

# How near two things are named: in a segment of one line or one sentence, so near; else the lines and the sentences, and where in each
# a thing is named first. What marks where a sentence ends takes the place of one character of white space, so that offsets stay.
_NEAR = f"""
CASE WHEN contains(text, chr(10)) THEN NULL WHEN length(text) <= {LINE_LIMIT} THEN 1
     WHEN regexp_matches(text, $full_stop) THEN NULL WHEN length(text) <= {SENTENCE_LIMIT} THEN 2 ELSE 3 END"""
_STANDING = f"""
INSERT INTO standing BY NAME
WITH whole AS (
    SELECT id, exhibit, text FROM segment WHERE near IS NULL AND exhibit IN (SELECT number FROM stage_exhibit)
), paired AS (
    SELECT segment_id, entity_id, struct_pack(start, id, "end") AS spot
    FROM mention WHERE {PAIRED} AND segment_id IN (SELECT id FROM whole) AND NOT EXISTS (
        SELECT 1 FROM unpaired WHERE unpaired.segment_id = mention.segment_id AND unpaired.entity_id = mention.entity_id)
), several AS (
    SELECT segment_id FROM paired GROUP BY segment_id HAVING min(entity_id) <> max(entity_id)
), spots AS (
    SELECT segment_id, entity_id, near, spot
    FROM paired SEMI JOIN several USING (segment_id) CROSS JOIN (VALUES (1), (2)) AS ways (near)
), cut AS (
    SELECT id AS segment_id, 1 AS near, string_split(text, chr(10)) AS pieces
    FROM whole WHERE id IN (FROM several)
    UNION ALL
    SELECT id, 2, string_split(regexp_replace(regexp_replace(text, $full_stop, '\\1' || chr(30), 'g'), $blank_line,
                                              '\\1' || chr(30), 'g'), chr(30))
    FROM whole WHERE id IN (FROM several)
), piece AS (
    SELECT segment_id, near, unnest(pieces) AS text, generate_subscripts(pieces, 1) AS number FROM cut
), placed AS (
    SELECT segment_id, near, number, length(text) AS length,
           coalesce(sum(length(text) + 1) OVER (PARTITION BY segment_id, near ORDER BY number
                                                ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS start
    FROM piece
)
SELECT whole.exhibit, placed.segment_id, placed.near, number, entity_id, min(spot) AS spot
FROM spots ASOF JOIN placed
    ON spots.segment_id = placed.segment_id AND spots.near = placed.near AND spots.spot.start >= placed.start
JOIN whole ON whole.id = placed.segment_id
WHERE length <= CASE placed.near WHEN 1 THEN {LINE_LIMIT} ELSE {SENTENCE_LIMIT} END
GROUP BY ALL
"""  # noqa: S608 - built from our own constants
_FULL_STOP = r"""([.!?…]["')\]”’]*)\s"""
_BLANK_LINE = r"(\n[ \t]*)\n"


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
    conn.execute(_AS_MADE, {"files": made.readings})
    if conn.execute(_TWO_OF_ONE_UNIT).fetchone():
        conn.execute(_AS_FIRST_MADE, {"files": made.readings})
    insert(conn, "unit", [row for dossier in made.dossiers for row in _lost_rows(dossier)])
    with joined_as_written(conn):
        conn.execute(_STAGE_SEGMENTS, {"readings": made.readings, "findings": made.findings})
    if conn.execute(_TWO_OF_ONE_ID).fetchone():
        conn.execute(_FIRST_OF_EACH_ID)


def take_mentions(made: Batch, touched: Iterable[str]) -> None:
    """Write the segments that sealing left and the mentions in them; those of exhibits `touched` by people are laid out to be judged."""
    conn = made.conn
    conn.execute(_SEGMENTS.format(near=_NEAR), {"full_stop": _FULL_STOP})
    conn.execute("CREATE OR REPLACE TEMP TABLE handled_exhibit AS SELECT DISTINCT exhibit AS number FROM stage_row")
    insert(conn, "handled_exhibit", [{"number": number} for number in touched])
    handled = conn.execute("SELECT 1 FROM handled_exhibit LIMIT 1").fetchone() is not None
    conn.execute(_STAGE_MENTIONS, {"files": made.findings if handled else made.findings[:1]})  # the first holds nothing
    if conn.execute(_STAGED_TWICE).fetchone():
        conn.execute(_FIRST_OF_STAGED)
    with joined_as_written(conn):
        conn.execute(_TAKE_MENTIONS, {"files": made.findings})
    if conn.execute(_TAKEN_TWICE).fetchone():
        conn.execute(_FIRST_OF_TAKEN)


def load(made: Batch) -> None:
    """Write mentions as judged, and the relations and events that rest on them."""
    conn = made.conn
    conn.execute(_MENTIONS)
    conn.execute(_STATED_RELATIONS, {"files": made.findings})
    conn.execute(_LONG_LISTS)
    if conn.execute("SELECT 1 FROM long_list LIMIT 1").fetchone():
        conn.execute(_UNPAIRED)
    conn.execute(_STANDING, {"full_stop": _FULL_STOP, "blank_line": _BLANK_LINE})
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

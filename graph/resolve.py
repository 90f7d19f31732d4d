"""Which mentions are one thing: entities by value, and the relations between them, kept up to date in place.

Identifiers join by value where at least one mention is established; a candidate or an unverified value stands by
itself and never joins.
"""

from __future__ import annotations

import duckdb

from graph import together
from graph.ids import RELATION_DIGEST
from graph.rows import insert

_TOUCHED = """
CREATE TEMP TABLE IF NOT EXISTS touched_entity (id VARCHAR);
CREATE TEMP TABLE IF NOT EXISTS touched_relation (id VARCHAR);
"""
_TOUCH = """
INSERT INTO touched_entity
SELECT DISTINCT entity_id FROM mention WHERE list_contains($numbers, exhibit)
UNION
SELECT DISTINCT entity_id FROM event_party WHERE kind = 'device_user' AND list_contains($numbers, exhibit)
UNION
SELECT DISTINCT entity_id FROM record_named WHERE list_contains($numbers, exhibit)
"""
_TOUCH_RELATIONS = """
INSERT INTO touched_relation
SELECT DISTINCT relation_id FROM edge_support WHERE list_contains($numbers, exhibit)
"""

# What is told of made things beside their names stands in `edge`, and counts what every exhibit names together.
_TOUCH_NAMED_TOGETHER = """
INSERT INTO touched_relation
SELECT id FROM edge WHERE family = 'co_mention' AND source_entity IN (FROM touched_entity) AND target_entity IN (FROM touched_entity)
"""

# A name is shown as it is most often written; everything else as its normalised value. An entity's id is made of its kind and value.
_ENTITIES = """
INSERT INTO entity BY NAME
WITH concerned AS (
    SELECT entity_id, exhibit, kind, value, quote, status, review, 1 AS many FROM mention {only}
    UNION ALL  -- whoever used a device is named by no words, only by what the device's records say it did
    SELECT entity_id, exhibit, kind, value, 'the user of ' || value || ', not attributed' AS quote,
           'established' AS status, 'unreviewed' AS review, count(*) AS many
    FROM (SELECT * FROM event_party {only}) WHERE kind = 'device_user' GROUP BY ALL
    UNION ALL  -- rows of records, each a mention in each column that names the thing
    SELECT entity_id, named.exhibit, named.kind, value,
           CASE named.kind WHEN 'device_user' THEN 'the user of ' || value || ', not attributed' ELSE written END AS quote,
           status, 'unreviewed' AS review, rows AS many
    FROM (SELECT * FROM record_named {only}) AS named JOIN record_role USING (exhibit, table_no, id)
), by_exhibit AS (
    SELECT entity_id, exhibit, any_value(kind) AS kind, any_value(value) AS value, sum(many)::BIGINT AS mentions,
           coalesce(sum(many) FILTER (status = 'established'), 0)::BIGINT AS joined,
           coalesce(sum(many) FILTER (status = 'candidate'), 0)::BIGINT AS candidates,
           coalesce(sum(many) FILTER (status = 'unverified'), 0)::BIGINT AS unverified,
           coalesce(sum(many) FILTER (review <> 'unreviewed'), 0)::BIGINT AS reviewed
    FROM concerned GROUP BY entity_id, exhibit
), counted AS (
    SELECT entity_id AS id, any_value(kind) AS kind, any_value(value) AS value, sum(mentions) AS mentions, sum(joined) AS joined,
           sum(candidates) AS candidates, sum(unverified) AS unverified, sum(reviewed) AS reviewed,
           list_sort(list(exhibit)) AS exhibits, list(exhibit) FILTER (joined = 0) AS apart
    FROM by_exhibit GROUP BY entity_id
), told AS (  -- in `every`, an exhibit that joins nothing stands twice, side by side
    SELECT *, CASE WHEN apart IS NOT NULL THEN list_sort(list_concat(exhibits, apart)) END AS every FROM counted
), spelled AS (
    SELECT entity_id AS id, quote, count(*) AS times FROM concerned
    WHERE kind IN ('person_name', 'organisation', 'place', 'display_name', 'device_user') GROUP BY entity_id, quote
), shown AS (
    SELECT id, arg_max(quote, (times, quote)) AS label FROM spelled GROUP BY id
)
SELECT told.* EXCLUDE (apart, every), coalesce(shown.label, told.value) AS label,
       CASE WHEN apart IS NULL THEN exhibits
            ELSE list_filter(every, lambda one, n: one IS DISTINCT FROM every[n - 1] AND one IS DISTINCT FROM every[n + 1])
            END AS joined_exhibits,
       CASE WHEN joined > 0 THEN 'established' WHEN candidates > 0 THEN 'candidate' ELSE 'unverified' END AS status
FROM told LEFT JOIN shown USING (id)
"""
# What people stated, or made of what is named: few beside what was read, and thrice as long to sum up.
_OF_PEOPLE = f"""
CREATE OR REPLACE TEMP TABLE relation_of_people AS
WITH made_of AS (
    SELECT mention_id FROM identity_member WHERE NOT attributed
), {together.of_segments("SELECT DISTINCT segment_id FROM identity_member WHERE NOT attributed")}
SELECT DISTINCT relation_id AS id FROM edge_support
WHERE (origin = 'human' OR lifted OR source_mention IN (FROM made_of) OR target_mention IN (FROM made_of)) {{touched}}
UNION
SELECT relation_id FROM support_together
WHERE (source_mention IN (FROM made_of) OR target_mention IN (FROM made_of)) {{touched}}
"""  # noqa: S608
# A relation's id is made of its kind, ends and origin. A support stands once for each relation and segment.
_READ = """
INSERT INTO edge BY NAME
SELECT relation_id AS id, any_value(kind) AS kind, min(family) AS family, 'machine' AS origin, min(basis) AS basis,
       any_value(source_entity) AS source_entity, any_value(target_entity) AS target_entity,
       sum(coalesce(rows, 1))::BIGINT AS supports, 0 AS lifted, 0 AS source_lifted, 0 AS target_lifted,
       list_sort(list(DISTINCT exhibit)) AS exhibits,
       CASE WHEN bool_or(confirmed) THEN 'reading_confirmed' ELSE 'unreviewed' END AS review,
       max(rule) AS rule, 0 AS seq, '' AS stated_by, '' AS reason
FROM edge_support
WHERE relation_id NOT IN (FROM relation_of_people) {touched}
GROUP BY relation_id ORDER BY any_value(source_entity)
"""
# The last rule in the order of the alphabet is, of co-mentions, the nearest.
_STATED_OR_MADE = f"""
INSERT INTO edge BY NAME
WITH made_of AS (
    SELECT mention_id FROM identity_member WHERE NOT attributed
), asked AS (FROM relation_of_people), {together.supports_of(pairs_too=True)}, held AS (
    SELECT *, NOT lifted AND source_mention IN (FROM made_of) AS source_made,
           NOT lifted AND target_mention IN (FROM made_of) AS target_made
    FROM held_support
), by_exhibit AS (
    SELECT relation_id, exhibit, any_value(kind) AS kind, min(family) AS family, any_value(origin) AS origin, min(basis) AS basis,
           any_value(source_entity) AS source_entity, any_value(target_entity) AS target_entity,
           sum(coalesce(rows, 1))::BIGINT AS supports,
           coalesce(sum(coalesce(rows, 1)) FILTER (source_made OR target_made), 0)::BIGINT AS lifted,
           coalesce(sum(coalesce(rows, 1)) FILTER (source_made), 0)::BIGINT AS source_lifted,
           coalesce(sum(coalesce(rows, 1)) FILTER (target_made), 0)::BIGINT AS target_lifted,
           bool_or(confirmed) AS confirmed, max(rule) AS rule, max(seq) AS seq, arg_max(stated_by, seq) AS stated_by,
           arg_max(reason, seq) AS reason
    FROM held GROUP BY relation_id, exhibit
)
SELECT relation_id AS id, any_value(kind) AS kind, min(family) AS family, any_value(origin) AS origin, min(basis) AS basis,
       any_value(source_entity) AS source_entity, any_value(target_entity) AS target_entity, sum(supports) AS supports, sum(lifted) AS lifted,
       sum(source_lifted) AS source_lifted, sum(target_lifted) AS target_lifted,
       list_sort(list(exhibit)) AS exhibits,
       CASE WHEN any_value(origin) = 'human' THEN 'attributed' WHEN bool_or(confirmed) THEN 'reading_confirmed'
            ELSE 'unreviewed' END AS review,
       max(rule) AS rule, max(seq) AS seq, arg_max(stated_by, seq) AS stated_by, arg_max(reason, seq) AS reason
FROM by_exhibit GROUP BY relation_id ORDER BY any_value(source_entity)
"""  # noqa: S608
"""In this order, what an entity has edges to is read from the blocks that can hold it: a fifth of the time at two million."""


def begin(conn: duckdb.DuckDBPyConnection) -> None:
    """Start with no entity or relation touched."""
    conn.execute(_TOUCHED)
    conn.execute("DELETE FROM touched_entity")
    conn.execute("DELETE FROM touched_relation")


def touch(conn: duckdb.DuckDBPyConnection, numbers: list[str]) -> None:
    """Remember the entities and relations that these exhibits hold now; call before and after re-projecting them."""
    conn.execute(_TOUCH, {"numbers": numbers})
    conn.execute(_TOUCH_RELATIONS, {"numbers": numbers})


def settle_entities(conn: duckdb.DuckDBPyConnection, *, everything: bool) -> None:
    """Make the entity rows agree with the mentions."""
    conn.execute("DELETE FROM entity WHERE $1 OR id IN (SELECT id FROM touched_entity)", [everything])
    conn.execute(_ENTITIES.format(only="" if everything else "WHERE entity_id IN (SELECT id FROM touched_entity)"))


def settle_relations(conn: duckdb.DuckDBPyConnection, *, everything: bool) -> None:
    """Make the relation rows agree with their supports: one without any is gone."""
    if not everything:
        conn.execute(_TOUCH_NAMED_TOGETHER)
    conn.execute("DELETE FROM edge WHERE $1 OR id IN (SELECT id FROM touched_relation)", [everything])
    touched = "" if everything else "AND relation_id IN (FROM touched_relation)"
    conn.execute(_OF_PEOPLE.format(touched=touched))
    conn.execute(_READ.format(touched=touched))
    conn.execute(_STATED_OR_MADE)


def touch_stated_by_people(conn: duckdb.DuckDBPyConnection) -> None:
    """Remember the relations that people stated."""
    conn.execute("INSERT INTO touched_relation SELECT DISTINCT relation_id FROM edge_support WHERE origin = 'human'")


def established(conn: duckdb.DuckDBPyConnection, ids: list[str]) -> set[str]:
    """Return which of these entities are established."""
    rows = conn.execute(
        "SELECT id FROM entity WHERE status = 'established' AND list_contains($1, id)", [sorted(set(ids))]
    ).fetchall()
    return {str(row[0]) for row in rows}


def state_relations(conn: duckdb.DuckDBPyConnection, supports: list[dict[str, object]]) -> None:
    """Replace what people stated: one row per relation and supporting segment, the latest act winning."""
    conn.execute("DELETE FROM edge_support WHERE origin = 'human' AND NOT lifted")
    conn.execute(
        "CREATE OR REPLACE TEMP TABLE stage_stated AS SELECT * EXCLUDE (relation_id) FROM edge_support LIMIT 0"
    )
    insert(conn, "stage_stated", supports)
    conn.execute(
        f"""INSERT INTO edge_support BY NAME SELECT {RELATION_DIGEST} AS relation_id, * FROM stage_stated
        QUALIFY row_number() OVER (PARTITION BY relation_id, segment_id ORDER BY seq DESC) = 1"""  # noqa: S608
    )

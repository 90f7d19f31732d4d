"""Where things are recorded, for a map: positions that records and tables of cells state, and what is named without one.

Nothing is looked up by name: a place without coordinates in the evidence has none here.
"""

from __future__ import annotations

from typing import Final

import msgspec

from graph.notes import noted
from graph.project import Graph
from graph.questions.ground import stamp
from graph.questions.moments import Asked, lay_moments
from graph.rows import fetch

SPOTS: Final = 2_000
NAMES: Final = 200


class Spot(msgspec.Struct, frozen=True, kw_only=True):
    """A position, what stands there, and how much is recorded at it."""

    latitude: float
    longitude: float
    kind: str
    """`cell`: a table of cells places a mast there; `position`: records state it of events; `text`: it is written in a text."""
    names: tuple[str, ...]
    events: int
    first: str
    last: str
    """In UTC, or as written where no zone is stated."""
    source: str
    """A segment or row that states the position."""


class Unplaced(msgspec.Struct, frozen=True, kw_only=True):
    """A place that is named and has no position."""

    name: str
    by: str
    """What names it: a text, or a kind of record."""
    times: int
    entity: str
    source: str


class Places(msgspec.Struct, frozen=True, kw_only=True):
    """What can be drawn on a map, and what cannot."""

    spots: tuple[Spot, ...]
    found: int
    unplaced: tuple[Unplaced, ...]
    unplaced_found: int
    notes: tuple[str, ...]


_SPOTS: Final = """
WITH located AS (
    SELECT CASE WHEN own THEN moment.latitude ELSE mast.latitude END AS latitude,
           CASE WHEN own THEN moment.longitude ELSE mast.longitude END AS longitude,
           CASE WHEN own THEN 'position' ELSE 'cell' END AS kind,
           CASE WHEN own THEN moment.place ELSE cell || CASE WHEN mast.place = '' THEN '' ELSE ' (' || mast.place || ')' END END AS name,
           moment, CASE WHEN own THEN segment ELSE mast.source END AS source, 1 AS events
    FROM (SELECT *, latitude IS NOT NULL AND longitude IS NOT NULL AS own FROM moment) AS moment LEFT JOIN mast USING (cell)
    WHERE own OR mast.cell IS NOT NULL
    UNION ALL
    SELECT latitude, longitude, 'cell', cell || CASE WHEN place = '' THEN '' ELSE ' (' || place || ')' END, NULL, source, 0 FROM mast
    WHERE $masts
    UNION ALL
    SELECT degrees_of(split_part(value, ',', 1), 90), degrees_of(split_part(value, ',', 2), 180), 'text', '', NULL, segment_id, 0
    FROM mention WHERE $written AND kind = 'coordinates' AND status <> 'rejected'
), counted AS (
    SELECT latitude, longitude, kind, list(DISTINCT name ORDER BY name) FILTER (name <> '') AS names, sum(events)::BIGINT AS events,
           min(moment) AS first, max(moment) AS last, min(source) AS source, count(*) OVER () AS found
    FROM located WHERE latitude IS NOT NULL AND longitude IS NOT NULL GROUP BY latitude, longitude, kind
)
SELECT * FROM counted ORDER BY events DESC, latitude, longitude, kind LIMIT $limit
"""
_UNPLACED: Final = """
WITH of_row AS (
    SELECT kind, b, exhibit, table_no, segment FROM moment WHERE kind = 'stay' AND event_id = '' AND b IS NOT NULL AND latitude IS NULL
), named AS (
    SELECT named.value AS name, of_row.kind AS "by", named.entity_id AS entity, segment AS source, 1 AS times FROM of_row
    JOIN record_named AS named ON named.exhibit = of_row.exhibit AND named.table_no = of_row.table_no AND named.id = of_row.b
    UNION ALL SELECT origin, kind, '', segment, 1 FROM moment WHERE origin <> ''
    UNION ALL SELECT destination, kind, '', segment, 1 FROM moment WHERE destination <> ''
    UNION ALL SELECT place, kind, '', segment, 1 FROM moment WHERE place <> '' AND (latitude IS NULL OR longitude IS NULL)
        AND cell NOT IN (SELECT cell FROM mast)
    UNION ALL SELECT 'cell ' || cell, kind, '', segment, 1 FROM moment
        WHERE cell <> '' AND (latitude IS NULL OR longitude IS NULL) AND cell NOT IN (SELECT cell FROM mast)
    UNION ALL SELECT quote, 'text', entity_id, segment_id, 1 FROM mention
        WHERE $written AND kind IN ('place', 'address') AND status <> 'rejected'
), counted AS (
    SELECT min(name) AS name, "by", entity, count(*) AS times, min(source) AS source FROM named
    GROUP BY "by", entity, CASE WHEN entity = '' THEN name ELSE '' END
)
SELECT *, count(*) OVER () AS found FROM counted ORDER BY times DESC, name, "by" LIMIT $limit
"""
_WITHOUT: Final = """
SELECT count(*) FILTER (kind = 'cell' AND cell <> '' AND cell NOT IN (SELECT cell FROM mast)) AS many FROM (SELECT DISTINCT kind, cell FROM record)
"""


def places(graph: Graph, asked: Asked) -> Places:
    """Return the positions of what fits, and the places it names without one. Raises NotFound or UsageError."""
    told = lay_moments(graph, asked, places=True)
    written = not (asked.of or asked.query or asked.kind or asked.exhibit or asked.since or asked.until or asked.box)
    spots = fetch(graph.conn, _SPOTS, {"limit": SPOTS, "masts": not asked.box, "written": written})
    names = fetch(graph.conn, _UNPLACED, {"limit": NAMES, "written": written})
    found = int(spots[0]["found"]) if spots else 0
    return Places(
        spots=tuple(
            Spot(
                latitude=row["latitude"], longitude=row["longitude"], kind=row["kind"], names=tuple(row["names"] or ()),
                events=row["events"], first=stamp(row["first"], utc=False), last=stamp(row["last"], utc=False), source=row["source"],
            )
            for row in spots
        ),
        found=found,
        unplaced=tuple(msgspec.convert({name: row[name] for name in Unplaced.__struct_fields__}, Unplaced) for row in names),
        unplaced_found=int(names[0]["found"]) if names else 0,
        notes=(
            *told,
            *noted(found - len(spots), f"[positions|position] with fewer events [are|is] not drawn: at most {SPOTS:,} are."),
            *noted(_unsure(graph), "[cells have no position, or two tables place them|cell has no position, or two tables place it] differently: not drawn."),
            *(() if written else ("Places and coordinates that are only written in a text have no time and no party: "
                                  "they show where nothing is chosen.",)),
        ),
    )  # fmt: skip


def _unsure(graph: Graph) -> int:
    return int(fetch(graph.conn, _WITHOUT)[0]["many"])

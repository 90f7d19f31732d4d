"""What recurs: identifiers, pictures and passages that stand in more than one file of the case, or what accounts share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from graph import likeness
from graph.edges import NAME_KINDS, NOT_ENTITIES_TO_STEP_ON
from graph.notes import noted
from graph.project import Graph
from graph.questions import ground, passages
from graph.questions.answers import LikePictures, Passages, Recurring, Recurs
from graph.questions.ground import Named
from graph.questions.side_by_side import side_by_side
from graph.rows import fetch

SHOWN: Final = 50
SEGMENTS: Final = 200_000
"""Segments whose passages are compared, in the order of the exhibits."""
_OPENING: Final = 160
DEFINITION: Final = (
    "An identifier recurs where it stands in two different files (by hash: copies of one file are one), in text or in tables of "
    "records; names, dates, sums and rooms are not identifiers. Pictures recur where they look alike, which does not identify what "
    f"they show. A passage is a paragraph of {passages.FEWEST_WORDS} words or more; two recur where they share half of their "
    f"runs of {passages.RUN} words, whatever the case and punctuation (of those that share just half, two in a thousand are "
    "not found)."
)
_IDENTIFIERS: Final = """
WITH stands AS (
    SELECT entity_id, kind, value, exhibit, count(*) AS times, count(*) FILTER (status <> 'established') AS candidates
    FROM mention GROUP BY ALL
    UNION ALL
    SELECT entity_id, named.kind, named.value, named.exhibit, sum(role.rows)::BIGINT, 0 FROM record_named AS named
    JOIN record_role AS role USING (exhibit, table_no, id) GROUP BY ALL
), counted AS (
    SELECT entity_id AS entity, min(stands.kind) AS kind, min(value) AS value, count(DISTINCT sha256) AS files,
           list(DISTINCT exhibit ORDER BY exhibit) AS exhibits,
           list_sort(list(DISTINCT custodian) FILTER (custodian <> '')) AS custodians, sum(times)::BIGINT AS times,
           sum(candidates)::BIGINT AS candidates
    FROM stands JOIN exhibit AS whole ON whole.number = exhibit
    WHERE NOT list_contains($apart, stands.kind) AND ($kind = '' OR stands.kind = $kind) GROUP BY entity_id
)
SELECT *, count(*) OVER () AS found FROM counted WHERE files > 1 ORDER BY files DESC, times DESC, kind, value LIMIT $limit
"""
_TEXTS: Final = """
SELECT id, sha256, text, count(*) OVER () AS many FROM segment JOIN exhibit AS whole ON whole.number = segment.exhibit
WHERE length(text) >= 40 AND unit_kind <> 'table' ORDER BY whole.ord, unit_kind, unit, ordinal, id LIMIT $limit
"""


def recurs(graph: Graph, *, kind: str = "", accounts: Sequence[str] = (), limit: int = SHOWN) -> Recurs:
    """Return what recurs, what stands in the most files first; `kind` narrows the identifiers.

    Where `accounts` are named, what these share instead. Raises NotFound or UsageError.
    """
    if accounts:
        return side_by_side(graph, accounts, limit=limit)
    ground.lay(graph.conn)
    apart = [*NAME_KINDS, *NOT_ENTITIES_TO_STEP_ON]
    many = limit or 1_000_000
    rows = fetch(graph.conn, _IDENTIFIERS, {"apart": apart, "kind": kind, "limit": many})
    texts = fetch(graph.conn, _TEXTS, {"limit": SEGMENTS})
    held = passages.passages((row["id"], row["sha256"], row["text"]) for row in texts)
    alike, crowded = passages.groups(held)
    pictures = likeness.groups(graph)
    found = int(rows[0]["found"]) if rows else 0
    left = (int(texts[0]["many"]) if texts else 0) - len(texts)
    return Recurs(
        identifiers=tuple(
            Recurring(
                thing=Named(entity=row["entity"], kind=row["kind"], value=row["value"]), files=row["files"],
                exhibits=tuple(row["exhibits"]), custodians=tuple(row["custodians"] or ()), times=row["times"],
                candidates=row["candidates"],
            )
            for row in rows
        ),
        identifiers_found=found,
        pictures=tuple(
            LikePictures(
                exhibits=tuple(dict.fromkeys(one.exhibit for one in group.pictures)), pictures=len(group.pictures),
                same_file=group.same_file,
            )
            for group in pictures[:many]
        ),
        pictures_found=len(pictures),
        passages=tuple(_passages(group) for group in alike[:many]),
        passages_found=len(alike),
        passages_compared=len(held),
        definition=DEFINITION,
        notes=(
            *_of_no_kind(graph, kind, apart),
            *noted(found - len(rows), "[identifiers|identifier] in fewer files [are|is] not shown; `--limit 0` shows all."),
            *noted(max(0, len(alike) - many), "[groups|group] of passages [are|is] not shown."),
            *noted(max(0, len(pictures) - many), "[groups|group] of pictures [are|is] not shown; `casegraph pictures` shows all."),
            *noted(left, f"[segments were|segment was] not compared: at most {SEGMENTS:,} are."),
            *noted(crowded, "[passages stand among too many like them|passage stands among too many like it] to be compared with each."),
        ),
    )  # fmt: skip


def _of_no_kind(graph: Graph, kind: str, apart: Sequence[str]) -> tuple[str, ...]:
    if kind in apart:
        return (f"{kind!r} is no kind of identifier here: it recurs by chance, or says nothing about who bears it.",)
    known = [str(row["kind"]) for row in fetch(graph.conn, "SELECT DISTINCT kind FROM entity ORDER BY kind")]
    if not kind or kind in known:
        return ()
    there = ", ".join(name for name in known if name not in apart)
    return (f"Nothing in the case is of kind {kind!r}; there are: {there or 'none'}.",)


def _passages(group: passages.Group) -> Passages:
    segments = tuple(dict.fromkeys(one.segment for one in group.passages))
    opening = " ".join(group.passages[0].text.split())
    return Passages(
        opening=opening if len(opening) <= _OPENING else opening[: _OPENING - 1] + "…",
        segments=segments,
        exhibits=ground.exhibits_of(segments),
        alike_percent=int(100 * group.least),
    )

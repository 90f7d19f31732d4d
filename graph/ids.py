"""How the projector makes the ids of entities and relations, as SQL over columns: the same everywhere, so that they stay."""

from __future__ import annotations

from typing import Final

RELATION_DIGEST: Final = """concat('r-', substr(sha256(concat('casegraph/relation', chr(10), kind, chr(31), source_entity,
    chr(31), target_entity, chr(31), origin)), 1, 16))"""
"""A relation's id, over the columns `kind`, `source_entity`, `target_entity` and `origin`."""

SPOT: Final = "file.no << 32 | segment"
"""The SQL of a segment's *spot*: the part that holds it and its number there, in one integer. Joined on exhibit, part and
number, DuckDB matches the numbers of every part of a chat with each other first."""


def entity_digest(kind: str, value: str) -> str:
    """Return the SQL expression of `evidence.records.entity_id` over two columns."""
    return f"concat('e-', substr(sha256(concat('casegraph/entity', chr(10), {kind}, chr(31), {value})), 1, 16))"

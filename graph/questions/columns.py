"""Which values of the identifier columns of tables of records hold a term, however it is written."""

from __future__ import annotations

import re
from typing import Final

from evidence.errors import UsageError
from graph.edges import NAME_KINDS
from graph.project import Graph
from graph.query_language import All, Any, Begins, Node, Not, Words, parse
from graph.rows import Row, fetch
from graph.tokens import words

_FEWEST_DIGITS: Final = 6
_TRUNK_ZERO: Final = re.compile(r"(?<=\d)\s*\(0\)")
"""The zero that people write between country code and number, and nobody dials: +44 (0)20 …"""
_UNIT: Final = "\x1f"
NOTHING: Final = Row(rows=0, exhibits=[])

# A value stands as its words, parted and surrounded by spaces: as first written, and of a name as it is compared too, a unit
# separator between. ASCII is folded here, all else in Python, by the same rule.
_VALUES: Final = r"""
CREATE OR REPLACE TEMP TABLE column_value AS
WITH counted AS (
    SELECT exhibit, table_no, id, sum(rows)::BIGINT AS rows FROM record_role GROUP BY ALL
), known AS (
    SELECT exhibit, rows, value, written, concat_ws(chr(31), written, CASE WHEN list_contains($names, kind) THEN value END) AS said
    FROM record_named JOIN counted USING (exhibit, table_no, id)
)
SELECT exhibit, rows, regexp_replace(value, '[^0-9]', '', 'g') AS digits, lower(regexp_replace(value, '[^0-9A-Za-z]', '', 'g')) AS bare,
       lower(regexp_replace(written, '[^0-9A-Za-z]', '', 'g')) AS bare_written,
       CASE WHEN strlen(said) = length(said) THEN ' ' || trim(regexp_replace(replace(lower(said), chr(31), ' ' || chr(31) || ' '), '[^0-9a-z\x1f]+', ' ', 'g')) || ' ' ELSE said END AS said,
       strlen(said) = length(said) AS folded
FROM known
"""
_FOLD: Final = """
UPDATE column_value SET said = told.made, folded = true FROM (
    SELECT unnest($said::VARCHAR[]) AS said, unnest($made::VARCHAR[]) AS made) AS told
WHERE NOT column_value.folded AND column_value.said = told.said
"""
_ROWS: Final = """
SELECT coalesce(sum(rows), 0)::BIGINT AS rows, coalesce(list(DISTINCT exhibit ORDER BY exhibit), []) AS exhibits
FROM column_value WHERE {fits}
"""


def lay_columns(graph: Graph) -> bool:
    """Lay out what the identifier columns of the case hold, for `rows_with_term`; returns whether they hold anything."""
    if not fetch(graph.conn, "SELECT 1 FROM record_named LIMIT 1"):
        return False
    graph.conn.execute(_VALUES, {"names": list(NAME_KINDS)})
    left = [row["said"] for row in fetch(graph.conn, "SELECT DISTINCT said FROM column_value WHERE NOT folded")]
    if left:
        graph.conn.execute(_FOLD, {"said": left, "made": [_folded(said) for said in left]})
    return True


def _folded(said: str) -> str:
    parts = (" ".join(words(part)) for part in said.split(_UNIT))
    return f" {f' {_UNIT} '.join(parts)} "


def rows_with_term(graph: Graph, term: str) -> Row:
    """Return how many rows name a term in an identifier column, and in which exhibits; see `lay_columns`."""
    given: dict[str, object] = {}
    fits = [*_identifier(term, given), *_worded(term, given)]
    return fetch(graph.conn, _ROWS.format(fits=" OR ".join(fits)), given)[0] if fits else NOTHING


def understood(term: str) -> bool:
    """Whether the columns are looked at for all that a term asks: not for ~, NEAR, fields and NOT alone."""
    try:
        return bool(_condition(parse(term), {})) or bool(_identifier(term, {}))
    except UsageError:
        return True  # said of the term itself


def _identifier(term: str, given: dict[str, object]) -> list[str]:
    """Return conditions for a term that is a number, account or address, whatever stands between its letters and digits."""
    if re.search(r"\b(AND|OR|NOT)\b|[*~:]", term):
        return []
    plain = _TRUNK_ZERO.sub("", term) if term.strip(' "').startswith(("+", "00")) else term
    bare = "".join(words(plain))
    if not any(map(str.isdigit, bare)):
        return []
    given["bare"] = bare
    if not bare.isdigit():
        return ["bare = $bare", "bare_written = $bare"]
    digits = bare.lstrip("0")
    if len(digits) < _FEWEST_DIGITS:
        return ["bare = $bare", "bare_written = $bare"]
    given["digits"] = digits
    return ["bare = $bare", "bare_written = $bare", "ends_with(digits, $digits)"]


def _worded(term: str, given: dict[str, object]) -> list[str]:
    try:
        fits = _condition(parse(term), given)
    except UsageError:
        return []
    return [fits] if fits else []


def _condition(node: Node, given: dict[str, object]) -> str:
    """Return the SQL that says whether a value holds what a query asks; '' for what is not looked for in columns."""
    match node:
        case Words(words=found, apart=0):
            return _holds(f" {' '.join(found)} ", given)
        case Begins(words=found):
            return _holds(f" {' '.join(found)}", given)
        case All(parts=parts) if not all(isinstance(part, Not) for part in parts):
            return _joined(" AND ", [_without(part, given) for part in parts])
        case Any(parts=parts):
            return _joined(" OR ", [_condition(part, given) for part in parts])
        case _:
            return ""


def _holds(said: str, given: dict[str, object]) -> str:
    name = f"said_{len(given)}"
    given[name] = said
    return f"contains(said, ${name})"


def _without(part: Node, given: dict[str, object]) -> str:
    if not isinstance(part, Not):
        return _condition(part, given)
    fits = _condition(part.part, given)
    return f"NOT {fits}" if fits else ""


def _joined(how: str, parts: list[str]) -> str:
    return f"({how.join(parts)})" if all(parts) else ""

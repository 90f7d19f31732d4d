"""Records that state several fields, linked by Fellegi and Sunter's model: Splink on DuckDB, with the weight of each field.

The model says how alike two records are, field by field. It says nothing of anybody, and nothing is joined by it.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import duckdb
import msgspec

from graph.name_forms import form
from graph.name_likeness import level
from graph.rows import insert

if TYPE_CHECKING:
    from splink import Linker, SettingsCreator
    from splink.internals.blocking_rule_creator import BlockingRuleCreator
    from splink.internals.comparison_creator import ComparisonCreator

ENOUGH: Final = 500
"""Records from which on u is estimated from them; fewer are weighed by what is set here."""
_LEAST: Final = 0.05
"""One pair in twenty: a person decides, and sees the likeliest first, so that what is nineteen times less likely than not is offered too."""
_SEED: Final = 1
_DRAWN: Final = 1_000_000


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """What a source states of somebody or something, as far as it states it; empty where it does not."""

    given_names: str = ""
    surname: str = ""
    birth_date: str = ""
    """`1988-11-03`, or eight digits."""
    street: str = ""
    place: str = ""
    postcode: str = ""
    identifiers: tuple[str, ...] = ()
    """Each `kind:value`; only those of one kind are compared."""
    companies: tuple[str, ...] = ()


class Weight(NamedTuple):
    """What one field adds: log2 of how much oftener it stands so between two records of one person than between any two."""

    field: str
    level: str
    weight: float


class Linked(NamedTuple):
    """Two records by position, the lower first; the total weight, and what each field adds to it."""

    a: int
    b: int
    weight: float
    weights: tuple[Weight, ...]


class _Level(NamedTuple):
    """A way in which two values of a field may be alike, and its m and u where they are not estimated."""

    sql: str
    said: str
    m: float
    u: float
    set: bool = False
    """u stands as it is set here: two records drawn at random show it too seldom for it to be counted."""


_BOTH = "{0}_l = {0}_r"
_DIGITS = "translate({0}_l, '-', '')", "translate({0}_r, '-', '')"
_EXCHANGED = (
    f"(left({_DIGITS[0]}, 4) = left({_DIGITS[1]}, 4) AND substr({_DIGITS[0]}, 5, 2) = substr({_DIGITS[1]}, 7, 2)"
    f" AND substr({_DIGITS[0]}, 7, 2) = substr({_DIGITS[1]}, 5, 2))"
)
_ONE_DIGIT: Final = f"damerau_levenshtein({_DIGITS[0]}, {_DIGITS[1]}) <= 1"
_TURNED: Final = "given_names_l = surname_r AND surname_l = given_names_r"
_NEARLY_TURNED: Final = "jaro_winkler_similarity(given_names_l, surname_r) >= 0.9 AND jaro_winkler_similarity(surname_l, given_names_r) >= 0.9"
_YEAR_ALONE: Final = f"left({_DIGITS[0]}, 4) = left({_DIGITS[1]}, 4) AND (right({_DIGITS[0]}, 4) = '0101' OR right({_DIGITS[1]}, 4) = '0101')"
"""What offices write where no more than the year is known."""
_SHARE_A_WORD: Final = "len(list_intersect(string_split({0}_l, ' '), string_split({0}_r, ' '))) > 0"
_INITIAL: Final = "(length({0}_l) = 1 OR length({0}_r) = 1) AND left({0}_l, 1) = left({0}_r, 1)"
_FORMS: Final = "len(list_intersect({0}_families_l, {0}_families_r)) > 0"
_IN_SERIES: Final = "split_part(x, ':', 1) NOT IN ('phone', 'imei', 'imsi', 'card', 'account', 'iban')"
"""Numbers that are handed out one after another, or whose check digit tells: one digit apart is another one, not a slip."""
_TURNED_BLOCK: Final = "l.given_names = r.surname AND l.surname = r.given_names"
_AT_HOME: Final = ("street", "place", "postcode")
"""What a family or a firm shares: it says nothing for one person where given names or birth dates are others. So does a telephone; and so
does a surname where the given names are others, unless a number of one's own stands in both."""
_SHARED_BY_MANY: Final = 10
"""Records that may state one identifier or birth date; beyond, it is a desk's, or what is written where nothing is known."""
_CLEARLY: Final = -2.0
"""What a field weighs that contradicts two records, and not only speaks against them."""
_BIRTHDAYS: Final = 2_500
"""Records of which one more may share a birth date by chance alone, with room to spare."""
_FIELDS: Final[Mapping[str, tuple[_Level, ...]]] = {
    "given_names": (
        _Level(_BOTH, "the same given names", 0.7, 0.005),
        _Level(_TURNED, "given names and surname turned", 0.025, 0.00002, set=True),
        _Level("damerau_levenshtein({0}_l, {0}_r) <= 1 OR jaro_winkler_similarity({0}_l, {0}_r) >= 0.9", "given names nearly the same", 0.14, 0.005),
        _Level(_NEARLY_TURNED, "given names and surname turned", 0.005, 0.00002, set=True),
        _Level(_SHARE_A_WORD, "given names that share a word", 0.03, 0.001),
        _Level(_FORMS, "forms of one given name", 0.04, 0.002),
        _Level(_INITIAL, "an initial of the given names", 0.02, 0.002),
        _Level("", "other given names", 0.04, 0.985),
    ),
    "surname": (
        _Level(_BOTH, "the same surname", 0.7, 0.001),
        _Level(_TURNED, "given names and surname turned", 0.025, 0.025, set=True),
        _Level("damerau_levenshtein({0}_l, {0}_r) <= 1 OR jaro_winkler_similarity({0}_l, {0}_r) >= 0.9", "surnames nearly the same", 0.16, 0.003),
        _Level(_NEARLY_TURNED, "given names and surname turned", 0.005, 0.005, set=True),
        _Level(_SHARE_A_WORD, "surnames that share a word", 0.04, 0.002),
        _Level("", "other surnames", 0.07, 0.994),
    ),
    "birth_date": (
        _Level(_BOTH, "the same birth date", 0.92, 0.00005),
        _Level(f"left({_DIGITS[0]}, 4) = left({_DIGITS[1]}, 4) AND {_ONE_DIGIT}", "birth dates one digit apart", 0.03, 0.0005),
        _Level(_EXCHANGED, "birth dates with day and month exchanged", 0.01, 0.0003),
        _Level(_YEAR_ALONE, "the same year of birth, in one of them the first of January", 0.01, 0.001),
        _Level(_ONE_DIGIT, "birth dates one digit of the year apart", 0.01, 0.015),
        _Level("", "other birth dates", 0.02, 0.98315),
    ),
    "street": (
        _Level(_BOTH, "the same street", 0.7, 0.001),
        _Level("jaro_winkler_similarity({0}_l, {0}_r) >= 0.9", "streets nearly the same", 0.1, 0.003),
        _Level("", "other streets", 0.2, 0.996),
    ),
    "place": (
        _Level(_BOTH, "the same place", 0.7, 0.05),
        _Level("damerau_levenshtein({0}_l, {0}_r) <= 2", "places nearly the same", 0.1, 0.005),
        _Level("", "other places", 0.2, 0.945),
    ),
    "postcode": (
        _Level(_BOTH, "the same postcode", 0.75, 0.002),
        _Level("damerau_levenshtein({0}_l, {0}_r) <= 1", "postcodes nearly the same", 0.1, 0.01),
        _Level("", "other postcodes", 0.15, 0.988),
    ),
    "identifiers": (
        _Level("len(list_intersect({0}_l, {0}_r)) > 0", "the same identifier", 0.6, 0.01),
        _Level(f"len(list_filter({{0}}_l, lambda x: {_IN_SERIES} AND len(list_filter({{0}}_r, lambda y: damerau_levenshtein(x, y) <= 1)) > 0)) > 0",
               "identifiers one character apart", 0.02, 0.01),
        _Level("", "other identifiers", 0.38, 0.98),
    ),
    "companies": (
        _Level("len(list_intersect({0}_l, {0}_r)) > 0", "the same company", 0.6, 0.15),
        _Level("", "other companies", 0.4, 0.85),
    ),
}  # fmt: skip
"""How each field is compared. The last level is `anything else`. What m and u are set to is our judgement of papers in which people are
named: identifiers are few and often shared by a group, birth dates are mostly copied right. Large sets estimate their own u."""
_NOT_STATED: Final = {
    "identifiers": " OR len(list_intersect(list_transform({0}_l, lambda x: split_part(x, ':', 1)), "
    "list_transform({0}_r, lambda x: split_part(x, ':', 1)))) = 0",
}
"""When a field is not to be compared, besides where one record lacks it."""
_LISTS: Final = ("identifiers", "companies")
_FAMILIES: Final = "given_names_families"
"""A column: of which families of given names (`graph.nicknames`) any word of them is."""
_LAST_DIGITS: Final = 9
"""Digits in which two ways of writing a telephone number agree: with the country, and with a nought in its place."""
_WITH_COUNTRY: Final = re.compile(r"phone:\+[1-9]\d{7,14}")
"""A number with its country, as ITU-T E.164 has it and a case keeps it: compared whole."""
_BLOCKED_BY: Final = (
    ("surname", "given_names"), ("surname", "birth_date"), ("given_names", "birth_date"), ("given_names", "postcode"),
    ("surname", "postcode"), ("birth_date", "postcode"), ("birth_date", "place"), ("street", "place"), ("street", "given_names"),
    ("surname", "place"), ("given_names", "place"), ("birth_date",), ("surname", "street"), ("street", "postcode"),
)  # fmt: skip


def linked(records: Sequence[Record], *, pairs: Sequence[tuple[int, int]] | None = None) -> tuple[Linked, ...]:
    """Return which records are alike, the most alike first; of `pairs` all, where they are given, whatever they weigh.

    Without `pairs`, records are compared that share two fields or an identifier, and those are returned that are one at least once in
    twenty: first those that neither given names nor birth dates contradict; for the others, what a household shares counts for nothing.
    From `ENOUGH` records on u is estimated from them by random sampling; m stands as set above, since expectation maximisation takes
    households for people. Every run over the same records gives the same answer.
    """
    if len(records) < 2 or pairs == ():
        return ()
    records = _plain(records)
    records = records if pairs is not None else _without_what_many_share(records)
    with duckdb.connect() as conn:
        conn.execute("SET threads = 1")
        fields = _loaded(conn, records, pairs)
        linker = _linker(conn, fields, given=pairs is not None)
        if pairs is None and len(records) >= ENOUGH:
            _estimate(linker, fields)
        predicted = linker.inference.predict(threshold_match_probability=None if pairs is not None else _LEAST)
        rows = predicted.as_duckdbpyrelation()
        names = list(rows.columns)
        found = [_linked(dict(zip(names, row, strict=True)), fields) for row in rows.fetchall()]
    if pairs is not None:
        return tuple(sorted(found, key=lambda one: (-round(one.weight, 6), one.a, one.b)))
    return _sober(found, records)


def _plain(records: Sequence[Record]) -> list[Record]:
    """Return the records with their identifiers as they are compared, without spaces and punctuation.

    Telephone numbers are compared by their last digits where some are written without a country.
    """
    held = [written for one in records for written in one.identifiers]
    last = _LAST_DIGITS if any(one.startswith("phone:") and not _WITH_COUNTRY.fullmatch(one) for one in held) else 0
    return [
        msgspec.structs.replace(one, identifiers=tuple(_identifier(each, last) for each in one.identifiers))
        for one in records
    ]


def _identifier(written: str, last: int) -> str:
    kind, _, value = written.partition(":")
    if kind in ("email", "handle"):
        return f"{kind}:{value.strip()}"
    value = "".join(letter for letter in value if letter.isalnum())
    return f"{kind}:{value[-last:] if kind == 'phone' and value.isdecimal() else value}"


def _sober(found: Sequence[Linked], records: Sequence[Record]) -> tuple[Linked, ...]:
    """Return the pairs that stand, those that given names or birth dates contradict last and without what a household shares."""
    kept = []
    for one in found:
        against = _contradicted(one, records[one.a], records[one.b])
        at_home = _at_home(one, records[one.a], records[one.b])
        shared = sum(max(0.0, field.weight) for field in one.weights if field.field in at_home) if against else 0.0
        if one.weight - shared > math.log2(_LEAST / (1 - _LEAST)):
            kept.append((against, one._replace(weight=one.weight - shared)))
    kept.sort(key=lambda pair: (pair[0], -round(pair[1].weight, 6), pair[1].a, pair[1].b))
    return tuple(one for _, one in kept)


def _at_home(pair: Linked, one: Record, other: Record) -> tuple[str, ...]:
    """Return the fields that say nothing for one person where given names or birth dates are others."""
    if not _only_telephones(one, other):
        own = any(field.field == "identifiers" and field.weight > 0 for field in pair.weights)
        return _AT_HOME if own or not _other_given_names(pair, one, other) else (*_AT_HOME, "surname")
    return (*_AT_HOME, "identifiers", *(("surname",) if _other_given_names(pair, one, other) else ()))


def _only_telephones(one: Record, other: Record) -> bool:
    """Return whether what identifies both is telephone numbers: a house has one, and a number of a document is one person's."""
    shared = set(one.identifiers) & set(other.identifiers)
    return bool(shared) and all(value.startswith("phone:") for value in shared)


def _contradicted(pair: Linked, one: Record, other: Record) -> bool:
    weighed = {field.field: field.weight for field in pair.weights}
    return weighed.get("birth_date", 0.0) < _CLEARLY or _other_given_names(pair, one, other)


def _other_given_names(pair: Linked, one: Record, other: Record) -> bool:
    if next((field.weight for field in pair.weights if field.field == "given_names"), 0.0) >= 0:
        return False
    turned = _alike(one.given_names, other.surname) and _alike(one.surname, other.given_names)
    return not turned and not _alike(one.given_names, other.given_names)


def _alike(one: str, other: str) -> bool:
    """Return whether the first words of two names may be one: an initial, a nickname, a slip."""
    a, b = form(one).words, form(other).words
    return not a or not b or level(a[0], b[0]) != "unlike"


def _without_what_many_share(records: Sequence[Record]) -> list[Record]:
    """Return the records without identifiers and birth dates that too many of them state."""
    many = Counter(value for one in records for value in (*set(one.identifiers), one.birth_date) if value)
    dates = max(_SHARED_BY_MANY, len(records) // _BIRTHDAYS)
    return [
        msgspec.structs.replace(
            one,
            identifiers=tuple(value for value in one.identifiers if many[value] <= _SHARED_BY_MANY),
            birth_date=one.birth_date if many[one.birth_date] <= dates else "",
        )
        for one in records
    ]


def _loaded(
    conn: duckdb.DuckDBPyConnection, records: Sequence[Record], pairs: Sequence[tuple[int, int]] | None
) -> list[str]:
    """Write the records into a table; return the fields that at least one record states."""
    blocks: dict[int, list[str]] = {}
    for at, pair in enumerate(pairs or ()):
        for one in pair:
            blocks.setdefault(one, []).append(str(at))
    columns = ", ".join(f"{name} VARCHAR{'[]' if name in _LISTS else ''}" for name in _FIELDS)
    conn.execute(f"CREATE TABLE record (unique_id BIGINT, {columns}, {_FAMILIES} VARCHAR[], blocks VARCHAR[])")
    insert(
        conn,
        "record",
        [{"unique_id": at, **_values(one), "blocks": blocks.get(at, [])} for at, one in enumerate(records)],
    )
    counted = ", ".join(f"count({name})" for name in _FIELDS)
    counts = conn.execute(f"SELECT {counted} FROM record").fetchall()[0]  # noqa: S608 - our own names
    return [name for name, many in zip(_FIELDS, counts, strict=True) if many]


def _values(record: Record) -> dict[str, str | list[str] | None]:
    found: dict[str, str | list[str] | None] = {}
    for name in _FIELDS:
        value = getattr(record, name)
        if name in _LISTS:
            found[name] = sorted({text.casefold() for text in value}) or None
        else:
            found[name] = (
                value if name == "birth_date" else " ".join(word.folded for word in form(value).words)
            ) or None
    families = {family for word in form(record.given_names).words for family in word.families}
    return found | {_FAMILIES: [str(family) for family in sorted(families)]}


def _linker(conn: duckdb.DuckDBPyConnection, fields: Sequence[str], *, given: bool) -> Linker:
    """Return Splink's linker over the table, its model as set above."""
    from splink import Linker  # half a second: only where there are fields to compare
    from splink.backends.duckdb import DuckDBAPI

    return Linker(DuckDBAPI(conn).register("record"), _settings(fields, given=given), log_level=50)


def _settings(fields: Sequence[str], *, given: bool) -> SettingsCreator:
    from splink import SettingsCreator, block_on
    from splink.blocking_rule_library import CustomRule
    from splink.comparison_library import CustomComparison

    rules: list[BlockingRuleCreator | dict[str, Any]]
    if given:
        rules = [block_on("blocks", arrays_to_explode=["blocks"])]
    else:
        rules = [block_on(*both) for both in _BLOCKED_BY if set(both) <= set(fields)]
        rules += [CustomRule(_TURNED_BLOCK)] if {"given_names", "surname"} <= set(fields) else []
        rules += [block_on("identifiers", arrays_to_explode=["identifiers"])] if "identifiers" in fields else []
    comparisons: list[ComparisonCreator | dict[str, Any]] = [
        CustomComparison(output_column_name=name, comparison_levels=[*_levels(name, fields)]) for name in fields
    ]
    return SettingsCreator(
        link_type="dedupe_only", comparisons=comparisons, blocking_rules_to_generate_predictions=rules,
        retain_intermediate_calculation_columns=True, retain_matching_columns=True,
        probability_two_random_records_match=0.001,
    )  # fmt: skip


def _levels(name: str, fields: Sequence[str]) -> list[dict[str, Any]]:
    missing = f"{name}_l IS NULL OR {name}_r IS NULL" + _NOT_STATED.get(name, "").format(name)
    levels: list[dict[str, Any]] = [{"sql_condition": missing, "label_for_charts": "not stated", "is_null_level": True}]
    for each in _stated(name, fields):
        levels.append(
            {
                "sql_condition": each.sql.format(name) or "ELSE",
                "label_for_charts": each.said,
                "m_probability": each.m,
                "u_probability": each.u,
                "fix_u_probability": each.set,
            }
        )
    return levels


def _stated(name: str, fields: Sequence[str]) -> list[_Level]:
    """Return the levels of a field among those that the records state: names are turned only where there are both."""
    both = {"given_names", "surname"} <= set(fields)
    return [each for each in _FIELDS[name] if both or each.sql not in (_TURNED, _NEARLY_TURNED)]


def _estimate(linker: Linker, fields: Sequence[str]) -> None:
    """Estimate from the records how many pairs are one, and u from pairs drawn at random."""
    from splink import block_on

    certain: list[str | BlockingRuleCreator] = [block_on(*both) for both in _BLOCKED_BY[:3] if set(both) <= set(fields)]
    if certain:
        linker.training.estimate_probability_two_random_records_match(certain, recall=0.8)
    linker.training.estimate_u_using_random_sampling(max_pairs=_DRAWN, seed=_SEED)


def _linked(row: dict[str, Any], fields: Sequence[str]) -> Linked:
    a, b = sorted((int(row["unique_id_l"]), int(row["unique_id_r"])))
    weights = [
        _weight(_stated(name, fields), name, int(row[f"gamma_{name}"]), float(row[f"mw_{name}"]))
        for name in fields
        if row[f"gamma_{name}"] >= 0
    ]
    return Linked(a, b, float(row["match_weight"]), tuple(weights))


def _weight(levels: Sequence[_Level], name: str, gamma: int, weight: float) -> Weight:
    # Splink numbers levels from the last, which is 0
    return Weight(name, levels[len(levels) - 1 - gamma].said, round(weight, 1))

from __future__ import annotations

import inspect
from typing import Any, get_args, get_type_hints

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence import acts, ledger, records
from evidence.digest import canonical, digest, digest_lines

plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner),
    max_leaves=12,
)


@given(plain)
def test_canonical_bytes_do_not_depend_on_key_order_and_round_trip(value: Any) -> None:
    shuffled = _reversed(value)
    assert canonical(value) == canonical(shuffled)
    if _small(value):
        assert msgspec.json.decode(canonical(value)) == value


def _small(value: Any) -> bool:
    match value:
        case dict():
            return all(_small(inner) for inner in value.values())
        case list():
            return all(_small(inner) for inner in value)
        case int():
            return abs(value) < 2**63
    return True


def _reversed(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _reversed(value[key]) for key in reversed(list(value))}
    return [_reversed(inner) for inner in value] if isinstance(value, list) else value


def test_records_that_join_to_the_same_string_differ() -> None:
    assert digest("x", ["1", "2x"]) != digest("x", ["12", "x"])
    assert digest_lines("x", ["ab", "c"]) != digest_lines("x", ["a", "bc"])


def test_the_same_record_under_two_domains_differs() -> None:
    assert digest("reading", {"a": 1}) != digest("findings", {"a": 1})


@pytest.mark.parametrize("value", [1.5, [1, 2.0], {"a": {"b": 0.1}}])
def test_a_float_is_refused(value: object) -> None:
    with pytest.raises(TypeError, match="floats"):
        canonical(value)


def test_no_digested_record_has_a_float_field() -> None:
    checked = 0
    for module in (records, acts, ledger):
        for _, kind in inspect.getmembers(module, inspect.isclass):
            if issubclass(kind, msgspec.Struct) and kind.__struct_fields__:
                checked += 1
                assert not any(_has_float(hint) for hint in get_type_hints(kind).values()), kind
    assert checked > 30


def _has_float(hint: Any) -> bool:
    return hint is float or any(_has_float(inner) for inner in get_args(hint))

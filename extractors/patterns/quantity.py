"""Quantities with a unit where the amount matters: weights, volumes, doses, rounds and distances."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from extractors.patterns.hit import Asserted, Hit
from extractors.patterns.label import lowered, words_in
from extractors.patterns.money import amount_of
from extractors.patterns.numeral import number_before

_NAMES: dict[str, str] = {
    "kg": "kg kgs kilo kilos kilogram kilograms kilogramme kilogrammes",
    "g": "g gr gram grams gramme grammes",
    "mg": "mg milligram milligrams",
    "t": "tonne tonnes",
    "lb": "lb lbs",
    "oz": "oz ounce ounces",
    "l": "L ltr ltrs litre litres liter liters litri",
    "ml": "ml millilitre millilitres",
    "cl": "cl",
    "tablet": "tablet tablets tab tabs comprimate",
    "pill": "pill pills",
    "capsule": "capsule capsules",
    "wrap": "wrap wraps",
    "cartridge": "cartridge cartridges",
    "round": "rounds",
    "cigarette": "cigarette cigarettes",
    "carton": "carton cartons",
    "km": "km kms kilometre kilometres kilometer kilometers",
    "mi": "mile miles",
}
_UNITS = {name: unit for unit, names in _NAMES.items() for name in names.split()}
SAID_UNITS = tuple(name for name in _UNITS if len(name) > 3 or name == "tabs")
"""Unit words that people also say a number before."""
_NUMBER = re.compile(
    r"[0-9](?<![\w./\-£$€][0-9])(?<!\d,[0-9])(?>(?:[0-9]{0,2}(?:[, ][0-9]{3}(?![0-9])){1,3}|"
    r"[0-9]{0,8})(?:[.,][0-9]{1,4})?"
    r"[ \u00a0\-]?(?=[a-zL]))"
    rf"(?:({'|'.join(sorted(_UNITS, key=len, reverse=True))})(?![\w/²³]))",
    re.IGNORECASE,
)
_NETWORK = re.compile(r"[2-5][gG]")


def find_quantity(text: str, asserted: Asserted) -> Iterator[Hit]:
    """Yield amounts in figures as `2 kg`, in the unit that is written, not converted."""
    for match in _NUMBER.finditer(text):
        unit = _unit(match[1])
        if unit and not _NETWORK.fullmatch(match[0]):
            amount = amount_of(match[0][: match.start(1) - match.start()].rstrip(" \u00a0-"))
            yield _hit(match.span(), amount, unit)


def find_spelled_quantity(text: str, asserted: Asserted) -> Iterator[Hit]:
    """Yield amounts said in words, such as `two kilos` and `half a kilo`."""
    lower = lowered(text)
    for name in SAID_UNITS:
        for at in words_in(lower, name) if name in lower else ():
            said = number_before(lower, at)
            if said is not None:
                yield _hit((said[0], at + len(name)), said[1], _UNITS[name], rule="number words read as figures")


def _unit(written: str) -> str:
    """Return the unit; symbols of one letter only in the case that is theirs (`g`, not `G`; `L`, not `l`)."""
    return _UNITS.get(written if len(written) == 1 else written.lower(), "")


def _hit(span: tuple[int, int], amount: Decimal, unit: str, *, rule: str = "") -> Hit:
    plain = format(amount.normalize(), "f")
    check = "number with a unit, as written"
    return Hit(kind="quantity", start=span[0], end=span[1], value=f"{plain} {unit}", holds=True, check=check, rule=rule)

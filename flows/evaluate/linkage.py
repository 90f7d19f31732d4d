"""Names and records laid side by side: which pairs are offered, against who is known to bear them."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from evidence.case import software
from evidence.errors import NotFound, UsageError
from evidence.records import Stamp
from evidence.validation import Interval, Measure, Score, wilson
from flows.evaluate.run import Asked, OnDone, Outcome
from graph.linkage import Record, linked
from graph.name_pairs import alike

FIRST: Final = 100
BY_PAIR: Final = "95%, of single pairs (Wilson 1927)"
_COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "given": ("first_name", "given_name", "given_names", "forename", "forenames", "firstname", "fname", "prenume", "vorname"),
    "surname": ("surname", "last_name", "family_name", "lastname", "lname", "nachname"),
    "name": ("name", "full_name", "fullname"),
    "firm": ("company", "company_name", "organisation", "organization", "firm", "business_name"),
    "born": ("dob", "date_of_birth", "birth_date", "birthdate", "born"),
    "street": ("street", "address", "address_1", "street_address"),
    "place": ("city", "suburb", "town", "place", "locality", "birth_place"),
    "postcode": ("postcode", "zip", "zip_code", "postal_code", "postcode_fake"),
}  # fmt: skip
_IDENTIFIERS: Final[dict[str, str]] = {
    "email": "email", "phone": "phone", "phone_number": "phone", "telephone": "phone", "mobile": "phone", "soc_sec_id": "document",
    "ssn": "document", "passport": "passport", "national_id": "document", "id_number": "id_number", "iban": "iban",
}  # fmt: skip
_FIRM: Final = "organisation"
_TRUTH: Final = ("cluster", "bearer", "entity_id", "person_id", "true_id", "cluster_id", "ground_truth")
_FEBRL: Final = re.compile(r"rec-(\d+)-(?:org|dup-\d+)")
_PARTS: Final = re.compile(r"(.+)[ab]$")
_DATE: Final = re.compile(r"(\d{1,2})[./ -](\d{1,2})[./ -](\d{4})")


class Borne(NamedTuple):
    """One record, its name as written, and who it is of."""

    record: Record
    name: str
    bearer: str
    firm: bool = False
    """Whether the name is known to be a firm's."""


class Held(NamedTuple):
    """A set of records whose pairs are looked for together."""

    about: str
    records: list[Borne]


class _NameLine(msgspec.Struct, frozen=True):
    name: str
    bearer: str | int
    kind: str = ""


def score_linkage(asked: Asked, on_done: OnDone) -> Outcome:
    """Score the pairs that are offered: of whole records where they state more than names, and of their names alone.

    Names written alike by several people are one name, as in a case: a pair of names is right where somebody bears both. Raises
    UsageError naming the file and line that does not fit.
    """
    files, sets, passed_over = _sets(asked)
    ways: list[tuple[str, Callable[[Sequence[Borne]], tuple[list[bool], int]]]] = [
        ("all fields", _by_fields), ("names alone", _by_names),
    ]  # fmt: skip
    scores: list[Score] = []
    taken = 0
    for at, held in enumerate(sets):
        borne = _drawn(asked, held.records)
        taken += len(borne)
        for condition, way in ways:
            if condition == "names alone" or any(_more_than_a_name(one.record) for one in borne):
                ranked, true = way(borne)
                scores += _scores(condition if len(sets) == 1 else f"{held.about}, {condition}", ranked, true)
        on_done(at + 1, len(sets))
    return Outcome(
        files=tuple(files),
        items=taken,
        items_in_data=sum(len(held.records) for held in sets),
        stamps=(Stamp(name="names laid side by side", version=software()), Stamp(name="splink", version=version("splink"))),
        scores=tuple(scores),
        notes=(
            "A pair is right where both are of one person or firm; labelled are such pairs. Precision is of the pairs that are offered.",
            *([f"Not scored, no column says who they are of: {', '.join(passed_over)}."] if passed_over else []),
        ),
        interval=BY_PAIR,
    )  # fmt: skip


def _drawn(asked: Asked, records: list[Borne]) -> list[Borne]:
    """Return the records of as many people as the limit allows: single records would break the pairs."""
    kept = set(asked.drawn(list(dict.fromkeys(one.bearer for one in records))))
    return [one for one in records if one.bearer in kept]


def _more_than_a_name(record: Record) -> bool:
    return bool(record.birth_date or record.identifiers or record.place or record.street or record.postcode)


def _scores(condition: str, ranked: Sequence[bool], true: int) -> Iterator[Score]:
    first, right = ranked[:FIRST], sum(ranked)
    rates: tuple[tuple[Measure, int, int], ...] = (
        ("precision_at_100", sum(first), len(first)), ("precision", right, len(ranked)), ("recall", right, true),
    )  # fmt: skip
    for measure, part, whole in rates:
        rate = wilson(part, whole) if whole else Interval(-1)
        yield Score(
            condition=condition, about="all", measure=measure, value=rate.value, low=rate.low, high=rate.high, items=true
        )  # fmt: skip


def _by_fields(borne: Sequence[Borne]) -> tuple[list[bool], int]:
    found = linked([one.record for one in borne])
    return [borne[one.a].bearer == borne[one.b].bearer for one in found], _pairs(one.bearer for one in borne)


def _by_names(borne: Sequence[Borne]) -> tuple[list[bool], int]:
    bearers: dict[str, set[str]] = {}
    for one in borne:
        if one.name:
            bearers.setdefault(one.name, set()).add(one.bearer)
    names = list(bearers)
    firms = {one.name for one in borne if one.firm}
    found = alike(names, firms={at for at, name in enumerate(names) if name in firms})
    ranked = [not bearers[names[a]].isdisjoint(bearers[names[b]]) for _, a, b in found.pairs]
    spelt: dict[str, list[str]] = {}
    for name, held in bearers.items():
        for bearer in held:
            spelt.setdefault(bearer, []).append(name)
    true = {(a, b) for held in spelt.values() for at, a in enumerate(held) for b in held[at + 1 :]}
    return ranked, len(true)


def _pairs(bearers: Iterable[str]) -> int:
    return sum(many * (many - 1) // 2 for many in Counter(bearers).values())


# --- data ----------------------------------------------------------------------------------------------------------


def _sets(asked: Asked) -> tuple[list[Path], list[Held], list[str]]:
    """Return the files that were read, the sets in them, and the names of files that do not say who a record is of."""
    dataset = asked.dataset
    if not dataset.exists():
        raise NotFound(f"there is no {dataset.name}", next_step="give a CSV or JSON lines, or a folder of them")
    files = [dataset] if dataset.is_file() else sorted(file for file in dataset.rglob("*") if file.is_file())
    found: dict[str, list[Borne]] = {}
    read, passed_over = [], []
    for file in files:
        if not file.name.lower().endswith((".csv", ".jsonl")):
            continue
        records = (
            _of_lines(file) if file.suffix.lower() == ".jsonl" else _of_table(file, day_order=asked.context.day_order)
        )
        if records is None:
            passed_over.append(file.name)
            continue
        read.append(file)
        found.setdefault(_about(file, files), []).extend(records)
    if not found:
        raise UsageError(
            f"{dataset.name} holds no records that say who they are of",
            next_step=f"a CSV with names and a column {' or '.join(_TRUTH[:3])}, or JSON lines of name and bearer",
        )
    return read, [Held(about, records) for about, records in found.items()], passed_over


def _about(file: Path, files: Sequence[Path]) -> str:
    """Return what a file's set is called: two files `NAMEa` and `NAMEb` are one set, as FEBRL's are."""
    parts = _PARTS.fullmatch(file.stem)
    if parts and all(any(other.stem == parts[1] + letter for other in files) for letter in "ab"):
        return parts[1]
    return file.stem


def _of_lines(file: Path) -> list[Borne]:
    found = []
    for number, line in enumerate(file.read_bytes().splitlines(), start=1):
        if line.strip():
            try:
                row = msgspec.json.decode(line, type=_NameLine)
            except msgspec.DecodeError as error:
                raise UsageError(
                    f"{file.name}, line {number}: not a line of {{name, bearer}}: {error}",
                    next_step="mend the data; nothing of it was scored",
                ) from error
            found.append(_borne("", "", row.name, str(row.bearer), Record())._replace(firm=row.kind == _FIRM))
    return found


def _of_table(file: Path, *, day_order: str) -> list[Borne] | None:
    """Return the records of a table; None where no column says who they are of."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as source:
            rows = [
                {(key or "").strip().lower().replace(" ", "_"): (value or "").strip() for key, value in row.items() if isinstance(value, str)}
                for row in csv.DictReader(source)
            ]  # fmt: skip
    except (UnicodeDecodeError, csv.Error) as error:
        raise UsageError(
            f"{file.name} is no CSV in UTF-8: {error}", next_step="mend the data; nothing was scored"
        ) from error
    columns = set(rows[0]) if rows else set()
    truth = next((name for name in _TRUTH if name in columns), "")
    febrl = not truth and bool(rows) and all(_FEBRL.fullmatch(row.get("rec_id", "")) for row in rows)
    if not (truth or febrl) or not columns & {
        name for kind in ("given", "surname", "name", "firm") for name in _COLUMNS[kind]
    }:
        return None
    return [_of_row(row, row[truth] if truth else _FEBRL.sub(r"\1", row["rec_id"]), day_order) for row in rows]


def _of_row(row: dict[str, str], bearer: str, day_order: str) -> Borne:
    stated = {kind: next((row[name] for name in names if row.get(name)), "") for kind, names in _COLUMNS.items()}
    held = Record(
        birth_date=iso_date(stated["born"], day_order=day_order), street=stated["street"], place=stated["place"],
        postcode=stated["postcode"],
        identifiers=tuple(f"{kind}:{row[name]}" for name, kind in _IDENTIFIERS.items() if row.get(name)),
    )  # fmt: skip
    if stated["firm"] and not (stated["given"] or stated["surname"] or stated["name"]):
        return _borne("", "", stated["firm"], bearer, held)._replace(firm=True)
    held = msgspec.structs.replace(held, companies=tuple(filter(None, [stated["firm"]])))
    return _borne(stated["given"], stated["surname"], stated["name"], bearer, held)


def _borne(given: str, surname: str, name: str, bearer: str, held: Record) -> Borne:
    """Return a record with its name in parts: of a whole name the last word is the surname, or what stands before a comma."""
    whole = name or " ".join(filter(None, (given, surname)))
    if name and not given and not surname:
        before, comma, after = name.partition(",")
        given, surname = (after, before) if comma else (" ".join(name.split()[:-1]), " ".join(name.split()[-1:]))
    partly = not name and not (given and surname)
    return Borne(msgspec.structs.replace(held, given_names=given, surname=surname), "" if partly else whole, bearer)


def iso_date(written: str, *, day_order: str = "") -> str:
    """Return a date as `1988-11-03`: ISO's own forms, or day, month and year in the order said (else day first); else as written."""
    text = unicodedata.normalize("NFKC", written).strip()
    if re.fullmatch(r"\d{8}", text):
        return f"{text[:4]}-{text[4:6]}-{text[6:]}"
    if numbers := _DATE.fullmatch(text):
        one, other, year = map(int, numbers.groups())
        day, month = (
            (other, one) if (day_order == "mdy" and other <= 31 and one <= 12) or (other > 12 >= one) else (one, other)
        )
        try:
            return date(year, month, day).isoformat()
        except ValueError:
            return text
    return text[:10] if re.match(r"\d{4}-\d\d-\d\d[T ]", text) else text.replace("/", "-")

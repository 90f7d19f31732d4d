"""What a file states of itself: who made and saved it, when, with what; as text, facts and events."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final, NamedTuple

from evidence.records import EventRecord
from extractors.moments import Moment, on_the_wall, stated
from extractors.office.gathered import Gathered
from extractors.office.markup import attribute, children, descendants, local, written
from extractors.office.package import Package
from extractors.text import one_line

_LABELS: Final[dict[str, str]] = {
    # OPC core properties, with the names that ODF gives the same things
    "title": "Title",
    "subject": "Subject",
    "creator": "Author",
    "initial-creator": "Author",
    "lastModifiedBy": "Last modified by",
    "created": "Created",
    "creation-date": "Created",
    "modified": "Modified",
    "date": "Modified",
    "lastPrinted": "Printed",
    "print-date": "Printed",
    "printed-by": "Printed by",
    "revision": "Revision",
    "editing-cycles": "Revision",
    "editing-duration": "Editing time",
    "category": "Category",
    "keywords": "Keywords",
    "keyword": "Keywords",
    "description": "Description",
    "contentStatus": "Status",
    "identifier": "Identifier",
    "language": "Language",
    "version": "Version",
    # extended properties
    "Company": "Company",
    "Manager": "Manager",
    "Application": "Application",
    "AppVersion": "Application version",
    "generator": "Application",
    "Template": "Template",
    "template": "Template",
    "TotalTime": "Editing minutes",
    "Pages": "Pages",
    "Words": "Words",
    "Slides": "Slides",
    "HiddenSlides": "Hidden slides",
    "HyperlinkBase": "Hyperlink base",
}
_PEOPLE: Final = frozenset(("Author", "Last modified by", "Manager", "Printed by"))
_EVENTS: Final = {
    "Created": ("created", "Author"),
    "Modified": ("last saved", "Last modified by"),
    "Printed": ("printed", ""),
}
_W3CDTF: Final = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d)?)(?:[.,]\d{1,9})?\s*(Z|[+-]\d\d:?\d\d)?$")


class Property(NamedTuple):
    """One thing that a file states of itself."""

    label: str
    value: str
    when: Moment | None = None
    """Where it is a time whose form is not W3CDTF."""


def w3c(text: str, *, zone_counts: bool = True) -> Moment | None:
    """Return a W3CDTF time (`2026-03-02T22:14:05Z`); None where it is none. A zone is taken only where it counts."""
    match = _W3CDTF.match(text.strip())
    if match is None:
        return None
    try:
        local = datetime.fromisoformat(match[1])
        if match[2] and zone_counts:
            return stated(text.strip(), datetime.fromisoformat(match[1] + match[2]), zone=match[2])
        return on_the_wall(text.strip(), local)
    except (ValueError, OverflowError):
        return None


def of_package(package: Package, gathered: Gathered) -> None:
    """Add what an OOXML file's property parts state; of a converted file they were taken from the original."""
    if gathered.origin:
        return
    kinds = {"core-properties": 1, "extended-properties": 2, "custom-properties": 3}
    by = {"Author": "", "Last modified by": ""}
    for relation in sorted(package.relations(), key=lambda relation: kinds.get(relation.kind, 9)):
        if relation.kind not in kinds or relation.external or not package.has(relation.target):
            continue
        root = gathered.tree(package, relation.target)
        if root is None:
            continue
        found = list(_custom(root) if relation.kind == "custom-properties" else _plain(root))
        add(gathered, found, record=kinds[relation.kind], key=f"{relation.target}#{local(root)}1", by=by)


def of_meta(meta: Any, gathered: Gathered, *, key: str) -> None:
    """Add what the `office:meta` element of an ODF file states: its times carry no zone unless they say so."""
    found: list[Property] = []
    for element in meta:
        name = local(element)
        if name == "user-defined":
            found.append(Property(one_line(attribute(element, "name"))[:60], one_line(written(element))))
        elif name == "creator":
            found.append(Property("Last modified by", one_line(written(element))))
        elif name == "template":
            found.append(Property("Template", one_line(attribute(element, "title") or attribute(element, "href"))))
        elif name in _LABELS:
            found.append(Property(_LABELS[name], one_line(written(element))))
    add(gathered, found, record=1, key=key)


def _plain(root: Any) -> Iterable[Property]:
    for element in root:
        if label := _LABELS.get(local(element)):
            yield Property(label, one_line(written(element)))


def _custom(root: Any) -> Iterable[Property]:
    for element in children(root, "property"):
        yield Property(one_line(element.get("name", ""))[:60], one_line(written(element)))


def add(
    gathered: Gathered,
    found: Iterable[Property],
    *,
    record: int,
    key: str,
    by: dict[str, str] | None = None,
    offset: tuple[int, int] = (-1, -1),
) -> None:
    """Add properties as one segment that supports an event for each time among them."""
    kept = [one for one in found if one.value][:200]
    if not kept:
        return
    lines = [f"{one.label}: {one.value[:500]}" for one in kept]
    first = gathered.add("\n".join(lines), field="properties", record=record, key=key)
    if first < 0:
        return
    at = 0
    known = by if by is not None else {}
    short = sum(map(len, lines)) + len(lines) <= 2_000
    for one, line in zip(kept, lines, strict=True):
        name = one.label.lower().replace(" ", "_")
        gathered.fact(name, "; ".join(filter(None, (gathered.facts.get(name, ""), one.value))))
        known.setdefault(one.label, one.value)
        if one.label in _PEOPLE and one.value[:500].strip() and short:
            gathered.name(first, at + len(one.label) + 2, line[len(one.label) + 2 :])
        at += len(line) + 1
    gathered.events += [event for one in kept if (event := _event(one, kept, segment=first)) is not None]


def _event(one: Property, all_of_them: list[Property], *, segment: int) -> EventRecord | None:
    if one.label not in _EVENTS:
        return None
    when = one.when or w3c(one.value)
    if when is None or when.written.startswith(("1601-01-01", "0000", "1899-12-3")):
        return None
    did, who = _EVENTS[one.label]
    name = next((other.value for other in all_of_them if other.label == who), "")
    return EventRecord(
        kind="document",
        segment=segment,
        **when.fields(),
        description=f"{did}{f' by {name[:200]}' if name else ''}, as the file's own properties state",
        facts={"author": name[:200]} if name else {},
    )


def people(root: Any) -> Iterable[tuple[str, str, str]]:
    """Yield (name, provider, account) of each person that a `people` or `persons` part lists."""
    for element in descendants(root, "person"):
        presence = next(descendants(element, "presenceInfo"), element)
        name = attribute(element, "author") or attribute(element, "displayName")
        yield one_line(name), one_line(attribute(presence, "providerId")), one_line(attribute(presence, "userId"))

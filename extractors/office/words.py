"""Word processing documents (OOXML): text, tables, notes, headers, comments, and who changed what."""

from __future__ import annotations

from typing import Any, Final

from evidence.errors import Unreadable
from extractors.office import changes, embedded, properties
from extractors.office.gathered import Gathered
from extractors.office.markup import Numbering, attribute, child, children, descendants, local
from extractors.office.package import Package
from extractors.office.paragraphs import Paragraph
from extractors.office.remarks import Comments

_BESIDE: Final = {
    "header": "header",
    "footer": "footer",
    "footnotes": "footnote",
    "endnotes": "endnote",
    "glossaryDocument": "glossary",
    "diagramData": "diagram",
    "chart": "chart",
}
"""Kinds of relationship that lead to more text, in the order of reading, and the field it gets."""
_CLOCK: Final = "the computer's clock: Word writes a Z behind it that does not mean UTC"
_ROWS_CODE_POINTS: Final = 1_800


def main_part(package: Package) -> str:
    """Return the name of the part that the package opens with; raises Unreadable where none is named or present."""
    for relation in package.relations():
        if relation.kind == "officeDocument" and not relation.external and package.has(relation.target):
            return relation.target
    raise Unreadable("it names no main part that is there: damaged, or not the office file it seems to be")


def read(package: Package, gathered: Gathered) -> None:
    """Read a document as one unit; raises Unreadable where its main part cannot be read."""
    main = main_part(package)
    body = package.tree(main)
    relations = [one for one in package.relations(main) if not one.external and package.has(one.target)]
    reader = Words(
        gathered, _hidden_styles(package, gathered, [one.target for one in relations if one.kind == "styles"])
    )
    reader.part(main, body, "paragraph")
    for kind, field in _BESIDE.items():
        for target in sorted({one.target for one in relations if one.kind == kind}):
            if (root := gathered.tree(package, target)) is not None:
                reader.part(target, root, field)
    Comments(package, gathered, relations).add(reader.about, reader.counts)
    reader.finish()
    finish(package, gathered)
    gathered.close("file", 1)


def finish(package: Package, gathered: Gathered) -> None:
    """Add what every kind of package has: references outside, embedded files, properties."""
    embedded.outside(embedded.relations_of(package, gathered), gathered)
    embedded.of_package(package, gathered)
    properties.of_package(package, gathered)


def _hidden_styles(package: Package, gathered: Gathered, parts: list[str]) -> frozenset[str]:
    """Return the ids of the styles whose text is not shown, by themselves or by the style that they rest on."""
    hidden: set[str] = set()
    based: dict[str, str] = {}
    for part in parts:
        root = gathered.tree(package, part)
        for style in children(root, "style") if root is not None else ():
            name = attribute(style, "styleId")
            parent = child(style, "basedOn")
            based[name] = attribute(parent, "val") if parent is not None else ""
            shut = child(style, "rPr", "vanish")
            if shut is not None and attribute(shut, "val") not in ("0", "false", "off"):
                hidden.add(name)
    for _ in range(8):
        hidden |= {name for name, parent in based.items() if parent in hidden}
    return frozenset(hidden)


class Words:
    """Walks the blocks of a document's parts and adds them as segments."""

    def __init__(self, gathered: Gathered, hidden_styles: frozenset[str]) -> None:
        self._gathered = gathered
        self._hidden_styles = hidden_styles
        self._open_comments: set[str] = set()
        self._links: list[str] = []
        self._codes: list[str] = []
        self.counts: dict[str, int] = {}
        self.about: dict[str, str] = {}
        """Comment ids to the words that they are attached to."""

    def part(self, name: str, root: Any, field: str) -> None:
        """Add the text of one part: `w:p` paragraphs, or DrawingML's `a:p` in diagrams and charts."""
        self._name = name
        self._numbering = Numbering(name, root, "p", "tbl", "tr", "ins", "del", "moveFrom", "moveTo")
        if field in ("diagram", "chart"):
            for paragraph in descendants(root, "p"):
                self._add("".join(text.text or "" for text in descendants(paragraph, "t")), field, paragraph)
        else:
            self._blocks(root, field)

    def finish(self) -> None:
        """Say what was counted, and where fields lead."""
        changes.said(self.counts, self._gathered)
        if any(name == "comment" or name.startswith("tracked_") for name in self.counts):
            self._gathered.fact("times_of_changes", _CLOCK)
        if self._codes:
            self._gathered.fact("fields_that_fetch", "; ".join(dict.fromkeys(self._codes)))
        if self._links:
            self._gathered.add("\n".join(dict.fromkeys(self._links)), field="links", record=1)

    def _add(self, text: str, field: str, element: Any, *, key: str = "") -> int:
        if not text.strip():
            return -1
        self.counts[field] = self.counts.get(field, 0) + 1
        key = key or self._numbering.key(element)
        return self._gathered.add(text, field=field, record=self.counts[field], key=key, table=self._name)

    def _blocks(self, element: Any, field: str) -> None:
        for one in element:
            name = local(one)
            if self._gathered.full:
                self._gathered.miss("text beyond the limit on its length")
                return
            if name == "p":
                self._paragraph(one, field)
            elif name == "tbl":
                self._table(one, field)
            elif name == "AlternateContent":
                chosen = child(one, "Choice")
                self._blocks(one if chosen is None else chosen, field)
            elif name in ("footnote", "endnote"):
                if attribute(one, "type") in ("", "normal"):
                    self._blocks(one, field)
            elif not name.endswith("Pr"):
                self._blocks(one, field)

    def _paragraph(self, element: Any, field: str) -> None:
        found = self._read(element)
        segment = self._add(found.shown, field, element)
        self._beside(found, element, segment)

    def _read(self, element: Any) -> Paragraph:
        found = Paragraph(element, self._numbering, self._hidden_styles, self.about, self._open_comments)
        self._links += found.links
        self._codes += found.codes
        return found

    def _beside(self, found: Paragraph, element: Any, segment: int) -> None:
        """Add what stands in a paragraph beside what it shows."""
        for change in found.changes:
            changes.add_change(change, self._gathered, segment, self.counts)
        for deletion in found.deleted:
            changes.add_deleted(deletion, self._gathered, self.counts)
        self._add(found.hidden, "hidden text", element)
        for said in found.pictured:
            self._add(said, "picture description", element)
        for box in found.boxes:
            self._blocks(box, "text box")

    def _table(self, table: Any, field: str) -> None:
        """Add a table in pieces of whole rows, cells parted by tabs; tables within it follow it."""
        lines: list[str] = []
        held: list[tuple[Paragraph, Any]] = []
        nested: list[Any] = []
        taken: list[Any] = []
        for row in _below(table, "tr"):
            line, inner = self._row(row, nested)
            if lines and sum(map(len, lines)) + len(line) > _ROWS_CODE_POINTS:
                self._piece(lines, held, taken)
                lines, held, taken = [], [], []
            taken.append(row)
            lines.append(line)
            held += inner
        self._piece(lines, held, taken)
        for one in nested:
            self._table(one, field)

    def _row(self, row: Any, nested: list[Any]) -> tuple[str, list[tuple[Paragraph, Any]]]:
        cells: list[str] = []
        inner: list[tuple[Paragraph, Any]] = []
        for cell in _below(row, "tc"):
            texts: list[str] = []
            for one in _below(cell, "p", "tbl"):
                if local(one) == "tbl":
                    nested.append(one)
                    continue
                found = self._read(one)
                inner.append((found, one))
                texts.append(" ".join(found.shown.split()))
            cells.append(" ".join(text for text in texts if text))
        return "\t".join(cells).rstrip(), inner

    def _piece(self, lines: list[str], held: list[tuple[Paragraph, Any]], rows: list[Any]) -> None:
        if not rows:
            return
        text = "\n".join(line for line in lines if line.strip())
        segment = self._add(text, "table", rows[0], key=self._numbering.key_of_rows(rows[0], rows[-1]))
        for found, element in held:
            found.changes = [change._replace(start=-1, end=-1) for change in found.changes]
            self._beside(found, element, segment)


def _below(element: Any, *names: str) -> list[Any]:
    """Return the nearest elements of these names, without looking inside them."""
    found: list[Any] = []
    for one in element:
        name = local(one)
        if name in names:
            found.append(one)
        elif not name.endswith("Pr"):
            found += _below(one, *names)
    return found

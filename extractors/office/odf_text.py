"""The text of OpenDocument files: paragraphs, tables, notes, text boxes, comments, tracked changes, hidden text."""

from __future__ import annotations

from typing import Any, Final, Protocol

from extractors.office import changes
from extractors.office.changes import Change, Remark
from extractors.office.gathered import Gathered
from extractors.office.markup import Numbering, attribute, child, children, descendants, local, written
from extractors.office.paragraphs import word_time
from extractors.office.properties import w3c
from extractors.text import one_line

_NUMBERED: Final = ("p", "h", "table", "table-row", "note", "annotation", "changed-region", "text-box", "meta")
_SPACES: Final = 200
_ROWS_CODE_POINTS: Final = 1_800


class Hides(Protocol):
    """What the styles hide."""

    def hides_text(self, family: str, name: str) -> bool:
        """Say whether a paragraph or text style hides what is written in it."""
        ...


class Written:
    """Walks one part and adds what is written in it."""

    def __init__(
        self, gathered: Gathered, part: str, root: Any, hides: Hides, *, counts: dict[str, int] | None = None
    ) -> None:
        self._gathered = gathered
        self._part = part
        self._numbering = Numbering(part, root, *_NUMBERED)
        self._hides = hides
        self._record = 0
        self.counts: dict[str, int] = {} if counts is None else counts
        self.links: list[str] = []
        self._regions = {attribute(one, "id"): one for one in descendants(root, "changed-region")}
        self._open: dict[str, int] = {}
        self.deleting = ""
        """The change whose deleted words stand in the text itself, as flat files of LibreOffice have them."""

    def blocks(self, element: Any, field: str) -> None:
        """Add the paragraphs, tables and lists below an element."""
        for one in element:
            name = local(one)
            if self._gathered.full:
                self._gathered.miss("text beyond the limit on its length")
                return
            if name in ("p", "h"):
                self.paragraph(one, field)
            elif name == "table":
                self.table(one, field)
            elif name == "tracked-changes":
                self._deletions(one)
            elif name in ("change-start", "change-end"):
                self._mark(one, 0)
            elif name in ("annotation", "note"):
                self._late([one], "")
            elif name == "section" and attribute(one, "display") in ("none", "condition"):
                self.blocks(one, "hidden text")
            elif name not in (
                "forms",
                "sequence-decls",
                "variable-decls",
                "user-field-decls",
                "binary-data",
                "settings",
            ):
                self.blocks(one, field)

    def page(self, page: Any, number: int) -> None:
        """Add one slide: its shapes, then its notes and comments."""
        self._record = number
        self.counts = {}
        for one in page:
            name = local(one)
            if name == "notes":
                self.blocks(one, "notes")
            elif name == "annotation":
                self._remark(one)
            else:
                self._shape(one)

    def _shape(self, shape: Any) -> None:
        name = local(shape)
        if name == "g":
            for inner in shape:
                self._shape(inner)
            return
        self.blocks(shape, "slide")
        for one in children(shape, "title", "desc"):
            self._add(one_line(written(one)), "picture description", f"{self._part}#{name}")

    def finish(self) -> None:
        """Say what was counted, and where links lead."""
        changes.said(self.counts, self._gathered)
        if self.links:
            self._gathered.add("\n".join(dict.fromkeys(self.links)), field="links", record=self._record or 1)
        self.links = []

    def paragraph(self, element: Any, field: str) -> None:
        """Add one paragraph, then what hangs on it: notes, comments, text boxes."""
        line = _Line(self, element)
        key = self._numbering.key(element)
        segment = self._add(line.shown, field, key)
        self._beside(line, segment, key)
        self._late(line.late, field)

    def _beside(self, line: _Line, segment: int, key: str) -> None:
        """Add who inserted and deleted what in a paragraph, and what it hides."""
        for change in line.changes:
            changes.add_change(change, self._gathered, segment, self.counts)
        for identity, text in line.gone.items():
            region = self._regions[identity]
            deletion = self._change(region, child(region, "deletion"), "deleted", text)
            changes.add_deleted(deletion._replace(key=key), self._gathered, self.counts)
        self._add(line.hidden, "hidden text", key)

    def _late(self, elements: list[Any], field: str) -> None:
        for one in elements:
            name = local(one)
            if name == "annotation":
                self._remark(one)
            elif name == "note":
                body = child(one, "note-body")
                if body is not None:
                    self.blocks(body, attribute(one, "note-class") or "footnote")
            elif name == "table":
                self.table(one, field)
            else:
                self.blocks(one, "text box" if field in ("paragraph", "table", "header", "footer") else field)

    def _add(self, text: str, field: str, key: str) -> int:
        if not text.strip():
            return -1
        self.counts[field] = self.counts.get(field, 0) + 1
        record = self._record if self._record and field in ("slide", "notes") else self.counts[field]
        return self._gathered.add(text, field=field, record=record, key=key, table=self._part)

    def table(self, table: Any, field: str) -> None:
        """Add a table of a text or a slide in pieces of whole rows, cells parted by tabs; tables within it follow it."""
        rows: list[str] = []
        held: list[_Line] = []
        nested: list[Any] = []
        taken: list[Any] = []
        shown = field if self._record else "table"
        for row in _below(table, "table-row"):
            text, lines = self._row(row, nested)
            if rows and sum(map(len, rows)) + len(text) > _ROWS_CODE_POINTS:
                self._piece(rows, held, shown, taken)
                rows, held, taken = [], [], []
            taken.append(row)
            rows += [text] if text else []
            held += lines
        self._piece(rows, held, shown, taken)
        self._late(nested, "table")

    def _row(self, row: Any, nested: list[Any]) -> tuple[str, list[_Line]]:
        cells: list[str] = []
        lines: list[_Line] = []
        for cell in children(row, "table-cell"):
            found = [_Line(self, one) for one in _below(cell, "p", "h")]
            cells.append(" ".join(" ".join(line.shown.split()) for line in found if line.shown.strip()))
            lines += found
            nested += _below(cell, "table")
        return "\t".join(cells).rstrip(), lines

    def _piece(self, rows: list[str], held: list[_Line], field: str, taken: list[Any]) -> None:
        if not taken:
            return
        key = self._numbering.key_of_rows(taken[0], taken[-1])
        segment = self._add("\n".join(rows), field, key)
        for line in held:
            line.changes = [change._replace(start=-1, end=-1) for change in line.changes]
            self._beside(line, segment, key)
            self._late(line.late, "table")

    def _remark(self, one: Any) -> None:
        when = child(one, "date")
        name = attribute(one, "name")
        self.counts["comment"] = self.counts.get("comment", 0) + 1
        texts = (_Line(self, p).shown for p in descendants(one, "p"))
        remark = Remark(
            author=one_line(written(child(one, "creator")))[:200],
            when=w3c(written(when)) if when is not None else None,
            text="\n".join(texts),
            key=self._numbering.key(one),
            id=f"comment {name}" if name else "",
            reply_to=f"comment {parent}" if (parent := attribute(one, "parent-name")) else "",
            resolved=attribute(one, "resolved") == "true",
        )
        changes.add_remark(remark, self._gathered, record=self._record or self.counts["comment"], table=self._part)

    def _deletions(self, tracked: Any) -> None:
        """Add what was deleted; insertions are told where they stand."""
        for region in children(tracked, "changed-region"):
            for deletion in children(region, "deletion"):
                texts = [_Line(self, p).shown for p in descendants(deletion, "p", "h")]
                text = "\n".join(text for text in texts if text.strip())
                if text:
                    changes.add_deleted(self._change(region, deletion, "deleted", text), self._gathered, self.counts)

    def _change(self, region: Any, what: Any, did: str, text: str, start: int = -1) -> Change:
        info = child(what, "change-info")
        author = one_line(written(child(info, "creator"))) if info is not None else ""
        date = written(child(info, "date")) if info is not None else ""
        end = start + len(text) if start >= 0 else -1
        return Change(did, author[:200], w3c(date) or word_time(date), self._numbering.key(region), text, start, end)

    def _mark(self, mark: Any, at: int) -> tuple[str, int] | None:
        """Note where an insertion begins; return which one ends, and where it began."""
        identity = attribute(mark, "change-id")
        region = self._regions.get(identity)
        if region is not None and child(region, "deletion") is not None:
            self.deleting = identity if local(mark) == "change-start" else ""
            return None
        if local(mark) == "change-start":
            self._open[identity] = at
            return None
        return identity, self._open.pop(identity, 0)

    def inserted(self, identity: str, text: str, start: int) -> Change | None:
        """Return the insertion that a region records; None where it records something else."""
        region = self._regions.get(identity)
        insertion = child(region, "insertion") if region is not None else None
        if region is None or insertion is None or not text.strip():
            return None
        return self._change(region, insertion, "inserted", text, start)

    def open_insertions(self) -> list[str]:
        """Return the insertions that began and have not ended."""
        return list(self._open)

    def start_of(self, identity: str) -> int:
        """Return where an open insertion began in the paragraph; and from the next paragraph on it is at its start."""
        start = self._open.get(identity, 0)
        self._open[identity] = 0
        return start

    def mark(self, mark: Any, at: int) -> tuple[str, int] | None:
        """Note where an insertion begins; return which one ends, and where it began."""
        return self._mark(mark, at)

    def hides(self, family: str, name: str) -> bool:
        """Say whether a style hides its text."""
        return bool(name) and self._hides.hides_text(family, name)


class _Line:
    """One paragraph: what it shows, what it hides, and what hangs on it."""

    def __init__(self, written_by: Written, element: Any) -> None:
        self._of = written_by
        self.shown = ""
        self.hidden = ""
        self.changes: list[Change] = []
        self.gone: dict[str, str] = {}
        """Deleted words by the change that deleted them."""
        self.late: list[Any] = []
        self._walk(element, hidden=written_by.hides("paragraph", attribute(element, "style-name")))
        for identity in written_by.open_insertions():
            self._end(identity, written_by.start_of(identity))

    def _end(self, identity: str, start: int) -> None:
        if change := self._of.inserted(identity, self.shown[start:], start):
            self.changes.append(change)

    def _write(self, text: str, *, hidden: bool) -> None:
        if self._of.deleting:
            self.gone[self._of.deleting] = self.gone.get(self._of.deleting, "") + text
        elif hidden:
            self.hidden += text
        else:
            self.shown += text

    def _walk(self, element: Any, *, hidden: bool) -> None:
        self._write(_collapsed(element.text), hidden=hidden)
        for one in element:
            self._one(one, local(one), hidden=hidden)
            self._write(_collapsed(one.tail), hidden=hidden)

    def _one(self, one: Any, name: str, *, hidden: bool) -> None:
        if name == "s":
            count = attribute(one, "c")
            self._write(" " * min(int(count) if count.isdigit() and len(count) < 5 else 1, _SPACES), hidden=hidden)
        elif name in ("tab", "line-break"):
            self._write("\t" if name == "tab" else "\n", hidden=hidden)
        elif name in ("note", "annotation", "text-box", "table", "custom-shape", "notes") or name in (
            "frame",
            "g",
            "rect",
            "ellipse",
            "polygon",
            "path",
            "line",
            "connector",
        ):
            self.late.append(one)
        elif name in ("change-start", "change-end"):
            if ended := self._of.mark(one, len(self.shown)):
                self._end(*ended)
        elif name in ("hidden-text", "hidden-paragraph"):
            self._write(attribute(one, "string-value") or written(one), hidden=True)
        elif name not in ("annotation-end", "change", "bookmark", "binary-data", "ruby-text", "page-number"):
            if name == "a" and (target := attribute(one, "href")):
                self._of.links.append(target)
            self._walk(one, hidden=hidden or (name == "span" and self._of.hides("text", attribute(one, "style-name"))))


def _collapsed(text: str | None) -> str:
    """Return white space as ODF reads it: runs of it are one space (ODF 1.3 part 3, 6.1.2)."""
    if not text:
        return ""
    lead, tail = text[:1].isspace(), text[-1:].isspace()
    middle = " ".join(text.split())
    return (" " if lead else "") + middle + (" " if tail and middle else "")


def _below(element: Any, *names: str) -> list[Any]:
    """Return the nearest elements of these names, without looking inside them or into what hangs on paragraphs."""
    found: list[Any] = []
    for one in element:
        name = local(one)
        if name in names:
            found.append(one)
        elif name not in ("table-cell", "p", "h", "table", "annotation"):
            found += _below(one, *names)
    return found

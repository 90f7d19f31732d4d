"""Presentations (OOXML): a unit for each slide, hidden ones too, with its notes and comments."""

from __future__ import annotations

from typing import Any, Final

from extractors.office import changes
from extractors.office.changes import Remark
from extractors.office.gathered import Gathered
from extractors.office.markup import Numbering, child, children, descendants, local, relation, written
from extractors.office.package import Package, Relation
from extractors.office.paragraphs import word_time
from extractors.office.words import finish, main_part
from extractors.text import one_line

_SLIDES: Final = 5_000
_NUMBERED: Final = ("sp", "graphicFrame", "pic", "cxnSp", "tbl", "cm", "p")
_NOT_WRITTEN: Final = ("sldNum", "sldImg", "dt")
"""Placeholders that a program fills in by itself."""


def read(package: Package, gathered: Gathered) -> None:
    """Read a presentation, one unit a slide in the order of showing; raises Unreadable without its main part."""
    main = main_part(package)
    root = package.tree(main)
    relations = {one.id: one for one in package.relations(main)}
    order = [relations.get(relation(one)) for one in descendants(root, "sldId")]
    slides = [one.target for one in order if one is not None and package.has(one.target)]
    authors = _authors(package, gathered, list(relations.values()))
    for number, slide in enumerate(slides[:_SLIDES], start=1):
        _slide(package, gathered, slide, number, authors)
        if number == 1:
            finish(package, gathered)
            if len(slides) < len(order):
                gathered.miss(f"{len(order) - len(slides)} slides that are listed and missing")
        if number == _SLIDES < len(slides):
            gathered.miss(f"slides beyond the {_SLIDES:,}th")
        gathered.close("page", number, blank="the slide holds no text")
    if not slides:
        finish(package, gathered)
        gathered.close("page", 1, blank="it holds no slides")


def _slide(package: Package, gathered: Gathered, part: str, number: int, authors: dict[str, str]) -> None:
    root = gathered.tree(package, part)
    if root is None:
        return
    if root.get("show") in ("0", "false"):
        gathered.fact("hidden", "the slide is hidden: it is left out when the presentation is shown")
    _shapes(root, part, gathered, "slide", number)
    counts = {"comment": 0}
    for one in package.relations(part):
        if one.external or not package.has(one.target):
            continue
        field = {"notesSlide": "notes", "diagramData": "diagram", "chart": "chart"}.get(one.kind)
        if field and (beside := gathered.tree(package, one.target)) is not None:
            if field == "notes":
                _shapes(beside, one.target, gathered, field, number)
            else:
                _paragraphs(beside, one.target, gathered, field, number)
        elif one.kind == "comments" and (comments := gathered.tree(package, one.target)) is not None:
            _comments(comments, one.target, gathered, number, authors, counts)
    changes.said({name: count for name, count in counts.items() if count}, gathered)


def _shapes(root: Any, part: str, gathered: Gathered, field: str, number: int) -> None:
    """Add each shape's text, each table, and what pictures are said to show."""
    numbering = Numbering(part, root, *_NUMBERED)
    for shape in descendants(root, "sp", "graphicFrame", "pic", "cxnSp"):
        if any(local(above) == "Fallback" for above in shape.iterancestors()):
            continue
        placeholder = next(descendants(shape, "ph"), None)
        if placeholder is not None and placeholder.get("type") in _NOT_WRITTEN:
            continue
        properties = next(descendants(shape, "cNvPr"), None)
        hidden = properties is not None and properties.get("hidden") in ("1", "true")
        text = "\n".join(_table(table) for table in descendants(shape, "tbl")) or "\n".join(
            line for body in children(shape, "txBody") for p in children(body, "p") if (line := _paragraph(p)).strip()
        )
        shown = f"hidden shape, {field}" if hidden else field
        gathered.add(text, field=shown, record=number, key=numbering.key(shape), table=part)
        if properties is not None and field == "slide" and (said := one_line(properties.get("descr", ""))):
            gathered.add(said, field="picture description", record=number, key=numbering.key(shape), table=part)


def _paragraphs(root: Any, part: str, gathered: Gathered, field: str, number: int) -> None:
    numbering = Numbering(part, root, "p")
    for paragraph in descendants(root, "p"):
        gathered.add(_paragraph(paragraph), field=field, record=number, key=numbering.key(paragraph), table=part)


def _table(table: Any) -> str:
    rows = []
    for row in children(table, "tr"):
        cells = (" ".join(_paragraph(p) for p in descendants(cell, "p")) for cell in children(row, "tc"))
        rows.append("\t".join(" ".join(cell.split()) for cell in cells).rstrip())
    return "\n".join(row for row in rows if row)


def _paragraph(paragraph: Any) -> str:
    pieces = []
    for one in paragraph.iter("{*}t", "{*}br"):
        above = one.getparent()
        if local(above) != "fld" or above.get("type") != "slidenum":
            pieces.append(one.text or "" if local(one) == "t" else "\n")
    return "".join(pieces)


def _authors(package: Package, gathered: Gathered, relations: list[Relation]) -> dict[str, str]:
    """Return the authors of comments by the ids that comments give them, in the old form and the new."""
    names: dict[str, str] = {}
    for one in relations:
        if one.kind not in ("commentAuthors", "authors") or one.external or not package.has(one.target):
            continue
        root = gathered.tree(package, one.target)
        for author in descendants(root, "cmAuthor", "author") if root is not None else ():
            account = author.get("userId", "")
            name = one_line(author.get("name", ""))
            names[author.get("id", "")] = f"{name} ({account})" if account and account != name else name
    return names


def _comments(
    root: Any, part: str, gathered: Gathered, number: int, authors: dict[str, str], counts: dict[str, int]
) -> None:
    """Add the comments of one slide; replies of the new form stand inside the comment that they answer."""
    numbering = Numbering(part, root, "cm", "reply")
    for comment in descendants(root, "cm", "reply"):
        parent = comment.getparent().getparent() if local(comment) == "reply" else None
        counts["comment"] += 1
        changes.add_remark(
            Remark(
                author=authors.get(comment.get("authorId", ""), ""),
                when=word_time(comment.get("dt", "") or comment.get("created", "")),
                text=_comment_text(comment),
                key=numbering.key(comment),
                id=comment.get("id", "") or numbering.key(comment),
                reply_to=parent.get("id", "") if parent is not None else "",
                resolved=comment.get("status") == "resolved",
            ),
            gathered,
            record=number,
            table=part,
        )


def _comment_text(comment: Any) -> str:
    plain = child(comment, "text")
    if plain is not None:
        return written(plain)
    return "\n".join(_paragraph(p) for body in children(comment, "txBody") for p in children(body, "p"))

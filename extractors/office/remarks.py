"""Comments of a word processing document: four parts that together say who, when, on what and in answer to what."""

from __future__ import annotations

from typing import Any

from extractors.office import changes
from extractors.office.changes import Remark
from extractors.office.gathered import Gathered
from extractors.office.markup import Numbering, attribute, descendants, local
from extractors.office.package import Package, Relation
from extractors.office.paragraphs import Paragraph, word_time
from extractors.office.properties import people
from extractors.text import one_line


class Comments:
    """The comments of one document, with what newer versions of Word record beside them."""

    def __init__(self, package: Package, gathered: Gathered, relations: list[Relation]) -> None:
        self._gathered = gathered
        self._trees: list[tuple[str, str, Any]] = []
        for one in relations:
            if one.kind in ("comments", "commentsExtended", "commentsIds", "commentsExtensible", "people"):
                root = gathered.tree(package, one.target)
                if root is not None:
                    self._trees.append((one.kind, one.target, root))

    def add(self, about: dict[str, str], counts: dict[str, int]) -> None:
        """Add each comment, then the accounts of those who took part, where the file lists them."""
        answers, resolved = self._threads()
        exact = self._exact_times()
        for kind, part, root in self._trees:
            if kind == "comments":
                self._add(part, root, about, counts, answers, resolved, exact)
        for kind, part, root in self._trees:
            listed = [" ".join(filter(None, one)) for one in people(root)] if kind == "people" else []
            if listed:
                key = f"{part}#{local(root)}1"
                self._gathered.add(
                    "\n".join(listed), field="people of comments and changes", record=1, key=key, table=part
                )

    def _add(
        self,
        part: str,
        root: Any,
        about: dict[str, str],
        counts: dict[str, int],
        answers: dict[str, str],
        resolved: set[str],
        exact: dict[str, str],
    ) -> None:
        numbering = Numbering(part, root, "comment", "p", "ins", "del")
        comments = list(descendants(root, "comment"))
        ids = {last: f"comment {attribute(one, 'id')}" for one in comments if (last := _last_paragraph(one))}
        for comment in comments:
            paragraphs = list(descendants(comment, "p"))
            last = _last_paragraph(comment)
            identity = attribute(comment, "id")
            text = "\n".join(Paragraph(p, numbering, frozenset(), {}, set()).shown for p in paragraphs)
            counts["comment"] = counts.get("comment", 0) + 1
            changes.add_remark(
                Remark(
                    author=one_line(attribute(comment, "author"))[:200],
                    when=word_time(attribute(comment, "date"), attribute(comment, "dateUtc") or exact.get(last, "")),
                    text=text,
                    key=numbering.key(comment),
                    about=about.get(identity, ""),
                    id=f"comment {identity}",
                    reply_to=ids.get(answers.get(last, ""), ""),
                    resolved=last in resolved,
                ),
                self._gathered,
                record=counts["comment"],
                table=part,
            )

    def _threads(self) -> tuple[dict[str, str], set[str]]:
        """Return which comment answers which, and which are resolved, by the ids of their last paragraphs."""
        answers: dict[str, str] = {}
        resolved: set[str] = set()
        for kind, _, root in self._trees:
            for one in descendants(root, "commentEx") if kind == "commentsExtended" else ():
                mine = attribute(one, "paraId")
                if parent := attribute(one, "paraIdParent"):
                    answers[mine] = parent
                if attribute(one, "done") in ("1", "true"):
                    resolved.add(mine)
        return answers, resolved

    def _exact_times(self) -> dict[str, str]:
        """Return the UTC of comments by the id of their last paragraph, where the file has it."""
        durable: dict[str, str] = {}
        times: dict[str, str] = {}
        for kind, _, root in self._trees:
            if kind == "commentsIds":
                durable |= {
                    attribute(one, "paraId"): attribute(one, "durableId") for one in descendants(root, "commentId")
                }
            elif kind == "commentsExtensible":
                times |= {
                    attribute(one, "durableId"): attribute(one, "dateUtc")
                    for one in descendants(root, "commentExtensible")
                }
        return {paragraph: times[one] for paragraph, one in durable.items() if times.get(one)}


def _last_paragraph(comment: Any) -> str:
    """Return the id of a comment's last paragraph, by which the other parts name the comment; empty where it has none."""
    paragraphs = list(descendants(comment, "p"))
    return attribute(paragraphs[-1], "paraId") if paragraphs else ""

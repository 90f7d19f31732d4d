"""One paragraph of a word processing document: what it shows, what it hides, what was taken out of it."""

from __future__ import annotations

from typing import Any, Final

from extractors.moments import Moment
from extractors.office.changes import Change
from extractors.office.markup import Numbering, attribute, child, children, descendants, local, written
from extractors.office.properties import w3c
from extractors.text import one_line

_BREAKS: Final = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "\u2011"}
_TEXT: Final = frozenset(("t", "delText"))
_PASSED_OVER: Final = frozenset(
    ("pPr", "rPr", "sdtPr", "Fallback", "rt", "proofErr", "delInstrText", "txbxContent", "fldData")
)
_DID: Final = {"ins": "inserted", "moveTo": "moved here", "del": "deleted", "moveFrom": "moved away"}
_GONE: Final = ("deleted", "moved away")
_ABOUT: Final = 300


def word_time(date: str, utc: str = "") -> Moment | None:
    """Return when a change or comment was made.

    Word writes the clock of the computer and a `Z` behind it all the same; only `dateUtc` of newer versions is UTC.
    """
    exact = w3c(utc if utc.endswith("Z") or not utc else f"{utc}Z") if utc else None
    if exact is not None and exact.utc:
        return Moment(written=f"{date} (dateUtc {utc})", utc=exact.utc, local=(w3c(date, zone_counts=False) or exact).local,
                      zone="UTC", zone_by="the record (dateUtc)")  # fmt: skip
    when = w3c(date, zone_counts=False)
    return when or (Moment(written=one_line(date)[:40]) if date.strip() else None)


class Paragraph:
    """Reads one `w:p`; `open_comments` maps the comments that are open at its start to the words they cover so far."""

    def __init__(
        self,
        element: Any,
        numbering: Numbering,
        hidden_styles: frozenset[str],
        about: dict[str, str],
        open_ids: set[str],
    ) -> None:
        self.shown = ""
        self.hidden = ""
        self.changes: list[Change] = []
        """Insertions, with where they stand in `shown`."""
        self.deleted: list[Change] = []
        self.boxes: list[Any] = []
        """Text boxes anchored here, to be read after it."""
        self.links: list[str] = []
        self.codes: list[str] = []
        self.pictured: list[str] = []
        """What pictures are said to show (alternative texts)."""
        self._numbering = numbering
        self._hidden_styles = hidden_styles
        self._about = about
        self._open = open_ids
        self._code: list[str] | None = None
        self._all_hidden = self._is_hidden(child(element, "pPr"), "pStyle")
        self._walk(element, None)

    def _is_hidden(self, made_up: Any | None, style: str) -> bool:
        if made_up is None:
            return False
        named = child(made_up, style)
        if named is not None and attribute(named, "val") in self._hidden_styles:
            return True
        shut = (attribute(one, "val") for one in children(made_up, "vanish"))
        return style == "rStyle" and any(value not in ("0", "false", "off") for value in shut)

    def _walk(self, element: Any, change: Any | None) -> None:
        for one in element:
            name = local(one)
            if name == "r":
                self._run(one, change)
            elif name in _DID:
                self._changed(one, change)
            elif name in ("oMath", "oMathPara"):
                self._write("".join(written(text) for text in descendants(one, "t")), change, self._all_hidden)
            elif name == "commentRangeStart":
                self._open.add(attribute(one, "id"))
            elif name == "commentRangeEnd":
                self._open.discard(attribute(one, "id"))
            elif name == "fldSimple":
                self._instruct(attribute(one, "instr"))
                self._walk(one, change)
            elif name not in _PASSED_OVER:
                self._walk(one, change)

    def _changed(self, one: Any, outer: Any | None) -> None:
        """Walk a tracked change; what was inserted and then deleted again is deleted."""
        did = _DID[local(one)]
        start = len(self.shown)
        if did in _GONE:
            self.deleted.append(self._change(one, did, ""))
            self._walk(one, one)
            if not self.deleted[-1].text.strip():
                self.deleted.pop()
            return
        self._walk(one, outer)
        if text := self.shown[start:]:
            self.changes.append(self._change(one, did, text)._replace(start=start, end=start + len(text)))

    def _change(self, one: Any, did: str, text: str) -> Change:
        when = word_time(attribute(one, "date"), attribute(one, "dateUtc"))
        return Change(did, one_line(attribute(one, "author"))[:200], when, self._numbering.key(one), text)

    def _run(self, run: Any, change: Any | None) -> None:
        hidden = self._all_hidden or self._is_hidden(child(run, "rPr"), "rStyle")
        for one in run:
            self._in_run(one, change, hidden)

    def _in_run(self, one: Any, change: Any | None, hidden: bool) -> None:
        name = local(one)
        if name in _TEXT:
            self._write(one.text or "", change, hidden)
        elif name in _BREAKS:
            self._write(_BREAKS[name], change, hidden)
        elif name == "sym":
            self._write(_symbol(attribute(one, "char")), change, hidden)
        elif name == "fldChar":
            self._field(attribute(one, "fldCharType"))
        elif name == "instrText" and self._code is not None:
            self._code.append(one.text or "")
        elif name in ("drawing", "pict", "object", "AlternateContent"):
            self._drawn(one)
        elif name in ("ruby", "rubyBase"):
            for inner in one.iter("{*}r"):
                self._run(inner, change)

    def _write(self, text: str, change: Any | None, hidden: bool) -> None:
        for comment in self._open:
            self._about[comment] = (self._about.get(comment, "") + text)[:_ABOUT]
        if change is not None and self.deleted:
            self.deleted[-1] = self.deleted[-1]._replace(text=self.deleted[-1].text + text)
        elif hidden:
            self.hidden += text
        else:
            self.shown += text

    def _field(self, kind: str) -> None:
        if kind == "begin":
            self._code = []
        elif self._code is not None:
            self._instruct("".join(self._code))
            self._code = None

    def _instruct(self, code: str) -> None:
        """Keep a field's instruction: where a link leads, else what it draws in from elsewhere."""
        words = one_line(code)
        kind, _, rest = words.partition(" ")
        if kind.upper() == "HYPERLINK" and rest.startswith('"'):
            self.links.append(rest[1:].partition('"')[0])
        elif kind.upper() in (
            "DDE",
            "DDEAUTO",
            "INCLUDETEXT",
            "INCLUDEPICTURE",
            "LINK",
            "IMPORT",
            "DATABASE",
            "MACROBUTTON",
        ):
            self.codes.append(words[:200])

    def _drawn(self, one: Any) -> None:
        chosen = child(one, "Choice") if local(one) == "AlternateContent" else one
        if chosen is None:
            chosen = one
        for found in descendants(chosen, "txbxContent", "docPr"):
            if not _within(found, chosen):
                self._noted(found)

    def _noted(self, found: Any) -> None:
        if local(found) == "txbxContent":
            self.boxes.append(found)
        elif said := one_line(found.get("descr", "")):
            self.pictured.append(said[:500])


def _within(found: Any, chosen: Any) -> bool:
    """Say whether it stands in a fallback, or in another text box, below `chosen`."""
    for above in found.iterancestors():
        if above is chosen:
            return False
        if local(above) in ("Fallback", "txbxContent"):
            return True
    return False


def _symbol(code: str) -> str:
    """Return the character of a symbol font; those fonts' own places (F000 to F0FF) say nothing without the font."""
    try:
        return chr(int(code, 16)) if 0 < int(code, 16) < 0xD800 else "\ufffd"
    except ValueError:
        return ""

"""How an exhibit is shown: which kind of view fits it, from one readable table; each view is a module of its own."""

from __future__ import annotations

import importlib
import importlib.util
from dataclasses import dataclass, field
from typing import Final, cast

from evidence.records import UNIT_LETTER, UnitKind
from extractors.registry import READER_OF
from graph import queries
from graph.answers import ExhibitLine, SegmentText
from graph.project import Graph
from workbench.web.desk import Visit


@dataclass(frozen=True, slots=True, kw_only=True)
class At:
    """The place at which an exhibit is opened; what was not asked for is empty, 0 or -1."""

    segment: str = ""
    """A segment's id, such as `CG-0003.p2.1`."""
    start: int = -1
    end: int = -1
    """Code points of its text, to be lit."""
    unit_kind: str = ""
    unit: int = 0
    """The page, message, conversation, table … from 1; that of the segment where one is given."""
    after: int = 0
    """For lists that are paged: how many come before the first one shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """The middle pane: a template of `templates/views/`, what it is given as `it`, and the page's own script and style.

    The template also knows `visit`, `exhibit` (ExhibitLine), `at` (At) and `segment` (SegmentText or None).
    """

    template: str
    values: dict[str, object] = field(default_factory=dict)
    script: str = ""
    """Name of a built file, such as `evidence.js`; loaded beside the script of all evidence pages."""
    style: str = ""
    """Name of a file in `static/`, such as `media.css`."""
    others: tuple[str, ...] = ()
    """Other exhibits of which something is shown."""


VIEW_OF: Final[dict[str, str]] = {
    "pdf": "pages",
    "image": "pages",
    "audio": "media",
    "video": "media",
    "chat": "chat",
    "ufdr": "chat",
    "phone database": "chat",
    "email": "mail",
    "mbox": "mail",
    "outlook": "mail",
    "store": "mail",
    "tnef": "mail",
    "records": "tables",
    "archive": "archive",
}
"""Reader, as the table of formats names it, to the module here that shows what it read; all others: `text`."""
_UNIT_VIEW: Final[dict[str, str]] = {"conversation": "chat", "table": "tables"}
"""Units that are shown in one way whatever read them: a sheet of a workbook, a chat in a telephone's report."""
_TYPE_VIEW: Final[dict[str, str]] = {"text/csv": "rows", "text/tab-separated-values": "rows"}
"""Types shown otherwise than what their reader reads: rows that no column template fits."""
_ONLY_FOR: Final[dict[str, tuple[str, ...]]] = {"chat": ("conversation",), "tables": ("table",)}
"""Views for some units only: the other units of the same exhibit are text."""


def view_of(visit: Visit, graph: Graph, exhibit: ExhibitLine, at: At) -> View:
    """Return how `exhibit` is shown at that place: by what read it and by the kind of unit opened.

    Every view module has `show(visit, graph, exhibit, at, segment) -> View`; a view whose module is not there is text.
    """
    segment = queries.segments(graph, [at.segment]).get(at.segment) if at.segment else None
    name = name_of(exhibit, at, segment)
    module = importlib.import_module(f"{__name__}.{name if _is_there(name) else 'text'}")
    return cast(View, module.show(visit, graph, exhibit, at, segment))


def name_of(exhibit: ExhibitLine, at: At, segment: SegmentText | None = None) -> str:
    """Return the name of the view: `nothing` where nothing of the exhibit was read and it cannot be looked at either."""
    kind = segment.unit_kind if segment else at.unit_kind
    name = (
        _UNIT_VIEW.get(kind)
        or _TYPE_VIEW.get(exhibit.media_type)
        or VIEW_OF.get(READER_OF.get(exhibit.media_type, ""), "text")
    )
    if name != "media" and exhibit.outcome in ("skipped", "failed", "pending") and not any(exhibit.units.values()):
        return "nothing"
    fitting = _ONLY_FOR.get(name)
    return name if not fitting or not kind or kind in fitting else "text"


def _is_there(name: str) -> bool:
    return importlib.util.find_spec(f"{__name__}.{name}") is not None


KIND_OF_LETTER: Final[dict[str, UnitKind]] = {letter: kind for kind, letter in UNIT_LETTER.items()}

"""What the ingested sample case found, by the truth's own paths."""

from __future__ import annotations

from pathlib import Path

from evidence.case import open_case
from graph import queries
from graph.answers import Mention
from graph.project import open_graph


class Ingested:
    """What the case found, by the truth's own paths."""

    def __init__(self, root: Path) -> None:
        self.root = root
        with open_graph(open_case(root)) as graph:
            self.status = queries.status(graph)
            self.mentions = [
                mention
                for number in (one.number for one in self.status.exhibits)
                for segment in queries.exhibit(graph, number).segments
                for mention in queries.mentions_in(graph, segment.id)
            ]
            self.segments = {
                segment.id: segment
                for one in self.status.exhibits
                for segment in queries.exhibit(graph, one.number).segments
            }
            self.fields = {id: getattr(segment.place, "field", "") for id, segment in self.segments.items()}
        self.lines = {one.number: one for one in self.status.exhibits}
        self.paths = {number: self._path(number) for number in self.lines}

    def _path(self, number: str) -> str:
        line = self.lines[number]
        return f"{self._path(line.parent)}/{line.name}" if line.parent else line.name

    def found(self, mention: Mention) -> tuple[str, str, str]:
        """Return (path, kind, value) of a mention."""
        return self.paths[mention.exhibit], mention.kind, mention.value

    def text(self, segment: str) -> str:
        """Return the text of a segment; empty for what has none (a row of a table)."""
        return self.segments[segment].text if segment in self.segments else ""

    def texts(self, path: str) -> list[str]:
        """Return all that an exhibit says."""
        return [one.text for one in self.segments.values() if self.paths[one.exhibit] == path]

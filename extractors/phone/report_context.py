"""What reading a portion of a report needs beside it: where records were taken from, and which file an attachment is."""

from __future__ import annotations

import re
from typing import Final

from evidence.locator import RecordPlace
from evidence.records import Attachment
from extractors.phone.making import fact, line
from extractors.phone.report_bytes import ReportBytes
from extractors.phone.report_files import FileEntry, file_of
from extractors.phone.report_marks import attribute, local_path
from extractors.phone.report_model import Model
from extractors.phone.report_scan import Scan

_NOTE_BYTES: Final = 8 << 10
_FILE_BYTES: Final = 32 << 10
_NODE: Final = re.compile(rb"""<nodeInfo(?=[\s/>])((?:[^>"']|"[^"]*"|'[^']*')*)/?>""")
_STATES: Final = {"deleted": "deleted", "trash": "deleted", "inaccessible": "deleted"}
_KEPT_ATTRIBUTES: Final = ("deleted_state", "decoding_confidence", "source_index", "extractionId", "iscarved")


class ReportContext:
    """The report around a portion, and what people asserted about it."""

    def __init__(self, source: ReportBytes, scan: Scan, *, region: str, day_order: str, inside: str) -> None:
        self.source = source
        self.scan = scan
        self.region = region
        self.day_order = day_order
        self.inside = inside
        """`report.xml` where the exhibit is a zip that holds it; empty where it is the exhibit."""

    def place(self, *, record: int, field: str, key: str, start: int, end: int, table: str = "") -> RecordPlace:
        """Return where a record stands, with what the report says of where it was taken from."""
        return RecordPlace(
            record=record,
            field=field,
            key=key,
            table=line(table)[:200],
            offset=start,
            length=end - start,
            origin=self.origin(key),
        )

    def origin(self, key: str) -> str:
        """Return the database, table and offset that the report's source notes give for a model; empty for none."""
        if not key:
            return ""
        for offset in self.scan.notes.at(key):
            data = self.source.read(offset, _NOTE_BYTES)
            head, _, rest = data.partition(b">")
            if attribute(head, "id") != key:
                continue
            note = rest.partition(b"</extraInfo>")[0]
            nodes = [_node(match[1]) for match in list(_NODE.finditer(note))[:4]]
            return "; ".join(node for node in dict.fromkeys(nodes) if node)
        return ""

    def file(self, key: str) -> FileEntry | None:
        """Return the tagged file with an id."""
        for offset in self.scan.files.at(key):
            entry = file_of(self.source.read(offset, _FILE_BYTES))
            if entry is not None and entry.id == key:
                return entry
        return None

    def file_at(self, local: str) -> FileEntry | None:
        """Return the tagged file that lies at a path of the zip."""
        for offset in self.scan.locals.at(local):
            entry = file_of(self.source.read(offset, _FILE_BYTES))
            if entry is not None and entry.local == local:
                return entry
        return None

    def attachment(self, model: Model) -> Attachment:
        """Return an Attachment model as the file that it points to, with the hash stated for it."""
        entry = self.file(model.attributes.get("file_id", "") or model.text("file_id"))
        named = model.text("Filename", "Title", "URL")
        kind = line(model.text("ContentType"))[:100]
        unpacked = local_path(model.text("attachment_extracted_path").encode())
        entry = entry or (self.file_at(unpacked) if unpacked else None)
        if entry is not None:
            return Attachment(name=entry.path or named, sha256=entry.sha256, media_type=kind)
        return Attachment(name=line(unpacked or named)[:500], media_type=kind)

    def facts_of(self, model: Model) -> dict[str, str]:
        """Return what the tool says of a model: its deleted state, how sure it was, which extraction."""
        return {name: fact(model.attributes[name]) for name in _KEPT_ATTRIBUTES if model.attributes.get(name)}

    def state_of(self, model: Model) -> str:
        """Return `deleted` where the report says that the record was; empty where it is intact or nobody knows."""
        return _STATES.get(model.attributes.get("deleted_state", "").lower(), "")


def _node(head: bytes) -> str:
    parts = [attribute(head, "path") or attribute(head, "name")]
    table, offset = attribute(head, "tableName"), attribute(head, "offset")
    parts += [f"table {table}"] if table else []
    parts += [f"offset {offset}"] if offset else []
    return line(", ".join(part for part in parts if part))[:500]

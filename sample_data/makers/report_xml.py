"""The XML of a phone extraction's report, in the shape that Cellebrite's readers know: models, fields and their sources."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

NAMESPACE = "http://pa.cellebrite.com/report/2.0"


@dataclass(frozen=True)
class Model:
    """One `model`: its type, its fields in order, and how it was found."""

    type: str
    fields: tuple[str, ...]
    id: str
    deleted: str = "Intact"
    confidence: str = "High"
    source: tuple[str, str, int] | None = None
    """(database file, table, byte offset) in `extraInfos`."""

    def xml(self) -> str:
        """The element, whole."""
        head = (
            f'<model type="{self.type}" id="{self.id}" deleted_state="{self.deleted}" '
            f'decoding_confidence="{self.confidence}" isrelated="False" source_index="{int(self.id[:8], 16)}" extractionId="0">'
        )
        return head + "".join(self.fields) + "</model>"


def text(name: str, value: str, kind: str = "String") -> str:
    """A plain `field`; an empty one where `value` is."""
    held = f'<value type="{kind}"><![CDATA[{value}]]></value>' if value else "<empty />"
    return f'<field name="{name}" type="{kind}">{held}</field>'


def time(name: str, value: str) -> str:
    """A time with its zone, as reports of later versions format it."""
    return (
        f'<field name="{name}" type="TimeStamp"><value type="TimeStamp" format="TimeStampKnown" '
        f'formattedTimestamp="{value}">{value}</value></field>'
    )


def one(name: str, kind: str, model: Model | None) -> str:
    """A `modelField` that holds one model, or nothing."""
    return f'<modelField name="{name}" type="{kind}">{model.xml() if model else "<empty />"}</modelField>'


def many(name: str, kind: str, models: Iterable[Model]) -> str:
    """A `multiModelField`."""
    return f'<multiModelField name="{name}" type="{kind}">{"".join(model.xml() for model in models)}</multiModelField>'


def item(name: str, value: str) -> str:
    """An `item` of a metadata section."""
    return f"<item name={quoteattr(name)}><![CDATA[{value}]]></item>"


def report(*, device: dict[str, str], files: list[str], models: dict[str, list[Model]], sources: list[Model]) -> bytes:
    """The whole report, with the source of every model in `sources` under `extraInfos`."""
    kinds = "".join(
        f'<modelType type="{kind}">{"".join(model.xml() for model in held)}</modelType>'
        for kind, held in models.items()
    )
    told = "".join(item(name, value) for name, value in device.items())
    parts = [
        '<?xml version="1.0" encoding="utf-8"?>\n'
        f'<project id="5c0e0b1e-7a31-4f6e-9d51-1f0a5e0a4417" name="{escape("Driver phone")}" reportVersion="5.0.0.0" '
        f'extractionType="FileSystem" xmlns="{NAMESPACE}">\n',
        '<sourceExtractions><extractionInfo id="0" name="File System" type="FileSystem" isPartialData="False" '
        'deviceName="Ellery EL-7" extractionStartDateTime="2026-03-05T09:02:11.000+00:00" /></sourceExtractions>\n',
        f'<metadata section="Device Info">{told}</metadata>\n',
        f"<taggedFiles>{''.join(files)}</taggedFiles>\n",
        f"<decodedData>{kinds}</decodedData>\n",
        f"<extraInfos>{''.join(map(_extra, sources))}</extraInfos>\n",
        "</project>\n",
    ]
    return "".join(parts).encode()


def file(*, id: str, path: str, local: str, size: int, sha256: str, md5: str, created: str) -> str:
    """A `file` of `taggedFiles`, with its hashes and where in the package its bytes are."""
    facts = item("Local Path", local) + item("MD5", md5) + item("SHA256", sha256) + item("Tags", "Image")
    return (
        f'<file fs="Userdata (ExtX)" fsid="0" path={quoteattr(path)} size="{size}" id="{id}" extractionId="0" '
        f'deleted="Intact" embedded="false" isrelated="False" source_index="1">'
        f'<accessInfo><timestamp name="CreationTime" format="TimeStampKnown" formattedTimestamp="{created}">{created}'
        f'</timestamp></accessInfo><metadata section="File">{facts}</metadata></file>'
    )


def _extra(model: Model) -> str:
    assert model.source is not None
    database, table, offset = model.source
    return (
        f'<extraInfo type="model" id="{model.id}"><sourceInfo><nodeInfo id="{model.id[::-1]}" name="{database.rpartition("/")[2]}" '
        f'path={quoteattr(database)} tableName={quoteattr(table)} offset="0x{offset:X}" size="{4096 * 31}" /></sourceInfo></extraInfo>'
    )

"""Makers of mail files that no program here writes: Outlook messages, winmail.dat, Apple Mail's emlx."""

from __future__ import annotations

import plistlib
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from evidence.records import Reading
from extractors.mail.compound import compound_file
from extractors.protocols import Engines, Limits, Part, ReadContext, Reader


def reading_of(
    reader: Reader,
    path: Path,
    scratch: Path,
    *,
    media_type: str = "",
    limits: Limits | None = None,
    part: Part | None = None,
) -> Reading:
    """Read a part (the whole file unless said otherwise) as a worker would."""
    scratch.mkdir(parents=True, exist_ok=True)
    return reader.read(
        path, media_type=media_type, part=part or Part(), engines=Engines(), context=context_of(scratch, limits)
    )


def context_of(scratch: Path, limits: Limits | None = None) -> ReadContext:
    return ReadContext(languages=("en",), region="GB", scratch=scratch, limits=limits or Limits())


def texts(reading: Reading, name: str) -> list[str]:
    """Return the texts of the segments of one field, in order."""
    return [
        segment.text
        for unit in reading.units
        for segment in unit.segments
        if getattr(segment.place, "field", "") == name
    ]


# --- Outlook (MS-OXMSG) --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Storage:
    streams: Mapping[str, bytes]
    folders: Mapping[str, Storage] = field(default_factory=dict)


def properties(header: int, values: Mapping[int, object]) -> dict[str, bytes]:
    """Return the property stream and the streams of long values; keys are number and type, such as 0x0037001F."""
    packed, streams = bytes(header), {}
    for tag, value in values.items():
        kind = tag & 0xFFFF
        if isinstance(value, str):
            data = value.encode("utf-16-le" if kind == 0x1F else "cp1252")
            streams[f"__substg1.0_{tag:08X}"] = data
            held = struct.pack("<II", len(data) + 2, 0)
        elif isinstance(value, bytes):
            streams[f"__substg1.0_{tag:08X}"] = value
            held = struct.pack("<II", len(value), 0)
        elif kind == 0x40:
            held = struct.pack("<Q", value)
        else:
            held = struct.pack("<iI", value, 0)
        packed += struct.pack("<HHI", kind, tag >> 16, 6) + held
    return streams | {"__properties_version1.0": packed}


def filetime(unix_seconds: int) -> int:
    return (unix_seconds + 11_644_473_600) * 10**7


def outlook_storage(
    values: Mapping[int, object],
    *,
    recipients: tuple[tuple[str, str, int], ...] = (),
    attachments: tuple[tuple[str, bytes | Storage], ...] = (),
    enclosed: bool = False,
) -> Storage:
    """Return a message's storage; recipients are (name, address, 1 To 2 Cc 3 Bcc)."""
    folders: dict[str, Storage] = {} if enclosed else {"__nameid_version1.0": Storage({"__substg1.0_00020102": b""})}
    for at, (name, address, role) in enumerate(recipients):
        held = properties(8, {0x3001001F: name, 0x3003001F: address, 0x0C150003: role})
        folders[f"__recip_version1.0_#{at:08X}"] = Storage(held)
    for at, (name, data) in enumerate(attachments):
        if isinstance(data, Storage):
            held = properties(8, {0x3001001F: name, 0x37050003: 5, 0x3701000D: 0})
            folders[f"__attach_version1.0_#{at:08X}"] = Storage(held, {"__substg1.0_3701000D": data})
        else:
            held = properties(8, {0x3707001F: name, 0x37050003: 1, 0x37010102: data, 0x370E001F: "application/pdf"})
            folders[f"__attach_version1.0_#{at:08X}"] = Storage(held)
    return Storage(properties(24 if enclosed else 32, {0x001A001F: "IPM.Note", **values}), folders)


def outlook_file(storage: Storage) -> bytes:
    return compound_file(storage)


# --- winmail.dat (MS-OXTNEF) ---------------------------------------------------------------------------------------


def tnef_file(subject: str, body: str, attachments: tuple[tuple[str, bytes], ...] = ()) -> bytes:
    def attribute(level: int, tag: int, data: bytes) -> bytes:
        return struct.pack("<BII", level, tag, len(data)) + data + struct.pack("<H", sum(data) & 0xFFFF)

    made = struct.pack("<IH", 0x223E9F78, 1) + attribute(1, 0x00089006, struct.pack("<I", 0x10000))
    made += attribute(1, 0x00069007, struct.pack("<II", 1252, 0))
    made += attribute(1, 0x00018004, subject.encode("cp1252") + b"\0") + attribute(
        1, 0x0002800C, body.encode("cp1252") + b"\0"
    )
    for name, data in attachments:
        made += attribute(2, 0x00069002, bytes(14)) + attribute(2, 0x00018010, name.encode("cp1252") + b"\0")
        made += attribute(2, 0x0006800F, data)
    return made


# --- Apple Mail ----------------------------------------------------------------------------------------------------


def emlx_file(message: bytes, notes: Mapping[str, object]) -> bytes:
    return f"{len(message):<10d}\n".encode() + message + plistlib.dumps(dict(notes))

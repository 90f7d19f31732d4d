"""Compound files (MS-CFB): a storage written out as a file of its own, so that a message enclosed in one is an exhibit."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping
from typing import Final, Protocol

_SECTOR, _MINI, _CUTOFF = 512, 64, 4096
_FREE, _END, _FAT, _DIFAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFC
_NONE: Final = 0xFFFFFFFF


class Folder(Protocol):
    """A storage: streams by name, and storages by name."""

    @property
    def streams(self) -> Mapping[str, bytes]:
        """Its streams."""
        ...

    @property
    def folders(self) -> Mapping[str, Folder]:
        """Its storages."""
        ...


class _Entry:
    def __init__(self, name: str, kind: int, data: bytes = b"") -> None:
        self.name, self.kind, self.data = name, kind, data
        self.left = self.right = self.child = _NONE
        self.start, self.size = _END, len(data)

    def packed(self) -> bytes:
        name = self.name.encode("utf-16-le")[:62]
        return struct.pack(
            "<64sHBBIII16sIQQIQ",
            *(
                name,
                len(name) + 2,
                self.kind,
                1,
                self.left,
                self.right,
                self.child,
                bytes(16),
                0,
                0,
                0,
                self.start,
                self.size,
            ),
        )


def compound_file(root: Folder) -> bytes:
    """Return a compound file (version 3) that holds `root`; the same storages always give the same bytes."""
    entries = [_Entry("Root Entry", 5)]
    _add(entries, 0, root)
    mini = bytearray()
    mini_table: list[int] = []
    for entry in entries[1:]:
        if entry.kind == 2 and 0 < entry.size < _CUTOFF:
            entry.start = len(mini_table)
            _chain(mini_table, -(-entry.size // _MINI))
            mini += entry.data + bytes(-entry.size % _MINI)
    sectors = bytearray()
    table: list[int] = []

    def put(data: bytes) -> int:
        start = len(table)
        _chain(table, -(-len(data) // _SECTOR))
        sectors.extend(data + bytes(-len(data) % _SECTOR))
        return start if data else _END

    for entry in entries[1:]:
        if entry.kind == 2 and entry.size >= _CUTOFF:
            entry.start = put(entry.data)
    entries[0].start, entries[0].size = put(bytes(mini)), len(mini)
    mini_start = put(_packed(mini_table, 128))
    mini_sectors = -(-len(mini_table) // 128)
    folders = b"".join(entry.packed() for entry in entries)
    empty = struct.pack("<64sHBBIII16sIQQIQ", b"", 0, 0, 0, _NONE, _NONE, _NONE, bytes(16), 0, 0, 0, 0, 0)
    folder_start = put(folders + empty * (-len(entries) % 4))
    return _header_and_tables(table, sectors, folder_start, mini_start, mini_sectors)


def _header_and_tables(
    table: list[int], sectors: bytearray, folder_start: int, mini_start: int, mini_sectors: int
) -> bytes:
    fat_count = more = 0
    while (total := len(table) + fat_count + more) > fat_count * 128 or more < -(-max(0, fat_count - 109) // 127):
        fat_count = -(-total // 128)
        more = -(-max(0, fat_count - 109) // 127)
    first_fat = len(table)
    fat_sectors = [first_fat + number for number in range(fat_count)]
    first_more = first_fat + fat_count
    table += [_FAT] * fat_count + [_DIFAT] * more
    rest = fat_sectors[109:]
    chained = b"".join(
        _packed(rest[at * 127 : at * 127 + 127], 127)
        + struct.pack("<I", first_more + at + 1 if at + 1 < more else _END)
        for at in range(more)
    )
    header = struct.pack(
        "<8s16sHHHHH6sIIIIIIIII",
        *(
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
            bytes(16),
            0x3E,
            3,
            0xFFFE,
            9,
            6,
            bytes(6),
            0,
            fat_count,
            folder_start,
            0,
            _CUTOFF,
        ),
        *(mini_start, mini_sectors, first_more if more else _END, more),
    )
    return header + _packed(fat_sectors[:109], 109) + bytes(sectors) + _packed(table, 128) + chained


def _packed(numbers: list[int], whole: int) -> bytes:
    """Return the numbers as 32 bits each, filled up with free ones to a multiple of `whole`."""
    short = -len(numbers) % whole if numbers or whole == 109 else 0
    short = whole if whole == 109 and not numbers else short
    return struct.pack(f"<{len(numbers) + short}I", *numbers, *([_FREE] * short))


def _chain(table: list[int], count: int) -> None:
    start = len(table)
    table.extend(range(start + 1, start + count))
    if count:
        table.append(_END)


def _add(entries: list[_Entry], at: int, folder: Folder) -> None:
    mine: list[int] = []
    for name, data in folder.streams.items():
        mine.append(len(entries))
        entries.append(_Entry(name, 2, data))
    inner: list[tuple[int, Folder]] = []
    for name, held in folder.folders.items():
        mine.append(len(entries))
        inner.append((len(entries), held))
        entries.append(_Entry(name, 1))
        entries[-1].start = 0
    mine.sort(key=lambda number: (len(entries[number].name.encode("utf-16-le")), entries[number].name.upper()))
    entries[at].child = _tree(entries, mine)
    for number, held in inner:
        _add(entries, number, held)


def _tree(entries: list[_Entry], numbers: list[int]) -> int:
    """Hang entries, sorted as MS-CFB 2.6.4 has it, under their middle one; return its number."""
    if not numbers:
        return _NONE
    middle = len(numbers) // 2
    here = numbers[middle]
    entries[here].left = _tree(entries, numbers[:middle])
    entries[here].right = _tree(entries, numbers[middle + 1 :])
    return here


def names(folder: Folder) -> Iterable[str]:
    """Yield the paths of all streams, for those who want to see what a file holds."""
    yield from folder.streams
    for name, held in folder.folders.items():
        yield from (f"{name}/{inner}" for inner in names(held))

"""Large JSON exports: opened without being read into objects, each message a run of bytes of the file."""

from __future__ import annotations

import json
import mmap
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeVar

import msgspec
import numpy as np

from evidence.errors import LimitExceeded, Unreadable
from extractors.protocols import ReadContext

_T = TypeVar("_T")
_BETWEEN: Final = re.compile(rb"[\s,]*")
_LONE: Final = re.compile("[\ud800-\udfff]")
_RAWS: Final[msgspec.json.Decoder[list[msgspec.Raw]]] = msgspec.json.Decoder(list[msgspec.Raw])
BROKEN: Final = (msgspec.MsgspecError, ValueError, RecursionError, OverflowError)
"""What decoding malformed JSON raises."""


_ESCAPES: Final = re.compile(
    rb"\\(?:(?P<pair>u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})|(?P<lone>u[dD][89a-fA-F][0-9a-fA-F]{2})|.)",
    re.DOTALL,
)
_NOT_UTF8: Final = re.compile("[\udc80-\udcff]+")


class JsonFile:
    """An open JSON export."""

    def __init__(self, data: mmap.mmap) -> None:
        self.data: mmap.mmap | bytes = data
        self.begins = 3 if data[:3] == b"\xef\xbb\xbf" else 0
        """Bytes of a byte-order mark."""
        self.mended = False
        """Whether halves of characters and bytes that are no UTF-8 had to be replaced to read it at all."""

    def decode(self, kind: type[_T]) -> _T:
        """Return the whole as `kind`, in which long lists are left undecoded; raises Unreadable."""
        try:
            return msgspec.json.decode(memoryview(self.data)[self.begins :], type=kind)
        except msgspec.ValidationError as error:
            raise Unreadable(f"not the JSON that such an export is: {_plain(error)}") from error
        except BROKEN:
            self.data, self.mended = _mended_bytes(bytes(self.data)), True
        try:
            return msgspec.json.decode(memoryview(self.data)[self.begins :], type=kind)
        except BROKEN as error:
            raise Unreadable(f"not the JSON that such an export is: {_plain(error)}") from error

    def start_of(self, raw: msgspec.Raw) -> int:
        """Return the byte of the file at which a piece that was left undecoded begins."""
        return _address(raw) - _address(self.data)

    @property
    def facts(self) -> dict[str, str]:
        """What a unit says of how the file was read."""
        return {"mended": "half characters and bytes that are no UTF-8 are shown as U+FFFD or ?"} if self.mended else {}


def _mended_bytes(data: bytes) -> bytes:
    """Return JSON in which what no decoder takes is replaced at the same length, so that places stay."""
    data = _ESCAPES.sub(lambda match: b"\\ufffd" if match["lone"] else match[0], data)
    try:
        data.decode()
    except UnicodeDecodeError:
        text = data.decode("utf-8", "surrogateescape")
        return _NOT_UTF8.sub(lambda match: "?" * len(match[0]), text).encode()
    return data


def _address(view: Any) -> int:
    held = np.frombuffer(view, dtype=np.uint8)
    return int(held.__array_interface__["data"][0])


def _plain(error: BaseException) -> str:
    return "nested too deeply" if isinstance(error, RecursionError) else str(error)[:200]


def open_json(path: Path, context: ReadContext) -> JsonFile:
    """Open a JSON file; raises Unreadable, or LimitExceeded for one that does not fit into a job's memory."""
    most = context.limits.memory_bytes // 2
    try:
        with path.open("rb") as source:
            data = mmap.mmap(source.fileno(), 0, access=mmap.ACCESS_READ)
    except (OSError, ValueError) as error:
        raise Unreadable("the file cannot be opened") from error
    if len(data) > most:
        raise LimitExceeded(f"a JSON export of more than {most >> 20} MiB")
    return JsonFile(data)


def elements(raw: msgspec.Raw) -> list[msgspec.Raw]:
    """Return the elements of a JSON list, undecoded; none where it is no list. Raises Unreadable for broken JSON."""
    if bytes(memoryview(raw)[:1]) != b"[":
        return []
    try:
        return _RAWS.decode(raw)
    except BROKEN as error:
        raise Unreadable(f"not the JSON that such an export is: {_plain(error)}") from error


class Element(NamedTuple):
    """One element of a list: its place in it from 1, and its bytes."""

    number: int
    raw: msgspec.Raw
    offset: int
    length: int


def placed(file: JsonFile, made: list[msgspec.Raw], *, first: int, last: int) -> Iterator[Element]:
    """Yield elements `first` to `last`, from 1, each with where it stands in the file."""
    chosen = made[first - 1 : last]
    if not chosen:
        return
    data = file.data
    offset = file.start_of(chosen[0])
    between, width = b"", 0
    for number, raw in enumerate(chosen, start=first):
        length = len(memoryview(raw))
        yield Element(number, raw, offset, length)
        end = offset + length
        if data[end : end + width] == between and data[end + width : end + width + 1] == b"{":
            offset = end + width
            continue
        gap = _BETWEEN.match(data, end)
        offset = gap.end() if gap else end
        between, width = data[end:offset], offset - end


def decoded(raw: msgspec.Raw, decoder: msgspec.json.Decoder[_T]) -> _T | None:
    """Return an element as its record, with lone surrogates as U+FFFD; None where it cannot be taken apart."""
    try:
        return decoder.decode(raw)
    except BROKEN:
        pass
    try:
        return msgspec.convert(_mended(json.loads(bytes(raw))), type=decoder.type)
    except BROKEN:
        return None


def _mended(value: Any) -> Any:
    if isinstance(value, str):
        return _LONE.sub("\ufffd", value)
    if isinstance(value, list):
        return [_mended(one) for one in value]
    if isinstance(value, dict):
        return {_mended(name): _mended(one) for name, one in value.items()}
    return value


def as_it_stands(raw: msgspec.Raw) -> str:
    """Return an element's own text, for one that could not be taken apart."""
    return bytes(raw).decode("utf-8", "replace")[:100_000]


def maybe(value: Any, kind: Callable[[Any], _T]) -> _T | None:
    """Return a field as `kind`, None where it is nothing or something else; exports put anything anywhere."""
    try:
        return kind(value) if value is not None and not isinstance(value, (dict, list)) else None
    except (ValueError, TypeError, OverflowError):
        return None

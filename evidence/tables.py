"""How a normalised table of records lies on the shelf: a Parquet file, what it says of itself, and its digest.

Row `n` of the file is record `n` of the exhibit's table (header, title and total lines counted: as a spreadsheet numbers
them). Columns named `written.…` hold every original field verbatim; the others are what was read in them.
"""

from __future__ import annotations

import hashlib
from concurrent.futures import Executor, ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from evidence.digest import Sha256, digest
from evidence.errors import IntegrityError
from evidence.table_heads import KEY

_ROWS: Final = 65_536
_NOTHING: Final = -(2**63)


def content_of(path: Path) -> Sha256:
    """Return the digest of a table's values, column by column, apart from how Parquet stores them.

    Raises IntegrityError where the file cannot be read, MemoryError where there is too little for it.
    """
    try:
        file = pq.ParquetFile(path)
        running = TableDigest(file.schema_arrow)
        with ThreadPoolExecutor(max_workers=2) as threads:
            for batch in file.iter_batches(batch_size=_ROWS):
                running.take(batch, threads)
        head = (file.schema_arrow.metadata or {}).get(KEY.encode()) or (file.metadata.metadata or {}).get(KEY.encode())
    except pa.ArrowMemoryError as error:
        raise MemoryError(str(error)) from error
    except (pa.ArrowException, OSError) as error:
        raise IntegrityError(
            f"table {path.stem[:16]}… cannot be read", next_step="run `casegraph verify` on the case"
        ) from error
    return running.content((head or b"").decode())


class TableDigest:
    """The running digest of a table's values: the same in whatever batches they come."""

    def __init__(self, schema: pa.Schema) -> None:
        self._columns = [_Column(field) for field in schema]

    def take(self, batch: pa.RecordBatch, threads: Executor | None = None) -> None:
        """Take in the next rows; with threads, the columns beside each other."""
        list((threads.map if threads else map)(_Column.take, self._columns, batch.columns))

    def content(self, head: str) -> Sha256:
        """Return the digest of all that was taken in, and of what the table says of itself."""
        return digest("table", [head, *(column.end() for column in self._columns)])


class _Column:
    """The running digest of one column: its lengths and its bytes apart, so that batches leave no trace.

    Values are told in blocks of `_ROWS`: blocks of nothing are only counted, so that an empty column costs little.
    """

    def __init__(self, field: pa.Field) -> None:
        self._name = f"{field.name}\x1f{field.type}"
        self._text = pa.types.is_string(field.type) or pa.types.is_large_string(field.type)
        self._first, self._second = hashlib.sha256(), hashlib.sha256()
        self._nothing = 0
        """Rows of nothing that are not told yet."""
        self._rows = 0
        self._begun = False
        """Whether the block holds more than nothing so far."""

    def take(self, values: Any) -> None:
        """Take in the next values."""
        if pa.types.is_dictionary(values.type):
            values = values.dictionary_decode()
        while len(values):
            part = values.slice(0, _ROWS - self._rows % _ROWS)
            self._take(part)
            self._rows += len(part)
            if self._rows % _ROWS == 0:
                self._end_block()
            values = values.slice(len(part))

    def _take(self, values: Any) -> None:
        if values.null_count == len(values):
            self._nothing += len(values)
            return
        self._tell_nothing()
        self._begun = True
        if self._text:
            lengths = pc.binary_length(values)
            lengths = lengths.cast(pa.int32())
            self._first.update(_bytes(pc.fill_null(lengths, -1) if lengths.null_count else lengths, 4))
            self._second.update(_text_bytes(values))
        else:
            plain = values.cast(pa.int8()) if pa.types.is_boolean(values.type) else values
            self._first.update(_bytes(pc.fill_null(plain.cast(pa.int64()), _NOTHING), 8))

    def _tell_nothing(self) -> None:
        if self._nothing:
            one = (-1).to_bytes(4, "little", signed=True) if self._text else _NOTHING.to_bytes(8, "little", signed=True)
            self._first.update(one * self._nothing)
            self._nothing = 0

    def _end_block(self) -> None:
        if self._begun:
            self._tell_nothing()
        self._begun = False

    def end(self) -> str:
        """Return the digest of all that was taken in."""
        self._end_block()
        return f"{self._name}\x1f{self._first.hexdigest()}{self._second.hexdigest()}{self._nothing}"


def _bytes(values: Any, width: int) -> memoryview:
    buffer = values.buffers()[1]
    return (
        memoryview(buffer)[values.offset * width : (values.offset + len(values)) * width] if buffer else memoryview(b"")
    )


def _text_bytes(values: Any) -> memoryview:
    _, offsets, data = values.buffers()
    if data is None or len(values) == 0:
        return memoryview(b"")
    bounds = memoryview(offsets).cast("q" if pa.types.is_large_string(values.type) else "i")
    return memoryview(data)[bounds[values.offset] : bounds[values.offset + len(values)]]

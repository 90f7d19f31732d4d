"""Lists of hashes: what is known to be ordinary, and what nobody may look at; how they are read, kept and asked.

A list for sealing is turned into a small SQLite file of its hashes in `CASE/hashlists/`. The NSRL's is far too large to copy:
the case keeps where it stands. Neither path nor hash list leaves the case.
"""

from __future__ import annotations

import hashlib
import re
import sqlite3
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple, TypeAlias

import ijson
import msgspec

from evidence.digest import Sha256, read_chunks
from evidence.errors import Refused, StorageError, UsageError

ListKind: TypeAlias = Literal["nsrl", "vics", "plain"]
Purpose: TypeAlias = Literal["seal", "known"]
_HASH: Final = re.compile(r"^[\\*]?(?P<hash>[0-9a-fA-F]{64}|[0-9a-fA-F]{40}|[0-9a-fA-F]{32})(?=$|[\s,;*])")
_NAMES: Final = {32: "MD5", 40: "SHA-1", 64: "SHA-256"}
_EMPTY: Final = frozenset(made(b"").hexdigest() for made in (hashlib.md5, hashlib.sha1, hashlib.sha256))
"""Of the empty file: on many lists by mistake, and they would seal every empty file."""
_LINE_BYTES: Final = 100_000
_COLUMNS: Final = (("SHA-256", "sha256"), ("SHA-1", "sha1"), ("MD5", "md5"))
_SCANNED_BYTES: Final = 1 << 30
_MEDIA: Final = ("value.item.Media.item", "value.item")
"""Where VICS 2.0 keeps media: inside cases, or at the top in a bare hash set."""


class HashList(msgspec.Struct, frozen=True, kw_only=True):
    """A list as it stands on record."""

    name: str
    """The file's name, as shown."""
    kind: ListKind
    purpose: Purpose
    source: str
    """Who made it, and under what authority it is used: as someone said."""
    sha256: Sha256
    """Of the list itself."""
    size_bytes: int
    hashes: int = 0
    """How many it holds; 0 where they were not counted."""
    left_out: int = 0
    """Lines or entries that hold no usable hash."""
    note: str = ""
    """What the list says of itself: its schema, its country."""
    categories: tuple[str, ...] = ()
    """Those that count, as numbered by whoever made the list; empty: all."""


class HashMatch(msgspec.Struct, frozen=True, kw_only=True):
    """A hash of an exhibit that stands on a list."""

    list: Sha256
    purpose: Purpose
    algorithm: str
    hash: str
    said: str = ""
    """What the list says of it: `MediaID 17, category 1`; a product's name."""

    @property
    def text(self) -> str:
        """Return it as people read it."""
        return f"known file ({self.said or 'on a list'})" if self.purpose == "known" else "on a list of files to seal"


class Hashes(NamedTuple):
    """The hashes of one file, in lower case; empty where one is not known."""

    sha256: str
    sha1: str
    md5: str


class _Entry(NamedTuple):
    algorithm: str
    hash: str
    said: str


def hashes_of(path: Path) -> Hashes:
    """Return all three hashes of a file, of the very same bytes."""
    made = [hashlib.sha256(), hashlib.sha1(usedforsecurity=False), hashlib.md5(usedforsecurity=False)]
    with path.open("rb") as source:
        for chunk in read_chunks(source):
            for one in made:
                one.update(chunk)
    return Hashes(*(one.hexdigest() for one in made))


class HashLists:
    """The lists that one case keeps, in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def add(
        self,
        file: Path,
        *,
        kind: ListKind,
        purpose: Purpose,
        source: str,
        categories: Sequence[str] = (),
        on_record: Mapping[str, HashList] | None = None,
    ) -> HashList:
        """Read a list and keep what is needed to ask it; raises UsageError for a file that is no such list.

        One that is on record is kept anew and returned as it stands there; raises Refused, before anything is touched, where
        it is on record for something else.
        """
        if not file.is_file():
            raise UsageError(f"there is no file {file}", next_step="name the hash list's file")
        if kind == "nsrl" and purpose == "seal":
            raise UsageError("the NSRL lists ordinary files, not what is to be sealed", next_step="leave --seal out")
        size = file.stat().st_size
        sha256 = Sha256(_digest(file))
        recorded = (on_record or {}).get(sha256)
        if recorded is not None and _meaning(recorded) != (kind, purpose, sorted(set(categories))):
            raise Refused(
                f"{recorded.name} is on record already, with another kind, purpose or categories",
                next_step="`casegraph hashlist list CASE` lists them",
            )
        listed = HashList(
            name=file.name, kind=kind, purpose=purpose, source=source, sha256=sha256, size_bytes=size,
            categories=tuple(categories),
        )  # fmt: skip
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            kept = self._refer(file, listed) if kind == "nsrl" else self._keep(file, listed)
            return recorded or kept
        except OSError as error:
            raise StorageError("the hash list could not be kept") from error

    def _refer(self, file: Path, listed: HashList) -> HashList:
        """Keep only where the NSRL stands, after seeing that it can be asked."""
        column = _asked_column(file)
        reference = {"path": str(file.resolve()), "column": column, "size_bytes": listed.size_bytes}
        (self._folder / f"{listed.sha256}.json").write_bytes(msgspec.json.encode(reference))
        return msgspec.structs.replace(listed, note=f"asked by {column}, where it stands; not copied")

    def _keep(self, file: Path, listed: HashList) -> HashList:
        target = self._folder / f"{listed.sha256}.sqlite"
        made = target.with_suffix(".new")
        made.unlink(missing_ok=True)
        found = _Vics(file, listed.categories) if listed.kind == "vics" else _Plain(file)
        with closing(sqlite3.connect(made)) as conn, conn:
            conn.execute(
                "CREATE TABLE hash (algorithm TEXT, hash TEXT, said TEXT, PRIMARY KEY (algorithm, hash)) WITHOUT ROWID"
            )
            conn.executemany("INSERT OR IGNORE INTO hash VALUES (?, ?, ?)", found)
            ((count,),) = conn.execute("SELECT count(*) FROM hash").fetchall()
        if not count:
            made.unlink(missing_ok=True)
            raise UsageError(
                f"{file.name} holds no hash that counts",
                next_step="look at its kind: nsrl, vics or plain; and at --categories",
            )
        made.replace(target)
        return msgspec.structs.replace(listed, hashes=count, left_out=found.left_out, note=found.note)

    def matches(self, lists: Iterable[HashList], hashes: Hashes) -> tuple[HashMatch, ...]:
        """Return what the lists say of a file; raises StorageError where a list is no longer there."""
        found = []
        for one in lists:
            entry = self._in_nsrl(one, hashes) if one.kind == "nsrl" else self._in_kept(one, hashes)
            if entry is not None:
                match = HashMatch(
                    list=one.sha256, purpose=one.purpose, algorithm=entry.algorithm, hash=entry.hash, said=entry.said
                )
                found.append(match)
        return tuple(found)

    def _in_kept(self, one: HashList, hashes: Hashes) -> _Entry | None:
        path = self._folder / f"{one.sha256}.sqlite"
        values = {"SHA-256": hashes.sha256, "SHA-1": hashes.sha1, "MD5": hashes.md5}
        with _asking(path, one) as conn:
            for algorithm, value in values.items():
                if not value:
                    continue
                row = conn.execute(
                    "SELECT said FROM hash WHERE algorithm = ? AND hash = ?", (algorithm, value)
                ).fetchone()
                if row is not None:
                    return _Entry(algorithm, value, str(row[0]))
        return None

    def _in_nsrl(self, one: HashList, hashes: Hashes) -> _Entry | None:
        try:
            reference = msgspec.json.decode((self._folder / f"{one.sha256}.json").read_bytes(), type=dict[str, Any])
        except (OSError, msgspec.DecodeError) as error:
            raise _gone(one) from error
        path, algorithm = Path(reference["path"]), str(reference["column"])
        value = {"SHA-256": hashes.sha256, "SHA-1": hashes.sha1, "MD5": hashes.md5}[algorithm]
        column = dict(_COLUMNS)[algorithm]
        if not value:
            return None
        with _asking(path, one) as conn:
            query = f"SELECT package_id FROM FILE WHERE {column} IN (?, ?) LIMIT 1"  # noqa: S608 - one of three names
            row = conn.execute(query, (value.upper(), value)).fetchone()
            if row is None:
                return None
            return _Entry(algorithm, value, f"NSRL: {_product(conn, row[0])}")


def _product(conn: sqlite3.Connection, package: object) -> str:
    """Return the name and version of a package, with its maker where the list says who."""
    with suppress(sqlite3.Error):
        row = conn.execute(
            "SELECT p.name, p.version, m.name FROM PKG p LEFT JOIN MFG m ON m.manufacturer_id = p.manufacturer_id"
            " WHERE p.package_id = ? LIMIT 1",
            (package,),
        ).fetchone()
        if row is not None:
            name, version, maker = (" ".join(str(value or "").split())[:120] for value in row)
            return f"{name} {version}".strip() + (f", {maker}" if maker else "")
    return f"package {package}"


class _asking:  # noqa: N801 - reads as the verb it is
    """A list opened to be read only; a list that is gone or damaged stops the run rather than letting files through."""

    def __init__(self, path: Path, one: HashList) -> None:
        self._path, self._list = path, one

    def __enter__(self) -> sqlite3.Connection:
        if not self._path.is_file():
            raise _gone(self._list)
        try:
            self._conn = sqlite3.connect(f"{self._path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
        except sqlite3.Error as error:
            raise _gone(self._list) from error
        return self._conn

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        self._conn.close()
        if isinstance(error, sqlite3.Error):
            raise _gone(self._list) from error


def _gone(one: HashList) -> StorageError:
    return StorageError(
        f"the hash list {one.name} is not where it was, or damaged; without it nothing more is read",
        next_step="put it back, or add it again with `casegraph hashlist add`",
    )


def _asked_column(file: Path) -> str:
    """Return by which hash an NSRL file can be asked quickly; raises UsageError where it is no RDSv3 or has no index."""
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as conn:
            conn.execute("SELECT sha256, sha1, md5, package_id FROM FILE LIMIT 1").fetchall()
            for algorithm, column in _COLUMNS:
                plan = conn.execute(f"EXPLAIN QUERY PLAN SELECT 1 FROM FILE WHERE {column} IN ('A', 'b')").fetchall()  # noqa: S608
                if any("SEARCH" in str(step[-1]) for step in plan):
                    return algorithm
    except sqlite3.Error as error:
        raise UsageError(
            f"{file.name} is no NSRL RDSv3 database: it has no FILE with sha256, sha1, md5 and package_id",
            next_step="take the SQLite file from the NSRL's RDSv3 zip",
        ) from error
    if file.stat().st_size > _SCANNED_BYTES:
        raise UsageError(
            f"{file.name} has no index on its hashes: each file would take minutes to look up",
            next_step="make one in a copy of it: sqlite3 COPY 'CREATE INDEX casegraph ON FILE(sha256)'",
        )
    return "SHA-256"


# --- reading lists -------------------------------------------------------------------------------------------------


class _Plain:
    """One hash a line, as `md5sum` and the like write them; lines that begin with `#`, `;` or `//` are remarks."""

    note = ""

    def __init__(self, file: Path) -> None:
        self._file = file
        self.left_out = 0

    def __iter__(self) -> Iterator[_Entry]:
        with self._file.open("rb") as source:
            while raw := source.readline(_LINE_BYTES):
                line = raw.decode("utf-8", "replace").strip('\ufeff \t\r\n"')
                if not line or line.startswith(("#", ";", "//")):
                    continue
                match = _HASH.match(line)
                value = match["hash"].lower() if match else ""
                if not value or value in _EMPTY:
                    self.left_out += 1
                else:
                    yield _Entry(_NAMES[len(value)], value, "")


class _Vics:
    """Project VIC's JSON (VICS 2.0), streamed; PhotoDNA is passed over."""

    def __init__(self, file: Path, categories: Sequence[str]) -> None:
        self._file = file
        self._categories = frozenset(categories)
        self.left_out = 0
        self.note = ""

    def __iter__(self) -> Iterator[_Entry]:
        try:
            with self._file.open("rb") as source:
                if source.read(len(BOM_UTF8)) != BOM_UTF8:
                    source.seek(0)
                yield from self._media(source)
        except (ijson.JSONError, UnicodeDecodeError) as error:
            raise UsageError(
                f"{self._file.name} is no whole JSON file", next_step="look at its kind: vics or plain"
            ) from error

    def _media(self, source: Any) -> Iterator[_Entry]:
        found: dict[str, dict[str, str]] = {prefix: {} for prefix in _MEDIA}
        for prefix, event, value in ijson.parse(source):
            parent, _, name = prefix.rpartition(".")
            if event == "start_map" and prefix in found:
                found[prefix] = {}
            elif event == "end_map" and prefix in found:
                yield from self._entries(found[prefix], listed="Media" not in prefix)
            elif parent in found and event in ("string", "number"):
                found[parent][name.lower()] = str(value)
            elif "odata" in prefix and event == "string" and not self.note:
                self.note = " ".join(str(value).split())[:300]

    def _entries(self, media: dict[str, str], *, listed: bool) -> Iterator[_Entry]:
        hashes = [media.get(name, "").strip().lower() for name in ("md5", "sha1", "sha256")]
        kept = [value for value in hashes if _HASH.match(value) and value not in _EMPTY]
        if not kept and listed:
            return  # a case, not a medium
        if not kept:
            self.left_out += 1
            return
        category = media.get("category", "")
        if self._categories and category not in self._categories:
            return
        said = f"MediaID {media.get('mediaid', 'not given')}, category {category or 'not given'}"
        for value in kept:
            yield _Entry(_NAMES[len(value)], value, said)


def _meaning(listed: HashList) -> tuple[ListKind, Purpose, list[str]]:
    return listed.kind, listed.purpose, sorted(set(listed.categories))


def _digest(file: Path) -> str:
    made = hashlib.sha256()
    with file.open("rb") as source:
        for chunk in read_chunks(source):
            made.update(chunk)
    return made.hexdigest()

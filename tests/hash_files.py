"""Hash lists for the tests: every hash in them is of content made up here."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from contextlib import closing
from pathlib import Path

from evidence.hash_lists import Hashes

CONTENT = b"a fabricated file\n"


def of(content: bytes) -> Hashes:
    return Hashes(
        hashlib.sha256(content).hexdigest(), hashlib.sha1(content).hexdigest(), hashlib.md5(content).hexdigest()
    )


def vics(*media: dict[str, object], bare: bool = False) -> bytes:
    """Return a VICS 2.0 file: media in a case, or at the top of a bare set."""
    value = list(media) if bare else [{"CaseID": "c-1", "Media": list(media)}]
    context = "http://github.com/VICSDATAMODEL/ProjectVic/DataModels/2.0.xml/XX/$metadata#Cases"
    return json.dumps({"odata.metadata": context, "value": value}).encode()


def medium(content: bytes, number: int, category: int) -> dict[str, object]:
    found = of(content)
    return {
        "MediaID": number, "Category": category, "MD5": found.md5.upper(), "SHA1": found.sha1.upper(), "PhotoDNA": "AAAA",
        "MediaFiles": [{"FileName": "x.jpg", "MD5": "0" * 32}],
    }  # fmt: skip


def nsrl(path: Path, *contents: bytes, index: str = "") -> Path:
    """Write a database as RDSv3 has it, in miniature."""
    with closing(sqlite3.connect(path)) as conn, conn:
        conn.execute("CREATE TABLE MFG (manufacturer_id INTEGER, name TEXT)")
        conn.execute("CREATE TABLE PKG (package_id INTEGER, name TEXT, version TEXT, manufacturer_id INTEGER)")
        conn.execute(
            "CREATE TABLE files (sha256 TEXT, sha1 TEXT, md5 TEXT, file_name TEXT, file_size INTEGER, package_id INTEGER)"
        )
        conn.execute("CREATE VIEW FILE AS SELECT * FROM files")
        conn.execute("INSERT INTO MFG VALUES (4, 'Plain Software')")
        conn.execute("INSERT INTO PKG VALUES (9, 'Writer', '3.1', 4)")
        for content in contents:
            found = of(content)
            row = (found.sha256.upper(), found.sha1.upper(), found.md5.upper(), "readme.txt", len(content), 9)
            conn.execute("INSERT INTO files VALUES (?, ?, ?, ?, ?, ?)", row)
        if index:
            conn.execute(f"CREATE INDEX by_hash ON files({index})")
    return path

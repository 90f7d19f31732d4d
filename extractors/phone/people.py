"""Accounts and names as app databases keep them, looked up once and kept for the rows that refer to them."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from extractors.accounts import Account, account, named_account
from extractors.phone.database import Cell, Database, Row, quoted, rowid, text

_MOST: Final = 2_000_000
GROUPS: Final = ("@g.us", "@broadcast", "@newsletter")


@lru_cache(maxsize=8192)
def known(written: str, service: str, region: str) -> Account | None:
    """Return the account that a field holds; the same few come up again and again."""
    return account(written, service=service, region=region)


def is_group(jid: str) -> bool:
    """Say whether a WhatsApp id is that of a group, a broadcast list or a channel."""
    return jid.endswith(GROUPS)


def chat_account(jid: str, service: str, region: str) -> Account | None:
    """Return the account of a chat: of a group by its id, whatever that looks like."""
    if is_group(jid):
        return named_account(jid, service=service)
    return known(jid, service, region)


def keyed(database: Database, table: str, column: str = "", *, where: str = "1") -> dict[Cell, Row]:
    """Return a table's rows by their rowid, or by a column; empty where there is no such table."""
    if table not in database.tables or (column and column not in database.tables[table]):
        return {}
    found: dict[Cell, Row] = {}
    for row in database.rows(table, where):
        found.setdefault(row.get(column) if column else rowid(row), row)
        if len(found) >= _MOST:
            database.problems.append(f"table {table}: rows beyond the first {_MOST:,} were not looked up")
            break
    return found


def listed(database: Database, table: str, column: str, *, where: str = "1") -> dict[Cell, list[Row]]:
    """Return a table's rows gathered by a column; empty where there is no such table or column."""
    if not database.has(table, column):
        return {}
    found: dict[Cell, list[Row]] = {}
    for count, row in enumerate(database.rows(table, where), start=1):
        found.setdefault(row.get(column), []).append(row)
        if count >= _MOST:
            database.problems.append(f"table {table}: rows beyond the first {_MOST:,} were not looked up")
            break
    return found


class Lookup:
    """The rows of a table by a column, asked for one at a time; all at once only where no index leads to them."""

    def __init__(self, database: Database, table: str, column: str) -> None:
        self._database = database
        self._table = table
        self._column = column
        there = database.has(table, column) or (table in database.tables and column == "rowid")
        self._there = there and bool(database.count(table))
        direct = self._there and database.is_indexed(table, column)
        self._held = keyed(database, table, column) if self._there and not direct else None

    def get(self, key: Cell) -> Row:
        """Return the row of a key; an empty one where there is none."""
        if not self._there or key is None:
            return {}
        if self._held is not None:
            return self._held.get(key, {})
        condition = f"{quoted(self._column)} = ?" if self._column != "rowid" else "rowid = ?"
        return next(iter(self._database.rows(self._table, condition, (key,))), {})


def label_of(written: str) -> str:
    """Return a label of Apple's address book without its wrapping: `_$!<Mobile>!$_` is `Mobile`."""
    return written.removeprefix("_$!<").removesuffix(">!$_")


def names_from(rows: Iterable[Row], key: str, *columns: str) -> dict[str, str]:
    """Return the name in the first filled of `columns` by the text of `key`."""
    return {text(row, key): name for row in rows if (name := text(row, *columns)) and text(row, key)}

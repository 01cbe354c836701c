"""Statements of every submission and every look into a mailbox, handed to SQLite's driver directly.

On SQLite every report waits for the one before it, and SQLAlchemy's own way takes several times as long
as SQLite does. So SQLAlchemy compiles each statement once, and the driver runs the text. Everywhere else
the usual way is taken.
"""

from __future__ import annotations

import datetime
import sqlite3
from collections import namedtuple
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeAlias, cast

from sqlalchemy import Connection, Insert, Select, Table, insert
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import DeclarativeBase, Session

#: Any select of columns.
Columns: TypeAlias = Select[*tuple[Any, ...]]
_row_class: Any = namedtuple  # noqa: PYI024 -- its fields are known only when a statement is compiled
_DIALECT = sqlite.dialect()
_DRIVER = "driver"


def remember_driver(session: Session, connection: Connection) -> Session:
    """Spare ``session``, which uses ``connection`` until it ends, looking for the driver's connection each time."""
    if connection.dialect.name == _DIALECT.name:
        session.info[_DRIVER] = connection.connection.driver_connection
    return session


def run_text(connection: Connection, text: str) -> None:
    """Run a statement without values or rows, on SQLite's driver."""
    driver: Any = connection.connection.driver_connection
    with _told_by_sqlalchemy(text):
        driver.execute(text)


def insert_rows(session: Session, model: type[DeclarativeBase], rows: Sequence[dict[str, Any]]) -> None:
    """Insert plain rows, which all name the same columns, without the ORM's bookkeeping."""
    driver = _driver(session)
    if driver is None:
        session.connection().execute(insert(_table(model)), rows)
        return
    compiled = _compiled_insert(model, tuple(rows[0]))
    with _told_by_sqlalchemy(compiled.text):
        driver.executemany(compiled.text, [compiled.bound(row) for row in rows])


def fetch(session: Session, statement: Columns, **values: Any) -> Sequence[Any]:
    """The rows of a prepared statement, with its values, in the session's transaction.

    :param statement: one that is kept, such as a module's constant, since what it compiles to is kept too;
        of columns, not of models
    """
    driver = _driver(session)
    if driver is None:
        return session.connection().execute(statement, values).all()
    compiled = _compiled_select(statement)
    with _told_by_sqlalchemy(compiled.text):
        return [compiled.row(found) for found in driver.execute(compiled.text, compiled.bound(values))]


def first(session: Session, statement: Columns, **values: Any) -> Any:
    """Like :func:`fetch`, for a statement of at most one row: that row, or None."""
    return next(iter(fetch(session, statement, **values)), None)


def _driver(session: Session) -> Any:
    known = session.info.get(_DRIVER)
    if known is not None:
        return known
    connection = session.connection()
    return connection.connection.driver_connection if connection.dialect.name == _DIALECT.name else None


class _told_by_sqlalchemy:  # noqa: N801 - used like the standard library's suppress
    """Turns the driver's errors into SQLAlchemy's, which callers know; a generator would cost more than a statement."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __enter__(self) -> None:
        pass

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, sqlite3.Error):
            told = DBAPIError.instance(self._text, None, error, sqlite3.Error, hide_parameters=True, dialect=_DIALECT)
            raise told from error


@dataclass(frozen=True)
class _Compiled:
    """The text for SQLite, the names of its values in order, those that are part of it, and what makes a row."""

    text: str
    names: tuple[str, ...]
    fixed: dict[str, Any]
    row: Callable[[tuple[Any, ...]], Any] = tuple

    def bound(self, values: dict[str, Any]) -> tuple[Any, ...]:
        return tuple(_stored(values[name] if name in values else self.fixed[name]) for name in self.names)


def _stored(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime.date) else value


@cache
def _compiled_insert(model: type[DeclarativeBase], columns: tuple[str, ...]) -> _Compiled:
    return _Compiled(*_compile(insert(_table(model)), columns))


@cache
def _compiled_select(statement: Columns) -> _Compiled:
    columns = list(statement.selected_columns)
    make = _row_class("Row", [column.key for column in columns])
    readers = [column.type.dialect_impl(_DIALECT).result_processor(_DIALECT, None) for column in columns]

    def row(found: tuple[Any, ...]) -> Any:
        return make._make(value if read is None else read(value) for read, value in zip(readers, found, strict=True))

    return _Compiled(*_compile(statement, None), row)


def _compile(
    statement: Insert | Columns, columns: tuple[str, ...] | None
) -> tuple[str, tuple[str, ...], dict[str, Any]]:
    compiled = cast("Any", statement.compile(dialect=_DIALECT, column_keys=columns))
    return compiled.string, tuple(compiled.positiontup), dict(compiled.params)


def _table(model: type[DeclarativeBase]) -> Table:
    return cast("Table", model.__table__)

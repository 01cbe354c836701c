"""The reference: a bare Flask route that writes the same bytes as durably, under the same gunicorn.

No checks, no signatures, no models: what is left is the cost of HTTP, Python and the disk.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import sqlite3
import threading
from pathlib import Path

from flask import Flask, Response, request

SHAPE = 65_536
_FOLDER = Path(os.environ.get("BENCH_FOLDER", "."))
_local = threading.local()
_queue = threading.Lock()


def _connection() -> sqlite3.Connection:
    if not hasattr(_local, "connection"):
        _local.lock = os.open(_FOLDER / "reference.lock", os.O_RDWR | os.O_CREAT)
        _local.connection = _open()
    return _local.connection  # type: ignore[no-any-return]  # threading.local holds anything


def _open() -> sqlite3.Connection:
    connection = sqlite3.connect(_FOLDER / "reference.sqlite", timeout=60, isolation_level=None)
    connection.execute("PRAGMA synchronous=FULL")
    return connection


def create_app() -> Flask:
    """The application, once its table is there."""
    app = Flask(__name__)
    app.add_url_rule("/write", view_func=write, methods=["POST"])
    app.add_url_rule("/parts/<int:number>", view_func=write_part, methods=["PUT"])
    app.add_url_rule("/parts/<int:number>", view_func=read_part, methods=["GET"])
    with contextlib.closing(_open()) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("CREATE TABLE IF NOT EXISTS sent (id BLOB PRIMARY KEY, body BLOB) WITHOUT ROWID")
    return app


def write() -> Response:
    """Store the body, without its padding, and answer with as many bytes as the service does."""
    body = request.get_data()
    body = body[: body.rfind(b"}") + 1]
    connection = _connection()
    with _queue:
        fcntl.flock(_local.lock, fcntl.LOCK_EX)
        try:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("INSERT INTO sent VALUES (?, ?)", (os.urandom(16), body))
            connection.execute("COMMIT")
        finally:
            fcntl.flock(_local.lock, fcntl.LOCK_UN)
    return Response(b"{}".ljust(SHAPE), 201, mimetype="application/json")


def write_part(number: int) -> Response:
    """Write a part of a file, and bring it and its folder to the disk."""
    with (_FOLDER / f"{number}.part").open("wb") as file:
        file.write(request.get_data())
        file.flush()
        os.fsync(file.fileno())
    folder = os.open(_FOLDER, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return Response(status=204)


def read_part(number: int) -> Response:
    """A part as it was written."""
    return Response((_FOLDER / f"{number}.part").read_bytes(), mimetype="application/octet-stream")

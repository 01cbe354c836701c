"""Material that was made once is kept in the data folder, so that nobody can keep the server busy with drawing.

A file depends on release, directory version and language alone. Each is drawn once for all processes, one at a time;
whoever asks for another one meanwhile is sent away for a moment, so that nobody else waits. Those of earlier versions
are removed. What is kept is public, and can be deleted at any time.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from reporting import __version__, errors
from reporting.db.alone import only_one
from reporting.directory.facts import SiteFacts
from reporting.intake.room import is_low
from reporting.protocol.errors import N_
from reporting.service import Service

FOLDER = "campaign"


def kept(service: Service, facts: SiteFacts, name: str, make: Callable[[], bytes]) -> bytes:
    """The file of a name, made where it is not there yet.

    :raises Unprocessable: as ``make`` does; nothing is kept then
    :raises Unavailable: another one is being drawn, or little room is left on the disk
    """
    folder = service.settings.data / FOLDER / f"{facts.directory.version}-{__version__}"
    path = folder / name
    try:
        return path.read_bytes()
    except FileNotFoundError:
        pass
    if is_low(service):
        raise errors.Unavailable(N_("Little room is left on the disk, and reports come first. Come back later."))
    with only_one(service.database, FOLDER) as got:
        if not got:
            raise errors.Unavailable(N_("This is being drawn. Please try again in a moment."))
        body = make()
        _write(path, body)
        _forget(folder)
    return body


def _write(path: Path, body: bytes) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as target:
            target.write(body)
        Path(name).replace(path)  # whole, or not at all
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise


def _forget(folder: Path) -> None:
    for other in folder.parent.iterdir():
        if other != folder:
            shutil.rmtree(other, ignore_errors=True)

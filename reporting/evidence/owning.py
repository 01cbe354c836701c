"""Whose store it is. Before anything is deleted in one, it must bear the mark that this service's database knows.

Every sweep sets a new mark. So a copy of a service that was made for a trial, with the same settings and the same
store, falls behind with the next sweep, and so does a database that was restored from a backup: neither can delete
what it merely does not know of. A service whose store was swept by somebody else sees it too.
"""

from __future__ import annotations

import os

from reporting import errors
from reporting.evidence.models import StoreMark
from reporting.evidence.store import Store, store_of
from reporting.protocol.encoding import is_hex32
from reporting.protocol.errors import N_
from reporting.service import Service

_ONE = 1  # the only row
_FOREIGN = N_(
    "The store for files bears the mark of another service, or of a copy of this one. Nothing was deleted in it. "
    "If it is this service's alone, run “reporting evidence own”."
)


def is_owned(service: Service) -> bool | None:
    """Whether the store bears the mark that the database knows; None where neither has one. It changes nothing.

    :raises StoreUnavailable: the store is away
    """
    found = store_of(service).mark()
    with service.database.read() as session:
        known = session.get(StoreMark, _ONE)
        if known is None:
            return None if found is None else False
        return found in (known.mark, known.coming)


def check_owned(service: Service, store: Store) -> None:
    """Whether the store is this service's. One that nobody has marked becomes it.

    :raises StoreForeign: it bears another mark
    :raises StoreUnavailable: the store is away
    """
    found = store.mark()
    if found is None:
        take(service, store)
        return
    with service.database.read() as session:
        known = session.get(StoreMark, _ONE)
        if known is None or found not in (known.mark, known.coming):
            raise errors.StoreForeign(_FOREIGN)


def own_store(service: Service) -> None:
    """Set a new mark in the service's store, because the person at the terminal says that it is this service's.

    :raises StoreUnavailable: the store is away
    """
    take(service, store_of(service))


def take(service: Service, store: Store) -> None:
    """Set a new mark, whatever stood there. Known before it is set: a crash in between loses nothing.

    :raises StoreUnavailable: the store is away
    """
    coming, found = os.urandom(16).hex(), store.mark()
    with service.database.write() as session:
        session.merge(StoreMark(id=_ONE, mark=found if is_hex32(found) else coming, coming=coming))
    store.set_mark(coming)
    with service.database.write() as session:
        session.merge(StoreMark(id=_ONE, mark=coming, coming=coming))

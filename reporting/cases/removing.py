"""Removing what is irrelevant personal data, item by item: one entry, or one file of an entry.

The sealed bytes go and their SHA-256 stays, named by a signed entry that says why (protocol section 8.8). The server
cannot read what is removed: it forbids what it knows to stand for a step of the case.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from reporting import errors
from reporting.cases import moving
from reporting.cases.models import Case, Entry, KeptEntry
from reporting.cases.opening import check_epoch
from reporting.cases.reading import granted
from reporting.cases.writing import NewEntry, known_entry, parse_entry, store_entry
from reporting.evidence import rules as evidence
from reporting.log.models import AuditEvent
from reporting.log.rules import record
from reporting.protocol.encoding import JSONObject, is_hex32
from reporting.protocol.errors import N_
from reporting.service import Service

_ACT = "entry:remove"
_NO_ENTRY = N_("There is no such entry in this case, or it is for others than the removal is.")
_NO_FILE = N_("There is no such file in this case, or it is for others than the removal is.")


@dataclass(frozen=True)
class Removal:
    """A signed removal, and the server's id of the entry that goes with its files, or of which one file goes."""

    entry: NewEntry
    target: str
    upload: str | None

    @property
    def named(self) -> dict[str, Any]:
        """What goes, as the audit trail tells it."""
        return {"target": self.target} | ({} if self.upload is None else {"upload": self.upload})


def parse_removal(content: JSONObject) -> Removal:
    """The body of ``POST /api/cases/{id}/removals``.

    :raises ProtocolError, Unprocessable: a field of another form
    """
    target, upload = content.get("target"), content.get("upload")
    if not is_hex32(target):
        raise errors.Unprocessable(N_("This is not a valid id."), pointer="/target")
    if upload is not None and not is_hex32(upload):
        raise errors.Unprocessable(N_("This is not a valid id."), pointer="/upload")
    sealed = {name: content.get(name) for name in ("audience", "epoch", "entry")}
    return Removal(parse_entry(sealed), str(target), None if upload is None else str(upload))


@dataclass(frozen=True)
class Removed:
    """What came of a removal: its id, whether it is new, and what of the bytes is left until the next sweep.

    ``left`` is of ``files`` (the store kept parts) and ``log`` (the database's own log could not be cut); None where it
    is not known any more, since the same was sent before.
    """

    entry: str
    new: bool
    left: tuple[str, ...] | None


def remove(service: Service, member: str, case_id: str, new: Removal) -> Removed:
    """Store the signed removal and take away what it names.

    Objects of files go once that is stored; what the store keeps then is an orphan, which a sweep takes.

    :raises NotFound: the member was not granted the case
    :raises NotAllowed: they do not deal with cases of its channel
    :raises EpochStale: the case has a newer epoch
    :raises Unprocessable: no such entry or file in this case, or for others than the removal
    :raises Conflict: it is gone already, or stands for a step of the case
    :raises AlreadyThere: the same bytes are stored as an entry that did not remove this
    """
    with service.database.write() as session:
        case = granted(session, member, case_id, lock=True)
        if not moving.deals_with(service, session, case, member):
            raise errors.NotAllowed
        known = known_entry(session, case_id, member, new.entry.sealed)
        if known is not None:
            _check_removed(session, case, known, new)
            return Removed(known, new=False, left=None)
        check_epoch(session, case, new.entry.epoch)
        files = _take_entry(session, case, new) if new.upload is None else [_take_file(session, case, new)]
        removal = store_entry(service, session, member, case, new.entry)
        blobs = evidence.forget_files(session, files)
        details = {"entry": removal, "audience": new.entry.audience, "files": len(files)}
        record(service, session, member, _ACT, case=case_id, details=details | new.named)
    gone = {"files": evidence.remove_forgotten(service, blobs), "log": service.database.settle()}
    return Removed(removal, new=True, left=tuple(name for name, is_gone in gone.items() if not is_gone))


def _check_removed(session: Session, case: Case, known: str, new: Removal) -> None:
    """Whether a stored entry removed just this, by the audit trail: else it was written as something else."""
    query = select(AuditEvent.details).where(AuditEvent.case_id == case.id, AuditEvent.act == _ACT)
    told = (json.loads(details) for details in session.scalars(query) if details is not None)
    same = {"entry": known, "target": new.target, "upload": new.upload}
    if not any({name: one.get(name) for name in same} == same for one in told):
        raise errors.AlreadyThere(N_("This entry is stored already, and did not remove this."), pointer="/entry")


def _take_file(session: Session, case: Case, new: Removal) -> str:
    """The one file that goes: of the entry that its removal names, since other entries can name it falsely."""
    upload = str(new.upload)
    entry = evidence.file_entry(session, case.id, upload)
    if entry != new.target or session.get_one(Entry, new.target).audience != new.entry.audience:
        raise errors.Unprocessable(_NO_FILE, pointer="/upload")
    if session.get(KeptEntry, new.target) is not None:
        raise errors.Conflict(N_("This file came with a step of the case: it stays."), pointer="/upload")
    return upload


def _take_entry(session: Session, case: Case, new: Removal) -> list[str]:
    """Drop the sealed bytes of an entry, and keep their hash: the files that go with it."""
    found = session.scalars(select(Entry).where(Entry.id == new.target).with_for_update()).one_or_none()
    if found is None or found.case_id != case.id or found.audience != new.entry.audience:
        raise errors.Unprocessable(_NO_ENTRY, pointer="/target")
    if found.first or session.get(KeptEntry, found.id) is not None:
        raise errors.Conflict(N_("This entry stands for a step of the case: it stays."), pointer="/target")
    if found.sealed is None:
        raise errors.Conflict(N_("This entry is removed already."), pointer="/target")
    found.sealed = None
    session.flush()
    return list(evidence.entry_files(session, found.id))

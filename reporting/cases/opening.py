"""What a case consists of in the tables, from the day it is received; and its chain of epochs."""

from __future__ import annotations

import datetime
import os
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from reporting import errors, profiles
from reporting.cases import clocks, workflow
from reporting.cases.models import Case, Entry, Epoch, Grant, Holding
from reporting.db.direct import fetch, insert_rows
from reporting.directory import rules as directories
from reporting.protocol.encoding import JSONObject, sha256
from reporting.protocol.requests import ReportRequest
from reporting.service import Service

_NOTES = select(Epoch.note).where(Epoch.case_id == bindparam("case")).order_by(Epoch.number)


def open_case(
    service: Service,
    session: Session,
    report: ReportRequest,
    mailbox: bytes,
    acknowledgement: str,
    *,
    sealed_by: str,
) -> str:
    """Store a checked report as a new case under a mailbox, its clocks running from today: the first entry's id."""
    today = service.clock.today()
    channel = directories.at_version(service, session, report.directory).channel(report.channel)
    profile = profiles.load(str(channel.policy["profile"]), service.settings.profiles)
    started = workflow.start(channel.kind, profile, today).clocks
    _insert_case(session, report, mailbox, acknowledgement, started, today, sealed_by)
    epoch = {"case_id": report.case, "number": 0, "note": report.epoch_note}
    insert_rows(session, Epoch, [epoch])
    members = [grant.member for grant in report.grants]
    insert_rows(
        session,
        Grant,
        [
            {"case_id": report.case, "member_id": grant.member, "epoch": 0, "sealed": grant.sealed}
            for grant in report.grants
        ],
    )
    due = clocks.next_due(started)
    insert_rows(session, Holding, [holding(report.case, member, due) for member in members])
    entries = [new_entry(report.case, "reporter", "reporter", 0, report.entry, today)]
    entries[0] |= {"first": True, "acknowledgement": acknowledgement}
    if report.identity is not None:
        entries.append(new_entry(report.case, "custodian", "reporter", 0, report.identity, today))
    insert_rows(session, Entry, entries)
    return str(entries[0]["id"])


def _insert_case(
    session: Session,
    report: ReportRequest,
    mailbox: bytes,
    acknowledgement: str,
    started: clocks.Clocks,
    today: datetime.date,
    sealed_by: str,
) -> None:
    insert_rows(
        session,
        Case,
        [
            {
                "id": report.case,
                "mailbox": mailbox,
                "channel_id": report.channel,
                "directory": report.directory,
                "received": today,
                "sealed_by": sealed_by,
                "status": workflow.RECEIVED,
                "clocks": clocks.encode(started),
                "epoch": 0,
                "recipient": report.recipient,
                "reporter_sha256": report.reporter_sha256,
                "request_sha256": report.digest,
                "acknowledgement": acknowledgement,
            }
        ],
    )


def holding(case_id: str, member_id: str, due: Any) -> dict[str, Any]:
    """A row of ``holding`` for a member who was granted the case."""
    return {"case_id": case_id, "member_id": member_id, "next_due": due, "granted": True, "custodian": False}


def new_entry(case_id: str, audience: str, author: str, epoch: int, sealed: bytes, day: Any) -> dict[str, Any]:
    """A row of ``entry`` under a fresh random id."""
    return {
        "id": os.urandom(16).hex(),
        "case_id": case_id,
        "audience": audience,
        "author": author,
        "epoch": epoch,
        "first": False,
        "day": day,
        "size": len(sealed),
        "sealed": sealed,
        "sha256": sha256(sealed),
        "acknowledgement": None,
    }


def epoch_notes(session: Session, case_id: str) -> list[str]:
    """The signed notes of a case's epochs, the first one first."""
    return [row.note for row in fetch(session, _NOTES, case=case_id)]


def clocks_json(stored: str) -> list[JSONObject]:
    """A case's clocks as they stand on the wire."""
    return [clock.to_json() for clock in clocks.decode(stored)]


def check_epoch(session: Session, case: Case, epoch: int) -> None:
    """Whether ``epoch`` is the case's last.

    :raises EpochStale: it is not; the answer carries the chain
    """
    if epoch != case.epoch:
        raise stale(session, case)


def stale(session: Session, case: Case) -> errors.EpochStale:
    """The 409 that carries the chain, for the client to verify and seal again."""
    members = {"epochs": epoch_notes(session, case.id), "recipient": case.recipient}
    return errors.EpochStale(pointer="/epoch", members=members)

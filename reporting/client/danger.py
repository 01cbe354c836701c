"""Telling the server that a reporter says they are in danger: it cannot read that (protocol 8.6)."""

from __future__ import annotations

from reporting.client.cases import DeskCase, StaffClock, open_case
from reporting.client.member import MemberSession
from reporting.protocol.errors import ProtocolError
from reporting.protocol.measures import CHECK_IN_FORM, HAPPENED

DANGER = "danger"


def opened_for_danger(session: MemberSession, found: DeskCase) -> tuple[DeskCase, bool]:
    """The case, put first where its reporter says so in the claim or by a check-in: as it then stands, whether it was.

    The twin of ``raisedByClaim``: by the device of an officer, once for each time, and the case opens all the same.
    """
    if not _protects(session, found) or not (_claims(found) or _happened(found)):
        return found, False
    path = f"/api/cases/{found.opened.view.case}/danger"
    try:
        raised = session.send("POST", path, {}).get("raised") is True
    except ProtocolError:
        return found, False
    return (open_case(session, found.opened.view.case), True) if raised else (found, False)


def _protects(session: MemberSession, found: DeskCase) -> bool:
    channels = {channel.id: channel for channel in session.site.directory.channels}
    channel = channels.get(found.opened.view.channel)
    if channel is None or channel.kind != "protection" or found.staff_clocks is None:
        return False
    return session.member in channel.roles.get("protection", ())


def _before(found: DeskCase) -> StaffClock | None:
    return next((clock for clock in found.staff_clocks or () if clock.name == DANGER), None)


def _claims(found: DeskCase) -> bool:
    first = found.opened.view.first
    answers = first.body.get("answers") if first else None
    return isinstance(answers, dict) and answers.get(DANGER) == "yes" and _before(found) is None


def _happened(found: DeskCase) -> bool:
    """Whether something happened since danger was raised: on a later day, by the server, or unread on the same one."""
    before = _before(found)
    if before is not None and not before.is_done:
        return False
    for view in found.opened.view.entries:
        entry = view.entry
        if entry is None or entry.kind != "protection" or entry.body.get("form") != CHECK_IN_FORM:
            continue
        answers, day = entry.body.get("answers"), view.served.day.isoformat()
        later = before is None or day > before.day or (day == before.day and found.unread is not None)
        if later and isinstance(answers, dict) and answers.get("answer") == HAPPENED:
            return True
    return False

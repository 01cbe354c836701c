"""What was reported, in codes: sealed for the team, and counted once without saying of which case."""

from __future__ import annotations

from collections.abc import Mapping

from reporting.client.cases import DeskCase
from reporting.client.casework import Written, write_for_team
from reporting.client.member import MemberSession
from reporting.protocol.classes import CHANNEL_KINDS, SCHEME, check_codes, record_of
from reporting.protocol.encoding import JSON
from reporting.protocol.thread_types import CaseView


def classify(
    session: MemberSession, case: DeskCase, given: Mapping[str, JSON], *, count: bool
) -> tuple[Written, str | None]:
    """Seal a classification for the team, and where it is the first of its moment have it counted before.

    Later ones say the same month, and change nothing that was counted.

    :returns: what was stored, and the month in which it is counted
    :raises Malformed: something is missing, or contradicts itself
    :raises Problem: the server refuses
    """
    codes = check_codes({**given, "counted": None})
    view = case.opened.view
    counted = counted_at(view, str(codes["at"]))
    if counted is None and count:
        counted = _put_in(session, view, codes)
    written = write_for_team(
        session, case, "classification", {"scheme": SCHEME, "codes": {**codes, "counted": counted}}
    )
    return written, counted


def counted_at(view: CaseView, at: str) -> str | None:
    """The month in which a classification of that moment was counted, by what was signed first; None: none was."""
    for entry in view.authentic("team"):
        if entry.kind != "classification" or entry.body.get("scheme") != SCHEME:
            continue
        codes = check_codes(entry.body.get("codes"))
        if codes["at"] == at and codes["counted"] is not None:
            return str(codes["counted"])
    return None


def _put_in(session: MemberSession, view: CaseView, codes: Mapping[str, JSON]) -> str | None:
    channel = next((one for one in session.site.directory.channels if one.id == view.channel), None)
    if channel is None or channel.kind not in CHANNEL_KINDS:
        return None
    session.send("POST", "/api/statistics/records", record_of(codes, channel.kind))
    return session.site.today.isoformat()[:7]

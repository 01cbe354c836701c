"""Translations of what was written, for the team: bound to the original's sealed bytes."""

from __future__ import annotations

from reporting.client.cases import DeskCase
from reporting.client.casework import Written, write_for_team
from reporting.client.errors import NotPossible
from reporting.client.member import MemberSession
from reporting.protocol.encoding import JSONObject, b64encode
from reporting.protocol.errors import N_
from reporting.protocol.thread_types import EntryView
from reporting.protocol.translating import check_body


def translate(session: MemberSession, case: DeskCase, original: EntryView, given: JSONObject) -> Written:
    """Seal a translation: ``given`` has ``language``, ``text``, ``by`` and ``checked``.

    :raises NotPossible: the original is not authentic, or is for custodians
    :raises Malformed: no text, or no language
    :raises Problem: the server refuses
    """
    if original.entry is None or original.entry.audience == "custodian":
        raise NotPossible(N_("This cannot be translated here."))
    body = {"of": original.entry.id, "sha256": b64encode(original.served.sha256), **given}
    check_body(body)
    return write_for_team(session, case, "translation", body)

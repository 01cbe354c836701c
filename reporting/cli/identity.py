"""``reporting desk identity``: asking for a reporter's identity, deciding on it as a custodian, opening it."""

from __future__ import annotations

import sys
from collections.abc import Collection, Mapping
from typing import Any

import click

from reporting.cli.asking import say_text
from reporting.cli.desk import Access, with_access
from reporting.cli.json_output import print_json
from reporting.cli.showing import say
from reporting.client.cases import find_case
from reporting.client.custody import CustodyFile, Question, ask, decide, open_custody, open_identity, withdraw
from reporting.i18n import gettext as _
from reporting.protocol.custody import APPROVE, OPENED, REFUSE, WITHDRAWN, Asked, approvals_today
from reporting.protocol.errors import N_

_MAX_TEXT = 16_384
_DECISIONS = {APPROVE: N_("approved"), REFUSE: N_("refused"), OPENED: N_("opened it"), WITHDRAWN: N_("withdrew it")}


@click.group(help=_("Ask who the reporter of a case is; as a custodian, decide on that, and open it."))
def identity() -> None:
    """Commands about identities."""


@identity.command(help=_("Tell the reporter of CASE, then ask the custodians for the reporter's identity."))
@click.argument("case")
@click.option("--reason", required=True, help=_("Why it is needed; - reads it from standard input."))
@click.option("--legal-basis", required=True, help=_("On what legal basis."))
@click.option("--tell", default="", help=_("What the reporter is told beforehand, with the reasons."))
@click.option("--waive", default="", help=_("Why the reporter is not told: it would endanger the case."))
@with_access
def request(access: Access, as_json: bool, case: str, reason: str, legal_basis: str, tell: str, waive: str) -> None:
    """Ask for an identity."""
    if bool(tell.strip()) == bool(waive.strip()):
        raise click.UsageError(_("Give --tell, or --waive with a reason."))
    with access.session() as session:
        found = find_case(session, case)
        asked = ask(session, found, Question(_text(reason), legal_basis, tell, waive))
    if as_json:
        print_json({"case": found, "id": asked})
    else:
        say(_("The reporter is told, and the custodians are asked.") if tell else _("The custodians are asked."))


@identity.command(help=_("Show the requests in CASE as its custodian: every one verified."))
@click.argument("case")
@with_access
def show(access: Access, as_json: bool, case: str) -> None:
    """Show what is asked."""
    with access.session() as session:
        file = open_custody(session, find_case(session, case))
        site = session.site
    approvals = {one.entry.id: approvals_today(one, site.directory, site.today) for one in file.custody.asked}
    if as_json:
        print_json(_json(file, approvals))
        return
    if file.custody.missing:
        say(_("Entries may be missing: nothing can be decided until the server shows them."))
    if file.custody.faults:
        say(_("{count} entries are not authentic; nothing of them is shown.", count=len(file.custody.faults)))
    if not file.custody.asked:
        say(_("There is no authentic request in this case."))
    for asked in file.custody.asked:
        _tell(asked, len(approvals[asked.entry.id]))


def _tell(asked: Asked, approvals: int) -> None:
    wanted = asked.request
    say()
    say(_("Request {id} by {member}, {day}", id=asked.entry.id[:12], member=asked.entry.author, day=asked.entry.date))
    if not asked.current:
        say(_("Whoever asked holds the case no more: nothing can be decided on this."))
    elif asked.renewed:
        say(_("Whoever asked has new keys since, and has to ask again: nothing can be decided on this."))
    for title, text in (
        (_("Why"), wanted.reason),
        (_("Legal basis"), wanted.legal_basis),
        (_("Why the reporter was not told"), wanted.waiver),
    ):
        if text:
            say_text(f"  {title}: {text}")
    if wanted.notice is not None:
        say("  " + _("The reporter was told beforehand, in a message."))
    for one in asked.decided:
        decision = _(_DECISIONS[one.decision.decision])
        said = f": {one.decision.reason}" if one.decision.reason else ""
        say_text(f"  {one.entry.author}, {one.entry.date}: {decision}{said}")
    say("  " + _("{found} of {needed} approvals.", found=approvals, needed=wanted.needed))


def _json(file: CustodyFile, approvals: Mapping[str, Collection[str]]) -> dict[str, Any]:
    return {
        "case": file.custody.case,
        "missing": file.custody.missing,
        "faults": len(file.custody.faults),
        "requests": [
            {
                "id": asked.entry.id,
                "by": asked.entry.author,
                "day": asked.entry.date.isoformat(),
                "current": asked.current,
                "renewed": asked.renewed,
                "reason": asked.request.reason,
                "legal_basis": asked.request.legal_basis,
                "told": asked.request.notice is not None,
                "waiver": asked.request.waiver,
                "needed": asked.request.needed,
                "approvals": sorted(approvals[asked.entry.id]),
                "decisions": [
                    {
                        "member": one.entry.author,
                        "day": one.entry.date.isoformat(),
                        "decision": one.decision.decision,
                        "reason": one.decision.reason,
                    }
                    for one in asked.decided
                ],
            }
            for asked in file.custody.asked
        ],
    }


_REQUEST = click.option("--request", "wanted", help=_("The beginning of a request's id; else the newest."))


@identity.command(name="withdraw", help=_("Take back a request of your own in CASE, before it is opened."))
@click.argument("case")
@click.option("--reason", required=True, help=_("Why; it is kept. - reads it from standard input."))
@_REQUEST
@with_access
def withdraw_command(access: Access, as_json: bool, case: str, reason: str, wanted: str | None) -> None:
    """Take back a request."""
    with access.session() as session:
        found = find_case(session, case)
        asked = withdraw(session, found, wanted, _text(reason))
    if as_json:
        print_json({"case": found, "request": asked, "state": WITHDRAWN})
    else:
        say(_("The request is withdrawn: nobody can open the identity for it. Tell the reporter, if they were told."))


@identity.command(name="decide", help=_("Approve or refuse a request in CASE, with a signed reason."))
@click.argument("case")
@click.argument("decision", type=click.Choice([APPROVE, REFUSE]))
@click.option("--reason", required=True, help=_("Why; it is kept. - reads it from standard input."))
@_REQUEST
@with_access
def decide_command(access: Access, as_json: bool, case: str, decision: str, reason: str, wanted: str | None) -> None:
    """Decide as a custodian."""
    with access.session() as session:
        file = open_custody(session, find_case(session, case))
        asked = file.find(wanted)
        state = decide(session, file, asked, decision, _text(reason))
    if as_json:
        print_json({"case": file.custody.case, "request": asked.entry.id, "state": state})
    else:
        say(_("Sealed, signed and stored."))


@identity.command(name="open", help=_("Open the identity for an approved request in CASE, and seal it to the case."))
@click.argument("case")
@_REQUEST
@with_access
def open_command(access: Access, as_json: bool, case: str, wanted: str | None) -> None:
    """Open an identity as a custodian."""
    heading = _("The reporter's identity, opened by a custodian for a request that was approved:")
    with access.session() as session:
        file = open_custody(session, find_case(session, case))
        asked = file.find(wanted)
        answers = open_identity(session, file, asked, heading)
    if as_json:
        print_json({"case": file.custody.case, "request": asked.entry.id, "answers": answers})
        return
    for name, value in answers.items():
        say_text(f"{name}: {value}")
    say(_("It is sealed to the case now: everybody who reads the case can read it."))


def _text(given: str) -> str:
    return sys.stdin.read(_MAX_TEXT).strip() if given == "-" else given

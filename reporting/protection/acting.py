"""What is done in a case beside moving it on: a refusal proposed, danger told, the risk assessed, deadlines met."""

from __future__ import annotations

from sqlalchemy.orm import Session

from reporting import errors, profiles
from reporting.cases import rules as cases
from reporting.cases.models import Case
from reporting.cases.moving import (
    PROTECTION,
    ask_assessment,
    channel_then,
    deals_with,
    drop_void_finding,
    drop_void_proposal,
)
from reporting.cases.moving import waive_acknowledgement as waive
from reporting.cases.workflow import ASSESSING, CLOSED
from reporting.log.rules import record
from reporting.protection import rules
from reporting.protocol.encoding import JSONObject
from reporting.protocol.errors import N_
from reporting.service import Service

#: As what an entry is stored that is part of an act: a retry is told from the same bytes sent elsewhere.
ASSESSED, STEP, OBJECTION = "assessment", "step", "objection"


def parse_team_entry(content: JSONObject) -> cases.NewEntry:
    """The body of ``POST …/refusals``, ``…/findings`` or ``…/assessments``: an entry for the team, moving nothing on.

    :raises ProtocolError, Unprocessable: a field of another form
    """
    return cases.parse_entry({"audience": "team", "epoch": content.get("epoch"), "entry": content.get("entry")})


def propose_refusal(service: Service, member: str, case_id: str, new: cases.NewEntry) -> tuple[str, bool]:
    """Store the signed proposal to refuse protection: its id, and whether it is new.

    :raises NotFound: the member was not granted the case
    :raises NotAllowed: they do not protect on its channel
    :raises Conflict: the case is not being assessed, or another proposal is open
    :raises AlreadyThere: the same bytes are stored as an entry that proposes nothing
    """
    with service.database.write() as session:
        case = _locked(service, session, member, case_id)
        known = cases.known_entry(session, case_id, member, new.sealed)
        if known is not None:
            return _proposed_by(session, known), False
        if case.status != ASSESSING:
            raise errors.Conflict(N_("A refusal is proposed while a case is being assessed."))
        cases.check_epoch(session, case, new.epoch)
        drop_void_proposal(service, session, case)
        entry = cases.store_entry(service, session, member, case, new)
        found = rules.propose(session, case_id, member, entry, service.clock.today())
        record(service, session, member, "refusal:propose", case=case_id, details={"refusal": found})
    return found, True


def _proposed_by(session: Session, entry: str) -> str:
    stored = rules.proposal_of_entry(session, entry)
    if stored is None:
        raise errors.AlreadyThere(N_("This entry is stored already, and proposes nothing."), pointer="/entry")
    return stored


def propose_finding(service: Service, member: str, case_id: str, new: cases.NewEntry) -> tuple[str, bool]:
    """Store the signed proposal of a finding that needs two: its id, and whether it is new.

    :raises NotFound: the member was not granted the case
    :raises NotAllowed: their role on its channel deals with no cases
    :raises Conflict: it is no report, the case is closed, or another proposal is open
    :raises AlreadyThere: the same bytes are stored as an entry that proposes nothing
    """
    with service.database.write() as session:
        case = cases.granted(session, member, case_id, lock=True)
        known = cases.known_entry(session, case_id, member, new.sealed)
        if known is not None:
            return _proposed_by(session, known), False
        then = channel_then(service, session, case.channel_id, case.directory)
        if then.kind == PROTECTION or case.status == CLOSED:
            raise errors.Conflict(N_("A finding is proposed while a report is dealt with."))
        if not deals_with(service, session, case, member):
            raise errors.NotAllowed
        cases.check_epoch(session, case, new.epoch)
        drop_void_finding(service, session, case)
        entry = cases.store_entry(service, session, member, case, new)
        found = rules.propose(session, case_id, member, entry, service.clock.today())
        record(service, session, member, "finding:propose", case=case_id, details={"finding": found})
    return found, True


def raise_danger(service: Service, member: str, case_id: str) -> bool:
    """Put a case first, and let the hours in which somebody has to act begin: whether that is news.

    :raises NotFound, NotAllowed: as for :func:`propose_refusal`
    """
    with service.database.write() as session:
        case = _locked(service, session, member, case_id)
        channel = channel_then(service, session, case.channel_id, case.directory)
        hours = profiles.load(str(channel.policy["profile"]), service.settings.profiles).protection.danger_hours
        now = service.clock.now()
        if not rules.restart_clock(session, case_id, rules.DANGER, now + hours * rules.HOUR, now):
            return False
        record(service, session, member, "danger:raise", case=case_id)
    return True


def store_assessment(service: Service, member: str, case_id: str, new: cases.NewEntry) -> tuple[str, bool]:
    """Store an assessment of the risk, which meets the deadline for it: the entry's id, and whether it is new.

    The server cannot read it: that one was stored is all that it learns.

    :raises NotFound: the member was not granted the case
    :raises NotAllowed: it is a protection case, and they do not protect on its channel
    :raises EpochStale: the case has a newer epoch
    :raises AlreadyThere: the same bytes are stored by somebody else, or as something else
    """
    with service.database.write() as session:
        case = cases.granted(session, member, case_id, lock=True)
        if channel_then(service, session, case.channel_id, case.directory).kind == PROTECTION:
            cases.check_officer(service, session, case, member)
        if (known := cases.known_act(session, case_id, member, new.sealed, ASSESSED)) is not None:
            return known, False
        cases.check_epoch(session, case, new.epoch)
        entry = cases.store_entry(service, session, member, case, new, ASSESSED)
        for name in rules.finish_clocks(session, case_id, [rules.ASSESSMENT], service.clock.now()):
            record(service, session, member, "deadline:meet", case=case_id, details={"name": name})
    return entry, True


def record_step(service: Service, member: str, case_id: str, new: cases.NewEntry) -> tuple[str, bool]:
    """Store a step towards persons concerned: its entry's id, and whether it is new. The risk is then assessed again.

    The server cannot read it: that a step was recorded is all that it learns.

    :raises NotFound, NotAllowed, EpochStale, AlreadyThere: as for :func:`store_assessment`
    """
    with service.database.write() as session:
        case = cases.granted(session, member, case_id, lock=True)
        if channel_then(service, session, case.channel_id, case.directory).kind == PROTECTION:
            cases.check_officer(service, session, case, member)
        if (known := cases.known_act(session, case_id, member, new.sealed, STEP)) is not None:
            return known, False
        cases.check_epoch(session, case, new.epoch)
        entry = cases.store_entry(service, session, member, case, new, STEP)
        ask_assessment(service, session, case)
        record(service, session, member, "step:record", case=case_id, details={"entry": entry})
    return entry, True


def waive_acknowledgement(service: Service, member: str, case_id: str, new: cases.NewEntry) -> tuple[str, bool]:
    """Store the note that the reporter objects to an acknowledgement, and end its deadline: its id, whether it is new.

    The server cannot read the note, nor the request that it names: it learns that the reporter objects.

    :raises NotFound, NotAllowed, EpochStale, AlreadyThere: as for :func:`store_assessment`
    :raises Conflict: no acknowledgement is waited for
    """
    with service.database.write() as session:
        case = cases.granted(session, member, case_id, lock=True)
        if channel_then(service, session, case.channel_id, case.directory).kind == PROTECTION:
            cases.check_officer(service, session, case, member)
        if (known := cases.known_act(session, case_id, member, new.sealed, OBJECTION)) is not None:
            return known, False
        cases.check_epoch(session, case, new.epoch)
        waive(service, session, case)
        entry = cases.store_entry(service, session, member, case, new, OBJECTION)
        record(service, session, member, "acknowledgement:waive", case=case_id, details={"entry": entry})
    return entry, True


def tell_done(service: Service, member: str, case_id: str, content: JSONObject) -> list[str]:
    """Note that what an hour's clock waits for was done: the names of those that ran.

    :raises NotFound, NotAllowed: as for :func:`propose_refusal`
    :raises Unprocessable: no such clock, or one that the status ends
    """
    name = content.get("done")
    if name not in rules.TOLD:
        raise errors.Unprocessable(N_("There is no such deadline to be met by hand."), pointer="/done")
    with service.database.write() as session:
        _locked(service, session, member, case_id)
        met = rules.finish_clocks(session, case_id, [str(name)], service.clock.now())
        if met:
            record(service, session, member, "deadline:meet", case=case_id, details={"name": name})
    return met


def _locked(service: Service, session: Session, member: str, case_id: str) -> Case:
    case = cases.granted(session, member, case_id, lock=True)
    cases.check_officer(service, session, case, member)
    return case

"""Moving a case on, by the table of its kind, with everything that hangs on it."""

from __future__ import annotations

import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from reporting import errors, profiles
from reporting.cases import clocks, workflow
from reporting.cases.models import Case, Holding
from reporting.cases.workflow import Move, State
from reporting.directory import rules as directories
from reporting.log.rules import record
from reporting.permissions import permitted
from reporting.protection import check_ins
from reporting.protection import rules as protection
from reporting.protocol.directory_parts import Channel, parse_object
from reporting.protocol.encoding import JSON, JSONObject, is_hex32
from reporting.protocol.errors import N_
from reporting.service import Service

PROTECTION = "protection"
_LAST = (workflow.WITHDRAWN, workflow.CLOSED)


def parse_move(value: JSON, audience: str) -> Move | None:
    """The change of status that an entry tells of, or None.

    :raises Unprocessable: no such status or outcome, or an entry that the reporter does not get
    """
    if value is None:
        return None
    content = parse_object(value, "/status")
    status, outcome, refusal, finding = (content.get(name) for name in ("status", "outcome", "refusal", "finding"))
    if status not in workflow.STATUSES:
        raise errors.Unprocessable(N_("There is no such status."), pointer="/status/status")
    if audience != "reporter":
        raise errors.Unprocessable(N_("A status comes with an entry for both sides."), pointer="/audience")
    if (outcome is not None) != (status == workflow.DECIDED):
        raise errors.Unprocessable(N_("A decision has an outcome, and nothing else has."), pointer="/status/outcome")
    if outcome is not None and outcome not in workflow.OUTCOMES:
        raise errors.Unprocessable(N_("There is no such outcome."), pointer="/status/outcome")
    if refusal is not None and (outcome != workflow.REFUSED or not is_hex32(refusal)):
        raise errors.Unprocessable(N_("This is not a valid id."), pointer="/status/refusal")
    if finding is not None and (status != workflow.CLOSED or not is_hex32(finding)):
        raise errors.Unprocessable(N_("This is not a valid id."), pointer="/status/finding")
    return Move(str(status), *(None if value is None else str(value) for value in (outcome, refusal, finding)))


def channel_then(service: Service, session: Session, channel: str, version: int) -> Channel:
    """The channel as it was on the day on which the report was made: later changes do not move its deadlines."""
    return directories.at_version(service, session, version).channel(channel)


def state_of(session: Session, kind: str, case_id: str, status: str, stored: str) -> State:
    """Where a case stands."""
    found = State(status, clocks.decode(stored))
    if kind != PROTECTION:
        return found
    more = protection.state_of(session, case_id)
    return State(status, found.clocks, more.outcome, more.resumes)


def move(
    service: Service, session: Session, member: str, roles: frozenset[str], case: Case, to: Move, entry: str
) -> None:
    """Move a locked case on; ``entry`` is the id of the entry that tells of it.

    :raises NotAllowed: the member may not take this step
    :raises WrongTransition: the table has no such step
    :raises Conflict: a refusal or finding that nobody else proposed
    """
    then = channel_then(service, session, case.channel_id, case.directory)
    if to.finding is not None and then.kind == PROTECTION:
        raise errors.Unprocessable(N_("A finding is about a report."), pointer="/status/finding")
    before = state_of(session, then.kind, case.id, case.status, case.clocks)
    if then.kind == PROTECTION:
        check_officer(service, session, case, member)
    needed = workflow.permission_for(then.kind, before.status, to.status)
    if needed is not None and needed not in permitted(roles):
        raise errors.NotAllowed
    profile = profiles.load(str(then.policy["profile"]), service.settings.profiles)
    after = workflow.advance(then.kind, before, to, profile, service.clock.today())
    if then.kind == PROTECTION:
        _protect(service, session, member, case, to, after, entry)
        check_ins.begin(session, case.id, check_in_months(after, profile), service.clock.today())
    else:
        _find(service, session, member, case, to, entry)
    if to.status in _LAST:
        protection.finish_clocks(session, case.id, protection.CLOCKS, service.clock.now())
    _store(session, case, after)
    details = {"from": before.status, "to": after.status}
    if to.outcome is not None:
        details["outcome"] = to.outcome
    record(service, session, member, "case:status", case=case.id, details=details)


def waive_acknowledgement(service: Service, session: Session, case: Case) -> None:
    """End the deadline of a locked case's acknowledgement, since its reporter objects to one.

    :raises Conflict: it does not run
    """
    found = clocks.decode(case.clocks)
    if not clocks.is_running(found, clocks.ACKNOWLEDGE):
        raise errors.Conflict(N_("No acknowledgement is waited for in this case."))
    after = clocks.waive(found, clocks.ACKNOWLEDGE, service.clock.today())
    _store(session, case, State(case.status, after))


def _store(session: Session, case: Case, after: State) -> None:
    case.status, case.clocks = after.status, clocks.encode(after.clocks)
    due = clocks.next_due(after.clocks)
    session.execute(update(Holding).where(Holding.case_id == case.id).values(next_due=due))


def _protect(service: Service, session: Session, member: str, case: Case, to: Move, after: State, entry: str) -> None:
    if to.outcome == workflow.REFUSED:
        drop_void_proposal(service, session, case)
        protection.confirm(session, case.id, to.refusal, member, entry)
    protection.lapse(session, case.id)
    protection.set_state(session, case.id, after.outcome, after.resumes)
    decided = [protection.ASSESSMENT, protection.INTERIM] if to.status == workflow.DECIDED else []
    protection.finish_clocks(session, case.id, [protection.TRIAGE, *decided], service.clock.now())
    if decided:
        ask_assessment(service, session, case)


def check_in_months(after: State, profile: profiles.Profile) -> tuple[int, ...]:
    """After how many months the reporter is asked how they are; they are not where a case without protection ends."""
    protected = after.status == workflow.CLOSED and after.outcome in (workflow.GRANTED, workflow.PARTLY)
    return profile.protection.check_in_months if protected else ()


def _find(service: Service, session: Session, member: str, case: Case, to: Move, entry: str) -> None:
    """Let a finding that needs two confirm what another proposed; any change of status ends a proposal."""
    if to.finding is not None:
        if not deals_with(service, session, case, member):
            raise errors.NotAllowed
        drop_void_finding(service, session, case)
        protection.confirm(session, case.id, to.finding, member, entry)
    protection.lapse(session, case.id)


def drop_void_finding(service: Service, session: Session, case: Case) -> None:
    """End an open proposal of a finding whose author reads the report no more, or no longer deals with it."""
    proposer = protection.proposer(session, case.id)
    if proposer is None:
        return
    held = session.get(Holding, (case.id, proposer))
    if held is None or not held.granted or not deals_with(service, session, case, proposer):
        protection.lapse(session, case.id)


def drop_void_proposal(service: Service, session: Session, case: Case) -> None:
    """End an open proposal to refuse whose author protects no more on the case's channel."""
    proposer = protection.proposer(session, case.id)
    if proposer is not None and not is_officer(service, session, case.channel_id, case.directory, proposer):
        protection.lapse(session, case.id)


def check_officer(service: Service, session: Session, case: Case, member: str) -> None:
    """Whether a member protects on the case's channel.

    :raises NotAllowed: they have another role there, or none
    """
    if not is_officer(service, session, case.channel_id, case.directory, member):
        raise errors.NotAllowed


def deals_with(service: Service, session: Session, case: Case, member: str) -> bool:
    """Whether a member has a role on the case's channel that deals with cases: not the key in the safe alone."""
    roles = _channel_now(service, session, case.channel_id, case.directory).roles
    return any(member in roles.get(role, ()) for role in ("intake", "investigator", "protection"))


def is_officer(service: Service, session: Session, channel: str, version: int, member: str) -> bool:
    """Whether a member protects on a channel, by the list in force; one that was closed, as it was in ``version``."""
    found = _channel_now(service, session, channel, version)
    return found.kind == PROTECTION and member in found.roles.get("protection", ())


def _channel_now(service: Service, session: Session, channel: str, version: int) -> Channel:
    """A channel by the list in force; one that was closed, as it was in ``version``."""
    now = directories.current(service, session).channels
    return next((one for one in now if one.id == channel), None) or channel_then(service, session, channel, version)


def begin_hours(service: Service, session: Session, case: Case) -> None:
    """Let the hours of staff begin, now that one of them was told of a protection case or looks at it.

    Others than protection cases, and those whose hours run, are left as they are.
    """
    then = channel_then(service, session, case.channel_id, case.directory)
    if then.kind != PROTECTION or case.status in _LAST:
        return
    if protection.has_begun(session, case.id):
        return
    profile = profiles.load(str(then.policy["profile"]), service.settings.profiles)
    now = service.clock.now()
    protection.start_clocks(session, case.id, _dues(profile, case, now), now)


def ask_assessment(service: Service, session: Session, case: Case) -> None:
    """Ask that the risk be assessed anew in a locked case, now that something was done which can raise it.

    Cases of both kinds are asked about: protection officers do not see a report, so those who hold it assess it.
    """
    then = channel_then(service, session, case.channel_id, case.directory)
    profile = profiles.load(str(then.policy["profile"]), service.settings.profiles)
    last = profile.calendar.add_working_days(service.clock.today(), profile.protection.assessment_working_days)
    protection.ask_assessment(session, case.id, _end_of(last), service.clock.now())


def _dues(profile: profiles.Profile, case: Case, now: int) -> dict[str, int]:
    times = profile.protection
    dues = {
        protection.ASSESSMENT: _end_of(profile.calendar.add_working_days(case.received, times.assessment_working_days)),
        protection.INTERIM: _end_of(profile.calendar.add_working_days(case.received, times.interim_working_days)),
    }
    if case.status == workflow.RECEIVED:
        dues[protection.TRIAGE] = now + times.triage_hours * protection.HOUR
    return dues


def _end_of(day: datetime.date) -> int:
    next_day = datetime.datetime.combine(day + datetime.timedelta(days=1), datetime.time(), datetime.UTC)
    return int(next_day.timestamp()) - 1


def describe(service: Service, session: Session, case_id: str, channel: str, version: int) -> JSONObject | None:
    """What the desk shows of a protection case beside its status, and of another where an assessment was asked for."""
    found = protection.describe(session, case_id)
    is_other = channel_then(service, session, channel, version).kind != PROTECTION
    if not is_other:
        return found
    return {**found, "refusals": []} if found["clocks"] else None


def findings(service: Service, session: Session, case_id: str, channel: str, version: int) -> list[JSONObject]:
    """Findings of a report that were proposed to be signed by two; none of other cases."""
    if channel_then(service, session, channel, version).kind == PROTECTION:
        return []
    return protection.proposals(session, case_id)

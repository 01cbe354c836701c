"""What a member writes to a case: entries, a status, access for others. Always on the case as it is now."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from reporting.client.cases import DeskCase, open_case
from reporting.client.errors import FewHolders, NotPossible, Problem, UnexpectedAnswer
from reporting.client.filing import MembersWay
from reporting.client.mailbox import Clock
from reporting.client.member import MemberSession
from reporting.client.outgoing import FILES_AGAIN, NO_FILES, Files
from reporting.protocol import granting
from reporting.protocol.directory import Directory
from reporting.protocol.encoding import JSONObject, b64encode, is_id
from reporting.protocol.entry import Attachment, Entry
from reporting.protocol.errors import N_
from reporting.protocol.submission import Draft, entry_recipients, prepare_entry
from reporting.protocol.thread_types import CaseView

_ROUNDS = 3
_FEWEST = 2  # holders; with fewer, one lost key loses the case
_AGAIN = frozenset({"epoch-stale", "directory-outdated"}) | FILES_AGAIN


@dataclass(frozen=True)
class Written:
    """What the desk stored: the server's id, and the JSON id of the sealed entry."""

    id: str
    entry: str


def reply(session: MemberSession, case: DeskCase, text: str, files: Files = NO_FILES) -> Written:
    """A message to the reporter, which the team reads too."""
    return _write(session, case, Draft("message", "reporter", {"text": text}), files=files)


def note(session: MemberSession, case: DeskCase, text: str, files: Files = NO_FILES) -> Written:
    """A note for the team alone."""
    return _write(session, case, Draft("note", "team", {"text": text}), files=files)


@dataclass(frozen=True)
class Decision:
    """What was decided on protection, and how the reporter can contest it."""

    outcome: str
    appeal: str


def change_status(
    session: MemberSession,
    case: DeskCase,
    status: str,
    reason: str,
    clocks: Sequence[Clock],
    decision: Decision | None = None,
    finding: str | None = None,
) -> Written:
    """A signed status, with the change of the server's own field in the same step.

    :raises Problem: this status cannot follow the present one
    """
    body: JSONObject = {
        "status": status,
        "reason": reason,
        "clocks": [clock.to_json() for clock in clocks],
    }
    move: JSONObject = {"status": status}
    if decision is not None:
        body |= {"outcome": decision.outcome, "appeal": decision.appeal}
        move["outcome"] = decision.outcome
    if finding is not None:
        body["finding"] = finding
    return _write(session, case, Draft("status", "reporter", body), move)


def _write(
    session: MemberSession, case: DeskCase, draft: Draft, move: JSONObject | None = None, files: Files = NO_FILES
) -> Written:
    for _round in range(_ROUNDS):
        draft = replace(draft, attachments=_sent(session, case, draft, files))
        entry, sealed = _sealed(session, case, draft)
        content: JSONObject = {"audience": draft.audience, "epoch": entry.epoch, "entry": b64encode(sealed)}
        if draft.attachments:
            content["uploads"] = [attachment.upload for attachment in draft.attachments]
        if move is not None:
            content["status"] = move
        try:
            answer = session.send("POST", f"{_path(case)}/entries", content)
        except Problem as error:
            case = _again(session, case, error)
            continue
        return Written(str(answer.get("id"))[:64], entry.id)
    raise UnexpectedAnswer(N_("The people who hold this case keep changing; try again in a moment."))


def _sent(session: MemberSession, case: DeskCase, draft: Draft, files: Files) -> tuple[Attachment, ...]:
    view, recipient = case.opened.view, case.opened.parsed_recipient()
    to = entry_recipients(view, draft.audience, session.site.directory, recipient, session.site.today)
    return files.send(MembersWay(session, view.case), to)


def _sealed(session: MemberSession, case: DeskCase, draft: Draft) -> tuple[Entry, bytes]:
    recipient = case.opened.parsed_recipient()
    return prepare_entry(case.opened.view, session.author, draft, session.site.directory, recipient, session.site.today)


def _path(case: DeskCase) -> str:
    return f"/api/cases/{case.opened.view.case}"


def _again(session: MemberSession, case: DeskCase, error: Problem) -> DeskCase:
    """The case as it is now, where that is why the server refused.

    :raises Problem: it refused for another reason
    """
    if error.kind not in _AGAIN:
        raise error
    session.load_directory()
    return open_case(session, case.opened.view.case)


def _on_channel(directory: Directory, view: CaseView, member: str) -> None:
    if member not in directory.channel(view.channel).member_ids():
        raise NotPossible(N_("“{member}” has no role on the channel of this case."), member=member)


def give_access(session: MemberSession, case: DeskCase, member: str) -> Written:
    """Let one more member read a case, and record it.

    :raises Refused: the reporter excluded them, the directory does not list them, or the case is not in order
    :raises NotPossible: they have no role on the case's channel
    :raises Problem: they have access already
    """
    for _round in range(_ROUNDS):
        view, directory = case.opened.view, session.site.directory
        _on_channel(directory, view, member)
        recipient = session.site.recipients(view.channel)[member]
        held = case.held(session)
        grants = granting.grant_on(view, held, session.member, member, recipient, directory, session.site.today)
        entry, sealed = _sealed(session, case, Draft("access", "team", granting.access_body(member, grants)))
        content: JSONObject = {
            "member": member,
            "epoch": entry.epoch,
            "entry": b64encode(sealed),
            "grants": [{"epoch": epoch, "sealed": b64encode(grant)} for epoch, grant in sorted(grants.items())],
        }
        try:
            answer = session.send("POST", f"{_path(case)}/grants", content)
        except Problem as error:
            case = _again(session, case, error)
            continue
        return Written(str(answer.get("id"))[:64], entry.id)
    raise UnexpectedAnswer(N_("The people who hold this case keep changing; try again in a moment."))


def pass_on(session: MemberSession, case: DeskCase, leads: Collection[str]) -> DeskCase:
    """A new epoch that names ``leads`` among its holders; those who read the case go on reading it.

    :raises Refused: the reporter excluded one of them, the directory does not list them, or the case is not
        in order
    :raises NotPossible: one has no role on the case's channel
    """

    def wanted(view: CaseView) -> tuple[set[str], set[str]]:
        for member in leads:
            _on_channel(session.site.directory, view, member)
        return _holders(view) | set(leads), granting.readers(view) - set(leads)

    return _next_epoch(session, case, wanted)


def withdraw(session: MemberSession, case: DeskCase, member: str, *, confirmed: bool = False) -> DeskCase:
    """A new epoch without ``member``: they can open nothing that is written from then on.

    :param confirmed: the person was told that fewer than two hold the case afterwards, and wants it so
    :raises NotPossible: they have no access, or are the only holder
    :raises FewHolders: fewer than two would hold it, by the chain as it was verified here; not confirmed
    """

    def wanted(view: CaseView) -> tuple[set[str], set[str]]:
        if member == session.member:
            raise NotPossible(N_("Your own access has to be withdrawn by another holder of the case."))
        holders, reading = _holders(view), granting.readers(view)
        if member not in holders | reading:
            raise NotPossible(N_("“{member}” has no access to this case."), member=member)
        if holders == {member}:
            raise NotPossible(N_("Nobody would hold this case any more: pass it on first."))
        return holders - {member}, reading - {member}

    return _next_epoch(session, case, wanted, confirmed=confirmed)


def _holders(view: CaseView) -> set[str]:
    return set(view.chain.last.holders if view.chain else ())


def _next_epoch(
    session: MemberSession,
    case: DeskCase,
    wanted: Callable[[CaseView], tuple[set[str], set[str]]],
    *,
    confirmed: bool = False,
) -> DeskCase:
    """A new epoch; ``wanted`` names its holders and its further readers.

    It is asked of the case as it is in each round: whom a colleague shut out meanwhile stays outside.
    """
    for _round in range(_ROUNDS):
        view, directory, today = case.opened.view, session.site.directory, session.site.today
        holders, reading = wanted(view)
        # Whoever has left since the last epoch does not come along.
        here = {member for member in directory.channel(view.channel).member_ids() if directory.is_listed(member, today)}
        keys = session.site.recipients(view.channel)
        named = {member: keys[member] for member in sorted(holders & here)}
        if len(named) < _FEWEST and not confirmed:
            raise FewHolders(
                N_("Only {members} would hold this case: if that key is lost, nobody can open it."),
                members=", ".join(named),
            )
        new = granting.new_epoch(
            view, case.held(session), session.member, session.vault.signing_key, named, directory, today
        )
        further = {
            member: granting.grant_reading(view, new, member, keys[member], directory, today)
            for member in sorted(reading & here)
        }
        number = len(view.chain.epochs) if view.chain else 0
        try:
            request = _epoch_request(number, new, further)
            session.send("POST", f"{_path(case)}/epochs", request | ({"confirmed": True} if confirmed else {}))
        except Problem as error:
            case = _again(session, case, error)
            continue
        return _record_readers(session, open_case(session, view.case), number, sorted(further))
    raise UnexpectedAnswer(N_("The people who hold this case keep changing; try again in a moment."))


def _epoch_request(number: int, new: granting.NewEpoch, further: Mapping[str, bytes]) -> JSONObject:
    sealed = [(member, epoch, grant) for member, grants in new.grants.items() for epoch, grant in grants.items()]
    sealed += [(member, number, grant) for member, grant in further.items()]
    return {
        "note": new.note,
        "recipient": str(new.recipient),
        "grants": [{"member": member, "epoch": epoch, "sealed": b64encode(grant)} for member, epoch, grant in sealed],
    }


def assign(session: MemberSession, case_id: str, member: str | None) -> bool:
    """Say who deals with a case, None for nobody: whether that is a change. It gives nobody access.

    :raises NotPossible: this cannot be a member's id
    :raises Problem: the case is not this member's, or the other has no access to it
    """
    if member is not None and not is_id(member):
        raise NotPossible(N_("“{member}” is not the id of a member."), member=member)
    answer = session.send("POST", "/api/cases/assignments", {"cases": [case_id], "member": member})
    return answer.get("changed") == [case_id]


def _record_readers(session: MemberSession, case: DeskCase, number: int, members: Sequence[str]) -> DeskCase:
    # The note names holders alone: who else reads the new epoch is recorded as every grant is.
    for member in members:
        _write(session, case, Draft("access", "team", granting.access_body(member, [number])))
        case = open_case(session, case.opened.view.case)
    return case

"""Identities at the terminal: a holder asks, custodians decide, one of them opens (protocol section 4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from reporting.client.cases import DeskCase, load_entries, open_case
from reporting.client.casework import Written, reply
from reporting.client.errors import NotPossible, UnexpectedAnswer, not_as_described
from reporting.client.mailbox import ServedCase, parse_case
from reporting.client.member import MemberSession
from reporting.protocol import custody as rules
from reporting.protocol.age import HybridRecipient
from reporting.protocol.custody import OPENED, Asked, Custody
from reporting.protocol.disclosure import Disclosure, make_disclosure
from reporting.protocol.encoding import JSONObject, b64decode, b64encode, is_hex32
from reporting.protocol.entry import Entry, new_id, seal_entry
from reporting.protocol.errors import Malformed, NewerDirectory, ProtocolError, Refused, N_
from reporting.protocol.withdrawal import make_withdrawal

_LEAST = 2


@dataclass(frozen=True)
class Question:
    """What a holder asks; either ``told``, the message to the reporter, or ``waiver``, why not, is empty."""

    reason: str
    legal_basis: str
    told: str = ""
    waiver: str = ""


def ask(session: MemberSession, case_id: str, question: Question) -> str:
    """Tell the reporter, unless that is waived, and ask the custodians: the server's id of the request.

    :raises NotPossible: a part is missing
    :raises Refused: the case is not in order, this member does not hold it, or there is nobody to ask
    :raises Problem: the reporter has not said who they are, or the case has just changed: ask again
    """
    if not question.reason.strip() or not question.legal_basis.strip():
        raise NotPossible(N_("A request needs a reason and a legal basis."))
    if bool(question.told.strip()) == bool(question.waiver.strip()):
        raise NotPossible(N_("The reporter is told beforehand, or a reason says why not: one of both."))
    found = open_case(session, case_id)
    custodians = _askable(session, found)
    notice = None
    if question.told.strip():
        written = reply(session, found, question.told)
        found = open_case(session, case_id)
        notice = _notice(found, written)
    entry, request = _request(session, found, question, custodians, notice[1] if notice else None)
    keys = session.site.recipients(request.channel)
    recipients = [*(keys[member] for member in custodians), found.opened.parsed_recipient()]
    content: JSONObject = {
        "epoch": entry.epoch,
        "entry": b64encode(seal_entry(entry, session.vault.signing_key, recipients)),
        "custodians": list(custodians),
        "notice": notice[0] if notice else None,
    }
    return str(session.send("POST", f"/api/cases/{case_id}/disclosures", content).get("id"))[:64]


def _askable(session: MemberSession, found: DeskCase) -> tuple[str, ...]:
    view = found.opened.view
    if view.chain is None or view.first is None or view.first.first is None:
        raise Refused(N_("This case is not in order; nothing can be sealed to it."))
    if session.member not in view.chain.last.holders:
        raise Refused(N_("Only somebody who holds this case can ask for the reporter's identity."))
    first = view.first.first
    custodians = session.site.directory.custodians(first.channel, session.site.today, first.excluded)
    asked = tuple(member for member in custodians if member != session.member)
    if not asked:
        raise Refused(N_("There is no custodian of this channel whom you could ask."))
    return asked


def _notice(found: DeskCase, written: Written) -> tuple[str, bytes]:
    """The message that told the reporter: the server's id, and the hash of its sealed bytes."""
    for view in found.opened.view.entries:
        if view.entry is not None and view.entry.id == written.entry:
            return view.served.id, view.served.sha256
    raise UnexpectedAnswer(N_("The message to the reporter is not among the entries of this case; nothing was asked."))


def _request(
    session: MemberSession, found: DeskCase, question: Question, custodians: tuple[str, ...], notice: bytes | None
) -> tuple[Entry, Disclosure]:
    view, directory, today = found.opened.view, session.site.directory, session.site.today
    directory.check_current(today)
    view.check_may_seal(found.opened.parsed_recipient())
    grant = next((grant for grant in found.held(session) if grant.epoch == 0), None)
    if grant is None:
        raise Refused(N_("This case is not in order; nothing can be sealed to it."))
    wanted = session.get(f"/api/cases/{view.case}/disclosures").get("needed")
    needed = wanted if isinstance(wanted, int) and wanted >= _LEAST else _LEAST
    request = Disclosure(
        reporter_key=view.reporter_key,
        recipient=grant.identity.recipient,
        channel=view.channel,
        reason=question.reason.strip(),
        legal_basis=question.legal_basis.strip(),
        custodians=custodians,
        needed=min(needed, len(custodians)),
        notice=notice,
        waiver=question.waiver.strip(),
    )
    return make_disclosure(view, directory, session.member, request, today, new_id()), request


def withdraw(session: MemberSession, case_id: str, beginning: str | None, reason: str) -> str:
    """Take back a request of one's own, the newest unless one is named: the id of the signed request.

    :param beginning: of that id, or of the one that the server gave when it was made
    :raises NotPossible: there is no such request of this member's
    :raises Malformed: no reason
    :raises Refused: it is closed or withdrawn, or the case is not in order
    :raises Problem: the server refuses
    """
    found = open_case(session, case_id)
    view, directory, today = found.opened.view, session.site.directory, session.site.today
    asked, disclosure = _own_request(session, found, beginning or "")
    recipient = found.opened.parsed_recipient()
    directory.check_current(today)
    view.check_may_seal(recipient)
    entry = make_withdrawal(view, asked, directory, session.member, reason.strip(), today, new_id())
    sealed = seal_entry(entry, session.vault.signing_key, [*_still_asked(session, asked), recipient])
    content: JSONObject = {"epoch": entry.epoch, "entry": b64encode(sealed)}
    session.send("POST", f"/api/cases/{view.case}/disclosures/{disclosure}/withdrawal", content)
    return asked.entry.id


def _still_asked(session: MemberSession, asked: Asked) -> list[HybridRecipient]:
    """Keys of those who were asked and are custodians still."""
    channel = asked.request.channel
    keys = session.site.recipients(channel)
    here = set(session.site.directory.custodians(channel, session.site.today)) & set(asked.request.custodians)
    return [keys[member] for member in sorted(here)]


def _own_request(session: MemberSession, found: DeskCase, beginning: str) -> tuple[Asked, str]:
    """The newest request of this member's whose id begins so, and the server's id of it."""
    view = found.opened.view
    own = [one for one in rules.asked_in(view) if one.entry.author == session.member]
    try:
        listed = _ids(session.get(f"/api/cases/{view.case}/disclosures").get("disclosures"))
    except ProtocolError as error:
        raise not_as_described(error) from None
    entries = {one.served.sha256: one.served.id for one in view.entries}
    for asked in reversed(own):
        disclosure = listed.get(entries.get(asked.sha256, ""), "")
        if disclosure and (asked.entry.id.startswith(beginning) or disclosure.startswith(beginning)):
            return asked, disclosure
    raise NotPossible(N_("There is no such request of yours in this case."))


@dataclass(frozen=True)
class CustodyFile:
    """A case as a custodian reads it; ``disclosures``: the server's ids of requests, by its ids of their entries."""

    served: ServedCase
    custody: Custody
    disclosures: Mapping[str, str]

    def find(self, beginning: str | None) -> Asked:
        """The request whose id begins so; the newest where none is named.

        :raises NotPossible: there is none
        """
        found = [asked for asked in self.custody.asked if beginning is None or asked.entry.id.startswith(beginning)]
        if not found:
            raise NotPossible(N_("There is no such request in this case."))
        return found[-1]

    def path(self, asked: Asked) -> str:
        """Where the server takes what is decided on a request.

        :raises UnexpectedAnswer: it does not list the request
        """
        entry = next((one.id for one in self.served.sealed.entries if one.sha256 == asked.sha256), "")
        if entry not in self.disclosures:
            raise UnexpectedAnswer(N_("The server does not show this request."))
        return f"/api/cases/{self.custody.case}/disclosures/{self.disclosures[entry]}"

    def recipient(self) -> HybridRecipient:
        """The case's newest recipient.

        :raises Refused: the server offers another
        """
        recipient = HybridRecipient.parse(self.served.recipient)
        if self.custody.chain is None:
            raise Refused(N_("This case is not in order; nothing can be sealed to it."))
        self.custody.chain.check_may_seal(recipient, self.custody.named_epoch)
        return recipient


def open_custody(session: MemberSession, case_id: str) -> CustodyFile:
    """Load a case as its custodian, and judge every request and decision.

    :raises Problem: there is no such case for this member
    """
    content = session.get(f"/api/cases/{case_id}")
    entries = [entry for entry in load_entries(session, case_id) if entry.get("audience") == "custodian"]
    listed = session.get(f"/api/cases/{case_id}/disclosures").get("disclosures")
    try:
        served = parse_case(content, entries)
        disclosures = _ids(listed)
    except ProtocolError as error:
        raise not_as_described(error) from None
    if served.sealed.case != case_id:
        raise UnexpectedAnswer(N_("The server's answer is about another case."))
    try:
        return CustodyFile(served, _judged(session, served), disclosures)
    except NewerDirectory:
        session.load_directory()
        return CustodyFile(served, _judged(session, served), disclosures)


def _judged(session: MemberSession, served: ServedCase) -> Custody:
    sealed = served.sealed
    return rules.read_custody(
        sealed.entries, session.vault.identities, sealed.case, sealed.epochs, session.site.directory
    )


def _ids(listed: object) -> dict[str, str]:
    if not isinstance(listed, list):
        raise Malformed(N_("This must be a list."), pointer="/disclosures")
    found = {}
    for item in listed:
        if not isinstance(item, dict) or not is_hex32(item.get("entry")) or not is_hex32(item.get("id")):
            raise Malformed(N_("This must be 32 hexadecimal digits."), pointer="/disclosures")
        found[str(item["entry"])] = str(item["id"])
    return found


def decide(session: MemberSession, file: CustodyFile, asked: Asked, decision: str, reason: str) -> str:
    """Approve or refuse a request: the state that the server then gives it.

    :raises Malformed: a refusal without a reason
    :raises Refused: the request is closed, or this member has no say in it
    :raises Problem: the server refuses
    """
    entry, sealed = _sealed_decision(session, file, asked, decision, reason)
    content: JSONObject = {"epoch": entry.epoch, "entry": b64encode(sealed), "decision": decision}
    return str(session.send("POST", f"{file.path(asked)}/decisions", content).get("state"))[:64]


def _sealed_decision(
    session: MemberSession, file: CustodyFile, asked: Asked, decision: str, reason: str
) -> tuple[Entry, bytes]:
    directory, today = session.site.directory, session.site.today
    directory.check_current(today)
    said = (decision, reason.strip())
    entry = rules.make_decision(file.custody, asked, directory, session.member, said, today, new_id())
    recipients = [*_still_asked(session, asked), file.recipient()]
    return entry, seal_entry(entry, session.vault.signing_key, recipients)


def open_identity(session: MemberSession, file: CustodyFile, asked: Asked, heading: str) -> JSONObject:
    """Open the identity for an approved request, and seal it to the case as a note under ``heading``: the answers.

    :raises Refused: too few authentic approvals, or the request is closed
    :raises NotAuthentic: the identity is not this case's
    :raises Problem: the server refuses
    """
    directory, today = session.site.directory, session.site.today
    answer = session.send("POST", f"{file.path(asked)}/opening", {})
    try:
        sealed = b64decode(answer.get("sealed"), pointer="/sealed")
    except ProtocolError as error:
        raise not_as_described(error) from None
    identity = rules.open_approved(file.custody, asked, sealed, session.vault.identities, directory, today)
    given = identity.body.get("answers")
    answers: JSONObject = given if isinstance(given, dict) else {}
    opened, entry = _sealed_decision(session, file, asked, OPENED, "")
    text = "\n".join([heading, "", *(f"{name}: {value}" for name, value in answers.items())])
    content: JSONObject = {
        "epoch": opened.epoch,
        "entry": b64encode(entry),
        "note": b64encode(_sealed_note(session, file, opened.epoch, text)),
    }
    session.send("POST", f"{file.path(asked)}/opened", content)
    return answers


def _sealed_note(session: MemberSession, file: CustodyFile, epoch: int, text: str) -> bytes:
    # A custodian cannot read the team's thread: the note follows nothing.
    entry = Entry(
        id=new_id(),
        case=file.custody.case,
        epoch=epoch,
        directory=session.site.directory.version,
        audience="team",
        kind="note",
        author=session.member,
        date=session.site.today,
        prev=(),
        body={"text": text},
    )
    return seal_entry(entry, session.vault.signing_key, [file.recipient()])

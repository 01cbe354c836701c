"""Identity files and the request to open one (protocol section 4): who is told who the reporter is.

The identity is an entry of kind ``identity``, sealed to custodians and signed by the reporter's key
for the case. A custodian's client opens it only for an authentic ``disclosure`` request.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from reporting.protocol import epoch as epochs
from reporting.protocol.age import HybridRecipient, Identities
from reporting.protocol.directory import Directory
from reporting.protocol.encoding import (
    JSON,
    JSONObject,
    b64decode,
    b64encode,
    check_integer,
    check_text,
    dump_json,
    is_id,
    sha256,
)
from reporting.protocol.entry import MAX_CUSTODIANS, MAX_EXCLUDED, OVERHEAD, Entry, SignedEntry, open_entry
from reporting.protocol.epoch import Chain
from reporting.protocol.errors import Malformed, NotAuthentic, ProtocolError, Refused, N_
from reporting.protocol.padding import ENTRY_FLOOR
from reporting.protocol.thread_types import CaseView

MAX_REASON = 4_096
#: Bytes of an identity entry's JSON: all of them have one padded size, and leave the report its room on the wire.
MAX_IDENTITY = ENTRY_FLOOR - OVERHEAD


def identity_body(answers: Mapping[str, JSON], channel: str, excluded: Collection[str]) -> JSONObject:
    """The body of an ``identity`` entry.

    Custodians cannot read the first entry: by this they know its channel, and whom the reporter shut out.
    """
    return {"answers": dict(answers), "channel": channel, "excluded": sorted(excluded)}


def check_identity_size(entry: Entry) -> None:
    """Whether an identity entry has the one size that all of them have.

    :raises Malformed: it is longer
    """
    over = len(dump_json(entry.to_json())) - MAX_IDENTITY
    if over > 0:
        raise Malformed(
            N_(
                "Who you are and the list of people you shut out are together {over} bytes too long. Write less about"
                " yourself, or leave it out."
            ),
            pointer="/identity",
            over=over,
        )


@dataclass(frozen=True)
class Disclosure:
    """Why somebody asks for the reporter's identity; ``recipient`` is the case's, of epoch 0.

    ``custodians`` are those who are asked, ``needed`` how many of them must approve. Either ``notice`` is the
    hash of the message in which the reporter was told beforehand, or ``waiver`` says why they were not.
    """

    reporter_key: bytes
    recipient: HybridRecipient
    channel: str
    reason: str = field(repr=False)
    legal_basis: str
    custodians: tuple[str, ...]
    needed: int
    notice: bytes | None
    waiver: str = field(default="", repr=False)

    def body(self) -> JSONObject:
        """The body of the ``disclosure`` entry."""
        return {
            "reporter_key": b64encode(self.reporter_key),
            "recipient": str(self.recipient),
            "channel": self.channel,
            "reason": self.reason,
            "legal_basis": self.legal_basis,
            "custodians": list(self.custodians),
            "needed": self.needed,
            **({"waiver": self.waiver} if self.notice is None else {"notice": b64encode(self.notice)}),
        }


def parse_disclosure(body: Mapping[str, JSON]) -> Disclosure:
    """Read the body of a ``disclosure`` entry.

    :raises Malformed: a member missing, or of another form
    """
    if not is_id(body.get("channel")):
        raise Malformed(N_("This is not a valid id."), pointer="/body/channel")
    custodians = _parse_custodians(body.get("custodians"))
    return Disclosure(
        reporter_key=b64decode(body.get("reporter_key"), length=32, pointer="/body/reporter_key"),
        recipient=HybridRecipient.parse(check_text(body.get("recipient"), pointer="/body/recipient")),
        channel=str(body["channel"]),
        reason=check_text(body.get("reason"), pointer="/body/reason", limit=MAX_REASON),
        legal_basis=check_text(body.get("legal_basis"), pointer="/body/legal_basis", limit=MAX_REASON),
        custodians=custodians,
        needed=check_integer(body.get("needed"), 1, len(custodians), pointer="/body/needed"),
        notice=_parse_notice(body),
        waiver=_parse_waiver(body),
    )


def _parse_custodians(value: JSON) -> tuple[str, ...]:
    if not isinstance(value, list) or not 1 <= len(value) <= MAX_CUSTODIANS or not all(map(is_id, value)):
        raise Malformed(N_("This must be a list of ids."), pointer="/body/custodians")
    if value != sorted(set(value)):
        raise Malformed(N_("This list must be sorted and name nothing twice."), pointer="/body/custodians")
    return tuple(str(member) for member in value)


def _parse_notice(body: Mapping[str, JSON]) -> bytes | None:
    if ("notice" in body) == ("waiver" in body):
        raise Malformed(
            N_("The reporter is told beforehand, or a reason says why not: one of both."), pointer="/body/notice"
        )
    return b64decode(body["notice"], length=32, pointer="/body/notice") if "notice" in body else None


def _parse_waiver(body: Mapping[str, JSON]) -> str:
    if "waiver" not in body:
        return ""
    waiver = check_text(body["waiver"], pointer="/body/waiver", limit=MAX_REASON)
    if not waiver.strip():
        raise Malformed(N_("A waiver needs a reason of its own."), pointer="/body/waiver")
    return waiver


def open_disclosure(
    sealed: bytes, custodian: Identities, case: str, epoch_notes: Sequence[str], directory: Directory
) -> tuple[Entry, Disclosure]:
    """A custodian opens a request: its key fits the case, its signer holds the case by the epoch chain.

    :raises CannotOpen: sealed to other custodians
    :raises NotAuthentic: another case, a key that does not give the case id, a signer who is no holder or has new keys
    :raises Malformed: not a disclosure request
    """
    entry, request, chain = read_request(open_entry(sealed, custodian), case, epoch_notes, directory)
    if entry.author not in chain.last.holders:  # whoever held it once may not ask any more
        raise NotAuthentic(N_("This request was not made by anybody who holds the case."))
    if not is_under_present_key(entry, directory):
        raise NotAuthentic(N_("Whoever made this request has new keys since. They have to ask again."))
    return entry, request


def read_request(
    signed: SignedEntry, case: str, epoch_notes: Sequence[str], directory: Directory
) -> tuple[Entry, Disclosure, Chain]:
    """A request whose signer held the case in the epoch that it names, perhaps no more; with the case's epochs.

    :raises NotAuthentic, Malformed: as :func:`open_disclosure`
    """
    if signed.entry.case != case or signed.entry.kind != "disclosure":
        raise NotAuthentic(N_("This request does not belong to this case."))
    request = parse_disclosure(signed.entry.body)
    if epochs.case_id(epochs.case_hash(request.recipient), sha256(request.reporter_key)) != case:
        raise NotAuthentic(N_("This request does not belong to this case."))
    chain = epochs.verify_chain(epoch_notes, case, request.reporter_key, directory, ())
    if chain.broken is not None:
        raise chain.broken
    number = signed.entry.epoch
    if number > chain.last.number or signed.entry.author not in chain.epochs[number].holders:
        raise NotAuthentic(N_("This request was not made by anybody who holds the case."))
    return verify_member(signed, request.channel, directory), request, chain


def is_under_present_key(entry: Entry, directory: Directory) -> bool:
    """Whether an authentic entry was signed with the key that its author has today: one replaced may be stolen."""
    member = directory.member(entry.author)
    return member is not None and member.since <= entry.directory


def verify_member(signed: SignedEntry, channel: str, directory: Directory) -> Entry:
    """The entry, once a key of its author's, in force with a role on the channel, has signed it.

    :raises NotAuthentic: none has
    :raises NewerDirectory: it names a directory above this one
    """
    entry = signed.entry
    for key in directory.author_keys(entry.author, entry.directory, channel, entry.date):
        try:
            return signed.verify(key.public)
        except NotAuthentic:
            continue
    raise NotAuthentic(N_("Its author's signature does not hold."))


def open_identity(sealed: bytes, custodian: Identities, case: str, request: Disclosure) -> Entry:
    """The identity entry, once it proves to belong to the case and channel that ``request`` names.

    :raises CannotOpen: sealed to other custodians
    :raises NotAuthentic: of another case or channel, or not signed by the case's reporter
    """
    signed = open_entry(sealed, custodian)
    if signed.entry.case != case or signed.entry.kind != "identity":
        raise NotAuthentic(N_("This identity file belongs to another case."))
    try:
        entry = signed.verify(request.reporter_key)
    except ProtocolError:
        raise NotAuthentic(N_("This identity file was not made by this case's reporter.")) from None
    # Devices did not always name the channel: without it, the request's word is all there is.
    if "channel" in entry.body and entry.body["channel"] != request.channel:
        raise NotAuthentic(N_("This request names another channel than the reporter chose."))
    return entry


def shut_out_by(identity: Entry) -> frozenset[str]:
    """Whom the reporter excluded, by the word of the identity itself: custodians cannot read the first entry.

    :raises Malformed: not a list of ids
    """
    excluded = identity.body.get("excluded", [])
    if not isinstance(excluded, list) or len(excluded) > MAX_EXCLUDED or not all(map(is_id, excluded)):
        raise Malformed(N_("This must be a list of ids."), pointer="/body/excluded")
    return frozenset(str(member) for member in excluded)


def make_disclosure(
    view: CaseView, directory: Directory, author: str, request: Disclosure, today: datetime.date, entry_id: str
) -> Entry:
    """The ``disclosure`` entry that carries ``request``, ready to be sealed to the custodians and the case.

    :raises Refused: the case is not in order, or the author does not hold it
    """
    if view.chain is None or view.chain.broken or author not in view.chain.last.holders:
        raise Refused(N_("Only somebody who holds this case can ask for the reporter's identity."))
    return disclosure_entry(view, view.chain, directory, author, request.body(), today, entry_id)


def disclosure_entry(
    view: CaseView,
    chain: Chain,
    directory: Directory,
    author: str,
    body: JSONObject,
    today: datetime.date,
    entry_id: str,
) -> Entry:
    """An entry of kind ``disclosure`` under the last epoch of ``chain``, ready to be sealed."""
    return Entry(
        id=entry_id,
        case=view.case,
        epoch=chain.last.number,
        directory=directory.version,
        audience="custodian",
        kind="disclosure",
        author=author,
        date=today,
        prev=view.heads("custodian"),
        body=body,
    )

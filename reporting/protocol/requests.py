"""The structure of a reporter's requests, as far as it can be judged without directory or keys.

These are the checks of protocol section 6 that the server makes before it looks anything up, and
that a client may make before it sends. Every refusal names the field.
"""

from __future__ import annotations

from dataclasses import dataclass

from reporting.protocol import age
from reporting.protocol import epoch as epochs
from reporting.protocol import note as notes
from reporting.protocol.age import HybridRecipient
from reporting.protocol.directory import MAX_VERSION
from reporting.protocol.directory_parts import parse_list, parse_object
from reporting.protocol.encoding import (
    JSON,
    JSONObject,
    b64decode,
    b64encode,
    check_integer,
    check_text,
    dump_json,
    is_hex32,
    is_id,
    sha256,
)
from reporting.protocol.entry import MAX_ATTACHMENTS, MAX_CUSTODIANS, PADDED_SIZES
from reporting.protocol.epoch import MAX_EPOCHS, MAX_HOLDERS, Epoch
from reporting.protocol.errors import Malformed, ProtocolError, N_
from reporting.protocol.grant import plaintext_size

_SIGNATURE_SIZE = 64
_REPORTER_STANZAS = 2


@dataclass(frozen=True)
class SealedGrant:
    """A grant as sent: to whom, and the age file."""

    member: str
    sealed: bytes


@dataclass(frozen=True)
class ReportRequest:
    """A well-formed ``POST /api/reports``; whether its channel and members exist is not known yet."""

    case: str
    directory: int
    channel: str
    token: bytes
    recipient: str
    epoch_note: str
    epoch: Epoch
    reporter_sha256: bytes
    grants: tuple[SealedGrant, ...]
    entry: bytes
    identity: bytes | None
    identity_stanzas: int
    uploads: tuple[str, ...]

    @property
    def digest(self) -> bytes:
        """What a retry has in common with the request it repeats: all but challenge and directory."""
        grants = sorted([grant.member, b64encode(sha256(grant.sealed))] for grant in self.grants)
        identity = None if self.identity is None else b64encode(sha256(self.identity))
        parts = [
            self.case,
            b64encode(self.token),
            self.channel,
            b64encode(self.reporter_sha256),
            self.recipient,
            self.epoch_note,
            grants,
            b64encode(sha256(self.entry)),
            identity,
            sorted(self.uploads),
        ]
        return sha256(dump_json(parts))


@dataclass(frozen=True)
class EntryRequest:
    """A well-formed ``POST /api/entries``."""

    token: bytes
    case: str
    epoch: int
    entry: bytes
    uploads: tuple[str, ...]


@dataclass(frozen=True)
class CertificateRequest:
    """A well-formed ``POST /api/certify``."""

    token: bytes
    case: str
    opening: bytes
    commitment: bytes
    name_channel: bool


def is_padded_size(size: int) -> bool:
    """Whether a plaintext of ``size`` bytes may be a padded entry."""
    return size in PADDED_SIZES


def check_sealed_entry(value: JSON, stanzas: int | range, pointer: str) -> bytes:
    """The bytes of a sealed entry with that many hybrid stanzas and an allowed length.

    :raises Malformed: not canonical base64, another header, another length
    """
    sealed = b64decode(value, pointer=pointer)
    age.check_sealed(sealed, stanzas=stanzas, plaintext_sizes=is_padded_size, pointer=pointer)
    return sealed


def check_sealed_grant(value: JSON, epoch: int, pointer: str) -> bytes:
    """The bytes of a sealed grant for ``epoch``: one hybrid stanza, a plaintext of three lines' length.

    :raises Malformed: not canonical base64, another header, another length
    """
    sealed = b64decode(value, pointer=pointer)
    size = plaintext_size(epoch)
    age.check_sealed(sealed, stanzas=1, plaintext_sizes=range(size, size + 1), pointer=pointer)
    return sealed


def parse_grants(value: JSON, pointer: str = "/grants") -> tuple[SealedGrant, ...]:
    """Grants to one member or more, to nobody twice.

    :raises Malformed: anything else
    """

    def one(item: JSON, at: str) -> SealedGrant:
        content = parse_object(item, at)
        if not is_id(content.get("member")):
            raise Malformed(N_("This is not a valid id."), pointer=f"{at}/member")
        return SealedGrant(content["member"], check_sealed_grant(content.get("sealed"), 0, f"{at}/sealed"))

    grants = parse_list(value, pointer, one, MAX_HOLDERS)
    if not grants:
        raise Malformed(N_("A case must be granted to somebody."), pointer=pointer)
    if len({grant.member for grant in grants}) != len(grants):
        raise Malformed(N_("Somebody is granted this case twice."), pointer=pointer)
    return grants


def parse_uploads(value: JSON) -> tuple[str, ...]:
    """Ids of uploads, at most sixteen, none twice.

    :raises Malformed: anything else
    """

    def one(item: JSON, pointer: str) -> str:
        return check_text(item, pointer=pointer, limit=64)

    uploads = parse_list(value, "/uploads", one, MAX_ATTACHMENTS)
    if len(set(uploads)) != len(uploads):
        raise Malformed(N_("An upload is named twice."), pointer="/uploads")
    return uploads


def parse_token(content: JSONObject) -> bytes:
    """The mailbox token, 32 bytes.

    :raises Malformed: anything else
    """
    return b64decode(content.get("token"), length=32, pointer="/token")


def parse_recipient(value: JSON, pointer: str = "/recipient") -> str:
    """A hybrid recipient string, strictly checked.

    :raises Malformed: anything else
    """
    try:
        return str(HybridRecipient.parse(check_text(value)))
    except ProtocolError as error:
        raise Malformed(error.message, pointer=pointer, **error.values) from None


def _parse_epoch(value: JSON, origin: str) -> tuple[str, Epoch]:
    text = check_text(value, pointer="/epoch", limit=epochs.MAX_NOTE)
    try:
        note = notes.parse(text)
        epoch = epochs.parse_text(note.text)
    except ProtocolError as error:
        raise error.at("/epoch") from None
    names = [signature.name for signature in note.signatures]
    if names != [epochs.signer_name(origin, "reporter")] or len(note.signatures[0].signature) != _SIGNATURE_SIZE:
        raise Malformed(N_("An epoch note carries one signature, by the reporter."), pointer="/epoch")
    if note.encode() != text:
        raise Malformed(N_("This is not an epoch note."), pointer="/epoch")
    return text, epoch


def parse_report_request(content: JSONObject, origin: str) -> ReportRequest:
    """Judge the structure of ``POST /api/reports``.

    :raises Malformed: the first thing found wrong; its pointer names the field
    """
    directory = check_integer(content.get("directory"), 1, MAX_VERSION, pointer="/directory")
    if not is_id(content.get("channel")):
        raise Malformed(N_("This is not a valid id."), pointer="/channel")
    token = parse_token(content)
    recipient = parse_recipient(content.get("recipient"))
    epoch_note, epoch = _parse_epoch(content.get("epoch"), origin)
    reporter_sha256 = b64decode(content.get("reporter_sha256"), length=32, pointer="/reporter_sha256")
    grants = parse_grants(content.get("grants"))
    entry = check_sealed_entry(content.get("entry"), _REPORTER_STANZAS, "/entry")
    identity, identity_stanzas = _parse_identity(content.get("identity"))
    case_hash = epochs.case_hash(recipient)
    implied = Epoch(
        origin=origin,
        case=epochs.case_id(case_hash, reporter_sha256),
        number=0,
        recipient_sha256=case_hash,
        holders=tuple(sorted(grant.member for grant in grants)),
        previous=epochs.NO_PREVIOUS,
        directory=epoch.directory,
        date=epoch.date,
    )
    if epoch.text() != implied.text():
        raise Malformed(N_("The epoch note does not fit the rest of this report."), pointer="/epoch")
    return ReportRequest(
        case=implied.case,
        directory=directory,
        channel=content["channel"],
        token=token,
        recipient=recipient,
        epoch_note=epoch_note,
        epoch=epoch,
        reporter_sha256=reporter_sha256,
        grants=grants,
        entry=entry,
        identity=identity,
        identity_stanzas=identity_stanzas,
        uploads=parse_uploads(content.get("uploads")),
    )


def _parse_identity(value: JSON) -> tuple[bytes | None, int]:
    if value is None:
        return None, 0
    sealed = check_sealed_entry(value, range(1, MAX_CUSTODIANS + 1), "/identity")
    return sealed, len(age.parse_header(sealed).stanzas)


def parse_entry_request(content: JSONObject) -> EntryRequest:
    """Judge the structure of ``POST /api/entries``.

    :raises Malformed: the first thing found wrong; its pointer names the field
    """
    token = parse_token(content)
    if not is_hex32(content.get("case")):
        raise Malformed(N_("This must be 32 hexadecimal digits."), pointer="/case")
    return EntryRequest(
        token=token,
        case=content["case"],
        epoch=check_integer(content.get("epoch"), 0, MAX_EPOCHS - 1, pointer="/epoch"),
        entry=check_sealed_entry(content.get("entry"), _REPORTER_STANZAS, "/entry"),
        uploads=parse_uploads(content.get("uploads")),
    )


def parse_certificate_request(content: JSONObject) -> CertificateRequest:
    """Judge the structure of ``POST /api/certify``.

    :raises Malformed: the first thing found wrong; its pointer names the field
    """
    token = parse_token(content)
    case, name_channel = content.get("case"), content.get("name_channel")
    if not is_hex32(case):
        raise Malformed(N_("This must be 32 hexadecimal digits."), pointer="/case")
    opening = b64decode(content.get("opening"), length=32, pointer="/opening")
    commitment = b64decode(content.get("commitment"), length=32, pointer="/commitment")
    if not isinstance(name_channel, bool):
        raise Malformed(N_("This must be true or false."), pointer="/name_channel")
    return CertificateRequest(token, str(case), opening, commitment, name_channel)

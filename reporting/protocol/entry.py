"""Entries: the sealed items of a case (protocol section 5).

Plaintext: ``uint32 big-endian length ‖ JSON ‖ signature (64 bytes) ‖ zeros up to the padded size``.
The signature covers the JSON as received; nothing is ever re-serialized before it is checked.
"""

from __future__ import annotations

import datetime
import os
import struct
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from reporting.protocol import age
from reporting.protocol.age import HybridRecipient
from reporting.protocol.directory import MAX_VERSION
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
    parse_day,
    parse_json_object,
)
from reporting.protocol.epoch import MAX_EPOCHS
from reporting.protocol.errors import Malformed, NotAuthentic, ProtocolError, N_
from reporting.protocol.padding import padded_size
from reporting.protocol.signing import SIGNATURE_SIZE, SigningKey, check_public_key
from reporting.protocol.signing import verify as verify_signature

MAX_JSON = 16_384
MAX_PREVIOUS = 16
MAX_ATTACHMENTS = 16
MAX_CUSTODIANS = 16
MAX_EXCLUDED = 1_000
OVERHEAD = 4 + SIGNATURE_SIZE
_DOMAIN = b"reporting/v1/entry\x00"

# The table of section 5: audience, and whether the reporter writes, to kinds.
KINDS: Mapping[tuple[str, bool], frozenset[str]] = {
    ("reporter", True): frozenset({"report", "message", "retaliation", "protection", "minutes", "request"}),
    ("reporter", False): frozenset({"message", "status", "protection", "removal", "minutes"}),
    ("team", True): frozenset(),
    ("team", False): frozenset({"note", "access", "classification", "removal", "translation", "protection"}),
    ("custodian", True): frozenset({"identity"}),
    ("custodian", False): frozenset({"disclosure"}),
}
AUDIENCES = ("reporter", "team", "custodian")
_KNOWN_KINDS = frozenset().union(*KINDS.values())


def padded_sizes() -> frozenset[int]:
    """Every size a padded entry may have: 2,048 to 17,408 bytes."""
    return frozenset(padded_size(length) for length in range(OVERHEAD, MAX_JSON + OVERHEAD + 1))


PADDED_SIZES = padded_sizes()


@dataclass(frozen=True)
class FirstEntry:
    """What the first entry alone carries beside its body."""

    channel: str
    recipient: HybridRecipient
    signing_key: bytes
    excluded: tuple[str, ...]


@dataclass(frozen=True)
class Attachment:
    """A sealed file that an entry names: the upload, its name, type, true size and sealed hash."""

    upload: str
    name: str
    type: str
    size: int
    sha256: bytes


@dataclass(frozen=True)
class Entry:
    """An opened entry. ``content`` is its JSON; ``sealed_sha256`` the hash of the age file it came in."""

    id: str
    case: str
    epoch: int
    directory: int
    audience: str
    kind: str
    author: str
    date: datetime.date
    prev: tuple[bytes, ...]
    body: Mapping[str, JSON]
    attachments: tuple[Attachment, ...] = ()
    first: FirstEntry | None = None
    content: Mapping[str, JSON] = field(default_factory=dict, compare=False, repr=False)

    @property
    def by_reporter(self) -> bool:
        """Whether the reporter wrote it."""
        return self.author == "reporter"

    @property
    def is_known(self) -> bool:
        """Whether this version of the protocol knows the kind; others are shown plainly and have no effect."""
        return self.kind in _KNOWN_KINDS

    def to_json(self) -> JSONObject:
        """The JSON object that is signed, in the order in which section 5 names its members."""
        content: JSONObject = {
            "v": 1,
            "id": self.id,
            "case": self.case,
            "epoch": self.epoch,
            "directory": self.directory,
            "audience": self.audience,
            "kind": self.kind,
            "author": self.author,
            "date": self.date.isoformat(),
            "prev": sorted(b64encode(digest) for digest in self.prev),
            "body": dict(self.body),
            "attachments": [_attachment_json(attachment) for attachment in self.attachments],
        }
        if self.first is not None:
            content["channel"] = self.first.channel
            content["reporter"] = {
                "recipient": str(self.first.recipient),
                "signing_key": b64encode(self.first.signing_key),
            }
            content["excluded"] = sorted(self.first.excluded)
        return content


def _attachment_json(attachment: Attachment) -> JSONObject:
    return {
        "upload": attachment.upload,
        "name": attachment.name,
        "type": attachment.type,
        "size": attachment.size,
        "sha256": b64encode(attachment.sha256),
    }


def new_id(random: Callable[[int], bytes] = os.urandom) -> str:
    """A random id for an entry: 32 hex digits."""
    return random(16).hex()


def encode(entry: Entry, key: SigningKey) -> bytes:
    """The padded plaintext of ``entry``, signed by its author's ``key``.

    :raises Malformed: JSON above 16,384 bytes, or an entry that every reader would refuse
    """
    data = dump_json(entry.to_json())
    if len(data) > MAX_JSON:
        raise Malformed(N_("This is {over} bytes too long to be sent as one entry."), over=len(data) - MAX_JSON)
    parse_content(data)
    plaintext = struct.pack(">I", len(data)) + data + key.sign(_DOMAIN + data)
    return plaintext.ljust(padded_size(len(plaintext)), b"\x00")


def seal_entry(entry: Entry, key: SigningKey, recipients: Sequence[HybridRecipient]) -> bytes:
    """``entry`` signed, padded and sealed: the bytes of a binary age file.

    :raises Malformed: as :func:`encode`, or a number of recipients that does not fit the audience
    """
    _check_stanzas(entry.audience, entry.kind, len(recipients))
    return age.encrypt(encode(entry, key), recipients)


def _check_stanzas(audience: str, kind: str, count: int) -> None:
    least, most = {"team": (1, 1), "reporter": (2, 2), "custodian": (1, MAX_CUSTODIANS)}[audience]
    if kind == "disclosure":
        least, most = 2, MAX_CUSTODIANS + 1
    if not least <= count <= most:
        raise NotAuthentic(N_("This entry is sealed to another number of people than its kind allows."))


@dataclass(frozen=True)
class SignedEntry:
    """An opened entry whose signature is not checked yet: nothing of it may be shown."""

    entry: Entry
    data: bytes = field(repr=False)
    signature: bytes = field(repr=False)

    def verify(self, public: bytes) -> Entry:
        """The entry, once its signature holds under ``public``.

        :raises NotAuthentic: it does not
        """
        verify_signature(public, self.signature, _DOMAIN + self.data)
        return self.entry


def decode(plaintext: bytes) -> SignedEntry:
    """Split a padded plaintext and read its JSON; the signature is the caller's to check.

    :raises NotAuthentic: a length beyond the limit, a non-zero pad, a wrong padded size
    :raises Malformed: JSON that is not an entry's
    """
    if len(plaintext) < OVERHEAD:
        raise NotAuthentic(N_("This entry has a wrong length."))
    (length,) = struct.unpack_from(">I", plaintext)
    end = length + OVERHEAD
    if length > MAX_JSON or len(plaintext) != padded_size(end) or any(plaintext[end:]):
        raise NotAuthentic(N_("This entry has a wrong length."))
    data = plaintext[4 : 4 + length]
    return SignedEntry(parse_content(data), data, plaintext[4 + length : end])


def open_entry(sealed: bytes, identity: age.Identities) -> SignedEntry:
    """Open an age file with whichever identity fits and read the entry in it, unverified.

    :raises CannotOpen: sealed to somebody else
    :raises NotAuthentic: altered, badly padded, or sealed to another number of people than its kind allows
    :raises Malformed: not an entry
    """
    signed = decode(age.decrypt(sealed, identity))
    stanzas = age.parse_header(sealed).stanzas
    _check_stanzas(signed.entry.audience, signed.entry.kind, len(stanzas))
    if any(stanza.arguments[0] != age.STANZA_TYPE for stanza in stanzas):
        raise NotAuthentic(N_("This entry is sealed to a key of another type than hybrid."))
    return signed


def parse_content(data: bytes) -> Entry:
    """An entry from its JSON.

    :raises Malformed: a member missing or of another form
    :raises NotAuthentic: audience, kind and author that do not go together
    """
    content = parse_json_object(data, limit=MAX_JSON)
    if content.get("v") != 1 or not isinstance(content.get("v"), int) or isinstance(content.get("v"), bool):
        raise Malformed(N_("This entry is of another version of the protocol."), pointer="/v")
    for name in ("id", "case"):
        if not is_hex32(content.get(name)):
            raise Malformed(N_("This must be 32 hexadecimal digits."), pointer=f"/{name}")
    kind = check_text(content.get("kind"), pointer="/kind", limit=64)
    entry = Entry(
        id=content["id"],
        case=content["case"],
        epoch=check_integer(content.get("epoch"), 0, MAX_EPOCHS - 1, pointer="/epoch"),
        directory=check_integer(content.get("directory"), 1, MAX_VERSION, pointer="/directory"),
        audience=_parse_audience(content.get("audience")),
        kind=kind,
        author=_parse_author(content.get("author")),
        date=parse_day(content.get("date"), pointer="/date"),
        prev=_parse_prev(content.get("prev")),
        body=_parse_body(content.get("body")),
        attachments=_parse_attachments(content.get("attachments")),
        first=_parse_first(content) if kind == "report" else None,
        content=content,
    )
    if entry.is_known and kind not in KINDS[entry.audience, entry.by_reporter]:
        raise NotAuthentic(N_("Audience, kind and author of this entry do not go together."))
    if kind == "report" and (entry.epoch or entry.prev):
        raise NotAuthentic(N_("A first entry stands at the beginning of its case."))
    return entry


def _parse_audience(value: JSON) -> str:
    if value not in AUDIENCES:
        raise Malformed(N_("There is no such audience."), pointer="/audience")
    return str(value)


def _parse_author(value: JSON) -> str:
    if value != "reporter" and not is_id(value):
        raise Malformed(N_("This is not a valid id."), pointer="/author")
    return str(value)


def _parse_prev(value: JSON) -> tuple[bytes, ...]:
    if not isinstance(value, list) or len(value) > MAX_PREVIOUS:
        raise Malformed(N_("This must be a list of at most {limit} items."), pointer="/prev", limit=MAX_PREVIOUS)
    digests = tuple(b64decode(item, length=32, pointer="/prev") for item in value)
    if value != sorted(set(value)):
        raise Malformed(N_("This list must be sorted and name nothing twice."), pointer="/prev")
    return digests


def _parse_body(value: JSON) -> JSONObject:
    if not isinstance(value, dict):
        raise Malformed(N_("This must be a JSON object."), pointer="/body")
    return value


def _parse_attachments(value: JSON) -> tuple[Attachment, ...]:
    if not isinstance(value, list) or len(value) > MAX_ATTACHMENTS:
        raise Malformed(
            N_("This must be a list of at most {limit} items."), pointer="/attachments", limit=MAX_ATTACHMENTS
        )
    return tuple(_parse_attachment(item, f"/attachments/{place}") for place, item in enumerate(value))


def _parse_attachment(value: JSON, pointer: str) -> Attachment:
    if not isinstance(value, dict):
        raise Malformed(N_("This must be a JSON object."), pointer=pointer)
    return Attachment(
        upload=check_text(value.get("upload"), pointer=f"{pointer}/upload", limit=64),
        name=check_text(value.get("name"), pointer=f"{pointer}/name", limit=1_024),
        type=check_text(value.get("type"), pointer=f"{pointer}/type", limit=255),
        size=check_integer(value.get("size"), 0, 2**53 - 1, pointer=f"{pointer}/size"),
        sha256=b64decode(value.get("sha256"), length=32, pointer=f"{pointer}/sha256"),
    )


def _parse_first(content: JSONObject) -> FirstEntry:
    reporter, excluded = content.get("reporter"), content.get("excluded")
    if not isinstance(reporter, dict):
        raise Malformed(N_("This must be a JSON object."), pointer="/reporter")
    if not is_id(content.get("channel")):
        raise Malformed(N_("This is not a valid id."), pointer="/channel")
    if not isinstance(excluded, list) or len(excluded) > MAX_EXCLUDED or not all(map(is_id, excluded)):
        raise Malformed(N_("This must be a list of ids."), pointer="/excluded")
    if excluded != sorted(set(excluded)):
        raise Malformed(N_("This list must be sorted and name nothing twice."), pointer="/excluded")
    public = b64decode(reporter.get("signing_key"), length=32, pointer="/reporter/signing_key")
    try:
        check_public_key(public)
        recipient = HybridRecipient.parse(check_text(reporter.get("recipient")))
    except ProtocolError as error:
        raise error.at("/reporter") from None
    return FirstEntry(content["channel"], recipient, public, tuple(excluded))

"""The second person's signature for what two sign for, which the reporter's device can check (protocol section 8.7)."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from reporting.protocol.directory import MAX_VERSION, AuthorKey, Directory
from reporting.protocol.encoding import (
    JSON,
    JSONObject,
    b64decode,
    b64encode,
    check_integer,
    is_id,
    parse_day,
    sha256,
)
from reporting.protocol.errors import NotAuthentic, ProtocolError
from reporting.protocol.signing import SIGNATURE_SIZE, SigningKey, verify

#: What is signed for: a refusal of protection, or that a report was knowingly false.
REFUSED, FALSE = "refused", "knowingly-false"
_DOMAIN = b"reporting/v1/second\x00"


@dataclass(frozen=True)
class Proposed:
    """What is proposed, word for word as the status will say it; ``status``: the JSON id of the one that stands."""

    case: str
    status: str
    what: str
    reason: str
    appeal: str


@dataclass(frozen=True)
class Second:
    """Who proposed it, under which directory and on which day, and their signature."""

    member: str
    directory: int
    date: datetime.date
    signature: bytes

    def body(self) -> JSONObject:
        """As it stands in the proposal, and again in the status."""
        return {
            "member": self.member,
            "directory": self.directory,
            "date": self.date.isoformat(),
            "signature": b64encode(self.signature),
        }

    def key(self, proposed: Proposed, directory: Directory, channel: str | None) -> AuthorKey | None:
        """The key of the member that signed this for what is ``proposed``; None where none did."""
        if self.directory > directory.version or channel is None:
            return None
        message = _statement(proposed, self.member, self.directory, self.date)
        for key in directory.author_keys(self.member, self.directory, channel, self.date):
            try:
                verify(key.public, self.signature, message)
            except NotAuthentic:
                continue
            return key
        return None


def sign_second(proposed: Proposed, member: str, key: SigningKey, directory: int, date: datetime.date) -> Second:
    """The signature of ``member`` for what they propose."""
    return Second(member, directory, date, key.sign(_statement(proposed, member, directory, date)))


def parse_second(value: JSON) -> Second | None:
    """A second signature as an entry carries it; None for anything else."""
    if not isinstance(value, dict) or not is_id(value.get("member")):
        return None
    try:
        return Second(
            str(value["member"]),
            check_integer(value.get("directory"), 1, MAX_VERSION),
            parse_day(value.get("date")),
            b64decode(value.get("signature"), length=SIGNATURE_SIZE),
        )
    except ProtocolError:
        return None


def _statement(proposed: Proposed, member: str, directory: int, date: datetime.date) -> bytes:
    """Eight lines. None can hold a newline: what people wrote goes in as its hash."""
    lines = [
        proposed.case,
        proposed.status,
        proposed.what,
        b64encode(sha256(proposed.reason.encode())),
        b64encode(sha256(proposed.appeal.encode())),
        member,
        str(directory),
        date.isoformat(),
    ]
    return _DOMAIN + "".join(f"{line}\n" for line in lines).encode()

"""A key file: an age identity of one member's, as ``reporting open`` and any age program take it.

The desk exports one for a member; ``reporting members add --break-glass`` writes one for the safe. Comment
lines before the identity say whose it is, under which root, and with which key that member signs; a file
that says none of it still opens what is sealed to it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from reporting.protocol.age import HybridIdentity
from reporting.protocol.encoding import b64decode, is_id
from reporting.protocol.errors import Malformed, ProtocolError, N_
from reporting.protocol.note import VerifierKey
from reporting.protocol.signing import SigningKey

MAX_FILE = 16_384
_IDENTITY = "AGE-SECRET-KEY-PQ-1"
_COMMENT = re.compile(r"# (reporting/v1/break-glass|reporting/v1/member|root|signing-key) (\S+)", re.ASCII)
_BREAK_GLASS, _MEMBER, _ROOT, _SIGNING_KEY = "reporting/v1/break-glass", "reporting/v1/member", "root", "signing-key"
_DAMAGED = N_("This is not a member's key file: it must hold one age identity of the hybrid kind.")


@dataclass(frozen=True)
class KeyFile:
    """What a key file holds; all but the identity only where it says so."""

    identity: HybridIdentity = field(repr=False)
    member: str | None = None
    break_glass: bool = False
    root: VerifierKey | None = None
    signing_key: SigningKey | None = field(default=None, repr=False)


def parse_key_file(data: bytes) -> KeyFile:
    """A key file from its lines; comments that nobody knows are passed over.

    :raises Malformed: no hybrid identity in it, several, or a comment of ours in another form
    """
    try:
        lines = [line.strip() for line in data.decode("utf-8").splitlines()]
        found = [line for line in lines if line and not line.startswith("#")]
        if len(data) > MAX_FILE or len(found) != 1 or not found[0].startswith(_IDENTITY):
            raise Malformed(_DAMAGED)
        said = {known[1]: known[2] for line in lines if (known := _COMMENT.fullmatch(line))}
        return _key_file(HybridIdentity.parse(found[0]), said)
    except (ProtocolError, UnicodeDecodeError):
        raise Malformed(_DAMAGED) from None


def _key_file(identity: HybridIdentity, said: Mapping[str, str]) -> KeyFile:
    member = said.get(_BREAK_GLASS, said.get(_MEMBER))
    if member is not None and not is_id(member):
        raise Malformed(_DAMAGED)
    return KeyFile(
        identity=identity,
        member=member,
        break_glass=_BREAK_GLASS in said,
        root=VerifierKey.parse(said[_ROOT]) if _ROOT in said else None,
        signing_key=SigningKey(b64decode(said[_SIGNING_KEY], length=32)) if _SIGNING_KEY in said else None,
    )

"""A key file: the age identities of one member, as ``reporting open`` and any age program take it.

The desk exports one for a member; ``reporting members add --break-glass`` writes one for the safe. Comment
lines before the identity say whose it is, under which root, and with which key that member signs; a file
that says none of it still opens what is sealed to it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from reporting.protocol.age import HybridIdentity
from reporting.protocol.encoding import b64decode, is_id
from reporting.protocol.errors import Malformed, ProtocolError, N_
from reporting.protocol.note import VerifierKey
from reporting.protocol.signing import SigningKey
from reporting.protocol.vault import MAX_FORMER

MAX_FILE = 32_768
_IDENTITY = "AGE-SECRET-KEY-PQ-1"
_COMMENT = re.compile(r"# (reporting/v1/break-glass|reporting/v1/member|root|signing-key) (\S+)", re.ASCII)
_BREAK_GLASS, _MEMBER, _ROOT, _SIGNING_KEY = "reporting/v1/break-glass", "reporting/v1/member", "root", "signing-key"
_MOST = 1 + MAX_FORMER
_DAMAGED = N_("This is not a member's key file: it must hold age identities of the hybrid kind.")


@dataclass(frozen=True)
class KeyFile:
    """What a key file holds; all but the identities only where it says so.

    ``further``: those of a member who renewed their keys, beside the one in use.
    """

    identity: HybridIdentity = field(repr=False)
    member: str | None = None
    break_glass: bool = False
    root: VerifierKey | None = None
    signing_key: SigningKey | None = field(default=None, repr=False)
    further: tuple[HybridIdentity, ...] = field(default=(), repr=False)

    @property
    def identities(self) -> tuple[HybridIdentity, ...]:
        """All of them, the one in use first."""
        return (self.identity, *self.further)


def parse_key_file(data: bytes) -> KeyFile:
    """A key file from its lines; comments that nobody knows are passed over.

    :raises Malformed: no hybrid identity in it, more than a member can have, or a comment of ours in another form
    """
    try:
        lines = [line.strip() for line in data.decode("utf-8").splitlines()]
        found = [line for line in lines if line and not line.startswith("#")]
        if len(data) > MAX_FILE or not 0 < len(found) <= _MOST or not all(one.startswith(_IDENTITY) for one in found):
            raise Malformed(_DAMAGED)
        said = {known[1]: known[2] for line in lines if (known := _COMMENT.fullmatch(line))}
        return _key_file([HybridIdentity.parse(one) for one in found], said)
    except (ProtocolError, UnicodeDecodeError):
        raise Malformed(_DAMAGED) from None


def _key_file(identities: Sequence[HybridIdentity], said: Mapping[str, str]) -> KeyFile:
    member = said.get(_BREAK_GLASS, said.get(_MEMBER))
    if member is not None and not is_id(member):
        raise Malformed(_DAMAGED)
    return KeyFile(
        identity=identities[0],
        further=tuple(identities[1:]),
        member=member,
        break_glass=_BREAK_GLASS in said,
        root=VerifierKey.parse(said[_ROOT]) if _ROOT in said else None,
        signing_key=SigningKey(b64decode(said[_SIGNING_KEY], length=32)) if _SIGNING_KEY in said else None,
    )

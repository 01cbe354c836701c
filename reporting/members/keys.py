"""The keys that a member's device made, as far as the server gets them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field

from reporting import errors
from reporting.members import secrets
from reporting.members.wraps import check_vault, check_wraps, encode_wraps
from reporting.protocol.age import HybridRecipient
from reporting.protocol.directory_parts import parse_object
from reporting.protocol.encoding import JSONObject, b64decode, check_text
from reporting.protocol.errors import N_
from reporting.protocol.signing import check_public_key
from reporting.protocol.vault import SALT_BYTES


@dataclass(frozen=True)
class MemberKeys:
    """What a member's device made: public keys, the sealed vault, its wraps, and how to sign in.

    ``auth_secret`` and ``salt`` are those of :func:`reporting.protocol.vault.stretch`; ``wraps`` has
    ``passphrase`` and, where there is one, ``recovery``, to which ``recovery_auth`` belongs.
    """

    recipient: str
    signing_key: bytes
    vault: bytes = field(repr=False)
    wraps: Mapping[str, bytes] = field(repr=False)
    salt: bytes = field(repr=False)
    auth_secret: bytes = field(repr=False)
    recovery_auth: bytes | None = field(repr=False, default=None)


@dataclass(frozen=True)
class OfflineKeys:
    """The public keys of a member whose secret ones lie in a safe: no vault, no sign-in (protocol section 3)."""

    recipient: str
    signing_key: bytes


def read_keys(content: JSONObject) -> MemberKeys:
    """What a device sends of the keys that it made.

    :raises Malformed: a field that cannot be right (of the core's tree)
    """
    wraps = parse_object(content.get("wraps"), "/wraps")
    return MemberKeys(
        recipient=check_text(content.get("recipient"), pointer="/recipient"),
        signing_key=b64decode(content.get("signing_key"), length=32, pointer="/signing_key"),
        vault=b64decode(content.get("vault"), pointer="/vault"),
        wraps={name: b64decode(wrap, pointer=f"/wraps/{name}") for name, wrap in wraps.items()},
        salt=b64decode(content.get("salt"), length=SALT_BYTES, pointer="/salt"),
        auth_secret=secrets.read_secret(content.get("auth")),
        recovery_auth=secrets.read_secret(content.get("recovery_auth"), "/recovery_auth"),
    )


def check_keys(keys: MemberKeys | OfflineKeys) -> dict[str, object]:
    """The columns of a member that follow from their keys.

    :raises Unprocessable, ProtocolError: a key that cannot be one
    """
    HybridRecipient.parse(keys.recipient)
    check_public_key(keys.signing_key)
    public = {"recipient": keys.recipient, "signing_key": keys.signing_key}
    if isinstance(keys, OfflineKeys):
        # An empty hash is nobody's, and the salt is shown like anyone's.
        offline = {"vault": b"", "wraps": encode_wraps({}), "salt": os.urandom(SALT_BYTES), "auth_hash": ""}
        return {**public, **offline, "recovery_hash": None}
    if len(keys.salt) != SALT_BYTES:
        raise errors.Unprocessable(N_("A salt holds 16 bytes."), pointer="/salt")
    recovery = None if keys.recovery_auth is None else secrets.hash_secret(keys.recovery_auth)
    return {
        **public,
        "vault": check_vault(keys.vault),
        "wraps": encode_wraps(check_wraps(keys.wraps)),
        "salt": keys.salt,
        "auth_hash": secrets.hash_secret(keys.auth_secret),
        "recovery_hash": recovery,
    }

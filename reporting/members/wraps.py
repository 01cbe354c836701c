"""A vault and the wrapped copies of its key, as far as the server may look: sizes, names, the version byte."""

from __future__ import annotations

import re
from collections.abc import Mapping

from reporting import errors
from reporting.protocol.encoding import b64encode, dump_json
from reporting.protocol.errors import N_
from reporting.protocol.vault import KEY_BYTES, MAX_VAULT

PASSPHRASE, RECOVERY = "passphrase", "recovery"
#: Before a passkey's credential id: passphrase and passkey wrap together (protocol section 9).
PASSKEY = "prf/"
_CREDENTIAL = re.compile(r"[A-Za-z0-9_-]{1,1364}", re.ASCII)
_MAX_WRAPS = 18
_OVERHEAD = 1 + 12 + 16  # version, nonce, tag (protocol section 9)
_VERSION = b"\x01"
#: The second: of a member who renewed their keys (docs/protocol.md, 14).
_VAULT_VERSIONS = (_VERSION, b"\x02")


def check_vault(vault: bytes) -> bytes:
    """``vault`` if it may be one.

    :raises Unprocessable: another length or version
    """
    if not _OVERHEAD < len(vault) <= MAX_VAULT or vault[:1] not in _VAULT_VERSIONS:
        raise errors.Unprocessable(N_("This is not a vault of this version."), pointer="/vault")
    return vault


def check_wraps(wraps: Mapping[str, bytes]) -> dict[str, bytes]:
    """The vault's wrapped key: by passphrase, with a passkey or without, and by recovery code where there is one.

    :raises Unprocessable: none by passphrase, one of an unknown kind, or of another length
    """
    opening = [name for name in wraps if name == PASSPHRASE or _is_passkey(name)]
    if not opening or len(wraps) > _MAX_WRAPS or set(wraps) - {*opening, RECOVERY}:
        raise errors.Unprocessable(
            N_("A vault's key is wrapped by passphrase, and may be by passkey and recovery code."), pointer="/wraps"
        )
    for name, wrap in wraps.items():
        if len(wrap) != _OVERHEAD + KEY_BYTES or wrap[:1] != _VERSION:
            pointer = f"/wraps/{name}".replace(PASSKEY, "prf~1")  # RFC 6901 section 3
            raise errors.Unprocessable(N_("This is not a wrapped key."), pointer=pointer)
    return dict(wraps)


def _is_passkey(name: str) -> bool:
    return name.startswith(PASSKEY) and _CREDENTIAL.fullmatch(name.removeprefix(PASSKEY)) is not None


def encode_wraps(wraps: Mapping[str, bytes]) -> str:
    """As they are stored and sent."""
    return dump_json({name: b64encode(wrap) for name, wrap in sorted(wraps.items())}).decode()

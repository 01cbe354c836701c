"""A member's keys, made at the terminal (protocol section 9).

Only what a server may have leaves :func:`make_account`: public keys, the sealed vault, its wrapped key,
and the auth secret. Passphrase and recovery code are for the person alone.
"""

from __future__ import annotations

import math
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from reporting.cli.failures import CommandFailed
from reporting.i18n import gettext as _
from reporting.members.rules import MemberKeys
from reporting.protocol import vault
from reporting.protocol.age import HybridIdentity
from reporting.protocol.encoding import b64encode
from reporting.protocol.note import VerifierKey
from reporting.protocol.receipt import ReceiptCode
from reporting.protocol.signing import SigningKey

MIN_GUESSES_LOG2 = 65  # protocol section 9: a seized server may be attacked offline
_ESTIMATED = 72  # zxcvbn looks at no more characters
#: What stands on every site, and so in nobody's passphrase (docs/asvs.md, 6.1.2). Browsers have the same.
_EVERYWHERE = frozenset(
    {
        *("paragraph56", "paragraph", "reporting", "report", "corruption", "whistleblower"),
        *("intake", "investigator", "protection", "custodian", "administrator", "auditor", "statistician"),
    }
)


@dataclass(frozen=True)
class Account:
    """What a new member gets, and what the server gets of it.

    ``recovery`` is a 128-bit code, written like a receipt code.
    """

    keys: MemberKeys
    passphrase: str = field(repr=False)
    recovery: ReceiptCode = field(repr=False)


def check_passphrase(passphrase: str, near: Sequence[str] = ()) -> str:
    """A chosen passphrase that would take 2^65 guesses or more, by zxcvbn's estimate.

    :param near: what others know of the person and the site: as good as no secret
    :raises CommandFailed: it is too weak
    """
    from zxcvbn import zxcvbn

    known = [*_EVERYWHERE, *near, *(part for text in near for part in re.split(r"[\s.@-]+", text) if part)]
    guesses = zxcvbn(passphrase[:_ESTIMATED], known)["guesses"] if passphrase else 1
    if math.log2(max(guesses, 1)) < MIN_GUESSES_LOG2:
        raise CommandFailed(
            _("This passphrase could be guessed: choose a longer one, or let one be made for you by giving none.")
        )
    return passphrase


def make_account(member: str, root: VerifierKey, passphrase: str | None = None, near: Sequence[str] = ()) -> Account:
    """Fresh keys in a fresh vault, which pins ``root``; a passphrase of seven words unless one is given.

    :param near: what others know of the member beside id and site
    :raises CommandFailed: the passphrase given is too weak
    """
    chosen = (
        vault.generate_passphrase() if passphrase is None else check_passphrase(passphrase, [member, root.name, *near])
    )
    recovery = ReceiptCode.generate()
    content = vault.Vault(member, HybridIdentity.generate(), SigningKey.generate(), root)
    vault_key, salt = os.urandom(vault.KEY_BYTES), os.urandom(vault.SALT_BYTES)
    stretched = vault.stretch(chosen, salt)
    keys = MemberKeys(
        recipient=str(content.identity.recipient),
        signing_key=content.signing_key.public,
        vault=vault.seal_vault(content, vault_key),
        wraps={
            "passphrase": vault.wrap_with_passphrase(vault_key, stretched.wrap_key, member),
            "recovery": vault.wrap_with_recovery(vault_key, vault.recovery_key(recovery.entropy), member),
        },
        salt=salt,
        auth_secret=stretched.auth_secret,
        recovery_auth=vault.recovery_auth(recovery.entropy),
    )
    return Account(keys, chosen, recovery)


def make_offline(member: str, root: VerifierKey) -> tuple[bytes, str, bytes]:
    """A break-glass member: the file to lock away, the recipient string, the public signing key.

    The file is a valid age identity file: any age program of the hybrid kind opens a grant with it.
    """
    identity, signing_key = HybridIdentity.generate(), SigningKey.generate()
    lines = [
        f"# reporting/v1/break-glass {member}",
        f"# root {root.encode()}",
        f"# signing-key {b64encode(signing_key.seed)}",
        identity.encode(),
    ]
    return "".join(f"{line}\n" for line in lines).encode(), str(identity.recipient), signing_key.public

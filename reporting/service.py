"""What every rule is handed: settings, keys, database and clock, in one frozen object."""

from __future__ import annotations

import datetime
import hmac
import time
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from reporting import profiles
from reporting.config import ConfigurationError, ServiceKeys, Settings, load_keys
from reporting.db import Database
from reporting.i18n import gettext as _
from reporting.protocol.directory import is_for_practice
from reporting.protocol.errors import ProtocolError
from reporting.protocol.note import VerifierKey
from reporting.protocol.signing import SigningKey

SHARED_SECRETS = (
    "challenge",
    "salt",
    "session",
    "csrf",
    "throttle",
    "possession",
    "totp",
    "backup",
    "passkey",
    "download",
    "notices",
)


class Clock:
    """Unix seconds, and the UTC day that follows from them. Tests bring their own."""

    def now(self) -> int:
        """Whole seconds since 1970."""
        return int(time.time())

    def today(self) -> datetime.date:
        """The UTC day."""
        return datetime.datetime.fromtimestamp(self.now(), datetime.UTC).date()


@dataclass(frozen=True)
class Service:
    """One running service. ``origin`` is the protocol's: the name of the root's verifier key."""

    settings: Settings
    database: Database
    root: VerifierKey
    signing_key: SigningKey = field(repr=False)
    log_key: SigningKey = field(repr=False)
    derived: dict[str, bytes] = field(repr=False)
    clock: Clock = field(default_factory=Clock)
    #: What published directories were parsed to, by version; they never change.
    known_directories: dict[int, Any] = field(default_factory=dict, repr=False)
    known_recipients: dict[int, dict[str, bytes]] = field(default_factory=dict, repr=False)
    #: Keys that a rotation has brought since this process began, by what they sign.
    later_keys: dict[str, tuple[SigningKey, ...]] = field(default_factory=dict, repr=False)

    @property
    def origin(self) -> str:
        """The site's origin, fixed for ever."""
        return self.root.name

    @property
    def for_practice(self) -> bool:
        """Whether everything here is made up, for people to practice with."""
        return is_for_practice(self.origin)

    @property
    def log_public(self) -> bytes:
        """The public half of the key that signs the checkpoints of both logs."""
        return self.log_key.public

    def keyed_hash(self, use: str, *parts: bytes) -> bytes:
        """HMAC-SHA-256 under the secret derived for ``use`` (one of :data:`SHARED_SECRETS`)."""
        mac = hmac.new(self.derived[use], digestmod=sha256)
        for part in parts:
            mac.update(len(part).to_bytes(4, "big") + part)
        return mac.digest()


def _derive(keys: ServiceKeys) -> dict[str, bytes]:
    # Not part of the protocol: one server secret, a key of its own for each use (RFC 5869).
    return {
        use: HKDF(SHA256(), 32, None, f"reporting/v1/server/{use}".encode()).derive(keys.secret.reveal())
        for use in SHARED_SECRETS
    }


def open_service(settings: Settings, *, clock: Clock | None = None) -> Service:
    """The service of a data folder that was set up.

    :raises ConfigurationError: nothing was set up there, or a key file is damaged
    :raises ProfileError: a jurisdiction profile of the operator's has a gap
    """
    keys = load_keys(settings)
    profiles.load_all(settings.profiles)
    try:
        root = VerifierKey.parse(keys.root)
    except ProtocolError as error:
        raise ConfigurationError(_("The file root.pub does not hold the root's verifier key.")) from error
    return Service(
        settings=settings,
        database=Database(settings.database_url, threads=settings.threads),
        root=root,
        signing_key=SigningKey(keys.service.reveal()),
        log_key=SigningKey(keys.log.reveal()),
        derived=_derive(keys),
        clock=clock or Clock(),
    )

"""A member of staff with keys of their own."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field

from reporting.protocol.age import HybridIdentity, HybridRecipient
from reporting.protocol.signing import SigningKey

FAR = datetime.date(2030, 1, 1)


@dataclass
class Person:
    """Somebody who may be listed: identity and signing key as their vault would hold them."""

    id: str
    valid_until: datetime.date = FAR
    since: int = 1
    identity: HybridIdentity = field(default_factory=HybridIdentity.generate)
    key: SigningKey = field(default_factory=SigningKey.generate)

    @property
    def recipient(self) -> HybridRecipient:
        """To whom others seal."""
        return self.identity.recipient

    def new_keys(self) -> None:
        """What enrolling again does: other keys under the same id."""
        self.identity = HybridIdentity.generate()
        self.key = SigningKey.generate()

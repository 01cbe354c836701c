"""Members (staff with keys), their site-wide roles, invitations, second factors, sessions and throttles."""

from __future__ import annotations

from sqlalchemy import BigInteger, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from reporting.db import Base, Day, Digest, Hex32, Instant, Name, Sealed, Words


class Member(Base):
    """A member: public keys, ``argon2`` hashes of the secrets that sign in, and a vault only they can open."""

    __tablename__ = "member"

    id: Mapped[Name] = mapped_column(primary_key=True)
    name: Mapped[Name] = mapped_column(unique=True)
    label: Mapped[Words]
    recipient: Mapped[Words]
    signing_key: Mapped[Digest]
    valid_until: Mapped[Day]
    listed: Mapped[bool]
    auth_hash: Mapped[Words]
    salt: Mapped[Sealed]
    vault: Mapped[Sealed]
    wraps: Mapped[Words]
    recovery_hash: Mapped[Words | None]
    #: Up to which position of the audit log they were told what happened to their account.
    told: Mapped[int] = mapped_column(BigInteger, default=0)


class ReplacedAccount(Base):
    """An account in whose place somebody enrolled again: of many, the one with the highest number came last.

    ``cases``: those that it opened, each with the hash of its grant of the last epoch.
    """

    __tablename__ = "replaced_account"

    member_id: Mapped[Name] = mapped_column(ForeignKey("member.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[Instant]
    recipient: Mapped[Words]
    signing_key: Mapped[Digest]
    valid_until: Mapped[Day]
    auth_hash: Mapped[Words]
    salt: Mapped[Sealed]
    vault: Mapped[Sealed]
    wraps: Mapped[Words]
    recovery_hash: Mapped[Words | None]
    cases: Mapped[Words]


class RenewedKeys(Base):
    """New keys of a member that wait for the directory: the draft has them until it lists them, or they are taken back.

    ``follows`` is the signing key in whose place they come, ``signature`` what it signed of them. Taken back they
    stay here until then, for a directory that was signed with them meanwhile.
    """

    __tablename__ = "renewed_keys"

    member_id: Mapped[Name] = mapped_column(ForeignKey("member.id"), primary_key=True)
    signing_key: Mapped[Digest] = mapped_column(primary_key=True)
    recipient: Mapped[Words]
    follows: Mapped[Digest]
    signature: Mapped[Sealed]
    at: Mapped[Instant]
    taken_back: Mapped[Instant | None]


class SiteRole(Base):
    """A role on the whole site (:data:`reporting.permissions.SITE_ROLES`)."""

    __tablename__ = "site_role"

    member_id: Mapped[Name] = mapped_column(ForeignKey("member.id"), primary_key=True)
    role: Mapped[Name] = mapped_column(primary_key=True)


class Invitation(Base):
    """A one-time link to enroll with. The table holds a hash of its token: who reads it cannot enroll."""

    __tablename__ = "invitation"

    token_sha256: Mapped[Digest] = mapped_column(primary_key=True)
    id: Mapped[Hex32] = mapped_column(unique=True)
    member_id: Mapped[Name]
    name: Mapped[Name]
    label: Mapped[Words]
    site_roles: Mapped[Words]
    roles: Mapped[Words]
    again: Mapped[bool]
    created_by: Mapped[Name]
    created: Mapped[Instant]
    expires: Mapped[Instant]
    used: Mapped[Instant | None]
    revoked: Mapped[Instant | None]


class Authenticator(Base):
    """A second factor: a passkey's public key, or the secret of an app's codes, sealed by the server.

    ``last_step`` is the last step of time whose code was taken, ``confirmed`` whether one ever was.
    """

    __tablename__ = "authenticator"

    id: Mapped[Hex32] = mapped_column(primary_key=True)
    member_id: Mapped[Name] = mapped_column(ForeignKey("member.id"), index=True)
    kind: Mapped[Name]
    name: Mapped[Words]
    secret: Mapped[Sealed | None]
    credential: Mapped[Sealed | None] = mapped_column(unique=True)
    public_key: Mapped[Sealed | None]
    host: Mapped[Words | None]
    sign_count: Mapped[Instant]
    prf: Mapped[bool]
    last_step: Mapped[Instant | None]
    confirmed: Mapped[bool]
    created: Mapped[Instant]
    used: Mapped[Instant | None]


class BackupCode(Base):
    """One of the codes on paper that stand in for a second factor, once; kept as a keyed hash."""

    __tablename__ = "backup_code"

    member_id: Mapped[Name] = mapped_column(ForeignKey("member.id"), primary_key=True)
    hash: Mapped[Digest] = mapped_column(primary_key=True)
    used: Mapped[Instant | None]


class StaffSession(Base):
    """A signed-in member. The table holds a hash of the token: who reads it cannot sign in.

    ``stage`` says how far it has come (:data:`reporting.permissions.STAGES`), ``proved`` when its member last
    showed who they are, ``method`` how; ``challenge`` is what a passkey is to sign next.
    """

    __tablename__ = "staff_session"

    token_sha256: Mapped[Digest] = mapped_column(primary_key=True)
    id: Mapped[Hex32] = mapped_column(unique=True)
    member_id: Mapped[Name] = mapped_column(ForeignKey("member.id"), index=True)
    opened: Mapped[Instant]
    seen: Mapped[Instant]
    stage: Mapped[Name]
    method: Mapped[Name]
    proved: Mapped[Instant | None]
    challenge: Mapped[Sealed | None]


class SignInThrottle(Base):
    """Attempts that failed, by the keyed hash of what was tried: a name, known or not, or a member's factor."""

    __tablename__ = "sign_in_throttle"

    name_hmac: Mapped[Digest] = mapped_column(primary_key=True)
    failures: Mapped[int]
    last: Mapped[Instant] = mapped_column(index=True)

"""Permissions, and who has them. Every route declares exactly one; what declares none is refused.

A permission says what a role may ask for at all. Which *cases* a member may touch is decided by
grants (protocol section 4), in the rules of the rooms. Beyond the role it counts how far a session has
come (:data:`STAGES`), and for acts that cannot be taken back, how lately its member proved who they are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import Any, TypeVar

View = TypeVar("View", bound=Callable[..., Any])
_ATTRIBUTE = "__permission__"
_RECENT = "__recent_proof__"


class Permission(StrEnum):
    """What a route may ask for, as ``scope:action``."""

    PAGE_READ = "page:read"
    DIRECTORY_READ = "directory:read"
    API_DESCRIBE = "api:describe"
    CHALLENGE_GET = "challenge:get"
    REPORT_SEND = "report:send"
    MAILBOX_USE = "mailbox:use"
    UPLOAD_SEND = "upload:send"
    SESSION_OPEN = "session:open"
    ENROLMENT_USE = "enrolment:use"
    SESSION_OWN = "session:own"
    FACTOR_PROVE = "factor:prove"
    FACTOR_OWN = "factor:own"
    ACCOUNT_OWN = "account:own"
    VAULT_OWN = "vault:own"
    CASE_LIST = "case:list"
    CASE_READ = "case:read"
    CASE_WRITE = "case:write"
    CASE_GRANT = "case:grant"
    CASE_HISTORY = "case:history"
    CASE_OVERVIEW = "case:overview"
    CASE_EXPORT = "case:export"
    CARD_OWN = "card:own"
    IDENTITY_REQUEST = "identity:request"
    IDENTITY_DECIDE = "identity:decide"
    STATISTICS_READ = "statistics:read"
    AUDIT_READ = "audit:read"
    MEMBER_MANAGE = "member:manage"
    CHANNEL_MANAGE = "channel:manage"
    SITE_MANAGE = "site:manage"
    DIRECTORY_MANAGE = "directory:manage"


#: What anybody may ask for, signed in or not.
PUBLIC = frozenset(
    {
        Permission.PAGE_READ,
        Permission.DIRECTORY_READ,
        Permission.API_DESCRIBE,
        Permission.CHALLENGE_GET,
        Permission.REPORT_SEND,
        Permission.MAILBOX_USE,
        Permission.UPLOAD_SEND,
        Permission.SESSION_OPEN,
        Permission.ENROLMENT_USE,
    }
)

#: What every member may ask for, whatever their roles.
MEMBER = frozenset(
    {
        Permission.SESSION_OWN,
        Permission.FACTOR_PROVE,
        Permission.FACTOR_OWN,
        Permission.ACCOUNT_OWN,
        Permission.VAULT_OWN,
    }
)

OPEN = "open"
#: How far a session has come, and what it may ask for until it is open: the right secret came and the second
#: factor is awaited; a factor has to be registered first; it was opened with a recovery code, to choose a new
#: passphrase and for nothing else.
STAGES: dict[str, frozenset[Permission]] = {
    "factor": frozenset({Permission.SESSION_OWN, Permission.FACTOR_PROVE}),
    "enrolling": frozenset({Permission.SESSION_OWN, Permission.FACTOR_OWN}),
    "recovery-factor": frozenset({Permission.SESSION_OWN, Permission.FACTOR_PROVE}),
    "recovery": frozenset({Permission.SESSION_OWN, Permission.VAULT_OWN}),
}

_HOLDER = frozenset(
    {
        Permission.CASE_LIST,
        Permission.CASE_READ,
        Permission.CASE_WRITE,
        Permission.CASE_GRANT,
        Permission.CASE_HISTORY,
        Permission.CASE_OVERVIEW,
        Permission.CASE_EXPORT,
        Permission.CARD_OWN,
        Permission.IDENTITY_REQUEST,
    }
)

#: Roles on a channel (protocol section 13), then roles on the whole site.
ROLES: dict[str, frozenset[Permission]] = {
    "intake": _HOLDER,
    "investigator": _HOLDER,
    "protection": _HOLDER,
    "break_glass": _HOLDER,
    "custodian": frozenset(
        {Permission.CASE_LIST, Permission.CASE_READ, Permission.CARD_OWN, Permission.IDENTITY_DECIDE}
    ),
    "administrator": frozenset(
        {
            Permission.MEMBER_MANAGE,
            Permission.CHANNEL_MANAGE,
            Permission.SITE_MANAGE,
            Permission.DIRECTORY_MANAGE,
        }
    ),
    "auditor": frozenset({Permission.CASE_OVERVIEW, Permission.AUDIT_READ}),
    "statistician": frozenset({Permission.STATISTICS_READ}),
}

#: Roles on the whole site rather than on a channel.
SITE_ROLES = ("administrator", "auditor", "statistician")


def permitted(roles: Iterable[str], stage: str = OPEN) -> frozenset[Permission]:
    """Everything that a signed-in member with these roles may ask for in a session of this stage."""
    if stage != OPEN:
        return STAGES.get(stage, frozenset())
    return MEMBER.union(*(ROLES.get(role, frozenset()) for role in roles))


def requires(permission: Permission, *, recent: bool = False) -> Callable[[View], View]:
    """Declare the one permission that a view needs.

    :param recent: whether the member must have proved lately who they are (*step-up*)
    """

    def declare(view: View) -> View:
        setattr(view, _ATTRIBUTE, permission)
        setattr(view, _RECENT, recent)
        return view

    return declare


def permission_of(view: Callable[..., Any]) -> Permission | None:
    """The permission that a view declares, or None: then nobody may call it."""
    return getattr(view, _ATTRIBUTE, None)


def needs_recent_proof(view: Callable[..., Any]) -> bool:
    """Whether a view asks for a lately proved member."""
    return bool(getattr(view, _RECENT, False))

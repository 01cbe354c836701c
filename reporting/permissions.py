"""Permissions, and who has them. Every route declares exactly one; what declares none is refused.

A permission says what a role may ask for at all. Which *cases* a member may touch is decided by
grants (protocol section 4), in the rules of the rooms.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import Any, TypeVar

View = TypeVar("View", bound=Callable[..., Any])
_ATTRIBUTE = "__permission__"


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
    SESSION_OWN = "session:own"
    VAULT_OWN = "vault:own"
    CASE_LIST = "case:list"
    CASE_READ = "case:read"
    CASE_WRITE = "case:write"
    CASE_GRANT = "case:grant"
    CASE_HISTORY = "case:history"
    CASE_OVERVIEW = "case:overview"
    CARD_OWN = "card:own"


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
    }
)

#: What every member may ask for, whatever their roles.
MEMBER = frozenset({Permission.SESSION_OWN, Permission.VAULT_OWN})

_HOLDER = frozenset(
    {
        Permission.CASE_LIST,
        Permission.CASE_READ,
        Permission.CASE_WRITE,
        Permission.CASE_GRANT,
        Permission.CASE_HISTORY,
        Permission.CASE_OVERVIEW,
        Permission.CARD_OWN,
    }
)

#: Roles on a channel (protocol section 13), then roles on the whole site.
ROLES: dict[str, frozenset[Permission]] = {
    "intake": _HOLDER,
    "investigator": _HOLDER,
    "protection": _HOLDER,
    "break_glass": _HOLDER,
    "custodian": frozenset({Permission.CASE_LIST, Permission.CASE_READ, Permission.CARD_OWN}),
    "administrator": frozenset(),
    "auditor": frozenset({Permission.CASE_OVERVIEW}),
}


def permitted(roles: Iterable[str]) -> frozenset[Permission]:
    """Everything a signed-in member with these roles may ask for."""
    return MEMBER.union(*(ROLES.get(role, frozenset()) for role in roles))


def requires(permission: Permission) -> Callable[[View], View]:
    """Declare the one permission that a view needs."""

    def declare(view: View) -> View:
        setattr(view, _ATTRIBUTE, permission)
        return view

    return declare


def permission_of(view: Callable[..., Any]) -> Permission | None:
    """The permission that a view declares, or None: then nobody may call it."""
    return getattr(view, _ATTRIBUTE, None)

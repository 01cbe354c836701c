"""Permissions, and who has them. Every route declares exactly one; what declares none is refused.

A permission says what a role may ask for at all. Which *cases* a member may touch is decided by
grants (protocol section 4), in the rules of the rooms. Beyond the role it counts how far a session has
come (:data:`STAGES`), and for acts that cannot be taken back, how lately its member proved who they are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import StrEnum
from itertools import combinations
from typing import Any, TypeVar

from reporting.protocol.errors import N_

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
    CASE_REMOVE = "case:remove"
    CARD_OWN = "card:own"
    IDENTITY_REQUEST = "identity:request"
    IDENTITY_DECIDE = "identity:decide"
    PROTECTION_WORK = "protection:work"
    PROTECTION_DECIDE = "protection:decide"
    STATISTICS_READ = "statistics:read"
    STATISTICS_RECORD = "statistics:record"
    STORY_WRITE = "story:write"
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

# Whoever deals with cases, which the key in the safe does not: it is there so that none is lost.
_DEALING = _HOLDER | {Permission.CASE_REMOVE, Permission.STATISTICS_RECORD}

#: Roles on a channel (protocol section 13), then roles on the whole site.
ROLES: dict[str, frozenset[Permission]] = {
    "intake": _DEALING | {Permission.STATISTICS_READ, Permission.STORY_WRITE},
    "investigator": _DEALING,
    "protection": _DEALING
    | {
        Permission.PROTECTION_WORK,
        Permission.PROTECTION_DECIDE,
        Permission.STATISTICS_READ,
        Permission.STORY_WRITE,
    },
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
            Permission.STORY_WRITE,
        }
    ),
    "auditor": frozenset({Permission.CASE_OVERVIEW, Permission.AUDIT_READ, Permission.STORY_WRITE}),
    "statistician": frozenset({Permission.STATISTICS_READ, Permission.STORY_WRITE}),
}

#: Roles on the whole site rather than on a channel.
SITE_ROLES = ("administrator", "auditor", "statistician")

#: Pairs of roles that must not meet in one person, wherever each of them is held: who runs the site must not read
#: what is reported, and who protects a reporter must not work on what they reported. A deployment of one person
#: says so by the setting ``one_person_office``.
INCOMPATIBLE: frozenset[frozenset[str]] = frozenset(
    {
        *(frozenset({"administrator", role}) for role, may in ROLES.items() if Permission.CASE_READ in may),
        frozenset({"intake", "protection"}),
        frozenset({"investigator", "protection"}),
    }
)


def excluded_pairs(roles: Iterable[str]) -> list[tuple[str, str]]:
    """The pairs among ``roles`` that must not meet in one person (:data:`INCOMPATIBLE`), sorted."""
    return [pair for pair in combinations(sorted(set(roles)), 2) if frozenset(pair) in INCOMPATIBLE]


#: What each permission lets somebody do, for the pages and papers that show the matrix.
PURPOSES: dict[Permission, str] = {
    Permission.PAGE_READ: N_("Read pages"),
    Permission.DIRECTORY_READ: N_("Read the signed list of channels and members"),
    Permission.API_DESCRIBE: N_("Read the description of the interface"),
    Permission.CHALLENGE_GET: N_("Ask for a challenge"),
    Permission.REPORT_SEND: N_("Send a report"),
    Permission.MAILBOX_USE: N_("Use a mailbox with its receipt code"),
    Permission.UPLOAD_SEND: N_("Send attachments"),
    Permission.SESSION_OPEN: N_("Sign in"),
    Permission.ENROLMENT_USE: N_("Use an invitation"),
    Permission.SESSION_OWN: N_("See and end one's own session"),
    Permission.FACTOR_PROVE: N_("Prove one's second factor"),
    Permission.FACTOR_OWN: N_("Add and remove one's own second factors"),
    Permission.ACCOUNT_OWN: N_("See one's own account and sessions"),
    Permission.VAULT_OWN: N_("Load and replace one's own sealed keys"),
    Permission.CASE_LIST: N_("List the cases one holds"),
    Permission.CASE_READ: N_("Load a case one holds"),
    Permission.CASE_WRITE: N_("Write to a case one holds"),
    Permission.CASE_GRANT: N_("Give and withdraw access to a case one holds"),
    Permission.CASE_HISTORY: N_("See what was done to a case one holds"),
    Permission.CASE_OVERVIEW: N_("See counts and deadlines"),
    Permission.CASE_EXPORT: N_("Export a case one holds"),
    Permission.CASE_REMOVE: N_("Remove irrelevant personal data from a case one holds"),
    Permission.CARD_OWN: N_("Keep one's own notes on a case, sealed"),
    Permission.IDENTITY_REQUEST: N_("Ask for a reporter's identity"),
    Permission.IDENTITY_DECIDE: N_("Decide on disclosing a reporter's identity"),
    Permission.PROTECTION_WORK: N_(
        "Say that somebody is in danger, and what was done in time; set measures of protection"
    ),
    Permission.PROTECTION_DECIDE: N_("Decide on protection, propose and confirm a refusal"),
    Permission.STATISTICS_READ: N_("Read statistics"),
    Permission.STATISTICS_RECORD: N_("Have a classification counted among the figures"),
    Permission.STORY_WRITE: N_("Write stories for the yearly report, and approve those of others"),
    Permission.AUDIT_READ: N_("Read and check the audit trail"),
    Permission.MEMBER_MANAGE: N_("Invite and remove members, give and take roles"),
    Permission.CHANNEL_MANAGE: N_("Manage channels and questionnaires"),
    Permission.SITE_MANAGE: N_("Manage the site's name, texts and contacts"),
    Permission.DIRECTORY_MANAGE: N_("Request, publish and renew the signed list"),
}


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

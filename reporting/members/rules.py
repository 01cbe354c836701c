"""Members, as every other room uses them: what this room's modules offer, under one name each."""

from __future__ import annotations

from reporting.members.account import (
    delete_factor,
    end_other_sessions,
    end_session,
    end_sessions_of,
    new_backup_codes,
    note_identity_export,
    reset_factors,
    show_account,
)
from reporting.members.enrolment import challenge, enroll, look
from reporting.members.factors import prove
from reporting.members.invitations import Invitation, Invited, invitations, invite, revoke_invitation
from reporting.members.keys import MemberKeys, OfflineKeys
from reporting.members.lists import NewMember, add_member, remove_member, replace_keys, restore_account
from reporting.members.noticing import note_told, show_notices
from reporting.members.registering import (
    begin_passkey,
    begin_totp,
    confirm_totp,
    passkey_options,
    register_passkey,
)
from reporting.members.renewing import challenge_keys, renew_keys, take_back_keys
from reporting.members.sessions import Current, leave, may, session_of, sign_out
from reporting.members.showing import show_session
from reporting.members.signing_in import salt_of, sign_in, sign_in_to_recover
from reporting.members.vaults import show_vault, store_vault
from reporting.permissions import SITE_ROLES

__all__ = [
    "SITE_ROLES",
    "Current",
    "Invitation",
    "Invited",
    "MemberKeys",
    "NewMember",
    "OfflineKeys",
    "add_member",
    "begin_passkey",
    "begin_totp",
    "challenge",
    "challenge_keys",
    "confirm_totp",
    "delete_factor",
    "end_other_sessions",
    "end_session",
    "end_sessions_of",
    "enroll",
    "invitations",
    "invite",
    "leave",
    "look",
    "may",
    "new_backup_codes",
    "note_identity_export",
    "note_told",
    "passkey_options",
    "prove",
    "register_passkey",
    "remove_member",
    "renew_keys",
    "replace_keys",
    "reset_factors",
    "restore_account",
    "revoke_invitation",
    "salt_of",
    "session_of",
    "show_account",
    "show_notices",
    "show_session",
    "show_vault",
    "sign_in",
    "sign_in_to_recover",
    "sign_out",
    "store_vault",
    "take_back_keys",
]

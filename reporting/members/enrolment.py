"""Enrolling with an invitation: keys made on the newcomer's device, which proves that it has them.

Whoever brings no good invitation learns nothing of why: expired, used, revoked and guessed ones are told alike.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import select
from sqlalchemy.orm import Session

from reporting import errors
from reporting.cases import rules as cases
from reporting.directory import rules as directories
from reporting.directory.renewed import VALIDITY
from reporting.log.rules import record
from reporting.members import invitations, models, nonces, sessions, throttles
from reporting.members.keys import MemberKeys, read_keys
from reporting.members.lists import NewMember, add_member, replace_keys
from reporting.members.models import Member
from reporting.members.signing_in import REQUIRED
from reporting.permissions import OPEN
from reporting.protocol.encoding import JSONObject, b64decode, check_text
from reporting.protocol.errors import ProtocolError, N_
from reporting.protocol.possession import verify_possession
from reporting.service import Service

_MAX_TOKEN = 128


class _Refused(Exception):
    """No good invitation; the details are for the audit trail alone."""

    def __init__(self, why: str, invitation: str | None = None) -> None:
        super().__init__(why)
        self.details = {"why": why} | ({"invitation": invitation} if invitation else {})


def look(service: Service, content: JSONObject) -> JSONObject:
    """What an invitation is for.

    :raises NotFound: it is over, used, revoked, or none
    """
    with _refusing(service), service.database.read() as session:
        row = _open_invitation(service, session, _token(content))
        invited = invitations.describe(service, row)
        inviter = session.get(Member, row.created_by)
        wanted = invited.invitation
        return {
            "member": wanted.member,
            "name": wanted.name,
            "label": wanted.label,
            "site_roles": list(wanted.site_roles),
            "roles": [list(pair) for pair in wanted.roles],
            "expires": datetime.datetime.fromtimestamp(invited.expires, datetime.UTC).isoformat(),
            "by": inviter.label if inviter else invited.created_by,
        }


def challenge(service: Service, content: JSONObject) -> JSONObject:
    """A nonce that only the identity of the recipient can read; nothing of it is kept.

    :raises NotFound: no good invitation
    """
    token = _token(content)
    asked = nonces.Asked.read(token.encode(), content)
    with _refusing(service), service.database.read() as session:
        _open_invitation(service, session, token)
    return nonces.sealed(service, asked)


def enroll(service: Service, content: JSONObject) -> tuple[str, sessions.Current]:
    """Take a new member's keys, or a known one's new ones, and begin their session.

    :raises NotFound: no good invitation; of two that bring the same at once, one
    :raises NotAuthentic: the device has not shown that both keys are its own (of the core's tree)
    :raises Unprocessable, ProtocolError: a field that cannot be right
    """
    token = _token(content)
    asked, keys = nonces.Asked.read(token.encode(), content), read_keys(content)
    nonce = b64decode(content.get("nonce"), length=nonces.LENGTH, pointer="/nonce")
    signature = b64decode(content.get("signature"), length=64, pointer="/signature")
    with _refusing(service), service.database.write() as session:
        row = _open_invitation(service, session, token, hold=True)
        nonces.check(service, asked, nonce)
        try:
            verify_possession(signature, nonce, str(asked.recipient), row.member_id, asked.signing_key)
        except ProtocolError as error:
            raise _Refused("unproved", row.id) from error
        row.used = service.clock.now()
        _store(service, session, invitations.describe(service, row).invitation, keys)
        record(service, session, row.member_id, "invitation:use", details={"invitation": row.id})
        member = session.get_one(Member, row.member_id)
        stage = "enrolling" if service.settings.second_factor == REQUIRED else OPEN
        cookie = sessions.open_session(service, session, member, stage, "invitation")
    current = sessions.session_of(service, cookie)
    if current is None:
        raise errors.NotSignedIn
    return cookie, current


def _store(service: Service, session: Session, invited: invitations.Invitation, keys: MemberKeys) -> None:
    last = service.clock.today() + VALIDITY
    alone = service.settings.one_person_office
    if invited.again:
        replace_keys(service, session, invited.member, keys, last)
        cases.forget_access(session, invited.member)
        for role in invited.site_roles:
            directories.give_site_role(session, role, invited.member, one_person_office=alone)
    else:
        new = NewMember(invited.member, invited.name, invited.label, last, keys, invited.site_roles)
        add_member(service, session, new)
    for channel, role in invited.roles:
        directories.give_role(session, channel, role, invited.member, one_person_office=alone)


def _token(content: JSONObject) -> str:
    return check_text(content.get("invitation"), pointer="/invitation", limit=_MAX_TOKEN)


def _open_invitation(service: Service, session: Session, token: str, *, hold: bool = False) -> models.Invitation:
    wanted = select(models.Invitation).where(models.Invitation.token_sha256 == invitations.hash_of(token))
    row = session.scalar(wanted.with_for_update() if hold else wanted)
    if row is None:
        raise _Refused("unknown")
    if (state := invitations.state_of(service, row)) != "open":
        raise _Refused(state, row.id)
    return row


@contextmanager
def _refusing(service: Service) -> Iterator[None]:
    """Refuse with one sentence, recorded; whoever tries often waits, and is not recorded meanwhile."""
    try:
        yield
    except _Refused as refused:
        # Invitations that there were are counted each by itself: whoever guesses cannot keep them out of the trail.
        known = refused.details.get("invitation", "").encode()
        throttles.count_attempt(service, service.keyed_hash("throttle", b"enrolment", known))
        with service.database.write() as session:
            record(service, session, "server", "invitation:refuse", details=refused.details)
        if isinstance(refused.__cause__, ProtocolError):
            raise refused.__cause__ from None
        raise errors.NotFound(
            N_("This invitation does not work, or does not work any more. Ask for a new one."), pointer="/invitation"
        ) from None

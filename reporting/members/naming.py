"""What a new member may be called."""

from __future__ import annotations

import re
from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from reporting import errors
from reporting.members.models import Member
from reporting.permissions import SITE_ROLES
from reporting.protocol.directory_parts import MAX_LABEL
from reporting.protocol.encoding import is_id
from reporting.protocol.errors import N_

_NAME = re.compile(r"[a-z0-9][a-z0-9._@-]{0,63}", re.ASCII)


def check_new(session: Session, member_id: str, name: str, label: str) -> None:
    """Refuse an id, name or label that no new member can have.

    :raises AlreadyThere: the id was ever used, or the name is taken; ids are never reused
    :raises Unprocessable: a field that cannot be right
    """
    if not is_id(member_id):
        raise errors.Unprocessable(N_("This is not a valid id."), pointer="/id")
    if not _NAME.fullmatch(name):
        raise errors.Unprocessable(N_("This is not a valid name to sign in with."), pointer="/name")
    if not 0 < len(label.encode()) <= MAX_LABEL:
        raise errors.Unprocessable(N_("A member needs a label of at most 200 bytes."), pointer="/label")
    if session.scalar(select(Member.id).where((Member.id == member_id) | (Member.name == name))):
        raise errors.AlreadyThere(N_("A member of this id or name exists."), pointer="/id")


def check_site_roles(roles: Collection[str]) -> None:
    """Refuse what is no role on the whole site.

    :raises Unprocessable: there is no such role
    """
    if not set(roles) <= set(SITE_ROLES):
        raise errors.Unprocessable(N_("There is no such role."), pointer="/site_roles")

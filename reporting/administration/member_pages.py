"""Members: who is there, inviting, roles, letting go."""

from __future__ import annotations

import datetime
from typing import Any

from flask import Blueprint, Response, request

from reporting import errors
from reporting.administration import drafts, rules
from reporting.administration.drafts import Changing
from reporting.administration.forms import Agree, Invite, Plain, RolesForm
from reporting.administration.room import carry_out, go_to, show, status_of
from reporting.members import rules as members
from reporting.members.rules import Invitation
from reporting.permissions import SITE_ROLES, Permission, requires
from reporting.protocol.errors import N_
from reporting.service import Service
from reporting.web.body import service
from reporting.web.guard import signed_in

blueprint = Blueprint("members", __name__)
_PAGE = 100


@blueprint.get("/members")
@requires(Permission.MEMBER_MANAGE)
def show_members() -> Response:
    """Everybody, a hundred on a page, and the invitations that are open."""
    wanted = request.args.get("q", "").strip().lower()
    first = max(0, request.args.get("from", 0, type=int))
    with service().database.read() as session:
        people = rules.all_members(service(), session)
        waiting = [_told(one) for one in members.invitations(service(), session) if one.state == "open"]
    found = [one for one in people if wanted in f"{one.label} {one.id} {one.name}".lower()]
    return show(
        "members",
        "members",
        people=found[first : first + _PAGE],
        count=len(found),
        all_count=len(people),
        first=first,
        page=_PAGE,
        wanted=wanted,
        waiting=waiting,
        names=rules.ROLE_NAMES,
    )


def _told(one: members.Invited) -> dict[str, Any]:
    expires = datetime.datetime.fromtimestamp(one.expires, datetime.UTC)
    return {"id": one.id, "invitation": one.invitation, "by": one.created_by, "expires": expires}


@blueprint.route("/members/invite", methods=["GET", "POST"])
@requires(Permission.MEMBER_MANAGE, recent=True)
def invite() -> Response:
    """Invite somebody; their link is shown once."""
    form = Invite()
    if form.sent():
        made: list[str] = []

        def act(change: Changing) -> None:
            made.append(_invite(change, form))

        if carry_out(form, f"member/{str(form.member.data)[:50]}", act):
            return _show_link(form, made[0])
    return _roles_page("invite", form)


def _invite(change: Changing, form: Invite) -> str:
    roles, site_roles = form.pairs(), [str(role) for role in form.site_roles.data or ()]
    member, label = str(form.member.data).strip(), str(form.label.data).strip()
    wanted = Invitation(member, str(form.name.data or "").strip() or member, label, site_roles, roles)
    token = members.invite(change.service, change.session, change.by, wanted)
    change.note("invitation:create", recorded=True, member=member, label=label)
    return token


def _show_link(form: Invite | Agree, token: str, label: str = "", member: str = "") -> Response:
    link = f"{request.headers['Origin']}/enroll#{token}"
    if isinstance(form, Invite):
        label, member = str(form.label.data), str(form.member.data)
    return show("invited", "members", link=link, label=label, member=member)


def _roles_page(template: str, form: RolesForm, **context: Any) -> Response:
    with service().database.read() as session:
        channels = rules.channels(session)
        if not form.is_submitted():
            form.revision.data = str(drafts.revision(session))
    return show(
        template,
        "members",
        status_of(form),
        form=form,
        channels=channels,
        channel_roles=rules.CHANNEL_ROLES,
        site_roles=SITE_ROLES,
        names=rules.ROLE_NAMES,
        purposes=rules.ROLE_PURPOSES,
        **context,
    )


@blueprint.route("/members/<member>", methods=["GET", "POST"])
@requires(Permission.MEMBER_MANAGE, recent=True)
def show_member(member: str) -> Response:
    """One member: keys, and roles to give and take."""
    found = _find(member)
    form = RolesForm()
    if not form.is_submitted():
        form.roles.data = [f"{channel}:{role}" for channel, role in found.roles]
        form.site_roles.data = list(found.site_roles)
    elif form.sent():
        counted: list[int] = []

        def act(change: Changing) -> None:
            site_roles = {str(role) for role in form.site_roles.data or ()}
            counted.append(rules.set_roles(change, member, set(form.pairs()), site_roles))

        if carry_out(form, f"member/{member}", act):
            return go_to(f"/members/{member}", "roles" if counted[0] else "unchanged")
    return _roles_page("member", form, member=_find(member))


def _find(member_id: str) -> rules.ShownMember:
    with service().database.read() as session:
        return rules.one_member(service(), session, member_id)


@blueprint.route("/members/<member>/remove", methods=["GET", "POST"])
@requires(Permission.MEMBER_MANAGE, recent=True)
def remove(member: str) -> Response:
    """Let a member go, once it was said what that means."""
    found = _find(member)
    form = Agree()
    if form.sent() and carry_out(form, f"member/{member}", lambda change: rules.remove(change, member)):
        return go_to("/members", "removed")
    return _asked("remove", form, member=found)


@blueprint.route("/members/<member>/again", methods=["GET", "POST"])
@requires(Permission.MEMBER_MANAGE, recent=True)
def invite_again(member: str) -> Response:
    """Let a known member enroll again, with new keys: they lost everything."""
    found = _find(member)
    form, made = Agree(), list[str]()

    def act(change: Changing) -> None:
        wanted = Invitation(found.id, found.name, found.label, again=True)
        made.append(members.invite(change.service, change.session, change.by, wanted))
        change.note("invitation:create", recorded=True, member=found.id, label=found.label)

    if form.sent() and carry_out(form, f"member/{member}", act):
        return _show_link(form, made[0], found.label, found.id)
    return _asked("again", form, member=found)


@blueprint.route("/invitations/<invitation>/revoke", methods=["GET", "POST"])
@requires(Permission.MEMBER_MANAGE, recent=True)
def revoke(invitation: str) -> Response:
    """Take an invitation back."""
    found = _find_invitation(service(), invitation)
    form = Plain()

    def act(change: Changing) -> None:
        members.revoke_invitation(change.service, change.session, change.by, invitation)
        change.note("invitation:revoke", recorded=True, member=found.invitation.member)

    if form.sent() and carry_out(form, f"member/{found.invitation.member}", act):
        return go_to("/members", "revoked")
    return _asked("revoke", form, invitation=found.invitation)


def _find_invitation(here: Service, invitation_id: str) -> members.Invited:
    with here.database.read() as session:
        found = [one for one in members.invitations(here, session) if one.id == invitation_id and one.state == "open"]
    if not found:
        raise errors.NotFound(N_("There is no open invitation of this id."))
    return found[0]


def _asked(template: str, form: Agree | Plain, **context: Any) -> Response:
    if not form.is_submitted():
        with service().database.read() as session:
            form.revision.data = str(drafts.revision(session))
    return show(template, "members", status_of(form), form=form, who=signed_in().label, **context)

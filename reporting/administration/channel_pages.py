"""Channels: where reports arrive, what they ask, and closing one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from flask import Blueprint, Response, request

from reporting import profiles
from reporting.administration import channels, drafts, rules
from reporting.administration.drafts import Changing
from reporting.administration.forms import Agree, ChannelForm
from reporting.administration.room import carry_out, go_to, show, status_of
from reporting.directory.rules import NewChannel
from reporting.i18n import gettext as _
from reporting.permissions import Permission, requires
from reporting.protocol.encoding import check_text
from reporting.protocol.errors import N_
from reporting.web.body import service

blueprint = Blueprint("channels", __name__)
_MAX_TITLE = 200
#: What a channel may promise to anonymous reporters (protocol section 13), for people.
ANONYMITY = {
    "must": N_("Anonymous reports are always followed up"),
    "may": N_("Anonymous reports may be followed up"),
    "if_substantiated": N_("Anonymous reports are followed up if they are substantiated"),
}
KIND_NAMES = {"report": N_("Reports of corruption"), "protection": N_("Retaliation and protection")}


@blueprint.get("/channels")
@requires(Permission.CHANNEL_MANAGE)
def show_channels() -> Response:
    """The drafted channels, and who does what there."""
    with service().database.read() as session:
        people = rules.all_members(service(), session)
        found = [
            {
                "shown": one,
                "channel": channels.drafted(session, one.id),
                "people": [(member, role) for member in people for place, role in member.roles if place == one.id],
            }
            for one in rules.channels(session)
        ]
    return show("channels", "channels", channels=found, kinds=KIND_NAMES, names=rules.ROLE_NAMES)


@blueprint.route("/channels/add", methods=["GET", "POST"])
@requires(Permission.CHANNEL_MANAGE)
def add() -> Response:
    """Draft a channel."""
    form = ChannelForm()
    if not form.is_submitted():
        form.scriptless.data = True
        with service().database.read() as session:
            form.profile.data = channels.site(session).profile
    return _edit(form, None)


@blueprint.route("/channels/<channel>", methods=["GET", "POST"])
@requires(Permission.CHANNEL_MANAGE)
def change(channel: str) -> Response:
    """Draft other titles, another questionnaire or policy."""
    with service().database.read() as session:
        before = channels.drafted(session, channel)
    form = ChannelForm()
    if not form.is_submitted():
        for name in ("id", "kind", "questionnaire", "anonymous", "profile", "scriptless"):
            form[name].data = getattr(before, name)
    return _edit(form, before)


def _edit(form: ChannelForm, before: NewChannel | None) -> Response:
    with service().database.read() as session:
        languages = channels.site(session).languages
        known = channels.known_questionnaires(session)
        if not form.is_submitted():
            form.revision.data = str(drafts.revision(session))
    titles = _titles(languages) if form.is_submitted() else before.titles if before else {}
    if form.sent():
        stored: list[bool] = []

        def act(change: Changing) -> None:
            wanted = _wanted(form, titles, before)
            stored.append(channels.store(change, wanted, new=before is None))

        subject = f"channel/{before.id if before else str(form.id.data)[:40]}"
        if carry_out(form, subject, act):
            return go_to("/channels", "channel" if stored[0] else "unchanged")
    return show(
        "channel",
        "channels",
        status_of(form),
        form=form,
        before=before,
        languages=languages,
        titles=titles,
        kinds=list(KIND_NAMES.items()),
        questionnaires=known,
        profiles=profiles.names(service().settings.profiles),
        anonymity=[(value, _(words)) for value, words in ANONYMITY.items()],
    )


def _titles(languages: Sequence[str]) -> dict[str, str]:
    sent = {language: request.form.get(f"title-{language}", "").strip() for language in languages}
    return {language: title for language, title in sent.items() if title}


def _wanted(form: ChannelForm, titles: Mapping[str, str], before: NewChannel | None) -> NewChannel:
    for title in titles.values():
        check_text(title, pointer="/titles", limit=_MAX_TITLE)
    wanted = NewChannel(
        id=str(form.id.data or "").strip(),
        kind=str(form.kind.data),
        titles=titles,
        questionnaire=str(form.questionnaire.data),
        anonymous=str(form.anonymous.data),
        scriptless=bool(form.scriptless.data),
        profile=str(form.profile.data),
    )
    return replace(wanted, id=before.id, kind=before.kind) if before else wanted


@blueprint.route("/channels/<channel>/close", methods=["GET", "POST"])
@requires(Permission.CHANNEL_MANAGE, recent=True)
def close(channel: str) -> Response:
    """Close a channel, once it was said what becomes of its cases."""
    with service().database.read() as session:
        before = channels.drafted(session, channel)
        has_open_cases = channels.has_open_cases(session, channel)
        revision = drafts.revision(session)
    form = Agree()
    if not form.is_submitted():
        form.revision.data = str(revision)
    if form.sent() and carry_out(form, f"channel/{channel}", lambda change: channels.close(change, channel)):
        return go_to("/channels", "closed")
    return show("close", "channels", status_of(form), form=form, channel=before, has_open_cases=has_open_cases)

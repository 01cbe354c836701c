"""Stories for the yearly report: written by one, approved by two others; not for administrators alone."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, g
from sqlalchemy import select

from reporting.administration.forms import Button, Form, StoryForm
from reporting.administration.room import go_to, show, status_of
from reporting.directory.rules import site_facts
from reporting.errors import ServiceError
from reporting.members.models import Member
from reporting.permissions import Permission, requires
from reporting.statistics import stories
from reporting.statistics.stories import NewStory
from reporting.web.body import service
from reporting.web.guard import signed_in

blueprint = Blueprint("stories", __name__)


@blueprint.get("/stories")
@requires(Permission.STORY_WRITE)
def show_stories() -> Response:
    """Every story, and how far it has come."""
    return _list(Button(formdata=None), StoryForm(formdata=None))


@blueprint.post("/stories")
@requires(Permission.STORY_WRITE)
def write_story() -> Response:
    """Write one."""
    form = StoryForm()
    fields = (form.year, form.language, form.said, form.did, form.consent)
    new = NewStory(*(str(field.data or "").replace("\r\n", "\n").strip() for field in fields))
    if form.sent() and _done(form, lambda: stories.write(service(), signed_in().member, new)):
        return go_to("/stories", "story")
    return _list(Button(formdata=None), form)


@blueprint.post("/stories/<story>/approve")
@requires(Permission.STORY_WRITE)
def approve_story(story: str) -> Response:
    """Approve one of somebody else's."""
    stories.approve(service(), signed_in().member, story)
    return go_to("/stories", "story-approved")


@blueprint.post("/stories/<story>/take-out")
@requires(Permission.STORY_WRITE)
def take_out_story(story: str) -> Response:
    """Take one out."""
    stories.take_back(service(), signed_in().member, story)
    return go_to("/stories", "story-out")


def _done(form: Form, act: Callable[[], object]) -> bool:
    try:
        act()
    except ServiceError as error:
        form.refuse(error)
        g.problem = error.kind
        return False
    return True


def _list(button: Button, form: StoryForm) -> Response:
    with service().database.read() as session:
        found = stories.every(service(), session)
        names = {row.id: row.label for row in session.execute(select(Member.id, Member.label))}
    facts = site_facts(service())
    if not form.is_submitted():
        form.year.data, form.language.data = f"{service().clock.today().year:04}", facts.site.languages[0]
    return show(
        "stories",
        "stories",
        status_of(form),
        button=button,
        form=form,
        found=found,
        names=names,
        needed=stories.APPROVALS,
        consents=stories.CONSENTS,
        unrecorded=stories.UNRECORDED,
        me=signed_in().member,
        languages=facts.site.languages,
    )

"""Questionnaires: edited as text, checked, looked at before they are stored; every version stays."""

from __future__ import annotations

from flask import Blueprint, Response

from reporting.administration import channels, drafts
from reporting.administration.drafts import Changing
from reporting.administration.forms import QuestionnaireForm
from reporting.administration.room import carry_out, go_to, show, status_of
from reporting.errors import ServiceError
from reporting.permissions import Permission, requires
from reporting.protocol.errors import ProtocolError
from reporting.questionnaires.models import Questionnaire
from reporting.web import problems
from reporting.web.body import service

blueprint = Blueprint("questionnaires", __name__)
_STARTING_POINT = "corruption-1"


@blueprint.get("/questionnaires")
@requires(Permission.CHANNEL_MANAGE)
def show_questionnaires() -> Response:
    """Every questionnaire, and which channels ask it."""
    with service().database.read() as session:
        asked = channels.asked_by(session)
        found = [(one, channels.questionnaire(session, one)) for one in channels.known_questionnaires(session)]
    return show("questionnaires", "questionnaires", found=found, asked=asked)


@blueprint.route("/questionnaires/add", methods=["GET", "POST"])
@requires(Permission.CHANNEL_MANAGE)
def add() -> Response:
    """Begin with a copy of what comes with the product."""
    form = QuestionnaireForm()
    if not form.is_submitted():
        with service().database.read() as session:
            form.text.data = channels.as_text(channels.questionnaire(session, _STARTING_POINT))
    return _edit(form, None)


@blueprint.route("/questionnaires/<questionnaire>", methods=["GET", "POST"])
@requires(Permission.CHANNEL_MANAGE)
def change(questionnaire: str) -> Response:
    """Edit a questionnaire."""
    form = QuestionnaireForm()
    with service().database.read() as session:
        before = channels.questionnaire(session, questionnaire)
    if not form.is_submitted():
        form.text.data = channels.as_text(before)
    return _edit(form, questionnaire)


def _edit(form: QuestionnaireForm, known: str | None) -> Response:
    if known is not None:
        form.id.data = known
    with service().database.read() as session:
        versions = channels.versions(service(), session, known) if known else []
        if not form.is_submitted():
            form.revision.data = str(drafts.revision(session))
    questionnaire_id = str(form.id.data or "").strip()
    preview = None
    if form.sent():
        preview = _look(form, questionnaire_id)
        stored: list[bool] = []

        def act(change: Changing) -> None:
            stored.append(channels.store_questionnaire(change, questionnaire_id, str(form.text.data)))

        wanted = preview is not None and not form.preview.data
        if wanted and carry_out(form, f"questionnaire/{questionnaire_id}"[:64], act):
            return go_to("/questionnaires", "questionnaire" if stored[0] else "unchanged")
    context = {"form": form, "known": known, "versions": versions, "preview": preview}
    return show("questionnaire", "questionnaires", status_of(form), **context)


def _look(form: QuestionnaireForm, questionnaire_id: str) -> Questionnaire | None:
    """The questionnaire, if there is no fault in it; else the fault stands beside the text."""
    try:
        return channels.read_text(questionnaire_id, str(form.text.data))
    except (ProtocolError, ServiceError) as error:
        form.refuse(problems.as_service_error(error))
        if form.failure:
            form.text.errors, form.failure = [form.failure], ""
        return None

"""Testing a channel: a report that says it is a test, and how far it has come."""

from __future__ import annotations

from flask import Blueprint, Response, g, request

from reporting.administration import rules, trials
from reporting.administration.forms import TrialForm
from reporting.administration.room import show, status_of
from reporting.administration.trials import Made
from reporting.errors import ServiceError
from reporting.permissions import Permission, requires
from reporting.protocol.errors import ProtocolError, N_
from reporting.web import problems
from reporting.web.body import service
from reporting.web.guard import signed_in

blueprint = Blueprint("trials", __name__)
#: How a case stands, for people.
STATUS_NAMES = {
    "received": N_("received"),
    "acknowledged": N_("acknowledged"),
    "assessing": N_("being assessed"),
    "investigating": N_("being investigated"),
    "feedback_given": N_("feedback given"),
    "closed": N_("closed"),
}


@blueprint.get("/test")
@requires(Permission.CHANNEL_MANAGE)
def show_tests() -> Response:
    """Choose a channel to test; or, with ``case``, how far a test has come."""
    if case := request.args.get("case"):
        return _show_one(case)
    form = TrialForm(formdata=None)
    form.channel.data = request.args.get("channel", "")
    return _choose(form)


@blueprint.post("/test")
@requires(Permission.CHANNEL_MANAGE, recent=True)
def make_test() -> Response:
    """File a test report; its code is shown once."""
    form = TrialForm()
    made = _make(form) if form.sent() else None
    if made is None:
        return _choose(form)
    address = f"{service().settings.origins[0]}/en/mailbox"
    words = " ".join(made.receipt.words("en"))
    return show("tested", "channels", made=made, words=words, address=address, channel=form.channel.data)


def _make(form: TrialForm) -> Made | None:
    try:
        return trials.make(service(), signed_in().member, str(form.channel.data).strip())
    except (ServiceError, ProtocolError) as error:
        known = problems.as_service_error(error)
        form.refuse(known)
        g.problem = known.kind
    return None


def _choose(form: TrialForm) -> Response:
    with service().database.read() as session:
        targets = trials.targets(service(), session)
        latest = trials.latest(session)
    return show(
        "test",
        "channels",
        status_of(form),
        form=form,
        targets=targets,
        able=[one for one in targets if one.people],
        latest=latest,
        names=rules.ROLE_NAMES,
    )


def _show_one(case: str) -> Response:
    with service().database.read() as session:
        found = trials.follow(session, case)
    return show("followed", "channels", found=found, statuses=STATUS_NAMES)

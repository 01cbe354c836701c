"""What the pages below ``/admin`` have in common: how they look, what they refuse, and how a change is carried out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from flask import Response, g, request

from reporting import errors
from reporting.administration import drafts
from reporting.administration.drafts import Changing
from reporting.administration.forms import Confirm, DraftForm, Form
from reporting.directory.rules import site_facts
from reporting.errors import ServiceError
from reporting.i18n import choose_language, current_language, use_language
from reporting.i18n import gettext as _
from reporting.protocol.errors import ProtocolError, N_
from reporting.web import problems
from reporting.web.body import service
from reporting.web.cookies import read_language
from reporting.web.guard import CSRF_FIELD, signed_in
from reporting.web.pages import HTML, render, wants_page

ROOT = "/admin"
#: What is said at the top of a page after something was done.
DONE = {
    "revoked": N_("The invitation was taken back. Its link no longer works."),
    "roles": N_("The roles are stored. Roles on channels are in force with the next list."),
    "unchanged": N_("Nothing was changed."),
    "removed": N_("The member is removed: no sign-in from now on. Have the next list signed soon."),
    "published": N_("The new list is in force."),
    "confirmed": N_("Thank you. For the next minutes you will not be asked again."),
    "channel": N_("The channel is stored. It is in force with the next list."),
    "closed": N_("The channel closes with the next list. Its cases stay."),
    "questionnaire": N_("The questionnaire is stored. It is asked from the next list on; old reports keep theirs."),
    "site": N_("The site's texts are stored. They are shown from the next list on."),
    "place": N_("The place is stored. It is shown from the next list on."),
    "place-out": N_("The place is taken out. It is shown until the next list is in force."),
    "place-hidden": N_("The place is hidden from the next list on."),
    "story": N_("The story is stored. Two others have to approve it before anybody else reads it."),
    "story-approved": N_("Your approval is stored."),
    "story-out": N_("The story is taken out."),
    "content": N_("The section is stored. Everybody can read it now."),
    "content-hidden": N_("The section is hidden in every language."),
    "content-shown": N_("The section is shown again."),
    "content-out": N_("Your own text is taken out. It stays in the history."),
    "content-back": N_("The older text is shown again."),
    "content-review": N_("It is noted who has checked this page, and when."),
    "place-shown": N_("The place is shown again from the next list on."),
}


def show(template: str, here: str, status: int = 200, **context: Any) -> Response:
    """A page of this room. :param here: which part of the administration is marked as the present one"""
    done = DONE.get(request.args.get("done", ""))
    own = {"facts": _facts(), "here_is": here, "done": _(done) if done else "", "identity": signed_in()}
    response = render(f"administration/{template}.html", current_language(), **{**own, **context})
    response.status_code = status
    return response


def _facts() -> Any:
    try:
        return site_facts(service())
    except errors.NothingPublished:
        return None


def go_to(path: str, done: str = "") -> Response:
    """To another page, which says what was done."""
    query = f"?{urlencode({'done': done})}" if done else ""
    return Response("", 303, {"Location": f"{ROOT}{path}{query}"}, content_type=HTML)


def carry_out(form: DraftForm, subject: str, act: Callable[[Changing], None]) -> bool:
    """Change ``subject`` in one transaction; what is refused stands in the form afterwards."""
    here = service()
    try:
        with drafts.changing(here, signed_in().member, subject, form.seen) as change:
            act(change)
    except errors.DraftChanged as error:
        g.problem = error.kind
        with here.database.read() as session:
            form.refuse_as_changed(error, drafts.revision(session))
    except (ServiceError, ProtocolError) as error:
        form.refuse(problems.as_service_error(error))
        g.problem = problems.as_service_error(error).kind
    else:
        return True
    return False


def status_of(form: Form) -> int:
    """The status of the page that shows a form again."""
    return form.refusal.status if form.refusal else 422 if form.errors else 200


def explain(error: Exception) -> Response:
    """The page of a refusal. Whoever has to prove first who they are is asked to, and loses nothing that they sent."""
    with use_language(wanted_language()):
        return _explained(error)


def wanted_language() -> str:
    """The language that somebody chose for these pages, else one that their browser asks for."""
    asked = (tag for tag, _quality in request.accept_languages)
    return choose_language(tag for tag in (read_language(), *asked) if tag)


def _explained(error: Exception) -> Response:
    known = problems.as_service_error(error)
    if type(known) is ServiceError or not wants_page():
        return problems.problem_response(error)
    g.problem = known.kind
    if isinstance(known, errors.StepUpNeeded):
        return ask_to_confirm(request.path, carried_fields())
    words = _(known.message, **known.values)
    page = render(
        "administration/refused.html",
        current_language(),
        facts=None,
        title=_(known.title),
        words=words,
        status=known.status,
    )
    page.status_code = known.status
    return page


def carried_fields() -> list[tuple[str, str]]:
    """The fields of this request's form, to be sent again."""
    if request.method != "POST":
        return []
    return [(name, value) for name, value in request.form.items(multi=True) if name != CSRF_FIELD]


def ask_to_confirm(
    path: str, carried: list[tuple[str, str]], form: Confirm | None = None, status: int = 403
) -> Response:
    """Ask somebody to prove that it is they; ``carried`` is what they were about to send to ``path``."""
    return show("confirm", "", status, path=path, carried=carried, form=form or Confirm(formdata=None))

"""Forms of the administrators' pages. Their token is the session's own, which the guard has checked before."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from typing import Any, ClassVar, cast

from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import (
    BooleanField,
    Field,
    HiddenField,
    IntegerField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.csrf.core import CSRF

from reporting import errors
from reporting.errors import ServiceError
from reporting.i18n import gettext as _
from reporting.protocol.directory import MAX_VALIDITY
from reporting.web.guard import CSRF_FIELD, signed_in


class SessionToken(CSRF):
    """Flask-WTF's token, without Flask's session: there is one for each of ours."""

    def generate_csrf_token(self, csrf_token_field: Field) -> str:
        """The token of the session that asks."""
        del csrf_token_field
        return signed_in().csrf

    def validate_csrf_token(self, form: Any, field: Field) -> None:
        """The guard has looked already; looked at again, it costs nothing."""
        del form
        if not hmac.compare_digest(str(field.data or "").encode(), signed_in().csrf.encode()):
            raise ValidationError(_("Please send the form again."))


class Form(FlaskForm):  # type: ignore[misc]  # Flask-WTF brings no types
    """A form of this room. What the rules refuse is shown beside the field that they name, else above all."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]  # as above
        """How Flask-WTF protects it."""

        csrf = True
        csrf_class = SessionToken
        csrf_field_name = CSRF_FIELD

    #: Fields that the rules call otherwise.
    aliases: ClassVar[Mapping[str, str]] = {}
    #: What was refused, for the status of the page.
    refusal: ServiceError | None = None
    #: What stands above the form.
    failure: str = ""

    def refuse(self, error: ServiceError) -> None:
        """Show a refusal beside the field that it names, or above the form."""
        self.refusal = error
        words = _(error.message, **error.values)
        named = error.pointer.rpartition("/")[2]
        field = self._fields.get(self.aliases.get(named, named))
        if field is None:
            self.failure = words
        else:
            field.errors = [*field.errors, words]

    def sent(self) -> bool:
        """Whether the form was sent and every field can be right."""
        return bool(self.validate_on_submit())


class DraftForm(Form):
    """A form that changes the draft: it knows how many changes there were when it was shown."""

    revision = HiddenField()
    #: What others did meanwhile.
    changes: tuple[str, ...] = ()

    @property
    def seen(self) -> int:
        """The revision that its page showed.

        :raises Malformed: not a number
        """
        text = str(self.revision.data or "")
        if not text.isascii() or not text.isdigit() or len(text) > 9:
            raise errors.Malformed
        return int(text)

    def refuse_as_changed(self, error: ServiceError, revision: int) -> None:
        """Show what others did, keep what was typed, and let the next attempt count from now."""
        self.refusal = error
        self.changes = tuple(error.members["changes"])
        self.revision.data = str(revision)


def _given(form: Any, field: Field) -> None:
    del form
    if not str(field.data or "").strip():
        raise ValidationError(_("Please fill this in."))


def _agreed(form: Any, field: Field) -> None:
    del form
    if not field.data:
        raise ValidationError(_("Please check the box, if this is what you want."))


def _days(form: Any, field: Field) -> None:
    del form
    if field.errors or field.data is None or not 1 <= field.data <= MAX_VALIDITY.days:
        field.errors = []
        raise ValidationError(_("Between {low} and {high} days.", low=1, high=MAX_VALIDITY.days))


def _chosen(form: Any, field: Field) -> None:
    del form
    if not getattr(field.data, "filename", ""):
        raise ValidationError(_("Please choose the signed file."))


class RolesForm(DraftForm):
    """Which roles somebody is to have: on channels as ``channel:role``, and on the whole site."""

    roles = SelectMultipleField(validate_choice=False)
    site_roles = SelectMultipleField(validate_choice=False)

    def pairs(self) -> list[tuple[str, str]]:
        """Channel and role of each box that is checked.

        :raises Malformed: a value that no box has
        """
        found = [tuple(str(value).split(":")) for value in self.roles.data or ()]
        if any(len(pair) != 2 for pair in found):
            raise errors.Malformed
        return cast("list[tuple[str, str]]", found)


class Invite(RolesForm):
    """Whom to invite."""

    aliases: ClassVar[Mapping[str, str]] = {"id": "member"}
    member = StringField(validators=[_given])
    label = StringField(validators=[_given])
    name = StringField()


class Agree(DraftForm):
    """A step that is not to be taken by accident."""

    agreed = BooleanField(validators=[_agreed])


class Plain(DraftForm):
    """A button."""


class StoryForm(Form):
    """A story for the report of a year."""

    year = StringField(validators=[_given])
    language = StringField(validators=[_given])
    said = TextAreaField(validators=[_given])
    did = TextAreaField(validators=[_given])
    consent = StringField(validators=[_given])


class Button(Form):
    """A button that changes no draft."""


class TrialForm(Form):
    """On which channel a test report is to be filed."""

    channel = StringField(validators=[_given])
    agreed = BooleanField(validators=[_agreed])


class Request(Form):
    """For how long the next list is to hold."""

    days = IntegerField(default=MAX_VALIDITY.days, validators=[_days])


class Publish(Form):
    """The file that the root key has signed."""

    file = FileField(validators=[_chosen])


class Confirm(Form):
    """The second factor once more."""

    path = HiddenField()
    code = StringField(validators=[_given])


class ChannelForm(DraftForm):
    """A channel: titles are sent as ``title-<language>``, read beside this form."""

    id = StringField()
    kind = StringField(default="report")
    questionnaire = StringField(validators=[_given])
    anonymous = StringField(default="must", validators=[_given])
    profile = StringField(validators=[_given])
    scriptless = BooleanField()


class QuestionnaireForm(DraftForm):
    """A questionnaire as text."""

    id = StringField(validators=[_given])
    text = TextAreaField(validators=[_given])
    preview = BooleanField()


class SiteForm(DraftForm):
    """The site's document: names are sent as ``name-<language>``, read beside this form."""

    languages = StringField(validators=[_given])
    addresses = TextAreaField()
    onion = StringField()
    exit = StringField(validators=[_given])
    profile = StringField(validators=[_given])
    logo = FileField()
    no_logo = BooleanField()


class PlaceForm(DraftForm):
    """A place where else to go, of the office's own."""

    kind = StringField(default="bodies", validators=[_given])
    name = StringField(validators=[_given])
    url = StringField()
    number = StringField()
    country = StringField()
    topics = SelectMultipleField(validate_choice=False)
    source = StringField(validators=[_given])
    checked = StringField(validators=[_given])


class SectionForm(DraftForm):
    """A section of the public site. ``anchor`` and ``art13`` count for a new one alone."""

    aliases: ClassVar[Mapping[str, str]] = {"section": "anchor"}
    anchor = StringField()
    title = StringField(validators=[_given])
    text = TextAreaField(validators=[_given])
    art13 = SelectMultipleField(validate_choice=False)
    preview = BooleanField()


class ReviewForm(DraftForm):
    """Who has checked a page, and on which day."""

    reviewed_by = StringField(validators=[_given])
    reviewed = StringField(validators=[_given])
    digest = HiddenField()


class HideForm(DraftForm):
    """Why a place of a profile is hidden."""

    reason = StringField(validators=[_given])

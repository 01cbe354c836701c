"""The application: a short ordered list."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import cache

from flask import Flask

from reporting.administration.pages import blueprint as administration_pages
from reporting.awareness.campaign.pages import blueprint as campaign_pages
from reporting.awareness.info_pages import blueprint as info_pages
from reporting.awareness.info_pages import guide
from reporting.awareness.pages import blueprint as awareness_pages
from reporting.cases import openapi as describe_cases
from reporting.cases.pages import blueprint as desk_pages
from reporting.cases.views import blueprint as cases
from reporting.config import Settings
from reporting.custody import openapi as describe_custody
from reporting.custody.views import blueprint as custody
from reporting.directory import openapi as describe_directory
from reporting.directory.rules import ShapeSize
from reporting.directory.views import blueprint as directory
from reporting.evidence import openapi as describe_evidence
from reporting.evidence.desk_views import blueprint as files
from reporting.evidence.views import blueprint as uploads
from reporting.intake import openapi as describe_intake
from reporting.intake.pages import blueprint as intake_pages
from reporting.intake.views import blueprint as intake
from reporting.log import openapi as describe_audit
from reporting.log import rules as audit_rules
from reporting.log.views import blueprint as audit
from reporting.mailbox import openapi as describe_mailbox
from reporting.mailbox.pages import blueprint as mailbox_pages
from reporting.mailbox.views import blueprint as mailbox
from reporting.members import openapi as describe_members
from reporting.members.pages import blueprint as member_pages
from reporting.members.rules import session_of
from reporting.members.views import blueprint as members
from reporting.notices import openapi as describe_notices
from reporting.notices.views import blueprint as notices
from reporting.practice.pages import blueprint as practice_pages
from reporting.protection import openapi as describe_protection
from reporting.protection.views import blueprint as protection
from reporting.service import Service, open_service
from reporting.statistics import openapi as describe_statistics
from reporting.statistics import visits
from reporting.statistics.pages import blueprint as figure_pages
from reporting.statistics.views import blueprint as statistics
from reporting.web import assets, body, cookies, guard, headers, logs, openapi, pages, problems
from reporting.web.guard import Identity, Refusal
from reporting.web.shape import Shape

INTAKE, DESK = "intake", "desk"
SURFACES = (INTAKE, DESK)

#: Which blueprints make up a surface. Both show the directory, the bundle and the API's description.
_SHARED = (directory, openapi.blueprint, assets.blueprint)
_BLUEPRINTS = {
    INTAKE: (
        *_SHARED,
        intake,
        uploads,
        mailbox,
        awareness_pages,
        info_pages,
        guide,
        campaign_pages,
        figure_pages,
        intake_pages,
        mailbox_pages,
        practice_pages,
    ),
    DESK: (
        *_SHARED,
        members,
        cases,
        files,
        custody,
        protection,
        statistics,
        notices,
        audit,
        member_pages,
        desk_pages,
        administration_pages,
    ),
}
_DESCRIPTIONS = (
    describe_directory,
    describe_intake,
    describe_evidence,
    describe_mailbox,
    describe_members,
    describe_notices,
    describe_cases,
    describe_custody,
    describe_protection,
    describe_statistics,
    describe_audit,
)


def create_app(settings: Settings, surfaces: Collection[str] = SURFACES, *, service: Service | None = None) -> Flask:
    """The Flask application of one surface, or of both together for tools that look at every route.

    :param service: for tests and for workers that share one; else opened from ``settings`` when first used
    """
    app = Flask("reporting", static_folder=None)
    app.url_map.strict_slashes = True
    app.url_map.merge_slashes = False  # it answers with a redirect to whatever host the request names
    app.request_class = body.MemoryRequest
    app.config.update(MAX_CONTENT_LENGTH=body.MAX_BODY, PROPAGATE_EXCEPTIONS=False, PROVIDE_AUTOMATIC_OPTIONS=False)

    @cache
    def opened() -> Service:
        return service or open_service(settings)

    app.extensions["reporting"] = opened
    app.extensions["reporting.openapi"] = cache(lambda: openapi.document(_DESCRIPTIONS))
    pages.install(app)
    for blueprint in dict.fromkeys(one for surface in surfaces for one in _BLUEPRINTS[surface]):
        app.register_blueprint(blueprint)
    desk = DESK in surfaces
    logs.install()
    problems.install(app)
    headers.install(app, settings, DESK if desk else INTAKE)
    guard.install(
        app,
        identify=lambda: _identify(opened()),
        origins={*(settings.origins if INTAKE in surfaces else ()), *(settings.desk_origins if desk else ())},
        origin_required=desk,
        refused=lambda refusal: _record_refusal(opened(), refusal),
    )
    if INTAKE in surfaces:
        visits.install(app, opened, {awareness_pages.name, info_pages.name, guide.name, figure_pages.name})
        # The way that Flask's documentation shows for WSGI middleware.
        app.wsgi_app = Shape(app.wsgi_app, _shape_size(opened))  # type: ignore[method-assign]
    return app


def _shape_size(opened: Callable[[], Service]) -> Callable[[], int]:
    @cache
    def found() -> ShapeSize:
        return ShapeSize(opened())  # made when first asked, since the data folder may be empty before

    def size() -> int:
        return found()()

    return size


def _record_refusal(service: Service, refusal: Refusal) -> None:
    details = {"method": refusal.method, "route": refusal.route, "kind": refusal.kind}
    audit_rules.refused(service, refusal.member, details, refusal.case)


def _identify(service: Service) -> Identity | None:
    token = cookies.read_session()
    current = session_of(service, token) if token else None
    if current is None:
        return None
    # Somebody without any factor yet has nothing to prove with again: registering one is what they are here for.
    recent = current.recent or current.stage == "enrolling"
    return Identity(current.member, current.label, current.roles, current.csrf, current.session, current.stage, recent)

"""The page of campaign material, and its files."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module

from flask import Blueprint, Response

from reporting import errors
from reporting.awareness.campaign import snippets
from reporting.awareness.campaign.content import Content, content_of, spoken_languages
from reporting.awareness.campaign.formats import FILES, FORMATS
from reporting.awareness.campaign.keeping import kept
from reporting.awareness.campaign.overview import drawable, overview
from reporting.directory.facts import SiteFacts
from reporting.directory.rules import page_facts
from reporting.permissions import Permission, requires
from reporting.web.body import service
from reporting.web.pages import deterministic, render

blueprint = Blueprint("campaign", __name__)

KIT = "kit.zip"
_TYPES = {
    ".pdf": "application/pdf",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".html": "text/plain; charset=utf-8",  # to be pasted, never shown as a page of this site
    ".txt": "text/plain; charset=utf-8",
    ".zip": "application/zip",
}


@blueprint.get("/<lang:language>/campaign")
@requires(Permission.PAGE_READ)
@deterministic
def show_campaign(language: str) -> Response:
    """Posters and all the rest, to be downloaded; or why there are none yet."""
    facts = page_facts(service(), language)
    content, why = None, None
    try:
        content = content_of(facts, language)
    except errors.ServiceError as problem:
        why = None if isinstance(problem, errors.NotFound) else problem
    return render(
        "awareness/campaign.html",
        language,
        facts.key,
        facts=facts,
        here="campaign",
        content=content,
        looks={} if content is None else overview(service(), facts, content),
        why=why,
        formats=FORMATS,
        kit=KIT,
        copied={} if content is None else _copied(content),
    )


def _copied(content: Content) -> dict[str, str]:
    made = {
        "signature": snippets.signature_text(content),
        "badge": snippets.badge(content),
    }
    return {name: body.decode() for name, body in made.items()}


@blueprint.get("/<lang:language>/campaign/<file>")
@requires(Permission.PAGE_READ)
def show_file(language: str, file: str) -> Response:
    """One file, or all of a language in an archive; drawn once for each version of the signed list."""
    facts = page_facts(service(), language)
    if language not in spoken_languages(facts) or (file not in FILES and file != KIT):
        raise errors.NotFound
    formats = drawable(overview(service(), facts, content_of(facts, language))) if file == KIT else ()
    body = kept(service(), facts, f"{language}-{file}", lambda: _made(facts, language, file, formats))
    stem, dot, ending = file.rpartition(".")
    response = Response(body, content_type=_TYPES[dot + ending])
    response.headers["Content-Disposition"] = f'attachment; filename="{stem}-{language}.{ending}"'
    return response


@blueprint.get("/<lang:language>/campaign/preview/<name>.png")
@requires(Permission.PAGE_READ)
def show_preview(language: str, name: str) -> Response:
    """A page of a sheet, small, for the page above."""
    facts = page_facts(service(), language)
    looks = overview(service(), facts, content_of(facts, language))
    found = next((one for look in looks.values() for one in look.pictures if one.name == name), None)
    if found is None:
        raise errors.NotFound
    return Response(found.png, content_type=_TYPES[".png"])


def _made(facts: SiteFacts, language: str, file: str, formats: Sequence[str]) -> bytes:
    # What draws brings fonts and libraries along, half a second and 25 MB: not before somebody asks for a file.
    kit = import_module("reporting.awareness.campaign.kit")
    made: bytes = (
        kit.pack(facts, kit.make_files(facts, [language], formats))
        if file == KIT
        else kit.MAKERS[file](content_of(facts, language))
    )
    return made

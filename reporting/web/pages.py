"""Pages: Jinja templates in a page's language, deterministic where keys or plaintext live.

A deterministic page (protocol section 11) is a pure function of release, root key, directory version with
its site document, language and channel: its view takes nothing else from the request, and it is rendered
once for each. :func:`deterministic` marks it, so that ``reporting release manifest`` lists it.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Collection
from typing import Any, TypeVar

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from flask import Flask, Response, current_app, render_template, request
from werkzeug.routing import BaseConverter

from reporting import i18n
from reporting.config import ConfigurationError
from reporting.errors import NotFound, ServiceError
from reporting.i18n import available_languages, choose_language, current_language, use_language
from reporting.i18n import gettext as _
from reporting.paths import data_folder
from reporting.profiles import ProfileError
from reporting.web import assets
from reporting.web.compression import compressed

View = TypeVar("View", bound=Callable[..., Any])
HTML = "text/html; charset=utf-8"
_MARK = "__deterministic__"
_KEPT = 512
_CACHE = "reporting.pages"
_NO_PAGES = ("/api/", "/.well-known/", "/assets/")


class LanguageConverter(BaseConverter):
    """The first part of a page's address: a language code. ``api`` is none: what answers below it has its shape."""

    regex = r"(?!api\b)[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})?"


def deterministic(view: View) -> View:
    """Mark a view whose page is the same bytes for everybody."""
    setattr(view, _MARK, True)
    return view


def is_deterministic(view: Callable[..., Any]) -> bool:
    """Whether the view's page is the same bytes for everybody."""
    return bool(getattr(view, _MARK, False))


def render(template: str, language: str, key: Collection[object] = (), **context: Any) -> Response:
    """A page in ``language``, compressed as the browser takes it.

    :param key: all that the page depends on beside template and language; empty: render it anew each time
    """
    cache: dict[tuple[object, ...], bytes] = current_app.extensions[_CACHE]
    name = (template, language, *key)
    body = cache.get(name) if key else None
    if body is None:
        with use_language(language):
            body = render_template(template, language=language, **context).encode()
        if key:
            if len(cache) >= _KEPT:
                cache.clear()
            cache[name] = body
    response = compressed(body, HTML)
    response.headers["Content-Language"] = language
    return response


def spoken(tongue: str) -> str:
    """The language of a member's page: any that has texts, whatever the site's pages for reporters are in.

    :raises NotFound: it has none
    """
    if tongue not in available_languages():
        raise NotFound
    return tongue


def redirect_to(path: str) -> Response:
    """To another page of this site."""
    return Response("", 302, {"Location": path}, content_type=HTML)


def wants_page() -> bool:
    """Whether whoever asks would rather read a page than a problem document."""
    return request.accept_mimetypes.best_match(["application/problem+json", "text/html"]) == "text/html"


def error_page(error: ServiceError) -> Response | None:
    """What ``error`` looks like to somebody who asked for a page; None where a program asked."""
    if request.path.startswith(_NO_PAGES) or request.method not in ("GET", "HEAD"):
        return None
    if not wants_page():
        return None
    first = request.path.split("/")[1].replace("-", "_")
    language = choose_language([first, *(tag for tag, _quality in request.accept_languages)])
    with use_language(language):
        title, words = _(error.title), _(error.message, **error.values)
    response = render("web/error.html", language, title=title, words=words)
    response.status_code = error.status
    return response


def _locale(language: str) -> Locale | None:
    """What is known of a language; None for a code that means nothing, which a site may have all the same."""
    try:
        return Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        return None


def language_name(language: str) -> str:
    """What a language calls itself; its code where nobody knows."""
    locale = _locale(language)
    return language if locale is None else str(locale.get_display_name(language.replace("-", "_")))


def direction(language: str) -> str:
    """``ltr`` or ``rtl``."""
    locale = _locale(language)
    return "ltr" if locale is None else str(locale.text_direction)


def country_name(code: str, language: str) -> str:
    """What a country (ISO 3166, or ``EU``) is called in a language; its code where nobody knows."""
    locale = _locale(language)
    return code if locale is None else str(locale.territories.get(code, code))


def long_day(day: datetime.date, language: str) -> str:
    """A day as it is written in a language."""
    locale = _locale(language)
    return day.isoformat() if locale is None else str(format_date(day, "long", locale))


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a text: what empty lines divide."""
    parts = (part.strip() for part in text.replace("\r\n", "\n").split("\n\n"))
    return [part for part in parts if part]


def for_practice() -> bool:
    """Whether the site is one for practice, by its root key: also on a page that is made of nothing else of the site.

    Where there is no service yet, no page says anything of it.
    """
    try:
        return bool(current_app.extensions["reporting"]().for_practice)
    except (ConfigurationError, ProfileError, OSError):
        return False


def install(app: Flask) -> None:
    """Templates, their helpers, and the converter ``lang`` for addresses."""
    app.template_folder = str(data_folder("templates"))
    app.url_map.converters["lang"] = LanguageConverter
    app.extensions[_CACHE] = {}
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    i18n.install(app.jinja_env)
    app.jinja_env.globals.update(
        asset=assets.asset,
        script=assets.script,
        saved_page=assets.saved_page,
        language_name=language_name,
        direction=direction,
        paragraphs=paragraphs,
        country_name=country_name,
        long_day=long_day,
        current_language=current_language,
        available_languages=available_languages,
        for_practice=for_practice,
    )

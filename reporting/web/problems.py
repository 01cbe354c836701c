"""Problem documents (RFC 9457): what every error becomes on its way out."""

from __future__ import annotations

import logging
from typing import Any

from flask import Flask, Response, g, request
from werkzeug.exceptions import HTTPException

from reporting import errors
from reporting.errors import PROBLEM_PREFIX, ServiceError
from reporting.i18n import choose_language, use_language
from reporting.i18n import gettext as _
from reporting.protocol.encoding import dump_json
from reporting.protocol.errors import ProtocolError
from reporting.web.logs import place_of
from reporting.web.pages import error_page

_log = logging.getLogger("reporting")

#: What Flask itself raises, by status.
_HTTP_ERRORS: dict[int, type[ServiceError]] = {
    400: errors.Malformed,
    403: errors.NotAllowed,
    404: errors.NotFound,
    405: errors.MethodNotAllowed,
    413: errors.TooLarge,
    415: errors.WrongMediaType,
}


def problem_document(error: ServiceError) -> dict[str, Any]:
    """The members of the problem document of ``error``, in the language of the surroundings."""
    document: dict[str, Any] = {
        "type": PROBLEM_PREFIX + error.kind,
        "title": _(error.title),
        "status": error.status,
        "detail": _(error.message, **error.values),
    }
    if error.pointer:
        document["pointer"] = error.pointer
    return document | error.members


def as_service_error(error: Exception) -> ServiceError:
    """What ``error`` is to the outside. Whatever is in no tree of ours is a failure without words."""
    if isinstance(error, ServiceError):
        return error
    if isinstance(error, ProtocolError):
        return errors.from_protocol(error)
    if isinstance(error, HTTPException) and error.code in _HTTP_ERRORS:
        return _HTTP_ERRORS[error.code]()
    return ServiceError()


def problem_response(error: Exception) -> Response:
    """The response that ``error`` becomes; a failure of ours leaves its class and place in the log."""
    known = as_service_error(error)
    g.problem = known.kind
    if type(known) is ServiceError:
        _log.error("%s at %s", type(error).__name__, place_of(error))
    if (page := error_page(known)) is not None:
        return page
    with use_language(choose_language(tag for tag, _quality in request.accept_languages)):
        body = dump_json(problem_document(known))
    response = Response(body, known.status, content_type="application/problem+json")
    if isinstance(known, errors.TooManyAttempts) and "retry_after" in known.members:
        response.headers["Retry-After"] = str(known.members["retry_after"])
    if isinstance(known, errors.Unavailable) and known.retry_after is not None:
        response.headers["Retry-After"] = str(known.retry_after)
    if isinstance(error, HTTPException) and (valid := getattr(error, "valid_methods", None)):
        response.headers["Allow"] = ", ".join(sorted(valid))
    return response


def install(app: Flask) -> None:
    """Answer every exception with a problem document."""
    app.register_error_handler(Exception, problem_response)

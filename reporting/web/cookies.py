"""The two cookies there are: a member's session on the desk, and the language of the administrators' pages.

Reporters get none.
"""

from __future__ import annotations

from flask import Response, request

COOKIE = "__Host-session"
#: Not ``__Host-``, so that it stays below /admin: cookies do not tell ports apart, and hosts may be shared.
LANGUAGE = "__Secure-language"
_LANGUAGE_PATH = "/admin"
_MAX_TOKEN = 64


def read_session() -> str:
    """The token that the request brings, or nothing."""
    token = request.cookies.get(COOKIE, "")
    return token if len(token) <= _MAX_TOKEN else ""


def set_session(response: Response, token: str) -> None:
    """Hand out a token: sent back over TLS only (or to this machine), to this host only, by its own pages."""
    response.set_cookie(COOKIE, token, secure=True, httponly=True, samesite="Strict", path="/")


def clear_session(response: Response) -> None:
    """Take the token back."""
    response.delete_cookie(COOKIE, secure=True, httponly=True, samesite="Strict", path="/")


def read_language() -> str:
    """The language code that the request brings, which may be anything; or nothing."""
    return request.cookies.get(LANGUAGE, "")


def set_language(response: Response, language: str) -> None:
    """Remember a language until the browser is closed: sent to the administrators' pages alone."""
    response.set_cookie(LANGUAGE, language, secure=True, httponly=True, samesite="Strict", path=_LANGUAGE_PATH)

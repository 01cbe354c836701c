"""The one cookie there is: a member's session on the desk. Reporters get none."""

from __future__ import annotations

from flask import Response, request

COOKIE = "__Host-session"
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

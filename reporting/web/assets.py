"""The browser bundle: hashed addresses for templates, and the files, compressed when they were built."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from flask import Blueprint, Response

from reporting import errors
from reporting.config import ConfigurationError
from reporting.i18n import gettext as _
from reporting.paths import BUNDLE
from reporting.permissions import Permission, requires
from reporting.web.compression import CODINGS, chosen_coding
from reporting.web.headers import FRAMED_HEADERS, content_security_policy

blueprint = Blueprint("assets", __name__, url_prefix="/assets")

_TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".zip": "application/zip",
}
_FOREVER = "public, max-age=31536000, immutable"  # another content has another name


@dataclass(frozen=True)
class Asset:
    """One file of the bundle.

    ``wasm``: a worker's script whose policy allows WebAssembly; ``framed``: loaded by the viewer, whose origin
    is nobody's.
    """

    file: str
    integrity: str
    size: int
    wasm: bool = False
    framed: bool = False

    @property
    def address(self) -> str:
        """Where it is served."""
        return f"/assets/{self.file}"


@cache
def manifest(folder: Path = BUNDLE) -> dict[str, Asset]:
    """Every file of the bundle by its plain name.

    :raises ConfigurationError: the bundle was not built
    """
    try:
        listed = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ConfigurationError(_("The pages' scripts are missing: run “make setup”.")) from None
    return {name: Asset(**entry) for name, entry in listed.items()}


def asset(name: str) -> Asset:
    """The file of that plain name, such as ``site.css``."""
    return manifest()[name]


def script(name: str, language: str) -> Asset:
    """A page's script with the texts of a language; in English where there is none."""
    return _in_language(name, language, "js")


def saved_page(name: str, language: str) -> Asset:
    """A page as one file, to be saved, in a language; in English where there is none."""
    return _in_language(name, language, "html")


def _in_language(name: str, language: str, ending: str) -> Asset:
    return manifest().get(f"{name}-{language}.{ending}") or asset(f"{name}-en.{ending}")


@cache
def _served() -> dict[str, Asset]:
    return {found.file: found for found in manifest().values()}


@blueprint.get("/<file>")
@requires(Permission.PAGE_READ)
def show(file: str) -> Response:
    """One file, under the name that carries its hash, for a year."""
    found = _served().get(file)
    if found is None:
        raise errors.NotFound
    coding = chosen_coding()
    body = (BUNDLE / f"{file}{CODINGS.get(coding, '')}").read_bytes()
    response = Response(body, content_type=_TYPES[Path(file).suffix])
    if coding:
        response.headers["Content-Encoding"] = coding
    response.headers["Vary"] = "Accept-Encoding"
    response.headers["Cache-Control"] = _FOREVER
    if file.endswith(".html"):
        # Its script is its own, and runs once the file is saved: never here, where it would be the site's.
        response.headers["Content-Disposition"] = f'attachment; filename="{file}"'
    if found.wasm:
        response.headers["Content-Security-Policy"] = content_security_policy(wasm=True)
    if found.framed:
        response.headers.extend(FRAMED_HEADERS)
    return response

"""The list of every deterministic page with the hash of its bytes (protocol section 11).

::

    {"format": "reporting/release-manifest/v1", "release": "0.2.0", "directory": 7,
     "pages": [{"surface": "intake", "path": "/en/report", "language": "en", "sha256": "…", "csp": "…"}, …],
     "assets": [{"path": "/assets/site-….css", "sha256": "…", "csp": "…"}, …]}

Pages are taken from the application's own routes, so that none can be forgotten.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Flask
from werkzeug.routing import Rule

from reporting.i18n import available_languages
from reporting.protocol.encoding import sha256
from reporting.web.assets import manifest
from reporting.web.pages import is_deterministic

FORMAT = "reporting/release-manifest/v1"
_OK = 200


@dataclass(frozen=True)
class Scope:
    """What pages are made for: the site's languages, and the channels of the directory in force."""

    languages: Sequence[str]
    channels: Sequence[str]


def _addresses(app: Flask, rule: Rule, scope: Scope) -> Iterator[tuple[str, str | None]]:
    """Path and language of every page that ``rule`` serves; of the desk's many addresses, the first."""
    choices: list[dict[str, str]] = [{}]
    given = (("language", scope.languages), ("channel", scope.channels), ("tongue", available_languages()))
    for name, values in given:
        if name in rule.arguments:
            choices = [{**chosen, name: value} for chosen in choices for value in values]
    if rule.arguments <= {"language", "channel", "tongue"}:
        adapter = app.url_map.bind("localhost")
        for chosen in choices:
            yield adapter.build(rule.endpoint, chosen), chosen.get("language") or chosen.get("tongue")


def deterministic_paths(app: Flask, scope: Scope) -> list[tuple[str, str | None]]:
    """Path and language of every deterministic page of ``app``, in order."""
    rules = [rule for rule in app.url_map.iter_rules() if is_deterministic(app.view_functions[rule.endpoint])]
    found = {address for rule in rules for address in _addresses(app, rule, scope)}
    return sorted(found, key=lambda address: address[0])


def list_pages(app: Flask, surface: str, scope: Scope) -> list[dict[str, Any]]:
    """One row for each deterministic page of a surface."""
    client = app.test_client()
    rows = []
    for path, language in deterministic_paths(app, scope):
        answer = client.get(path)
        if answer.status_code != _OK:
            raise RuntimeError(f"{path} answers {answer.status_code}")  # a fault of ours: no manifest without it
        spoken = language or answer.headers["Content-Language"]
        rows.append({"surface": surface, "path": path, "language": spoken, **_hashed(answer)})
    return rows


def list_assets(app: Flask) -> list[dict[str, Any]]:
    """One row for each file of the bundle; workers among them, which no page's SRI reaches."""
    client = app.test_client()
    addresses = sorted(found.address for found in manifest().values())
    return [{"path": address, **_hashed(client.get(address))} for address in addresses]


def _hashed(answer: Any) -> dict[str, str]:
    return {"sha256": sha256(answer.data).hex(), "csp": answer.headers["Content-Security-Policy"]}

"""Where a text is shown: with the figures of the site's channels, beside the pages that there are."""

from __future__ import annotations

from reporting.awareness.rendering import Setting
from reporting.awareness.rules import Edition
from reporting.awareness.topics import PLACEHOLDERS
from reporting.awareness.words import words
from reporting.directory.facts import SiteFacts
from reporting.service import Service
from reporting.web.pages import direction


def setting(
    service: Service,
    facts: SiteFacts | None,
    found: Edition,
    language: str,
    *,
    page: str,
    served: frozenset[str],
    root: str = "",
) -> Setting:
    """Where the texts of a page are shown.

    :param facts: None before anything was published: then gaps stay gaps
    :param served: the other pages of the site that there are
    """
    said = {name: f"{{{name}}}" for name in PLACEHOLDERS} if facts is None else words(service, facts, language)
    if direction(language) == "rtl":
        # A name in Latin letters would draw the punctuation beside it to its wrong side.
        said = {name: f"\N{FIRST STRONG ISOLATE}{value}\N{POP DIRECTIONAL ISOLATE}" for name, value in said.items()}
    return Setting(
        language=language,
        words=said,
        anchors=lambda name: found.anchors(name, language),
        served=served,
        root=root,
        page=page,
    )

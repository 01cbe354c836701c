"""How the sheets of a site look, or why one cannot be drawn: a function of release, directory version and language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from importlib import import_module
from typing import Any

from reporting import errors
from reporting.awareness.campaign.content import Content, content_of, spoken_languages
from reporting.awareness.campaign.formats import FORMATS, Format
from reporting.awareness.campaign.keeping import kept
from reporting.directory.facts import SiteFacts
from reporting.directory.site import Site
from reporting.i18n import gettext as _
from reporting.protocol.encoding import JSONObject, b64decode, parse_json_object
from reporting.service import Service

_MAX = 1 << 20


@dataclass(frozen=True)
class Picture:
    """A page of a sheet, small."""

    name: str
    width: int
    height: int
    png: bytes = field(repr=False)


@dataclass(frozen=True)
class Look:
    """How a sheet looks, page by page; or in ``fault``, untranslated, and its values why it cannot be drawn."""

    pictures: tuple[Picture, ...] = ()
    fault: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def why(self) -> str:
        """Why it cannot be drawn, in the language that is spoken; empty where it can."""
        return _(self.fault, **self.values) if self.fault else ""


def overview(service: Service, facts: SiteFacts, content: Content) -> Mapping[str, Look]:
    """Every sheet, by its name; drawn once for each version of the list and kept."""

    def make() -> bytes:
        # As for files: what draws is not brought along before somebody asks.
        made: bytes = import_module("reporting.awareness.campaign.previews").draw_previews(content)
        return made

    try:
        body = kept(service, facts, f"{content.language}-previews.json", make)
    except errors.Unavailable:
        body = make()  # remembered by the process; the page is the same for everybody, kept or not
    return {name: _look(found) for name, found in parse_json_object(body, limit=_MAX).items()}


def _look(found: JSONObject) -> Look:
    pictures = tuple(
        Picture(one["name"], one["width"], one["height"], b64decode(one["png"])) for one in found.get("pictures", ())
    )
    return Look(pictures, found.get("message", ""), found.get("values", {}))


def drawable(looks: Mapping[str, Look]) -> list[str]:
    """The formats that can be made."""
    return [name for name, one in FORMATS.items() if one.sheet not in looks or not looks[one.sheet].fault]


def undrawn(facts: SiteFacts, draft: Site) -> Iterator[tuple[Format, str, str]]:
    """What could not be drawn if a drafted document of the site were in force: format, language, and why."""
    drafted = replace(facts, site=replace(draft, profiles=facts.site.profiles))
    for language in spoken_languages(drafted):
        try:
            content = content_of(drafted, language)
        except errors.Unprocessable:
            return  # no address that can be printed: the page of the material says so
        faults = import_module("reporting.awareness.campaign.previews").faults_of(content)
        for one in FORMATS.values():
            if one.sheet in faults:
                message, values = faults[one.sheet]
                yield one, language, _(message, **values)

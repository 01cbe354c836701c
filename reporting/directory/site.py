"""The site's document: texts and settings that show on pages, hashed in the directory (protocol section 3).

::

    {"format": "reporting/site/v1", "names": {"en": "…"}, "languages": ["en", "ar"],
     "addresses": ["https://…"], "onion": "http://….onion" or null,
     "exit": "https://…", "profile": "eu",
     "welcome": {"en": "…"}, "contacts": {"en": "…"}, "logo": "<base64 of a PNG>",
     "places": {"own": […], "hidden": […]},
     "profiles": {"eu": {"deadlines": {…}, "bodies": [{"name", "url", "topics", "country", "source", "checked"}],
                         "advice": […], "legal_aid": […], "emergency": {"number": "112", …} or null,
                         "retaliation": "…"}}}

``names`` is what the site is called, ``exit`` where a page's way out leads, ``profile`` whose deadlines
new channels keep. ``welcome`` stands on the first page above everything else, ``contacts`` below it: other ways
to reach the authority, and whom to ask; both may be missing, as a whole or in a language. ``logo``, where there is
one, stands on the pages for reading; where keys or plaintext live nothing more is loaded. ``profiles`` is what
reporters' pages show of the jurisdiction profiles that channels keep (:meth:`reporting.profiles.Profile.published`); it
is put in when a directory is drafted, so that an operator's own profile is signed for like everything else. ``places``
are the office's own beside them (:mod:`reporting.directory.places`).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import urlsplit

from reporting import errors, profiles
from reporting.directory.logo import Logo, read_logo
from reporting.directory.places import OwnPlaces, read_places
from reporting.profiles.places import published_places
from reporting.protocol.encoding import JSONObject, b64decode, b64encode, check_text, dump_json, parse_json_object
from reporting.protocol.errors import N_

FORMAT = "reporting/site/v1"
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})?", re.ASCII)
_MAX_NAME = 200
MAX_TEXT = 4_000
MAX_SITE = 1024 * 1024


@dataclass(frozen=True)
class Site:
    """What the site's document says. The first of ``languages`` is the one to fall back to.

    :raises Unprocessable: a field that no page can show; the pointer names it
    """

    names: Mapping[str, str]
    languages: tuple[str, ...]
    addresses: tuple[str, ...]
    exit: str
    onion: str | None = None
    profile: str = "generic"
    welcome: Mapping[str, str] = field(default_factory=dict)
    contacts: Mapping[str, str] = field(default_factory=dict)
    logo: Logo | None = None
    profiles: Mapping[str, JSONObject] = field(default_factory=dict)
    places: OwnPlaces = field(default_factory=OwnPlaces)

    def __post_init__(self) -> None:
        if not self.languages or not all(_LANGUAGE.fullmatch(language) for language in self.languages):
            raise errors.Unprocessable(N_("Languages are given by their codes, such as en, ar."), pointer="/languages")
        if self.languages[0] not in self.names or not set(self.names) <= set(self.languages):
            raise errors.Unprocessable(
                N_("The site needs a name in “{language}”, and names in its own languages only."),
                pointer="/names",
                values={"language": self.languages[0]},
            )
        if not all(0 < len(name) <= _MAX_NAME for name in self.names.values()):
            raise errors.Unprocessable(N_("A name has 1 to 200 characters."), pointer="/names")
        for name in ("welcome", "contacts"):
            _check_texts(name, getattr(self, name), self.languages)
        if not profiles.is_name(self.profile):
            raise errors.Unprocessable(
                N_("A profile of deadlines is named by small letters, digits and hyphens."), pointer="/profile"
            )
        if not _is_web_address(self.exit):
            raise errors.Unprocessable(N_("The way out is a web address."), pointer="/exit")

    def name(self, language: str) -> str:
        """What the site is called in ``language``, or else in its first."""
        return self.names.get(language) or self.names[self.languages[0]]

    def encode(self) -> bytes:
        """The bytes that are served and hashed."""
        texts = {"welcome": dict(self.welcome), "contacts": dict(self.contacts)}
        return dump_json(
            {
                "format": FORMAT,
                "names": dict(self.names),
                "languages": list(self.languages),
                "addresses": list(self.addresses),
                "onion": self.onion,
                "exit": self.exit,
                "profile": self.profile,
                **{name: found for name, found in texts.items() if found},
                **({} if self.logo is None else {"logo": b64encode(self.logo.png)}),
                **({"places": self.places.to_json()} if self.places else {}),
                **({"profiles": dict(self.profiles)} if self.profiles else {}),
            }
        )


def with_profiles(body: bytes, known: Mapping[str, JSONObject]) -> bytes:
    """A drafted document with what is published of the profiles that channels keep."""
    content = parse_json_object(body, limit=MAX_SITE)
    return dump_json({**content, "profiles": dict(known)})


def _check_texts(name: str, texts: Mapping[str, str], languages: Collection[str]) -> None:
    if not set(texts) <= set(languages):
        raise errors.Unprocessable(N_("There are texts in languages that the site does not speak."), pointer=f"/{name}")
    for text in texts.values():
        check_text(text, pointer=f"/{name}", limit=MAX_TEXT)


def _is_web_address(address: str) -> bool:
    try:
        parsed = urlsplit(address)
    except ValueError:  # brackets that are no address
        return False
    return parsed.scheme in ("http", "https") and bool(parsed.netloc)


@lru_cache(64)
def parse(body: bytes) -> Site:
    """The site's document from the bytes that are served; members that this release does not know are ignored.

    :raises Malformed: not a JSON object (of the core's tree)
    :raises Unprocessable: a field is missing, or no page can show it
    """
    content = parse_json_object(body, limit=MAX_SITE)
    try:
        for found in content.get("profiles", {}).values():
            published_places(found)
        return Site(
            names=content["names"],
            languages=tuple(content["languages"]),
            addresses=tuple(content["addresses"]),
            exit=content["exit"],
            onion=content.get("onion"),
            profile=content.get("profile", "generic"),
            welcome=dict(content.get("welcome", {})),
            contacts=dict(content.get("contacts", {})),
            profiles={name: dict(found) for name, found in content.get("profiles", {}).items()},
            places=read_places(content.get("places", {})),
            logo=None if content.get("logo") is None else read_logo(b64decode(content["logo"], pointer="/logo")),
        )
    except (KeyError, TypeError, AttributeError, ValueError):
        raise errors.Unprocessable(N_("This is not a site's document.")) from None

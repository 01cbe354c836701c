"""What posters say: the site's own data out of its signed document, and the few sentences around them.

Nothing is added to the address: no parameter that tells who scanned which poster, and no language, so that every poster
of a site has the same code. Nothing of reporters, cases or members is read.
"""

from __future__ import annotations

import datetime
import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from reporting import errors
from reporting.directory.facts import SiteFacts
from reporting.i18n import available_languages, use_language
from reporting.i18n import gettext as _
from reporting.profiles.places import ADVICE
from reporting.protocol.errors import N_
from reporting.web.pages import direction, language_name, long_day, paragraphs

#: Advisers with longer names are left to the page of places: a poster is read in passing.
_MAX_ADVISER = 90
_MAX_CONTACTS = 240
_MAX_CONTACT_LINES = 5


@dataclass(frozen=True)
class Content:
    """The words of a site's sheets in one language, in the language ``gettext`` speaks when they are drawn.

    ``short`` is the address as one types it. ``law`` is where retaliation is forbidden, ``forbidden`` whether it is.
    ``sample``: nobody is to put it up, since the address leads nowhere but on the machine itself, or to a site for
    ``practice``.
    """

    language: str
    address: str
    short: str
    onion: str
    fingerprint: str
    issuer: str
    day: datetime.date
    version: int
    languages: Sequence[str]
    advisers: Sequence[tuple[str, str]]
    contacts: str
    law: str
    forbidden: bool
    sample: bool
    practice: bool

    @property
    def right_to_left(self) -> bool:
        """Whether the language is read from right to left."""
        return direction(self.language) == "rtl"

    @property
    def issued(self) -> str:
        """Issuer and day."""
        return f"{self.issuer} · {long_day(self.day, self.language)}"

    @property
    def spoken(self) -> list[str]:
        """The site's languages, each by the name that it gives itself."""
        return [language_name(one) for one in self.languages]


def spoken_languages(facts: SiteFacts) -> list[str]:
    """The languages of the site that sheets are made in: those with texts."""
    return [one for one in facts.site.languages if one in available_languages()]


def content_of(facts: SiteFacts, language: str) -> Content:
    """What the sheets of a site say in one of its languages.

    :raises NotFound: the site does not speak it, or it has no texts
    :raises Unprocessable: the site's document names no address, or none that can be printed
    """
    if language not in spoken_languages(facts):
        raise errors.NotFound
    address = _address(facts.site.addresses)
    law, forbidden = _law(facts)
    return Content(
        language=language,
        address=address,
        short=address.removeprefix("https://"),
        onion=(facts.site.onion or "").removeprefix("http://").rstrip("/"),
        fingerprint=facts.fingerprint,
        issuer=facts.site.name(language),
        day=facts.directory.date,
        version=facts.directory.version,
        languages=tuple(facts.site.languages),
        advisers=tuple(_advisers(facts)),
        contacts=_contacts(facts, language),
        law=law,
        forbidden=forbidden,
        sample=_is_local(address) or facts.for_practice,
        practice=facts.for_practice,
    )


def _address(addresses: Sequence[str]) -> str:
    if not addresses:
        raise errors.Unprocessable(
            N_("The site's signed document names no address. Enter one under “Site”, and have the list signed."),
            pointer="/addresses",
        )
    address = addresses[0].rstrip("/")
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.username or parts.query or parts.fragment:
        raise errors.Unprocessable(
            N_("“{address}” cannot be printed: the first address of a site is of the form https://host."),
            pointer="/addresses",
            values={"address": addresses[0]},
        )
    return address


def _is_local(address: str) -> bool:
    host = urlsplit(address).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _law(facts: SiteFacts) -> tuple[str, bool]:
    """Where retaliation is forbidden and whether it is, for everybody who may report: on every channel."""
    channels = facts.directory.channels
    laws = [str(facts.jurisdiction(channel).get("retaliation", "")) for channel in channels]
    return (laws[0] if len(set(laws)) == 1 else "", bool(laws) and all(laws))


def _advisers(facts: SiteFacts) -> list[tuple[str, str]]:
    places = [one for one in facts.places(*facts.directory.channels) if one.kind == ADVICE and not one.example]
    near = sorted(places, key=lambda one: one not in facts.site.places.own and not one.country)
    found = [(one.name, one.number or one.url.removeprefix("https://").rstrip("/")) for one in near]
    return [(name, way) for name, way in found if len(name) + len(way) <= _MAX_ADVISER]


def _contacts(facts: SiteFacts, language: str) -> str:
    first = "".join(paragraphs(facts.site.contacts.get(language, ""))[:1])
    fits = len(first) <= _MAX_CONTACTS and len(first.splitlines()) <= _MAX_CONTACT_LINES
    return first if fits else ""


@dataclass(frozen=True)
class Words:
    """The sentences of every sheet, translated."""

    eyebrow: str
    #: Its lines as they should be broken where there is room.
    headline: str
    anonymous: str
    retaliation: str
    steps: Sequence[str]
    scan: str
    tor: str
    check: str
    adviser: str
    sample: str
    language: str

    @property
    def both(self) -> str:
        """What to rely on, in one line."""
        return _joined([self.anonymous, self.retaliation], self.language)

    @property
    def sentence(self) -> str:
        """The headline in one line."""
        return _joined(self.headline.split("\n"), self.language)


def _joined(sentences: Sequence[str], language: str) -> str:
    return ("" if language.partition("-")[0] == "zh" else " ").join(sentences)


def words_of(content: Content) -> Words:
    """The sentences in the content's language."""
    with use_language(content.language):
        return Words(
            eyebrow=_("Report corruption"),
            headline=_("Say what you saw.\nYou need not say who you are."),
            anonymous=_("You may stay anonymous."),
            retaliation=_("Retaliation is forbidden by law.")
            if content.forbidden
            else _("If somebody makes you suffer for it, tell us that too."),
            steps=(
                _("Open the address on a device of your own, not on one from work."),
                _("Write what you saw or heard. You need no account and no proof."),
                _("Keep the receipt code. It alone opens the answers."),
                _("Come back with the code: read answers, write more, ask for protection."),
            ),
            scan=_("Scan the code, or type this address:"),
            tor=_("For more privacy, in Tor Browser:"),
            check=_("The true site shows these digits at the foot of every page:"),
            adviser=_("Independent advice"),
            sample=_("For practice: everything on that site is made up. Do not put it up.")
            if content.practice
            else _("Sample: this address works on one computer only. Do not put it up."),
            language=content.language,
        )


@dataclass(frozen=True)
class LeafletWords:
    """What a leaflet says beside."""

    steps: str
    protects: str
    why: Sequence[tuple[str, str]]
    contacts: str
    advice: str
    languages: str
    scan: str


def leaflet_words_of(content: Content) -> LeafletWords:
    """The leaflet's sentences in the content's language."""
    with use_language(content.language):
        return LeafletWords(
            steps=_("Four steps"),
            protects=_("What protects you"),
            why=(
                (
                    _("You may stay anonymous."),
                    _("No account, no name. With Tor Browser, your network does not learn that you came either."),
                ),
                (
                    _("What you write is sealed."),
                    _("Your device seals it before it is sent. Only the people it is for can open it."),
                ),
                (
                    _("You decide who must not see it."),
                    _("If somebody who receives reports is involved, you can shut them out."),
                ),
                (
                    words_of(content).retaliation,
                    _("If you are harmed or threatened for reporting, ask for protection at the same address."),
                ),
            ),
            contacts=_("Other ways to reach us"),
            advice=_("Independent advice"),
            languages=_("In these languages"),
            scan=_("Scan the code on the front, or type this address:"),
        )

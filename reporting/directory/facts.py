"""What pages are made of: the directory in force, the site's document, and the root key."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy.orm import Session

from reporting import errors, profiles
from reporting.directory import published
from reporting.directory.models import Document
from reporting.directory.site import Site, parse
from reporting.profiles.places import Place, published_places
from reporting.protocol.directory import Directory, fingerprint, is_for_practice
from reporting.protocol.directory_parts import Channel
from reporting.protocol.encoding import JSONObject, b64encode
from reporting.questionnaires.models import Questionnaire
from reporting.questionnaires.rules import read_served
from reporting.service import Service


@dataclass(frozen=True)
class SiteFacts:
    """All that a deterministic page may depend on beside release, language and channel (protocol section 11)."""

    directory: Directory
    site: Site
    #: The root's verifier key, one line.
    root: str
    fingerprint: str

    @property
    def sha256(self) -> str:
        """The base64 SHA-256 of the directory's text."""
        return b64encode(self.directory.sha256)

    @property
    def for_practice(self) -> bool:
        """Whether everything on the site is made up, for people to practice with."""
        return is_for_practice(self.directory.origin)

    @property
    def key(self) -> tuple[object, ...]:
        """What a page is rendered anew for."""
        return (self.root, self.directory.version)

    def channel(self, channel_id: str) -> Channel:
        """A channel by its id.

        :raises NotFound: there is none
        """
        found = next((channel for channel in self.directory.channels if channel.id == channel_id), None)
        if found is None:
            raise errors.NotFound
        return found

    def title(self, channel: Channel, language: str) -> str:
        """A channel's title in a language, else in the site's first, else its id."""
        return channel.titles.get(language) or channel.titles.get(self.site.languages[0]) or channel.id

    def jurisdiction(self, channel: Channel) -> JSONObject:
        """What pages show of a channel's profile: as it was signed for, or before that was done, as it is shipped."""
        name = str(channel.policy["profile"])
        return self.site.profiles.get(name) or profiles.load(name).published()

    def places(self, *channels: Channel) -> Sequence[Place]:
        """Where else one can turn, by kind: the places of the channels' profiles and the office's own."""
        kept = {str(channel.policy["profile"]): self.jurisdiction(channel) for channel in channels}
        return self.site.places.shown(one for name in sorted(kept) for one in published_places(kept[name]))

    def members(self, channel: Channel) -> Sequence[tuple[str, str]]:
        """Id and label of everybody with a role on the channel who has not left before the directory's day.

        Today's date is none of a page's business: the device leaves out whoever has left since.
        """
        ids = sorted(channel.member_ids())
        found = [(member_id, self.directory.member(member_id)) for member_id in ids]
        return [(one, m.label) for one, m in found if m is not None and _stays(m.valid_until, self.directory.date)]


def _stays(last: datetime.date, day: datetime.date) -> bool:
    return last >= day


def site_facts(service: Service) -> SiteFacts:
    """The facts of the directory in force.

    :raises NothingPublished: there is none
    """
    with service.database.read() as session:
        return facts_in(service, session)


def facts_in(service: Service, session: Session) -> SiteFacts:
    """The same for whoever holds a session open: a second one beside it might wait for the first to end.

    :raises NothingPublished: there is none
    """
    directory = published.current(service, session)
    row = session.get(Document, directory.site)
    if row is None:
        raise errors.NothingPublished
    return SiteFacts(directory, parse(row.body), service.root.encode(), fingerprint(service.root.public))


def page_facts(service: Service, language: str) -> SiteFacts:
    """The facts for a page in a language of the site.

    :raises NotFound: the site does not speak it
    :raises NothingPublished: there is no directory
    """
    facts = site_facts(service)
    if language not in facts.site.languages:
        raise errors.NotFound
    return facts


@lru_cache(64)
def _read(body: bytes, name: str) -> Questionnaire:
    return read_served(body, name)


def questionnaire_of(service: Service, channel: Channel) -> Questionnaire:
    """What a channel of the directory in force asks.

    :raises NothingPublished: its document is missing
    """
    with service.database.read() as session:
        row = session.get(Document, channel.questionnaire.sha256)
    if row is None:
        raise errors.NothingPublished
    return _read(row.body, channel.questionnaire.id)

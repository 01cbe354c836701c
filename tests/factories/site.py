"""A site: root and service keys, members, channels, and every directory version it published."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from reporting.protocol import directory as directories
from reporting.protocol import note
from reporting.protocol.age import HybridRecipient
from reporting.protocol.directory import Directory
from reporting.protocol.encoding import JSONObject, b64encode, sha256
from reporting.protocol.note import VerifierKey
from reporting.protocol.signing import SigningKey
from reporting.protocol.submission import check_recipients
from tests.factories.people import Person

START = datetime.date(2026, 1, 5)
QUESTIONNAIRE = b'{"id":"corruption-1"}'
SITE_DOCUMENT = b'{"title":"Example"}'


class Site:
    """An authority's installation. ``today`` is every clock's; ``publish`` makes directory versions."""

    def __init__(self, origin: str = "report.example.org", *, today: datetime.date = START) -> None:
        self.origin = origin
        self.today = today
        self.root = SigningKey.generate()
        self.service = SigningKey.generate()
        self.log = SigningKey.generate()
        self.people: dict[str, Person] = {}
        self.channels: dict[str, JSONObject] = {}
        self.former: list[JSONObject] = []
        self.versions: list[str] = []
        self.shape = 65_536

    @classmethod
    def usual(cls, today: datetime.date = START) -> Site:
        """Two intake members, two investigators, custodians, protection, break-glass; two channels."""
        site = cls(today=today)
        site.add_channel(
            "procurement",
            intake=["ada", "bea"],
            investigator=["ivo", "ian"],
            custodian=["cem", "cyd"],
            break_glass=["safe"],
        )
        site.add_channel("police", intake=["pia"], investigator=["ivo"], custodian=["cem"], break_glass=["safe"])
        site.add_channel("care", kind="protection", protection=["pam"], custodian=["cyd"], break_glass=["safe"])
        site.publish()
        return site

    @property
    def root_verifier(self) -> VerifierKey:
        """What clients pin."""
        return VerifierKey(self.origin, self.root.public)

    @property
    def directory(self) -> Directory:
        """The version in force, parsed as a client would."""
        return self.version(len(self.versions))

    def version(self, number: int) -> Directory:
        """Any version ever published, from 1."""
        return directories.parse(self.versions[number - 1], self.root_verifier)

    def pass_days(self, days: int) -> None:
        """Let time pass."""
        self.today += datetime.timedelta(days=days)

    def add_channel(self, channel: str, *, kind: str = "report", **roles: list[str]) -> None:
        """List a channel from the next version on; its people are made where they are new."""
        for member in {member for members in roles.values() for member in members}:
            self.join(member)
        self.channels[channel] = {
            "id": channel,
            "kind": kind,
            "titles": {"en": channel.title()},
            "questionnaire": {"id": "corruption-1", "sha256": b64encode(sha256(QUESTIONNAIRE))},
            "roles": roles,
            "policy": {"anonymous": "must", "scriptless": False, "profile": "eu"},
        }

    def join(self, member: str) -> Person:
        """Somebody new, listed from the next version on; whoever is there stays as they are."""
        if member not in self.people:
            self.people[member] = Person(member, since=len(self.versions) + 1)
        return self.people[member]

    def leave(self, member: str) -> None:
        """Somebody leaves with all their roles, from the next version on."""
        del self.people[member]
        for channel in self.channels.values():
            for members in channel["roles"].values():
                if member in members:
                    members.remove(member)

    def give_role(self, member: str, channel: str, role: str) -> None:
        """A role, from the next version on."""
        self.join(member)
        self.channels[channel]["roles"].setdefault(role, []).append(member)

    def take_role(self, member: str, channel: str, role: str) -> None:
        """A role lost, from the next version on."""
        self.channels[channel]["roles"][role].remove(member)

    def replace_keys(self, member: str) -> None:
        """Somebody enrolls again, from the next version on."""
        self.people[member].new_keys()
        self.people[member].since = len(self.versions) + 1

    def content(self) -> JSONObject:
        """Line 4 of the next version, as it would be signed now."""
        return {
            "version": len(self.versions) + 1,
            "date": self.today.isoformat(),
            "valid_until": (self.today + datetime.timedelta(days=91)).isoformat(),
            "shape": self.shape,
            "service_key": b64encode(self.service.public),
            "log_key": b64encode(self.log.public),
            "witnesses": [],
            "site": b64encode(sha256(SITE_DOCUMENT)),
            "channels": list(self.channels.values()),
            "members": [self._member(person) for person in self.people.values()],
            "former": self.former,
        }

    def publish(self, next_root: SigningKey | None = None) -> Directory:
        """Sign and publish a new version; keys and roles that it no longer has become ``former``.

        :param next_root: the root key that follows from this version on: it is named, and signs too
        """
        if self.versions:
            self.former = [*self.former, *self._lost(self.directory)]
        previous = self.directory.sha256 if self.versions else directories.NO_PREVIOUS
        named = {"next_root": b64encode(next_root.public)} if next_root else {}
        text = directories.to_text(self.origin, previous, {**self.content(), **named})
        signed = note.parse(note.sign(text, self.origin, self.root))
        if next_root:
            signed = note.add_signature(signed, self.origin, next_root)
        self.versions.append(signed.encode())
        return self.directory

    def _member(self, person: Person) -> JSONObject:
        return {
            "id": person.id,
            "label": person.id.title(),
            "since": person.since,
            "signing_key": b64encode(person.key.public),
            "recipient_sha256": b64encode(sha256(str(person.recipient).encode())),
            "valid_until": person.valid_until.isoformat(),
        }

    def _lost(self, before: Directory) -> Iterable[JSONObject]:
        for member in before.members:
            person = self.people.get(member.id)
            same_key = person is not None and person.key.public == member.signing_key
            had = {channel.id for channel in before.channels if member.id in channel.member_ids()}
            has = {name for name, channel in self.channels.items() if _serves(channel, member.id)}
            lost = had - has if same_key else had
            if lost or not same_key:
                yield {
                    "id": member.id,
                    "label": member.label,
                    "channels": sorted(lost),
                    "since": member.since,
                    "until": before.version,
                    "signing_key": b64encode(member.signing_key),
                }

    def recipients(self, channel: str) -> dict[str, str]:
        """What ``/.well-known/reporting/recipients/<channel>`` serves."""
        return {member: str(self.people[member].recipient) for member in self.directory.channel(channel).member_ids()}

    def checked_recipients(self, channel: str) -> dict[str, HybridRecipient]:
        """The same, checked as a client does."""
        return check_recipients(self.directory, self.recipients(channel))


def _serves(channel: JSONObject, member: str) -> bool:
    return any(member in members for members in channel["roles"].values())

"""A small site with people in it, made by the real rules, and the ways to talk to it.

``Site`` is set up once and copied; ``World`` is one running copy: two Flask test clients on one database,
with a clock that tests can move.
"""

from __future__ import annotations

import datetime
import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from reporting.app import DESK, INTAKE, create_app
from reporting.config import Settings, load_settings, write_secret
from reporting.db.migrate import upgrade
from reporting.directory import rules as directories
from reporting.directory.rules import NewChannel
from reporting.directory.site import Site as SiteDocument
from reporting.members import rules as members
from reporting.members.rules import MemberKeys, NewMember
from reporting.protocol import challenge as challenges
from reporting.protocol import vault
from reporting.protocol.age import HybridIdentity, HybridRecipient
from reporting.protocol.directory import Directory, parse
from reporting.protocol.encoding import JSONObject, b64encode, dump_json
from reporting.protocol.note import VerifierKey
from reporting.protocol.receipt import ReceiptCode
from reporting.protocol.signing import SigningKey
from reporting.protocol.submission import Prepared, Report, check_recipients, prepare_report
from reporting.questionnaires import rules as questionnaires
from reporting.service import Clock, Service, open_service

ORIGIN = "reports.example"
DESK_ORIGIN = "https://desk.example"
START = datetime.datetime(2026, 11, 23, 12, tzinfo=datetime.UTC)
SITE = SiteDocument(
    {"en": "Example", "ar": "مثال"}, ("en", "ar"), ("https://reports.example",), "https://www.example.org/"
)
#: Who does what: member id to roles on the channel ``procurement``, or on the site.
PEOPLE = {
    "m1": ("intake",),
    "m2": ("investigator",),
    "m3": ("intake", "investigator"),
    "m5": ("custodian",),
    "m6": ("custodian",),
    "m9": ("break_glass",),
    "a1": ("auditor",),
}


class TestClock(Clock):
    """A clock that stands still until it is moved."""

    __test__ = False

    def __init__(self) -> None:
        self.at = START.timestamp()

    def now(self) -> int:
        """Seconds, as set."""
        return int(self.at)

    def move(self, **amount: float) -> None:
        """Let time pass: ``move(days=3)``."""
        self.at += datetime.timedelta(**amount).total_seconds()


@dataclass(frozen=True)
class Person:
    """A member with all their secrets."""

    id: str
    identity: HybridIdentity = field(repr=False)
    signing_key: SigningKey = field(repr=False)
    auth_secret: bytes = field(repr=False)
    vault_key: bytes = field(repr=False)


def enroll(service: Service, member_id: str, roles: tuple[str, ...]) -> Person:
    """Add a member to the draft with fresh keys and these roles on ``procurement``."""
    person = Person(member_id, HybridIdentity.generate(), SigningKey.generate(), os.urandom(32), os.urandom(32))
    with service.database.write() as session:
        members.add_member(
            service,
            session,
            NewMember(
                id=member_id,
                name=f"{member_id}@example",
                label=f"Member {member_id}",
                valid_until=START.date() + datetime.timedelta(days=365),
                keys=keys_of(person, service.root),
                site_roles=[role for role in roles if role in members.SITE_ROLES],
            ),
        )
        for role in set(roles) - set(members.SITE_ROLES):
            directories.give_role(session, "procurement", role, member_id)
    return person


def keys_of(person: Person, root: VerifierKey) -> MemberKeys:
    """What a person's device would send to enroll."""
    content = vault.Vault(person.id, person.identity, person.signing_key, root)
    return MemberKeys(
        recipient=str(person.identity.recipient),
        signing_key=person.signing_key.public,
        vault=vault.seal_vault(content, person.vault_key),
        wraps={"passphrase": vault.wrap_with_passphrase(person.vault_key, person.auth_secret, person.id)},
        salt=os.urandom(16),
        auth_secret=person.auth_secret,
    )


@dataclass(frozen=True)
class Site:
    """A site in a data folder, its directory published: root key and people included."""

    settings: Settings
    root: SigningKey
    people: dict[str, Person]


def publish(service: Service, root: SigningKey, **options: int) -> Directory:
    """Ask for, sign and publish the directory as it is drafted."""
    with service.database.write() as session:
        bundle = directories.request_directory(service, session, **options)
        return directories.publish(service, session, bundle.signed(ORIGIN, root))


def set_up(data: Path, database_url: str = "") -> Site:
    """Make a data folder with keys, tables, people, two channels, and publish the directory."""
    root = SigningKey.generate()
    settings = load_settings(
        data,
        environment={},
        database_url=database_url or None,
        desk_origins=[DESK_ORIGIN],
        origins=[f"https://{ORIGIN}"],
        second_factor="offered",
    )
    settings.keys.mkdir(parents=True)
    (settings.keys / "root.pub").write_text(VerifierKey(ORIGIN, root.public).encode())
    for name in ("service.key", "log.key", "server.secret"):
        write_secret(settings.keys / name, os.urandom(32))
    upgrade(settings.database_url)
    service = open_service(settings, clock=TestClock())
    with service.database.write() as session:
        directories.set_site(session, SITE.encode())
        directories.set_questionnaire(session, "corruption-1", questionnaires.served("corruption-1"))
        for channel in (
            NewChannel("procurement", "report", {"en": "Procurement"}, "corruption-1", profile="eu"),
            NewChannel("protection", "protection", {"en": "Protection"}, "corruption-1"),
        ):
            directories.add_channel(session, channel)
    people = {member_id: enroll(service, member_id, roles) for member_id, roles in PEOPLE.items()}
    people["m4"] = enroll(service, "m4", ())
    with service.database.write() as session:
        directories.give_role(session, "protection", "protection", "m4")
    publish(service, root)
    service.database.close()
    return Site(settings, root, people)


@dataclass
class World:
    """One running copy of a site."""

    service: Service
    clock: TestClock
    root: SigningKey
    people: dict[str, Person]
    intake: Flask = field(init=False)
    desk: Flask = field(init=False)

    def __post_init__(self) -> None:
        self.intake = create_app(self.service.settings, (INTAKE,), service=self.service)
        self.desk = create_app(self.service.settings, (DESK,), service=self.service)
        self._reporters = self.intake.test_client(use_cookies=False)

    @property
    def today(self) -> datetime.date:
        """The day of the world's clock."""
        return self.clock.today()

    def get(self, path: str) -> TestResponse:
        """A reporter's GET."""
        return self._reporters.get(path)

    def post(self, path: str, content: Any, **options: Any) -> TestResponse:
        """A reporter's POST of JSON, or of raw bytes."""
        data = content if isinstance(content, bytes) else dump_json(content)
        return self._reporters.post(path, data=data, content_type="application/json", **options)

    def directory(self) -> Directory:
        """The directory in force, fetched and verified."""
        return parse(self.get("/.well-known/reporting/directory").data, VerifierKey(ORIGIN, self.root.public))

    def recipients(self, channel: str = "procurement") -> dict[str, HybridRecipient]:
        """The channel's recipients, fetched and checked."""
        served = json.loads(self.get(f"/.well-known/reporting/recipients/{channel}").data)
        return check_recipients(self.directory(), served)

    def solved(self) -> JSONObject:
        """A fresh challenge with its solution."""
        challenge = json.loads(self.get("/api/challenge").data)
        return {
            "challenge": challenge["challenge"],
            "nonce": challenges.solve(challenge["challenge"], challenge["bits"]),
        }

    def prepare(self, receipt: ReceiptCode | None = None, channel: str = "procurement", **options: Any) -> Prepared:
        """A sealed report, not sent yet."""
        body = {"language": "en", "questionnaire": "corruption-1", "answers": {"account": "A bridge of sand."}}
        return prepare_report(
            Report(channel, body, **options),
            receipt or ReceiptCode.generate(),
            self.directory(),
            self.recipients(channel),
            self.today,
        )

    def report(self, receipt: ReceiptCode | None = None, channel: str = "procurement", **options: Any) -> Prepared:
        """A sealed report, sent and stored."""
        prepared = self.prepare(receipt, channel, **options)
        answer = self.post("/api/reports", {**prepared.request, "challenge": self.solved()})
        assert answer.status_code == 201, answer.data
        return prepared

    def check(self, receipt: ReceiptCode, after: str | None = None) -> TestResponse:
        """A look into a mailbox."""
        token = b64encode(receipt.mailbox_token(ORIGIN))
        return self.post("/api/mailbox", {"token": token, "after": after, "challenge": self.solved()})

    def sign_in(self, member_id: str) -> Desk:
        """A signed-in member."""
        return Desk.open(self, self.people[member_id])


@dataclass
class Desk:
    """A member's browser at the desk: its cookie, its origin, its token."""

    world: World
    person: Person
    client: FlaskClient
    csrf: str = ""

    @classmethod
    def open(cls, world: World, person: Person) -> Desk:
        """Sign a member in."""
        found = cls(world, person, world.desk.test_client())
        answer = found.post("/api/session", {"name": f"{person.id}@example", "auth": b64encode(person.auth_secret)})
        assert answer.status_code == 201, answer.data
        found.csrf = json.loads(answer.data)["csrf"]
        return found

    def get(self, path: str, **query: str) -> TestResponse:
        """A GET at the desk."""
        return self.client.get(path, query_string=query, base_url=DESK_ORIGIN)

    def send(self, method: str, path: str, content: Any = None) -> TestResponse:
        """A request that changes something, with origin and token."""
        return self.client.open(
            path,
            method=method,
            data=None if content is None else dump_json(content),
            content_type=None if content is None else "application/json",
            base_url=DESK_ORIGIN,
            headers={"Origin": DESK_ORIGIN, "X-CSRF-Token": self.csrf},
        )

    def post(self, path: str, content: Any) -> TestResponse:
        """A POST at the desk."""
        return self.send("POST", path, content)


def problem(answer: TestResponse) -> tuple[int, str, str]:
    """Status, kind and pointer of a problem document."""
    assert answer.content_type == "application/problem+json", answer.data
    content = json.loads(answer.data)
    assert content["status"] == answer.status_code
    return answer.status_code, content["type"].removeprefix("urn:reporting:problem:"), content.get("pointer", "")

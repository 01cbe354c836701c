"""The demonstration's people, channels and keys: made up, and made by the same code as a real site's."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reporting.cli import files, keys, root_key
from reporting.cli.channels import open_channel
from reporting.cli.failures import CommandFailed
from reporting.cli.members import Enrollment, enroll, enroll_offline, roles_of
from reporting.cli.setup import Plan, set_up, write_settings
from reporting.cli.standing import WARNINGS
from reporting.config import load_settings
from reporting.directory import published
from reporting.directory.bundle import read_bundle
from reporting.directory.rules import NewChannel
from reporting.directory.site import Site
from reporting.i18n import available_languages
from reporting.i18n import gettext as _
from reporting.protocol.directory import fingerprint
from reporting.protocol.note import VerifierKey
from reporting.service import Service, open_service

ORIGIN = "demo.paragraph56.example"
MARKER = "demonstration"
CREDENTIALS = "credentials.json"
BREAK_GLASS_FILE = "break-glass.txt"
_QUESTIONS = "corruption-1"

#: Names as they are met in several parts of the world; none of them is anybody's.
PEOPLE = (
    Enrollment("intake", "Samira Haddad, intake"),
    Enrollment("investigator", "Daniel Okafor, investigations"),
    Enrollment("protection", "Leila Karimi, protection of reporters"),
    Enrollment("protection-2", "Hana Sato, protection of reporters"),
    Enrollment("custodian-1", "Tomás Rivera, custodian of identities"),
    Enrollment("custodian-2", "Nadia Petrova, custodian of identities"),
    Enrollment("auditor", "Yusuf Demir, audit", site_roles=("auditor",)),
    Enrollment("administrator", "Grace Mwangi, administration", site_roles=("administrator",)),
)
BREAK_GLASS = Enrollment("break-glass", "The sealed envelope in the safe")

#: The six of the United Nations, where there are texts in them.
LANGUAGES = tuple(one for one in ("en", "ar", "zh", "fr", "ru", "es") if one in available_languages())

NAMES = {
    "en": "Paragraph 56, a demonstration",
    "ar": "الفقرة 56، عرض توضيحي",
    "zh": "第56段（演示）",
    "fr": "Paragraphe 56, une démonstration",
    "ru": "Пункт 56, демонстрация",
    "es": "Párrafo 56, una demostración",
}

CHANNELS = (
    NewChannel(
        "procurement",
        "report",
        {
            "en": "Public procurement",
            "ar": "المشتريات العامة",
            "zh": "公共采购",
            "fr": "Marchés publics",
            "ru": "Государственные закупки",
            "es": "Contratación pública",
        },
        _QUESTIONS,
        profile="eu",
    ),
    NewChannel(
        "police-and-courts",
        "report",
        {
            "en": "Police and courts",
            "ar": "الشرطة والمحاكم",
            "zh": "警察与法院",
            "fr": "Police et tribunaux",
            "ru": "Полиция и суды",
            "es": "Policía y tribunales",
        },
        _QUESTIONS,
        profile="eu",
    ),
    NewChannel(
        "anything-else",
        "report",
        {
            "en": "Anything else",
            "ar": "أي أمر آخر",
            "zh": "其他事项",
            "fr": "Autre chose",
            "ru": "Всё остальное",
            "es": "Cualquier otro asunto",
        },
        _QUESTIONS,
        profile="eu",
    ),
    NewChannel(
        "protection",
        "protection",
        {
            "en": "Retaliation and protection",
            "ar": "الانتقام والحماية",
            "zh": "报复与保护",
            "fr": "Représailles et protection",
            "ru": "Месть и защита",
            "es": "Represalias y protección",
        },
        "retaliation-1",
        profile="eu",
    ),
)
_CUSTODY = (("custodian", "custodian-1"), ("custodian", "custodian-2"), ("break_glass", "break-glass"))
_OFFICER = ("protection", "protection")
ROLES = {
    "report": (("intake", "intake"), ("investigator", "investigator"), _OFFICER, *_CUSTODY),
    "protection": (_OFFICER, ("protection", "protection-2"), *_CUSTODY),  # a refusal needs two of them
}


@dataclass(frozen=True)
class Demo:
    """A demonstration in ``folder``, reached at two ports of this machine."""

    folder: Path
    port: int
    desk_port: int

    @property
    def server(self) -> Path:
        """The service's data folder."""
        return self.folder / "server"

    @property
    def root(self) -> Path:
        """The root key's folder, apart from the service's."""
        return self.folder / "root"

    @property
    def base_url(self) -> str:
        """Where reporters go."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def desk_url(self) -> str:
        """Where members go."""
        return f"http://127.0.0.1:{self.desk_port}"


def make_ready(demo: Demo, *, fresh: bool) -> dict[str, Any]:
    """Make what is missing, or take up what is there: the credentials, as they stand in their file.

    :raises CommandFailed: the folder holds something else
    """
    if fresh:
        _clear(demo.folder)
    if (demo.folder / CREDENTIALS).exists():
        return _take_up(demo)
    # Half of a demonstration, from a run that was broken off, is made again.
    _clear(demo.folder)
    files.make_folder(demo.folder)
    files.write_new(demo.folder / MARKER, b"Made by: reporting demo. Nothing in this folder is real.\n")
    root = root_key.create(demo.root, ORIGIN)
    service = set_up(_plan(demo, root.verifier))
    members = _make_people(demo, service)
    _publish_next(demo, service)
    credentials = _write_credentials(demo, service, members)
    service.database.close()
    return credentials


def _clear(folder: Path) -> None:
    if not folder.exists() or not any(folder.iterdir()):
        return
    if not (folder / MARKER).exists():
        raise CommandFailed(
            _("The folder {folder} holds something that is no demonstration; choose another.", folder=folder)
        )
    shutil.rmtree(folder)


def _plan(demo: Demo, root: VerifierKey) -> Plan:
    site = Site(
        names={language: NAMES[language] for language in LANGUAGES},
        languages=LANGUAGES,
        addresses=(demo.base_url, f"http://localhost:{demo.port}"),
        exit="https://www.wikipedia.org",
        profile="eu",
    )
    return Plan(
        data=demo.server,
        root=root,
        site=site,
        bind=f"127.0.0.1:{demo.port}",
        desk_bind=f"127.0.0.1:{demo.desk_port}",
        desk_addresses=(demo.desk_url, f"http://localhost:{demo.desk_port}"),
        second_factor="offered",
    )


def _make_people(demo: Demo, service: Service) -> list[dict[str, Any]]:
    members: list[dict[str, Any]] = []
    for person in PEOPLE:
        account = enroll(service, person)
        members.append({"id": person.id, "name": person.name or person.id, "passphrase": account.passphrase})
    enroll_offline(service, BREAK_GLASS, demo.folder / BREAK_GLASS_FILE)
    members.append({"id": BREAK_GLASS.id, "name": BREAK_GLASS.id, "passphrase": None})
    with service.database.write() as session:
        for channel in CHANNELS:
            open_channel(session, channel, ROLES[channel.kind])
    with service.database.read() as session:
        for member in members:
            member["roles"] = roles_of(session, str(member["id"]))
    return members


def _publish_next(demo: Demo, service: Service) -> None:
    """Request, sign and publish, each step from the file that the one before wrote."""
    requested = keys.make_request(service).encode()
    path = demo.folder / "directory.request.json"
    files.replace(path, requested)
    bundle = read_bundle(path.read_bytes())
    keys.check_request(bundle, demo.root)
    signed = demo.folder / "directory.signed.json"
    files.replace(signed, keys.sign_request(bundle, demo.root, _no_passphrase).encode())
    keys.install(service, read_bundle(signed.read_bytes()))


def _no_passphrase() -> str:
    raise CommandFailed(_("The demonstration's root key has no passphrase, yet it asks for one."))


def _write_credentials(demo: Demo, service: Service, members: Iterable[dict[str, Any]]) -> dict[str, Any]:
    order = ("id", "name", "roles", "passphrase")
    credentials = {
        "base_url": demo.base_url,
        "desk_url": demo.desk_url,
        "origin": service.origin,
        "fingerprint": fingerprint(service.root.public),
        "members": [{name: member[name] for name in order} for member in members],
    }
    _store(demo, credentials)
    return credentials


def _store(demo: Demo, credentials: dict[str, Any]) -> None:
    text = json.dumps(credentials, ensure_ascii=False, indent=2) + "\n"
    files.replace(demo.folder / CREDENTIALS, text.encode())


def _take_up(demo: Demo) -> dict[str, Any]:
    """Go on with the data that is there, at the ports of today; sign again what nears its end.

    The site's document keeps the addresses of the first start, so that another port alone makes no new
    directory.
    """
    if not (demo.folder / MARKER).exists():
        raise CommandFailed(
            _("The folder {folder} holds something that is no demonstration; choose another.", folder=demo.folder)
        )
    _migrate(demo)
    write_settings(_plan(demo, root_key.read_public(demo.root)))
    service = open_service(load_settings(demo.server))
    today = service.clock.today()
    with service.database.read() as session:
        current = published.latest(service, session)
    if current is None or (current.valid_until - today).days <= WARNINGS[1]:
        _publish_next(demo, service)
    service.database.close()
    credentials: dict[str, Any] = json.loads((demo.folder / CREDENTIALS).read_text(encoding="utf-8"))
    credentials |= {"base_url": demo.base_url, "desk_url": demo.desk_url}
    _store(demo, credentials)
    return credentials


def _migrate(demo: Demo) -> None:
    from reporting.db import migrate

    migrate.upgrade(load_settings(demo.server).database_url)

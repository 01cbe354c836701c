"""Made-up sites: their people, channels and keys, made by the same code as a real site's.

A folder holds the service's data in ``server``, the root key in ``root``, the passphrases, and a file that says what
made it: nothing else is ever taken up, and nothing else thrown away.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reporting.cli import files, keys, root_key
from reporting.cli.channels import open_channel
from reporting.cli.failures import CommandFailed
from reporting.cli.made_up_people import BREAK_GLASS, CHANNELS, PEOPLE, ROLES
from reporting.cli.members import enroll, enroll_offline, roles_of
from reporting.cli.setup import Plan, set_up, write_settings
from reporting.cli.standing import WARNINGS
from reporting.directory import published
from reporting.directory.bundle import read_bundle
from reporting.directory.site import Site
from reporting.i18n import available_languages
from reporting.i18n import gettext as _
from reporting.protocol.directory import fingerprint
from reporting.protocol.encoding import sha256
from reporting.protocol.note import VerifierKey
from reporting.service import Service, open_service

CREDENTIALS = "credentials.json"
BREAK_GLASS_FILE = "break-glass.txt"
_WHERE = "where.sha256"

#: The six of the United Nations, where there are texts in them.
LANGUAGES = tuple(one for one in ("en", "ar", "zh", "fr", "ru", "es") if one in available_languages())


@dataclass(frozen=True)
class Kind:
    """What a made-up site is for.

    ``marker`` is the file that says so in its folder, ``last`` the one, relative to the folder, that is written when
    everything is done. One that is ``alone`` takes settings from its folder only, whatever the environment says, and is
    taken up at the addresses for which it was made, as long as its list is in force, or made anew.
    """

    origin: str
    names: Mapping[str, str]
    marker: str
    command: str
    last: str
    alone: bool = False

    @property
    def told(self) -> bytes:
        """What stands in the marker."""
        return f"Made by: {self.command}. Nothing in this folder is real.\n".encode()


@dataclass(frozen=True)
class MadeUp:
    """A made-up site in ``folder``, served at two ports of this machine.

    ``address`` and ``desk_address`` are where others reach it, empty where nobody else does.
    """

    kind: Kind
    folder: Path
    port: int
    desk_port: int
    address: str = ""
    desk_address: str = ""

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
        """Where reporters go from this machine."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def desk_url(self) -> str:
        """Where members go from this machine."""
        return f"http://127.0.0.1:{self.desk_port}"


def make_ready(here: MadeUp, *, fresh: bool) -> dict[str, Any]:
    """Make what is missing, or take up what is there: the credentials, as they stand in their file.

    :raises CommandFailed: the folder holds something else
    """
    if fresh:
        _clear(here)
    if (here.folder / here.kind.last).exists():
        return _take_up(here)
    # Half of a site, from a run that was broken off, is made again.
    _clear(here)
    files.make_folder(here.folder)
    files.write_new(here.folder / here.kind.marker, here.kind.told)
    root = root_key.create(here.root, here.kind.origin)
    plan = _plan(here, root.verifier)
    service = set_up(plan)
    files.write_new(here.folder / _WHERE, _where(plan))
    members = _make_people(here, service)
    _publish_next(here, service)
    credentials = _write_credentials(here, service, members)
    service.database.close()
    return credentials


def _clear(here: MadeUp) -> None:
    if here.folder.exists() and any(here.folder.iterdir()):
        _check_ours(here)
        shutil.rmtree(here.folder)


def _check_ours(here: MadeUp) -> None:
    marker = here.folder / here.kind.marker
    # Nothing but what the command wrote itself counts: a folder of that name may be anybody's.
    if marker.is_symlink() or not marker.is_file() or marker.read_bytes() != here.kind.told:
        raise CommandFailed(
            _(
                "The folder {folder} holds something that “{command}” did not make; choose another.",
                folder=here.folder,
                command=here.kind.command,
            )
        )


def _plan(here: MadeUp, root: VerifierKey) -> Plan:
    site = Site(
        names={language: here.kind.names[language] for language in LANGUAGES},
        languages=LANGUAGES,
        addresses=_addresses(here.address, here.base_url, here.port),
        exit="https://www.wikipedia.org",
        profile="eu",
    )
    return Plan(
        data=here.server,
        root=root,
        site=site,
        bind=f"127.0.0.1:{here.port}",
        desk_bind=f"127.0.0.1:{here.desk_port}",
        desk_addresses=_addresses(here.desk_address, here.desk_url, here.desk_port),
        second_factor="offered",
        budgets=(256, 16, 32) if here.kind.alone else (0, 0, 0),
        alone=here.kind.alone,
    )


def _addresses(given: str, here: str, port: int) -> tuple[str, ...]:
    return (*([given] if given else []), here, f"http://localhost:{port}")


def _make_people(here: MadeUp, service: Service) -> list[dict[str, Any]]:
    members: list[dict[str, Any]] = []
    for person in PEOPLE:
        account = enroll(service, person)
        members.append({"id": person.id, "name": person.name or person.id, "passphrase": account.passphrase})
    enroll_offline(service, BREAK_GLASS, here.folder / BREAK_GLASS_FILE)
    members.append({"id": BREAK_GLASS.id, "name": BREAK_GLASS.id, "passphrase": None})
    with service.database.write() as session:
        for channel in CHANNELS:
            open_channel(session, channel, ROLES[channel.kind])
    with service.database.read() as session:
        for member in members:
            member["roles"] = roles_of(session, str(member["id"]))
    return members


def _publish_next(here: MadeUp, service: Service) -> None:
    """Request, sign and publish, each step from the file that the one before wrote."""
    requested = keys.make_request(service).encode()
    path = here.folder / "directory.request.json"
    files.replace(path, requested)
    bundle = read_bundle(path.read_bytes())
    keys.check_request(bundle, here.root)
    signed = here.folder / "directory.signed.json"
    files.replace(signed, keys.sign_request(bundle, here.root, _no_passphrase).encode())
    keys.install(service, read_bundle(signed.read_bytes()))


def _no_passphrase() -> str:
    raise CommandFailed(_("The root key of a made-up site has no passphrase, yet it asks for one."))


def _write_credentials(here: MadeUp, service: Service, members: Iterable[dict[str, Any]]) -> dict[str, Any]:
    order = ("id", "name", "roles", "passphrase")
    credentials = {
        **_urls(here),
        "origin": service.origin,
        "fingerprint": fingerprint(service.root.public),
        "members": [{name: member[name] for name in order} for member in members],
    }
    _store(here, credentials)
    return credentials


def _urls(here: MadeUp) -> dict[str, str]:
    return {"base_url": here.address or here.base_url, "desk_url": here.desk_address or here.desk_url}


def _store(here: MadeUp, credentials: dict[str, Any]) -> None:
    text = json.dumps(credentials, ensure_ascii=False, indent=2) + "\n"
    files.replace(here.folder / CREDENTIALS, text.encode())


def _take_up(here: MadeUp) -> dict[str, Any]:
    """Go on with the data that is there, at the ports of today; sign again what nears its end.

    The site's document keeps the addresses of the first start, so that another port alone makes no new
    directory.
    """
    _check_ours(here)
    credentials: dict[str, Any] = json.loads((here.folder / CREDENTIALS).read_text(encoding="utf-8"))
    plan = _plan(here, root_key.read_public(here.root))
    if here.kind.alone and {name: credentials[name] for name in _urls(here)} != _urls(here):
        raise CommandFailed(
            _("This site was made for {address}: give the same addresses, or --fresh.", address=credentials["base_url"])
        )
    write_settings(plan)
    _check_where(here, plan)
    _migrate(plan)
    service = open_service(plan.settings())
    today = service.clock.today()
    with service.database.read() as session:
        current = published.latest(service, session)
    if current is None or (current.valid_until - today).days <= WARNINGS[1]:
        if here.kind.alone:
            service.database.close()
            # Who signed would sign what anybody drafted who practiced.
            raise CommandFailed(_("The signed list of this site nears its end: make everything anew with --fresh."))
        _publish_next(here, service)
    service.database.close()
    credentials |= _urls(here)
    _store(here, credentials)
    return credentials


def _where(plan: Plan) -> bytes:
    """What tells one database and store from others, without their passwords."""
    settings = plan.settings()
    return sha256(f"{settings.database_url}\n{settings.store}".encode()).hex().encode()


def _check_where(here: MadeUp, plan: Plan) -> None:
    """The environment may name another database or store by now, a real one: nothing is touched there.

    :raises CommandFailed: it does
    """
    made = here.folder / _WHERE
    if made.exists() and made.read_bytes() != _where(plan):
        raise CommandFailed(
            _("This site was made with another database or store than is set now: set them as before, or give --fresh.")
        )


def _migrate(plan: Plan) -> None:
    from reporting.db import migrate

    migrate.upgrade(plan.settings().database_url)

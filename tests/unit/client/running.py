"""A whole site for the terminal to talk to: real rules, real passphrases, both surfaces on ports of their own."""

from __future__ import annotations

import datetime
import os
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server
from werkzeug.wsgi import LimitedStream

from reporting.app import DESK, INTAKE, create_app
from reporting.cli.vaults import make_account
from reporting.config import load_settings, write_secret
from reporting.db.migrate import upgrade
from reporting.directory import rules as directories
from reporting.directory.rules import NewChannel
from reporting.directory.site import Site as SiteDocument
from reporting.members import rules as members
from reporting.members.rules import NewMember
from reporting.protocol.directory import Directory, fingerprint
from reporting.protocol.note import VerifierKey
from reporting.protocol.signing import SigningKey
from reporting.questionnaires.rules import served
from reporting.service import Service, open_service

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

ORIGIN = "reports.example"
SITE = SiteDocument({"en": "Example"}, ("en", "ar"), ("https://reports.example",), "https://www.example.org/")
#: Member id to roles on ``procurement``; ``m4`` protects on ``protection``.
PEOPLE = {"m1": ("intake",), "m2": ("investigator",), "m3": ("intake",), "m5": ("custodian",), "m9": ("break_glass",)}


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002 -- the name is werkzeug's
        """Nothing."""


def _bounded(app: WSGIApplication) -> WSGIApplication:
    # Like gunicorn, and unlike werkzeug's own server, let nobody read beyond the body.
    def bounded(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        environ["wsgi.input"] = LimitedStream(environ["wsgi.input"], int(environ.get("CONTENT_LENGTH") or 0))
        return app(environ, start_response)

    return bounded


@contextmanager
def listening(app: WSGIApplication) -> Iterator[str]:
    """The address of ``app``, served for the block."""
    server: BaseWSGIServer = make_server("127.0.0.1", 0, _bounded(app), threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@dataclass
class RunningSite:
    """A site with people in it, and where it listens. ``passphrases`` by member id."""

    service: Service
    root: SigningKey
    passphrases: dict[str, str] = field(repr=False)
    url: str = ""
    desk_url: str = ""

    @property
    def fingerprint(self) -> str:
        """As it stands on a poster."""
        return fingerprint(self.root.public)

    @property
    def root_key(self) -> VerifierKey:
        """The root's verifier key."""
        return VerifierKey(ORIGIN, self.root.public)

    def enroll(self, member_id: str, channel: str, *roles: str) -> None:
        """A member with a vault of their own, to be listed by the next directory."""
        account = make_account(member_id, self.service.root)
        self.passphrases[member_id] = account.passphrase
        last = self.service.clock.today() + datetime.timedelta(days=300)
        person = NewMember(member_id, member_id, f"Member {member_id}", last, account.keys)
        with self.service.database.write() as session:
            members.add_member(self.service, session, person)
            for role in roles:
                directories.give_role(session, channel, role, member_id)

    def publish(self) -> Directory:
        """The next directory, as it is drafted."""
        with self.service.database.write() as session:
            bundle = directories.request_directory(self.service, session)
            return directories.publish(self.service, session, bundle.signed(ORIGIN, self.root))


def channel(channel_id: str, title: str, kind: str = "report") -> NewChannel:
    """A channel to be, with the questionnaire of its kind."""
    questionnaire = {"report": "corruption-1", "protection": "retaliation-1"}[kind]
    return NewChannel(channel_id, kind, {"en": title, "ar": "قناة"}, questionnaire, profile="eu")


def set_up(data: Path) -> RunningSite:
    """A site in a data folder, its directory published, listening nowhere yet."""
    root = SigningKey.generate()
    settings = load_settings(data, environment={}, second_factor="offered")
    settings.keys.mkdir(parents=True)
    (settings.keys / "root.pub").write_text(VerifierKey(ORIGIN, root.public).encode())
    for name in ("service.key", "log.key", "server.secret"):
        write_secret(settings.keys / name, os.urandom(32))
    upgrade(settings.database_url)
    site = RunningSite(open_service(settings), root, {})
    with site.service.database.write() as session:
        directories.set_site(session, SITE.encode())
        for name in ("corruption-1", "retaliation-1"):
            directories.set_questionnaire(session, name, served(name))
        directories.add_channel(session, channel("procurement", "Public procurement"))
        directories.add_channel(session, channel("protection", "Protection", "protection"))
    for member_id, roles in PEOPLE.items():
        site.enroll(member_id, "procurement", *roles)
    site.enroll("m4", "protection", "protection")
    site.publish()
    return site


@contextmanager
def running(
    data: Path, *, wrap: Callable[[WSGIApplication], WSGIApplication] = lambda app: app
) -> Iterator[RunningSite]:
    """A fresh site, served for the block. ``wrap`` stands around the reporters' side."""
    site = set_up(data)
    service = site.service
    opened: list[WSGIApplication] = []

    # The desk must know its own address before it can be asked at it.
    def desk(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        return opened[0](environ, start_response)

    intake = wrap(create_app(service.settings, (INTAKE,), service=service))
    with listening(intake) as site.url, listening(desk) as site.desk_url:
        settings = replace(service.settings, desk_origins=(site.desk_url,))
        opened.append(create_app(settings, (DESK,), service=replace(service, settings=settings)))
        try:
            yield site
        finally:
            service.database.close()

"""Reaching a site from the terminal: options of address, trust and day, and the verified site they lead to.

Nothing is written to disk unless somebody asked: ``--pin FILE`` asks, and so does a yes to the question at
first use. A pin that exists already rises with every directory that is verified.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any

import click

from reporting.cli.options import FILE, agreed, interactive
from reporting.cli.showing import say, warn
from reporting.client.errors import NotPossible, NotTrusted, TrustNeeded
from reporting.client.site import Site
from reporting.client.transport import TOR, Transport, is_protected
from reporting.client.trust import Pin, PinFile, check_fingerprint, fetch_root
from reporting.i18n import gettext as _
from reporting.i18n import message
from reporting.protocol.directory import fingerprint, is_for_practice
from reporting.protocol.encoding import JSONObject, parse_day
from reporting.protocol.errors import DirectoryExpired, ProtocolError, N_
from reporting.protocol.note import VerifierKey

Command = Callable[..., Any]


class Day(click.ParamType[datetime.date]):
    """A day as ``YYYY-MM-DD``."""

    name = "day"

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        """As it stands in the help."""
        del param, ctx
        return "YYYY-MM-DD"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime.date:
        """The day."""
        if isinstance(value, datetime.date):
            return value
        try:
            return parse_day(value)
        except ProtocolError as error:
            self.fail(message(error), param, ctx)


def utc_today() -> datetime.date:
    """This machine's UTC day."""
    return datetime.datetime.now(datetime.UTC).date()


@dataclass(frozen=True)
class Way:
    """How to reach a server, and which day it is."""

    proxy: str | None
    today: datetime.date | None

    def transport(self, url: str) -> Transport:
        """Requests to the site at ``url``."""
        return Transport(url, proxy=self.proxy)

    @property
    def day(self) -> datetime.date:
        """The day given, else this machine's."""
        return self.today or utc_today()


def way_options(command: Command, *, hidden: bool = False) -> Command:
    """``--proxy``, ``--tor``, ``--today``; the command gets them as ``proxy``, ``tor`` and ``today``."""
    options = (
        click.option(
            "--proxy",
            metavar="URL",
            hidden=hidden,
            help=_("Go through this SOCKS proxy (socks5h://host:port); it resolves names."),
        ),
        click.option(
            "--tor",
            is_flag=True,
            hidden=hidden,
            help=_("Go through Tor on this machine (the same as --proxy {url}).", url=TOR),
        ),
        click.option("--today", type=Day(), hidden=hidden, help=_("Today's date, if this machine's clock is wrong.")),
    )
    for option in reversed(options):
        command = option(command)
    return command


def make_way(proxy: str | None, tor: bool, today: datetime.date | None) -> Way:
    """What :func:`way_options` gave.

    :raises click.UsageError: two proxies
    """
    if proxy and tor:
        raise click.UsageError(_("Give --proxy or --tor, not both."))
    return Way(TOR if tor else proxy, today)


@dataclass(frozen=True)
class Connection:
    """What the options of a reporter's command say about reaching and trusting a site."""

    way: Way
    fingerprint: str | None
    root: str | None
    pin: Path | None
    trust_first_use: bool
    #: Whether a site for practice is meant.
    practice: bool = False


def connection_options(command: Command) -> Command:
    """The options of :class:`Connection`; the command gets it as ``connection``."""

    @wraps(command)
    def gathered(*args: Any, **given: Any) -> Any:
        way = make_way(given.pop("proxy"), given.pop("tor"), given.pop("today"))
        trust = {name: given.pop(name) for name in ("fingerprint", "root", "pin", "trust_first_use", "practice")}
        return command(*args, connection=Connection(way, **trust), **given)

    options = (
        click.option(
            "--fingerprint",
            metavar=_("DIGITS"),
            help=_("The site's fingerprint, thirty digits, as printed on its posters."),
        ),
        click.option("--root", metavar=_("KEY"), help=_("The site's root verifier key, or a file that holds it.")),
        click.option(
            "--pin", type=FILE, help=_("Keep what the site is recognized by in this file, and read it from there.")
        ),
        click.option(
            "--trust-first-use", is_flag=True, help=_("Trust the key that the site shows, if none is known yet.")
        ),
        click.option("--practice", is_flag=True, help=_("Go on where the site is one for practice.")),
    )
    for option in reversed(options):
        gathered = option(gathered)
    return way_options(gathered)


def default_pins() -> Path:
    """Where pins are kept when somebody agrees to keep one: the user's own settings folder."""
    return Path(click.get_app_dir("reporting")) / "pins.json"


def connect(connection: Connection, url: str, *, ask: bool, sends: bool = True) -> Site:
    """The site at ``url``, trusted as the options or the person say, with its directory verified.

    :param ask: whether a person may be asked
    :param sends: whether something of a reporter is going to be sent there
    :raises TrustNeeded: nobody says which root key to trust
    :raises NotTrusted: the site has another one
    :raises NotPossible: it is one for practice, and nobody said that it is meant
    :raises NotAuthentic, DirectoryExpired: its directory does not hold
    """
    transport = connection.way.transport(url)
    if not is_protected(transport.url):
        warn(_("Warning: the way to {url} is not protected; others can see that you visit it.", url=transport.url))
    pins = PinFile(connection.pin or default_pins())
    known = pins.find(transport.url)
    pin, agreed = _trusted(connection, transport, known, ask=ask)
    site = Site(transport, pin, connection.way.day)
    load_directory(site, ask=ask and connection.way.today is None)
    if sends:
        _check_practice(connection, site.directory.origin, ask=ask)
    if (connection.pin or known or agreed) and site.pin != known:
        pins.store(transport.url, site.pin)
    return site


def warn_of_practice(origin: str) -> None:
    """Say of a site for practice that it is one, before anything is written there."""
    if is_for_practice(origin):
        warn(_("Practice site: everything here is made up, and others can read it. Do not report anything real."))


def practice_mark(origin: str) -> JSONObject:
    """What programs are told of a site for practice: ``{"practice": true}``; of another, nothing."""
    return {"practice": True} if is_for_practice(origin) else {}


def _check_practice(connection: Connection, origin: str, *, ask: bool) -> None:
    """Nobody reports to a site for practice by mistake.

    :raises NotPossible: it is one, and nobody said that it is meant
    """
    warn_of_practice(origin)
    if not is_for_practice(origin) or connection.practice:
        return
    if not ask:
        raise NotPossible(N_("Nothing was sent. Give --practice if you mean this site."))
    if not agreed(_("Do you want to practice there?")):
        raise NotPossible(N_("Stopped. Nothing was sent, nothing was kept."))


def load_directory(site: Site, *, ask: bool) -> None:
    """Load a site's directory; where it is out of its time by this machine's clock, ask for the day first."""
    try:
        site.load()
    except DirectoryExpired as error:
        if not ask:
            raise
        say(message(error))
        question = _("This machine says that today is {day}. What is the date (YYYY-MM-DD)?", day=site.today)
        site.today = click.prompt(question, type=Day(), default=site.today, show_default=False)
        site.load()


def _trusted(connection: Connection, transport: Transport, known: Pin | None, *, ask: bool) -> tuple[Pin, bool]:
    """The pin to go by, and whether the person agreed to keep it."""
    if connection.root is not None:
        return _of_root(read_root(connection.root), known), False
    if connection.fingerprint is not None:
        root = known.root if known else fetch_root(transport)
        check_fingerprint(root, connection.fingerprint)
        return known or Pin(root), False
    if known is not None:
        return known, False
    if connection.trust_first_use:
        root = fetch_root(transport)
        warn(_("Trusting the key that the site shows. Its fingerprint: {digits}", digits=fingerprint(root.public)))
        return Pin(root), False
    if not ask:
        raise TrustNeeded(
            N_("Say how to recognize this site: --fingerprint, --root, --pin of an earlier use, or --trust-first-use.")
        )
    return _asked(fetch_root(transport))


def _of_root(root: VerifierKey, known: Pin | None) -> Pin:
    if known is None:
        return Pin(root)
    if known.root != root:
        raise NotTrusted(N_("This site is pinned with another root key. Nothing was sent to it."))
    return known


def read_root(text: str) -> VerifierKey:
    """A root key from a file, or from the line itself.

    :raises Malformed: not one
    """
    if "+" not in text or Path(text).is_file():
        text = Path(text).read_text(encoding="utf-8")
    return VerifierKey.parse(text.strip())


def _asked(root: VerifierKey) -> tuple[Pin, bool]:
    say(_("This machine does not know the site yet. The site says that its fingerprint is"))
    say()
    say(f"    {fingerprint(root.public)}")
    say()
    say(_("Compare it with a poster, a leaflet or somebody you trust. If it differs, somebody is in between."))
    if not agreed(_("Is it the same?")):
        raise NotTrusted(N_("Then do not use this site from here. Nothing was sent to it."))
    say(
        _(
            "It can be kept in {path}, to recognize the site next time. The file shows that you used it.",
            path=default_pins(),
        )
    )
    return Pin(root), agreed(_("Keep it?"))


def may_ask(as_json: bool) -> bool:
    """Whether a person sits at the terminal and expects questions."""
    return interactive() and not as_json

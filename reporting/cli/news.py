"""``reporting news``: learn whether there is news without the receipt code, by the news link in a file."""

from __future__ import annotations

from pathlib import Path

import click

from reporting.cli.connecting import Connection, connect, connection_options, may_ask
from reporting.cli.failures import CommandFailed
from reporting.cli.files import write_new
from reporting.cli.json_output import print_json
from reporting.cli.options import FILE
from reporting.cli.receipts import read_code
from reporting.cli.showing import say
from reporting.client.news import ask_for_news, choose_news
from reporting.client.sending import Sender
from reporting.i18n import current_language
from reporting.i18n import gettext as _
from reporting.protocol.feed import Feed

_MAX_FILE = 4_096


@click.group(name="news", help=_("Learn whether there is news, without the receipt code."))
def news() -> None:
    """The news link."""


@news.command(name="look", help=_("Say on which day you were last written to at URL, by the link in a file."))
@click.argument("url")
@click.option("--file", "path", type=FILE, required=True, help=_("The file that holds the link, or its last part."))
@connection_options
@click.option("--json", "as_json", is_flag=True, help=_("Ask nothing, and print one JSON object."))
def look(url: str, path: Path, connection: Connection, as_json: bool) -> None:
    """Ask once; nothing is written."""
    with path.open("rb") as file:
        feed = Feed.parse(file.read(_MAX_FILE).decode("utf-8", "replace"))
    site = connect(connection, url, ask=may_ask(as_json))
    found = ask_for_news(site, feed)
    if as_json:
        print_json({"on": found.on, "day": None if found.day is None else found.day.isoformat()})
    elif not found.on:
        raise CommandFailed(_("This link is not turned on."))
    elif found.day is None:
        say(_("Nobody has written to you yet."))
    else:
        today = _("It is of today: if you read it already, more may have come since.")
        say(_("The newest word to you is of {day}.", day=found.day))
        say(today if found.day == site.today else _("If you looked after that day, there is nothing new."))


@news.command(name="on", help=_("Turn the link of a receipt code on at URL, and write it to a new file."))
@click.argument("url")
@click.option("--file", "path", type=FILE, required=True, help=_("The file to write; it must not be there yet."))
@connection_options
@click.option("--json", "as_json", is_flag=True, help=_("Ask nothing, and print one JSON object."))
def turn_on(url: str, path: Path, connection: Connection, as_json: bool) -> None:
    """The code is asked for without being shown, or read as one line from standard input."""
    if path.exists():
        raise CommandFailed(_("There is a file of that name already."))
    feed = _chosen(url, connection, ask=may_ask(as_json), on=True)
    write_new(path, f"{feed.fragment()}\n".encode())
    if as_json:
        print_json({"on": True})
    else:
        say(_("The link is on. Whoever finds this file knows that you reported there."))


@news.command(name="off", help=_("Turn the link of a receipt code off at URL: it tells nothing to anybody then."))
@click.argument("url")
@connection_options
@click.option("--json", "as_json", is_flag=True, help=_("Ask nothing, and print one JSON object."))
def turn_off(url: str, connection: Connection, as_json: bool) -> None:
    """The code is asked for without being shown, or read as one line from standard input."""
    _chosen(url, connection, ask=may_ask(as_json), on=False)
    if as_json:
        print_json({"on": False})
    else:
        say(_("The link is off."))


def _chosen(url: str, connection: Connection, *, ask: bool, on: bool) -> Feed:
    site = connect(connection, url, ask=ask)
    code = read_code("-", ask=ask, language=current_language())
    return choose_news(site, Sender(site.transport, site.directory.shape), code, on=on)

"""``reporting init``: set up a service, asking for what the options do not give."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from reporting.cli import root_key
from reporting.cli.failures import CommandFailed
from reporting.cli.options import Pair, asked, by_language, data_option, root_folder_option
from reporting.cli.showing import say
from reporting.i18n import gettext as _
from reporting.protocol.directory import fingerprint

if TYPE_CHECKING:
    from reporting.directory.site import Site
    from reporting.protocol.note import VerifierKey


@dataclass(frozen=True)
class _Answers:
    """What the options gave; None where they did not."""

    data: Path
    root_folder: Path | None
    root: Path | None
    origin: str | None
    name: tuple[tuple[str, str], ...]
    languages: str | None
    address: tuple[str, ...]
    desk_address: tuple[str, ...]
    onion: str | None
    exit_address: str | None
    bind: str
    desk_bind: str
    profile: str | None
    database_url: str


@click.command(
    name="init",
    help=_(
        "Set up a service: data folder, database, keys and the site's first document. What the options do not"
        " give is asked. A service that is there already is never changed."
    ),
)
@data_option
@root_folder_option
@click.option(
    "--root",
    type=click.Path(path_type=Path),
    help=_("The root's verifier key, made elsewhere by “reporting keys init”: the file root.pub."),
)
@click.option("--origin", help=_("What the site is called for ever: a host name, with or without a path."))
@click.option(
    "--name", type=Pair("=", "en=…"), multiple=True, help=_("The site's name in a language; may be repeated.")
)
@click.option("--languages", metavar="en,ar", help=_("The site's languages, the most important one first."))
@click.option("--address", multiple=True, help=_("Where reporters reach the site, as https://host; may be repeated."))
@click.option("--desk-address", multiple=True, help=_("Where members reach the desk; may be repeated."))
@click.option("--onion", metavar="http://….onion", help=_("The site's onion address, announced to Tor Browser."))
@click.option("--exit-address", help=_("Where the way out of a page leads: a harmless page."))
@click.option("--bind", default="127.0.0.1:8000", show_default=True, help=_("Where the reporters' side listens."))
@click.option("--desk-bind", default="127.0.0.1:8001", show_default=True, help=_("Where the desk listens."))
@click.option("--profile", help=_("Whose deadlines new channels keep, such as generic, eu or de."))
@click.option("--database-url", default="", help=_("Another database than SQLite in the data folder."))
def init(**given: object) -> None:
    """Set up a service."""
    from reporting.cli.setup import Plan, refuse_existing, set_up

    answers = _Answers(**given)  # type: ignore[arg-type]  # click gives each option the type declared above
    refuse_existing(answers.data)
    root, made = _root(answers)
    plan = Plan(
        data=answers.data,
        root=root,
        site=_site(answers, root.name),
        bind=answers.bind,
        desk_bind=answers.desk_bind,
        desk_addresses=answers.desk_address,
        database_url=answers.database_url,
    )
    service = set_up(plan)
    service.database.close()
    say(_("The service “{origin}” is set up in {folder}.", origin=root.name, folder=answers.data))
    say(_("Fingerprint of its root key, for posters and reports: {digits}", digits=fingerprint(root.public)))
    if made is not None:
        say(_("The root key is in {folder}. Move it to a machine without a network: it is the site.", folder=made))
    say(
        _(
            "Next: “reporting members add NAME --administrator” for whoever looks after the site, then “reporting keys "
            "request”, “keys sign”, “keys publish” and “reporting serve”. Everybody else is invited in the browser."
        )
    )
    say(_("Or draft everything here first, with “reporting members add” and “reporting channels add”."))


def _root(answers: _Answers) -> tuple[VerifierKey, Path | None]:
    """The root's public half, and the folder in which a root key was made just now.

    :raises CommandFailed: the key is another site's, or one for practice
    """
    root, folder = _chosen_root(answers)
    root_key.refuse_practice(root.name)
    return root, folder


def _chosen_root(answers: _Answers) -> tuple[VerifierKey, Path | None]:
    if answers.root is not None:
        root = root_key.read_public(answers.root)
        if answers.origin not in (None, root.name):
            raise CommandFailed(_("This root key belongs to “{origin}”.", origin=root.name))
        return root, None
    default = str(answers.root_folder or answers.data.absolute().parent / "root")
    given = str(answers.root_folder) if answers.root_folder else None
    folder = Path(asked(given, _("Folder of the root key, apart from the service's"), "--root-folder", default))
    if folder.absolute().is_relative_to(answers.data.absolute()):
        raise CommandFailed(_("The root key must not be in the service's own folder."))
    if (folder / root_key.PUBLIC).exists():
        root = root_key.read_public(folder)
        if answers.origin not in (None, root.name):
            raise CommandFailed(_("This root key belongs to “{origin}”.", origin=root.name))
        return root, None
    origin = asked(answers.origin, _("The site's origin (a host name, kept for ever)"), "--origin")
    root_key.refuse_practice(origin)
    return root_key.create(folder, origin).verifier, folder


def _site(answers: _Answers, origin: str) -> Site:
    from reporting import profiles
    from reporting.directory.site import Site

    languages = _split(asked(answers.languages, _("Languages, the most important one first"), "--languages", "en"))
    names = by_language(answers.name)
    if not names:
        question = _("The site's name in “{language}”", language=languages[0])
        names = {languages[0]: asked(None, question, "--name", origin)}
    addresses = answers.address
    if not addresses:
        default = f"http://{answers.bind}"
        addresses = _split(asked(None, _("Addresses of the reporters' side"), "--address", default))
    way_out = asked(answers.exit_address, _("Where the way out leads"), "--exit-address", "https://www.wikipedia.org")
    profile = asked(
        answers.profile, _("Whose deadlines ({names})", names=", ".join(profiles.names())), "--profile", "generic"
    )
    profiles.check_known(profile)
    return Site(
        names=names,
        languages=languages,
        addresses=addresses,
        exit=way_out,
        onion=answers.onion,
        profile=profile,
    )


def _split(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())

"""The ``reporting`` command: a group whose commands are loaded when they are asked for.

A reporter's ``reporting submit`` so loads neither database nor web framework. Texts are translated when
a command's module is loaded, which is after the language is known.
"""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from importlib import import_module
from typing import Any

import click

from reporting import __version__
from reporting.cli.failures import explained
from reporting.config import wanted_languages
from reporting.i18n import choose_language, use_language
from reporting.i18n import gettext as _
from reporting.protocol.errors import N_

#: Each command's module below ``reporting.cli`` (where the command has the module's name,
#: dashes for underscores), and what it is for.
COMMANDS = {
    "submit": N_("File a report, sealed on this machine."),
    "mailbox": N_("Read and answer with a receipt code."),
    "certificate": N_("Have it certified that you reported, without what you reported."),
    "news": N_("Learn whether there is news, without the receipt code."),
    "desk": N_("Work on cases: list, open, reply, note, status, grant."),
    "open": N_("Open an exported or stored case with a key file."),
    "verify": N_("Check a dossier or a certificate that somebody made from their mailbox."),
    "verify-site": N_("Compare a site's pages with those of this release."),
    "init": N_("Set up a service: data folder, database, keys."),
    "channels": N_("Say where reports arrive, and who does what there."),
    "members": N_("Add and remove the people who work on cases."),
    "roles": N_("Show which role may do what."),
    "conformance": N_("Check what an installation does to keep its promises."),
    "content": N_("Check the texts of the public site."),
    "keys": N_("Have the list of recipients signed, and publish it."),
    "audit": N_("Check, keep and export the log of what staff did."),
    "posters": N_("Make posters, leaflets and cards from the site's own data."),
    "notices": N_("Mail members that something waits."),
    "evidence": N_("Delete the files of a case."),
    "serve": N_("Run the service."),
    "tick": N_("Do what a service does once a day."),
    "release": N_("List what this release serves, to be compared."),
    "upgrade": N_("Bring the database to this release."),
    "practice": N_("Run a site for practicing, with made-up cases."),
    "demo": N_("Run a demonstration service with made-up accounts."),
}


class _Commands(MutableMapping[str, click.Command]):
    """Names to commands; a command's module is imported when the command is looked up."""

    def __init__(self) -> None:
        self._loaded: dict[str, click.Command] = {}

    def __getitem__(self, name: str) -> click.Command:
        if name not in self._loaded:
            if name not in COMMANDS:
                raise KeyError(name)
            module = name.replace("-", "_")
            self._loaded[name] = getattr(import_module(f"reporting.cli.{module}"), module)
        return self._loaded[name]

    def __setitem__(self, name: str, command: click.Command) -> None:
        self._loaded[name] = command

    def __delitem__(self, name: str) -> None:
        del self._loaded[name]

    def __iter__(self) -> Iterator[str]:
        return iter(COMMANDS)

    def __len__(self) -> int:
        return len(COMMANDS)


class _Reporting(click.Group):
    """Speaks the language of the environment, and turns every exception into a sentence and a status."""

    def main(self, *args: Any, **extra: Any) -> Any:
        """Run in the language that ``REPORTING_LANGUAGE`` or the locale asks for."""
        with use_language(choose_language(wanted_languages())):
            return super().main(*args, **extra)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except (click.exceptions.Exit, click.ClickException, click.Abort):
            raise
        except Exception as error:  # noqa: BLE001 -- the one place where nothing may pass: no traceback leaves
            raise explained(error) from None

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands in the order of a service's life."""
        del ctx
        return list(COMMANDS)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without loading any."""
        del ctx
        with formatter.section(_("Commands")):
            formatter.write_dl([(name, _(purpose)) for name, purpose in COMMANDS.items()])


@click.group(
    cls=_Reporting,
    commands=_Commands(),
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120},
)
@click.version_option(__version__, package_name="reporting")
def main() -> None:
    """Report corruption, be answered and be protected."""

"""Options and arguments that several commands share, and asking for what they do not give."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from reporting.cli.failures import CommandFailed
from reporting.cli.showing import warn
from reporting.i18n import gettext as _
from reporting.permissions import SITE_ROLES

if TYPE_CHECKING:
    from reporting.service import Service

Command = TypeVar("Command", bound=Callable[..., Any])


class Pair(click.ParamType[tuple[str, str]]):
    """``left<separator>right``, both given."""

    name = "pair"

    def __init__(self, separator: str, shown: str) -> None:
        self.separator = separator
        self.shown = shown

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        """As it stands in the help."""
        del param, ctx
        return self.shown

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, str]:
        """Both sides, without spaces around them."""
        left, separator, right = str(value).partition(self.separator)
        if not separator or not left.strip() or not right.strip():
            self.fail(_("“{value}” is not of the form {shown}.", value=value, shown=self.shown), param, ctx)
        return left.strip(), right.strip()


FOLDER = click.Path(file_okay=False, path_type=Path)
FILE = click.Path(dir_okay=False, path_type=Path)


def site_role_options(command: Command) -> Command:
    """``--administrator``, ``--auditor``, ``--statistician``; the command gets them as ``site_roles``."""
    words = {
        "administrator": _("Manages the site."),
        "auditor": _("Reads the audit trail."),
        "statistician": _("Reads the site's statistics."),
    }
    for role in reversed(SITE_ROLES):
        command = click.option(f"--{role}", "site_roles", flag_value=role, multiple=True, help=words[role])(command)
    return command


def data_option(command: Command) -> Command:
    """``--data``: the data folder of a service."""
    option = click.option(
        "--data",
        type=FOLDER,
        envvar="REPORTING_DATA",
        show_envvar=True,
        default=Path("var") / "data",
        show_default=True,
        help=_("The service's data folder."),
    )
    return option(command)


def root_folder_option(command: Command) -> Command:
    """``--root-folder``: where the root key is."""
    option = click.option("--root-folder", type=FOLDER, help=_("The folder of the root key."))
    return option(command)


def passphrase_file_option(command: Command) -> Command:
    """``--passphrase-file``: a passphrase from a file instead of the keyboard."""
    option = click.option(
        "--passphrase-file",
        type=FILE,
        help=_("Read the passphrase from the first line of this file."),
    )
    return option(command)


def interactive() -> bool:
    """Whether somebody sits at the terminal."""
    return sys.stdin.isatty()


def asked(given: str | None, question: str, option: str, default: str | None = None) -> str:
    """What an option gives; else what the person answers; else, where nobody can be asked, the default.

    :raises click.UsageError: nothing given, nobody to ask, no default
    """
    if given is not None:
        return given
    if interactive():
        return str(click.prompt(question, default=default, type=str))
    if default is None:
        raise click.UsageError(_("The option {option} is needed.", option=option))
    return default


def asked_secret(path: Path | None, question: str) -> str:
    """A passphrase from a file or the keyboard, not shown.

    :raises CommandFailed: an empty file, or nobody to ask
    """
    if path is None:
        if not interactive():
            raise CommandFailed(_("A passphrase is needed: give --passphrase-file."))
        return str(click.prompt(question, hide_input=True, type=str))
    first = path.read_text(encoding="utf-8").partition("\n")[0].strip()
    if not first:
        raise CommandFailed(_("The file {path} holds no passphrase.", path=path))
    return first


def agreed(question: str) -> bool:
    """Whether the person says yes, in the terminal's language or in English; nothing typed means no."""
    letters = _("y/N")
    yes, no = letters.split("/")
    meant = {_folded(word): False for word in ("n", "no", no, _("No"), "")}
    meant |= {_folded(word): True for word in ("y", "yes", yes, _("Yes"))}
    while True:
        typed = click.prompt(f"{question} [{letters}]", default="", show_default=False, type=str)
        if (answer := meant.get(_folded(typed))) is not None:
            return answer
        warn(_("Please answer with one of these: {letters}", letters=letters))


def _folded(typed: str) -> str:
    """Without case, accents, and marks that only direct the writing: what keyboards differ in."""
    plain = unicodedata.normalize("NFKD", typed.casefold())
    return "".join(c for c in plain if unicodedata.category(c) not in ("Mn", "Cf")).strip()


def confirmed(question: str, *, yes: bool) -> None:
    """Go on only if the person agrees; where nobody can be asked, only if ``--yes`` did.

    :raises CommandFailed: they do not
    """
    if yes:
        return
    if not interactive():
        raise CommandFailed(_("Nobody is here to confirm this: read what it says, then give --yes."))
    if not agreed(question):
        raise CommandFailed(_("Nothing was changed."))


def opened(data: Path) -> Service:
    """The service of a data folder.

    :raises ConfigurationError: none was set up there, or a setting or key file is wrong
    """
    from reporting.config import load_settings
    from reporting.service import open_service

    return open_service(load_settings(data))


def by_language(pairs: Sequence[tuple[str, str]]) -> dict[str, str]:
    """Texts by language, from repeated options.

    :raises click.UsageError: a language twice
    """
    found = dict(pairs)
    if len(found) != len(pairs):
        raise click.UsageError(_("A language is given twice."))
    return found

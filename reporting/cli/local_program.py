"""A program on this machine that is given a text and prints another. It is started without a shell.

It gets nothing but the text on its standard input, and little of the surroundings. Whether it keeps the text to itself,
nobody here can know.
"""

from __future__ import annotations

import shlex
import shutil
import subprocess
from pathlib import Path

import click

from reporting.cli.failures import CommandFailed
from reporting.i18n import gettext as _

_PATIENCE = 600
#: Where it finds further programs; nothing of this command's own surroundings is passed on.
_PATH = "/usr/local/bin:/usr/bin:/bin"


def run_program(command: str, text: str) -> str:
    """What a program prints when it is given ``text``.

    :raises CommandFailed: it cannot be started, takes too long, fails, or prints no text
    """
    try:
        arguments = shlex.split(command)
    except ValueError as error:
        raise click.UsageError(_("This is no command: a quotation mark is missing.")) from error
    if not arguments:
        raise click.UsageError(_("Say which program."))
    found = shutil.which(arguments[0])
    if found is None:
        raise CommandFailed(_("There is no program “{name}”; nothing was attached.", name=arguments[0]))
    passed = {"PATH": _PATH, "HOME": str(Path.home()), "LANG": "C.UTF-8"}
    try:
        done = subprocess.run(  # noqa: S603 -- the member's own choice, without a shell
            [found, *arguments[1:]],
            input=text.encode(),
            stdout=subprocess.PIPE,
            timeout=_PATIENCE,
            check=True,
            env=passed,
        )
        made = done.stdout.decode().strip()
    except subprocess.TimeoutExpired as error:
        raise CommandFailed(_("The program took too long; nothing was attached.")) from error
    except (OSError, subprocess.CalledProcessError) as error:
        raise CommandFailed(_("The program could not be run, or failed; nothing was attached.")) from error
    except UnicodeDecodeError as error:
        raise CommandFailed(_("The program printed something that is no text; nothing was attached.")) from error
    if not made:
        raise CommandFailed(_("The program printed nothing; nothing was attached."))
    return made

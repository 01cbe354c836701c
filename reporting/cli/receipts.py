"""Receipt codes at the terminal: read without showing them, shown once, typed back."""

from __future__ import annotations

import random as randomness
import sys
from pathlib import Path

import click

from reporting.cli.failures import CommandFailed
from reporting.cli.showing import say
from reporting.i18n import gettext as _
from reporting.i18n import message
from reporting.protocol.errors import ReceiptError
from reporting.protocol.receipt import MAX_TYPED, WORDS, ReceiptCode
from reporting.protocol.wordlists import fold


def read_code(source: str, *, ask: bool, language: str, more: bool = False) -> ReceiptCode:
    """A receipt code from a file, or for ``-`` from the person, else from standard input.

    :param more: something else follows on standard input: the code is its first line
    :raises CommandFailed: it cannot be read
    """
    if source == "-" and ask:
        return _ask_code(language)
    typed = _read_stdin(more) if source == "-" else Path(source).read_text(encoding="utf-8")
    try:
        return ReceiptCode.parse(typed, language)
    except ReceiptError as error:
        raise CommandFailed(message(error)) from None


def _read_stdin(more: bool) -> str:
    return sys.stdin.readline(MAX_TYPED) if more else sys.stdin.read(MAX_TYPED)


def _ask_code(language: str) -> ReceiptCode:
    while True:
        typed = click.prompt(_("Receipt code (not shown while you type)"), hide_input=True, type=str)
        try:
            return ReceiptCode.parse(typed, language)
        except ReceiptError as error:
            say(message(error))


def show_receipt(code: ReceiptCode, language: str, *, random: randomness.Random, ask: bool) -> None:
    """Show a new code once, and let two of its words be typed back."""
    words, groups = code.words(language), code.groups()
    say()
    click.secho(_("Your receipt code. It is shown only now; write it down:"), bold=True)
    say()
    for row in range(0, WORDS, 4):
        say("    " + "  ".join(f"{place + 1:2}. {words[place]:<10}" for place in range(row, row + 4)).rstrip())
    say()
    for row in range(0, WORDS, 6):
        say("    " + " ".join(groups[row : row + 6]))
    say()
    say(_("Words and digits are the same code; either is enough."))
    say(
        _(
            "Whoever has it reads everything in your mailbox; without it nobody can find it again, neither you "
            "nor the site. Keep it where others do not look, not at work and not beside your name."
        )
    )
    if ask:
        _type_back(words, random)


def _type_back(words: list[str], random: randomness.Random) -> None:
    for place in sorted(random.sample(range(WORDS), 2)):
        while True:
            question = _("To be sure: what is word {number}? (Enter skips this.)", number=place + 1)
            typed = click.prompt(question, default="", show_default=False, type=str).strip()
            if not typed:
                return
            if fold(typed) in (fold(words[place]), fold(words[place])[:4]):
                break
            say(_("That is another word; look again."))
    say(_("Right."))

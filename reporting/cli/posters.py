"""``reporting posters``: campaign material from the site's signed list, as single files or as one archive."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from reporting.awareness.campaign.formats import FORMATS
from reporting.cli import files
from reporting.cli.failures import CommandFailed
from reporting.cli.options import FILE, FOLDER, data_option, opened
from reporting.cli.showing import say, warn
from reporting.i18n import gettext as _

if TYPE_CHECKING:
    from reporting.directory.facts import SiteFacts


@click.command(
    name="posters",
    help=_(
        "Make posters, leaflets, cards, stickers and more from what the site's signed list says: address, onion "
        "address, fingerprint, languages, advisers. Nothing is sent anywhere."
    ),
)
@data_option
@click.option("--language", "languages", multiple=True, help=_("A language of the site; may be repeated. Else all."))
@click.option(
    "--format",
    "formats",
    multiple=True,
    type=click.Choice(tuple(FORMATS)),
    help=_("What to make; may be repeated. Else everything."),
)
@click.option("--out", type=FOLDER, help=_("The folder to write files into, a folder in it for each language."))
@click.option("--kit", type=FILE, help=_("One archive (zip) to write them into instead."))
def posters(data: Path, languages: Sequence[str], formats: Sequence[str], out: Path | None, kit: Path | None) -> None:
    """Draw what was asked for."""
    if (out is None) == (kit is None):
        raise click.UsageError(_("Say where to write: --out FOLDER, or --kit FILE."))
    from reporting.awareness.campaign.content import content_of, spoken_languages
    from reporting.awareness.campaign.kit import make_files, pack
    from reporting.directory.rules import site_facts

    service = opened(data)
    try:
        facts = site_facts(service)
    finally:
        service.database.close()
    chosen = list(dict.fromkeys(languages)) or spoken_languages(facts)
    _check(facts, chosen)
    made = list(make_files(facts, chosen, list(dict.fromkeys(formats)) or FORMATS))
    if kit is not None:
        files.replace(kit, pack(facts, made))
        say(str(kit))
    for name, body in made if out is not None else ():
        path = Path(str(out)) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
        say(str(path))
    if content_of(facts, chosen[0]).sample:
        warn(_("Sample: this address works on one computer only. Do not put it up."))


def _check(facts: SiteFacts, languages: Sequence[str]) -> None:
    from reporting.awareness.campaign.content import spoken_languages

    known = spoken_languages(facts)
    for language in languages:
        if language not in known:
            raise CommandFailed(
                _(
                    "There are no posters in “{language}”: the site's languages with texts are {known}.",
                    language=language,
                    known=", ".join(known),
                )
            )

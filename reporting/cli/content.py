"""``reporting content``: the texts of the public site, checked as a service checks them."""

from __future__ import annotations

from pathlib import Path

import click

from reporting.cli.options import FOLDER, data_option
from reporting.cli.showing import say
from reporting.i18n import ENGLISH, ngettext
from reporting.i18n import gettext as _


@click.group(help=_("Check the texts of the public site."))
def content() -> None:
    """Texts of the public site."""


@content.command(
    name="check",
    help=_(
        "Check the texts that come with the product with those of FOLDER laid over them, which by default is "
        "“content” in the data folder: the first fault is told by file and line."
    ),
)
@click.argument("folder", type=FOLDER, required=False)
@data_option
def check(folder: Path | None, data: Path) -> None:
    """Check content."""
    from reporting.awareness.library import SHIPPED, languages_of, load, own_folder
    from reporting.cli.failures import CommandFailed
    from reporting.config import load_settings

    settings = load_settings(data)
    wanted = folder or own_folder(settings)
    if folder is not None and not folder.is_dir():
        raise CommandFailed(_("There is no folder {folder}.", folder=folder))
    found = load(SHIPPED, wanted, own_profiles=settings.profiles)
    own = ngettext("{number} file of your own.", "{number} files of your own.", len(found.own))
    say(_("The texts can be used. {own}", own=own))
    for language in found.languages:
        pages = [page for (one, _name), page in found.pages.items() if one == language]
        checked = sum(bool(page.review.by) for page in pages)
        say(
            _(
                "{language}: {count} pages, {checked} of them checked.",
                language=language,
                count=len(pages),
                checked=checked,
            )
        )
        lacking = [name for name in found.names if language not in languages_of(found.pages, name)]
        if lacking and language != ENGLISH:
            say("  " + _("not translated: {names}", names=", ".join(lacking)))
    for profile in sorted({one for one, _language, _name in found.of_profiles}):
        count = sum(one == profile for one, _language, _name in found.of_profiles)
        say(ngettext("profile {profile}: {number} file", "profile {profile}: {number} files", count, profile=profile))

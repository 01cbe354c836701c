"""``reporting desk classify``: what was reported, in codes, for the team and for the figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import click

from reporting.cli.class_words import code_words, counted_words
from reporting.cli.desk import Access, with_access
from reporting.cli.json_output import print_json
from reporting.cli.showing import say
from reporting.client.cases import DeskCase, find_case, open_case
from reporting.client.classifying import classify
from reporting.i18n import gettext as _
from reporting.protocol import classes
from reporting.protocol.encoding import JSONObject

Command = TypeVar("Command", bound=Callable[..., Any])


def _choice(name: str, known: Mapping[str, str], text: str) -> Callable[[Command], Command]:
    first = next(iter(known))
    return click.option(f"--{name}", type=click.Choice(list(known)), default=first, show_default=True, help=text)


@click.command(
    name="classify", help=_("Say in codes what was reported: sealed for the team, and counted without the case.")
)
@click.argument("case")
@click.option("--at", type=click.Choice(classes.MOMENTS), help=_("The moment; else closing where the case is closed."))
@click.option(
    "--offence",
    "offences",
    multiple=True,
    metavar=_("CODE[:MODIFIER,…]"),
    help=_("An article of the convention, or an ICCS code where it has none; may be repeated."),
)
@_choice("sector", classes.SECTORS, _("Field of work."))
@_choice("level", classes.LEVELS, _("Where it belongs."))
@click.option("--region", default="", help=_("A code as in FR or FR-75; leave it out where it would say who reported."))
@_choice("stage", classes.STAGES, _("Stage of a procurement."))
@_choice("value", classes.BANDS, _("Bribe or advantage, in US dollars or about as much."))
@click.option(
    "--outcome", type=click.Choice([one for one in classes.OUTCOMES if one != classes.OPEN]), help=_("At closing.")
)
@_choice("damage", classes.BANDS, _("Damage, at closing."))
@_choice("recovery", classes.BANDS, _("Recovered, at closing."))
@click.option("--no-count", is_flag=True, help=_("Do not count it among the figures, as for a test report."))
@with_access
def classify_command(
    access: Access, as_json: bool, case: str, at: str | None, offences: tuple[str, ...], no_count: bool, **given: Any
) -> None:
    """Classify a case."""
    named = [_offence(one) for one in offences]
    with access.session() as session:
        found = open_case(session, find_case(session, case))
        codes: JSONObject = {**given, "at": at or _moment(found), "offences": named}
        written, counted = classify(
            session, found, {**codes, "outcome": codes["outcome"] or classes.OPEN}, count=not no_count
        )
    if as_json:
        print_json({"case": found.opened.view.case, "id": written.id, "entry": written.entry, "counted": counted})
    else:
        say(_("Sealed, signed and stored."))
        say(counted_words(counted))


def _moment(case: DeskCase) -> str:
    status = case.opened.view.status
    closed = (status.body.get("status") if status else case.opened.view.server_status) == "closed"
    return classes.CLOSING if closed else classes.TRIAGE


def _offence(text: str) -> JSONObject:
    code, _separator, modifiers = text.partition(":")
    named = [one.strip() for one in modifiers.split(",") if one.strip()]
    unknown = [one for one in named if one not in classes.MODIFIERS]
    if unknown:
        raise click.UsageError(_("An offence is modified by: {names}", names=", ".join(classes.MODIFIERS)))
    for uncac, iccs in classes.OFFENCES:
        if code.strip() == (uncac or iccs):
            return {"uncac": uncac, "iccs": iccs, **{name: name in named for name in classes.MODIFIERS}}
    lines = [
        f"  {uncac or iccs}: {_(words)} ({code_words(uncac, iccs)})"
        for (uncac, iccs), words in classes.OFFENCES.items()
    ]
    raise click.UsageError("\n".join([_("There is no offence “{code}”. There are:", code=code), *lines]))

"""``reporting roles``: which role may do what, from the code that decides it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import click

from reporting.cli.showing import say, say_table
from reporting.i18n import gettext as _
from reporting.permissions import INCOMPATIBLE, MEMBER, PUBLIC, PURPOSES, ROLES, SITE_ROLES, Permission

_YES, _NO = "✓", "–"


@click.command(name="roles", help=_("Show which role may do what, and which roles must not meet in one person."))
@click.option("--markdown", is_flag=True, help=_("As it stands in docs/roles.md."))
def roles(markdown: bool) -> None:
    """Show the matrix."""
    if markdown:
        for line in as_markdown():
            click.echo(line)
        return
    say_table(matrix())
    say()
    say(_("Must not meet in one person, unless the setting “one_person_office” is true:"))
    for pair in pairs():
        say("  • " + " + ".join(pair))


def matrix() -> list[Sequence[str]]:
    """A heading, and a row for each permission: its name, who has it, and what it lets somebody do."""
    heading = (_("Permission"), _("everybody"), _("members"), *ROLES, _("May"))
    return [heading, *(_row(permission) for permission in Permission)]


def _row(permission: Permission) -> Sequence[str]:
    public, member = permission in PUBLIC, permission in PUBLIC | MEMBER
    has = [public, member, *(member or permission in may for may in ROLES.values())]
    return (permission, *(_YES if one else _NO for one in has), _(PURPOSES[permission]))


def pairs() -> list[tuple[str, ...]]:
    """The pairs of roles that must not meet, sorted."""
    return sorted(tuple(sorted(pair)) for pair in INCOMPATIBLE)


def as_markdown() -> Iterator[str]:
    """The tables of ``docs/roles.md``, line by line."""
    heading, *rows = matrix()
    yield _line(name.replace("_", "-") for name in heading)
    yield _line("---" if place in (0, len(heading) - 1) else ":-:" for place in range(len(heading)))
    for row in rows:
        yield _line((f"`{row[0]}`", *row[1:]))
    yield ""
    yield _line((_("Roles that must not meet"), ""))
    yield _line(("---", "---"))
    for first, second in pairs():
        yield _line((f"`{first}`", f"`{second}`"))
    yield ""
    yield _("On the whole site: {roles}. On a channel: {others}.").format(
        roles=_codes(SITE_ROLES), others=_codes(role for role in ROLES if role not in SITE_ROLES)
    )


def _codes(names: Iterator[str] | Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _line(cells: Iterator[str] | Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"

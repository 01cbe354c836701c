"""What ``reporting keys show`` says: versions, holders, and what is about to end."""

from __future__ import annotations

import datetime

from sqlalchemy import select

from reporting import errors
from reporting.cli.showing import say, say_list, say_table, warn
from reporting.directory import published
from reporting.directory.difference import key_fingerprint
from reporting.directory.ending import WARNINGS, warnings
from reporting.directory.models import DirectoryVersion
from reporting.i18n import gettext as _
from reporting.protocol.directory import Directory
from reporting.protocol.errors import N_
from reporting.service import Service

__all__ = ["WARNINGS", "published_note", "show_directory", "show_versions", "warnings"]


def show_versions(service: Service) -> None:
    """List every published version."""
    with service.database.read() as session:
        rows = session.execute(
            select(DirectoryVersion.version, DirectoryVersion.day, DirectoryVersion.valid_until).order_by(
                DirectoryVersion.version
            )
        ).all()
    if not rows:
        say(_("Nothing was published yet: “reporting keys request” comes next."))
        return
    say(_("Published versions:"))
    say_list(
        _("{version}, from {start} to {end}", version=version, start=day, end=valid_until)
        for version, day, valid_until in rows
    )


def published_note(service: Service, version: int | None) -> str | None:
    """The signed note of a version, or of the one in force; None where nothing was published.

    :raises NotFound: there is no such version
    """
    with service.database.read() as session:
        number = version if version is not None else published.latest_version(session)
        row = session.get(DirectoryVersion, number)
    if row is None and version is not None:
        raise errors.NotFound(N_("There is no version {version}."), values={"version": version})
    return row.note if row else None


def show_directory(directory: Directory, today: datetime.date, *, current: bool = True) -> None:
    """Say who holds what in a version; for the one in force also what is about to end."""
    say()
    say(_("Version {version}, valid until {day}:", version=directory.version, day=directory.valid_until))
    for channel in directory.channels:
        roles = "; ".join(f"{role}: {', '.join(members)}" for role, members in sorted(channel.roles.items()))
        say(_("“{channel}” ({kind}): {roles}", channel=channel.id, kind=channel.kind, roles=roles or _("nobody")))
    rows = [
        (
            member.id,
            member.label,
            member.valid_until.isoformat(),
            key_fingerprint(member.signing_key, member.recipient_sha256),
        )
        for member in directory.members
    ]
    say()
    say_table([(_("Id"), _("Shown as"), _("Valid until"), _("Keys")), *rows])
    for former in directory.former:
        say(
            _("Former: {member}, versions {since} to {until}", member=former.id, since=former.since, until=former.until)
        )
    if current:
        for warning in warnings(directory, today):
            warn(warning)

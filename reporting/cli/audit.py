"""``reporting audit``: check, keep, export and erase what the audit log says of staff."""

from __future__ import annotations

import csv
import datetime
import io
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from reporting.cli.failures import NOT_AUTHENTIC, CommandFailed
from reporting.cli.files import write_new
from reporting.cli.options import FILE, confirmed, data_option, opened
from reporting.cli.showing import say, say_list
from reporting.i18n import gettext as _
from reporting.protocol.encoding import JSONObject, dump_json, parse_json_object

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from reporting.log.checking import Report
    from reporting.log.models import AuditEvent
    from reporting.service import Service

DAY = click.DateTime(formats=["%Y-%m-%d"])
MAX_EXPORT = 1 << 30
_COLUMNS = ("position", "at", "member", "act", "case", "details", "id", "salt", "leaf")


@click.group(name="audit", help=_("Check, keep and export the log of what staff did."))
def audit() -> None:
    """The audit log."""


@audit.command(name="verify", help=_("Check every event, and name what was changed, removed or moved."))
@data_option
@click.option(
    "--checkpoint",
    "checkpoints",
    type=FILE,
    multiple=True,
    help=_("A checkpoint kept elsewhere: the log must still hold what it held then. May be repeated."),
)
@click.option(
    "--export", "export_file", type=FILE, help=_("An export kept elsewhere (JSON): names each event that differs.")
)
def verify(data: Path, checkpoints: tuple[Path, ...], export_file: Path | None) -> None:
    """Check the log."""
    from reporting.log import checking

    service = opened(data)
    exported = read_export(export_file.read_bytes()) if export_file else []
    with service.database.read() as session:
        keys = checking.verifiers(service, session)
        kept = [checking.read_checkpoint(path.read_bytes(), keys) for path in checkpoints]
        report = checking.check(service, session, kept, exported)
    _show(report)
    for one in kept:
        say(_("It still holds, unchanged, the {size} events of the checkpoint.", size=one.size))
    if not kept and not exported:
        say(
            _(
                "Whoever has the server could have written all of it anew: only a checkpoint or export kept elsewhere"
                " shows that. Give one with --checkpoint or --export."
            )
        )


def _show(report: Report) -> None:
    if report.findings:
        say_list(_(one.message, **one.values) for one in report.findings)
        raise CommandFailed(_("The audit log is not as it was written."), NOT_AUTHENTIC)
    say(_("The audit log is whole: {size} events, {erased} of them erased.", size=report.size, erased=report.erased))


def read_export(data: bytes) -> list[JSONObject]:
    """The events of an export, by browser or terminal.

    :raises Malformed: not one
    """
    events = parse_json_object(data, limit=MAX_EXPORT).get("events")
    if not isinstance(events, list) or not all(isinstance(one, dict) for one in events):
        raise CommandFailed(_("This is not an export of an audit log."))
    return events


@audit.command(name="checkpoint", help=_("Print the signed state of the log, to be kept where this server has no say."))
@data_option
@click.option("--out", type=FILE, help=_("Write it to this new file instead."))
def checkpoint(data: Path, out: Path | None) -> None:
    """Sign and show the present state."""
    from reporting.log import trail

    service = opened(data)
    with service.database.read() as session:
        signed = trail.checkpoint(service, session)
    if out is None:
        click.echo(signed, nl=False)
    else:
        write_new(out, signed.encode())
        say(_("The checkpoint is in {path}.", path=out))


@audit.command(name="export", help=_("Write every event with its hash, and a checkpoint, as JSON or as a table."))
@data_option
@click.option("--out", type=FILE, required=True, help=_("The new file."))
@click.option("--csv", "as_csv", is_flag=True, help=_("A table for a spreadsheet; it cannot be given to verify."))
@click.option("--member", default="", help=_("Only what this member did, or what was done to them."))
@click.option("--case", "case", default="", help=_("Only this case: its number, or eight digits of it or more."))
@click.option("--act", default="", help=_("Only this act, such as case:grant, or case for all of its kind."))
def export(data: Path, out: Path, as_csv: bool, member: str, case: str, act: str) -> None:
    """Export events."""
    from reporting.log.trail import parse_filter, walk

    service = opened(data)
    wanted = parse_filter(member, case, act)
    with service.database.read() as session:
        rows = walk(session, 0, wanted)
        content = _table(rows) if as_csv else _document(service, session, rows)
        write_new(out, b"".join(content))
    say(_("The events are in {path}.", path=out))


def _document(service: Service, session: Session, rows: Iterator[AuditEvent]) -> Iterator[bytes]:
    from reporting.log import trail

    head = {"checkpoint": trail.checkpoint(service, session), "tombstones": trail.tombstones(session)}
    yield dump_json(head)[:-1] + b',"events":['
    for place, row in enumerate(rows):
        yield (b",\n" if place else b"\n") + dump_json(trail.item(row))
    yield b"\n]}\n"


def _table(rows: Iterator[AuditEvent]) -> Iterator[bytes]:
    from reporting.log import trail

    yield _line(_COLUMNS)
    for row in rows:
        found = trail.item(row)
        event = found["event"] or {}
        at = datetime.datetime.fromtimestamp(event["at"], datetime.UTC).isoformat() if event else ""
        details = dump_json(event["details"]).decode() if event else ""
        cells = {**event, "position": found["position"], "leaf": found["leaf"], "at": at, "details": details}
        yield _line([_cell(cells.get(name)) for name in _COLUMNS])


def _cell(value: object) -> str:
    # OWASP, CSV injection: no spreadsheet takes a cell for a formula.
    text = "" if value is None else str(value)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def _line(cells: object) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerow(cells)  # type: ignore[arg-type]  # a sequence of texts
    return text.getvalue().encode()


@audit.command(name="erase", help=_("Erase events before a day. Their hashes stay, with a signed tombstone."))
@data_option
@click.option("--before", type=DAY, required=True, help=_("The first day that is kept."))
@click.option("--yes", is_flag=True, help=_("Do not ask."))
def erase(data: Path, before: datetime.datetime, yes: bool) -> None:
    """Erase old events."""
    from reporting.log.erasing import erase as erase_events

    service = opened(data)
    day = before.date()
    confirmed(_("Erase what staff did before {day}? It cannot be brought back.", day=day.isoformat()), yes=yes)
    with service.database.write() as session:
        done = erase_events(service, session, day)
    say(_("{count} events were erased. The log begins with event {size} now.", count=done.now, size=done.size))

"""``reporting open``: a sealed case opened at a terminal with a key file, from an export or from the data folder.

So that nobody depends on the desk: whoever holds a key reads what was sealed to it, verified as the desk
verifies it. From the data folder it is told to the audit trail before anything is shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from reporting.cli.case_json import case_json
from reporting.cli.connecting import read_root
from reporting.cli.failures import CommandFailed
from reporting.cli.json_output import print_json
from reporting.cli.options import FILE, FOLDER, opened
from reporting.cli.showing import say, say_table, warn
from reporting.cli.telling import status_words, tell_case
from reporting.client.errors import TrustNeeded
from reporting.client.exported import read_export
from reporting.client.keyfile import MAX_FILE, KeyFile, parse_key_file
from reporting.client.mailbox import OpenedCase, parse_case
from reporting.client.trust import check_fingerprint
from reporting.i18n import gettext as _
from reporting.protocol import thread
from reporting.protocol.directory import Directory, fingerprint
from reporting.protocol.encoding import b64decode
from reporting.protocol.errors import N_
from reporting.protocol.note import VerifierKey

if TYPE_CHECKING:
    from reporting.service import Service


@dataclass(frozen=True)
class Trust:
    """How the reader knows the site's root key, where the key file does not say it."""

    root: str | None
    fingerprint: str | None


@click.command(
    name="open",
    help=_(
        "Open a sealed case with a key file: from EXPORT, a zip that the desk made, or with --data and --case from a "
        "service's data folder."
    ),
)
@click.argument("export", type=FILE, required=False)
@click.option("--identity", type=FILE, required=True, help=_("The key file: a member's, or the one from the safe."))
@click.option("--data", type=FOLDER, help=_("The data folder; without --case, list what this key was granted."))
@click.option("--case", help=_("The case to open from the data folder; the beginning of its id is enough."))
@click.option("--root", help=_("The site's root key, as a file or a line; else the key file says it."))
@click.option("--fingerprint", help=_("The site's fingerprint, as it stands on a poster, to check the export with."))
@click.option("--json", "as_json", is_flag=True, help=_("Print JSON."))
def open_command(
    export: Path | None,
    identity: Path,
    data: Path | None,
    case: str | None,
    root: str | None,
    fingerprint: str | None,
    as_json: bool,
) -> None:
    """Open a case."""
    if (export is None) == (data is None) or (case is not None and data is None):
        raise click.UsageError(_("Name an export, or a data folder with --data and a --case in it."))
    with identity.open("rb") as file:
        key = parse_key_file(file.read(MAX_FILE + 1))
    if export is not None:
        _tell(*_from_export(export, key, Trust(root, fingerprint)), key.member or "", as_json=as_json)
    elif data is not None:
        _from_data(opened(data), key, case, as_json=as_json)


globals()["open"] = open_command  # the module's command has the module's name


def _from_export(path: Path, key: KeyFile, trust: Trust) -> tuple[OpenedCase, Directory]:
    export = read_export(path)
    return export.judge(key.identities, _trusted(export.root, key, trust))


def _trusted(shown: VerifierKey, key: KeyFile, trust: Trust) -> VerifierKey:
    """The root key to judge an export by.

    :raises TrustNeeded: nobody has said it
    :raises NotTrusted: the fingerprint is another key's
    """
    if trust.root is not None:
        return read_root(trust.root)
    if trust.fingerprint is not None:
        check_fingerprint(shown, trust.fingerprint)
        return shown
    if key.root is None:
        raise TrustNeeded(N_("Say with --fingerprint or --root which site this is from: the key file does not."))
    return key.root


def _from_data(service: Service, key: KeyFile, case: str | None, *, as_json: bool) -> None:
    from reporting.cases import rules
    from reporting.directory import rules as directories

    _check_root(service, key)
    member = _member(service, key)
    lines = rules.offline_cases(service, member)
    if case is None:
        _tell_list(lines, as_json=as_json)
        return
    stored = rules.open_offline(service, member, _one(lines, case), break_glass=key.break_glass)
    with service.database.read() as session:
        directory = directories.current(service, session)
    served = parse_case(stored.content, stored.entries)
    grants = [(grant["epoch"], b64decode(grant["sealed"])) for grant in stored.content["grants"]]
    view = thread.read_as_member(served.sealed, grants, key.identities, directory)
    _tell(OpenedCase(served, view, {}), directory, member, as_json=as_json)
    if not as_json:
        say()
        say(_("That this case was opened here stands in the audit trail."))


def _check_root(service: Service, key: KeyFile) -> None:
    """A key file outlives a change of the root key; it does not move to another site.

    :raises CommandFailed: it is another site's
    """
    if key.root is None or key.root == service.root:
        return
    if key.root.name != service.root.name:
        raise CommandFailed(_("This key file is from another site, “{origin}”.", origin=key.root.name))
    warn(
        _(
            "The site's root key is another one than when this key file was made. Its fingerprint now: {digits}",
            digits=fingerprint(service.root.public),
        )
    )


def _member(service: Service, key: KeyFile) -> str:
    """Whose key it is, by its recipient: what the file says of itself proves nothing.

    :raises CommandFailed: nobody's here
    """
    from reporting.cases import rules

    known = (rules.member_of_key(service, str(identity.recipient)) for identity in key.identities)
    found = next((member for member in known if member is not None), None)
    if found is None:
        raise CommandFailed(_("This key belongs to no member of this site; a member's older key opens nothing here."))
    return found


def _one(lines: list[dict[str, object]], beginning: str) -> str:
    found = [str(line["case"]) for line in lines if beginning and str(line["case"]).startswith(beginning.lower())]
    if len(found) != 1:
        raise CommandFailed(
            _("This key was granted {count} cases whose id begins with “{text}”.", count=len(found), text=beginning)
        )
    return found[0]


def _tell_list(lines: list[dict[str, object]], *, as_json: bool) -> None:
    names = ("case", "channel", "received", "status")
    if as_json:
        print_json({"cases": [{name: line[name] for name in names} for line in lines]})
    elif not lines:
        say(_("This key was granted no case."))
    else:
        say_table(
            [
                [str(line["case"])[:12], str(line["received"]), status_words(line["status"]), str(line["channel"])]
                for line in lines
            ]
        )


def _tell(case: OpenedCase, directory: Directory, member: str, *, as_json: bool) -> None:
    if as_json:
        print_json(case_json(case))
    else:
        tell_case(case, directory, member)

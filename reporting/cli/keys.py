"""``reporting keys``: the root key, and the directory's way through it: request, sign, publish."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from reporting.cli import root_key, rotating
from reporting.cli.failures import CommandFailed
from reporting.cli.files import replace
from reporting.cli.options import (
    FILE,
    FOLDER,
    asked,
    asked_secret,
    confirmed,
    data_option,
    interactive,
    opened,
    passphrase_file_option,
    root_folder_option,
)
from reporting.cli.showing import say, say_list
from reporting.i18n import gettext as _
from reporting.protocol import directory as directories
from reporting.protocol.directory import Directory, fingerprint
from reporting.protocol.encoding import sha256
from reporting.protocol.note import VerifierKey

if TYPE_CHECKING:
    from reporting.directory.bundle import Bundle
    from reporting.service import Service

REQUEST, SIGNED = ".request.json", ".signed.json"
MAX_DAYS = directories.MAX_VALIDITY.days


@click.group(name="keys", help=_("Have the list of channels and recipients signed by the root key, and publish it."))
def keys() -> None:
    """The root key and what it signs."""


@keys.command(
    name="init", help=_("Make a root key, best on a machine without a network. It is the site: keep it safe.")
)
@root_folder_option
@click.option("--origin", help=_("What the site is called for ever: a host name, with or without a path."))
@passphrase_file_option
@click.option("--no-passphrase", is_flag=True, help=_("Store the key unprotected: only in a safe place."))
def make_root(root_folder: Path | None, origin: str | None, passphrase_file: Path | None, no_passphrase: bool) -> None:
    """Make a root key."""
    given = str(root_folder) if root_folder else None
    folder = Path(asked(given, _("Folder of the root key"), "--root-folder"))
    origin = asked(origin, _("The site's origin (a host name, kept for ever)"), "--origin")
    root_key.refuse_practice(origin)
    root = root_key.create(folder, origin, new_passphrase(passphrase_file, no_passphrase, [origin]))
    say(_("The root key of “{origin}” is in {folder}.", origin=origin, folder=folder))
    say(_("Fingerprint, for posters and reports: {digits}", digits=fingerprint(root.key.public)))
    say(_("Take {path} to the server, for “reporting init --root”.", path=folder / root_key.PUBLIC))


def new_passphrase(path: Path | None, none: bool, near: Sequence[str] = ()) -> str | None:
    """A passphrase for a new root key, or None: from a file, else asked for where somebody sits there."""
    from reporting.cli.vaults import check_passphrase

    if none or (path is None and not interactive()):
        return None
    if path is not None:
        return check_passphrase(asked_secret(path, ""), near)
    question = _("Passphrase of the root key (nothing for none)")
    typed = str(click.prompt(question, default="", hide_input=True, show_default=False, confirmation_prompt=True))
    return check_passphrase(typed, near) if typed else None


@keys.command(name="request", help=_("Write what is to be signed: the draft as the next version, and what it changes."))
@data_option
@click.option("--out", type=FILE, help=_("The file to write; else directory-<version>.request.json here."))
@click.option(
    "--days",
    type=click.IntRange(1, MAX_DAYS),
    default=MAX_DAYS,
    show_default=True,
    help=_("How long it is valid."),
)
@click.option("--shape", type=int, help=_("Bytes of every request and answer; else as before, at first 65536."))
def request(data: Path, out: Path | None, days: int, shape: int | None) -> None:
    """Write a request."""
    service = opened(data)
    bundle = make_request(service, days, shape)
    directory = directories.parse_text(bundle.text)
    path = out or Path(f"directory-{directory.version}{REQUEST}")
    show_change(bundle, _before(bundle, service.root), directory)
    replace(path, bundle.encode())
    say(_("Written to {path}. Next, where the root key is: “reporting keys sign {path}”.", path=path))


def make_request(service: Service, days: int = MAX_DAYS, shape: int | None = None) -> Bundle:
    """The draft as the next directory, to be signed.

    :raises PublicationRefused: something is missing, or its worst case does not fit the shape
    """
    from reporting.directory import published, rules

    with service.database.read() as session:
        before = published.latest(service, session)
        size = shape or (before.shape if before else directories.MIN_SHAPE)
        return rules.request_directory(service, session, validity_days=days, shape=size)


def _before(bundle: Bundle, root: VerifierKey) -> Directory | None:
    """The version in force that a request carries, its signature checked.

    :raises NotAuthentic: it was not signed by ``root``
    """
    return directories.parse(bundle.before, root) if bundle.before is not None else None


def show_change(bundle: Bundle, before: Directory | None, after: Directory) -> None:
    """Say what changes, and for each channel how much of the shape its worst case takes."""
    from reporting.directory.difference import difference
    from reporting.protocol.worst_case import worst_case

    say(_("Directory {version} of {origin}:", version=after.version, origin=after.origin))
    say_list(difference(before, after, bundle.renewals, bundle.documents))
    if after.channels:
        say(_("The most that one message may need on each channel:"))
    say_list(
        _("“{channel}”: {size} of {shape} bytes", channel=channel, size=size, shape=after.shape)
        for channel, size in worst_case(after).items()
    )
    say(_("SHA-256 of the text: {digest}", digest=sha256(bundle.text.encode()).hex()))


@keys.command(
    name="sign", help=_("Show what a request changes and sign it with the root key. Needs no database or network.")
)
@click.argument("request_file", metavar="REQUEST", type=FILE)
@root_folder_option
@passphrase_file_option
@click.option("--out", type=FILE, help=_("The file to write; else beside the request, ending in .signed.json."))
@click.option("--new-folder", type=FOLDER, help=_("Let the root key in this folder, which is to follow, sign too."))
@click.option("--replace", "replacing", is_flag=True, help=_("Sign another text under a number signed before."))
@click.option(
    "--one-person-office", is_flag=True, help=_("Sign although one person has roles that must not meet in one.")
)
@click.option("--yes", is_flag=True, help=_("Do not ask."))
def sign(
    request_file: Path,
    root_folder: Path | None,
    passphrase_file: Path | None,
    out: Path | None,
    new_folder: Path | None,
    replacing: bool,
    one_person_office: bool,
    yes: bool,
) -> None:
    """Sign a request."""
    from reporting.directory.bundle import read_bundle

    given = str(root_folder) if root_folder else None
    folder = Path(asked(given, _("Folder of the root key"), "--root-folder"))
    bundle = read_bundle(request_file.read_bytes())
    check_names_no_root(bundle)
    if new_folder is not None:
        bundle = rotating.naming_root(bundle, new_folder)
    before, after = check_request(bundle, folder, replacing=replacing, one_person_office=one_person_office)
    show_change(bundle, before, after)
    confirmed(_("Sign this directory?"), yes=yes)
    signed = sign_request(bundle, folder, lambda: asked_secret(passphrase_file, _("Passphrase of the root key")))
    if new_folder is not None:
        signed = rotating.sign_with_both(signed, new_folder, passphrase_file)
    path = out or request_file.with_name(request_file.name.removesuffix(REQUEST) + SIGNED)
    replace(path, signed.encode())
    say(_("Signed: {path}. Next, on the server: “reporting keys publish {path}”.", path=path))


def check_names_no_root(bundle: Bundle) -> None:
    """Whether a request leaves the root key to whoever signs: a server that could name one would be the site.

    :raises CommandFailed: it names one
    """
    if directories.parse_text(bundle.text).next_root is not None:
        raise CommandFailed(_("This request names a new root key. Only “keys sign --new-folder” may do that."))


def check_request(
    bundle: Bundle, folder: Path, *, replacing: bool = False, one_person_office: bool = False
) -> tuple[Directory | None, Directory]:
    """The version in force and the one to sign, once everything about the request is in order.

    Nothing in the request is believed: the version in force counts only with this root's own signature,
    and what was signed here before must not be gone back on.

    :raises NotAuthentic: the version in force was not signed by this root
    :raises PublicationRefused: the request does not follow from it, or does not fit together, or somebody has
        two roles on channels that must not meet
    :raises CommandFailed: another site's, or older than, or different from, what was signed here
    """
    from reporting.directory.bundle import check_contents
    from reporting.directory.roles import check_directory_apart
    from reporting.directory.succession import check_follows

    root = root_key.read_public(folder)
    after = directories.parse_text(bundle.text)
    if after.origin != root.name:
        raise CommandFailed(
            _("This request is for “{asked}”; the root key here is that of “{own}”.", asked=after.origin, own=root.name)
        )
    before = _before(bundle, root)
    check_follows(before, after)
    check_contents(after, bundle)
    check_directory_apart(after, one_person_office=one_person_office)
    last = root_key.last_signed(folder, root)
    if last is not None and after.version < last.version:
        raise CommandFailed(
            _("Version {last} was signed here before; this is version {asked}.", last=last.version, asked=after.version)
        )
    if last is not None and after.version == last.version and after.text != last.text and not replacing:
        raise CommandFailed(
            _(
                "Another text was signed as version {version} before. If that one was never published, give --replace.",
                version=after.version,
            )
        )
    if last is not None and after.version == last.version + 1 and after.previous != last.sha256:
        raise CommandFailed(_("This does not continue version {version} as it was signed here.", version=last.version))
    return before, after


def sign_request(bundle: Bundle, folder: Path, ask: root_key.Ask) -> Bundle:
    """The request with the root's signature; the folder remembers it.

    :raises CannotOpen: another passphrase
    """
    root = root_key.open_root(folder, ask)
    signed = bundle.signed(root.name, root.key)
    root_key.remember(folder, signed.note or "")
    return signed


@keys.command(name="publish", help=_("Check a signed directory and put it in force. Every version stays available."))
@data_option
@click.argument("signed_file", metavar="SIGNED", type=FILE)
@click.option("--new-root", type=FILE, help=_("The root key that takes the old one's place with this directory."))
@click.option("--anchors", type=FOLDER, help=_("Also write root.pub and the signed directory to this folder."))
def publish(data: Path, signed_file: Path, new_root: Path | None, anchors: Path | None) -> None:
    """Publish a signed directory."""
    from reporting.directory.bundle import read_bundle

    service = opened(data)
    bundle = read_bundle(signed_file.read_bytes())
    if new_root is not None:
        rotating.check_new_root(service, bundle, new_root)
    directory = rotating.cut_off(service, bundle, new_root) or install(service, bundle, new_root)
    if new_root is not None:
        rotating.follow_root(service, new_root)
    if anchors is not None:
        root = service.root if new_root is None else root_key.read_public(new_root)
        write_anchors(anchors, root, bundle.note or "")
    say(_("Version {version} is in force until {day}.", version=directory.version, day=directory.valid_until))
    if directory.version == 1:
        say(_("Next, where it does not run yet: “reporting serve”. Members sign in at the desk's address."))


def install(service: Service, bundle: Bundle, new_root: Path | None = None) -> Directory:
    """Put a signed directory in force.

    :param new_root: the root key that it names to follow
    :raises PublicationRefused: anything about it is not in order
    """
    from reporting.directory import rules

    with service.database.write() as session:
        follower = None if new_root is None else root_key.read_public(new_root).public
        directory = rules.publish(service, session, bundle, next_root=follower)
    rotating.finish(service)
    return directory


keys.add_command(rotating.rotate)


def write_anchors(folder: Path, root: VerifierKey, note: str) -> None:
    """Write what anybody may check a site against: the root's verifier key and the signed directory."""
    folder.mkdir(parents=True, exist_ok=True)
    replace(folder / "root.pub", root.encode().encode() + b"\n", 0o644)
    replace(folder / "directory", note.encode(), 0o644)


@keys.command(name="show", help=_("Show fingerprint, published versions, who holds what, and what is about to end."))
@data_option
@click.option("--version", "version", type=int, help=_("Show this version; else the one in force."))
@click.option("--anchors", type=FOLDER, help=_("Also write root.pub and the signed directory to this folder."))
def show(data: Path, version: int | None, anchors: Path | None) -> None:
    """Show the directory."""
    from reporting.cli.standing import published_note, show_directory, show_versions

    service = opened(data)
    say(_("Origin: {origin}", origin=service.origin))
    say(_("Fingerprint: {digits}", digits=fingerprint(service.root.public)))
    show_versions(service)
    note = published_note(service, version)
    if note is None:
        return
    show_directory(directories.parse(note, service.root), service.clock.today(), current=version is None)
    if anchors is not None:
        write_anchors(anchors, service.root, note)

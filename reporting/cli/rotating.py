"""``reporting keys rotate``: new keys for the service, its logs, or the root; each ends in request, sign, publish.

What clients do at the change, and what a compromise asks for besides, is told in ``docs/keys.md``.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from reporting.cli import root_key
from reporting.cli.failures import CommandFailed
from reporting.cli.options import (
    FOLDER,
    asked,
    asked_secret,
    data_option,
    opened,
    passphrase_file_option,
    root_folder_option,
)
from reporting.cli.showing import say
from reporting.i18n import gettext as _
from reporting.protocol import note as notes
from reporting.protocol.directory import MAX_DIRECTORY, fingerprint
from reporting.protocol.note import Note

if TYPE_CHECKING:
    from reporting.directory.bundle import Bundle
    from reporting.protocol.directory import Directory
    from reporting.service import Service


@click.group(
    name="rotate", help=_("Make a new key for the service, its logs, or the root, to take the old one's place.")
)
def rotate() -> None:
    """New keys in the place of old ones."""


@rotate.command(name="service", help=_("A new key for acknowledgements of receipt; in use once a directory names it."))
@data_option
def rotate_service(data: Path) -> None:
    """Lay a new service key ready."""
    _lay_ready(opened(data), "service")


@rotate.command(name="log", help=_("A new key for checkpoints of the logs; in use once a directory names it."))
@data_option
def rotate_log(data: Path) -> None:
    """Lay a new log key ready."""
    _lay_ready(opened(data), "log")


def _lay_ready(service: Service, name: str) -> None:
    from reporting.config import next_key, write_secret
    from reporting.directory import signers
    from reporting.log.rules import SERVER, record
    from reporting.protocol.signing import SigningKey

    finish(service)
    path = next_key(service.settings, name)
    if path.exists():
        raise CommandFailed(_("A new key lies ready in {path} already: publish a directory that names it.", path=path))
    seed = os.urandom(32)
    with service.database.write() as session:
        record(service, session, SERVER, f"key:rotate-{name}", details={"key": fingerprint(SigningKey(seed).public)})
        write_secret(path, seed)
    key = fingerprint(signers.drafted(service, name))
    say(_("A new key lies ready: {key}. Compare it when the directory is signed.", key=key))
    say(_("Next: “reporting keys request”, “sign”, “publish”. The old key is used until then, and erased after it."))


def finish(service: Service) -> None:
    """Let keys that were laid ready take the old ones' places, where the directory in force names them."""
    from reporting.config import next_key, read_signing_keys, take_next_key
    from reporting.directory import published, signers
    from reporting.protocol.signing import SigningKey

    with service.database.read() as session:
        directory = published.latest(service, session)
    if directory is None:
        return
    named = {signers.SERVICE: directory.service_key, signers.LOG: directory.log_key}
    for name, public in named.items():
        if not next_key(service.settings, name).exists():
            continue
        if SigningKey(read_signing_keys(service.settings, name)[-1].reveal()).public == public:
            take_next_key(service.settings, name)


@rotate.command(name="root", help=_("A new root key, best made offline where the old one is. The fingerprint changes."))
@root_folder_option
@click.option("--new-folder", type=FOLDER, required=True, help=_("The folder for the new root key."))
@passphrase_file_option
@click.option("--no-passphrase", is_flag=True, help=_("Store the key unprotected: only in a safe place."))
def rotate_root(root_folder: Path | None, new_folder: Path, passphrase_file: Path | None, no_passphrase: bool) -> None:
    """Make the root key that is to follow."""
    from reporting.cli.keys import new_passphrase

    given = str(root_folder) if root_folder else None
    folder = Path(asked(given, _("Folder of the root key"), "--root-folder"))
    old = root_key.read_public(folder)
    new = root_key.create(new_folder, old.name, new_passphrase(passphrase_file, no_passphrase, [old.name]))
    say(_("The new root key of “{origin}” is in {folder}.", origin=old.name, folder=new_folder))
    say(_("Fingerprint until now: {digits}", digits=fingerprint(old.public)))
    say(_("Fingerprint from then on, for posters and reports: {digits}", digits=fingerprint(new.key.public)))
    say(
        _(
            "Next: “reporting keys request” on the server; here “keys sign” with --new-folder {folder}; on the server"
            " “keys publish” with --new-root {path}, and start the service again.",
            folder=new_folder,
            path=root_key.PUBLIC,
        )
    )


def naming_root(bundle: Bundle, new_folder: Path) -> Bundle:
    """The request with the root key in ``new_folder`` named as the one that follows: the old one signs that it does.

    Said on the machine that signs, and never by the server that asks: a signature beside the old root's own proves
    nothing, since anybody could add one.
    """
    from dataclasses import replace

    from reporting.protocol import directory as directories
    from reporting.protocol.encoding import b64encode, parse_json_object

    directory = directories.parse_text(bundle.text)
    content = parse_json_object(bundle.text.split("\n")[3].encode(), limit=MAX_DIRECTORY)
    content["next_root"] = b64encode(root_key.read_public(new_folder).public)
    return replace(bundle, text=directories.to_text(directory.origin, directory.previous, content))


def sign_with_both(bundle: Bundle, new_folder: Path, passphrase_file: Path | None) -> Bundle:
    """A signed request with the signature of the root key that is to follow as well; its folder remembers it.

    :raises CommandFailed: the new key is of another origin
    """
    from dataclasses import replace

    root = root_key.open_root(new_folder, lambda: asked_secret(passphrase_file, _("Passphrase of the new root key")))
    signed = notes.parse(bundle.note or "", limit=MAX_DIRECTORY)
    if root.name not in {signature.name for signature in signed.signatures}:
        raise CommandFailed(_("The new root key is for another site, “{origin}”.", origin=root.name))
    own = notes.parse(notes.sign(bundle.text, root.name, root.key), limit=MAX_DIRECTORY)
    both = Note(signed.text, (*signed.signatures, *own.signatures)).encode()
    root_key.remember(new_folder, both)
    return replace(bundle, note=both)


def check_new_root(service: Service, bundle: Bundle, path: Path) -> None:
    """Whether a directory to be published bears the signature of the root key in ``path`` too.

    :raises CommandFailed: a key of another origin
    :raises PublicationRefused: it does not bear it
    """
    from reporting.directory.bundle import verified

    root = root_key.read_public(path)
    if root.name != service.root.name:
        raise CommandFailed(_("The new root key is for another site, “{origin}”.", origin=root.name))
    verified(bundle, root)


def cut_off(service: Service, bundle: Bundle, new_root: Path | None) -> Directory | None:
    """The directory in force, where it is this very one, and only the change of root after it may be missing.

    Whoever publishes a directory and is cut off before the site's root key was replaced, so repeats the command.
    Anything else is for ``publish`` to judge: None.
    """
    from reporting.directory import published

    with service.database.read() as session:
        found = published.latest(service, session)
    if new_root is None or found is None or found.text != bundle.text:
        return None
    if found.next_root != root_key.read_public(new_root).public:
        return None
    finish(service)
    return found


def follow_root(service: Service, path: Path) -> None:
    """Let the root key in ``path``, which signed the directory just published too, be the site's from now on.

    Done already, it changes nothing.
    """
    from reporting.cli.files import PUBLIC_MODE, replace
    from reporting.log.rules import SERVER, record

    root = root_key.read_public(path)
    if root == service.root:
        return
    with service.database.write() as session:
        details = {"from": fingerprint(service.root.public), "to": fingerprint(root.public)}
        record(service, session, SERVER, "key:rotate-root", details=details)
    replace(service.settings.keys / root_key.PUBLIC, root.encode().encode() + b"\n", PUBLIC_MODE)

"""The root key's own folder, best on a machine that never sees a network (protocol section 3).

``root.key``
    the secret half, as JSON; wrapped under a passphrase as a vault's key is (section 9), or in the clear
``root.pub``
    the verifier key, one line: what ``reporting init`` wants
``last-signed``
    the directory signed last, so that an older or another one of the same number is noticed
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from reporting.cli.failures import NOT_AUTHENTIC, CommandFailed
from reporting.cli.files import PUBLIC_MODE, make_folder, replace, write_new
from reporting.i18n import gettext as _
from reporting.protocol import directory as directories
from reporting.protocol import vault
from reporting.protocol.directory import Directory, check_origin, is_for_practice
from reporting.protocol.encoding import b64decode, b64encode, dump_json, parse_json_object
from reporting.protocol.errors import ProtocolError
from reporting.protocol.note import VerifierKey
from reporting.protocol.signing import SigningKey

FORMAT = "reporting/root-key/v1"
SECRET, PUBLIC, LAST = "root.key", "root.pub", "last-signed"
_MAX_FILE = 16_384

#: Asks for the passphrase, once it is known that one is needed.
Ask = Callable[[], str]


@dataclass(frozen=True)
class RootKey:
    """The key that signs directories. ``name`` is the site's origin."""

    name: str
    key: SigningKey = field(repr=False)

    @property
    def verifier(self) -> VerifierKey:
        """The public half."""
        return VerifierKey(self.name, self.key.public)


def refuse_practice(origin: str) -> None:
    """A site for practice is made by its own command, so that nobody makes one who means a real one.

    :raises CommandFailed: it is one
    """
    if is_for_practice(origin):
        raise CommandFailed(
            _(
                "“{origin}” is the origin of a site for practice, made by “reporting practice”: choose one whose first "
                "part is not “practice”.",
                origin=origin,
            )
        )


def create(folder: Path, origin: str, passphrase: str | None = None) -> RootKey:
    """Make a root key in ``folder``, wrapped if there is a passphrase.

    :raises CommandFailed: there is one already, which is left alone
    :raises Malformed: not an origin
    """
    root = RootKey(check_origin(origin), SigningKey.generate())
    if (folder / SECRET).exists():
        raise CommandFailed(_("There is a root key in {folder} already; nothing was changed.", folder=folder))
    make_folder(folder)
    write_new(folder / SECRET, dump_json(_sealed(root, passphrase)) + b"\n")
    replace(folder / PUBLIC, root.verifier.encode().encode() + b"\n", PUBLIC_MODE)
    return root


def _sealed(root: RootKey, passphrase: str | None) -> dict[str, object]:
    content: dict[str, object] = {"format": FORMAT, "root": root.verifier.encode()}
    if passphrase is None:
        return {**content, "seed": b64encode(root.key.seed)}
    salt = os.urandom(vault.SALT_BYTES)
    wrap_key = vault.stretch(passphrase, salt).wrap_key
    wrapped = vault.wrap_with_passphrase(root.key.seed, wrap_key, root.name)
    return {**content, "salt": b64encode(salt), "wrapped": b64encode(wrapped)}


def read_public(path: Path) -> VerifierKey:
    """The verifier key from a folder, or from a file of one line.

    :raises CommandFailed: no such file, or another content
    """
    path = path / PUBLIC if path.is_dir() else path
    try:
        return VerifierKey.parse(path.read_text(encoding="utf-8").strip())
    except FileNotFoundError:
        raise CommandFailed(
            _("There is no root key in {folder}: run “reporting keys init” first.", folder=path.parent)
        ) from None
    except (ProtocolError, UnicodeDecodeError):
        raise CommandFailed(_("{path} does not hold a root's verifier key.", path=path)) from None


def open_root(folder: Path, ask: Ask) -> RootKey:
    """The root key; ``ask`` for its passphrase where it has one.

    :raises CommandFailed: none there, damaged, or readable by others
    :raises CannotOpen: another passphrase
    """
    path = folder / SECRET
    if not path.is_file():
        raise CommandFailed(_("There is no root key in {folder}: run “reporting keys init” first.", folder=folder))
    if path.stat().st_mode & 0o077:
        raise CommandFailed(_("The key file {path} can be read by others: run “chmod 600” on it.", path=path))
    content = parse_json_object(path.read_bytes(), limit=_MAX_FILE)
    if content.get("format") != FORMAT:
        raise CommandFailed(_("{path} is not a root key of this version.", path=path))
    public = VerifierKey.parse(str(content.get("root")))
    if "seed" in content:
        seed = b64decode(content["seed"], length=32)
    else:
        salt, wrapped = b64decode(content.get("salt")), b64decode(content.get("wrapped"))
        seed = vault.unwrap_with_passphrase(wrapped, vault.stretch(ask(), salt).wrap_key, public.name)
    root = RootKey(public.name, SigningKey(seed))
    if root.verifier != public:
        raise CommandFailed(_("The two halves of the root key in {folder} differ.", folder=folder), NOT_AUTHENTIC)
    return root


def last_signed(folder: Path, root: VerifierKey) -> Directory | None:
    """The directory that this root signed last, or None.

    :raises NotAuthentic: the file was altered
    """
    path = folder / LAST
    return directories.parse(path.read_bytes(), root) if path.is_file() else None


def remember(folder: Path, note: str) -> None:
    """Keep ``note`` as the directory signed last."""
    replace(folder / LAST, note.encode())

"""Which root key a site is trusted by, and the highest directory seen of it: the terminal's pin.

Nothing is written unless somebody asked for it. A pin file is one JSON object::

    {"format": "reporting/pins/v1",
     "sites": {"https://host": {"root": "<verifier key>", "version": 7, "sha256": "<base64>"}}}
"""

from __future__ import annotations

import os
import re
import secrets
from dataclasses import dataclass
from pathlib import Path

from reporting.client.errors import NotTrusted, TrustNeeded, UnexpectedAnswer
from reporting.client.transport import Transport
from reporting.protocol.directory import MAX_VERSION, fingerprint
from reporting.protocol.encoding import (
    JSONObject,
    b64decode,
    b64encode,
    check_integer,
    check_text,
    dump_json,
    parse_json_object,
)
from reporting.protocol.errors import Malformed, ProtocolError, N_
from reporting.protocol.note import VerifierKey

_FORMAT = "reporting/pins/v1"
_MAX_FILE = 1_048_576
_MAX_ROOT = 1_024
_SEPARATORS = re.compile(r"[\s\-.]+")


@dataclass(frozen=True)
class Pin:
    """A root key, and the highest directory seen under it: version (0 for none) and hash of its text."""

    root: VerifierKey
    version: int = 0
    sha256: bytes = bytes(32)


def fetch_root(transport: Transport) -> VerifierKey:
    """The root key that the site itself shows: for display and first pinning only.

    :raises UnexpectedAnswer: not a verifier key
    """
    body = transport.get("/.well-known/reporting/root", limit=_MAX_ROOT).expect(200).body
    try:
        return VerifierKey.parse(body.decode("utf-8").rstrip("\n"))
    except (ProtocolError, UnicodeDecodeError):
        raise UnexpectedAnswer(N_("The server does not show its root key as the protocol says.")) from None


def check_fingerprint(root: VerifierKey, printed: str) -> None:
    """Compare the root key with a fingerprint as somebody read it off a poster.

    :raises TrustNeeded: not thirty digits
    :raises NotTrusted: another key's
    """
    digits = _SEPARATORS.sub("", printed)
    if len(digits) != 30 or not digits.isdigit():
        raise TrustNeeded(N_("A fingerprint has thirty digits."))
    if "".join(str(int(digit)) for digit in digits) != fingerprint(root.public).replace(" ", ""):
        raise NotTrusted(N_("This is not the site of that fingerprint. Nothing was sent to it."))


class PinFile:
    """Pins by a site's address, in one file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def find(self, url: str) -> Pin | None:
        """The pin of the site at ``url``, if there is one.

        :raises Malformed: the file is damaged
        :raises OSError: it cannot be read
        """
        site = self._sites().get(url)
        return None if site is None else self._parse(site)

    def store(self, url: str, pin: Pin) -> None:
        """Write a pin, in place of an older one of the same site; the file changes at once or not at all.

        :raises NotTrusted: another address of the same site is pinned with another root key
        :raises Malformed: the file is damaged
        :raises OSError: it cannot be written
        """
        sites = self._sites()
        for other, value in sites.items():
            known = self._parse(value)
            if other != url and known.root.name == pin.root.name and known.root != pin.root:
                raise NotTrusted(
                    N_("The same site is pinned with another root key, at {url}. Nothing was written."), url=other
                )
        sites[url] = {"root": pin.root.encode(), "version": pin.version, "sha256": b64encode(pin.sha256)}
        _write(self.path, dump_json({"format": _FORMAT, "sites": sites}) + b"\n")

    def _sites(self) -> JSONObject:
        try:
            data = self.path.read_bytes()
        except FileNotFoundError:
            return {}
        try:
            content = parse_json_object(data, limit=_MAX_FILE)
        except ProtocolError:
            content = {}
        sites = content.get("sites")
        if content.get("format") != _FORMAT or not isinstance(sites, dict):
            raise self._damaged()
        return sites

    def _parse(self, site: object) -> Pin:
        if not isinstance(site, dict):
            raise self._damaged()
        try:
            return Pin(
                root=VerifierKey.parse(check_text(site.get("root"))),
                version=check_integer(site.get("version"), 0, MAX_VERSION),
                sha256=b64decode(site.get("sha256"), length=32),
            )
        except ProtocolError:
            raise self._damaged() from None

    def _damaged(self) -> Malformed:
        return Malformed(N_("The file of pinned sites, {path}, is damaged; remove it to begin again."), path=self.path)


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)

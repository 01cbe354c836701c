"""Files that administrators carry between machines."""

from __future__ import annotations

import contextlib

from reporting.directory.bundle import Bundle, check_contents, read_bundle, verified
from reporting.errors import PublicationRefused
from reporting.protocol import note
from reporting.protocol.directory import parse_text
from reporting.protocol.encoding import sha256
from tests.fuzz import samples
from tests.fuzz.registry import target


def bundle() -> bytes:
    """A signed directory on its way back to the server."""
    document = b"{}"
    recipients = {"procurement": {"m1": str(samples.MEMBER.recipient)}}
    signed = note.sign(samples.directory_text(), samples.ORIGIN, samples.ROOT)
    return Bundle(samples.directory_text(), recipients, {sha256(document): document}, ("New.",), signed).encode()


@target("directory-bundle", seeds=lambda: [bundle()], longest=16_384, frame=(b"", b""))
def directory_bundle(data: bytes) -> None:
    found = read_bundle(data)
    with contextlib.suppress(PublicationRefused):
        check_contents(parse_text(found.text), found)
    with contextlib.suppress(PublicationRefused):
        verified(found, samples.ROOT_VERIFIER)

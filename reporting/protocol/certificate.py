"""Certificates: that a report was made on a day, without a word of what it says (protocol section 10.1).

A signed note by the service key, eight lines::

    <origin>
    reporting/certificate/v1
    <base64 commitment to the report's acknowledgement note>
    <day of the report>
    <channel id, or - where the channel stays out of it>
    <directory version>
    <day of issue>
    <base64 commitment to a name, or 32 zero bytes>

The file in which it is passed on is one line of JSON, written in exactly one way: the note, the signed directory that
lists the service key, the root key that signed the directory, and a name with the salt of its commitment. The page to
be printed carries that file; what else the page says nobody has signed.
"""

from __future__ import annotations

import datetime
import re
import unicodedata
from dataclasses import dataclass

from reporting.protocol import directory as directories
from reporting.protocol import note as notes
from reporting.protocol.directory import MAX_VERSION, Directory, check_origin
from reporting.protocol.encoding import (
    JSONObject,
    b64decode,
    b64encode,
    check_text,
    dump_json,
    is_id,
    parse_day,
    parse_json_object,
    sha256,
)
from reporting.protocol.errors import Malformed, NotAuthentic, ProtocolError, N_
from reporting.protocol.note import Note, VerifierKey
from reporting.protocol.signing import SigningKey

HEADING = "reporting/certificate/v1"
MAX_NOTE = 4_096
MAX_FILE = 8_388_608
MAX_NAME = 200  # bytes
SALT_SIZE = 32
NO_NAME = bytes(32)
_UNNAMED = "-"  # no channel's id
_LABEL = b"reporting/v1/certificate\x00"
_REPORT_LABEL = b"reporting/v1/certificate-of\x00"
_VERSION, _KIND = 1, "certificate"
_BEFORE = b'{"v":1,"kind":"certificate",'
_MEMBERS = ("v", "kind", "note", "directory", "name", "salt", "root")
_EMBEDDED = re.compile(rb'<pre id="certificate-data" hidden>([A-Za-z0-9+/=]*)</pre>')
_DIGITS = re.compile(r"[1-9][0-9]{0,9}", re.ASCII)
_DAY = datetime.timedelta(days=1)


@dataclass(frozen=True)
class Certificate:
    """What the service key states: ``report`` by a commitment, ``channel`` None where it stays out of it."""

    origin: str
    report: bytes
    received: datetime.date
    channel: str | None
    directory: int
    issued: datetime.date
    commitment: bytes

    def text(self) -> str:
        """The eight lines that are signed."""
        lines = (
            self.origin,
            HEADING,
            b64encode(self.report),
            self.received.isoformat(),
            self.channel or _UNNAMED,
            str(self.directory),
            self.issued.isoformat(),
            b64encode(self.commitment),
        )
        return "".join(f"{line}\n" for line in lines)


@dataclass(frozen=True)
class Wanted:
    """What a device asked for: which report, hidden by what, whether its channel is named, made out to whom."""

    acknowledgement: str
    opening: bytes
    received: datetime.date
    channel: str | None
    commitment: bytes


@dataclass(frozen=True)
class Proven:
    """A certificate that holds. ``name`` is empty where it is made out to nobody; nobody checked it."""

    certificate: Certificate
    root: VerifierKey
    directory: Directory
    name: str
    page: bool


def sign(certificate: Certificate, key: SigningKey) -> str:
    """The signed note, by the service key (``origin/service``)."""
    return notes.sign(certificate.text(), f"{certificate.origin}/service", key)


def check_name(name: str) -> str:
    """A name as it is committed to: NFC, without white space around it; empty for none.

    :raises Malformed: longer than 200 bytes, or with a control character
    """
    found = unicodedata.normalize("NFC", name.strip())
    check_text(found, limit=MAX_NAME)
    if any(unicodedata.category(character) in ("Cc", "Cs") for character in found):
        raise Malformed(N_("A name holds no control characters."))
    return found


def commit(name: str, salt: bytes) -> bytes:
    """The commitment to a name (:func:`check_name`): 32 zero bytes where there is none."""
    return sha256(_LABEL + salt + name.encode()) if name else NO_NAME


def commit_report(acknowledgement: str, opening: bytes) -> bytes:
    """The commitment to a report's acknowledgement: whoever lacks ``opening`` cannot tell which report it is."""
    return sha256(_REPORT_LABEL + opening + acknowledgement.encode())


def parse(signed: str, directory: Directory) -> Certificate:
    """A certificate under the directory that lists the key by which it is signed: by that signature alone.

    :raises NotAuthentic: another signer, site or directory; or days that cannot be
    :raises Malformed: not a certificate
    """
    note = notes.parse(signed, limit=MAX_NOTE)
    found = _parse_text(notes.verify(note, directory.verifier("service")))
    if len(note.signatures) != 1 or note.encode() != signed:
        raise Malformed(N_("This is not a certificate."))
    if (found.origin, found.directory) != (directory.origin, directory.version):
        raise NotAuthentic(N_("This certificate goes by another list of keys."))
    if not found.received <= found.issued or not directory.date <= found.issued <= directory.valid_until:
        raise NotAuthentic(N_("The days in this certificate cannot be."))
    return found


def _parse_text(text: str) -> Certificate:
    lines = text.split("\n")
    if len(lines) != 9 or lines[1] != HEADING or not _DIGITS.fullmatch(lines[5]):
        raise Malformed(N_("This is not a certificate."))
    if not (is_id(lines[4]) or lines[4] == _UNNAMED) or int(lines[5]) > MAX_VERSION:
        raise Malformed(N_("This is not a certificate."))
    found = Certificate(
        origin=check_origin(lines[0]),
        report=b64decode(lines[2], length=32),
        received=parse_day(lines[3]),
        channel=None if lines[4] == _UNNAMED else lines[4],
        directory=int(lines[5]),
        issued=parse_day(lines[6]),
        commitment=b64decode(lines[7], length=32),
    )
    if found.text() != text:
        raise Malformed(N_("This is not a certificate."))
    return found


def check_issued(signed: str, wanted: Wanted, directory: Directory, today: datetime.date) -> Certificate:
    """What the service issued, if it is exactly what was asked for, and issued today (give or take a day).

    :raises NotAuthentic: about something else, or another signer
    :raises Malformed: not a certificate
    """
    found = parse(signed, directory)
    said = (found.report, found.received, found.channel, found.commitment)
    report = commit_report(wanted.acknowledgement, wanted.opening)
    asked = (report, wanted.received, wanted.channel, wanted.commitment)
    if said != asked or not -_DAY <= found.issued - today <= _DAY:
        raise NotAuthentic(N_("The server certified something else than what was asked for."))
    return found


def write(signed: str, directory: str | bytes, root: VerifierKey, name: str, salt: bytes) -> bytes:
    """The file in which a certificate is passed on. Of the signatures on ``directory`` the root's goes along.

    :raises NotAuthentic: the root has not signed the directory
    """
    content: JSONObject = {
        "v": _VERSION,
        "kind": _KIND,
        "note": signed,
        "directory": _signed_alone(notes.parse(directory, limit=directories.MAX_DIRECTORY), root),
        "name": name,
        "salt": b64encode(salt) if name else "",
        "root": root.encode(),
    }
    return dump_json(content) + b"\n"


def _signed_alone(note: Note, root: VerifierKey) -> str:
    notes.verify(note, root)
    own = [one for one in note.signatures if (one.name, one.key_id) == (root.name, root.key_id)]
    return Note(note.text, tuple(own[:1])).encode()


def embedded(data: bytes) -> bytes:
    """The element in which a page carries the file."""
    return b'<pre id="certificate-data" hidden>' + b64encode(data).encode() + b"</pre>"


def is_certificate(data: bytes) -> bool:
    """Whether this is meant to be a certificate, file or page."""
    return data.startswith(_BEFORE) or _EMBEDDED.search(data) is not None


def root_of(data: bytes) -> VerifierKey:
    """The root key that a certificate names: to be shown and compared, and trusted only then.

    :raises Malformed: not a certificate
    """
    return VerifierKey.parse(_content(data)[0]["root"])


def _content(data: bytes) -> tuple[dict[str, str], bool]:
    """The texts of a file, which is written in one way; and whether a page carried it.

    :raises Malformed: any other form
    """
    if page := not data.startswith(_BEFORE):
        found = _EMBEDDED.findall(data) if len(data) <= 2 * MAX_FILE else []
        if len(found) != 1:
            raise Malformed(N_("This is not a certificate."))
        data = b64decode(found[0].decode("ascii"))
    content = parse_json_object(data, limit=MAX_FILE)
    if (*content,) != _MEMBERS or (content["v"], content["kind"]) != (_VERSION, _KIND):
        raise Malformed(N_("This is not a certificate."))
    texts = {name: check_text(content[name]) for name in _MEMBERS[1:]}
    if dump_json({"v": _VERSION, **texts}) + b"\n" != data:
        raise Malformed(N_("This certificate is not as it was made."))
    return texts, page


def verify(data: bytes, root: VerifierKey) -> Proven:
    """A certificate, file or page, once everything in it holds under the site's ``root``.

    :raises NotAuthentic: a signature, a hash or the site does not hold
    :raises Malformed: not a certificate
    """
    content, page = _content(data)
    if content["root"] != root.encode():
        raise NotAuthentic(N_("This certificate is about another site."))
    listed = notes.parse(content["directory"], limit=directories.MAX_DIRECTORY)
    directory = directories.parse(content["directory"], root)
    if _signed_alone(listed, root) != content["directory"]:
        raise Malformed(N_("This certificate is not as it was made."))
    certificate = parse(content["note"], directory)
    _check_commitment(content["name"], content["salt"], certificate.commitment)
    return Proven(certificate, root, directory, content["name"], page)


def _check_commitment(name: str, salt: str, commitment: bytes) -> None:
    try:
        whole = check_name(name) == name
        raw = b64decode(salt, length=SALT_SIZE if name else 0)
    except ProtocolError:
        whole, raw = False, b""
    if not whole or commit(name, raw) != commitment:
        raise NotAuthentic(N_("The name in this certificate is not the one that it was made out to."))

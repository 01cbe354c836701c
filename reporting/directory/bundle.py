"""What travels between the server and the machine that holds the root key: one JSON file.

``reporting keys request`` writes it, ``keys sign`` adds the signed note, ``keys publish`` reads it back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from reporting import errors
from reporting.protocol import directory as directories
from reporting.protocol import note as notes
from reporting.protocol.age import HybridRecipient
from reporting.protocol.directory import Directory
from reporting.protocol.encoding import b64decode, b64encode, dump_json, parse_json_object, sha256
from reporting.protocol.errors import Malformed, ProtocolError, N_
from reporting.protocol.note import VerifierKey
from reporting.protocol.signing import SigningKey
from reporting.protocol.worst_case import worst_case

FORMAT = "reporting/directory-request/v1"
MAX_BUNDLE = 64 * 1024 * 1024

Recipients = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Bundle:
    """An unsigned or signed directory with everything that it holds hashes of.

    ``recipients``: channel to member to recipient string. ``documents``: questionnaires and the site's document,
    and that of the version in force, by SHA-256. ``difference``: sentences for the person who signs. ``before``:
    the signed note of the version in force, so that the machine with the root key, which has no database, sees what
    changes. ``renewals``: what members' keys of before signed of those that follow them.
    """

    text: str
    recipients: Recipients
    documents: Mapping[bytes, bytes]
    difference: tuple[str, ...]
    note: str | None = None
    before: str | None = None
    renewals: Mapping[str, bytes] = field(default_factory=dict)

    def encode(self) -> bytes:
        """The file, with sizes of the worst case for people to read."""
        sizes = worst_case(directories.parse_text(self.text))
        content = {
            "format": FORMAT,
            "difference": list(self.difference),
            "worst_case": sizes,
            "text": self.text,
            "recipients": self.recipients,
            "documents": {b64encode(digest): b64encode(body) for digest, body in self.documents.items()},
            "note": self.note,
            "before": self.before,
            "renewals": {member: b64encode(signature) for member, signature in self.renewals.items()},
        }
        return dump_json(content)

    def signed(self, root_name: str, key: SigningKey) -> Bundle:
        """This bundle with the root's signature, once everything in it fits together.

        :raises PublicationRefused: it does not
        """
        check_contents(directories.parse_text(self.text), self)
        return replace(self, note=notes.sign(self.text, root_name, key))


def read_bundle(data: bytes) -> Bundle:
    """A bundle from its file.

    :raises Malformed: anything that :meth:`Bundle.encode` does not write
    """
    content = parse_json_object(data, limit=MAX_BUNDLE)
    if content.get("format") != FORMAT or not isinstance(content.get("text"), str):
        raise Malformed(N_("This is not a directory request."))
    for name in ("note", "before"):
        if not isinstance(content.get(name), str | None):
            raise Malformed(N_("This is not a directory request."), pointer=f"/{name}")
    documents = [b64decode(body, pointer="/documents") for body in _object(content, "documents").values()]
    recipients = _object(content, "recipients")
    difference = content.get("difference")
    if not isinstance(difference, list):
        raise Malformed(N_("This is not a directory request."), pointer="/difference")
    return Bundle(
        text=content["text"],
        recipients={channel: _object(recipients, channel, "/recipients") for channel in recipients},
        documents={sha256(body): body for body in documents},
        difference=tuple(str(line) for line in difference),
        note=content.get("note"),
        before=content.get("before"),
        renewals=_renewals(content),
    )


def _renewals(content: Mapping[str, Any]) -> dict[str, bytes]:
    if "renewals" not in content:  # of a release before there were any
        return {}
    found = _object(content, "renewals")
    return {member: b64decode(signature, length=64, pointer="/renewals") for member, signature in found.items()}


def _object(content: Mapping[str, Any], name: str, within: str = "") -> dict[str, Any]:
    value = content.get(name)
    if not isinstance(value, dict):
        raise Malformed(N_("This must be a JSON object."), pointer=f"{within}/{name}")
    return value


def verified(bundle: Bundle, root: VerifierKey) -> Directory:
    """The directory of a signed bundle.

    :raises PublicationRefused: unsigned, signed by another root, or not the text that was asked for
    """
    if bundle.note is None:
        raise errors.PublicationRefused(N_("This directory is not signed yet: run “reporting keys sign” on it."))
    try:
        found = directories.parse(bundle.note, root)
    except ProtocolError as error:
        raise errors.PublicationRefused(error.message, values=dict(error.values)) from error
    if found.text != bundle.text:
        raise errors.PublicationRefused(N_("The signed text is not the one in this file."))
    return found


def check_contents(directory: Directory, bundle: Bundle) -> None:
    """Whether recipients and documents are those that the directory names, and all of it fits the shape.

    :raises PublicationRefused: one is missing, or differs
    """
    for channel in directory.channels:
        listed = bundle.recipients.get(channel.id, {})
        if set(listed) != channel.member_ids():
            raise errors.PublicationRefused(
                N_("The keys in this file are not those of the members of “{channel}”."), values={"channel": channel.id}
            )
        for member_id, recipient in listed.items():
            _check_recipient(directory, member_id, recipient)
    wanted = {directory.site, *(channel.questionnaire.sha256 for channel in directory.channels)}
    if not wanted <= set(bundle.documents):
        raise errors.PublicationRefused(N_("A document that this directory names is not in the file."))
    for channel_id, size in worst_case(directory).items():
        if size > directory.shape:
            raise errors.PublicationRefused(
                N_("On “{channel}” a request may need {size} bytes, but {shape} fit: list fewer members."),
                values={"channel": channel_id, "size": size, "shape": directory.shape},
            )


def _check_recipient(directory: Directory, member_id: str, recipient: str) -> None:
    member = directory.member(member_id)
    try:
        canonical = str(HybridRecipient.parse(recipient))
    except ProtocolError as error:
        raise errors.PublicationRefused(error.message, values=dict(error.values)) from error
    if member is None or sha256(canonical.encode()) != member.recipient_sha256:
        raise errors.PublicationRefused(
            N_("The key of “{member}” is not the one that the directory names."), values={"member": member_id}
        )

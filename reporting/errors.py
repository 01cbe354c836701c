"""Every exception the service raises, with the answer it becomes.

::

    ServiceError                     500 internal
    ├── Malformed                    400 malformed
    │   └── ChallengeUnsolved        400 challenge-unsolved
    ├── NotSignedIn                  401 not-signed-in
    │   ├── WrongCredentials         401 wrong-credentials
    │   └── FactorNeeded             401 factor-needed
    ├── NotAllowed                   403 not-allowed
    │   ├── StepUpNeeded             403 step-up-needed
    │   ├── ForeignOrigin            403 foreign-origin
    │   └── WrongToken               403 wrong-token
    ├── NotFound                     404 not-found
    ├── MethodNotAllowed             405 method-not-allowed
    ├── Conflict                     409 conflict
    │   ├── DirectoryOutdated        409 directory-outdated   (version)
    │   ├── ChallengeExpired         409 challenge-expired
    │   ├── ChallengeSpent           409 challenge-spent
    │   ├── CaseExists               409 case-exists
    │   ├── MailboxFull              409 mailbox-full
    │   ├── EpochStale               409 epoch-stale          (epochs, recipient)
    │   ├── UnknownPosition          409 unknown-position
    │   ├── WrongTransition          409 wrong-transition     (status, allowed)
    │   ├── AlreadyThere             409 already-there
    │   ├── FewHolders               409 few-holders          (holders)
    │   ├── DraftChanged             409 draft-changed        (changes)
    │   ├── PartDiffers              409 part-differs
    │   ├── UploadClaimed            409 upload-claimed
    │   ├── UploadUnusable           409 upload-unusable
    │   ├── UploadUnfinished         409 upload-unfinished
    │   ├── FileNotOpened            409 file-not-opened
    │   ├── StoreForeign             409 store-foreign
    │   └── VaultChanged             409 vault-changed
    ├── TooLarge                     413 too-large
    ├── WrongMediaType               415 wrong-media-type
    ├── Unprocessable                422 invalid
    │   ├── NotOffered               422 not-offered
    │   └── PublicationRefused       422 publication-refused
    ├── TooManyAttempts              429 too-many-attempts    (retry_after)
    ├── ProfileError                 500 profile-faulty
    ├── ContentError                 500 content-faulty
    └── Unavailable                  503 unavailable
        ├── RoomLow                  503 room-low
        ├── StoreUnavailable         503 store-unavailable
        └── NothingPublished         503 nothing-published

Each class knows its status, its kind (``urn:reporting:problem:<kind>``, RFC 9457) and a title, a
message id for translation. What is raised with them is safe to show: a sentence and the field. The
core's :class:`~reporting.protocol.errors.ProtocolError` is mapped in :func:`from_protocol`, here and
nowhere else. Anything that is in neither tree becomes 500 with no word of what happened.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from reporting.protocol.errors import ProtocolError, N_

PROBLEM_PREFIX = "urn:reporting:problem:"


class ServiceError(Exception):
    """Something went wrong; ``message`` is a message id with ``{name}`` fields, filled from ``values``."""

    status: ClassVar[int] = 500
    kind: ClassVar[str] = "internal"
    title: ClassVar[str] = N_("The service failed. Nothing was stored.")

    def __init__(
        self,
        message: str = "",
        *,
        pointer: str = "",
        values: dict[str, Any] | None = None,
        members: dict[str, Any] | None = None,
    ) -> None:
        """:param members: extension members of the problem document (RFC 9457 section 3.2)"""
        self.message = message or self.title
        self.pointer = pointer
        self.values = values or {}
        self.members = members or {}
        super().__init__(self.message.format(**self.values) if self.values else self.message)


class Malformed(ServiceError):
    """Not the JSON that was asked for."""

    status, kind, title = 400, "malformed", N_("The request cannot be read.")


class ChallengeUnsolved(Malformed):
    """A challenge that is not ours, or not solved."""

    kind, title = "challenge-unsolved", N_("The challenge is not solved.")


class NotSignedIn(ServiceError):
    """No session, or one that has ended."""

    status, kind, title = 401, "not-signed-in", N_("Please sign in.")


class WrongCredentials(NotSignedIn):
    """The same words for an unknown name and a wrong secret."""

    kind, title = "wrong-credentials", N_("The name or the passphrase is wrong.")


class FactorNeeded(NotSignedIn):
    """The session is not open yet: its second factor, or the registration of one, is awaited."""

    kind, title = "factor-needed", N_("Please finish signing in first.")


class NotAllowed(ServiceError):
    """Signed in, but not for this; also every route that declares no permission."""

    status, kind, title = 403, "not-allowed", N_("You may not do this.")


class StepUpNeeded(NotAllowed):
    """An act that cannot be taken back, by somebody who has not proved lately who they are."""

    kind, title = "step-up-needed", N_("Please confirm first that it is you.")


class ForeignOrigin(NotAllowed):
    """Asked for by a page of another site."""

    kind, title = "foreign-origin", N_("This was asked for by a page of another site.")


class WrongToken(NotAllowed):
    """A request that changes something, without the token of the session."""

    kind, title = "wrong-token", N_("The X-CSRF-Token header is missing or wrong.")


class NotFound(ServiceError):
    """Nothing here, or nothing that the caller may know of."""

    status, kind, title = 404, "not-found", N_("There is nothing here.")


class MethodNotAllowed(ServiceError):
    """The address is right, the method is not."""

    status, kind, title = 405, "method-not-allowed", N_("This address does not take this method.")


class Conflict(ServiceError):
    """Right in form, but not in the present state."""

    status, kind, title = 409, "conflict", N_("This does not fit the present state.")


class DirectoryOutdated(Conflict):
    """Another directory version is in force; ``version`` says which."""

    kind, title = "directory-outdated", N_("Another version of the directory is in force.")


class ChallengeExpired(Conflict):
    """Ten minutes have passed: ask for a new challenge."""

    kind, title = "challenge-expired", N_("The challenge has expired. Ask for a new one.")


class ChallengeSpent(Conflict):
    """Used before."""

    kind, title = "challenge-spent", N_("The challenge was used before. Ask for a new one.")


class CaseExists(Conflict):
    """The same case id with other content."""

    kind, title = "case-exists", N_("Another submission is stored under this case id.")


class MailboxFull(Conflict):
    """Six cases under one mailbox (protocol section 6)."""

    kind, title = "mailbox-full", N_("This mailbox already holds six cases.")


class EpochStale(Conflict):
    """A newer epoch exists; ``epochs`` and ``recipient`` carry the chain."""

    kind, title = "epoch-stale", N_("This is not the newest epoch of the case. Verify the chain and seal again.")


class UnknownPosition(Conflict):
    """``after`` names nothing: begin again."""

    kind, title = "unknown-position", N_("This position is not known. Begin again from the first page.")


class WrongTransition(Conflict):
    """A status that cannot follow the present one."""

    kind, title = "wrong-transition", N_("This status cannot follow the present one.")


class AlreadyThere(Conflict):
    """Something by this name exists."""

    kind, title = "already-there", N_("This exists already.")


class FewHolders(Conflict):
    """Fewer than two would hold a case, and nobody has confirmed that it may be so; ``holders`` names who would."""

    kind, title = "few-holders", N_("Fewer than two people would hold this case: that has to be confirmed.")


class DraftChanged(Conflict):
    """Another administrator changed the same thing meanwhile; ``changes`` says how, in sentences."""

    kind, title = "draft-changed", N_("Somebody else changed this in the meantime.")


class PartDiffers(Conflict):
    """Other bytes under the number of a part that is stored."""

    kind, title = "part-differs", N_("Another part is stored under this number.")


class UploadClaimed(Conflict):
    """An entry has this file already: nothing of it changes any more."""

    kind, title = "upload-claimed", N_("This file belongs to an entry already.")


class UploadUnusable(Conflict):
    """An upload that this entry cannot have: unknown, somebody else's, claimed, or too much for one entry."""

    kind, title = "upload-unusable", N_("This upload cannot be used here. Send the file again.")


class UploadUnfinished(Conflict):
    """Parts are missing."""

    kind, title = "upload-unfinished", N_("Parts of this file are still missing.")


class StoreForeign(Conflict):
    """The store for files is another service's, or was taken over by a copy of this one."""

    kind, title = "store-foreign", N_("The store for files bears the mark of another service.")


class FileNotOpened(Conflict):
    """A member asks for a part of a file that they did not open, or opened too long ago."""

    kind, title = "file-not-opened", N_("Open this file first.")


class VaultChanged(Conflict):
    """A vault was to be replaced that is not the one its owner replaced: load it, and do it again on that."""

    kind, title = "vault-changed", N_("Your keys were changed somewhere else in the meantime. Please try again.")


class TooLarge(ServiceError):
    """More bytes than the limit."""

    status, kind, title = 413, "too-large", N_("The request is too long.")


class WrongMediaType(ServiceError):
    """Neither application/json nor, where parts of files are sent, application/octet-stream."""

    status, kind, title = 415, "wrong-media-type", N_("The request must be application/json.")


class Unprocessable(ServiceError):
    """JSON, but a field is not what the protocol asks for; ``pointer`` names it (RFC 6901)."""

    status, kind, title = 422, "invalid", N_("A field is not what the protocol asks for.")


class NotOffered(Unprocessable):
    """Part of the protocol that this service does not offer."""

    kind, title = "not-offered", N_("This is not offered here.")


class PublicationRefused(Unprocessable):
    """A directory that may not be published."""

    kind, title = "publication-refused", N_("This directory cannot be published.")


class TooManyAttempts(ServiceError):
    """Throttled; ``retry_after`` is in seconds."""

    status, kind, title = 429, "too-many-attempts", N_("Too many attempts. Please wait.")


class ProfileError(ServiceError):
    """A file of deadlines has a gap or contradicts itself; a service with one does not start."""

    kind, title = "profile-faulty", N_("A file of deadlines and calendars is not as it must be.")


class ContentError(ServiceError):
    """A file of the public site's content cannot be used; where others were read before, they are kept."""

    kind, title = "content-faulty", N_("A file of the public site's texts is not as it must be.")


class Unavailable(ServiceError):
    """Not now; the same request may succeed later, not before ``retry_after`` seconds where that is known."""

    retry_after: ClassVar[int | None] = None
    status, kind, title = 503, "unavailable", N_("The service cannot answer now. Please try again.")


class RoomLow(Unavailable):
    """Little room is left on the disk: reports are admitted at a fixed rate."""

    retry_after = 60
    kind, title = "room-low", N_("Many reports are arriving. This one was not stored: send it again in a minute.")


class StoreUnavailable(Unavailable):
    """The store for files is full or cannot be reached; nothing of this part was kept."""

    retry_after = 60
    kind, title = "store-unavailable", N_("Files cannot be stored or read now. Please try again in a minute.")


class NothingPublished(Unavailable):
    """No directory has been published yet."""

    kind, title = "nothing-published", N_("No directory has been published here yet.")

    def __init__(self) -> None:
        super().__init__(
            N_(
                "This site is still being set up. It opens as soon as its first list of channels and members was "
                "signed and published, which is done at the server's terminal."
            )
        )


def from_protocol(error: ProtocolError) -> ServiceError:
    """The answer to what the core refuses: 422 with the field it names.

    Reading JSON and challenges has its own status (400); their callers say so with
    :class:`Malformed` and :class:`ChallengeUnsolved`.
    """
    return Unprocessable(error.message, pointer=error.pointer, values=dict(error.values))


def every_error(root: type[ServiceError] = ServiceError) -> Iterator[type[ServiceError]]:
    """Every class of the tree, for the API's description and the tests."""
    yield root
    for child in root.__subclasses__():
        yield from every_error(child)


def every_protocol_error(root: type[ProtocolError] = ProtocolError) -> Iterator[type[ProtocolError]]:
    """Every class of the core's tree, for the test that none is unmapped."""
    yield root
    for child in root.__subclasses__():
        yield from every_protocol_error(child)

"""One site: its directory and what the directory holds hashes of, verified before anybody uses it."""

from __future__ import annotations

import datetime

from reporting.client.errors import Problem, UnexpectedAnswer
from reporting.client.transport import Transport
from reporting.client.trust import Pin, fetch_root
from reporting.protocol import directory as directories
from reporting.protocol.age import HybridRecipient
from reporting.protocol.directory import MAX_DIRECTORY, Directory
from reporting.protocol.directory_parts import Channel
from reporting.protocol.encoding import parse_json_object, sha256
from reporting.protocol.errors import NotAuthentic, ProtocolError, N_
from reporting.protocol.note import VerifierKey
from reporting.protocol.submission import check_recipients

_PREFIX = "/.well-known/reporting"
_MAX_RECIPIENTS = 8 * 1024 * 1024
_MAX_QUESTIONNAIRE = 262_144
_MAX_STEPS = 2_000  # versions to verify since the pin; a directory lives at least some days


class Site:
    """A site under a pinned root key. ``pin`` rises with every directory that is verified."""

    def __init__(self, transport: Transport, pin: Pin, today: datetime.date) -> None:
        """:param today: the reporter's or member's own day, by which directories are judged"""
        self.transport = transport
        self.pin = pin
        self.today = today
        self._directory: Directory | None = None
        self._signed = b""

    @property
    def directory(self) -> Directory:
        """The directory at hand, loaded when first asked for."""
        return self._directory or self.load()

    @property
    def signed(self) -> bytes:
        """The directory at hand as it was signed; empty before it is loaded."""
        return self._signed

    def load(self) -> Directory:
        """Load the directory in force and judge it: signature, origin, day, and the chain since the pin.

        :raises NotAuthentic: not signed by the root, another site's, older than the pin, or off its chain
        :raises DirectoryExpired: out of its time
        :raises Malformed: not a directory
        """
        signed = self._note("")
        try:
            found = directories.parse(signed, self.pin.root)
        except NotAuthentic:
            found, root = self._after_root_change(signed)
        else:
            root = self._check_chain(signed, found)
        found.check_current(self.today)
        self.pin = Pin(root, found.version, found.sha256)
        self._directory, self._signed = found, signed
        return found

    def _note(self, suffix: str) -> bytes:
        return self.transport.get(f"{_PREFIX}/directory{suffix}", limit=MAX_DIRECTORY).expect(200).body

    def _check_chain(self, signed: bytes, found: Directory) -> VerifierKey:
        if found.version < self.pin.version:
            raise NotAuthentic(N_("The server shows an older list of recipients than before."))
        if found.version == self.pin.version:
            if found.sha256 != self.pin.sha256:
                raise NotAuthentic(N_("The server shows another list of recipients than before."))
        elif self.pin.version:
            return self._walk(found)
        return directories.root_after(signed, found, self.pin.root)

    def _walk(self, last: Directory) -> VerifierKey:
        """Follow every version from the pin to ``last``; the root key under which the way ends.

        A version that names another root, and is signed by both, changes the root (protocol section 3).
        """
        if last.version - self.pin.version > _MAX_STEPS:
            raise UnexpectedAnswer(N_("Too many lists of recipients have been published since this site was pinned."))
        root, previous = self.pin.root, self.pin.sha256
        for version in range(self.pin.version + 1, last.version + 1):
            signed = self._note(f"/{version}").decode("utf-8", "replace")
            step = directories.parse(signed, root)
            if step.version != version or step.previous != previous:
                raise NotAuthentic(N_("The list of recipients does not continue the one before it."))
            root = directories.root_after(signed, step, root)
            previous = step.sha256
        if previous != last.sha256:
            raise NotAuthentic(N_("The list of recipients does not continue the one before it."))
        return root

    def _after_root_change(self, signed: bytes) -> tuple[Directory, VerifierKey]:
        shown = fetch_root(self.transport)
        if shown.name != self.pin.root.name or shown == self.pin.root:
            raise NotAuthentic(N_("The list of recipients is not signed by the root key that you trust."))
        found = directories.parse(signed, shown)
        root = self._walk(found)
        if root != directories.root_after(signed, found, shown):
            raise NotAuthentic(N_("The list of recipients is not signed by the root key that you trust."))
        return found, root

    def recipients(self, channel: str) -> dict[str, HybridRecipient]:
        """The keys of everybody with a role on a channel, each as the directory's hash demands.

        :raises NotAuthentic: one does not fit, or one is missing
        """
        answer = self.transport.get(f"{_PREFIX}/recipients/{channel}", limit=_MAX_RECIPIENTS).expect(200)
        try:
            content = parse_json_object(answer.body, limit=_MAX_RECIPIENTS)
        except ProtocolError:
            raise UnexpectedAnswer(N_("The server does not show the recipients' keys as the protocol says.")) from None
        if not all(isinstance(text, str) for text in content.values()):
            raise UnexpectedAnswer(N_("The server does not show the recipients' keys as the protocol says."))
        members = self.directory.channel(channel).member_ids()
        if missing := sorted(members - content.keys()):
            raise NotAuthentic(N_("The server does not show the key of “{member}”."), member=missing[0])
        return check_recipients(self.directory, {member: content[member] for member in sorted(members)})

    def questionnaire(self, channel: Channel) -> bytes:
        """The bytes of a channel's questionnaire, as the directory's hash demands.

        :raises NotAuthentic: other bytes
        """
        name = channel.questionnaire.id
        try:
            answer = self.transport.get(f"{_PREFIX}/questionnaires/{name}", limit=_MAX_QUESTIONNAIRE).expect(200)
        except Problem as error:
            raise UnexpectedAnswer(N_("The server does not show the questionnaire “{name}”."), name=name) from error
        if sha256(answer.body) != channel.questionnaire.sha256:
            raise NotAuthentic(N_("The questionnaire that the server shows is not the one in the signed list."))
        return answer.body

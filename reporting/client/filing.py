"""The ways that files take to and from a site: a reporter's, and a member's."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from reporting.client.errors import Problem, UnexpectedAnswer, not_as_described
from reporting.client.member import MemberSession
from reporting.client.outgoing import PART_SIZE, Begun, Limits, patiently
from reporting.client.sending import NEW_CHALLENGE, Sender
from reporting.client.transport import Answer
from reporting.protocol.encoding import JSONObject, b64decode, check_integer, is_hex32
from reporting.protocol.errors import ProtocolError, N_

_BYTES = {"Content-Type": "application/octet-stream"}
_KEY = "Upload-Key"
_MOST = 2**53 - 1


def _limits(answer: JSONObject) -> Limits:
    try:
        file, entry, part = (
            check_integer(answer.get(name), 1, _MOST, pointer=f"/{name}")
            for name in ("file_limit", "entry_limit", "part_size")
        )
    except ProtocolError as error:
        raise not_as_described(error) from None
    if part != PART_SIZE:
        raise UnexpectedAnswer(N_("The server wants files in parts of another size than the protocol's."))
    return Limits(file, entry)


def _begun(answer: JSONObject) -> Begun:
    key = answer.get("key")
    try:
        b64decode(key, length=32, pointer="/key")
    except ProtocolError as error:
        raise not_as_described(error) from None
    if not is_hex32(answer.get("upload")) or answer.get("part_size") != PART_SIZE:
        raise UnexpectedAnswer(N_("The server's answer is not as the protocol says: {fault}"), fault="/upload")
    return Begun(str(answer["upload"]), str(key))


@dataclass(frozen=True)
class ReportersWay:
    """Uploads of whoever reports: no session, a challenge for each."""

    sender: Sender

    @classmethod
    def of(cls, sender: Sender) -> ReportersWay:
        """The way beside a sender's reports: files have no shape, and say nothing of a report's fate."""
        return cls(Sender(sender.transport, None, waits=sender.waits[:1], sleep=sender.sleep))

    def limits(self) -> Limits:
        """What may be sent."""
        return _limits(self.sender.transport.get("/api/uploads").expect(200).json())

    def begin(self, size: int) -> Begun:
        """A new upload."""
        return _begun(self.sender.send("/api/uploads", {"size": size}))

    def put(self, begun: Begun, number: int, part: bytes) -> None:
        """Send one part."""
        path = f"/api/uploads/{begun.upload}/{number}"
        self.sender.transport.request("PUT", path, part, headers={**_BYTES, _KEY: begun.key}).expect(204)


@dataclass(frozen=True)
class MembersWay:
    """Uploads of a member, for one case."""

    session: MemberSession
    case: str

    def limits(self) -> Limits:
        """What may be sent."""
        return _limits(self.session.get("/api/uploads"))

    def begin(self, size: int) -> Begun:
        """A new upload."""
        return _begun(self.session.send("POST", f"/api/cases/{self.case}/uploads", {"size": size}))

    def put(self, begun: Begun, number: int, part: bytes) -> None:
        """Send one part."""
        path = f"/api/cases/{self.case}/uploads/{begun.upload}/{number}"
        self.session.exchange("PUT", path, part, {**_BYTES, _KEY: begun.key}).expect(204)


@dataclass
class FromMailbox:
    """Loads the parts of one file of a reporter's case. One challenge pays for all of them, until it expires."""

    sender: Sender
    token: str
    case: str
    upload: str
    _solved: JSONObject | None = field(default=None, repr=False)

    def load(self, number: int) -> bytes:
        """One part.

        :raises Problem: it is not there
        :raises Unreachable: no answer, for longer than patience lasts
        """
        return patiently(lambda: self._load(number), self.sender.sleep)

    def _load(self, number: int) -> bytes:
        try:
            return self._ask(number)
        except Problem as error:
            if error.kind not in NEW_CHALLENGE:
                raise
        self._solved = None
        return self._ask(number)

    def _ask(self, number: int) -> bytes:
        self._solved = self._solved or self.sender.solved()
        request = {"token": self.token, "case": self.case, "upload": self.upload, "part": number}
        content = {**request, "challenge": self._solved}
        return _part(self.sender.transport.send_json("POST", "/api/mailbox/blob", content))


@dataclass
class FromDesk:
    """Loads the parts of one file of a member's case; that they open it is recorded with the first."""

    session: MemberSession
    case: str
    upload: str
    act: str = "download"
    sleep: Callable[[float], None] = time.sleep
    _opened: bool = False

    def load(self, number: int) -> bytes:
        """One part.

        :raises Problem: it is not there
        :raises Unreachable: no answer, for longer than patience lasts
        """
        path = f"/api/cases/{self.case}/files/{self.upload}"
        if not self._opened:
            self.session.send("POST", f"{path}/openings", {"act": self.act})
            self._opened = True
        return patiently(lambda: _part(self.session.exchange("GET", f"{path}/{number}", None, {})), self.sleep)


def _part(answer: Answer) -> bytes:
    return answer.expect(200).body

"""One action: a solved challenge and a post, repeated byte for byte but for the challenge until answered."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from reporting.client.errors import NotPossible, Problem, Unreachable, not_as_described
from reporting.client.transport import Transport
from reporting.protocol import challenge as challenges
from reporting.protocol.encoding import JSONObject, check_integer, check_text
from reporting.protocol.errors import ProtocolError

_MAX_CHALLENGE = 4_096
#: What a fresh challenge mends.
NEW_CHALLENGE = frozenset({"challenge-expired", "challenge-spent", "challenge-unsolved"})
_LATER = frozenset({"unavailable", "room-low"})  # turned away before anything was stored


_FAILED = 500  # from here on a status says that somebody failed, perhaps after the request was taken


@dataclass
class Fate:
    """Whether something was sent that may have been stored, whatever came back, or nothing."""

    unknown: bool = False


@dataclass(frozen=True)
class Sender:
    """Sends a reporter's actions in the one shape, or without one. ``waits``: seconds before each further attempt.

    ``fate`` is certain again only where the server refused: until an answer was checked, what was sent may
    have arrived.
    """

    transport: Transport
    shape: int | None
    waits: tuple[float, ...] = (1.0, 3.0, 9.0)
    sleep: Callable[[float], None] = time.sleep
    fate: Fate = field(default_factory=Fate)

    def send(self, path: str, request: JSONObject) -> JSONObject:
        """Post ``request`` with a fresh challenge until it is answered; what the server answers.

        :raises Problem: the server refuses it
        :raises Unreachable: no answer to any attempt; ``may_have_arrived`` says what is known of its fate
        """
        uncertain = False
        for wait in (*self.waits, None):
            try:
                return self._once(path, request)
            except Unreachable as error:
                uncertain = error.may_have_arrived = uncertain or error.may_have_arrived
                if wait is None:
                    raise
            except Problem as error:
                if wait is None or error.kind not in NEW_CHALLENGE | _LATER:
                    raise
                if error.kind in NEW_CHALLENGE:
                    continue
            self.sleep(wait)
        raise AssertionError("the last attempt either returns or raises")

    def _once(self, path: str, request: JSONObject) -> JSONObject:
        content = {**request, "challenge": self.solved()}
        before, self.fate.unknown = self.fate.unknown, True
        try:
            return self.transport.send_json("POST", path, content, shape=self.shape).expect(200, 201).json()
        except NotPossible:
            self.fate.unknown = before
            raise
        except Unreachable as error:
            self.fate.unknown = before or error.may_have_arrived
            raise
        except Problem as error:
            self.fate.unknown = before or (error.status >= _FAILED and error.kind not in _LATER)
            raise

    def solved(self) -> JSONObject:
        """A fresh challenge with its solution.

        :raises Unreachable: the server does not give one
        """
        try:
            answer = self.transport.get("/api/challenge", limit=_MAX_CHALLENGE).expect(200).json()
        except Unreachable as error:
            error.may_have_arrived = False  # only a question was asked so far
            raise
        try:
            text = check_text(answer.get("challenge"), limit=challenges.MAX_LENGTH)
            bits = check_integer(answer.get("bits"), 0, challenges.MAX_BITS)
            return {"challenge": text, "nonce": challenges.solve(text, bits)}
        except ProtocolError as error:
            raise not_as_described(error) from None

"""What the terminal's client raises; each carries a sentence and the exit status of a command.

::

    ClientError               1
    ├── Unreachable           3  no answer: the server, the proxy or the way to them
    ├── UnexpectedAnswer      1  an answer that the protocol does not know
    ├── Problem               1  the server refused, with a problem document (RFC 9457)
    ├── NotTrusted            4  another root key than the one pinned or printed
    ├── TrustNeeded           2  nobody has said yet which root key to trust
    └── NotPossible           1  this cannot be done with this case, directory or address
        └── FewHolders        1  fewer than two would hold a case: to be confirmed first

The core's own errors pass through unchanged: what is not authentic raises
:class:`~reporting.protocol.errors.NotAuthentic`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from reporting.client.visible import visible
from reporting.protocol.encoding import JSON, JSONObject
from reporting.protocol.errors import ProtocolError, N_

PROBLEM_PREFIX = "urn:reporting:problem:"


class ClientError(Exception):
    """Base of all. ``message`` is marked for translation; ``values`` are safe to print."""

    exit_status: ClassVar[int] = 1

    def __init__(self, message: str, **values: object) -> None:
        super().__init__(message)
        self.message = message
        self.values: Mapping[str, object] = {
            name: visible(value) if isinstance(value, str) else value for name, value in values.items()
        }

    def __str__(self) -> str:
        return self.message.format(**self.values) if self.values else self.message


class Unreachable(ClientError):
    """No answer came. ``may_have_arrived``: a request was sent whose fate is not known."""

    exit_status = 3
    may_have_arrived = False


class UnexpectedAnswer(ClientError):
    """An answer that no server of this protocol gives."""


def not_as_described(error: ProtocolError) -> UnexpectedAnswer:
    """What a malformed part of an answer becomes."""
    return UnexpectedAnswer(N_("The server's answer is not as the protocol says: {fault}"), fault=str(error))


class NotTrusted(ClientError):
    """The site's root key is not the expected one; nothing was sent."""

    exit_status = 4


class TrustNeeded(ClientError):
    """It has to be said which root key to trust."""

    exit_status = 2


class NotPossible(ClientError):
    """The action cannot be done here."""


class FewHolders(NotPossible):
    """Fewer than two would hold a case, the break-glass key included: whoever does it has to confirm that first."""


class WrongCode(NotPossible):
    """The second factor was not proved."""


# What a person is told, by kind; for other kinds the server's own words.
_SENTENCES = {
    "too-large": N_("This is too long for the server."),
    "directory-outdated": N_("The site's list of recipients keeps changing; try again in a moment."),
    "challenge-expired": N_("The server did not take the work that it had asked for; try again."),
    "challenge-spent": N_("The server did not take the work that it had asked for; try again."),
    "challenge-unsolved": N_("The server did not take the work that it had asked for; try again."),
    "mailbox-full": N_("There are six cases under this receipt code already; file a further one with a new code."),
    "epoch-stale": N_("The people who hold this case keep changing; try again in a moment."),
    "unknown-position": N_("What is on the server changed while it was read; try again."),
    "not-signed-in": N_("You are not signed in any more; try again."),
    "wrong-credentials": N_("The name or the passphrase is wrong."),
    "too-many-attempts": N_("Too many attempts; wait a minute and try again."),
    "not-found": N_("There is nothing under this name that you may see."),
    "nothing-published": N_("This site has not published its list of recipients yet."),
    "unavailable": N_("The server cannot take this now; try again later."),
    "internal": N_("The server failed; try again later."),
}


class Problem(ClientError):
    """The server refused. ``kind`` is the end of the problem's type, ``members`` the whole document."""

    def __init__(self, status: int, members: Mapping[str, JSON]) -> None:
        kind = members.get("type")
        self.status = status
        self.members = members
        self.kind = kind.removeprefix(PROBLEM_PREFIX) if isinstance(kind, str) else ""
        if self.kind in _SENTENCES:
            super().__init__(_SENTENCES[self.kind])
            return
        detail = members.get("detail") or members.get("title") or str(status)
        pointer = members.get("pointer")
        if isinstance(pointer, str) and pointer:
            super().__init__(N_("The server refuses {field}: {detail}"), field=pointer, detail=_short(detail))
        else:
            super().__init__(N_("The server refuses: {detail}"), detail=_short(detail))

    @classmethod
    def of(cls, status: int, document: JSONObject | None) -> Problem:
        """The error for an answer; ``document`` is None where the server explained nothing."""
        return cls(status, document or {"detail": f"HTTP {status}"})


def _short(text: JSON) -> str:
    return str(text)[:500]

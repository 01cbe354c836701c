"""Proving to the desk who is there: the second factor at sign-in, and once more before what cannot be taken back.

A terminal has no passkeys. It takes the six digits of an app, or one of the backup codes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from reporting.client.errors import NotPossible, Problem, WrongCode
from reporting.client.transport import Answer, Transport
from reporting.protocol.encoding import JSONObject
from reporting.protocol.errors import N_

#: Asks the person for a code; None where nobody can be asked.
AskCode = Callable[[], str]
FACTOR = "/api/session/factor"
_DIGITS = 6


def proof_of(typed: str) -> JSONObject:
    """A code as the desk takes it: six digits are an app's, anything else is a backup code."""
    code = "".join(typed.split())
    if len(code) == _DIGITS and code.isdecimal():
        return {"totp": code}
    return {"backup": code}


@dataclass(frozen=True)
class Prover:
    """How a member proves who they are: ``auth`` is the secret of whoever has no second factor."""

    ask: AskCode | None = field(repr=False)
    auth: str = field(repr=False)

    def prove(self, transport: Transport, headers: dict[str, str], *, has_factor: bool) -> Answer:
        """Prove it under the session of ``headers``; the answer may carry another session.

        :raises NotPossible: a code is needed and nobody can be asked for one
        :raises WrongCode: it is not right, or was used before
        :raises Problem: the desk refuses otherwise
        """
        answer = transport.send_json("POST", FACTOR, self._proof(has_factor), headers=headers)
        try:
            return answer.expect(200)
        except Problem as problem:
            if problem.kind != "wrong-credentials":
                raise
            raise WrongCode(N_("This code is not right, or was used before. Wait for the next one.")) from None

    def _proof(self, has_factor: bool) -> JSONObject:
        if not has_factor:
            return {"auth": self.auth}
        if self.ask is None:
            raise NotPossible(N_("This account has a second factor: a code of its app, or a backup code, is needed."))
        return proof_of(self.ask())

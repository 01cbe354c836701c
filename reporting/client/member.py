"""A member's session: signed in, vault opened on this machine, directory held against the vault's pin.

The passphrase never travels: it is stretched here, and only the secret that follows from it for signing in
is sent (protocol section 9).
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import TracebackType
from typing import Self

from reporting.client.errors import ClientError, NotPossible, Problem, UnexpectedAnswer, Unreachable, not_as_described
from reporting.client.proving import AskCode, Prover
from reporting.client.site import Site
from reporting.client.transport import Answer, Transport, is_protected
from reporting.client.trust import Pin
from reporting.protocol import vault as vaults
from reporting.protocol.encoding import JSONObject, b64decode, b64encode, check_text, is_id, sha256
from reporting.protocol.errors import CannotOpen, ProtocolError, Refused, N_
from reporting.protocol.submission import Author
from reporting.protocol.vault import Vault

_COOKIE = "__Host-session"
_TOKEN = re.compile(r'[!#-+\--:<-\[\]-~"]{1,512}', re.ASCII)  # RFC 6265 section 4.1.1, quotes included
_ATTEMPTS = 3


@dataclass
class MemberSession:
    """A signed-in member. The keys are in memory alone, and gone with the process."""

    transport: Transport
    vault: Vault = field(repr=False)
    vault_key: bytes = field(repr=False)
    wraps: JSONObject = field(repr=False)
    _kept: bytes = field(repr=False)  # the hash of the vault as the server has it: only that one is replaced
    site: Site
    _headers: dict[str, str] = field(repr=False)
    _prover: Prover = field(repr=False)
    _has_factor: bool

    @property
    def member(self) -> str:
        """The member's id."""
        return self.vault.member

    @property
    def author(self) -> Author:
        """Who signs what this member writes."""
        return Author(self.vault.member, self.vault.signing_key)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self.transport.request("DELETE", "/api/session", None, headers=self._headers)
        except ClientError:
            pass  # the session ends by itself after a while
        finally:
            self.transport.close()

    def get(self, path: str) -> JSONObject:
        """What the desk answers to ``GET path``.

        :raises Problem: it refuses
        """
        return self.transport.get(path, headers=self._headers).expect(200).json()

    def exchange(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Answer:
        """Send or load bytes, once; whatever the desk answers.

        :raises Unreachable: no answer
        """
        return self.transport.request(method, path, body, headers={**self._headers, **headers})

    def send(self, method: str, path: str, value: JSONObject) -> JSONObject:
        """Send something that the desk takes twice for once; repeated while nothing answers.

        Where the desk asks for it, the member proves first once more who they are.

        :raises Problem: it refuses
        :raises WrongCode, NotPossible: the second factor was not proved
        :raises Unreachable: no answer to any attempt
        """
        try:
            return self._send(method, path, value)
        except Problem as problem:
            if problem.kind != "step-up-needed":
                raise
        proved = self._prover.prove(self.transport, self._headers, has_factor=self._has_factor)
        self._headers = _headers(self.transport, proved)
        return self._send(method, path, value)

    def _send(self, method: str, path: str, value: JSONObject) -> JSONObject:
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                answer = self.transport.send_json(method, path, value, headers=self._headers)
            except Unreachable:
                if attempt == _ATTEMPTS:
                    raise
                continue
            answer = answer.expect(200, 201, 204)
            return answer.json() if answer.body else {}
        raise AssertionError("the last attempt either returns or raises")

    def load_directory(self) -> None:
        """Load the directory, judge it by the vault's pin, and raise the pin in the vault.

        New keys of the member's that it lists, and that this vault made, are theirs from then on.

        :raises NotAuthentic: older than the pin, off its chain, or not signed by the pinned root
        :raises Refused: the server has an older vault meanwhile, without the keys in use
        """
        self.site.load()
        for attempt in range(1, _ATTEMPTS + 1):
            raised = self._under_directory()
            if raised == self.vault:
                return
            try:
                self._store(raised)
                return
            except Problem as problem:
                if problem.kind != "vault-changed" or attempt == _ATTEMPTS:
                    raise
            self._reload_vault()

    def _under_directory(self) -> Vault:
        if self.site.pin.version < self.vault.directory_version:
            return self.vault  # another client has seen a newer one: no pin goes down
        pin, listed = self.site.pin, self.site.directory.member(self.member)
        raised = replace(self.vault, root=pin.root, directory_version=pin.version, directory_sha256=pin.sha256)
        return raised if listed is None else raised.following(listed.signing_key, listed.recipient_sha256)

    def _store(self, vault: Vault) -> None:
        sealed = vaults.seal_vault(vault, self.vault_key)
        content = {"vault": b64encode(sealed), "before": b64encode(self._kept), "wraps": self.wraps}
        self.send("PUT", "/api/vault", {**content, "current_auth": self._prover.auth})
        self.vault, self._kept = vault, sha256(sealed)

    def _reload_vault(self) -> None:
        """Take up the vault that another client of the member's has stored meanwhile.

        :raises Refused: it lacks the keys in use, as an older copy does: those here are kept
        """
        kept = self.get("/api/vault")
        sealed = _bytes(kept, "vault")
        vault = vaults.open_vault(sealed, self.vault_key, self.member)
        if not vault.has_identity(self.vault.identity):
            raise Refused(
                N_(
                    "The server has an older copy of your keys, without those in use: keep the desk open where you"
                    " use it, save your own key there as a file, and tell whoever administers the service."
                )
            )
        self.vault = vault
        self.wraps, self._kept = kept["wraps"], sha256(sealed)


def sign_in(
    transport: Transport, name: str, passphrase: str, today: datetime.date, code: AskCode | None = None
) -> MemberSession:
    """Sign in, open the vault and verify the directory.

    :param code: asks for a code of the member's app, or a backup code, where the account has a second factor
    :raises NotPossible: the way to the desk is not protected; a code is needed and there is none
    :raises WrongCode: the code is not right, or was used before
    :raises Problem: name or passphrase are wrong, or too many attempts
    :raises CannotOpen: the vault that the server hands out does not open with this passphrase
    :raises NotAuthentic: the directory does not hold
    """
    if not is_protected(transport.url):
        raise NotPossible(N_("The way to {url} is not protected: a member signs in by https alone."), url=transport.url)
    origin = {"Origin": transport.origin}
    salt = _bytes(_post(transport, "/api/session/salt", {"name": name}, origin), "salt", vaults.SALT_BYTES)
    stretched = vaults.stretch(passphrase, salt)
    prover = Prover(code, b64encode(stretched.auth_secret))
    credentials = {"name": name, "auth": prover.auth}
    answer = transport.send_json("POST", "/api/session", credentials, headers=origin).expect(200, 201)
    headers, session = _completed(transport, prover, answer)
    kept = transport.get("/api/vault", headers=headers).expect(200).json()
    vault, key = _open_vault(kept, stretched.wrap_key, _member_id(session))
    site = Site(transport, Pin(vault.root, vault.directory_version, vault.directory_sha256), today)
    sealed = sha256(_bytes(kept, "vault"))
    has_factor = _has_factor(session)
    signed_in = MemberSession(transport, vault, key, kept["wraps"], sealed, site, headers, prover, has_factor)
    signed_in.load_directory()
    return signed_in


def _completed(transport: Transport, prover: Prover, answer: Answer) -> tuple[dict[str, str], JSONObject]:
    """Headers of an open session, and what the server says of it; the second factor is proved where one is awaited."""
    if answer.json().get("stage") == "factor":
        answer = prover.prove(transport, _headers(transport, answer), has_factor=True)
    session = answer.json()
    if session.get("stage") == "enrolling":
        raise NotPossible(N_("Sign in with a browser first: here every member needs a second factor."))
    if session.get("stage") != "open":
        raise UnexpectedAnswer(N_("The server opened no session."))
    return _headers(transport, answer), session


def _headers(transport: Transport, answer: Answer) -> dict[str, str]:
    return {
        "Origin": transport.origin,
        "Cookie": f"{_COOKIE}={_token(answer.headers.get_list('set-cookie'))}",
        "X-CSRF-Token": _text(answer.json(), "csrf"),
    }


def _has_factor(session: JSONObject) -> bool:
    factors = session.get("factors")
    return isinstance(factors, dict) and (factors.get("passkey") is True or factors.get("totp") is True)


def _post(transport: Transport, path: str, value: JSONObject, headers: Mapping[str, str]) -> JSONObject:
    return transport.send_json("POST", path, value, headers=headers).expect(200).json()


def _open_vault(kept: JSONObject, wrap_key: bytes, member: str) -> tuple[Vault, bytes]:
    wraps = kept.get("wraps")
    if isinstance(wraps, dict) and "passphrase" not in wraps:
        raise CannotOpen(N_("These keys open with a passkey beside the passphrase: use a browser."))
    wrapped = _bytes(wraps if isinstance(wraps, dict) else {}, "passphrase")
    try:
        key = vaults.unwrap_with_passphrase(wrapped, wrap_key, member)
        return vaults.open_vault(_bytes(kept, "vault"), key, member), key
    except CannotOpen:
        raise CannotOpen(N_("The vault that the server hands out is not the one of this passphrase.")) from None


def _token(cookies: list[str]) -> str:
    for cookie in cookies:
        name, _equals, rest = cookie.partition("=")
        token = rest.partition(";")[0].strip()
        if name.strip() == _COOKIE and _TOKEN.fullmatch(token):
            return token
    raise UnexpectedAnswer(N_("The server opened no session."))


def _member_id(session: JSONObject) -> str:
    if not is_id(session.get("member")):
        raise UnexpectedAnswer(N_("The server opened no session."))
    return str(session["member"])


def _text(content: JSONObject, name: str) -> str:
    try:
        return check_text(content.get(name), limit=256)
    except ProtocolError as error:
        raise not_as_described(error) from None


def _bytes(content: JSONObject, name: str, length: int | None = None) -> bytes:
    try:
        return b64decode(content.get(name), length=length)
    except ProtocolError as error:
        raise not_as_described(error) from None

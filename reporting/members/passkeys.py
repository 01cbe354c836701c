"""Passkeys and security keys (WebAuthn level 3), by the ``webauthn`` package.

A passkey belongs to the host of one of the desk's addresses and works there alone; on an address that browsers
give no passkeys (plain http other than localhost, a bare IP address, an onion without https) none are offered.
"""

from __future__ import annotations

import ipaddress
import json
import os
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

import webauthn
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from webauthn.helpers import bytes_to_base64url
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from reporting import errors
from reporting.members.models import Authenticator, Member, StaffSession
from reporting.protocol.encoding import JSONObject, sha256
from reporting.protocol.errors import N_
from reporting.service import Service

KIND = "passkey"
MAX_PASSKEYS = 16
_CHALLENGE = 32
_CHALLENGE_SECONDS = 5 * 60
_MAX_CREDENTIAL = 1023  # bytes, WebAuthn section 4
_TIME = 8


def host_of(origin: str) -> str:
    """The host that passkeys of this address belong to.

    :raises NotOffered: browsers make none there
    """
    parts = urlsplit(origin)
    host = parts.hostname or ""
    if (parts.scheme != "https" and host != "localhost") or _is_address(host):
        raise errors.NotOffered(N_("At this address passkeys do not work: use an app's codes."))
    return host


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def prf_input(member_id: str) -> str:
    """What a member's passkeys are asked to turn into a key (WebAuthn PRF): base64url, the same for ever."""
    return bytes_to_base64url(sha256(b"reporting/v1/prf\x00" + member_id.encode()))


def creation_options(service: Service, session: Session, row: StaffSession, origin: str) -> JSONObject:
    """What ``navigator.credentials.create`` is given; its challenge waits in the session.

    :raises NotOffered: browsers make no passkeys at this address
    :raises Conflict: the member has as many as anybody needs
    """
    host, member = host_of(origin), session.get_one(Member, row.member_id)
    count = select(func.count()).where(Authenticator.member_id == member.id, Authenticator.kind == KIND)
    if (session.scalar(count) or 0) >= MAX_PASSKEYS:
        raise errors.Conflict(N_("You have many passkeys already: take one away first."))
    options = webauthn.generate_registration_options(
        rp_id=host,
        rp_name=service.origin,
        user_name=member.name,
        user_id=service.keyed_hash("passkey", member.id.encode()),
        user_display_name=member.label,
        challenge=_new_challenge(service, row),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED, user_verification=UserVerificationRequirement.PREFERRED
        ),
        exclude_credentials=_descriptors(_known(session, row.member_id, host)),
    )
    return _with_prf(options, {"eval": {"first": prf_input(member.id)}})


def request_options(service: Service, session: Session, row: StaffSession, origin: str) -> JSONObject:
    """What ``navigator.credentials.get`` is given; its challenge waits in the session.

    :raises NotOffered: the member has no passkey that works at this address
    """
    host = host_of(origin)
    known = _known(session, row.member_id, host)
    if not known:
        raise errors.NotOffered(N_("You have no passkey at this address."))
    options = webauthn.generate_authentication_options(
        rp_id=host,
        challenge=_new_challenge(service, row),
        allow_credentials=_descriptors(known),
        user_verification=UserVerificationRequirement.PREFERRED,
    )
    evaluated = {_text_id(one): {"first": prf_input(row.member_id)} for one in known if one.prf}
    return _with_prf(options, {"evalByCredential": evaluated} if evaluated else None)


def _with_prf(options: Any, prf: JSONObject | None) -> JSONObject:
    found: JSONObject = json.loads(webauthn.options_to_json(options))
    return {**found, "extensions": {"prf": prf}} if prf else found


def register(
    service: Service, session: Session, row: StaffSession, name: str, answer: JSONObject, origin: str
) -> Authenticator | None:
    """Add a passkey by what ``navigator.credentials.create`` answered.

    None where it answers another challenge than the session's, comes from another address, or cannot be read;
    the challenge is spent either way.

    :raises AlreadyThere: it is registered already
    """
    host, challenge = host_of(origin), _spend_challenge(service, row)
    verified = _judged(
        lambda: (
            webauthn.verify_registration_response(
                credential=answer, expected_challenge=challenge, expected_rp_id=host, expected_origin=origin
            )
            if challenge
            else None
        )
    )
    if verified is None or not 0 < len(verified.credential_id) <= _MAX_CREDENTIAL:
        return None
    if session.scalar(select(Authenticator.id).where(Authenticator.credential == verified.credential_id)):
        raise errors.AlreadyThere(N_("This passkey is registered already."))
    made = Authenticator(
        id=os.urandom(16).hex(),
        member_id=row.member_id,
        kind=KIND,
        name=name,
        credential=verified.credential_id,
        public_key=verified.credential_public_key,
        host=host,
        sign_count=verified.sign_count,
        prf=_has_prf(answer),
        confirmed=True,
        created=service.clock.now(),
    )
    session.add(made)
    session.flush()
    return made


def verify(service: Service, session: Session, row: StaffSession, answer: JSONObject, origin: str) -> bool:
    """Whether ``navigator.credentials.get`` answered the session's challenge with one of the member's passkeys.

    The challenge is spent either way. A count of signatures that went back tells of a copied key: refused.
    """
    challenge, host = _spend_challenge(service, row), host_of(origin)
    known = {_text_id(one): one for one in _known(session, row.member_id, host)}
    used = known.get(str(answer.get("id")))
    if used is None or not challenge:
        return False
    verified = _judged(
        lambda: webauthn.verify_authentication_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=host,
            expected_origin=origin,
            credential_public_key=used.public_key or b"",
            credential_current_sign_count=used.sign_count,
        )
    )
    if verified is None or verified.credential_id != used.credential:
        return False
    used.sign_count, used.used = verified.new_sign_count, service.clock.now()
    return True


def _judged(verify: Any) -> Any:
    try:
        return verify()
    except Exception:  # noqa: BLE001 - what strangers send makes the library raise many kinds; none of them is a yes
        return None


def _known(session: Session, member_id: str, host: str) -> Sequence[Authenticator]:
    return session.scalars(
        select(Authenticator).where(
            Authenticator.member_id == member_id, Authenticator.kind == KIND, Authenticator.host == host
        )
    ).all()


def _descriptors(known: Sequence[Authenticator]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=one.credential or b"") for one in known]


def _text_id(one: Authenticator) -> str:
    return bytes_to_base64url(one.credential or b"")


def _has_prf(answer: JSONObject) -> bool:
    results = answer.get("clientExtensionResults")
    prf = results.get("prf") if isinstance(results, dict) else None
    return isinstance(prf, dict) and prf.get("enabled") is True


def _new_challenge(service: Service, row: StaffSession) -> bytes:
    row.challenge = service.clock.now().to_bytes(_TIME) + os.urandom(_CHALLENGE)
    return row.challenge


def _spend_challenge(service: Service, row: StaffSession) -> bytes | None:
    challenge, row.challenge = row.challenge, None
    if challenge is None or service.clock.now() - int.from_bytes(challenge[:_TIME]) > _CHALLENGE_SECONDS:
        return None
    return challenge

"""Channels, members and former members, as they stand in the directory's JSON (protocol section 13)."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import TypeVar

from reporting.protocol.encoding import (
    JSON,
    JSONObject,
    b64decode,
    check_integer,
    check_text,
    is_id,
    parse_day,
)
from reporting.protocol.errors import Malformed, ProtocolError, N_
from reporting.protocol.note import COSIGNER_KINDS, VerifierKey
from reporting.protocol.signing import check_public_key

KINDS = ("report", "protection")
ROLES = ("intake", "investigator", "protection", "custodian", "break_glass")
ANONYMOUS = ("must", "may", "if_substantiated")
MAX_LISTED = 10_000
MAX_LABEL = 200
T = TypeVar("T")


@dataclass(frozen=True)
class Questionnaire:
    """Which questionnaire a channel asks, and the SHA-256 of the bytes served."""

    id: str
    sha256: bytes


@dataclass(frozen=True)
class Channel:
    """Where reports arrive: titles by language, roles to member ids, policy."""

    id: str
    kind: str
    titles: Mapping[str, str]
    questionnaire: Questionnaire
    roles: Mapping[str, tuple[str, ...]]
    policy: Mapping[str, object]

    def member_ids(self) -> set[str]:
        """Everybody with any role on the channel."""
        return {member for members in self.roles.values() for member in members}


@dataclass(frozen=True)
class Member:
    """A listed member: public signing key, hash of the recipient string, first version, last day."""

    id: str
    label: str
    since: int
    signing_key: bytes
    recipient_sha256: bytes
    valid_until: datetime.date


@dataclass(frozen=True)
class Former:
    """A key once in force, from version ``since`` to ``until``, with the channels it served."""

    id: str
    label: str
    channels: tuple[str, ...]
    since: int
    until: int
    signing_key: bytes


def parse_list(
    value: JSON, pointer: str, parse_one: Callable[[JSON, str], T], limit: int = MAX_LISTED
) -> tuple[T, ...]:
    """Each item of a JSON array of at most ``limit`` items.

    :raises Malformed: no array, too long, or an item that ``parse_one`` refuses
    """
    if not isinstance(value, list) or len(value) > limit:
        raise Malformed(N_("This must be a list of at most {limit} items."), pointer=pointer, limit=limit)
    return tuple(parse_one(item, f"{pointer}/{place}") for place, item in enumerate(value))


def parse_object(value: JSON, pointer: str) -> JSONObject:
    """A JSON object.

    :raises Malformed: anything else
    """
    if not isinstance(value, dict):
        raise Malformed(N_("This must be a JSON object."), pointer=pointer)
    return value


def parse_id(value: JSON, pointer: str) -> str:
    """The id of a member or channel.

    :raises Malformed: anything else
    """
    if not is_id(value):
        raise Malformed(N_("This is not a valid id."), pointer=pointer)
    return str(value)


def parse_public_key(value: JSON, pointer: str) -> bytes:
    """A raw Ed25519 public key, canonical and not of small order.

    :raises Malformed: not 32 bytes of base64
    :raises NotAuthentic: a key that section 1 refuses
    """
    public = b64decode(value, length=32, pointer=pointer)
    try:
        check_public_key(public)
    except ProtocolError as error:
        raise error.at(pointer) from None
    return public


def parse_validity(content: JSONObject, longest: datetime.timedelta) -> tuple[datetime.date, datetime.date]:
    """``date`` and ``valid_until``.

    :raises Malformed: no days, the wrong way round, or further apart than ``longest``
    """
    date = parse_day(content.get("date"), pointer="/date")
    valid_until = parse_day(content.get("valid_until"), pointer="/valid_until")
    if not datetime.timedelta(0) <= valid_until - date <= longest:
        raise Malformed(N_("A directory is valid for at most {days} days."), pointer="/valid_until", days=longest.days)
    return date, valid_until


def parse_witnesses(value: JSON) -> tuple[str, ...]:
    """Verifier keys of witnesses outside the organization, as lines."""
    return parse_list(value, "/witnesses", _witness, 16)


def _witness(value: JSON, pointer: str) -> str:
    line = check_text(value, pointer=pointer, limit=1_024)
    try:
        VerifierKey.parse(line, kinds=COSIGNER_KINDS)
    except ProtocolError as error:
        raise error.at(pointer) from None
    return line


def _unique(found: tuple[T, ...], key: Callable[[T], str], pointer: str) -> tuple[T, ...]:
    if len({key(item) for item in found}) != len(found):
        raise Malformed(N_("An id stands in this list twice."), pointer=pointer)
    return found


def parse_members(value: JSON, version: int) -> tuple[Member, ...]:
    """The listed members of directory ``version``."""

    def one(item: JSON, pointer: str) -> Member:
        content = parse_object(item, pointer)
        return Member(
            id=parse_id(content.get("id"), f"{pointer}/id"),
            label=check_text(content.get("label"), pointer=f"{pointer}/label", limit=MAX_LABEL),
            since=check_integer(content.get("since"), 1, version, pointer=f"{pointer}/since"),
            signing_key=parse_public_key(content.get("signing_key"), f"{pointer}/signing_key"),
            recipient_sha256=b64decode(
                content.get("recipient_sha256"), length=32, pointer=f"{pointer}/recipient_sha256"
            ),
            valid_until=parse_day(content.get("valid_until"), pointer=f"{pointer}/valid_until"),
        )

    return _unique(parse_list(value, "/members", one), lambda member: member.id, "/members")


def parse_former(value: JSON, version: int) -> tuple[Former, ...]:
    """The keys once in force before directory ``version``."""

    def one(item: JSON, pointer: str) -> Former:
        content = parse_object(item, pointer)
        since = check_integer(content.get("since"), 1, version, pointer=f"{pointer}/since")
        return Former(
            id=parse_id(content.get("id"), f"{pointer}/id"),
            label=check_text(content.get("label"), pointer=f"{pointer}/label", limit=MAX_LABEL),
            channels=parse_list(content.get("channels"), f"{pointer}/channels", parse_id),
            since=since,
            until=check_integer(content.get("until"), since, version, pointer=f"{pointer}/until"),
            signing_key=parse_public_key(content.get("signing_key"), f"{pointer}/signing_key"),
        )

    return parse_list(value, "/former", one)


def parse_channels(value: JSON, members: Collection[str]) -> tuple[Channel, ...]:
    """The channels; every role names listed ``members`` only."""

    def one(item: JSON, pointer: str) -> Channel:
        content = parse_object(item, pointer)
        kind = content.get("kind")
        if kind not in KINDS:
            raise Malformed(N_("A channel is of kind report or protection."), pointer=f"{pointer}/kind")
        return Channel(
            id=parse_id(content.get("id"), f"{pointer}/id"),
            kind=kind,
            titles=_titles(content.get("titles"), f"{pointer}/titles"),
            questionnaire=_questionnaire(content.get("questionnaire"), f"{pointer}/questionnaire"),
            roles=_roles(content.get("roles"), f"{pointer}/roles", members),
            policy=_policy(content.get("policy"), f"{pointer}/policy"),
        )

    return _unique(parse_list(value, "/channels", one, 1_000), lambda channel: channel.id, "/channels")


def _titles(value: JSON, pointer: str) -> Mapping[str, str]:
    content = parse_object(value, pointer)
    return {
        language: check_text(title, pointer=f"{pointer}/{language}", limit=MAX_LABEL)
        for language, title in content.items()
    }


def _questionnaire(value: JSON, pointer: str) -> Questionnaire:
    content = parse_object(value, pointer)
    return Questionnaire(
        parse_id(content.get("id"), f"{pointer}/id"),
        b64decode(content.get("sha256"), length=32, pointer=f"{pointer}/sha256"),
    )


def _roles(value: JSON, pointer: str, members: Collection[str]) -> Mapping[str, tuple[str, ...]]:
    roles = {}
    for role, listed in parse_object(value, pointer).items():
        if role not in ROLES:
            raise Malformed(N_("There is no such role."), pointer=f"{pointer}/{role}")
        roles[role] = parse_list(listed, f"{pointer}/{role}", parse_id)
        if not set(roles[role]) <= set(members):
            raise Malformed(N_("A role names somebody who is not listed."), pointer=f"{pointer}/{role}")
    return roles


def _policy(value: JSON, pointer: str) -> Mapping[str, object]:
    content = parse_object(value, pointer)
    if content.get("anonymous") not in ANONYMOUS:
        raise Malformed(N_("A channel says whether reports may be anonymous."), pointer=f"{pointer}/anonymous")
    if not isinstance(content.get("scriptless"), bool):
        raise Malformed(N_("This must be true or false."), pointer=f"{pointer}/scriptless")
    check_text(content.get("profile"), pointer=f"{pointer}/profile", limit=64)
    return content

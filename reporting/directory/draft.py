"""The next directory, made of the draft tables and the version in force."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from reporting import errors, profiles
from reporting.directory import published, signers
from reporting.directory.bundle import Bundle, check_contents
from reporting.directory.difference import difference
from reporting.directory.models import Channel, ChannelRole, DirectoryVersion, Document, DraftDocument
from reporting.directory.renewed import DraftedMember, drafted_members
from reporting.directory.roles import check_directory_apart, site_roles
from reporting.directory.site import with_profiles
from reporting.directory.succession import former, next_version, since
from reporting.protocol import directory as directories
from reporting.protocol.directory import Directory
from reporting.protocol.encoding import JSONObject, b64encode, parse_json_object, sha256
from reporting.protocol.errors import N_
from reporting.service import Service
from reporting.web.shape import DEFAULT_SIZE

SITE = "site"


def questionnaire_name(questionnaire_id: str) -> str:
    """Under which name a questionnaire stands among the draft's documents."""
    return f"questionnaire/{questionnaire_id}"


def request_directory(
    service: Service, session: Session, *, validity_days: int = directories.MAX_VALIDITY.days, shape: int = DEFAULT_SIZE
) -> Bundle:
    """What the root key is asked to sign: the draft as the next version, and how it differs.

    :param validity_days: how long it is valid, at most 92 days
    :param shape: bytes of every request and answer on the wire
    :raises PublicationRefused: something is missing, its worst case does not fit ``shape``, or somebody has two
        roles that must not meet
    """
    before = published.latest(service, session)
    documents = {document.name: document.body for document in session.scalars(select(DraftDocument))}
    members = drafted_members(session)
    channels = _channels(session, documents)
    documents[SITE] = _site(service, _document(documents, SITE), channels)
    today = service.clock.today()
    content = {
        "version": next_version(before),
        "date": today.isoformat(),
        "valid_until": (today + datetime.timedelta(days=validity_days)).isoformat(),
        "shape": shape,
        "service_key": b64encode(signers.drafted(service, signers.SERVICE)),
        "log_key": b64encode(signers.drafted(service, signers.LOG)),
        "witnesses": [],
        "site": b64encode(sha256(documents[SITE])),
        "channels": channels,
        "members": [_member(member, before) for member in members],
    }
    content["former"] = former(before, content)
    text = directories.to_text(service.origin, before.sha256 if before else directories.NO_PREVIOUS, content)
    directory = directories.parse_text(text)
    renewals = {member.id: member.renewal for member in members if member.renewal is not None}
    carried = {sha256(body): body for body in [*_named(directory, documents), *_site_before(session, before)]}
    bundle = Bundle(
        text=text,
        recipients=_recipients(directory, members),
        documents=carried,
        difference=tuple(difference(before, directory, renewals, carried)),
        before=_note_of(session, before),
        renewals=renewals,
    )
    check_contents(directory, bundle)
    alone = service.settings.one_person_office
    check_directory_apart(directory, site_roles(session), one_person_office=alone)
    return bundle


def _note_of(session: Session, before: Directory | None) -> str | None:
    return session.get_one(DirectoryVersion, before.version).note if before else None


def _site_before(session: Session, before: Directory | None) -> list[bytes]:
    """The site's document in force: what the signer sees of a change is told by it."""
    found = session.get(Document, before.site) if before else None
    return [] if found is None else [found.body]


def _site(service: Service, body: bytes, channels: Sequence[JSONObject]) -> bytes:
    return with_places_of_profiles(service, body, {str(channel["policy"]["profile"]) for channel in channels})


def with_places_of_profiles(service: Service, body: bytes, kept: Iterable[str]) -> bytes:
    """A drafted site's document as it is to be signed: with what is published of the profiles that channels keep."""
    names = sorted(set(kept))
    own = service.settings.profiles
    return with_profiles(body, {name: profiles.load(name, own).published() for name in names})


def _document(documents: Mapping[str, bytes], name: str) -> bytes:
    if name not in documents:
        raise errors.PublicationRefused(N_("The document “{name}” is missing."), values={"name": name})
    return documents[name]


def _named(directory: Directory, documents: Mapping[str, bytes]) -> list[bytes]:
    names = [SITE, *(questionnaire_name(channel.questionnaire.id) for channel in directory.channels)]
    return [documents[name] for name in names]


def _channels(session: Session, documents: Mapping[str, bytes]) -> list[JSONObject]:
    roles: dict[str, dict[str, list[str]]] = defaultdict(dict)
    for row in session.scalars(select(ChannelRole).order_by(ChannelRole.role, ChannelRole.member_id)):
        roles[row.channel_id].setdefault(row.role, []).append(row.member_id)
    return [
        {
            "id": channel.id,
            "kind": channel.kind,
            "titles": parse_json_object(channel.titles.encode(), limit=1 << 16),
            "questionnaire": {
                "id": channel.questionnaire,
                "sha256": b64encode(sha256(_document(documents, questionnaire_name(channel.questionnaire)))),
            },
            "roles": roles[channel.id],
            "policy": parse_json_object(channel.policy.encode(), limit=1 << 16),
        }
        for channel in session.scalars(select(Channel).order_by(Channel.position, Channel.id))
    ]


def _member(member: DraftedMember, before: Directory | None) -> JSONObject:
    return {
        "id": member.id,
        "label": member.label,
        "since": since(before, member.id, member.signing_key),
        "signing_key": b64encode(member.signing_key),
        "recipient_sha256": b64encode(sha256(member.recipient.encode())),
        "valid_until": member.valid_until.isoformat(),
    }


def _recipients(directory: Directory, members: Sequence[DraftedMember]) -> dict[str, dict[str, str]]:
    strings = {member.id: member.recipient for member in members}
    return {
        channel.id: {member_id: strings[member_id] for member_id in sorted(channel.member_ids())}
        for channel in directory.channels
    }

"""What may happen to the directory: drafting, asking for a signature, publishing.

Every function works on a session inside ``service.database.write()``; leaving that block stores it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from reporting import errors
from reporting.directory import published, signers
from reporting.directory.bundle import Bundle, check_contents, read_bundle, verified
from reporting.directory.draft import SITE, questionnaire_name, request_directory
from reporting.directory.facts import SiteFacts, page_facts, questionnaire_of, site_facts
from reporting.directory.models import Channel, ChannelRole, DirectoryVersion, Document, DraftDocument
from reporting.directory.published import ShapeSize, at_version, current, latest_version, roles_of
from reporting.directory.renewed import take_up
from reporting.directory.roles import (
    check_directory_apart,
    give_role,
    give_site_role,
    site_roles,
    take_role,
    take_site_role,
)
from reporting.directory.signers import log_signer, service_signer
from reporting.directory.succession import check_follows
from reporting.log.rules import add_leaf, record
from reporting.protocol.directory import Directory, root_after
from reporting.protocol.directory_parts import ANONYMOUS, KINDS
from reporting.protocol.encoding import dump_json, is_id, parse_json_object
from reporting.protocol.errors import N_
from reporting.service import Service

__all__ = [
    "MAX_DOCUMENT",
    "NewChannel",
    "ShapeSize",
    "SiteFacts",
    "add_channel",
    "at_version",
    "change_channel",
    "current",
    "give_role",
    "give_site_role",
    "latest_version",
    "log_signer",
    "page_facts",
    "publish",
    "questionnaire_of",
    "read_bundle",
    "remove_channel",
    "request_directory",
    "roles_of",
    "service_signer",
    "set_questionnaire",
    "set_site",
    "site_facts",
    "site_roles",
    "take_role",
    "take_site_role",
]

MAX_DOCUMENT = 1024 * 1024


@dataclass(frozen=True)
class NewChannel:
    """A channel to be: titles by language, the id of its questionnaire, its policy (section 13)."""

    id: str
    kind: str
    titles: Mapping[str, str]
    questionnaire: str
    anonymous: str = "must"
    scriptless: bool = True
    profile: str = "generic"


def add_channel(session: Session, channel: NewChannel) -> None:
    """Draft a channel; it opens with the next directory.

    :raises AlreadyThere: the draft has one of that id
    :raises Unprocessable: a field that no directory may hold; the pointer names it
    """
    if not is_id(channel.id):
        raise errors.Unprocessable(N_("This is not a valid id."), pointer="/id")
    if session.get(Channel, channel.id) is not None:
        raise errors.AlreadyThere(pointer="/id")
    _check_channel(session, channel)
    session.add(
        Channel(
            id=channel.id,
            position=(session.scalar(select(func.max(Channel.position))) or 0) + 1,
            kind=channel.kind,
            titles=dump_json(dict(channel.titles)).decode(),
            questionnaire=channel.questionnaire,
            policy=_policy(channel),
        )
    )
    session.flush()


def _check_channel(session: Session, channel: NewChannel) -> None:
    if channel.kind not in KINDS:
        raise errors.Unprocessable(N_("A channel is of kind report or protection."), pointer="/kind")
    if channel.anonymous not in ANONYMOUS:
        raise errors.Unprocessable(N_("A channel says whether reports may be anonymous."), pointer="/anonymous")
    if not channel.titles:
        raise errors.Unprocessable(N_("A channel needs a title in one language at least."), pointer="/titles")
    if session.get(DraftDocument, questionnaire_name(channel.questionnaire)) is None:
        raise errors.Unprocessable(N_("There is no such questionnaire."), pointer="/questionnaire")


def _policy(channel: NewChannel) -> str:
    policy = {"anonymous": channel.anonymous, "scriptless": channel.scriptless, "profile": channel.profile}
    return dump_json(policy).decode()


def change_channel(session: Session, channel: NewChannel) -> bool:
    """Draft other titles, another questionnaire or policy of a channel; whether anything differs.

    :raises NotFound: no such channel in the draft
    :raises Unprocessable: a field that no directory may hold, or another kind; the pointer names it
    """
    row = session.get(Channel, channel.id)
    if row is None:
        raise errors.NotFound(N_("There is no channel “{channel}”."), values={"channel": channel.id})
    if channel.kind != row.kind:
        raise errors.Unprocessable(N_("A channel keeps its kind."), pointer="/kind")
    _check_channel(session, channel)
    titles, policy = dump_json(dict(channel.titles)).decode(), _policy(channel)
    differs = (row.titles, row.questionnaire, row.policy) != (titles, channel.questionnaire, policy)
    row.titles, row.questionnaire, row.policy = titles, channel.questionnaire, policy
    session.flush()
    return differs


def remove_channel(session: Session, channel_id: str) -> None:
    """Draft the end of a channel; its cases stay.

    :raises NotFound: no such channel in the draft
    """
    channel = session.get(Channel, channel_id)
    if channel is None:
        raise errors.NotFound(pointer="/id")
    session.execute(delete(ChannelRole).where(ChannelRole.channel_id == channel_id))
    session.delete(channel)


def set_site(session: Session, body: bytes) -> None:
    """Draft the site's document: the texts and settings that show on pages, one JSON object.

    :raises Malformed: not one (of the core's tree), or above 1 MiB
    """
    parse_json_object(body, limit=MAX_DOCUMENT)
    session.merge(DraftDocument(name=SITE, body=body))


def set_questionnaire(session: Session, questionnaire_id: str, body: bytes) -> None:
    """Draft a questionnaire, one JSON object.

    :raises Malformed: not one (of the core's tree), or above 1 MiB
    :raises Unprocessable: an id that no directory may hold
    """
    if not is_id(questionnaire_id):
        raise errors.Unprocessable(N_("This is not a valid id."), pointer="/id")
    parse_json_object(body, limit=MAX_DOCUMENT)
    session.merge(DraftDocument(name=questionnaire_name(questionnaire_id), body=body))


def publish(
    service: Service, session: Session, bundle: Bundle, *, by: str = "server", next_root: bytes | None = None
) -> Directory:
    """Put a signed directory in force.

    :param by: the member who does it, or ``server`` for whoever sits at its terminal
    :param next_root: the root key that is to follow, where this directory is to change it
    :raises PublicationRefused: another root, origin or service; not the next version; recipients or
        documents that are not those it names; a worst case that does not fit; out of its time; roles in one
        person that must not meet
    """
    directory = verified(bundle, service.root)
    if directory.next_root != next_root:
        raise errors.PublicationRefused(
            N_("A new root key is put in force with “keys publish --new-root”, and with the directory that names it.")
        )
    root_after(bundle.note or "", directory, service.root)
    check_follows(published.latest(service, session), directory)
    named = ((signers.SERVICE, directory.service_key), (signers.LOG, directory.log_key))
    if not all(signers.is_here(service, name, key) for name, key in named):
        raise errors.PublicationRefused(N_("This directory names keys of another server."))
    if not directory.date <= service.clock.today() <= directory.valid_until:
        raise errors.PublicationRefused(N_("This directory is not in force today."))
    check_contents(directory, bundle)
    alone = service.settings.one_person_office
    check_directory_apart(directory, site_roles(session), one_person_office=alone)
    _store(session, directory, bundle)
    add_leaf(session, "log", bundle.note or "")
    take_up(service, session, directory, by)
    record(service, session, by, "directory:publish", details={"version": directory.version})
    return directory


def _store(session: Session, directory: Directory, bundle: Bundle) -> None:
    session.add(
        DirectoryVersion(
            version=directory.version,
            note=bundle.note,
            text_sha256=directory.sha256,
            day=directory.date,
            valid_until=directory.valid_until,
            recipients=dump_json(bundle.recipients).decode(),
        )
    )
    for digest in _named_documents(directory):
        session.merge(Document(sha256=digest, body=bundle.documents[digest]))
    session.flush()


def _named_documents(directory: Directory) -> Sequence[bytes]:
    return sorted({directory.site, *(channel.questionnaire.sha256 for channel in directory.channels)})

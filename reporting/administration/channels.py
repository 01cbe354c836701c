"""Channels, questionnaires and the site's document, as administrators draft them."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from reporting import errors, profiles
from reporting.administration.drafts import Changing
from reporting.cases.models import Case
from reporting.directory import published
from reporting.directory import rules as directories
from reporting.directory.draft import SITE, questionnaire_name
from reporting.directory.models import Channel, DirectoryVersion, DraftDocument
from reporting.directory.rules import NewChannel
from reporting.directory.site import Site, parse
from reporting.protocol.encoding import dump_json, is_id, parse_json_object, sha256
from reporting.protocol.errors import N_
from reporting.questionnaires import rules as questionnaires
from reporting.questionnaires.models import FORMAT, Questionnaire
from reporting.questionnaires.rules import QuestionnaireError
from reporting.service import Service

_LIMIT = 1 << 16
_PREFIX = questionnaire_name("")
CLOSED = "closed"  # a case's last status


@dataclass(frozen=True)
class Version:
    """A questionnaire as it was asked: since which version of the list, and the beginning of its hash."""

    since: int
    digest: str


def drafted(session: Session, channel_id: str) -> NewChannel:
    """A channel as it is drafted.

    :raises NotFound: there is none of that id
    """
    row = session.get(Channel, channel_id)
    if row is None:
        raise errors.NotFound(N_("There is no channel “{channel}”."), values={"channel": channel_id})
    policy = parse_json_object(row.policy.encode(), limit=_LIMIT)
    titles = parse_json_object(row.titles.encode(), limit=_LIMIT)
    return NewChannel(
        id=row.id,
        kind=row.kind,
        titles={language: str(title) for language, title in titles.items()},
        questionnaire=row.questionnaire,
        anonymous=str(policy["anonymous"]),
        scriptless=bool(policy["scriptless"]),
        profile=str(policy["profile"]),
    )


def store(change: Changing, channel: NewChannel, *, new: bool) -> bool:
    """Draft a channel, or what is to be another about it; whether anything differs.

    :raises AlreadyThere, NotFound: as :func:`add_channel` and :func:`change_channel` say
    :raises Unprocessable: a field that cannot be right
    """
    profiles.check_known(channel.profile, change.service.settings.profiles)
    _bring_questionnaire(change.session, channel.questionnaire)
    if new:
        directories.add_channel(change.session, channel)
    elif not directories.change_channel(change.session, channel):
        return False
    change.note("channel:add" if new else "channel:change", channel=channel.id)
    return True


def _bring_questionnaire(session: Session, questionnaire_id: str) -> None:
    """One that comes with the product is drafted once a channel asks it."""
    missing = session.get(DraftDocument, questionnaire_name(questionnaire_id)) is None
    if missing and questionnaire_id in questionnaires.shipped():
        directories.set_questionnaire(session, questionnaire_id, questionnaires.served(questionnaire_id))
        session.flush()


def close(change: Changing, channel_id: str) -> None:
    """Draft the end of a channel; its cases stay.

    :raises NotFound: there is none of that id
    """
    directories.remove_channel(change.session, channel_id)
    change.session.flush()
    change.note("channel:remove", channel=channel_id)


def has_open_cases(session: Session, channel_id: str) -> bool:
    """Whether a case of a channel is not closed: their number, looked at again and again, would tell of each report."""
    found = select(Case.id).where(Case.channel_id == channel_id, Case.status != CLOSED).limit(1)
    return session.scalar(found) is not None


def known_questionnaires(session: Session) -> list[str]:
    """The ids of those drafted, and of those that come with the product."""
    names = session.scalars(select(DraftDocument.name).where(DraftDocument.name.startswith(_PREFIX)))
    return sorted({name.removeprefix(_PREFIX) for name in names} | set(questionnaires.shipped()))


def questionnaire(session: Session, questionnaire_id: str) -> Questionnaire:
    """A questionnaire as drafted, else as it comes with the product.

    :raises NotFound: there is none of that id
    """
    row = session.get(DraftDocument, questionnaire_name(questionnaire_id))
    if row is not None:
        return questionnaires.read_served(row.body, questionnaire_id)
    if questionnaire_id in questionnaires.shipped():
        return questionnaires.load(questionnaire_id)
    raise errors.NotFound(N_("There is no such questionnaire."))


def asked_by(session: Session) -> Mapping[str, Sequence[str]]:
    """Which drafted channels ask each questionnaire."""
    found: dict[str, list[str]] = {}
    for row in session.scalars(select(Channel).order_by(Channel.position, Channel.id)):
        found.setdefault(row.questionnaire, []).append(row.id)
    return found


def versions(service: Service, session: Session, questionnaire_id: str) -> list[Version]:
    """How a questionnaire was asked until now, the newest first. Reports keep the one that they answered."""
    found: list[Version] = []
    for number in session.scalars(select(DirectoryVersion.version).order_by(DirectoryVersion.version)):
        for channel in published.at_version(service, session, number).channels:
            digest = channel.questionnaire.sha256.hex()[:16]
            if channel.questionnaire.id == questionnaire_id and (not found or found[-1].digest != digest):
                found.append(Version(number, digest))
    return found[::-1]


def store_questionnaire(change: Changing, questionnaire_id: str, text: str) -> bool:
    """Draft a questionnaire from its text; whether anything differs.

    :raises Unprocessable: an id that cannot be one
    :raises QuestionnaireError: a fault, by question (of the core's tree)
    """
    body = questionnaires.to_bytes(read_text(questionnaire_id, text))
    row = change.session.get(DraftDocument, questionnaire_name(questionnaire_id))
    if row is not None and sha256(row.body) == sha256(body):
        return False
    directories.set_questionnaire(change.session, questionnaire_id, body)
    change.session.flush()
    change.note("questionnaire:change", questionnaire=questionnaire_id)
    return True


def read_text(questionnaire_id: str, text: str) -> Questionnaire:
    """A questionnaire from TOML, as it is edited.

    :raises Unprocessable: an id that cannot be one
    :raises QuestionnaireError: a fault, by question (of the core's tree)
    """
    if not is_id(questionnaire_id):
        raise errors.Unprocessable(N_("This is not a valid id."), pointer="/id")
    try:
        content = tomllib.loads(text)
        body = dump_json({"format": FORMAT, **content, "id": questionnaire_id})
    except (ValueError, TypeError) as error:
        raise QuestionnaireError(N_("{fault}"), pointer="/text", fault=error) from None
    return questionnaires.read_served(body, questionnaire_id)


def as_text(found: Questionnaire) -> str:
    """A questionnaire as TOML, to be edited and read back."""
    content = questionnaires.to_json(found)
    lines = [f"{name} = {_toml(value)}" for name, value in content.items() if name not in ("format", "sections")]
    for section in content["sections"]:
        lines += ["", "[[sections]]", *_pairs(section, "questions")]
        for question in section["questions"]:
            lines += ["", "[[sections.questions]]", *_pairs(question)]
    return "\n".join(lines) + "\n"


def _pairs(content: Mapping[str, Any], but: str = "") -> Iterator[str]:
    for name, value in content.items():
        if name != but:
            yield f"{name} = {_toml(value, lines=name == 'options')}"


def _toml(value: Any, *, lines: bool = False) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{name} = {_toml(one)}" for name, one in value.items()) + " }"
    if isinstance(value, list):
        parts = [_toml(one) for one in value]
        return "[\n" + "".join(f"  {part},\n" for part in parts) + "]" if lines else f"[{', '.join(parts)}]"
    # TOML writes texts, numbers and truth as JSON does, but for this one control character.
    return dump_json({"": value}).decode()[4:-1].replace("\x7f", "\\u007f")


def site(session: Session) -> Site:
    """The site's document as drafted.

    :raises NotFound: there is none
    """
    row = session.get(DraftDocument, SITE)
    if row is None:
        raise errors.NotFound
    return parse(row.body)


def store_site(change: Changing, new: Site) -> bool:
    """Draft the site's document; whether anything differs. Where else to go is edited apart, and stays as drafted.

    :raises Unprocessable: there is no such profile of deadlines
    """
    profiles.check_known(new.profile, change.service.settings.profiles)
    new = replace(new, places=site(change.session).places)
    row = change.session.get(DraftDocument, SITE)
    if row is not None and row.body == new.encode():
        return False
    directories.set_site(change.session, new.encode())
    change.session.flush()
    change.note("site:change")
    return True

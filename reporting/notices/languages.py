"""In which language a member gets mail: that of the page where they asked for it, until they choose another."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.orm import Session

from reporting import errors
from reporting.directory import published
from reporting.directory.facts import SiteFacts, facts_in
from reporting.i18n import available_languages, choose_language
from reporting.notices.models import NoticeAddress
from reporting.protocol.encoding import JSONObject
from reporting.protocol.errors import N_
from reporting.service import Service


def parse_language(content: JSONObject) -> str:
    """The language in the body of a request.

    :raises Unprocessable: mail is not written in it
    """
    language = content.get("language")
    if language not in available_languages():
        known = {"languages": ", ".join(available_languages())}
        raise errors.Unprocessable(N_("Mail is written in: {languages}."), pointer="/language", values=known)
    return str(language)


def language_of(service: Service, session: Session, row: NoticeAddress | None) -> str:
    """A member's language; where it is not known, or not spoken any more, the site's first; else English."""
    facts = _facts(service, session)
    wanted = [row.language if row else None, facts.site.languages[0] if facts else None]
    return choose_language(language for language in wanted if language)


def titles(service: Service, session: Session, language: str) -> Mapping[str, str]:
    """The channels' titles in a language, by id."""
    facts = _facts(service, session)
    return {one.id: facts.title(one, language) for one in facts.directory.channels} if facts else {}


def _facts(service: Service, session: Session) -> SiteFacts | None:
    return facts_in(service, session) if published.latest_version(session) else None

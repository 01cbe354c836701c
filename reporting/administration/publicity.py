"""How the public site's texts stand: usable files, Article 13, who has checked what, what is still to be translated."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy.orm import Session

from reporting import errors
from reporting.administration import contents
from reporting.administration.finding import UNKNOWN, UNMET, Finding, judged
from reporting.awareness.library import own_folder
from reporting.awareness.reviews import Standing, standings
from reporting.awareness.rules import Edition
from reporting.awareness.topics import ARTICLE_13
from reporting.i18n import gettext as _
from reporting.service import Service


def public_texts(service: Service, session: Session) -> Iterator[Finding]:
    """What is to be said of the texts that everybody can read."""
    try:
        fault = contents.fault(service)
    except errors.ContentError as error:
        yield Finding(UNMET, _("The product's own texts cannot be used: {why}", why=_(error.message, **error.values)))
        return
    if own_folder(service.settings).is_dir():
        yield judged(
            not fault,
            _("Your own files of public texts are used."),
            _("Your own files of public texts are not used as they are now: {why}", why=fault),
        )
    found = contents.edition(service, session)
    if found.written.faulty:
        places = ", ".join(f"{language}/{page}/{anchor}" for page, anchor, language in found.written.faulty)
        yield Finding(UNMET, _("Texts of your own that this release does not take any more: {places}.", places=places))
    languages = contents.languages(session)
    yield from _article_13(found, languages)
    for language in languages:
        yield from _language(language, standings(session, found, language))


def _article_13(found: Edition, languages: Sequence[str]) -> Iterator[Finding]:
    answered = {language: found.article_13(language) for language in languages}
    for item, words in ARTICLE_13.items():
        without = [language for language in languages if not answered[language][item]]
        values = {"item": item, "words": _(words), "languages": ", ".join(without)}
        yield judged(
            not without,
            _("Article 13({item}) is published: {words}.", **values),
            _("Article 13({item}) is not published: {words} ({languages}).", **values),
        )


def _language(language: str, pages: Sequence[Standing]) -> Iterator[Finding]:
    written = [one for one in pages if one.written]
    unreviewed = [one.page.name for one in written if one.needs_review]
    missing = [one.page.name for one in pages if one.needs_translation]
    values = {"language": language, "all": len(written)}
    if unreviewed:
        yield Finding(
            UNKNOWN,
            _(
                "Public texts in “{language}” that nobody who knows the field and the language is noted to have "
                "checked, {count} of {all}: {names}.",
                count=len(unreviewed),
                names=", ".join(unreviewed),
                **values,
            ),
        )
    elif written:
        yield judged(True, _("Somebody has checked every public text in “{language}”.", language=language), "")
    if missing:
        yield Finding(
            UNKNOWN,
            _(
                "Public texts of which something is not in “{language}”, {count}: {names}.",
                language=language,
                count=len(missing),
                names=", ".join(missing),
            ),
        )

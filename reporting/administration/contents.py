"""The public site's texts, as administrators change them: section by section, at once, every step kept."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from reporting import errors
from reporting.administration import channels
from reporting.administration.drafts import Changing
from reporting.awareness import rules as texts
from reporting.awareness.library import shelf
from reporting.awareness.markdown import check_anchor, check_title, within
from reporting.awareness.merging import Merged, merge_page
from reporting.awareness.models import OwnSection
from reporting.awareness.pieces import OWN, SHIPPED, Fault, Section
from reporting.awareness.reading import MAX_SECTIONS
from reporting.awareness.rules import EVERYWHERE, Edition
from reporting.awareness.topics import HEAD
from reporting.awareness.words import profile_of
from reporting.directory.facts import facts_in
from reporting.i18n import ENGLISH
from reporting.i18n import gettext as _
from reporting.members.models import Member
from reporting.protocol.encoding import sha256
from reporting.protocol.errors import N_
from reporting.service import Service

Made = TypeVar("Made")
MAX_TEXT = 8_000
#: Steps that one section keeps: enough for years, and no way to fill the disk.
MAX_VERSIONS = 500
_EDIT, _HIDE, _SHOW, _DROP, _RESTORE = "edit", "hide", "show", "drop", "restore"
#: What each step is called in a section's history.
STEPS = {
    _EDIT: N_("written"),
    _HIDE: N_("hidden"),
    _SHOW: N_("shown again"),
    _DROP: N_("own text taken out"),
    _RESTORE: N_("an older version put back"),
}


@dataclass(frozen=True)
class Where:
    """A section: on which page, in which language, by which anchor."""

    page: str
    language: str
    anchor: str

    @property
    def subject(self) -> str:
        """What a change is about: the page in its language."""
        return subject(self.page, self.language)


@dataclass(frozen=True)
class Step:
    """One step of a section's history, as it is shown."""

    row: OwnSection
    at: datetime.datetime
    by: str
    what: str


def subject(page: str, language: str) -> str:
    """What changes of a page in a language are counted under."""
    return f"content/{language}/{page}"[:64]


def edition(service: Service, session: Session) -> Edition:
    """The texts for the jurisdiction of the list in force, or before there is one, of the drafted site."""
    try:
        profile = profile_of(facts_in(service, session))
    except errors.NothingPublished:
        profile = channels.site(session).profile
    return texts.edition_in(service, session, profile)


def languages(session: Session) -> tuple[str, ...]:
    """The languages of the site as it is drafted."""
    return tuple(channels.site(session).languages)


def section(found: Edition, where: Where) -> Section:
    """A section as it is, hidden or not.

    :raises NotFound: there is none
    """
    one = _section(found, where, where.language)
    if one is None:
        raise errors.NotFound
    return one


def in_english(found: Edition, where: Where) -> Section | None:
    """What a section says in English; None where it says nothing there."""
    return _section(found, where, ENGLISH)


def _section(found: Edition, where: Where, language: str) -> Section | None:
    page = found.page(where.page, language, with_hidden=True)
    if page is None or where.anchor != HEAD:
        return page.section(where.anchor) if page else None
    text = f"{page.summary}\n\n{page.introduction_text}".strip()
    layer = OWN if page.own_head else SHIPPED
    return Section(HEAD, page.title, text, page.introduction, language=page.head_language, layer=layer)


def visible(found: Edition, where: Where) -> Merged:
    """A page as everybody reads it.

    :raises NotFound: there is none
    """
    page = found.page(where.page, where.language)
    if page is None:
        raise errors.NotFound
    return page


def lost(found: Edition, where: Where, step: str) -> tuple[str, ...]:
    """The items of Article 13 that nothing answers any more once a section is hidden, or its own text taken out."""
    here = section(found, where)
    remain = () if step == _HIDE else _below(found, where)
    answers = found.article_13(where.language)
    return tuple(
        item
        for item in here.art13
        if item not in remain
        and all((page.name, one.anchor) == (where.page, where.anchor) for page, one in answers[item])
    )


def _below(found: Edition, where: Where) -> tuple[str, ...]:
    """The items that the section answers without the organisation's own text."""
    page = merge_page(*found.files(where.page), {}, where.language)
    one = page.section(where.anchor)
    return () if one is None else one.art13


def own_items(session: Session, where: Where) -> tuple[str, ...]:
    """The items that the organisation's own text answers by itself: those of what lies below come without it."""
    before = _last(session, where)
    return tuple(before.art13.split(",")) if before is not None and before.art13 else ()


def check_new(found: Edition, where: Where) -> None:
    """Refuse an anchor that a section may not bear, or that another of the page bears.

    :raises Unprocessable, AlreadyThere: so it is
    """
    _judge("anchor", lambda: check_anchor(where.anchor))
    page = found.page(where.page, where.language, with_hidden=True)
    if page is not None and page.section(where.anchor) is not None:
        raise errors.AlreadyThere(N_("Another section of this page bears this anchor."), pointer="/anchor")


def fault(service: Service) -> str:
    """Why the operator's own files are not used as they are now; empty where they are, or where there are none."""
    files = shelf(service.settings)
    files.current()
    return "" if files.fault is None else _(files.fault.message, **files.fault.values)


def read_section(found: Edition, where: Where, title: str, text: str, art13: Sequence[str] = ()) -> Section:
    """What an administrator wrote, if it can stand there.

    :raises Unprocessable: it cannot; the sentence names the line
    """
    if len(text) > MAX_TEXT:
        raise errors.Unprocessable(
            N_("A section has at most {most} characters."), pointer="/text", values={"most": MAX_TEXT}
        )
    _judge("title", lambda: check_title(title))
    made = _judge("text", lambda: texts.own_section(where.anchor, where.language, title, text, ",".join(art13)))
    if not made.blocks:
        raise errors.Unprocessable(N_("A section has a text."), pointer="/text")
    for link in made.links:
        target = within(link.target)
        if target is not None and not _leads(found, where, *target):
            raise _at_line("text", link.line, _("“{target}” leads to no section", target=link.target))
    return made


def _leads(found: Edition, where: Where, page: str, anchor: str) -> bool:
    known = found.page(page or where.page, where.language, with_hidden=True)
    if known is None:
        return False
    return not anchor or anchor in known.anchors or (page or where.page, anchor) == (where.page, where.anchor)


def _judge(field: str, read: Callable[[], Made]) -> Made:
    try:
        return read()
    except Fault as fault:
        raise _at_line(field, fault.line, _(fault.message, **fault.values)) from None


def _at_line(field: str, line: int, fault: str) -> errors.Unprocessable:
    return errors.Unprocessable(N_("Line {line}: {fault}."), pointer=f"/{field}", values={"line": line, "fault": fault})


def store(change: Changing, found: Edition, where: Where, wanted: Section) -> bool:
    """Let the organisation's own section stand there: whether that is anything new.

    :raises Conflict: the page has as many sections as it may have
    """
    _check_room(change, found, where)
    before = _last(change.session, where)
    art13 = ",".join(wanted.art13)
    if before is not None and (before.title, before.text, before.art13) == (wanted.title, wanted.text, art13):
        return False
    _add(change, where, _EDIT, title=wanted.title, text=wanted.text, art13=art13)
    return True


def _check_room(change: Changing, found: Edition, where: Where) -> None:
    page = found.page(where.page, where.language, with_hidden=True)
    if page is None or where.language not in languages(change.session):
        raise errors.NotFound
    is_new = where.anchor != HEAD and page.section(where.anchor) is None
    if is_new and len(page.sections) >= MAX_SECTIONS:
        raise errors.Conflict(N_("A page has at most {most} sections."), values={"most": MAX_SECTIONS})


def hide(change: Changing, found: Edition, where: Where) -> None:
    """Show a section to nobody, in any language.

    :raises NotFound: there is none
    """
    section(found, where)
    _set_hidden(change, where, _HIDE, hidden=True)


def show(change: Changing, where: Where) -> None:
    """Show a hidden section again."""
    _set_hidden(change, where, _SHOW, hidden=False)


def _set_hidden(change: Changing, where: Where, act: str, *, hidden: bool) -> None:
    if where.anchor == HEAD:
        raise errors.NotFound  # a page without a title is none
    everywhere = Where(where.page, EVERYWHERE, where.anchor)
    before = _last(change.session, everywhere)
    if (before is not None and before.hidden) == hidden:
        return
    _add(change, everywhere, act, hidden=hidden)


def drop(change: Changing, where: Where) -> None:
    """Take the organisation's own text out: what lies below is shown again, or nothing.

    :raises NotFound: there is none
    """
    before = _last(change.session, where)
    if before is None or not before.text:
        raise errors.NotFound
    _add(change, where, _DROP)


def restore(change: Changing, found: Edition, where: Where, version: int) -> None:
    """Put the text of an older version back.

    :raises NotFound: there is no such version, or it has no text
    :raises Unprocessable: its text can no longer stand there
    :raises Conflict: the page has as many sections as it may have
    """
    row = one_version(change.session, where, version)
    if not row.text:
        raise errors.NotFound
    _check_room(change, found, where)
    read_section(found, where, row.title, row.text)
    _add(change, where, _RESTORE, title=row.title, text=row.text, art13=row.art13)


def one_version(session: Session, where: Where, version: int) -> OwnSection:
    """A version of a section in its language.

    :raises NotFound: there is none
    """
    row = session.get(OwnSection, (where.page, where.anchor, where.language, version))
    if row is None:
        raise errors.NotFound
    return row


def touched(session: Session, page: str, language: str) -> frozenset[str]:
    """The sections of a page that have a history in a language."""
    found = session.scalars(
        select(OwnSection.anchor).where(OwnSection.page == page, OwnSection.language.in_([language, EVERYWHERE]))
    )
    return frozenset(found)


def history(session: Session, where: Where) -> list[Step]:
    """What was done to a section in its language and in all of them, the newest first."""
    rows = session.execute(
        select(OwnSection, Member.label)
        .join(Member, Member.id == OwnSection.member_id, isouter=True)
        .where(OwnSection.page == where.page, OwnSection.anchor == where.anchor)
        .where(OwnSection.language.in_([where.language, EVERYWHERE]))
        .order_by(OwnSection.at.desc(), OwnSection.version.desc())
    )
    return [
        Step(row, datetime.datetime.fromtimestamp(row.at, datetime.UTC), label or row.member_id, STEPS[row.act])
        for row, label in rows
    ]


def _last(session: Session, where: Where) -> OwnSection | None:
    return session.scalar(
        select(OwnSection)
        .where(OwnSection.page == where.page, OwnSection.anchor == where.anchor)
        .where(OwnSection.language == where.language)
        .order_by(OwnSection.version.desc())
        .limit(1)
    )


def _add(
    change: Changing, where: Where, act: str, *, title: str = "", text: str = "", art13: str = "", hidden: bool = False
) -> None:
    before = _last(change.session, where)
    version = 1 if before is None else before.version + 1
    if version > MAX_VERSIONS:
        raise errors.Conflict(
            N_("This section has {most} versions already: no more are kept."), values={"most": MAX_VERSIONS}
        )
    row = OwnSection(
        page=where.page,
        anchor=where.anchor,
        language=where.language,
        version=version,
        at=change.service.clock.now(),
        member_id=change.by,
        act=act,
        title=title,
        text=text,
        art13=art13,
        hidden=hidden,
    )
    change.session.add(row)
    change.session.flush()
    # The audit trail holds which text it was, so that a history altered later can be told from the true one.
    mark: dict[str, Any] = {"sha256": sha256(f"{title}\n{text}".encode()).hex()} if text else {}
    change.note(
        f"content:{act}", page=where.page, language=where.language, section=where.anchor, version=version, **mark
    )

"""How mail stands, for those who look after the service: no addresses, no secrets, no words of the server."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from reporting.i18n import gettext as _
from reporting.notices import post
from reporting.notices.models import NoticeAddress, NoticeMail, NoticeState
from reporting.protocol.errors import N_
from reporting.service import Service

REASONS = {
    post.UNREACHABLE: N_("it does not answer, or not in time"),
    post.CERTIFICATE: N_("its certificate is not good, or it does not speak TLS"),
    post.SIGN_IN: N_("user or password are not right"),
    post.SENDER: N_("it does not take the sender’s address"),
    post.RECIPIENT: N_("it does not take the recipient’s address"),
    post.MESSAGE: N_("it does not take the mail"),
    post.SERVER: N_("it refused, or does not speak as it should"),
}


@dataclass(frozen=True)
class Standing:
    """``failed``: why mail is not taken, in words, empty while it is; ``refused``: the members whose addresses were."""

    waiting: int
    last: datetime.date | None
    failed: str
    since: datetime.date | None
    refused: tuple[str, ...]


def standing(session: Session) -> Standing:
    """How it is now."""
    state = session.scalar(select(NoticeState))
    refused = select(NoticeAddress.member_id).where(NoticeAddress.failed.is_not(None)).order_by(NoticeAddress.member_id)
    failed = state.failed if state else None
    return Standing(
        waiting=session.scalar(select(func.count()).select_from(NoticeMail)) or 0,
        last=_day(state.sent if state else None),
        failed=_(REASONS.get(failed, failed)) if failed else "",
        since=_day(state.failed_since if state else None),
        refused=tuple(session.scalars(refused)),
    )


def _day(seconds: int | None) -> datetime.date | None:
    return None if seconds is None else datetime.datetime.fromtimestamp(seconds, datetime.UTC).date()


def sends_mail(service: Service) -> bool:
    """Whether mail is set up."""
    return bool(service.settings.smtp_host)

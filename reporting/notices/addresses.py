"""A member's mail address: asked for, shown to be theirs by a code that was mailed to it, and forgotten."""

from __future__ import annotations

import hmac
import os

from sqlalchemy import delete
from sqlalchemy.orm import Session

from reporting import errors
from reporting.log.rules import record
from reporting.mailing import is_address
from reporting.members.models import Member
from reporting.members.throttles import LONGEST_WAIT_FOR_CODES, count_attempt, forgive
from reporting.notices.composing import CODE, new_mail
from reporting.notices.models import NoticeAddress, NoticeChoice, NoticeMail
from reporting.protocol.encoding import JSONObject
from reporting.protocol.errors import N_
from reporting.service import Service

GOOD_FOR = 60 * 60  # servers that do not know this one yet may let it come back in a quarter of an hour
_DIGITS = 8


def parse_address(content: JSONObject) -> str:
    """The body of a request for an address.

    :raises Unprocessable: it is none that mail could be sent to
    """
    address = content.get("address")
    if not isinstance(address, str) or not is_address(address):
        raise errors.Unprocessable(N_("This is not a mail address."), pointer="/address")
    return address


def parse_code(content: JSONObject) -> str:
    """The body of a confirmation; spaces between the digits do not count.

    :raises Unprocessable: no text
    """
    code = content.get("code")
    if not isinstance(code, str) or len(code) > 64:
        raise errors.Unprocessable(N_("The code has eight digits."), pointer="/code")
    return "".join(code.split())


def ask(service: Service, member_id: str, address: str, language: str, *, by: str | None = None) -> None:
    """Have a code mailed to an address; the confirmed one, if there is one, stays in use until it comes back.

    :param language: the language of this mail and of all that follow
    :param by: who asks for somebody else: ``server``
    :raises NotFound: nobody of that id
    :raises Conflict: this service sends no mail
    :raises TooManyAttempts: too often: nobody is to be flooded from here
    """
    _check_offered(service)
    count_attempt(service, _key(service, b"ask", member_id), LONGEST_WAIT_FOR_CODES)
    now = service.clock.now()
    with service.database.write() as session:
        row = _row(session, member_id)
        row.waiting, row.nonce, row.asked, row.language = address, os.urandom(32), now, language
        session.execute(delete(NoticeMail).where(NoticeMail.member_id == member_id, NoticeMail.kind == CODE))
        session.flush()
        session.add(new_mail(member_id, CODE, now, {}, now, now + GOOD_FOR))
        _record(service, session, member_id, "notice:ask", by)


def confirm(service: Service, member_id: str, code: str, language: str | None = None, *, by: str | None = None) -> None:
    """Take an address whose code came back.

    :param language: the language of all mail from now on; None for the one of the mail with the code
    :raises Conflict: no code was asked for, or too long ago
    :raises Unprocessable: another code
    :raises TooManyAttempts: too many guesses
    """
    key = _key(service, b"code", member_id)
    count_attempt(service, key, LONGEST_WAIT_FOR_CODES)
    with service.database.write() as session:
        row = session.get(NoticeAddress, member_id, with_for_update=True)
        if row is None or row.waiting is None or service.clock.now() > (row.asked or 0) + GOOD_FOR:
            raise errors.Conflict(N_("No code waits for you, or it is too old: ask for another."))
        if not hmac.compare_digest(code_of(service, row).encode(), code.encode()):
            raise errors.Unprocessable(N_("This is not the code that was mailed."), pointer="/code")
        row.address, row.waiting, row.nonce, row.asked, row.failed = row.waiting, None, None, None, None
        row.language = language or row.language
        forgive(session, key)
        _record(service, session, member_id, "notice:confirm", by)


def forget_address(service: Service, member_id: str, *, by: str | None = None) -> None:
    """Send a member no mail any more, and forget where to.

    :raises NotFound: they have no address here
    """
    with service.database.write() as session:
        if session.get(NoticeAddress, member_id, with_for_update=True) is None:
            raise errors.NotFound(N_("No mail address is kept."))
        for table in (NoticeMail, NoticeChoice, NoticeAddress):
            session.execute(delete(table).where(table.member_id == member_id))
        _record(service, session, member_id, "notice:forget", by)


def code_of(service: Service, row: NoticeAddress) -> str:
    """The code for the address that waits: it follows from a key of the server, and so is stored nowhere."""
    parts = (b"code", row.member_id.encode(), (row.waiting or "").encode(), row.nonce or b"")
    number = int.from_bytes(service.keyed_hash("notices", *parts)[:16])
    return f"{number % 10**_DIGITS:0{_DIGITS}}"


def _check_offered(service: Service) -> None:
    if not service.settings.smtp_host:
        raise errors.Conflict(N_("This service sends no mail."))


def _row(session: Session, member_id: str) -> NoticeAddress:
    member = session.get(Member, member_id, with_for_update=True)
    if member is None or not member.listed:
        raise errors.NotFound(N_("There is no member “{member}”."), values={"member": member_id})
    found = session.get(NoticeAddress, member_id)
    if found is None:
        found = NoticeAddress(
            member_id=member_id,
            address=None,
            waiting=None,
            nonce=None,
            asked=None,
            checkpoints=False,
            failed=None,
            language=None,
        )
        session.add(found)
    return found


def _record(service: Service, session: Session, member_id: str, act: str, by: str | None) -> None:
    """In the audit trail: that it was done. Where mail goes is nobody else's business."""
    record(service, session, by or member_id, act, details={} if by is None else {"member": member_id})


def _key(service: Service, use: bytes, member_id: str) -> bytes:
    return service.keyed_hash("throttle", b"notice", use, member_id.encode())

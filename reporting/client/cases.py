"""A member's cases: the list, and one case with every entry verified before anything of it is shown."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from reporting.client import cards
from reporting.client.cards import Card
from reporting.client.errors import NotPossible, Problem, UnexpectedAnswer, not_as_described
from reporting.client.mailbox import MAX_ENTRIES, Clock, OpenedCase, parse_case, parse_clocks
from reporting.client.member import MemberSession
from reporting.protocol import thread
from reporting.protocol.encoding import (
    JSON,
    JSONObject,
    b64decode,
    b64encode,
    check_integer,
    check_text,
    is_hex32,
    is_id,
    parse_day,
)
from reporting.protocol.epoch import MAX_EPOCHS
from reporting.protocol.errors import Malformed, ProtocolError, N_
from reporting.protocol.grant import Grant, open_grant
from reporting.protocol.thread_types import CaseWarning, State

_MAX_PAGES = 10_000
_RESTARTS = 3
_DAY = len("2026-11-27")


@dataclass(frozen=True)
class Line:
    """One case in the list: the server's word, but for the card."""

    case: str
    channel: str
    received: datetime.date
    status: str
    clocks: tuple[Clock, ...]
    next_due: datetime.date | None
    granted: bool
    assignee: str | None
    card: Card | None
    #: Since when something that the reporter wrote was not shown to this member.
    unread_since: datetime.date | None = None


@dataclass(frozen=True)
class StaffClock:
    """One of the hours of staff, by the server's word: the day on which it began, and whether it was met."""

    name: str
    day: str
    is_done: bool


@dataclass(frozen=True)
class DeskCase:
    """A case as a member opened it. ``grants`` are theirs, still sealed.

    The server's word alone: ``allowed``, what may follow the status; ``identity``, whether one was given;
    ``unread``, the last entry of the reporter's that was not shown to this member; ``staff_clocks``, the hours of
    staff, None where it says nothing of protection.
    """

    opened: OpenedCase
    grants: tuple[tuple[int, bytes], ...] = field(repr=False)
    allowed: tuple[str, ...]
    identity: bool
    unread: str | None = None
    staff_clocks: tuple[StaffClock, ...] | None = None

    def held(self, session: MemberSession) -> list[Grant]:
        """The member's own grants, opened; damaged ones left out."""
        found = []
        sealed, origin = self.opened.served.sealed, session.site.directory.origin
        for epoch, grant in self.grants:
            try:
                found.append(open_grant(grant, session.vault.identities, sealed.case, epoch, sealed.epochs[0], origin))
            except ProtocolError:
                continue
        return found


def list_cases(session: MemberSession) -> Iterator[Line]:
    """The member's own cases, the nearest due first.

    :raises UnexpectedAnswer: what the server serves is not as it describes itself
    """
    after = ""
    for _page in range(_MAX_PAGES):
        page = session.get(f"/api/cases?limit=500{after}")
        try:
            yield from [_line(session, item) for item in _objects(page, "cases")]
        except ProtocolError as error:
            raise not_as_described(error) from None
        if page.get("next") is None:
            return
        after = f"&after={_position(page)}"
    raise UnexpectedAnswer(N_("The server's pages have no end."))


def _position(page: JSONObject) -> str:
    position = str(page["next"])
    if not position.replace("-", "").replace(".", "").isalnum() or len(position) > 64:
        raise UnexpectedAnswer(N_("The server's pages have no end."))
    return position


def _objects(page: JSONObject, name: str) -> list[JSONObject]:
    value = page.get(name)
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise Malformed(N_("This must be a list."), pointer=f"/{name}")
    return value


def _line(session: MemberSession, item: JSONObject) -> Line:
    if not is_hex32(item.get("case")) or not is_id(item.get("channel")):
        raise Malformed(N_("This is not a valid id."), pointer="/cases")
    case, due, since = str(item["case"]), item.get("next_due"), item.get("unread_since")
    return Line(
        case=case,
        channel=str(item["channel"]),
        received=parse_day(item.get("received"), pointer="/received"),
        status=check_text(item.get("status"), pointer="/status", limit=64),
        clocks=parse_clocks(item.get("clocks")),
        next_due=None if due is None else parse_day(due, pointer="/next_due"),
        granted=item.get("granted") is True,
        assignee=_assignee(item.get("assignee")),
        card=cards.open_card(item.get("card"), session.vault_key, session.member, case),
        unread_since=None if since is None else parse_day(since, pointer="/unread_since"),
    )


def _assignee(value: JSON) -> str | None:
    if value is not None and not is_id(value):
        raise Malformed(N_("This is not a valid id."), pointer="/assignee")
    return None if value is None else str(value)


def find_case(session: MemberSession, beginning: str) -> str:
    """The id of the member's one case that begins so.

    :raises NotPossible: none, or several
    """
    beginning = beginning.lower()
    if is_hex32(beginning):
        return beginning
    found = [line.case for line in list_cases(session) if beginning and line.case.startswith(beginning)]
    if len(found) != 1:
        raise NotPossible(N_("You have {count} cases whose id begins with “{text}”."), count=len(found), text=beginning)
    return found[0]


def open_case(session: MemberSession, case_id: str) -> DeskCase:
    """Load a case with all its entries, judge it, hold it against its card, and write the card anew.

    :raises Problem: there is no such case for this member
    :raises NotAuthentic: the server shows another case or history than before
    """
    found, card = _judged(session, case_id)
    if found.opened.view.needs_newer_directory:
        session.load_directory()
        found, card = _judged(session, case_id)
    if card is not None and cards.check_against(found.opened.view, card):
        view = found.opened.view
        warnings = tuple(dict.fromkeys((*view.warnings, CaseWarning.EPOCHS_WITHHELD)))
        view = replace(view, warnings=warnings, named_epoch=max(view.named_epoch, card.epoch))
        found = replace(found, opened=replace(found.opened, view=view))
    fresh = cards.card_of(found.opened.view, card)
    if fresh is not None and fresh != card:
        sealed = fresh.seal(session.vault_key, session.member)
        session.send("PUT", f"/api/cases/{case_id}/card", {"card": b64encode(sealed)})
    return found


def _judged(session: MemberSession, case_id: str) -> tuple[DeskCase, Card | None]:
    content = session.get(f"/api/cases/{case_id}")
    entries = load_entries(session, case_id)
    try:
        served = parse_case(content, entries)
        grants = tuple(_grant(item) for item in _objects(content, "grants"))
    except ProtocolError as error:
        raise not_as_described(error) from None
    if served.sealed.case != case_id:
        raise UnexpectedAnswer(N_("The server's answer is about another case."))
    view = thread.read_as_member(served.sealed, grants, session.vault.identities, session.site.directory)
    allowed = content.get("allowed")
    known = tuple(item for item in allowed if isinstance(item, str)) if isinstance(allowed, list) else ()
    card = cards.open_card(content.get("card"), session.vault_key, session.member, case_id)
    custody = content.get("custody")
    identity = isinstance(custody, dict) and custody.get("identity") is True
    unread = content.get("unread")
    opened = OpenedCase(served, view, {})
    marked = unread if isinstance(unread, str) else None
    return DeskCase(opened, grants, known, identity, marked, _staff_clocks(content.get("protection"))), card


def _staff_clocks(protection: JSON) -> tuple[StaffClock, ...] | None:
    if not isinstance(protection, dict):
        return None
    found = ((clock.get("name"), clock.get("started"), clock.get("done")) for clock in _objects(protection, "clocks"))
    return tuple(StaffClock(str(name), str(started)[:_DAY], done is not None) for name, started, done in found)


def tell_read(session: MemberSession, found: DeskCase) -> None:
    """Tell the server that what was unread was shown; not where it kept that back, or what it sent could not be shown.

    :raises Problem: the server refuses
    """
    view = found.opened.view
    shown = {one.served.id for one in view.entries if one.state in (State.AUTHENTIC, State.REMOVED)}
    if found.unread is not None and found.unread in shown:
        session.send("POST", f"/api/cases/{view.case}/read", {"entry": found.unread})


def _grant(item: JSONObject) -> tuple[int, bytes]:
    epoch = check_integer(item.get("epoch"), 0, MAX_EPOCHS - 1, pointer="/grants")
    try:
        return epoch, b64decode(item.get("sealed"))
    except ProtocolError:
        return epoch, b""  # it does not open: the case is shown as one with a damaged grant


def load_entries(session: MemberSession, case_id: str) -> list[JSONObject]:
    """Every entry of a case that the server shows this member, the newest first.

    :raises UnexpectedAnswer: its pages have no end, or keep changing
    """
    for _restart in range(_RESTARTS):
        try:
            return _all_entries(session, case_id)
        except Problem as error:
            if error.kind != "unknown-position":
                raise
    raise UnexpectedAnswer(N_("What is on the server changed while it was read; try again."))


def _all_entries(session: MemberSession, case_id: str) -> list[JSONObject]:
    entries: dict[str, JSONObject] = {}
    after = ""
    for _page in range(_MAX_PAGES):
        page = session.get(f"/api/cases/{case_id}/entries{after}")
        try:
            fresh = {check_text(entry.get("id"), limit=64): entry for entry in _objects(page, "entries")}
        except ProtocolError as error:
            raise not_as_described(error) from None
        fresh = {name: entry for name, entry in fresh.items() if name not in entries}
        entries |= fresh
        if page.get("more") is not True:
            return list(entries.values())
        last = next(reversed(entries), "")
        if not fresh or len(entries) > MAX_ENTRIES or not is_hex32(last):
            break
        after = f"?after={last}"
    raise UnexpectedAnswer(N_("The server's pages have no end."))

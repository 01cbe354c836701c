"""The news link: off until turned on, one form of answer for everybody, a day and nothing else."""

from __future__ import annotations

import collections
import datetime
import json
import os
import re
from typing import Any

import pytest
from sqlalchemy import select, text
from werkzeug.test import TestResponse

from reporting.intake.models import SpentChallenge
from reporting.mailbox.models import MailboxFeed
from reporting.protocol.encoding import b64decode, b64encode, sha256
from reporting.protocol.errors import CannotOpen
from reporting.protocol.feed import ANSWER_BYTES, Feed, open_day
from reporting.protocol.receipt import ReceiptCode
from reporting.protocol.submission import Prepared
from tests.web.casework import at_desk
from tests.web.test_mailbox import follow_up
from tests.web.world import ORIGIN, World, problem

DAY = datetime.date(2026, 11, 23)


def feed_of(receipt: ReceiptCode) -> Feed:
    """The feed of a receipt code."""
    return Feed.of_token(receipt.mailbox_token(ORIGIN))


def choose(world: World, receipt: ReceiptCode, news: Any = True, **changes: Any) -> TestResponse:
    """Turn the link on or off."""
    token = b64encode(receipt.mailbox_token(ORIGIN))
    return world.post("/api/choices", {"token": token, "news": news, "challenge": world.solved(), **changes})


def ask(world: World, feed: Feed) -> TestResponse:
    """What the service answers whoever has the link."""
    answer = world.post("/api/updates", {"feed": b64encode(feed.lookup())})
    assert answer.status_code == 200, answer.data
    return answer


def sealed(answer: TestResponse) -> bytes:
    """The sealed day in an answer."""
    return b64decode(json.loads(answer.data)["news"])


def look(world: World, receipt: ReceiptCode) -> datetime.date | None:
    """The day that the link tells.

    :raises CannotOpen: it is off
    """
    feed = feed_of(receipt)
    return open_day(sealed(ask(world, feed)), feed.answer_key(), world.today)


def reported(world: World) -> tuple[ReceiptCode, Prepared]:
    """Somebody who reported."""
    receipt = ReceiptCode.generate()
    return receipt, world.report(receipt)


def answer_from_desk(world: World, case: str, audience: str = "reporter") -> None:
    """An entry by a member: a message to the reporter, or a note for the team."""
    kind = "message" if audience == "reporter" else "note"
    at = at_desk(world, "m1", case)
    answer = at.desk.post(f"{at.path}/entries", at.seal(kind, audience, {"text": "Which bridge?"}))
    assert answer.status_code == 201, answer.data


def test_it_is_off_until_it_is_turned_on_and_can_be_turned_off(world: World) -> None:
    receipt, _ = reported(world)
    with pytest.raises(CannotOpen):
        look(world, receipt)
    for _ in range(2):  # the same wish twice is no fault
        assert json.loads(choose(world, receipt).data) == {"news": True}
        assert look(world, receipt) is None
    assert json.loads(choose(world, receipt, False).data) == {"news": False}
    with pytest.raises(CannotOpen):
        look(world, receipt)
    choose(world, receipt)
    assert look(world, receipt) is None


def test_it_tells_the_day_of_the_newest_entry_by_members_and_nothing_that_others_do(world: World) -> None:
    receipt, prepared = reported(world)
    choose(world, receipt)
    request = follow_up(world, receipt, prepared)
    world.post("/api/entries", {**request, "challenge": world.solved()})
    answer_from_desk(world, prepared.case, "team")
    assert look(world, receipt) is None
    world.clock.move(days=2)
    answer_from_desk(world, prepared.case)
    assert look(world, receipt) == DAY + datetime.timedelta(days=2)
    world.clock.move(days=3)
    world.post("/api/entries", {**follow_up(world, receipt, prepared, "Yes."), "challenge": world.solved()})
    assert look(world, receipt) == DAY + datetime.timedelta(days=2)
    answer = at_desk(world, "m1", prepared.case).status("acknowledged")
    assert answer.status_code == 201, answer.data
    assert look(world, receipt) == DAY + datetime.timedelta(days=5)


def test_it_tells_of_every_case_under_the_code_and_of_no_other(world: World) -> None:
    (receipt, _), (other, theirs) = reported(world), reported(world)
    second = world.report(receipt)
    choose(world, receipt)
    choose(world, other)
    answer_from_desk(world, second.case)
    assert (look(world, receipt), look(world, other)) == (DAY, None)
    world.clock.move(days=1)
    answer_from_desk(world, theirs.case)
    assert (look(world, receipt), look(world, other)) == (DAY, DAY + datetime.timedelta(days=1))


def test_it_tells_of_an_entry_that_was_deleted_since(world: World) -> None:
    receipt, prepared = reported(world)
    choose(world, receipt)
    answer_from_desk(world, prepared.case)
    with world.service.database.write() as session:
        session.execute(text("UPDATE entry SET sealed = NULL WHERE author = 'm1'"))
    assert look(world, receipt) == DAY


def states(world: World) -> dict[str, Feed]:
    """A link with news, one without, one that was turned off, one that never was on, and one of nobody's."""
    found = {}
    for name in ("news", "no news", "turned off", "never on"):
        receipt, prepared = reported(world)
        found[name] = feed_of(receipt)
        if name != "never on":
            choose(world, receipt)
        if name != "no news":
            answer_from_desk(world, prepared.case)
        if name == "turned off":
            choose(world, receipt, False)
    return {**found, "nobody's": Feed(os.urandom(16))}


def test_every_answer_has_one_size_one_form_and_one_set_of_headers(world: World) -> None:
    answers = {name: ask(world, feed) for name, feed in states(world).items()}
    shapes = {
        (
            answer.status_code,
            len(answer.data),
            len(answer.data.rstrip()),
            tuple((name, value) for name, value in answer.headers if name != "Date"),
            len(sealed(answer)),
        )
        for answer in answers.values()
    }
    assert len(shapes) == 1
    assert {len(answer.data) for answer in answers.values()} == {65_536}
    assert {len(sealed(answer)) for answer in answers.values()} == {ANSWER_BYTES}
    content = {re.sub(rb'"[\w+/=]{52}"', b'"?"', answer.data.rstrip()) for answer in answers.values()}
    assert content == {b'{"news":"?"}'}


def test_answers_differ_each_time_and_look_random_whether_a_link_is_known_or_not(lite: World) -> None:
    receipt, prepared = reported(lite)
    choose(lite, receipt)
    answer_from_desk(lite, prepared.case)
    for feed in (feed_of(receipt), Feed(os.urandom(16))):
        found = [sealed(ask(lite, feed)) for _ in range(200)]
        assert len(set(found)) == len(found)
        for place in range(ANSWER_BYTES):
            # Of 200 draws from 256 values about 139 differ; 100 or fewer come about once in 10^17.
            assert len({one[place] for one in found}) > 100
        bits = collections.Counter(bit for one in found for byte in one for bit in f"{byte:08b}")
        assert abs(bits["1"] / bits.total() - 0.5) < 0.02  # nearly ten standard deviations


def test_asking_writes_nothing_and_needs_no_challenge(world: World) -> None:
    found = states(world)
    with world.service.database.read() as session:
        spent = session.scalars(select(SpentChallenge.digest)).all()
        rows = session.execute(select(MailboxFeed.lookup_sha256, MailboxFeed.mailbox, MailboxFeed.answer_key)).all()
    for feed in found.values():
        ask(world, feed)
    with world.service.database.read() as session:
        assert session.scalars(select(SpentChallenge.digest)).all() == spent
        again = session.execute(select(MailboxFeed.lookup_sha256, MailboxFeed.mailbox, MailboxFeed.answer_key)).all()
    assert again == rows
    assert len(rows) == 2


def test_the_service_keeps_neither_link_nor_token(lite: World) -> None:
    receipt, _ = reported(lite)
    choose(lite, receipt)
    feed = feed_of(receipt)
    with lite.service.database.read() as session:
        row = session.execute(select(MailboxFeed.lookup_sha256, MailboxFeed.mailbox, MailboxFeed.answer_key)).one()
    assert tuple(row) == (
        sha256(feed.lookup()),
        sha256(receipt.mailbox_token(ORIGIN)),
        feed.answer_key(),
    )
    secrets = (feed.secret, feed.lookup(), receipt.mailbox_token(ORIGIN))
    stored = b"".join(path.read_bytes() for path in lite.service.settings.data.rglob("*.sqlite*"))
    assert not [secret for secret in secrets if secret in stored or b64encode(secret).encode() in stored]


def test_what_is_not_in_order_is_refused_and_changes_nothing(world: World) -> None:
    receipt, _ = reported(world)
    assert problem(choose(world, ReceiptCode.generate())) == (404, "not-found", "/token")
    for wrong in (None, "on", 1, []):
        assert problem(choose(world, receipt, wrong)) == (422, "invalid", "/news")
    assert problem(choose(world, receipt, token="?")) == (422, "invalid", "/token")
    assert problem(choose(world, receipt, challenge=None))[:2] == (400, "challenge-unsolved")
    used = world.solved()
    assert choose(world, receipt, False, challenge=used).status_code == 200
    assert problem(choose(world, receipt, challenge=used)) == (409, "challenge-spent", "/challenge")
    with pytest.raises(CannotOpen):
        look(world, receipt)
    for wrong in (None, "?", b64encode(bytes(16)), 7):
        answer = world.post("/api/updates", {"feed": wrong})
        assert problem(answer) == (422, "invalid", "/feed")
        assert len(answer.data) == 65_536


def test_the_link_opens_nothing_else(lite: World) -> None:
    """What the link holds is no token, and what is sent when asking is neither link nor key."""
    receipt, _ = reported(lite)
    choose(lite, receipt)
    feed = feed_of(receipt)
    for secret in (feed.lookup(), feed.answer_key(), feed.secret + feed.secret):
        content = {"token": b64encode(secret), "after": None, "challenge": lite.solved()}
        assert json.loads(lite.post("/api/mailbox", content).data)["entries"] == []
    assert len({feed.secret, feed.lookup(), feed.answer_key(), receipt.mailbox_token(ORIGIN)}) == 4
    for other in (feed.answer_key(), feed.secret + feed.secret):
        answer = lite.post("/api/updates", {"feed": b64encode(other)})
        with pytest.raises(CannotOpen):
            open_day(sealed(answer), feed.answer_key(), lite.today)

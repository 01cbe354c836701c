"""Pages of a mailbox are read to their end, and a server that plays with them is not believed."""

from __future__ import annotations

import dataclasses
import datetime
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting.cli import telling
from reporting.client import cards, mailbox
from reporting.client.errors import UnexpectedAnswer
from reporting.client.mailbox import OpenedCase
from reporting.client.sending import Sender
from reporting.client.site import Site as SeenSite
from reporting.client.transport import Transport
from reporting.client.trust import Pin
from reporting.protocol.encoding import b64encode
from reporting.protocol.errors import NotAuthentic, ProtocolError
from reporting.protocol.thread_types import State
from tests.factories import Desk, Post, Reporter, Site
from tests.unit.client.serving import Reply, Request, serving


class Server:
    """Serves the mailbox of an honest post office in pages of two; ``spoil`` may change a page."""

    def __init__(self) -> None:
        self.site = Site.usual()
        self.post = Post(self.site)
        self.reporter = Reporter(self.site, self.post)
        self.case = self.reporter.report()
        self.spoiled: dict[str, Any] = {}
        self.status = 200

    def answer(self, request: Request) -> Reply:
        """One request."""
        if request.path == "/api/challenge":
            return Reply(b'{"challenge": "c", "bits": 1}')
        if request.method == "GET":
            version = request.path.partition("/directory/")[2] or len(self.site.versions)
            return Reply(self.site.versions[int(version) - 1].encode())
        return Reply(json.dumps(self.page(json.loads(request.body)["after"]) | self.spoiled).encode())

    def page(self, after: str | None) -> dict[str, Any]:
        """Two entries after ``after``, newest first."""
        stored = self.post.cases[self.case]
        newest = sorted(stored.entries, key=lambda entry: (entry.day, entry.id), reverse=True)
        newest = [entry for entry in newest if entry.audience == "reporter"]
        place = [entry.id for entry in newest].index(after) + 1 if after else 0
        entries = [
            {
                "case": self.case,
                "id": entry.id,
                "date": entry.day.isoformat(),
                "sealed": b64encode(entry.sealed) if entry.sealed else None,
                "sha256": b64encode(entry.sha256),
                "acknowledgement": None,
                "proof": None,
            }
            for entry in newest[place : place + 2]
        ]
        return {"cases": [self.described()], "entries": entries, "more": place + 2 < len(newest)}

    def described(self) -> dict[str, Any]:
        """The case."""
        stored = self.post.cases[self.case]
        return {
            "case": self.case,
            "channel": stored.channel,
            "received": stored.received.isoformat(),
            "sealed_by": "device",
            "epochs": stored.epochs,
            "recipient": str(self.post.recipient(self.case)),
            "status": stored.status,
            "clocks": [{"name": "feedback", "due": "2026-12-01", "done": None}],
        }


@pytest.fixture
def server() -> Server:
    return Server()


@contextmanager
def reading(server: Server) -> Iterator[tuple[SeenSite, Sender]]:
    with serving(server.answer) as listening, Transport(listening.url) as transport:
        pin = Pin(server.site.root_verifier)
        yield SeenSite(transport, pin, server.site.today), Sender(transport, server.site.shape, waits=())


def read(server: Server) -> list[OpenedCase]:
    with reading(server) as (site, sender):
        return mailbox.read_mailbox(site, sender, server.reporter.receipt)


def test_every_page_is_read(server: Server) -> None:
    desk = Desk(server.site, server.post, "ada")
    for number in range(6):
        desk.reply(server.case, str(number))
    (case,) = read(server)
    texts = [entry.body.get("text") for entry in case.view.authentic()]
    assert texts == [None, "0", "1", "2", "3", "4", "5"]
    assert case.view.warnings == ()


def test_a_newer_directory_that_an_entry_names_is_loaded(server: Server) -> None:
    with reading(server) as (site, sender):
        site.load()
        server.site.publish()
        Desk(server.site, server.post, "ada").reply(server.case, "Under version 2.")
        (case,) = mailbox.read_mailbox(site, sender, server.reporter.receipt)
        assert site.directory.version == 2
    assert [view.state for view in case.view.entries] == [State.AUTHENTIC] * 2


def test_a_removed_entry_stays_a_fact(server: Server) -> None:
    desk = Desk(server.site, server.post, "ada")
    stored = desk.reply(server.case, "A slip.")
    entries = server.post.cases[server.case].entries
    place = entries.index(stored)
    entries[place] = type(stored)(stored.id, stored.day, stored.audience, None, stored.sha256)
    (case,) = read(server)
    assert State.REMOVED in [view.state for view in case.view.entries]


@pytest.mark.parametrize(
    "spoiled",
    [
        {"more": True},
        {"entries": {}},
        {"entries": [7]},
        {"cases": None},
        {"cases": [{"case": "../etc"}]},
        {"cases": [], "entries": [{"id": 7, "case": "x"}]},
    ],
)
def test_pages_that_cannot_be_are_refused(server: Server, spoiled: dict[str, Any]) -> None:
    server.spoiled = spoiled
    with pytest.raises(UnexpectedAnswer):
        read(server)


def test_an_entry_that_is_no_base64_is_a_fact_and_breaks_nothing(server: Server) -> None:
    good = server.page(None)["entries"]
    bad = {"case": server.case, "id": "f" * 32, "date": "2026-01-05", "sealed": "%%%", "acknowledgement": None}
    server.spoiled = {"entries": [bad, *good]}
    (case,) = read(server)
    assert sorted(view.entry is not None for view in case.view.entries) == [False, True]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=40) | st.sampled_from(["2026-01-05", "a" * 32, "m1"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
NAMES = ["case", "channel", "received", "sealed_by", "epochs", "recipient", "status", "clocks", "entries"]


@given(st.dictionaries(st.sampled_from(NAMES), json_values))
def test_whatever_a_server_describes_is_read_or_refused(changed: dict[str, Any]) -> None:
    sound = {
        "case": "a" * 32,
        "channel": "procurement",
        "received": "2026-01-05",
        "sealed_by": "device",
        "epochs": ["note"],
        "recipient": "age1pq1",
        "status": "received",
        "clocks": [],
    }
    try:
        case = mailbox.parse_case(sound | changed, [])
    except ProtocolError:
        return
    assert case.sealed.case == (sound | changed)["case"]


def test_a_case_is_held_against_its_card(server: Server) -> None:
    desk = Desk(server.site, server.post, "ada")
    view = desk.read(server.case)
    card = cards.card_of(view)
    assert card is not None
    sealed = b64encode(card.seal(b"k" * 32, "ada"))
    assert cards.open_card(sealed, b"k" * 32, "ada", server.case) == card
    assert cards.open_card(sealed, b"k" * 32, "bea", server.case) is None
    assert cards.check_against(view, card) is False
    other = desk.read(Reporter(server.site, server.post).report())
    with pytest.raises(NotAuthentic, match="another case"):
        cards.check_against(other, card)


def test_a_card_written_anew_keeps_what_only_other_clients_know(server: Server) -> None:
    view = Desk(server.site, server.post, "ada").read(server.case)
    card = cards.card_of(view)
    assert card is not None
    further = {"text": "ten percent", "tags": ["bridge"], "draft": {"audience": "reporter", "text": "Dear"}, "new": 1.0}
    sealed = b64encode(dataclasses.replace(card, further=further, epoch=1).seal(b"k" * 32, "ada"))
    before = cards.open_card(sealed, b"k" * 32, "ada", server.case)
    assert before is not None
    fresh = cards.card_of(view, before)
    assert fresh is not None
    assert (fresh.epoch, fresh.further) == (0, further)
    assert cards.open_card(b64encode(fresh.seal(b"k" * 32, "ada")), b"k" * 32, "ada", server.case) == fresh


def test_a_summary_is_one_short_line(server: Server) -> None:
    case = server.reporter.report("long\n" * 200)
    card = cards.card_of(Desk(server.site, server.post, "ada").read(case))
    assert card is not None
    assert len(card.summary) == 200
    assert "\n" not in card.summary


def test_days_stay_days() -> None:
    clock = mailbox.parse_clocks([{"name": "feedback", "due": "2026-12-01", "done": None}])[0]
    assert clock.due == datetime.date(2026, 12, 1)


WAIVED = {"name": "acknowledge", "due": "2026-11-30", "done": "2026-11-24", "waived": True}


def test_a_deadline_is_waived_where_the_reporter_asked_for_that_alone() -> None:
    site = Site.usual()
    post = Post(site)
    reporter = Reporter(site, post)
    case = reporter.report()
    ada = Desk(site, post, "ada")
    ada.write(case, "status", "reporter", {"status": "acknowledged", "reason": "", "clocks": [WAIVED]})
    ada.write(case, "message", "reporter", {"text": "no-acknowledgement"})
    for read in (reporter.read, ada.read):
        (clock,) = telling.signed_clocks(read(case))
        assert (clock.waived, clock.unasked, clock.to_json()) == (True, True, WAIVED)
        assert telling.clock_words(clock).endswith("The deadline stands.")
    reporter.write(case, "no-acknowledgement", kind="request")
    for read in (reporter.read, ada.read):
        (clock,) = telling.signed_clocks(read(case))
        assert (clock.waived, clock.unasked) == (True, False)


@pytest.mark.parametrize("change", [{"name": "feedback"}, {"name": "decision"}, {"name": "review"}, {"done": None}])
def test_nothing_else_is_waived(change: dict[str, Any]) -> None:
    (clock,) = mailbox.parse_clocks([WAIVED | change])
    assert (clock.done, clock.waived) == (None, False)

"""A member's own mail settings over HTTP, and the same at the terminal."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from reporting.members.models import StaffSession
from reporting.notices import rules
from tests.mail_server import MailServer, mail_server
from tests.unit.cli.terminal import Site, make_published, refused, succeed
from tests.web.mailing import code_in, wants, with_mail
from tests.web.world import Desk, World, problem

MAIL = "/api/account/mail"


@pytest.fixture
def server() -> Iterator[MailServer]:
    with mail_server() as found:
        yield found


def shown(desk: Desk) -> dict[str, Any]:
    """The settings as their member sees them."""
    found: dict[str, Any] = json.loads(desk.get(MAIL).data)
    return found


def choices(*kinds: str, channel: str = "procurement", named: bool = False, checkpoints: bool = False) -> Any:
    """The body of a choice on one channel."""
    return {
        "channels": [{"id": channel, "kinds": list(kinds), "named": named}],
        "checkpoints": checkpoints,
        "language": "en",
    }


def test_a_member_gives_confirms_chooses_and_forgets(world: World, server: MailServer) -> None:
    world = with_mail(world, server)
    desk = world.sign_in("m1")
    assert shown(desk) == {
        "offered": True,
        "slots": ["08:00", "13:00", "17:00"],
        "zone": "UTC",
        "address": None,
        "waiting": None,
        "refused": False,
        "language": "en",
        "channels": [{"id": "procurement", "kinds": [], "named": False}],
        "checkpoints": None,
    }
    assert desk.post(f"{MAIL}/address", {"address": "m1@mail.example", "language": "en"}).status_code == 204
    assert shown(desk)["waiting"] == "m1@mail.example"
    rules.run(world.service)
    code = code_in(server, "m1@mail.example")
    assert problem(desk.send("PUT", f"{MAIL}/choices", choices("new")))[:2] == (409, "conflict")
    assert desk.post(f"{MAIL}/code", {"code": f"{code[:4]} {code[4:]}", "language": "en"}).status_code == 204
    assert desk.send("PUT", f"{MAIL}/choices", choices("late", "new", named=True)).status_code == 204
    assert shown(desk)["channels"] == [{"id": "procurement", "kinds": ["new", "late"], "named": True}]
    assert shown(world.sign_in("m3"))["address"] is None
    assert desk.send("DELETE", f"{MAIL}/address").status_code == 204
    assert shown(desk)["channels"] == [{"id": "procurement", "kinds": [], "named": False}]
    assert desk.send("DELETE", f"{MAIL}/address").status_code == 404


@pytest.mark.parametrize(
    ("content", "pointer"),
    [
        (choices("gossip"), "/channels/0/kinds"),
        (choices("new", channel="protection"), "/channels/0/id"),
        (choices("new", channel="nowhere"), "/channels/0/id"),
        (choices(checkpoints=True), "/checkpoints"),
        ({"channels": []}, ""),
        ({"channels": [{"id": "procurement"}], "checkpoints": False, "language": "en"}, "/channels/0"),
        ({"channels": choices("new")["channels"] * 2, "checkpoints": False, "language": "en"}, "/channels"),
        ({"channels": [{"id": 1, "kinds": "new", "named": 0}], "checkpoints": False, "language": "en"}, "/channels/0"),
    ],
)
def test_a_choice_that_cannot_be_is_refused_by_name(
    lite: World, server: MailServer, content: Any, pointer: str
) -> None:
    world = with_mail(lite, server)
    rules.ask(world.service, "m1", "m1@mail.example", "en")
    rules.run(world.service)
    rules.confirm(world.service, "m1", code_in(server, "m1@mail.example"))
    answer = world.sign_in("m1").send("PUT", f"{MAIL}/choices", content)
    assert problem(answer) == (422, "invalid", pointer)


@pytest.mark.parametrize("member", ["a1", "m5", "m4"])
def test_each_chooses_among_the_channels_where_they_may_hold_cases(
    lite: World, server: MailServer, member: str
) -> None:
    found = shown(with_mail(lite, server).sign_in(member))
    assert [one["id"] for one in found["channels"]] == (["protection"] if member == "m4" else [])
    assert (found["checkpoints"] is not None) == (member == "a1")


def test_an_address_wants_a_fresh_proof(lite: World, server: MailServer) -> None:
    world = with_mail(lite, server)
    desk = world.sign_in("m1")
    with world.service.database.write() as session:
        session.execute(update(StaffSession).values(proved=0))
    answer = desk.post(f"{MAIL}/address", {"address": "thief@mail.example", "language": "en"})
    assert problem(answer)[:2] == (403, "step-up-needed")


def test_a_stolen_session_mutes_nobody_without_a_fresh_proof(lite: World, server: MailServer) -> None:
    world = with_mail(lite, server)
    wants(world, server, "m1")
    desk = world.sign_in("m1")
    with world.service.database.write() as session:
        session.execute(update(StaffSession).values(proved=0))
    before = shown(desk)
    assert problem(desk.send("PUT", f"{MAIL}/choices", choices()))[:2] == (403, "step-up-needed")
    assert problem(desk.send("DELETE", f"{MAIL}/address"))[:2] == (403, "step-up-needed")
    assert shown(desk) == before


@pytest.mark.parametrize("by", [None, "server"])
def test_whoever_changes_what_a_member_is_mailed_the_member_is_told(
    lite: World, server: MailServer, by: str | None
) -> None:
    world = with_mail(lite, server)
    wants(world, server, "m1")
    told = world.sign_in("m1")
    assert told.post("/api/account/notices", {}).status_code == 204
    world.clock.move(minutes=1)
    rules.choose(world.service, "m1", rules.Choices((), False, "en"), by=by)
    rules.forget_address(world.service, "m1", by=by)
    world.clock.move(minutes=1)
    events = json.loads(world.sign_in("m1").get("/api/account/notices").data)["events"]
    found = [(event["act"], event["by"]) for event in events]
    assert found == [("notice:forget", by or "m1"), ("notice:choose", by or "m1")]


@pytest.mark.parametrize("address", ["a@b\r\nBcc: c@d", "Name <a@b.example>", "a b@c.example", "", 7])
def test_what_is_no_address_is_refused(lite: World, server: MailServer, address: Any) -> None:
    answer = with_mail(lite, server).sign_in("m1").post(f"{MAIL}/address", {"address": address, "language": "en"})
    assert problem(answer) == (422, "invalid", "/address")


def test_administrators_see_that_mail_fails_and_no_address(lite: World, server: MailServer) -> None:
    from reporting.administration import conformance

    world = with_mail(lite, MailServer(port=server.port), smtp_security="starttls")
    rules.ask(world.service, "m1", "m1@mail.example", "en")
    rules.run(world.service)
    with world.service.database.read() as session:
        found = [one for one in conformance.findings(world.service, session) if "ail" in one.sentence][-2:]
    text = " ".join(one.sentence for one in found)
    assert "since 2026-11-23" in text
    assert "mail.example" not in text
    assert [one.state for one in found] == ["unmet", "met"]


# At the terminal.


@pytest.fixture
def site(tmp_path: Path, server: MailServer) -> Site:
    """A site at the terminal that sends mail."""
    found = make_published(tmp_path / "site")
    with (found.server / "settings.toml").open("a") as settings:
        settings.write(f'smtp_host = "127.0.0.1"\nsmtp_port = {server.port}\nsmtp_security = "none"\n')
        settings.write('smtp_from = "notices@reports.example"\nnotice_slots = ["08:00"]\n')
    return found


def test_at_the_terminal_it_is_the_same(site: Site, server: MailServer) -> None:
    data = ("--data", site.server)
    assert "Slots: 08:00 (UTC)." in succeed("notices", "show", *data)
    assert "took it" in succeed("notices", "test", "boss@mail.example", *data)
    assert len(server.to("boss@mail.example")) == 1
    assert "not a mail address" in refused("notices", "address", "m1", "nobody", *data)
    assert "no member" in refused("notices", "address", "m7", "m7@mail.example", *data)
    assert "Mails sent: 1." in succeed("notices", "address", "m1", "m1@mail.example", *data)
    assert "waits for its code" in succeed("notices", "show", *data)
    assert "not the code" in refused("notices", "confirm", "m1", "00000000", *data)
    succeed("notices", "confirm", "m1", code_in(server, "m1@mail.example"), *data)
    chosen = ("notices", "choose", "m1", "--channel", "procurement", "--kind", "new", "--kind", "late", "--named")
    succeed(*chosen, *data)
    table = succeed("notices", "show", *data)
    assert "procurement: new, late (named)" in table
    assert "mail.example" not in table
    assert "are for auditors" in refused("notices", "choose", "m1", "--checkpoints", *data)
    succeed("notices", "choose", "m1", "--channel", "procurement", *data)
    assert "nothing" in succeed("notices", "show", *data)
    assert "Mails sent: 0." in succeed("notices", "send", *data)
    succeed("notices", "forget", "m1", "--yes", *data)
    assert "confirmed" not in succeed("notices", "show", *data)


def test_at_the_terminal_a_failure_is_said_in_words(site: Site, server: MailServer) -> None:
    server.refuse["a@mail.example"] = "550 secret words of the server"
    told = refused("notices", "test", "a@mail.example", "--data", site.server)
    assert "does not take the recipient’s address" in told
    assert "secret words" not in told

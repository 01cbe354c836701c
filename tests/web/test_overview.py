"""The overview: counts of what waits, for nobody who might learn of a case by counting."""

from __future__ import annotations

import datetime
import json

from reporting.directory import rules as directories
from reporting.protocol.encoding import JSONObject, b64encode
from reporting.protocol.vault import seal_card
from tests.web.casework import CaseAtDesk
from tests.web.world import START, Desk, World, problem, publish


def counts(**given: int) -> JSONObject:
    """One line, what is not given being nought."""
    return {"open": 0, "overdue": 0, "never_opened": 0, "closed": 0, **given}


def overview(desk: Desk) -> tuple[str, dict[str, JSONObject], dict[str, JSONObject]]:
    """Scope, channels and people."""
    answer = desk.get("/api/overview")
    assert answer.status_code == 200, answer.data
    content = json.loads(answer.data)
    channels, people = ({line.pop("id"): line for line in content[name]} for name in ("channels", "people"))
    return content["scope"], channels, people


def keep_card(opened: CaseAtDesk) -> None:
    """What a device does when a case was opened."""
    person = opened.desk.person
    card = b64encode(seal_card(b"{}", person.vault_key, person.id, opened.case))
    assert opened.desk.send("PUT", f"{opened.path}/card", {"card": card}).status_code == 204


def test_cases_are_counted_by_channel_and_by_who_deals_with_them(world: World) -> None:
    late = [world.report().case for _ in range(2)]
    world.clock.move(days=8)
    fresh = world.report().case
    desk = world.sign_in("m1")
    keep_card(CaseAtDesk(desk, late[0]))
    CaseAtDesk(desk, fresh).status("closed")
    desk.post("/api/cases/assignments", {"cases": [late[0], fresh], "member": "m3"})
    expected = (
        {"procurement": counts(open=2, overdue=2, never_opened=1, closed=1)},
        {"": counts(open=1, overdue=1, never_opened=1), "m3": counts(open=1, overdue=1, closed=1)},
    )
    assert overview(desk) == ("own", *expected)
    assert overview(world.sign_in("m3")) == ("own", *expected)
    world.clock.move(days=1)
    assert overview(world.sign_in("a1")) == ("all", *expected)


def test_an_auditor_learns_of_a_report_on_another_day_than_it_came(world: World) -> None:
    """Whoever asks every minute would know when it was sent."""
    world.report()
    assert overview(world.sign_in("a1")) == ("all", {}, {})
    world.clock.move(days=1)
    before = overview(world.sign_in("a1"))
    assert before[1] == {"procurement": counts(open=1, never_opened=1)}
    case = world.report().case
    assert overview(world.sign_in("a1")) == before
    CaseAtDesk(world.sign_in("m1"), case).status("closed")
    assert overview(world.sign_in("a1")) == before
    world.clock.move(hours=11)
    assert overview(world.sign_in("a1")) == before
    world.clock.move(hours=2)
    assert overview(world.sign_in("a1"))[1] == {"procurement": counts(open=1, never_opened=1, closed=1)}


def test_a_deadline_is_kept_on_its_last_day(world: World) -> None:
    case = world.report().case
    due = json.loads(world.sign_in("m1").get("/api/cases").data)["cases"][0]["next_due"]
    world.clock.move(days=(datetime.date.fromisoformat(due) - START.date()).days)
    assert overview(world.sign_in("m1"))[1]["procurement"]["overdue"] == 0
    world.clock.move(days=1)
    assert overview(world.sign_in("m1"))[1]["procurement"]["overdue"] == 1
    CaseAtDesk(world.sign_in("m1"), case).status("closed")
    assert overview(world.sign_in("m1"))[1]["procurement"] == counts(closed=1)


def test_nobody_learns_of_a_case_that_was_not_granted_to_them(world: World) -> None:
    world.report(excluded=("m3",))
    assert overview(world.sign_in("m1"))[1] == {"procurement": counts(open=1, never_opened=1)}
    for member in ("m2", "m3", "m4"):
        assert overview(world.sign_in(member)) == ("own", {}, {})
    for member in ("m5", "m6"):
        assert problem(world.sign_in(member).get("/api/overview")) == (403, "not-allowed", "")


def test_an_auditor_with_a_role_on_a_channel_counts_there_what_was_granted(world: World) -> None:
    with world.service.database.write() as session:
        directories.give_role(session, "procurement", "intake", "a1")
    publish(world.service, world.root)
    world.report()
    world.report(excluded=("a1",))
    world.report(channel="protection")
    own = {"procurement": counts(open=1, never_opened=1)}
    assert overview(world.sign_in("a1"))[:2] == ("all", own)  # their own, at once
    world.clock.move(days=1)
    both = {"procurement": counts(open=1, never_opened=1), "protection": counts(open=1, never_opened=1)}
    assert overview(world.sign_in("a1"))[:2] == ("all", both)


def test_an_auditor_whose_role_was_taken_away_learns_no_more_of_what_they_were_excluded_from(world: World) -> None:
    with world.service.database.write() as session:
        directories.give_role(session, "procurement", "intake", "a1")
    publish(world.service, world.root)
    world.report(excluded=("a1",))
    with world.service.database.write() as session:
        directories.take_role(session, "procurement", "intake", "a1")
    publish(world.service, world.root)
    world.clock.move(days=1)
    assert overview(world.sign_in("a1"))[:2] == ("all", {})
    world.report()
    world.clock.move(days=1)
    assert overview(world.sign_in("a1"))[:2] == ("all", {"procurement": counts(open=1, never_opened=1)})


def test_an_auditor_who_is_given_a_role_sees_no_more_than_before(world: World) -> None:
    world.report()
    world.clock.move(days=1)
    assert overview(world.sign_in("a1"))[1] == {"procurement": counts(open=1, never_opened=1)}
    with world.service.database.write() as session:
        directories.give_role(session, "procurement", "custodian", "a1")
    publish(world.service, world.root)
    assert overview(world.sign_in("a1"))[1] == {}


def test_whoever_lost_access_counts_the_case_no_longer(world: World) -> None:
    opened = CaseAtDesk(world.sign_in("m1"), world.report().case)
    assert overview(world.sign_in("m3"))[1] == {"procurement": counts(open=1, never_opened=1)}
    assert opened.desk.post(f"{opened.path}/epochs", opened.pass_to("m1", "m9")).status_code == 201
    assert overview(world.sign_in("m3"))[1] == {}

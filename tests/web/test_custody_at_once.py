"""Custody where two acts meet in one moment, on both databases: one outcome each, and no half states."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from reporting.cases.models import Entry
from reporting.custody.models import Disclosure, DisclosureDecision
from reporting.log.models import AuditEvent
from reporting.protocol.custody import REFUSE
from reporting.protocol.encoding import JSONObject
from tests.web.casework import CaseAtDesk
from tests.web.custody import ask, custodian, identified, withdrawal
from tests.web.world import World

ROUNDS = range(2)


def at_once(*posts: Callable[[], TestResponse]) -> list[int]:
    """The statuses of requests that are sent in the same moment."""
    together = Barrier(len(posts))

    def send(post: Callable[[], TestResponse]) -> int:
        together.wait()
        return post().status_code

    with ThreadPoolExecutor(len(posts)) as pool:
        return list(pool.map(send, posts))


def posting(at: CaseAtDesk, path: str, content: JSONObject) -> Callable[[], TestResponse]:
    """A request that is ready to be sent."""
    return lambda: at.desk.post(f"{at.path}/disclosures/{path}", content)


def check_whole(world: World, disclosure: str) -> str:
    """The state of a request, once all that is stored about it agrees."""
    with world.service.database.read() as session:
        found = session.get_one(Disclosure, disclosure)
        query = select(DisclosureDecision).where(DisclosureDecision.disclosure_id == disclosure)
        decided = [one for one in session.scalars(query) if one.decision is not None]
        entries = list(session.scalars(select(Entry).where(Entry.case_id == found.case_id)))
        acts = session.execute(
            select(AuditEvent.act, func.count())
            .where(AuditEvent.case_id == found.case_id, AuditEvent.act.startswith("identity:"))
            .group_by(AuditEvent.act)
        )
        counted = dict(iter(acts))
    sealed = [one for one in entries if one.audience == "custodian" and one.author != "reporter"]
    notes = [one for one in entries if one.audience == "team"]
    ended = counted.get("identity:withdraw", 0) + counted.get("identity:open", 0)
    assert ended == (found.state in ("withdrawn", "opened"))
    assert len(decided) == counted.get("identity:decide", 0)
    assert {one.entry_id for one in decided} <= {one.id for one in sealed}
    assert len(sealed) == 1 + len(decided) + ended
    assert len(notes) == counted.get("identity:open", 0) == (found.opened_by is not None)
    approvals = sum(one.decision == "approve" for one in decided)
    if found.state not in ("withdrawn", "opened"):
        refusals = len(decided) - approvals
        expected = "approved" if approvals == 2 else "refused" if refusals else "requested"
        assert found.state == expected
    return str(found.state)


@pytest.mark.parametrize("_round", ROUNDS)
def test_two_custodians_decide_at_once(world: World, _round: int) -> None:
    """Neither sees the other's approval and leaves the request at one of two."""
    opened = identified(world)
    disclosure = ask(opened)
    people = [custodian(opened, member) for member in ("m5", "m6")]
    statuses = at_once(*(posting(one.at, f"{disclosure}/decisions", one.decision()) for one in people))
    assert statuses == [201, 201]
    assert check_whole(world, disclosure) == "approved"


@pytest.mark.parametrize("_round", ROUNDS)
def test_one_custodian_decides_twice_at_once(world: World, _round: int) -> None:
    opened = identified(world)
    disclosure = ask(opened)
    one, same = custodian(opened, "m5"), custodian(opened, "m5")
    contents = [one.decision(), one.decision(REFUSE)]
    statuses = at_once(
        *(
            posting(at, f"{disclosure}/decisions", content)
            for at, content in zip((one.at, same.at), contents, strict=True)
        )
    )
    assert sorted(statuses) == [201, 409]
    assert check_whole(world, disclosure) == ("requested" if statuses[0] == 201 else "refused")


@pytest.mark.parametrize("_round", ROUNDS)
def test_a_decision_is_sent_twice_at_once(world: World, _round: int) -> None:
    opened = identified(world)
    disclosure = ask(opened)
    one, same = custodian(opened, "m5"), custodian(opened, "m5")
    content = one.decision()
    assert sorted(at_once(*(posting(at, f"{disclosure}/decisions", content) for at in (one.at, same.at)))) == [200, 201]
    assert check_whole(world, disclosure) == "requested"


@pytest.mark.parametrize("_round", ROUNDS)
def test_the_last_approval_meets_a_withdrawal(world: World, _round: int) -> None:
    opened = identified(world)
    disclosure = ask(opened)
    custodian(opened, "m5").decide(disclosure)
    last = custodian(opened, "m6")
    statuses = at_once(
        posting(last.at, f"{disclosure}/decisions", last.decision()),
        posting(opened, f"{disclosure}/withdrawal", withdrawal(opened)),
    )
    assert statuses in ([201, 201], [409, 201])
    assert check_whole(world, disclosure) == "withdrawn"
    assert last.fetch(disclosure).status_code == 409


@pytest.mark.parametrize("_round", ROUNDS)
def test_two_custodians_open_at_once(world: World, _round: int) -> None:
    opened = identified(world)
    disclosure = ask(opened)
    people = [custodian(opened, member) for member in ("m5", "m6")]
    for one in people:
        one.decide(disclosure)
    statuses = at_once(*(posting(one.at, f"{disclosure}/opened", one.opened()) for one in people))
    assert sorted(statuses) == [201, 409]
    assert check_whole(world, disclosure) == "opened"
    opener = json.loads(opened.desk.get(f"{opened.path}/disclosures").data)["disclosures"][0]["opened_by"]
    assert opener == ("m5", "m6")[statuses.index(201)]


@pytest.mark.parametrize("_round", ROUNDS)
def test_an_opening_meets_a_withdrawal(world: World, _round: int) -> None:
    opened = identified(world)
    disclosure = ask(opened)
    people = [custodian(opened, member) for member in ("m5", "m6")]
    for one in people:
        one.decide(disclosure)
    statuses = at_once(
        posting(people[0].at, f"{disclosure}/opened", people[0].opened()),
        posting(opened, f"{disclosure}/withdrawal", withdrawal(opened)),
    )
    assert sorted(statuses) == [201, 409]
    assert check_whole(world, disclosure) == ("opened" if statuses[0] == 201 else "withdrawn")

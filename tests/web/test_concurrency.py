"""Many at once: nothing is lost, nothing is stored twice, nobody gets an error."""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from sqlalchemy import func, select

from reporting.cases.models import Case
from reporting.protocol.receipt import ReceiptCode
from tests.web.live import request, serving
from tests.web.test_wire import shaped
from tests.web.world import World, problem


def test_sixty_four_reports_at_once_are_all_stored(world: World, tmp_path: Path) -> None:
    world.clock.at = time.time()
    bodies = [shaped({**world.prepare().request, "challenge": world.solved()}) for _ in range(64)]
    with serving(world, tmp_path) as live:
        with ThreadPoolExecutor(64) as pool:
            answers = list(pool.map(lambda body: live.exchange(request("POST", "/api/reports", body)), bodies))
        assert [head.split()[1] for head, _ in answers] == [b"201"] * 64
    with world.service.database.read() as session:
        assert session.scalar(select(func.count()).select_from(Case)) == 64


def test_the_same_report_sent_many_times_at_once_is_stored_once(world: World) -> None:
    prepared = world.prepare()
    requests = [{**prepared.request, "challenge": world.solved()} for _ in range(8)]
    clients = [world.intake.test_client() for _ in requests]
    with ThreadPoolExecutor(8) as pool:
        answers = list(
            pool.map(lambda pair: pair[0].post("/api/reports", json=pair[1]), zip(clients, requests, strict=True))
        )
    assert sorted(answer.status_code for answer in answers) == [200] * 7 + [201]
    assert len({json.loads(answer.data)["acknowledgement"] for answer in answers}) == 1


def test_one_challenge_used_many_times_at_once_is_good_once(world: World) -> None:
    challenge = world.solved()
    requests = [{**world.prepare().request, "challenge": challenge} for _ in range(6)]
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda one: world.intake.test_client().post("/api/reports", json=one), requests))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 5


def test_of_many_cases_at_once_six_fit_into_a_mailbox(world: World) -> None:
    receipt = ReceiptCode.generate()
    requests = [{**world.prepare(receipt).request, "challenge": world.solved()} for _ in range(9)]
    with ThreadPoolExecutor(9) as pool:
        answers = list(pool.map(lambda one: world.intake.test_client().post("/api/reports", json=one), requests))
    assert sorted(answer.status_code for answer in answers) == [201] * 6 + [409] * 3
    refused = [problem(answer) for answer in answers if answer.status_code == 409]
    assert set(refused) == {(409, "mailbox-full", "/token")}

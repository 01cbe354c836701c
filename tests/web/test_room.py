"""When the disk fills: reports without files are admitted at a fixed rate, and it is said."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from reporting.protocol.receipt import ReceiptCode
from tests.web.world import World, problem


@pytest.fixture
def cramped(lite: World) -> World:
    """A site whose disk has less free space than its operator wants to keep."""
    settings = dataclasses.replace(lite.service.settings, free_space_floor=1 << 30, reports_when_low=6, workers=1)
    return World(dataclasses.replace(lite.service, settings=settings), lite.clock, lite.root, lite.people)


def send(world: World) -> Any:
    return world.post("/api/reports", {**world.prepare().request, "challenge": world.solved()})


def test_reports_go_on_being_admitted_at_the_rate_that_was_set(cramped: World) -> None:
    assert send(cramped).status_code == 201

    refused = send(cramped)
    assert refused.status_code == 503
    assert problem(refused)[1] == "room-low"

    cramped.clock.move(seconds=10)
    assert send(cramped).status_code == 201
    assert send(cramped).status_code == 503


def test_who_is_turned_away_spends_nothing_and_can_send_the_same_again(cramped: World) -> None:
    send(cramped)
    request = {**cramped.prepare().request, "challenge": cramped.solved()}
    assert cramped.post("/api/reports", request).status_code == 503

    cramped.clock.move(seconds=10)

    assert cramped.post("/api/reports", request).status_code == 201


def test_what_is_refused_anyway_takes_nobodys_turn(cramped: World) -> None:
    """Otherwise one solved challenge, sent again and again, would keep every report out."""
    send(cramped)
    full, spent = ReceiptCode.generate(), cramped.solved()
    for _ in range(6):
        cramped.clock.move(seconds=10)
        assert cramped.post("/api/reports", {**cramped.prepare(full).request, "challenge": spent}).status_code == 201
        spent = cramped.solved()
    cramped.clock.move(seconds=10)
    look = {"token": "A" * 43 + "=", "after": None, "challenge": spent}
    assert cramped.post("/api/mailbox", look).status_code == 200
    again = cramped.post("/api/reports", {**cramped.prepare().request, "challenge": spent})
    assert problem(again)[1] == "challenge-spent"
    seventh = {**cramped.prepare(full).request, "challenge": cramped.solved()}
    assert problem(cramped.post("/api/reports", seventh))[1] == "mailbox-full"
    assert send(cramped).status_code == 201


def test_a_retry_of_what_is_stored_and_a_look_into_the_mailbox_are_never_held_up(cramped: World) -> None:
    request = {**cramped.prepare().request, "challenge": cramped.solved()}
    assert cramped.post("/api/reports", request).status_code == 201

    assert cramped.post("/api/reports", request).status_code == 200
    look = {"token": request["token"], "after": None, "challenge": cramped.solved()}
    assert cramped.post("/api/mailbox", look).status_code == 200


def test_with_room_enough_nobody_waits(lite: World) -> None:
    assert [send(lite).status_code for _ in range(3)] == [201] * 3

"""Fills a demonstration's inbox for ``make bench``: real reports to be opened, or cases that were opened before.

``python -m tests.bench.inbox file 200 …`` sends that many sealed reports. ``… fill 10000 …`` writes as many cases
of one member straight into the database, each with a card under that member's own vault key, as their device
would have left it. What a list does not read of a case (its entries, its epochs) such cases lack.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime
import os
import random
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import insert

from reporting import profiles
from reporting.cases import clocks
from reporting.cases.models import Assignment, Case, Holding
from reporting.cases.models import Card as CardRow
from reporting.cases.opening import holding
from reporting.client.cards import Card
from reporting.client.member import sign_in
from reporting.client.transport import Transport
from reporting.config import load_settings
from reporting.mailbox.models import Mailbox
from reporting.protocol.wordlists import words
from reporting.service import open_service
from tests.bench import load, prepare

_SPAN = 400  # days over which the cases came in
_TEXT = 640  # characters of a report that a card keeps for search: about 1.2 KB sealed
_SUMMARY = 200
_CHUNK = 500
_SEED = 56
_STATUSES = ("received", "acknowledged", "assessing", "investigating", "closed")
_TAGS = ("roads", "school", "urgent", "hospital", "customs")


def file(base_url: str, count: int) -> None:
    """Send ``count`` sealed reports on the first channel, each under a code of its own."""
    port = urlsplit(base_url).port
    assert port is not None
    site = prepare.load_site(base_url, port)
    result = load.run(port, prepare.submissions(site, count), 8)
    assert not result.errors(), "the service refused reports"


def fill(data: Path, desk_url: str, name: str, passphrase: str, count: int) -> None:
    """Write ``count`` cases of the member ``name`` with their cards."""
    today = datetime.datetime.now(datetime.UTC).date()
    with Transport(desk_url) as transport, sign_in(transport, name, passphrase, today) as session:
        member, key = session.member, session.vault_key
    service = open_service(load_settings(data))
    made = _cases(member, key, today, count)
    while rows := [row for _, row in zip(range(_CHUNK), made, strict=False)]:
        with service.database.write() as write:
            for model in (Mailbox, Case, Holding, Assignment, CardRow):
                found = [row[model] for row in rows if model in row]
                if found:
                    write.connection().execute(insert(model), found)
    service.database.close()
    # As it is once the service has run for a while: written back from the log into the database.
    with contextlib.closing(sqlite3.connect(data / "reporting.sqlite")) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _cases(member: str, key: bytes, today: datetime.date, count: int) -> Iterator[dict[type, dict[str, Any]]]:
    # Chosen by a seed, so that every run searches the same words; ids and keys need to be no one's in particular.
    chance = random.Random(_SEED)
    profile = profiles.load("generic")
    vocabulary = words("en")
    for _ in range(count):
        case, token = os.urandom(16).hex(), os.urandom(32)
        received = today - datetime.timedelta(days=chance.randrange(_SPAN))
        running = clocks.start_clocks(profile, received)
        status = chance.choice(_STATUSES)
        if status != "received":
            running = clocks.acknowledge(running, profile, received)
        if status == "closed":
            running = clocks.finish(running, [clock.name for clock in running], today)
        card = _card(case, _account(chance, vocabulary), chance.sample(_TAGS, chance.randrange(2)))
        row: dict[type, dict[str, Any]] = {
            Mailbox: {"token_sha256": token},
            Case: _case(case, token, received, status, clocks.encode(running)),
            Holding: holding(case, member, clocks.next_due(running)),
            CardRow: {"member_id": member, "case_id": case, "sealed": card.seal(key, member)},
        }
        if chance.random() < 0.5:
            row[Assignment] = {"case_id": case, "member_id": member}
        yield row


def _account(chance: random.Random, vocabulary: Sequence[str]) -> str:
    sentences: list[str] = []
    while sum(map(len, sentences)) < _TEXT:
        some = chance.choices(vocabulary, k=chance.randrange(6, 14))
        sentences.append(f"{' '.join(some).capitalize()} {chance.randrange(10_000)}.")
    return " ".join(sentences)


def _card(case: str, text: str, tags: Sequence[str]) -> Card:
    further = {"text": text, **({"tags": list(tags)} if tags else {})}
    pins = [os.urandom(32) for _ in range(3)]
    return Card(case, "procurement", pins[0], pins[1], 0, pins[2], text[:_SUMMARY], further)


def _case(case: str, token: bytes, received: datetime.date, status: str, running: str) -> dict[str, Any]:
    return {
        "id": case,
        "mailbox": token,
        "channel_id": "procurement",
        "directory": 1,
        "received": received,
        "sealed_by": "device",
        "status": status,
        "clocks": running,
        "epoch": 0,
        "recipient": "age1pq1" + "q" * 1_950,  # as long as a real one: rows of a list are read past it
        "reporter_sha256": os.urandom(32),
        "request_sha256": os.urandom(32),
        "acknowledgement": "-" * 700,
    }


def main() -> None:
    """Do what the command line says."""
    parser = argparse.ArgumentParser()
    parser.add_argument("act", choices=("file", "fill"))
    parser.add_argument("count", type=int)
    for option in ("--base-url", "--desk-url", "--data", "--name", "--passphrase"):
        parser.add_argument(option, required=True)
    chosen = parser.parse_args()
    if chosen.act == "file":
        file(chosen.base_url, chosen.count)
    else:
        fill(Path(chosen.data), chosen.desk_url, chosen.name, chosen.passphrase, chosen.count)


if __name__ == "__main__":
    main()

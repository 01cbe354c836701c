"""Kill the service at random instants and look whether anything acknowledged was lost, or half stored.

``python -m tests.system.durability --trials 200`` runs as many trials as one likes. In each, clients
submit reports until a worker, or in every fourth trial the whole service, is killed with SIGKILL.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import sqlite3
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from reporting.protocol import acknowledgement
from reporting.protocol import challenge as challenges
from reporting.protocol.encoding import b64encode, dump_json
from reporting.protocol.receipt import ReceiptCode
from reporting.protocol.submission import Prepared
from tests.bench.load import Connection, request_bytes
from tests.bench.prepare import Site, load_site, seal, solved
from tests.system.running import Service, start

CLIENTS = 4
WHOLE_EVERY = 4
_chance = random.SystemRandom()


@dataclass
class Sent:
    """What the clients sent: acknowledged, or never answered."""

    acknowledged: list[tuple[Prepared, ReceiptCode]] = field(default_factory=list)
    unanswered: list[tuple[Prepared, ReceiptCode]] = field(default_factory=list)


def submit(site: Site, prepared: Prepared) -> None:
    """Send one report and check its acknowledgement.

    :raises OSError: no answer
    """
    challenge = solved_one(site)
    body = dump_json({**prepared.request, "challenge": challenge}).ljust(site.directory.shape)
    try:
        status, answer = Connection(site.port).exchange(request_bytes("POST", "/api/reports", site.port, body))
    except IndexError as error:
        raise ConnectionResetError from error
    assert status in (200, 201), (status, answer[:300])
    acknowledgement.verify_report(
        json.loads(answer)["acknowledgement"], site.directory.verifier("service"), prepared.expected
    )


def solved_one(site: Site) -> object:
    """One solved challenge, without a pool of processes."""
    _, answer = Connection(site.port).exchange(request_bytes("GET", "/api/challenge", site.port))
    asked = json.loads(answer)
    return {"challenge": asked["challenge"], "nonce": challenges.solve(asked["challenge"], asked["bits"])}


def _client(site: Site, sent: Sent, over: threading.Event) -> None:
    while not over.is_set():
        prepared, receipt = seal(site)
        try:
            submit(site, prepared)
        except OSError:
            sent.unanswered.append((prepared, receipt))
            return
        sent.acknowledged.append((prepared, receipt))


def _kill_worker(service: Service) -> None:
    os.kill(_chance.choice(service.workers()), signal.SIGKILL)


def _wait_for_workers(service: Service, count: int) -> None:
    limit = time.monotonic() + 30
    while len(service.workers()) < count:
        assert time.monotonic() < limit, "a killed worker was not replaced"
        time.sleep(0.05)


def trial(service: Service, sent: Sent, *, whole: bool) -> Service:
    """One trial; the service that runs after it."""
    site = load_site(service.base_url, service.port)
    count = len(service.workers())
    over = threading.Event()
    clients = [threading.Thread(target=_client, args=(site, sent, over)) for _ in range(CLIENTS)]
    for client in clients:
        client.start()
    time.sleep(_chance.uniform(0.02, 0.4))
    if whole:
        service.kill()
    else:
        _kill_worker(service)
    over.set()
    for client in clients:
        client.join()
    if whole:
        service = start(service.data)
    else:
        _wait_for_workers(service, count)
    return service


def resend(service: Service, sent: Sent) -> None:
    """Repeat what was never answered, byte for byte but for the challenge: each must end acknowledged."""
    site = load_site(service.base_url, service.port)
    for prepared, receipt in sent.unanswered:
        submit(site, prepared)
        sent.acknowledged.append((prepared, receipt))
    sent.unanswered.clear()


def check_mailboxes(service: Service, sent: Sent) -> None:
    """Every acknowledged report is in its mailbox, with the bytes that were sent."""
    site = load_site(service.base_url, service.port)
    ready = solved(site, len(sent.acknowledged))
    connection = Connection(site.port)
    for (prepared, receipt), challenge in zip(sent.acknowledged, ready, strict=True):
        token = b64encode(receipt.mailbox_token(site.directory.origin))
        body = dump_json({"token": token, "after": None, "challenge": challenge}).ljust(site.directory.shape)
        status, answer = connection.exchange(request_bytes("POST", "/api/mailbox", site.port, body))
        assert status == 200, answer[:300]
        found = json.loads(answer)
        assert [case["case"] for case in found["cases"]] == [prepared.case]
        assert found["entries"][0]["sealed"] == prepared.request["entry"]


_HALF = (
    'SELECT id FROM "case" c WHERE NOT EXISTS (SELECT 1 FROM epoch t WHERE t.case_id = c.id)',
    'SELECT id FROM "case" c WHERE NOT EXISTS (SELECT 1 FROM "grant" t WHERE t.case_id = c.id)',
    'SELECT id FROM "case" c WHERE NOT EXISTS (SELECT 1 FROM entry t WHERE t.case_id = c.id AND t.first)',
)


def check_nothing_is_half(database: Path, known: set[str]) -> None:
    """Every case in the file is whole: its epoch, a grant for each holder, its first entry, its mailbox."""
    with sqlite3.connect(database) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        cases = {row[0] for row in connection.execute('SELECT id FROM "case"')}
        assert cases == known, "a case that nobody sent, or one that is missing"
        for query in _HALF:
            assert connection.execute(query).fetchall() == [], query
        orphans = 'SELECT count(*) FROM entry WHERE case_id NOT IN (SELECT id FROM "case")'
        assert connection.execute(orphans).fetchone() == (0,)
        mailboxes = 'SELECT count(*) FROM mailbox WHERE id NOT IN (SELECT mailbox_id FROM "case")'
        assert connection.execute(mailboxes).fetchone() == (0,)


def database_file(service: Service) -> Path:
    """The SQLite file of a service."""
    return next(path for path in service.data.rglob("*.sqlite"))


def run_trials(folder: Path, trials: int) -> Sent:
    """Run that many trials on a fresh service and check everything at the end.

    :raises AssertionError: something acknowledged was lost, or something is half there
    """
    sent = Sent()
    service = start(folder / "service")
    try:
        for number in range(trials):
            service = trial(service, sent, whole=number % WHOLE_EVERY == WHOLE_EVERY - 1)
            resend(service, sent)
        check_mailboxes(service, sent)
        check_nothing_is_half(database_file(service), {prepared.case for prepared, _ in sent.acknowledged})
    finally:
        service.stop()
    return sent


def main() -> None:
    """Run the number of trials asked for, and print what was sent and found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trials", type=int, default=200)
    trials = parser.parse_args().trials
    with tempfile.TemporaryDirectory(prefix="reporting-durability-") as folder:
        began = time.monotonic()
        sent = run_trials(Path(folder), trials)
    took = time.monotonic() - began
    print(f"{trials} kills in {took:.0f} s: {len(sent.acknowledged)} reports acknowledged, all there, none half there")


if __name__ == "__main__":
    main()

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
import tempfile
import threading
import time
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import create_engine, text

from reporting.config import load_settings
from reporting.protocol import acknowledgement
from reporting.protocol import challenge as challenges
from reporting.protocol.encoding import JSONObject, b64encode, dump_json
from reporting.protocol.log import leaf_data
from reporting.protocol.receipt import ReceiptCode
from reporting.protocol.submission import Prepared
from tests.bench.load import Connection, request_bytes
from tests.bench.prepare import Site, load_site, seal, solved
from tests.databases import postgres
from tests.system.running import Service, start

CLIENTS = 4
WHOLE_EVERY = 4
_chance = random.SystemRandom()


@dataclass
class Sent:
    """What the clients sent: acknowledged, or never answered."""

    acknowledged: list[tuple[Prepared, ReceiptCode]] = field(default_factory=list)
    unanswered: list[tuple[Prepared, ReceiptCode]] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    in_doubt: int = 0


def submit(site: Site, prepared: Prepared) -> None:
    """Send one report and check its acknowledgement.

    :raises OSError: no answer
    """
    challenge = solved_one(site)
    body = dump_json({**prepared.request, "challenge": challenge}).ljust(site.directory.shape)
    with Connection(site.port, again=False) as connection:
        status, answer = connection.exchange(request_bytes("POST", "/api/reports", site.port, body))
    assert status in (200, 201), (status, answer[:300])
    acknowledgement.verify_report(
        json.loads(answer)["acknowledgement"], site.directory.verifier("service"), prepared.expected
    )


def solved_one(site: Site) -> JSONObject:
    """One solved challenge, without a pool of processes."""
    with Connection(site.port, again=False) as connection:
        _, answer = connection.exchange(request_bytes("GET", "/api/challenge", site.port))
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
        except AssertionError as error:
            sent.refused.append(str(error))
            return
        sent.acknowledged.append((prepared, receipt))


def _kill_worker(service: Service) -> None:
    os.kill(_chance.choice(service.workers()), signal.SIGKILL)


def _wait_for_workers(service: Service, count: int) -> None:
    limit = time.monotonic() + 30
    while len(service.workers()) < count:
        assert time.monotonic() < limit, "a killed worker was not replaced"
        time.sleep(0.05)


def trial(service: Service, sent: Sent, environment: Mapping[str, str], *, whole: bool) -> Service:
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
        service = start(service.data, environment=environment)
    else:
        _wait_for_workers(service, count)
    return service


def resend(service: Service, sent: Sent) -> None:
    """Repeat what was never answered, byte for byte but for the challenge: each must end acknowledged."""
    site = load_site(service.base_url, service.port)
    for prepared, receipt in sent.unanswered:
        submit(site, prepared)
        sent.acknowledged.append((prepared, receipt))
    sent.in_doubt += len(sent.unanswered)
    sent.unanswered.clear()


def check_mailboxes(service: Service, sent: Sent) -> None:
    """Every acknowledged report is in its mailbox, with the bytes that were sent."""
    site = load_site(service.base_url, service.port)
    ready = solved(site, len(sent.acknowledged))
    with Connection(site.port) as connection:
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
    'SELECT id FROM "case" c WHERE (SELECT count(*) FROM "grant" t WHERE t.case_id = c.id) <> :grants',
    'SELECT id FROM "case" c WHERE (SELECT count(*) FROM holding t WHERE t.case_id = c.id) <> :grants',
    'SELECT id FROM "case" c WHERE NOT EXISTS (SELECT 1 FROM entry t WHERE t.case_id = c.id AND t.first)',
    'SELECT id FROM entry WHERE case_id NOT IN (SELECT id FROM "case")',
    'SELECT token_sha256 FROM mailbox WHERE token_sha256 NOT IN (SELECT mailbox FROM "case")',
)


def check_nothing_is_half(service: Service, sent: Sent, environment: Mapping[str, str]) -> None:
    """Every case that is stored is whole: its epoch, its grants, its first entry, its mailbox, its leaf in the log."""
    settings = load_settings(service.data / "server", environment=environment)
    engine = create_engine(settings.database_url)
    grants = len(sent.acknowledged[0][0].request["grants"])
    with engine.connect() as connection:
        if settings.sqlite:
            assert connection.scalar(text("PRAGMA integrity_check")) == "ok"
            assert connection.execute(text("PRAGMA foreign_key_check")).all() == []
        cases = set(connection.scalars(text('SELECT id FROM "case"')))
        assert cases == {prepared.case for prepared, _ in sent.acknowledged}, "one that nobody sent, or one is missing"
        for query in _HALF:
            wanted = {"grants": grants} if ":grants" in query else {}
            assert connection.execute(text(query), wanted).all() == [], query
        leaves = set(connection.scalars(text("SELECT data FROM log_leaf")))
        for note in connection.scalars(text('SELECT acknowledgement FROM "case"')):
            assert leaf_data(note) in leaves
    engine.dispose()


def run_trials(folder: Path, trials: int, environment: Mapping[str, str] | None = None) -> Sent:
    """Run that many trials on a fresh service and check everything at the end.

    :param environment: settings of the service, such as another database than a file of SQLite
    :raises AssertionError: something acknowledged was lost, or something is half there
    """
    sent = Sent()
    environment = environment or {}
    service = start(folder / "service", environment=environment)
    try:
        for number in range(trials):
            service = trial(service, sent, environment, whole=number % WHOLE_EVERY == WHOLE_EVERY - 1)
            resend(service, sent)
            assert sent.refused == [], sent.refused
        check_mailboxes(service, sent)
        check_nothing_is_half(service, sent, environment)
    finally:
        service.stop()
    return sent


def main() -> None:
    """Run the number of trials asked for, and print what was sent and found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trials", type=int, default=200)
    parser.add_argument("--postgres", action="store_true", help="on a PostgreSQL server of its own")
    given = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="reporting-durability-")))
        environment = {}
        if given.postgres:
            server = stack.enter_context(postgres())
            environment["REPORTING_DATABASE_URL"] = server.url(server.create())
        began = time.monotonic()
        sent = run_trials(folder, given.trials, environment)
    took = time.monotonic() - began
    print(
        f"{given.trials} kills in {took:.0f} s, {sent.in_doubt} reports unanswered and sent again: "
        f"{len(sent.acknowledged)} reports acknowledged, all there, none half there"
    )


if __name__ == "__main__":
    main()

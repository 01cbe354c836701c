"""Everything a load run needs, made beforehand: sealed reports, solved challenges, whole requests."""

from __future__ import annotations

import datetime
import json
import statistics
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

import httpx

from reporting.protocol import challenge as challenges
from reporting.protocol.age import HybridRecipient
from reporting.protocol.directory import Directory, parse
from reporting.protocol.encoding import JSONObject, b64encode, dump_json
from reporting.protocol.note import VerifierKey
from reporting.protocol.receipt import ReceiptCode
from reporting.protocol.submission import Prepared, Report, check_recipients, prepare_report
from tests.bench.load import Connection, request_bytes

ACCOUNT = "A road was paid for twice, and only one end of it was ever built. " * 20


@dataclass(frozen=True)
class Site:
    """What a device loads with the page, before anything is typed."""

    port: int
    directory: Directory
    channel: str
    recipients: dict[str, HybridRecipient]


def load_site(base_url: str, port: int) -> Site:
    """Fetch and check directory and recipients of the first channel."""

    def get(path: str) -> bytes:
        return httpx.get(f"{base_url}/.well-known/reporting/{path}", timeout=30).raise_for_status().content

    directory = parse(get("directory"), VerifierKey.parse(get("root").decode().strip()))
    channel = next(channel.id for channel in directory.channels if channel.kind == "report")
    return Site(port, directory, channel, check_recipients(directory, json.loads(get(f"recipients/{channel}"))))


def seal(site: Site, receipt: ReceiptCode | None = None) -> tuple[Prepared, ReceiptCode]:
    """One sealed report, and the code it belongs to."""
    receipt = receipt or ReceiptCode.generate()
    body = {"language": "en", "questionnaire": "corruption-1", "answers": {"account": ACCOUNT}}
    today = datetime.datetime.now(datetime.UTC).date()
    return prepare_report(Report(site.channel, body), receipt, site.directory, site.recipients, today), receipt


def _solve(challenge: JSONObject) -> JSONObject:
    nonce = challenges.solve(challenge["challenge"], challenge["bits"])
    return {"challenge": challenge["challenge"], "nonce": nonce}


def solved(site: Site, count: int) -> list[JSONObject]:
    """That many challenges of the running service, solved."""
    ask = request_bytes("GET", "/api/challenge", site.port)
    with Connection(site.port) as connection:
        asked = [json.loads(connection.exchange(ask)[1]) for _ in range(count)]
    with ProcessPoolExecutor() as pool:
        return list(pool.map(_solve, asked, chunksize=32))


def requests(site: Site, path: str, contents: Sequence[JSONObject]) -> list[bytes]:
    """Whole requests of one shape, each with a solved challenge of its own."""
    challenges_solved = solved(site, len(contents))
    bodies = [
        dump_json({**content, "challenge": challenge}).ljust(site.directory.shape)
        for content, challenge in zip(contents, challenges_solved, strict=True)
    ]
    return [request_bytes("POST", path, site.port, body) for body in bodies]


def submissions(site: Site, count: int) -> list[bytes]:
    """Requests that each submit a report of their own."""
    return requests(site, "/api/reports", [seal(site)[0].request for _ in range(count)])


def checks(site: Site, count: int, receipts: Sequence[ReceiptCode]) -> list[bytes]:
    """Requests that each look into one of the mailboxes."""

    def content(place: int) -> JSONObject:
        token = receipts[place % len(receipts)].mailbox_token(site.directory.origin)
        return {"token": b64encode(token), "after": None}

    return requests(site, "/api/mailbox", [content(place) for place in range(count)])


def timed(act: Callable[[], object], repeat: int) -> float:
    """Median milliseconds of ``act``."""
    times = []
    for _ in range(repeat):
        began = time.perf_counter()
        act()
        times.append(time.perf_counter() - began)
    return statistics.median(times) * 1000

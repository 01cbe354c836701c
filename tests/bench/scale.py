"""A large site: 1,000 members, 100 channels, 10,000 cases of one member. Sizes of what is loaded, and times.

``python -m tests.bench.scale`` starts a demonstration, lets it grow by the product's own rules, and prints each
figure beside the same one of the small demonstration, taken in the same run.
"""

from __future__ import annotations

import datetime
import gzip
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import brotli
import httpx

from reporting.cli import keys
from reporting.cli.channels import open_channel
from reporting.client.cases import list_cases
from reporting.client.member import sign_in
from reporting.client.transport import Transport
from reporting.config import load_settings
from reporting.directory.rules import NewChannel
from reporting.members import rules as members
from reporting.members.rules import NewMember, OfflineKeys
from reporting.protocol.age import HybridIdentity
from reporting.protocol.directory import parse
from reporting.protocol.note import VerifierKey
from reporting.protocol.signing import SigningKey
from reporting.service import Service as Opened
from reporting.service import open_service
from tests.bench import inbox
from tests.system.running import Service, running

MEMBERS, CHANNELS, CASES = 1_000, 100, 10_000
STAFF = 10  # members with a role on a channel
ROUNDS = 9
_PATHS = {
    "directory": "/.well-known/reporting/directory",
    "recipients of a channel": "/.well-known/reporting/recipients/procurement",
    "page of channels": "/en/report",
    "report page": "/en/report/procurement",
    "mailbox page": "/en/mailbox",
}


@dataclass(frozen=True)
class Figure:
    """What one address serves: bytes plain, by gzip and by brotli, and the median time in milliseconds."""

    plain: int
    gzip: int
    brotli: int
    milliseconds: float


def median_of(work: Callable[[], object]) -> float:
    """Milliseconds that ``work`` takes, the median of several rounds."""
    taken = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        work()
        taken.append((time.perf_counter() - began) * 1_000)
    return sorted(taken)[ROUNDS // 2]


def measured(service: Service) -> dict[str, Figure]:
    """Every address of :data:`_PATHS`, and the parsing of the directory."""
    found = {}
    with httpx.Client(base_url=service.base_url, timeout=60, headers={"Accept-Encoding": "identity"}) as client:
        for name, path in _PATHS.items():
            body = client.get(path).raise_for_status().content
            took = median_of(partial(client.get, path))
            found[name] = Figure(len(body), len(gzip.compress(body)), len(brotli.compress(body)), took)
        note = client.get(_PATHS["directory"]).text
        root = VerifierKey.parse(client.get("/.well-known/reporting/root").text.strip())
    took = median_of(lambda: parse(note, root))
    found["directory, verified"] = Figure(0, 0, 0, took)
    return found


def grow(opened: Opened, root: Path) -> None:
    """Members and channels by the rules, signed and published like any directory."""
    until = opened.clock.today() + datetime.timedelta(days=365)
    with opened.database.write() as session:
        for number in range(MEMBERS - 8):
            public = OfflineKeys(str(HybridIdentity.generate().recipient), SigningKey.generate().public)
            name = f"member-{number}"
            new = NewMember(name, name, f"Member {number} of many", until, public)
            members.add_member(opened, session, new)
        for number in range(CHANNELS - 4):
            staff = [f"member-{(number * STAFF + place) % (MEMBERS - 8)}" for place in range(STAFF)]
            roles = [("intake", staff[0]), ("intake", staff[1]), *(("investigator", one) for one in staff[2:])]
            titles = {"en": f"Office number {number}", "ar": f"المكتب رقم {number}"}
            new_channel = NewChannel(f"office-{number}", "report", titles, "corruption-1", profile="eu")
            open_channel(session, new_channel, roles)
    keys.install(opened, keys.sign_request(keys.make_request(opened), root, str))


def inbox_times(service: Service) -> tuple[float, float]:
    """Seconds for signing in with the directory verified, and for listing every case with its card opened."""
    member = service.member("intake")
    with Transport(service.desk_url) as transport:
        began = time.perf_counter()
        with sign_in(
            transport, member["name"], member["passphrase"], datetime.datetime.now(datetime.UTC).date()
        ) as session:
            signed_in = time.perf_counter()
            count = sum(1 for _ in list_cases(session))
            listed = time.perf_counter()
    assert count in (0, CASES), count
    return signed_in - began, listed - signed_in


def main() -> None:
    """Measure small, grow, measure large."""
    with tempfile.TemporaryDirectory(prefix="reporting-scale-") as folder, running(Path(folder) / "demo") as service:
        small, (small_sign_in, _) = measured(service), inbox_times(service)
        opened = open_service(load_settings(service.data / "server"))
        began = time.perf_counter()
        grow(opened, service.data / "root")
        opened.database.close()
        print(f"growing to {MEMBERS} members and {CHANNELS} channels: {time.perf_counter() - began:.1f} s")
        intake = service.member("intake")
        inbox.fill(service.data / "server", service.desk_url, intake["name"], intake["passphrase"], CASES)
        time.sleep(2)  # a worker asks for the newest directory once a second
        large, (large_sign_in, listing) = measured(service), inbox_times(service)
    print(f"{'':26} {'plain':>9} {'gzip':>9} {'brotli':>9} {'ms':>8}   beside the demonstration of 8 members")
    for name, figure in large.items():
        before = small[name]
        print(
            f"{name:26} {figure.plain:9} {figure.gzip:9} {figure.brotli:9} {figure.milliseconds:8.1f}"
            f"   {before.plain:9} {before.gzip:9} {before.brotli:9} {before.milliseconds:8.1f}"
        )
    print(f"signing in, stretching included: {large_sign_in:.2f} s beside {small_sign_in:.2f} s")
    print(f"{CASES} cases listed at the terminal, cards opened: {listing:.2f} s")


if __name__ == "__main__":
    main()

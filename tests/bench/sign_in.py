"""Whether the time of an answer tells if a name is a member's: signing in under known and unknown names, in turn.

``python -m tests.bench.sign_in`` starts a demonstration with further members and asks over HTTP, one after the
other, so that both kinds meet the same load.
"""

from __future__ import annotations

import datetime
import os
import random
import statistics
import tempfile
import time
from pathlib import Path

import httpx

from reporting.config import load_settings
from reporting.members import rules as members
from reporting.members.rules import NewMember
from reporting.protocol import vault
from reporting.protocol.age import HybridIdentity
from reporting.protocol.encoding import b64encode
from reporting.protocol.signing import SigningKey
from reporting.service import Service, open_service
from tests.system.running import running

NAMES = 150
ATTEMPTS = 4  # a name: more would meet the throttle
_SEED = 58
_PATHS = ("/api/session/salt", "/api/session")


def add_members(service: Service) -> list[str]:
    """Members with secrets that nobody knows: the names to sign in with."""
    until = service.clock.today() + datetime.timedelta(days=365)
    names = [f"known-{os.urandom(6).hex()}" for _ in range(NAMES)]
    with service.database.write() as session:
        for name in names:
            keys = members.MemberKeys(
                recipient=str(HybridIdentity.generate().recipient),
                signing_key=SigningKey.generate().public,
                vault=b"\x01" + os.urandom(700),
                wraps={"passphrase": b"\x01" + os.urandom(60)},
                salt=os.urandom(vault.SALT_BYTES),
                auth_secret=os.urandom(vault.KEY_BYTES),
            )
            members.add_member(service, session, NewMember(name, name, name, until, keys))
    return names


def measure(desk_url: str, known: list[str]) -> dict[tuple[str, str], list[float]]:
    """Milliseconds of every answer, by path and kind of name."""
    asked = [("known", name) for name in known] + [("unknown", f"other-{os.urandom(6).hex()}") for _ in known]
    asked *= ATTEMPTS
    random.Random(_SEED).shuffle(asked)
    found: dict[tuple[str, str], list[float]] = {(path, kind): [] for path in _PATHS for kind in ("known", "unknown")}
    with httpx.Client(base_url=desk_url, headers={"Origin": desk_url}, timeout=60) as client:
        for kind, name in asked:
            for path, status in zip(_PATHS, (200, 401), strict=True):
                content = {"name": name, "auth": b64encode(os.urandom(vault.KEY_BYTES))}
                began = time.perf_counter()
                answer = client.post(path, json=content if path == "/api/session" else {"name": name})
                found[path, kind].append((time.perf_counter() - began) * 1_000)
                assert answer.status_code == status, answer.text
    return found


def chance(known: list[float], unknown: list[float]) -> float:
    """How often a known name's answer takes longer than an unknown one's: 0.5 tells nothing (Mann-Whitney)."""
    longer = sum((one > other) + 0.5 * (one == other) for one in known for other in unknown)
    return longer / (len(known) * len(unknown))


def main() -> None:
    """Print medians, quartiles, and how often one answer is the slower."""
    with tempfile.TemporaryDirectory(prefix="reporting-sign-in-") as folder, running(Path(folder) / "demo") as service:
        opened = open_service(load_settings(service.data / "server"))
        known = add_members(opened)
        opened.database.close()
        found = measure(service.desk_url, known)
    for path in _PATHS:
        parts = []
        for kind in ("known", "unknown"):
            low, middle, high = statistics.quantiles(found[path, kind], n=4)
            parts.append(f"{kind} {middle:6.2f} ms ({low:.2f} to {high:.2f})")
        told = chance(found[path, "known"], found[path, "unknown"])
        print(f"{path:18} {' | '.join(parts)} | a known name is slower in {told:.3f} of pairs (0.5 tells nothing)")


if __name__ == "__main__":
    main()

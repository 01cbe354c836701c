"""A real HTTP server around the post office, for the terminal's client to talk to; tests make it lie."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from reporting.client.member import MemberSession
from reporting.client.proving import Prover
from reporting.client.sending import Sender
from reporting.client.site import Site as SeenSite
from reporting.client.transport import Transport
from reporting.client.trust import Pin
from reporting.protocol.encoding import JSONObject, b64encode
from reporting.protocol.vault import Vault
from tests.dishonest.scene import Scene
from tests.factories import StoredEntry
from tests.factories.site import QUESTIONNAIRE
from tests.unit.client.serving import Reply, Request, serving

WELL_KNOWN = "/.well-known/reporting/"
Lie = Callable[[Any], Any]


class LyingServer:
    """Answers as an honest server would, but for ``lies``: by path, what becomes of an answer."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.site, self.post = scene.site, scene.post
        self.lies: dict[str, Lie] = {}
        self.refuse_once: dict[str, JSONObject] = {}
        self.posted: list[tuple[str, JSONObject]] = []
        self.cards: dict[str, str] = {}
        self.page = 1_000

    def answer(self, request: Request) -> Reply:
        """One answer, true or not."""
        path = request.path.partition("?")[0]
        body = json.loads(request.body) if request.body else {}
        if request.method == "POST":
            self.posted.append((path, body))
        if path in self.refuse_once:
            problem = self.refuse_once.pop(path)
            return Reply(json.dumps(problem).encode(), 409, {"Content-Type": "application/problem+json"})
        found = self._documents(path) or self._api(path, body)
        if path in self.lies:
            found = self.lies[path](found)
        if found is None:
            return Reply(b"", 404)
        return Reply(found if isinstance(found, bytes) else json.dumps(found).encode())

    def _documents(self, path: str) -> bytes | None:
        name, _slash, rest = path.removeprefix(WELL_KNOWN).partition("/")
        match name:
            case "root":
                return self.site.root_verifier.encode().encode()
            case "directory":
                return self.site.versions[int(rest or len(self.site.versions)) - 1].encode()
            case "recipients":
                return json.dumps(self.site.recipients(rest)).encode()
            case "questionnaires":
                return QUESTIONNAIRE
        return None

    def _api(self, path: str, body: JSONObject) -> JSONObject | None:
        match path.split("/")[2:]:
            case ["cases", *desk]:
                return self._desk(desk, body)
            case ["challenge"]:
                return {"challenge": "anything", "bits": 0}
            case ["reports"]:
                answer = self.post.submit(body)
                return {"case": next(reversed(self.post.cases)), "acknowledgement": answer}
            case _:
                return self._under_code(path, body)

    def _under_code(self, path: str, body: JSONObject) -> JSONObject | None:
        match path:
            case "/api/entries":
                return {"id": "0" * 32, "acknowledgement": self.post.follow_up(body)}
            case "/api/certify":
                return {"certificate": self.post.certify(body)}
            case "/api/mailbox":
                return self._mailbox(body)
        return None

    def _desk(self, path: list[str], body: JSONObject) -> JSONObject | None:
        match path:
            case [case]:
                return self._case(case) | self._for_ada(case)
            case [case, "entries"]:
                return {"entries": [_entry(entry) for entry in self.post.cases[case].entries], "more": False}
            case [case, "card"]:
                self.cards[case] = body["card"]
                return {}
        return None

    def _mailbox(self, body: JSONObject) -> JSONObject:
        mine = {case.case: case for case in self.post.cases.values() if b64encode(case.token) == body["token"]}
        everything = [
            (entry.day, entry.id, case.case, entry)
            for case in mine.values()
            for entry in case.entries
            if entry.audience == "reporter"
        ]
        everything.sort(reverse=True, key=lambda item: item[:2])
        ids = [item[1] for item in everything]
        start = ids.index(body["after"]) + 1 if body["after"] else 0
        shown = everything[start : start + self.page]
        return {
            "cases": [self._case(case) for case in sorted({item[2] for item in shown})],
            "entries": [
                {**_entry(entry), **self._acknowledged(case, entry), "case": case} for _, _, case, entry in shown
            ],
            "more": start + self.page < len(everything),
        }

    def _acknowledged(self, case_id: str, entry: StoredEntry) -> JSONObject:
        case = self.post.cases[case_id]
        return {"acknowledgement": case.acknowledgement} if entry is case.entries[0] else {}

    def _case(self, case_id: str) -> JSONObject:
        case = self.post.cases[case_id]
        return {
            "case": case.case,
            "channel": case.channel,
            "received": case.received.isoformat(),
            "sealed_by": "device",
            "epochs": case.epochs,
            "recipient": case.recipients[-1],
            "status": case.status,
            "outcome": case.outcome,
            "clocks": [],
        }

    def _for_ada(self, case: str) -> JSONObject:
        grants = self.post.grants_of(case, "ada")
        return {
            "grants": [{"epoch": epoch, "sealed": b64encode(sealed)} for epoch, sealed in grants],
            "card": self.cards.get(case),
            "allowed": [],
        }


def _entry(entry: StoredEntry) -> JSONObject:
    shown: JSONObject = {"id": entry.id, "date": entry.day.isoformat(), "audience": entry.audience}
    if entry.sealed is None:
        return shown | {"sealed": None, "sha256": b64encode(entry.sha256)}
    return shown | {"sealed": b64encode(entry.sealed), "acknowledgement": None, "proof": None}


class Client:
    """The terminal's client at one such server, its pin at the directory in force when it was made."""

    def __init__(self, scene: Scene, server: LyingServer, transport: Transport, pin: Pin) -> None:
        self.scene, self.server, self.transport = scene, server, transport
        self.site = SeenSite(transport, pin, scene.site.today)
        self.sender = Sender(transport, scene.site.shape, waits=(0.0,), sleep=lambda _seconds: None)
        self.receipt = scene.reporter.receipt

    def posted(self, path: str) -> list[JSONObject]:
        """What the client sent to a path."""
        return [body for found, body in self.server.posted if found == path]

    def ada(self) -> MemberSession:
        """Ada, signed in."""
        person = self.scene.ada.person
        vault = Vault("ada", person.identity, person.key, self.scene.site.root_verifier)
        return MemberSession(self.transport, vault, b"k" * 32, {}, bytes(32), self.site, {}, Prover(None, ""), False)


@contextmanager
def client_of(scene: Scene, *, pin: Pin | None = None) -> Iterator[Client]:
    """A client that talks to a server around the scene."""
    server = LyingServer(scene)
    directory = scene.site.directory
    pinned = pin or Pin(scene.site.root_verifier, directory.version, directory.sha256)
    with serving(server.answer) as listening, Transport(listening.url) as transport:
        yield Client(scene, server, transport, pinned)

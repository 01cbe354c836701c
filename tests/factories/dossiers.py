"""Dossiers as a reporter makes them, and such as a later version may make.

``python tests/factories/dossiers.py``: as JSON, those with what was found in words that this version does not know.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from reporting.protocol import dossier
from reporting.protocol.directory import fingerprint
from reporting.protocol.encoding import JSONObject, b64encode, sha256
from reporting.protocol.entry import open_entry
from reporting.protocol.signing import SigningKey
from tests.factories.desk import Desk
from tests.factories.post import Post
from tests.factories.reporter import Reporter
from tests.factories.site import Site

#: Findings that no version has yet: a word, several, and what is no text at all.
UNHEARD: tuple[object, ...] = ("unheard-of", "unheard of", 7, {"unheard": "of"}, ["unheard-of"], True)
_MEASURES = Path(__file__).parent.parent / "unit/protocol/measures.json"


@dataclass(frozen=True)
class Made:
    """A statement about a report that was answered, its keys, and the site that it is about."""

    site: Site
    statement: JSONObject
    keys: dict[str, SigningKey]

    def altered(self, change: Callable[[JSONObject], None]) -> bytes:
        """The dossier of a reporter who changed something and then signed it."""
        statement = copy.deepcopy(self.statement)
        change(statement)
        return dossier.sign(statement, self.keys)

    def page(self, said: bytes = b"<p>12 days after the report</p>") -> bytes:
        data = dossier.embedded(dossier.sign(self.statement, self.keys))
        return dossier.sign_page(b"<!doctype html>\n" + said + data + b"\n", self.keys)

    @property
    def digits(self) -> str:
        return fingerprint(self.site.root.public)


def event(day: str, days: int | None, kind: str, by: str, **more: object) -> JSONObject:
    empty: JSONObject = {
        "title": kind,
        "value": "",
        "words": [],
        "sha256": None,
        "acknowledgement": None,
        "signed": None,
    }
    return {"day": day, "days": days, "kind": kind, "by": by, **empty, **more}


def make(*statuses: tuple[JSONObject, str]) -> Made:
    """A dossier of a report, a claim, messages and statuses.

    :param statuses: more of them: the body that a member signs, and the value that the dossier shows
    """
    site = Site.usual()
    post = Post(site)
    reporter = Reporter(site, post)
    desk = Desk(site, post, "ada")
    prepared = reporter.prepare()
    note = post.submit(prepared.request)
    case = prepared.case
    site.pass_days(12)
    reply = desk.reply(case, "Is the draft dated?")
    follow_up = reporter.prepare_message(case)[1]
    request = {
        "token": b64encode(reporter.receipt.mailbox_token(site.origin)),
        "case": case,
        "epoch": 0,
        "entry": b64encode(follow_up),
        "uploads": [],
    }
    received = post.follow_up(request)
    status = desk.status(case, "assessing")
    decided = {
        "status": "decided",
        "outcome": "partly",
        "reason": "Half of it.",
        "appeal": "To the court.",
        "clocks": [],
    }
    decision = desk.write(case, "status", "reporter", decided)
    known = json.loads(_MEASURES.read_text(encoding="utf-8"))["measure"]
    answers = known | {"text": "Four weeks.", "effect": "They rested."}
    measure = desk.write(case, "protection", "reporter", {"form": "measure-1", "answers": answers})
    keys = {case: reporter.signing_key(case)}
    events = [
        event(
            "2026-01-05", 0, "report", "reporter", sha256=b64encode(prepared.expected.entry_sha256), words=["Bribes."]
        ),
        event("2026-01", None, "incident", "reporter"),
        event(
            "2026-01-17",
            12,
            "message",
            "office",
            words=["Is the draft dated?"],
            signed=signed(desk, case, reply.sealed),
        ),
        event("2026-01-17", 12, "message", "reporter", sha256=b64encode(sha256(follow_up)), acknowledgement=received),
        event("2026-01-17", 12, "status", "office", value="assessing", signed=signed(desk, case, status.sealed)),
        event(
            "2026-01-17",
            12,
            "status",
            "office",
            value="decided partly",
            words=["Half of it.", "To the court."],
            signed=signed(desk, case, decision.sealed),
        ),
        event(
            "2026-01-17",
            12,
            "protection",
            "office",
            value="paid-leave active",
            words=["Four weeks.", "They rested."],
            signed=signed(desk, case, measure.sealed),
        ),
    ]
    for body, value in statuses:
        more = desk.write(case, "status", "reporter", {"reason": "", "clocks": [], **body})
        at = event("2026-01-17", 12, "status", "office", value=value, signed=signed(desk, case, more.sealed))
        events.append(at)
    file = {"name": "plan.pdf", "type": "application/pdf", "size": 9, "day": "2026-01-05", "by": "reporter"}
    hashes = {"sealed": b64encode(bytes(32)), "sha256": b64encode(sha256(b"plan"))}
    return Made(
        site,
        {
            "format": dossier.FORMAT,
            "made": "2026-01-18",
            "language": "en",
            "site": {"origin": site.origin, "root": site.root_verifier.encode(), "directory": site.versions[-1]},
            "cases": [
                {
                    "case": case,
                    "channel": "procurement",
                    "title": "Procurement",
                    "key": b64encode(keys[case].public),
                    "acknowledgement": note,
                    "events": events,
                    "clocks": [{"name": "feedback", "due": "2026-12-01", "done": None, "by": "office"}],
                    "files": [file | hashes],
                }
            ],
        },
        keys,
    )


def signed(desk: Desk, case: str, sealed: bytes | None) -> JSONObject:
    assert sealed is not None
    found = open_entry(sealed, desk.case_identity(case))
    return {"json": b64encode(found.data), "signature": b64encode(found.signature)}


def with_finding(finding: object, value: str, status: str = "closed") -> Made:
    """A dossier in which the last status tells of a finding, or where that is ``decided`` of an outcome."""
    return make(({"status": status, "outcome" if status == "decided" else "finding": finding}, value))


if __name__ == "__main__":
    told = []
    for status in ("closed", "decided"):
        for finding in UNHEARD:
            made = with_finding(finding, f"{status} unknown", status)
            told.append({"status": status, "data": b64encode(dossier.sign(made.statement, made.keys))})
    print(json.dumps(told))

"""Checks a dossier with Ed25519, SHA-256 and base64 alone, from docs/dossier.md: nothing of this program is used.

``python dossier.py FILE FINGERPRINT`` says what holds, or ends with what does not.
"""

import base64
import hashlib
import html
import json
import pathlib
import re
import sys
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

FINDINGS = ["substantiated", "partly-substantiated", "not-substantiated", "mistaken", "knowingly-false"]
OUTCOMES = ["granted", "partly", "refused", "referred"]
KNOWN = {False: FINDINGS, True: OUTCOMES}


def sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def raw(text: str) -> bytes:
    return base64.b64decode(text, validate=True)


def check(key: bytes, signature: bytes, message: bytes) -> None:
    Ed25519PublicKey.from_public_bytes(key).verify(signature, message)


def note(signed: str, name: str, key: bytes) -> list[str]:
    """The lines of a signed note, once the signature of that name holds."""
    text, _, signatures = signed.rpartition("\n\n")
    text += "\n"
    key_id = sha256(name.encode() + b"\n\x01" + key)[:4]
    for line in signatures.splitlines():
        _, signer, value = line.split(" ")
        if signer == name and raw(value)[:4] == key_id:
            check(key, raw(value)[4:], text.encode())
            return text.split("\n")
    raise SystemExit(f"{name} has not signed")


def page_parts(data: bytes) -> tuple[bytes, bytes, Any]:
    """The data in a page, what its signatures cover, and the signatures."""
    covered, _, signatures = data.rpartition(b"<!-- reporting/v1/dossier-page ")
    (inner,) = re.findall(rb'<pre id="dossier-data" hidden>([^<]*)</pre>', covered)
    return raw(inner.decode()), covered, json.loads(signatures.removesuffix(b" -->\n"))


def signatures_hold(signatures: Any, label: bytes, covered: bytes, cases: Any) -> None:
    assert [one["case"] for one in signatures] == [case["case"] for case in cases]
    for one, case in zip(signatures, cases, strict=True):
        check(raw(case["key"]), raw(one["signature"]), label + b"\0" + covered)


def verify(data: bytes, fingerprint: str) -> Any:
    page: Any = None
    if not data.startswith(b'{"dossier":'):
        data, *page = page_parts(data)
    first, _, _ = data.split(b"\n")
    statement = first.removeprefix(b'{"dossier":').removesuffix(b",")
    said = json.loads(statement)
    cases, site = said["cases"], said["site"]
    signatures_hold(json.loads(data)["signatures"], b"reporting/v1/dossier", statement, cases)
    if page is not None:
        signatures_hold(page[1], b"reporting/v1/dossier-page", page[0], cases)
    origin, _, encoded = site["root"].split("+", 2)
    root = raw(encoded)[1:]
    assert f"{int.from_bytes(sha256(root)[:16], 'big') % 10**30:030}" == fingerprint.replace(" ", ""), "another site"
    directory = json.loads(note(site["directory"], origin, root)[3])
    for case in cases:
        lines = note(case["acknowledgement"], f"{origin}/service", raw(directory["service_key"]))
        assert lines[1] == "reporting/acknowledgement/v1"
        assert lines[2] == case["case"]
        assert lines[4] == case["channel"]
        assert lines[7] == b64(sha256(raw(case["key"]))), "another reporter's key"
        for event in case["events"]:
            event_holds(event, case, lines, origin, directory)
    return said


def event_holds(event: Any, case: Any, lines: list[str], origin: str, directory: Any) -> None:
    if event["kind"] == "report":
        assert (event["sha256"], event["day"]) == (lines[3], lines[5])
    if event["kind"] != "report" and event["acknowledgement"] is not None:
        received = note(event["acknowledgement"], f"{origin}/service", raw(directory["service_key"]))
        assert received[1] == "reporting/entry-acknowledgement/v1"
        assert received[2:5] == [case["case"], event["sha256"], event["day"]]
    if event["signed"] is not None:
        said = raw(event["signed"]["json"])
        entry = json.loads(said)
        (author,) = [member for member in directory["members"] if member["id"] == entry["author"]]
        check(raw(author["signing_key"]), raw(event["signed"]["signature"]), b"reporting/v1/entry\0" + said)
        assert (entry["case"], entry["kind"], entry["date"]) == (case["case"], event["kind"], event["day"])
        assert (entry["audience"], event["by"]) == ("reporter", "office")
        value, words = told(entry)
        assert event["words"] == words
        assert event["value"] in (value, later(entry))


def told(entry: Any) -> tuple[str, list[str]]:
    """A status, of a decision with its outcome, and the words."""
    body = entry["body"]
    if body.get("form") == "measure-1":
        said = body["answers"]
        return f"{said['what']} {said['state']}", [said[name] for name in ("text", "effect", "reason") if said[name]]
    if entry["kind"] != "status":
        return "", [body["text"]] if body.get("text") else []
    decided = body["status"] == "decided"
    more = body.get("outcome" if decided else "finding")
    if more not in (None, "", *KNOWN[decided]):
        more = "unknown"
    value = " ".join([body["status"], *([more] if more else [])])
    names = ("reason", "appeal") if decided else ("reason",)
    return value, [body[name] for name in names if body.get(name)]


def later(entry: Any) -> str | None:
    """How a later version writes a word that none knows today."""
    body = entry["body"]
    decided = body.get("status") == "decided"
    more = body.get("outcome" if decided else "finding")
    new = entry["kind"] == "status" and isinstance(more, str) and more not in ("", *KNOWN[decided])
    return f"{body['status']} {more}" if new else None


def proven(event: Any) -> str | None:
    """What somebody but the maker vouches for. Never the title: nobody signed it."""
    if event["signed"] is not None:
        entry = json.loads(raw(event["signed"]["json"]))
        return " ".join(filter(None, [entry["kind"], told(entry)[0], "by", entry["author"]]))
    if event["kind"] == "report" or event["acknowledgement"] is not None:
        return "something sealed was received"
    return None


def seen(data: bytes) -> str:
    """What a page shows, as text: for looking whether something stands in it."""
    return html.unescape(re.sub(r"<[^>]*>", " ", data.decode()))


if __name__ == "__main__":
    held = verify(pathlib.Path(sys.argv[1]).read_bytes(), sys.argv[2])
    shown = [{"case": case["case"], "proven": [proven(event) for event in case["events"]]} for case in held["cases"]]
    print(json.dumps({"cases": shown}))

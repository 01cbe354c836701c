"""Checks a certificate with Ed25519, SHA-256 and base64 alone, as docs/certificate.md says: nothing else of ours.

``python certificate.py FILE FINGERPRINT`` says what holds, or ends with what does not.
"""

import base64
import hashlib
import hmac
import json
import pathlib
import re
import sys
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def raw(text: str) -> bytes:
    return base64.b64decode(text, validate=True)


def key_id(name: str, key: bytes) -> bytes:
    return sha256(name.encode() + b"\n\x01" + key)[:4]


def note(signed: str, name: str, key: bytes) -> list[str]:
    """The lines of a note with exactly one signature, by that name, once it holds."""
    text, _, signature = signed.rpartition("\n\n")
    mark, signer, value = signature.removesuffix("\n").split(" ")
    assert (mark, signer) == ("\u2014", name), "another signer"
    assert raw(value)[:4] == key_id(name, key)
    Ed25519PublicKey.from_public_bytes(key).verify(raw(value)[4:], text.encode() + b"\n")
    return text.split("\n")


def opening(code: bytes, origin: str, case_hash: bytes, commitment: bytes) -> bytes:
    """HKDF (RFC 5869) of the sixteen bytes of the receipt code: what the reporter alone can compute afterwards."""
    salt = b"reporting/v1/receipt\0" + origin.encode()
    info = b"reporting/v1/certificate-opening\0" + case_hash + commitment
    return hmac.digest(hmac.digest(salt, code, "sha256"), info + b"\x01", "sha256")


def report(opened_by: bytes, acknowledgement: str) -> str:
    """The third line of a certificate of the report that was acknowledged so."""
    hashed = sha256(b"reporting/v1/certificate-of\0" + opened_by + acknowledgement.encode())
    return base64.b64encode(hashed).decode()


def verify(data: bytes, fingerprint: str) -> Any:
    if not data.startswith(b'{"v":1,"kind":"certificate",'):
        (inner,) = re.findall(rb'<pre id="certificate-data" hidden>([^<]*)</pre>', data)
        data = raw(inner.decode())
    said = json.loads(data)
    assert data == json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
    assert (said["v"], said["kind"]) == (1, "certificate")
    assert list(said) == ["v", "kind", "note", "directory", "name", "salt", "root"]
    origin, _, encoded = said["root"].split("+", 2)
    root = raw(encoded)[1:]
    assert said["root"] == f"{origin}+{key_id(origin, root).hex()}+{encoded}"
    assert f"{int.from_bytes(sha256(root)[:16], 'big') % 10**30:030}" == fingerprint.replace(" ", ""), "another site"
    directory = json.loads(note(said["directory"], origin, root)[3])
    lines = note(said["note"], f"{origin}/service", raw(directory["service_key"]))
    assert lines[:2] == [origin, "reporting/certificate/v1"]
    assert lines[5] == str(directory["version"])
    assert max(lines[3], directory["date"]) <= lines[6] <= directory["valid_until"], "days that cannot be"
    named = sha256(b"reporting/v1/certificate\0" + raw(said["salt"]) + said["name"].encode())
    assert raw(lines[7]) == (named if said["name"] else bytes(32)), "another name"
    return {"report": lines[2], "received": lines[3], "channel": lines[4], "issued": lines[6], "name": said["name"]}


if __name__ == "__main__":
    print(json.dumps(verify(pathlib.Path(sys.argv[1]).read_bytes(), sys.argv[2])))

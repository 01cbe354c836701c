"""Every age vector of the C2SP CCTV collection, by the failure that it names."""

from __future__ import annotations

import hashlib
import io

import pytest

from reporting.protocol.age import HybridIdentity, armor, dearmor, parse_header
from reporting.protocol.age_file import Identity, open_sealed
from reporting.protocol.age_header import encode_header
from reporting.protocol.age_stream import NONCE_SIZE, seal_payload
from reporting.protocol.errors import ArmorFailure, HeaderFailure, HmacFailure, NoMatch, PayloadFailure
from tests.conftest import require
from tests.unit.protocol.cctv.native import ScryptIdentity, X25519Identity
from tests.unit.protocol.cctv.vectors import COUNT, MODULE, Vector, load

VECTORS = load()
CLASSES = {
    "success": None,
    "no match": NoMatch,
    "HMAC failure": HmacFailure,
    "header failure": HeaderFailure,
    "payload failure": PayloadFailure,
    "armor failure": ArmorFailure,
}


def _identity(text: str) -> Identity:
    if text.startswith("AGE-SECRET-KEY-PQ-1"):
        return HybridIdentity.parse(text)
    return X25519Identity.parse(text)


def _identities(vector: Vector) -> list[Identity]:
    passphrases = [ScryptIdentity(text) for text in vector.fields.get("passphrase", [])]
    return [*passphrases, *map(_identity, vector.fields.get("identity", []))]


def _binary(vector: Vector) -> bytes:
    return dearmor(vector.file) if vector.field("armored") == "yes" else vector.file


def _open(vector: Vector, target: io.BytesIO) -> type[Exception] | None:
    try:
        open_sealed(io.BytesIO(_binary(vector)), target, _identities(vector))
    except (ArmorFailure, HeaderFailure, HmacFailure, NoMatch, PayloadFailure) as error:
        return type(error)
    return None


def _expecting(*outcomes: str) -> list[Vector]:
    return [vector for vector in VECTORS if vector.field("expect") in outcomes]


def test_the_whole_collection_is_here() -> None:
    require(VECTORS, f"{MODULE} is missing: run `npm ci` in reporting/browser.")
    assert len(VECTORS) == COUNT
    assert {vector.field("expect") for vector in VECTORS} == CLASSES.keys()


@pytest.mark.parametrize("vector", VECTORS, ids=str)
def test_outcome_and_released_plaintext_are_what_the_vector_names(vector: Vector) -> None:
    target = io.BytesIO()
    assert _open(vector, target) is CLASSES[vector.field("expect") or ""]
    released = hashlib.sha256(target.getvalue()).hexdigest()
    assert released == (vector.field("payload") or hashlib.sha256().hexdigest())


@pytest.mark.parametrize("vector", _expecting("success"), ids=str)
def test_header_and_payload_encode_back_to_themselves(vector: Vector) -> None:
    sealed = _binary(vector)
    header = parse_header(sealed)
    file_key = bytes.fromhex(vector.field("file key") or "")
    assert encode_header(header.stanzas, file_key) == sealed[: header.length]

    plaintext, payload = io.BytesIO(), io.BytesIO()
    open_sealed(io.BytesIO(sealed), plaintext, _identities(vector))
    plaintext.seek(0)
    nonce = sealed[header.length : header.length + NONCE_SIZE]
    seal_payload(plaintext, payload, file_key, nonce)
    assert payload.getvalue() == sealed[header.length :]


@pytest.mark.parametrize(
    "vector", [v for v in _expecting("success", "no match") if v.field("armored") == "yes"], ids=str
)
def test_armor_encodes_back_to_itself(vector: Vector) -> None:
    canonical = vector.file.strip().replace(b"\r\n", b"\n") + b"\n"
    assert armor(dearmor(vector.file)).encode() == canonical

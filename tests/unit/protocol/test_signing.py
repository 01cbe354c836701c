"""Ed25519 signatures are accepted in one strict form only."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting.protocol.errors import Malformed, NotAuthentic
from reporting.protocol.signing import SigningKey, check_public_key, verify

P = 2**255 - 19
D = -121665 * pow(121666, -1, P) % P
ORDER = 2**252 + 27742317777372353535851937790883648493
SIGN_BIT = 1 << 255
IDENTITY = (0, 1)

Point = tuple[int, int]


def add(a: Point, b: Point) -> Point:
    """The affine addition law of RFC 8032 section 5.1.4, complete on this curve."""
    product = D * a[0] * b[0] * a[1] * b[1] % P
    x = (a[0] * b[1] + a[1] * b[0]) * pow(1 + product, -1, P)
    y = (a[1] * b[1] + a[0] * b[0]) * pow(1 - product, -1, P)
    return x % P, y % P


def multiply(scalar: int, point: Point) -> Point:
    total = IDENTITY
    while scalar:
        if scalar & 1:
            total = add(total, point)
        point = add(point, point)
        scalar >>= 1
    return total


def decode(encoded: bytes) -> Point:
    number = int.from_bytes(encoded, "little")
    y = number & (SIGN_BIT - 1)
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if x * x % P != square:
        x = x * pow(2, (P - 1) // 4, P) % P
    assert x * x % P == square
    return (P - x if x & 1 != number >> 255 else x), y


def encode(point: Point) -> bytes:
    return (point[1] | (point[0] & 1) << 255).to_bytes(32, "little")


def small_order_points() -> list[Point]:
    """The eight points of small order, from the order of the group alone."""
    for y in range(2, 100):
        try:
            point = multiply(ORDER, decode(y.to_bytes(32, "little")))
        except AssertionError:  # no point has this y
            continue
        multiples = [multiply(times, point) for times in range(8)]
        if len(set(multiples)) == 8:
            return multiples
    raise AssertionError("no point of order 8 found")


SMALL_ORDER = [encode(point) for point in small_order_points()]
# y + p still fits in 255 bits only for y < 19; x = 0 with the sign bit is the other double encoding.
NON_CANONICAL = [
    *((number + P | sign).to_bytes(32, "little") for number in range(19) for sign in (0, SIGN_BIT)),
    (1 | SIGN_BIT).to_bytes(32, "little"),
    (P - 1 | SIGN_BIT).to_bytes(32, "little"),
]

KEY = SigningKey(bytes(range(32)))
MESSAGE = b"a message"


def test_rfc_8032_vectors() -> None:
    """RFC 8032 section 7.1, TEST 1 and TEST 2."""
    first = SigningKey(bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"))
    assert first.public.hex() == "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
    assert first.sign(b"").hex() == (
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
        "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
    )
    second = SigningKey(bytes.fromhex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"))
    assert second.sign(b"\x72").hex() == (
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
    )


@given(st.binary(min_size=32, max_size=32), st.binary(max_size=200))
def test_what_a_key_signs_verifies(seed: bytes, message: bytes) -> None:
    key = SigningKey(seed)
    check_public_key(key.public)
    verify(key.public, key.sign(message), message)


@given(st.integers(0, 511))
def test_any_flipped_bit_of_a_signature_is_noticed(bit: int) -> None:
    signature = bytearray(KEY.sign(MESSAGE))
    signature[bit // 8] ^= 1 << bit % 8
    with pytest.raises(NotAuthentic):
        verify(KEY.public, bytes(signature), MESSAGE)


@given(st.integers(0, 255))
def test_any_flipped_bit_of_a_key_is_noticed(bit: int) -> None:
    public = bytearray(KEY.public)
    public[bit // 8] ^= 1 << bit % 8
    with pytest.raises(NotAuthentic):
        verify(bytes(public), KEY.sign(MESSAGE), MESSAGE)


def test_another_message_does_not_verify() -> None:
    with pytest.raises(NotAuthentic):
        verify(KEY.public, KEY.sign(MESSAGE), MESSAGE + b"!")


def test_s_above_the_group_order_is_refused() -> None:
    signature = KEY.sign(MESSAGE)
    s = int.from_bytes(signature[32:], "little") + ORDER
    with pytest.raises(NotAuthentic):
        verify(KEY.public, signature[:32] + s.to_bytes(32, "little"), MESSAGE)


def test_there_are_eight_keys_of_small_order() -> None:
    assert len(set(SMALL_ORDER)) == 8


@pytest.mark.parametrize("public", [*SMALL_ORDER, *NON_CANONICAL], ids=bytes.hex)
def test_keys_of_small_order_and_second_encodings_are_refused(public: bytes) -> None:
    with pytest.raises(Malformed):
        check_public_key(public)
    # S = 0 and R = A fit every message under the identity, and some messages under the others.
    for r in (public, encode(IDENTITY)):
        with pytest.raises(NotAuthentic):
            verify(public, r + bytes(32), MESSAGE)


@pytest.mark.parametrize("r", NON_CANONICAL, ids=bytes.hex)
def test_second_encodings_of_r_are_refused(r: bytes) -> None:
    with pytest.raises(NotAuthentic):
        verify(KEY.public, r + KEY.sign(MESSAGE)[32:], MESSAGE)


@pytest.mark.parametrize("y", [2, 7, 8])
def test_a_key_that_is_no_point_is_refused(y: int) -> None:
    with pytest.raises(Malformed) as caught:
        check_public_key(y.to_bytes(32, "little"), pointer="/signing_key")
    assert caught.value.pointer == "/signing_key"
    with pytest.raises(NotAuthentic):
        verify(y.to_bytes(32, "little"), KEY.sign(MESSAGE), MESSAGE)


@pytest.mark.parametrize("size", [0, 31, 33, 64])
def test_keys_and_signatures_of_another_length_are_refused(size: int) -> None:
    with pytest.raises(Malformed):
        check_public_key(bytes(size))
    with pytest.raises(NotAuthentic):
        verify(bytes(size), KEY.sign(MESSAGE), MESSAGE)
    with pytest.raises(NotAuthentic):
        verify(KEY.public, bytes(size + 1), MESSAGE)
    with pytest.raises(Malformed):
        SigningKey(bytes(size))


def crafted(message: bytes) -> tuple[bytes, bytes, int]:
    """A key with a component of order 8, a signature of ``message`` that holds up to it, and its k modulo 8."""
    secret, nonce = 1234567, 7654321
    base = decode((4 * pow(5, -1, P) % P).to_bytes(32, "little"))
    public = encode(add(multiply(secret, base), small_order_points()[1]))
    r = encode(multiply(nonce, base))
    k = int.from_bytes(hashlib.sha512(r + public + message).digest(), "little") % ORDER
    return public, r + ((nonce + k * secret) % ORDER).to_bytes(32, "little"), k % 8


def test_the_cofactor_is_not_multiplied_in() -> None:
    """Such a signature holds only where k happens to clear the small component: in both implementations."""
    outcomes = set()
    for number in range(40):
        message = str(number).encode()
        public, signature, k = crafted(message)
        check_public_key(public)
        outcomes.add(k == 0)
        if k == 0:
            verify(public, signature, message)
        else:
            with pytest.raises(NotAuthentic):
                verify(public, signature, message)
    assert outcomes == {True, False}


def test_generated_keys_use_the_randomness_given() -> None:
    assert SigningKey.generate(lambda size: b"\x01" * size).seed == b"\x01" * 32
    assert SigningKey.generate() != SigningKey.generate()


def test_a_printed_key_shows_no_secret() -> None:
    shown = f"{KEY} {KEY!r} {[KEY]}"
    assert KEY.seed.hex() not in shown
    assert str(KEY.seed) not in shown

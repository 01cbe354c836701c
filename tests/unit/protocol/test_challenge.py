"""Proof of work: genuine and solved, without anything stored (protocol section 6)."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reporting.protocol import challenge
from reporting.protocol.errors import Malformed

KEY = b"k" * 32


def test_a_solved_challenge_tells_its_end_and_what_to_remember_it_by() -> None:
    issued = challenge.issue(KEY, 1_000, 8)
    solved = challenge.check(KEY, issued, challenge.solve(issued, 8))
    assert solved.expires == 1_600
    assert solved.digest == hashlib.sha256(issued.encode()).digest()


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10), st.integers(0, 2**33))
def test_what_is_solved_begins_with_that_many_zero_bits(bits: int, now: int) -> None:
    issued = challenge.issue(KEY, now, bits)
    nonce = challenge.solve(issued, bits)
    digest = hashlib.sha256(f"{issued}:{nonce}".encode()).digest()
    assert f"{int.from_bytes(digest):0256b}".startswith("0" * bits)
    assert challenge.check(KEY, issued, nonce).expires == now + challenge.LIFETIME


def test_challenges_are_ascii_of_at_most_256_bytes_and_never_the_same() -> None:
    one, other = challenge.issue(KEY, 2**33, 18), challenge.issue(KEY, 2**33, 18)
    assert one != other
    assert one.isascii()
    assert len(one) <= challenge.MAX_LENGTH


@pytest.mark.parametrize(
    "change",
    [
        lambda issued: issued[:-1] + ("0" if issued[-1] != "0" else "1"),
        lambda issued: issued.replace("v1.1600.", "v1.9999."),
        lambda issued: issued.replace(".8.", ".0."),
        lambda issued: issued + "0",
        lambda issued: issued.upper(),
        lambda issued: issued + "\n",
        lambda issued: "v1.1600.8.." + issued,
        lambda issued: "٣" + issued,
        lambda issued: "",
        lambda issued: None,
        lambda issued: 7,
        lambda issued: "0" * 257,
    ],
)
def test_what_was_not_issued_here_is_refused(change) -> None:  # type: ignore[no-untyped-def]  # a lambda's argument
    issued = challenge.issue(KEY, 1_000, 8)
    with pytest.raises(Malformed) as raised:
        challenge.check(KEY, change(issued), challenge.solve(issued, 8))
    assert raised.value.pointer == "/challenge"


def test_another_servers_challenge_is_refused() -> None:
    issued = challenge.issue(b"o" * 32, 1_000, 0)
    with pytest.raises(Malformed, match="not issued here"):
        challenge.check(KEY, issued, "0")


@pytest.mark.parametrize("nonce", ["", "-1", "1" * 21, "0x1", "١", "1 ", "1\n", 1, None, "1.0"])
def test_a_nonce_is_one_to_twenty_digits(nonce: object) -> None:
    with pytest.raises(Malformed) as raised:
        challenge.check(KEY, challenge.issue(KEY, 1_000, 0), nonce)
    assert raised.value.pointer == "/nonce"


def test_a_nonce_that_solves_nothing_is_refused() -> None:
    issued = challenge.issue(KEY, 1_000, 12)
    wrong = next(str(n) for n in range(100) if not challenge.solves(issued, str(n), 12))
    with pytest.raises(Malformed, match="not solved"):
        challenge.check(KEY, issued, wrong)


def test_no_client_works_more_than_the_protocol_allows() -> None:
    for issued, bits in ((challenge.issue(KEY, 0, 1), 19), ("x" * 257, 1), ("ü", 1), ("x", -1)):
        with pytest.raises(Malformed, match="more work"):
            challenge.solve(issued, bits)

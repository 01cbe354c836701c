"""A grant is an age identity file of three lines, sealed to one member (protocol section 4)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting.protocol import age
from reporting.protocol import epoch as epochs
from reporting.protocol.age import HybridIdentity
from reporting.protocol.encoding import b64encode, sha256
from reporting.protocol.epoch import Epoch, sign_epoch
from reporting.protocol.errors import CannotOpen, CaseDamaged, Malformed, NotAuthentic
from reporting.protocol.grant import Grant, check_fits, open_grant, parse_grant, plaintext_size, seal_grant
from reporting.protocol.signing import SigningKey
from tests.factories.site import START

ORIGIN = "report.example.org"
MEMBER, STRANGER = HybridIdentity(b"m" * 32), HybridIdentity(b"s" * 32)
IDENTITY = HybridIdentity(b"c" * 32)
KEY = SigningKey(b"r" * 32)
HASH = epochs.case_hash(IDENTITY.recipient)
CASE = epochs.case_id(HASH, sha256(KEY.public))
GRANT = Grant(CASE, 0, KEY.public, IDENTITY)
FIRST = Epoch(ORIGIN, CASE, 0, HASH, ("m1",), bytes(32), 1, START)
NOTE = sign_epoch(FIRST, "reporter", KEY)


def test_the_three_lines_are_those_of_section_4() -> None:
    assert GRANT.plaintext().decode().split("\n") == [
        f"# reporting/v1/grant {CASE} 0",
        f"# reporter {b64encode(KEY.public)}",
        IDENTITY.encode(),
        "",
    ]
    assert IDENTITY.encode().startswith("AGE-SECRET-KEY-PQ-1")


@given(st.integers(0, 23), st.binary(min_size=32, max_size=32))
def test_a_grant_reads_back(epoch: int, seed: bytes) -> None:
    grant = Grant(CASE, epoch, SigningKey(seed).public, HybridIdentity(seed))
    assert parse_grant(grant.plaintext()) == grant


def test_the_identity_is_not_in_its_repr() -> None:
    assert "SECRET" not in repr(GRANT)


def test_grants_are_as_long_as_they_are_measured() -> None:
    for epoch in (0, 9, 10, 23):
        assert len(Grant(CASE, epoch, KEY.public, IDENTITY).plaintext()) == plaintext_size(epoch)


def test_the_member_opens_it_and_nobody_else() -> None:
    sealed = seal_grant(GRANT, MEMBER.recipient)
    assert open_grant(sealed, MEMBER, CASE, 0, NOTE, ORIGIN) == GRANT
    with pytest.raises(CannotOpen):
        open_grant(sealed, STRANGER, CASE, 0, NOTE, ORIGIN)


PLAIN = GRANT.plaintext()


@pytest.mark.parametrize(
    "plaintext",
    [
        b"",
        PLAIN[:-1],
        PLAIN + b"\n",
        PLAIN.replace(b"\n", b"\r\n"),
        PLAIN.replace(b" 0\n", b" 24\n"),
        PLAIN.replace(b" 0\n", b" 00\n"),
        PLAIN.replace(b" 0\n", b" \xd9\xa0\n"),
        PLAIN.replace(b"grant", b"GRANT"),
        PLAIN.replace(b"# reporter", b"#reporter"),
        PLAIN.replace(b64encode(KEY.public).encode(), b64encode(KEY.public[:31]).encode()),
        PLAIN.lower(),
        b"# created: today\n" + PLAIN,
        b"\xff" + PLAIN,
    ],
)
def test_any_other_plaintext_is_damaged(plaintext: bytes) -> None:
    with pytest.raises(Malformed):
        parse_grant(plaintext)
    with pytest.raises(NotAuthentic, match="damaged"):
        open_grant(age.encrypt(plaintext, [MEMBER.recipient]), MEMBER, CASE, 0, NOTE, ORIGIN)


def test_a_note_that_the_grant_agrees_with_but_nobody_signed_is_a_damaged_case() -> None:
    sealed = seal_grant(GRANT, MEMBER.recipient)
    unsigned = sign_epoch(FIRST, "reporter", SigningKey(b"x" * 32))
    with pytest.raises(CaseDamaged):
        open_grant(sealed, MEMBER, CASE, 0, unsigned, ORIGIN)


@pytest.mark.parametrize(
    "note", ["", "x", NOTE.replace(CASE, "0" * 32), NOTE.replace(b64encode(HASH), b64encode(bytes(32)))]
)
def test_a_note_that_disagrees_is_a_damaged_grant_or_case(note: str) -> None:
    with pytest.raises(NotAuthentic):
        open_grant(seal_grant(GRANT, MEMBER.recipient), MEMBER, CASE, 0, note, ORIGIN)


def test_a_grant_fits_the_note_of_its_own_epoch_alone() -> None:
    second = Epoch(ORIGIN, CASE, 1, epochs.case_hash(STRANGER.recipient), ("m1",), FIRST.sha256, 1, START)
    check_fits(GRANT, [FIRST, second])
    check_fits(Grant(CASE, 1, KEY.public, STRANGER), [FIRST, second])
    for wrong in (Grant(CASE, 1, KEY.public, IDENTITY), Grant(CASE, 2, KEY.public, IDENTITY)):
        with pytest.raises(NotAuthentic):
            check_fits(wrong, [FIRST, second])

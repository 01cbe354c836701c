"""Epoch notes and their chain (protocol section 4); the dishonest cases stand in tests/dishonest."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting.protocol import epoch as epochs
from reporting.protocol import note
from reporting.protocol.age import HybridIdentity
from reporting.protocol.encoding import b64encode, sha256
from reporting.protocol.epoch import Epoch, parse_text, sign_epoch, verify_chain, verify_first
from reporting.protocol.errors import Malformed, NewerDirectory, NotAuthentic, ProtocolError, Refused
from reporting.protocol.signing import SigningKey
from tests.factories import Person, Site

KEY = SigningKey(b"r" * 32)
IDENTITIES = [HybridIdentity(bytes([number]) * 32) for number in range(4)]
HASH = epochs.case_hash(IDENTITIES[0].recipient)
CASE = epochs.case_id(HASH, sha256(KEY.public))
DAY = datetime.date(2026, 1, 5)
SITE = Site.usual()
FIRST = Epoch(SITE.origin, CASE, 0, HASH, ("ada", "bea", "safe"), bytes(32), 1, DAY)
ids = st.from_regex(r"[a-z0-9][a-z0-9-]{0,31}", fullmatch=True).filter(lambda text: text not in ("reporter", "server"))


def after(before: Epoch, identity: HybridIdentity, holders: tuple[str, ...] = ("ada",)) -> Epoch:
    return Epoch(
        before.origin,
        before.case,
        before.number + 1,
        epochs.case_hash(identity.recipient),
        holders,
        before.sha256,
        before.directory,
        before.date,
    )


def signed_by(epoch: Epoch, person: Person) -> str:
    return sign_epoch(epoch, person.id, person.key)


def test_the_case_id_binds_recipient_and_reporters_key() -> None:
    text = str(IDENTITIES[0].recipient).encode()
    case_hash = hashlib.sha256(text).digest()
    assert case_hash == HASH
    assert hashlib.sha256(case_hash + hashlib.sha256(KEY.public).digest()).hexdigest()[:32] == CASE


def test_the_nine_lines_are_those_of_section_4() -> None:
    assert FIRST.text().split("\n") == [
        "report.example.org",
        "reporting/epoch/v1",
        CASE,
        "0",
        b64encode(HASH),
        "ada,bea,safe",
        b64encode(bytes(32)),
        "1",
        "2026-01-05",
        "",
    ]
    assert FIRST.sha256 == sha256(FIRST.text().encode())
    assert sign_epoch(FIRST, "reporter", KEY).split("\n")[-2].startswith("— report.example.org/reporter ")
    assert sign_epoch(FIRST, "ada", KEY).split("\n")[-2].startswith("— report.example.org/member/ada ")


@given(
    st.integers(0, 23),
    st.lists(ids, min_size=1, max_size=5, unique=True),
    st.binary(min_size=32, max_size=32),
    st.integers(0, 2**31 - 1),
    st.dates(),
)
def test_an_epoch_reads_back(number: int, holders: list[str], digest: bytes, version: int, day: datetime.date) -> None:
    epoch = Epoch(SITE.origin, CASE, number, digest, tuple(sorted(holders)), digest, version, day)
    assert parse_text(epoch.text()) == epoch


@pytest.mark.parametrize(
    ("place", "line"),
    [
        (1, "reporting/epoch/v2"),
        (2, CASE.upper().replace("0", "A")),
        (2, CASE[:-1]),
        (3, "24"),
        (3, "00"),
        (3, "+1"),
        (3, "-1"),
        (3, "1.0"),
        (3, "١"),
        (3, ""),
        (4, b64encode(bytes(31))),
        (5, ""),
        (5, "bea,ada"),
        (5, "ada,ada"),
        (5, "ada, bea"),
        (5, "ada,"),
        (5, "reporter"),
        (5, ",".join(f"m{number:03d}" for number in range(65))),
        (6, "AAAA"),
        (7, "01"),
        (7, str(2**31)),
        (7, "9" * 4_000),
        (8, "2026-1-5"),
        (8, "2026-02-30"),
        (9, "more"),
    ],
)
def test_a_line_in_another_form_is_refused(place: int, line: str) -> None:
    lines = FIRST.text().split("\n")
    lines[place] = line
    with pytest.raises(Malformed):
        parse_text("\n".join(lines))


def test_the_first_epoch_is_signed_by_the_reporter_and_bound_to_the_case() -> None:
    signed = sign_epoch(FIRST, "reporter", KEY)
    assert verify_first(signed, CASE, KEY.public, SITE.origin) == FIRST
    with pytest.raises(NotAuthentic):
        verify_first(signed, "0" * 32, KEY.public, SITE.origin)
    with pytest.raises(NotAuthentic):
        verify_first(signed, CASE, SigningKey(b"x" * 32).public, SITE.origin)
    with pytest.raises(NotAuthentic):
        verify_first(signed, CASE, KEY.public, "other.example.org")
    with pytest.raises(NotAuthentic):
        verify_first(sign_epoch(FIRST, "ada", KEY), CASE, KEY.public, SITE.origin)


@pytest.mark.parametrize(
    "change",
    [
        {"number": 1},
        {"previous": bytes([1]) * 32},
        {"recipient_sha256": bytes(32)},
        {"case": "0" * 32},
        {"origin": "x.org"},
    ],
)
def test_a_first_epoch_that_says_something_else_is_refused(change: dict[str, object]) -> None:
    other = dataclasses.replace(FIRST, **change)  # type: ignore[arg-type]  # each value is of its field's type
    signed = note.sign(other.text(), f"{SITE.origin}/reporter", KEY)
    with pytest.raises(ProtocolError):
        verify_first(signed, CASE, KEY.public, SITE.origin)


def test_a_chain_holds_as_far_as_holders_signed_it() -> None:
    ada, bea, ivo = (SITE.people[name] for name in ("ada", "bea", "ivo"))
    one = after(FIRST, IDENTITIES[1], ("bea", "ivo"))
    two = after(one, IDENTITIES[2], ("ivo",))
    notes = [sign_epoch(FIRST, "reporter", KEY), signed_by(one, ada), signed_by(two, bea)]
    chain = verify_chain(notes, CASE, KEY.public, SITE.directory, ())
    assert chain.epochs == (FIRST, one, two)
    assert chain.broken is None
    assert chain.holders() == {"ada", "bea", "ivo", "safe"}
    chain.check_may_seal(IDENTITIES[2].recipient)
    for signer in (ada, ivo):  # Ada does not hold epoch 1 any more, Ivo does
        last = after(one, IDENTITIES[3], ("ivo",))
        chain = verify_chain([*notes[:2], signed_by(last, signer)], CASE, KEY.public, SITE.directory, ())
        assert (chain.broken is None) == (signer is ivo)


def test_nothing_is_sealed_but_to_the_last_recipient_nor_below_an_epoch_that_an_entry_names() -> None:
    one = after(FIRST, IDENTITIES[1])
    notes = [sign_epoch(FIRST, "reporter", KEY), signed_by(one, SITE.people["ada"])]
    chain = verify_chain(notes, CASE, KEY.public, SITE.directory, ())
    chain.check_may_seal(IDENTITIES[1].recipient, 1)
    for recipient, named in ((IDENTITIES[0].recipient, 0), (IDENTITIES[2].recipient, 0), (IDENTITIES[1].recipient, 2)):
        with pytest.raises(Refused):
            chain.check_may_seal(recipient, named)


def test_a_chain_is_empty_or_of_a_newer_directory() -> None:
    with pytest.raises(Malformed):
        verify_chain([], CASE, KEY.public, SITE.directory, ())
    newer = dataclasses.replace(FIRST, directory=2)
    with pytest.raises(NewerDirectory):
        verify_chain([sign_epoch(newer, "reporter", KEY)], CASE, KEY.public, SITE.directory, ())
    one = dataclasses.replace(after(FIRST, IDENTITIES[1]), directory=2)
    notes = [sign_epoch(FIRST, "reporter", KEY), signed_by(one, SITE.people["ada"])]
    chain = verify_chain(notes, CASE, KEY.public, SITE.directory, ())
    assert isinstance(chain.broken, NewerDirectory)
    assert chain.epochs == (FIRST,)


def test_a_first_epoch_that_names_an_excluded_member_does_not_hold() -> None:
    with pytest.raises(NotAuthentic):
        verify_chain([sign_epoch(FIRST, "reporter", KEY)], CASE, KEY.public, SITE.directory, ["bea"])


def test_other_signatures_on_a_later_note_are_ignored() -> None:
    one = after(FIRST, IDENTITIES[1])
    signed = note.add_signature(note.parse(signed_by(one, SITE.people["ada"])), "witness.org", KEY).encode()
    chain = verify_chain([sign_epoch(FIRST, "reporter", KEY), signed], CASE, KEY.public, SITE.directory, ())
    assert chain.broken is None


@given(st.text(max_size=200))
def test_any_text_gives_an_epoch_or_malformed(text: str) -> None:
    with contextlib.suppress(Malformed):
        assert parse_text(text).text() == text

"""Cards: what they hold comes back, also of an earlier release, and their length tells a class alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting.client import cards
from reporting.client.cards import Card
from reporting.protocol import vault
from reporting.protocol.encoding import b64encode, dump_json, parse_json_object, sha256
from reporting.protocol.padding import padme

KEY, MEMBER, CASE = bytes(range(32)), "m1", "0" * 32


def a_card(summary: str = "A bridge", **further: object) -> Card:
    return Card(CASE, "procurement", b"k" * 32, sha256(b"age1pq1x"), 3, b"e" * 32, summary, dict(further))


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=2_000)


@given(TEXT, st.dictionaries(st.sampled_from(["text", "tags", "draft"]), TEXT))
def test_a_card_comes_back_whole(summary: str, further: dict[str, object]) -> None:
    card = a_card(summary, **further)
    sealed = card.seal(KEY, MEMBER)
    assert cards.open_card(b64encode(sealed), KEY, MEMBER, CASE) == card


@pytest.mark.parametrize("length", [0, 1, 40, 200])
def test_short_cards_have_one_length(length: int) -> None:
    assert len(a_card("x" * length).encode()) == 1_024


@given(st.integers(0, 20_000))
def test_long_cards_have_a_length_of_their_class(length: int) -> None:
    assert len(encoded := a_card(text="x" * length).encode()) == padme(len(encoded))


def test_a_card_of_an_earlier_release_keeps_its_pins() -> None:
    content = parse_json_object(a_card().encode(), limit=vault.MAX_CARD)
    del content["reporter_sha256"]
    old = dump_json(content | {"v": 1, "reporter_recipient": "age1pq1x"})
    sealed = vault.seal_card(old, KEY, MEMBER, CASE)
    assert cards.open_card(b64encode(sealed), KEY, MEMBER, CASE) == a_card()


def test_a_card_of_a_later_release_is_none() -> None:
    content = parse_json_object(a_card().encode(), limit=vault.MAX_CARD)
    sealed = vault.seal_card(dump_json(content | {"v": 3}), KEY, MEMBER, CASE)
    assert cards.open_card(b64encode(sealed), KEY, MEMBER, CASE) is None

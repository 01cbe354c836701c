"""The body of a request for an identity; who may make and open one stands in tests/dishonest."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reporting.protocol.age import HybridIdentity
from reporting.protocol.disclosure import MAX_REASON, Disclosure, parse_disclosure
from reporting.protocol.encoding import JSON, b64encode
from reporting.protocol.errors import Malformed
from reporting.protocol.signing import SigningKey

KEY = SigningKey(b"r" * 32).public
RECIPIENT = HybridIdentity(b"c" * 32).recipient
REQUEST = Disclosure(
    KEY, RECIPIENT, "procurement", "The court asks.", "Article 16", ("cem", "cyd"), 2, notice=bytes(32)
)
WAIVED = replace(REQUEST, notice=None, waiver="They would be warned.")


def test_a_request_carries_key_recipient_channel_reason_and_legal_basis() -> None:
    body = REQUEST.body()
    assert body == {
        "reporter_key": b64encode(KEY),
        "recipient": str(REQUEST.recipient),
        "channel": "procurement",
        "reason": "The court asks.",
        "legal_basis": "Article 16",
        "custodians": ["cem", "cyd"],
        "needed": 2,
        "notice": b64encode(bytes(32)),
    }
    assert parse_disclosure(body) == REQUEST
    assert parse_disclosure(WAIVED.body()) == WAIVED
    assert "notice" not in WAIVED.body()


def test_the_reason_is_not_in_its_repr() -> None:
    assert "court" not in repr(REQUEST)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("reporter_key", None),
        ("reporter_key", "AA=="),
        ("recipient", None),
        ("recipient", str(REQUEST.recipient).upper()),
        ("channel", "A"),
        ("channel", None),
        ("reason", None),
        ("reason", "x" * (MAX_REASON + 1)),
        ("legal_basis", 16),
        ("custodians", []),
        ("custodians", ["cyd", "cem"]),
        ("custodians", ["cem", "cem"]),
        ("custodians", [["cem"], "cyd"]),
        ("needed", 0),
        ("needed", 3),
        ("notice", "AA=="),
        ("waiver", "Told and waived at once."),
    ],
)
def test_a_body_in_another_form_is_refused(name: str, value: JSON) -> None:
    with pytest.raises(Malformed):
        parse_disclosure({**REQUEST.body(), name: value})


@pytest.mark.parametrize("waiver", ["", "  ", None, "x" * (MAX_REASON + 1)])
def test_a_waiver_has_a_reason_of_its_own(waiver: JSON) -> None:
    with pytest.raises(Malformed):
        parse_disclosure({**WAIVED.body(), "waiver": waiver})

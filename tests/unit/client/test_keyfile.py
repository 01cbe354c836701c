"""A member's key file: one identity, or all that they have had."""

from __future__ import annotations

import pytest

from reporting.client.keyfile import parse_key_file
from reporting.protocol.age import HybridIdentity
from reporting.protocol.errors import Malformed

OLD, NEW = HybridIdentity(b"o" * 32), HybridIdentity(b"n" * 32)


def file(*identities: HybridIdentity) -> bytes:
    """As the desk writes it."""
    lines = ["# reporting/v1/member m1"]
    for identity in identities:
        lines += [f"# public key: {identity.recipient}", identity.encode()]
    return "".join(f"{line}\n" for line in lines).encode()


def test_a_file_holds_the_identity_in_use_first_and_those_of_before() -> None:
    assert parse_key_file(file(NEW)).identities == (NEW,)
    found = parse_key_file(file(NEW, OLD))
    assert len(parse_key_file(file(*[OLD] * 9)).identities) == 9  # as many as a vault ever holds
    assert (found.identity, found.identities, found.member) == (NEW, (NEW, OLD), "m1")


@pytest.mark.parametrize("content", [file(), file(*[OLD] * 10), file(NEW) + b"AGE-SECRET-KEY-1X\n", file(NEW) + b"x\n"])
def test_what_no_member_has_is_refused(content: bytes) -> None:
    with pytest.raises(Malformed):
        parse_key_file(content)

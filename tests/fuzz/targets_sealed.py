"""What lies inside seals: grants, vaults, cards, and whole cases as a server may show them."""

from __future__ import annotations

from functools import cache

from reporting.protocol import age, custody, disclosure, entry, grant, vault
from reporting.protocol.encoding import b64encode, dump_json, parse_json_object
from reporting.protocol.padding import padded_size
from reporting.protocol.thread import read_as_member, read_as_reporter
from reporting.protocol.thread_types import SealedCase, SealedEntry, State
from tests.fuzz import samples
from tests.fuzz.registry import target, text_of

VAULT_KEY = b"v" * 32
RECIPIENTS = (samples.CASE_IDENTITY.recipient, samples.REPORTER.recipient)


@target("grant", seeds=lambda: [samples.grant().plaintext()], words=("# reporting/v1/grant ", "# reporter ", "\n"))
def grant_plaintext(data: bytes) -> None:
    assert grant.parse_grant(data).plaintext() == data


@target("grant-opened", seeds=lambda: [samples.grant().plaintext()], words=(samples.CASE, "# reporter ", "\n"))
def opened_grant(data: bytes) -> None:
    sealed = age.encrypt(data, [samples.MEMBER.recipient])
    found = grant.open_grant(sealed, samples.MEMBER, samples.CASE, 0, samples.first_epoch_note(), samples.ORIGIN)
    assert found.reporter_key == samples.REPORTER_KEY.public


def vault_content() -> bytes:
    """The JSON in a vault."""
    return dump_json(
        {
            "identity": samples.MEMBER.encode(),
            "signing_key": b64encode(samples.MEMBER_KEY.seed),
            "root": samples.ROOT_VERIFIER.encode(),
            "directory": {"version": 2, "sha256": b64encode(bytes(32))},
        }
    )


def _sealed_vault(content: bytes) -> bytes:
    return vault._seal(VAULT_KEY, content, vault._label(vault._VAULT, "m1"), bytes)


@target("vault", seeds=lambda: [_sealed_vault(vault_content())])
def sealed_vault(data: bytes) -> None:
    vault.open_vault(data, VAULT_KEY, "m1")


@target("vault-content", seeds=lambda: [vault_content()], frame=(b"", b""))
def opened_vault(data: bytes) -> None:
    vault.open_vault(_sealed_vault(data), VAULT_KEY, "m1")


@target("case", seeds=lambda: [entry.decode(samples.entry_plaintexts()[1]).data], frame=(b"", b""))
def case(data: bytes) -> None:
    """A second entry of any content, signed by a member, in a case that begins well."""
    first, sealed_grant = _beginning()
    second = age.encrypt(_signed(data), RECIPIENTS)
    served = SealedCase(
        samples.CASE,
        "procurement",
        (samples.first_epoch_note(),),
        "received",
        (
            SealedEntry.of("1" * 32, samples.TODAY, first),
            SealedEntry.of("2" * 32, samples.TODAY, second),
        ),
    )
    for view in (
        read_as_reporter(served, samples.RECEIPT, samples.the_directory()),
        read_as_member(served, [(0, sealed_grant)], samples.MEMBER, samples.the_directory()),
    ):
        # Nothing that the second entry says may unsettle the first.
        assert view.entries[0].state is State.AUTHENTIC


@cache
def _beginning() -> tuple[bytes, bytes]:
    first = age.encrypt(samples.entry_plaintexts()[0], RECIPIENTS)
    return first, grant.seal_grant(samples.grant(), samples.MEMBER.recipient)


def _signed(content: bytes) -> bytes:
    signature = samples.MEMBER_KEY.sign(b"reporting/v1/entry\x00" + content)
    plaintext = len(content).to_bytes(4, "big") + content + signature
    return plaintext.ljust(padded_size(len(plaintext)), b"\x00")


@target("case-epochs", seeds=lambda: [samples.first_epoch_note().encode()])
def case_epochs(data: bytes) -> None:
    """A case with whatever epoch notes, entries and grants a server invents."""
    notes = tuple(text_of(part) for part in data.split(b"\x00"))
    served = SealedCase(samples.CASE, "x", notes, "x", (SealedEntry.of("1", samples.TODAY, data),))
    read_as_reporter(served, samples.RECEIPT, samples.the_directory())
    read_as_member(served, [(0, data)], samples.MEMBER, samples.the_directory())


def disclosure_body() -> bytes:
    """The body of a request to open an identity."""
    key, recipient = samples.REPORTER_KEY.public, samples.CASE_IDENTITY.recipient
    request = disclosure.Disclosure(key, recipient, "procurement", "why", "law", ("m5", "m6"), 2, bytes(32))
    return dump_json(request.body())


def decision_body() -> bytes:
    """The body of a custodian's decision."""
    return dump_json(custody.Decision("ab" * 16, bytes(32), custody.REFUSE, "why").body())


@target("disclosure", seeds=lambda: [disclosure_body()], frame=(b"", b""))
def disclosure_request(data: bytes) -> None:
    found = disclosure.parse_disclosure(parse_json_object(data, limit=16_384))
    assert disclosure.parse_disclosure(found.body()) == found


@target("decision", seeds=lambda: [decision_body()], frame=(b"", b""))
def decision(data: bytes) -> None:
    found = custody.parse_decision(parse_json_object(data, limit=16_384))
    assert custody.parse_decision(found.body()) == found

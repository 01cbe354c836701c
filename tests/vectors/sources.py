"""Vectors of the modules that know no case, beyond the shared inputs: what this side alone can make."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, TypeAlias

from reporting.protocol import age, log, note, signing, vault
from reporting.protocol.encoding import b64encode, sha256
from tests.vectors.operations import ACKNOWLEDGEMENT

Vector: TypeAlias = dict[str, Any]
ORIGIN = "report.example.org"


def vector(name: str, operation: str, **given: Any) -> Vector:
    """One vector without its outcome."""
    return {"name": name, "do": operation, "in": given}


def seed(name: str) -> bytes:
    """32 bytes that depend on ``name`` alone."""
    return sha256(name.encode())


def key(name: str) -> signing.SigningKey:
    """A signing key that depends on ``name`` alone."""
    return signing.SigningKey(seed(name))


def _identity(name: str) -> age.HybridIdentity:
    return age.HybridIdentity(seed(f"age {name}"))


def age_vectors() -> list[Vector]:
    """Files sealed here, whole and damaged, in their text form too."""
    identity, others = _identity("one"), [_identity("two"), _identity("three")]
    recipients = [identity.recipient, *(other.recipient for other in others)]
    plaintext = "They asked for ten percent. عشرة بالمئة".encode()
    one, three = age.encrypt(plaintext, recipients[:1]), age.encrypt(plaintext, recipients[::-1])
    chunk, empty = age.encrypt(bytes(65_536), recipients[:1]), age.encrypt(b"", recipients[:1])
    header = age.parse_header(one).length
    files = {
        "for one": one,
        "for three": three,
        "one whole chunk": chunk,
        "empty": empty,
        "payload altered": one[:-1] + bytes([one[-1] ^ 1]),
        "payload cut": one[:-1],
        "payload extended": one + b"\0",
        "no payload": one[:header],
        "nonce cut": one[: header + 15],
        "header cut": one[: header - 1],
        "stanzas swapped for another's": age.encrypt(plaintext, recipients[1:2])[:header] + one[header:],
    }
    opened = [
        vector(f"open: {name}", "open", sealed=b64encode(file), identity=identity.encode())
        for name, file in files.items()
    ]
    text = age.armor(one)
    return [
        *opened,
        vector("open: somebody else's", "open", sealed=b64encode(one), identity=others[0].encode()),
        *(
            vector(f"check: {name}", "check_sealed", sealed=b64encode(file), stanzas=[1, 1])
            for name, file in files.items()
        ),
        vector("recipient", "recipient", text=str(recipients[0])),
        vector("identity", "identity", text=identity.encode()),
        vector("armor", "armor", sealed=b64encode(three)),
        vector("dearmor", "dearmor", text=text),
        vector("dearmor: CRLF", "dearmor", text=text.replace("\n", "\r\n")),
        vector("dearmor: an empty line", "dearmor", text=text.replace("\n", "\n\n", 1)),
    ]


def signing_vectors() -> list[Vector]:
    """Signatures made here, of messages of many lengths."""
    signer = key("python")
    return [
        vector(
            f"a message of {length} bytes",
            "verify",
            public=signer.public.hex(),
            signature=signer.sign(bytes(length)).hex(),
            message=bytes(length).hex(),
        )
        for length in (0, 1, 63, 64, 65, 127, 128, 1000)
    ]


def note_vectors() -> list[Vector]:
    """Notes signed here, by one key and by sixteen."""
    root = note.VerifierKey(ORIGIN, key("root").public)
    signed = note.sign(f"{ORIGIN}\nقائمة\n", ORIGIN, key("root"))
    many = note.parse(signed)
    for number in range(15):
        many = note.add_signature(many, f"witness-{number}.example", key(f"witness {number}"))
    last = note.VerifierKey("witness-14.example", key("witness 14").public)
    return [
        vector("verify: one signature", "verify", note=signed, key=root.encode()),
        vector("verify: sixteen, the first", "verify", note=many.encode(), key=root.encode()),
        vector("verify: sixteen, the last", "verify", note=many.encode(), key=last.encode()),
        vector("verify: none of that name", "verify", note=signed, key=last.encode()),
        vector("verify: an altered text", "verify", note=signed.replace("قائمة", "قائمه"), key=root.encode()),
    ]


def log_vectors() -> list[Vector]:
    """Proofs of inclusion and consistency in logs of many sizes."""
    leaves = [log.leaf_hash(f"leaf {number}".encode()) for number in range(65)]
    found = []
    for size in (1, 2, 3, 5, 8, 13, 64, 65):
        root = log.root(leaves[:size])
        for index in sorted({0, size // 2, size - 1}):
            proof = [node.hex() for node in log.inclusion_proof(index, leaves[:size])]
            given = {"leaf": leaves[index].hex(), "index": index, "size": size, "root": root.hex()}
            found.append(vector(f"leaf {index} of {size}", "inclusion", **given, proof=proof))
            found.append(vector(f"leaf {index} of {size}, a node short", "inclusion", **given, proof=proof[:-1]))
        for old in sorted({1, size // 2, size - 1, size} - {0}):
            path = [node.hex() for node in log.consistency_proof(old, leaves[:size])]
            before = {"old": old, "old_root": log.root(leaves[:old]).hex(), "size": size, "root": root.hex()}
            found.append(vector(f"from {old} to {size}", "consistency", **before, proof=path))
            found.append(vector(f"from {old} to {size}, reversed", "consistency", **before, proof=path[::-1]))
    return found


def vault_vectors() -> list[Vector]:
    """A vault, its wraps and a card, as a terminal makes them."""
    vault_key = seed("vault key")
    root = note.VerifierKey(ORIGIN, key("root").public)
    content = vault.Vault("ada", _identity("one"), key("ada"), root, 3, seed("directory"))
    sealed = vault.seal_vault(content, vault_key)
    by_passphrase = vault.wrap_with_passphrase(vault_key, seed("wrap"), "ada")
    by_recovery = vault.wrap_with_recovery(vault_key, seed("wrap"), "ada")
    by_passkey = vault.wrap_with_prf(vault_key, seed("wrap"), "ada")
    card = vault.seal_card(b'{"summary":"x"}', vault_key, "ada", "ab" * 16)
    renewed = content.with_waiting(vault.Pair(_identity("two"), key("two")))
    several = vault.seal_vault(replace(renewed, former=(_identity("zero"),)), vault_key)
    at: Mapping[str, Any] = {"key": vault_key.hex(), "member": "ada"}
    wrap: Mapping[str, Any] = {"wrap_key": seed("wrap").hex(), "member": "ada"}
    return [
        vector("open a vault", "open_vault", sealed=sealed.hex(), **at),
        vector("open a vault of several pairs", "open_vault", sealed=several.hex(), **at),
        vector("open one of several as one of one", "open_vault", sealed="01" + several.hex()[2:], **at),
        vector("open one of one as one of several", "open_vault", sealed="02" + sealed.hex()[2:], **at),
        vector("open another's vault", "open_vault", sealed=sealed.hex(), key=vault_key.hex(), member="bea"),
        vector("open a wrap as a vault", "open_vault", sealed=by_passphrase.hex(), **at),
        vector("unwrap by passphrase", "unwrap_passphrase", wrapped=by_passphrase.hex(), **wrap),
        vector("unwrap by recovery", "unwrap_recovery", wrapped=by_recovery.hex(), **wrap),
        vector("unwrap by the other", "unwrap_recovery", wrapped=by_passphrase.hex(), **wrap),
        vector("unwrap by passkey", "unwrap_prf", wrapped=by_passkey.hex(), **wrap),
        vector("unwrap by passkey what the passphrase wrapped", "unwrap_prf", wrapped=by_passphrase.hex(), **wrap),
        vector("open a card", "open_card", sealed=card.hex(), case="ab" * 16, **at),
        vector("open another case's card", "open_card", sealed=card.hex(), case="cd" * 16, **at),
    ]


def acknowledgement_vectors() -> list[Vector]:
    """Acknowledgements signed here, and what a client expected."""
    expected = {
        "origin": ORIGIN,
        "case": "ab" * 16,
        "entry_sha256": seed("entry").hex(),
        "channel": "procurement",
        "date": "2026-11-23",
        "directory": 7,
        "reporter_sha256": seed("reporter").hex(),
    }
    given = {"statement": expected, "seed": seed("service").hex()}
    service = note.VerifierKey(f"{ORIGIN}/service", key("service").public).encode()
    report, follow_up = ACKNOWLEDGEMENT["sign_report"](given), ACKNOWLEDGEMENT["sign_entry"](given)
    other = {**expected, "case": "cd" * 16}
    return [
        vector("report", "verify_report", note=report, service=service, expected=expected),
        vector("another report", "verify_report", note=report, service=service, expected=other),
        vector("follow-up", "verify_entry", note=follow_up, service=service, expected=expected),
        vector("another follow-up", "verify_entry", note=follow_up, service=service, expected=other),
        vector("a report for a follow-up", "verify_report", note=follow_up, service=service, expected=expected),
    ]

"""What the vectors of the modules that know no case ask for; ``tests/browser/vector_operations.ts`` is the twin."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from reporting.protocol import (
    acknowledgement,
    age,
    certificate,
    challenge,
    encoding,
    feed,
    log,
    note,
    padding,
    possession,
    receipt,
    signing,
    vault,
)
from reporting.protocol.encoding import b64decode, b64encode, sha256
from reporting.protocol.errors import ProtocolError

Input: TypeAlias = Mapping[str, Any]
Operations: TypeAlias = Mapping[str, Callable[[Input], Any]]


def carry_out(operations: Operations, vector: Input) -> dict[str, Any]:
    """What comes of a vector: its output, or the class of the core's error."""
    try:
        return {"out": operations[vector["do"]](vector["in"])}
    except ProtocolError as error:
        return {"error": type(error).__name__}


def _json(i: Input) -> str:
    return encoding.dump_json(encoding.parse_json(b64decode(i["data"]), limit=i["limit"])).decode()


ENCODING: Operations = {
    "b64decode": lambda i: encoding.b64decode(i["text"], length=i.get("length")).hex(),
    "json": _json,
    "day": lambda i: encoding.parse_day(i["text"]).isoformat(),
    "id": lambda i: encoding.is_id(i["text"]),
    "hex32": lambda i: encoding.is_hex32(i["text"]),
    "visible_bidi": lambda i: encoding.visible_bidi(i["text"]),
}

PADDING: Operations = {
    "padme": lambda i: padding.padme(i["length"]),
    "padded_size": lambda i: padding.padded_size(i["length"]),
    "padded_file_size": lambda i: padding.padded_file_size(i["length"]),
}


def unhex(text: str) -> bytes:
    """Bytes from hex."""
    return bytes.fromhex(text)


def _verify(i: Input) -> bool:
    signing.verify(unhex(i["public"]), unhex(i["signature"]), unhex(i["message"]))
    return True


def _public_key(i: Input) -> bool:
    signing.check_public_key(unhex(i["public"]))
    return True


def _possession(i: Input) -> str:
    key = signing.SigningKey(unhex(i["seed"]))
    made = possession.sign_possession(unhex(i["nonce"]), i["recipient"], i["member"], key)
    possession.verify_possession(made, unhex(i["nonce"]), i["recipient"], i["member"], key.public)
    return made.hex()


def _renewal(i: Input) -> str:
    old = signing.SigningKey(unhex(i["old_seed"]))
    change = possession.Renewal(i["origin"], i["member"], old.public, unhex(i["new"]), unhex(i["recipient_sha256"]))
    made = possession.sign_renewal(change, old)
    possession.verify_renewal(made, change)
    return made.hex()


SIGNING: Operations = {
    "possession": _possession,
    "renewal": _renewal,
    "sign": lambda i: signing.SigningKey(unhex(i["seed"])).sign(unhex(i["message"])).hex(),
    "verify": _verify,
    "public_key": _public_key,
}


def _open(i: Input) -> str:
    return b64encode(age.decrypt(b64decode(i["sealed"]), [age.HybridIdentity.parse(i["identity"])]))


def _check_sealed(i: Input) -> bool:
    least, most = i["stanzas"]
    sizes = i.get("sizes")
    age.check_sealed(
        b64decode(i["sealed"]),
        stanzas=range(least, most + 1),
        plaintext_sizes=None if sizes is None else lambda size: size in sizes,
        grease=i.get("grease", False),
    )
    return True


AGE: Operations = {
    "recipient": lambda i: sha256(age.HybridRecipient.parse(i["text"]).public).hex(),
    "identity": lambda i: str(age.HybridIdentity.parse(i["text"]).recipient),
    "open": _open,
    "check_sealed": _check_sealed,
    "sealed_size": lambda i: age.sealed_size(i["size"], i["stanzas"]),
    "plaintext_size": lambda i: age.plaintext_size(b64decode(i["sealed"])),
    "armor": lambda i: age.armor(b64decode(i["sealed"])),
    "dearmor": lambda i: b64encode(age.dearmor(i["text"])),
}


def _parse_note(i: Input) -> dict[str, Any]:
    parsed = note.parse(b64decode(i["note"]), limit=i.get("limit", note.MAX_NOTE))
    return {
        "text": parsed.text,
        "names": [signature.name for signature in parsed.signatures],
        "again": parsed.encode(),
    }


def _verifier_key(i: Input) -> dict[str, Any]:
    key = note.VerifierKey.parse(i["line"])
    return {"name": key.name, "public": key.public.hex(), "again": key.encode()}


NOTE: Operations = {
    "parse": _parse_note,
    "sign": lambda i: note.sign(i["text"], i["key_name"], signing.SigningKey(unhex(i["seed"]))),
    "verify": lambda i: note.verify(note.parse(i["note"]), note.VerifierKey.parse(i["key"])),
    "verifier_key": _verifier_key,
}


def _derive(i: Input) -> dict[str, Any]:
    code = receipt.ReceiptCode(unhex(i["entropy"]))
    case_hash = unhex(i["case_hash"])
    return {
        "groups": code.groups(),
        "token": code.mailbox_token(i["origin"]).hex(),
        "recipient": str(code.case_identity(i["origin"], case_hash).recipient),
        "signing_key": code.case_signing_key(i["origin"], case_hash).public.hex(),
    }


def _feed(i: Input) -> dict[str, Any]:
    found = feed.Feed.of_token(unhex(i["token"]))
    return {"fragment": found.fragment(), "lookup": found.lookup().hex(), "answer_key": found.answer_key().hex()}


def _seal_day(i: Input) -> str:
    day = None if i["day"] is None else encoding.parse_day(i["day"])
    return feed.seal_day(day, unhex(i["key"]), lambda _length: unhex(i["nonce"])).hex()


def _open_day(i: Input) -> str | None:
    day = feed.open_day(unhex(i["sealed"]), unhex(i["key"]), encoding.parse_day(i["today"]))
    return None if day is None else day.isoformat()


def _opening(i: Input) -> dict[str, str]:
    code = receipt.ReceiptCode(unhex(i["entropy"]))
    opening = code.certificate_opening(i["origin"], unhex(i["case_hash"]), unhex(i["commitment"]))
    return {"opening": opening.hex(), "report": certificate.commit_report(i["acknowledgement"], opening).hex()}


FEED: Operations = {
    "derive": _feed,
    "parse": lambda i: feed.Feed.parse(i["text"]).fragment(),
    "seal": _seal_day,
    "open": _open_day,
}

RECEIPT: Operations = {
    "derive": _derive,
    "opening": _opening,
    "words": lambda i: receipt.ReceiptCode(unhex(i["entropy"])).words(i["language"]),
    "parse": lambda i: receipt.ReceiptCode.parse(i["typed"], i["language"]).entropy.hex(),
    "complete": lambda i: receipt.complete(i["beginning"], i["language"]),
}


def _vault_of(i: Input) -> vault.Vault:
    return vault.Vault(
        member=i["member"],
        identity=age.HybridIdentity(unhex(i["identity_seed"])),
        signing_key=signing.SigningKey(unhex(i["signing_seed"])),
        root=note.VerifierKey(i["root_name"], signing.SigningKey(unhex(i["root_seed"])).public),
        directory_version=i["version"],
        directory_sha256=unhex(i["sha256"]),
    )


def _several_of(i: Input) -> vault.Vault:
    pair = vault.Pair(age.HybridIdentity(unhex(i["waiting_identity"])), signing.SigningKey(unhex(i["waiting_signing"])))
    former = age.HybridIdentity(unhex(i["former"]))
    return dataclasses.replace(_vault_of(i), waiting=(pair,), former=(former,))


def _following(i: Input) -> dict[str, Any]:
    found = _several_of(i).following(unhex(i["listed_signing"]), unhex(i["listed_recipient"]))
    return {
        "identities": [str(identity.recipient) for identity in found.identities],
        "signing_key": found.signing_key.public.hex(),
        "waiting": len(found.waiting),
        "former": len(found.former),
    }


def _nonce(i: Input) -> Callable[[int], bytes]:
    return lambda _length: unhex(i["nonce"])


def _stretch(i: Input) -> dict[str, Any]:
    stretched = vault.stretch(i["passphrase"], unhex(i["salt"]))
    return {"wrap_key": stretched.wrap_key.hex(), "auth_secret": stretched.auth_secret.hex()}


def _prf(i: Input) -> str:
    return vault.prf_key(vault.Stretched(unhex(i["stretched"]), b"", b""), unhex(i["answer"])).hex()


def _open_vault(i: Input) -> dict[str, Any]:
    opened = vault.open_vault(unhex(i["sealed"]), unhex(i["key"]), i["member"])
    return {
        "recipient": str(opened.identity.recipient),
        "signing_key": opened.signing_key.public.hex(),
        "root": opened.root.encode(),
        "version": opened.directory_version,
        "sha256": opened.directory_sha256.hex(),
        "waiting": [[str(one.identity.recipient), one.signing_key.public.hex()] for one in opened.waiting],
        "former": [str(identity.recipient) for identity in opened.former],
    }


def _wrap(wrap: Callable[..., bytes]) -> Callable[[Input], str]:
    return lambda i: wrap(unhex(i["key"]), unhex(i["wrap_key"]), i["member"], _nonce(i)).hex()


def _unwrap(unwrap: Callable[..., bytes]) -> Callable[[Input], str]:
    return lambda i: unwrap(unhex(i["wrapped"]), unhex(i["wrap_key"]), i["member"]).hex()


def _seal_card(i: Input) -> str:
    return vault.seal_card(b64decode(i["content"]), unhex(i["key"]), i["member"], i["case"], _nonce(i)).hex()


VAULT: Operations = {
    "stretch": _stretch,
    "recovery": lambda i: vault.recovery_key(unhex(i["entropy"])).hex(),
    "recovery_auth": lambda i: vault.recovery_auth(unhex(i["entropy"])).hex(),
    "prf": _prf,
    "passphrase": lambda i: vault.generate_passphrase(lambda _length: unhex(i["random"])),
    "seal_vault": lambda i: vault.seal_vault(_vault_of(i), unhex(i["key"]), _nonce(i)).hex(),
    "seal_several": lambda i: vault.seal_vault(_several_of(i), unhex(i["key"]), _nonce(i)).hex(),
    "following": _following,
    "open_vault": _open_vault,
    "wrap_passphrase": _wrap(vault.wrap_with_passphrase),
    "unwrap_passphrase": _unwrap(vault.unwrap_with_passphrase),
    "wrap_recovery": _wrap(vault.wrap_with_recovery),
    "unwrap_recovery": _unwrap(vault.unwrap_with_recovery),
    "wrap_prf": _wrap(vault.wrap_with_prf),
    "unwrap_prf": _unwrap(vault.unwrap_with_prf),
    "seal_card": _seal_card,
    "open_card": lambda i: b64encode(vault.open_card(unhex(i["sealed"]), unhex(i["key"]), i["member"], i["case"])),
}

CHALLENGE: Operations = {
    "solve": lambda i: challenge.solve(i["challenge"], i["bits"]),
    "solves": lambda i: challenge.solves(i["challenge"], i["nonce"], i["bits"]),
}


def _reported(i: Input) -> acknowledgement.ReportAcknowledgement:
    return acknowledgement.ReportAcknowledgement(
        origin=i["origin"],
        case=i["case"],
        entry_sha256=unhex(i["entry_sha256"]),
        channel=i["channel"],
        date=datetime.date.fromisoformat(i["date"]),
        directory=i["directory"],
        reporter_sha256=unhex(i["reporter_sha256"]),
    )


def _follow_up(i: Input) -> acknowledgement.EntryAcknowledgement:
    date = datetime.date.fromisoformat(i["date"])
    return acknowledgement.EntryAcknowledgement(i["origin"], i["case"], unhex(i["entry_sha256"]), date)


def _verify_report(i: Input) -> str:
    service = note.VerifierKey.parse(i["service"])
    return acknowledgement.verify_report(i["note"], service, _reported(i["expected"])).isoformat()


def _verify_entry(i: Input) -> str:
    service = note.VerifierKey.parse(i["service"])
    expected = _follow_up(i["expected"])
    return acknowledgement.verify_entry(
        i["note"], service, expected.origin, expected.case, expected.entry_sha256
    ).isoformat()


ACKNOWLEDGEMENT: Operations = {
    "sign_report": lambda i: acknowledgement.sign(_reported(i["statement"]), signing.SigningKey(unhex(i["seed"]))),
    "sign_entry": lambda i: acknowledgement.sign(_follow_up(i["statement"]), signing.SigningKey(unhex(i["seed"]))),
    "verify_report": _verify_report,
    "verify_entry": _verify_entry,
}


def _hashes(texts: list[str]) -> list[bytes]:
    return [unhex(text) for text in texts]


def _inclusion(i: Input) -> bool:
    log.verify_inclusion(unhex(i["leaf"]), i["index"], i["size"], _hashes(i["proof"]), unhex(i["root"]))
    return True


def _consistency(i: Input) -> bool:
    log.verify_consistency(i["old"], unhex(i["old_root"]), i["size"], unhex(i["root"]), _hashes(i["proof"]))
    return True


LOG: Operations = {
    "root": lambda i: log.root(_hashes(i["leaves"])).hex(),
    "leaf": lambda i: log.leaf_hash(b64decode(i["data"])).hex(),
    "document": lambda i: log.leaf_data(i["text"]).hex(),
    "inclusion": _inclusion,
    "consistency": _consistency,
}

MODULES: Mapping[str, Operations] = {
    "acknowledgement": ACKNOWLEDGEMENT,
    "age": AGE,
    "challenge": CHALLENGE,
    "encoding": ENCODING,
    "feed": FEED,
    "log": LOG,
    "note": NOTE,
    "padding": PADDING,
    "receipt": RECEIPT,
    "signing": SIGNING,
    "vault": VAULT,
}

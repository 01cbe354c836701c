"""Signed documents, served by the site or sent to it."""

from __future__ import annotations

from reporting.protocol import acknowledgement, audit, directory, encoding, entry, epoch, note
from reporting.protocol.errors import Malformed
from reporting.protocol.note import VerifierKey
from tests.fuzz import samples
from tests.fuzz.registry import target, text_of

NOTE_WORDS = ("\n\n\u2014 ", "\u2014 ", "\n", samples.ORIGIN, " ", "=", "+")
DIRECTORY_FRAME = ("".join(line + "\n" for line in samples.directory_text().split("\n")[:3]).encode(), b"\n")


@target("note", seeds=lambda: [samples.first_epoch_note().encode()], words=NOTE_WORDS)
def signed_note(data: bytes) -> None:
    parsed = note.parse(data)
    assert parsed.encode().encode() == data
    assert note.parse(text_of(data)) == parsed
    note.verify(parsed, VerifierKey(f"{samples.ORIGIN}/reporter", samples.REPORTER_KEY.public))


@target("verifier-key", seeds=lambda: [samples.ROOT_VERIFIER.encode().encode()], words=("+", samples.ORIGIN))
def verifier_key(data: bytes) -> None:
    text = text_of(data)
    assert VerifierKey.parse(text).encode() == text


@target(
    "directory",
    seeds=lambda: [samples.directory_text().encode()],
    longest=16_384,
    frame=DIRECTORY_FRAME,
)
def directory_text(data: bytes) -> None:
    found = directory.parse_text(data.decode("utf-8", "replace"))
    found.check_follows(samples.the_directory())
    for channel in found.channels:
        found.custodians(channel.id, samples.TODAY)
        found.author_keys("m1", 1, channel.id, samples.TODAY)
        found.initial_holders(channel.id, samples.TODAY)
    found.check_current(samples.TODAY)


@target("directory-note", seeds=lambda: [note.sign(samples.directory_text(), samples.ORIGIN, samples.ROOT).encode()])
def directory_note(data: bytes) -> None:
    directory.parse(data, samples.ROOT_VERIFIER)


@target(
    "epoch",
    seeds=lambda: [samples.first_epoch().text().encode(), samples.second_epoch().text().encode()],
    words=("\n", ",", "m1", "0", "reporting/epoch/v1\n"),
)
def epoch_text(data: bytes) -> None:
    text = text_of(data)
    assert epoch.parse_text(text).text() == text


@target("epoch-chain", seeds=lambda: [samples.second_epoch().text().encode()], words=("\n", ",", "m1", "m2"))
def epoch_chain(data: bytes) -> None:
    signed = note.sign(text_of(data), epoch.signer_name(samples.ORIGIN, "m1"), samples.MEMBER_KEY)
    notes = [samples.first_epoch_note(), signed]
    chain = epoch.verify_chain(notes, samples.CASE, samples.REPORTER_KEY.public, samples.the_directory(), ["m2"])
    assert chain.epochs[0] == samples.first_epoch()
    assert "m2" not in chain.holders()


@target("acknowledgement", seeds=lambda: [text.encode() for text in samples.acknowledgement_texts()])
def acknowledgements(data: bytes) -> None:
    signed = samples.signed_by_service(text_of(data))
    for parse in (acknowledgement.parse_report, acknowledgement.parse_entry):
        try:
            found = parse(signed, samples.SERVICE_VERIFIER)
        except Malformed:
            continue
        assert found.text() == text_of(data)


AUDIT = VerifierKey(audit.log_name(samples.ORIGIN), samples.MEMBER_KEY.public)
CHECKPOINT = audit.Checkpoint(AUDIT.name, 3, bytes(32))
TOMBSTONE = audit.Tombstone(AUDIT.name, 3, bytes(32), samples.TODAY, samples.TODAY)
AUDIT_EVENT = audit.Event(0, bytes(16), "0" * 32, 5, "m1", "case:grant", None, {"member": "m2"})


@target("audit-note", seeds=lambda: [CHECKPOINT.text().encode(), TOMBSTONE.text().encode()], words=NOTE_WORDS)
def audit_note(data: bytes) -> None:
    signed = note.sign(text_of(data), AUDIT.name, samples.MEMBER_KEY)
    try:
        assert text_of(data).startswith(audit.parse_checkpoint(signed, AUDIT).text())
    except Malformed:
        assert audit.parse_tombstone(signed, AUDIT).text() == text_of(data)


@target("audit-event", seeds=lambda: [audit.canonical(AUDIT_EVENT.to_json())], frame=(b"", b""))
def audit_event(data: bytes) -> None:
    found = audit.parse_event(encoding.parse_json_object(data, limit=1 << 16))
    assert audit.parse_event(found.to_json()) == found
    assert len(found.leaf) == 32


@target("json", seeds=lambda: [b'{"a":[1,"\\u00e4",null,-1.5e3,true]}'], frame=(b"", b""))
def i_json(data: bytes) -> None:
    value = encoding.parse_json(data, limit=4_096)
    assert encoding.parse_json(encoding.dump_json(value), limit=65_536) == value


@target("entry-content", seeds=lambda: [_content(plain) for plain in samples.entry_plaintexts()], frame=(b"", b""))
def entry_content(data: bytes) -> None:
    found = entry.parse_content(data)
    if found.is_known:
        again = entry.parse_content(encoding.dump_json(found.to_json()))
        assert again == found


def _content(plaintext: bytes) -> bytes:
    return entry.decode(plaintext).data


@target("entry", seeds=samples.entry_plaintexts)
def entry_plaintext(data: bytes) -> None:
    found = entry.decode(data)
    found.verify((samples.REPORTER_KEY if found.entry.by_reporter else samples.MEMBER_KEY).public)

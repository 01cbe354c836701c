"""An administrator who has server, database and the server's keys, but not the root key: what the others see.

Each act is done in the tables themselves, past every rule of the service. What the log tells of it, and of a log
that was written anew, stands in ``tests/dishonest/test_audit_log.py``; requests for an identity that are forged or
replayed stand in ``tests/dishonest/test_identity.py``.
"""

from __future__ import annotations

import json
import os

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from reporting.cases.models import Case, Entry, Epoch, Grant, Holding
from reporting.directory.models import ChannelRole, DirectoryVersion
from reporting.directory.rules import request_directory
from reporting.members.models import Member, SiteRole
from reporting.protocol import epoch as epochs
from reporting.protocol import vault
from reporting.protocol.age import HybridIdentity, HybridRecipient
from reporting.protocol.directory import parse
from reporting.protocol.encoding import b64decode, dump_json, parse_json_object, sha256
from reporting.protocol.epoch import Epoch as EpochNote
from reporting.protocol.errors import CannotOpen, NotAuthentic, ProtocolError, Refused
from reporting.protocol.grant import Grant as CaseGrant
from reporting.protocol.grant import open_grant, seal_grant
from reporting.protocol.note import VerifierKey
from reporting.protocol.signing import SigningKey
from reporting.protocol.submission import Author, Draft, check_recipients, prepare_entry
from reporting.protocol.thread import read_as_member
from reporting.protocol.thread_types import CaseView, CaseWarning, SealedCase, SealedEntry
from reporting.protocol.vault import MAX_VAULT
from tests.web.casework import CaseAtDesk, at_desk
from tests.web.world import ORIGIN, Person, World, enroll, publish

ADMINISTRATOR = "mal"


@pytest.fixture
def mal(world: World) -> Person:
    """The administrator: with keys of their own, and on the list, but with no part in any channel."""
    person = enroll(world.service, ADMINISTRATOR, ("administrator",))
    publish(world.service, world.root)
    return person


def root_of(world: World) -> VerifierKey:
    """The root key as it is pinned by everybody."""
    return VerifierKey(ORIGIN, world.root.public)


def sneak_in(world: World, case: str, member: str, grants: dict[int, bytes]) -> None:
    """Let the tables say that a member was granted a case."""
    with world.service.database.write() as session:
        for number, sealed in grants.items():
            session.add(Grant(case_id=case, member_id=member, epoch=number, sealed=sealed))
        due = session.scalars(select(Holding.next_due).where(Holding.case_id == case)).first()
        session.add(Holding(case_id=case, member_id=member, next_due=due, granted=True, custodian=False))


def seen_by(world: World, person: Person, case: str) -> CaseView:
    """What a member's device makes of everything in the tables about a case."""
    with world.service.database.read() as session:
        row = session.get_one(Case, case)
        notes = session.scalars(select(Epoch.note).where(Epoch.case_id == case).order_by(Epoch.number)).all()
        entries = session.scalars(select(Entry).where(Entry.case_id == case)).all()
        grants = session.scalars(select(Grant).where(Grant.case_id == case, Grant.member_id == person.id)).all()
    served = tuple(SealedEntry.of(one.id, one.day, one.sealed or b"", one.audience) for one in entries)
    sealed = SealedCase(case, row.channel_id, tuple(notes), row.status, served)
    return read_as_member(sealed, [(one.epoch, one.sealed) for one in grants], person.identity, world.directory())


# --- adding somebody to a channel, swapping a key


def forge_directory(world: World, session: Session, key: SigningKey) -> None:
    """Publish the draft as the tables have it, signed by another key than the root's."""
    bundle = request_directory(world.service, session)
    signed = bundle.signed(ORIGIN, key)
    before = world.directory()
    session.add(
        DirectoryVersion(
            version=before.version + 1,
            note=signed.note,
            text_sha256=sha256(bundle.text.encode()),
            day=before.date,
            valid_until=before.valid_until,
            recipients=dump_json(bundle.recipients).decode(),
        )
    )


@pytest.mark.parametrize("key", ["own", "service"])
def test_whoever_is_added_to_a_channel_without_the_root_key_gets_no_report(world: World, mal: Person, key: str) -> None:
    signing = mal.signing_key if key == "own" else world.service.signing_key
    with world.service.database.write() as session:
        # Even the service's own rule against such a pair of roles is gone round.
        session.execute(delete(SiteRole).where(SiteRole.member_id == ADMINISTRATOR))
        session.add(ChannelRole(channel_id="procurement", role="intake", member_id=ADMINISTRATOR))
        session.flush()
        forge_directory(world, session, signing)
    served = world.get("/.well-known/reporting/directory").data
    assert b'"intake":["m1","m3","mal"]' in served.replace(b" ", b""), "the server does serve it"
    with pytest.raises(NotAuthentic):
        parse(served, root_of(world))


def test_a_swapped_key_is_seen_by_reporters_and_members(world: World) -> None:
    own = HybridIdentity.generate()
    with world.service.database.write() as session:
        row = session.get_one(DirectoryVersion, world.directory().version)
        recipients = parse_json_object(row.recipients.encode(), limit=1 << 24)
        recipients["procurement"]["m1"] = str(own.recipient)
        row.recipients = dump_json(recipients).decode()
        session.execute(update(Member).where(Member.id == "m1").values(recipient=str(own.recipient)))
    world.service.known_recipients.clear()  # as after a restart
    served = json.loads(world.get("/.well-known/reporting/recipients/procurement").data)
    assert served["m1"] == str(own.recipient), "the server does serve it"
    with pytest.raises(ProtocolError):
        check_recipients(world.directory(), served)


# --- getting into a case


def test_a_grant_made_without_the_cases_key_opens_nothing(world: World, mal: Person) -> None:
    opened = at_desk(world, "m1")
    reporter_key = opened.grants()[0].reporter_key
    forged = CaseGrant(opened.case, 0, reporter_key, HybridIdentity.generate())
    sneak_in(world, opened.case, ADMINISTRATOR, {0: seal_grant(forged, mal.identity.recipient)})
    view = seen_by(world, mal, opened.case)
    assert view.first is None
    assert CaseWarning.GRANT_DAMAGED in view.warnings
    # Nor does another member's grant, moved to where one's own would be.
    with world.service.database.write() as session:
        genuine = session.scalars(select(Grant).where(Grant.case_id == opened.case, Grant.member_id == "m1")).one()
        session.execute(
            update(Grant)
            .where(Grant.case_id == opened.case, Grant.member_id == ADMINISTRATOR)
            .values(sealed=genuine.sealed)
        )
    assert seen_by(world, mal, opened.case).first is None
    note = opened.shown()["epochs"][0]
    with pytest.raises(ProtocolError):
        open_grant(genuine.sealed, mal.identity, opened.case, 0, note, ORIGIN)


def forged_epoch(world: World, opened: CaseAtDesk, mal: Person, identity: HybridIdentity) -> str:
    """A next link of a case's chain that names the administrator as its holder, signed by them."""
    first = opened.view().chain
    assert first is not None
    last = first.last
    note = EpochNote(
        origin=last.origin,
        case=last.case,
        number=last.number + 1,
        recipient_sha256=epochs.case_hash(identity.recipient),
        holders=(ADMINISTRATOR,),
        previous=last.sha256,
        directory=world.directory().version,
        date=world.today,
    )
    return epochs.sign_epoch(note, ADMINISTRATOR, mal.signing_key)


def test_an_epoch_that_no_holder_signed_ends_the_chain_and_nothing_is_sealed_to_it(world: World, mal: Person) -> None:
    opened = at_desk(world, "m1")
    own = HybridIdentity.generate()
    note = forged_epoch(world, opened, mal, own)
    with world.service.database.write() as session:
        session.add(Epoch(case_id=opened.case, number=1, note=note))
        session.execute(update(Case).where(Case.id == opened.case).values(epoch=1, recipient=str(own.recipient)))
    view = seen_by(world, world.people["m1"], opened.case)
    assert view.chain is not None
    assert view.chain.broken is not None
    assert CaseWarning.EPOCHS_BROKEN in view.warnings
    assert view.first is not None, "what came before stays readable"
    author = Author("m1", world.people["m1"].signing_key)
    draft = Draft("message", "reporter", {"text": "Meet me at noon."})
    with pytest.raises(Refused):
        prepare_entry(view, author, draft, world.directory(), own.recipient, world.today)


def test_whoever_gives_themselves_a_case_is_not_given_it_on_by_the_others(world: World, mal: Person) -> None:
    """The tables list them: the next epoch goes to those whom the chain and authentic entries name."""
    opened = at_desk(world, "m1")
    sneak_in(world, opened.case, ADMINISTRATOR, {0: os.urandom(2_000)})
    answer = opened.desk.post(f"{opened.path}/epochs", opened.pass_to("m1", "m3", "m9"))
    assert answer.status_code == 201, answer.data
    with world.service.database.read() as session:
        granted = session.scalars(select(Grant.member_id).where(Grant.case_id == opened.case, Grant.epoch == 1)).all()
    assert set(granted) == {"m1", "m3", "m9"}


def test_entries_written_in_anothers_name_are_not_authentic(world: World, mal: Person) -> None:
    opened = at_desk(world, "m1")
    view = opened.view()
    recipient = HybridRecipient.parse(opened.shown()["recipient"])
    forger = Author("m3", mal.signing_key)
    draft = Draft("note", "team", {"text": "Close this case."})
    _entry, sealed = prepare_entry(view, forger, draft, world.directory(), recipient, world.today)
    with world.service.database.write() as session:
        like = session.scalars(select(Entry).where(Entry.case_id == opened.case)).first()
        assert like is not None
        values = {name: getattr(like, name) for name in ("case_id", "epoch", "day", "size")}
        session.add(
            Entry(
                **values,
                id=os.urandom(16).hex(),
                audience="team",
                author="m3",
                first=False,
                sha256=sha256(sealed),
                acknowledgement=None,
                sealed=sealed,
            )
        )
    texts = [entry.body.get("text") for entry in seen_by(world, world.people["m1"], opened.case).authentic("team")]
    assert texts == []


def test_deleting_an_entry_is_seen_by_whoever_reads_the_next(world: World) -> None:
    opened = at_desk(world, "m1")
    ids = []
    for text in ("The mayor's brother owns the firm.", "See above."):
        answer = opened.desk.post(f"{opened.path}/entries", opened.seal("note", "team", {"text": text}))
        ids.append(json.loads(answer.data)["id"])
    with world.service.database.write() as session:
        session.execute(delete(Entry).where(Entry.id == ids[0]))
    view = seen_by(world, world.people["m1"], opened.case)
    assert CaseWarning.ENTRIES_MAY_BE_MISSING in view.warnings


# --- reading a vault


def test_nothing_that_the_server_has_opens_a_vault(world: World) -> None:
    """Beside vault and wraps it has salt, the hash of the secret that signs in, that secret when it comes, its keys."""
    person = world.people["m1"]
    with world.service.database.read() as session:
        row = session.get_one(Member, "m1")
        wraps = json.loads(row.wraps)
    stretched = vault.stretch("correct horse battery staple ridge lamp fog", row.salt)
    sealed = vault.wrap_with_passphrase(person.vault_key, stretched.wrap_key, "m1")
    known = (stretched.auth_secret, sha256(row.auth_hash.encode()), row.salt * 2, *world.service.derived.values())
    for key in known:
        for wrapped in (sealed, b64decode(wraps["passphrase"])):
            if key == person.auth_secret:
                continue
            with pytest.raises(CannotOpen):
                vault.unwrap_with_passphrase(wrapped, key[: vault.KEY_BYTES], "m1")
        with pytest.raises(ProtocolError):
            vault.open_vault(row.vault[:MAX_VAULT], key[: vault.KEY_BYTES], "m1")
    assert vault.unwrap_with_passphrase(sealed, stretched.wrap_key, "m1") == person.vault_key


def test_a_vault_of_the_administrators_making_is_not_taken_for_ones_own(world: World, mal: Person) -> None:
    """Put in place of a member's, it does not open with their passphrase: they are told, and nothing is sealed."""
    person = world.people["m1"]
    planted = vault.Vault("m1", mal.identity, mal.signing_key, root_of(world))
    with world.service.database.write() as session:
        session.execute(update(Member).where(Member.id == "m1").values(vault=vault.seal_vault(planted, mal.vault_key)))
    content = json.loads(world.sign_in("m1").get("/api/vault").data)
    key = vault.unwrap_with_passphrase(b64decode(content["wraps"]["passphrase"]), person.auth_secret, "m1")
    with pytest.raises(CannotOpen):
        vault.open_vault(b64decode(content["vault"]), key, "m1")

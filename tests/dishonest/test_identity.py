"""Identity files: opened for an authentic request of a holder of the very case, else never (section 4)."""

from __future__ import annotations

import pytest

from reporting.protocol import age
from reporting.protocol.disclosure import Disclosure, make_disclosure, open_disclosure, open_identity
from reporting.protocol.encoding import b64encode
from reporting.protocol.entry import Entry, new_id, seal_entry
from reporting.protocol.errors import CannotOpen, NotAuthentic, ProtocolError, Refused
from reporting.protocol.signing import SigningKey
from tests.dishonest.scene import CaseWarning, Scene, assert_in_order, plaintext
from tests.factories import StoredEntry

NAME = {"name": "Jo Doe"}


class Identified(Scene):
    """A case with an identity file, and Cem, who keeps it."""

    def __init__(self, *, excluded: tuple[str, ...] = ()) -> None:
        super().__init__(excluded=excluded, identity=NAME)
        self.identity_file = next(entry for entry in self.stored.entries if entry.audience == "custodian")
        self.cem = self.site.people["cem"]

    def open_request(self, request: StoredEntry) -> tuple[Entry, Disclosure]:
        """What Cem's client does with a request."""
        assert request.sealed is not None
        return open_disclosure(request.sealed, self.cem.identity, self.case, self.stored.epochs, self.site.directory)

    def open_file(self, request: Disclosure, entry: StoredEntry | None = None) -> Entry:
        """What Cem's client does with the identity file once the request holds."""
        sealed = (entry or self.identity_file).sealed
        assert sealed is not None
        return open_identity(sealed, self.cem.identity, self.case, request)

    def forge_request(self, key: SigningKey, **changes: object) -> StoredEntry:
        """A request that no honest client would make."""
        body = {
            "reporter_key": b64encode(self.ada.grants(self.case)[0].reporter_key),
            "recipient": self.stored.recipients[0],
            "channel": "procurement",
            "reason": "Curiosity.",
            "legal_basis": "None.",
        }
        body_changes = {name: value for name, value in changes.items() if name in body}
        content = self.content(
            audience="custodian",
            kind="disclosure",
            body=body | body_changes,
            **{name: value for name, value in changes.items() if name not in body},
        )
        recipients = [self.cem.recipient, self.site.people["cyd"].recipient, *self.team]
        return self.post.put(self.case, "custodian", age.encrypt(plaintext(content, key), recipients))


def test_a_holders_request_opens_the_identity() -> None:
    scene = Identified()
    entry, request = scene.open_request(scene.ada.ask_identity(scene.case))
    assert entry.author == "ada"
    assert request.legal_basis == "Article 16"
    assert scene.open_file(request).body == {"answers": NAME}


def test_the_identity_is_sealed_to_custodians_alone_and_disturbs_nobody_elses_reading() -> None:
    scene = Identified()
    scene.ada.ask_identity(scene.case)
    for view in scene.views():
        assert_in_order(view)
        assert "Jo Doe" not in repr([entry.body for entry in view.authentic()])
    assert scene.identity_file.sealed is not None
    for identity in (scene.ada.person.identity, scene.ada.case_identity(scene.case)):
        with pytest.raises(CannotOpen):
            open_identity(
                scene.identity_file.sealed,
                identity,
                scene.case,
                scene.open_request(scene.ada.ask_identity(scene.case))[1],
            )


def test_an_excluded_custodian_cannot_open_the_identity() -> None:
    scene = Identified(excluded=("cem",))
    assert scene.identity_file.sealed is not None
    with pytest.raises(CannotOpen):
        age.decrypt(scene.identity_file.sealed, [scene.cem.identity])


def test_no_identity_is_offered_where_every_custodian_is_excluded() -> None:
    scene = Scene()
    with pytest.raises(Refused):
        scene.reporter.prepare(excluded=("cem", "cyd"), identity=NAME)
    scene.reporter.prepare(excluded=("cem", "cyd"))


def test_an_identity_file_moved_to_another_case_is_not_authentic() -> None:
    scene = Identified()
    other = scene.reporter.report("Another matter.", identity={"name": "Somebody else"})
    theirs = next(entry for entry in scene.post.cases[other].entries if entry.audience == "custodian")
    _, request = scene.open_request(scene.ada.ask_identity(scene.case))
    with pytest.raises(NotAuthentic, match="another case"):
        scene.open_file(request, theirs)


def test_an_identity_file_that_the_reporter_did_not_sign_is_not_authentic() -> None:
    scene = Identified()
    content = scene.content(audience="custodian", kind="identity", author="reporter", body={"answers": NAME})
    sealed = age.encrypt(plaintext(content, scene.ada.person.key), [scene.cem.recipient])
    forged = scene.post.put(scene.case, "custodian", sealed)
    _, request = scene.open_request(scene.ada.ask_identity(scene.case))
    with pytest.raises(NotAuthentic):
        scene.open_file(request, forged)


@pytest.mark.parametrize("member", ["ivo", "pia", "cyd"])
def test_a_request_by_somebody_who_does_not_hold_the_case_is_not_authentic(member: str) -> None:
    scene = Identified()
    request = scene.forge_request(scene.site.people[member].key, author=member)
    with pytest.raises(NotAuthentic):
        scene.open_request(request)


def test_a_request_by_a_member_with_a_reading_grant_alone_is_not_authentic() -> None:
    scene = Identified()
    scene.ada.give(scene.case, "ivo")
    request = scene.forge_request(scene.site.people["ivo"].key, author="ivo")
    with pytest.raises(NotAuthentic):
        scene.open_request(request)


def test_a_request_by_somebody_who_held_the_case_once_is_not_authentic() -> None:
    """*A holder by the epoch chain* is read as one whom its last note names."""
    scene = Identified()
    bea = scene.site.people["bea"].key
    scene.open_request(scene.forge_request(bea, author="bea", id="1" * 32))
    scene.ada.new_epoch(scene.case, ["ada", "safe"])
    with pytest.raises(NotAuthentic):
        scene.open_request(scene.forge_request(bea, author="bea", id="2" * 32))


def test_a_request_by_a_stranger_under_a_holders_name_is_not_authentic() -> None:
    scene = Identified()
    with pytest.raises(NotAuthentic):
        scene.open_request(scene.forge_request(SigningKey.generate()))


def test_a_request_whose_key_does_not_give_the_case_id_is_not_authentic() -> None:
    scene = Identified()
    mallory = SigningKey.generate()
    with pytest.raises(NotAuthentic):
        scene.open_request(scene.forge_request(scene.ada.person.key, reporter_key=b64encode(mallory.public)))
    other = scene.reporter.report("Another matter.")
    recipient = scene.post.cases[other].recipients[0]
    with pytest.raises(NotAuthentic):
        scene.open_request(scene.forge_request(scene.ada.person.key, recipient=recipient))


def test_a_request_moved_to_another_case_is_not_authentic() -> None:
    scene = Identified()
    other = scene.reporter.report("Another matter.")
    request = scene.ada.ask_identity(other)
    with pytest.raises(NotAuthentic):
        scene.open_request(request)


def test_a_request_under_a_broken_chain_opens_nothing() -> None:
    scene = Identified()
    request = scene.ada.ask_identity(scene.case)
    scene.stored.epochs.append("garbage")
    with pytest.raises(ProtocolError):
        scene.open_request(request)


def test_what_is_no_request_opens_nothing() -> None:
    scene = Identified()
    for sealed in (scene.reply, scene.identity_file):
        with pytest.raises(ProtocolError):
            scene.open_request(sealed)


def test_only_a_holder_makes_a_request() -> None:
    scene = Identified()
    scene.ada.give(scene.case, "ivo")
    with pytest.raises(Refused):
        scene.desk("ivo").ask_identity(scene.case)


def test_requests_name_the_ones_before() -> None:
    scene = Identified()
    first = scene.ada.ask_identity(scene.case)
    second, _ = scene.open_request(scene.desk("bea").ask_identity(scene.case))
    assert second.prev == (first.sha256,)
    scene.drop(first)
    assert scene.ada.read(scene.case).warnings == (CaseWarning.ENTRIES_MAY_BE_MISSING,)


@pytest.mark.parametrize("count", [0, 17])
def test_a_request_goes_to_the_case_and_one_to_sixteen_custodians(count: int) -> None:
    scene = Identified()
    view = scene.ada.read(scene.case)
    request = Disclosure(view.reporter_key, scene.post.recipient(scene.case), "procurement", "…", "…")
    entry = make_disclosure(view, scene.site.directory, "ada", request, scene.site.today, new_id())
    with pytest.raises(NotAuthentic):
        seal_entry(entry, scene.ada.person.key, [scene.cem.recipient] * count + scene.team)

"""Identity files: opened for an authentic request of a holder of the very case, else never (section 4)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reporting.protocol import age
from reporting.protocol import epoch as epochs
from reporting.protocol.age import HybridIdentity
from reporting.protocol.custody import (
    APPROVE,
    OPENED,
    REFUSE,
    WITHDRAWN,
    Decision,
    approvals_today,
    asked_in,
    open_approved,
)
from reporting.protocol.disclosure import Disclosure, make_disclosure, open_disclosure, open_identity
from reporting.protocol.encoding import JSON, JSONObject, b64encode
from reporting.protocol.entry import Entry, new_id, seal_entry
from reporting.protocol.errors import CannotOpen, Malformed, NotAuthentic, ProtocolError, Refused
from reporting.protocol.signing import SigningKey
from reporting.protocol.withdrawal import make_withdrawal
from tests.dishonest.scene import CaseWarning, Scene, assert_in_order, plaintext
from tests.factories import StoredEntry

NAME = {"name": "Jo Doe"}


def body_of(*excluded: str) -> JSONObject:
    """What the reporter seals to the custodians: who they are, on which channel, and whom they shut out."""
    return {"answers": NAME, "channel": "procurement", "excluded": list(excluded)}


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

    def assert_closed(self, member: str = "cem") -> None:
        """Nothing of the identity comes out of a custodian's client."""
        with pytest.raises(ProtocolError):
            self.desk(member).open_identity(self.case)

    def start_again(self) -> None:
        """Another report with an identity, under the directory as it is now."""
        self.case = self.reporter.report("Another matter.", identity=NAME)

    def forge_identity(self, body: JSONObject) -> StoredEntry:
        """An identity file that the reporter's key has signed, of another form than devices make today."""
        content = self.content(audience="custodian", kind="identity", author="reporter", epoch=0, prev=[], body=body)
        sealed = age.encrypt(plaintext(content, self.reporter.signing_key(self.case)), [self.cem.recipient])
        return self.post.put(self.case, "custodian", sealed)

    def pass_to_anybody(self, *holders: str) -> None:
        """Ada names holders whom no honest client would."""
        last = epochs.parse_text(self.stored.epochs[-1].rpartition("\n\n")[0] + "\n")
        identity = HybridIdentity.generate()
        epoch = replace(
            last,
            number=last.number + 1,
            recipient_sha256=epochs.case_hash(identity.recipient),
            holders=holders,
            previous=last.sha256,
        )
        self.stored.epochs.append(epochs.sign_epoch(epoch, "ada", self.ada.person.key))
        self.stored.recipients.append(str(identity.recipient))

    def ask_as(self, member: str) -> StoredEntry:
        """A request under the newest epoch, by a client that knows no exclusion."""
        return self.forge_request(self.site.people[member].key, author=member, epoch=len(self.stored.epochs) - 1)

    def forge_request(self, key: SigningKey, **changes: object) -> StoredEntry:
        """A request that no honest client would make."""
        body = {
            "reporter_key": b64encode(self.ada.grants(self.case)[0].reporter_key),
            "recipient": self.stored.recipients[0],
            "channel": "procurement",
            "reason": "Curiosity.",
            "legal_basis": "None.",
            "custodians": ["cem", "cyd"],
            "needed": 2,
            "notice": b64encode(bytes(32)),
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
    assert scene.open_file(request).body == body_of()


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
    recipient = scene.post.recipient(scene.case)
    request = Disclosure(view.reporter_key, recipient, "procurement", "…", "…", ("cem",), 1, None, "Danger.")
    entry = make_disclosure(view, scene.site.directory, "ada", request, scene.site.today, new_id())
    with pytest.raises(NotAuthentic):
        seal_entry(entry, scene.ada.person.key, [scene.cem.recipient] * count + scene.team)


class Approved(Identified):
    """A case whose identity Ada has asked for; Cem and Cyd are asked, and both must approve."""

    def __init__(self, *, excluded: tuple[str, ...] = ()) -> None:
        super().__init__(excluded=excluded)
        self.request = self.ada.ask_identity(self.case)

    def approve(self, *members: str) -> None:
        """These custodians approve, honestly."""
        for member in members:
            self.desk(member).decide(self.case)

    def forge_decision(self, key: SigningKey, author: str, **changes: JSON) -> StoredEntry:
        """A decision that no honest client would make."""
        asked = self.desk("cem").custody(self.case).asked[-1]
        body = Decision(asked.entry.id, asked.sha256, APPROVE, "Of course.").body()
        more = {name: value for name, value in changes.items() if name not in body}
        body |= {name: value for name, value in changes.items() if name in body}
        content = self.content(audience="custodian", kind="disclosure", author=author, body=body, **more)
        recipients = [self.cem.recipient, self.site.people["cyd"].recipient, *self.team]
        return self.post.put(self.case, "custodian", age.encrypt(plaintext(content, key), recipients))


def test_two_custodians_approve_and_one_opens() -> None:
    scene = Approved()
    scene.assert_closed()
    scene.approve("cem")
    scene.assert_closed()
    scene.approve("cyd")
    for member in ("cem", "cyd"):
        assert scene.desk(member).open_identity(scene.case).body == body_of()
    (asked,) = asked_in(scene.ada.read(scene.case))
    assert asked.who(APPROVE) == {"cem", "cyd"}
    assert_in_order(scene.ada.read(scene.case))


def test_one_custodian_counts_once() -> None:
    scene = Approved()
    scene.approve("cem")
    with pytest.raises(Refused):
        scene.desk("cem").decide(scene.case)
    for identifier in ("1" * 32, "2" * 32):
        scene.forge_decision(scene.cem.key, "cem", id=identifier)
    assert scene.desk("cem").custody(scene.case).asked[0].approvals == {"cem"}
    scene.assert_closed()


def test_a_forged_approval_does_not_count() -> None:
    scene = Approved()
    scene.approve("cem")
    for key in (SigningKey.generate(), scene.cem.key, scene.ada.person.key):
        forged = scene.forge_decision(key, "cyd")
        custody = scene.desk("cem").custody(scene.case)
        assert forged.id in [fault for fault, _ in custody.faults]
        assert custody.asked[0].approvals == {"cem"}
    scene.assert_closed()


def test_an_altered_approval_does_not_count() -> None:
    scene = Approved()
    scene.approve("cem", "cyd")
    last = scene.stored.entries[-1]
    assert last.sealed is not None
    scene.replace_bytes(last, last.sealed[:-1] + bytes([last.sealed[-1] ^ 1]))
    scene.assert_closed()


@pytest.mark.parametrize("member", ["ada", "bea", "ivo", "pia", "safe"])
def test_an_approval_by_somebody_who_is_no_custodian_of_the_channel_does_not_count(member: str) -> None:
    scene = Approved()
    scene.approve("cem")
    scene.forge_decision(scene.site.people[member].key, member)
    scene.assert_closed()


def test_an_approval_by_somebody_who_is_custodian_no_more_does_not_count() -> None:
    scene = Approved()
    scene.approve("cem", "cyd")
    scene.site.take_role("cyd", "procurement", "custodian")
    scene.site.publish()
    scene.assert_closed()


def test_an_approval_by_a_key_that_was_former_before_the_request_does_not_count() -> None:
    """Somebody has Cyd's old key, for which Cyd enrolled again; they date the approval back to when it was in force."""
    scene = Identified()
    stolen = scene.site.people["cyd"].key
    scene.site.replace_keys("cyd")
    scene.site.publish()
    scene.ada.ask_identity(scene.case)
    scene.desk("cem").decide(scene.case)
    content = scene.desk("cem").custody(scene.case).asked[-1]
    body = Decision(content.entry.id, content.sha256, APPROVE, "Of course.").body()
    forged = scene.content(audience="custodian", kind="disclosure", author="cyd", body=body, directory=1)
    scene.post.put(scene.case, "custodian", age.encrypt(plaintext(forged, stolen), [scene.cem.recipient, *scene.team]))
    (asked,) = scene.desk("cem").custody(scene.case).asked
    assert asked.approvals == {"cem"}
    scene.assert_closed()


def test_an_approval_under_a_key_that_was_replaced_does_not_count() -> None:
    scene = Approved()
    scene.approve("cem")
    stolen = scene.site.people["cyd"].key
    scene.site.replace_keys("cyd")
    scene.site.publish()
    scene.forge_decision(stolen, "cyd", directory=1)
    assert scene.desk("cem").custody(scene.case).asked[0].approvals == {"cem", "cyd"}
    with pytest.raises(Refused):
        scene.desk("cem").open_identity(scene.case)


def test_an_approval_by_a_custodian_whom_the_reporter_excluded_does_not_count() -> None:
    """Ada is dishonest: she asks Cyd, whom the reporter shut out, as if nothing were."""
    scene = Identified(excluded=("cyd",))
    scene.ada.ask_identity(scene.case, custodians=("cem", "cyd"), needed=2)
    for member in ("cem", "cyd"):
        scene.desk(member).decide(scene.case)
    with pytest.raises(Refused):
        scene.desk("cem").open_identity(scene.case)
    with pytest.raises(CannotOpen):
        scene.desk("cyd").open_identity(scene.case)
    honest = scene.ada.read(scene.case)
    assert [one.entry.author for one in asked_in(honest)[0].decided] == ["cem"]


def test_an_approval_of_another_request_does_not_count() -> None:
    scene = Approved()
    scene.approve("cem", "cyd")
    second = scene.ada.ask_identity(scene.case, "Curiosity.")
    assert len(scene.desk("cem").custody(scene.case).asked) == 2
    scene.desk("cem").open_identity(scene.case, 0)
    with pytest.raises(Refused):
        scene.desk("cem").open_identity(scene.case, 1)
    assert second.sha256 != scene.request.sha256


def test_an_approval_does_not_count_for_another_request_under_the_same_id() -> None:
    scene = Approved()
    scene.approve("cem", "cyd")
    entry, _ = scene.open_request(scene.request)
    scene.drop(scene.request)
    scene.forge_request(scene.ada.person.key, id=entry.id)
    (asked,) = scene.desk("cem").custody(scene.case).asked
    assert asked.request.reason == "Curiosity."
    assert asked.decided == ()
    scene.assert_closed()


def test_an_approval_from_another_case_does_not_count() -> None:
    scene = Approved()
    scene.approve("cem")
    other = scene.reporter.report("Another matter.", identity={"name": "Somebody else"})
    scene.ada.ask_identity(other)
    scene.desk("cyd").decide(other)
    approval = scene.post.cases[other].entries[-1]
    assert approval.sealed is not None
    scene.post.put(scene.case, "custodian", approval.sealed)
    scene.assert_closed()


def test_an_opened_request_opens_nothing_again() -> None:
    """A replay: the server shows the approved request of last month as if it were still open."""
    scene = Approved()
    scene.approve("cem", "cyd")
    scene.desk("cem").open_identity(scene.case)
    opened = scene.desk("cem").decide(scene.case, OPENED, "")
    for member in ("cem", "cyd"):
        scene.assert_closed(member)
    scene.ada.ask_identity(scene.case, "Again.")
    scene.drop(opened)  # the server hides that it was opened: the next request names it
    with pytest.raises(Refused):
        scene.desk("cyd").open_identity(scene.case, 0)


def test_a_former_holders_request_opens_nothing_though_it_was_approved() -> None:
    scene = Identified()
    scene.desk("bea").ask_identity(scene.case)
    for member in ("cem", "cyd"):
        scene.desk(member).decide(scene.case)
    scene.ada.new_epoch(scene.case, ["ada", "safe"])
    (asked,) = scene.desk("cem").custody(scene.case).asked
    assert not asked.current
    for act in (scene.desk("cem").open_identity, scene.desk("cyd").decide):
        with pytest.raises(NotAuthentic):
            act(scene.case)


def test_a_request_by_a_key_that_was_replaced_opens_nothing_though_it_is_approved() -> None:
    """Ada renewed her keys since the old one was stolen; the thief and the server date a request back to before."""
    scene = Identified()
    forged = scene.forge_request(scene.ada.person.key, directory=1)
    scene.site.replace_keys("ada")
    scene.site.publish()
    with pytest.raises(NotAuthentic, match="new keys since"):
        scene.open_request(forged)
    (asked,) = scene.desk("cem").custody(scene.case).asked
    assert (asked.current, asked.renewed) == (True, True)
    with pytest.raises(Refused, match="new keys since"):
        scene.desk("cem").decide(scene.case)
    for place, member in enumerate(("cem", "cyd")):  # by clients that do not look
        body = Decision(asked.entry.id, asked.sha256, APPROVE, "Of course.").body()
        content = scene.content(
            audience="custodian", kind="disclosure", author=member, body=body, id=str(place) * 32, directory=2
        )
        key = scene.site.people[member].key
        recipients = [scene.cem.recipient, scene.site.people["cyd"].recipient]
        scene.post.put(scene.case, "custodian", age.encrypt(plaintext(content, key), recipients))
    assert scene.desk("cem").custody(scene.case).asked[0].approvals == {"cem", "cyd"}
    with pytest.raises(Refused, match="new keys since"):
        scene.desk("cem").open_identity(scene.case)


def test_a_request_made_before_its_author_renewed_their_keys_has_to_be_made_again() -> None:
    scene = Approved()
    scene.approve("cem", "cyd")
    custody, directory = scene.desk("cem").custody(scene.case), scene.site.directory
    assert not custody.asked[0].renewed
    assert approvals_today(custody.asked[0], directory, scene.site.today) == {"cem", "cyd"}
    for member in ("ada", "cyd"):
        scene.site.replace_keys(member)
    scene.site.publish()
    (asked,) = scene.desk("cem").custody(scene.case).asked
    assert asked.renewed
    assert asked.approvals == {"cem", "cyd"}
    assert approvals_today(asked, scene.site.directory, scene.site.today) == {"cem"}
    with pytest.raises(Refused, match="new keys since"):
        scene.desk("cem").open_identity(scene.case)
    assert scene.identity_file.sealed is not None
    with pytest.raises(Refused, match="new keys since"):  # judged before, opened after
        open_approved(
            custody,
            custody.asked[0],
            scene.identity_file.sealed,
            scene.cem.identity,
            scene.site.directory,
            scene.site.today,
        )


def test_a_server_that_hides_the_epoch_which_an_approval_names_opens_nothing() -> None:
    scene = Approved()
    scene.ada.new_epoch(scene.case, ["ada", "bea", "safe"])
    scene.approve("cem", "cyd")
    scene.desk("cem").open_identity(scene.case)
    del scene.stored.epochs[1:]
    scene.assert_closed()


def test_a_refusal_is_kept_and_outweighs_an_approval_by_the_same_person() -> None:
    scene = Approved()
    scene.approve("cem")
    with pytest.raises(Malformed):
        scene.desk("cyd").decide(scene.case, REFUSE, " ")
    scene.desk("cyd").decide(scene.case, REFUSE, "Not proportionate.")
    scene.forge_decision(scene.site.people["cyd"].key, "cyd")
    scene.assert_closed()
    (asked,) = asked_in(scene.ada.read(scene.case))
    assert "Not proportionate." in [one.decision.reason for one in asked.decided]


def test_a_request_that_asks_for_one_approval_still_needs_two() -> None:
    scene = Identified()
    scene.ada.ask_identity(scene.case, needed=1, custodians=("cem",))
    scene.desk("cem").decide(scene.case)
    with pytest.raises(Refused):
        scene.desk("cem").open_identity(scene.case)


def test_the_only_custodian_of_an_identity_opens_it_alone() -> None:
    scene = Approved(excluded=("cyd",))
    scene.approve("cem")
    body = scene.desk("cem").open_identity(scene.case).body
    assert body == body_of("cyd")


def test_nobody_decides_on_a_request_of_their_own() -> None:
    scene = Approved()
    scene.site.give_role("ada", "procurement", "custodian")
    scene.site.publish()
    scene.ada.ask_identity(scene.case)
    with pytest.raises(Refused):
        scene.ada.decide(scene.case)
    scene.forge_decision(scene.ada.person.key, "ada")
    scene.desk("cem").decide(scene.case)
    scene.assert_closed()


def test_a_decision_by_somebody_who_was_not_asked_is_not_made() -> None:
    scene = Identified()
    scene.ada.ask_identity(scene.case, custodians=("cem",), needed=1)
    assert scene.desk("cyd").custody(scene.case).asked == ()
    scene.desk("cem").decide(scene.case)
    with pytest.raises(Refused):
        scene.desk("cem").open_identity(scene.case)


@pytest.mark.parametrize("opener", ["cyd", "dan"])
def test_approvals_by_custodians_of_another_channel_open_nothing(opener: str) -> None:
    """Ada names a channel whose custodians are her friends; Cyd keeps this identity, and no other channel's."""
    scene = Identified()
    for friend in ("dan", "eli"):
        scene.site.give_role(friend, "police", "custodian")
    scene.site.give_role("ada", "police", "investigator")
    scene.site.publish()
    scene.ada.ask_identity(scene.case, channel="police", custodians=("cyd", "dan", "eli"), needed=2)
    for friend in ("dan", "eli"):
        scene.desk(friend).decide(scene.case)
    assert scene.desk("cyd").custody(scene.case).asked[0].approvals == {"dan", "eli"}
    with pytest.raises(Refused if opener == "cyd" else CannotOpen):
        scene.desk(opener).open_identity(scene.case)


def test_only_whoever_was_asked_opens() -> None:
    scene = Identified()
    scene.site.give_role("dan", "procurement", "custodian")
    scene.site.publish()
    scene.ada.ask_identity(scene.case, custodians=("cyd", "dan"), needed=2)
    for member in ("cyd", "dan"):
        scene.desk(member).decide(scene.case)
    custody, cem = scene.desk("cyd").custody(scene.case), scene.cem.identity
    assert scene.identity_file.sealed is not None
    with pytest.raises(Refused):  # Cem keeps the identity, but was left out
        open_approved(
            custody, custody.asked[0], scene.identity_file.sealed, cem, scene.site.directory, scene.site.today
        )
    assert scene.desk("cyd").open_identity(scene.case).body == body_of()


def test_a_request_by_a_member_whom_the_reporter_excluded_opens_nothing() -> None:
    """Ada is dishonest: she names Ivo as a holder, whom the reporter shut out, and he asks."""
    scene = Identified(excluded=("ivo",))
    scene.pass_to_anybody("ada", "ivo", "safe")
    scene.ask_as("ivo")
    for member in ("cem", "cyd"):
        scene.desk(member).decide(scene.case)
    assert scene.desk("cem").custody(scene.case).asked[0].approvals == {"cem", "cyd"}
    for member in ("cem", "cyd"):
        with pytest.raises(Refused, match="whom the reporter excluded"):
            scene.desk(member).open_identity(scene.case)


def test_a_request_that_leans_on_an_epoch_which_names_an_excluded_member_opens_nothing() -> None:
    """Whoever asks may: but the identity would be sealed to an epoch that Ivo has the key of."""
    scene = Identified(excluded=("ivo",))
    scene.pass_to_anybody("ada", "ivo", "safe")
    scene.ask_as("ada")
    for member in ("cem", "cyd"):
        scene.desk(member).decide(scene.case)
    with pytest.raises(Refused, match="whom the reporter excluded"):
        scene.desk("cem").open_identity(scene.case)


def test_an_identity_of_one_channel_does_not_open_for_a_request_on_another() -> None:
    """Dan keeps the identities of two channels; Ada asks him and her friend Eli by the other one."""
    scene = Identified()
    for channel in ("procurement", "police"):
        scene.site.give_role("dan", channel, "custodian")
    scene.site.give_role("eli", "police", "custodian")
    scene.site.give_role("ada", "police", "investigator")
    scene.site.publish()
    scene.start_again()
    scene.ada.ask_identity(scene.case, channel="police", custodians=("dan", "eli"), needed=2)
    for member in ("dan", "eli"):
        scene.desk(member).decide(scene.case)
    with pytest.raises(NotAuthentic, match="channel"):
        scene.desk("dan").open_identity(scene.case)
    scene.start_again()
    scene.ada.ask_identity(scene.case, custodians=("cyd", "dan"), needed=2)
    for member in ("cyd", "dan"):
        scene.desk(member).decide(scene.case)
    assert scene.desk("dan").open_identity(scene.case).body == body_of()


@pytest.mark.parametrize("body", [{}, {"excluded": ["cyd"]}])
def test_an_identity_that_names_no_channel_is_judged_by_the_request_alone(body: JSONObject) -> None:
    """As reporters' devices made them before: only custodians whom the reporter shut out are named."""
    scene = Approved(excluded=("cyd",))
    scene.approve("cem")
    old = scene.forge_identity({"answers": NAME, **body})
    assert scene.desk("cem").open_identity(scene.case, identity=old).body == {"answers": NAME, **body}


@pytest.mark.parametrize(
    "change", [{"channel": "police"}, {"channel": 5}, {"channel": None}, {"excluded": "cyd"}, {"excluded": [5]}]
)
def test_an_identity_in_another_form_opens_nothing(change: JSONObject) -> None:
    scene = Approved()
    scene.approve("cem", "cyd")
    odd = scene.forge_identity({**body_of(), **change})
    with pytest.raises((Malformed, NotAuthentic)):
        scene.desk("cem").open_identity(scene.case, identity=odd)


def test_another_cases_identity_does_not_open_for_an_approved_request() -> None:
    scene = Approved()
    scene.approve("cem", "cyd")
    other = scene.reporter.report("Another matter.", identity={"name": "Somebody else"})
    theirs = next(entry for entry in scene.post.cases[other].entries if entry.audience == "custodian")
    with pytest.raises(NotAuthentic):
        scene.desk("cem").open_identity(scene.case, identity=theirs)


def test_one_bad_entry_hides_no_other() -> None:
    scene = Approved()
    for sealed in (b"garbage", scene.reply.sealed or b""):
        scene.post.put(scene.case, "custodian", sealed)
    scene.approve("cem", "cyd")
    assert scene.desk("cem").open_identity(scene.case).body == body_of()


def test_a_withdrawn_request_opens_nothing_and_nothing_is_decided_on_it() -> None:
    scene = Approved()
    scene.approve("cem", "cyd")
    scene.ada.withdraw(scene.case)
    for member in ("cem", "cyd"):
        with pytest.raises(Refused, match="withdrawn"):
            scene.desk(member).open_identity(scene.case)
        with pytest.raises(Refused, match="withdrawn"):
            scene.desk(member).decide(scene.case, OPENED, "")
    with pytest.raises(Refused):
        scene.ada.withdraw(scene.case)
    (asked,) = asked_in(scene.ada.read(scene.case))
    assert asked.who(WITHDRAWN) == {"ada"}
    assert asked.approvals == {"cem", "cyd"}
    assert_in_order(scene.ada.read(scene.case))


def test_whoever_withdrew_may_ask_again() -> None:
    scene = Approved()
    scene.ada.withdraw(scene.case)
    scene.ada.ask_identity(scene.case, "The court asks again.")
    scene.approve("cem", "cyd")
    assert scene.desk("cem").open_identity(scene.case).body == body_of()


@pytest.mark.parametrize("member", ["bea", "cyd", "ivo"])
def test_a_withdrawal_by_somebody_else_withdraws_nothing(member: str) -> None:
    """Bea leads the case too, Cyd is asked: neither may end what Ada asked."""
    scene = Approved()
    scene.approve("cem", "cyd")
    with pytest.raises(Refused):
        make_withdrawal(
            scene.ada.read(scene.case),
            asked_in(scene.ada.read(scene.case))[0],
            scene.site.directory,
            member,
            "Never mind.",
            scene.site.today,
            new_id(),
        )
    for author in (member, "ada"):
        scene.forge_decision(scene.site.people[member].key, author, decision=WITHDRAWN)
    assert scene.desk("cem").custody(scene.case).asked[0].who(WITHDRAWN) == set()
    assert scene.desk("cem").open_identity(scene.case).body == body_of()


def test_a_withdrawal_of_another_request_withdraws_nothing() -> None:
    """A replay: Ada's withdrawal of an earlier request, shown again for the one that stands."""
    scene = Approved()
    gone = scene.ada.withdraw(scene.case)
    scene.ada.ask_identity(scene.case, "The court asks again.")
    scene.approve("cem", "cyd")
    assert gone.sealed is not None
    scene.post.put(scene.case, "custodian", gone.sealed)
    first, second = scene.desk("cem").custody(scene.case).asked
    assert (first.who(WITHDRAWN), second.who(WITHDRAWN)) == ({"ada"}, set())
    with pytest.raises(Refused, match="withdrawn"):
        scene.desk("cem").open_identity(scene.case, 0)
    assert scene.desk("cem").open_identity(scene.case, 1).body == body_of()


def test_a_withdrawal_is_of_these_very_words_and_of_this_case() -> None:
    scene = Approved()
    scene.approve("cem", "cyd")
    scene.forge_decision(scene.ada.person.key, "ada", decision=WITHDRAWN, sha256=b64encode(bytes(32)))
    scene.forge_decision(scene.ada.person.key, "ada", id="1" * 32, decision=WITHDRAWN, request="2" * 32)
    other = scene.reporter.report("Another matter.", identity={"name": "Somebody else"})
    scene.ada.ask_identity(other)
    theirs = scene.ada.withdraw(other)
    assert theirs.sealed is not None
    moved = scene.post.put(scene.case, "custodian", theirs.sealed)
    custody = scene.desk("cem").custody(scene.case)
    assert moved.id in [identifier for identifier, _ in custody.faults]
    assert custody.asked[0].who(WITHDRAWN) == set()
    assert scene.desk("cem").open_identity(scene.case).body == body_of()


def test_a_server_that_hides_a_withdrawal_is_seen_once_anybody_names_it() -> None:
    scene = Approved()
    scene.approve("cem", "cyd")
    withdrawn = scene.ada.withdraw(scene.case)
    scene.ada.ask_identity(scene.case, "The court asks again.")
    scene.drop(withdrawn)
    with pytest.raises(Refused, match="missing"):
        scene.desk("cem").open_identity(scene.case, 0)


def test_what_was_opened_or_is_given_no_reason_is_not_withdrawn() -> None:
    scene = Approved()
    with pytest.raises(Malformed):
        scene.ada.withdraw(scene.case, " ")
    scene.approve("cem", "cyd")
    scene.desk("cem").decide(scene.case, OPENED, "")
    with pytest.raises(Refused, match="closed"):
        scene.ada.withdraw(scene.case)


def test_a_custodian_s_client_makes_no_withdrawal() -> None:
    scene = Approved()
    with pytest.raises(Refused):
        scene.desk("cem").decide(scene.case, WITHDRAWN, "Never mind.")

"""A member's new keys: asked for, drafted, published; and every request for them that is refused."""

from __future__ import annotations

import dataclasses
import datetime

import pytest
from sqlalchemy import update

from reporting.directory import rules as directories
from reporting.directory.bundle import Bundle
from reporting.directory.difference import key_fingerprint
from reporting.members import rules as members
from reporting.members.models import Member, RenewedKeys
from reporting.members.rules import Invitation
from reporting.protocol import vault as vaults
from reporting.protocol.encoding import b64decode, b64encode, sha256
from reporting.protocol.errors import CannotOpen
from reporting.protocol.grant import open_grant
from reporting.protocol.possession import Renewal, sign_renewal
from reporting.protocol.signing import SigningKey
from tests.web.accounts import body, newcomer, prove
from tests.web.renewing import CHALLENGE, KEYS, Renewing, fresh_pair, renewed
from tests.web.world import ORIGIN, Desk, World, problem, publish

M1 = Invitation("m1", "m1@example", "Member m1", (), (), again=True)


def drafted(world: World) -> Bundle:
    """The next directory, to be signed."""
    with world.service.database.write() as session:
        return directories.request_directory(world.service, session)


def put_in_force(world: World, bundle: Bundle) -> None:
    """Sign and publish it."""
    with world.service.database.write() as session:
        directories.publish(world.service, session, bundle.signed(ORIGIN, world.root))


def listed(world: World, pair: vaults.Pair, member: str = "m1") -> bool:
    """Whether the directory in force lists a member with this pair."""
    found = world.directory().member(member)
    assert found is not None
    return pair.listed(found.signing_key, found.recipient_sha256)


def test_new_keys_wait_for_the_directory_and_then_everybody_has_them(world: World) -> None:
    desk = world.sign_in("m1")
    browser, pair = renewed(desk)
    keys = body(desk.get("/api/account"))["keys"]
    assert keys["pending"]["signing_key"] == b64encode(pair.signing_key.public)
    assert len(keys["pending"]["digits"].replace(" ", "")) == 30
    assert not listed(world, pair)
    assert body(desk.get("/api/session"))["awaiting"] is None
    assert body(desk.get("/api/session"))["channels"]  # the present keys are theirs until then
    publish(world.service, world.root)
    assert listed(world, pair)
    session = body(desk.get("/api/session"))
    assert (session["awaiting"], bool(session["channels"])) == (None, True)
    assert body(desk.get("/api/account"))["keys"]["pending"] is None
    (former,) = [one for one in world.directory().former if one.id == "m1"]
    assert former.signing_key == desk.person.signing_key.public
    found = world.directory().member("m1")
    assert found is not None
    following = browser.vault.following(found.signing_key, found.recipient_sha256)
    assert browser.put(following).status_code == 204
    assert Renewing.at(desk).vault.identities == (pair.identity, desk.person.identity)


def test_whoever_signs_the_directory_sees_who_asked_for_the_change(lite: World) -> None:
    _, pair = renewed(lite.sign_in("m1"))
    bundle = drafted(lite)
    (said,) = [line for line in bundle.difference if "signed that" in line]
    assert said.startswith("The key of before has signed that: m1 (Member m1) asked for it at their desk.")
    assert "taken back" in said
    assert f"The keys of m1 (Member m1) are now {digits_of(pair)}." in bundle.difference


def digits_of(pair: vaults.Pair) -> str:
    """Thirty digits over both keys."""
    return key_fingerprint(pair.signing_key.public, sha256(str(pair.identity.recipient).encode()))


def test_a_server_that_swaps_the_keys_that_wait_cannot_sign_for_them(lite: World) -> None:
    desk = lite.sign_in("m1")
    browser, _ = renewed(desk)
    planted = fresh_pair()
    change = Renewal(
        ORIGIN,
        "m1",
        desk.person.signing_key.public,
        planted.signing_key.public,
        sha256(str(planted.identity.recipient).encode()),
    )
    with lite.service.database.write() as session:
        session.execute(
            update(RenewedKeys).values(
                signing_key=planted.signing_key.public,
                recipient=str(planted.identity.recipient),
                signature=sign_renewal(change, planted.signing_key),
            )
        )
    (said,) = [line for line in drafted(lite).difference if "signed that" in line]
    assert "has NOT signed that" in said
    shown = body(desk.get("/api/account"))["keys"]["pending"]["digits"]
    assert shown == digits_of(planted) != digits_of(browser.vault.waiting[0])
    publish(lite.service, lite.root)  # somebody signs it all the same
    found = lite.directory().member("m1")
    assert found is not None
    assert browser.vault.following(found.signing_key, found.recipient_sha256) is browser.vault


def test_new_keys_have_a_time_of_their_own(lite: World) -> None:
    lite.clock.move(days=60)
    publish(lite.service, lite.root)
    before = lite.directory().member("m1")
    renewed(lite.sign_in("m1"))
    publish(lite.service, lite.root)
    after = lite.directory().member("m1")
    assert before is not None
    assert after is not None
    assert after.valid_until - before.valid_until == datetime.timedelta(days=60)
    lite.clock.move(days=1)
    publish(lite.service, lite.root)
    assert lite.directory().member("m1") == after


def test_somebody_who_enrolls_anew_is_not_taken_for_a_renewal(lite: World) -> None:
    assert newcomer(lite, M1).enroll().status_code == 201
    (said,) = [line for line in drafted(lite).difference if "signed that" in line]
    assert "has NOT signed that" in said


def test_a_proof_that_is_too_old_is_refused(lite: World) -> None:
    desk = lite.sign_in("m1")
    browser = Renewing.at(desk)
    pair = browser.keep(fresh_pair())
    request = browser.request(pair)
    lite.clock.move(minutes=6)
    for answer in (desk.post(CHALLENGE, request), desk.post(KEYS, request), desk.send("DELETE", KEYS)):
        assert problem(answer)[:2] == (403, "step-up-needed")
    assert drafted(lite).renewals == {}


def test_a_nonce_that_is_too_old_or_of_another_session_is_refused(lite: World) -> None:
    desk = lite.sign_in("m1")
    browser = Renewing.at(desk)
    pair = browser.keep(fresh_pair())
    request = browser.request(pair)
    other = lite.sign_in("m1")
    assert problem(other.post(KEYS, request)) == (422, "invalid", "/nonce")
    lite.clock.move(minutes=11)
    assert prove(desk, auth=b64encode(desk.person.auth_secret)).status_code == 200
    assert problem(desk.post(KEYS, request)) == (422, "invalid", "/nonce")


@pytest.mark.parametrize("name", ["signature", "renewal"])
def test_a_signature_by_another_key_is_refused(lite: World, name: str) -> None:
    desk = lite.sign_in("m1")
    _, answer = Renewing.at(desk).renew(**{name: b64encode(SigningKey.generate().sign(b"x"))})
    assert problem(answer) == (422, "invalid", f"/{name}")
    assert drafted(lite).renewals == {}


def test_the_change_is_signed_by_the_key_in_force_and_no_earlier_one(lite: World) -> None:
    desk = lite.sign_in("m1")
    browser, pair = renewed(desk)
    publish(lite.service, lite.root)
    found = lite.directory().member("m1")
    assert found is not None
    old = browser.vault
    assert browser.put(old.following(found.signing_key, found.recipient_sha256)).status_code == 204
    stale = dataclasses.replace(browser, vault=dataclasses.replace(browser.vault, signing_key=old.signing_key))
    third = browser.keep(fresh_pair())
    stale.sealed = browser.sealed
    assert problem(desk.post(KEYS, stale.request(third))) == (422, "invalid", "/renewal")
    assert desk.post(KEYS, browser.request(third)).status_code == 204
    assert pair.signing_key == browser.vault.signing_key


def test_keys_of_somebody_else_are_refused(lite: World) -> None:
    desk = lite.sign_in("m1")
    browser = Renewing.at(desk)
    other = lite.people["m2"]
    _, waiting = renewed(lite.sign_in("m3"))
    for pair in (
        waiting,
        vaults.Pair(other.identity, other.signing_key),
        vaults.Pair(other.identity, SigningKey.generate()),
        browser.vault.pair,
    ):
        browser.put(dataclasses.replace(browser.vault, waiting=(pair,)))
        assert problem(desk.post(KEYS, browser.request(pair))) == (409, "conflict", "/recipient")


def test_others_that_wait_are_taken_back_first(lite: World) -> None:
    desk = lite.sign_in("m1")
    browser, first = renewed(desk)
    assert desk.post(KEYS, browser.request(first)).status_code == 204  # nothing answered the first time
    second, answer = browser.renew()
    assert problem(answer)[:2] == (409, "conflict")
    assert desk.send("DELETE", KEYS).status_code == 204
    assert problem(desk.send("DELETE", KEYS))[:2] == (404, "not-found")
    keys = body(desk.get("/api/account"))["keys"]
    assert (keys["pending"], keys["taken_back"]) == (None, [b64encode(first.signing_key.public)])
    assert drafted(lite).renewals == {}
    assert desk.post(KEYS, browser.request(second)).status_code == 204
    publish(lite.service, lite.root)
    assert listed(lite, second)


def test_keys_taken_back_that_a_directory_was_signed_with_before_are_the_members(lite: World) -> None:
    desk = lite.sign_in("m1")
    browser, first = renewed(desk)
    carried = drafted(lite)
    assert desk.send("DELETE", KEYS).status_code == 204
    second, answer = browser.renew()
    assert answer.status_code == 204
    put_in_force(lite, carried)
    assert listed(lite, first)
    assert body(desk.get("/api/session"))["channels"]
    found = lite.directory().member("m1")
    assert found is not None
    following = browser.vault.following(found.signing_key, found.recipient_sha256)
    assert (following.pair, following.waiting) == (first, (second,))
    assert drafted(lite).renewals == {}  # what the key of before signed follows no key in force


def test_a_directory_signed_before_the_request_leaves_it_waiting(lite: World) -> None:
    carried = drafted(lite)
    _, pair = renewed(lite.sign_in("m1"))
    put_in_force(lite, carried)
    assert not listed(lite, pair)
    publish(lite.service, lite.root)
    assert listed(lite, pair)


def test_whoever_is_not_in_the_list_or_not_a_member_any_more_renews_nothing(lite: World) -> None:
    anne = newcomer(lite)
    assert anne.enroll().status_code == 201
    _, answer = Renewing.at(anne.desk).renew()
    assert problem(answer)[:2] == (409, "conflict")
    desk = lite.sign_in("m2")
    browser = Renewing.at(desk)
    pair = browser.keep(fresh_pair())
    request = browser.request(pair)
    with lite.service.database.write() as session:
        members.remove_member(lite.service, session, "m2")
    assert problem(desk.post(KEYS, request))[:2] == (401, "not-signed-in")


def test_enrolling_anew_ends_what_was_asked_for(lite: World) -> None:
    renewed(lite.sign_in("m1"))
    again = newcomer(lite, M1)
    assert again.enroll().status_code == 201
    publish(lite.service, lite.root)
    assert listed(lite, vaults.Pair(again.person.identity, again.person.signing_key))


def test_the_vault_that_holds_the_keys_is_stored_before_they_are_drafted(lite: World) -> None:
    desk = lite.sign_in("m1")
    browser = Renewing.at(desk)
    pair = fresh_pair()
    assert problem(desk.post(KEYS, browser.request(pair))) == (409, "vault-changed", "/vault")
    browser.keep(pair)
    other = {**browser.request(pair), "vault": b64encode(bytes(32))}
    assert problem(desk.post(KEYS, other)) == (409, "vault-changed", "/vault")
    assert desk.post(KEYS, browser.request(pair)).status_code == 204


def test_another_browser_cannot_store_the_vault_of_before_over_the_new_keys(world: World) -> None:
    first, second = world.sign_in("m1"), world.sign_in("m1")
    stale = Renewing.at(second)
    browser, pair = renewed(first)
    raised = dataclasses.replace(stale.vault, directory_version=1, directory_sha256=b"d" * 32)
    assert problem(stale.put(raised))[:2] == (409, "vault-changed")
    assert problem(stale.put(raised, before=None))[:2] == (409, "vault-changed")
    named = b64encode(sha256(browser.sealed))
    assert problem(stale.put(raised, before=named))[:2] == (409, "vault-changed")  # of one pair, over several
    assert Renewing.at(second).vault.waiting == (pair,)


def test_nobody_adds_keys_to_a_vault_without_naming_the_one_that_they_replace(world: World) -> None:
    first, second = world.sign_in("m1"), world.sign_in("m1")
    stale, browser = Renewing.at(second), Renewing.at(first)
    raised = dataclasses.replace(browser.vault, directory_version=1, directory_sha256=b"d" * 32)
    assert browser.put(raised).status_code == 204
    several = stale.vault.with_waiting(fresh_pair())
    assert problem(stale.put(several, before=None))[:2] == (409, "vault-changed")
    assert Renewing.at(second).vault == raised
    assert (
        stale.put(dataclasses.replace(stale.vault, directory_version=2), before=None).status_code == 204
    )  # one, by one


def test_a_vault_sent_twice_is_stored_once(lite: World) -> None:
    desk = lite.sign_in("m1")
    browser = Renewing.at(desk)
    before = b64encode(sha256(browser.sealed))
    browser.keep(fresh_pair())
    again = {"vault": b64encode(browser.sealed), "before": before}
    assert browser.put(browser.vault, **again).status_code == 204


def test_a_stolen_session_without_the_secret_replaces_no_vault(lite: World) -> None:
    desk = lite.sign_in("m1")
    browser = Renewing.at(desk)
    pair = fresh_pair()
    answer = browser.put(browser.vault.with_waiting(pair), current_auth=b64encode(bytes(32)))
    assert problem(answer)[:2] == (401, "wrong-credentials")
    assert problem(desk.post(KEYS, browser.request(pair)))[:2] == (409, "vault-changed")


def test_what_was_sealed_to_the_old_key_opens_and_so_does_what_is_sealed_to_the_new(lite: World) -> None:
    old = lite.report().case
    desk = lite.sign_in("m1")
    browser, _ = renewed(desk)
    publish(lite.service, lite.root)
    new = lite.report().case
    for case in (old, new):
        shown = body(desk.get(f"/api/cases/{case}"))
        (grant,) = shown["grants"]
        first = shown["epochs"][0]
        assert open_grant(b64decode(grant["sealed"]), browser.vault.identities, case, 0, first, ORIGIN).case == case
        one = desk.person.identity if case == new else browser.vault.waiting[0].identity
        with pytest.raises(CannotOpen):
            open_grant(b64decode(grant["sealed"]), one, case, 0, first, ORIGIN)


def test_the_table_of_members_has_the_keys_of_before_until_then(lite: World) -> None:
    desk: Desk = lite.sign_in("m1")
    renewed(desk)
    with lite.service.database.read() as session:
        assert session.get_one(Member, "m1").signing_key == desk.person.signing_key.public

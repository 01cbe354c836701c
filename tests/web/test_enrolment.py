"""Invitations and enrolling: what a good one leads to, and what every bad one gets."""

from __future__ import annotations

import dataclasses
import json
import os
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from reporting import errors
from reporting.directory.models import ChannelRole
from reporting.log.models import AuditEvent
from reporting.members import rules as members
from reporting.members.models import Member, SiteRole
from reporting.members.rules import Invitation
from reporting.protocol.age import HybridIdentity
from reporting.protocol.encoding import b64encode
from reporting.protocol.signing import SigningKey
from tests.web.accounts import (
    ANNE,
    CHALLENGE,
    ENROLL,
    LOOK,
    Newcomer,
    add_totp,
    body,
    invite,
    newcomer,
    sign_in,
    stage,
    stranger,
    strictly,
)
from tests.web.casework import CaseAtDesk, at_desk
from tests.web.world import World, problem, publish


def acts(world: World, act: str) -> list[AuditEvent]:
    """The events of one act."""
    with world.service.database.read() as session:
        return list(session.scalars(select(AuditEvent).where(AuditEvent.act == act)))


def test_an_invitation_says_what_it_is_for(world: World) -> None:
    content = body(stranger(world).post(LOOK, {"invitation": invite(world)}))
    assert content == {
        "member": "m7",
        "name": "anne",
        "label": "Anne",
        "site_roles": [],
        "roles": [["procurement", "investigator"]],
        "expires": "2026-11-26T12:00:00+00:00",
        "by": "Member a1",
    }


def test_the_database_holds_no_token(world: World) -> None:
    token = invite(world)
    with world.service.database.read() as session:
        (row,) = members.invitations(world.service, session)
        everything = session.connection().exec_driver_sql("SELECT * FROM invitation").all()
    assert (row.state, row.invitation.roles, row.created_by) == ("open", ANNE.roles, "a1")
    assert token not in repr(everything)


def test_from_invitation_to_a_listed_member(world: World) -> None:
    strict = strictly(world)
    anne = newcomer(strict)
    session = body(anne.enroll(), 201)
    assert (session["member"], session["stage"], session["roles"]) == ("m7", "enrolling", [])
    add_totp(anne.desk)
    session = body(anne.desk.get("/api/session"))
    assert (session["stage"], session["roles"]) == ("open", [])
    assert session["awaiting"]["administrators"] == []
    assert len(session["awaiting"]["keys"].replace(" ", "")) == 30
    publish(strict.service, strict.root)
    session = body(anne.desk.get("/api/session"))
    assert (session["awaiting"], session["channels"]) == (None, {"procurement": ["investigator"]})
    assert [event.member_id for event in acts(world, "invitation:use")] == ["m7"]


def test_where_a_factor_is_only_offered_the_session_is_open_at_once(world: World) -> None:
    anne = newcomer(world)
    assert body(anne.enroll(), 201)["stage"] == "open"
    assert stage(sign_in(world, anne.person, "anne")) == "open"


def test_the_page_says_which_administrators_are_awaited(world: World) -> None:
    with world.service.database.write() as session:
        session.add(SiteRole(member_id="a1", role="administrator"))
    anne = newcomer(world)
    anne.enroll()
    assert body(anne.desk.get("/api/session"))["awaiting"]["administrators"] == ["Member a1"]


def refused(world: World, token: str) -> None:
    """Every way to use the invitation is told the same, and leaves nothing but a record."""
    anne = Newcomer.with_token(world, token)
    before = len(acts(world, "invitation:refuse"))
    for path, content in ((LOOK, {"invitation": token}), (CHALLENGE, {"invitation": token, **anne.keys})):
        answer = anne.desk.post(path, content)
        assert problem(answer) == (404, "not-found", "/invitation")
        assert "Ask for a new one" in json.loads(answer.data)["detail"]
    assert len(acts(world, "invitation:refuse")) == before + 2


@pytest.mark.parametrize("token", ["guessed", "x" * 43, "ünicode"])
def test_a_guessed_invitation_is_refused(world: World, token: str) -> None:
    refused(world, token)
    assert acts(world, "invitation:refuse")[0].details == '{"why":"unknown"}'


def test_an_expired_invitation_is_refused(world: World) -> None:
    token = invite(world)
    anne = Newcomer.with_token(world, token)
    world.clock.move(hours=71.9)
    request = anne.request()
    world.clock.move(hours=0.1)
    assert problem(anne.desk.post(ENROLL, request)) == (404, "not-found", "/invitation")
    refused(world, token)
    with world.service.database.read() as session:
        assert session.get(Member, "m7") is None


def test_a_revoked_invitation_is_refused(world: World) -> None:
    token = invite(world)
    with world.service.database.write() as session:
        (row,) = members.invitations(world.service, session)
        members.revoke_invitation(world.service, session, "a1", row.id)
    refused(world, token)
    with world.service.database.write() as session, pytest.raises(errors.NotFound):
        members.revoke_invitation(world.service, session, "a1", row.id)


def test_a_used_invitation_is_refused(world: World) -> None:
    anne = newcomer(world)
    request = anne.request()
    body(anne.desk.post(ENROLL, request), 201)
    assert problem(stranger(world).post(ENROLL, request)) == (404, "not-found", "/invitation")
    refused(world, anne.token)


def test_one_invitation_used_twice_at_once_enrolls_one(world: World) -> None:
    token = invite(world)
    people = [Newcomer.with_token(world, token) for _ in range(4)]
    requests = [anne.request() for anne in people]
    with ThreadPoolExecutor(4) as pool:
        jobs = [pool.submit(anne.desk.post, ENROLL, request) for anne, request in zip(people, requests, strict=True)]
        statuses = sorted(job.result().status_code for job in jobs)
    assert statuses == [201, 404, 404, 404]
    assert len(acts(world, "invitation:use")) == 1


def test_whoever_guesses_invitations_waits(world: World) -> None:
    statuses = [stranger(world).post(LOOK, {"invitation": f"guess {number}"}).status_code for number in range(7)]
    assert statuses == [404] * 5 + [429] * 2
    assert len(acts(world, "invitation:refuse")) == 5
    assert stranger(world).post(LOOK, {"invitation": invite(world)}).status_code == 200


def test_keys_that_are_not_ones_own_are_refused(world: World) -> None:
    """A stranger's public keys, to be listed as somebody's, are of no use without the private ones."""
    anne = newcomer(world)
    mine = anne.request()
    other = HybridIdentity.generate()
    for changed, expected in (
        ({"recipient": str(other.recipient)}, (422, "invalid", "/nonce")),
        ({"signing_key": b64encode(SigningKey.generate().public)}, (422, "invalid", "/nonce")),
        ({"nonce": b64encode(os.urandom(32))}, (422, "invalid", "/nonce")),
        ({"signature": b64encode(anne.sign(os.urandom(32)))}, (422, "invalid", "")),
        ({"signature": b64encode(bytes(64))}, (422, "invalid", "")),
    ):
        assert problem(anne.desk.post(ENROLL, {**mine, **changed})) == expected
    body(anne.desk.post(ENROLL, mine), 201)


def test_a_nonce_is_good_for_ten_minutes(world: World) -> None:
    anne = newcomer(world)
    request = anne.request()
    world.clock.move(minutes=11)
    assert problem(anne.desk.post(ENROLL, request)) == (422, "invalid", "/nonce")


@pytest.mark.parametrize(
    ("changed", "pointer"),
    [
        ({"vault": "AA=="}, "/vault"),
        ({"wraps": {}}, "/wraps"),
        ({"salt": "AAAA"}, "/salt"),
        ({"auth": None}, "/auth"),
        ({"recovery_auth": None}, "/recovery_auth"),
        ({"recipient": "age1pq1qq"}, "/recipient"),
        ({"signing_key": b64encode(bytes(32))}, "/signing_key"),
        ({"invitation": 5}, "/invitation"),
    ],
)
def test_what_cannot_be_keys_is_refused_and_uses_nothing_up(lite: World, changed: object, pointer: str) -> None:
    anne = newcomer(lite)
    assert isinstance(changed, dict)
    assert problem(anne.enroll(**changed)) == (422, "invalid", pointer)
    body(anne.enroll(), 201)


def test_nobody_is_invited_to_what_is_taken_or_is_not_there(world: World) -> None:
    invite(world)
    for change, kind in (
        ({}, errors.AlreadyThere),
        ({"member": "m8"}, errors.AlreadyThere),
        ({"member": "m1", "name": "new"}, errors.AlreadyThere),
        ({"member": "m8", "name": "m1@example"}, errors.AlreadyThere),
        ({"member": "M8", "name": "new"}, errors.Unprocessable),
        ({"member": "m8", "name": "new", "label": ""}, errors.Unprocessable),
        ({"member": "m8", "name": "new", "site_roles": ("king",)}, errors.Unprocessable),
        ({"member": "m8", "name": "new", "roles": (("procurement", "king"),)}, errors.Unprocessable),
        ({"member": "m8", "name": "new", "roles": (("procurement", "administrator"),)}, errors.Unprocessable),
        ({"member": "m8", "name": "new", "site_roles": ("administrator",)}, errors.Unprocessable),
        ({"member": "m8", "name": "new", "roles": (("nowhere", "intake"),)}, errors.NotFound),
        ({"member": "m8", "name": "new", "again": True}, errors.NotFound),
    ):
        with pytest.raises(kind):
            invite(world, dataclasses.replace(ANNE, **change))


def test_a_known_member_enrolls_anew_and_keeps_id_and_roles(world: World) -> None:
    old = world.sign_in("m1")
    add_totp(old)
    anew = newcomer(world, Invitation("m1", "m1@example", "Member m1", again=True))
    body(anew.enroll(), 201)
    assert problem(old.get("/api/session"))[:2] == (401, "not-signed-in")
    shown = body(anew.desk.get("/api/session"))
    assert shown["factors"] == {"passkey": False, "totp": False, "backup": False}
    # The directory in force names the old keys: until the next one, the new ones open nothing.
    assert shown["channels"] == {}
    assert shown["awaiting"] is not None
    publish(world.service, world.root)
    assert body(anew.desk.get("/api/session"))["channels"] == {"procurement": ["intake"]}
    with world.service.database.read() as session:
        roles = session.scalars(select(ChannelRole.role).where(ChannelRole.member_id == "m1")).all()
    assert roles == ["intake"]


def test_cases_are_given_again_to_whoever_has_lost_their_keys(world: World) -> None:
    """Colleagues grant anew, to the new keys; what was sealed to the old ones stays closed."""
    case = world.report().case
    assert world.sign_in("m1").get(f"/api/cases/{case}").status_code == 200
    anew = newcomer(world, Invitation("m1", "m1@example", "Member m1", again=True))
    body(anew.enroll(), 201)
    publish(world.service, world.root)
    assert problem(anew.desk.get(f"/api/cases/{case}"))[:2] == (404, "not-found")
    world.people["m1"] = anew.person
    colleague = at_desk(world, "m3", case)
    assert colleague.desk.post(f"{colleague.path}/grants", colleague.access("m1")).status_code == 201
    mine = CaseAtDesk(anew.desk, case)
    assert mine.view().first is not None


def test_an_old_session_or_old_keys_do_not_bring_the_cases_back(world: World) -> None:
    old = world.sign_in("m1")
    anew = newcomer(world, Invitation("m1", "m1@example", "Member m1", again=True))
    body(anew.enroll(), 201)
    assert problem(old.get("/api/cases"))[:2] == (401, "not-signed-in")
    secret = b64encode(old.person.auth_secret)
    answer = stranger(world).post("/api/session", {"name": "m1@example", "auth": secret})
    assert problem(answer)[:2] == (401, "wrong-credentials")

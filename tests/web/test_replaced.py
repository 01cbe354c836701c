"""A dishonest administrator invites a colleague *again* and takes the link: what it gains, and how it is undone."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from reporting import errors
from reporting.log.models import AuditEvent
from reporting.members import rules as members
from reporting.members.models import Member, ReplacedAccount, SiteRole
from reporting.members.rules import Invitation
from reporting.protocol.encoding import b64decode
from tests.web.accounts import LOOK, Newcomer, add_totp, body, invite, newcomer, prove, sign_in, stage, stranger
from tests.web.casework import CaseAtDesk, at_desk
from tests.web.world import World, problem, publish

M1 = Invitation("m1", "m1@example", "Member m1", again=True)
COLUMNS = ("recipient", "signing_key", "valid_until", "auth_hash", "salt", "vault", "wraps", "recovery_hash")


def columns(world: World, member: str = "m1") -> list[object]:
    """All that a member's account is made of."""
    with world.service.database.read() as session:
        row = session.get_one(Member, member)
        return [getattr(row, name) for name in COLUMNS]


def restore(world: World, member: str = "m1") -> None:
    """What the command does."""
    with world.service.database.write() as session:
        members.restore_account(world.service, session, member)


def thief(world: World, invitation: Invitation = M1) -> Newcomer:
    """Somebody who has enrolled in a member's place."""
    found = newcomer(world, invitation)
    body(found.enroll(), 201)
    return found


def site_role(world: World, member: str, role: str) -> None:
    """Give a role on the site."""
    with world.service.database.write() as session:
        session.add(SiteRole(member_id=member, role=role))


def test_what_was_replaced_is_put_back(world: World) -> None:
    case, before = world.report().case, columns(world)
    at_desk(world, "m1", case)
    gone = thief(world)
    assert columns(world) != before
    restore(world)
    assert columns(world) == before
    assert problem(gone.desk.get("/api/session"))[:2] == (401, "not-signed-in")
    again = at_desk(world, "m1", case)
    assert again.view().first is not None
    vault = body(again.desk.get("/api/vault"))
    assert b64decode(vault["vault"]) == before[5]
    with world.service.database.read() as session:
        (event,) = session.scalars(select(AuditEvent).where(AuditEvent.act == "member:restore"))
    assert (event.member_id, event.details) == ("server", '{"member":"m1"}')


def test_enrolling_twice_in_somebodys_place_buries_nothing(world: World) -> None:
    before = columns(world)
    first = thief(world)
    between = columns(world)
    second = thief(world)
    last = columns(world)
    for expected in (between, before, last, between, before):
        restore(world)
        assert columns(world) == expected
    assert first.person is not second.person


def test_where_nothing_was_replaced_nothing_is_put_back(world: World) -> None:
    before = columns(world)
    with pytest.raises(errors.Conflict):
        restore(world)
    with pytest.raises(errors.NotFound):
        restore(world, "m99")
    assert columns(world) == before
    thief(world)
    with world.service.database.write() as session:
        members.remove_member(world.service, session, "m1")
    with pytest.raises(errors.NotFound):
        restore(world)


def test_second_factors_of_whoever_enrolled_end_and_the_passphrase_signs_in(world: World) -> None:
    add_totp(world.sign_in("m1"))
    gone = thief(world)
    app = add_totp(gone.desk)
    restore(world)
    assert problem(prove(gone.desk, totp=app.at(world.clock.now())))[0] == 401
    owner = sign_in(world, world.people["m1"], "m1@example")
    assert stage(owner) == "open"
    assert body(owner.get("/api/session"))["factors"] == {"passkey": False, "totp": False, "backup": False}


def test_another_link_in_somebodys_place_ends_too(world: World) -> None:
    thief(world)
    token, other = invite(world, M1), invite(world)
    restore(world)
    assert problem(stranger(world).post(LOOK, {"invitation": token}))[0] == 404
    assert stranger(world).post(LOOK, {"invitation": other}).status_code == 200


def test_a_case_that_was_granted_to_the_other_keys_is_granted_again(world: World) -> None:
    case, other = world.report().case, world.report().case
    gone = thief(world)
    publish(world.service, world.root)
    honest = world.people["m1"]
    world.people["m1"] = gone.person
    colleague = at_desk(world, "m3", case)
    assert colleague.desk.post(f"{colleague.path}/grants", colleague.access("m1")).status_code == 201
    assert CaseAtDesk(gone.desk, case).view().first is not None
    world.people["m1"] = honest
    restore(world)
    publish(world.service, world.root)
    owner = world.sign_in("m1")
    assert problem(owner.get(f"/api/cases/{case}"))[:2] == (404, "not-found")
    assert CaseAtDesk(owner, other).view().first is not None
    colleague = at_desk(world, "m3", case)
    assert colleague.desk.post(f"{colleague.path}/grants", colleague.access("m1")).status_code == 201
    assert CaseAtDesk(owner, case).view().first is not None


@pytest.mark.parametrize("role", ["auditor", "statistician"])
def test_site_roles_of_whoever_enrolled_again_wait_for_the_directory(world: World, role: str) -> None:
    site_role(world, "m2", role)
    assert role in body(world.sign_in("m2").get("/api/session"))["roles"]
    gone = thief(world, Invitation("m2", "m2@example", "Member m2", again=True))
    assert body(gone.desk.get("/api/session"))["roles"] == []
    assert gone.desk.get("/api/audit/checkpoint").status_code == 403
    publish(world.service, world.root)
    assert role in body(gone.desk.get("/api/session"))["roles"]


def test_a_role_that_the_link_itself_gives_waits_as_well(world: World) -> None:
    gone = thief(world, Invitation("m2", "m2@example", "Member m2", ("auditor",), again=True))
    assert gone.desk.get("/api/audit/checkpoint").status_code == 403
    restore(world, "m2")
    # The role is the member's now, as any that an administrator gives: their keys are those of the directory.
    assert world.sign_in("m2").get("/api/audit/checkpoint").status_code == 200


def test_who_enrolled_first_or_only_once_has_site_roles_at_once(world: World) -> None:
    fresh = thief(world, Invitation("m8", "ben", "Ben", ("auditor",)))
    assert fresh.desk.get("/api/audit/checkpoint").status_code == 200
    with world.service.database.read() as session:
        assert session.scalar(select(func.count()).select_from(ReplacedAccount)) == 0

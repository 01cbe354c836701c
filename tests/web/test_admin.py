"""The administrators' pages: inviting, roles, letting go, and two administrators at once."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from sqlalchemy import select

from reporting.administration.models import DraftChange
from reporting.directory.models import ChannelRole
from reporting.log.models import AuditEvent
from reporting.members import rules as members
from reporting.members.models import Member, SiteRole
from tests.web.administration import Office, hidden_fields, text_of
from tests.web.world import World


def acts(world: World) -> list[tuple[str, str]]:
    """Who did what, in the order of the audit trail."""
    with world.service.database.read() as session:
        found = session.execute(select(AuditEvent.member_id, AuditEvent.act).order_by(AuditEvent.position))
        return [(member or "", act or "") for member, act in found]


def roles_of(world: World, member: str) -> set[tuple[str, str]]:
    """A member's drafted roles on channels."""
    with world.service.database.read() as session:
        found = session.scalars(select(ChannelRole).where(ChannelRole.member_id == member))
        return {(row.channel_id, row.role) for row in found}


def test_the_first_page_says_what_is_to_be_done(lite: World) -> None:
    office = Office.open(lite)
    page = office.get()
    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "no-store"
    assert "one administrator only" in text_of(page)
    assert "One person only has the role Protection on protection" in text_of(page)


def test_nobody_else_gets_in(lite: World) -> None:
    desk = lite.sign_in("m1")
    answer = desk.client.get("/admin", base_url="https://desk.example", headers={"Accept": "text/html"})
    assert answer.status_code == 403
    assert "You may not do this" in text_of(answer)
    stranger = lite.desk.test_client().get("/admin", headers={"Accept": "text/html"})
    assert stranger.status_code == 401
    assert "To the sign-in" in text_of(stranger)


def test_an_invitation_s_link_is_shown_once_and_leads_to_its_roles(world: World) -> None:
    office = Office.open(world)
    answer = office.post(
        "/members/invite",
        {"member": "new-1", "label": "Nora, intake", "name": "", "roles": ["procurement:intake"], "site_roles": []},
    )
    assert answer.status_code == 200, text_of(answer)
    token = re.search(r"https://desk\.example/enroll#([\w-]{43})", answer.get_data(as_text=True))
    assert token
    looked = world.desk.test_client().post(
        "/api/enrolment/look", json={"invitation": token[1]}, headers={"Origin": "https://desk.example"}
    )
    assert looked.get_json()["roles"] == [["procurement", "intake"]]
    assert looked.get_json()["by"] == "Member ada"
    listed = text_of(office.get("/members"))
    assert "Nora, intake" in listed
    assert token[1] not in listed
    assert ("ada", "invitation:create") in acts(world)
    assert "Member ada invited Nora, intake as new-1." in text_of(office.get())


def test_an_invitation_is_taken_back(world: World) -> None:
    office = Office.open(world)
    office.post("/members/invite", {"member": "new-1", "label": "Nora", "roles": [], "site_roles": []})
    with world.service.database.read() as session:
        (invitation,) = members.invitations(world.service, session)
    path = f"/invitations/{invitation.id}/revoke"
    assert office.post(path, {}).headers["Location"] == "/admin/members?done=revoked"
    assert "taken back" in text_of(office.get("/members?done=revoked"))
    assert office.get(path).status_code == 404
    assert ("ada", "invitation:revoke") in acts(world)


def test_what_cannot_be_right_is_said_beside_its_field_and_what_was_typed_stays(lite: World) -> None:
    office = Office.open(lite)
    answer = office.post("/members/invite", {"member": "Not An Id", "label": "Nora", "roles": [], "site_roles": []})
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert re.search(r'name="member" value="Not An Id"[^>]*aria-invalid="true"', page)
    assert "This is not a valid id." in text_of(answer)
    empty = office.post("/members/invite", {"member": "", "label": "", "roles": [], "site_roles": []})
    assert text_of(empty).count("Please fill this in.") == 2
    taken = office.post("/members/invite", {"member": "m1", "label": "x", "roles": [], "site_roles": []})
    assert taken.status_code == 409
    assert "exists" in text_of(taken)


def test_roles_that_must_not_meet_are_refused_and_nothing_changes(world: World) -> None:
    office = Office.open(world)
    both = {"roles": ["procurement:intake"], "site_roles": ["administrator"]}
    for path, fields in (
        ("/members/invite", {"member": "new-1", "label": "Nora", **both}),
        ("/members/m1", both),
    ):
        answer = office.post(path, fields)
        assert answer.status_code == 422
        assert "must not meet in one person" in text_of(answer)
    assert roles_of(world, "m1") == {("procurement", "intake")}
    with world.service.database.read() as session:
        assert members.invitations(world.service, session) == []
    assert acts(world)[-2:] == [("ada", "request:refuse")] * 2


def test_roles_are_given_and_taken(world: World) -> None:
    office = Office.open(world)
    wanted = {"roles": ["procurement:investigator", "procurement:custodian"], "site_roles": ["auditor"]}
    answer = office.post("/members/m1", wanted)
    assert answer.headers["Location"] == "/admin/members/m1?done=roles"
    assert roles_of(world, "m1") == {("procurement", "investigator"), ("procurement", "custodian")}
    with world.service.database.read() as session:
        assert session.get(SiteRole, ("m1", "auditor")) is not None
    assert [act for member, act in acts(world) if member == "ada"][-4:] == [
        "role:take",
        "role:give",
        "role:give",
        "site-role:give",
    ]
    assert office.post("/members/m1", wanted).headers["Location"].endswith("done=unchanged")


def test_a_member_passes_from_one_role_to_the_other_that_must_not_meet_it(world: World) -> None:
    office = Office.open(world)
    answer = office.post("/members/m1", {"roles": ["protection:protection"], "site_roles": []})
    assert answer.status_code == 303, text_of(answer)
    assert roles_of(world, "m1") == {("protection", "protection")}


def test_the_last_ones_cannot_be_removed(world: World) -> None:
    office = Office.open(world)
    answer = office.post("/members/ada/remove", {"agreed": "y"})
    assert answer.status_code == 409
    assert "last administrator" in text_of(answer)
    answer = office.post("/members/m4/remove", {"agreed": "y"})
    assert "last protection" in text_of(answer)
    answer = office.post("/members/m4", {"roles": [], "site_roles": []})
    assert answer.status_code == 409
    with world.service.database.read() as session:
        assert session.get_one(Member, "m4").listed
        assert session.get_one(Member, "ada").listed
    assert roles_of(world, "m4") == {("protection", "protection")}


def test_removing_asks_for_consent_and_ends_everything(world: World) -> None:
    office = Office.open(world)
    theirs = world.sign_in("m2")
    answer = office.post("/members/m2/remove", {})
    assert answer.status_code == 422
    assert "Please check the box" in text_of(answer)
    answer = office.post("/members/m2/remove", {"agreed": "y"})
    assert answer.headers["Location"] == "/admin/members?done=removed"
    assert theirs.get("/api/session").status_code == 401
    assert office.get("/members/m2").status_code == 404
    assert ("ada", "member:remove") in acts(world)


def test_somebody_who_lost_everything_is_invited_again(world: World) -> None:
    office = Office.open(world)
    answer = office.post("/members/m2/again", {"agreed": "y"})
    assert answer.status_code == 200
    with world.service.database.read() as session:
        (invitation,) = members.invitations(world.service, session)
    assert (invitation.invitation.member, invitation.invitation.again) == ("m2", True)


def test_of_two_administrators_the_second_sees_the_first_s_change_and_loses_nothing(world: World) -> None:
    first, second = Office.open(world), Office.open(world, "eva")
    shown = second.fields("/members/m1")
    first.post("/members/m1", {"roles": ["procurement:intake", "procurement:custodian"], "site_roles": []})
    answer = second.post("/members/m1", {"roles": ["procurement:investigator"], "site_roles": []}, shown=shown)
    assert answer.status_code == 409
    assert "Member ada gave m1 the role custodian on “procurement”." in text_of(answer)
    assert 'value="procurement:investigator" checked' in answer.get_data(as_text=True)
    assert roles_of(world, "m1") == {("procurement", "intake"), ("procurement", "custodian")}
    again = second.post(
        "/members/m1", {"roles": ["procurement:investigator"], "site_roles": []}, shown=hidden_fields(answer)
    )
    assert again.status_code == 303, text_of(again)
    assert roles_of(world, "m1") == {("procurement", "investigator")}


def test_work_on_different_things_does_not_meet(world: World) -> None:
    first, second = Office.open(world), Office.open(world, "eva")
    shown = second.fields("/members/m1")
    first.post("/members/m2", {"roles": ["procurement:custodian"], "site_roles": []})
    kept = {"roles": ["procurement:intake"], "site_roles": ["auditor"]}
    assert second.post("/members/m1", kept, shown=shown).status_code == 303
    with world.service.database.read() as session:
        numbers = session.scalars(select(DraftChange.number).order_by(DraftChange.number)).all()
    assert numbers == list(range(1, len(numbers) + 1))


def test_a_form_without_the_session_s_token_changes_nothing(lite: World) -> None:
    office = Office.open(lite)
    shown = office.fields("/members/m1")
    for token in ("", "x", Office.open(lite, "eva").desk.csrf):
        answer = office.post("/members/m1", {"roles": [], "csrf_token": token}, shown=shown)
        assert answer.status_code == 403
    assert roles_of(lite, "m1") == {("procurement", "intake")}


def test_a_form_with_a_revision_that_is_none_is_refused(lite: World) -> None:
    office = Office.open(lite)
    for revision in ("", "x", "-1", "9" * 30):
        answer = office.post("/members/m1", {"roles": [], "revision": revision})
        assert answer.status_code == 400, revision


def test_every_page_lets_one_sign_out(world: World) -> None:
    office = Office.open(world)
    for path in (
        "",
        "/members",
        "/members/m1",
        "/channels",
        "/questionnaires",
        "/site",
        "/directory",
        "/security",
        "/confirm",
    ):
        page = office.get(path)
        assert page.status_code == 200, path
        assert 'action="/admin/sign-out"' in page.get_data(as_text=True), path
    assert office.send("/sign-out", {"csrf_token": "another"}).status_code == 403
    answer = office.post("/sign-out", {}, shown=office.fields(""))
    assert (answer.status_code, answer.headers["Location"]) == (303, "/en/desk")
    assert "__Host-session=;" in answer.headers["Set-Cookie"]
    assert office.desk.get("/api/session").status_code == 401


def test_a_thousand_members_come_a_hundred_at_a_time(lite: World) -> None:
    office = Office.open(lite)
    with lite.service.database.write() as session:
        like = session.get_one(Member, "m1")
        facts = {name: getattr(like, name) for name in ("recipient", "signing_key", "valid_until", "auth_hash", "salt")}
        facts |= {"vault": like.vault, "wraps": like.wraps, "listed": True}
        session.add_all(Member(id=f"n{n}", name=f"n{n}", label=f"Member n{n}", **facts) for n in range(1000))
    page = office.get("/members")
    assert len(page.data) < 100_000
    assert "1 to 100 of" in text_of(page)
    assert "101 to 200 of" in text_of(office.get("/members?from=100"))
    found = text_of(office.get("/members?q=n777"))
    assert "Member n777" in found
    assert "Member n778" not in found


def test_of_two_who_send_at_the_same_moment_one_is_first(world: World) -> None:
    offices = [Office.open(world), Office.open(world, "eva")]
    wanted = [["procurement:custodian"], ["procurement:investigator"]]
    shown = [office.fields("/members/m1") for office in offices]
    both = Barrier(2)

    def send(place: int) -> int:
        both.wait()
        fields = {"roles": wanted[place], "site_roles": []}
        return offices[place].post("/members/m1", fields, shown=shown[place]).status_code

    with ThreadPoolExecutor(2) as threads:
        statuses = list(threads.map(send, range(2)))
    assert sorted(statuses) == [303, 409]
    first = statuses.index(303)
    assert roles_of(world, "m1") == {("procurement", wanted[first][0].partition(":")[2])}


def test_two_administrators_cannot_remove_each_other_at_the_same_moment(world: World) -> None:
    offices = [Office.open(world), Office.open(world, "eva")]
    paths = ["/members/eva/remove", "/members/ada/remove"]
    shown = [office.fields(path) for office, path in zip(offices, paths, strict=True)]
    both = Barrier(2)

    def send(place: int) -> int:
        both.wait()
        return offices[place].post(paths[place], {"agreed": "y"}, shown=shown[place]).status_code

    with ThreadPoolExecutor(2) as threads:
        statuses = list(threads.map(send, range(2)))
    assert statuses.count(303) == 1
    with world.service.database.read() as session:
        left = session.scalars(select(Member.id).where(Member.id.in_(["ada", "eva"]), Member.listed)).all()
    assert len(left) == 1

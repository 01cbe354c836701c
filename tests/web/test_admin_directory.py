"""From the draft to a list in force, with the root key elsewhere; and everything that is refused on the way."""

from __future__ import annotations

import datetime
import json
from dataclasses import replace

import pyotp
import pytest
from sqlalchemy import select

from reporting.administration import directory_pages
from reporting.directory.bundle import read_bundle
from reporting.log.models import AuditEvent
from reporting.protocol.encoding import b64encode, dump_json, parse_json_object
from reporting.protocol.signing import SigningKey
from tests.web.administration import Office, hidden_fields, text_of
from tests.web.world import ORIGIN, World, enroll


def refusals(world: World) -> list[str]:
    """The kinds of what was refused, from the audit trail."""
    with world.service.database.read() as session:
        found = session.scalars(
            select(AuditEvent.details).where(AuditEvent.act == "request:refuse").order_by(AuditEvent.position)
        )
        return [json.loads(one or "")["kind"] for one in found]


def test_a_newcomer_is_in_force_after_request_signature_and_publication(world: World) -> None:
    office = Office.open(world)
    world.people["nora"] = enroll(world.service, "nora", ("intake",))
    page = text_of(office.get("/directory"))
    assert "New member nora (Member nora)" in page
    assert "On “procurement”, nora becomes intake." in page
    assert "changes wait for the signature" in text_of(office.get())
    before = world.directory().version
    answer = office.publish(office.signed())
    assert answer.headers["Location"] == "/admin/directory?done=published"
    assert world.directory().version == before + 1
    assert "nora" in world.directory().channel("procurement").roles["intake"]
    page = text_of(office.get("/directory?done=published"))
    assert "The new list is in force." in page
    assert "Nothing but its dates." in page
    with world.service.database.read() as session:
        found = session.execute(
            select(AuditEvent.member_id, AuditEvent.act).where(AuditEvent.act.startswith("directory:"))
        ).all()
    assert ("ada", "directory:request") in found
    assert ("ada", "directory:publish") in found


def test_the_request_is_a_file_that_the_offline_machine_reads(lite: World) -> None:
    office = Office.open(lite)
    answer = office.post("/directory/request", {"days": "10"}, shown=office.fields("/directory"))
    version = lite.directory().version + 1
    assert answer.headers["Content-Disposition"] == f'attachment; filename="directory-{version}.request.json"'
    bundle = read_bundle(answer.data)
    assert bundle.note is None
    content = parse_json_object(bundle.text.split("\n")[3].encode(), limit=1 << 20)
    assert content["valid_until"] == (lite.today + datetime.timedelta(days=10)).isoformat()


@pytest.mark.parametrize("days", ["0", "93", "-1", "x", ""])
def test_a_list_for_too_long_is_not_asked_for(lite: World, days: str) -> None:
    office = Office.open(lite)
    answer = office.post("/directory/request", {"days": days}, shown=office.fields("/directory"))
    assert answer.status_code == 422
    assert "Between 1 and 92 days." in text_of(answer)


def with_content(world: World, bundle: bytes, **changes: object) -> bytes:
    """The request with another content, signed by the root's own key."""
    found = read_bundle(bundle)
    lines = found.text.split("\n")
    content = {**parse_json_object(lines[3].encode(), limit=1 << 20), **changes}
    return signed_text(world, bundle, "\n".join([*lines[:3], dump_json(content).decode(), ""]))


def signed_text(world: World, bundle: bytes, text: str, origin: str = ORIGIN) -> bytes:
    """Another text in the same bundle, signed without any check."""
    from reporting.protocol import note

    found = read_bundle(bundle)
    return replace(found, text=text, note=note.sign(text, origin, world.root)).encode()


def test_what_must_not_be_published_is_refused_told_and_changes_nothing(world: World) -> None:
    office = Office.open(world)
    request = office.request()
    bundle = read_bundle(request)
    stranger = bundle.signed(ORIGIN, SigningKey.generate()).encode()
    other = bundle.text.replace(ORIGIN, "elsewhere.example", 1)
    channels = parse_json_object(bundle.text.split("\n")[3].encode(), limit=1 << 20)["channels"]
    for channel in channels:
        if channel["id"] == "procurement":
            channel["roles"]["protection"] = ["m1"]
    cases = {
        "signature": stranger,
        "site": signed_text(world, request, other, "elsewhere.example"),
        "next one is": with_content(world, request, version=2),
        "m1 cannot be intake and protection": with_content(world, request, channels=channels),
        "not signed yet": request,
        "directory request": b"{}",
        "UTF-8": b"\xff\xfe",
    }
    before = world.directory()
    for words, content in cases.items():
        answer = office.publish(content)
        assert answer.status_code in (400, 409, 422), (words, answer.status_code)
        assert words in text_of(answer), (words, text_of(answer))
    assert world.directory() == before
    assert len(refusals(world)) == len(cases)


def test_a_file_signed_before_another_was_published_is_refused(world: World) -> None:
    office = Office.open(world)
    early = office.signed()
    office.publish(office.signed())
    version = world.directory().version
    answer = office.publish(early)
    assert answer.status_code == 422
    assert f"the next one is {version + 1}" in text_of(answer)


def test_no_file_and_one_that_is_too_long_are_refused(lite: World) -> None:
    office = Office.open(lite)
    shown = office.fields("/directory")
    answer = office.upload(b"", shown, name="")
    assert answer.status_code == 422
    assert "Please choose the signed file." in text_of(answer)
    assert office.upload(bytes(directory_pages.MAX_SIGNED + 1), shown).status_code == 413
    assert office.upload(bytes(3 * 1024 * 1024), shown).status_code == 422  # more than every other page takes


def test_the_end_of_the_list_is_announced(lite: World) -> None:
    office = Office.open(lite)
    until = lite.directory().valid_until
    lite.clock.move(days=(until - lite.today).days - 20)
    office = Office(lite, lite.sign_in("ada"))
    assert "The directory ends in 20 days" in text_of(office.get())
    assert "cannot wait" not in text_of(office.get()).split("The directory ends")[1][:60]
    lite.clock.move(days=14)
    office = Office(lite, lite.sign_in("ada"))
    assert "URGENT" in text_of(office.get("/directory"))


def test_changes_of_roles_want_a_proof_of_late_and_what_was_sent_is_carried_over(lite: World) -> None:
    office = Office.open(lite)
    shown = office.fields("/members/m1")
    lite.clock.move(minutes=6)
    answer = office.post("/members/m1", {"roles": ["procurement:custodian"], "site_roles": []}, shown=shown)
    assert answer.status_code == 403
    assert "Confirm that it is you" in text_of(answer)
    assert '<input type="hidden" name="roles" value="procurement:custodian">' in answer.get_data(as_text=True)
    assert office.get("/directory").status_code == 200
    wrong = office.post(
        "/confirm", {"path": "/admin/members/m1", "code": "123456"}, shown={"csrf_token": office.desk.csrf}
    )
    assert wrong.status_code == 422
    assert "did not confirm that it is you" in text_of(wrong)


def test_whoever_showed_it_at_the_desk_goes_on_with_what_was_sent(lite: World) -> None:
    office = Office.open(lite)
    shown = office.fields("/members/m1")
    lite.clock.move(minutes=6)
    answer = office.post("/members/m1", {"roles": ["procurement:custodian"], "site_roles": []}, shown=shown)
    carried = hidden_fields(answer)
    proof = {"auth": b64encode(office.desk.person.auth_secret)}
    assert office.desk.post("/api/session/factor", proof).status_code == 200
    again = office.post("/members/m1", {}, shown=carried)
    assert again.headers["Location"] == "/admin/members/m1?done=roles"


def test_a_code_from_an_app_is_enough_and_counts_once(lite: World) -> None:
    office = Office.open(lite)
    made = office.desk.post("/api/account/factors/totp", {"name": "telephone"}).get_json()
    secret = pyotp.TOTP(made["secret"])
    confirmed = office.desk.post(f"/api/account/factors/totp/{made['id']}", {"code": secret.at(lite.clock.now())})
    assert confirmed.status_code == 204
    lite.clock.move(minutes=6)
    first = office.get("/members/m1")
    assert first.status_code == 403
    sent = {"path": "/admin/members/m1", "code": secret.at(lite.clock.now())}
    answer = office.post("/confirm", sent, shown={"csrf_token": office.desk.csrf})
    assert answer.headers["Location"] == "/admin/members/m1?done=confirmed"
    assert office.get("/members/m1").status_code == 200
    assert office.post("/confirm", sent, shown={"csrf_token": office.desk.csrf}).status_code == 422
    lite.clock.move(minutes=6)
    carried = {"csrf_token": office.desk.csrf, "roles": "procurement:custodian", "revision": "0"}
    new = {"path": "/admin/members/m1", "code": secret.at(lite.clock.now())}
    go_on = office.post("/confirm", new, shown=carried)
    assert 'name="roles" value="procurement:custodian"' in go_on.get_data(as_text=True)
    assert office.post("/members/m1", {}, shown=hidden_fields(go_on)).status_code == 303


def test_confirming_leads_nowhere_else(lite: World) -> None:
    office = Office.open(lite)
    for path in (
        "https://elsewhere.example",
        "//elsewhere.example",
        "/desk",
        "/administration",
        "/admin/a\nb",
        "/admin//x",
        "/admin?x",
    ):
        answer = office.send("/confirm", {"csrf_token": office.desk.csrf, "path": path, "code": "123456"})
        assert answer.status_code == 400

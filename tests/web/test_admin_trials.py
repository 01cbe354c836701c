"""A test report from the administrators' pages: filed as any other, followed by the trail, read by its people alone."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from reporting import errors
from reporting.administration import channels as drafted
from reporting.administration import trials
from reporting.cases.models import Case
from reporting.directory import rules as directories
from reporting.directory.models import DirectoryVersion
from reporting.directory.rules import NewChannel
from reporting.intake import rules as intake
from reporting.log.models import AuditEvent, LogLeaf
from reporting.members.models import Member, StaffSession
from reporting.protocol.encoding import b64encode
from reporting.protocol.receipt import ReceiptCode
from reporting.protocol.vault import seal_card
from reporting.questionnaires import rules as questionnaires
from tests.web.administration import Office, text_of
from tests.web.casework import CaseAtDesk
from tests.web.world import World, publish

ASKED = {"channel": "procurement", "agreed": "y"}


def stored(world: World) -> tuple[int, ...]:
    """How many cases, leaves of the log, and tests in the trail there are."""
    told = select(func.count()).where(AuditEvent.act == trials.TEST)
    with world.service.database.read() as session:
        counts = [session.scalar(select(func.count()).select_from(table)) or 0 for table in (Case, LogLeaf)]
        return (*counts, session.scalar(told) or 0)


def file(office: Office, **changes: str) -> tuple[str, ReceiptCode]:
    """File a test: its case, and the code that was shown."""
    answer = office.post("/test", {**ASKED, **changes})
    assert answer.status_code == 200, text_of(answer)
    shown = answer.get_data(as_text=True)
    case, words = re.search(r"case=([0-9a-f]{32})", shown), re.search(r"<textarea[^>]*>([^<]+)<", shown)
    assert case
    assert words
    return case[1], ReceiptCode.parse(words[1])


def steps(office: Office, case: str) -> dict[str, str]:
    """Each line of the page that follows a test, and how it is marked."""
    answer = office.get(f"/test?case={case}")
    assert answer.status_code == 200, text_of(answer)
    lines = re.findall(
        r'<strong class="state">([^<]+)</strong> <span>(.*?)</span></li>', answer.get_data(as_text=True), re.DOTALL
    )
    return {re.sub(r"<[^>]+>|,? on 2.*", "", words).strip(): mark for mark, words in lines}


def test_a_test_report_is_filed_opened_answered_and_followed(world: World) -> None:
    office = Office.open(world)
    case, receipt = file(office)
    mailbox = world.check(receipt)
    assert [found["case"] for found in json.loads(mailbox.data)["cases"]] == [case]
    before = steps(office, case)
    assert before["Stored and acknowledged by the service"] == "done"
    assert before["Sealed to 3 keys, listed below."] == "done"
    assert {mark for words, mark in before.items() if "Member" in words} == {"not yet"}
    _work_on(world, case)
    after = steps(office, case)
    assert after["Acknowledged to the reporter by a member"] == "done"
    assert after["Answered with a message."] == "done"
    assert after["Closed, so that no deadline runs on."] == "done"
    assert {words[:9]: mark for words, mark in after.items() if "Member" in words} == {
        "Member m1": "opened",
        "Member m3": "ask them",
        "Member m9": "not yet",
    }
    assert after["Opened by everybody who can sign in."] == "not yet"


def _work_on(world: World, case: str) -> None:
    opened, other = CaseAtDesk(world.sign_in("m1"), case), world.sign_in("m3")
    assert other.get(f"/api/cases/{case}").status_code == 200
    assert opened.shown()["sealed_by"] == "server"
    view = opened.view()
    assert view.first is not None
    assert trials.TEXT in view.first.body["answers"].values()
    card = b64encode(seal_card(b"{}", opened.desk.person.vault_key, "m1", case))
    assert opened.desk.send("PUT", f"{opened.path}/card", {"card": card}).status_code == 204
    assert opened.status("acknowledged").status_code == 201
    message = opened.seal("message", "reporter", {"text": "It arrived."})
    assert opened.desk.post(f"{opened.path}/entries", message).status_code == 201
    assert opened.status("closed").status_code == 201


def test_the_trail_names_who_filed_it_and_on_which_channel(world: World) -> None:
    office = Office.open(world)
    case, _ = file(office, channel="protection")
    with world.service.database.read() as session:
        told = session.scalars(select(AuditEvent).where(AuditEvent.act == trials.TEST)).one()
        assert (told.member_id, told.case_id, told.details) == ("ada", case, '{"channel":"protection"}')
    assert f"“protection”, case {case[:8]}" in text_of(office.get("/test"))


def test_the_administrator_still_reads_no_case(lite: World) -> None:
    office = Office.open(lite)
    case, _ = file(office)
    for path in (f"/api/cases/{case}", f"/api/cases/{case}/entries", "/api/cases"):
        assert office.desk.get(path).status_code == 403


@pytest.mark.parametrize("made_up", ["", "0" * 32, "x", "%", "0" * 8])
def test_of_a_reporters_case_nothing_is_said(lite: World, made_up: str) -> None:
    office = Office.open(lite)
    case = CaseAtDesk(lite.sign_in("m1"), lite.report().case)
    assert case.shown()["status"] == "received"
    answer = office.get(f"/test?case={made_up or case.case}")
    assert answer.status_code == 404
    assert "tells of no test" in text_of(answer)
    assert "Member m1" not in text_of(answer)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"agreed": ""}, "check the box"),
        ({"channel": ""}, "fill this in"),
        ({"channel": "courts"}, "no such channel"),
        ({"channel": "../site"}, "no such channel"),
    ],
)
def test_what_was_not_confirmed_or_cannot_be_is_not_filed(lite: World, change: dict[str, str], words: str) -> None:
    office, before = Office.open(lite), stored(lite)
    answer = office.post("/test", {**ASKED, **change})
    assert answer.status_code == 422
    assert words in text_of(answer)
    assert stored(lite) == before


def test_it_wants_a_proof_of_late_and_loses_nothing(lite: World) -> None:
    office, before = Office.open(lite), stored(lite)
    shown = office.fields("/test")
    with lite.service.database.write() as session:
        session.execute(update(StaffSession).values(proved=0))
    answer = office.post("/test", ASKED, shown=shown)
    assert answer.status_code == 403
    assert 'name="channel" value="procurement"' in answer.get_data(as_text=True)
    assert stored(lite) == before


def test_report_and_event_are_stored_together_or_not_at_all(world: World) -> None:
    prepared, before = world.prepare(), stored(world)

    def fail(_session: Session) -> None:
        raise errors.Conflict

    request: dict[str, Any] = {**prepared.request, "challenge": world.solved()}
    with pytest.raises(errors.Conflict):
        intake.submit(world.service, request, then=fail)
    assert stored(world) == before
    assert intake.submit(world.service, request).new


def test_the_code_is_stored_nowhere(lite: World) -> None:
    office = Office.open(lite)
    _, receipt = file(office)
    assert " ".join(receipt.words()) not in text_of(office.get("/test"))
    secrets = [" ".join(receipt.words()).encode(), receipt.entropy, receipt.entropy.hex().encode()]
    for path in Path(lite.service.settings.data).rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert not [secret for secret in secrets if secret in content], path


def test_a_channel_that_nobody_serves_is_shown_and_not_offered(lite: World) -> None:
    office = Office.open(lite)
    with lite.service.database.write() as session:
        directories.add_channel(session, NewChannel("courts", "report", {"en": "Courts"}, "corruption-1"))
    publish(lite.service, lite.root)
    page = office.get("/test?channel=courts")
    assert "Nobody. Give somebody the role Intake" in text_of(page)
    assert 'value="courts"' not in page.get_data(as_text=True)
    before = stored(lite)
    answer = office.post("/test", {**ASKED, "channel": "courts"})
    assert answer.status_code == 422
    assert "Nobody who may receive this report remains" in text_of(answer)
    assert stored(lite) == before


def test_without_a_list_in_force_nothing_can_be_tested(lite: World) -> None:
    office = Office.open(lite)
    shown = office.fields("/test")
    with lite.service.database.write() as session:
        session.execute(delete(DirectoryVersion))
    assert "No list was published yet." in text_of(office.get("/test"))
    answer = office.post("/test", ASKED, shown=shown)
    assert answer.status_code == 503
    assert stored(lite)[2] == 0


def test_a_list_out_of_its_time_is_said(lite: World) -> None:
    Office.open(lite)
    lite.clock.move(days=93)
    office = Office.open(lite)
    before = stored(lite)
    answer = office.post("/test", ASKED)
    assert answer.status_code == 422
    assert "recipients ended on" in text_of(answer)
    assert stored(lite) == before


def test_a_key_in_a_safe_is_said_to_be_one(lite: World) -> None:
    office = Office.open(lite)
    with lite.service.database.write() as session:
        session.execute(update(Member).where(Member.id == "m9").values(auth_hash=""))
    case, _ = file(office)
    assert "reporting open" in text_of(office.get(f"/test?case={case}"))


def test_where_no_text_is_asked_for_the_test_still_says_what_it_is(lite: World) -> None:
    office = Office.open(lite)
    text = drafted.as_text(questionnaires.load("corruption-1")).replace('"long_text"', '"short_text"')
    assert office.post("/questionnaires/corruption-1", {"text": text}).status_code == 303
    publish(lite.service, lite.root)
    case, _ = file(office)
    first = CaseAtDesk(lite.sign_in("m1"), case).view().first
    assert first is not None
    assert first.body["answers"] == {"test": trials.TEXT}


def test_the_pages_lead_there(lite: World) -> None:
    office = Office.open(lite)
    assert "/admin/test" in office.get().get_data(as_text=True)
    for path in ("/channels", "/channels/procurement"):
        assert "/admin/test?channel=procurement" in office.get(path).get_data(as_text=True)
    assert '<option value="procurement" selected>' in office.get("/test?channel=procurement").get_data(as_text=True)
    assert "No channel was tested yet." in text_of(office.get("/test"))

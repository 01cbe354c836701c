"""Mail to members: in slots, without content, once, to those who want it; and a mail server that does what it likes."""

from __future__ import annotations

import datetime
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select, update

from reporting import errors
from reporting.cases.models import Card, Case, Holding
from reporting.config import write_secret
from reporting.directory import rules as directories
from reporting.log.models import AuditEvent
from reporting.members import rules as members
from reporting.notices import rules, slots, words
from reporting.notices.models import NoticeAddress, NoticeMail, NoticeState
from reporting.notices.words import one_line
from reporting.protection.models import CheckIn, StaffClock
from reporting.protocol.receipt import ReceiptCode
from tests.mail_server import PASSWORD, USER, MailServer, mail_server, make_certificate
from tests.web.mailing import SLOTS, body, code_in, wants, with_mail
from tests.web.world import START, World, publish


@pytest.fixture
def server() -> Iterator[MailServer]:
    with mail_server() as found:
        yield found


def pass_days(world: World, days: int, *, hours: int = 1) -> None:
    """Let days pass with the service looking every hour."""
    for _ in range(days * 24 // hours):
        world.clock.move(hours=hours)
        rules.run(world.service)


def begun(world: World) -> World:
    """The world with its first slot behind it."""
    rules.run(world.service)
    return world


def test_nothing_is_sent_to_whoever_did_not_ask_for_it(world: World, server: MailServer) -> None:
    world = begun(with_mail(world, server))
    world.report()
    pass_days(world, 12)
    assert server.taken == []


def test_a_new_case_is_told_once_in_a_slot_and_without_a_word_of_it(world: World, server: MailServer) -> None:
    world = begun(with_mail(world, server))
    address = wants(world, server, "m1", [rules.NEW])
    case = world.report().case
    pass_days(world, 5)
    (mail,) = server.to(address)
    assert "- 1 new case\n" in body(mail).replace("\r\n", "\n")
    text = mail.as_string()
    for secret in (case, case[:8], "rocurement", "bridge", "m3", "desk.example"):
        assert secret not in text
    hour = datetime.datetime.strptime(mail["Date"], "%a, %d %b %Y %H:%M:%S %z")
    assert hour.strftime("%H:%M") in SLOTS
    assert hour.date() > START.date()
    with world.service.database.read() as session:
        assert session.scalar(select(func.count()).select_from(NoticeMail)) == 0


def test_when_a_case_is_told_does_not_depend_on_when_it_came(world: World) -> None:
    """By day and number alone: of every hour of the day the answer is the same, and it is never the same day."""
    service, day = world.service, START.date()
    found = [slots.told_from(service, slots.NEW, f"{number:032x}", day) for number in range(2_000)]
    first = int(START.replace(hour=0).timestamp()) + 86_400
    assert all(first <= at < first + 2 * 86_400 for at in found)
    on_first_day = sum(at < first + 86_400 for at in found)
    assert 900 < on_first_day < 1_100  # as likely one day as the other


def test_deadlines_that_approach_and_that_have_passed(world: World, server: MailServer) -> None:
    world = begun(with_mail(world, server))
    address = wants(world, server, "m1", [rules.NEAR, rules.LATE])
    world.report()  # to be acknowledged within seven days
    pass_days(world, 6)
    (near,) = server.to(address)
    assert "- 1 deadline approaches" in body(near)
    pass_days(world, 5)
    _, late = server.to(address)
    assert "- 1 deadline has passed" in body(late)
    pass_days(world, 5)
    assert len(server.to(address)) == 2


def test_an_answered_check_in_is_told_once_and_held_so_that_no_mail_tells_when_it_was_written(
    world: World, server: MailServer
) -> None:
    world = begun(with_mail(world, server))
    address = wants(world, server, "m4", [rules.ANSWERED], channel="protection")
    case = world.report(channel="protection").case
    with world.service.database.write() as session:
        session.add(CheckIn(case_id=case, months=1, due=world.today, done=None))
        session.add(CheckIn(case_id=case, months=3, due=world.today, done=world.today))
        session.get_one(Case, case).status = "closed"
    world.clock.move(hours=8)
    rules.run(world.service)
    assert server.to(address) == []  # never on the day itself
    pass_days(world, 4)
    (mail,) = server.to(address)
    assert "- 1 check-in was answered" in body(mail)
    pass_days(world, 5)
    assert len(server.to(address)) == 1


def test_the_hours_of_a_protection_case_begin_when_staff_are_told_of_it(world: World, server: MailServer) -> None:
    """With the mail, which is staff's time and not the reporter's; where nobody is told, with the first look."""
    world = begun(with_mail(world, server))
    untold = world.report(channel="protection").case
    pass_days(world, 5)
    address = wants(world, server, "m4", [rules.NEW], channel="protection")
    case = world.report(channel="protection").case
    pass_days(world, 5)
    (mail,) = server.to(address)
    sent = datetime.datetime.strptime(mail["Date"], "%a, %d %b %Y %H:%M:%S %z").timestamp()
    with world.service.database.read() as session:
        (clock,) = session.scalars(select(StaffClock).where(StaffClock.name == "triage"))
        assert (clock.case_id, clock.started, clock.due) == (case, sent, sent + 24 * 3_600)
        assert session.get(StaffClock, (untold, "triage")) is None


def test_a_deadline_that_began_when_staff_looked_is_told_in_the_next_slot(world: World, server: MailServer) -> None:
    world = begun(with_mail(world, server))
    address = wants(world, server, "m4", [rules.LATE], channel="protection")
    case = world.report(channel="protection").case
    with world.service.database.write() as session:
        now = world.clock.now()
        session.add(StaffClock(case_id=case, name="triage", started=now - 90_000, due=now - 3_600, done=None))
    world.clock.move(hours=1)
    rules.run(world.service)
    (mail,) = server.to(address)
    assert "- 1 deadline has passed" in body(mail)
    world.clock.move(hours=4)
    rules.run(world.service)
    assert len(server.to(address)) == 1


@pytest.mark.parametrize("name", ["assessment", "interim"])
def test_working_days_counted_from_the_report_are_held_so_that_no_mail_tells_its_day(
    world: World, server: MailServer, name: str
) -> None:
    """Whoever carries mail could count back from the first slot after such a deadline to the day of the report."""
    world = begun(with_mail(world, server, notice_slots=("08:00",), notice_hold_days=4))
    address = wants(world, server, "m4", [rules.LATE], channel="protection")
    due = int(world.clock.now() // 86_400 + 1) * 86_400 - 1
    cases = [world.report(channel="protection").case for _ in range(8)]
    with world.service.database.write() as session:
        session.add_all(StaffClock(case_id=case, name=name, started=due - 90_000, due=due, done=None) for case in cases)
    pass_days(world, 6)
    mails = server.to(address)
    assert len(mails) > 1  # not all of them in the slot after it passed
    assert sum(int(line.split()[1]) for mail in mails for line in body(mail).splitlines() if line[:2] == "- ") == 8
    day = datetime.datetime.fromtimestamp(due, datetime.UTC).date()
    expected = {slots.told_from(world.service, slots.LATE, case, day) for case in cases}
    sent = [datetime.datetime.strptime(mail["Date"], "%a, %d %b %Y %H:%M:%S %z").timestamp() for mail in mails]
    assert min(sent) >= min(expected)
    assert max(sent) - 86_400 <= max(expected) <= max(sent)


def test_what_was_done_in_time_or_closed_is_not_told(world: World, server: MailServer) -> None:
    world = begun(with_mail(world, server))
    address = wants(world, server, "m1", [rules.NEW, rules.LATE])
    world.report()
    with world.service.database.write() as session:
        session.execute(update(Case).values(status="closed"))
    pass_days(world, 12)
    assert server.to(address) == []


def test_only_holders_are_told_and_whom_the_reporter_excluded_is_not(world: World, server: MailServer) -> None:
    world = begun(with_mail(world, server))
    told, shut_out = wants(world, server, "m1"), wants(world, server, "m3")
    reader = wants(world, server, "m2")
    world.report(excluded=("m3",))
    pass_days(world, 12)
    assert server.to(told)
    assert server.to(shut_out) == server.to(reader) == []


def test_what_somebody_opened_already_is_no_news_to_them(world: World, server: MailServer) -> None:
    world = begun(with_mail(world, server))
    opened, other = (wants(world, server, member, [rules.NEW]) for member in ("m1", "m3"))
    case = world.report().case
    with world.service.database.write() as session:
        session.add(Card(member_id="m1", case_id=case, sealed=b"as its own route stores it"))
    pass_days(world, 5)
    assert server.to(opened) == []
    assert len(server.to(other)) == 1


def test_the_channel_is_named_only_where_the_member_allows_it(world: World, server: MailServer) -> None:
    world = begun(with_mail(world, server))
    open_one = wants(world, server, "m1", [rules.NEW], named=True)
    quiet = wants(world, server, "m3", [rules.NEW])
    world.report()
    pass_days(world, 5)
    assert "Procurement" in body(server.to(open_one)[0])
    assert "rocurement" not in server.to(quiet)[0].as_string()


def test_one_mail_for_a_member_and_slot_however_much_there_is(world: World, server: MailServer) -> None:
    world = begun(with_mail(world, server, notice_slots=("08:00",)))
    address = wants(world, server, "m1", [rules.NEW])
    for _ in range(4):
        world.report()
    pass_days(world, 5)
    mails = server.to(address)
    assert len({mail["Date"] for mail in mails}) == len(mails) <= 3
    assert sum(int(line.split()[1]) for mail in mails for line in body(mail).splitlines() if line[:2] == "- ") == 4


def test_a_slot_that_was_missed_is_told_at_the_next_look(world: World, server: MailServer) -> None:
    world = begun(with_mail(world, server))
    address = wants(world, server, "m1", [rules.NEW])
    world.report()
    world.clock.move(days=20)
    rules.run(world.service)
    rules.run(world.service)
    assert len(server.to(address)) == 1


def test_slots_are_times_of_a_zone_and_its_summer(world: World, server: MailServer) -> None:
    world = with_mail(world, server, notice_zone="Europe/Madrid", notice_slots=("02:30", "08:00"))

    def at(text: str) -> int:
        return int(datetime.datetime.fromisoformat(text).timestamp())

    settings = world.service.settings
    assert slots.latest_slot(settings, at("2026-01-10T07:00:00+00:00")) == at("2026-01-10T07:00:00+00:00")
    assert slots.latest_slot(settings, at("2026-07-10T06:00:00+00:00")) == at("2026-07-10T06:00:00+00:00")
    assert slots.latest_slot(settings, at("2026-07-10T00:29:00+00:00")) == at("2026-07-09T06:00:00+00:00")
    last = 0
    for quarter in range(4 * 24 * 3):  # over the night on which 02:30 does not exist: never backwards, never none
        found = slots.latest_slot(settings, at("2026-03-28T00:00:00+00:00") + quarter * 900)
        assert found is not None
        assert found >= last
        last = found


def test_a_code_shows_whose_address_it_is(world: World, server: MailServer) -> None:
    world = with_mail(world, server)
    service = world.service
    rules.ask(service, "m1", "one@mail.example", "en")
    rules.run(service)
    code = code_in(server, "one@mail.example")
    with pytest.raises(errors.Conflict):
        rules.choose(service, "m1", rules.Choices((), False, "en"))
    with pytest.raises(errors.Unprocessable):
        rules.confirm(service, "m1", f"{(int(code) + 1) % 10**8:08}")
    with pytest.raises(errors.Conflict):
        rules.confirm(service, "m3", code)
    rules.confirm(service, "m1", code)
    rules.ask(service, "m1", "two@mail.example", "en")
    assert rules.show(service, "m1")["address"] == "one@mail.example"
    world.clock.move(minutes=61)
    with pytest.raises(errors.Conflict):
        rules.confirm(service, "m1", code)


def test_a_code_cannot_be_guessed_and_nobody_is_flooded(world: World, server: MailServer) -> None:
    service = with_mail(world, server).service
    rules.ask(service, "m1", "one@mail.example", "en")
    for guess in range(5):
        with pytest.raises(errors.Unprocessable):
            rules.confirm(service, "m1", f"{guess:08}")
    with pytest.raises(errors.TooManyAttempts):
        rules.confirm(service, "m1", "00000007")
    for _ in range(5):
        rules.ask(service, "m3", "victim@mail.example", "en")
    with pytest.raises(errors.TooManyAttempts):
        rules.ask(service, "m3", "victim@mail.example", "en")
    rules.run(service)
    assert len(server.to("victim@mail.example")) == 1  # the last that was asked for alone


def test_the_audit_trail_says_that_it_was_done_and_not_to_which_address(world: World, server: MailServer) -> None:
    world = with_mail(world, server)
    wants(world, server, "m1")
    rules.forget_address(world.service, "m1")
    with world.service.database.read() as session:
        rows = session.scalars(select(AuditEvent).where(AuditEvent.act.startswith("notice:"))).all()
    assert [row.act for row in rows] == ["notice:ask", "notice:confirm", "notice:choose", "notice:forget"]
    assert not any("mail.example" in (row.details or "") for row in rows)


def test_who_leaves_is_sent_nothing_and_their_address_is_forgotten(world: World, server: MailServer) -> None:
    world = begun(with_mail(world, server))
    address = wants(world, server, "m1")
    with world.service.database.write() as session:
        members.remove_member(world.service, session, "m1")
    world.report()
    pass_days(world, 12)
    assert server.to(address) == []
    with world.service.database.read() as session:
        assert session.get(NoticeAddress, "m1") is None


def test_auditors_get_checkpoints_once_a_week_and_they_can_be_checked(
    world: World, server: MailServer, tmp_path: Path
) -> None:
    world = begun(with_mail(world, server))
    address = wants(world, server, "a1", (), checkpoints=True)
    with pytest.raises(errors.Unprocessable):
        wants(world, server, "m1", (), checkpoints=True)
    server.taken.clear()
    pass_days(world, 21, hours=2)
    mails = server.to(address)
    assert len(mails) == 3
    (attached,) = mails[0].iter_attachments()
    assert attached.get_filename() == "checkpoint.txt"
    content = attached.get_content()
    assert content.startswith(b"reports.example/audit\n")
    kept = tmp_path / "checkpoint.txt"
    kept.write_bytes(content)
    if world.service.database.sqlite:
        command = [sys.executable, "-m", "reporting.cli", "audit", "verify", "--checkpoint", str(kept)]
        done = subprocess.run([*command, "--data", str(world.service.settings.data)], capture_output=True, check=False)
        assert done.returncode == 0, done.stderr


def test_a_former_auditor_gets_none(world: World, server: MailServer) -> None:
    world = begun(with_mail(world, server))
    address = wants(world, server, "a1", (), checkpoints=True)
    with world.service.database.write() as session:
        directories.take_site_role(session, "auditor", "a1")
    pass_days(world, 15, hours=4)
    assert server.to(address) == []


# A mail server that does what it likes.


def test_what_is_not_taken_is_sent_later_and_less_and_less_often(world: World, server: MailServer) -> None:
    world = begun(with_mail(world, server))
    address = wants(world, server, "m1", [rules.NEW])
    away = with_mail(world, MailServer(port=free_port()))
    world.report()
    pass_days(away, 3)
    with world.service.database.read() as session:
        (row,) = session.scalars(select(NoticeMail)).all()
        state = session.get_one(NoticeState, 0)
        shown = rules.standing(session)
    assert row.tries > 1
    assert state.failed == "unreachable"
    assert "does not answer" in shown.failed
    world.clock.move(hours=6)
    assert rules.run(world.service) == rules.Sent(1, 0)
    assert len(server.to(address)) == 1
    with world.service.database.read() as session:
        assert rules.standing(session).failed == ""


def free_port() -> int:
    """A port at which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        port: int = found.getsockname()[1]
        return port


def test_what_waited_is_told_in_one_mail_and_given_up_after_three_days(world: World, server: MailServer) -> None:
    world = begun(with_mail(world, server))
    address = wants(world, server, "m1", [rules.NEW])
    away = with_mail(world, MailServer(port=free_port()))
    for _ in range(6):
        world.report()
    pass_days(away, 3)
    world.clock.move(hours=6)
    rules.run(world.service)
    (mail,) = server.to(address)
    assert "- 6 new cases" in body(mail)
    world.report()
    pass_days(away, 3)
    world.clock.move(days=3)
    rules.run(world.service)
    assert len(server.to(address)) == 1


def test_one_address_that_is_refused_keeps_nobody_else_from_mail(world: World, server: MailServer) -> None:
    world = begun(with_mail(world, server))
    gone, busy, good = (wants(world, server, member, [rules.NEW]) for member in ("m1", "m3", "m2"))
    with world.service.database.write() as session:
        directories.give_role(session, "procurement", "intake", "m2")
    publish(world.service, world.root)
    server.refuse = {gone: "550 no such user", busy: "451 come again"}
    world.report()
    pass_days(world, 3)
    assert len(server.to(good)) == 1
    assert rules.show(world.service, "m1")["refused"]
    assert not rules.show(world.service, "m3")["refused"]
    server.refuse = {}
    pass_days(world, 1)
    assert server.to(gone) == []
    assert len(server.to(busy)) == 1


def test_a_mail_that_is_refused_is_not_sent_for_ever(world: World, server: MailServer) -> None:
    world = begun(with_mail(world, server))
    wants(world, server, "m1", [rules.NEW])
    server.refuse_data = "554 looks like spam"
    world.report()
    pass_days(world, 4)
    assert rules.show(world.service, "m1")["refused"]
    with world.service.database.read() as session:
        assert rules.standing(session).refused == ("m1",)
        assert rules.standing(session).waiting == 0


def test_a_server_that_is_slow_is_given_up_and_keeps_no_report(world: World, server: MailServer) -> None:
    world = begun(with_mail(world, server, smtp_timeout=1))
    wants(world, server, "m1", [rules.NEW])
    server.delay = 60
    world.report()
    world.clock.move(days=4)
    began = time.monotonic()
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(rules.run, world.service)
        time.sleep(0.3)
        sent = time.monotonic()
        world.report()
        took = time.monotonic() - sent
        assert not running.done()
        assert running.result(20) == rules.Sent(0, 1)
    assert took < 0.7
    assert time.monotonic() - began < 8
    server.delay = 0


def test_a_server_that_answers_a_letter_at_a_time_is_cut_off(world: World) -> None:
    stop = threading.Event()

    def drip(listening: socket.socket) -> None:
        connection, _ = listening.accept()
        with connection:
            while not stop.wait(0.3):
                try:
                    connection.sendall(b"2")
                except OSError:
                    return

    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=drip, args=[listening], daemon=True).start()
        world = with_mail(world, MailServer(port=listening.getsockname()[1]), smtp_timeout=1)
        rules.ask(world.service, "m1", "one@mail.example", "en")
        began = time.monotonic()
        assert rules.run(world.service) == rules.Sent(0, 1)
        assert 3 < time.monotonic() - began < 8
        stop.set()


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_mail_is_protected_on_the_way_and_the_server_is_who_it_says(lite: World, tmp_path: Path, security: str) -> None:
    certificate = make_certificate(tmp_path)
    password = tmp_path / "password"
    password.write_text(f"{PASSWORD}\n")
    password.chmod(0o600)
    signing_in = {"smtp_user": USER, "smtp_password_file": str(password), "smtp_security": security}
    with mail_server(security, certificate) as server:
        stranger = with_mail(lite, server, **signing_in)
        rules.ask(stranger.service, "m1", "one@mail.example", "en")
        assert rules.run(stranger.service) == rules.Sent(0, 1)
        assert failed(stranger) == "certificate"
        lite.clock.move(minutes=6)
        known = with_mail(lite, server, **signing_in, smtp_ca_file=str(certificate[0]))
        assert rules.run(known.service) == rules.Sent(1, 0)
        assert server.protected == [security == "starttls"]  # aiosmtpd does not know of what is so from the start
        assert set(server.greetings) == {"reports.example"}  # not this machine's name
        password.write_text("wrong\n")
        rules.ask(known.service, "m3", "two@mail.example", "en")
        assert rules.run(known.service) == rules.Sent(0, 1)
        assert failed(known) == "sign-in"


def failed(world: World) -> str | None:
    """Why the last attempt failed."""
    with world.service.database.read() as session:
        return session.get_one(NoticeState, 0).failed


def test_a_server_without_protection_gets_nothing_where_it_was_asked_for(lite: World, server: MailServer) -> None:
    """As somebody on the way would have it, who takes the offer of STARTTLS out of the answer."""
    world = with_mail(lite, server, smtp_security="starttls")
    rules.ask(world.service, "m1", "one@mail.example", "en")
    assert rules.run(world.service) == rules.Sent(0, 1)
    assert failed(world) == "certificate"
    assert server.taken == []


# Names and addresses that would be more than that.


@pytest.mark.parametrize(
    "address",
    [
        "a@mail.example\r\nBcc: all@mail.example",
        "a@mail.example\nX: y",
        "a b@mail.example",
        "<a@mail.example>",
        "a@mail.example, b@mail.example",
        "Name <a@mail.example>",
        "a@mail.example\x00",
        "a@@mail.example",
        "@mail.example",
        "a@",
        "a@-mail.example",
        "ü@mail.example",
        "a" * 65 + "@mail.example",
        "a@" + "b." * 130 + "example",
        5,
        None,
    ],
)
def test_what_is_no_plain_address_is_refused(address: object) -> None:
    with pytest.raises(errors.Unprocessable):
        rules.parse_address({"address": address})


def test_a_channels_title_begins_no_line_and_turns_none_around(world: World, server: MailServer) -> None:
    title = "Works\r\nBcc: all@mail.example\n\n\u202egnihton\u2028x"
    assert one_line(title) == "Works Bcc: all@mail.example gnihton x"
    assert len(one_line("long " * 100)) <= 80
    mail = words.digest(with_mail(world, server).service, "a@mail.example", "en", {"x": {"new": 1}}, {"x": "Büro"}, "1")
    assert mail.as_bytes().isascii()
    assert "Büro\n- 1 new case\n" in body(mail).replace("\r\n", "\n")


# Two at once, and very many.


def test_two_that_look_at_once_send_one_mail(world: World, server: MailServer) -> None:
    world = begun(with_mail(world, server))
    address = wants(world, server, "m1", [rules.NEW])
    world.report()
    world.clock.move(days=4)
    server.delay = 0.2
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: rules.run(world.service), range(4)))
    assert len(server.to(address)) == 1
    assert sum(one.sent for one in found if one is not None) == 1


def test_two_processes_send_one_mail(lite: World, server: MailServer, tmp_path: Path) -> None:
    world = begun(with_mail(lite, server))
    address = wants(world, server, "m1", [rules.LATE])
    world.report(ReceiptCode.generate())
    with world.service.database.write() as session:  # late by the machine's own clock, which the processes have
        session.execute(update(Case).values(clocks='[{"name":"acknowledge","due":"2020-01-01","done":null}]'))
        session.execute(update(Holding).values(next_due=datetime.date(2020, 1, 1)))
        session.execute(update(NoticeState).values(done_until=0))
    settings = world.service.settings
    lines = [f'smtp_host = "127.0.0.1"\nsmtp_port = {server.port}\nsmtp_security = "none"\n']
    lines.append('smtp_from = "notices@reports.example"\nnotice_slots = ["08:00", "13:00", "17:00"]\n')
    (settings.data / "settings.toml").write_text("".join(lines))
    server.delay = 0.5
    command = [sys.executable, "-m", "reporting.cli", "notices", "send", "--data", str(settings.data)]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(3)]
    for process in running:
        _out, told = process.communicate(timeout=60)
        assert process.returncode == 0, told
    assert len(server.to(address)) == 1


def test_ten_thousand_cases_are_counted_while_reports_come_in(world: World, server: MailServer) -> None:
    world = begun(with_mail(world, server))
    address = wants(world, server, "m1", [rules.NEW, rules.LATE])
    example = world.report().case
    fill(world, example, 10_000)
    world.clock.move(days=20)
    began = time.monotonic()
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(rules.run, world.service)
        longest = 0.0
        while not running.done():
            before = time.monotonic()
            world.clock.move(seconds=1)
            with world.service.database.write() as session:
                session.execute(update(Case).where(Case.id == example).values(status="received"))
            longest = max(longest, time.monotonic() - before)
        assert running.result() == rules.Sent(1, 0)
    print(f"{time.monotonic() - began:.1f} s, longest wait {longest:.2f} s")
    assert time.monotonic() - began < 60
    assert longest < 5
    (mail,) = server.to(address)
    assert "- 10001 new cases" in body(mail).replace(",", "")
    assert "- 10001 deadlines have passed" in body(mail).replace(",", "")


def fill(world: World, example: str, number: int) -> None:
    """Copies of a case, held by the same member."""
    with world.service.database.write() as session:
        case = session.get_one(Case, example)
        columns = {column.name: getattr(case, column.key) for column in Case.__table__.columns}
        ids = [f"{place:032x}" for place in range(number)]
        session.execute(insert(Case), [{**columns, "id": one} for one in ids])
        held = {"member_id": "m1", "next_due": START.date(), "granted": True, "custodian": False}
        session.execute(insert(Holding), [{**held, "case_id": one} for one in ids])


def test_without_a_mail_server_nothing_is_offered_or_done(world: World) -> None:
    assert rules.run(world.service) == rules.Sent()
    with pytest.raises(errors.Conflict):
        rules.ask(world.service, "m1", "one@mail.example", "en")
    assert rules.show(world.service, "m1")["offered"] is False


def test_a_password_that_others_can_read_is_not_used(lite: World, server: MailServer, tmp_path: Path) -> None:
    write_secret(tmp_path / "password", bytes(32))
    (tmp_path / "password").chmod(0o644)
    options = {"smtp_user": "u", "smtp_password_file": str(tmp_path / "password")}
    world = with_mail(lite, server, **options)
    rules.ask(world.service, "m1", "one@mail.example", "en")
    assert rules.run(world.service) == rules.Sent(0, 1)
    assert failed(world) == "sign-in"

"""A year of ordinary use: read at its end, it shows no warning at all, and every entry is authentic."""

from __future__ import annotations

import datetime

import pytest

from reporting.protocol.acknowledgement import verify_report
from reporting.protocol.disclosure import open_disclosure, open_identity
from reporting.protocol.encoding import b64encode
from reporting.protocol.entry import Entry
from reporting.protocol.thread_types import State
from tests.dishonest.scene import assert_in_order, seen
from tests.factories import Desk, Post, Reporter, Site


class Year:
    """Twelve months of a site with two reporters and five cases; directories are renewed as they must be."""

    def __init__(self) -> None:
        self.site = Site.usual()
        self.post = Post(self.site)
        self.anna, self.omar = Reporter(self.site, self.post), Reporter(self.site, self.post)
        self.written = 0

    def desk(self, member: str) -> Desk:
        return Desk(self.site, self.post, member)

    def months(self, count: int) -> None:
        """Time passes; the directory is renewed before it ends."""
        for _ in range(count):
            self.site.pass_days(30)
            if self.site.directory.valid_until - self.site.today < datetime.timedelta(days=31):
                self.site.publish()

    def both_at_once(self, case: str, reporter: Reporter, desks: list[Desk]) -> None:
        """Everybody reads first, and only then does anybody send."""
        sealed = [reporter.prepare_message(case, "At the same time.")[1]]
        sealed += [desk.prepare(case, "message", "reporter", {"text": "And so do we."})[1] for desk in desks]
        for entry in reversed(sealed):
            self.post.put(case, "reporter", entry)

    def bribe(self) -> str:
        """A case that is passed on, withdrawn, re-keyed; with notes, removals and statuses."""
        case = self.anna.report("A bribe.", identity={"name": "Anna"}, excluded=("ian",))
        ada, bea = self.desk("ada"), self.desk("bea")
        ada.status(case, "acknowledged")
        ada.note(case, "Serious.")
        self.both_at_once(case, self.anna, [ada, bea])
        ada.new_epoch(case, ["ada", "bea", "ivo", "safe"])
        ivo = self.desk("ivo")
        ivo.status(case, "assessing")
        ivo.write(case, "classification", "team", {"scheme": "un", "codes": {"act": "bribery"}})
        self.months(2)
        self.anna.write(case, "Is anything happening?")
        ivo.reply(case, "Yes.")
        return case

    def leavers(self, case: str) -> None:
        """Ada leaves, Bea enrolls again, Ivo goes past his last day, Eva comes and leads the case."""
        self.site.leave("ada")
        self.site.replace_keys("bea")
        self.site.join("eva")
        self.site.give_role("eva", "procurement", "investigator")
        self.site.people["ivo"].valid_until = self.site.today + datetime.timedelta(days=100)
        self.site.publish()
        ivo = self.desk("ivo")
        ivo.give(case, "bea")  # her old grants are sealed to keys that she no longer has
        ivo.new_epoch(case, ["bea", "eva", "ivo", "safe"])
        self.desk("eva").status(case, "investigating")
        self.both_at_once(case, self.anna, [ivo, self.desk("eva"), self.desk("bea")])
        self.months(1)
        ivo.note(case, "The last that I write.")
        self.months(4)
        eva = self.desk("eva")
        eva.new_epoch(case, ["bea", "eva", "safe"])
        eva.reply(case, "I lead this now.")
        self.anna.write(case, "They threaten me.", kind="retaliation")
        eva.write(case, "protection", "reporter", {"form": "to-come-1", "answers": {"leave": "From Monday on."}})

    def removals(self, case: str) -> None:
        """A message and a note are deleted, each with the signed entry that says so."""
        eva = self.desk("eva")
        message = eva.reply(case, "This names somebody by mistake.")
        note = eva.note(case, "And so does this.")
        self.anna.write(case, "I did not read it.")
        eva.remove(case, message)
        eva.remove(case, note)
        eva.note(case, "Both are gone.")
        self.anna.write(case, "Good.")


@pytest.fixture(scope="module")
def year() -> Year:
    return Year()


@pytest.fixture(scope="module")
def case(year: Year) -> str:
    case = year.bribe()
    year.leavers(case)
    year.removals(case)
    year.months(3)
    year.desk("eva").status(case, "closed")
    year.anna.write(case, "Thank you.")
    return case


@pytest.fixture(scope="module")
def others(year: Year, case: str) -> list[tuple[Reporter, str, str]]:
    """Further cases: two under Anna's code, one of protection, one of somebody else's that nobody answers."""
    cared = year.anna.report("They moved me to the archive.", channel="care")
    year.desk("pam").status(cared, "acknowledged")
    year.both_at_once(cared, year.anna, [year.desk("pam")])
    police = year.anna.report("Another thing.", channel="police", excluded=("ivo",))
    year.desk("pia").reply(police)
    silent = year.omar.report("Something else.")
    year.months(1)
    year.omar.write(silent, "Hello?")
    return [(year.anna, cared, "pam"), (year.anna, police, "pia"), (year.omar, silent, "bea")]


def kinds(entries: list[Entry]) -> set[str]:
    return {entry.kind for entry in entries}


def test_a_year_passed_and_directories_changed(year: Year, case: str) -> None:
    assert year.site.today >= datetime.date(2026, 11, 1)
    assert year.site.directory.version >= 4
    assert len(year.post.cases[case].epochs) == 4


def test_the_reporter_sees_no_warning(year: Year, case: str) -> None:
    view = year.anna.read(case)
    assert_in_order(view)
    assert {"report", "message", "status", "removal", "retaliation", "protection"} <= kinds(view.authentic())
    assert [found.state for found in view.entries].count(State.REMOVED) == 1
    assert view.status is not None
    assert view.status.body["status"] == "closed"
    assert view.other_statuses == ()
    assert not view.status_differs


@pytest.mark.parametrize("member", ["bea", "eva", "safe"])
def test_every_member_who_remains_sees_no_warning(year: Year, case: str, member: str) -> None:
    view = year.desk(member).read(case)
    assert_in_order(view)
    assert view.first is not None
    assert {"note", "access", "classification", "removal"} <= kinds(view.authentic("team"))
    assert [found.state for found in view.entries].count(State.REMOVED) == 2
    assert view.status is not None
    assert view.status.body["status"] == "closed"


def test_who_left_is_shown_as_former_and_who_is_past_their_day_as_themselves(year: Year, case: str) -> None:
    view = year.desk("eva").read(case)
    standings = {found.entry.author: set[str]() for found in view.entries if found.entry}
    for found in view.entries:
        if found.entry:
            standings[found.entry.author].add(found.standing)
    assert standings["ada"] == {"former-member"}
    assert standings["bea"] == {"former-key", "member"}
    assert standings["ivo"] == {"member"}
    assert standings["reporter"] == {"reporter"}


def test_the_custodian_opens_the_identity_at_the_end_of_the_year(year: Year, case: str) -> None:
    stored = year.post.cases[case]
    request = year.desk("eva").ask_identity(case)
    identity_file = next(entry for entry in stored.entries if entry.audience == "custodian")
    cem = year.site.people["cem"].identity
    assert request.sealed is not None
    assert identity_file.sealed is not None
    _, disclosure = open_disclosure(request.sealed, cem, case, stored.epochs, year.site.directory)
    assert open_identity(identity_file.sealed, cem, case, disclosure).body["answers"] == {"name": "Anna"}
    assert_in_order(year.desk("eva").read(case))


def test_the_other_cases_show_no_warning(year: Year, others: list[tuple[Reporter, str, str]]) -> None:
    for reporter, case, member in others:
        assert_in_order(reporter.read(case))
        assert_in_order(year.desk(member).read(case))


def test_nobody_who_was_withdrawn_is_served_the_case(year: Year, case: str) -> None:
    assert set(year.post.cases[case].grants) == {"bea", "eva", "safe"}


def test_cases_of_one_person_share_nothing_that_staff_could_link(
    year: Year, case: str, others: list[tuple[Reporter, str, str]]
) -> None:
    views = [year.anna.read(other) for reporter, other, _ in others if reporter is year.anna]
    views.append(year.anna.read(case))
    keys = {view.first.first.signing_key for view in views if view.first and view.first.first}
    recipients = {str(view.first.first.recipient) for view in views if view.first and view.first.first}
    assert len(keys) == len(recipients) == len(views) == 3


def test_an_acknowledgement_is_still_good_under_the_directory_of_its_day(year: Year) -> None:
    prepared = year.omar.prepare("Kept for the proof.")
    answer = year.post.submit(prepared.request)
    day = year.site.today
    verifier = year.site.directory.verifier("service")
    assert verify_report(answer, verifier, prepared.expected) == day
    assert seen(year.omar.read(prepared.case), year.post.cases[prepared.case].entries[0]).state is State.AUTHENTIC
    assert b64encode(prepared.expected.entry_sha256) in answer

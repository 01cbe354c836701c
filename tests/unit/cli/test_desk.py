"""``reporting desk``: keys opened here, entries verified before they are shown, rules kept before the server's."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import delete

from reporting.cases.models import Case, Entry, Epoch
from reporting.client import casework
from reporting.client.cases import DeskCase, open_case, tell_read
from reporting.client.member import sign_in
from reporting.client.transport import Transport
from reporting.directory.models import DirectoryVersion
from reporting.members.models import Member
from reporting.protocol.age import HybridIdentity
from reporting.protocol.encoding import JSONObject, b64decode, sha256
from reporting.protocol.errors import Refused
from reporting.protocol.signing import SigningKey
from reporting.protocol.submission import Draft
from reporting.protocol.vault import Pair
from tests.unit.cli.at_terminal import ACCOUNT, Filed, Terminal, run, terminal


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Terminal]:
    with terminal(tmp_path_factory.mktemp("desk")) as found:
        yield found


@pytest.fixture
def here(shared: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    monkeypatch.setenv("HOME", str(tmp_path))
    return replace(shared, folder=tmp_path)


@pytest.fixture
def filed(here: Terminal) -> Filed:
    return here.filed()


def test_the_list_shows_a_summary_once_a_case_was_opened(here: Terminal, filed: Filed) -> None:
    assert lines(here, "m1")[filed.case] is None
    here.done("m1", "show", filed.case)
    assert lines(here, "m1")[filed.case] == ACCOUNT
    assert lines(here, "m3")[filed.case] is None, "a card is its member's own"


def lines(here: Terminal, member: str) -> dict[str, str | None]:
    return {line["case"]: line["summary"] for line in here.done(member, "list")["cases"]}


def test_a_case_is_shown_with_its_questions_and_answers(here: Terminal, filed: Filed) -> None:
    told = here.desk("m1", "show", filed.case[:10]).stdout
    assert "What happened? Tell it in your own words." in told
    assert ACCOUNT in told
    assert "Held by: m1, m3, m9" in told
    assert "May become: acknowledged, closed" in told


def test_a_note_is_for_the_team_alone(here: Terminal, filed: Filed) -> None:
    here.done("m1", "note", filed.case, "-", stdin="Ask the bank.\nSoon.")
    seen = {entry["kind"]: entry["body"] for entry in here.done("m3", "show", filed.case)["entries"]}
    assert seen["note"] == {"text": "Ask the bank.\nSoon."}
    assert len(here.opened(filed.code)[0]["entries"]) == 1


def test_a_status_is_signed_with_its_clocks(here: Terminal, filed: Filed) -> None:
    here.done("m1", "status", filed.case, "acknowledged")
    here.done("m3", "status", filed.case, "closed", "--reason", "Settled.")
    shown = here.opened(filed.code)[0]
    assert shown["status"] == {
        "signed": "closed",
        "reason": "Settled.",
        "server": "closed",
        "outcome": None,
        "differs": False,
        "refused_alone": False,
        "found_alone": False,
    }
    assert shown["clocks"]["signed"] == shown["clocks"]["server"]
    assert all(clock["done"] for clock in shown["clocks"]["signed"])


def test_an_invented_second_person_is_no_second_person(
    here: Terminal, filed: Filed, monkeypatch: pytest.MonkeyPatch
) -> None:
    def invented(kind: str, audience: str, body: JSONObject) -> Draft:
        return Draft(kind, audience, {**body, "finding": "knowingly-false", "proposal": "a" * 32})

    with monkeypatch.context() as patched:
        patched.setattr(casework, "Draft", invented)
        here.done("m1", "status", filed.case, "closed", "--reason", "She made it up.")
    told = here.desk("m3", "show", filed.case).stdout
    assert told.count("! This finding is signed by one person only") == 2, "where the case stands, and in the thread"
    assert here.done("m3", "show", filed.case)["status"]["found_alone"] is True
    assert here.opened(filed.code)[0]["status"]["found_alone"] is True, "and so does the reporter's own device"


@pytest.mark.parametrize("status", ["received", "investigating", "nonsense"])
def test_a_status_that_cannot_follow_is_refused(here: Terminal, filed: Filed, status: str) -> None:
    assert here.desk("m1", "status", filed.case, status).exit_code == 1
    assert here.done("m1", "show", filed.case)["status"]["server"] == "received"


def test_closing_needs_a_reason(here: Terminal, filed: Filed) -> None:
    assert here.desk("m1", "status", filed.case, "closed").exit_code == 2


def test_granted_members_read_and_write_but_do_not_pass_on(here: Terminal, filed: Filed) -> None:
    here.done("m1", "note", filed.case, "Before.")
    here.done("m1", "grant", filed.case, "m2")
    shown = here.done("m2", "show", filed.case)
    assert {entry["kind"] for entry in shown["entries"]} == {"report", "note", "access"}
    assert here.desk("m2", "reply", filed.case, "From me.").exit_code == 0
    assert here.desk("m2", "grant", filed.case, "m5").exit_code == 1
    assert here.desk("m1", "grant", filed.case, "m2").exit_code == 1, "they have it already"


def test_nobody_excluded_is_ever_granted(here: Terminal) -> None:
    filed = here.filed("--exclude", "m2", "--exclude", "m3")
    for options in ((), ("--lead",)):
        result = here.desk("m1", "grant", filed.case, "m2", *options)
        assert result.exit_code == 1
        assert "excluded" in result.stderr


def test_strangers_to_the_channel_are_not_granted(here: Terminal, filed: Filed) -> None:
    for member in ("m4", "nobody"):
        result = here.desk("m1", "grant", filed.case, member)
        assert result.exit_code == 1
        assert member in result.stderr


def test_a_lead_holds_the_case_and_readers_go_on_reading(here: Terminal, filed: Filed) -> None:
    here.done("m1", "grant", filed.case, "m5")
    assert here.done("m1", "grant", filed.case, "m2", "--lead")["holders"] == ["m1", "m2", "m3", "m9"]
    here.mailbox(filed.code, "--reply", "Under the new key.")
    for member in ("m1", "m2", "m3", "m5", "m9"):
        shown = here.done(member, "show", filed.case)
        assert shown["warnings"] == []
        assert shown["epoch"] == 1
        assert "Under the new key." in [entry["body"].get("text") for entry in shown["entries"]]


def test_withdrawn_members_see_nothing_any_more(here: Terminal, filed: Filed) -> None:
    here.done("m1", "grant", filed.case, "m5")
    assert here.done("m1", "grant", filed.case, "m3", "--withdraw")["holders"] == ["m1", "m9"]
    assert filed.case not in lines(here, "m3")
    assert here.desk("m3", "show", filed.case).exit_code == 1
    here.done("m1", "grant", filed.case, "m5", "--withdraw")
    assert here.desk("m5", "show", filed.case).exit_code == 1
    assert here.done("m1", "show", filed.case)["warnings"] == []
    assert here.opened(filed.code)[0]["warnings"] == []


def test_what_could_not_be_shown_stays_unread(here: Terminal, filed: Filed, monkeypatch: pytest.MonkeyPatch) -> None:
    today = datetime.datetime.now(datetime.UTC).date()
    with sign_in(Transport(here.site.desk_url), "m1", here.site.passphrases["m1"], today) as session:
        written = casework.reply(session, open_case(session, filed.case), "Thank you.")
        sent: list[str] = []
        for shown in (False, True):
            with here.site.service.database.write() as rows:
                entry = rows.get_one(Entry, written.id)
                assert entry.sealed is not None
                entry.sealed = entry.sealed[:-1] + bytes([entry.sealed[-1] ^ 1])
            found = replace(open_case(session, filed.case), unread=written.id)
            with monkeypatch.context() as watched:
                watched.setattr(type(session), "send", lambda _session, _method, path, _content: sent.append(path))
                tell_read(session, found)
            assert sent == [f"/api/cases/{filed.case}/read"] * shown


def test_nobody_is_let_back_in_whom_a_colleague_has_shut_out_meanwhile(here: Terminal, filed: Filed) -> None:
    here.done("m1", "grant", filed.case, "m5")
    way = Transport(here.site.desk_url)
    with sign_in(way, "m1", here.site.passphrases["m1"], datetime.datetime.now(datetime.UTC).date()) as session:
        seen = open_case(session, filed.case)
        here.done("m3", "grant", filed.case, "m5", "--withdraw")
        casework.withdraw(session, seen, "m9")
        (*_, last) = chain_of(open_case(session, filed.case))
    assert last == ("m1", "m3")
    assert here.desk("m5", "show", filed.case).exit_code == 1


def chain_of(case: DeskCase) -> list[tuple[str, ...]]:
    assert case.opened.view.chain is not None
    return [epoch.holders for epoch in case.opened.view.chain.epochs]


def test_leaving_a_case_to_one_person_has_to_be_confirmed(here: Terminal, filed: Filed) -> None:
    here.done("m1", "grant", filed.case, "m3", "--withdraw")
    refused = here.desk("m1", "grant", filed.case, "m9", "--withdraw")
    assert refused.exit_code == 1
    assert "would hold this case" in refused.stderr
    assert "--yes" in refused.stderr
    assert here.done("m1", "grant", filed.case, "m9", "--withdraw", "--yes")["holders"] == ["m1"]


def test_what_cannot_be_withdrawn_is_said(here: Terminal, filed: Filed) -> None:
    assert "another holder" in here.desk("m1", "grant", filed.case, "m1", "--withdraw").stderr
    assert "no access" in here.desk("m1", "grant", filed.case, "m5", "--withdraw").stderr
    assert here.desk("m1", "grant", filed.case, "m5", "--withdraw", "--lead").exit_code == 2


def test_a_case_is_given_to_somebody_who_has_access(here: Terminal, filed: Filed) -> None:
    done = here.done("m1", "assign", filed.case[:12], "m3")
    assert done == {"case": filed.case, "assignee": "m3", "changed": True}
    assert here.done("m3", "assign", filed.case, "m3")["changed"] is False
    assert assignees(here, "m3")[filed.case] == "m3"
    (row,) = [row for row in here.desk("m1", "list").stdout.splitlines() if row.startswith(filed.case[:12])]
    assert "m3" in row.split()
    for member, said in (("m2", "give them access first"), ("nobody", "give them access first"), ("M 2", "not the id")):
        result = here.desk("m1", "assign", filed.case, member)
        assert result.exit_code == 1
        assert said in result.stderr
    assert here.desk("m2", "assign", filed.case, "m2").exit_code == 1, "not theirs to assign"
    assert assignees(here, "m1")[filed.case] == "m3"
    assert "Nobody deals with this case now." in here.desk("m1", "assign", filed.case, "none").stdout
    assert assignees(here, "m1")[filed.case] is None


def assignees(here: Terminal, member: str) -> dict[str, str | None]:
    return {line["case"]: line["assignee"] for line in here.done(member, "list")["cases"]}


def test_a_shortened_chain_is_noticed_by_whoever_saw_more(here: Terminal, filed: Filed) -> None:
    with here.site.service.database.read() as session:
        first = session.get_one(Case, filed.case).recipient
    here.done("m1", "grant", filed.case, "m2", "--lead")
    here.done("m1", "show", filed.case)
    with here.site.service.database.write() as session:
        session.execute(delete(Epoch).where(Epoch.case_id == filed.case, Epoch.number == 1))
        case = session.get_one(Case, filed.case)
        case.epoch, case.recipient = 0, first
    assert "epochs-withheld" in here.done("m1", "show", filed.case)["warnings"]
    assert here.desk("m1", "reply", filed.case, "To whom?").exit_code == 1


def test_deadlines_that_the_server_moves_are_not_signed(here: Terminal, filed: Filed) -> None:
    here.done("m1", "status", filed.case, "acknowledged")
    signed = here.done("m1", "show", filed.case)["clocks"]["signed"]
    with here.site.service.database.write() as session:
        case = session.get_one(Case, filed.case)
        case.clocks = case.clocks.replace(signed[1]["due"], "2099-01-01")
    here.done("m1", "status", filed.case, "assessing")
    shown = here.done("m1", "show", filed.case)["clocks"]
    assert shown["signed"] == signed
    assert shown["server"][1]["due"] == "2099-01-01"


def test_an_older_directory_is_refused_by_whoever_saw_a_newer_one(here: Terminal) -> None:
    here.done("m1", "list")
    newest = here.site.publish().version
    here.done("m1", "list")
    with here.site.service.database.write() as session:
        row = session.get_one(DirectoryVersion, newest)
        kept = {column.name: getattr(row, column.key) for column in DirectoryVersion.__table__.columns}
        session.delete(row)
    try:
        result = here.desk("m1", "list")
        assert result.exit_code == 4
        assert "older list" in result.stderr
    finally:
        with here.site.service.database.write() as session:
            session.add(DirectoryVersion(**kept))


def test_wrong_credentials_are_refused_alike(here: Terminal) -> None:
    said = {
        run(
            *("desk", "--url", here.site.desk_url, "--member", member, "--passphrase-file", "-", "list"),
            stdin="wrong horse battery\n",
        ).stderr
        for member in ("m5", "nobody")
    }
    assert said == {"The name or the passphrase is wrong.\n"}


def test_the_passphrase_may_come_from_a_file_and_options_may_follow_the_command(here: Terminal) -> None:
    path = here.folder / "passphrase"
    path.write_text(here.site.passphrases["m1"] + "\n")
    given = ["--url", here.site.desk_url, "--member", "m1", "--passphrase-file", str(path)]
    assert run("desk", "list", "--json", *given).exit_code == 0


def test_a_member_does_not_sign_in_over_an_open_way(here: Terminal) -> None:
    result = run(
        "desk", "--url", "http://198.51.100.7", "--member", "m1", "--passphrase-file", "-", "list", stdin="x\n"
    )
    assert result.exit_code == 1
    assert "https" in result.stderr


def test_nobody_to_ask_is_a_matter_of_usage(here: Terminal) -> None:
    assert run("desk", "--url", here.site.desk_url, "list").exit_code == 2
    assert run("desk", "--url", here.site.desk_url, "--member", "m1", "list").exit_code == 2


def test_an_unknown_case_is_not_there(here: Terminal) -> None:
    assert here.desk("m1", "show", "f" * 32).exit_code == 1
    assert here.desk("m1", "show", "zz").exit_code == 1


def test_an_older_vault_as_after_a_restored_backup_replaces_no_newer_keys(here: Terminal) -> None:
    service = here.site.service
    way, day = Transport(here.site.desk_url), datetime.datetime.now(datetime.UTC).date()
    with sign_in(way, "m3", here.site.passphrases["m3"], day) as session:
        kept = session.get("/api/vault")["vault"]
        pair = Pair(HybridIdentity.generate(), SigningKey.generate())
        newer = session.vault.with_waiting(pair).following(
            pair.signing_key.public, sha256(str(pair.identity.recipient).encode())
        )
        session._store(newer)
        with service.database.write() as database:
            database.get_one(Member, "m3").vault = b64decode(kept)
        session.vault = replace(session.vault, directory_version=0)  # something is to be raised, and stored
        with pytest.raises(Refused, match="older copy of your keys"):
            session.load_directory()
        assert session.vault.pair == pair

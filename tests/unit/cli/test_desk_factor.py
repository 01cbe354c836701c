"""``reporting desk`` where a second factor is asked for: codes taken once, and again before what cannot be undone."""

from __future__ import annotations

import datetime
import time
from collections.abc import Iterator
from pathlib import Path

import pyotp
import pytest
from sqlalchemy import delete, update

from reporting.client.errors import NotPossible, Problem, WrongCode
from reporting.client.member import MemberSession, sign_in
from reporting.client.proving import AskCode, proof_of
from reporting.client.transport import Transport
from reporting.members.models import Authenticator, Member, SignInThrottle, StaffSession
from tests.unit.cli.at_terminal import Terminal, terminal


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Terminal]:
    with terminal(tmp_path_factory.mktemp("desk")) as found:
        yield found


@pytest.fixture
def here(shared: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    monkeypatch.setenv("HOME", str(tmp_path))
    with shared.site.service.database.write() as session:
        for table in (StaffSession, Authenticator, SignInThrottle):
            session.execute(delete(table))
    return shared


def signed_in(here: Terminal, code: AskCode | None = None) -> MemberSession:
    """Member m1's session."""
    today = datetime.datetime.now(datetime.UTC).date()
    return sign_in(Transport(here.site.desk_url), "m1", here.site.passphrases["m1"], today, code)


def with_app(here: Terminal) -> pyotp.TOTP:
    """Give member m1 an app; its code of now is used up by that."""
    with signed_in(here) as session:
        begun = session.send("POST", "/api/account/factors/totp", {})
        app = pyotp.TOTP(str(begun["secret"]))
        session.send("POST", f"/api/account/factors/totp/{begun['id']}", {"code": app.now()})
    return app


def next_code(app: pyotp.TOTP) -> str:
    """The code that the app shows next, which counts half a minute before."""
    return app.at(int(time.time()) + 30)


def test_the_code_is_taken_from_an_option(here: Terminal) -> None:
    app = with_app(here)
    assert here.desk("m1", "list", "--json", "--code", next_code(app)).exit_code == 0
    again = here.desk("m1", "list", "--code", next_code(app))
    assert (again.exit_code, "used before" in again.stderr) == (1, True)


def test_without_a_code_it_is_said_what_is_needed(here: Terminal) -> None:
    with_app(here)
    result = here.desk("m1", "list")
    assert (result.exit_code, "a code of its app, or a backup code" in result.stderr) == (1, True)


def test_a_backup_code_stands_in(here: Terminal) -> None:
    app = with_app(here)
    with signed_in(here, lambda: next_code(app)) as session:
        codes = session.send("POST", "/api/account/backup-codes", {})["codes"]
    assert isinstance(codes, list)
    assert here.desk("m1", "list", "--code", str(codes[0])).exit_code == 0
    assert here.desk("m1", "list", "--code", str(codes[0])).exit_code == 1


def forget_proofs(here: Terminal) -> None:
    """Let what every session proved be long ago."""
    with here.site.service.database.write() as session:
        session.execute(update(StaffSession).values(proved=1))


def test_before_what_cannot_be_undone_the_code_is_asked_for_again(here: Terminal) -> None:
    app = with_app(here)
    asked = []

    def code() -> str:
        asked.append("code")
        return next_code(app) if len(asked) == 1 else "000000"

    with signed_in(here, code) as session:
        session.send("POST", "/api/account/backup-codes", {})
        forget_proofs(here)
        with pytest.raises(WrongCode):
            session.send("POST", "/api/account/backup-codes", {})
    assert asked == ["code", "code"]


def test_whoever_has_no_factor_proves_it_by_the_passphrase_unasked(here: Terminal) -> None:
    with signed_in(here) as session:
        forget_proofs(here)
        assert session.send("POST", "/api/account/factors/totp", {})["secret"]
        with here.site.service.database.write() as database:
            database.execute(delete(StaffSession))
        with pytest.raises(Problem):
            session.send("POST", "/api/account/factors/totp", {})


def test_keys_that_open_with_a_passkey_alone_are_for_a_browser(here: Terminal) -> None:
    with here.site.service.database.write() as database:
        member = database.get_one(Member, "m3")
        before = member.wraps
        member.wraps = before.replace('"passphrase"', '"prf/abc"')
    result = here.desk("m3", "list")
    assert (result.exit_code, "use a browser" in result.stderr) == (1, True)
    with here.site.service.database.write() as database:
        database.execute(update(Member).where(Member.id == "m3").values(wraps=before))


def test_a_code_is_told_from_a_backup_code() -> None:
    assert proof_of(" 123 456 ") == {"totp": "123456"}
    assert proof_of("ABCD-EFGH-JKLM-NOPQ") == {"backup": "ABCD-EFGH-JKLM-NOPQ"}
    assert issubclass(WrongCode, NotPossible)

"""``reporting desk identity``: the whole way at a terminal, with two custodians."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from reporting.directory import rules as directories
from tests.unit.cli.at_terminal import Filed, Terminal, terminal

ASK = ("--reason", "The court asks.", "--legal-basis", "Article 16")
TOLD = "A court asks for your name."


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Terminal]:
    with terminal(tmp_path_factory.mktemp("identity")) as found:
        found.site.enroll("m6", "procurement", "custodian")
        found.site.publish()
        yield found


@pytest.fixture
def here(shared: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    monkeypatch.setenv("HOME", str(tmp_path))
    return replace(shared, folder=tmp_path)


@pytest.fixture
def filed(here: Terminal) -> Filed:
    path = here.folder / "identity.json"
    path.write_text(json.dumps({"name": "Jo Doe", "contact": "By the bridge."}))
    return here.filed("--identity", str(path))


def test_two_custodians_approve_and_one_opens(here: Terminal, filed: Filed) -> None:
    here.done("m1", "identity", "request", filed.case, *ASK, "--tell", TOLD)
    assert TOLD in str(here.opened(filed.code))
    (asked,) = here.done("m5", "identity", "show", filed.case)["requests"]
    assert (asked["reason"], asked["told"], asked["needed"], asked["approvals"]) == ("The court asks.", True, 2, [])
    approve = ("identity", "decide", filed.case, "approve", "--reason")
    assert here.done("m5", *approve, "It is needed.")["state"] == "requested"
    assert here.desk("m5", *approve, "Once more.").exit_code == 1
    assert here.desk("m5", "identity", "open", filed.case).exit_code == 1
    assert here.done("m6", *approve, "-", stdin="Agreed.")["state"] == "approved"
    opened = here.done("m5", "identity", "open", filed.case)
    assert opened["answers"] == {"name": "Jo Doe", "contact": "By the bridge."}
    notes = [entry for entry in here.done("m3", "show", filed.case)["entries"] if entry["kind"] == "note"]
    assert "Jo Doe" in notes[0]["body"]["text"]
    assert "Jo Doe" not in str(here.opened(filed.code))
    told = here.desk("m6", "identity", "show", filed.case).stdout
    assert "m5, " in told
    assert "opened it" in told


def test_an_approval_counts_while_its_custodian_is_one(here: Terminal, filed: Filed) -> None:
    here.done("m1", "identity", "request", filed.case, *ASK, "--waive", "They would be warned.")
    approve = ("identity", "decide", filed.case, "approve", "--reason", "It is needed.")
    assert [here.done(member, *approve)["state"] for member in ("m5", "m6")] == ["requested", "approved"]
    assert "2 of 2 approvals." in here.desk("m5", "identity", "show", filed.case).stdout
    with here.site.service.database.write() as session:
        directories.take_role(session, "procurement", "custodian", "m6")
    here.site.publish()
    try:
        (asked,) = here.done("m5", "identity", "show", filed.case)["requests"]
        assert asked["approvals"] == ["m5"]
        assert [one["member"] for one in asked["decisions"]] == ["m5", "m6"], "what was decided stays to be read"
        assert "1 of 2 approvals." in here.desk("m5", "identity", "show", filed.case).stdout
        assert here.desk("m5", "identity", "open", filed.case).exit_code == 1
    finally:
        with here.site.service.database.write() as session:
            directories.give_role(session, "procurement", "custodian", "m6")
        here.site.publish()


def test_a_refusal_is_kept_with_its_reason(here: Terminal, filed: Filed) -> None:
    here.done("m1", "identity", "request", filed.case, *ASK, "--waive", "They would be warned.")
    refused = here.done("m6", "identity", "decide", filed.case, "refuse", "--reason", "Not proportionate.")
    assert refused["state"] == "refused"
    told = here.desk("m5", "identity", "show", filed.case).stdout
    assert "Why the reporter was not told: They would be warned." in told
    assert "refused: Not proportionate." in told
    assert here.desk("m5", "identity", "decide", filed.case, "approve", "--reason", "x").exit_code == 1


def test_whoever_asked_takes_it_back(here: Terminal, filed: Filed) -> None:
    made = here.done("m1", "identity", "request", filed.case, *ASK, "--waive", "They would be warned.")
    (asked,) = here.done("m5", "identity", "show", filed.case)["requests"]
    withdraw = ("identity", "withdraw", filed.case, "--reason")
    assert here.desk("m3", *withdraw, "Not mine.").exit_code == 1
    assert here.desk("m1", *withdraw, " ").exit_code == 1
    assert here.desk("m1", *withdraw, "Gone.", "--request", "zz").exit_code == 1
    taken = here.done("m1", *withdraw, "-", "--request", asked["id"][:8], stdin="The court has dropped it.")
    assert taken == {"case": filed.case, "request": asked["id"], "state": "withdrawn"}
    assert here.desk("m1", *withdraw, "Again.").exit_code == 1
    told = here.desk("m5", "identity", "show", filed.case).stdout
    assert "m1, " in told
    assert "withdrew it: The court has dropped it." in told
    assert here.desk("m5", "identity", "decide", filed.case, "approve", "--reason", "x").exit_code == 1
    assert here.desk("m1", *withdraw, "Again.", "--request", made["id"]).exit_code == 1
    made = here.done("m1", "identity", "request", filed.case, *ASK, "--waive", "They would be warned.")
    assert here.done("m1", *withdraw, "By its other name.", "--request", made["id"])["state"] == "withdrawn"


@pytest.mark.parametrize("more", [(), ("--tell", TOLD, "--waive", "Both.")])
def test_the_reporter_is_told_or_it_is_said_why_not(here: Terminal, filed: Filed, more: tuple[str, ...]) -> None:
    assert here.desk("m1", "identity", "request", filed.case, *ASK, *more).exit_code == 2


def test_who_may_not_is_refused(here: Terminal, filed: Filed) -> None:
    assert here.desk("m5", "identity", "show", filed.case).exit_code == 1
    assert here.desk("m5", "identity", "request", filed.case, *ASK, "--tell", TOLD).exit_code == 1
    silent = here.filed()
    assert here.desk("m1", "identity", "request", silent.case, *ASK, "--waive", "They would be warned.").exit_code == 1

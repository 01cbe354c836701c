"""``reporting practice``, as it is run: a whole site with made-up cases that nobody can take for a real one."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest

from reporting.i18n import available_languages
from reporting.practice.samples import samples
from tests.system.running import REPORTING, Service, free_port, run, running, start

BANNER = "Do not report anything real."


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with running(tmp_path_factory.mktemp("practice") / "data", command="practice") as found:
        yield found


def shown(service: Service) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((service.data / "server" / "practice.json").read_text(encoding="utf-8"))
    return content


def mailbox(service: Service, groups: list[str]) -> dict[str, Any]:
    known = ["--fingerprint", service.credentials["fingerprint"], "--practice"]
    opened = json.loads(run(["mailbox", service.base_url, *known, "--json"], typed=" ".join(groups)))
    (case,) = opened["cases"]
    found: dict[str, Any] = case
    return found


def desk(service: Service, member: str, *command: str) -> Any:
    passphrase = service.member(member)["passphrase"]
    access = ["--url", service.desk_url, "--member", member, "--passphrase-file", "-", "--json"]
    return json.loads(run(["desk", *command, *access], typed=passphrase))


def test_every_page_says_that_it_is_for_practice_by_the_signed_name(service: Service) -> None:
    assert service.credentials["origin"].split(".")[0] == "practice"
    reporters = ("/en/", "/en/report", "/en/report/procurement", "/en/mailbox", "/en/how", "/en/info/", "/en/practice")
    for address in (*(service.base_url + path for path in reporters), service.desk_url + "/desk"):
        page = httpx.get(address).raise_for_status().text
        assert BANNER in page, address
        assert '<meta name="robots" content="noindex, noarchive">' in page, address
        assert f'href="{service.base_url if "/desk" in address else ""}/en/practice"' in page
    manifest = json.loads(run(["release", "manifest", "--data", str(service.data / "server")]))
    assert len(manifest["pages"]) > 50
    assert "practice" not in {row["path"].rpartition("/")[2] for row in manifest["pages"]}


def test_the_site_compares_equal_with_this_release(service: Service) -> None:
    """The banner is a part of the pages that everybody gets alike, not something that the server adds."""
    known = ["--fingerprint", service.credentials["fingerprint"]]
    assert "differ" not in run(["verify-site", service.base_url, *known])


@pytest.mark.parametrize("language", sorted(available_languages()))
def test_the_page_hands_out_codes_and_accounts_in_each_language(service: Service, language: str) -> None:
    page = httpx.get(f"{service.base_url}/{language}/practice").raise_for_status().text
    assert f'<html lang="{language}"' in page
    for receipt in shown(service)["receipts"]:
        assert " ".join(receipt["groups"]) in page
    for member in service.credentials["members"]:
        assert member["passphrase"] is None or member["passphrase"] in page


def test_each_made_up_case_stands_where_the_page_says(service: Service) -> None:
    cases = {row["sample"]: mailbox(service, row["groups"]) for row in shown(service)["receipts"]}
    assert set(cases) == {sample.name for sample in samples()}
    statuses = {name: case["status"]["server"] for name, case in cases.items()}
    assert statuses == {
        "1-road": "received",
        "2-clinic": "acknowledged",
        "3-fuel": "assessing",
        "4-fines": "closed",
        "5-nights": "triage",
        "6-permit": "received",
    }
    assert [entry["author"] for entry in cases["2-clinic"]["entries"]][-1] == "reporter"
    assert "fuel-cards.csv" in json.dumps(cases["3-fuel"])
    assert "partly-substantiated" in json.dumps(cases["4-fines"])
    for sample in samples():
        told = json.dumps(cases[sample.name], ensure_ascii=False)
        assert sample.words[sample.language("en")].answers["account"][:40] in told


def test_members_find_them_at_the_desk_and_whoever_is_shut_out_does_not(service: Service) -> None:
    known = {row["channel"]: row for row in desk(service, "protection", "list")["cases"]}
    assert known["protection"]["status"] == "triage"
    own = desk(service, "investigator", "list")["cases"]
    assert [(row["status"], row["assignee"]) for row in own] == [("assessing", "investigator")]
    everything = desk(service, "intake", "list")["cases"]
    assert len(everything) == 5
    assert [row["status"] for row in everything if row["unread_since"]] == ["acknowledged"]


def test_nothing_of_it_was_counted(service: Service) -> None:
    with closing(sqlite3.connect(service.data / "server" / "reporting.sqlite")) as found:
        for query in ("select count(*) from bag_record", "select count(*) from statistic"):
            assert found.execute(query).fetchone() == (0,)


REPORT = {"account": "Written to the wrong place."}


def submitted(service: Service, *options: str, typed: str = json.dumps(REPORT)) -> subprocess.CompletedProcess[str]:
    known = ["--fingerprint", service.credentials["fingerprint"], "--channel", "anything-else", "--answers", "-"]
    command = [*REPORTING, "submit", service.base_url, *known, *options]
    return subprocess.run(command, input=typed, capture_output=True, text=True, check=False)


def cases_of(service: Service) -> int:
    return counted(service.data / "server" / "reporting.sqlite")[-1]


def test_nobody_reports_there_by_mistake_from_a_terminal(service: Service) -> None:
    before = cases_of(service)
    refused_one = submitted(service, "--json")
    assert refused_one.returncode == 1
    assert BANNER in refused_one.stderr
    assert "--practice" in refused_one.stderr
    assert cases_of(service) == before
    meant = submitted(service, "--json", "--practice")
    assert meant.returncode == 0, meant.stderr
    assert json.loads(meant.stdout)["practice"] is True
    assert cases_of(service) == before + 1


def test_pages_that_are_made_of_nothing_of_the_site_say_so_too(service: Service) -> None:
    asked = {"Accept": "text/html"}
    for address, status in ((f"{service.base_url}/en/nowhere", 404), (f"{service.desk_url}/admin", 401)):
        answer = httpx.get(address, headers=asked)
        assert answer.status_code == status
        assert BANNER in answer.text, address
        assert "noindex" in answer.text


def test_who_links_there_need_not_know_its_languages(service: Service) -> None:
    for wanted, given in (("fr-CA,fr;q=0.9", "fr"), ("de", "en")):
        answer = httpx.get(f"{service.base_url}/practice", headers={"Accept-Language": wanted})
        assert answer.headers["Location"] == f"/{given}/practice"


def test_the_terminal_says_first_of_a_certificate_that_it_is_made_up(service: Service, tmp_path: Path) -> None:
    known = ["--fingerprint", service.credentials["fingerprint"]]
    out = str(tmp_path / "file.json")
    run(
        ["certificate", service.base_url, *known, "--practice", "--out", out, "--json"],
        typed=" ".join(shown(service)["receipts"][1]["groups"]),
    )
    assert run(["verify", out, *known]).startswith("This is a site for practice:")
    assert json.loads(run(["verify", out, *known, "--json"]))["practice"] is True


def test_a_code_opens_nothing_on_another_site_which_has_no_such_page(service: Service, tmp_path: Path) -> None:
    with running(tmp_path / "demo") as other:
        assert httpx.get(f"{other.base_url}/en/practice").status_code == 404
        assert httpx.get(f"{other.base_url}/practice").status_code == 404
        assert BANNER not in httpx.get(f"{other.base_url}/en/nowhere", headers={"Accept": "text/html"}).text
        assert BANNER not in httpx.get(f"{other.base_url}/en/").text
        assert '<meta name="robots" content="noarchive">' in httpx.get(f"{other.base_url}/en/").text
        known = ["--fingerprint", other.credentials["fingerprint"], "--json"]
        groups = shown(service)["receipts"][0]["groups"]
        opened = json.loads(run(["mailbox", other.base_url, *known], typed=" ".join(groups)))
        assert opened["cases"] == []
        # Nor does a file that lies where a practice site has it turn another site into one.
        (other.data / "server" / "practice.json").write_bytes((service.data / "server" / "practice.json").read_bytes())
        assert httpx.get(f"{other.base_url}/en/practice").status_code == 404


def refused(command: str, data: Path, *options: str, **environment: str) -> str:
    """What a command that must not start says."""
    ports = ["--port", str(free_port()), "--desk-port", str(free_port())]
    arguments = [command, *ports, "--data", str(data), *options]
    done = subprocess.run(
        [*REPORTING, *arguments], capture_output=True, text=True, check=False, env={**os.environ, **environment}
    )
    assert done.returncode == 1
    return done.stderr


def lay_link(path: Path) -> None:
    target = path.parent.parent / "elsewhere"
    target.write_text("Made by: reporting practice. Nothing in this folder is real.\n")
    path.symlink_to(target)


MARKERS: dict[str, Callable[[Path], object]] = {
    "of the other kind": lambda path: path.write_text("Made by: reporting init."),
    "a folder": Path.mkdir,
    "a link": lay_link,
}


@pytest.mark.parametrize("marker", MARKERS)
@pytest.mark.parametrize("command", ["demo", "practice"])
def test_only_a_folder_that_the_command_made_itself_is_taken_up_or_thrown_away(
    tmp_path: Path, command: str, marker: str
) -> None:
    """The bug: any folder that had something named so, such as the one above a practice site, was thrown away."""
    data = tmp_path / "var"
    (data / "data" / "keys").mkdir(parents=True)
    (data / "data" / "keys" / "service.key").write_text("a real one")
    MARKERS[marker](data / {"demo": "demonstration", "practice": "practice"}[command])
    for options in ([], ["--fresh"]):
        assert "did not make" in refused(command, data, *options)
        assert (data / "data" / "keys" / "service.key").read_text() == "a real one"


def counted(database: Path) -> list[int]:
    """How many members, channels, versions of the list and cases there are."""
    with closing(sqlite3.connect(database)) as found:
        query = """
            select (select count(*) from member), (select count(*) from channel),
                   (select count(*) from directory_version), (select count(*) from "case")
        """
        return list(found.execute(query).fetchone())


def test_nothing_of_it_reaches_the_database_of_a_real_service_whatever_the_environment_says(tmp_path: Path) -> None:
    """The bug: settings of the environment come before those of the folder."""
    real, root = tmp_path / "real", tmp_path / "root"
    given = ["--origin", "reports.example.org", "--languages", "en", "--name", "en=Example"]
    run(["init", "--data", str(real), "--root-folder", str(root), *given])
    words = tmp_path / "passphrase"
    words.write_text("mountain orbit velvet candle anchor quartz\n")
    run(["members", "add", "chief", "--label", "Chief", "--data", str(real), "--passphrase-file", str(words)])
    database = real / "reporting.sqlite"
    before = counted(database)
    assert before == [1, 0, 0, 0]
    environment = {"REPORTING_DATABASE_URL": f"sqlite:///{database}", "REPORTING_SMTP_HOST": "mail.example.org"}
    # A demonstration goes by the environment, and so it stops.
    told = refused("demo", tmp_path / "demo", REPORTING_DATABASE_URL=environment["REPORTING_DATABASE_URL"])
    assert "belongs to a service already" in told
    found = start(tmp_path / "practice", command="practice", environment=environment)
    found.stop()
    assert counted(database) == before
    assert counted(tmp_path / "practice" / "server" / "reporting.sqlite") == [9, 4, 1, 6]


def test_one_command_at_a_time_has_the_folder_and_at_the_addresses_it_was_made_for(service: Service) -> None:
    assert "Another command" in refused("practice", service.data, "--fresh")
    with running(service.data.parent / "other", command="practice") as other:
        data = other.data
    assert "give the same addresses" in refused("practice", data)


def test_it_is_taken_up_as_it_was_and_made_anew_where_it_was_broken_off(tmp_path: Path) -> None:
    first = start(tmp_path / "data", command="practice")
    receipts = shown(first)["receipts"]
    first.stop()
    ports = ["--port", str(first.port), "--desk-port", str(first.desk_port)]
    second = start(tmp_path / "data", command="practice", options=["--hide-accounts", *ports])
    try:
        assert shown(second)["receipts"] == receipts
        assert shown(second)["accounts"] == []
        page = httpx.get(f"{second.base_url}/en/practice").text
        assert second.member("intake")["passphrase"] not in page
        assert "hands out the passphrases" in page
    finally:
        second.process.send_signal(signal.SIGTERM)
        assert second.process.wait(30) == 0
        second.stop()
    (tmp_path / "data" / "server" / "practice.json").unlink()
    third = start(tmp_path / "data", command="practice")
    third.stop()
    assert third.credentials["fingerprint"] != first.credentials["fingerprint"]
    assert shown(third)["receipts"] != receipts


@pytest.mark.parametrize("command", [["init", "--data", "data"], ["keys", "init"]])
def test_no_root_key_of_a_practice_site_is_made_by_mistake(tmp_path: Path, command: list[str]) -> None:
    given = ["--root-folder", str(tmp_path / "root"), "--origin", "practice.example.org"]
    done = subprocess.run([*REPORTING, *command, *given], capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.returncode == 1
    assert "reporting practice" in done.stderr
    assert not (tmp_path / "root").exists()


def test_for_others_the_administrator_s_passphrase_is_not_on_the_page(tmp_path: Path) -> None:
    addresses = ["--address", "https://practice.example.org", "--desk-address", "https://practice-desk.example.org"]
    found = start(tmp_path / "data", command="practice", options=addresses)
    try:
        page = httpx.get(f"http://127.0.0.1:{found.port}/en/practice").text
        assert found.member("intake")["passphrase"] in page
        assert found.member("administrator")["passphrase"] not in page
        assert 'href="https://practice-desk.example.org/en/desk"' in page
    finally:
        found.stop()


def test_one_address_alone_is_used_wrongly(tmp_path: Path) -> None:
    arguments = ["--address", "https://practice.example.org", "--data", str(tmp_path / "data")]
    done = subprocess.run([*REPORTING, "practice", *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert not (tmp_path / "data").exists()

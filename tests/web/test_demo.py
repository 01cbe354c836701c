"""``reporting demo``, as it is run: real processes, real ports, real keys."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from reporting.cli import keys, lasting
from reporting.cli.demo_site import DEMONSTRATION
from reporting.cli.failures import UNREACHABLE, CommandFailed
from reporting.cli.made_up import MadeUp, make_ready
from reporting.config import load_settings
from reporting.directory import published
from reporting.protocol import directory as directories
from reporting.protocol import vault
from reporting.protocol.encoding import b64decode, b64encode
from reporting.protocol.note import VerifierKey
from reporting.service import open_service
from tests.system.running import REPORTING, Service, free_port, running, start

ROLES_OF = {
    "intake": "intake:procurement",
    "investigator": "investigator:procurement",
    "protection": "protection:protection",
    "protection-2": "protection:protection",
    "custodian-1": "custodian:procurement",
    "custodian-2": "custodian:procurement",
    "auditor": "auditor",
    "administrator": "administrator",
    "break-glass": "break_glass:procurement",
}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with running(tmp_path_factory.mktemp("demo") / "data") as found:
        yield found


def directory_of(base_url: str) -> directories.Directory:
    def get(path: str) -> bytes:
        return httpx.get(f"{base_url}/.well-known/reporting/{path}").raise_for_status().content

    return directories.parse(get("directory"), VerifierKey.parse(get("root").decode().strip()))


def test_both_addresses_serve_the_same_directory(service: Service) -> None:
    directory = directory_of(service.base_url)
    assert directory == directory_of(service.desk_url)
    assert directory.origin == service.credentials["origin"]


def test_three_channels_take_reports_and_one_is_for_protection(service: Service) -> None:
    channels = directory_of(service.base_url).channels
    assert [channel.kind for channel in channels] == ["report", "report", "report", "protection"]
    assert all(set(channel.titles) == {"en", "ar", "zh", "fr", "ru", "es"} for channel in channels)


def test_the_printed_object_is_the_one_in_the_file(service: Service) -> None:
    path = service.data / "credentials.json"
    assert json.loads(path.read_text(encoding="utf-8")) == service.credentials
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(service.credentials) == ["base_url", "desk_url", "origin", "fingerprint", "members"]
    assert {tuple(member) for member in service.credentials["members"]} == {("id", "name", "roles", "passphrase")}


def test_the_fingerprint_is_the_root_s(service: Service) -> None:
    root = httpx.get(f"{service.base_url}/.well-known/reporting/root").text.strip()
    assert directories.fingerprint(VerifierKey.parse(root).public) == service.credentials["fingerprint"]


def test_every_part_is_played_by_somebody(service: Service) -> None:
    members = {member["id"]: member["roles"] for member in service.credentials["members"]}
    assert set(members) == set(ROLES_OF)
    assert [member for member, role in ROLES_OF.items() if role not in members[member]] == []
    assert {member.id for member in directory_of(service.base_url).members} == set(ROLES_OF)


@pytest.mark.parametrize("member", [member for member in ROLES_OF if member != "break-glass"])
def test_everybody_signs_in_and_opens_their_vault(service: Service, member: str) -> None:
    person = service.member(member)
    with httpx.Client(base_url=service.desk_url, headers={"Origin": service.desk_url}) as client:
        salt = b64decode(client.post("/api/session/salt", json={"name": person["name"]}).json()["salt"])
        stretched = vault.stretch(person["passphrase"], salt)
        body = {"name": person["name"], "auth": b64encode(stretched.auth_secret)}
        answer = client.post("/api/session", json=body)
        assert answer.status_code == 201, answer.text
        cookie = answer.headers["Set-Cookie"].partition(";")[0]
        own = client.get("/api/vault", headers={"Cookie": cookie}).json()
    key = vault.unwrap_with_passphrase(b64decode(own["wraps"]["passphrase"]), stretched.wrap_key, member)
    opened = vault.open_vault(b64decode(own["vault"]), key, member)
    listed = directory_of(service.desk_url).member(member)
    assert listed is not None
    assert opened.signing_key.public == listed.signing_key


def test_the_break_glass_member_cannot_sign_in_and_has_a_file(service: Service) -> None:
    person = service.member("break-glass")
    assert person["passphrase"] is None
    body = {"name": person["name"], "auth": b64encode(bytes(32))}
    answer = httpx.post(f"{service.desk_url}/api/session", json=body, headers={"Origin": service.desk_url})
    assert answer.status_code == 401
    assert "AGE-SECRET-KEY-PQ-1" in (service.data / "break-glass.txt").read_text()


def test_the_root_key_is_apart_from_the_server_and_from_its_processes(service: Service) -> None:
    root = json.loads((service.data / "root" / "root.key").read_text())
    seed = root["seed"]
    found = [path for path in (service.data / "server").rglob("*") if path.is_file()]
    assert [path for path in found if seed.encode() in path.read_bytes()] == []
    assert len(service.workers()) == 2


def test_ports_that_are_taken_are_one_sentence(service: Service, tmp_path: Path) -> None:
    arguments = ["--port", str(service.port), "--desk-port", str(free_port()), "--data", str(tmp_path / "other")]
    done = subprocess.run([*REPORTING, "demo", *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    assert str(service.port) in done.stderr
    assert not (tmp_path / "other").exists()


def stop(found: Service, how: signal.Signals = signal.SIGTERM) -> int:
    workers = found.workers()
    found.process.send_signal(how)
    status = found.process.wait(30)
    found.stop()
    # Whoever is told last may still be there for a moment, on a machine that is busy.
    for _ in range(100):
        if not any(Path(f"/proc/{worker}").exists() for worker in workers):
            break
        time.sleep(0.1)
    assert [worker for worker in workers if Path(f"/proc/{worker}").exists()] == []
    return status


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_it_stops_cleanly_and_takes_up_its_data_again(tmp_path: Path, how: signal.Signals) -> None:
    first = start(tmp_path / "data")
    assert stop(first, how) == 0
    second = start(tmp_path / "data")
    try:
        assert second.credentials["members"] == first.credentials["members"]
        assert second.credentials["fingerprint"] == first.credentials["fingerprint"]
        assert second.base_url != first.base_url
        assert directory_of(second.base_url).version == 1
    finally:
        assert stop(second) == 0


def test_fresh_makes_everything_anew(tmp_path: Path) -> None:
    first = start(tmp_path / "data")
    stop(first)
    second = start(tmp_path / "data", fresh=True)
    stop(second)
    assert second.credentials["fingerprint"] != first.credentials["fingerprint"]


def test_a_half_made_demonstration_is_made_again(tmp_path: Path) -> None:
    first = start(tmp_path / "data")
    stop(first)
    (tmp_path / "data" / "credentials.json").unlink()
    second = start(tmp_path / "data")
    stop(second)
    assert second.credentials["fingerprint"] != first.credentials["fingerprint"]


@pytest.mark.parametrize("options", [[], ["--fresh"]])
def test_a_folder_of_somebody_else_s_is_left_alone(tmp_path: Path, options: list[str]) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    ports = ["--port", str(free_port()), "--desk-port", str(free_port())]
    command = [*REPORTING, "demo", *ports, "--data", str(tmp_path), *options]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "“reporting demo” did not make" in done.stderr
    assert (tmp_path / "thesis.txt").read_text() == "years of work"


def test_it_is_not_taken_up_on_another_database_than_it_was_made_with(tmp_path: Path) -> None:
    """The bug: with another database in the environment, that one was brought to this release and served."""
    start(tmp_path / "data").stop()
    other = tmp_path / "other.sqlite"
    environment = {**os.environ, "REPORTING_DATABASE_URL": f"sqlite:///{other}"}
    ports = ["--port", str(free_port()), "--desk-port", str(free_port())]
    command = [*REPORTING, "demo", *ports, "--data", str(tmp_path / "data")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 1
    assert "another database or store" in done.stderr
    assert not other.exists()


def test_a_file_that_happens_to_have_the_lock_s_name_stays_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "data.lock").write_text("somebody's own")
    start(tmp_path / "data").stop()
    assert (tmp_path / "data.lock").read_text() == "somebody's own"


def test_a_directory_near_its_end_is_signed_again(tmp_path: Path) -> None:
    here = MadeUp(DEMONSTRATION, tmp_path / "data", free_port(), free_port())
    credentials = make_ready(here, fresh=False)
    service = open_service(load_settings(here.server))
    keys.install(service, keys.sign_request(keys.make_request(service, days=14), here.root, str))
    service.database.close()
    assert make_ready(here, fresh=False) == credentials
    service = open_service(load_settings(here.server))
    with service.database.read() as session:
        current = published.current(service, session)
    assert (current.version, (current.valid_until - current.date).days) == (3, 92)


def test_for_people_it_says_clearly_that_it_is_a_demonstration(tmp_path: Path) -> None:
    ports = ["--port", str(free_port()), "--desk-port", str(free_port())]
    output = tmp_path / "output"
    with output.open("w") as target:
        process = subprocess.Popen([*REPORTING, "demo", *ports, "--data", str(tmp_path / "data")], stdout=target)
        try:
            wait_for(lambda: "Next" in output.read_text(encoding="utf-8"))
        finally:
            process.terminate()
            assert process.wait(30) == 0
    printed = output.read_text(encoding="utf-8")
    assert "DEMONSTRATION" in printed
    assert "Report nothing real here" in printed
    credentials = json.loads((tmp_path / "data" / "credentials.json").read_text(encoding="utf-8"))
    told = [member["passphrase"] for member in credentials["members"] if member["passphrase"]]
    assert [passphrase for passphrase in told if passphrase not in printed] == []
    for word in ("submit", "--member intake list", "show CASE", "reply CASE", "mailbox", credentials["fingerprint"]):
        assert word in printed


def wait_for(condition: Any) -> None:
    until = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.1)


def test_a_service_that_does_not_come_up_is_a_failure_with_a_reason(tmp_path: Path) -> None:
    """A server that ends at once, and one that listens but never answers as a service does."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        here = MadeUp(DEMONSTRATION, tmp_path / "data", silent.getsockname()[1], free_port())
        make_ready(here, fresh=False)
        ended = subprocess.Popen([sys.executable, "-c", "raise SystemExit(5)"])
        ended.wait()
        with pytest.raises(CommandFailed, match="status 5") as caught:
            lasting.wait(here, ended)
        assert caught.value.exit_code == UNREACHABLE
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lasting, "WAIT_SECONDS", 0.2)
        alive = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
        try:
            with pytest.raises(CommandFailed, match="does not answer"):
                lasting.wait(here, alive)
        finally:
            os.kill(alive.pid, signal.SIGKILL)
            alive.wait()

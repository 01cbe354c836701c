"""Settings: where they come from, what is refused, and that secrets do not print."""

from __future__ import annotations

import dataclasses
import os
from pathlib import Path

import pytest

from reporting.config import (
    ConfigurationError,
    Secret,
    Settings,
    load_keys,
    load_settings,
    split_bind,
    write_secret,
)


def test_defaults_stand_in_the_data_folder(tmp_path: Path) -> None:
    settings = load_settings(tmp_path, environment={})
    assert settings.database_url == f"sqlite:///{tmp_path}/reporting.sqlite"
    assert settings.origins == ("http://127.0.0.1:8000", "http://localhost:8000")
    assert settings.challenge_bits == 14
    assert settings.sqlite


def test_an_argument_goes_before_the_environment_and_that_before_the_file(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text('workers = 3\nthreads = 5\norigins = ["https://a.example"]\n')
    environment = {"REPORTING_WORKERS": "4", "REPORTING_THREADS": "6"}
    settings = load_settings(tmp_path, environment=environment, workers=7)
    assert (settings.workers, settings.threads, settings.origins) == (7, 6, ("https://a.example",))
    assert load_settings(environment={"REPORTING_DATA": str(tmp_path)}).workers == 3


@pytest.mark.parametrize(
    "wrong",
    [
        {"workers": 0},
        {"workers": "many"},
        {"challenge_bits": 19},
        {"challenge_bits": 13},
        {"bind": "8000"},
        {"bind": "localhost:99999"},
        {"origins": "reports.example"},
        {"origins": "https://reports.example/"},
        {"desk_origins": "ftp://x"},
        {"onion_location": "x.onion"},
        {"practice_url": "practice.example.org"},
        {"store": "/mnt/files"},
        {"store": "s3://"},
        {"store": "s3://bucket"},
        {"store": "s3://bucket", "store_key_id": "a", "store_secret_file": "b", "store_endpoint": "s3.example.org"},
        {"file_limit": 10, "entry_limit": 9},
        {"upload_share": 101},
        {"notice_slots": "08:00"},
        {"notice_slots": "8:00", "smtp_host": "mail.example", "smtp_from": "a@b.example"},
        {"notice_slots": "24:00", "smtp_host": "mail.example", "smtp_from": "a@b.example"},
        {"notice_slots": "08:00,08:00", "smtp_host": "mail.example", "smtp_from": "a@b.example"},
        {"notice_zone": "Atlantis/Center"},
        {"notice_zone": "../../etc/passwd"},
        {"notice_checkpoints": "hourly"},
        {"notice_hold_days": 1},
        {"smtp_host": "mail.example"},
        {"smtp_host": "mail.example", "smtp_from": "Us <a@b.example>"},
        {"smtp_host": "mail.example", "smtp_from": "a@b.example\r\nBcc: c@d.example"},
        {"smtp_host": "mail example", "smtp_from": "a@b.example"},
        {"smtp_host": "mail.example", "smtp_from": "a@b.example", "smtp_security": "ssl"},
        {"smtp_host": "mail.example", "smtp_from": "a@b.example", "smtp_security": "none"},
        {"smtp_host": "mail.example", "smtp_from": "a@b.example", "smtp_user": "a"},
        {"database_url": "mysql://x"},
        {"session_idle": 1},
        {"no_such_setting": "1"},
        {"bind": "192.0.2.1:8000", "desk_bind": "127.0.0.1:8000"},
        {"origins": 5},
        {"onion_location": 5},
    ],
)
def test_what_cannot_be_right_is_refused_in_a_sentence(tmp_path: Path, wrong: dict[str, object]) -> None:
    with pytest.raises(ConfigurationError) as raised:
        load_settings(tmp_path, environment={}, **wrong)
    assert str(raised.value).endswith(".")


def test_a_broken_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text("workers = ")
    with pytest.raises(ConfigurationError, match="TOML"):
        load_settings(tmp_path, environment={})


def test_settings_cannot_be_changed(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path)
    with pytest.raises(dataclasses.FrozenInstanceError):
        settings.workers = 3  # type: ignore[misc]  # that it cannot be done is the test


def test_an_address_may_be_of_version_six() -> None:
    assert split_bind("[::1]:8000") == ("::1", 8000)


def test_an_empty_folder_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="reporting init"):
        load_keys(Settings(data=tmp_path / "none"))


def test_secrets_are_written_once_and_for_their_owner_alone(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path)
    for name in ("service.key", "log.key", "server.secret"):
        write_secret(settings.keys / name, os.urandom(32))
    (settings.keys / "root.pub").write_text("line\n")
    keys = load_keys(settings)
    assert keys.root == "line"
    assert len(keys.service.reveal()) == 32
    assert keys.service.reveal().hex() not in repr(keys)
    assert (settings.keys / "log.key").stat().st_mode & 0o777 == 0o600
    with pytest.raises(FileExistsError):
        write_secret(settings.keys / "log.key", os.urandom(32))
    (settings.keys / "log.key").chmod(0o644)
    with pytest.raises(ConfigurationError, match="chmod"):
        load_keys(settings)
    (settings.keys / "log.key").unlink()
    with pytest.raises(ConfigurationError, match=r"log\.key"):
        load_keys(settings)
    with pytest.raises(ConfigurationError):
        Secret(b"short")


def test_a_setting_of_an_earlier_release_stands_in_nobody_s_way(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text('languages = ["en", "ar"]\nworkers = 3\n')
    assert load_settings(tmp_path, environment={}).workers == 3

"""Settings and key files: the only module that reads the environment or a configuration file.

A setting comes, in this order, from an argument, from the environment (``REPORTING_WORKERS``), from
``settings.toml`` in the data folder, or from its default. Everything is checked once, here; what is
wrong is told in one sentence that says how to put it right.
"""

from __future__ import annotations

import dataclasses
import os
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from reporting import mailing
from reporting.i18n import gettext as _

MAX_CHALLENGE_BITS = 18  # protocol section 6: never more
MIN_CHALLENGE_BITS = 14  # protocol section 6: at rest
SECRET_SIZE = 32


class ConfigurationError(Exception):
    """A setting or key file is missing or wrong; the message is one sentence for the operator."""


class Secret:
    """Bytes that must not be printed: ``repr`` and ``str`` hide them."""

    __slots__ = ("_value",)

    def __init__(self, value: bytes) -> None:
        if len(value) != SECRET_SIZE:
            raise ConfigurationError(_("A key file must hold exactly 32 bytes."))
        self._value = value

    def reveal(self) -> bytes:
        """The bytes themselves."""
        return self._value

    def __repr__(self) -> str:
        return "Secret(…)"


@dataclass(frozen=True)
class Settings:
    """Everything that can be set. ``docs/operations.md`` describes each field under its own name."""

    data: Path
    database_url: str = ""
    origins: tuple[str, ...] = ()
    desk_origins: tuple[str, ...] = ()
    onion_location: str = ""
    practice_url: str = ""
    bind: str = "127.0.0.1:8000"
    desk_bind: str = "127.0.0.1:8001"
    workers: int = 2
    threads: int = 8
    request_seconds: int = 60
    challenge_bits: int = MIN_CHALLENGE_BITS
    free_space_floor: int = 1_024
    reports_when_low: int = 60
    session_idle: int = 30 * 60
    session_absolute: int = 12 * 60 * 60
    desk_idle: int = 10 * 60
    second_factor: str = "required"
    step_up: int = 5 * 60
    one_person_office: bool = False
    custodian_approvals: int = 2
    store: str = ""
    store_endpoint: str = ""
    store_region: str = "us-east-1"
    store_key_id: str = ""
    store_secret_file: str = ""
    store_budget: int = 20_480
    file_limit: int = 2_048
    entry_limit: int = 5_120
    upload_share: int = 10
    files_per_day: int = 51_200
    files_in_all: int = 1_048_576
    part_seconds: int = 600
    notice_slots: tuple[str, ...] = ()
    notice_zone: str = "UTC"
    notice_hold_days: int = 2
    notice_ahead_days: int = 2
    notice_checkpoints: str = "weekly"
    figures_after_days: int = 30
    smtp_host: str = ""
    smtp_port: int = 587
    smtp_security: str = "starttls"
    smtp_user: str = ""
    smtp_password_file: str = ""
    smtp_from: str = ""
    smtp_ca_file: str = ""
    smtp_timeout: int = 30

    def __post_init__(self) -> None:
        if not self.database_url:
            object.__setattr__(self, "database_url", f"sqlite:///{self.data / 'reporting.sqlite'}")
        if not self.origins:
            object.__setattr__(self, "origins", _local_origins(self.bind))
        if not self.desk_origins:
            object.__setattr__(self, "desk_origins", _local_origins(self.desk_bind))
        _check(self)

    @property
    def keys(self) -> Path:
        """The folder of key files."""
        return self.data / "keys"

    @property
    def profiles(self) -> Path:
        """The folder of the operator's own jurisdiction profiles; most have none."""
        return self.data / "profiles"

    @property
    def sqlite(self) -> bool:
        """Whether the database is a SQLite file."""
        return self.database_url.startswith("sqlite")


def split_bind(bind: str) -> tuple[str, int]:
    """Host and port of ``host:port`` or ``[v6]:port``.

    :raises ConfigurationError: anything else
    """
    host, separator, port = bind.rpartition(":")
    if not separator or not host or not port.isascii() or not port.isdigit() or int(port) > 65535:
        raise ConfigurationError(_("“{bind}” is not an address to listen at: write host:port.", bind=bind))
    return host.strip("[]"), int(port)


def _local_origins(bind: str) -> tuple[str, ...]:
    host, port = split_bind(bind)
    shown = f"[{host}]" if ":" in host else host
    return (f"http://{shown}:{port}", f"http://localhost:{port}")


def _is_origin(text: str) -> bool:
    parts = urlsplit(text)
    return (
        parts.scheme in ("http", "https")
        and bool(parts.netloc)
        and not parts.username
        and text == f"{parts.scheme}://{parts.netloc}"
    )


_RANGES = {
    "workers": (1, 64),
    "threads": (1, 256),
    "request_seconds": (5, 600),
    "challenge_bits": (MIN_CHALLENGE_BITS, MAX_CHALLENGE_BITS),
    "free_space_floor": (0, 1 << 30),
    "reports_when_low": (1, 100_000),
    "session_idle": (60, 24 * 60 * 60),
    "session_absolute": (60, 7 * 24 * 60 * 60),
    "desk_idle": (60, 60 * 60),
    "step_up": (30, 60 * 60),
    "custodian_approvals": (2, 16),
    "store_budget": (1, 1 << 30),
    "file_limit": (1, 1 << 20),
    "entry_limit": (1, 1 << 20),
    "upload_share": (0, 100),
    "files_per_day": (0, 1 << 30),
    "files_in_all": (0, 1 << 30),
    "part_seconds": (5, 3_600),
    "notice_hold_days": (2, 7),
    "notice_ahead_days": (1, 30),
    "figures_after_days": (0, 365),
    "smtp_port": (1, 65_535),
    "smtp_timeout": (1, 300),
}
SECOND_FACTOR = ("required", "offered")


def _check(settings: Settings) -> None:
    for name, (low, high) in _RANGES.items():
        if not low <= getattr(settings, name) <= high:
            raise ConfigurationError(
                _("The setting “{name}” must be from {low} to {high}.", name=name, low=low, high=high)
            )
    if settings.second_factor not in SECOND_FACTOR:
        raise ConfigurationError(_("The setting “second_factor” must be required or offered."))
    _check_addresses(settings)
    _check_store(settings)
    if wrong := mailing.problem(settings):
        raise ConfigurationError(wrong)
    if not settings.database_url.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise ConfigurationError(_("The setting “database_url” must begin with sqlite:/// or postgresql+psycopg://."))


def _check_addresses(settings: Settings) -> None:
    for bind in (settings.bind, settings.desk_bind):
        split_bind(bind)
    if split_bind(settings.bind)[1] == split_bind(settings.desk_bind)[1] != 0:
        # Requests are told apart by the port they came in at: with one for both, strangers would meet the desk.
        raise ConfigurationError(_("Reporters and desk need ports of their own."))
    for name in ("origins", "desk_origins", "practice_url"):
        given = getattr(settings, name)
        for origin in given if isinstance(given, tuple) else filter(None, (given,)):
            if not _is_origin(origin):
                raise ConfigurationError(
                    _("“{origin}” in the setting “{name}” is not of the form https://host.", origin=origin, name=name)
                )
    if settings.onion_location and not _is_origin(settings.onion_location):
        raise ConfigurationError(_("The setting “onion_location” must be of the form http://address.onion."))


def _check_store(settings: Settings) -> None:
    if settings.entry_limit < settings.file_limit:
        raise ConfigurationError(_("The setting “entry_limit” must not be below “file_limit”."))
    if not settings.store:
        return
    address = urlsplit(settings.store)
    if address.scheme != "s3" or not address.netloc or address.query or address.fragment:
        raise ConfigurationError(_("The setting “store” must be empty or of the form s3://bucket/prefix."))
    if not settings.store_key_id or not settings.store_secret_file:
        raise ConfigurationError(_("A store needs the settings “store_key_id” and “store_secret_file”."))
    if settings.store_endpoint and not _is_origin(settings.store_endpoint):
        raise ConfigurationError(_("The setting “store_endpoint” must be of the form https://host."))


def _texts(name: str, value: Any) -> tuple[str, ...]:
    if isinstance(value, str):
        value = [part.strip() for part in value.split(",") if part.strip()]
    if not isinstance(value, list | tuple) or not all(isinstance(part, str) for part in value):
        raise ConfigurationError(_("The setting “{name}” must be a list of texts.", name=name))
    return tuple(value)


def _number(name: str, value: Any) -> int:
    if isinstance(value, str) and value.isascii() and value.isdigit():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise ConfigurationError(_("The setting “{name}” must be a whole number.", name=name))
    return value


def _text(name: str, value: Any) -> str:
    if not isinstance(value, str):
        raise ConfigurationError(_("The setting “{name}” must be text.", name=name))
    return value


def _flag(name: str, value: Any) -> bool:
    if isinstance(value, str) and value in ("true", "false"):
        return value == "true"
    if not isinstance(value, bool):
        raise ConfigurationError(_("The setting “{name}” must be true or false.", name=name))
    return value


_READERS: dict[str, Callable[[str, Any], Any]] = {
    "tuple[str, ...]": _texts,
    "int": _number,
    "str": _text,
    "bool": _flag,
}
_FIELDS = {field.name: str(field.type) for field in dataclasses.fields(Settings) if field.name != "data"}


#: Written by ``reporting init`` of 0.1.0, and of no use: the site's document says which languages there are.
_RETIRED = frozenset({"languages"})


def load_settings(
    data: Path | str | None = None, *, environment: Mapping[str, str] | None = None, **overrides: Any
) -> Settings:
    """Settings from arguments, environment, ``settings.toml`` and defaults, in that order.

    :param data: the data folder; else ``REPORTING_DATA``, else ``var/data`` in the current folder
    :param environment: for tests; else the process's own
    :raises ConfigurationError: an unknown name or a value that cannot be right
    """
    environment = os.environ if environment is None else environment
    folder = Path(data or environment.get("REPORTING_DATA") or Path("var") / "data").absolute()
    written = _read_toml(folder / "settings.toml")
    values: dict[str, Any] = {name: value for name, value in written.items() if name not in _RETIRED}
    for name in _FIELDS:
        if (text := environment.get(f"REPORTING_{name.upper()}")) is not None:
            values[name] = text
    values |= {name: value for name, value in overrides.items() if value is not None}
    if unknown := sorted(set(values) - set(_FIELDS)):
        raise ConfigurationError(_("There is no setting “{name}”.", name=unknown[0]))
    return Settings(data=folder, **{name: _READERS[_FIELDS[name]](name, value) for name, value in values.items()})


def wanted_languages(environment: Mapping[str, str] | None = None) -> list[str]:
    """The languages that the person at the terminal asks for, best first: ``REPORTING_LANGUAGE``, then POSIX's."""
    environment = os.environ if environment is None else environment
    names = ("REPORTING_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")
    return [value for name in names if (value := environment.get(name))]


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationError(_("{path} is not valid TOML: {error}.", path=path, error=error)) from error


@dataclass(frozen=True)
class ServiceKeys:
    """What the server holds: the root's public line, and three secrets of its own."""

    root: str
    service: Secret
    log: Secret
    secret: Secret


def load_keys(settings: Settings) -> ServiceKeys:
    """The server's keys from ``<data>/keys``.

    :raises ConfigurationError: nothing was set up here, or a file is damaged or readable by others
    """
    if not settings.keys.is_dir():
        raise ConfigurationError(
            _("There is no service in {path} yet: run “reporting init” or “reporting demo” first.", path=settings.data)
        )
    return ServiceKeys(
        root=_read_key(settings.keys / "root.pub").decode("utf-8").strip(),
        service=Secret(_read_secret(settings.keys / "service.key")),
        log=Secret(_read_secret(settings.keys / "log.key")),
        secret=Secret(_read_secret(settings.keys / "server.secret")),
    )


def read_signing_keys(settings: Settings, name: str) -> list[Secret]:
    """The key in use under a name, ``service`` or ``log``, and the one that a rotation laid ready, if there is one.

    :raises ConfigurationError: a file is damaged or readable by others
    """
    laid_ready = next_key(settings, name)
    try:
        ready = [Secret(_read_secret(laid_ready))]
    except ConfigurationError:
        if laid_ready.exists():
            raise
        ready = []  # none, or it took the other's place just now
    return [Secret(_read_secret(settings.keys / f"{name}.key")), *ready]


def next_key(settings: Settings, name: str) -> Path:
    """Where a rotation lays the next key of a name."""
    return settings.keys / f"{name}.next.key"


def take_next_key(settings: Settings, name: str) -> None:
    """Let the key that was laid ready take the place of the one in use, which is gone then."""
    next_key(settings, name).replace(settings.keys / f"{name}.key")


def write_secret(path: Path, value: bytes) -> None:
    """Write a 32-byte secret so that only its owner can read it; never over an existing file.

    :raises FileExistsError: the file is there already
    """
    Secret(value)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as target:
        target.write(value)
        target.flush()
        os.fsync(target.fileno())


def read_text_secret(path: Path) -> str:
    """The one line of a file that holds a secret, such as the store's.

    :raises ConfigurationError: it cannot be read, is not text, or others can read it
    """
    try:
        return _read_secret(path).decode("ascii").strip()
    except UnicodeDecodeError as error:
        raise ConfigurationError(_("The key file {path} must hold one line of text.", path=path)) from error


def _read_key(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ConfigurationError(
            _("The key file {path} cannot be read: {reason}.", path=path, reason=error.strerror)
        ) from error


def _read_secret(path: Path) -> bytes:
    value = _read_key(path)
    if path.stat().st_mode & 0o077:
        raise ConfigurationError(_("The key file {path} can be read by others: run “chmod 600” on it.", path=path))
    return value

"""Commands run in this process, on real folders."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from reporting.cli.main import main
from reporting.config import load_settings
from reporting.service import Service, open_service

ORIGIN = "reports.example.org"


def run(*arguments: object) -> Result:
    """Run a command with nobody at the keyboard."""
    return CliRunner().invoke(main, [str(argument) for argument in arguments], prog_name="reporting")


def succeed(*arguments: object) -> str:
    """What a command prints that must succeed."""
    result = run(*arguments)
    assert result.exit_code == 0, result.output
    return result.stdout


def refused(*arguments: object, status: int = 1) -> str:
    """The one sentence of a command that must fail with ``status``."""
    result = run(*arguments)
    assert result.exit_code == status, result.output
    assert result.stdout == "" or status != 2
    lines = result.stderr.splitlines()
    assert lines
    assert "Traceback" not in result.output
    return lines[-1]


@dataclass(frozen=True)
class Site:
    """A site whose root key and server lie beside each other in ``folder``."""

    folder: Path

    @property
    def server(self) -> Path:
        return self.folder / "server"

    @property
    def root(self) -> Path:
        return self.folder / "root"

    def service(self) -> Service:
        return open_service(load_settings(self.server))

    def add_member(self, member: str, *options: str) -> str:
        return succeed("members", "add", member, "--label", f"{member.title()} Label", "--data", self.server, *options)

    def add_channel(self, channel: str, *options: str) -> str:
        return succeed("channels", "add", channel, "--title", f"en={channel}", "--data", self.server, *options)

    def request(self, *options: str) -> Path:
        path = self.folder / "next.request.json"
        succeed("keys", "request", "--out", path, "--data", self.server, *options)
        return path

    def sign(self, request: Path, *options: str) -> Path:
        succeed("keys", "sign", request, "--root-folder", self.root, "--yes", *options)
        return request.with_name("next.signed.json")

    def publish(self, signed: Path) -> str:
        return succeed("keys", "publish", signed, "--data", self.server)

    def renew(self) -> str:
        """Request, sign and publish."""
        return self.publish(self.sign(self.request()))


def make_site(folder: Path, origin: str = ORIGIN) -> Site:
    """A site that was only set up."""
    site = Site(folder)
    succeed(
        "init",
        *("--data", site.server, "--root-folder", site.root, "--origin", origin),
        *("--languages", "en,ar", "--name", "en=Example", "--profile", "eu"),
    )
    return site


def make_published(folder: Path, origin: str = ORIGIN) -> Site:
    """A site with one channel and two members in force."""
    site = make_site(folder, origin)
    site.add_member("m1")
    site.add_member("m2")
    site.add_channel("procurement", "--role", "intake=m1", "--role", "investigator=m2")
    site.renew()
    return site


def read_json(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def change_json(path: Path, **changes: Any) -> None:
    """Alter a file as somebody with an editor would."""
    path.write_text(json.dumps(read_json(path) | changes), encoding="utf-8")


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777

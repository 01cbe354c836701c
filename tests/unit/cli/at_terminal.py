"""A person at a terminal, against a running site."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from click.testing import CliRunner, Result

from reporting.cli.main import main
from tests.unit.client.running import RunningSite, running

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

ACCOUNT = "Vendor Quillfeather paid for the bridge of sand."


def run(*arguments: str, stdin: str = "") -> Result:
    """One command, with nobody at the keyboard."""
    return CliRunner().invoke(main, list(arguments), input=stdin, catch_exceptions=False)


@dataclass
class Wire:
    """Stands around the reporters' side: counts what passes, and cuts answers that a test wants lost."""

    app: WSGIApplication | None = None
    lose: Callable[[WSGIEnvironment], bool] = lambda environ: False
    before: Callable[[WSGIEnvironment], None] = lambda environ: None
    posts: list[tuple[str, bytes]] = field(default_factory=list)

    def around(self, app: WSGIApplication) -> WSGIApplication:
        """This wire, with ``app`` behind it."""
        self.app = app
        return self._answer

    def _answer(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        assert self.app is not None
        sends = environ["REQUEST_METHOD"] in ("POST", "PUT")
        if sends:
            self.before(environ)
        if environ["REQUEST_METHOD"] == "POST":
            body = environ["wsgi.input"].read()
            self.posts.append((environ["PATH_INFO"], body))
            environ["wsgi.input"] = _Again(body)
        answer = list(self.app(environ, start_response))
        if sends and self.lose(environ):
            environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
        return answer


class _Again:
    """A body that was read once already."""

    def __init__(self, body: bytes) -> None:
        self._left = body

    def read(self, size: int = -1) -> bytes:
        """As a stream does."""
        size = len(self._left) if size < 0 else size
        part, self._left = self._left[:size], self._left[size:]
        return part


@dataclass
class Terminal:
    """Commands against one site. ``folder`` is the person's own."""

    site: RunningSite
    folder: Path
    wire: Wire

    def answers(self, **answers: Any) -> str:
        """A file of answers, by its path."""
        path = self.folder / "answers.json"
        path.write_text(json.dumps({"account": ACCOUNT, **answers}))
        return str(path)

    def submit(self, *options: str, **answers: Any) -> Result:
        """``reporting submit`` with a file of answers, by fingerprint."""
        given = ["--channel", "procurement", "--fingerprint", self.site.fingerprint, "--json"]
        return run("submit", self.site.url, *given, "--answers", self.answers(**answers), *options)

    def filed(self, *options: str, **answers: Any) -> Filed:
        """The same, taken."""
        result = self.submit(*options, **answers)
        assert result.exit_code == 0, result.stderr
        content = json.loads(result.stdout)
        return Filed(content["case"], " ".join(content["receipt"]["groups"]), content)

    def mailbox(self, code: str, *options: str, stdin: str = "") -> Result:
        """``reporting mailbox``, the code on standard input."""
        given = ["--fingerprint", self.site.fingerprint]
        return run("mailbox", self.site.url, *given, *options, stdin=f"{code}\n{stdin}")

    def opened(self, code: str) -> list[dict[str, Any]]:
        """The cases under a code."""
        result = self.mailbox(code, "--json")
        assert result.exit_code == 0, result.stderr
        found: list[dict[str, Any]] = json.loads(result.stdout)["cases"]
        return found

    def desk(self, member: str, *arguments: str, stdin: str = "") -> Result:
        """``reporting desk``, the passphrase on standard input."""
        given = ["--url", self.site.desk_url, "--member", member, "--passphrase-file", "-"]
        return run("desk", *given, *arguments, stdin=f"{self.site.passphrases[member]}\n{stdin}")

    def done(self, member: str, *arguments: str, stdin: str = "") -> dict[str, Any]:
        """The same with ``--json``, taken."""
        result = self.desk(member, *arguments, "--json", stdin=stdin)
        assert result.exit_code == 0, result.stderr
        found: dict[str, Any] = json.loads(result.stdout)
        return found


@dataclass(frozen=True)
class Filed:
    """A report that was taken."""

    case: str
    code: str
    answer: dict[str, Any]


@contextmanager
def terminal(folder: Path) -> Iterator[Terminal]:
    """A terminal and a fresh site, for the block."""
    wire = Wire()
    with running(folder / "data", wrap=wire.around) as site:
        home = folder / "home"
        home.mkdir()
        yield Terminal(site, home, wire)

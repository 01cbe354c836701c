"""``reporting verify-site``: one changed byte anywhere is found, and an honest site passes."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import Result

from reporting.i18n import available_languages
from reporting.web import assets
from tests.unit.cli.at_terminal import run
from tests.unit.client.running import RunningSite, running

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


@dataclass
class Altered:
    """A server that changes one answer: its body, or its headers."""

    path: str = ""
    find: bytes = b""
    put: bytes = b""
    header: tuple[str, str] | None = None
    browsers: bytes = b""  # sent in place of the body, to whoever takes it in gzip

    def around(self, app: WSGIApplication) -> WSGIApplication:
        def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
            if environ["PATH_INFO"] != self.path:
                return app(environ, start_response)

            def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
                kept = [one for one in headers if one[0] != "Content-Length"]
                if self.header is not None:
                    kept = [*[one for one in kept if one[0] != self.header[0]], self.header]
                return start_response(status, kept, *rest)

            body = b"".join(app(environ, start)).replace(self.find, self.put)
            return [self.browsers if self.browsers and "gzip" in environ["HTTP_ACCEPT_ENCODING"] else body]

        return answer


@dataclass
class Checked:
    site: RunningSite
    altered: Altered

    def verify(self, *options: str) -> Result:
        return run("verify-site", self.site.url, "--fingerprint", self.site.fingerprint, "--json", *options)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checked]:
    altered = Altered()
    with running(tmp_path_factory.mktemp("verify") / "data", wrap=altered.around) as site:
        yield Checked(site, altered)


@pytest.fixture
def here(shared: Checked, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Checked:
    monkeypatch.setenv("HOME", str(tmp_path))
    vars(shared.altered).update(vars(Altered()))  # honest again
    return shared


def test_an_honest_site_passes_with_every_page_and_file(here: Checked) -> None:
    result = here.verify()
    assert result.exit_code == 0, result.output
    checked = json.loads(result.stdout)
    assert checked["different"] == []
    languages, channels = 2, 2
    ways_in = languages
    assert checked["checked"] == ways_in + languages * (8 + channels) + len(assets.manifest())


def test_an_honest_desk_passes(here: Checked) -> None:
    result = run(
        "verify-site",
        here.site.desk_url,
        "--desk",
        "--fingerprint",
        here.site.fingerprint,
        "--json",
        "--trust-first-use",
    )
    assert result.exit_code == 0, result.output
    # The desk, the page for newcomers and the frame for files are documents as well; two of them in each language.
    ways_in, documents = 2, 4 + 2 * len(available_languages())
    assert json.loads(result.stdout)["checked"] == ways_in + documents + len(assets.manifest())


@pytest.mark.parametrize(
    ("path", "find", "put"),
    [
        ("/en/report/procurement", b"</main>", b" </main>"),
        ("/ar/mailbox", b"sha384-", b"sha384-x"),
        ("worker", b";", b" ;"),
    ],
)
def test_one_changed_byte_is_found(here: Checked, path: str, find: bytes, put: bytes) -> None:
    path = assets.asset("report-worker-en.js").address if path == "worker" else path
    here.altered.path, here.altered.find, here.altered.put = path, find, put
    result = here.verify()
    assert result.exit_code == 4
    (fault,) = json.loads(result.stdout)["different"]
    assert path in fault


@pytest.mark.parametrize(
    "header",
    [
        ("Link", "</x.js>; rel=preload"),
        ("Refresh", "0; url=/x"),
        ("Content-Security-Policy", "script-src *"),
        ("Content-Security-Policy-Report-Only", "script-src 'none'; report-uri https://watcher.example/"),
        ("Reporting-Endpoints", 'default="https://watcher.example/"'),
        ("Speculation-Rules", '"/x.json"'),
        ("Onion-Location", "http://elsewhere.example"),
        ("Content-Type", "text/html; charset=iso-2022-jp"),
        ("Content-Disposition", "attachment"),
        ("Cache-Control", "max-age=31536000"),
        ("Referrer-Policy", "unsafe-url"),
        ("ETag", '"visitor-17"'),
    ],
)
def test_a_header_that_leads_elsewhere_is_found(here: Checked, header: tuple[str, str]) -> None:
    here.altered.path, here.altered.header = "/en/report", header
    result = here.verify()
    assert result.exit_code == 4
    assert "/en/report" in json.loads(result.stdout)["different"][0]


def test_a_first_address_that_leads_elsewhere_is_found(here: Checked) -> None:
    here.altered.path, here.altered.header = "/", ("Location", "/en/mailbox")
    result = here.verify()
    assert result.exit_code == 4
    assert json.loads(result.stdout)["different"][0].startswith("/ ")


@pytest.mark.parametrize("kind", ["page", "worker"])
def test_another_answer_to_browsers_alone_is_found(here: Checked, kind: str) -> None:
    here.altered.path = {"page": "/en/mailbox", "worker": assets.asset("report-worker-en.js").address}[kind]
    here.altered.browsers = gzip.compress(b"another page")
    result = here.verify()
    assert result.exit_code == 4
    assert here.altered.path in json.loads(result.stdout)["different"][0]


def test_a_site_under_another_root_is_not_even_compared(here: Checked) -> None:
    result = run("verify-site", here.site.url, "--fingerprint", "12345 " * 6, "--json")
    assert result.exit_code == 4
    assert "different" not in result.stdout

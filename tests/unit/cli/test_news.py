"""``reporting news``: a day without the receipt code, from a file."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import Result

from tests.unit.cli.at_terminal import Filed, Terminal, run, terminal


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Terminal]:
    with terminal(tmp_path_factory.mktemp("news")) as found:
        yield found


@pytest.fixture
def here(shared: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    return Terminal(shared.site, tmp_path, shared.wire)


@pytest.fixture
def filed(here: Terminal) -> Filed:
    return here.filed()


def news(here: Terminal, act: str, *options: str, code: str = "") -> Result:
    """``reporting news``, by fingerprint."""
    return run("news", act, here.site.url, "--fingerprint", here.site.fingerprint, *options, stdin=f"{code}\n")


def test_a_link_tells_the_day_and_can_be_turned_off(here: Terminal, filed: Filed) -> None:
    file = here.folder / "news"
    result = news(here, "on", "--file", str(file), code=filed.code)
    assert result.exit_code == 0, result.stderr
    assert "knows that you reported there" in result.stdout
    assert file.stat().st_mode & 0o777 == 0o600
    assert len(file.read_text().strip()) == 32
    assert "Nobody has written to you yet." in news(here, "look", "--file", str(file)).stdout
    here.done("m1", "reply", filed.case, "Which bridge?")
    begun = len(here.wire.posts)
    look = json.loads(news(here, "look", "--file", str(file), "--json").stdout)
    assert look["on"] is True
    assert f"is of {look['day']}." in news(here, "look", "--file", str(file), "--today", look["day"]).stdout
    assert "more may have come since" in news(here, "look", "--file", str(file), "--today", look["day"]).stdout
    asked = here.wire.posts[begun:]
    assert {path for path, _body in asked} == {"/api/updates"}
    assert not [body for _path, body in asked if file.read_text().strip().encode() in body]
    assert news(here, "off", code=filed.code).stdout.strip() == "The link is off."
    assert json.loads(news(here, "look", "--file", str(file), "--json").stdout) == {"on": False, "day": None}
    off = news(here, "look", "--file", str(file))
    assert (off.exit_code, "This link is not turned on." in off.stderr) == (1, True)


def test_a_day_that_is_yet_to_come_is_said_to_be_wrong(here: Terminal, filed: Filed) -> None:
    file = here.folder / "news"
    news(here, "on", "--file", str(file), code=filed.code)
    here.done("m1", "reply", filed.case, "Which bridge?")
    day = json.loads(news(here, "look", "--file", str(file), "--json").stdout)["day"]
    yesterday = datetime.date.fromisoformat(day) - datetime.timedelta(days=1)
    before = news(here, "look", "--file", str(file), "--today", yesterday.isoformat())
    assert before.exit_code != 0
    assert "yet to come" in before.stderr
    assert day not in before.stdout


def test_what_is_not_in_order_is_said_and_writes_nothing(here: Terminal, filed: Filed) -> None:
    file = here.folder / "news"
    wrong = "0001 " * 11 + "0004"
    assert news(here, "on", "--file", str(file), code=wrong).exit_code != 0
    assert not file.exists()
    file.write_text("not a link")
    result = news(here, "look", "--file", str(file))
    assert (result.exit_code != 0, "This is not a link to news." in result.stderr) == (True, True)
    result = news(here, "on", "--file", str(file), code=filed.code)
    assert "There is a file of that name already." in result.stderr
    assert file.read_text() == "not a link"

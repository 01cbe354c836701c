"""``reporting desk indicators``: figures as the server computes them, small ones hidden, false ones refused."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any

import pytest

from reporting.client.counting import counted, period
from reporting.client.errors import UnexpectedAnswer
from tests.unit.cli.at_terminal import Terminal, terminal


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Terminal]:
    folder = tmp_path_factory.mktemp("counting")
    with terminal(folder) as found, pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", str(folder))
        for _ in range(5):
            found.filed()
        yield found


def test_figures_are_printed_by_channel(here: Terminal) -> None:
    told = here.desk("m1", "indicators").stdout
    assert "received" in told
    assert "of 5" in told
    table = here.done("m1", "indicators")
    (channel,) = table["channels"]
    assert {one["id"]: one["of"] for one in channel["indicators"]}["received"] == 5
    before = here.desk("m1", "indicators", "--year", "2001", "--quarter", "4")
    assert "2001-10-01" in before.stdout
    assert "nothing that you may count" in before.stdout


def test_it_is_not_for_everybody(here: Terminal) -> None:
    assert here.desk("m2", "indicators").exit_code != 0


def test_a_period_is_a_year_or_a_quarter_of_it() -> None:
    day = datetime.date
    assert period(2026, None) == (day(2026, 1, 1), day(2026, 12, 31))
    assert [period(2024, one) for one in (1, 4)] == [
        (day(2024, 1, 1), day(2024, 3, 31)),
        (day(2024, 10, 1), day(2024, 12, 31)),
    ]


class _Served:
    """A session whose server answers this."""

    def __init__(self, line: Any) -> None:
        self.line = line

    def get(self, _path: str) -> Any:
        """The answer."""
        return {"least_number": 5, "channels": [{"id": "a", "indicators": [self.line]}]}


@pytest.mark.parametrize(
    "line",
    [
        None,
        {"id": 1, "form": "number", "of": 5},
        {"id": "received", "form": "sum", "of": 5},
        {"id": "received", "form": "number", "of": -1},
        {"id": "received", "form": "number", "of": True},
        {"id": "acknowledged", "form": "share", "of": 5, "percent": "all"},
        {"id": "outcomes", "form": "parts", "of": 5, "parts": {"granted": "5"}},
        {"id": "outcomes", "form": "parts", "of": 5, "parts": [5]},
    ],
)
def test_what_is_no_figure_is_refused(line: Any) -> None:
    served: Any = _Served(line)
    with pytest.raises(UnexpectedAnswer):
        counted(served, *period(2026, None))

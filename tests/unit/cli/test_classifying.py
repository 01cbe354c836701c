"""``reporting desk classify``: sealed for the team, counted once without the case, told in words."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from sqlalchemy import select

from reporting.statistics.models import BagRecord
from tests.unit.cli.at_terminal import Terminal, terminal


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Terminal]:
    folder = tmp_path_factory.mktemp("classifying")
    with terminal(folder) as found, pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", str(folder))
        yield found


def test_it_is_counted_once_for_each_moment_and_told_in_words(here: Terminal) -> None:
    case = here.filed().case
    given = ("classify", case, "--offence", "15(b):participation", "--offence", "0701", "--sector", "health")
    first = here.done("m1", *given)
    assert first["case"] == case
    again = here.done("m1", *given, "--region", "FR-75")
    assert again["counted"] == first["counted"]
    ended = here.done("m1", "classify", case, "--at", "closing", "--outcome", "mistaken", "--no-count")
    assert ended["counted"] is None
    with here.site.service.database.read() as session:
        (record,) = session.scalars(select(BagRecord.content))
    assert json.loads(record)["region"] == ""
    told = " ".join(here.desk("m1", "show", case).stdout.split())
    assert (
        "A public official asks for or takes a bribe; By helping or inciting others (UNCAC 15(b) · ICCS 070312)" in told
    )
    assert "- Fraud (ICCS 0701)" in told
    assert f"Counted among the figures of {first['counted']}." in told
    assert "Outcome: Reported on reasonable grounds, but mistaken" in told


def test_what_contradicts_itself_is_refused(here: Terminal) -> None:
    case = here.filed().case
    for given, words in (
        (("--offence", "15"), "There is no offence “15”"),
        (("--offence", "15(b):often"), "attempted, legal_person, participation"),
        (("--outcome", "mistaken"), "The outcome is said at closing"),
        (("--region", "Paris"), "FR-75"),
        (("--at", "closing"), "The outcome is said at closing"),
    ):
        refused = here.desk("m1", "classify", case, *given)
        assert refused.exit_code != 0
        assert words in refused.output

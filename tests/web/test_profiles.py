"""Jurisdiction profiles in a running site: what reporters see was signed for, and departures are told."""

from __future__ import annotations

import json
import re
from html import unescape
from pathlib import Path

import pytest

from reporting import profiles
from reporting.administration import conformance
from reporting.profiles import ProfileError
from reporting.service import open_service
from tests.web.world import World, publish

EU = (Path(profiles.__file__).parent / "eu.toml").read_text(encoding="utf-8")


def lay(lite: World, text: str, name: str = "eu") -> None:
    """An operator's own file, as the next start would read it."""
    folder = lite.service.settings.profiles
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    profiles.load.cache_clear()


def deadlines(lite: World, channel: str = "procurement") -> dict[str, object]:
    """What the report page tells its script."""
    page = lite.intake.test_client().get(f"/en/report/{channel}").get_data(as_text=True)
    found = re.search(r'data-deadlines="([^"]+)"', page)
    assert found
    return json.loads(unescape(found[1]))  # type: ignore[no-any-return]


def told(lite: World, state: str) -> str:
    """What conformance says of one kind."""
    with lite.service.database.read() as session:
        found = conformance.findings(lite.service, session)
    return "\n".join(one.sentence for one in found if one.state == state)


def test_a_claim_is_promised_no_feedback_that_no_clock_counts(lite: World) -> None:
    assert deadlines(lite, "protection") == profiles.load("eu").deadlines() | {"months": 0}


def test_pages_show_what_was_signed_for(lite: World) -> None:
    assert deadlines(lite) == profiles.load("eu").deadlines()
    lay(lite, EU.replace("months = 3", "months = 2", 1).replace("example = true", "example = false"))
    assert deadlines(lite)["months"] == 3
    assert "publish the list anew" in told(lite, conformance.UNMET)
    publish(lite.service, lite.root)
    assert deadlines(lite)["months"] == 2
    assert "publish the list anew" not in told(lite, conformance.UNMET)
    mailbox = lite.intake.test_client().get("/en/mailbox").get_data(as_text=True)
    assert "Example: your country" in mailbox
    assert "In danger, call 112." in mailbox


def test_the_mailbox_carries_places_to_turn_to_without_examples_and_links(lite: World) -> None:
    page = lite.intake.test_client().get("/en/mailbox").get_data(as_text=True)
    places = page[page.index('<template data-elsewhere="procurement">') :]
    assert "https://oios.un.org/" in places
    assert "Whistleblowing International Network" in places
    assert "xample" not in places
    assert "href" not in places[: places.index("</template>")]


def test_a_report_keeps_the_operator_s_deadlines(lite: World) -> None:
    lay(lite, EU.replace("months = 3", "months = 2", 1).replace("days = 7", "days = 5", 1))
    case = lite.report().case
    opened = lite.sign_in("m1").get(f"/api/cases/{case}").json
    assert [clock["due"] for clock in opened["clocks"]] == ["2026-11-28", "2027-01-28"]  # type: ignore[index]


def test_departures_are_told(lite: World) -> None:
    assert "“eu”" in told(lite, conformance.UNKNOWN)
    assert "anti-corruption authority" in told(lite, conformance.UNKNOWN)
    longer = EU.replace("months = 3", "months = 4", 1).replace('"calendar"', '"working"', 1)
    lay(lite, longer.replace("review_days = 90", "review_days = 60"))
    lite.report()
    unmet = told(lite, conformance.UNMET)
    assert "Your file “eu” allows 4 months for feedback; the one shipped allows 3." in unmet
    assert "Your file “eu” allows more time to acknowledge" in unmet
    assert "than devices sign for, which are 30 and 90." in unmet
    assert "“eu” is a file of your own" in told(lite, conformance.UNKNOWN)
    lay(lite, EU)
    assert "Cases with more time for feedback than their profile allows: 1." in told(lite, conformance.UNMET)


def test_a_service_with_a_faulty_profile_does_not_start(lite: World) -> None:
    lay(lite, EU.replace("triage_hours = 24\n", ""))
    with pytest.raises(ProfileError, match=r"eu\.toml, line \d+: “protection\.triage_hours” is missing\."):
        open_service(lite.service.settings)
    # What runs goes on: files are read at the start.
    assert lite.intake.test_client().get("/en/report/procurement").status_code == 200

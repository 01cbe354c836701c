"""Published figures: made on their day and never changed, small ones hidden, read by everybody. Both databases."""

from __future__ import annotations

import csv
import datetime
import functools
import io
import json
import os

import pytest
from jsonschema import Draft202012Validator
from sqlalchemy import select

from reporting.log.models import AuditEvent
from reporting.protocol.classes import SCHEME
from reporting.protocol.encoding import JSONObject, dump_json, sha256
from reporting.statistics import releases, visits
from reporting.statistics.models import PageViews, Release, Statistic
from reporting.statistics.money import EDGES
from reporting.statistics.releases import calendar, due_day, release_due
from tests.web.casework import at_desk
from tests.web.test_pages import elements
from tests.web.world import World

QUARTER, YEAR = "2026-Q4", "2026"
MOST_NOISE = 40  # more is drawn less than once in a hundred million times
PATHS = ("", f"/{QUARTER}", f"/{YEAR}")
FILES = (f"/{QUARTER}.json", f"/{QUARTER}.csv", f"/{QUARTER}/iccs.json", "/schema.json")


@pytest.fixture
def unblurred(monkeypatch: pytest.MonkeyPatch) -> None:
    """Releases without noise, to see what is hidden and how the rest is told."""
    monkeypatch.setattr(releases, "draft", functools.partial(releases.draft, draw=lambda _ratio: 0))


def classified(world: World, quarter: str = QUARTER, damage: str = "unknown", **counts: int) -> None:
    """Closed reports by outcome, all of them of one offense and otherwise unknown."""
    offence = {"uncac": "15(b)", "iccs": "070312", "attempted": False}
    record = {"scheme": SCHEME, "at": "closing", "offences": [offence], "region": "FR-75", "channel_kind": "report"}
    record |= dict.fromkeys(("sector", "level", "value", "recovery"), "unknown") | {"damage": damage}
    with world.service.database.write() as session:
        for outcome, count in counts.items():
            content = dump_json({**record, "outcome": outcome.replace("_", "-")}).decode()
            session.add_all(Statistic(id=os.urandom(16).hex(), quarter=quarter, content=content) for _ in range(count))


def published(world: World, period: str = QUARTER) -> JSONObject:
    """What everybody reads."""
    answer = world.get(f"/en/figures/{period}.json")
    assert answer.status_code == 200, answer.data
    found: JSONObject = json.loads(answer.data)
    return found


def counts(content: JSONObject, population: str, dimension: str) -> dict[str, int | None]:
    """A table by one dimension."""
    (found,) = [one for one in content["populations"] if one["id"] == population]
    (table,) = [one for one in found["tables"] if one["dimensions"] == [dimension]]
    return {cell["codes"][0]: cell["count"] for cell in table["cells"]}


def to_release(world: World) -> list[str]:
    """To the day on which the quarter is published, and what was."""
    day = due_day(world.service, QUARTER)
    world.clock.move(days=(day - world.today).days)
    return release_due(world.service)


def test_a_quarter_is_published_on_its_day_with_its_year_and_stays_as_it_is(world: World) -> None:
    reports = [world.report().case for _ in range(24)]
    for case in reports:
        assert at_desk(world, "m1", case).status("acknowledged").status_code == 201
    classified(world, substantiated=180, not_substantiated=120, mistaken=3)
    with world.service.database.read() as session:
        assert calendar(world.service, session, ahead=1) == [(QUARTER, datetime.date(2027, 1, 30))]
    world.clock.move(days=(datetime.date(2027, 1, 29) - world.today).days)
    assert release_due(world.service) == []
    assert world.get(f"/en/figures/{QUARTER}").status_code == 404
    world.clock.move(days=1)
    assert release_due(world.service) == [QUARTER, YEAR]
    before = world.get(f"/en/figures/{QUARTER}.json").data
    content = published(world)
    totals = {one["id"]: one["total"] for one in content["populations"]}
    for name in ("received", "acknowledged"):
        assert totals[name] is None or abs(totals[name] - 24) < MOST_NOISE
    assert abs(totals["concluded"] - 303) < MOST_NOISE
    outcomes = counts(content, "concluded", "outcome")
    shown = {code: count for code, count in outcomes.items() if count}
    true = {"substantiated": 180, "not-substantiated": 120, "mistaken": 3}
    assert all(abs(count - true[code]) < MOST_NOISE for code, count in shown.items())
    assert len(shown) < 3 or min(shown.values()) >= 10
    with world.service.database.read() as session:
        rows = session.scalars(select(Release).order_by(Release.period)).all()
        told = session.scalars(select(AuditEvent.details).where(AuditEvent.act == "figures:release")).all()
    assert [row.period for row in rows] == [YEAR, QUARTER]
    for row, details in zip(rows, sorted(str(one) for one in told), strict=True):
        assert sha256(row.content.encode()) == row.sha256
        assert row.sha256.hex() in details
    classified(world, substantiated=30)
    world.report()
    world.clock.move(days=1)
    assert release_due(world.service) == []
    assert world.get(f"/en/figures/{QUARTER}.json").data == before


@pytest.mark.usefixtures("unblurred")
def test_with_few_reports_nothing_is_told_but_that_there_are_few(world: World) -> None:
    for _ in range(3):
        world.report()
    classified(world, substantiated=4)
    assert to_release(world) == [QUARTER, YEAR]
    content = published(world)
    assert {one["total"] for one in content["populations"]} == {None}
    assert all(one["withheld"] and one["tables"] == [] for one in content["populations"])
    page = world.get(f"/en/figures/{QUARTER}").get_data(as_text=True)
    assert page.count("Nothing is shown.") == 1
    silent = page.partition('<dl class="silent">')[2].partition("</dl>")[0]
    assert silent.count("<dt>") == len(content["populations"])
    quiet = {one["id"]: one for one in published(world, YEAR)["populations"]}
    assert quiet["received"]["withheld"]


@pytest.mark.usefixtures("unblurred")
@pytest.mark.parametrize("language", ["en", "ar"])
def test_pages_are_read_without_scripts_and_lead_nowhere_else(lite: World, language: str) -> None:
    empty = lite.get(f"/{language}/figures")
    assert empty.status_code == 200
    assert lite.get(f"/{language}/figures/{QUARTER}").status_code == 404
    for _ in range(12):
        lite.report()
    classified(lite, substantiated=300, not_substantiated=200, mistaken=30, referred=2)
    to_release(lite)
    charts = 0
    for path in PATHS:
        answer = lite.get(f"/{language}/figures{path}")
        assert answer.status_code == 200
        assert len(answer.data) < 120_000
        found = elements(answer)
        assert not [tag for tag, _attributes in found if tag in ("script", "style", "form", "iframe")]
        assert not [name for _tag, attributes in found for name in attributes if name == "style" or name[:2] == "on"]
        ids = [attributes["id"] for _tag, attributes in found if "id" in attributes]
        assert len(ids) == len(set(ids))
        for tag, attributes in found:
            if tag == "a" and attributes.get("href", "").startswith(f"/{language}/figures"):
                assert lite.get(attributes["href"]).status_code == 200, attributes["href"]
            if tag == "svg":
                charts += 1
                assert {one in ids for one in attributes["aria-labelledby"].split()} == {True}
    assert charts >= 2
    assert lite.get("/xx/figures").status_code == 404
    assert lite.desk.test_client().get(f"/{language}/figures").status_code == 404


@pytest.mark.usefixtures("unblurred")
def test_files_say_the_same_as_the_page_and_keep_to_their_schema(lite: World) -> None:
    classified(lite, substantiated=30, not_substantiated=20, mistaken=30, referred=2)
    to_release(lite)
    answers = {path: lite.get(f"/en/figures{path}") for path in FILES}
    for answer in answers.values():
        assert answer.status_code == 200
        assert "attachment" in answer.headers["Content-Disposition"]
    judge = Draft202012Validator(json.loads(answers["/schema.json"].data))
    for path in (f"/{QUARTER}.json", f"/{QUARTER}/iccs.json"):
        judge.validate(json.loads(answers[path].data))
    assert not judge.is_valid({"format": "reporting/figures/v1"})
    rows = list(csv.DictReader(io.StringIO(answers[f"/{QUARTER}.csv"].data.decode())))
    content = published(lite)
    cells = [cell for one in content["populations"] for table in one["tables"] for cell in table["cells"]]
    assert len(rows) == len(cells) + len(content["populations"])
    assert {row["note"] for row in rows if not row["count"]} == {"hidden"}
    assert sorted(int(row["count"]) for row in rows if row["count"]) == sorted(
        count
        for count in (*(cell["count"] for cell in cells), *(one["total"] for one in content["populations"]))
        if count is not None
    )


@pytest.mark.usefixtures("unblurred")
def test_a_total_of_money_is_told_of_the_bands_that_are_shown(lite: World) -> None:
    classified(lite, damage="to-10k", substantiated=40)
    classified(lite, damage="to-100k", substantiated=30)
    classified(lite, damage="to-1m", substantiated=20)
    to_release(lite)
    damage, recovery = published(lite)["money"]
    shown = {code: count for code, count in counts(published(lite), "concluded", "damage").items() if count}
    assert damage["cases"] == sum(shown.values())
    assert len(shown) == 2, "one of the three is hidden, or all others were known to be nought"
    assert damage["least"] == sum(count * EDGES[code][0] for code, count in shown.items())
    assert recovery == {"of": "recovery", "least": None, "most": None, "cases": None}
    page = lite.get(f"/en/figures/{QUARTER}").get_data(as_text=True)
    said = f"Damage, in US dollars: at least {damage['least']:,}. That of the {damage['cases']} reports"
    assert said in page


@pytest.mark.usefixtures("unblurred")
def test_nothing_below_ten_is_on_any_page_but_nought(lite: World) -> None:
    for number in range(11):
        case = lite.report().case
        if number < 7:
            assert at_desk(lite, "m1", case).status("acknowledged").status_code == 201
    classified(lite, substantiated=14, not_substantiated=12, mistaken=9, referred=1)
    to_release(lite)
    for period in (QUARTER, YEAR):
        told = published(lite, period)["populations"]
        found = [cell["count"] for one in told for table in one["tables"] for cell in table["cells"]]
        assert not [count for count in (*found, *(one["total"] for one in told)) if count and count < 10]
        assert [count for count in found if count]


def test_views_are_written_in_tens_and_only_of_pages_that_everybody_reads(world: World) -> None:
    app = world.intake
    for _ in range(300):
        app.test_client().get("/en/figures")
    for _ in range(3):
        for path in ("/en/report", "/en/mailbox", "/en/news", "/en/figures/schema.json", "/en/nowhere"):
            app.test_client().get(path)
    with world.service.database.read() as session:
        rows = session.execute(select(PageViews.month, PageViews.language, PageViews.views)).all()
    assert len(rows) == 1  # that chance wrote none of three hundred does not happen
    assert (rows[0].month, rows[0].language) == ("2026-11", "en")
    assert rows[0].views % visits.STEP == 0
    visits.count(world.service, "ar", lambda _most: 1)
    visits.count(world.service, "ar", lambda _most: 0)
    visits.count(world.service, "ar", lambda _most: 0)
    with world.service.database.read() as session:
        assert session.get_one(PageViews, ("2026-11", "ar")).views == 20
        assert visits.monthly(session, world.today, ["ar", "en"]) == []
    world.clock.move(days=10)
    with world.service.database.read() as session:
        assert ("2026-11", "ar", None) in visits.monthly(session, world.today, ["ar", "en"])
        before = visits.monthly(session, world.today, ["ar", "en", "fr"])
    assert ("2026-11", "fr", None) in before, "a view in a rare language and none look the same"
    with world.service.database.write() as session:
        session.get_one(PageViews, ("2026-11", "ar")).views = 120
    with world.service.database.read() as session:
        assert ("2026-11", "ar", 120) in visits.monthly(session, world.today, ["ar", "en"])
    page = world.get("/en/figures").get_data(as_text=True)
    assert "November 2026" in page
    assert "Every number is blurred a little" in page


def test_nothing_is_published_and_no_day_is_named_where_it_is_turned_off(world: World) -> None:
    object.__setattr__(world.service.settings, "figures_after_days", 0)
    world.clock.move(days=400)
    assert release_due(world.service) == []
    page = world.get("/en/figures").get_data(as_text=True)
    assert "Nothing was published yet." in page
    assert "What comes next" not in page

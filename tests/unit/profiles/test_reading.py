"""Profiles are read strictly: a gap is told with file, line and key, in one sentence."""

from __future__ import annotations

import datetime
import re
from pathlib import Path

import pytest

from reporting import profiles
from reporting.profiles import ProfileError
from reporting.profiles.places import published_places
from reporting.profiles.reading import read_file

SHIPPED = Path(profiles.__file__).parent
GERMANY = (SHIPPED / "de.toml").read_text(encoding="utf-8")


def refused(folder: Path, text: str) -> str:
    """The sentence with which a file is refused."""
    path = folder / "de.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ProfileError) as raised:
        read_file(path)
    return str(raised.value)


def line(text: str, wanted: str) -> int:
    """On which line of a text something stands first."""
    return text[: text.index(wanted)].count("\n") + 1


def test_six_profiles_come_with_the_product() -> None:
    assert set(profiles.names()) == {"generic", "eu", "de", "es", "it", "fr"}
    assert [found.name for found in profiles.load_all(None)] == list(profiles.names())
    assert profiles.load("gone") == profiles.load("generic")


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('title = "Germany"\n', "", "de.toml, line 1: “title” is missing."),
        ("triage_hours = 24\n", "", "de.toml, line {[protection]}: “protection.triage_hours” is missing."),
        ("[ack]\ndays = 7\n", "[ack]\n", "de.toml, line {[ack]}: “ack.days” is missing."),
        ("months = 3", "months = 3\nweeks = 2", "de.toml, line {weeks}: “feedback.weeks” is not known here."),
        (
            "months = 3",
            'months = "3"',
            "de.toml, line {months =}: “feedback.months” must be a whole number from 1 to 60.",
        ),
        (
            "months = 3",
            "months = true",
            "de.toml, line {months =}: “feedback.months” must be a whole number from 1 to 60.",
        ),
        ("years = 3", "years = 3.5", "de.toml, line {years}: “retention.years” must be a whole number from 0 to 100."),
        ('kind = "calendar"', 'kind = "lunar"', "de.toml, line {kind}: “ack.kind” must be one of calendar, working."),
        ("legal_hold = true", 'legal_hold = "yes"', "de.toml, line {legal_hold}: “legal_hold” must be true or false."),
        ("checked = 2026-11-26", 'checked = "today"', "de.toml, line {checked}: “checked” must be a day such as"),
        (
            'country = "DE"',
            'country = "Germany"',
            "de.toml, line {country}: “country” must be of the form DE, or empty.",
        ),
        ("[ack]", "[[ack]]", "de.toml, line {[[ack]]}: “ack” must be a table."),
        (
            "weekend = [6, 7]",
            "weekend = [1, 2, 3, 4, 5, 6, 7]",
            "de.toml, line {weekend}: “calendar.weekend” leaves no day",
        ),
        ("weekend = [6, 7]", "weekend = [7, 6]", "de.toml, line {weekend}: “calendar.weekend” must list whole numbers"),
        (
            "[1, 3, 6, 12]",
            "[1, 2, 3, 4, 5, 6, 7, 8, 9]",
            "de.toml, line {check_in}: “protection.check_in_months” must list at most 8",
        ),
        ("[1, 3, 6, 12]", "[\n  1,\n  0,\n]", "de.toml, line {check_in}: “protection.check_in_months” must list"),
        (
            "danger_hours = 4",
            "danger_hours = 48",
            "de.toml, line {danger_hours}: “protection.danger_hours” is longer than",
        ),
        (
            "extension_months = 3",
            "extension_months = 0",
            "de.toml, line {reason_needed}: “feedback.reason_needed” asks",
        ),
        (
            'date = "10-03"',
            'date = "02-30"',
            'de.toml, line {date = "02-30"}: “calendar.holidays.date” is a day that no',
        ),
        (
            'date = "10-03"',
            'date = "3 Oct"',
            'de.toml, line {date = "3 Oct"}: “calendar.holidays.date” must be of the form',
        ),
        (
            'date = "10-03"',
            "",
            'de.toml, line {[[calendar.holidays]]\nname = "German Unity}: “calendar.holidays.date” is missing.',
        ),
        (
            "easter = -2",
            'easter = -2\ndate = "01-02"',
            "de.toml, line {easter = -2}: “calendar.holidays.easter” stands beside",
        ),
        (
            "easter = -2",
            "easter = -200",
            "de.toml, line {easter = -200}: “calendar.holidays.easter” must be a whole number",
        ),
        ("[retention]", "[retention", "de.toml, line {[retention}: this is not TOML:"),
        ("[retention]", "[ack]", "de.toml, line {retention-again}: this is not TOML: Cannot declare ('ack',) twice."),
        ('title = "Germany"', 'title = ""', "de.toml, line {title}: “title” must be a text on one line."),
        (
            '"https://www.gesetze',
            '4, "https://www.gesetze',
            "de.toml, line {sources}: “sources” must be a list of texts.",
        ),
    ],
)
def test_a_gap_is_told_with_its_line(tmp_path: Path, before: str, after: str, said: str) -> None:
    assert before in GERMANY
    text = GERMANY.replace(before, after, 1)
    if marked := re.search(r"\{(.+)\}", said, re.DOTALL):
        found = line(GERMANY, "[retention]") if marked[1] == "retention-again" else line(text, marked[1])
        said = said.replace(marked[0], str(found))
    assert refused(tmp_path, text).startswith(said)


def test_what_is_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "de.toml"
    path.write_bytes(b"title = \xff\n")
    with pytest.raises(ProfileError, match="this is not UTF-8 text"):
        read_file(path)
    path.write_text("#" * 200_000, encoding="utf-8")
    with pytest.raises(ProfileError, match="this file is too long"):
        read_file(path)
    with pytest.raises(ProfileError, match=r"gone\.toml: No such file"):
        read_file(tmp_path / "gone.toml")


def test_every_key_is_needed(tmp_path: Path) -> None:
    """Whatever line with a value is taken out, the file is refused; holidays, and what may be missing, apart."""
    lines = re.sub(r"\[\n(.+?)\n\]", lambda found: f"[{found[1].replace(chr(10), ' ')}]", GERMANY, flags=re.DOTALL)
    lines = lines[: lines.index("[[calendar.holidays]]")] + lines[lines.index("[[external_bodies]]") :]
    rows = lines.splitlines(keepends=True)
    for number, row in enumerate(rows):
        may_miss = rows[number - 1 : number + 1] == ['number = "112"\n', 'country = "EU"\n']
        if " = " in row and not row.startswith(("#", "retaliation = ")) and not may_miss:
            assert "is missing" in refused(tmp_path, "".join(rows[:number] + rows[number + 1 :]))


def test_what_is_said_of_retaliation_is_published_where_a_law_forbids_it() -> None:
    assert profiles.load("eu").published()["retaliation"] == "Directive (EU) 2019/1937, article 19"
    assert "retaliation" not in profiles.load("generic").published()


def test_an_operator_s_file_stands_in_place_of_the_shipped_one(tmp_path: Path) -> None:
    (tmp_path / "de.toml").write_text(GERMANY.replace("months = 3", "months = 2", 1), encoding="utf-8")
    (tmp_path / "at.toml").write_text(GERMANY.replace('"Germany"', '"Austria"'), encoding="utf-8")
    assert profiles.load("de", tmp_path).feedback.months == 2
    assert profiles.load("de").feedback.months == 3
    assert profiles.load("at", tmp_path).title == "Austria"
    assert profiles.load("es", tmp_path) == profiles.load("es")
    assert set(profiles.names(tmp_path)) == {*profiles.names(), "at"}
    assert profiles.is_own("at", tmp_path)
    assert not profiles.is_own("es", tmp_path)


def test_an_operator_s_file_with_a_gap_or_a_strange_name_is_refused(tmp_path: Path) -> None:
    assert profiles.load_all(tmp_path / "none")
    (tmp_path / "Austria 2.toml").write_text(GERMANY, encoding="utf-8")
    with pytest.raises(ProfileError, match="small letters"):
        profiles.load_all(tmp_path)
    (tmp_path / "Austria 2.toml").rename(tmp_path / "at.toml")
    (tmp_path / "eu.toml").write_text("title = 'Ours'\n", encoding="utf-8")
    with pytest.raises(ProfileError, match=r"eu\.toml, line 1: “country” is missing\."):
        profiles.load_all(tmp_path)


@pytest.mark.parametrize("name", profiles.names())
def test_places_to_turn_to_name_their_source_and_examples_are_published_as_such(name: str) -> None:
    profile = profiles.load(name)
    published = published_places(profile.published())
    assert published == list(profile.places())
    for place in published:
        assert place.source.startswith("https://")
        assert place.example is ("example.org" in place.url)
        assert set(place.topics) <= set(profiles.TOPICS)
        # No telephone number is shipped but the one that is certain.
        assert place.number in ("", "112")
    assert [place.number for place in published if place.kind == "emergency"] == ["112"][: name != "generic"]


def test_places_of_an_earlier_release_are_read() -> None:
    row = {"name": "Ombudsman", "url": "https://ombud.example/", "topics": ["work"]}
    number, place = published_places({"bodies": [row], "advice": [], "emergency": "112"})
    assert (number.number, number.kind, number.checked) == ("112", "emergency", None)
    assert (place.name, place.country, place.source, place.checked) == ("Ombudsman", "", "", None)
    assert not place.is_stale(datetime.date.max)


@pytest.mark.parametrize("url", ["javascript:alert(1)", "http://ombud.example/", "//ombud.example", 7, None])
def test_what_no_page_may_make_a_link_of_is_no_place(url: object) -> None:
    with pytest.raises((TypeError, ValueError)):
        published_places({"bodies": [{"name": "Ombudsman", "url": url, "topics": ["work"]}]})


@pytest.mark.parametrize("example", [1, 0, "true", None, []])
def test_what_is_an_example_or_not_says_so_in_one_way(example: object) -> None:
    """Otherwise a place that whoever signs takes for an example is shown to reporters as a real one."""
    row = {"name": "Ombudsman", "url": "https://ombud.example/", "topics": ["work"]}
    with pytest.raises(TypeError):
        published_places({"bodies": [{**row, "example": example}]})
    assert [one.example for one in published_places({"bodies": [row, {**row, "example": True}]})] == [False, True]


@pytest.mark.parametrize(("days", "stale"), [(0, False), (366, False), (367, True)])
def test_what_was_checked_over_a_year_ago_is_stale(days: int, stale: bool) -> None:
    place = profiles.load("eu").external_bodies[0]
    assert place.checked
    assert place.is_stale(place.checked + datetime.timedelta(days=days)) is stale

"""The directory: what is read, what is refused with the field named, and what it says (sections 3 and 13)."""

from __future__ import annotations

import copy
import datetime
from collections.abc import Callable
from typing import Any

import pytest

from reporting.protocol import directory as directories
from reporting.protocol import note
from reporting.protocol.directory import Directory, check_origin, fingerprint, is_for_practice, parse_text, to_text
from reporting.protocol.encoding import b64encode, sha256
from reporting.protocol.errors import (
    DirectoryExpired,
    Malformed,
    NewerDirectory,
    NotAuthentic,
    ProtocolError,
    Refused,
)
from reporting.protocol.note import VerifierKey
from reporting.protocol.signing import SigningKey
from tests.factories import Site
from tests.factories.site import START

SITE = Site.usual()
CONTENT = SITE.content() | {"version": 1}
KEY = b64encode(SigningKey(b"w" * 32).public)
SMALL_ORDER = b64encode((1).to_bytes(32, "little"))
Change = Callable[[dict[str, Any]], object]


def changed(change: Change) -> dict[str, Any]:
    content = copy.deepcopy(CONTENT)
    change(content)
    return content


def parsed(content: dict[str, Any]) -> Directory:
    return parse_text(to_text(SITE.origin, directories.NO_PREVIOUS, content))


# --- form


def test_a_directory_reads_back() -> None:
    directory = SITE.directory
    assert directory.origin == "report.example.org"
    assert (directory.version, directory.date, directory.shape) == (1, START, 65_536)
    assert directory.previous == bytes(32)
    assert directory.channel("procurement").roles["intake"] == ("ada", "bea")
    assert directory.channel("care").kind == "protection"
    assert {member.id for member in directory.members} == set(SITE.people)
    assert directory.text.split("\n")[:3] == [SITE.origin, "reporting/directory/v1", b64encode(bytes(32))]
    assert directory.sha256 == sha256(directory.text.encode())
    assert directory.verifier("service").name == "report.example.org/service"


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        (lambda c: c.update(version=0), "/version"),
        (lambda c: c.update(version="1"), "/version"),
        (lambda c: c.update(version=True), "/version"),
        (lambda c: c.update(version=2**31), "/version"),
        (lambda c: c.pop("date"), "/date"),
        (lambda c: c.update(date="2026-1-5"), "/date"),
        (lambda c: c.update(valid_until="2026-01-04"), "/valid_until"),
        (lambda c: c.update(valid_until="2026-04-08"), "/valid_until"),  # 93 days
        (lambda c: c.update(shape=65_535), "/shape"),
        (lambda c: c.update(shape=2**20 + 1), "/shape"),
        (lambda c: c.update(service_key=SMALL_ORDER), "/service_key"),
        (lambda c: c.update(log_key="AA=="), "/log_key"),
        (lambda c: c.update(witnesses=None), "/witnesses"),
        (lambda c: c.update(witnesses=["x"]), "/witnesses/0"),
        (lambda c: c.update(site=None), "/site"),
        (lambda c: c.update(channels={}), "/channels"),
        (lambda c: c["channels"].append(c["channels"][0]), "/channels"),
        (lambda c: c["channels"].append(7), "/channels/3"),
        (lambda c: c["channels"][1].update(id="server"), "/channels/1/id"),
        (lambda c: c["channels"][1].update(kind="other"), "/channels/1/kind"),
        (lambda c: c["channels"][1].update(titles=[]), "/channels/1/titles"),
        (lambda c: c["channels"][1].update(titles={"en": 7}), "/channels/1/titles/en"),
        (lambda c: c["channels"][1]["questionnaire"].update(id="A"), "/channels/1/questionnaire/id"),
        (lambda c: c["channels"][1]["questionnaire"].update(sha256=""), "/channels/1/questionnaire/sha256"),
        (lambda c: c["channels"][1]["roles"].update(king=[]), "/channels/1/roles/king"),
        (lambda c: c["channels"][1]["roles"].update(intake=["nobody"]), "/channels/1/roles/intake"),
        (lambda c: c["channels"][1]["roles"].update(intake=[7]), "/channels/1/roles/intake/0"),
        (lambda c: c["channels"][1]["policy"].update(anonymous="never"), "/channels/1/policy/anonymous"),
        (lambda c: c["channels"][1]["policy"].update(scriptless=1), "/channels/1/policy/scriptless"),
        (lambda c: c["channels"][1]["policy"].pop("profile"), "/channels/1/policy/profile"),
        (lambda c: c["members"].append(c["members"][0]), "/members"),
        (lambda c: c["members"][2].update(id="Ada"), "/members/2/id"),
        (lambda c: c["members"][2].update(label=None), "/members/2/label"),
        (lambda c: c["members"][2].update(since=2), "/members/2/since"),
        (lambda c: c["members"][2].update(signing_key=SMALL_ORDER), "/members/2/signing_key"),
        (lambda c: c["members"][2].update(recipient_sha256="AA=="), "/members/2/recipient_sha256"),
        (lambda c: c["members"][2].update(valid_until=None), "/members/2/valid_until"),
        (lambda c: c.pop("former"), "/former"),
        (lambda c: c["former"].append({"id": "x"}), "/former/0/since"),
        (lambda c: c["former"].append(former(since=2, until=1)), "/former/0/since"),
        (lambda c: c["former"].append(former(until=2)), "/former/0/until"),
        (lambda c: c["former"].append(former(channels=["A"])), "/former/0/channels/0"),
        (lambda c: c["former"].append(former(signing_key=SMALL_ORDER)), "/former/0/signing_key"),
    ],
)
def test_what_is_out_of_form_is_refused_and_named(change: Change, pointer: str) -> None:
    with pytest.raises(ProtocolError) as raised:
        parsed(changed(change))
    assert raised.value.pointer == pointer


def former(**changes: object) -> dict[str, object]:
    entry = {"id": "m0", "label": "Left", "channels": [], "since": 1, "until": 1, "signing_key": KEY}
    return {**entry, **changes}


def test_a_directory_is_valid_for_at_most_92_days() -> None:
    parsed(changed(lambda c: c.update(valid_until="2026-04-07")))


@pytest.mark.parametrize("day", ["9999-10-01", "9999-12-31"])
def test_the_end_of_the_calendar_breaks_nothing(day: str) -> None:
    directory = parsed(changed(lambda c: c.update(date=day, valid_until="9999-12-31")))
    directory.check_current(datetime.date(9999, 12, 31))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n\n\n\n",
        SITE.directory.text + "\n",
        SITE.directory.text.rstrip("\n"),
        SITE.directory.text.replace("directory/v1", "directory/v2"),
        SITE.directory.text.replace("report.example.org\n", "Report.example.org\n", 1),
        SITE.directory.text.replace(b64encode(bytes(32)), b64encode(bytes(31)), 1),
        SITE.directory.text.replace('{"version":1', '{"version":1,"version":1'),
    ],
)
def test_another_text_is_no_directory(text: str) -> None:
    with pytest.raises(Malformed):
        parse_text(text)


def test_a_witness_may_cosign_checkpoints() -> None:
    line = VerifierKey("witness.example.org", SigningKey(b"w" * 32).public, b"\x04").encode()
    assert parsed(changed(lambda c: c.update(witnesses=[line]))).witnesses == (line,)


@pytest.mark.parametrize(
    "origin", ["example.org", "a.b-c.example.org/x/y", "localhost", "a" * 255, "xn--bcher-kva.example"]
)
def test_origins(origin: str) -> None:
    assert check_origin(origin) == origin


@pytest.mark.parametrize(
    "origin",
    ["", "https://example.org", "Example.org", "a" * 256, "exämple.org", "-a", "a b", "a\n", "a+b", "a/", "/a"],
)
def test_what_is_no_origin(origin: str) -> None:
    with pytest.raises(Malformed):
        check_origin(origin)


def test_the_fingerprint_is_thirty_digits_in_six_groups() -> None:
    root = bytes(range(32))
    expected = f"{int.from_bytes(sha256(root)[:16]) % 10**30:030d}"
    groups = fingerprint(root).split(" ")
    assert [len(group) for group in groups] == [5] * 6
    assert "".join(groups) == expected


# --- signatures and time


def test_only_the_root_of_that_very_origin_signs() -> None:
    assert directories.parse(SITE.versions[0], SITE.root_verifier) == SITE.directory
    assert directories.parse(SITE.versions[0].encode(), SITE.root_verifier) == SITE.directory
    strangers = [VerifierKey(SITE.origin, SigningKey(b"x" * 32).public), VerifierKey("x.org", SITE.root.public)]
    for stranger in strangers:
        with pytest.raises(NotAuthentic):
            directories.parse(SITE.versions[0], stranger)


def test_what_is_no_note_is_no_directory() -> None:
    for signed in ("", SITE.directory.text, note.sign("x\n", SITE.origin, SITE.root)):
        with pytest.raises(ProtocolError):
            directories.parse(signed, SITE.root_verifier)


def test_a_directory_is_current_from_the_day_before_its_date_to_its_last() -> None:
    directory, day = SITE.directory, datetime.timedelta(days=1)
    for today in (directory.date - day, directory.date, directory.valid_until):
        directory.check_current(today)
    for today in (directory.date - 2 * day, directory.valid_until + day, datetime.date.min, datetime.date.max):
        with pytest.raises(DirectoryExpired):
            directory.check_current(today)


# --- who receives


def test_initial_grants_go_to_intake_and_break_glass_or_to_protection_and_break_glass() -> None:
    directory = SITE.directory
    assert directory.initial_holders("procurement", START) == ["ada", "bea", "safe"]
    assert directory.initial_holders("care", START) == ["pam", "safe"]


def test_less_those_whom_the_reporter_excludes() -> None:
    directory = SITE.directory
    assert directory.initial_holders("procurement", START, ["ada", "safe", "ghost"]) == ["bea"]
    with pytest.raises(Refused):
        directory.initial_holders("procurement", START, ["ada", "bea"])
    with pytest.raises(Refused):
        directory.initial_holders("care", START, ["pam"])


def test_custodians_less_the_excluded_perhaps_nobody() -> None:
    assert SITE.directory.custodians("procurement", START) == ["cem", "cyd"]
    assert SITE.directory.custodians("procurement", START, ["cem", "cyd"]) == []


def test_a_member_past_their_last_day_counts_as_not_listed() -> None:
    directory = parsed(changed(lambda c: c["members"].__getitem__(index_of("ada")).update(valid_until="2026-01-31")))
    assert directory.is_listed("ada", datetime.date(2026, 1, 31))
    assert not directory.is_listed("ada", datetime.date(2026, 2, 1))
    assert directory.initial_holders("procurement", datetime.date(2026, 2, 1)) == ["bea", "safe"]


def index_of(member: str) -> int:
    return next(place for place, listed in enumerate(CONTENT["members"]) if listed["id"] == member)


def test_an_unknown_channel_is_refused() -> None:
    with pytest.raises(Refused, match="“nowhere”"):
        SITE.directory.channel("nowhere")


# --- keys in force


@pytest.fixture
def history() -> Site:
    """Ada's key: 1 to 1, then from 2. Ivo loses his role on procurement with 3, and leaves with 4."""
    site = Site.usual()
    site.replace_keys("ada")
    site.publish()
    site.take_role("ivo", "procurement", "investigator")
    site.publish()
    site.leave("ivo")
    site.publish()
    return site


def standing(site: Site, member: str, version: int, channel: str | None = "procurement") -> list[str]:
    return [key.standing for key in site.directory.author_keys(member, version, channel, START)]


def test_former_is_computed_as_a_deployment_would(history: Site) -> None:
    found = [(f.id, f.channels, f.since, f.until) for f in history.directory.former]
    assert found == [
        ("ada", ("procurement",), 1, 1),
        ("ivo", ("procurement",), 1, 2),
        ("ivo", ("police",), 1, 3),
    ]


def test_a_replaced_key_is_in_force_only_at_its_versions(history: Site) -> None:
    assert standing(history, "ada", 1) == ["former-key"]
    assert standing(history, "ada", 2) == standing(history, "ada", 4) == ["member"]
    old = history.version(1).member("ada")
    assert old is not None
    assert history.directory.author_keys("ada", 1, "procurement", START)[0].public == old.signing_key


def test_a_lost_role_and_a_leaver_are_in_force_until_then(history: Site) -> None:
    assert standing(history, "ivo", 2) == ["former-member"]
    assert standing(history, "ivo", 3) == []
    assert standing(history, "ivo", 3, "police") == ["former-member"]
    assert standing(history, "ivo", 4, "police") == []
    assert standing(history, "ivo", 2, None) == ["former-member", "former-member"]


def test_a_role_counts_on_its_channel_alone(history: Site) -> None:
    assert standing(history, "pia", 2, "police") == ["member"]
    assert standing(history, "pia", 2) == []
    assert standing(history, "nobody", 2) == []


def test_a_version_above_the_one_at_hand_asks_for_it(history: Site) -> None:
    with pytest.raises(NewerDirectory):
        history.directory.author_keys("ada", 5, "procurement", START)


@pytest.mark.parametrize(
    ("origin", "practice"),
    [
        ("practice.example.org", True),
        ("practice", True),
        ("practice:8100", True),
        ("practice/office", True),
        ("practices.example.org", False),
        ("my-practice.example.org", False),
        ("example.org/practice", False),
        ("practice-site.example.org", False),
    ],
)
def test_the_first_part_of_an_origin_says_that_a_site_is_for_practice(origin: str, *, practice: bool) -> None:
    assert is_for_practice(check_origin(origin)) is practice

"""Drafting channels and who does what there."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from reporting.administration import drafts
from reporting.directory import published
from reporting.log.models import AuditEvent
from reporting.protocol.encoding import sha256
from reporting.questionnaires import rules as questionnaires
from tests.unit.cli.terminal import Site, make_published, make_site, refused, succeed


@pytest.fixture
def site(tmp_path: Path) -> Site:
    made = make_site(tmp_path / "site")
    made.add_member("m1")
    return made


def test_a_channel_opens_with_the_next_directory_as_it_was_drafted(site: Site) -> None:
    succeed(
        *("channels", "add", "courts", "--data", site.server, "--title", "en=Courts", "--title", "ar=المحاكم"),
        *("--role", "intake=m1", "--no-scriptless", "--anonymous", "may", "--profile", "generic"),
    )
    site.renew()
    service = site.service()
    with service.database.read() as session:
        channel = published.current(service, session).channel("courts")
    assert channel.kind == "report"
    assert channel.titles == {"en": "Courts", "ar": "المحاكم"}
    assert channel.roles == {"intake": ("m1",)}
    assert channel.policy == {"anonymous": "may", "scriptless": False, "profile": "generic"}
    assert channel.questionnaire.sha256 == sha256(questionnaires.served("corruption-1"))


def test_the_site_s_profile_is_the_default(site: Site) -> None:
    site.add_channel("courts", "--kind", "protection", "--questionnaire", "retaliation-1", "--role", "protection=m1")
    site.renew()
    service = site.service()
    with service.database.read() as session:
        channel = published.current(service, session).channel("courts")
    assert (channel.policy["profile"], channel.questionnaire.id) == ("eu", "retaliation-1")


def test_roles_are_given_and_taken(site: Site) -> None:
    site.add_member("m2")
    site.add_channel("courts", "--role", "intake=m1")
    change = ("channels", "roles", "courts", "--data", site.server)
    assert "custodian=m1, intake=m2" in succeed(
        *change, "--add", "intake=m2", "--remove", "intake=m1", "--add", "custodian=m1"
    )


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (("--add", "boss=m1"), "no such role"),
        (("--add", "intake=m7"), "no member"),
        (("--remove", "custodian=m1"), "is not custodian"),
    ],
)
def test_a_change_that_cannot_be_changes_nothing(site: Site, change: tuple[str, ...], why: str) -> None:
    site.add_channel("courts", "--role", "intake=m1")
    arguments = ("channels", "roles", "courts", "--data", site.server, "--add", "investigator=m1", *change)
    assert why in refused(*arguments)
    assert "investigator" not in succeed("channels", "list", "--data", site.server)


@pytest.mark.parametrize(
    ("channel", "options", "why"),
    [
        ("procurement", ("--title", "en=x"), "exists"),
        ("Courts", ("--title", "en=x"), "valid id"),
        ("courts", ("--title", "en=x", "--questionnaire", "nothing"), "no questionnaire"),
        ("courts", ("--title", "en=x", "--profile", "moon"), "profile"),
        ("courts", ("--title", "en=x", "--role", "intake=m9"), "no member"),
    ],
)
def test_a_channel_that_cannot_be_is_one_sentence(
    tmp_path: Path, channel: str, options: tuple[str, ...], why: str
) -> None:
    site = make_published(tmp_path / "site")
    assert why in refused("channels", "add", channel, *options, "--data", site.server)
    assert "courts" not in succeed("channels", "list", "--data", site.server).lower()


@pytest.mark.parametrize(
    "options",
    [(), ("--title", "Courts"), ("--title", "en=x", "--title", "en=y"), ("--title", "en=x", "--kind", "mail")],
)
def test_wrong_use_is_told_apart(site: Site, options: tuple[str, ...]) -> None:
    assert refused("channels", "add", "courts", *options, "--data", site.server, status=2)


def test_a_questionnaire_of_one_s_own_can_be_asked(site: Site, tmp_path: Path) -> None:
    source = Path(questionnaires.__file__).with_name("corruption-1.toml").read_text(encoding="utf-8")
    own = tmp_path / "ours-1.toml"
    own.write_text(source.replace('id = "corruption-1"', 'id = "ours-1"'), encoding="utf-8")
    succeed("channels", "questionnaire", "ours-1", "--file", own, "--data", site.server)
    site.add_channel("courts", "--questionnaire", "ours-1")
    assert "ours-1" in succeed("channels", "list", "--data", site.server)
    own.write_text("id = ", encoding="utf-8")
    assert "ours-1.toml" in refused("channels", "questionnaire", "ours-1", "--file", own, "--data", site.server)


def test_a_closed_channel_is_gone_from_the_next_directory(tmp_path: Path) -> None:
    site = make_published(tmp_path / "site")
    succeed("channels", "remove", "procurement", "--data", site.server, "--yes")
    printed = succeed("keys", "request", "--data", site.server, "--out", tmp_path / "r.json")
    assert "Channel “procurement” closes." in printed
    assert refused("channels", "remove", "procurement", "--data", site.server, "--yes")


def test_where_nothing_was_set_up_it_says_so(tmp_path: Path) -> None:
    assert "reporting init" in refused("channels", "list", "--data", tmp_path / "nothing", status=2)


def test_what_is_done_at_the_terminal_is_told_to_administrators_and_auditors(site: Site) -> None:
    site.add_channel("courts", "--role", "intake=m1")
    succeed("channels", "roles", "courts", "--data", site.server, "--add", "custodian=m1")
    service = site.service()
    with service.database.read() as session:
        told = [one.sentence for one in drafts.latest(session, 3)]
        acts = session.scalars(select(AuditEvent.act).order_by(AuditEvent.position.desc()).limit(1)).all()
    assert told == [
        "The server's terminal gave m1 the role custodian on “courts”.",
        "The server's terminal gave m1 the role intake on “courts”.",
        "The server's terminal drafted the channel “courts”.",
    ]
    assert acts == ["role:give"]

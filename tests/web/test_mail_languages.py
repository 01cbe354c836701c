"""Mail to members in their own language: as it arrives, when the language is changed, and where none is known."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Iterator
from email import message_from_bytes
from email.header import decode_header, make_header
from email.parser import BytesParser
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from reporting.db.migrate import downgrade, upgrade
from reporting.directory import rules as directories
from reporting.i18n import available_languages
from reporting.notices import rules, words
from reporting.notices.models import NoticeAddress
from tests.mail_server import MailServer, mail_server
from tests.unit.cli.terminal import Site, make_published, refused, succeed
from tests.web.mailing import body, code_in, wants, with_mail
from tests.web.world import SITE, World, problem, publish

MAIL = "/api/account/mail"
TITLES = {"en": "Procurement", "ar": "المشتريات", "zh": "采购", "ru": "Закупки"}
DIGESTS = {
    "ar": (
        "هناك شيء ينتظرك",
        (
            "هناك شيء ينتظرك في لوحة العمل.\n\nالمشتريات\n- 3 قضايا جديدة\n\n"
            "لا يقول هذا البريد أكثر من ذلك عن قصد، وليس فيه رابط: افتح لوحة العمل كما تفتحها دائمًا.\n"
            "ما تُخبَر به، أو ألا تُخبَر بشيء، تختاره هناك تحت «حسابك».\n"
        ),
    ),
    "zh": (
        "有事等您处理",
        (
            "工作台有事等您处理。\n\n采购\n- 有 3 个新案件\n\n"
            "这封邮件有意不写更多，也没有链接：请用您一向的方式打开工作台。\n"
            "告知您什么，或什么都不告知，由您在那里的“您的账户”中选择。\n"
        ),
    ),
    "ru": (
        "Вас что-то ждёт",
        (
            "На рабочем месте вас что-то ждёт.\n\nЗакупки\n- 3 новых дела\n\n"
            "Это письмо намеренно не говорит больше и не содержит ссылки: откройте рабочее место так, как всегда.\n"
            "О чём вам сообщать, или ни о чём, вы выбираете там, в разделе «Ваша учётная запись».\n"
        ),
    ),
}


@pytest.fixture
def server() -> Iterator[MailServer]:
    with mail_server() as found:
        yield found


def site_in(world: World, *languages: str) -> None:
    """Publish the site in other languages, its channel with a title in each that has one here."""
    document = dataclasses.replace(SITE, names={languages[0]: "Example"}, languages=languages)
    with world.service.database.write() as session:
        directories.set_site(session, document.encode())
        titles = {language: title for language, title in TITLES.items() if language in languages}
        channel = directories.NewChannel(
            "procurement", "report", titles or {languages[0]: "x"}, "corruption-1", profile="eu"
        )
        directories.change_channel(session, channel)
        other = directories.NewChannel("protection", "protection", {languages[0]: "y"}, "corruption-1")
        directories.change_channel(session, other)
    publish(world.service, world.root)


def digest_after(world: World, server: MailServer, address: str, reports: int) -> Any:
    """The mail that tells of so many reports."""
    rules.run(world.service)
    for _ in range(reports):
        world.report()
    world.clock.move(days=20)
    server.taken.clear()
    server.raw.clear()
    rules.run(world.service)
    (mail,) = server.to(address)
    return mail


def text_of(mail: Any) -> str:
    """The body, with the line ends of here."""
    return body(mail).replace("\r\n", "\n")


@pytest.mark.parametrize("language", DIGESTS)
def test_a_digest_arrives_in_the_members_language_and_each_server_on_the_way_can_carry_it(
    world: World, server: MailServer, language: str
) -> None:
    world = with_mail(world, server)
    site_in(world, *TITLES)
    address = wants(world, server, "m1", [rules.NEW], named=True, language=language)
    mail = digest_after(world, server, address, 3)
    subject, text = DIGESTS[language]
    assert (mail["Subject"], text_of(mail), mail["Content-Language"]) == (subject, text, language)
    (raw,) = server.raw
    assert raw.isascii()
    assert max(len(line) for line in raw.split(b"\r\n")) <= 78
    old = message_from_bytes(raw)  # as programs read it that know RFC 2045 and 2047, and nothing since
    assert str(make_header(decode_header(old["Subject"]))) == subject
    assert old["Content-Transfer-Encoding"] in ("base64", "quoted-printable")
    assert old.get_content_charset() == "utf-8"
    payload = old.get_payload(decode=True)
    assert isinstance(payload, bytes)
    assert payload.decode().replace("\r\n", "\n") == text


@pytest.mark.parametrize("language", ["ar", "fr", "ru", "zh"])
def test_mail_says_no_more_of_a_case_in_any_language(world: World, server: MailServer, language: str) -> None:
    world = with_mail(world, server)
    site_in(world, *TITLES)
    address = wants(world, server, "m1", [rules.NEW], language=language)
    rules.run(world.service)
    case = world.report().case
    world.clock.move(days=5)
    rules.run(world.service)
    (mail,) = server.to(address)
    shown = f"{mail.as_string()}{text_of(mail)}"
    for secret in (case, case[:8], *TITLES.values(), "bridge", "m3", "desk.example"):
        assert secret not in shown
    assert re.findall(r"\d+", text_of(mail)) == ([] if language == "ar" else ["1"])  # Arabic has a word for one case


@pytest.mark.parametrize("language", available_languages())
def test_every_mail_comes_back_as_it_was_written(lite: World, server: MailServer, language: str) -> None:
    service, to = with_mail(lite, server).service, "a@mail.example"
    counts = {"": {"new": 2, "near": 5}, "x": {"late": 11, "answered": 100, "new": 1}}
    mails = [
        words.digest(service, to, language, counts, {"x": "x" * 80}, "1"),
        words.code(service, to, language, "12345678", "2"),
        words.checkpoint(service, to, language, "reports.example/audit\n7\n", "3"),
        words.trial(service, to, language, "4"),
    ]
    for mail in mails:
        assert mail.as_bytes().isascii()
        arrived: Any = BytesParser(policy=default).parsebytes(mail.as_bytes())
        assert (arrived["Subject"], text_of(arrived)) == (mail["Subject"], text_of(mail))
        assert arrived.get_body(("plain",))["Content-Language"] == language
        assert "\n12345678\n" in text_of(arrived) or mail is not mails[1]
    if language != "en":
        english = [words.trial(service, to, "en", "4"), words.code(service, to, "en", "12345678", "2")]
        assert not {line for mail in english for line in text_of(mail).split("\n")[:1]} & {
            line for mail in mails for line in text_of(mail).split("\n")
        }


def test_a_checkpoint_comes_unharmed_with_a_mail_in_any_language(world: World, server: MailServer) -> None:
    world = with_mail(world, server)
    address = wants(world, server, "a1", (), checkpoints=True, language="ar")
    rules.run(world.service)
    world.clock.move(days=8)
    rules.run(world.service)
    (mail,) = server.to(address)
    (attached,) = mail.iter_attachments()
    assert attached.get_filename() == "checkpoint.txt"
    assert attached.get_content().startswith(b"reports.example/audit\n")
    assert text_of(mail).startswith("الملف المرفق بهذا البريد")
    assert text_of(mail).endswith("\nreporting audit verify --checkpoint checkpoint.txt\n")


def test_the_code_and_what_follows_speak_the_language_of_the_page(world: World, server: MailServer) -> None:
    world = with_mail(world, server)
    site_in(world, *TITLES)
    desk = world.sign_in("m1")
    given = {"address": "m1@mail.example", "language": "ru"}
    assert desk.post(f"{MAIL}/address", given).status_code == 204
    rules.run(world.service)
    (mail,) = server.to("m1@mail.example")
    assert mail["Subject"] == "Ваш код"
    code = {"code": code_in(server, "m1@mail.example"), "language": "zh"}  # typed on a page in another language
    assert desk.post(f"{MAIL}/code", code).status_code == 204
    assert json.loads(desk.get(MAIL).data)["language"] == "zh"
    choice = {"id": "procurement", "kinds": ["new"], "named": True}
    chosen = {"channels": [choice], "checkpoints": False, "language": "zh"}
    assert desk.send("PUT", f"{MAIL}/choices", chosen).status_code == 204
    assert text_of(digest_after(world, server, "m1@mail.example", 3)) == DIGESTS["zh"][1]
    desk = world.sign_in("m1")
    assert desk.send("PUT", f"{MAIL}/choices", {**chosen, "language": "ar"}).status_code == 204
    assert text_of(digest_after(world, server, "m1@mail.example", 3)) == DIGESTS["ar"][1]


def test_two_members_get_one_piece_of_news_in_two_languages(world: World, server: MailServer) -> None:
    world = with_mail(world, server)
    site_in(world, *TITLES)
    first = wants(world, server, "m1", [rules.NEW], named=True, language="ru")
    second = wants(world, server, "m3", [rules.NEW], named=True, language="ar")
    rules.run(world.service)
    for _ in range(3):
        world.report()
    world.clock.move(days=20)
    rules.run(world.service)
    assert [text_of(*server.to(address)) for address in (first, second)] == [DIGESTS["ru"][1], DIGESTS["ar"][1]]


@pytest.mark.parametrize("stored", [None, "tlh"])
@pytest.mark.parametrize(
    ("languages", "language", "title"),
    [(("ar", "en"), "ar", "المشتريات"), (("sw", "en", "ru"), "en", "Procurement"), (("zh",), "zh", "采购")],
)
def test_where_no_language_is_known_it_is_the_sites_first_or_english(
    world: World, server: MailServer, languages: tuple[str, ...], language: str, title: str, stored: str | None
) -> None:
    """As for whoever got mail before the language was kept, and after a release without their language."""
    world = with_mail(world, server)
    site_in(world, *languages)
    address = wants(world, server, "m1", [rules.NEW], named=True)
    with world.service.database.write() as session:
        session.execute(update(NoticeAddress).values(language=stored))
    assert rules.show(world.service, "m1")["language"] == language
    mail = digest_after(world, server, address, 3)
    assert mail["Content-Language"] == language
    assert f"\n{title}\n- " in text_of(mail)


def test_a_title_that_is_not_there_in_the_language_is_the_sites_first(world: World, server: MailServer) -> None:
    world = with_mail(world, server)
    site_in(world, "ru", "en")
    address = wants(world, server, "m1", [rules.NEW], named=True, language="fr")
    assert "\nЗакупки\n- 3 nouvelles affaires\n" in text_of(digest_after(world, server, address, 3))


@pytest.mark.parametrize("language", ["tlh", "EN", "en-GB", "", "../ar", 7, None, ["ar"]])
def test_a_language_in_which_no_mail_is_written_is_refused(lite: World, server: MailServer, language: Any) -> None:
    world = with_mail(lite, server)
    wants(world, server, "m1")
    before = rules.show(world.service, "m1")
    desk = world.sign_in("m1")
    choices = {"channels": [], "checkpoints": False}
    answers = [
        desk.post(f"{MAIL}/address", {"address": "m1@mail.example", "language": language}),
        desk.post(f"{MAIL}/code", {"code": "12345678", "language": language}),
        desk.send("PUT", f"{MAIL}/choices", {**choices, "language": language}),
    ]
    assert [problem(answer) for answer in answers] == [(422, "invalid", "/language")] * 3
    assert json.loads(answers[0].data)["detail"] == "Mail is written in: ar, en, es, fr, ru, zh."
    assert rules.show(world.service, "m1") == before


def test_a_language_has_to_be_named(lite: World, server: MailServer) -> None:
    desk = with_mail(lite, server).sign_in("m1")
    answers = [
        desk.post(f"{MAIL}/address", {"address": "m1@mail.example"}),
        desk.post(f"{MAIL}/code", {"code": "12345678"}),
    ]
    assert [problem(answer) for answer in answers] == [(422, "invalid", "/language")] * 2


def test_whoever_got_mail_before_languages_were_kept_gets_it_still(world: World, server: MailServer) -> None:
    world = with_mail(world, server)
    site_in(world, *TITLES)
    address = wants(world, server, "m1", [rules.NEW], named=True, language="ru")
    url = world.service.settings.database_url
    world.service.database.close()
    downgrade(url, "0021")
    upgrade(url)
    shown = rules.show(world.service, "m1")
    assert (shown["address"], shown["language"]) == (address, "en")
    assert "\nProcurement\n- 3 new cases\n" in text_of(digest_after(world, server, address, 3))


# At the terminal.


@pytest.fixture
def site(tmp_path: Path, server: MailServer) -> Site:
    """A site at the terminal that sends mail."""
    found = make_published(tmp_path / "site")
    with (found.server / "settings.toml").open("a") as settings:
        settings.write(f'smtp_host = "127.0.0.1"\nsmtp_port = {server.port}\nsmtp_security = "none"\n')
        settings.write('smtp_from = "notices@reports.example"\nnotice_slots = ["08:00"]\n')
    return found


def test_at_the_terminal_mail_is_in_the_terminals_language_or_another(
    site: Site, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    data, to = ("--data", site.server), "m1@mail.example"
    monkeypatch.setenv("REPORTING_LANGUAGE", "ru")
    succeed("notices", "test", to, *data)
    succeed("notices", "address", "m1", to, *data)
    assert [mail["Subject"] for mail in server.to(to)] == ["Проба", "Ваш код"]
    succeed("notices", "confirm", "m1", code_in(server, to), *data)
    assert row(site) == ["m1", "ru"]
    monkeypatch.setenv("REPORTING_LANGUAGE", "en")
    assert "Mail is written in: ar, en" in refused("notices", "choose", "m1", "--language", "tlh", *data)
    succeed("notices", "choose", "m1", "--channel", "procurement", "--kind", "new", *data)
    assert row(site) == ["m1", "ru"]
    succeed("notices", "choose", "m1", "--language", "fr", *data)
    assert row(site) == ["m1", "fr"]
    assert "procurement: new" in succeed("notices", "show", *data)
    succeed("notices", "address", "m1", to, "--language", "ar", *data)
    assert server.to(to)[-1]["Subject"] == "رمزك"
    succeed("notices", "confirm", "m1", code_in(server, to), "--language", "zh", *data)
    assert row(site) == ["m1", "zh"]


def row(site: Site) -> list[str]:
    """The member and the language in the last line of the table."""
    last = succeed("notices", "show", "--data", site.server).splitlines()[-1]
    found = re.split(r"\s{2,}", last.strip())
    return [found[0], found[2]]

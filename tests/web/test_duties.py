"""How an installation stands to each duty: what is lacking is named, what depends on a setting names it."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest
from click.testing import CliRunner

from reporting.administration.duty_states import ALL_DUTIES, PARTLY, Standing, standings
from reporting.administration.finding import MET, UNKNOWN, UNMET
from reporting.awareness.models import OwnSection
from reporting.awareness.rules import EVERYWHERE
from reporting.cli.main import main
from reporting.directory import rules as directories
from reporting.directory.rules import NewChannel
from reporting.service import Service
from tests.web.protection import with_officers
from tests.web.test_profiles import EU, lay
from tests.web.world import SITE, World, publish

DIRECTIVE = "Directive (EU) 2019/1937"


def stands(service: Service) -> dict[str, Standing]:
    """Every duty by its id."""
    with service.database.read() as session:
        return {one.duty.id: one for one in standings(service, session)}


def said(one: Standing) -> str:
    """What is lacking, as one text."""
    return "\n".join(finding.sentence for finding in one.lacking)


def well_kept(world: World) -> Service:
    """A service with two officers, custodians and keys in the safe on both channels, that sends mail and publishes."""
    with world.service.database.write() as session:
        for member in ("m5", "m6"):
            directories.give_role(session, "protection", "custodian", member)
    with_officers(world)
    settings = replace(
        world.service.settings, smtp_host="mail.example", smtp_from="notices@example.org", figures_after_days=30
    )
    return replace(world.service, settings=settings)


def test_a_well_kept_site_meets_everything_as_far_as_the_product_goes(lite: World) -> None:
    found = stands(well_kept(lite))
    assert list(found) == [duty.id for duty in ALL_DUTIES]
    # Nobody has checked the shipped texts: that is for whoever runs the site.
    unchecked = found.pop("ISO 24495-1:2023")
    assert unchecked.state == UNKNOWN
    assert re.search(r"nobody is noted to have checked, over all languages: \d+\.", said(unchecked))
    assert {one.state for one in found.values()} == {MET, PARTLY}
    for one in found.values():
        assert one.state == (PARTLY if one.duty.gap else MET)


def test_figures_that_are_not_published_are_told(lite: World) -> None:
    off = replace(lite.service, settings=replace(lite.service.settings, figures_after_days=0))
    one = stands(off)[f"{DIRECTIVE} 27(2)"]
    assert one.state == UNKNOWN
    assert "no figures are published" in said(one)


def test_one_officer_alone_cannot_refuse_by_two(lite: World) -> None:
    one = stands(lite.service)["A/RES/76/181 56"]
    assert one.state == UNMET
    assert "“protection” has one protection officer" in said(one)
    assert stands(well_kept(lite))["A/RES/76/181 56"].lacking == ()


def test_custodians_and_the_key_in_the_safe_are_missed(lite: World) -> None:
    service = well_kept(lite)
    with service.database.write() as session:
        directories.take_role(session, "procurement", "custodian", "m6")
        directories.take_role(session, "protection", "break_glass", "m8")
    publish(service, lite.root)
    one = stands(service)[f"{DIRECTIVE} 16"]
    assert one.state == UNMET
    assert "“procurement” has fewer than two custodians" in said(one)
    assert "“protection” has no key in a safe" in said(one)


def test_what_depends_on_a_setting_names_it_with_its_value(lite: World) -> None:
    service = well_kept(lite)
    settings = replace(service.settings, smtp_host="", one_person_office=True, origins=("http://reports.example",))
    found = stands(replace(service, settings=settings))
    for duty, sentence in (
        (f"{DIRECTIVE} 9(1)(d)", "Depends on the setting “smtp_host”, now “”: nobody is told by mail"),
        (f"{DIRECTIVE} 9(1)(c)", "Depends on the setting “one_person_office”, now “true”"),
        (f"{DIRECTIVE} 9(1)(a)", "Depends on the setting “origins”, now “http://reports.example”"),
    ):
        assert found[duty].state == UNKNOWN
        assert sentence in said(found[duty])


def test_clocks_longer_than_the_directive_allows_are_named(lite: World) -> None:
    service = well_kept(lite)
    lay(lite, EU.replace("months = 3", "months = 4", 1).replace("days = 7", "days = 9", 1))
    found = stands(service)
    feedback, acknowledgement = found[f"{DIRECTIVE} 9(1)(f)"], found[f"{DIRECTIVE} 9(1)(b)"]
    assert (feedback.state, acknowledgement.state) == (UNMET, UNMET)
    assert "takes 4 months for feedback and 3 more; the Directive allows 3, and 6 in all" in said(feedback)
    assert "takes 9 days to acknowledge; the Directive allows 7" in said(acknowledgement)


def test_working_days_are_for_the_law_of_the_country(lite: World) -> None:
    service = well_kept(lite)
    lay(lite, EU.replace('kind = "calendar"', 'kind = "working"', 1))
    one = stands(service)[f"{DIRECTIVE} 9(1)(b)"]
    assert one.state == UNKNOWN
    assert "counts working days" in said(one)


def test_places_to_turn_to_are_missed(lite: World) -> None:
    service = well_kept(lite)
    with service.database.write() as session:
        for name, kind in (("procurement", "report"), ("protection", "protection")):
            titles = {"en": name.title()}
            directories.change_channel(session, NewChannel(name, kind, titles, "corruption-1", profile="generic"))
    publish(service, lite.root)
    found = stands(service)
    assert "No number for danger is named" in said(found[f"{DIRECTIVE} 20"])


def test_what_is_not_told_everybody_is_missed(lite: World) -> None:
    service = well_kept(lite)
    site = replace(SITE, addresses=(), languages=("en", "de"), names={"en": "Example", "de": "Beispiel"})
    with service.database.write() as session:
        directories.set_site(session, site.encode())
        # Hidden, as an administrator does it: what alone answers item e.
        place = {"page": "what-happens-next", "anchor": "follow-up", "language": EVERYWHERE, "version": 1}
        now = service.clock.now()
        step = {"at": now, "member_id": "m4", "act": "hide", "title": "", "text": "", "art13": "", "hidden": True}
        session.add(OwnSection(**place, **step))
    publish(service, lite.root)
    found = stands(service)
    assert "Article 13(e) is answered by no text in: en, de." in said(found[f"{DIRECTIVE} 13(e)"])
    assert found[f"{DIRECTIVE} 13(a)"].state == MET
    public = found["A/RES/76/181 58"]
    assert public.state == UNMET
    assert "names no address: no poster can be made" in said(public)
    assert "Public texts are not translated in full: de." in said(public)


def test_without_a_channel_for_protection_nobody_can_ask_for_it(lite: World) -> None:
    service = well_kept(lite)
    with service.database.write() as session:
        directories.remove_channel(session, "protection")
    publish(service, lite.root)
    found = stands(service)
    for duty in ("A/RES/76/181 56", "UNCAC 33", f"{DIRECTIVE} 19", "ISO 37002:2021 8.4"):
        assert "No channel is for protection" in said(found[duty])


@pytest.mark.parametrize("as_json", [False, True])
def test_the_command_tells_each_row(lite: World, as_json: bool) -> None:
    command = ["conformance", "--data", str(lite.service.settings.data), *(["--json"] if as_json else [])]
    result = CliRunner().invoke(main, command)
    assert result.exit_code == 1
    if not as_json:
        for duty in ALL_DUTIES:
            assert f"{duty.id}: " in result.output
        assert "NOT MET    A/RES/76/181 56: Protect those who report" in result.output
        assert "           - “protection” has one protection officer" in result.output
        return
    rows = json.loads(result.stdout)["duties"]
    assert [row["id"] for row in rows] == [duty.id for duty in ALL_DUTIES]
    assert rows[0]["state"] == "unmet"
    assert rows[0]["gap"].startswith("The product orders nobody")

"""Roles that must not meet in one person, and people without whom the site cannot do."""

from __future__ import annotations

import contextlib
import dataclasses
import re
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from reporting import errors
from reporting.directory import rules as directories
from reporting.directory.models import ChannelRole
from reporting.directory.roles import refuse_if_needed
from reporting.members import lists
from reporting.members import rules as members
from reporting.members.models import Member
from reporting.protocol.encoding import dump_json, parse_json_object
from tests.web.accounts import body
from tests.web.world import ORIGIN, World, enroll, publish


def test_whoever_administers_the_site_gets_no_case_role(world: World) -> None:
    enroll(world.service, "ada", ("administrator",))
    for role in ("intake", "investigator", "protection", "custodian", "break_glass"):
        with (
            pytest.raises(errors.Unprocessable, match="must not meet"),
            world.service.database.write() as session,
        ):
            directories.give_role(session, "procurement", role, "ada")
    with pytest.raises(errors.Unprocessable, match="must not meet"), world.service.database.write() as session:
        directories.give_site_role(session, "administrator", "m1")
    with world.service.database.write() as session:
        directories.give_site_role(session, "statistician", "m1")
        assert session.get(ChannelRole, ("procurement", "intake", "ada")) is None


def test_whoever_protects_reporters_works_on_no_report(world: World) -> None:
    for role in ("intake", "investigator"):
        with pytest.raises(errors.Unprocessable, match="must not meet"), world.service.database.write() as session:
            directories.give_role(session, "procurement", role, "m4")
    with pytest.raises(errors.Unprocessable, match="must not meet"), world.service.database.write() as session:
        directories.give_role(session, "protection", "protection", "m2")


def test_an_office_of_one_person_says_so(world: World) -> None:
    with world.service.database.write() as session:
        directories.give_role(session, "procurement", "intake", "m4", one_person_office=True)
    with pytest.raises(errors.PublicationRefused, match="m4 cannot be intake and protection"):
        publish(world.service, world.root)
    settings = dataclasses.replace(world.service.settings, one_person_office=True)
    publish(replace(world.service, settings=settings), world.root)
    assert "m4" in world.directory().channel("procurement").roles["intake"]


def test_a_signed_directory_with_an_excluded_pair_is_not_published(world: World) -> None:
    """Signed by the root's own key, and still refused: the machine with the root key may have been told otherwise."""
    enroll(world.service, "ada", ("administrator",))
    with world.service.database.write() as session:
        bundle = directories.request_directory(world.service, session)
    lines = bundle.text.split("\n")
    content = parse_json_object(lines[3].encode(), limit=1 << 20)
    for channel in content["channels"]:
        channel["roles"]["intake"] = sorted({*channel["roles"].get("intake", []), "ada"})
    lines[3] = dump_json(content).decode()
    recipients = {name: {**listed, "ada": world_recipient(world)} for name, listed in bundle.recipients.items()}
    forged = replace(bundle, text="\n".join(lines), recipients=recipients).signed(ORIGIN, world.root)
    before = world.directory().version
    with (
        pytest.raises(errors.PublicationRefused, match="ada cannot be administrator and intake"),
        world.service.database.write() as session,
    ):
        directories.publish(world.service, session, forged)
    assert world.directory().version == before


def world_recipient(world: World) -> str:
    """The recipient string of ``ada``, as stored."""
    with world.service.database.read() as session:
        return session.get_one(Member, "ada").recipient


def refused(world: World, member: str) -> str:
    """Why a member cannot be removed."""
    with pytest.raises(errors.Conflict) as caught, world.service.database.write() as session:
        members.remove_member(world.service, session, member)
    return str(caught.value)


def test_the_last_administrator_stays(world: World) -> None:
    enroll(world.service, "ada", ("administrator",))
    assert "last administrator" in refused(world, "ada")
    with pytest.raises(errors.Conflict, match="last administrator"), world.service.database.write() as session:
        directories.take_site_role(session, "administrator", "ada")
    enroll(world.service, "eva", ("administrator",))
    with world.service.database.write() as session:
        members.remove_member(world.service, session, "ada")
    assert "last administrator" in refused(world, "eva")


def test_the_last_to_receive_reports_stays_on_each_kind_of_channel(world: World) -> None:
    assert re.search("last protection of “protection”", refused(world, "m4"))
    with world.service.database.write() as session:
        members.remove_member(world.service, session, "m1")
    assert "last intake of “procurement”" in refused(world, "m3")
    with pytest.raises(errors.Conflict, match="last intake"), world.service.database.write() as session:
        directories.take_role(session, "procurement", "intake", "m3")
    with world.service.database.write() as session:
        directories.take_role(session, "procurement", "investigator", "m3")


def test_the_last_custodian_stays_while_an_identity_lies_there(world: World) -> None:
    world.report(identity_answers={"name": "Ines"})
    with world.service.database.write() as session:
        members.remove_member(world.service, session, "m5")
    assert "last custodian of “procurement”" in refused(world, "m6")


def test_without_any_identity_the_last_custodian_may_leave(world: World) -> None:
    world.report()
    with world.service.database.write() as session:
        members.remove_member(world.service, session, "m5")
        members.remove_member(world.service, session, "m6")


@pytest.mark.parametrize("role", ["administrator", "intake"])
def test_of_the_last_two_who_go_at_once_one_stays(world: World, monkeypatch: pytest.MonkeyPatch, role: str) -> None:
    """Each is counted while the other is still there: only who holds the rows first may go."""
    people = ("ada", "bob") if role == "administrator" else ("m1", "m3")
    if role == "administrator":
        for member in people:
            enroll(world.service, member, (role,))
    both, check = threading.Barrier(2), refuse_if_needed

    def slowly(*given: object) -> None:
        check(*given)  # type: ignore[arg-type]  # passed on as it came
        with contextlib.suppress(threading.BrokenBarrierError):
            both.wait(1)  # on SQLite, and where rows are held, the other does not come

    monkeypatch.setattr(lists, "refuse_if_needed", slowly)

    def go(member: str) -> str:
        try:
            with world.service.database.write() as session:
                members.remove_member(world.service, session, member)
        except errors.Conflict:
            return "stays"
        return "gone"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(go, people)) == ["gone", "stays"]


def test_a_role_taken_in_the_draft_still_keeps_its_opposite_away(world: World) -> None:
    """Roles on the site count at once, those on channels by the directory in force: not both in between."""
    with world.service.database.write() as session:
        directories.take_role(session, "procurement", "intake", "m1")
        directories.give_site_role(session, "administrator", "m1")
        directories.give_site_role(session, "auditor", "m1")

    def roles() -> set[str]:
        return set(body(world.sign_in("m1").get("/api/session"))["roles"])

    assert roles() == {"intake", "auditor"}
    publish(world.service, world.root)
    assert roles() == {"administrator", "auditor"}

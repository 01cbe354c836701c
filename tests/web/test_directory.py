"""The directory: served as published, drafted, asked for, refused, continued."""

from __future__ import annotations

import datetime
import json
from dataclasses import replace
from typing import Any

import pytest

from reporting import errors
from reporting.directory import rules as directories
from reporting.directory.bundle import Bundle, read_bundle
from reporting.directory.rules import NewChannel
from reporting.directory.site import Site as SiteDocument
from reporting.members import rules as members
from reporting.protocol import note as notes
from reporting.protocol.directory import parse_text
from reporting.protocol.encoding import dump_json, sha256
from reporting.protocol.note import VerifierKey
from reporting.protocol.signing import SigningKey
from tests.web.world import ORIGIN, Person, World, enroll, keys_of, problem, publish

ROOT = "/.well-known/reporting"


def test_what_is_published_is_served_byte_for_byte(world: World) -> None:
    directory = world.directory()
    assert (directory.version, directory.origin) == (1, ORIGIN)
    assert world.get(f"{ROOT}/root").data.decode() == VerifierKey(ORIGIN, world.root.public).encode() + "\n"
    assert sha256(world.get(f"{ROOT}/site").data) == directory.site
    for channel in directory.channels:
        answer = world.get(f"{ROOT}/questionnaires/{channel.questionnaire.id}")
        assert sha256(answer.data) == channel.questionnaire.sha256
        assert set(world.recipients(channel.id)) == channel.member_ids()
    assert {channel.id: channel.kind for channel in directory.channels} == {
        "procurement": "report",
        "protection": "protection",
    }


@pytest.mark.parametrize(
    "path",
    ["directory/2", "directory/0", "directory/01", "recipients/none", "questionnaires/none", "directory/99999999999"],
)
def test_what_is_not_there_is_not_found(lite: World, path: str) -> None:
    assert problem(lite.get(f"{ROOT}/{path}"))[:2] == (404, "not-found")


def test_every_version_stays(world: World) -> None:
    first = world.get(f"{ROOT}/directory").data
    publish(world.service, world.root)
    assert world.directory().version == 2
    assert world.get(f"{ROOT}/directory/1").data == first
    assert world.get(f"{ROOT}/directory/2").data == world.get(f"{ROOT}/directory").data
    world.directory().check_follows(parse_text(notes.parse(first).text))


def _request(world: World) -> Bundle:
    with world.service.database.read() as session:
        return directories.request_directory(world.service, session)


def _publish(world: World, bundle: Bundle) -> Any:
    with world.service.database.write() as session:
        return directories.publish(world.service, session, bundle)


def test_a_bundle_travels_as_a_file(world: World) -> None:
    bundle = _request(world)
    signed = read_bundle(read_bundle(bundle.encode()).signed(ORIGIN, world.root).encode())
    assert _publish(world, signed).version == 2


def _signed(world: World, **changes: Any) -> Bundle:
    bundle = _request(world)
    lines = bundle.text.split("\n")
    content = json.loads(lines[3]) | changes
    text = "\n".join([*lines[:3], dump_json(content).decode(), ""])
    return replace(bundle, text=text, note=notes.sign(text, ORIGIN, world.root))


@pytest.mark.parametrize("changes", [{"version": 1}, {"version": 3}, {"date": "2026-11-24"}, {"service_key": None}])
def test_a_directory_that_does_not_continue_is_refused(lite: World, changes: dict[str, Any]) -> None:
    if "service_key" in changes:
        changes = {"service_key": json.loads(_request(lite).text.split("\n")[3])["log_key"]}
    with pytest.raises(errors.PublicationRefused):
        _publish(lite, _signed(lite, **changes))
    assert lite.directory().version == 1


def test_foreign_and_unsigned_directories_are_refused(lite: World) -> None:
    bundle = _request(lite)
    foreign = bundle.signed(ORIGIN, SigningKey.generate())
    for refused in (bundle, foreign, replace(bundle.signed(ORIGIN, lite.root), text=bundle.text + "\n")):
        with pytest.raises(errors.PublicationRefused):
            _publish(lite, refused)


def test_recipients_and_documents_must_be_those_that_are_hashed(lite: World) -> None:
    bundle = _request(lite).signed(ORIGIN, lite.root)
    swapped = {**bundle.recipients["procurement"]}
    swapped["m1"], swapped["m2"] = swapped["m2"], swapped["m1"]
    for recipients in ({**bundle.recipients, "procurement": swapped}, {}, {**bundle.recipients, "procurement": {}}):
        with pytest.raises(errors.PublicationRefused):
            _publish(lite, replace(bundle, recipients=recipients))
    with pytest.raises(errors.PublicationRefused):
        _publish(lite, replace(bundle, documents={}))


def test_a_worst_case_that_does_not_fit_is_refused(lite: World) -> None:
    for number in range(20):
        enroll(lite.service, f"x{number}", ("intake",))
    with pytest.raises(errors.PublicationRefused, match="procurement"):
        _request(lite)


def test_leavers_new_keys_and_lost_roles_are_former(world: World) -> None:
    service = world.service
    old = world.people["m3"]
    with service.database.write() as session:
        members.remove_member(service, session, "m2")
        directories.take_role(session, "procurement", "custodian", "m6")
        fresh = Person("m3", old.identity, SigningKey.generate(), old.auth_secret, old.vault_key)
        members.replace_keys(service, session, "m3", keys_of(fresh, service.root), datetime.date(2027, 11, 1))
    difference = "\n".join(_request(world).difference)
    for said in ("m2", "m3", "m6"):
        assert said in difference
    directory = publish(service, world.root)
    former = {(one.id, one.channels, one.since, one.until, one.signing_key) for one in directory.former}
    assert former == {
        ("m2", ("procurement",), 1, 1, world.people["m2"].signing_key.public),
        ("m3", ("procurement",), 1, 1, old.signing_key.public),
        ("m6", ("procurement",), 1, 1, world.people["m6"].signing_key.public),
    }
    assert directory.member("m2") is None
    assert {member.id: member.since for member in directory.members}["m3"] == 2
    assert {member.id: member.since for member in directory.members}["m6"] == 1
    assert publish(service, world.root).former == directory.former


def test_a_draft_refuses_what_no_directory_may_hold(lite: World) -> None:
    good = NewChannel("other", "report", {"en": "Other"}, "corruption-1")
    with lite.service.database.write() as session:
        for change, error in (
            ({"id": "Bad Id"}, errors.Unprocessable),
            ({"id": "procurement"}, errors.AlreadyThere),
            ({"kind": "other"}, errors.Unprocessable),
            ({"titles": {}}, errors.Unprocessable),
            ({"questionnaire": "none"}, errors.Unprocessable),
            ({"anonymous": "never"}, errors.Unprocessable),
        ):
            with pytest.raises(error):
                directories.add_channel(session, replace(good, **change))
        with pytest.raises(errors.NotFound):
            directories.give_role(session, "procurement", "intake", "nobody")
        with pytest.raises(errors.Unprocessable):
            directories.give_role(session, "procurement", "king", "m1")


def test_member_ids_are_never_reused(lite: World) -> None:
    with lite.service.database.write() as session:
        members.remove_member(lite.service, session, "m2")
    with pytest.raises(errors.AlreadyThere):
        enroll(lite.service, "m2", ())


@pytest.mark.parametrize(
    "way_out", ["javascript:alert(1)", " javascript:x", "data:text/html,x", "//x", "https://", "https://["]
)
def test_the_way_out_is_a_web_address(way_out: str) -> None:
    with pytest.raises(errors.Unprocessable):
        SiteDocument({"en": "Example"}, ("en",), (), way_out)

"""A server that certifies something else than was asked for: the device hands nothing out."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest

from reporting.client.certifying import Certified, certify
from reporting.client.errors import UnexpectedAnswer
from reporting.protocol import certificate
from reporting.protocol.encoding import b64decode, b64encode, sha256
from reporting.protocol.errors import Malformed, NotAuthentic, Refused
from reporting.protocol.signing import SigningKey
from tests.dishonest.scene import Scene
from tests.dishonest.server import Client, client_of
from tests.dishonest.test_http import read
from tests.independent import certificate as independent

NAME = "Jo Doe"


@pytest.fixture
def client() -> Iterator[Client]:
    with client_of(Scene()) as made:
        yield made


def ask(client: Client, *, name: str = NAME, name_channel: bool = False) -> Certified:
    return certify(client.site, client.sender, client.receipt, read(client), name=name, name_channel=name_channel)


def test_an_honest_server_is_believed_and_never_hears_the_name(client: Client) -> None:
    for name, named in ((NAME, True), (NAME, False), ("", False)):
        found = certificate.verify(ask(client, name=name, name_channel=named).file, client.scene.site.root_verifier)
        assert (found.name, found.certificate.channel) == (name, "procurement" if named else None)
        assert found.certificate.received == client.scene.site.today
    sent = client.posted("/api/certify")
    assert "Jo" not in str(sent)
    assert sent[-1]["commitment"] == "A" * 43 + "="
    assert b64decode(sent[0]["commitment"]) != b64decode(sent[1]["commitment"])


def lie(client: Client, **changes: Any) -> None:
    client.server.lies["/api/certify"] = lambda _true: {
        "certificate": client.scene.post.certify(client.posted("/api/certify")[-1], **changes)
    }


def test_another_day_case_name_or_channel_is_refused(client: Client) -> None:
    yesterday = client.scene.site.today - datetime.timedelta(days=1)
    for changes in (
        {"received": yesterday},
        {"report": sha256(client.scene.stored.acknowledgement.encode())},
        {"commitment": bytes([7] * 32)},
        {"commitment": certificate.NO_NAME},
        {"channel": "procurement"},
        {"channel": "police"},
        {"origin": "other.example.org"},
        {"directory": 2},
        {"issued": client.scene.site.today + datetime.timedelta(days=2)},
    ):
        lie(client, **changes)
        with pytest.raises(NotAuthentic):
            ask(client)
    lie(client, channel=None)
    with pytest.raises(NotAuthentic):
        ask(client, name_channel=True)


def _asked_for(client: Client, change: dict[str, str], _true: Any) -> dict[str, str]:
    """What is signed where something else than what was asked for is certified, by an honest computation."""
    return {"certificate": client.scene.post.certify(client.posted("/api/certify")[-1] | change)}


def test_another_report_or_another_opening_is_refused(client: Client) -> None:
    other = client.scene.reporter.report("Another matter.")
    for change in ({"case": other}, {"opening": b64encode(bytes(32))}):
        client.server.lies["/api/certify"] = partial(_asked_for, client, change)
        with pytest.raises(NotAuthentic):
            ask(client)


def test_the_reporter_alone_can_show_later_which_report_it_is(client: Client) -> None:
    one, other, bare, again = (ask(client, name=name).certificate for name in (NAME, NAME, "", ""))
    assert len({one.report, other.report, bare.report}) == 3
    assert bare.report == again.report
    case, code = read(client), client.receipt
    for found in (one, other, bare):
        opening = code.certificate_opening(client.site.directory.origin, case.case_hash, found.commitment)
        assert certificate.commit_report(client.scene.stored.acknowledgement, opening) == found.report
        assert certificate.commit_report(client.scene.stored.acknowledgement, bytes(32)) != found.report
        computed = independent.opening(code.entropy, client.site.directory.origin, case.case_hash, found.commitment)
        assert independent.report(computed, client.scene.stored.acknowledgement) == b64encode(found.report)


def test_another_signer_is_refused(client: Client) -> None:
    client.scene.site.service = SigningKey.generate()
    with pytest.raises(NotAuthentic):
        ask(client)


def _instead(note: str, _true: Any) -> dict[str, str]:
    return {"certificate": note}


def test_an_acknowledgement_in_its_place_is_refused(client: Client) -> None:
    for note in (client.scene.stored.acknowledgement, "x"):
        client.server.lies["/api/certify"] = partial(_instead, note)
        with pytest.raises(Malformed):
            ask(client)
    client.server.lies["/api/certify"] = lambda _true: {"certificate": None}
    with pytest.raises(UnexpectedAnswer):
        ask(client)


def test_without_an_acknowledgement_nothing_is_asked(client: Client) -> None:
    client.scene.stored.acknowledgement = ""
    with pytest.raises(Refused):
        ask(client)
    assert client.posted("/api/certify") == []


def test_a_newer_directory_is_loaded_first(client: Client) -> None:
    opened = read(client)
    client.scene.site.publish()
    found = certify(client.site, client.sender, client.receipt, opened, name="", name_channel=False)
    assert found.certificate.directory == 2
    assert certificate.verify(found.file, client.scene.site.root_verifier).directory.version == 2

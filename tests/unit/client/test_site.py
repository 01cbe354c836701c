"""A directory and all that hangs on it are verified before anybody uses them."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from reporting.client.errors import UnexpectedAnswer
from reporting.client.site import Site as SeenSite
from reporting.client.transport import Transport
from reporting.client.trust import Pin
from reporting.protocol import note as notes
from reporting.protocol.errors import DirectoryExpired, NotAuthentic
from reporting.protocol.note import VerifierKey
from reporting.protocol.signing import SigningKey
from tests.factories import Site
from tests.factories.site import QUESTIONNAIRE
from tests.unit.client.serving import Reply, Request, serving

PREFIX = "/.well-known/reporting/"


class Published:
    """What a server shows of a site; a dishonest one shows something else in ``instead``."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.instead: dict[str, bytes] = {}
        self.root = site.root_verifier

    def answer(self, request: Request) -> Reply:
        """One document."""
        name = request.path.removeprefix(PREFIX)
        if name in self.instead:
            return Reply(self.instead[name])
        kind, _slash, rest = name.partition("/")
        match kind:
            case "root":
                return Reply(self.root.encode().encode() + b"\n")
            case "directory":
                return Reply(self.site.versions[int(rest or len(self.site.versions)) - 1].encode())
            case "recipients":
                return Reply(json.dumps(self.site.recipients(rest)).encode())
            case "questionnaires":
                return Reply(QUESTIONNAIRE)
        return Reply(b"", 404)


@contextmanager
def seen(published: Published, pin: Pin | None = None) -> Iterator[SeenSite]:
    """The site as a client with ``pin`` reaches it."""
    with serving(published.answer) as server, Transport(server.url) as transport:
        yield SeenSite(transport, pin or Pin(published.site.root_verifier), published.site.today)


def pin_of(site: Site, version: int) -> Pin:
    return Pin(site.root_verifier, version, site.version(version).sha256)


@pytest.fixture
def published() -> Published:
    return Published(Site.usual())


def test_the_directory_in_force_is_loaded_and_pinned(published: Published) -> None:
    with seen(published) as site:
        assert site.load().version == 1
        assert site.pin == pin_of(published.site, 1)
        published.site.publish()
        assert site.load().version == 2
        assert site.pin == pin_of(published.site, 2)


def test_every_version_since_the_pin_is_followed(published: Published) -> None:
    for _ in range(3):
        published.site.publish()
    with seen(published, pin_of(published.site, 1)) as site:
        assert site.load().version == 4


def test_an_older_directory_is_refused(published: Published) -> None:
    published.site.publish()
    published.instead["directory"] = published.site.versions[0].encode()
    with seen(published, pin_of(published.site, 2)) as site, pytest.raises(NotAuthentic, match="older"):
        site.load()


def test_another_text_under_the_same_version_is_refused(published: Published) -> None:
    pin = Pin(published.site.root_verifier, 1, b"x" * 32)
    with seen(published, pin) as site, pytest.raises(NotAuthentic, match="another list"):
        site.load()


def test_a_history_that_does_not_continue_the_pin_is_refused(published: Published) -> None:
    published.site.publish()
    published.site.publish()
    pin = Pin(published.site.root_verifier, 1, b"x" * 32)
    with seen(published, pin) as site, pytest.raises(NotAuthentic, match="does not continue"):
        site.load()


def test_a_version_left_out_of_the_history_is_refused(published: Published) -> None:
    pin = pin_of(published.site, 1)
    published.site.publish()
    published.site.publish()
    published.instead["directory/2"] = published.site.versions[2].encode()
    with seen(published, pin) as site, pytest.raises(NotAuthentic, match="does not continue"):
        site.load()


def test_a_directory_of_another_root_is_refused(published: Published) -> None:
    stranger = Site.usual()
    published.instead["directory"] = stranger.versions[0].encode()
    with seen(published) as site, pytest.raises(NotAuthentic):
        site.load()


def changing_root(published: Published) -> tuple[SigningKey, VerifierKey]:
    """Version 2 names another root and bears both signatures; that one signs alone from version 3 on."""
    site, new = published.site, SigningKey.generate()
    signed = site.publish(next_root=new)
    site.root = new
    published.root = site.root_verifier
    return new, VerifierKey(signed.origin, new.public)


def test_a_root_is_changed_by_a_version_that_names_it_and_that_both_signed(published: Published) -> None:
    pin, old = pin_of(published.site, 1), published.site.root_verifier
    _, follower = changing_root(published)
    published.site.publish()
    with seen(published, pin) as client:
        assert client.load().version == 3
        assert client.pin.root == follower != old


def test_whoever_saw_the_very_version_that_changes_the_root_goes_on(published: Published) -> None:
    pin = pin_of(published.site, 1)
    _, follower = changing_root(published)
    with seen(published, pin) as client:
        assert client.load().version == 2
        assert client.pin.root == follower
        published.site.publish()
        assert client.load().version == 3
        assert client.pin.root == follower


def test_a_server_that_adds_its_own_signature_to_a_version_is_no_root(published: Published) -> None:
    pin = pin_of(published.site, 1)
    site, own = published.site, SigningKey.generate()
    site.publish()
    site.versions[1] = notes.add_signature(notes.parse(site.versions[1]), site.origin, own).encode()
    site.root = own
    site.publish()
    published.root = VerifierKey(site.origin, own.public)
    with seen(published, pin) as client, pytest.raises(NotAuthentic):
        client.load()


def test_an_old_root_that_signs_later_versions_too_keeps_nobody(published: Published) -> None:
    pin, old = pin_of(published.site, 1), published.site.root
    _, follower = changing_root(published)
    published.site.publish()
    signed = notes.parse(published.site.versions[2])
    published.site.versions[2] = notes.add_signature(signed, published.site.origin, old).encode()
    with seen(published, pin) as client:
        assert client.load().version == 3
        assert client.pin.root == follower


def test_a_named_root_that_did_not_sign_is_refused(published: Published) -> None:
    pin = pin_of(published.site, 1)
    changing_root(published)
    note = notes.parse(published.site.versions[1])
    published.site.versions[1] = notes.Note(note.text, note.signatures[:1]).encode()
    with seen(published, pin) as client, pytest.raises(NotAuthentic):
        client.load()


def test_a_root_changed_by_the_new_one_alone_is_refused(published: Published) -> None:
    pin = pin_of(published.site, 1)
    published.site.root = SigningKey.generate()
    # Under the new root alone the rest of the factory cannot read version 1 any more: sign by hand.
    text = notes.parse(published.site.versions[0]).text
    published.site.versions.append(notes.sign(text, published.site.origin, published.site.root))
    published.root = published.site.root_verifier
    with seen(published, pin) as site, pytest.raises(NotAuthentic):
        site.load()


def test_a_directory_out_of_its_time_is_refused(published: Published) -> None:
    with seen(published) as site:
        site.today += datetime.timedelta(days=200)
        with pytest.raises(DirectoryExpired):
            site.load()
        site.today -= datetime.timedelta(days=400)
        with pytest.raises(DirectoryExpired):
            site.load()


def test_recipients_are_those_of_the_directory(published: Published) -> None:
    with seen(published) as site:
        assert set(site.recipients("procurement")) == published.site.directory.channel("procurement").member_ids()


def test_a_swapped_recipient_is_refused(published: Published) -> None:
    keys = published.site.recipients("procurement")
    keys["ada"] = Site.usual().recipients("procurement")["ada"]
    published.instead["recipients/procurement"] = json.dumps(keys).encode()
    with seen(published) as site, pytest.raises(NotAuthentic, match="ada"):
        site.recipients("procurement")


def test_a_missing_recipient_is_refused(published: Published) -> None:
    keys = published.site.recipients("procurement")
    del keys["safe"]
    published.instead["recipients/procurement"] = json.dumps(keys).encode()
    with seen(published) as site, pytest.raises(NotAuthentic, match="safe"):
        site.recipients("procurement")


@pytest.mark.parametrize("body", [b"", b"[]", b'{"ada": 1}'])
def test_recipients_of_another_form_are_refused(published: Published, body: bytes) -> None:
    published.instead["recipients/procurement"] = body
    with seen(published) as site, pytest.raises(UnexpectedAnswer):
        site.recipients("procurement")


def test_a_changed_questionnaire_is_refused(published: Published) -> None:
    channel = published.site.directory.channel("procurement")
    with seen(published) as site:
        assert site.questionnaire(channel) == QUESTIONNAIRE
        published.instead["questionnaires/corruption-1"] = QUESTIONNAIRE + b" "
        with pytest.raises(NotAuthentic, match="questionnaire"):
            site.questionnaire(channel)

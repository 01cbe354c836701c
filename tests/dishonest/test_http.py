"""The dishonest server over HTTP: what the terminal's client refuses, and what it then sends, namely nothing."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator

import pytest

from reporting.client import casework
from reporting.client.cases import open_case
from reporting.client.errors import UnexpectedAnswer
from reporting.client.mailbox import OpenedCase, read_mailbox
from reporting.client.reporter import Acknowledged, follow_up, load_for, send_report
from reporting.protocol import acknowledgement
from reporting.protocol import epoch as epochs
from reporting.protocol.acknowledgement import ReportAcknowledgement
from reporting.protocol.age import HybridIdentity
from reporting.protocol.encoding import b64encode, sha256
from reporting.protocol.epoch import Epoch
from reporting.protocol.errors import DirectoryExpired, NotAuthentic, ProtocolError, Refused
from reporting.protocol.signing import SigningKey
from reporting.protocol.submission import Draft, Report
from tests.dishonest.scene import CaseWarning, Scene, State, assert_in_order, state
from tests.dishonest.server import WELL_KNOWN, Client, client_of
from tests.factories import Site

MALLORY = HybridIdentity.generate()
REPORT = Report("procurement", {"language": "en", "questionnaire": "corruption-1", "answers": {"account": "…"}})
MESSAGE = Draft("message", "reporter", {"text": "…"})


@pytest.fixture
def client() -> Iterator[Client]:
    with client_of(Scene()) as made:
        yield made


def submit(client: Client) -> Acknowledged:
    loaded = load_for(client.site, "procurement")
    return send_report(client.site, client.sender, loaded, REPORT, client.receipt, lambda before, after: None)


def read(client: Client) -> OpenedCase:
    return next(
        found
        for found in read_mailbox(client.site, client.sender, client.receipt)
        if found.view.case == client.scene.case
    )


def assert_nothing_sealed(client: Client) -> None:
    assert client.posted("/api/reports") == []
    assert client.posted("/api/entries") == []


# --- an honest server first


def test_all_goes_well_with_an_honest_server(client: Client) -> None:
    assert submit(client).day == client.scene.site.today
    opened = read(client)
    assert_in_order(opened.view)
    follow_up(client.site, client.sender, client.receipt, opened, MESSAGE)
    assert_in_order(read(client).view)
    assert_in_order(open_case(client.ada(), client.scene.case).opened.view)


def test_small_pages_are_read_to_their_end(client: Client) -> None:
    client.server.page = 1
    client.scene.reporter.report("Another matter.")
    found = read_mailbox(client.site, client.sender, client.receipt)
    assert len(found) == 2
    for opened in found:
        assert_in_order(opened.view)


# --- directory, recipients, questionnaire


def test_a_swapped_recipient_stops_the_report(client: Client) -> None:
    swap = {"ada": str(MALLORY.recipient)}
    client.server.lies[f"{WELL_KNOWN}recipients/procurement"] = lambda body: json.loads(body) | swap
    with pytest.raises(NotAuthentic, match="ada"):
        submit(client)
    assert_nothing_sealed(client)


def test_a_recipient_kept_back_stops_the_report(client: Client) -> None:
    client.server.lies[f"{WELL_KNOWN}recipients/procurement"] = lambda _body: {}
    with pytest.raises(NotAuthentic):
        submit(client)
    assert_nothing_sealed(client)


def test_an_older_directory_stops_the_report() -> None:
    scene = Scene()
    scene.site.publish()
    with client_of(scene) as client:
        client.server.lies[f"{WELL_KNOWN}directory"] = lambda _body: scene.site.versions[0].encode()
        with pytest.raises(NotAuthentic, match="older"):
            submit(client)
        assert_nothing_sealed(client)


def test_another_sites_directory_stops_the_report(client: Client) -> None:
    other = Site.usual()
    client.server.lies[f"{WELL_KNOWN}directory"] = lambda _body: other.versions[0].encode()
    with pytest.raises(NotAuthentic):
        submit(client)
    assert_nothing_sealed(client)


def test_a_directory_that_ended_stops_the_report(client: Client) -> None:
    client.site.today = client.scene.site.directory.valid_until.replace(year=2027)
    with pytest.raises(DirectoryExpired):
        submit(client)
    assert_nothing_sealed(client)


def test_another_questionnaire_is_refused(client: Client) -> None:
    channel = client.scene.site.directory.channel("procurement")
    assert client.site.questionnaire(channel)
    client.server.lies[f"{WELL_KNOWN}questionnaires/corruption-1"] = lambda body: body + b" "
    with pytest.raises(NotAuthentic, match="questionnaire"):
        client.site.questionnaire(channel)


def test_a_server_that_calls_its_own_directory_outdated_gets_no_second_report(client: Client) -> None:
    client.server.refuse_once["/api/reports"] = {"type": "urn:reporting:problem:directory-outdated"}
    with pytest.raises(UnexpectedAnswer):
        submit(client)
    assert len(client.posted("/api/reports")) == 1


# --- acknowledgements


@pytest.mark.parametrize("change", ["entry", "channel", "directory", "case", "key"])
def test_an_acknowledgement_of_something_else_is_no_success(client: Client, change: str) -> None:
    """The device checks all of it before it shows success."""
    service = client.scene.site.service

    def lie(answer: dict[str, str]) -> dict[str, str]:
        true = acknowledgement.parse_report(answer["acknowledgement"], client.site.directory.verifier("service"))
        changed: ReportAcknowledgement = {
            "entry": dataclasses.replace(true, entry_sha256=bytes(32)),
            "channel": dataclasses.replace(true, channel="police"),
            "directory": dataclasses.replace(true, directory=9),
            "case": dataclasses.replace(true, case="0" * 32),
            "key": dataclasses.replace(true, reporter_sha256=bytes(32)),
        }[change]
        return answer | {"acknowledgement": acknowledgement.sign(changed, service)}

    client.server.lies["/api/reports"] = lie
    with pytest.raises(NotAuthentic):
        submit(client)


def test_an_acknowledgement_by_another_key_is_no_success(client: Client) -> None:
    client.scene.site.service = SigningKey.generate()
    with pytest.raises(NotAuthentic):
        submit(client)


@pytest.mark.parametrize("answer", [{}, {"acknowledgement": None}, {"acknowledgement": "x"}, {"acknowledgement": 7}])
def test_no_acknowledgement_is_no_success(client: Client, answer: dict[str, object]) -> None:
    client.server.lies["/api/reports"] = lambda _true: answer
    with pytest.raises((UnexpectedAnswer, ProtocolError)):
        submit(client)


def test_a_follow_up_without_its_own_acknowledgement_is_no_success(client: Client) -> None:
    opened = read(client)
    follow_up(client.site, client.sender, client.receipt, opened, MESSAGE)
    earlier = client.scene.post.follow_up(client.posted("/api/entries")[0])
    client.server.lies["/api/entries"] = lambda true: true | {"acknowledgement": earlier}
    with pytest.raises(NotAuthentic):
        follow_up(client.site, client.sender, client.receipt, opened, MESSAGE)


# --- a mailbox


def forged_epoch(client: Client) -> str:
    before = epochs.parse_text(client.scene.stored.epochs[-1].rpartition("\n\n")[0] + "\n")
    epoch = Epoch(
        before.origin,
        before.case,
        before.number + 1,
        epochs.case_hash(MALLORY.recipient),
        ("ada",),
        before.sha256,
        before.directory,
        before.date,
    )
    return epochs.sign_epoch(epoch, "ada", SigningKey.generate())


def test_nothing_is_sealed_to_a_strangers_epoch(client: Client) -> None:
    client.scene.stored.epochs.append(forged_epoch(client))
    client.scene.stored.recipients.append(str(MALLORY.recipient))
    opened = read(client)
    assert opened.view.warnings == (CaseWarning.EPOCHS_BROKEN,)
    with pytest.raises(Refused):
        follow_up(client.site, client.sender, client.receipt, opened, MESSAGE)
    assert_nothing_sealed(client)


def test_nothing_is_sealed_to_a_recipient_that_no_epoch_names(client: Client) -> None:
    client.scene.stored.recipients.append(str(MALLORY.recipient))
    opened = read(client)
    with pytest.raises(Refused):
        follow_up(client.site, client.sender, client.receipt, opened, MESSAGE)
    assert_nothing_sealed(client)


def test_a_stale_epoch_answered_with_a_strangers_chain_gets_nothing_sealed(client: Client) -> None:
    """The honest answer of section 7 is the chain; the client verifies it before it seals again."""
    opened = read(client)
    client.server.refuse_once["/api/entries"] = {
        "type": "urn:reporting:problem:epoch-stale",
        "epochs": [*client.scene.stored.epochs, forged_epoch(client)],
        "recipient": str(MALLORY.recipient),
    }
    with pytest.raises(Refused):
        follow_up(client.site, client.sender, client.receipt, opened, MESSAGE)
    assert len(client.posted("/api/entries")) == 1  # the first one, to the true recipient


def test_a_stale_epoch_answered_with_the_true_chain_is_followed(client: Client) -> None:
    opened = read(client)
    client.scene.ada.new_epoch(client.scene.case, ["ada", "safe"])
    client.server.refuse_once["/api/entries"] = {
        "type": "urn:reporting:problem:epoch-stale",
        "epochs": client.scene.stored.epochs,
        "recipient": client.scene.stored.recipients[-1],
    }
    follow_up(client.site, client.sender, client.receipt, opened, MESSAGE)
    assert [body["epoch"] for body in client.posted("/api/entries")] == [0, 1]
    assert_in_order(client.scene.ada.read(client.scene.case))


def test_a_stale_epoch_answered_with_another_history_gets_nothing_sealed(client: Client) -> None:
    """Section 12: a former holder helps to a false epoch; a reporter who has just seen the true one refuses it."""
    scene = client.scene
    before = epochs.parse_text(scene.stored.epochs[0].rpartition("\n\n")[0] + "\n")
    scene.ada.new_epoch(scene.case, ["ada", "safe"])
    opened = read(client)
    mallory = epochs.case_hash(MALLORY.recipient)
    key = scene.site.people["bea"].key
    first = dataclasses.replace(
        before, number=1, previous=before.sha256, holders=("bea",), recipient_sha256=sha256(b"any")
    )
    second = dataclasses.replace(first, number=2, previous=first.sha256, recipient_sha256=mallory)
    client.server.refuse_once["/api/entries"] = {
        "type": "urn:reporting:problem:epoch-stale",
        "epochs": [scene.stored.epochs[0], *(epochs.sign_epoch(epoch, "bea", key) for epoch in (first, second))],
        "recipient": str(MALLORY.recipient),
    }
    with pytest.raises(NotAuthentic, match="another history"):
        follow_up(client.site, client.sender, client.receipt, opened, MESSAGE)
    assert len(client.posted("/api/entries")) == 1  # the first one, to the true recipient


def test_a_case_of_somebody_else_in_the_mailbox_is_ignored_with_a_warning(client: Client) -> None:
    scene = client.scene
    scene.stored.epochs[0] = epochs.sign_epoch(
        epochs.parse_text(scene.stored.epochs[0].rpartition("\n\n")[0] + "\n"), "reporter", SigningKey.generate()
    )
    opened = read(client)
    assert opened.view.warnings == (CaseWarning.NOT_YOURS,)
    assert opened.view.entries == ()
    with pytest.raises(Refused):
        follow_up(client.site, client.sender, client.receipt, opened, MESSAGE)
    assert_nothing_sealed(client)


def test_a_case_moved_to_another_channel_is_told_and_not_written_to(client: Client) -> None:
    client.scene.stored.channel = "police"
    opened = read(client)
    assert CaseWarning.OTHER_CHANNEL in opened.view.warnings
    with pytest.raises(Refused):
        follow_up(client.site, client.sender, client.receipt, opened, MESSAGE)
    assert_nothing_sealed(client)


def test_a_dropped_entry_is_told(client: Client) -> None:
    client.scene.drop(client.scene.reply)
    assert read(client).view.warnings == (CaseWarning.ENTRIES_MAY_BE_MISSING,)


def test_a_page_kept_back_is_told(client: Client) -> None:
    """The server says that there is no more, when there is."""
    client.server.page = 2
    client.server.lies["/api/mailbox"] = lambda page: page | {"more": False}
    assert CaseWarning.FIRST_ENTRY_MISSING in read(client).view.warnings


def test_entries_that_are_no_base64_stay_in_the_list_as_a_fact(client: Client) -> None:
    def lie(page: dict[str, list[dict[str, object]]]) -> dict[str, list[dict[str, object]]]:
        for entry in page["entries"]:
            if entry["id"] == client.scene.reply.id:
                entry["sealed"] = "?"
        return page

    client.server.lies["/api/mailbox"] = lie
    view = read(client).view
    assert state(view, client.scene.reply) is State.CANNOT_BE_OPENED
    assert state(view, client.scene.first) is State.AUTHENTIC


def test_a_directory_kept_back_is_told_and_stops_writing() -> None:
    """Entries name a version that the server does not show: the client asks again, and then writes nothing."""
    scene = Scene()
    with client_of(scene) as client:
        old = scene.site.versions[0].encode()
        scene.site.publish()
        scene.ada.reply(scene.case)
        client.server.lies[f"{WELL_KNOWN}directory"] = lambda _true: old
        opened = read(client)
        assert opened.view.needs_newer_directory
        with pytest.raises(Refused):
            follow_up(client.site, client.sender, client.receipt, opened, MESSAGE)
        assert_nothing_sealed(client)
        del client.server.lies[f"{WELL_KNOWN}directory"]
        opened = read(client)
        assert_in_order(opened.view)
        assert client.site.pin.version == 2


# --- the desk


def test_a_member_is_not_led_to_write_to_a_strangers_epoch(client: Client) -> None:
    case = client.scene.case
    client.scene.stored.epochs.append(forged_epoch(client))
    client.scene.stored.recipients.append(str(MALLORY.recipient))
    ada = client.ada()
    found = open_case(ada, case)
    assert CaseWarning.EPOCHS_BROKEN in found.opened.view.warnings
    with pytest.raises(Refused):
        casework.reply(ada, found, "…")
    with pytest.raises(Refused):
        casework.give_access(ada, found, "ivo")
    assert client.server.posted == []


def test_a_member_does_not_give_a_case_to_whom_the_reporter_excluded() -> None:
    scene = Scene(excluded=("ivo",))
    with client_of(scene) as client:
        ada = client.ada()
        found = open_case(ada, scene.case)
        for act in (casework.give_access, lambda s, c, m: casework.pass_on(s, c, [m])):
            with pytest.raises(Refused, match="excluded “ivo”"):
                act(ada, found, "ivo")
        assert client.server.posted == []


def test_a_member_who_saw_an_epoch_is_told_when_the_server_keeps_it_back(client: Client) -> None:
    """Cards pin the chain: the server takes back note, grant and entries, and is found out."""
    scene = client.scene
    scene.ada.new_epoch(scene.case, ["ada", "safe"])
    ada = client.ada()
    assert_in_order(open_case(ada, scene.case).opened.view)
    scene.stored.epochs.pop()
    scene.stored.recipients.pop()
    scene.stored.grants["ada"].pop(1)
    found = open_case(ada, scene.case)
    assert CaseWarning.EPOCHS_WITHHELD in found.opened.view.warnings
    with pytest.raises(Refused):
        casework.reply(ada, found, "…")
    assert client.server.posted == []


def test_a_member_who_saw_the_true_epoch_does_not_accept_a_former_holders() -> None:
    """Section 12: a former holder helps the server to a false epoch; who saw the true one refuses it."""
    scene = Scene()
    with client_of(scene) as client:
        before = epochs.parse_text(scene.stored.epochs[0].rpartition("\n\n")[0] + "\n")
        scene.ada.new_epoch(scene.case, ["ada", "safe"])
        ada = client.ada()
        open_case(ada, scene.case)
        false = dataclasses.replace(
            before,
            number=1,
            previous=before.sha256,
            holders=("ada", "bea"),
            recipient_sha256=sha256(str(MALLORY.recipient).encode()),
        )
        scene.stored.epochs[1] = epochs.sign_epoch(false, "bea", scene.site.people["bea"].key)
        scene.stored.recipients[1] = str(MALLORY.recipient)
        with pytest.raises(NotAuthentic, match="another history"):
            open_case(ada, scene.case)
        assert client.server.posted == []


def test_a_member_is_shown_another_case_under_the_same_id(client: Client) -> None:
    scene = client.scene
    ada = client.ada()
    open_case(ada, scene.case)
    other = scene.post.cases[scene.reporter.report("Another matter.")]
    scene.stored.epochs, scene.stored.recipients = other.epochs, other.recipients
    scene.stored.grants, scene.stored.entries = other.grants, other.entries
    found = open_case(ada, scene.case)
    assert found.opened.view.warnings == (CaseWarning.GRANT_DAMAGED,)
    assert found.opened.view.entries == ()
    with pytest.raises(Refused):
        casework.note(ada, found, "…")
    assert client.server.posted == []


def test_what_the_client_sends_holds_nothing_in_the_clear(client: Client) -> None:
    submit(client)
    (request,) = client.posted("/api/reports")
    assert b64encode(client.receipt.entropy) not in json.dumps(request)
    assert "account" not in json.dumps(request)

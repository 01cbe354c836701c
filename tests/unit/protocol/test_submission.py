"""What a device sends: reports with their case, and later entries (sections 4 to 6)."""

from __future__ import annotations

import pytest

from reporting.protocol import age
from reporting.protocol import epoch as epochs
from reporting.protocol.encoding import b64decode, b64encode, dump_json, sha256
from reporting.protocol.entry import Attachment, decode, open_entry
from reporting.protocol.errors import CannotOpen, Malformed, NotAuthentic, Refused
from reporting.protocol.grant import open_grant
from reporting.protocol.submission import Beforehand, Draft, body_size, check_recipients, entry_recipients, new_case
from tests.factories import Desk, Post, Reporter, Site


@pytest.fixture
def site() -> Site:
    return Site.usual()


@pytest.fixture
def reporter(site: Site) -> Reporter:
    return Reporter(site, Post(site))


def test_a_report_is_sealed_to_the_case_and_granted_to_who_receives_it(site: Site, reporter: Reporter) -> None:
    prepared = reporter.prepare("They asked for ten percent.")
    request = prepared.request
    for member in ("ada", "bea", "safe"):
        sealed = next(b64decode(grant["sealed"]) for grant in request["grants"] if grant["member"] == member)
        identity = site.people[member].identity
        grant = open_grant(sealed, identity, prepared.case, 0, request["epoch"], site.origin)
        assert str(grant.identity.recipient) == request["recipient"]
        opened = open_entry(b64decode(request["entry"]), grant.identity).verify(grant.reporter_key)
        assert opened.body["answers"] == {"account": "They asked for ten percent."}


def test_the_reporter_opens_it_with_the_code_alone(site: Site, reporter: Reporter) -> None:
    request = reporter.prepare().request
    case_hash = epochs.case_hash(request["recipient"])
    identity = reporter.receipt.case_identity(site.origin, case_hash)
    key = reporter.receipt.case_signing_key(site.origin, case_hash)
    assert open_entry(b64decode(request["entry"]), identity).verify(key.public).author == "reporter"
    assert b64decode(request["reporter_sha256"]) == sha256(key.public)
    assert b64decode(request["token"]) == reporter.receipt.mailbox_token(site.origin)


def test_nothing_sealed_is_in_the_request(site: Site, reporter: Reporter) -> None:
    request = dump_json(
        reporter.prepare(
            "This is a very particular word.", excluded=("somebody-excluded",), identity={"n": "Jo Doe of Elsewhere"}
        ).request
    )
    for secret in (b"a very particular word", b"Jo Doe of Elsewhere", b"somebody-excluded", reporter.receipt.entropy):
        assert secret not in request
        assert b64encode(secret).rstrip("=").encode()[:12] not in request


PHOTO = Attachment("0" * 31 + "1", "crane.jpg", "image/jpeg", 70_000, sha256(b"the sealed photograph"))


def test_a_report_names_the_files_that_were_sealed_to_its_keys_before(site: Site, reporter: Reporter) -> None:
    keys = new_case(reporter.receipt, site.origin)
    prepared = reporter.prepare(before=Beforehand(keys, (PHOTO,)))
    assert prepared.case == keys.case
    assert prepared.request["recipient"] == str(keys.identity.recipient)
    assert prepared.request["uploads"] == [PHOTO.upload]
    assert keys.recipients == [keys.identity.recipient, keys.reporter.recipient]
    for identity in (keys.identity, keys.reporter):
        opened = open_entry(b64decode(prepared.request["entry"]), identity).verify(keys.signing_key.public)
        assert opened.attachments == (PHOTO,)
    assert "crane" not in repr(Beforehand(keys, (PHOTO,)))
    assert b"crane" not in dump_json(prepared.request)


def test_who_opens_the_files_of_a_later_entry_opens_the_entry(site: Site, reporter: Reporter) -> None:
    case = reporter.report()
    view, recipient = reporter.read(case), reporter.post.recipient(case)
    both = entry_recipients(view, "reporter", site.directory, recipient, site.today)
    assert view.first is not None
    assert view.first.first is not None
    assert both == [recipient, view.first.first.recipient]
    assert entry_recipients(view, "team", site.directory, recipient, site.today) == [recipient]
    with pytest.raises(Refused):
        entry_recipients(view, "team", site.directory, site.people["bea"].identity.recipient, site.today)


def test_every_report_has_a_case_of_its_own_even_the_same_one_again(reporter: Reporter) -> None:
    """Whatever changes makes a new case: a server never holds two signed first entries of one case."""
    one, other = reporter.prepare(), reporter.prepare()
    assert one.case != other.case
    assert one.request["recipient"] != other.request["recipient"]
    assert one.request["reporter_sha256"] != other.request["reporter_sha256"]
    assert one.request["token"] == other.request["token"]


def test_the_identity_is_for_custodians_alone(site: Site, reporter: Reporter) -> None:
    request = reporter.prepare(identity={"name": "Jo"}, excluded=("cyd", "ada")).request
    sealed = b64decode(request["identity"])
    assert decode(age.decrypt(sealed, [site.people["cem"].identity])).entry.body == {
        "answers": {"name": "Jo"},
        "channel": "procurement",
        "excluded": ["ada", "cyd"],
    }
    for member in ("ada", "bea", "safe", "cyd", "ivo"):
        with pytest.raises(CannotOpen):
            age.decrypt(sealed, [site.people[member].identity])


def test_no_identity_means_none(reporter: Reporter) -> None:
    assert reporter.prepare().request["identity"] is None


def test_excluded_members_are_sorted_and_in_the_sealed_entry(site: Site, reporter: Reporter) -> None:
    case = reporter.report(excluded=("ivo", "bea"))
    view = reporter.read(case)
    assert view.first is not None
    assert view.first.first is not None
    assert view.first.first.excluded == ("bea", "ivo")
    assert set(reporter.post.cases[case].grants) == {"ada", "safe"}


@pytest.mark.parametrize("excluded", [("Bea",), ("bea", "bea"), ("reporter",)])
def test_who_is_excluded_is_an_id_once(reporter: Reporter, excluded: tuple[str, ...]) -> None:
    with pytest.raises(Malformed):
        reporter.prepare(excluded=excluded)


def test_an_unknown_channel_is_refused(site: Site, reporter: Reporter) -> None:
    site.checked_recipients = lambda channel: {}  # type: ignore[method-assign]  # a server that shows none
    with pytest.raises(Refused):
        reporter.prepare(channel="nowhere")


def test_recipients_are_checked_against_the_directory(site: Site) -> None:
    shown = site.recipients("procurement")
    assert {member: str(key) for member, key in check_recipients(site.directory, shown).items()} == shown
    with pytest.raises(NotAuthentic):
        check_recipients(site.directory, {"ada": "\ud800"})


def test_a_report_too_long_says_by_how_much(reporter: Reporter) -> None:
    with pytest.raises(Malformed, match=r"This is \d+ bytes too long"):
        reporter.prepare("x" * 17_000)


def test_the_size_of_a_body_is_known_while_typing() -> None:
    assert body_size({"text": "ü"}) == len('{"text":"ü"}'.encode())


# --- later entries


def test_a_later_entry_goes_to_both_sides_or_to_the_team(site: Site, reporter: Reporter) -> None:
    case = reporter.report()
    ada = Desk(site, reporter.post, "ada")
    for audience, kind, stanzas in (("reporter", "message", 2), ("team", "note", 1)):
        _, sealed = ada.prepare(case, kind, audience, {"text": "…"})
        assert len(age.parse_header(sealed).stanzas) == stanzas


def test_it_names_what_its_author_has_seen(site: Site, reporter: Reporter) -> None:
    case = reporter.report()
    ada = Desk(site, reporter.post, "ada")
    first = reporter.post.cases[case].entries[0]
    entry, sealed = ada.prepare(case, "message", "reporter", {"text": "…"})
    assert entry.prev == (first.sha256,)
    reporter.post.put(case, "reporter", sealed)
    assert reporter.prepare_message(case)[0].prev == (sha256(sealed),)
    assert ada.prepare(case, "note", "team", {"text": "…"})[0].prev == ()


def test_it_is_of_the_newest_epoch_and_directory(site: Site, reporter: Reporter) -> None:
    case = reporter.report()
    ada = Desk(site, reporter.post, "ada")
    site.publish()
    ada.new_epoch(case, ["ada"])
    entry, _ = reporter.prepare_message(case)
    assert (entry.epoch, entry.directory, entry.date) == (1, 2, site.today)


@pytest.mark.parametrize(("kind", "audience"), [("note", "reporter"), ("message", "team"), ("report", "reporter")])
def test_what_every_reader_would_refuse_is_not_written(
    site: Site, reporter: Reporter, kind: str, audience: str
) -> None:
    case = reporter.report()
    with pytest.raises((Malformed, NotAuthentic)):
        Desk(site, reporter.post, "ada").prepare(case, kind, audience, {"text": "…"})


def test_what_is_written_is_not_in_a_repr() -> None:
    assert "secret" not in repr(Draft("message", "reporter", {"text": "secret"}))

"""A server that shows another directory, or other keys, than the root signed (protocol section 3)."""

from __future__ import annotations

import datetime

import pytest

from reporting.protocol import directory as directories
from reporting.protocol import note
from reporting.protocol.age import HybridIdentity
from reporting.protocol.encoding import b64encode, dump_json, sha256
from reporting.protocol.errors import DirectoryExpired, NotAuthentic
from reporting.protocol.signing import SigningKey
from reporting.protocol.submission import check_recipients
from tests.factories import Post, Reporter, Site

NEXT_YEAR = datetime.timedelta(days=365)


@pytest.fixture
def site() -> Site:
    return Site.usual()


def test_a_swapped_recipient_does_not_fit_the_hash_in_the_directory(site: Site) -> None:
    shown = site.recipients("procurement") | {"ada": str(HybridIdentity.generate().recipient)}
    with pytest.raises(NotAuthentic, match="“ada” is not the listed one"):
        check_recipients(site.directory, shown)


def test_two_members_recipients_swapped_do_not_fit(site: Site) -> None:
    shown = site.recipients("procurement")
    shown["ada"], shown["bea"] = shown["bea"], shown["ada"]
    with pytest.raises(NotAuthentic):
        check_recipients(site.directory, shown)


def test_a_recipient_of_somebody_unlisted_is_refused(site: Site) -> None:
    shown = site.recipients("procurement") | {"mallory": str(HybridIdentity.generate().recipient)}
    with pytest.raises(NotAuthentic, match="mallory"):
        check_recipients(site.directory, shown)


def test_nothing_is_sealed_while_a_recipient_is_kept_back(site: Site) -> None:
    reporter = Reporter(site, Post(site))
    checked = site.checked_recipients("procurement")
    del checked["safe"]
    site.checked_recipients = lambda channel: checked  # type: ignore[method-assign]  # the server keeps one back
    with pytest.raises(NotAuthentic, match="safe"):
        reporter.prepare()


def test_a_directory_with_a_swapped_key_lacks_the_roots_signature(site: Site) -> None:
    parsed = note.parse(site.versions[0])
    ours = b64encode(sha256(str(site.people["ada"].recipient).encode()))
    theirs = b64encode(sha256(b"another"))
    forged = note.Note(parsed.text.replace(ours, theirs), parsed.signatures)
    assert forged.text != parsed.text
    with pytest.raises(NotAuthentic):
        directories.parse(forged.encode(), site.root_verifier)


def test_a_directory_signed_by_another_root_is_refused(site: Site) -> None:
    text = directories.to_text(site.origin, directories.NO_PREVIOUS, site.content() | {"version": 1})
    with pytest.raises(NotAuthentic):
        directories.parse(note.sign(text, site.origin, SigningKey.generate()), site.root_verifier)


def test_another_sites_directory_is_refused(site: Site) -> None:
    text = directories.to_text("other.example.org", directories.NO_PREVIOUS, site.content() | {"version": 1})
    with pytest.raises(NotAuthentic, match="another site"):
        directories.parse(note.sign(text, site.origin, site.root), site.root_verifier)


def test_an_older_directory_than_the_pinned_one_is_refused(site: Site) -> None:
    site.publish()
    with pytest.raises(NotAuthentic, match="older"):
        site.version(1).check_follows(site.version(2))


def test_another_text_of_the_pinned_version_is_refused(site: Site) -> None:
    pinned = site.directory
    changed = {**site.content(), "version": 1, "site": b64encode(sha256(b"another site document"))}
    text = directories.to_text(site.origin, directories.NO_PREVIOUS, changed)
    other = directories.parse(note.sign(text, site.origin, site.root), site.root_verifier)
    with pytest.raises(NotAuthentic, match="another list"):
        other.check_follows(pinned)


def test_a_version_that_does_not_name_the_pinned_one_before_it_is_refused(site: Site) -> None:
    pinned = site.directory
    text = directories.to_text(site.origin, sha256(b"another history"), site.content())
    other = directories.parse(note.sign(text, site.origin, site.root), site.root_verifier)
    with pytest.raises(NotAuthentic, match="does not continue"):
        other.check_follows(pinned)


def test_what_continues_the_pinned_version_is_accepted(site: Site) -> None:
    pinned = site.directory
    site.publish().check_follows(pinned)
    site.publish().check_follows(pinned)


def test_a_first_version_that_names_one_before_it_is_refused(site: Site) -> None:
    text = directories.to_text(site.origin, sha256(b"hidden"), site.content() | {"version": 1})
    with pytest.raises(NotAuthentic):
        directories.parse(note.sign(text, site.origin, site.root), site.root_verifier)


def test_nothing_is_sent_under_a_directory_past_its_last_day(site: Site) -> None:
    reporter = Reporter(site, Post(site))
    reporter.prepare()
    site.today = site.directory.valid_until
    reporter.prepare()
    site.pass_days(1)
    with pytest.raises(DirectoryExpired):
        reporter.prepare()


def test_nothing_is_sent_under_a_directory_dated_more_than_a_day_ahead(site: Site) -> None:
    reporter = Reporter(site, Post(site))
    site.pass_days(-1)
    reporter.prepare()
    site.pass_days(-1)
    with pytest.raises(DirectoryExpired):
        reporter.prepare()


def test_a_root_change_signed_by_both_roots_is_accepted_under_either(site: Site) -> None:
    new_root = SigningKey.generate()
    text = directories.to_text(site.origin, site.directory.sha256, site.content())
    signed = note.add_signature(note.parse(note.sign(text, site.origin, site.root)), site.origin, new_root).encode()
    for verifier in (site.root_verifier, note.VerifierKey(site.origin, new_root.public)):
        directories.parse(signed, verifier).check_follows(site.directory)


def test_a_questionnaire_or_site_document_is_known_by_its_hash(site: Site) -> None:
    directory = site.directory
    assert directory.channel("procurement").questionnaire.sha256 == sha256(b'{"id":"corruption-1"}')
    assert directory.channel("procurement").questionnaire.sha256 != sha256(dump_json({"id": "changed"}))
    assert directory.site == sha256(b'{"title":"Example"}')

"""Inviting at the terminal: the link, the list, and taking back."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from sqlalchemy import select

from reporting.cli.vaults import make_account
from reporting.log.models import AuditEvent
from reporting.members import rules as members
from reporting.members import sessions
from reporting.members.invitations import hash_of
from reporting.members.models import Invitation, Member, StaffSession
from tests.unit.cli.terminal import Site, make_site, refused, run, succeed


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return make_site(tmp_path / "site")


def invite(site: Site, *options: str) -> str:
    """The token of a link."""
    printed = succeed("members", "invite", "m7", "--data", site.server, "--label", "Anne", *options)
    found = re.search(r"^http://127\.0\.0\.1:8001/enroll#([A-Za-z0-9_-]{43})$", printed, re.MULTILINE)
    assert found, printed
    return found[1]


def test_the_link_carries_a_token_that_is_stored_nowhere(site: Site) -> None:
    token = invite(site, "--name", "anne", "--auditor")
    with site.service().database.read() as session:
        row = session.get_one(Invitation, hash_of(token))
    assert (row.member_id, row.name, row.label, row.site_roles, row.created_by) == (
        *("m7", "anne", "Anne"),
        '["auditor"]',
        "server",
    )
    everything = b"".join(path.read_bytes() for path in site.server.rglob("*") if path.is_file())
    assert token.encode() not in everything


def test_invitations_are_listed_with_what_became_of_them(site: Site) -> None:
    assert "no invitations" in succeed("members", "invitations", "--data", site.server)
    invite(site)
    assert re.search(r"m7 +Anne +– +.* UTC +open", succeed("members", "invitations", "--data", site.server))
    succeed("members", "revoke-invitation", "m7", "--data", site.server, "--yes")
    assert re.search(r"m7 .* revoked", succeed("members", "invitations", "--data", site.server))
    assert "no open invitation" in refused("members", "revoke-invitation", "m7", "--data", site.server, "--yes")


def test_roles_stand_on_the_invitation_and_must_be_right(site: Site) -> None:
    site.add_member("m1")
    site.add_channel("procurement", "--role", "intake=m1")
    invite(site, "--role", "intake:procurement")
    with site.service().database.read() as session:
        (found,) = members.invitations(site.service(), session)
    assert found.invitation.roles == (("procurement", "intake"),)
    others = ("members", "invite", "m8", "--data", site.server, "--label", "Bo")
    assert "no channel" in refused(*others, "--role", "intake:nowhere")
    assert "must not meet" in refused(*others, "--role", "intake:procurement", "--administrator")
    assert "open invitation" in refused("members", "invite", "m7", "--data", site.server, "--label", "Anne")


def test_a_known_member_is_invited_again_with_name_and_label_as_they_are(site: Site) -> None:
    site.add_member("m1")
    assert "exists" in refused("members", "invite", "m1", "--data", site.server, "--label", "X")
    succeed("members", "invite", "m1", "--data", site.server, "--again")
    with site.service().database.read() as session:
        (found,) = members.invitations(site.service(), session)
    assert (found.invitation.again, found.invitation.name) == (True, "m1")


def test_a_member_is_signed_out_or_everybody(site: Site) -> None:
    for member in ("m1", "m2", "m3"):
        site.add_member(member)

    def begin() -> None:
        service = site.service()
        with service.database.write() as session:
            for member in session.scalars(select(Member)):
                sessions.open_session(service, session, member, "open", "passphrase")

    def left() -> list[str]:
        with site.service().database.read() as session:
            return sorted(session.scalars(select(StaffSession.member_id)))

    begin()
    succeed("members", "sign-out", "m1", "--data", site.server)
    assert left() == ["m2", "m3"]
    succeed("members", "sign-out", "--all", "--data", site.server)
    assert left() == []
    assert refused("members", "sign-out", "m9", "--data", site.server)
    for wrong in ((), ("m1", "--all")):
        assert run("members", "sign-out", *wrong, "--data", site.server).exit_code == 2
    with site.service().database.read() as session:
        query = select(AuditEvent.details).where(AuditEvent.act == "session:revoke").order_by(AuditEvent.position)
        found = [json.loads(details or "") for details in session.scalars(query)]
    assert found == [{"session": "all", "member": "m1"}, {"session": "all"}]


def test_lost_factors_are_reset(site: Site) -> None:
    site.add_member("m1")
    assert "registers a second factor" in succeed("members", "reset-factors", "m1", "--data", site.server, "--yes")
    assert refused("members", "reset-factors", "m2", "--data", site.server, "--yes")
    assert "Nobody is here" in refused("members", "reset-factors", "m1", "--data", site.server)


def test_an_account_that_was_replaced_is_restored(site: Site) -> None:
    site.add_member("m1")
    assert "enrolled again as m1" in refused("members", "restore", "m1", "--data", site.server, "--yes")
    service = site.service()
    before = keys_of(site)
    with service.database.write() as session:
        keys = make_account("m1", service.root, None).keys
        members.replace_keys(service, session, "m1", keys, service.clock.today())
    assert keys_of(site) != before
    assert "signs in as before" in succeed("members", "restore", "m1", "--data", site.server, "--yes")
    assert keys_of(site) == before
    assert refused("members", "restore", "m9", "--data", site.server, "--yes")


def keys_of(site: Site) -> bytes:
    """The signing key of m1."""
    with site.service().database.read() as session:
        return session.get_one(Member, "m1").signing_key

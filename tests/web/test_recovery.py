"""A lost passphrase: the recovery code opens the way to a new one, and to nothing else."""

from __future__ import annotations

import json
import os
import statistics
import time
from typing import Any

import pytest
from sqlalchemy import select, update

from reporting.log.models import AuditEvent
from reporting.members.models import Member, SignInThrottle
from reporting.protocol import vault
from reporting.protocol.encoding import b64decode, b64encode
from tests.web.accounts import Newcomer, add_totp, body, code_of, newcomer, prove, sign_in, stage, stranger
from tests.web.world import Desk, World, problem

RECOVER = "/api/session/recovery"


def enrolled(world: World) -> Newcomer:
    """Somebody with a recovery sheet."""
    anne = newcomer(world)
    body(anne.enroll(), 201)
    return anne


def recover(anne: Newcomer, code: bytes | None = None) -> Desk:
    """Sign in with the recovery code."""
    desk = Desk(anne.world, anne.person, anne.world.desk.test_client())
    content = {"name": "anne", "auth": b64encode(vault.recovery_auth(code or anne.recovery))}
    desk.csrf = body(desk.post(RECOVER, content), 201)["csrf"]
    return desk


def new_passphrase(desk: Desk, recovery: bytes, secret: bytes, **changed: Any) -> dict[str, Any]:
    """What a browser sends that has opened the vault with the recovery code."""
    kept = body(desk.get("/api/vault"))
    member = desk.person.id
    key = vault.unwrap_with_recovery(b64decode(kept["wraps"]["recovery"]), vault.recovery_key(recovery), member)
    assert vault.open_vault(b64decode(kept["vault"]), key, member).signing_key == desk.person.signing_key
    wrapped = b64encode(vault.wrap_with_passphrase(key, secret, member))
    return {
        "vault": kept["vault"],
        "wraps": {"passphrase": wrapped, "recovery": kept["wraps"]["recovery"]},
        "current_auth": b64encode(vault.recovery_auth(recovery)),
        "passphrase": {"salt": b64encode(os.urandom(16)), "auth": b64encode(secret)},
        **changed,
    }


def test_from_a_lost_passphrase_to_a_new_one(world: World) -> None:
    anne = enrolled(world)
    desk, secret = recover(anne), os.urandom(32)
    assert stage(desk) == "recovery"
    assert desk.send("PUT", "/api/vault", new_passphrase(desk, anne.recovery, secret)).status_code == 204
    assert problem(desk.get("/api/session"))[:2] == (401, "not-signed-in")
    assert problem(anne.desk.get("/api/session"))[:2] == (401, "not-signed-in")
    old = {"name": "anne", "auth": b64encode(anne.person.auth_secret)}
    assert problem(stranger(world).post("/api/session", old))[:2] == (401, "wrong-credentials")
    answer = stranger(world).post("/api/session", {"name": "anne", "auth": b64encode(secret)})
    assert body(answer, 201)["stage"] == "open"


def test_recovery_does_nothing_but_recover(world: World) -> None:
    anne = enrolled(world)
    desk = recover(anne)
    for method, path in (
        ("GET", "/api/cases"),
        ("GET", "/api/account"),
        ("POST", "/api/account/backup-codes"),
        ("POST", "/api/account/factors/totp"),
        ("POST", "/api/account/keys/challenge"),
        ("POST", "/api/account/keys"),
        ("DELETE", "/api/account/keys"),
        ("POST", "/api/session/factor"),
    ):
        answer = desk.get(path) if method == "GET" else desk.send(method, path, {})
        assert problem(answer)[:2] == (401, "factor-needed")


def test_whoever_has_a_factor_proves_it_before_the_vault_is_handed_out(world: World) -> None:
    anne = enrolled(world)
    app = add_totp(anne.desk)
    world.clock.move(seconds=30)
    desk, secret = recover(anne), os.urandom(32)
    assert stage(desk) == "recovery-factor"
    assert problem(desk.get("/api/vault"))[:2] == (401, "factor-needed")
    assert problem(desk.send("PUT", "/api/vault", {}))[:2] == (401, "factor-needed")
    prove(desk, totp=code_of(world, app))
    assert stage(desk) == "recovery"
    assert desk.send("PUT", "/api/vault", new_passphrase(desk, anne.recovery, secret)).status_code == 204


def test_a_backup_code_stands_in_for_a_lost_telephone(world: World) -> None:
    anne = enrolled(world)
    add_totp(anne.desk)
    (code, *_rest) = body(anne.desk.post("/api/account/backup-codes", {}), 201)["codes"]
    desk = recover(anne)
    prove(desk, backup=code)
    assert stage(desk) == "recovery"


def test_what_a_recovery_session_may_not_store(world: World) -> None:
    anne = enrolled(world)
    desk = recover(anne)
    good = new_passphrase(desk, anne.recovery, os.urandom(32))
    without = {name: value for name, value in good.items() if name != "passphrase"}
    assert problem(desk.send("PUT", "/api/vault", without)) == (422, "invalid", "/passphrase")
    for secret in (os.urandom(32), anne.person.auth_secret):
        wrong = {**good, "current_auth": b64encode(secret)}
        assert problem(desk.send("PUT", "/api/vault", wrong)) == (401, "wrong-credentials", "/current_auth")
    # And an ordinary session does not do with the recovery code what takes the passphrase.
    assert problem(anne.desk.send("PUT", "/api/vault", good)) == (401, "wrong-credentials", "/current_auth")
    assert stage(desk) == "recovery"


def test_names_without_a_recovery_code_and_nobodys_are_told_alike(world: World) -> None:
    enrolled(world)
    for name in ("anne", "m1@example", "nobody"):
        answer = stranger(world).post(RECOVER, {"name": name, "auth": b64encode(os.urandom(32))})
        assert problem(answer) == (401, "wrong-credentials", "")


def test_a_passphrases_secret_is_no_recovery_code_nor_the_other_way_round(world: World) -> None:
    anne = enrolled(world)
    content = {"name": "anne", "auth": b64encode(anne.person.auth_secret)}
    assert problem(stranger(world).post(RECOVER, content))[:2] == (401, "wrong-credentials")
    content = {"name": "anne", "auth": b64encode(vault.recovery_auth(anne.recovery))}
    assert problem(stranger(world).post("/api/session", content))[:2] == (401, "wrong-credentials")


def test_recovery_is_throttled_apart_from_signing_in(world: World) -> None:
    anne = enrolled(world)
    wrong = {"name": "anne", "auth": b64encode(os.urandom(32))}
    statuses = [stranger(world).post(RECOVER, wrong).status_code for _ in range(6)]
    assert statuses == [401] * 5 + [429]
    assert stage(sign_in(world, anne.person, "anne")) == "open"
    world.clock.move(seconds=61)
    assert stage(recover(anne)) == "recovery"


def test_a_new_recovery_sheet_replaces_the_old_and_ends_every_other_session(world: World) -> None:
    anne = enrolled(world)
    other, fresh = sign_in(world, anne.person, "anne"), os.urandom(16)
    kept = body(anne.desk.get("/api/vault"))
    key = anne.person.vault_key
    wrapped = vault.wrap_with_recovery(key, vault.recovery_key(fresh), "m7")
    content = {
        "vault": kept["vault"],
        "wraps": {**kept["wraps"], "recovery": b64encode(wrapped)},
        "current_auth": b64encode(anne.person.auth_secret),
        "recovery_auth": b64encode(vault.recovery_auth(fresh)),
    }
    without = {**content, "wraps": {"passphrase": kept["wraps"]["passphrase"]}}
    assert problem(anne.desk.send("PUT", "/api/vault", without)) == (422, "invalid", "/wraps")
    assert anne.desk.send("PUT", "/api/vault", content).status_code == 204
    assert problem(other.get("/api/session"))[:2] == (401, "not-signed-in")
    old = {"name": "anne", "auth": b64encode(vault.recovery_auth(anne.recovery))}
    assert problem(stranger(world).post(RECOVER, old))[:2] == (401, "wrong-credentials")
    assert stage(recover(anne, fresh)) == "recovery"


def test_failures_of_members_are_recorded_and_of_nobody_not(world: World) -> None:
    enrolled(world)
    for path in ("/api/session", RECOVER):
        for name in ("anne", "nobody"):
            stranger(world).post(path, {"name": name, "auth": b64encode(os.urandom(32))})
    with world.service.database.read() as session:
        found = session.execute(
            select(AuditEvent.member_id, AuditEvent.details).where(AuditEvent.act == "session:refuse")
        ).all()
    assert sorted(tuple(row) for row in found) == [
        ("m7", '{"method":"passphrase"}'),
        ("m7", '{"method":"recovery"}'),
    ]


@pytest.mark.parametrize("path", ["/api/session", RECOVER])
def test_known_and_unknown_names_take_as_long(lite: World, path: str) -> None:
    """The work is the same: a hash of the same parameters, and the same writes to the same tables."""
    enrolled(lite)

    def seconds(name: str) -> float:
        with lite.service.database.write() as session:
            session.query(SignInThrottle).delete()
        began = time.perf_counter()
        answer = stranger(lite).post(path, {"name": name, "auth": b64encode(os.urandom(32))})
        passed = time.perf_counter() - began
        assert problem(answer)[:2] == (401, "wrong-credentials")
        return passed

    seconds("anne"), seconds("nobody")
    known, unknown, without = [], [], []
    for _ in range(12):  # in turns, so that whatever else the machine does meets all of them
        known.append(seconds("anne"))
        unknown.append(seconds("nobody"))
        without.append(seconds("m1@example"))
    middle = statistics.median(known)
    assert 0.6 < statistics.median(unknown) / middle < 1.6
    assert 0.6 < statistics.median(without) / middle < 1.6


def test_a_passphrase_changed_while_somebody_signs_in_does_not_let_them_in(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    from reporting.members import secrets

    anne = enrolled(world)
    right = secrets.is_right

    def changed_meanwhile(stored: str | None, secret: bytes) -> bool:
        with world.service.database.write() as session:
            session.execute(update(Member).where(Member.id == "m7").values(auth_hash=secrets.hash_secret(bytes(32))))
        return right(stored, secret)

    monkeypatch.setattr(secrets, "is_right", changed_meanwhile)
    answer = stranger(world).post("/api/session", {"name": "anne", "auth": b64encode(anne.person.auth_secret)})
    assert problem(answer)[:2] == (401, "wrong-credentials")
    assert "Set-Cookie" not in answer.headers
    assert json.loads(answer.data)["status"] == 401

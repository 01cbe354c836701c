"""Second factors: registering, proving, and everything that proves nothing."""

from __future__ import annotations

import dataclasses
import json
import os
from concurrent.futures import ThreadPoolExecutor

import pyotp
import pytest
from sqlalchemy import select

from reporting import errors
from reporting.log.models import AuditEvent
from reporting.members import rules as members
from reporting.members.models import Authenticator
from reporting.protocol.encoding import b64encode
from tests.web.accounts import (
    FACTOR,
    OPTIONS,
    add_passkey,
    add_totp,
    body,
    code_of,
    prove,
    prove_passkey,
    sign_in,
    stage,
    strictly,
)
from tests.web.authenticator import SoftKey, base64url
from tests.web.world import DESK_ORIGIN, Desk, World, problem


def again(desk: Desk) -> Desk:
    """The same member signs in at another browser."""
    return sign_in(desk.world, desk.person, f"{desk.person.id}@example")


def with_totp(world: World) -> tuple[Desk, pyotp.TOTP]:
    """A member who has an app, signed in by passphrase alone, half a minute later."""
    desk = world.sign_in("m1")
    app = add_totp(desk)
    world.clock.move(seconds=30)
    return again(desk), app


def acts(world: World, act: str) -> list[str]:
    """The details of one act's events."""
    with world.service.database.read() as session:
        return list(session.scalars(select(AuditEvent.details).where(AuditEvent.act == act)))


def test_where_a_factor_is_required_nothing_works_before_one_is_registered(world: World) -> None:
    desk = strictly(world).sign_in("m1")
    assert body(desk.get("/api/session"))["stage"] == "enrolling"
    for path in ("/api/cases", "/api/vault", "/api/account"):
        assert problem(desk.get(path))[:2] == (401, "factor-needed")
    add_totp(desk)
    assert stage(desk) == "open"
    assert desk.get("/api/cases").status_code == desk.get("/api/vault").status_code == 200


def test_the_passphrase_alone_does_not_open_a_session_of_whoever_has_a_factor(world: World) -> None:
    desk, app = with_totp(world)
    session = body(desk.get("/api/session"))
    assert (session["stage"], session["roles"], session["channels"]) == ("factor", [], {})
    assert session["factors"] == {"passkey": False, "totp": True, "backup": False}
    for path in ("/api/cases", "/api/vault", "/api/account"):
        assert problem(desk.get(path))[:2] == (401, "factor-needed")
    assert problem(desk.post("/api/account/factors/totp", {}))[:2] == (401, "factor-needed")
    session = body(prove(desk, totp=code_of(world, app)))
    assert (session["stage"], session["roles"], session["recent"]) == ("open", ["intake"], True)
    assert desk.get("/api/vault").status_code == 200


def test_the_session_goes_on_under_another_token(world: World) -> None:
    desk, app = with_totp(world)
    before = desk.client.get_cookie("__Host-session", domain="desk.example")
    assert before is not None
    csrf = desk.csrf
    prove(desk, totp=code_of(world, app))
    after = desk.client.get_cookie("__Host-session", domain="desk.example")
    assert after is not None
    assert (after.value == before.value, desk.csrf == csrf) == (False, False)
    old = world.desk.test_client(use_cookies=False)
    answer = old.get("/api/session", headers={"Cookie": f"__Host-session={before.value}"})
    assert problem(answer)[:2] == (401, "not-signed-in")


def test_a_code_counts_once(world: World) -> None:
    desk, app = with_totp(world)
    code = code_of(world, app)
    other = again(desk)
    assert prove(desk, totp=code).status_code == 200
    assert problem(prove(other, totp=code))[:2] == (401, "wrong-credentials")
    # Nor does an earlier one after a later one, though its time is not over.
    assert problem(prove(other, totp=app.at(world.clock.now() - 30)))[:2] == (401, "wrong-credentials")
    world.clock.move(seconds=30)
    assert prove(other, totp=code_of(world, app)).status_code == 200


def test_one_code_twice_at_once_counts_once(world: World) -> None:
    desk, app = with_totp(world)
    desks = [desk, *(again(desk) for _ in range(3))]
    code = code_of(world, app)
    with ThreadPoolExecutor(4) as pool:
        jobs = [pool.submit(one.post, FACTOR, {"totp": code}) for one in desks]
        statuses = sorted(job.result().status_code for job in jobs)
    assert statuses == [200, 401, 401, 401]


def test_the_code_that_registered_the_app_does_not_sign_in(world: World) -> None:
    desk = world.sign_in("m1")
    app = add_totp(desk)
    assert problem(prove(again(desk), totp=code_of(world, app)))[:2] == (401, "wrong-credentials")


@pytest.mark.parametrize("seconds", [-30, 0, 30])
def test_clocks_may_differ_by_half_a_minute(lite: World, seconds: int) -> None:
    desk, app = with_totp(lite)
    lite.clock.move(minutes=5)
    assert prove(desk, totp=app.at(lite.clock.now() + seconds)).status_code == 200


@pytest.mark.parametrize("seconds", [-90, 90])
def test_codes_of_other_times_are_refused(lite: World, seconds: int) -> None:
    desk, app = with_totp(lite)
    lite.clock.move(minutes=5)
    assert problem(prove(desk, totp=app.at(lite.clock.now() + seconds)))[:2] == (401, "wrong-credentials")


def test_codes_may_be_typed_in_other_digits_and_with_spaces(lite: World) -> None:
    desk, app = with_totp(lite)
    code = code_of(lite, app).translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    assert prove(desk, totp=f"{code[:3]} {code[3:]}").status_code == 200


def test_guessing_codes_is_slowed_for_long_and_recorded(world: World) -> None:
    desk, app = with_totp(world)
    wrong = f"{(int(code_of(world, app)) + 500_000) % 1_000_000:06}"
    statuses = [prove(desk, totp=wrong).status_code for _ in range(6)]
    assert statuses == [401] * 5 + [429]
    assert acts(world, "factor:refuse") == ['{"kind":"totp"}'] * 5
    attempts = 0
    for _ in range(60):
        world.clock.move(minutes=1)
        attempts += prove(again(desk), totp=wrong).status_code == 401
    assert attempts < 20
    world.clock.move(minutes=16)
    assert prove(again(desk), totp=code_of(world, app)).status_code == 200


def test_an_app_counts_only_once_it_was_confirmed(world: World) -> None:
    desk = world.sign_in("m1")
    begun = body(desk.post("/api/account/factors/totp", {}))
    assert begun["uri"].startswith("otpauth://totp/reports.example:m1%40example?secret=")
    assert stage(again(desk)) == "open"
    path = f"/api/account/factors/totp/{begun['id']}"
    assert problem(desk.post(path, {"code": "12345"})) == (422, "invalid", "/code")
    code = code_of(world, pyotp.TOTP(begun["secret"]))
    wrong = f"{(int(code) + 500_000) % 1_000_000:06}"
    assert problem(desk.post(path, {"code": wrong})) == (401, "wrong-credentials", "/code")
    assert problem(world.sign_in("m3").post(path, {"code": code}))[:2] == (404, "not-found")
    assert desk.post(path, {"code": code}).status_code == 204
    assert problem(desk.post(path, {"code": code}))[:2] == (404, "not-found")
    assert stage(again(desk)) == "factor"


def test_the_database_alone_makes_no_codes(world: World) -> None:
    _desk, app = with_totp(world)
    with world.service.database.read() as session:
        (row,) = session.scalars(select(Authenticator)).all()
    assert row.secret is not None
    assert app.secret.encode() not in row.secret


def test_backup_codes_stand_in_once_each(world: World) -> None:
    desk = world.sign_in("m1")
    add_totp(desk)
    codes = body(desk.post("/api/account/backup-codes", {}), 201)["codes"]
    assert len(set(codes)) == 10
    assert {len(code.replace("-", "")) * 5 for code in codes} == {120}  # bits
    second = again(desk)
    assert body(second.get("/api/session"))["factors"]["backup"] is True
    assert prove(second, backup=codes[0].lower().replace("-", " ")).status_code == 200
    assert problem(prove(again(desk), backup=codes[0]))[:2] == (401, "wrong-credentials")
    assert body(second.get("/api/account"))["backup_codes"] == 9
    fresh = body(second.post("/api/account/backup-codes", {}), 201)["codes"]
    assert problem(prove(again(desk), backup=codes[1]))[:2] == (401, "wrong-credentials")
    assert prove(again(desk), backup=fresh[1]).status_code == 200


def test_one_backup_code_twice_at_once_counts_once(world: World) -> None:
    desk = world.sign_in("m1")
    add_totp(desk)
    (code, *_rest) = body(desk.post("/api/account/backup-codes", {}), 201)["codes"]
    desks = [again(desk) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        jobs = [pool.submit(one.post, FACTOR, {"backup": code}) for one in desks]
        statuses = sorted(job.result().status_code for job in jobs)
    assert statuses == [200, 401, 401, 401]


def test_another_members_codes_prove_nothing(world: World) -> None:
    desk, app = with_totp(world)
    other = world.sign_in("m3")
    theirs = add_totp(other)
    codes = body(other.post("/api/account/backup-codes", {}), 201)["codes"]
    world.clock.move(seconds=30)
    assert app.secret != theirs.secret
    assert problem(prove(desk, totp=code_of(world, theirs)))[:2] == (401, "wrong-credentials")
    assert problem(prove(desk, backup=codes[0]))[:2] == (401, "wrong-credentials")


def test_a_passkey_registers_and_proves(world: World) -> None:
    desk = world.sign_in("m1")
    key = add_passkey(desk)
    (factor,) = body(desk.get("/api/account"))["factors"]
    assert (factor["kind"], factor["name"], factor["prf"], factor["used"]) == ("passkey", "A key", True, None)
    second = again(desk)
    assert stage(second) == "factor"
    options = body(second.post(OPTIONS, {}))["options"]
    assert options["rpId"] == "desk.example"
    assert list(options["extensions"]["prf"]["evalByCredential"]) == [factor["credential"]]
    assert prove_passkey(second, key).status_code == 200
    assert stage(second) == "open"


def test_what_a_passkey_is_asked_to_make_a_key_of_stays_and_is_each_members_own(lite: World) -> None:
    def asked(desk: Desk) -> str:
        options = body(desk.post("/api/account/factors/passkey/options", {}))["options"]
        return str(options["extensions"]["prf"]["eval"]["first"])

    desk = lite.sign_in("m1")
    key = add_passkey(desk)
    options = body(desk.post(OPTIONS, {}))["options"]
    (first,) = options["extensions"]["prf"]["evalByCredential"].values()
    assert first["first"] == asked(desk) == asked(desk) != asked(lite.sign_in("m3"))
    assert key.prf


@pytest.mark.parametrize(
    "lie",
    [
        {"origin": "https://desk.example.evil"},
        {"origin": "http://desk.example"},
        {"challenge": "AAAA"},
        {"type": "webauthn.create"},
        {"host": "evil.example"},
    ],
)
def test_a_passkeys_answer_for_another_page_proves_nothing(lite: World, lie: dict[str, str]) -> None:
    desk = lite.sign_in("m1")
    key = add_passkey(desk)
    second = again(desk)
    assert problem(prove_passkey(second, key, **lie))[:2] == (401, "wrong-credentials")
    assert stage(second) == "factor"
    assert prove_passkey(second, key).status_code == 200


def test_an_answer_counts_once_and_for_its_own_session(world: World) -> None:
    desk = world.sign_in("m1")
    key = add_passkey(desk)
    first, second = again(desk), again(desk)
    answer = key.get(body(first.post(OPTIONS, {}))["options"])
    second.post(OPTIONS, {})
    assert problem(prove(second, passkey=answer))[:2] == (401, "wrong-credentials")
    assert prove(first, passkey=answer).status_code == 200
    assert problem(prove(first, passkey=answer))[:2] == (401, "wrong-credentials")


def test_a_challenge_is_good_for_five_minutes(world: World) -> None:
    desk = world.sign_in("m1")
    key = add_passkey(desk)
    second = again(desk)
    answer = key.get(body(second.post(OPTIONS, {}))["options"])
    world.clock.move(minutes=5, seconds=1)
    assert problem(prove(second, passkey=answer))[:2] == (401, "wrong-credentials")


def test_a_copied_passkey_is_noticed_by_its_count(world: World) -> None:
    desk = world.sign_in("m1")
    key = add_passkey(desk)
    copy = dataclasses.replace(key)
    assert prove_passkey(again(desk), key).status_code == 200
    assert problem(prove_passkey(again(desk), copy))[:2] == (401, "wrong-credentials")


def test_another_passkey_than_the_members_own_proves_nothing(world: World) -> None:
    desk, other = world.sign_in("m1"), world.sign_in("m3")
    key, theirs = add_passkey(desk), add_passkey(other)
    second = again(desk)
    options = body(second.post(OPTIONS, {}))["options"]
    assert problem(prove(second, passkey=theirs.get(options)))[:2] == (401, "wrong-credentials")
    forged = SoftKey(DESK_ORIGIN, id=key.id)
    options = body(second.post(OPTIONS, {}))["options"]
    assert problem(prove(second, passkey=forged.get(options)))[:2] == (401, "wrong-credentials")


def test_a_passkey_is_registered_once_and_for_the_challenge_that_waits(world: World) -> None:
    desk = world.sign_in("m1")
    path = "/api/account/factors/passkey"
    options = body(desk.post(f"{path}/options", {}))["options"]
    key = SoftKey(DESK_ORIGIN)
    content = {"name": "Key", "credential": key.create(options, challenge="AAAA")}
    assert problem(desk.post(path, content)) == (422, "invalid", "/credential")
    content = {"name": "Key", "credential": key.create(options)}
    assert problem(desk.post(path, content)) == (422, "invalid", "/credential")  # its challenge is spent
    for name in ("", " ", "a\x1b", "x" * 81, 5):
        assert problem(desk.post(path, {**content, "name": name})) == (422, "invalid", "/name")
    add_passkey(desk, key)
    options = body(desk.post(f"{path}/options", {}))["options"]
    assert [one["id"] for one in options["excludeCredentials"]] == [base64url(key.id)]
    assert problem(desk.post(path, {"name": "Key", "credential": key.create(options)}))[:2] == (409, "already-there")


@pytest.mark.parametrize("origin", ["http://desk.example", "https://127.0.0.1:8001", "http://abc.onion"])
def test_no_passkeys_where_browsers_make_none(lite: World, origin: str) -> None:
    at, desk = elsewhere(lite, origin)
    answer = at.desk.test_client(use_cookies=False).post(
        "/api/account/factors/passkey/options", base_url=DESK_ORIGIN, headers={**desk, "Origin": origin}
    )
    assert problem(answer)[:2] == (422, "not-offered")


@pytest.mark.parametrize(
    ("origin", "host"),
    [("http://localhost:8001", "localhost"), ("https://abc.onion", "abc.onion"), (DESK_ORIGIN, "desk.example")],
)
def test_a_passkey_belongs_to_the_address_of_its_page(lite: World, origin: str, host: str) -> None:
    at, headers = elsewhere(lite, origin)
    client = at.desk.test_client(use_cookies=False)
    path = "/api/account/factors/passkey/options"
    answer = client.post(path, base_url=DESK_ORIGIN, headers={**headers, "Origin": origin})
    assert body(answer)["options"]["rp"]["id"] == host


def elsewhere(world: World, origin: str) -> tuple[World, dict[str, str]]:
    """The world with a desk at another address too, and a signed-in member's headers."""
    desk = world.sign_in("m1")
    cookie = desk.client.get_cookie("__Host-session", domain="desk.example")
    assert cookie is not None
    settings = dataclasses.replace(world.service.settings, desk_origins=(DESK_ORIGIN, origin))
    other = dataclasses.replace(world, service=dataclasses.replace(world.service, settings=settings))
    return other, {"Cookie": f"__Host-session={cookie.value}", "X-CSRF-Token": desk.csrf}


def test_without_a_passkey_there_is_nothing_to_ask_it(world: World) -> None:
    desk, _app = with_totp(world)
    assert problem(desk.post(OPTIONS, {}))[:2] == (422, "not-offered")


@pytest.mark.parametrize(
    "proof", [{}, {"totp": "123456", "backup": "x"}, {"pin": "1"}, {"totp": "12345"}, {"totp": 1}, {"passkey": "x"}]
)
def test_what_is_no_proof_is_refused(lite: World, proof: dict[str, object]) -> None:
    desk, _app = with_totp(lite)
    assert problem(desk.post(FACTOR, proof))[0] == 422


@pytest.mark.parametrize("passkey", [{}, {"id": 5}, {"id": "x", "rawId": "x", "response": {}}])
def test_what_is_no_passkeys_answer_proves_nothing(lite: World, passkey: dict[str, object]) -> None:
    desk = lite.sign_in("m1")
    add_passkey(desk)
    second = again(desk)
    second.post(OPTIONS, {})
    assert problem(prove(second, passkey=passkey))[:2] == (401, "wrong-credentials")


def test_after_a_while_it_has_to_be_proved_again(world: World) -> None:
    desk, app = with_totp(world)
    prove(desk, totp=code_of(world, app))
    csrf = desk.csrf
    world.clock.move(minutes=5, seconds=1)
    assert body(desk.get("/api/session"))["recent"] is False
    assert problem(desk.post("/api/account/backup-codes", {}))[:2] == (403, "step-up-needed")
    assert body(prove(desk, totp=code_of(world, app)))["recent"] is True
    assert desk.csrf == csrf
    assert desk.post("/api/account/backup-codes", {}).status_code == 201


def test_whoever_has_no_factor_proves_it_by_passphrase(world: World) -> None:
    desk = world.sign_in("m1")
    world.clock.move(minutes=6)
    assert problem(desk.post("/api/account/factors/totp", {}))[:2] == (403, "step-up-needed")
    assert problem(prove(desk, auth=b64encode(os.urandom(32))))[:2] == (401, "wrong-credentials")
    assert body(prove(desk, auth=b64encode(desk.person.auth_secret)))["recent"] is True
    add_totp(desk)
    auth = b64encode(desk.person.auth_secret)
    assert problem(prove(desk, auth=auth))[:2] == (401, "wrong-credentials")
    assert problem(prove(again(desk), auth=auth))[:2] == (401, "wrong-credentials")


def test_a_session_that_waits_for_its_factor_does_not_wait_for_long(world: World) -> None:
    desk, app = with_totp(world)
    for _ in range(4):
        world.clock.move(minutes=8)
        desk.get("/api/session")
    assert problem(prove(desk, totp=code_of(world, app)))[:2] == (401, "not-signed-in")


def test_a_new_factor_ends_every_other_session(world: World) -> None:
    desk, elsewhere = world.sign_in("m1"), world.sign_in("m1")
    add_totp(desk)
    assert problem(elsewhere.get("/api/session"))[:2] == (401, "not-signed-in")
    assert json.loads(desk.get("/api/session").data)["stage"] == "open"


def test_factors_that_were_all_lost_are_reset_and_every_session_ends(world: World) -> None:
    strict = strictly(world)
    desk = strict.sign_in("m1")
    app = add_totp(desk)
    codes = body(desk.post("/api/account/backup-codes", {}), 201)["codes"]
    with world.service.database.write() as session:
        members.reset_factors(world.service, session, "server", "m1")
        with pytest.raises(errors.NotFound):
            members.reset_factors(world.service, session, "server", "nobody")
    assert problem(desk.get("/api/session"))[:2] == (401, "not-signed-in")
    second = again(desk)
    assert stage(second) == "enrolling"
    assert problem(prove(second, backup=codes[0]))[:2] == (401, "factor-needed")
    fresh = add_totp(second)
    assert fresh.secret != app.secret
    assert acts(world, "factor:reset") == ['{"member":"m1"}']


def test_after_the_servers_secret_was_changed_codes_prove_nothing_and_passkeys_do(lite: World) -> None:
    desk = lite.sign_in("m1")
    key, app = add_passkey(desk), add_totp(desk)
    lite.clock.move(seconds=30)
    token = desk.client.get_cookie("__Host-session", "desk.example").value  # type: ignore[union-attr]  # it is signed in
    assert members.session_of(lite.service, token) is not None
    derived = {use: os.urandom(32) for use in lite.service.derived}
    other = dataclasses.replace(lite, service=dataclasses.replace(lite.service, derived=derived))
    second = sign_in(other, desk.person, "m1@example")
    assert members.session_of(other.service, token) is None  # every session has ended
    assert problem(prove(second, totp=code_of(other, app)))[:2] == (401, "wrong-credentials")
    assert prove_passkey(second, key).status_code == 200

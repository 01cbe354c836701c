"""``reporting submit``: sealed here, acknowledged there, and nothing left on the disk unless asked."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from reporting.client.sending import Sender
from reporting.protocol.acknowledgement import parse_report
from reporting.protocol.encoding import JSONObject
from reporting.protocol.receipt import ReceiptCode
from tests.unit.cli.at_terminal import ACCOUNT, Terminal, Wire, run, terminal
from tests.unit.client.serving import socks5

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Terminal]:
    with terminal(tmp_path_factory.mktemp("submit")) as found:
        yield found


@pytest.fixture
def here(shared: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    # A home of one's own, and no patience: the waits between attempts are for real networks.
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    monkeypatch.setattr("reporting.cli.submit.Sender", partial(Sender, sleep=lambda _seconds: None))
    plain = Wire()
    shared.wire.lose, shared.wire.before = plain.lose, plain.before
    shared.wire.posts.clear()
    return Terminal(shared.site, tmp_path, shared.wire)


def test_a_report_is_filed_and_its_receipt_shown_in_words_and_digits(here: Terminal) -> None:
    filed = here.filed()
    receipt = filed.answer["receipt"]
    assert len(receipt["groups"]) == len(receipt["words"]) == 12
    assert ReceiptCode.parse(" ".join(receipt["words"])).groups() == receipt["groups"]
    service = here.site.publish().verifier("service")
    assert parse_report(filed.answer["acknowledgement"], service).case == filed.case
    assert here.opened(filed.code)[0]["entries"][0]["body"]["answers"] == {"account": ACCOUNT}


def test_nothing_is_written_unless_asked(here: Terminal) -> None:
    here.filed()
    assert [path.name for path in here.folder.iterdir()] == ["answers.json"]


def test_nothing_readable_leaves_the_machine(here: Terminal) -> None:
    filed = here.filed(persons=[{"name": "Zebulon Quillfeather"}])
    assert here.wire.posts
    for _path, body in here.wire.posts:
        assert b"uillfeather" not in body
        assert filed.code.replace(" ", "").encode() not in body.replace(b" ", b"")


def test_a_person_without_json_reads_words_and_digits(here: Terminal) -> None:
    result = run(
        *("submit", here.site.url, "--channel", "procurement", "--answers", here.answers()),
        *("--fingerprint", here.site.fingerprint),
    )
    assert result.exit_code == 0
    assert "The site has signed for it" in result.stdout
    assert "Whoever has it reads everything" in result.stdout


def test_a_pin_is_written_where_asked_and_read_again(here: Terminal) -> None:
    pin = str(here.folder / "pin.json")
    first = run(
        *("submit", here.site.url, "--channel", "procurement", "--answers", here.answers(), "--json"),
        *("--pin", pin, "--trust-first-use"),
    )
    assert first.exit_code == 0
    assert here.site.fingerprint in first.stderr
    again = run(
        "submit", here.site.url, "--channel", "procurement", "--answers", here.answers(), "--json", "--pin", pin
    )
    assert again.exit_code == 0
    before = json.loads(Path(pin).read_text())["sites"][here.site.url]["version"]
    here.site.publish()
    run("submit", here.site.url, "--channel", "procurement", "--answers", here.answers(), "--json", "--pin", pin)
    assert json.loads(Path(pin).read_text())["sites"][here.site.url]["version"] == before + 1


def test_the_root_key_may_be_given(here: Terminal) -> None:
    line = here.site.root_key.encode()
    kept = here.folder / "root.pub"
    kept.write_text(line + "\n")
    for given in (line, str(kept)):
        result = run("submit", here.site.url, "--channel", "procurement", "--answers", here.answers(), "--root", given)
        assert result.exit_code == 0, result.stderr


def test_without_a_word_on_trust_nothing_is_sent(here: Terminal) -> None:
    result = run("submit", here.site.url, "--channel", "procurement", "--answers", here.answers(), "--json")
    assert result.exit_code == 2
    assert "--fingerprint" in result.stderr
    assert here.wire.posts == []


def test_another_fingerprint_ends_with_its_own_status(here: Terminal) -> None:
    result = run(
        *("submit", here.site.url, "--channel", "procurement", "--answers", here.answers()),
        *("--fingerprint", "12345 " * 6, "--json"),
    )
    assert result.exit_code == 4
    assert here.wire.posts == []


def test_an_unreachable_site_ends_with_its_own_status(here: Terminal) -> None:
    result = run("submit", "http://127.0.0.1:9", "--answers", here.answers(), "--trust-first-use", "--json")
    assert result.exit_code == 3
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({"account": ""}, "account"),
        ({"when": {"from": "yesterday"}}, "when/from"),
        ({"exclude": ["nobody-here"]}, "nobody-here"),
        ({"exclude": ["m1", "m3"]}, "choose another"),
        ({"account": "x" * 16_000}, "too long"),
    ],
)
def test_bad_answers_are_refused_in_one_sentence(here: Terminal, answers: JSONObject, said: str) -> None:
    result = here.submit(**answers)
    assert result.exit_code == 1
    assert said in result.stderr
    assert result.stderr.count("\n") == 1
    assert here.wire.posts == []


@pytest.mark.parametrize("content", ["", "[]", '{"account": "a", "account": "b"}', "{"])
def test_a_file_that_is_no_object_is_refused(here: Terminal, content: str) -> None:
    path = here.folder / "broken.json"
    path.write_text(content)
    result = run(
        *("submit", here.site.url, "--channel", "procurement", "--answers", str(path)),
        *("--fingerprint", here.site.fingerprint),
    )
    assert result.exit_code == 1
    assert "broken.json" in result.stderr


def test_an_unknown_channel_is_refused(here: Terminal) -> None:
    result = run(
        *("submit", here.site.url, "--channel", "nowhere", "--answers", here.answers()),
        *("--fingerprint", here.site.fingerprint),
    )
    assert result.exit_code == 1
    assert "nowhere" in result.stderr


def test_an_answer_to_no_question_is_sent_and_said(here: Terminal) -> None:
    result = here.submit(**{"col\x1bor": "red"})
    assert result.exit_code == 0
    assert "col⟨U+001B⟩or" in result.stderr


def test_whoever_is_excluded_gets_no_key(here: Terminal) -> None:
    filed = here.filed("--exclude", "m3")
    assert filed.answer["excluded"] == ["m3"]
    assert here.done("m1", "show", filed.case)["holders"] == ["m1", "m9"]
    assert all(line["case"] != filed.case for line in here.done("m3", "list")["cases"])


def test_exclusions_in_answers_stay_out_of_the_answers(here: Terminal) -> None:
    filed = here.filed(exclude=["m3"])
    shown = here.opened(filed.code)[0]
    assert shown["excluded"] == ["m3"]
    assert "exclude" not in shown["entries"][0]["body"]["answers"]


def test_an_identity_is_sealed_apart(here: Terminal) -> None:
    identity = here.folder / "identity.json"
    identity.write_text(json.dumps({"name": "Zebulon"}))
    filed = here.filed("--identity", str(identity))
    shown = here.desk("m1", "show", filed.case)
    assert "Zebulon" not in shown.stdout
    assert "who they are" in shown.stdout
    assert here.done("m1", "show", filed.case)["identity"] is True
    assert here.done("m1", "show", here.filed().case)["identity"] is False


def test_a_further_case_goes_under_the_same_code(here: Terminal) -> None:
    first = here.filed()
    code = here.folder / "code.txt"
    code.write_text(first.code)
    second = run(
        *("submit", here.site.url, "--channel", "protection", "--fingerprint", here.site.fingerprint),
        *("--receipt", str(code), "--answers", here.answers(), "--json"),
    )
    assert second.exit_code == 0, second.stderr
    cases = {case["case"]: case["channel"] for case in here.opened(first.code)}
    assert cases == {first.case: "procurement", json.loads(second.stdout)["case"]: "protection"}


def test_a_seventh_case_is_refused(here: Terminal) -> None:
    filed = here.filed()
    code = here.folder / "code.txt"
    code.write_text(filed.code)
    for _ in range(5):
        here.filed("--receipt", str(code))
    result = here.submit("--receipt", str(code))
    assert result.exit_code == 1
    assert "six cases" in result.stderr


def test_a_lost_answer_is_asked_for_again_with_the_same_bytes(here: Terminal) -> None:
    left = [2]

    def lose(environ: object) -> bool:
        left[0] -= 1
        return left[0] >= 0

    here.wire.lose = lose
    filed = here.filed()
    sent = [json.loads(body) for path, body in here.wire.posts if path == "/api/reports"]
    assert len(sent) == 3
    challenges = [request.pop("challenge")["challenge"] for request in sent]
    assert len(set(challenges)) == 3
    assert sent[0] == sent[1] == sent[2]
    assert [case["case"] for case in here.opened(filed.code)] == [filed.case]


def test_where_no_answer_ever_comes_the_code_is_shown_all_the_same(here: Terminal) -> None:
    here.wire.lose = lambda _environ: True
    result = here.submit()
    assert result.exit_code == 3
    assert "not known whether the report arrived" in result.stderr
    here.wire.lose = lambda _environ: False
    groups = result.stderr.splitlines()[2]
    assert len(here.opened(groups)) == 1, "it had arrived"


@pytest.mark.parametrize(("status", "exit_code"), [("201 Created", 4), ("502 Bad Gateway", 1)])
def test_where_the_answer_is_none_the_code_is_shown_all_the_same(here: Terminal, status: str, exit_code: int) -> None:
    """An acknowledgement that does not hold, a proxy that gave up: the report is there, and its code must be."""
    app = here.wire.app
    assert app is not None

    def spoil(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ["PATH_INFO"] != "/api/reports":
            return app(environ, start_response)
        answer = app(environ, lambda _status, *rest: start_response(status, *rest))
        return [part.replace(b"/service ", b"/servant ") for part in answer]

    here.wire.app = spoil
    result = here.submit()
    here.wire.app = app
    assert result.exit_code == exit_code
    assert "not known whether the report arrived" in result.stderr
    groups = next(line for line in result.stderr.splitlines() if line.strip()[:4].isdigit())
    assert len(here.opened(groups)) == 1, "it had arrived"


def test_a_code_under_which_nothing_can_be_is_not_shown(here: Terminal) -> None:
    def publish(_environ: object) -> None:
        here.site.publish()

    here.wire.before = publish
    result = here.submit()
    here.wire.before = lambda _environ: None
    assert result.exit_code == 1
    assert "keeps changing" in result.stderr
    assert "not known whether" not in result.stderr


def test_a_directory_that_changes_meanwhile_makes_a_new_case(here: Terminal) -> None:
    def publish_first(environ: object) -> None:
        here.wire.before = lambda _environ: None
        here.site.publish()

    here.wire.before = publish_first
    result = here.submit()
    assert result.exit_code == 0, result.stderr
    assert "has changed meanwhile" in result.stderr
    sent = [json.loads(body) for path, body in here.wire.posts if path == "/api/reports"]
    assert sent[0]["directory"] + 1 == sent[1]["directory"]
    assert sent[0]["recipient"] != sent[1]["recipient"]
    assert len(here.opened(" ".join(json.loads(result.stdout)["receipt"]["groups"]))) == 1


def test_every_request_has_the_shape(here: Terminal) -> None:
    filed = here.filed()
    here.opened(filed.code)
    here.mailbox(filed.code, "--reply", "One more thing.")
    assert {len(body) for _path, body in here.wire.posts} == {65_536}


def test_an_onion_address_is_reached_through_the_proxy_alone(here: Terminal) -> None:
    with socks5(("127.0.0.1", int(here.site.url.rpartition(":")[2]))) as proxy:
        result = run(
            *("submit", "http://hidden.onion", "--proxy", proxy.url, "--fingerprint", here.site.fingerprint),
            *("--channel", "procurement", "--answers", here.answers(), "--json"),
        )
    assert result.exit_code == 0, result.stderr
    assert {(kind, host) for kind, host, _port in proxy.targets} == {(3, "hidden.onion")}
    assert run("submit", here.site.url, "--proxy", proxy.url, "--tor", "--trust-first-use").exit_code == 2


@pytest.mark.parametrize("day", ["2020-01-01", "2099-01-01"])
def test_a_directory_out_of_its_time_is_told_plainly_and_nothing_is_sent(here: Terminal, day: str) -> None:
    result = here.submit("--today", day)
    assert result.exit_code == 1
    assert "list of recipients" in result.stderr
    assert here.wire.posts == []

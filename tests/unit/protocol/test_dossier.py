"""A dossier holds as a whole or not at all; a few independent lines see the same."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reporting.protocol import acknowledgement, dossier
from reporting.protocol.encoding import JSONObject, b64encode, dump_json
from reporting.protocol.errors import Malformed, NotAuthentic, ProtocolError
from reporting.protocol.note import VerifierKey
from reporting.protocol.signing import SigningKey
from tests.factories.dossiers import UNHEARD, make, with_finding
from tests.factories.site import Site
from tests.independent import dossier as independent
from tests.unit.cli.terminal import run

MADE = make()
DATA = dossier.sign(MADE.statement, MADE.keys)
PAGE = MADE.page()


def holds(data: bytes) -> dossier.Dossier:
    return dossier.verify(data, MADE.site.root_verifier)


def test_it_says_what_is_proven_by_whom() -> None:
    (case,) = holds(DATA).cases
    assert [(event.kind, event.days, event.proof, event.author) for event in case.events] == [
        ("report", 0, "site", ""),
        ("incident", None, "reporter", ""),
        ("message", 12, "office", "ada"),
        ("message", 12, "site", ""),
        ("status", 12, "office", "ada"),
        ("status", 12, "office", "ada"),
        ("protection", 12, "office", "ada"),
    ]
    assert (case.acknowledged.channel, case.acknowledged.date.isoformat()) == ("procurement", "2026-01-05")
    assert (holds(DATA).page, holds(PAGE).page) == (False, True)
    assert dossier.root_of(PAGE) == dossier.root_of(DATA) == MADE.site.root_verifier


@pytest.mark.parametrize("data", [DATA, PAGE], ids=["data", "page"])
def test_a_few_independent_lines_agree(data: bytes) -> None:
    assert independent.verify(data, MADE.digits) == MADE.statement


@settings(max_examples=400, deadline=None)
@given(st.data())
def test_any_changed_byte_is_noticed(choice: st.DataObject) -> None:
    whole = choice.draw(st.sampled_from([DATA, PAGE]))
    place = choice.draw(st.integers(0, len(whole) - 1))
    other = choice.draw(st.integers(0, 255).filter(lambda byte: byte != whole[place]))
    with pytest.raises(ProtocolError):
        holds(whole[:place] + bytes([other]) + whole[place + 1 :])


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_any_byte_more_or_less_is_noticed(choice: st.DataObject) -> None:
    whole = choice.draw(st.sampled_from([DATA, PAGE]))
    place = choice.draw(st.integers(0, len(whole)))
    more = choice.draw(st.sampled_from([b" ", b"\n", b"0", b""]))
    rest = whole[place:] if more else whole[place + 1 :]
    if whole[:place] + more + rest != whole:
        with pytest.raises(ProtocolError):
            holds(whole[:place] + more + rest)


def at(place: int, **changes: object) -> Callable[[JSONObject], None]:
    return lambda statement: statement["cases"][0]["events"][place].update(changes)


def of_case(**changes: object) -> Callable[[JSONObject], None]:
    return lambda statement: statement["cases"][0].update(changes)


OTHER = SigningKey.generate()
FORGED = acknowledgement.sign(
    acknowledgement.EntryAcknowledgement(MADE.site.origin, next(iter(MADE.keys)), bytes(32), MADE.site.today), OTHER
)
EVENTS = MADE.statement["cases"][0]["events"]


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(at(0, day="2026-01-06", days=1), id="the report earlier or later than the site says"),
        pytest.param(at(0, sha256=b64encode(bytes(32))), id="another report"),
        pytest.param(at(0, by="office"), id="the report as the office's"),
        pytest.param(at(2, days=11), id="days counted wrongly"),
        pytest.param(at(1, days=3), id="days from a month alone"),
        pytest.param(at(2, words=["We shall dismiss you."]), id="other words of the office"),
        pytest.param(at(2, words=[]), id="words of the office withheld from their signature"),
        pytest.param(at(2, day="2026-01-16", days=11), id="words of the office on another day"),
        pytest.param(at(2, by="reporter"), id="words of the office as the reporter's"),
        pytest.param(at(2, signed=EVENTS[4]["signed"]), id="the signature of another entry"),
        pytest.param(at(4, value="closed"), id="another status"),
        pytest.param(at(5, value="decided granted"), id="another outcome"),
        pytest.param(at(5, words=["Half of it."]), id="the appeal left out"),
        pytest.param(at(3, day="2026-01-16", days=11), id="a follow-up on another day"),
        pytest.param(at(3, sha256=b64encode(bytes(32))), id="another follow-up"),
        pytest.param(at(3, by="office"), id="a follow-up as the office's"),
        pytest.param(at(3, acknowledgement=FORGED), id="an acknowledgement that the site has not signed"),
        pytest.param(of_case(channel="police"), id="another channel"),
        pytest.param(of_case(key=b64encode(OTHER.public)), id="another reporter's key"),
        pytest.param(of_case(acknowledgement=FORGED), id="no acknowledgement of a report"),
        pytest.param(lambda said: said["site"].update(origin="other.example.org"), id="another origin"),
        pytest.param(lambda said: said["site"].update(directory=Site.usual().versions[0]), id="another site's list"),
        pytest.param(lambda said: said["cases"].append(said["cases"][0]), id="a case twice"),
        pytest.param(lambda said: said["cases"].clear(), id="no case"),
        pytest.param(lambda said: said.update(more=1), id="a member that nobody knows"),
        pytest.param(lambda said: said.update(format="reporting/dossier/v2"), id="another format"),
    ],
)
def test_what_a_reporter_changed_and_signed_is_refused(change: Callable[[JSONObject], None]) -> None:
    with pytest.raises((NotAuthentic, Malformed)):
        holds(MADE.altered(change))


WRONG: list[tuple[str, str, object]] = [
    *(("files", name, {"a": 1}) for name in ("name", "type", "size", "day", "by", "sealed", "sha256")),
    ("files", "name", "x" * 1_025),
    ("files", "type", "x" * 256),
    ("files", "size", -1),
    ("files", "size", 2**53),
    ("files", "size", True),
    ("files", "day", "2026-13-01"),
    ("files", "by", "server"),
    ("files", "sealed", None),
    *(("clocks", name, {"a": 1}) for name in ("name", "due", "done", "by")),
    ("clocks", "name", "x" * 65),
    ("clocks", "due", None),
    ("clocks", "done", "yesterday"),
    ("clocks", "by", "reporter"),
    ("clocks", "waived", True),
    *(("events", name, {"a": 1}) for name in ("day", "days", "kind", "by", "title", "value", "words", "sha256")),
    ("events", "title", "x" * 1_025),
    ("events", "words", [{"a": 1}]),
]


@pytest.mark.parametrize(("list_", "name", "value"), WRONG)
def test_what_is_no_such_thing_is_refused(list_: str, name: str, value: object) -> None:
    def change(statement: JSONObject) -> None:
        # Of the events the incident: nothing in it is compared with what somebody signed.
        statement["cases"][0][list_][1 if list_ == "events" else 0][name] = value

    with pytest.raises((NotAuthentic, Malformed)):
        holds(MADE.altered(change))


def test_a_deadline_that_was_waived_says_so() -> None:
    waived = {"name": "acknowledge", "due": "2026-12-01", "done": "2026-11-25", "by": "server", "waived": True}

    def told(clock: JSONObject) -> bytes:
        return MADE.altered(lambda statement: statement["cases"][0].update(clocks=[clock]))

    assert holds(told(waived)).cases[0].clocks == (waived,)
    for change in ({"name": "feedback"}, {"done": None}, {"waived": False}):
        with pytest.raises(Malformed):
            holds(told({**waived, **change}))


def test_a_file_that_is_too_long_is_not_read_to_its_end(tmp_path: Path) -> None:
    file = tmp_path / "dossier.html"
    with file.open("wb") as opened:
        opened.truncate(2**40)  # a hole: it takes no room, and more memory than there is
    told = run("verify", file, "--fingerprint", MADE.digits)
    assert told.exit_code != 0
    assert "This is not a dossier." in told.output


INVENTED = "Status: decided, granted: the report was true; signed by ada"


def test_what_the_office_signed_is_told_from_the_signed_entry(tmp_path: Path) -> None:
    def invent(statement: JSONObject) -> None:
        for event in of(statement):
            event["title"] = INVENTED

    data = MADE.altered(invent)
    (case,) = holds(data).cases
    assert [
        (event.kind, event.title, event.value, event.words) for event in case.events if event.proof == "office"
    ] == [
        ("message", "", "", ("Is the draft dated?",)),
        ("status", "", "assessing", ()),
        ("status", "", "decided partly", ("Half of it.", "To the court.")),
        ("protection", "", "paid-leave active", ("Four weeks.", "They rested.")),
    ]
    file = tmp_path / "dossier.json"
    file.write_bytes(data)
    told = run("verify", file, "--fingerprint", MADE.digits)
    assert told.exit_code == 0, told.output
    lines = [line for line in told.stdout.splitlines() if INVENTED in line]
    assert len(lines) == 3
    assert all(f"by the maker's word: “{INVENTED}”" in line or f"word alone: “{INVENTED}”" in line for line in lines)
    events = json.loads(run("verify", file, "--fingerprint", MADE.digits, "--json").stdout)["cases"][0]["events"]
    assert [(event["value"], event["words_by"]) for event in events if event["proof"] == "office"] == [
        ("", "office"),
        ("assessing", "office"),
        ("decided partly", "office"),
        ("paid-leave active", "office"),
    ]
    assert {event["words_by"] for event in events if event["proof"] != "office"} == {"maker"}


def of(statement: JSONObject) -> list[JSONObject]:
    found: list[JSONObject] = statement["cases"][0]["events"]
    return found


@pytest.mark.parametrize(
    "change",
    [at(4, value="closed"), at(5, value="decided granted"), at(5, words=["Half of it."]), at(4, by="reporter")],
    ids=["another status", "another outcome", "the appeal left out", "as the reporter's"],
)
def test_the_independent_lines_refuse_it_as_well(change: Callable[[JSONObject], None]) -> None:
    with pytest.raises(AssertionError):
        independent.verify(MADE.altered(change), MADE.digits)


def test_the_independent_lines_tell_what_was_signed() -> None:
    said = independent.verify(MADE.altered(at(5, title=INVENTED)), MADE.digits)
    told = [independent.proven(event) for event in of(said)]
    assert told == [
        "something sealed was received",
        None,
        "message by ada",
        "something sealed was received",
        "status assessing by ada",
        "status decided partly by ada",
        "protection paid-leave active by ada",
    ]


@pytest.mark.parametrize("finding", UNHEARD)
@pytest.mark.parametrize("status", ["closed", "decided"])
def test_what_a_later_version_may_find_is_read_and_shown_as_unknown(
    tmp_path: Path, status: str, finding: object
) -> None:
    wanted = [f"{status} unknown"] + [f"{status} {finding}"] * isinstance(finding, str)
    for value in wanted:
        made = with_finding(finding, value, status)
        data = dossier.sign(made.statement, made.keys)
        last = dossier.verify(data, made.site.root_verifier).cases[0].events[-1]
        assert (last.value, last.proof, last.author) == (f"{status} unknown", "office", "ada")
        assert independent.verify(data, made.digits) == made.statement
        file = tmp_path / "dossier.json"
        file.write_bytes(data)
        told = run("verify", file, "--fingerprint", made.digits)
        assert told.exit_code == 0, told.output
        kind = "a finding" if status == "closed" else "an outcome"
        assert f"signed by ada: Status: {status}: {kind} that this program does not know" in told.output
        assert "unheard" not in told.output


@pytest.mark.parametrize("value", ["closed", "closed mistaken", "assessing unknown", "closed unknown more", ""])
def test_an_unknown_finding_is_nothing_else(value: str) -> None:
    made = with_finding("unheard-of", value)
    data = dossier.sign(made.statement, made.keys)
    with pytest.raises(NotAuthentic):
        dossier.verify(data, made.site.root_verifier)
    with pytest.raises(AssertionError):
        independent.verify(data, made.digits)


def test_a_known_finding_is_not_told_as_unknown() -> None:
    for value in ("closed unknown", "closed substantiated"):
        made = with_finding("mistaken", value)
        with pytest.raises(NotAuthentic):
            dossier.verify(dossier.sign(made.statement, made.keys), made.site.root_verifier)
    made = with_finding("mistaken", "closed mistaken")
    held = dossier.verify(dossier.sign(made.statement, made.keys), made.site.root_verifier)
    assert held.cases[0].events[-1].value == "closed mistaken"


def test_another_s_signature_and_another_site_are_refused() -> None:
    case = next(iter(MADE.keys))
    for data in (dossier.sign(MADE.statement, {case: OTHER}), dossier.sign(MADE.statement, {}), DATA[:-20], b"", b"{}"):
        with pytest.raises(ProtocolError):
            holds(data)
    with pytest.raises(NotAuthentic):
        dossier.verify(DATA, VerifierKey(MADE.site.origin, OTHER.public))
    again = dossier.sign_page(PAGE[: PAGE.rindex(b"<!--")].replace(b"12 days", b"2 days"), {case: OTHER})
    with pytest.raises(NotAuthentic):
        holds(again)


def test_signatures_are_written_in_one_way() -> None:
    with pytest.raises(ProtocolError):
        holds(DATA.replace(b'"signatures":[', b'"signatures":[ '))
    assert holds(dossier.sign(MADE.statement, MADE.keys)) == holds(DATA)
    assert b"\n" not in dump_json(MADE.statement)


def test_at_the_terminal(tmp_path: Path) -> None:
    for name, data in (("dossier.json", DATA), ("dossier.html", PAGE)):
        file = tmp_path / name
        file.write_bytes(data)
        told = run("verify", file, "--fingerprint", MADE.digits)
        assert told.exit_code == 0, told.output
        assert "2026-01-17 (12 days after the first report): signed by ada: Message" in told.stdout
        assert "2026-01-17 (12 days after the first report): signed by ada: Status: being assessed" in told.stdout
        assert "signed by ada: Status: decided: granted in part\n" in told.stdout
        assert "the site signed for receiving something sealed; by the maker's word: “report”" in told.stdout
        assert "      | Is the draft dated?" in told.stdout
        assert "It goes by the list of keys of " in told.stdout
        assert "may have been stolen, and replaced since" in told.stdout
        assert '"proof": "office"' in run("verify", file, "--root", MADE.site.root_verifier.encode(), "--json").stdout
        assert run("verify", file, "--fingerprint", "0" * 30).exit_code == 4
        assert run("verify", file).exit_code != 0
        file.write_bytes(data.replace(b"procurement", b"procurementt", 1) if name.endswith("json") else data + b" ")
        assert run("verify", file, "--fingerprint", MADE.digits).exit_code in {1, 4}

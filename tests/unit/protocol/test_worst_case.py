"""What is computed is what really gets built: no report and no page is ever longer (section 6)."""

from __future__ import annotations

import pytest

from reporting.profiles.models import MAX_CHECK_INS
from reporting.protocol import acknowledgement, worst_case
from reporting.protocol import directory as directories
from reporting.protocol import epoch as epochs
from reporting.protocol.acknowledgement import ReportAcknowledgement
from reporting.protocol.age import sealed_size
from reporting.protocol.directory import Directory
from reporting.protocol.encoding import JSONObject, b64decode, b64encode, dump_json, sha256
from reporting.protocol.errors import Malformed
from reporting.protocol.note import VerifierKey
from reporting.protocol.receipt import ReceiptCode
from reporting.protocol.signing import SigningKey
from reporting.protocol.submission import Report, prepare_report
from tests.factories import Post, Reporter, Site

LONG_ORIGIN = "r" * 60 + "." + "o" * 186 + ".example"
UPLOADS = [f"{number:032x}" for number in range(16)]


def site_with(intake: int, custodians: int, *, origin: str = "report.example.org", width: int = 2) -> Site:
    """A channel with that many people, whose ids have ``width`` characters."""
    site = Site(origin)
    people = [f"{number:0{width}d}" for number in range(intake + custodians)]
    site.add_channel("procurement", intake=people[:intake], custodian=people[intake:])
    site.publish()
    return site


def built(site: Site, *, identity_bytes: int = 0) -> JSONObject:
    """The longest report that the site's channel can get, with everything that a request may hold."""
    answers: JSONObject = {"account": ""}
    for _ in range(2):  # fill the entry's JSON up to 16,384 bytes
        room = fit(site, answers)
        answers["account"] += "x" * room
    identity = {"name": "x" * identity_bytes} if identity_bytes else None
    report = Report(
        "procurement", {"language": "en", "questionnaire": "corruption-1", "answers": answers}, (), identity
    )
    request = prepare_report(
        report, ReceiptCode(bytes(16)), site.directory, site.checked_recipients("procurement"), site.today
    ).request
    challenge = {"challenge": "c" * 256, "nonce": "9" * 20}
    return {**request, "uploads": UPLOADS, "challenge": challenge}


def fit(site: Site, answers: JSONObject) -> int:
    """How many bytes still fit: one too many is refused with the number over."""
    probe = {"account": answers["account"] + "x" * 20_000}
    try:
        prepare_report(
            Report("procurement", {"language": "en", "questionnaire": "corruption-1", "answers": probe}),
            ReceiptCode(bytes(16)),
            site.directory,
            site.checked_recipients("procurement"),
            site.today,
        )
    except Malformed as error:
        return 20_000 - int(str(error.values["over"]))
    return 20_000


def size_of(directory: Directory) -> int:
    return worst_case.submission_size(directory, directory.channel("procurement"))


@pytest.mark.parametrize(("intake", "custodians"), [(1, 0), (3, 0), (2, 3), (8, 3), (1, 9)])
def test_the_longest_report_is_as_long_as_computed(intake: int, custodians: int) -> None:
    site = site_with(intake, custodians)
    really = len(dump_json(built(site, identity_bytes=1_500 if custodians else 0)))
    computed = size_of(site.directory)
    # Versions have one digit here, epoch numbers one; a signer's name is shorter than the longest member's.
    slack = 9 + intake * 4 + len("/member/" + "m" * 32) + 2
    assert computed - slack <= really <= computed


def test_65536_bytes_carry_what_section_6_promises() -> None:
    """A 16 KiB entry with eight grants, an identity for three custodians, and sixteen uploads."""
    site = site_with(8, 3, width=32)
    assert size_of(site.directory) <= 65_536
    assert len(dump_json(built(site, identity_bytes=1_500))) <= 65_536


def test_a_channel_that_does_not_fit_the_shape_is_found() -> None:
    assert worst_case.worst_case(site_with(16, 16).directory)["procurement"] > 65_536


def test_a_long_origin_counts() -> None:
    site = site_with(2, 1, origin=LONG_ORIGIN)
    assert len(LONG_ORIGIN) == 255
    assert len(dump_json(built(site, identity_bytes=1_000))) <= size_of(site.directory)


def test_a_report_beyond_the_shape_is_not_sealed() -> None:
    site = site_with(16, 16)
    assert size_of(site.directory) > 65_536
    with pytest.raises(Malformed, match="This report is"):
        built(site, identity_bytes=100)


def identified(excluded: tuple[str, ...], name: str) -> JSONObject:
    """A report with an identity, as a device sends it."""
    site = site_with(8, 4, width=32)
    report = Report("procurement", {"answers": {}}, excluded, {"name": name})
    recipients = site.checked_recipients("procurement")
    return prepare_report(report, ReceiptCode(bytes(16)), site.directory, recipients, site.today).request


@pytest.mark.parametrize("excluded", [(), tuple(f"{number:032d}" for number in (0, 1, 9))])
def test_an_identity_of_1980_bytes_of_json_is_sealed_and_no_longer_one(excluded: tuple[str, ...]) -> None:
    with pytest.raises(Malformed, match="Write less about yourself") as refused:
        identified(excluded, "x" * 2_000)
    assert refused.value.pointer == "/identity"
    room = 2_000 - int(str(refused.value.values["over"]))
    sealed = [identified(excluded, "x" * size)["identity"] for size in (1, room)]
    keepers = 4 - len(set(excluded) & {f"{9:032d}"})
    assert {len(b64decode(one)) for one in sealed} == {sealed_size(2_048, keepers)}
    with pytest.raises(Malformed, match=" 1 bytes too long"):
        identified(excluded, "x" * (room + 1))


def test_whoever_shuts_out_more_people_than_fit_says_nothing_of_themselves() -> None:
    many = tuple(f"{number:032d}" for number in range(100, 160))
    with pytest.raises(Malformed, match="leave it out"):
        identified(many, "x")


# --- a mailbox page


def page(site: Site, notes: list[str], sealed: str, extras: JSONObject) -> JSONObject:
    clocks = [{"name": "n" * 32, "due": "2026-11-30", "done": "2026-11-30"}] * 8
    case = {
        "case": "0" * 32,
        "channel": "procurement",
        "received": "2026-11-23",
        "sealed_by": "device",
        "epochs": notes,
        "recipient": str(site.people["00"].recipient),
        "status": "feedback-given",
        "outcome": "referred",
        "clocks": clocks,
        "check_ins": [{"months": 120, "due": "2026-11-30", "done": "2026-11-30"}] * MAX_CHECK_INS,
    }
    entry = {"case": "0" * 32, "id": "0" * 32, "date": "2026-11-23", "sealed": sealed, **extras}
    return {"cases": [case], "entries": [entry], "more": False}


@pytest.mark.parametrize("origin", ["report.example.org", LONG_ORIGIN])
def test_a_page_with_one_entry_of_a_case_of_24_epochs_is_no_longer_than_computed(origin: str) -> None:
    site = site_with(3, 0, origin=origin)
    witnesses = [VerifierKey(f"witness-{n}.example.org", SigningKey(bytes([n]) * 32).public, b"\x04") for n in range(5)]
    content = site.content() | {"version": 1, "witnesses": [witness.encode() for witness in witnesses]}
    directory = directories.parse_text(directories.to_text(origin, directories.NO_PREVIOUS, content))
    post = Post(site)
    reporter = Reporter(site, post)
    case = reporter.report()
    notes = [post.cases[case].epochs[0]]
    everybody = tuple(sorted(site.people))
    while len(notes) < epochs.MAX_EPOCHS:
        number = len(notes)
        epoch = epochs.Epoch(origin, case, number, bytes(32), everybody, bytes(32), 1, site.today)
        notes.append(epochs.sign_epoch(epoch, "00", SigningKey(bytes(32))))
    acknowledged = acknowledgement.sign(
        ReportAcknowledgement(origin, case, bytes(32), "procurement", site.today, 1, sha256(b"")), site.service
    )
    hashes = "\n".join(["A" * 43 + "="] * 40)
    cosignatures = "".join(f"— {witness.name} {'A' * 104}\n" for witness in witnesses)
    extra = b64encode(acknowledged.encode())
    proof = (
        f"c2sp.org/tlog-proof@v1\nextra {extra}\nindex {2**39}\n{hashes}\n\n"
        f"{origin}/log\n{2**40}\n{'A' * 43}=\n\n— {origin}/log {'A' * 92}\n{cosignatures}"
    )
    sealed = str(built(site)["entry"])
    really = len(dump_json(page(site, notes, sealed, {"acknowledgement": acknowledged, "proof": proof})))
    computed = worst_case.page_size(directory, directory.channel("procurement"))
    assert really <= computed
    assert computed <= really + 24 * 60 + 200


def test_a_server_asks_before_it_takes_a_further_epoch() -> None:
    directory = site_with(3, 0).directory
    assert worst_case.single_entry_size(directory, []) < worst_case.single_entry_size(directory, ["note"])

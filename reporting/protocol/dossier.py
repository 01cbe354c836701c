"""Dossiers: what a reporter takes out of their mailbox, signed with their key for each case.

The data is a file of two lines, together one JSON object::

    {"dossier":STATEMENT,
    "signatures":[{"case":"…","signature":"…"}]}

Each signature is over ``"reporting/v1/dossier" ‖ 0x00 ‖ STATEMENT``, the bytes as they stand. A page to be printed
ends in a comment of such signatures, over ``"reporting/v1/dossier-page" ‖ 0x00 ‖`` everything before the comment, and
carries the data within it.

Nobody needs to be asked to check one: it carries the signed directory, which the root key vouches for.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reporting.protocol import acknowledgement as acknowledgements
from reporting.protocol import directory as directories
from reporting.protocol import entry as entries
from reporting.protocol import measures
from reporting.protocol.acknowledgement import ReportAcknowledgement
from reporting.protocol.directory import Directory
from reporting.protocol.encoding import (
    JSON,
    MAX_INTEGER,
    JSONObject,
    b64decode,
    b64encode,
    check_integer,
    check_text,
    dump_json,
    parse_day,
    parse_json,
    parse_json_object,
    sha256,
)
from reporting.protocol.errors import Malformed, NotAuthentic, ProtocolError, N_
from reporting.protocol.note import VerifierKey
from reporting.protocol.signing import SIGNATURE_SIZE, SigningKey
from reporting.protocol.signing import verify as verify_signature
from reporting.protocol.thread_two import finding_of, outcome_of
from reporting.protocol.thread_types import UNKNOWN

FORMAT = "reporting/dossier/v1"
MAX_DOSSIER = 33_554_432
MAX_FILE = 2 * MAX_DOSSIER  # a page carries the data in base64
MAX_CASES = 6  # protocol section 6: at most six cases in one mailbox
_MAX_SIGNATURES = 8_192
_DATA, _PAGE = b"reporting/v1/dossier\x00", b"reporting/v1/dossier-page\x00"
_BEFORE, _BETWEEN, _AFTER = b'{"dossier":', b',\n"signatures":', b"}\n"
_COMMENT, _COMMENT_END = b"<!-- reporting/v1/dossier-page ", b" -->\n"
_EMBEDDED = re.compile(rb'<pre id="dossier-data" hidden>([A-Za-z0-9+/=]*)</pre>')
_PERIOD = re.compile(r"[0-9]{4}(-(0[1-9]|1[0-2]))?", re.ASCII)
_EVENT = ("day", "days", "kind", "by", "title", "value", "words", "sha256", "acknowledgement", "signed")
_CASE = ("case", "channel", "title", "key", "acknowledgement", "events", "clocks", "files")
_MAX_NAME, _MAX_TYPE, _MAX_TITLE = 64, 255, 1_024  # bytes; of files as in an entry
_SIDES = ("reporter", "office")
_ALTERED = N_("This dossier is not as it was signed.")


@dataclass(frozen=True)
class Event:
    """One line of a chronology. ``days`` counts from the first report.

    ``proof`` is ``site`` where the site signed for receiving it, ``office`` where a member signed the very words,
    ``reporter`` where it stands by the reporter's word alone. With ``office``, ``value`` and ``words`` are those of
    the signed entry and ``title`` is empty: nobody signed the one that stands in the file. Else all three are by the
    maker's word, the site's signature notwithstanding: it is over something sealed.
    """

    day: str
    days: int | None
    kind: str
    by: str
    title: str
    value: str
    words: tuple[str, ...]
    proof: str
    author: str


@dataclass(frozen=True)
class Case:
    """One case of a dossier, with what the site signed about it."""

    acknowledged: ReportAcknowledgement
    title: str
    events: tuple[Event, ...]
    clocks: tuple[JSONObject, ...]
    files: tuple[JSONObject, ...]


@dataclass(frozen=True)
class Dossier:
    """A dossier that holds in all its parts. ``page``: it is the page to be printed, not the data alone."""

    made: datetime.date
    root: VerifierKey
    directory: Directory
    cases: tuple[Case, ...]
    page: bool


def sign(statement: JSONObject, keys: Mapping[str, SigningKey]) -> bytes:
    """The file of data of ``statement``, signed by the key for each of its cases, in their order."""
    said = dump_json(statement)
    return _BEFORE + said + _BETWEEN + _signatures(_DATA + said, keys) + _AFTER


def sign_page(page: bytes, keys: Mapping[str, SigningKey]) -> bytes:
    """A page that carries a dossier's data (:func:`embedded`), signed as a whole."""
    return page + _COMMENT + _signatures(_PAGE + page, keys) + _COMMENT_END


def embedded(data: bytes) -> bytes:
    """The element in which a page carries ``data``."""
    return b'<pre id="dossier-data" hidden>' + b64encode(data).encode() + b"</pre>"


def _signatures(message: bytes, keys: Mapping[str, SigningKey]) -> bytes:
    return dump_json([{"case": case, "signature": b64encode(key.sign(message))} for case, key in keys.items()])


def root_of(data: bytes) -> VerifierKey:
    """The root key that a dossier names: to be shown and compared, and trusted only then.

    :raises Malformed: not a dossier
    """
    statement, _, _ = _statement(_embedded(data)[0] if _is_page(data) else data)
    return VerifierKey.parse(check_text(_members(statement.get("site"), ("origin", "root", "directory"))["root"]))


def verify(data: bytes, root: VerifierKey) -> Dossier:
    """A dossier, data or page, once everything in it holds under the site's ``root``.

    :raises NotAuthentic: a signature, a hash, a number or the site does not hold
    :raises Malformed: not a dossier
    """
    if not _is_page(data):
        return _verify_data(data, root, page=False)
    inner, before, comment = _embedded(data)
    dossier = _verify_data(inner, root, page=True)
    _check_signatures(comment, _PAGE + before, _keys(_statement(inner)[0]))
    return dossier


def _is_page(data: bytes) -> bool:
    return not data.startswith(_BEFORE)


def _embedded(page: bytes) -> tuple[bytes, bytes, bytes]:
    """The data in a page, the bytes that its signatures cover, and the signatures."""
    if len(page) > MAX_FILE:
        raise Malformed(N_("This is not a dossier."))
    before, comment, after = page.rpartition(_COMMENT)
    found = _EMBEDDED.findall(before)
    if not comment or not after.endswith(_COMMENT_END) or len(found) != 1:
        raise Malformed(N_("This is not a dossier."))
    return b64decode(found[0].decode("ascii")), before, after[: -len(_COMMENT_END)]


def _statement(data: bytes) -> tuple[JSONObject, bytes, bytes]:
    """What a file of data says, in words and in bytes, and the signatures on it."""
    if len(data) > MAX_DOSSIER:
        raise Malformed(N_("This is not a dossier."))
    said, between, signed = data.removeprefix(_BEFORE).partition(_BETWEEN)
    whole = data.startswith(_BEFORE) and between and signed.endswith(_AFTER)
    if not whole:
        raise Malformed(N_("This is not a dossier."))
    statement = _members(parse_json_object(said, limit=MAX_DOSSIER), ("format", "made", "language", "site", "cases"))
    if statement["format"] != FORMAT:
        raise Malformed(N_("This is not a dossier."))
    return statement, said, signed[: -len(_AFTER)]


def _keys(statement: JSONObject) -> dict[str, bytes]:
    cases = _list(statement["cases"])
    found = {check_text(case.get("case")): b64decode(case.get("key"), length=32) for case in cases}
    if not 1 <= len(cases) <= MAX_CASES or len(found) != len(cases):
        raise Malformed(N_("This is not a dossier."))
    return found


def _check_signatures(signed: bytes, message: bytes, keys: Mapping[str, bytes]) -> None:
    """Exactly one signature for each case, in their order, written in exactly one way."""
    found = [_members(one, ("case", "signature")) for one in _list(parse_json(signed, limit=_MAX_SIGNATURES))]
    if dump_json(found) != signed or [one["case"] for one in found] != list(keys):
        raise NotAuthentic(_ALTERED)
    for one, key in zip(found, keys.values(), strict=True):
        verify_signature(key, b64decode(one["signature"], length=SIGNATURE_SIZE), message)


def _verify_data(data: bytes, root: VerifierKey, *, page: bool) -> Dossier:
    statement, said, signed = _statement(data)
    site = _members(statement["site"], ("origin", "root", "directory"))
    if site["root"] != root.encode():
        raise NotAuthentic(N_("This dossier is about another site."))
    directory = directories.parse(check_text(site["directory"]), root)
    if site["origin"] != directory.origin:
        raise NotAuthentic(N_("This dossier is about another site."))
    _check_signatures(signed, _DATA + said, _keys(statement))
    cases = [_members(case, _CASE) for case in _list(statement["cases"])]
    known = [_acknowledged(case, directory) for case in cases]
    first = min(one.date for one in known)
    return Dossier(
        parse_day(statement["made"]),
        root,
        directory,
        tuple(_case(case, one, directory, first) for case, one in zip(cases, known, strict=True)),
        page,
    )


def _acknowledged(case: JSONObject, directory: Directory) -> ReportAcknowledgement:
    """What the site signed about this case and this reporter's key."""
    found = acknowledgements.parse_report(check_text(case["acknowledgement"]), directory.verifier("service"))
    about = (found.origin, found.case, found.channel, found.reporter_sha256)
    if about != (directory.origin, case["case"], case["channel"], sha256(b64decode(case["key"], length=32))):
        raise NotAuthentic(N_("The acknowledgement in this dossier is about something else."))
    return found


def _case(case: JSONObject, known: ReportAcknowledgement, directory: Directory, first: datetime.date) -> Case:
    events = [_members(event, _EVENT) for event in _list(case["events"])]
    return Case(
        known,
        check_text(case["title"], limit=_MAX_TITLE),
        tuple(_event(event, known, directory, first) for event in events),
        tuple(_clock(clock) for clock in _list(case["clocks"])),
        tuple(_file(file) for file in _list(case["files"])),
    )


def _clock(value: JSONObject) -> JSONObject:
    waived = ("waived",) if "waived" in value else ()
    clock = _members(value, ("name", "due", "done", "by", *waived))
    if waived and (clock["waived"] is not True or clock["name"] != "acknowledge" or clock["done"] is None):
        raise Malformed(N_("This is not a dossier."))
    check_text(clock["name"], limit=_MAX_NAME)
    parse_day(clock["due"])
    if clock["done"] is not None:
        parse_day(clock["done"])
    _check_one_of(clock["by"], ("office", "server"))
    return clock


def _file(value: JSONObject) -> JSONObject:
    file = _members(value, ("name", "type", "size", "day", "by", "sealed", "sha256"))
    check_text(file["name"], limit=_MAX_TITLE)
    check_text(file["type"], limit=_MAX_TYPE)
    check_integer(file["size"], 0, MAX_INTEGER)
    parse_day(file["day"])
    _check_one_of(file["by"], _SIDES)
    b64decode(file["sealed"], length=32)
    _check_hash(file["sha256"])
    return file


def _check_hash(value: JSON) -> None:
    if value is not None:
        b64decode(value, length=32)


def _check_one_of(value: JSON, known: Sequence[str]) -> None:
    if value not in known:
        raise Malformed(N_("This is not a dossier."))


def _event(event: JSONObject, known: ReportAcknowledgement, directory: Directory, first: datetime.date) -> Event:
    words = event["words"]
    if not isinstance(words, list):
        raise Malformed(N_("This is not a dossier."))
    _check_one_of(event["by"], _SIDES)
    _check_hash(event["sha256"])
    day = check_text(event["day"])
    if event["days"] != _days(day, first):
        raise NotAuthentic(N_("The days in this dossier are counted wrongly."))
    said = tuple(check_text(word) for word in words)
    kind, by = check_text(event["kind"], limit=_MAX_NAME), check_text(event["by"])
    title, value = (check_text(event[name], limit=_MAX_TITLE) for name in ("title", "value"))
    if event["signed"] is not None:
        entry = _signed_by(event, known, directory)
        value, own = _told(entry)
        return Event(day, _days(day, first), entry.kind, by, "", value, tuple(own), "office", entry.author)
    return Event(day, _days(day, first), kind, by, title, value, said, _received(event, known, directory), "")


def _days(day: str, first: datetime.date) -> int | None:
    """Days from the first report; None for a month or a year."""
    return None if _PERIOD.fullmatch(day) else (parse_day(day) - first).days


def _received(event: JSONObject, known: ReportAcknowledgement, directory: Directory) -> str:
    """Whether the ``site`` signed for receiving what an event is about, or it stands by the ``reporter``'s word."""
    if event["kind"] == "report":
        if (event["sha256"], event["day"], event["by"]) != (
            b64encode(known.entry_sha256),
            known.date.isoformat(),
            "reporter",
        ):
            raise NotAuthentic(N_("The acknowledgement in this dossier is about something else."))
        return "site"
    if event["acknowledgement"] is None:
        return "reporter"
    sealed = b64decode(event["sha256"], length=32)
    note = check_text(event["acknowledgement"])
    day = acknowledgements.verify_entry(note, directory.verifier("service"), directory.origin, known.case, sealed)
    if (event["day"], event["by"]) != (day.isoformat(), "reporter"):
        raise NotAuthentic(N_("The acknowledgement in this dossier is about something else."))
    return "site"


def _signed_by(event: JSONObject, known: ReportAcknowledgement, directory: Directory) -> entries.Entry:
    """The entry that a member signed, where an event shows exactly what it says.

    :raises NotAuthentic: nobody did who had a role on the channel
    """
    signed = _members(event["signed"], ("json", "signature"))
    data, signature = b64decode(signed["json"]), b64decode(signed["signature"], length=SIGNATURE_SIZE)
    entry = entries.parse_content(data)
    keys = directory.author_keys(entry.author, entry.directory, known.channel, entry.date)
    if not any(_holds(data, signature, entry, key.public) for key in keys):
        raise NotAuthentic(N_("Nobody of this office signed what the dossier shows as theirs."))
    value, words = _told(entry)
    told = (entry.case, entry.audience, entry.kind, entry.date.isoformat(), words)
    shown = (known.case, "reporter", event["kind"], event["day"], event["words"])
    if told != shown or event["by"] != "office" or event["value"] not in (value, _by_a_later_version(entry)):
        raise NotAuthentic(N_("Nobody of this office signed what the dossier shows as theirs."))
    return entry


def _holds(data: bytes, signature: bytes, entry: entries.Entry, public: bytes) -> bool:
    try:
        entries.SignedEntry(entry, data, signature).verify(public)
    except ProtocolError:
        return False
    return True


def _told(entry: entries.Entry) -> tuple[str, list[str]]:
    """The value and the words of an entry as an event holds them."""
    if entry.kind == "protection" and entry.body.get("form") == measures.FORM:
        signed = measures.check_measure(entry.body.get("answers"))
        said = [str(signed[name]) for name in ("text", "effect", "reason") if signed[name]]
        return f"{signed['what']} {signed['state']}", said
    if entry.kind != "status":
        return "", _texts(entry, "text")
    status = check_text(entry.body.get("status"))
    if status != "decided":
        return _standing(status, finding_of(entry.body)), _texts(entry, "reason")
    return _standing(status, outcome_of(entry.body)), _texts(entry, "reason", "appeal")


def _by_a_later_version(entry: entries.Entry) -> str | None:
    """The value of a status as a version writes it that knows a word which this one does not."""
    if entry.kind != "status":
        return None
    status, body = check_text(entry.body.get("status")), entry.body
    name, told = ("outcome", outcome_of(body)) if status == "decided" else ("finding", finding_of(body))
    word = body.get(name)
    return _standing(status, word) if told == UNKNOWN and isinstance(word, str) else None


def _standing(status: str, more: str) -> str:
    return f"{status} {more}" if more else status


def _texts(entry: entries.Entry, *names: str) -> list[str]:
    """What of these members of a body is there, and not empty."""
    found = (entry.body.get(name) for name in names)
    return [check_text(text) for text in found if text is not None and text != ""]


def _members(value: JSON, names: Sequence[str]) -> JSONObject:
    """``value`` if it is an object of exactly these members."""
    if not isinstance(value, dict) or set(value) != set(names):
        raise Malformed(N_("This is not a dossier."))
    return value


def _list(value: JSON) -> list[JSONObject]:
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise Malformed(N_("This is not a dossier."))
    return [one for one in value if isinstance(one, dict)]

"""The made-up cases of a practice site, filed and worked on as reporters and members do it, over its own API."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from reporting.cli.connecting import utc_today
from reporting.cli.made_up import MadeUp
from reporting.cli.moved_clocks import clocks_after
from reporting.cli.root_key import read_public
from reporting.client.cases import open_case
from reporting.client.casework import assign, change_status, give_access, note, reply
from reporting.client.classifying import classify
from reporting.client.mailbox import read_mailbox
from reporting.client.member import MemberSession, sign_in
from reporting.client.outgoing import Files, outgoing
from reporting.client.reporter import follow_up, load_for, send_report
from reporting.client.sending import Sender
from reporting.client.site import Site
from reporting.client.transport import Transport
from reporting.client.trust import Pin
from reporting.practice.rules import PracticeReceipt
from reporting.practice.samples import REPORTER, Sample, Step, samples
from reporting.protocol import classes
from reporting.protocol.directory import Directory
from reporting.protocol.receipt import ReceiptCode
from reporting.protocol.submission import Draft, Report
from reporting.questionnaires.answers import check_answers
from reporting.questionnaires.rules import read_served


@dataclass
class Office:
    """The made-up site, its reporters, and each of its members signed in when first needed."""

    here: MadeUp
    passphrases: Mapping[str, str]
    site: Site
    _stack: ExitStack
    _sessions: dict[str, MemberSession] = field(default_factory=dict)

    def member(self, name: str) -> MemberSession:
        """A member's session."""
        if name not in self._sessions:
            transport = self._stack.enter_context(Transport(self.here.desk_url))
            session = sign_in(transport, name, self.passphrases[name], utc_today())
            self._sessions[name] = self._stack.enter_context(session)
        return self._sessions[name]

    @property
    def sender(self) -> Sender:
        """How reporters send."""
        return Sender(self.site.transport, self.site.directory.shape)


@contextmanager
def _office(here: MadeUp, credentials: Mapping[str, Any]) -> Iterator[Office]:
    passphrases = {one["id"]: one["passphrase"] for one in credentials["members"] if one["passphrase"]}
    with ExitStack() as stack:
        transport = stack.enter_context(Transport(here.base_url))
        site = Site(transport, Pin(read_public(here.root)), utc_today())
        yield Office(here, passphrases, site, stack)


def file_samples(
    here: MadeUp, credentials: Mapping[str, Any], language: str, tell: Callable[[int, int], None]
) -> list[PracticeReceipt]:
    """File every made-up case in ``language`` and bring it to the state in which practice begins.

    :param tell: told how many of how many are done
    :returns: each case's receipt code
    :raises ClientError, ProtocolError: what the site or its API refuses
    """
    known = samples()
    done: list[PracticeReceipt] = []
    with _office(here, credentials) as office:
        for sample in known:
            tell(len(done), len(known))
            done.append(_file(office, sample, sample.language(language)))
        tell(len(done), len(known))
    return done


def _file(office: Office, sample: Sample, language: str) -> PracticeReceipt:
    site, code = office.site, ReceiptCode.generate()
    channel = site.directory.channel(sample.channel)
    questionnaire = read_served(site.questionnaire(channel), channel.questionnaire.id)
    answers = check_answers(questionnaire, sample.body(language))
    body = {"language": language, "questionnaire": questionnaire.id, "answers": answers}
    report = Report(sample.channel, body, sample.exclude, sample.words[language].identity)
    with _files(sample) as files:
        loaded = load_for(site, sample.channel)
        case = send_report(site, office.sender, loaded, report, code, _not_now, files).id
    for step in sample.steps:
        text = sample.words[language].texts.get(step.text, "")
        if step.by == REPORTER:
            _write(office, code, text)
        else:
            _STEPS[step.do](office.member(step.by), case, step, text)
    return PracticeReceipt(sample, language, code)


def _not_now(_before: Directory, _after: Directory) -> None:
    """Nobody changes the directory of a site that is still being made."""


@contextmanager
def _files(sample: Sample) -> Iterator[Files]:
    if sample.file is None:
        yield Files()
        return
    name, content = sample.file
    with TemporaryDirectory(prefix="reporting-practice-") as folder:
        path = Path(folder) / name
        path.write_text(content, encoding="utf-8")
        yield Files((outgoing(path),))


def _write(office: Office, code: ReceiptCode, text: str) -> None:
    opened = read_mailbox(office.site, office.sender, code)[0]
    follow_up(office.site, office.sender, code, opened, Draft("message", "reporter", {"text": text}))


def _status(session: MemberSession, case: str, step: Step, text: str) -> None:
    found = open_case(session, case)
    clocks = clocks_after(session, found, step.status)
    change_status(session, found, step.status, text, clocks, finding=step.finding)


def _reply(session: MemberSession, case: str, _step: Step, text: str) -> None:
    reply(session, open_case(session, case), text)


def _note(session: MemberSession, case: str, _step: Step, text: str) -> None:
    note(session, open_case(session, case), text)


def _give(session: MemberSession, case: str, step: Step, _text: str) -> None:
    give_access(session, open_case(session, case), step.member)


def _assign(session: MemberSession, case: str, step: Step, _text: str) -> None:
    assign(session, case, step.member)


def _classify(session: MemberSession, case: str, step: Step, _text: str) -> None:
    """As the desk would, but counted nowhere: figures begin with what people practice."""
    unknown = dict.fromkeys(("sector", "level", "stage", "value", "damage", "recovery"), classes.UNKNOWN)
    named = [_offence(code) for code in step.codes["offences"]]
    codes = {"region": "", "at": classes.TRIAGE, "outcome": classes.OPEN, **unknown, **step.codes, "offences": named}
    classify(session, open_case(session, case), codes, count=False)


def _offence(code: str) -> dict[str, Any]:
    uncac, iccs = next(found for found in classes.OFFENCES if code in found)
    return {"uncac": uncac, "iccs": iccs, **dict.fromkeys(classes.MODIFIERS, False)}


_STEPS: Mapping[str, Callable[[MemberSession, str, Step, str], None]] = {
    "status": _status,
    "reply": _reply,
    "note": _note,
    "give": _give,
    "assign": _assign,
    "classify": _classify,
}

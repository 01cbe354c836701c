"""Telling a case at the terminal: what was verified, what is only the server's word, what is wrong with it.

Everything that people or servers wrote goes through :func:`reporting.client.visible.visible` before it is
printed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache

import click

from reporting.cli.asking import answer_lines, plain, say_text
from reporting.cli.attaching import attachment_words
from reporting.cli.measure_words import check_in_lines, measure_lines
from reporting.cli.right_words import classification_lines, minutes_lines, request_lines, translation_lines
from reporting.cli.risk_words import assessment_lines, self_assessment_lines
from reporting.cli.showing import say
from reporting.client.mailbox import Clock, OpenedCase, judged_clocks, parse_clocks
from reporting.client.visible import visible
from reporting.i18n import gettext as _
from reporting.i18n import message
from reporting.protocol import measures, risk
from reporting.protocol.directory import Directory
from reporting.protocol.encoding import JSON
from reporting.protocol.entry import Entry
from reporting.protocol.errors import ProtocolError, N_
from reporting.protocol.thread_two import EARLIER, finding_of, outcome_of, second_person
from reporting.protocol.thread_types import CaseView, CaseWarning, EntryView, State
from reporting.questionnaires import rules as questionnaires
from reporting.questionnaires.models import Questionnaire

_WARNINGS = {
    CaseWarning.NOT_YOURS: N_("This case was not made with your receipt code. The server should not show it here."),
    CaseWarning.DAMAGED: N_("The beginning of this case is damaged. Nothing can be sealed to it; its clocks run on."),
    CaseWarning.GRANT_DAMAGED: N_("A key to this case is damaged or does not belong to it. Its clocks run on."),
    CaseWarning.FIRST_ENTRY_MISSING: N_("The report itself is missing or not authentic."),
    CaseWarning.OTHER_CHANNEL: N_("The server says that this case is on another channel than its reporter chose."),
    CaseWarning.EPOCHS_BROKEN: N_("The list of people who hold this case does not hold. Nothing more is sealed to it."),
    CaseWarning.EPOCHS_WITHHELD: N_("The server withholds part of the list of people who hold this case."),
    CaseWarning.ENTRIES_MAY_BE_MISSING: N_("Entries may be missing: one is referred to that the server does not show."),
    CaseWarning.REMOVED_WITHOUT_WORD: N_("Something was removed, and nobody signed for removing it."),
}
_STATES = {
    State.NOT_AUTHENTIC: N_("Not authentic; its content is withheld."),
    State.CANNOT_BE_OPENED: N_("Cannot be opened with your keys."),
    State.REMOVED: N_("Removed."),
}
_STANDINGS = {
    "former-member": N_("former member"),
    "former-key": N_("former key"),
    "other-role": N_("without the role for this"),
}
_KINDS = {
    "report": N_("Report"),
    "message": N_("Message"),
    "retaliation": N_("Retaliation"),
    "status": N_("Status"),
    "protection": N_("Protection"),
    "removal": N_("Removal"),
    "minutes": N_("Minutes"),
    "request": N_("Request"),
    "note": N_("Note for the team"),
    "access": N_("Access"),
    "classification": N_("Classification"),
    "translation": N_("Translation"),
    "disclosure": N_("Request to disclose the identity"),
    "identity": N_("Identity"),
}
_STATUSES = {
    "received": N_("received"),
    "acknowledged": N_("acknowledged"),
    "assessing": N_("being assessed"),
    "investigating": N_("being investigated"),
    "feedback_given": N_("feedback given"),
    "closed": N_("closed"),
    "triage": N_("being looked at first"),
    "decided": N_("decided"),
    "active": N_("protected"),
    "review": N_("protection under review"),
    "ended": N_("protection ended"),
    "appealed": N_("contested"),
    "on_hold": N_("on hold"),
    "withdrawn": N_("withdrawn"),
}
_OUTCOMES = {
    "granted": N_("granted"),
    "partly": N_("granted in part"),
    "refused": N_("refused"),
    "referred": N_("referred to another office"),
}
_FINDINGS = {
    "substantiated": N_("substantiated"),
    "partly-substantiated": N_("substantiated in part"),
    "not-substantiated": N_("not substantiated"),
    "mistaken": N_("mistaken on reasonable grounds"),
    "knowingly-false": N_("knowingly false"),
}
_ALONE = {
    "refusal": N_("This refusal is signed by one person only, as far as can be seen here. A refusal needs two."),
    "finding": N_("This finding is signed by one person only, as far as can be seen here. It needs two."),
    EARLIER: N_(
        "Something was removed in between: the second person may have signed for an earlier state."
        " If you are not sure, ask."
    ),
}
_CLOCKS = {
    "acknowledge": N_("acknowledgement"),
    "feedback": N_("feedback"),
    "decision": N_("decision"),
    "review": N_("review"),
}


def status_words(status: object) -> str:
    """A status in words; one that is not known, as it is."""
    return _(_STATUSES[status]) if isinstance(status, str) and status in _STATUSES else str(status)


def kind_words(kind: str) -> str:
    """A kind of entry in words; one that is not known, as it is."""
    return _(_KINDS[kind]) if kind in _KINDS else kind


def standing_words(value: str) -> str:
    """A status in words, and after a space the outcome of a decision, or what was found."""
    status, _space, more = value.partition(" ")
    if not more:
        return status_words(status)
    outcome = outcome_words(more) if status == "decided" else finding_words(more)
    return _("{status}: {outcome}", status=status_words(status), outcome=outcome)


def finding_words(finding: str) -> str:
    """A finding in words. One that is not known is never shown as it is: it could look like a known one."""
    return _(_FINDINGS[finding]) if finding in _FINDINGS else _("a finding that this program does not know")


def outcome_words(outcome: str | None) -> str:
    """An outcome in words; one that is not known is never shown as it is."""
    if outcome is None:
        return _("none")
    return _(_OUTCOMES[outcome]) if outcome in _OUTCOMES else _("an outcome that this program does not know")


def clock_words(clock: Clock) -> str:
    """A deadline in words."""
    name = _(_CLOCKS[clock.name]) if clock.name in _CLOCKS else clock.name
    if clock.unasked:
        return _(
            "{name}: due {due}. It is noted that the reporter objects to it, but no such request by the reporter can be"
            " seen here. The deadline stands.",
            name=name,
            due=clock.due,
        )
    if clock.waived:
        return _("{name}: none, the reporter objects to one ({done})", name=name, done=clock.done)
    if clock.done is not None:
        return _("{name}: done on {done} (due {due})", name=name, done=clock.done, due=clock.due)
    return _("{name}: due {due}", name=name, due=clock.due)


def tell_warnings(view: CaseView) -> None:
    """What a person has to know before they rely on what follows."""
    for warning in view.warnings:
        click.secho("! " + _(_WARNINGS[warning]), bold=True)
    if view.needs_newer_directory:
        click.secho("! " + _("Part of this case names a newer list of recipients than the site shows."), bold=True)


def tell_status(case: OpenedCase) -> None:
    """The status: signed where there is a signed one, and the server's word, labelled, where they differ."""
    view = case.view
    for entry in (*view.other_statuses, *([view.status] if view.status else [])):
        by = _("signed by {author} on {day}", author=entry.author, day=entry.date)
        say(_("Status: {status} ({by})", status=status_words(entry.body.get("status")), by=by))
        for line in (*_alone_lines(view, entry), *_status(entry.body)[1:]):
            say_text("    " + line)
    if view.status_may_be_older:
        say(
            _(
                "Something was removed, and it cannot be seen whether it came before or after this."
                " It could have been a newer status: if you are not sure, ask."
            )
        )
    if view.status_differs:
        say(_("Status by the server's word: {status}", status=status_words(view.server_status)))
    if view.outcome_differs:
        say(_("Outcome by the server's word: {outcome}", outcome=outcome_words(view.server_outcome)))
    signed, served = signed_clocks(view), judged_clocks(case.served.clocks, view)
    for clock in signed:
        say("  " + clock_words(clock))
    if signed != served:
        for clock in served:
            say("  " + _("By the server's word: {clock}", clock=clock_words(clock)))
    if case.served.sealed_by == "server":
        say(_("By the server's word this report was sealed by the server, not on its writer's device."))


def signed_clocks(view: CaseView) -> tuple[Clock, ...]:
    """The clocks in the signed status; none where it has none that can be read."""
    if view.status is None:
        return ()
    try:
        return judged_clocks(parse_clocks(view.status.body.get("clocks", [])), view)
    except ProtocolError:
        return ()


def tell_case(case: OpenedCase, directory: Directory, me: str, more: Sequence[str] = ()) -> None:
    """A case as a member may see it: who holds it, how it stands, ``more`` lines of facts, and every entry."""
    view = case.view
    say(_("Case {case}, {channel}", case=view.case, channel=view.channel))
    say(_("Received on {day} by the server's word.", day=case.served.received))
    tell_warnings(view)
    if view.first is not None and view.first.first is not None and view.first.first.excluded:
        say(_("Excluded by the reporter: {members}", members=", ".join(view.first.first.excluded)))
    if view.chain is not None:
        say(_("Held by: {members}", members=", ".join(view.chain.last.holders)))
    tell_status(case)
    for line in more:
        say(line)
    titles = ((_("With the reporter"), "reporter"), (_("Team"), "team"), (_("Identity"), "custodian"))
    for title, audience in titles:
        tell_entries(case, directory, me, audience, title)


def tell_entries(
    case: OpenedCase, directory: Directory, me: str, audience: str = "reporter", title: str | None = None
) -> None:
    """The entries of one audience, oldest first: their content where they are authentic, else the fact alone."""
    views = [view for view in case.view.entries if view.served.audience == audience]
    if views and title:
        say()
        click.secho(title, bold=True, underline=True)
    for view in views:
        say()
        _tell_entry(view, case, directory, me)


def _tell_entry(view: EntryView, case: OpenedCase, directory: Directory, me: str) -> None:
    entry = view.entry
    if entry is None:
        say(_("— An entry of {day} (by the server's word): {state}", day=view.served.day, state=_(_STATES[view.state])))
        if view.state is State.NOT_AUTHENTIC and view.reason is not None:
            say("    " + message(view.reason))
        removal = case.view.removal_of(view.served.audience, view.served.sha256)
        if view.state is State.REMOVED and removal is not None:
            _tell_removal(removal, directory, me)
        return
    kind = _(_KINDS[entry.kind]) if entry.kind in _KINDS else entry.kind
    author = _author(entry, view.standing, directory, me)
    click.secho(visible(_("— {kind}, {author}, {day}", kind=kind, author=author, day=entry.date)), bold=True)
    for text in (*_alone_lines(case.view, entry), *body_lines(entry)):
        say_text("    " + text.replace("\n", "\n    "))
    for place, attachment in enumerate(entry.attachments, 1):
        say("    " + attachment_words(place, attachment))
        if (gone := case.view.removed_file(entry, attachment)) is not None:
            _tell_removal(gone, directory, me)
    if view.served.id in case.acknowledged:
        say("    " + _("The site signed for receiving this on {day}.", day=case.acknowledged[view.served.id]))


def _tell_removal(removal: Entry, directory: Directory, me: str) -> None:
    author, reason = _author(removal, "", directory, me), plain(removal.body.get("reason", ""))
    say(visible("    " + _("Removed by {author} on {day}: {reason}", author=author, day=removal.date, reason=reason)))


def _author(entry: Entry, standing: str, directory: Directory, me: str) -> str:
    if entry.author == me:
        return _("you")
    if entry.by_reporter:
        return _("the reporter")
    member = directory.member(entry.author)
    name = f"{member.label} ({entry.author})" if member else entry.author
    return f"{name}, {_(_STANDINGS[standing])}" if standing in _STANDINGS else name


def _alone_lines(view: CaseView, entry: Entry) -> Sequence[str]:
    """What is said where one person alone signed for what needs two, and else who signed second."""
    alone = view.signed_alone(entry) if entry.kind == "status" else ()
    second = second_person(entry, alone) if entry.kind == "status" else None
    words = [_("Second signature: {name}, {day}", name=second.member, day=second.date)] if second else []
    return [*words, *("! " + _(_ALONE[what]) for what in alone)]


def body_lines(entry: Entry) -> Sequence[str]:
    """The content of an authentic entry in words; of unknown kinds plainly."""
    if entry.kind in _BODIES:
        return _BODIES[entry.kind](entry.body)
    return _plainly(entry.body)


def _plainly(body: Mapping[str, JSON]) -> Sequence[str]:
    return [f"{name}: {plain(value)}" for name, value in body.items()]


def _text(body: Mapping[str, JSON]) -> Sequence[str]:
    text = body.get("text")
    return [text] if isinstance(text, str) else _plainly(body)


def _answers(body: Mapping[str, JSON]) -> Sequence[str]:
    answers = body.get("answers")
    if not isinstance(answers, dict):
        return _plainly(body)
    name, language = body.get("questionnaire", body.get("form")), body.get("language")
    found = known_questionnaire(name) if isinstance(name, str) else None
    spoken = found.best_language(language if isinstance(language, str) else "en") if found else "en"
    return [f"{question}\n  {answer}" for question, answer in answer_lines(found, answers, spoken)]


def _form(body: Mapping[str, JSON]) -> Sequence[str]:
    form = body.get("form")
    return _FORMS[form](body) if isinstance(form, str) and form in _FORMS else _answers(body)


def _status(body: Mapping[str, JSON]) -> Sequence[str]:
    lines = [status_words(body.get("status"))]
    decided = body.get("status") == "decided"
    if decided and (outcome := outcome_of(body)):
        lines.append(_("Outcome: {outcome}", outcome=outcome_words(outcome)))
    if finding := finding_of(body):
        lines.append(_("Finding: {finding}", finding=finding_words(finding)))
    if isinstance(body.get("reason"), str) and body["reason"]:
        lines.append(body["reason"])
    if decided and isinstance(body.get("appeal"), str) and body["appeal"]:
        lines.append(_("How to contest it: {appeal}", appeal=body["appeal"]))
    return lines


def _access(body: Mapping[str, JSON]) -> Sequence[str]:
    return [_("“{member}” was given access.", member=plain(body.get("member")))]


#: Forms of a protection entry that are told in words of their own.
_FORMS: Mapping[str, Callable[[Mapping[str, JSON]], Sequence[str]]] = {
    measures.FORM: measure_lines,
    measures.CHECK_IN_FORM: check_in_lines,
    risk.FORM: assessment_lines,
    risk.SELF_FORM: self_assessment_lines,
}


def _classification(body: Mapping[str, JSON]) -> Sequence[str]:
    return classification_lines(body) or _plainly(body)


_BODIES: Mapping[str, Callable[[Mapping[str, JSON]], Sequence[str]]] = {
    "message": _text,
    "note": _text,
    "translation": translation_lines,
    "report": _answers,
    "retaliation": _answers,
    "protection": _form,
    "identity": _answers,
    "status": _status,
    "access": _access,
    "request": request_lines,
    "minutes": minutes_lines,
    "classification": _classification,
}


@cache
def known_questionnaire(name: str) -> Questionnaire | None:
    """A questionnaire that comes with this program, whose texts explain answers; None for others."""
    return questionnaires.load(name) if name in questionnaires.shipped() else None

"""What law and good practice ask of a channel for reports, and how far the product goes: one table for all who ask.

``reporting conformance`` tells it for an installation, ``docs/paragraph-56.md`` for everybody, with the tests that show
it. Duties are told in words of ours, in a line; the sources' own words count, and nothing here is legal advice.
"""

from __future__ import annotations

from dataclasses import dataclass

from reporting.protocol.errors import N_

KYOTO = "A/RES/76/181"
UNCAC = "UNCAC"
DIRECTIVE = "Directive (EU) 2019/1937"
ISO = "ISO 37002:2021"


@dataclass(frozen=True)
class Duty:
    """One thing that is asked: by what, what the product does about it, and what it does not.

    ``id`` is the source with its place there. ``needs`` names what an installation has to be for it
    (:mod:`reporting.administration.duty_states`); ``gap`` is empty where nothing is known to be missing.
    """

    id: str
    asks: str
    does: str
    needs: tuple[str, ...] = ()
    gap: str = ""


DUTIES = (
    Duty(
        f"{KYOTO} 56",
        N_("Protect those who report corruption in good faith and on reasonable grounds from unjustified treatment."),
        N_(
            "A report is sealed on the reporter's device and needs no name. Who suffers for it opens a protection case "
            "under the same code, with officers, deadlines, a decision in writing, measures and check-ins of its own."
        ),
        ("protection-channel", "two-officers"),
        N_("The product orders nobody to stop: what an employer does is for people and courts."),
    ),
    Duty(
        f"{KYOTO} 33",
        N_("Protect witnesses and reporting persons effectively."),
        N_(
            "Witnesses, helpers, relatives and others ask for protection by the same form; danger comes first, and "
            "hours run from the first mail to staff or look of theirs."
        ),
        ("protection-channel", "mail"),
        N_("Where to be safe, money and new papers come from outside: they are recorded as measures."),
    ),
    Duty(
        f"{UNCAC} 32",
        N_("Protect witnesses and those close to them from retaliation and intimidation."),
        N_("Who asks says what they are to the report; measures, physical ones too, have owner, review and end."),
        ("protection-channel",),
        N_("Evidence by video or under another name is for courts."),
    ),
    Duty(
        f"{UNCAC} 33",
        N_("Protect whoever reports in good faith and on reasonable grounds to the competent authorities."),
        N_("As for paragraph 56; a report mistaken on reasonable grounds has an outcome of its own, which protects."),
        ("protection-channel", "two-officers"),
    ),
    Duty(
        f"{DIRECTIVE} 5",
        N_("Retaliation is any act or omission at work, direct or indirect, that a report led to and that harms."),
        N_("The form asks for acts and omissions, done, tried or threatened, and when; a line of time counts days."),
        ("protection-channel",),
    ),
    Duty(
        f"{DIRECTIVE} 6",
        N_("Whoever had reasonable grounds is protected; so are those who reported without a name and became known."),
        N_(
            "Nobody is asked to prove good faith or to give a name; who reported without one asks for protection with "
            "the code alone."
        ),
        ("protection-channel",),
    ),
    Duty(
        f"{DIRECTIVE} 9(1)(a)",
        N_("A channel that keeps the reporter's identity, and that of others named, from all who need not know."),
        N_("Reports are sealed to the channel's people; identities apart, to custodians, of whom two must agree."),
        ("custodians", "protected-way"),
    ),
    Duty(
        f"{DIRECTIVE} 9(1)(b)",
        N_("Receipt is acknowledged within seven days."),
        N_("The site signs for receipt at once; the clock of the people's own acknowledgement ends by the profile."),
        ("acknowledgement-time",),
    ),
    Duty(
        f"{DIRECTIVE} 9(1)(c)",
        N_("An impartial person or department follows up and keeps in touch."),
        N_("Roles that must not meet are kept apart; reporters shut out whom they fear, by key; both sides write."),
        ("apart",),
    ),
    Duty(
        f"{DIRECTIVE} 9(1)(d)",
        N_("Diligent follow-up, of reports without a name too where national law says so."),
        N_("States, assignment, deadlines and covers are the same with and without a name."),
        ("mail",),
    ),
    Duty(
        f"{DIRECTIVE} 9(1)(f)",
        N_("Feedback within three months of the acknowledgement or, if none was sent, of the end of the seven days."),
        N_("Both cases are counted to the day by the profile, in calendar or working days; a late one gains nothing."),
        ("feedback-time", "running-feedback"),
    ),
    Duty(
        f"{DIRECTIVE} 9(1)(g)",
        N_("Clear information on how to report to authorities outside."),
        N_("A page names places outside with source and day checked; the mailbox shows them where a clock was missed."),
        ("outside-authorities",),
    ),
    Duty(
        f"{DIRECTIVE} 9(2)",
        N_("Reports in writing or by word of mouth, and a meeting on request."),
        N_("In writing, with recordings attached; a meeting or a call is asked for in the mailbox."),
        gap=N_("No telephone line: calls and meetings are held outside the product, and written down in it."),
    ),
    Duty(
        f"{DIRECTIVE} 11(2)",
        N_(
            "An outside authority acknowledges unless the reporter objects or it would endanger them, gives feedback "
            "within three months, six where justified, and tells the outcome."
        ),
        N_("Reporters can ask for no acknowledgement; feedback and closing are signed, with reasons and findings."),
        ("feedback-time",),
        N_("A longer time by reason of an extension is recorded in the profile, and no step of a case grants it yet."),
    ),
    Duty(
        f"{DIRECTIVE} 11(3)-(6)",
        N_("Minor or repeated reports are closed with reasons; what belongs elsewhere is passed on, and that is said."),
        N_("Closing has a reason that the reporter reads; a case can be exported sealed or opened for another body."),
        gap=N_("No case is handed to another authority's system by itself."),
    ),
    Duty(
        f"{DIRECTIVE} 16",
        N_(
            "Identity, and all from which it follows, is disclosed only with consent or where law compels; the "
            "reporter is told before, with written reasons, unless that harms the case."
        ),
        N_(
            "Two custodians decide on a reasoned request; the reporter is told or it is recorded why not; staff are "
            "asked before an act that could reveal somebody."
        ),
        ("custodians", "break-glass"),
        N_("From what a report says somebody may guess who wrote it: the product warns, and cannot prevent it."),
    ),
    Duty(
        f"{DIRECTIVE} 18(1)",
        N_("Every report is recorded, and kept no longer than needed."),
        N_("Every report and every act of staff is kept, in logs that cannot be changed unseen."),
        ("auditor",),
        N_("Nothing is deleted when the profile's time is over: retention is recorded, and acts on nothing yet."),
    ),
    Duty(
        f"{DIRECTIVE} 18(2)-(4)",
        N_("The reporter may check, correct and sign transcripts and minutes."),
        N_("Reporters agree with minutes in the mailbox or correct them, signed by the key of their case alone."),
        gap=N_("Recordings are not transcribed by the product."),
    ),
    Duty(
        f"{DIRECTIVE} 19",
        N_("Retaliation in any of fifteen named forms or another, threatened and attempted too, is prohibited."),
        N_("The form of a claim has all fifteen and “other”: happened, threatened or attempted."),
        ("protection-channel",),
    ),
    Duty(
        f"{DIRECTIVE} 20",
        N_("Advice, help before authorities, legal aid; support by money and by psychologists where provided."),
        N_(
            "Measures by group with their legal basis; a certificate of the report that anybody can check; a directory "
            "of advice, with emergency lines first."
        ),
        ("protection-channel", "advice", "emergency"),
        N_("The measures themselves are given by people and bodies outside the product."),
    ),
    Duty(
        f"{DIRECTIVE} 21",
        N_("Whoever reported and was harmed need not prove the link; interim relief is to be had."),
        N_(
            "A dossier made on the reporter's device proves report and days, item by item; interim measures have a "
            "deadline of five working days."
        ),
        ("protection-channel",),
        N_("Incidents stand in a dossier by the reporter's word, and are marked so."),
    ),
    Duty(
        f"{DIRECTIVE} 22",
        N_("Persons concerned keep presumption of innocence, defense and protection of their identity."),
        N_(
            "What is found has words that protect; “knowingly false” takes two people and reasons; that somebody was "
            "heard is a recorded step, and missed at closing; what names anybody is sealed; what does not matter is "
            "removed item by item."
        ),
        gap=N_("No hearing can be enforced; what was removed stays in backups until they are gone."),
    ),
    Duty(
        f"{ISO} 8.2",
        N_("Receive: several ways, with and without a name, next steps said."),
        N_("Browser, onion address and terminal; the receipt says what happens until when."),
        ("acknowledgement-time",),
        N_("Spoken and paper reports are typed in by staff or the reporter."),
    ),
    Duty(
        f"{ISO} 8.3",
        N_("Assess: priority, conflicts of interest, and the risk of harm to the reporter, again at each change."),
        N_(
            "Risk is assessed by a matrix of likelihood and severity, on a clock, and again after a decision, an "
            "opened identity or a new holder; high risk needs a plan."
        ),
        ("protection-channel",),
    ),
    Duty(
        f"{ISO} 8.4",
        N_("Address: impartial inquiry; support for the reporter; a claim of retaliation is a case of its own."),
        N_(
            "A claim has a key of its own and officers who do not investigate; measures have owner, consent, review "
            "and end."
        ),
        ("protection-channel", "apart", "two-officers"),
        N_("The product keeps no plan of an inquiry and no list of interviews."),
    ),
    Duty(
        f"{ISO} 8.5",
        N_("Conclude: findings, lessons, word to the reporter; protection is watched after closing."),
        N_("Findings and reasons are signed and read in the mailbox; check-ins come after closing, by the profile."),
        ("protection-channel", "mail"),
        N_("Lessons learned are not kept in a place of their own."),
    ),
)

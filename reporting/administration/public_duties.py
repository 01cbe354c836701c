"""What law and good practice ask about telling everybody: the second table of duties, that of paragraph 58.

``reporting conformance`` tells it for an installation, ``docs/paragraph-58.md`` for everybody, with the tests that show
it. Duties are told in words of ours, in a line; the sources' own words count, and nothing here is legal advice.
"""

from __future__ import annotations

from reporting.administration.duties import DIRECTIVE, KYOTO, Duty
from reporting.protocol.errors import N_

PUBLIC_DUTIES = (
    Duty(
        f"{KYOTO} 58",
        N_("Make widely known how to report, which rights and duties those who report have, and what protects them."),
        N_(
            "Fifteen topics and a guide of questions, in six languages, by the law of the channel and in the "
            "organization's own words; posters, leaflets and cards from the site's own signed data; a site for "
            "practice with made-up cases, for staff and for the public."
        ),
        ("protection-channel", "printed-address", "texts-translated"),
    ),
    Duty(
        f"{KYOTO} 32",
        N_("Help people to report, translation included."),
        N_(
            "Reporters write in a language of their own; a translation stands in the case beside the original, with "
            "who made it and whether somebody checked it."
        ),
        gap=N_("The product translates nothing by itself, and calls no interpreter."),
    ),
    Duty(
        f"{KYOTO} 48",
        N_("Give everybody equal access."),
        N_(
            "No account, no name, no fee. The public texts work without scripts, on narrow screens, by keyboard, in "
            "text browsers and on paper; four of them in easy words too."
        ),
        ("texts-translated",),
        N_("Sending a report takes scripts or the program for the terminal. No sign language, and nothing is spoken."),
    ),
    Duty(
        f"{KYOTO} 61",
        N_("Use modern means to communicate and to manage cases, between authorities too."),
        N_(
            "A sealed conversation, states, deadlines and covers; a case is exported sealed or opened for another body."
        ),
        ("mail",),
        N_("No case is handed to another authority's system by itself."),
    ),
    Duty(
        f"{DIRECTIVE} 13(a)",
        N_("Publish when those who report are protected."),
        N_("A section on it, in place of which stands what the law of the channel says; its address stays the same."),
        ("published-a",),
    ),
    Duty(
        f"{DIRECTIVE} 13(b)",
        N_("Publish how to reach the channels, and whether calls are recorded."),
        N_("The way to the report, other contacts as the organization enters them, authorities outside, and calls."),
        ("published-b", "outside-authorities"),
    ),
    Duty(
        f"{DIRECTIVE} 13(c)",
        N_("Publish how a report is handled, when there is feedback, and what it says."),
        N_("Steps, deadlines by the channel's profile, and what feedback is."),
        ("published-c",),
    ),
    Duty(
        f"{DIRECTIVE} 13(d)",
        N_("Publish what is confidential, and how personal data is dealt with."),
        N_("What is confidential, what the site stores, for how long, and the rights of those whose data it is."),
        ("published-d",),
        N_("Who is responsible for the data, and how to reach them, the organization has to write itself."),
    ),
    Duty(
        f"{DIRECTIVE} 13(e)",
        N_("Publish what is done after a report."),
        N_("A section on what follow-up can be."),
        ("published-e",),
    ),
    Duty(
        f"{DIRECTIVE} 13(f)",
        N_("Publish what helps against retaliation, and where there is confidential advice."),
        N_("Remedies by the law of the channel, and who advises, with a directory of places."),
        ("published-f", "advice"),
    ),
    Duty(
        f"{DIRECTIVE} 13(g)",
        N_("Publish when nobody can be held liable for breaking secrecy by a report."),
        N_("Sections on liability and on secrecy."),
        ("published-g",),
    ),
    Duty(
        f"{DIRECTIVE} 13(h)",
        N_("Publish how to reach the information center, where there is one."),
        N_("A section on it, and the directory of places."),
        ("published-h",),
    ),
    Duty(
        f"{DIRECTIVE} 27(2)",
        N_("Count each year reports, inquiries and their outcome, and damage and recovery where they are known."),
        N_(
            "Every quarter and year figures are published on a calendar, each blurred a little so that no total tells "
            "a member that they were shut out, small ones hidden so that no release and no difference tells them, as "
            "page, CSV and JSON."
        ),
        ("figures",),
        N_(
            "Findings and money are counted only as far as staff classify, and money by bands: a total of it is told "
            "only of the bands that are shown."
        ),
    ),
    Duty(
        "ISO 24495-1:2023",
        N_("Readers find what they need, understand it, and can use it."),
        N_(
            "One page, one question; how long it takes to read; questions that lead to the right page; easy words for "
            "four central pages; indices of readability where a language has one."
        ),
        ("texts-checked",),
        N_("No reader was asked. Arabic and Chinese have no index here."),
    ),
    Duty(
        "WCAG 2.2 AA",
        N_("Everybody can perceive, operate and understand the pages."),
        N_(
            "A program looks for faults on narrow and wide screens, in the dark, in forced colors and from right to "
            "left; the guide is walked through by keyboard; text browsers read all of it in order."
        ),
        gap=N_("A program finds some faults only: nobody who depends on a screen reader has tried it yet."),
    ),
)

"""Which pages the public site has, in which order, and where they stand.

A page is named by its topic; the easy-to-read version of a topic is a page of its own, ``easy-<topic>``, and so is the
guide, whose questions lead to the topics. Files of content, the tables of what an organisation wrote itself and the
administrators' pages all use these names.
"""

from __future__ import annotations

import re

from reporting.protocol.errors import N_

#: The topics in the order in which somebody reads who has seen something, under the heading of each group.
GROUPS: dict[str, tuple[str, ...]] = {
    N_("Before you report"): (
        "should-i-report",
        "ways-to-report",
        "anonymous-or-confidential",
        "safety",
        "advice",
    ),
    N_("Your rights and duties"): (
        "your-rights",
        "your-duties",
        "protection",
        "retaliation",
        "if-you-are-accused",
    ),
    N_("Afterwards"): (
        "what-happens-next",
        "going-public",
        "journalists",
        "privacy",
        "results",
    ),
}
TOPICS: tuple[str, ...] = tuple(topic for group in GROUPS.values() for topic in group)
EASY = "easy-"
#: What applies to me? Questions that lead by links, on one page, which stands beside the topics.
GUIDE = "guide"
#: Every page that there can be: the guide, the topics, then their easy-to-read versions.
PAGES: tuple[str, ...] = (GUIDE, *TOPICS, *(f"{EASY}{topic}" for topic in TOPICS))
#: Those that every site has, so that English has them.
NEEDED: tuple[str, ...] = (*TOPICS, GUIDE)
#: Other pages of the site that a text may lead to as ``page:<name>``; where one is not served, its words stay.
SITE_PAGES = ("report", "mailbox", GUIDE, "elsewhere", "how", "figures", "verify")
#: What Article 13 of Directive (EU) 2019/1937 asks to be published, in short words.
ARTICLE_13: dict[str, str] = {
    "a": N_("When you are protected"),
    "b": N_("How to reach us, and whether calls are recorded"),
    "c": N_("How a report is handled, when you are answered, and what the answer says"),
    "d": N_("Confidentiality, and what happens to personal data"),
    "e": N_("What is done after a report"),
    "f": N_("What helps against retaliation, and where to get confidential advice"),
    "g": N_("When you cannot be held liable for reporting"),
    "h": N_("Whom to ask for information and advice"),
}
#: What a text may leave open, to be filled from the site and the profile of its channels.
PLACEHOLDERS = ("site", "ack", "feedback", "retention")
#: Ids that pages have themselves; a heading bears its section's with ``-title``.
RESERVED = frozenset({"contents", "exit", "main"})
#: Under which of them an organisation's own title, summary and introduction of a page are kept.
HEAD = "main"
ANCHOR = re.compile(r"[a-z0-9][a-z0-9-]{0,63}", re.ASCII)
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})?", re.ASCII)


def topic_of(page: str) -> str:
    """The topic of a page."""
    return page.removeprefix(EASY)


def is_easy(page: str) -> bool:
    """Whether a page is the easy-to-read version of its topic."""
    return page.startswith(EASY)


def address(page: str) -> str:
    """Where a page stands below a language: ``info/protection``, ``info/protection/easy``, or ``guide``."""
    if page == GUIDE:
        return GUIDE
    return f"info/{topic_of(page)}/easy" if is_easy(page) else f"info/{page}"


def is_anchor(anchor: str) -> bool:
    """Whether a section may bear an anchor."""
    return bool(ANCHOR.fullmatch(anchor)) and anchor not in RESERVED and not anchor.endswith("-title")

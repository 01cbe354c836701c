"""The people and channels of made-up sites, the same for a demonstration and for practice."""

from __future__ import annotations

from reporting.cli.members import Enrollment
from reporting.directory.rules import NewChannel

_QUESTIONS = "corruption-1"

#: Names as they are met in several parts of the world; none of them is anybody's.
PEOPLE = (
    Enrollment("intake", "Samira Haddad, intake"),
    Enrollment("investigator", "Daniel Okafor, investigations"),
    Enrollment("protection", "Leila Karimi, protection of reporters"),
    Enrollment("protection-2", "Hana Sato, protection of reporters"),
    Enrollment("custodian-1", "Tomás Rivera, custodian of identities"),
    Enrollment("custodian-2", "Nadia Petrova, custodian of identities"),
    Enrollment("auditor", "Yusuf Demir, audit", site_roles=("auditor",)),
    Enrollment("administrator", "Grace Mwangi, administration", site_roles=("administrator",)),
)
BREAK_GLASS = Enrollment("break-glass", "The sealed envelope in the safe")

CHANNELS = (
    NewChannel(
        "procurement",
        "report",
        {
            "en": "Public procurement",
            "ar": "المشتريات العامة",
            "zh": "公共采购",
            "fr": "Marchés publics",
            "ru": "Государственные закупки",
            "es": "Contratación pública",
        },
        _QUESTIONS,
        profile="eu",
    ),
    NewChannel(
        "police-and-courts",
        "report",
        {
            "en": "Police and courts",
            "ar": "الشرطة والمحاكم",
            "zh": "警察与法院",
            "fr": "Police et tribunaux",
            "ru": "Полиция и суды",
            "es": "Policía y tribunales",
        },
        _QUESTIONS,
        profile="eu",
    ),
    NewChannel(
        "anything-else",
        "report",
        {
            "en": "Anything else",
            "ar": "أي أمر آخر",
            "zh": "其他事项",
            "fr": "Autre chose",
            "ru": "Всё остальное",
            "es": "Cualquier otro asunto",
        },
        _QUESTIONS,
        profile="eu",
    ),
    NewChannel(
        "protection",
        "protection",
        {
            "en": "Retaliation and protection",
            "ar": "الانتقام والحماية",
            "zh": "报复与保护",
            "fr": "Représailles et protection",
            "ru": "Месть и защита",
            "es": "Represalias y protección",
        },
        "retaliation-1",
        profile="eu",
    ),
)
_CUSTODY = (("custodian", "custodian-1"), ("custodian", "custodian-2"), ("break_glass", "break-glass"))
_OFFICER = ("protection", "protection")
ROLES = {
    "report": (("intake", "intake"), ("investigator", "investigator"), _OFFICER, *_CUSTODY),
    "protection": (_OFFICER, ("protection", "protection-2"), *_CUSTODY),  # a refusal needs two of them
}

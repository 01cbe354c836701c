"""What was reported, in codes: the scheme ``offence/1`` of a classification, and the record that is counted (8.10).

Plain words are for people; the article of the United Nations Convention against Corruption and the code of the
International Classification of Crime for Statistics (ICCS 1.0) are kept apart from them and from each other.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from reporting.protocol.encoding import JSON, JSONObject
from reporting.protocol.entry import Entry
from reporting.protocol.errors import Malformed, N_

#: Codes never change what they mean: another list is another scheme.
SCHEME = "offence/1"
TRIAGE, CLOSING = MOMENTS = ("triage", "closing")
MAX_OFFENCES = 8
CHANNEL_KINDS = ("report", "protection")
#: What is not known, or not yet; at triage nothing else is said of the outcome.
UNKNOWN, OPEN = "unknown", "open"
#: Articles 26 and 27 of the convention modify an offence.
MODIFIERS: Mapping[str, str] = {
    "attempted": N_("Attempted, not completed"),
    "legal_person": N_("By a company or another legal person"),
    "participation": N_("By helping or inciting others"),
}
#: Article and code, each null where there is none, to plain words.
OFFENCES: Mapping[tuple[str | None, str | None], str] = {
    ("15(a)", "070311"): N_("Offering or giving a bribe to a public official"),
    ("15(b)", "070312"): N_("A public official asks for or takes a bribe"),
    ("16(1)", "07031"): N_("Offering or giving a bribe to an official of another country or an international body"),
    ("16(2)", "07031"): N_("An official of another country or an international body asks for or takes a bribe"),
    ("17", "07032"): N_("An official steals or diverts money or property entrusted to them"),
    ("18", "07034"): N_("Buying or selling influence on an authority"),
    ("19", "07033"): N_("Abuse of an office for an unfair advantage"),
    ("20", "07035"): N_("Wealth that an official cannot explain"),
    ("21", "07031"): N_("Bribery in business"),
    ("22", "07032"): N_("Stealing or diverting money or property of a company"),
    ("23", "07041"): N_("Laundering what came from a crime"),
    ("24", "07041"): N_("Hiding or keeping what came from a crime"),
    ("25", "08061"): N_("Threatening or bribing witnesses or officers of justice"),
    ("7(1)", "07039"): N_("Posts for relatives, friends or supporters"),
    ("7(3)", "07039"): N_("Hidden or forbidden money for parties or candidates"),
    ("7(4)", "07039"): N_("A conflict of interest that was hidden or not dealt with"),
    ("8(5)", "07039"): N_("False or missing declarations of assets or interests"),
    ("9", "07039"): N_("Rigged public procurement"),
    ("12(3)", "07039"): N_("False books or accounts"),
    ("32", None): N_("Retaliation against a witness or expert"),
    ("33", None): N_("Retaliation against somebody who reported"),
    (None, "07039"): N_("Another act of corruption"),
    (None, "0701"): N_("Fraud"),
    (None, "08041"): N_("Tax fraud or fraud with social benefits"),
    (None, "08042"): N_("Breach of rules of trade or finance"),
}
SECTORS: Mapping[str, str] = {
    UNKNOWN: N_("Not known"),
    "administration": N_("General administration"),
    "construction": N_("Construction and housing"),
    "culture": N_("Culture and sport"),
    "defense": N_("Defense"),
    "education": N_("Education and research"),
    "energy": N_("Energy, mining, oil and gas"),
    "environment": N_("Environment, land, forests and water"),
    "finance": N_("Banks and finance"),
    "food": N_("Farming, fishing and food"),
    "health": N_("Health"),
    "justice": N_("Courts and prosecution"),
    "police": N_("Police, prisons and borders"),
    "politics": N_("Parliament, parties and elections"),
    "social": N_("Social benefits and aid"),
    "tax": N_("Taxes and customs"),
    "technology": N_("Telecommunications and technology"),
    "trade": N_("Trade and industry"),
    "transport": N_("Transport"),
    "other": N_("Something else"),
}
LEVELS: Mapping[str, str] = {
    UNKNOWN: N_("Not known"),
    "local": N_("Town or district"),
    "regional": N_("Region or state"),
    "national": N_("Country"),
    "international": N_("International body"),
    "public-company": N_("Company owned by the public"),
    "private": N_("Private company or body"),
}
STAGES: Mapping[str, str] = {
    UNKNOWN: N_("Not known"),
    "none": N_("No procurement"),
    "planning": N_("Planning what is needed"),
    "tender": N_("Calling for offers"),
    "award": N_("Choosing who gets the contract"),
    "performance": N_("Carrying it out, changes and payment"),
}
#: In US dollars, or about as much in another currency.
BANDS: Mapping[str, str] = {
    UNKNOWN: N_("Not known"),
    "none": N_("Nothing"),
    "to-1k": N_("Up to 1,000"),
    "to-10k": N_("1,000 to 10,000"),
    "to-100k": N_("10,000 to 100,000"),
    "to-1m": N_("100,000 to 1 million"),
    "to-10m": N_("1 to 10 million"),
    "above-10m": N_("More than 10 million"),
}
OUTCOMES: Mapping[str, str] = {
    OPEN: N_("Not known yet"),
    "not-ours": N_("Nothing that this office deals with"),
    "referred": N_("Passed on to another authority"),
    "not-substantiated": N_("Not confirmed"),
    "mistaken": N_("Reported on reasonable grounds, but mistaken"),
    "knowingly-false": N_("Knowingly false"),
    "partly-substantiated": N_("Confirmed in part"),
    "substantiated": N_("Confirmed"),
    "proceedings": N_("Confirmed, and proceedings were begun"),
    "sanctioned": N_("Confirmed, and somebody was punished or dismissed"),
}
_CHOICES: Mapping[str, Collection[str]] = {
    "sector": SECTORS,
    "level": LEVELS,
    "value": BANDS,
    "outcome": OUTCOMES,
    "damage": BANDS,
    "recovery": BANDS,
}
_COMMON = ("at", "offences", *_CHOICES, "region")
_ENTRY = frozenset({*_COMMON, "stage", "counted"})
_RECORD = frozenset({*_COMMON, "scheme", "channel_kind"})
# A country of ISO 3166-1, or one of its parts by ISO 3166-2.
_REGION = re.compile(r"(?:[A-Z]{2}(?:-[A-Z0-9]{1,3})?)?", re.ASCII)
_MONTH = re.compile(r"[1-9][0-9]{3}-(?:0[1-9]|1[0-2])", re.ASCII)


def check_classification(entry: Entry) -> None:
    """Whether a classification of this scheme says what belongs in it. Other entries pass.

    :raises Malformed: something is missing, of another form, or does not belong in it
    """
    if entry.kind == "classification" and entry.body.get("scheme") == SCHEME:
        check_codes(entry.body.get("codes"))


def check_codes(codes: JSON | None) -> JSONObject:
    """What a classification says, in the order of the codes, if it is one of this scheme.

    :raises Malformed: something is missing, of another form, or does not belong in it
    """
    found = _object(codes, _ENTRY, tuple(MODIFIERS))
    _one_of(found, "stage", STAGES)
    if found["counted"] is not None and not is_month(found["counted"]):
        raise Malformed(N_("This must be a month as in 2026-11."), pointer="/counted")
    return found


def is_month(value: object) -> bool:
    """Whether ``value`` is a month as in ``2026-11``."""
    return isinstance(value, str) and _MONTH.fullmatch(value) is not None


def check_record(record: JSON | None) -> JSONObject:
    """What is counted of a classification: the same codes, and nothing that could lead to a case.

    :raises Malformed: something is missing, of another form, or does not belong in it
    """
    found = _object(record, _RECORD, ("attempted",))
    _one_of(found, "scheme", (SCHEME,))
    _one_of(found, "channel_kind", CHANNEL_KINDS)
    return found


def record_of(codes: Mapping[str, JSON], channel_kind: str) -> JSONObject:
    """The record of a judged classification: what no table needs is left out; day and case were never in it."""
    offences = [{name: one[name] for name in ("uncac", "iccs", "attempted")} for one in codes["offences"]]
    kept = {name: codes[name] for name in _COMMON}
    return {"scheme": SCHEME, **kept, "offences": offences, "channel_kind": channel_kind}


def _object(value: JSON | None, names: frozenset[str], modifiers: Collection[str]) -> JSONObject:
    if not isinstance(value, dict):
        raise Malformed(N_("This must be a JSON object."))
    if set(value) != names:
        raise Malformed(N_("Something is missing here, or does not belong here."))
    _one_of(value, "at", MOMENTS)
    _check_offences(value["offences"], modifiers)
    for name, known in _CHOICES.items():
        _one_of(value, name, known)
    if not isinstance(value["region"], str) or _REGION.fullmatch(value["region"]) is None:
        raise Malformed(N_("A region is a code as in FR or FR-75."), pointer="/region")
    if (value["at"] == TRIAGE) != (value["outcome"] == OPEN):
        raise Malformed(N_("The outcome is said at closing, and not before."), pointer="/outcome")
    return value


def _check_offences(value: JSON, modifiers: Collection[str]) -> None:
    if not isinstance(value, list) or len(value) > MAX_OFFENCES:
        raise Malformed(N_("This must be a list of at most {limit} items."), pointer="/offences", limit=MAX_OFFENCES)
    found = [_offence(one, frozenset({"uncac", "iccs", *modifiers})) for one in value]
    if len(set(found)) != len(found):
        raise Malformed(N_("An offence is named twice."), pointer="/offences")


def _offence(value: JSON, names: frozenset[str]) -> tuple[str | None, str | None]:
    if not isinstance(value, dict) or set(value) != names:
        raise Malformed(N_("Something is missing here, or does not belong here."), pointer="/offences")
    if not all(isinstance(value[name], bool) for name in names - {"uncac", "iccs"}):
        raise Malformed(N_("This must be true or false."), pointer="/offences")
    for offence in OFFENCES:
        if (value["uncac"], value["iccs"]) == offence:
            return offence
    raise Malformed(N_("This is not one of the choices."), pointer="/offences")


def _one_of(found: JSONObject, name: str, known: Collection[str]) -> None:
    value = found[name]
    if not isinstance(value, str) or value not in known:
        raise Malformed(N_("This is not one of the choices."), pointer=f"/{name}")

"""The reporting pages: a channel to choose, and its form."""

from __future__ import annotations

from flask import Blueprint, Response

from reporting.directory.facts import SiteFacts
from reporting.directory.rules import page_facts, questionnaire_of
from reporting.permissions import Permission, requires
from reporting.protocol.directory_parts import Channel, parse_object
from reporting.protocol.encoding import JSON, dump_json
from reporting.web.body import service
from reporting.web.headers import offer_recording
from reporting.web.pages import deterministic, render

blueprint = Blueprint("intake_pages", __name__)

#: Offered while a currency is typed (ISO 4217); any other code is taken too.
CURRENCIES = (
    "AED AUD BDT BRL CAD CHF CLP CNY COP CZK DKK DZD EGP EUR GBP GHS HUF IDR ILS INR IQD JOD JPY KES KRW KWD LBP LYD"
    " MAD MXN MYR NGN NOK NZD OMR PEN PHP PKR PLN QAR RON RSD RUB SAR SDG SEK SGD SYP THB TND TRY TWD TZS UAH UGX USD"
    " VND XAF XOF YER ZAR ZMW"
)


@blueprint.get("/<lang:language>/report")
@requires(Permission.PAGE_READ)
@deterministic
def choose_channel(language: str) -> Response:
    """Where a report may go."""
    facts = page_facts(service(), language)
    return render("intake/channels.html", language, facts.key, facts=facts, here="report")


def _deadlines(facts: SiteFacts, channel: Channel) -> JSON:
    """What the receipt tells of deadlines: a protection case has none for feedback, which no months say."""
    found = parse_object(facts.jurisdiction(channel)["deadlines"], "/deadlines")
    return {**found, "months": 0} if channel.kind == "protection" else found


@blueprint.get("/<lang:language>/report/<channel>")
@requires(Permission.PAGE_READ)
@deterministic
def show_form(language: str, channel: str) -> Response:
    """A channel's form, which can be read and filled before any script has arrived."""
    facts = page_facts(service(), language)
    found = facts.channel(channel)
    page = render(
        "intake/report.html",
        language,
        (*facts.key, channel),
        facts=facts,
        here=f"report/{channel}",
        channel=found,
        questionnaire=questionnaire_of(service(), found),
        deadlines=dump_json(_deadlines(facts, found)).decode(),
        currencies=CURRENCIES.split(),
    )
    return offer_recording(page)

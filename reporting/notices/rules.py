"""Mail to members. The rules stand in modules of their own; this is what other rooms and commands use."""

from reporting.notices.addresses import ask, confirm, forget_address, parse_address, parse_code
from reporting.notices.choosing import Choice, Choices, choose, chosen, own_channels, parse_choices, show
from reporting.notices.languages import parse_language
from reporting.notices.post import NotTaken
from reporting.notices.sending import Sent, run, send_trial
from reporting.notices.slots import ANSWERED, KINDS, LATE, NEAR, NEW, latest_slot
from reporting.notices.standing import REASONS, Standing, sends_mail, standing

__all__ = [
    "ANSWERED",
    "KINDS",
    "LATE",
    "NEAR",
    "NEW",
    "REASONS",
    "Choice",
    "Choices",
    "NotTaken",
    "Sent",
    "Standing",
    "ask",
    "choose",
    "chosen",
    "confirm",
    "forget_address",
    "latest_slot",
    "own_channels",
    "parse_address",
    "parse_choices",
    "parse_code",
    "parse_language",
    "run",
    "send_trial",
    "sends_mail",
    "show",
    "standing",
]

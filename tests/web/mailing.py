"""A world that sends mail, and members who want it."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence
from typing import Any

from reporting.notices import rules
from reporting.service import Service
from tests.mail_server import MailServer
from tests.web.world import World

SLOTS = ("08:00", "13:00", "17:00")
FROM = "notices@reports.example"


def with_mail(world: World, server: MailServer, **options: Any) -> World:
    """The same world, with mail set up to go to a server."""
    given = {
        "notice_slots": SLOTS,
        "smtp_host": "127.0.0.1",
        "smtp_port": server.port,
        "smtp_security": "none",
        "smtp_from": FROM,
        "smtp_timeout": 5,
        **options,
    }
    settings = dataclasses.replace(world.service.settings, **given)
    return World(dataclasses.replace(world.service, settings=settings), world.clock, world.root, world.people)


def code_in(server: MailServer, address: str) -> str:
    """The code in the last mail to an address."""
    found = re.search(r"^\d{8}\r?$", body(server.to(address)[-1]), re.MULTILINE)
    assert found
    return found[0].strip()


def body(message: Any) -> str:
    """The text of a mail."""
    text: str = message.get_body(("plain",)).get_content()
    return text


def wants(world: World, server: MailServer, member: str, kinds: Sequence[str] = rules.KINDS, **options: Any) -> str:
    """Give a member a confirmed address, and let them be told of things on ``procurement``: the address."""
    address = f"{member}@mail.example"
    service: Service = world.service
    language = options.get("language", "en")
    rules.ask(service, member, address, language)
    rules.run(service)
    rules.confirm(service, member, code_in(server, address))
    channel, named = options.get("channel", "procurement"), options.get("named", False)
    choices = (rules.Choice(channel, frozenset(kinds), named),) if kinds else ()
    rules.choose(service, member, rules.Choices(choices, options.get("checkpoints", False), language))
    server.taken.clear()
    return address

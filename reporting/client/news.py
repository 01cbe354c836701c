"""Asking by a news link, and turning it on or off (protocol section 11.1)."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from reporting.client.errors import UnexpectedAnswer, not_as_described
from reporting.client.sending import Sender
from reporting.client.site import Site
from reporting.protocol.encoding import b64decode, b64encode
from reporting.protocol.errors import CannotOpen, Malformed, N_
from reporting.protocol.feed import Feed, open_day
from reporting.protocol.receipt import ReceiptCode


@dataclass(frozen=True)
class News:
    """What a link tells: whether it is on, and the day of the newest entry by members; None where there is none."""

    on: bool
    day: datetime.date | None = None


def ask_for_news(site: Site, feed: Feed) -> News:
    """What the service answers by the link of ``feed``, in one post. Nothing is spent and nothing kept.

    :raises NotAuthentic: no day, or one that is yet to come
    :raises Problem: the server refuses
    :raises Unreachable: no answer
    :raises UnexpectedAnswer: it is not as the protocol says
    """
    request = {"feed": b64encode(feed.lookup())}
    answer = site.transport.send_json("POST", "/api/updates", request, shape=site.directory.shape).expect(200).json()
    try:
        return News(True, open_day(b64decode(answer.get("news")), feed.answer_key(), site.today))
    except CannotOpen:
        return News(False)
    except Malformed as error:
        raise not_as_described(error) from None


def choose_news(site: Site, sender: Sender, code: ReceiptCode, *, on: bool) -> Feed:
    """Turn the link of a receipt code on or off.

    :raises Problem: the server refuses: nothing is under this code
    :raises Unreachable: no answer
    """
    token = code.mailbox_token(site.directory.origin)
    answer = sender.send("/api/choices", {"token": b64encode(token), "news": on})
    if answer.get("news") is not on:
        raise UnexpectedAnswer(N_("The server did not do what it was asked to; try again."))
    return Feed.of_token(token)

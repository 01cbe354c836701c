"""Taking back a request for an identity, before it is opened (protocol section 4): by whoever made it, nobody else."""

from __future__ import annotations

import datetime

from reporting.protocol.custody import WITHDRAWN, Asked, Decision, parse_decision
from reporting.protocol.directory import Directory
from reporting.protocol.disclosure import disclosure_entry
from reporting.protocol.entry import Entry
from reporting.protocol.errors import Refused, N_
from reporting.protocol.thread_types import CaseView


def make_withdrawal(
    view: CaseView,
    asked: Asked,
    directory: Directory,
    author: str,
    reason: str,
    today: datetime.date,
    entry_id: str,
) -> Entry:
    """The ``disclosure`` entry that withdraws a request, ready to be sealed to those who were asked, and the case.

    :raises Refused: the author did not make the request, it is closed or withdrawn, or the case is not in order
    :raises Malformed: no reason
    """
    if author != asked.entry.author:
        raise Refused(N_("Only whoever asked can withdraw this request."))
    asked.check_stands()
    if view.chain is None or view.chain.broken:
        raise Refused(N_("This case is not in order; nothing can be sealed to it."))
    said = Decision(asked.entry.id, asked.sha256, WITHDRAWN, reason)
    parse_decision(said.body())
    return disclosure_entry(view, view.chain, directory, author, said.body(), today, entry_id)

"""Cards: what a member's device keeps of a case that it has opened, under the vault's key (protocol section 9).

A card holds what lists show, and what the case is held against when it is opened again: the reporter's
keys, and the newest epoch seen. Other clients keep more in it (the desk in the browser: text to search,
tags, a reply begun); whatever a card holds beside its own members is kept when it is written anew.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from reporting.protocol import vault as vaults
from reporting.protocol.encoding import (
    JSON,
    JSONObject,
    b64decode,
    b64encode,
    check_integer,
    check_text,
    dump_json,
    parse_json_object,
    sha256,
)
from reporting.protocol.epoch import MAX_EPOCHS
from reporting.protocol.errors import Malformed, NotAuthentic, ProtocolError, N_
from reporting.protocol.padding import padme
from reporting.protocol.thread_types import CaseView

_SUMMARY = 200  # characters
_VERSION = 2
_WITH_RECIPIENT = 1  # cards of 0.1.0 hold the recipient itself
_FLOOR = 1_024
_PINS = frozenset({"reporter_key", "reporter_sha256", "reporter_recipient", "epoch", "epoch_sha256"})
_OWN = frozenset({"v", "case", "channel", "summary"}) | _PINS


@dataclass(frozen=True)
class Card:
    """What is kept of one case; ``further`` are the members that only other clients know."""

    case: str
    channel: str
    reporter_key: bytes
    #: SHA-256 of the recipient string that the reporter named in the first entry.
    reporter_sha256: bytes
    epoch: int
    epoch_sha256: bytes
    summary: str = field(repr=False)
    further: JSONObject = field(default_factory=dict, repr=False)

    def encode(self) -> bytes:
        """The card's JSON, with spaces behind it up to the padded size: its length tells a class, no more."""
        content = dump_json(
            {
                **self.further,
                "v": _VERSION,
                "case": self.case,
                "channel": self.channel,
                "reporter_key": b64encode(self.reporter_key),
                "reporter_sha256": b64encode(self.reporter_sha256),
                "epoch": self.epoch,
                "epoch_sha256": b64encode(self.epoch_sha256),
                "summary": self.summary,
            }
        )
        return content.ljust(padme(max(len(content), _FLOOR)))

    def seal(self, vault_key: bytes, member: str) -> bytes:
        """The card under the vault's key."""
        return vaults.seal_card(self.encode(), vault_key, member, self.case)


def open_card(sealed: JSON, vault_key: bytes, member: str, case: str) -> Card | None:
    """A card from its base64; None where there is none, or one that this program cannot read.

    A card that does not open is none: it is written anew from the case itself.
    """
    try:
        content = vaults.open_card(b64decode(sealed), vault_key, member, case)
        return _parse(content) if sealed is not None else None
    except ProtocolError:
        return None


def _parse(data: bytes) -> Card:
    content = parse_json_object(data, limit=vaults.MAX_CARD)
    version = content.get("v")
    if version not in (_VERSION, _WITH_RECIPIENT):
        raise Malformed(N_("This card is of another version."))
    return Card(
        case=check_text(content.get("case")),
        channel=check_text(content.get("channel")),
        reporter_key=b64decode(content.get("reporter_key"), length=32),
        reporter_sha256=(
            b64decode(content.get("reporter_sha256"), length=32)
            if version == _VERSION
            else sha256(check_text(content.get("reporter_recipient")).encode())
        ),
        epoch=check_integer(content.get("epoch"), 0, MAX_EPOCHS - 1),
        epoch_sha256=b64decode(content.get("epoch_sha256"), length=32),
        summary=check_text(content.get("summary")),
        further={name: value for name, value in content.items() if name not in _OWN},
    )


def card_of(view: CaseView, before: Card | None = None) -> Card | None:
    """The card of a case in order; None for one whose first entry or chain is missing or broken.

    What other clients kept in the card ``before`` stays.
    """
    if view.first is None or view.first.first is None or view.chain is None or view.chain.broken or view.warnings:
        return None
    return Card(
        case=view.case,
        channel=view.channel,
        reporter_key=view.reporter_key,
        reporter_sha256=sha256(str(view.first.first.recipient).encode()),
        epoch=view.chain.last.number,
        epoch_sha256=view.chain.last.sha256,
        summary=_summary(view.first.body),
        further=before.further if before else {},
    )


def _summary(body: object) -> str:
    answers = body.get("answers") if isinstance(body, dict) else None
    texts = [value for value in answers.values() if isinstance(value, str)] if isinstance(answers, dict) else []
    account = answers.get("account") if isinstance(answers, dict) else None
    text = account if isinstance(account, str) else max(texts, key=len, default="")
    return " ".join(text.split())[:_SUMMARY]


def check_against(view: CaseView, card: Card) -> bool:
    """Hold a case against its card; whether the server withholds epochs that this device has seen.

    :raises NotAuthentic: other keys of the reporter, or another history of who holds the case
    """
    if view.chain is None:
        return False
    if card.case != view.case or card.reporter_key != view.reporter_key:
        raise NotAuthentic(N_("The server shows another case than before under this id."))
    first = view.first.first if view.first is not None else None
    if first is not None and sha256(str(first.recipient).encode()) != card.reporter_sha256:
        raise NotAuthentic(N_("The server shows another case than before under this id."))
    if len(view.chain.epochs) <= card.epoch:
        return True
    if view.chain.epochs[card.epoch].sha256 != card.epoch_sha256:
        raise NotAuthentic(N_("The server shows another history of who holds this case than before."))
    return False

"""What the page of a practice site shows: accounts to sign in with, and receipt codes of the made-up cases.

Both are secrets anywhere else. Here they lie in a file of the data folder that ``reporting practice`` writes last::

    {"format": "reporting/practice/v1", "desk": "https://…",
     "accounts": [{"name": "intake", "roles": ["intake"], "passphrase": "…"}, …],
     "receipts": [{"sample": "1-road", "language": "en", "groups": ["0123", …]}, …]}

No site but one for practice reads it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from reporting.config import ConfigurationError
from reporting.i18n import gettext as _
from reporting.practice.samples import Sample, samples
from reporting.protocol.encoding import JSONObject, dump_json, parse_json_object
from reporting.protocol.errors import ProtocolError
from reporting.protocol.receipt import ReceiptCode
from reporting.service import Service

SHOWN = "practice.json"
_FORMAT = "reporting/practice/v1"
_MAX_FILE = 262_144


@dataclass(frozen=True)
class PracticeAccount:
    """Somebody whose part can be played."""

    name: str
    roles: tuple[str, ...]
    passphrase: str


@dataclass(frozen=True)
class PracticeReceipt:
    """The receipt code of a made-up case, which was told in ``language``."""

    sample: Sample
    language: str
    code: ReceiptCode


@dataclass(frozen=True)
class Shown:
    """All that the page shows. ``accounts`` is empty where the operator hands them out otherwise."""

    desk: str
    accounts: tuple[PracticeAccount, ...]
    receipts: tuple[PracticeReceipt, ...]


def encode_shown(desk: str, accounts: Iterable[PracticeAccount], receipts: Iterable[PracticeReceipt]) -> bytes:
    """The file's bytes."""
    return dump_json(
        {
            "format": _FORMAT,
            "desk": desk,
            "accounts": [
                {"name": one.name, "roles": list(one.roles), "passphrase": one.passphrase} for one in accounts
            ],
            "receipts": [
                {"sample": one.sample.name, "language": one.language, "groups": one.code.groups()} for one in receipts
            ],
        }
    )


def read_shown(service: Service) -> Shown | None:
    """What a practice site shows; None for any other site, and while the made-up cases are still being filed.

    :raises ConfigurationError: the file is damaged
    """
    path = service.settings.data / SHOWN
    return read_file(path) if service.for_practice and path.exists() else None


def read_file(path: Path) -> Shown:
    """The file's content.

    :raises ConfigurationError: it is damaged
    """
    try:
        content = parse_json_object(path.read_bytes(), limit=_MAX_FILE)
        accounts = (PracticeAccount(one["name"], tuple(one["roles"]), one["passphrase"]) for one in content["accounts"])
        return Shown(str(content["desk"]), tuple(accounts), tuple(_receipts(content["receipts"])))
    except (ProtocolError, KeyError, TypeError) as error:
        raise ConfigurationError(
            _("The file {path} is damaged: run “reporting practice --fresh”.", path=path)
        ) from error


def _receipts(rows: Iterable[JSONObject]) -> Iterator[PracticeReceipt]:
    known = {sample.name: sample for sample in samples()}
    for row in rows:
        # A newer release may have other made-up cases: what was filed before stays, but has no title any more.
        if (sample := known.get(row["sample"])) is not None:
            yield PracticeReceipt(sample, row["language"], ReceiptCode.parse(" ".join(row["groups"])))

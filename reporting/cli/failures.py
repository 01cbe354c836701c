"""What a command says when it fails: one sentence on standard error, and an exit status.

===  ==========================================================================================
1    refused: what was asked for is not allowed, not there, or not in order
2    used wrongly: arguments or settings
3    unreachable: the server or the database does not answer
4    not authentic: a signature, a hash or a binding does not hold; nothing was accepted
===  ==========================================================================================

No traceback, and nothing of what was typed or opened: an error that nobody foresaw is told by its kind
and the place in the program alone.
"""

from __future__ import annotations

import sys
import traceback
from pathlib import Path

import click

from reporting.cli.showing import warn
from reporting.config import ConfigurationError
from reporting.errors import ServiceError, Unavailable
from reporting.i18n import gettext as _
from reporting.i18n import message
from reporting.protocol.errors import NotAuthentic, ProtocolError

REFUSED, USAGE, UNREACHABLE, NOT_AUTHENTIC = 1, 2, 3, 4


class CommandFailed(click.ClickException):
    """A sentence for the person at the terminal, already translated, and the exit status."""

    def __init__(self, sentence: str, status: int = REFUSED) -> None:
        super().__init__(sentence)
        self.status = status

    @property
    def exit_code(self) -> int:  # type: ignore[override]  # click has one status for each class
        """What the process ends with."""
        return self.status

    def show(self, file: object = None) -> None:
        """The sentence on standard error."""
        del file
        warn(self.message)


def explained(error: Exception) -> CommandFailed:
    """The sentence and status for whatever a command raised."""
    for judge in (_known, _told_by_client, _system):
        if (told := judge(error)) is not None:
            return told
    return CommandFailed(_unforeseen(error))


def _known(error: Exception) -> CommandFailed | None:
    match error:
        case CommandFailed():
            return error
        case ConfigurationError():
            return CommandFailed(str(error), USAGE)
        case ServiceError():
            return CommandFailed(_with_field(error), _service_status(error))
        case ProtocolError():
            return CommandFailed(_with_field(error), NOT_AUTHENTIC if isinstance(error, NotAuthentic) else REFUSED)
    return None


def _system(error: Exception) -> CommandFailed | None:
    if isinstance(error, OSError):
        return CommandFailed(_file_sentence(error))
    # Looked up where it was loaded, so that a reporter's command need not load it.
    database = sys.modules.get("sqlalchemy.exc")
    if database is not None and isinstance(error, database.SQLAlchemyError):
        return CommandFailed(_("The database cannot be used: is it running, and set up by this version?"), UNREACHABLE)
    return None


def _service_status(error: ServiceError) -> int:
    if isinstance(error.__cause__, NotAuthentic):
        return NOT_AUTHENTIC
    return UNREACHABLE if isinstance(error, Unavailable) else REFUSED


def _with_field(error: ServiceError | ProtocolError) -> str:
    if not error.pointer:
        return message(error)
    return _("{field}: {sentence}", field=error.pointer.strip("/"), sentence=message(error))


def _told_by_client(error: Exception) -> CommandFailed | None:
    # Only where the terminal's client was loaded can its errors have been raised.
    client = sys.modules.get("reporting.client.errors")
    if client is None or not isinstance(error, client.ClientError):
        return None
    return CommandFailed(message(error), int(error.exit_status))


def _file_sentence(error: OSError) -> str:
    if error.filename is None:
        return _("The system refuses: {reason}.", reason=error.strerror or type(error).__name__)
    return _("{path}: {reason}.", path=error.filename, reason=error.strerror)


def _unforeseen(error: Exception) -> str:
    frame = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{Path(frame.filename).name}:{frame.lineno}"
    return _(
        "The program itself failed ({kind} at {place}); please report this to its makers.",
        kind=type(error).__name__,
        place=place,
    )

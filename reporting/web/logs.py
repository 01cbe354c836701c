"""Logs that say what failed and where in the code, and nothing about who or what.

No address, agent, body, path parameter, exception message or local variable is ever written, and no
time finer than a day: a log that survives must not tell when a reporter was here.
"""

from __future__ import annotations

import logging
import sys
import time
from pathlib import Path

DAY_ONLY = "%Y-%m-%d"
_PACKAGE = Path(__file__).resolve().parent.parent


def place_of(error: BaseException) -> str:
    """Module and line of our own code in which ``error`` was raised, or of any code where none is ours."""
    place = "unknown"
    trace = error.__traceback__
    while trace is not None:
        path = Path(trace.tb_frame.f_code.co_filename)
        if path.is_relative_to(_PACKAGE):
            place = f"reporting/{path.relative_to(_PACKAGE)}:{trace.tb_lineno}"
        elif place == "unknown":
            place = f"{path.name}:{trace.tb_lineno}"
        trace = trace.tb_next
    return place


class Scrubber(logging.Formatter):
    """Formats a record as level and message template; of an exception, its class and place alone."""

    converter = staticmethod(time.gmtime)  # days are UTC days everywhere, whatever the machine's own time is

    def __init__(self, *, trusted: bool = False) -> None:
        """:param trusted: messages of our own, whose arguments are safe by construction"""
        super().__init__("%(asctime)s %(levelname)s %(message)s", DAY_ONLY)
        self._trusted = trusted

    def format(self, record: logging.LogRecord) -> str:
        message = record.getMessage() if self._trusted or record.levelno < logging.WARNING else _template(record)
        if record.exc_info and record.exc_info[1] is not None:
            error = record.exc_info[1]
            message = f"{message} [{type(error).__name__} at {place_of(error)}]"
        return f"{self.formatTime(record, DAY_ONLY)} {record.levelname} {message}"


def _template(record: logging.LogRecord) -> str:
    """The message without its arguments; a message that was formatted beforehand is withheld."""
    text = str(record.msg)
    return text if record.args else f"message withheld ({record.module}:{record.lineno})"


def install() -> None:
    """Send our own log to standard error, in this form. What cannot be written there is lost, and told nowhere else."""
    logging.raiseExceptions = False  # else Python prints the failure with the error that was to be logged, in full
    log = logging.getLogger("reporting")
    if not log.handlers:
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(Scrubber(trusted=True))
        log.addHandler(handler)
        log.setLevel(logging.INFO)
        log.propagate = False

"""Handing one mail to the mail server: verified, within a time, and with a failure that is one word."""

from __future__ import annotations

import contextlib
import smtplib
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from reporting.config import ConfigurationError, Settings, read_text_secret

#: Why a mail was not taken. The server's own words are not kept: they may hold addresses.
UNREACHABLE, CERTIFICATE, SIGN_IN = "unreachable", "certificate", "sign-in"
SENDER, SERVER, RECIPIENT, MESSAGE = "sender", "server", "recipient", "message"
_FOR_GOOD = 500
_IN_ALL = 4  # times the time for one answer: for a whole mail, however slowly each answer drips


class NotTaken(Exception):
    """The server did not take a mail.

    ``final``: it will not take it later either. ``alone``: the fault is this mail's; others may fare better.
    """

    def __init__(self, reason: str, code: int = 0) -> None:
        """:param code: the server's answer, where it is about this mail (RFC 5321 section 4.2.1: 5xx is for good)"""
        self.reason = reason
        self.alone = code > 0
        self.final = code >= _FOR_GOOD
        super().__init__(reason)


class _Limited(smtplib.SMTP):
    """A connection that is cut once all of it has taken too long."""

    _timer: threading.Timer | None = None

    def connect(self, host: str = "localhost", port: int = 0, source_address: Any = None) -> tuple[int, bytes]:
        """Connect, and begin to count."""
        self._timer = threading.Timer(float(self.timeout) * _IN_ALL, self._cut)
        self._timer.daemon = True
        self._timer.start()
        return super().connect(host, port, source_address)

    def _cut(self) -> None:
        if self.sock is not None:
            with contextlib.suppress(OSError):  # it has ended by itself
                self.sock.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Close, and count no further."""
        if self._timer is not None:
            self._timer.cancel()
        super().close()


class _LimitedTls(_Limited, smtplib.SMTP_SSL):
    """The same, protected from the first byte on."""


def deliver(settings: Settings, message: EmailMessage) -> None:
    """Hand a mail to the server, once.

    :raises NotTaken: it was not taken, or nobody knows
    """
    with _told_apart(), _connected(settings) as server:
        server.send_message(message)


@contextmanager
def _connected(settings: Settings) -> Iterator[smtplib.SMTP]:
    # Named after the sender's domain: the name of this machine is nobody's business, and asking for it takes time.
    options: dict[str, Any] = {
        "local_hostname": settings.smtp_from.rpartition("@")[2],
        "timeout": settings.smtp_timeout,
    }
    if settings.smtp_security == "tls":
        server: smtplib.SMTP = _LimitedTls(settings.smtp_host, settings.smtp_port, context=_tls(settings), **options)
    else:
        server = _Limited(settings.smtp_host, settings.smtp_port, **options)
    try:
        if settings.smtp_security == "starttls":
            server.starttls(context=_tls(settings))  # fails where the server, or somebody between, does not offer it
        if settings.smtp_user:
            server.login(settings.smtp_user, _password(settings))
        yield server
        with contextlib.suppress(OSError):  # smtplib's errors among them: the mail was taken before
            server.quit()
    finally:
        server.close()


def _tls(settings: Settings) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=settings.smtp_ca_file or None)
    except OSError:  # no such file, or none of certificates
        raise NotTaken(CERTIFICATE) from None


def _password(settings: Settings) -> str:
    return read_text_secret(Path(settings.smtp_password_file))


@contextmanager
def _told_apart() -> Iterator[None]:
    """Turn what can go wrong into :class:`NotTaken`, without the server's words."""
    try:
        yield
    except smtplib.SMTPRecipientsRefused as error:
        raise NotTaken(RECIPIENT, min(code for code, _words in error.recipients.values())) from None
    except smtplib.SMTPDataError as error:
        raise NotTaken(MESSAGE, error.smtp_code) from None
    except smtplib.SMTPSenderRefused:
        raise NotTaken(SENDER) from None
    except (smtplib.SMTPAuthenticationError, ConfigurationError):
        raise NotTaken(SIGN_IN) from None
    except (ssl.SSLError, smtplib.SMTPNotSupportedError):
        raise NotTaken(CERTIFICATE) from None
    except smtplib.SMTPServerDisconnected:
        raise NotTaken(UNREACHABLE) from None
    except smtplib.SMTPException:
        raise NotTaken(SERVER) from None
    except OSError:  # last: smtplib's errors are some of these
        raise NotTaken(UNREACHABLE) from None

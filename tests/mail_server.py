"""A real mail server in this process, aiosmtpd, that keeps what it takes and can be made slow, refusing or broken."""

from __future__ import annotations

import asyncio
import contextlib
import datetime
import json
import ssl
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope
from aiosmtpd.smtp import Session as SmtpSession
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

USER, PASSWORD = "notices", "correct horse"


@dataclass
class MailServer:
    """What arrived, ``raw`` as it came, and how the server behaves.

    ``refuse`` has answers by recipient; ``delay`` in seconds.
    """

    port: int = 0
    taken: list[tuple[str, EmailMessage]] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    greetings: list[str] = field(default_factory=list)
    refuse: dict[str, str] = field(default_factory=dict)
    refuse_data: str = ""
    delay: float = 0
    protected: list[bool] = field(default_factory=list)

    async def handle_EHLO(  # noqa: N802 -- aiosmtpd's name
        self, server: SMTP, session: SmtpSession, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        """Remember what the client calls itself."""
        session.host_name = hostname
        self.greetings.append(hostname)
        return responses

    async def handle_RCPT(  # noqa: N802 -- aiosmtpd's name
        self, server: SMTP, session: SmtpSession, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take a recipient, or not."""
        await asyncio.sleep(self.delay)
        if address in self.refuse:
            return self.refuse[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: SmtpSession, envelope: Envelope) -> str:  # noqa: N802 -- same
        """Keep a mail."""
        if self.refuse_data:
            return self.refuse_data
        content = envelope.content
        assert isinstance(content, bytes)
        self.protected.append(session.ssl is not None)
        self.raw.append(content)
        message = BytesParser(policy=default).parsebytes(content)
        self.taken += [(to, message) for to in envelope.rcpt_tos]
        return "250 OK"

    def to(self, address: str) -> list[EmailMessage]:
        """What an address got."""
        return [message for to, message in self.taken if to == address]


def make_certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1 that signs itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=30))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    certificate, secret = folder / "mail.pem", folder / "mail.key"
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    form = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    secret.write_bytes(key.private_bytes(serialization.Encoding.PEM, *form))
    return certificate, secret


@contextlib.contextmanager
def mail_server(
    security: str = "none", certificate: tuple[Path, Path] | None = None, found: MailServer | None = None
) -> Iterator[MailServer]:
    """A server for the block; with ``starttls`` or ``tls`` it wants a sign-in besides."""
    found = found or MailServer()
    context = None
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*certificate)
    loop = asyncio.new_event_loop()

    def make() -> SMTP:
        options: dict[str, Any] = {"loop": loop, "hostname": "mail"}
        if security != "none":
            protected_later = security == "starttls"  # where it is from the first byte on, aiosmtpd does not know
            options |= {
                "authenticator": _sign_in,
                "auth_required": protected_later,
                "auth_require_tls": protected_later,
            }
        if security == "starttls":
            options |= {"tls_context": context, "require_starttls": True}
        return SMTP(found, **options)

    wrapped = context if security == "tls" else None
    listening = loop.run_until_complete(loop.create_server(make, "127.0.0.1", 0, ssl=wrapped))
    found.port = listening.sockets[0].getsockname()[1]
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield found
    finally:
        asyncio.run_coroutine_threadsafe(_end(listening), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


def _sign_in(server: SMTP, session: SmtpSession, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
    right = data.login == USER.encode() and data.password == PASSWORD.encode()
    return AuthResult(success=right, handled=right)


async def _end(listening: asyncio.Server) -> None:
    listening.close()
    tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def main() -> None:
    """Print the port, then the text of each mail, as a line of JSON each, until the input ends."""

    class Printing(MailServer):
        async def handle_DATA(  # noqa: N802 -- same
            self, server: SMTP, session: SmtpSession, envelope: Envelope
        ) -> str:
            answer = await super().handle_DATA(server, session, envelope)
            part = self.taken[-1][1].get_body(("plain",))
            print(json.dumps(part.get_content() if part else ""), flush=True)
            return answer

    with mail_server(found=Printing()) as server:
        print(server.port, flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()

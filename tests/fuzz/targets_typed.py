"""What people type, and what short strings come over the wire."""

from __future__ import annotations

from reporting.protocol import challenge, encoding, receipt
from reporting.protocol.directory import check_origin, fingerprint
from reporting.protocol.errors import ReceiptError
from reporting.protocol.receipt import ReceiptCode
from tests.fuzz import samples
from tests.fuzz.registry import target, text_of

KEY = b"k" * 32
LANGUAGES = ("en", "fr", "ja", "es", "xx")


def codes() -> list[bytes]:
    """One receipt code in all its forms, and the fingerprint."""
    words = [" ".join(samples.RECEIPT.words(language)).encode() for language in ("en", "fr", "ja")]
    groups = samples.RECEIPT.groups()
    arabic = "".join(chr(0x660 + int(digit)) for digit in "".join(groups))
    return [
        *words,
        " ".join(groups).encode(),
        "-".join(groups).encode(),
        arabic.encode(),
        fingerprint(samples.ROOT.public).encode(),
    ]


@target("receipt", seeds=codes, longest=600, words=(*samples.RECEIPT.words(), *samples.RECEIPT.groups()))
def receipt_code(data: bytes) -> None:
    text = text_of(data[1:])
    language = LANGUAGES[data[0] % len(LANGUAGES)] if data else "en"
    try:
        code = ReceiptCode.parse(text, language)
    except ReceiptError:
        # A mistyped code is told apart from everything else.
        return
    assert ReceiptCode.parse(" ".join(code.words())) == code
    assert ReceiptCode.parse(" ".join(code.groups())) == code


@target("receipt-completion", longest=40)
def completion(data: bytes) -> None:
    assert len(receipt.complete(text_of(data))) <= 8


@target("challenge", seeds=lambda: [challenge.issue(KEY, 1_800_000_000, 0).encode() + b"\n12"], longest=400)
def solved_challenge(data: bytes) -> None:
    text, _, nonce = text_of(data).partition("\n")
    challenge.check(KEY, text, nonce)


@target("challenge-behind-the-mac", seeds=lambda: [b"v1.1800000000.0." + b"0" * 32 + b"\n12"], longest=400)
def genuine_challenge(data: bytes) -> None:
    body, _, nonce = data.decode("ascii", "ignore").partition("\n")
    challenge.check(KEY, f"{body}.{challenge._mac(KEY, body)}", nonce)


@target("base64", seeds=lambda: [b"AAAA", b"AA==", b"AAA="], longest=64)
def base64(data: bytes) -> None:
    text = text_of(data)
    assert encoding.b64encode(encoding.b64decode(text)) == text


@target("ids", seeds=lambda: [b"m-1", b"0" * 32], longest=64)
def ids(data: bytes) -> None:
    text = text_of(data)
    if encoding.is_id(text) or encoding.is_hex32(text):
        assert text.isascii()
        assert text.lower() == text


@target("origin", seeds=lambda: [b"report.example.org:8000/path"], longest=300)
def origin(data: bytes) -> None:
    assert check_origin(text_of(data)).isascii()


@target("day", seeds=lambda: [b"2026-02-28"], longest=16)
def day(data: bytes) -> None:
    text = text_of(data)
    assert encoding.parse_day(text).isoformat() == text


@target("bidirectional-text", seeds=lambda: ["report\u202efdp.exe".encode()], longest=100)
def bidirectional_text(data: bytes) -> None:
    assert "\u202e" not in encoding.visible_bidi(text_of(data))

"""The text form of an age file: strict PEM (c2sp.org/age, section "ASCII armor")."""

from __future__ import annotations

import binascii

from reporting.protocol.errors import ArmorFailure, N_

BEGIN = b"-----BEGIN AGE ENCRYPTED FILE-----"
END = b"-----END AGE ENCRYPTED FILE-----"

_COLUMNS = 64
_DAMAGED = N_("The text form of this sealed file is damaged.")


def armor(sealed: bytes) -> str:
    """``sealed`` as text in lines of 64 columns, with a final newline."""
    text = binascii.b2a_base64(sealed, newline=False)
    lines = [text[start : start + _COLUMNS] for start in range(0, len(text), _COLUMNS)]
    return b"\n".join([BEGIN, *lines, END, b""]).decode("ascii")


def dearmor(text: str | bytes) -> bytes:
    """The age file in ``text``. White space around it and CRLF line ends are accepted.

    :raises ArmorFailure: anything else that :func:`armor` does not write
    """
    try:
        data = text.encode("ascii") if isinstance(text, str) else text
    except UnicodeEncodeError:
        raise ArmorFailure(_DAMAGED) from None
    lines = data.strip(b" \t\r\n\v\f").replace(b"\r\n", b"\n").split(b"\n")
    if len(lines) < 2 or lines[0] != BEGIN or lines[-1] != END:
        raise ArmorFailure(_DAMAGED)
    body = lines[1:-1]
    if any(len(line) != _COLUMNS for line in body[:-1]) or (body and not 0 < len(body[-1]) <= _COLUMNS):
        raise ArmorFailure(_DAMAGED)
    return _decode(b"".join(body))


def _decode(text: bytes) -> bytes:
    try:
        sealed = binascii.a2b_base64(text)
    except binascii.Error:
        raise ArmorFailure(_DAMAGED) from None
    # The decoder skips what it does not know; only what encodes back to itself is canonical.
    if binascii.b2a_base64(sealed, newline=False) != text:
        raise ArmorFailure(_DAMAGED)
    return sealed

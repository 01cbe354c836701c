"""Strict encodings: base64, I-JSON (RFC 7493), days, ids.

One value has one encoding. What another reader could understand differently is refused here,
before any other module looks at it.
"""

from __future__ import annotations

import base64
import binascii
import datetime
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, NoReturn, TypeAlias

from reporting.protocol.errors import Malformed, N_

JSON: TypeAlias = Any
JSONObject: TypeAlias = dict[str, Any]

MAX_DEPTH = 16
MAX_INTEGER = 2**53 - 1  # RFC 7493 section 2.2

_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,31}", re.ASCII)
_HEX32 = re.compile(r"[0-9a-f]{32}", re.ASCII)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_RESERVED_IDS = frozenset({"reporter", "server"})
# Unicode 15, Bidi_Control
_BIDI_CONTROLS = dict.fromkeys([0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)])


def sha256(data: bytes) -> bytes:
    """SHA-256 of ``data``, 32 bytes."""
    return hashlib.sha256(data).digest()


def b64encode(data: bytes) -> str:
    """Canonical padded base64 (RFC 4648 section 4)."""
    return base64.b64encode(data).decode("ascii")


def b64decode(text: object, *, length: int | None = None, pointer: str = "") -> bytes:
    """Bytes from canonical padded base64, of exactly ``length`` bytes where one is named.

    :raises Malformed: other alphabets, white space, missing padding, non-zero spare bits
    """
    if not isinstance(text, str):
        raise Malformed(N_("This must be text in base64."), pointer=pointer)
    try:
        data = binascii.a2b_base64(text.encode("ascii"), strict_mode=True)
    except (binascii.Error, UnicodeEncodeError):
        raise Malformed(N_("This is not canonical base64."), pointer=pointer) from None
    if b64encode(data) != text:
        raise Malformed(N_("This is not canonical base64."), pointer=pointer)
    if length is not None and len(data) != length:
        raise Malformed(
            N_("This must hold {expected} bytes, not {found}."), pointer=pointer, expected=length, found=len(data)
        )
    return data


def _unique(pairs: list[tuple[str, Any]]) -> JSONObject:
    found: JSONObject = {}
    for name, value in pairs:
        if name in found:
            raise Malformed(N_("A JSON object names the same member twice."))
        found[name] = value
    return found


def _integer(text: str) -> int:
    # Longer than any allowed integer: refused before Python converts it.
    if len(text) > 17 or abs(int(text)) > MAX_INTEGER:
        raise Malformed(N_("A JSON number is too large."))
    return int(text)


def _float(text: str) -> float:
    value = float(text)
    if not abs(value) <= MAX_INTEGER:
        raise Malformed(N_("A JSON number is too large."))
    return value


def _constant(_text: str) -> NoReturn:
    raise Malformed(N_("This is not valid JSON."))


_DECODER = json.JSONDecoder(
    object_pairs_hook=_unique, parse_int=_integer, parse_float=_float, parse_constant=_constant, strict=True
)
# An unterminated string matches to the end, so that no input makes the scan start over.
_BRACKETS = re.compile(r'"(?:[^"\\]|\\.)*+(?:"|\\?\Z)|[\[\]{}]', re.DOTALL)


def _check_depth(text: str) -> None:
    if text.count("[") + text.count("{") <= MAX_DEPTH:
        return  # too few to be nested too deeply, wherever they stand
    depth = 0
    for match in _BRACKETS.finditer(text):
        mark = match.group()
        if mark in ("[", "{"):
            depth += 1
            if depth > MAX_DEPTH:
                raise Malformed(N_("This JSON is nested too deeply."))
        elif mark in ("]", "}"):
            depth -= 1


def _has_surrogate(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return True
    return False


def _check_surrogates(value: JSON) -> None:
    # Only an escaped surrogate can be lone: the bytes themselves were decoded strictly.
    if isinstance(value, str):
        if _has_surrogate(value):
            raise Malformed(N_("This JSON holds half of a character."))
    elif isinstance(value, Mapping):
        for name, member in value.items():
            _check_surrogates(name)
            _check_surrogates(member)
    elif isinstance(value, Sequence):
        for member in value:
            _check_surrogates(member)


def parse_json(data: bytes, *, limit: int) -> JSON:
    """One I-JSON value (RFC 7493) from at most ``limit`` bytes of UTF-8.

    :raises Malformed: too long, not UTF-8, a byte order mark, not JSON, trailing data, a member
        named twice, a lone surrogate, deeper than 16 levels, a number beyond ±(2^53-1)
    """
    if len(data) > limit:
        raise Malformed(N_("This is longer than {limit} bytes."), limit=limit)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        raise Malformed(N_("This is not UTF-8 text.")) from None
    _check_depth(text)
    body = text.strip(" \t\r\n")
    try:
        value, end = _DECODER.raw_decode(body)
    except (ValueError, RecursionError):
        raise Malformed(N_("This is not valid JSON.")) from None
    if end != len(body):
        raise Malformed(N_("This is not valid JSON."))
    if "\\u" in text:
        _check_surrogates(value)
    return value


def parse_json_object(data: bytes, *, limit: int) -> JSONObject:
    """Like :func:`parse_json`, for a JSON object.

    :raises Malformed: as there, and for any other kind of value
    """
    value = parse_json(data, limit=limit)
    if not isinstance(value, dict):
        raise Malformed(N_("This must be a JSON object."))
    return value


def dump_json(value: JSON) -> bytes:
    """Compact JSON in UTF-8, without ``\\u`` escapes for what UTF-8 can carry, on one line.

    :raises Malformed: half of a character, as a terminal may give for bytes that are no text
    """
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError:
        raise Malformed(N_("This text holds half of a character.")) from None


def parse_day(text: object, *, pointer: str = "") -> datetime.date:
    """A UTC day from ``YYYY-MM-DD`` and nothing else.

    :raises Malformed: any other form, or a day that does not exist
    """
    if isinstance(text, str) and _DAY.fullmatch(text):
        try:
            return datetime.date.fromisoformat(text)
        except ValueError:
            pass
    raise Malformed(N_("This must be a day in the form YYYY-MM-DD."), pointer=pointer)


def is_id(text: object) -> bool:
    """Whether ``text`` may be the id of a member or channel (protocol section 13)."""
    return isinstance(text, str) and _ID.fullmatch(text) is not None and text not in _RESERVED_IDS


def is_hex32(text: object) -> bool:
    """Whether ``text`` is 32 lowercase hex digits, as case and entry ids are."""
    return isinstance(text, str) and _HEX32.fullmatch(text) is not None


def check_text(value: object, *, pointer: str = "", limit: int | None = None) -> str:
    """``value`` as text of at most ``limit`` UTF-8 bytes.

    :raises Malformed: anything else
    """
    if not isinstance(value, str):
        raise Malformed(N_("This must be text."), pointer=pointer)
    if limit is not None and len(value.encode("utf-8", "surrogatepass")) > limit:
        raise Malformed(N_("This is longer than {limit} bytes."), pointer=pointer, limit=limit)
    return value


def check_integer(value: object, low: int, high: int, *, pointer: str = "") -> int:
    """``value`` as a whole number from ``low`` to ``high``; ``true`` is not a number.

    :raises Malformed: anything else
    """
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise Malformed(N_("This must be a whole number from {low} to {high}."), pointer=pointer, low=low, high=high)
    return value


def visible_bidi(text: str) -> str:
    """``text`` with bidirectional controls made visible, as ``⟨U+202E⟩``: for names of files and people."""
    return "".join(f"⟨U+{ord(c):04X}⟩" if ord(c) in _BIDI_CONTROLS else c for c in text)

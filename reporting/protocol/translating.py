"""Translations for the team: of which entry, into which language, made by whom or what, and whether checked (8.11)."""

from __future__ import annotations

import re
from collections.abc import Mapping

from reporting.protocol.encoding import JSON, b64decode, check_text, is_hex32
from reporting.protocol.entry import Entry
from reporting.protocol.errors import Malformed, N_

#: Who made it: whoever signs answers for either.
PERSON, PROGRAM = MAKERS = ("person", "program")
_MAX_TEXT = 16_384  # an entry holds no more
_BLANK = " \t\r\n"
# A language tag of RFC 5646, by its shape.
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}", re.ASCII)


def check_translation(entry: Entry) -> None:
    """Whether a translation says what belongs in it. Other entries pass.

    :raises Malformed: something is missing or of another form
    """
    if entry.kind == "translation":
        check_body(entry.body)


def check_body(body: Mapping[str, JSON]) -> None:
    """The same of a body alone: ``of`` is the original's JSON id, ``sha256`` the hash of its sealed bytes.

    :raises Malformed: something is missing or of another form
    """
    if not is_hex32(body.get("of")):
        raise Malformed(N_("This must be 32 hexadecimal digits."), pointer="/of")
    b64decode(body.get("sha256"), length=32, pointer="/sha256")
    language = body.get("language")
    if not isinstance(language, str) or _LANGUAGE.fullmatch(language) is None:
        raise Malformed(N_("This must be the code of a language, as in en or zh-Hant."), pointer="/language")
    if check_text(body.get("text"), pointer="/text", limit=_MAX_TEXT).strip(_BLANK) == "":
        raise Malformed(N_("There is nothing to send."), pointer="/text")
    if body.get("by") not in MAKERS:
        raise Malformed(N_("This is not one of the choices."), pointer="/by")
    if not isinstance(body.get("checked"), bool):
        raise Malformed(N_("This must be true or false."), pointer="/checked")

"""JSON for scripts, harmless to a terminal that it may be printed on all the same."""

from __future__ import annotations

import json
import re

import click

from reporting.protocol.encoding import JSON

# What JSON itself leaves as it is: DEL, C1 controls, controls of direction, line separators, lone surrogates.
_UNSAFE = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def print_json(value: JSON) -> None:
    """One JSON value on standard output, with escapes for whatever a terminal might obey."""
    text = json.dumps(value, ensure_ascii=False, indent=2)
    click.echo(_UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", text))

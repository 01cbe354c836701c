"""What commands print: sentences in which nothing that others wrote can move the cursor or hide itself."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence

import click

from reporting.protocol.encoding import visible_bidi


def shown(text: str) -> str:
    """``text`` with bidirectional and every other control character made visible."""
    return "".join(
        f"⟨U+{ord(c):04X}⟩" if unicodedata.category(c) in ("Cc", "Zl", "Zp", "Cs") else c for c in visible_bidi(text)
    )


def say(sentence: str = "") -> None:
    """One line on standard output."""
    click.echo(shown(sentence))


def warn(sentence: str) -> None:
    """One line on standard error."""
    click.echo(shown(sentence), err=True)


def say_list(sentences: Iterable[str]) -> None:
    """One line for each, as a list."""
    for sentence in sentences:
        click.echo(f"  • {shown(sentence)}")


def say_table(rows: Sequence[Sequence[str]]) -> None:
    """Columns as wide as their longest cell; the last one is not filled up."""
    widths = [max(len(shown(row[column])) for row in rows) for column in range(len(rows[0]))] if rows else []
    for row in rows:
        cells = [shown(cell).ljust(width) for cell, width in zip(row, widths, strict=True)]
        click.echo("  ".join(cells).rstrip())

"""What no server may hold: the words of reports and receipts, in every form in which they might lie about."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from reporting.protocol.receipt import ReceiptCode
from tests.system.scanning import forms

_WINDOW = 4


class Secrets:
    """Byte strings to look for, each under the name of the secret that it is a form of."""

    def __init__(self) -> None:
        self._names: dict[bytes, str] = {}

    @property
    def needles(self) -> set[bytes]:
        """What to look for."""
        return set(self._names)

    def named(self, found: Iterable[bytes]) -> list[str]:
        """The names of what was found, for people to read."""
        return sorted({self._names[needle] for needle in found})

    def add(self, name: str, *secrets: str | bytes) -> None:
        """Look for these too, in each of their forms."""
        for secret in secrets:
            self._names |= dict.fromkeys(forms(secret), name)

    def add_receipt(self, code: ReceiptCode) -> None:
        """Look for a receipt code: its bytes, its whole text, and any four words or groups in a row."""
        self.add("receipt's bytes", code.entropy)
        for parts, name in ((code.words(), "receipt's words"), (code.groups(), "receipt's digits")):
            self.add(name, " ".join(parts), "".join(parts))
            for window in _windows(parts):
                plain = (separator.join(window).encode() for separator in (" ", "-", "", ", ", '","'))
                self._names |= dict.fromkeys(plain, name)


def _windows(parts: Sequence[str]) -> list[Sequence[str]]:
    return [parts[place : place + _WINDOW] for place in range(len(parts) - _WINDOW + 1)]

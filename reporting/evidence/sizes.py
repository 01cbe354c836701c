"""Sizes: what a sealed file may measure, how many parts it has, and how much one entry may carry."""

from __future__ import annotations

from reporting.config import Settings
from reporting.protocol.age import sealed_size
from reporting.protocol.age_stream import payload_plaintext_size, sealed_payload_size
from reporting.protocol.errors import ProtocolError
from reporting.protocol.padding import padded_file_size

PART_SIZE = 1_048_576  # protocol section 13: all but the last are exactly that long
MEBIBYTE = 1 << 20
_STANZAS = (1, 2)  # the team alone, or the reporter too (protocol section 5)
_MAX_FILES = 16


def plaintext_of(sealed: int) -> int | None:
    """The padded plaintext size of a sealed file, from its length; None where no sealed file has that length."""
    for stanzas in _STANZAS:
        header = sealed_size(0, stanzas) - sealed_payload_size(0)
        try:
            size = payload_plaintext_size(sealed - header)
        except ProtocolError:
            continue
        if size == padded_file_size(size):
            return size
    return None


def part_count(size: int) -> int:
    """How many parts a sealed file has."""
    return -(-size // PART_SIZE)


def part_length(size: int, number: int) -> int:
    """How long a part of a sealed file is."""
    return min(PART_SIZE, size - number * PART_SIZE)


def file_limit(settings: Settings) -> int:
    """Bytes of the largest file, as it is before padding."""
    return settings.file_limit * MEBIBYTE


def entry_limit(settings: Settings) -> int:
    """Bytes of all files of one entry together, before padding."""
    return settings.entry_limit * MEBIBYTE


def fits_entry(settings: Settings, sealed: list[int]) -> bool:
    """Whether these sealed files may come with one entry.

    Padding hides how long they are, so the padded sizes are allowed what Padmé adds at most (an eighth), and
    the floor for each.
    """
    limit = entry_limit(settings)
    together = sum(plaintext_of(size) or size for size in sealed)
    return together <= limit + limit // 8 + _MAX_FILES * padded_file_size(0)

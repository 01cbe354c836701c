"""Hiding lengths: Padmé (Nikitin et al., *Reducing Metadata Leakage from Encrypted Files and
Communication with PURBs*, PoPETs 2019, algorithm 1), with a floor.
"""

from __future__ import annotations

from reporting.protocol.errors import Malformed, N_

ENTRY_FLOOR = 2_048
FILE_FLOOR = 65_536


def padme(length: int) -> int:
    """The smallest Padmé size, in bytes, that holds ``length`` bytes; at most 12 % more.

    :raises Malformed: a negative length
    """
    if length < 0:
        raise Malformed(N_("A length cannot be negative."))
    if length < 2:
        return length
    exponent = length.bit_length() - 1
    free_bits = exponent - exponent.bit_length()
    mask = (1 << free_bits) - 1
    return (length + mask) & ~mask


def padded_size(length: int) -> int:
    """Padded size in bytes of an entry of ``length`` bytes: Padmé with a floor of 2,048."""
    return max(ENTRY_FLOOR, padme(length))


def padded_file_size(length: int) -> int:
    """Padded size in bytes of an attachment of ``length`` bytes: Padmé with a floor of 65,536."""
    return max(FILE_FLOOR, padme(length))

"""One thing that ought to be so at an installation, and whether it is."""

from __future__ import annotations

from dataclasses import dataclass

MET, UNMET, UNKNOWN = "met", "unmet", "unknown"


@dataclass(frozen=True)
class Finding:
    """One thing that ought to be so: whether it is, and in one sentence what was found."""

    state: str
    sentence: str


def judged(is_so: bool, yes: str, no: str) -> Finding:
    """What is so, or ought to be."""
    return Finding(MET, yes) if is_so else Finding(UNMET, no)

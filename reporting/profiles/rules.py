"""Which profiles there are: those that come with the product, and the operator's own beside or instead of them.

An operator's own file is whole: it stands in place of the shipped one of its name and takes nothing from it, so that
what holds can be read in one place. Files are read once in a process; a change counts from the next start.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from reporting.errors import ProfileError, Unprocessable
from reporting.profiles.models import Profile
from reporting.profiles.reading import read_file
from reporting.protocol.errors import N_

GENERIC = "generic"
_SHIPPED = Path(__file__).resolve().parent
_NAME = re.compile(r"[a-z][a-z0-9-]{0,31}", re.ASCII)


def names(own: Path | None = None) -> tuple[str, ...]:
    """The profiles that are here, with those in the operator's folder."""
    return tuple(sorted({*_in(_SHIPPED), *_in(own)}))


def is_name(name: str) -> bool:
    """Whether a profile may be called that."""
    return bool(_NAME.fullmatch(name))


def check_known(name: str, own: Path | None = None) -> None:
    """Refuse a name that no profile here has.

    :raises Unprocessable: there is none; the sentence names those that there are
    """
    if name not in names(own):
        raise Unprocessable(
            N_("There is no such profile of deadlines; there are {names}."),
            pointer="/profile",
            values={"names": ", ".join(names(own))},
        )


def is_own(name: str, own: Path | None) -> bool:
    """Whether a profile is the operator's."""
    return name in _in(own)


@cache
def load(name: str, own: Path | None = None) -> Profile:
    """A profile by its name, the operator's first; where it is no longer here, the generic one.

    :raises ProfileError: its file has a gap, or contradicts itself
    """
    for folder in (own, _SHIPPED):
        if folder is not None and name in _in(folder):
            return read_file(folder / f"{name}.toml")
    return load(GENERIC, own)


def load_all(own: Path | None) -> tuple[Profile, ...]:
    """Every profile that is here: what a service does when it starts.

    :raises ProfileError: a file cannot be used, or its name is none
    """
    for name in _in(own):
        if not is_name(name):
            raise ProfileError(
                N_("{file}: a profile is named by small letters, digits and hyphens, as in de.toml."),
                values={"file": f"{name}.toml"},
            )
    return tuple(load(name, own) for name in names(own))


def _in(folder: Path | None) -> frozenset[str]:
    return frozenset(path.stem for path in folder.glob("*.toml")) if folder is not None else frozenset()

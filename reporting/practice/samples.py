"""The made-up cases of a practice site, one TOML file each, in every language that the product speaks.

A file says to which ``channel`` the case goes, in which ``state`` practice begins with it, the answers that are the
same in each language, a ``file``, whom the reporter shuts out, and ``steps``: what staff and reporter did since. Under
each language stand its title, answers in words, an identity, and the texts that steps name.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from reporting.protocol.encoding import JSONObject
from reporting.protocol.errors import N_

FOLDER = Path(__file__).resolve().parent / "cases"
#: In which state practice begins with a case, in words.
STATES: Mapping[str, str] = {
    "new": N_("new: nobody has looked at it"),
    "answered": N_("acknowledged: the office asked, and the reporter answered"),
    "working": N_("somebody works on it; with a file, and with an identity that only custodians open"),
    "closed": N_("closed, with what was found"),
    "protection": N_("a request for protection that officers have begun with"),
    "foreign": N_("new, and in another language than the rest"),
}
REPORTER = "reporter"


@dataclass(frozen=True)
class Step:
    """What one person did: ``by`` is a member's id or :data:`REPORTER`; ``text`` names one of the case's texts."""

    by: str
    do: str
    status: str = ""
    text: str = ""
    member: str = ""
    finding: str | None = None
    codes: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Words:
    """A case in one language."""

    title: str
    answers: Mapping[str, str]
    texts: Mapping[str, str]
    identity: JSONObject | None


@dataclass(frozen=True)
class Sample:
    """One made-up case. ``name`` is its file's; ``foreign``: told in another language than the one asked for."""

    name: str
    channel: str
    state: str
    answers: JSONObject
    steps: tuple[Step, ...]
    exclude: tuple[str, ...]
    file: tuple[str, str] | None
    foreign: bool
    words: Mapping[str, Words]

    def language(self, wanted: str) -> str:
        """The language in which the case is told where people practice in ``wanted``."""
        if not self.foreign:
            return wanted
        return "es" if wanted != "es" else "fr"

    def body(self, language: str) -> JSONObject:
        """Every answer, in a language."""
        return {**self.answers, **self.words[language].answers}


@cache
def samples() -> tuple[Sample, ...]:
    """Every made-up case, in the order of the files' names."""
    return tuple(read_sample(path) for path in sorted(FOLDER.glob("*.toml")))


def read_sample(path: Path) -> Sample:
    """The made-up case of a file.

    :raises KeyError: something is missing
    :raises TypeError: a step says what no step can
    """
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    known = ("channel", "state", "answers", "steps", "exclude", "file", "foreign")
    given = {name: content.pop(name) for name in known if name in content}
    if given["state"] not in STATES:
        raise KeyError(given["state"])
    file = given.get("file")
    return Sample(
        name=path.stem,
        channel=given["channel"],
        state=given["state"],
        answers=given["answers"],
        steps=tuple(Step(**step) for step in given.get("steps", ())),
        exclude=tuple(given.get("exclude", ())),
        file=None if file is None else (file["name"], file["content"].lstrip("\n")),
        foreign=given.get("foreign", False),
        words={language: _words(found) for language, found in content.items()},
    )


def _words(found: Mapping[str, Any]) -> Words:
    return Words(
        title=found["title"],
        answers={name: text.strip() for name, text in found["answers"].items()},
        texts={name: text.strip() for name, text in found.get("texts", {}).items()},
        identity=found.get("identity"),
    )

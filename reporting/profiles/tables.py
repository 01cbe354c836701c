"""Reading TOML strictly: what is missing, unknown or wrong is refused with file, line and key in one sentence."""

from __future__ import annotations

import datetime
import re
import tomllib
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any, NoReturn

from reporting.errors import ProfileError
from reporting.i18n import gettext as _
from reporting.protocol.errors import N_

MAX_FILE = 131_072
MAX_TEXT = 1_000
_PLACE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")

Keys = tuple[str | int, ...]


class Source:
    """One file: its text, and what it says."""

    def __init__(self, path: Path) -> None:
        """:raises ProfileError: it cannot be read, or is not TOML"""
        self.file = path.name
        try:
            with path.open("rb") as opened:
                data = opened.read(MAX_FILE + 1)
            self.text = data.decode("utf-8")
        except OSError as error:
            fault = error.strerror or type(error).__name__
            raise ProfileError(N_("{file}: {fault}."), values={"file": self.file, "fault": fault}) from None
        except UnicodeDecodeError:
            self.refuse((), N_("this is not UTF-8 text"))
        if len(data) > MAX_FILE:
            self.refuse((), N_("this file is too long"))
        try:
            self.content: dict[str, Any] = tomllib.loads(self.text)
        except tomllib.TOMLDecodeError as error:
            self._refuse_syntax(str(error))

    def top(self) -> Table:
        """The file's own keys."""
        return Table(self, (), self.content)

    def refuse(self, keys: Keys, sentence: str, **values: object) -> NoReturn:
        """Refuse the file for what stands at ``keys``.

        :raises ProfileError: always; its sentence names file and line
        """
        self._raise(self.line_of(keys), sentence, values)

    def line_of(self, keys: Keys) -> int:
        """The line on which what stands at ``keys`` begins: where the file, read up to there, has it first."""
        if not keys:
            return 1
        lines = self.text.splitlines()
        begins = 0
        for end in range(1, len(lines) + 1):
            try:
                known = tomllib.loads("\n".join(lines[:end]))
            except tomllib.TOMLDecodeError:
                continue  # within a value of several lines
            if _has(known, keys):
                return next(one + 1 for one in range(begins, end) if not _is_idle(lines[one]))
            begins = end
        return 1

    def _refuse_syntax(self, fault: str) -> NoReturn:
        found = _PLACE.search(fault)
        line = int(found[1]) if found and found[1] else self.text.count("\n") + 1
        self._raise(line, N_("this is not TOML: {fault}"), {"fault": _PLACE.sub("", fault)})

    def _raise(self, line: int, sentence: str, values: dict[str, object]) -> NoReturn:
        raise ProfileError(
            N_("{file}, line {line}: {fault}."),
            values={"file": self.file, "line": line, "fault": _(sentence, **values)},
        )


def _is_idle(line: str) -> bool:
    return not line.strip() or line.lstrip().startswith("#")


def _has(content: Any, keys: Keys) -> bool:
    for key in keys:
        try:
            content = content[key]
        except (KeyError, IndexError, TypeError):
            return False
    return True


class Table:
    """A table of a file. Each key is asked for once; :meth:`done` refuses those that nobody asked for."""

    def __init__(self, source: Source, keys: Keys, content: dict[str, Any]) -> None:
        self.source = source
        self.keys = keys
        self.content = content
        self.asked: set[str] = set()

    def has(self, key: str) -> bool:
        """Whether an optional key is there."""
        self.asked.add(key)
        return key in self.content

    def text(self, key: str, *, empty: bool = False) -> str:
        """A text on one line; empty only where that is allowed."""
        found = self._value(key)
        if not isinstance(found, str) or not (found or empty) or len(found) > MAX_TEXT or "\n" in found:
            self.refuse(key, N_("“{key}” must be a text on one line"))
        return found

    def matching(self, key: str, pattern: re.Pattern[str], example: str) -> str:
        """A text of a form."""
        found = self._value(key)
        if not isinstance(found, str) or not pattern.fullmatch(found):
            self.refuse(key, N_("“{key}” must be of the form {example}"), example=example)
        return found

    def number(self, key: str, low: int, high: int) -> int:
        """A whole number in a range."""
        found = self._value(key)
        if type(found) is not int or not low <= found <= high:
            self.refuse(key, N_("“{key}” must be a whole number from {low} to {high}"), low=low, high=high)
        return found

    def numbers(self, key: str, low: int, high: int) -> tuple[int, ...]:
        """Whole numbers in a range, each greater than the one before."""
        found = self._value(key)
        if (
            not isinstance(found, list)
            or not all(type(one) is int and low <= one <= high for one in found)
            or sorted(set(found)) != found
        ):
            self.refuse(key, N_("“{key}” must list whole numbers from {low} to {high}, rising"), low=low, high=high)
        return tuple(found)

    def flag(self, key: str) -> bool:
        """True or false."""
        found = self._value(key)
        if not isinstance(found, bool):
            self.refuse(key, N_("“{key}” must be true or false"))
        return found

    def day(self, key: str) -> datetime.date:
        """A day."""
        found = self._value(key)
        if type(found) is not datetime.date:
            self.refuse(key, N_("“{key}” must be a day such as 2026-11-26, without quotation marks"))
        return found

    def choice(self, key: str, options: Collection[str]) -> str:
        """One of several words."""
        found = self._value(key)
        if found not in options or not isinstance(found, str):
            self.refuse(key, N_("“{key}” must be one of {options}"), options=", ".join(options))
        return found

    def choices(self, key: str, options: Collection[str]) -> tuple[str, ...]:
        """A list of some of several words, one at least."""
        found = self._value(key)
        if (
            not isinstance(found, list)
            or not found
            or not all(isinstance(one, str) and one in options for one in found)
        ):
            self.refuse(key, N_("“{key}” must list some of {options}"), options=", ".join(options))
        return tuple(found)

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts, perhaps empty."""
        found = self._value(key)
        if not isinstance(found, list) or not all(isinstance(one, str) and 0 < len(one) <= MAX_TEXT for one in found):
            self.refuse(key, N_("“{key}” must be a list of texts"))
        return tuple(found)

    def table(self, key: str) -> Table:
        """A table within."""
        found = self._value(key)
        if not isinstance(found, dict):
            self.refuse(key, N_("“{key}” must be a table"))
        return Table(self.source, (*self.keys, key), found)

    def rows(self, key: str, limit: int) -> Iterator[Table]:
        """Tables of an array; none where the key is missing."""
        found = self.content.get(key, [])
        self.asked.add(key)
        if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
            self.refuse(key, N_("“{key}” must be rows, each below a line [[{key}]]"))
        if len(found) > limit:
            self.refuse(key, N_("“{key}” has more than {limit} rows"), limit=limit)
        for number, one in enumerate(found):
            yield Table(self.source, (*self.keys, key, number), one)

    def done(self) -> None:
        """Refuse keys that are not known.

        :raises ProfileError: there is one
        """
        for key in self.content:
            if key not in self.asked:
                self.refuse(key, N_("“{key}” is not known here"))

    def refuse(self, key: str, sentence: str, **values: object) -> NoReturn:
        """Refuse the file for the value of a key of this table.

        :raises ProfileError: always
        """
        self.source.refuse((*self.keys, key), sentence, key=self._path(key), **values)

    def _value(self, key: str) -> Any:
        self.asked.add(key)
        if key not in self.content:
            self.source.refuse(self.keys, N_("“{key}” is missing"), key=self._path(key))
        return self.content[key]

    def _path(self, key: str) -> str:
        return ".".join(str(part) for part in (*self.keys, key) if isinstance(part, str))

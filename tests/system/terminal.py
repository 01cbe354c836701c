"""A person at a terminal: commands run in a pseudo-terminal, answered as they ask."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pexpect

from tests.system.running import REPORTING

COLUMNS = 100
WAIT_SECONDS = 60
_STYLES = re.compile(r"\x1b\[[0-9;]*m")


class Terminal:
    """One running command; what it has shown so far is kept as text."""

    def __init__(self, command: list[str], environment: Mapping[str, str]) -> None:
        self._process = pexpect.spawn(
            command[0],
            command[1:],
            env={**os.environ, "TERM": "xterm", "COLUMNS": str(COLUMNS), **environment},
            encoding="utf-8",
            dimensions=(60, COLUMNS),
            timeout=WAIT_SECONDS,
        )
        self._text = ""

    @property
    def text(self) -> str:
        """Everything shown, what was typed included, on one line without styles."""
        return " ".join(_STYLES.sub("", self._text).split())

    def wait_for(self, *sentences: str) -> int:
        """Wait until one of the sentences is shown; which one.

        :raises AssertionError: the command ended, or kept silent, before
        """
        # A sentence may be wrapped wherever it has a space.
        patterns = [r"\s+".join(re.escape(word) for word in sentence.split()) for sentence in sentences]
        found = self._process.expect([*patterns, pexpect.EOF, pexpect.TIMEOUT])
        self._text += str(self._process.before or "")
        assert found < len(patterns), f"{sentences} did not come after: {self.text}"
        self._text += str(self._process.after)
        return found

    def type(self, line: str = "") -> None:
        """Type a line."""
        self._process.sendline(line)

    def answer(self, sentence: str, *lines: str, prompt: str = ">") -> None:
        """Wait for a question and its prompt, then type; of several lines each at a prompt of its own."""
        self.wait_for(sentence)
        for line in lines:
            self.wait_for(prompt)
            self.type(line)

    def end(self, status: int = 0) -> str:
        """Wait until the command is over; everything it has shown.

        :raises AssertionError: it ended with another status
        """
        self._process.expect(pexpect.EOF)
        self._text += str(self._process.before or "")
        self.close()
        assert self._process.exitstatus == status, self.text
        return self.text

    def close(self) -> None:
        """End the command if it still runs."""
        self._process.close(force=True)


@contextmanager
def typing(arguments: list[str], home: Path, *, language: str = "en") -> Iterator[Terminal]:
    """A ``reporting`` command in a pseudo-terminal, of a person whose home folder is ``home``."""
    terminal = Terminal([*REPORTING, *arguments], {"HOME": str(home), "REPORTING_LANGUAGE": language})
    try:
        yield terminal
    finally:
        terminal.close()

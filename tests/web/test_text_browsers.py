"""The public pages in text browsers, as they are fetched there: heading, words and links, in order."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import threading
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urljoin

import pytest
from werkzeug.serving import make_server

from tests.conftest import require
from tests.web.test_info import speak
from tests.web.world import World

#: One page of each form.
PATHS = (
    *("", "guide", "how", "elsewhere", "info/", "info/article-13", "info/your-rights"),
    *("info/going-public", "info/should-i-report/easy", "campaign"),
)
#: How a page is read as text, and how its links are listed. Nothing of whoever tests is looked at or kept.
_W3M = ("w3m", "-dump", "-cols", "80", "-O", "UTF-8", "-config", os.devnull, "-no-cookie")
_LYNX = ("lynx", "-dump", "-display_charset=utf-8", "-width=80")
BROWSERS = {
    "w3m": (_W3M, (*_W3M, "-o", "display_link_number=1")),
    "lynx": ((*_LYNX, "-nolist", "-nonumbers"), (*_LYNX, "-listonly")),
}
LISTED = re.compile(r"^\s*(?:\[\d+\]|\d+\.)\s+(\w+://\S+)$", re.MULTILINE)


class Outline(HTMLParser):
    """What a page says in order: its heading, its first paragraph, and every link with its words."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.heading = self.paragraph = ""
        self.paragraphs = 0
        #: Every link in its order, and the words of those within the page's own part.
        self.links: list[str] = []
        self.words: list[str] = []
        self._open: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._open.add(tag)
        self.paragraphs += tag == "p" and "main" in self._open
        if tag == "a":
            self.links.append(dict(attrs).get("href") or "")
            self.words += [""] * ("main" in self._open)

    def handle_endtag(self, tag: str) -> None:
        self._open.discard(tag)

    def handle_data(self, data: str) -> None:
        if "main" not in self._open:
            return
        if "h1" in self._open:
            self.heading += data
        if "p" in self._open and self.paragraphs == 1:
            self.paragraph += data
        if "a" in self._open:
            self.words[-1] += data


def letters(text: str) -> str:
    """Letters and digits alone: text browsers break lines, and mark emphasis and lists by signs of their own."""
    return "".join(letter for letter in unicodedata.normalize("NFC", text) if letter.isalnum())


def missing(wanted: Sequence[str], text: str) -> list[str]:
    """What does not stand in a text after what is wanted before it."""
    found, place = [], 0
    for words in map(letters, wanted):
        where = text.find(words, place)
        if where < 0:
            found.append(words)
        else:
            place = where + len(words)
    return found


@contextmanager
def serving(world: World) -> Iterator[str]:
    """The reporters' side at a port of the system's choice."""
    server = make_server("127.0.0.1", 0, world.intake, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join()


def dump(command: Sequence[str], address: str, home: Path) -> str:
    """What a text browser prints of an address."""
    environment = {"HOME": str(home), "LC_ALL": "C.UTF-8", "PATH": os.environ["PATH"], "TERM": "dumb"}
    done = subprocess.run([*command, address], env=environment, capture_output=True, timeout=30, check=True)
    return done.stdout.decode("utf-8")


@pytest.mark.parametrize("browser", BROWSERS)
def test_public_pages_read_in_order_in_text_browsers(lite: World, tmp_path: Path, browser: str) -> None:
    require(shutil.which(browser), f"No {browser} here; tests/system-packages.sh installs it.")
    as_text, as_list = BROWSERS[browser]
    speak(lite, "en", "ar")
    with serving(lite) as origin:
        for path in (f"/{language}/{rest}" for language in ("en", "ar") for rest in PATHS):
            page = Outline(lite.get(path).get_data(as_text=True))
            text = letters(dump(as_text, f"{origin}{path}", tmp_path))
            assert all((page.heading, page.paragraph, page.words)), path
            assert missing([page.heading, page.paragraph], text) == [], path
            assert missing([page.heading, *page.words], text) == [], path
            # Lynx lists the page in other languages first, as the head of the page names it.
            listed = LISTED.findall(dump(as_list, f"{origin}{path}", tmp_path))[-len(page.links) :]
            assert listed == [urljoin(f"{origin}{path}", link) for link in page.links], path

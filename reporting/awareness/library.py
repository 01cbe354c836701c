"""All content that there is: the product's files, and the operator's own laid over them.

::

    <language>/<topic>.md   <language>/easy/<topic>.md   <language>/profiles/<profile>/<topic>.md
    <language>/guide.md                                  <language>/profiles/<profile>/guide.md

The operator's folder (``content`` in the data folder) has the same form; a file there stands in place of the shipped
one of its path, or beside the others. One in English puts the shipped translations of its page aside: they would say
something else. The folder is looked at again at most every few seconds, and read anew when a file was added, changed
or taken away. What cannot be used is refused as a whole: the site keeps what it read before, or where it has read
nothing yet, the product's own files.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path

from reporting import profiles
from reporting.awareness.checking import FileFault, Pages, ProfilePages, check_whole
from reporting.awareness.pieces import Fault, Page
from reporting.awareness.reading import read_file, read_page
from reporting.awareness.topics import EASY, LANGUAGE, NEEDED, PAGES, TOPICS
from reporting.config import Settings
from reporting.errors import ContentError
from reporting.i18n import ENGLISH
from reporting.i18n import gettext as _
from reporting.protocol.encoding import sha256
from reporting.protocol.errors import N_

SHIPPED = Path(__file__).resolve().parent / "content"
LOOK_AGAIN = 5.0  # seconds
_ENDING = ".md"
_log = logging.getLogger("reporting")


@dataclass(frozen=True)
class Library:
    """Every page that was read, and a name for exactly these texts."""

    pages: Pages = field(repr=False)
    of_profiles: ProfilePages = field(repr=False)
    digest: str
    #: The files that are the operator's own.
    own: frozenset[str] = frozenset()

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that have a page at least."""
        return tuple(sorted({language for language, _name in self.pages}))

    @property
    def names(self) -> tuple[str, ...]:
        """The pages that there are, in their order."""
        known = {name for _language, name in self.pages}
        return tuple(name for name in PAGES if name in known)


def load(*folders: Path, own_profiles: Path | None = None) -> Library:
    """Every file below ``folders``, each folder laid over the one before.

    :param own_profiles: the folder of the operator's own profiles, which may have texts as well
    :raises ContentError: a file cannot be used, or they do not fit together; it names file and line
    """
    try:
        return _load(folders, frozenset(profiles.names(own_profiles)))
    except FileFault as error:
        fault = error.fault
        raise ContentError(
            N_("{file}, line {line}: {fault}."),
            values={"file": error.file, "line": fault.line, "fault": _(fault.message, **fault.values)},
        ) from None


def _load(folders: tuple[Path, ...], known_profiles: frozenset[str]) -> Library:
    files: dict[str, Path] = {}
    for folder in folders:
        laid = dict(_files(folder))
        files = {file: path for file, path in files.items() if not _is_put_aside(file, laid)} | laid
    pages: dict[tuple[str, str], Page] = {}
    of_profiles: dict[tuple[str, str, str], Page] = {}
    texts: list[bytes] = []
    for file in sorted(files):
        try:
            text = read_file(files[file])
            page = _page(file, text, known_profiles)
        except Fault as fault:
            raise FileFault(file, fault) from None
        texts.append(f"{file}\0{len(text)}\0{text}".encode())
        if page.profile:
            of_profiles[page.profile, page.language, page.name] = page
        else:
            pages[page.language, page.name] = page
    check_whole(pages, of_profiles)
    own = frozenset(file for folder in folders[1:] for file, _path in _files(folder))
    return Library(pages, of_profiles, sha256(b"".join(texts)).hex(), own)


def _is_put_aside(file: str, laid: Collection[str]) -> bool:
    """Whether a translation is one of another text: the English file was replaced and its translation was not."""
    _language, _slash, rest = file.partition("/")
    return f"{ENGLISH}/{rest}" in laid


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    """Every file, by its path below the folder; what is hidden, as editors leave it, is none."""
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        if not any(part.startswith(".") for part in parts) and (path.suffix == _ENDING or _is_file(path)):
            # A name that is no UTF-8 is told as it can be.
            yield "/".join(parts).encode("utf-8", "backslashreplace").decode(), path


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:
        return True  # in a folder that cannot be entered: told when it is read


@lru_cache(2_048)  # of many files few change
def _page(file: str, text: str, known_profiles: frozenset[str]) -> Page:
    parts = file.split("/")
    language, topic = parts[0], parts[-1].removesuffix(_ENDING)
    if not file.endswith(_ENDING) or not LANGUAGE.fullmatch(language):
        raise Fault(1, N_("content lies in <language>/<topic>.md, and nothing else beside it"))
    if topic not in NEEDED:
        raise Fault(1, N_("there is no topic “{topic}”; there are {topics}"), topic=topic, topics=", ".join(NEEDED))
    match parts[1:-1]:
        case []:
            return read_page(text, topic, language, file)
        case ["easy"] if topic in TOPICS:
            return read_page(text, f"{EASY}{topic}", language, file)
        case ["profiles", profile]:
            if profile not in known_profiles:
                raise Fault(1, N_("there is no profile “{profile}”"), profile=profile)
            return read_page(text, topic, language, file, profile)
    raise Fault(1, N_("content lies in a language's folder, in easy/ or in profiles/<profile>/"))


Signature = tuple[tuple[str, int, int, int], ...]


class Shelf:
    """The library of a running service, read anew when the operator's files change."""

    def __init__(self, own: Path, own_profiles: Path, *, shipped: Path = SHIPPED) -> None:
        self._shipped, self._own, self._own_profiles = shipped, own, own_profiles
        self._lock = threading.Lock()
        self._library: Library | None = None
        self._signature: Signature = ()
        self._next = 0.0
        #: Why the operator's files are not used as they are now; None where they are.
        self.fault: ContentError | None = None

    def current(self, clock: Callable[[], float] = time.monotonic) -> Library:
        """The texts to serve.

        :raises ContentError: not even the product's own can be used
        """
        with self._lock:
            if self._library is None or clock() >= self._next:
                self._look()
                self._next = clock() + LOOK_AGAIN
            if self._library is None:
                self._library = load(self._shipped, own_profiles=self._own_profiles)
            return self._library

    def _look(self) -> None:
        signature = _signature(self._own)
        if signature == self._signature and (self._library is not None or self.fault is not None):
            return
        self._signature = signature
        try:
            self._library = load(self._shipped, self._own, own_profiles=self._own_profiles)
            self.fault = None
        except ContentError as error:
            # What a file says is nobody's secret: it was to be published.
            _log.error("Content is not taken over: %s", _(error.message, **error.values))
            self.fault = error


def _signature(folder: Path) -> Signature:
    """What a folder looks like from outside: names, times (of what they hold and of who may read them) and sizes."""
    found = []
    for file, path in _files(folder):
        try:
            status = path.stat()
        except OSError:
            found.append((file, 0, 0, 0))
        else:
            found.append((file, status.st_mtime_ns, status.st_ctime_ns, status.st_size))
    return tuple(found)


@cache
def _shelf(own: Path, own_profiles: Path) -> Shelf:
    return Shelf(own, own_profiles)


def own_folder(settings: Settings) -> Path:
    """The folder of the operator's own texts; most have none."""
    return settings.data / "content"


def shelf(settings: Settings) -> Shelf:
    """The library of an installation: one for each data folder in a process."""
    return _shelf(own_folder(settings), settings.profiles)


def languages_of(pages: Mapping[tuple[str, str], Page], name: str) -> frozenset[str]:
    """The languages that have a page."""
    return frozenset(language for language, known in pages if known == name)

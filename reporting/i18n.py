"""gettext for the pages and the terminal alike: `from reporting.i18n import gettext as _`.

The language is that of the surrounding `use_language(…)`, English where there is none, and English for a
text that has no translation. Values go into the text by name: `_("Case {case} is closed.", case=number)`.
"""

from __future__ import annotations

import gettext as gnu
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from babel import negotiate_locale

from reporting.paths import TRANSLATIONS

if TYPE_CHECKING:
    from jinja2 import Environment

ENGLISH = "en"
_DOMAIN = "messages"

_folder = TRANSLATIONS
_language: ContextVar[str] = ContextVar("language", default=ENGLISH)


class Translatable(Protocol):
    """An error that carries a text in English and the values that belong into it, apart from each other."""

    @property
    def message(self) -> str:
        """The text as it stands in the catalogues, with `{names}` where values belong."""

    @property
    def values(self) -> Mapping[str, object]:
        """The values by name."""


def gettext(message: str, /, **values: object) -> str:
    """`message` in the current language, with `values` put in by name.

    Raises KeyError where the text names a value that was not given.
    """
    return _filled(_catalogue().gettext(message), values)


def ngettext(singular: str, plural: str, number: int, /, **values: object) -> str:
    """The form for `number` in the current language; `{number}` is filled in, unless `values` has its own."""
    return _filled(_catalogue().ngettext(singular, plural, number), {"number": number, **values})


def message(error: Translatable) -> str:
    """What `error` says, in the current language."""
    return gettext(error.message, **error.values)


@contextmanager
def use_language(language: str) -> Iterator[None]:
    """Let every text in the block be in `language`; one that has no catalogue falls back to English."""
    token = _language.set(language if language in available_languages() else ENGLISH)
    try:
        yield
    finally:
        _language.reset(token)


def current_language() -> str:
    """The language of the surrounding `use_language(…)`."""
    return _language.get()


def available_languages() -> tuple[str, ...]:
    """English and each language with a compiled catalogue, in alphabetical order."""
    return _languages(_folder)


def choose_language(wanted: Iterable[str]) -> str:
    """The first of `wanted` (tags such as `ar-EG` or `fr_FR.UTF-8`, best first) with texts; else English."""
    tags = [tag.partition(".")[0].replace("-", "_") for tag in wanted]
    found = negotiate_locale(tags, available_languages(), sep="_") or ENGLISH
    # babel answers in the letters of the asker.
    return next((known for known in available_languages() if known.lower() == found.lower()), ENGLISH)


def install(environment: Environment) -> None:
    """Give Jinja templates `_`, `gettext`, `ngettext` and `{% trans %}`, in the current language."""
    environment.add_extension("jinja2.ext.i18n")
    environment.globals.update(_=gettext, gettext=gettext, ngettext=ngettext)


def _filled(text: str, values: Mapping[str, object]) -> str:
    # Without values the text is left alone, so that braces in plain text need no doubling.
    return text.format(**values) if values else text


def _catalogue() -> gnu.NullTranslations:
    return _load(_folder, _language.get())


@cache
def _languages(folder: Path) -> tuple[str, ...]:
    compiled = folder.glob(f"*/LC_MESSAGES/{_DOMAIN}.mo")
    return tuple(sorted({ENGLISH, *(path.parts[-3] for path in compiled)}))


@cache
def _load(folder: Path, language: str) -> gnu.NullTranslations:
    # `language` has passed `use_language`, so it never names a path of somebody else's choice.
    return gnu.translation(_DOMAIN, folder, [language], fallback=True)

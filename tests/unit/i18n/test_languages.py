"""Every text for anybody, staff too, in each language that is shipped as complete; and written as that language is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from reporting.translations import catalogues

#: The languages in which nothing may stay English. Whoever finishes one (`python -m reporting.translations.catalogues
#: missing ru` lists nothing) names it here.
COMPLETE: frozenset[str] = frozenset({"ar", "es", "fr", "ru", "zh"})
#: The six of the United Nations, which the product is meant to speak.
SIX = frozenset({"ar", "zh", "en", "fr", "ru", "es"})

_HAN = "\u3400-\u9fff"
#: What is wrong in a text, by language, once its values are put in. Arabic has a test of its own.
WRONG = {
    # Marks of Latin type beside characters, and spaces between them.
    "zh": re.compile(rf"[{_HAN}][?!;,:]|[?!;,][{_HAN}]|[{_HAN}]\.(?:\s|$)|[{_HAN}] [{_HAN}]"),
    # A mark of two parts stands off by a space that does not break; quotation marks are « ».
    "fr": re.compile(r"(?<=\w) [?!;:»]|«(?![\u00a0\u202f])|[\w)»][?!;](?:\s|$)|[a-zàâéèêëîïôûç]:\s|[“”]"),
    # A Latin letter within a Russian word looks the same and reads otherwise.
    "ru": re.compile(r"[A-Za-z][а-яё]|[а-яё][A-Za-z]|[“”]"),
    # A question and a call begin with a mark.
    "es": re.compile(r"^[^¿]*\?|^[^¡]*!"),
}
_VALUE = re.compile(r"\{\w+\}")


def wrong(language: str, text: str) -> bool:
    found = WRONG.get(language)
    return found is not None and found.search(_VALUE.sub("{}", text)) is not None


@pytest.mark.parametrize("language", sorted(COMPLETE))
def test_no_text_stays_english(language: str) -> None:
    assert catalogues.missing(language) == [], f"Translate these into {language!r}."


def test_only_languages_of_the_six_are_called_complete() -> None:
    assert COMPLETE <= SIX
    assert {"en", *catalogues.languages()} <= SIX


@pytest.mark.parametrize("language", catalogues.languages())
def test_every_text_is_punctuated_as_its_language_is(language: str) -> None:
    path = catalogues.FOLDER / language / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as file:
        catalog = read_po(file, locale=language)
    texts = [text for message in catalog if message.id for text in catalogues._forms(message.string)]
    assert [text for text in texts if wrong(language, text)] == []


@pytest.mark.parametrize(
    ("language", "text", "faulty"),
    [
        ("zh", "谁能打开?", True),
        ("zh", "谁能打开？", False),
        ("zh", "写下，不要给 {name} 看。", False),
        ("zh", "你好.", True),
        ("fr", "Qui peut l’ouvrir ?", True),
        ("fr", "Qui peut l’ouvrir\u202f?", False),
        ("fr", "Les mots “secrets”", True),
        ("fr", "À 12:30, sur https://exemple.fr", False),
        ("ru", "Cообщение", True),
        ("ru", "Сообщение в Tor Browser", False),
        ("es", "Quién puede abrirlo?", True),
        ("es", "¿Quién puede abrirlo?", False),
    ],
)
def test_what_is_written_otherwise_is_found(language: str, text: str, faulty: bool) -> None:
    assert wrong(language, text) is faulty


def test_what_a_language_lacks_is_listed(tmp_path: Path) -> None:
    source = tmp_path / "reporting" / "a.py"
    source.parent.mkdir()
    source.write_text('_("One")\n_("Two")\nngettext("{number} day", "{number} days", n)\n', encoding="utf-8")
    path = tmp_path / "fr" / "LC_MESSAGES" / "messages.po"
    path.parent.mkdir(parents=True)
    plural = 'msgid "{number} day"\nmsgid_plural "{number} days"\nmsgstr[0] "un jour"\nmsgstr[1] ""\n'
    entries = f'msgid "One"\nmsgstr "Un"\n\n{plural}'
    path.write_text(f'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n\n{entries}', encoding="utf-8")
    assert sorted(catalogues.missing("fr", tmp_path, tmp_path)) == ["Two", "{number} day"]
    assert len(catalogues.missing("ru", tmp_path, tmp_path)) == 3

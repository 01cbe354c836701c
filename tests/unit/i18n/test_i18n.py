"""Texts in the reader's language, with a catalogue made for the test."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from jinja2 import DictLoader, Environment

from reporting import i18n
from reporting.protocol.errors import Malformed, N_
from reporting.translations import catalogues

ARABIC = """
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : "
"n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5);\\n"

msgid "Case {case} is closed."
msgstr "أُغلقت القضية {case}."

msgid "{number} report"
msgid_plural "{number} reports"
msgstr[0] "لا بلاغات"
msgstr[1] "بلاغ واحد"
msgstr[2] "بلاغان"
msgstr[3] "{number} بلاغات"
msgstr[4] "{number} بلاغًا"
msgstr[5] "{number} بلاغ"

msgid "<b>"
msgstr "<i>"
"""


@pytest.fixture(autouse=True)
def arabic(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "ar" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "messages.po").write_text(ARABIC, encoding="utf-8")
    catalogues.compile_all(tmp_path)
    monkeypatch.setattr(i18n, "_folder", tmp_path)


def test_english_needs_no_catalogue() -> None:
    assert i18n.gettext("Case {case} is closed.", case=3) == "Case 3 is closed."
    assert i18n.ngettext("{number} report", "{number} reports", 1) == "1 report"
    assert i18n.ngettext("{number} report", "{number} reports", 2) == "2 reports"


def test_a_text_is_translated_inside_the_block_only() -> None:
    with i18n.use_language("ar"):
        assert i18n.current_language() == "ar"
        assert i18n.gettext("Case {case} is closed.", case=3) == "أُغلقت القضية 3."
    assert i18n.gettext("Case {case} is closed.", case=3) == "Case 3 is closed."


@pytest.mark.parametrize(
    ("number", "text"),
    [(0, "لا بلاغات"), (1, "بلاغ واحد"), (2, "بلاغان"), (5, "5 بلاغات"), (11, "11 بلاغًا"), (100, "100 بلاغ")],
)
def test_each_plural_form_of_a_language_is_used(number: int, text: str) -> None:
    with i18n.use_language("ar"):
        assert i18n.ngettext("{number} report", "{number} reports", number) == text


def test_a_text_without_a_translation_stays_english() -> None:
    with i18n.use_language("ar"):
        assert i18n.gettext("Nobody translated this.") == "Nobody translated this."


@pytest.mark.parametrize("language", ["fr", "../../secret", "", "AR"])
def test_a_language_without_a_catalogue_is_english(language: str) -> None:
    with i18n.use_language(language):
        assert i18n.current_language() == "en"
        assert i18n.gettext("Case {case} is closed.", case=3) == "Case 3 is closed."


def test_languages_are_those_with_a_compiled_catalogue() -> None:
    assert i18n.available_languages() == ("ar", "en")


@pytest.mark.parametrize(
    ("wanted", "chosen"),
    [
        (["ar-EG"], "ar"),
        (["fr", "ar"], "ar"),
        (["en-GB", "ar"], "en"),
        (["ar_SA.UTF-8"], "ar"),
        (["C"], "en"),
        ([], "en"),
    ],
)
def test_the_nearest_language_is_chosen(wanted: list[str], chosen: str) -> None:
    assert i18n.choose_language(wanted) == chosen


def test_an_error_of_the_core_is_translated_with_its_values() -> None:
    error = Malformed(N_("Case {case} is closed."), case=7)
    with i18n.use_language("ar"):
        assert i18n.message(error) == "أُغلقت القضية 7."


def test_braces_in_a_text_without_values_are_left_alone() -> None:
    assert i18n.gettext("Write {} or {name}.") == "Write {} or {name}."


def test_threads_do_not_share_a_language() -> None:
    with i18n.use_language("ar"), ThreadPoolExecutor(1) as pool:
        assert pool.submit(i18n.current_language).result() == "en"


def test_templates_are_translated_and_escaped() -> None:
    page = '{{ _("Case {case} is closed.", case="<3>") }}{% trans %}<b>{% endtrans %}{{ _("<b>") }}'
    environment = Environment(loader=DictLoader({"page": page}), autoescape=True)
    i18n.install(environment)
    with i18n.use_language("ar"):
        assert environment.get_template("page").render() == "أُغلقت القضية &lt;3&gt;.<i>&lt;i&gt;"

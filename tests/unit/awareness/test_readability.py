"""How readable the public texts are, by ``tests/bench/readability.py``: none grows hard, and easy words are easier."""

from __future__ import annotations

import pytest

from tests.bench.readability import INDICES, figures, measure, sentences_of

#: What no page goes below: plain words for a general public, by each index.
LEAST = {"en": 60, "es": 70, "fr": 70, "ru": 45}


def test_the_index_is_worked_out_from_words_sentences_and_syllables() -> None:
    found = measure("The cat sat on the mat. The dog {ack} did not.", "p", "en")
    assert (found.sentences, found.words) == (2, 5.0)
    assert found.index == pytest.approx(206.835 - 1.015 * 5 - 84.6)
    assert measure("Мама мыла раму.", "p", "ru").index == pytest.approx(206.835 - 1.3 * 3 - 60.1 * 2)


def test_sentences_end_at_points_lines_and_where_other_scripts_end_them() -> None:
    assert sentences_of("One, at 3.5 of 4. Two? [Three]\nfour\n…") == ["One, at 3.5 of 4", "Two", "[Three]", "four"]
    assert len(sentences_of("你好。谁？没有！")) == 3
    assert len(sentences_of("من هو؟ لا أحد.")) == 2
    assert measure("你好。没有人！", "p", "zh").words == 2.5
    assert measure("من هو؟ لا أحد.", "p", "ar").index is None


def test_no_shipped_page_is_harder_than_plain_words() -> None:
    found = [(one.language, one.page, one.index) for one in figures() if one.language in INDICES]
    assert [one for one in found if one[2] is None or one[2] < LEAST[one[0]]] == []
    assert set(LEAST) == set(INDICES) == {one[0] for one in found}


def test_easy_words_are_easier_than_the_whole_page() -> None:
    found = {(one.language, one.page): one for one in figures()}
    easy = {place: one for place, one in found.items() if place[1].startswith("easy-")}
    assert len(easy) == 4 * 6
    for (language, name), one in easy.items():
        whole = found[language, name.removeprefix("easy-")]
        assert one.words < whole.words, one
        assert (one.index or 0) >= (whole.index or 0), one

"""Layers of sections laid over each other, whatever they hold; and what becomes of links and gaps."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from reporting.awareness.library import SHIPPED, load
from reporting.awareness.markdown import read_text
from reporting.awareness.merging import Layer, merge, merge_page, minutes
from reporting.awareness.pieces import LAYERS, Fault, Section
from reporting.awareness.rendering import Setting, render

LANGUAGES = ("en", "ar", "fr")
ANCHORS = st.sampled_from("abcdef")


def section(anchor: str, layer: str, language: str, items: Any) -> Section:
    text = f"{layer} {language} {anchor}"
    return Section(anchor, text, text, (), tuple(sorted(items)), (), 1, language, layer)


@st.composite
def layers(draw: st.DrawFn) -> list[Layer]:
    found: list[Layer] = []
    for name in LAYERS:
        layer = {}
        for language in draw(st.lists(st.sampled_from(LANGUAGES), unique=True)):
            anchors = draw(st.lists(ANCHORS, unique=True))
            layer[language] = [section(one, name, language, draw(st.sets(st.sampled_from("gh")))) for one in anchors]
        found.append(layer)
    return found


def has(layer: Layer, anchor: str, *languages: str) -> bool:
    return any(one.anchor == anchor for language in languages for one in layer.get(language, ()))


@settings(max_examples=50)
@given(layers(), st.sampled_from(LANGUAGES), st.sets(ANCHORS))
def test_each_section_comes_from_its_uppermost_layer_in_the_best_language(
    stack: list[Layer], language: str, hidden: set[str]
) -> None:
    merged = merge(stack, language, hidden)
    anchors = [one.anchor for one in merged]
    assert len(anchors) == len(set(anchors))
    reachable = {one.anchor for layer in stack for lang in ("en", language) for one in layer.get(lang, ())}
    assert set(anchors) == reachable - hidden
    for one in merged:
        top = max(place for place, layer in enumerate(stack) if has(layer, one.anchor, "en", language))
        assert one.layer == LAYERS[top]
        assert one.language == (language if has(stack[top], one.anchor, language) else "en")


@settings(max_examples=50)
@given(layers(), st.sampled_from(LANGUAGES))
def test_what_a_layer_answers_is_answered_by_whatever_is_laid_over_it(stack: list[Layer], language: str) -> None:
    for one in merge(stack, language):
        for layer in stack:
            for below in layer.get("en", ()):
                if below.anchor == one.anchor:
                    assert set(below.art13) <= set(one.art13)


@settings(max_examples=50)
@given(layers(), st.sampled_from(LANGUAGES))
def test_sections_below_keep_their_order_and_new_ones_follow(stack: list[Layer], language: str) -> None:
    below = [one.anchor for one in merge(stack[:1], language)]
    assert [one.anchor for one in merge(stack, language)][: len(below)] == below


def test_every_shipped_page_can_be_merged_for_every_profile() -> None:
    library = load(SHIPPED)
    for profile in {one for one, _language, _name in library.of_profiles}:
        for name in library.names:
            shipped = {language: page for (language, one), page in library.pages.items() if one == name}
            own = {
                language: page
                for (of, language, one), page in library.of_profiles.items()
                if (of, one) == (profile, name)
            }
            for language in library.languages:
                page = merge_page(shipped, own, {}, language)
                assert page.sections
                assert page.minutes <= 4, (name, profile, page.minutes)


def test_how_long_a_text_takes_is_counted_by_words_or_by_letters() -> None:
    assert [minutes(" ".join(["word"] * count)) for count in (0, 1, 200, 201)] == [1, 1, 1, 2]
    assert [minutes("字" * count) for count in (400, 401)] == [1, 2]


def shown(text: str, **options: Any) -> str:
    known = {"protection": frozenset({"ask"}), "here": frozenset({"top"}), "your-rights": frozenset({"one"})}
    setting = Setting(
        language="ar",
        words={"site": "A & B", "ack": "7 days", "feedback": "", "retention": ""},
        anchors=known.get,
        served=frozenset({"report"}),
        page="your-rights",
        **options,
    )
    return str(render(read_text(text)[0], setting)).strip()


def test_links_are_resolved_and_what_leads_nowhere_stays_words() -> None:
    assert shown("[a](protection#ask)") == '<p><a href="/ar/info/protection#ask">a</a></p>'
    assert shown("[a](protection#gone)") == '<p><a href="/ar/info/protection">a</a></p>', "hidden here"
    assert shown("[a](#one)") == '<p><a href="#one">a</a></p>'
    assert shown("[a](advice)") == "<p>a</p>"
    assert shown("[a](page:report)") == '<p><a href="/ar/report">a</a></p>'
    assert shown("[*a*](page:figures) b") == "<p><em>a</em> b</p>"
    assert shown("[a](https://x.example/)") == '<p><a href="https://x.example/" rel="noreferrer">a</a></p>'
    assert shown("[a](protection)", root="https://o.example") == (
        '<p><a href="https://o.example/ar/info/protection" rel="noreferrer">a</a></p>'
    )


def test_gaps_are_filled_and_nothing_that_is_filled_in_is_markup() -> None:
    assert shown("Within {ack}, {site}.") == "<p>Within 7 days, A &amp; B.</p>"
    assert shown("a &lt;b&gt; `c`") == "<p>a &lt;b&gt; <code>c</code></p>"


def test_a_table_has_no_style_and_its_headings_say_so() -> None:
    text = shown("| a | b |\n| --- | ---: |\n| c | d |\n")
    assert "style" not in text
    assert text.count('<th scope="col">') == 2


FRAGMENTS = st.sampled_from(
    [
        *"<>&\"'()[]{}*_`#|\\!:\n\t ",
        "<script>",
        "<img src=x onerror=y>",
        "](javascript:x)",
        "](https://x.example/)",
        "](advice)",
        "[a",
        "&lt;",
        "&#58;",
        "&quot; onclick=&quot;",
        "{ack}",
        "{site}",
        "| a |\n| --- |\n",
        "- a\n",
        "1. b\n",
        "### c\n",
        '"title" style="x"',
        "https://x.example/\" onclick='y",
        "[r]: javascript:x\n",
        "[r]",
        "words",
        "كلمة",
    ]
)


@settings(max_examples=300)
@given(st.lists(FRAGMENTS, max_size=24).map("".join))
def test_whatever_is_written_is_refused_or_shown_with_nothing_but_what_a_text_may_have(text: str) -> None:
    try:
        blocks, _links = read_text(text)
    except Fault:
        return
    words = dict.fromkeys(("site", "ack", "feedback", "retention"), '<b onclick="x">')
    setting = Setting("en", words, lambda _name: frozenset(), page="advice")
    found = Tags()
    found.feed(str(render(blocks, setting)))
    found.close()
    assert {tag for tag, _attributes in found.seen} <= TAGS
    for _tag, attributes in found.seen:
        assert set(attributes) <= {"href", "rel", "scope", "start"}
        assert attributes.get("href", "#").startswith(("/en/info/", "#", "https://x.example/"))


_NAMES = "p ul ol li blockquote h3 table thead tbody tr th td em strong a code br"
TAGS = frozenset(_NAMES.split())


class Tags(HTMLParser):
    """Every tag with its attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note it."""
        self.seen.append((tag, {name: value or "" for name, value in attrs}))

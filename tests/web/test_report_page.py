"""The report page before any script: every question in words, labelled, and nothing that could send plaintext."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

import pytest

from reporting.directory import rules as directories
from reporting.directory.rules import NewChannel
from reporting.questionnaires.models import Question, Questionnaire
from reporting.questionnaires.rules import load, served
from tests.web.world import World, publish

CHANNELS = {"procurement": "corruption-1", "retaliation": "retaliation-1"}
EVERY_PAGE = [(language, channel) for language in ("en", "ar") for channel in CHANNELS]
VOID = {"meta", "link", "input", "option"}
NAMED = {"input", "textarea"}


@dataclass
class Element:
    """A tag with its attributes, and all the text within it."""

    tag: str
    attributes: dict[str, str]
    text: str = ""
    within: list[Element] = field(default_factory=list)


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.elements: list[Element] = []
        self.open: list[Element] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs}, within=[*self.open])
        self.elements.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop().tag == tag

    def handle_data(self, data: str) -> None:
        for element in self.open:
            element.text += data


@pytest.fixture(autouse=True)
def both_questionnaires(lite: World) -> None:
    with lite.service.database.write() as session:
        directories.set_questionnaire(session, "retaliation-1", served("retaliation-1"))
        titles = {"en": "Retaliation"}
        directories.add_channel(session, NewChannel("retaliation", "protection", titles, "retaliation-1"))
    publish(lite.service, lite.root)


def page(world: World, language: str, channel: str) -> list[Element]:
    parser = _Page()
    parser.feed(world.intake.test_client().get(f"/{language}/report/{channel}").get_data(as_text=True))
    assert not parser.open
    return parser.elements


def questionnaire_of(channel: str) -> Questionnaire:
    return load(CHANNELS[channel])


def group_of(elements: list[Element], question: Question) -> Element:
    (found,) = [one for one in elements if one.attributes.get("data-question") == question.id]
    return found


@pytest.mark.parametrize(("language", "channel"), EVERY_PAGE)
def test_every_question_stands_there_with_its_words_options_and_help(lite: World, language: str, channel: str) -> None:
    elements = page(lite, language, channel)
    texts = {one.attributes["id"]: one.text.strip() for one in elements if "id" in one.attributes}
    for question in questionnaire_of(channel).questions():
        group = group_of(elements, question)
        assert question.text.in_language(language) in group.text
        assert all(option.text.in_language(language) in group.text for option in question.options)
        if question.help is not None:
            described = {
                one.attributes["aria-describedby"]
                for one in elements
                if (one is group or group in one.within) and "aria-describedby" in one.attributes
            }
            assert question.help.in_language(language) in {texts[name] for name in described}


@pytest.mark.parametrize(("language", "channel"), EVERY_PAGE)
def test_every_field_has_a_label_and_an_id_of_its_own(lite: World, language: str, channel: str) -> None:
    elements = page(lite, language, channel)
    ids = [one.attributes["id"] for one in elements if "id" in one.attributes]
    assert len(ids) == len(set(ids))
    labels = {one.attributes["for"]: one.text.strip() for one in elements if one.tag == "label"}
    for one in elements:
        if one.tag in NAMED:
            assert labels[one.attributes["id"]]


@pytest.mark.parametrize(("language", "channel"), EVERY_PAGE)
def test_nothing_on_the_page_can_send_or_remember_what_is_written(lite: World, language: str, channel: str) -> None:
    for one in page(lite, language, channel):
        assert one.tag not in ("form", "button"), "Enter, or an early press, would send plaintext"
        assert not {"action", "formaction", "form"} & set(one.attributes)
        if one.tag in NAMED:
            assert one.attributes["autocomplete"] == "off"
            assert "value" not in one.attributes or one.attributes["type"] in ("radio", "checkbox")
            if one.attributes.get("type", "text") == "text":
                assert one.attributes["spellcheck"] == "false"


def test_everybody_with_a_role_on_the_channel_can_be_shut_out(lite: World) -> None:
    elements = page(lite, "en", "procurement")
    boxes = [one for one in elements if any(w.attributes.get("data-type") == "exclude" for w in one.within)]
    offered = {one.attributes["value"] for one in boxes if one.tag == "input"}
    assert offered == {"m1", "m2", "m3", "m5", "m6", "m9"}


def test_conditional_questions_stand_open_and_say_when_they_matter(lite: World) -> None:
    elements = page(lite, "en", "procurement")
    urgent = next(one for one in elements if one.attributes.get("data-question") == "urgent")
    assert "hidden" not in urgent.attributes
    assert (urgent.attributes["data-show-if"], urgent.attributes["data-show-values"]) == ("ongoing", "yes unsure")


def test_one_question_is_needed_and_identity_waits_for_the_script(lite: World) -> None:
    elements = page(lite, "en", "procurement")
    assert [one.attributes["id"] for one in elements if "aria-required" in one.attributes] == ["q-account"]
    assert len([one for one in elements if one.attributes.get("class") == "needed"]) == 1
    (identity,) = [one for one in elements if "data-identity" in one.attributes]
    assert identity.tag == "details"
    assert "hidden" in identity.attributes
    assert "open" not in identity.attributes


def test_without_scripts_the_page_says_what_to_do_instead(lite: World) -> None:
    notices = [one.text for one in page(lite, "en", "procurement") if one.tag == "noscript"]
    assert any("not offered for this channel yet" in text and "Safer" in text for text in notices)


def test_every_promise_of_the_page_leads_to_its_limit(lite: World) -> None:
    links = {one.attributes.get("href") for one in page(lite, "en", "procurement")}
    client = lite.intake.test_client()
    anchors = client.get("/en/how").get_data(as_text=True)
    limits = {"sealed", "anonymous", "exclusion", "fingerprint", "scripts"}
    assert {f"/en/how#{name}" for name in limits} <= links
    assert {name for name in limits if f'id="{name}"' not in anchors} == set()

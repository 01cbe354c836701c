"""Places and numbers as whoever signs is shown them: in whatever form a dishonest server puts them there."""

from __future__ import annotations

from typing import Any

import pytest

from reporting.directory.places_difference import places_differ
from reporting.directory.site_difference import rest_differs, rest_lines
from reporting.protocol.encoding import dump_json


def document(**profile: Any) -> bytes:
    """A site's document with one profile."""
    return dump_json({"names": {"en": "Example"}, "profiles": {"eu": {"deadlines": {"days": 7}, **profile}}})


OMBUDSMAN = {"name": "Ombudsman", "url": "https://ombud.example", "topics": ["work"]}


@pytest.mark.parametrize(
    ("place", "shown"),
    [
        ({**OMBUDSMAN, "phone": "0900 1"}, "0900 1"),
        ({**OMBUDSMAN, "topics": ["un"]}, '{"topics":["un"]}'),
        ({"url": "https://thief.example"}, "https://thief.example"),
        ({"name": "Ombudsman\u202e", "url": "https://ombud.example"}, "U+202E"),
        ("call 0900 1", "call 0900 1"),
        (["0900 1"], '["0900 1"]'),
    ],
)
@pytest.mark.parametrize("name", ["bodies", "advice", "legal_aid"])
def test_whatever_stands_there_is_shown(name: str, place: Any, shown: str) -> None:
    before, after = document(**{name: [OMBUDSMAN]}), document(**{name: [OMBUDSMAN, place]})
    assert [shown in line for line in places_differ(before, after)] == [True]
    assert not rest_differs(before, after)
    assert list(places_differ(after, after)) == []


def test_a_list_or_a_number_of_another_form_is_shown_as_it_stands() -> None:
    found = "\n".join(places_differ(document(), document(bodies="0900 1", emergency={"call": "0900 2"})))
    assert "0900 1" in found
    assert '{"call":"0900 2"}' in found


def test_what_is_no_document_has_no_places_and_is_said_to_change() -> None:
    for body in (b"", b"[]", b'{"profiles": 7}', b'{"profiles": {"eu": []}}'):
        assert list(places_differ(None, body)) == []
        assert len(list(places_differ(document(advice=[OMBUDSMAN]), body))) == 1
    assert rest_differs(document(), b"")
    assert rest_differs(None, document())


def test_a_number_that_is_an_object_is_shown_with_all_that_goes_with_it() -> None:
    number = {"number": "112", "name": "", "url": ""}
    found = list(
        places_differ(document(emergency=number), document(emergency={**number, "url": "https://thief.example"}))
    )
    assert "is now 112." in found[0]
    assert "https://thief.example" in found[1]


def site(**content: Any) -> bytes:
    """A site's document."""
    return dump_json({"names": {"en": "Example"}, **content})


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ([], [OMBUDSMAN], ["list: new place, Ombudsman <https://ombud.example>"]),
        ([OMBUDSMAN], [], ["list: a place is gone, Ombudsman"]),
        ([OMBUDSMAN], [{**OMBUDSMAN, "number": "0900 1"}], ['"number":"0900 1"']),
        ([], ["call 0900 1"], ["call 0900 1"]),
        ([], "call 0900 1", ["call 0900 1"]),
    ],
)
def test_the_office_s_own_places_are_shown_one_by_one(before: Any, after: Any, shown: list[str]) -> None:
    old, new = site(places={"own": before}), site(places={"own": after})
    found = list(places_differ(old, new))
    assert len(found) == len(shown)
    assert all(words in line for words, line in zip(shown, found, strict=True))
    assert not rest_differs(old, new)
    assert list(rest_lines(old, new)) == []


def test_what_is_hidden_of_the_profiles_is_shown_with_its_reason() -> None:
    hidden = {"kind": "bodies", "name": "Ombudsman", "reason": "closed in spring"}
    (found,) = places_differ(site(), site(places={"hidden": [hidden]}))
    assert "Hidden from reporters" in found
    assert "closed in spring" in found
    (back,) = places_differ(site(places={"hidden": [hidden]}), site())
    assert "No longer hidden" in back


@pytest.mark.parametrize("places", ["call 0900 1", ["call 0900 1"], {"more": "call 0900 1"}])
def test_places_of_another_form_are_shown_as_they_stand(places: Any) -> None:
    assert "call 0900 1" in "\n".join(places_differ(site(), site(places=places)))


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ({"onion": "http://true.onion"}, {"onion": "http://thief.onion"}, ["is now http://thief", "was http://true"]),
        ({"onion": None}, {"onion": "http://thief.onion"}, ["“onion” of the site is now http://thief.onion."]),
        ({"exit": "https://a.example"}, {"exit": "https://b.example"}, ["now https://b", "was https://a"]),
        ({"addresses": ["https://a.example"]}, {"addresses": []}, ["now []", 'was ["https://a.example"]']),
        (
            {"contacts": {"en": "Office\nTelephone 0301"}},
            {"contacts": {"en": "Office\nTelephone 0900"}},
            ["“contacts” (en), gone: Telephone 0301", "“contacts” (en), new: Telephone 0900"],
        ),
        ({}, {"contacts": {"ar": "0900"}}, ["“contacts” (ar), new: 0900"]),
        (
            {"welcome": {"en": "a\nb"}},
            {"welcome": {"en": "b\na"}},
            ["“welcome” (en), in another order", "“welcome” (en), now: b", "“welcome” (en), now: a"],
        ),
        ({}, {"welcome": "call 0900"}, ["“welcome” (), new: call 0900"]),
        ({}, {"welcome": {"en": ["0900"]}}, ['new: ["0900"]']),
        ({}, {"logo": "AAAA"}, ["Of the site's document, “logo” changes."]),
        ({}, {"contacts": {"en": "0900\u202e1"}}, ["U+202E"]),
    ],
)
def test_addresses_and_lines_of_texts_are_shown(before: Any, after: Any, shown: list[str]) -> None:
    old, new = site(**before), site(**after)
    found = list(rest_lines(old, new))
    assert len(found) == len(shown)
    assert all(words in line for words, line in zip(shown, found, strict=True))
    assert rest_differs(old, new)


def test_a_line_that_came_to_stand_elsewhere_is_shown_though_other_lines_change() -> None:
    """Two numbers swapped lead to somebody else, whatever is added beside them."""
    before = "Ombudsperson\n+49 111\nManagement\n+49 222"
    after = "Ombudsperson\n+49 222\nManagement\n+49 111\nMonday to Friday"
    found = list(rest_lines(site(contacts={"en": before}), site(contacts={"en": after})))
    assert "“contacts” (en), new: Monday to Friday" in found[0]
    assert "“contacts” (en), in another order, now line by line:" in found[1]
    assert [line.removeprefix("“contacts” (en), now: ") for line in found[2:]] == after.split("\n")


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ("a\na\nb", "a\nb", ["gone: a"]),
        ("a\nb", "a\nb\na", ["new: a", "in another order", "now: a", "now: b", "now: a"]),
        ("a\nb\nc", "b\nc", ["gone: a"]),
        ("a\nb", "a\nx\nb", ["new: x; it stands below: a"]),
        ("a\nb", "a\nb\nx", ["new: x; it stands below: b"]),
    ],
)
def test_a_line_that_stands_twice_is_counted_twice(before: str, after: str, shown: list[str]) -> None:
    found = list(rest_lines(site(contacts={"en": before}), site(contacts={"en": after})))
    assert len(found) == len(shown)
    assert all(words in line for words, line in zip(shown, found, strict=True))


@pytest.mark.parametrize("number", [1, 1.0])
def test_what_is_true_is_another_thing_than_one(number: Any) -> None:
    """``True == 1`` for Python, and not for whoever reads the document: an example counts as real with 1."""
    example = {**OMBUDSMAN, "example": True}
    with_number = {**OMBUDSMAN, "example": number}
    for before, after in ((example, with_number), (with_number, example)):
        assert len(list(places_differ(document(advice=[before]), document(advice=[after])))) == 1
        assert len(list(places_differ(site(places={"own": [before]}), site(places={"own": [after]})))) == 1
    assert list(places_differ(site(places={"more": True}), site(places={"more": number}))) != []
    assert list(places_differ(document(emergency=True), document(emergency=number))) != []
    assert list(rest_lines(site(exit=True), site(exit=number))) != []
    assert rest_differs(site(exit=True), site(exit=number))
    assert list(rest_lines(site(contacts={"en": [True]}), site(contacts={"en": [number]}))) != []

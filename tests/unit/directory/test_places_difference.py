"""Places and numbers as whoever signs is shown them: in whatever form a dishonest server puts them there."""

from __future__ import annotations

from typing import Any

import pytest

from reporting.directory.places_difference import places_differ, rest_differs
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
@pytest.mark.parametrize("name", ["bodies", "advice"])
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

"""Translations: what is one, and what is not authentic. Both implementations read `translating.json`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from reporting.protocol import age, translating
from reporting.protocol.errors import Malformed
from tests.dishonest.scene import Scene, assert_in_order, assert_withheld, plaintext

CASES: dict[str, Any] = json.loads(Path(__file__).with_name("translating.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("change", CASES["taken"], ids=json.dumps)
def test_a_translation_is_taken(change: dict[str, Any]) -> None:
    translating.check_body(CASES["body"] | change)


@pytest.mark.parametrize(("pointer", "change"), CASES["refused"], ids=json.dumps)
def test_what_is_none_is_refused_at_its_field(pointer: str, change: dict[str, Any]) -> None:
    with pytest.raises(Malformed) as refused:
        translating.check_body(CASES["body"] | change)
    assert refused.value.pointer == pointer


def test_what_says_something_else_or_is_for_the_reporter_is_withheld() -> None:
    for change, audience, fine in (({}, "team", True), ({"of": ""}, "team", False), ({}, "reporter", False)):
        scene = Scene()
        content = scene.content(kind="translation", audience=audience, body=CASES["body"] | change)
        to = scene.team if audience == "team" else scene.both
        entry = scene.post.put(scene.case, audience, age.encrypt(plaintext(content, scene.ada.person.key), to))
        view = scene.ada.read(scene.case)
        if fine:
            assert_in_order(view)
        else:
            assert_withheld(view, entry)

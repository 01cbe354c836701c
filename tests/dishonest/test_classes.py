"""Classifications of scheme offence/1 that say something else, or are by somebody else (`classes.json`)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from reporting.protocol import age
from tests.dishonest.scene import Scene, assert_in_order, assert_withheld, plaintext

CASES: dict[str, Any] = json.loads(
    (Path(__file__).parents[1] / "unit" / "protocol" / "classes.json").read_text(encoding="utf-8")
)


def forged(scene: Scene, codes: Any, *, scheme: str = "offence/1", **changes: Any) -> Any:
    """A classification with a good signature by its author, made by a program that judges nothing."""
    by_reporter = changes.get("author") == "reporter"
    key = scene.reporter.signing_key(scene.case) if by_reporter else scene.ada.person.key
    content = {"kind": "classification", "audience": "team", "body": {"scheme": scheme, "codes": codes}, **changes}
    to = scene.both if content["audience"] == "reporter" else scene.team
    return scene.post.put(scene.case, content["audience"], age.encrypt(plaintext(scene.content(**content), key), to))


def test_a_classification_is_shown_and_one_of_another_scheme_is_none_of_this() -> None:
    scene = Scene()
    forged(scene, CASES["codes"])
    forged(scene, {"act": "bribery"}, scheme="offence/2", id="e" * 32)
    for view in scene.views():
        assert_in_order(view)


@pytest.mark.parametrize(
    "codes", [None, *(CASES["codes"] | change for _, change in CASES["refused"][::4])], ids=lambda _codes: ""
)
def test_what_says_something_else_is_withheld(codes: Any) -> None:
    scene = Scene()
    entry = forged(scene, codes)
    assert_withheld(scene.ada.read(scene.case), entry)


def test_what_the_reporter_writes_or_may_read_is_withheld() -> None:
    for changes in ({"author": "reporter"}, {"audience": "reporter"}, {"author": "reporter", "audience": "reporter"}):
        scene = Scene()
        entry = forged(scene, CASES["codes"], **changes)
        assert_withheld(scene.ada.read(scene.case), entry)

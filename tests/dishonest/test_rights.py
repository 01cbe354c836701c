"""Requests, minutes and steps that say something else, or are by somebody else. Both languages read `rights.json`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from reporting.protocol import age
from tests.dishonest.scene import Scene, assert_in_order, assert_withheld, plaintext

CASES: dict[str, Any] = json.loads(
    (Path(__file__).parents[1] / "unit" / "protocol" / "rights.json").read_text(encoding="utf-8")
)


def forged(scene: Scene, kind: str, author: str, body: Any, audience: str | None = None) -> Any:
    """An entry with a good signature by its author, made by a program that judges nothing."""
    audience = audience or ("team" if kind == "classification" else "reporter")
    key = scene.reporter.signing_key(scene.case) if author == "reporter" else scene.ada.person.key
    content = scene.content(kind=kind, author=author, body=body, audience=audience)
    sealed = age.encrypt(plaintext(content, key), scene.both if audience == "reporter" else scene.team)
    return scene.post.put(scene.case, audience, sealed)


@pytest.mark.parametrize(("kind", "author", "body"), CASES["taken"], ids=json.dumps)
def test_what_is_written_under_a_right_is_shown(kind: str, author: str, body: Any) -> None:
    scene = Scene()
    forged(scene, kind, author, body)
    for view in scene.views():
        assert_in_order(view)


@pytest.mark.parametrize(("kind", "author", "body"), CASES["refused"], ids=json.dumps)
def test_what_says_something_else_is_withheld(kind: str, author: str, body: Any) -> None:
    scene = Scene()
    entry = forged(scene, kind, author, body)
    assert_withheld(scene.ada.read(scene.case), entry)


@pytest.mark.parametrize(("kind", "audience", "author"), CASES["elsewhere"], ids=json.dumps)
def test_what_somebody_else_writes_is_withheld(kind: str, audience: str, author: str) -> None:
    scene = Scene()
    body = {"request": "meeting", "text": "", "title": "", "held": "2026-11-20", "of": None}
    entry = forged(scene, kind, author, body, audience)
    assert_withheld(scene.ada.read(scene.case), entry)

"""Changes inside JSON that leave it JSON, so that fuzzing gets past the JSON parser."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from typing import Any

_VALUES: tuple[Any, ...] = (
    *(None, True, False, 0, 1, -1, 1.0, 0.5, 2**31, 2**53 - 1, 2**53, 10**400),
    *("", "\u0000", "\u202e", "\ud800", "A" * 43 + "=", "0" * 32, "2026-02-29", "reporter", "x" * 300),
    *([], {}, [[]], {"": None}),
)


def _places(value: Any, found: list[tuple[Any, Any]]) -> None:
    if isinstance(value, dict):
        members: Any = value.items()
    elif isinstance(value, list):
        members = enumerate(value)
    else:
        return
    for key, member in members:
        found.append((value, key))
        _places(member, found)


def _mutate_value(document: Any, choose: random.Random) -> Any:
    places: list[tuple[Any, Any]] = []
    _places(document, places)
    if not places:
        return choose.choice(_VALUES)
    container, key = choose.choice(places)
    action = choose.randrange(5)
    if action == 0:
        container[key] = choose.choice(_VALUES)
    elif action == 1:
        del container[key]
    elif action == 2:  # what is good elsewhere
        other, other_key = choose.choice(places)
        container[key] = json.loads(json.dumps(other[other_key]))
    elif action == 3 and isinstance(container, list):
        container.insert(key, json.loads(json.dumps(container[key])))
    elif isinstance(container[key], str) and container[key]:
        text = container[key]
        place = choose.randrange(len(text))
        container[key] = text[:place] + chr(choose.randrange(0x250)) + text[place + 1 :]
    return document


def mutator(
    mutate_bytes: Callable[[bytes, int], bytes], before: bytes = b"", after: bytes = b""
) -> Callable[[bytes, int, int], bytes]:
    """A mutator of JSON that stands between ``before`` and ``after``; one time in four of plain bytes."""

    def mutate(data: bytes, longest: int, seed: int) -> bytes:
        choose = random.Random(seed)  # speed and repeatability, not secrecy
        if choose.randrange(4) and data.startswith(before) and data.endswith(after):
            try:
                document = json.loads(data[len(before) : len(data) - len(after)])
                changed = json.dumps(_mutate_value(document, choose), separators=(",", ":"), ensure_ascii=False)
                return (before + changed.encode("utf-8", "surrogatepass") + after)[:longest]
            except (ValueError, RecursionError):
                pass
        return mutate_bytes(data, longest)

    return mutate

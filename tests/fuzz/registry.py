"""What is fuzzed: named functions of bytes, each with inputs to begin from."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

Check = Callable[[bytes], object]

TARGETS: dict[str, Target] = {}


@dataclass(frozen=True)
class Target:
    """A parser of bytes from outside.

    ``check`` may raise the core's own errors and nothing else; an assertion that fails is a find
    like any other. ``seeds`` are made only in the process that fuzzes.
    """

    name: str
    check: Check
    seeds: Callable[[], Iterable[bytes]]
    longest: int
    words: tuple[bytes, ...]
    frame: tuple[bytes, bytes] | None


def no_seeds() -> Iterable[bytes]:
    """Nothing to begin from."""
    return ()


def target(
    name: str,
    *,
    seeds: Callable[[], Iterable[bytes]] = no_seeds,
    longest: int = 4_096,
    words: Iterable[bytes | str] = (),
    frame: tuple[bytes, bytes] | None = None,
) -> Callable[[Check], Check]:
    """Register the decorated function; ``words`` are what its inputs are made of.

    Inputs that are JSON between the two parts of ``frame`` are changed as JSON.
    """

    def register(check: Check) -> Check:
        assert name not in TARGETS, f"two targets are called {name}"
        encoded = tuple(word.encode() if isinstance(word, str) else word for word in words)
        TARGETS[name] = Target(name, check, seeds, longest, encoded, frame)
        return check

    return register


def text_of(data: bytes) -> str:
    """Fuzzed bytes as text that may hold anything a terminal or a form can pass on."""
    return data.decode("utf-8", "surrogateescape")

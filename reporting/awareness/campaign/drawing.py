"""Parts that several sheets share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from reporting.awareness.campaign.content import Content, Words
from reporting.awareness.campaign.fonts import BOLD
from reporting.awareness.campaign.layout import GREEN, INK, SOFT, WHITE, Box, Canvas, Set

#: What the code of an onion address leads to nothing without; a name, the same in every language.
_TOR = "Tor Browser"
#: How wide that code is, and how far from other words, its quiet zone included; how high what stands above it.
_ONION, _APART, _CAPTION = 28.0, 8.0, 7.5
_SMALLER = tuple(0.97**step for step in range(24))


@dataclass(frozen=True)
class Job:
    """What one page is drawn from."""

    content: Content
    words: Words
    canvas: Canvas


def promise(job: Job, box: Box, words: str, law: str) -> None:
    """A sentence to rely on, behind a bar; where the law says it, with the law."""
    job.canvas.rectangle(Box(box.x, box.y, 1.8, box.h), GREEN)
    inner = Box(box.x + 5.5, box.y, box.w - 5.5, box.h - (6 if law else 0))
    job.canvas.text(inner, words, Set(18, 11, BOLD, INK, up="middle", balanced=True))
    if law:
        job.canvas.text(
            Box(inner.x, box.y + box.h - 6, inner.w, 6), law, Set(9.5, 6, color=SOFT, up="bottom", code=True)
        )


def step(job: Job, box: Box, number: str, words: str, *, size: float = 14) -> None:
    """One of the steps, behind its number."""
    job.canvas.rectangle(Box(box.x, box.y, 9, 9), GREEN)
    job.canvas.text(Box(box.x, box.y, 9, 9), number, Set(17, 10, BOLD, WHITE, align="middle", up="middle", code=True))
    job.canvas.text(Box(box.x + 13, box.y, box.w - 13, box.h), words, Set(size, 9, balanced=True))


def ways(job: Job, box: Box, scan: str, *, big: float, up: str = "middle") -> None:
    """How to get there and how to know that one is there: addresses and digits, one below the other.

    Where there is an onion address, its code stands behind them.
    """
    content, words = job.content, job.words
    room = box.w - (_ONION + _APART if content.onion else 0.0)
    label = Set(big * 0.4, 4.5, color=SOFT)
    near, far = big * 0.02, big * 0.11
    rows = [(scan, label, near), (content.short, Set(big, 8, BOLD, GREEN, code=True), far)]
    if content.onion:
        rows += [(words.tor, label, near), (content.onion, Set(big * 0.4, 7.5, BOLD, INK, code=True), far)]
    digits = Set(big * 0.58, 5.5, BOLD, INK, code=True, balanced=True)
    rows += [(words.check, label, near), (content.fingerprint, digits, 0.0)]
    stack(job.canvas, Box(box.x, box.y, room, box.h), rows, up=up)
    if content.onion:
        # After the words: readers of PDF put what follows each other on one line together.
        onion_code(job, Box(box.x + box.w - _ONION, box.y, _ONION, box.h), up=up)


def onion_code(job: Job, box: Box, *, up: str) -> None:
    """The code of the onion address, as wide as its box, below the name of the browser that it is for."""
    high = _CAPTION + box.w
    top = box.y + {"top": 0.0, "middle": (box.h - high) / 2}[up]
    caption = Set(10, 7, BOLD, INK, align="middle", up="top", code=True)
    job.canvas.text(Box(box.x, top, box.w, _CAPTION), _TOR, caption)
    job.canvas.code(Box(box.x, top + _CAPTION, box.w, box.w), f"http://{job.content.onion}")


def stack(canvas: Canvas, box: Box, rows: Sequence[tuple[str, Set, float]], *, up: str = "middle") -> None:
    """Texts one below the other, each with the room after it, all made smaller until they fit.

    :raises Unprocessable: they do not fit
    """
    room = box.h - sum(gap for _text, _how, gap in rows)
    smaller = next((one for one in _SMALLER if _total(canvas, box, rows, one) <= room), _SMALLER[-1])
    shrunk = [(text, replace(how, size=how.size * smaller), gap) for text, how, gap in rows]
    spare = max(room - _total(canvas, box, rows, smaller), 0.0)
    y = box.y + {"top": 0.0, "middle": spare / 2, "bottom": spare}[up]
    for text, how, gap in shrunk:
        height = canvas.measure(Box(box.x, y, box.w, box.y + box.h - y), text, how)
        canvas.text(Box(box.x, y, box.w, height + 1e-6), text, how)
        y += height + gap


def _total(canvas: Canvas, box: Box, rows: Sequence[tuple[str, Set, float]], smaller: float) -> float:
    tall = Box(box.x, box.y, box.w, 1_000.0)
    return sum(canvas.measure(tall, text, replace(how, size=how.size * smaller)) for text, how, _gap in rows)


def footer(job: Job, box: Box) -> None:
    """Adviser, languages, issuer and day."""
    content, words = job.content, job.words
    how = Set(9, 5.5, color=SOFT, up="middle")
    # What is read in one direction stands on one line: readers of PDF mix it up otherwise.
    rows = [row for name, way in content.advisers[:1] for row in ([words.adviser], [name, way])]
    rows += [content.spoken, [content.issued]]
    height = box.h / len(rows)
    for number, row in enumerate(rows):
        job.canvas.row(Box(box.x, box.y + number * height, box.w, height), row, how, 4.0)

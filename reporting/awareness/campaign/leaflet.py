"""The leaflet: both sides of a sheet of A4, folded once, so that its front is the cover."""

from __future__ import annotations

from dataclasses import replace

from reporting.awareness.campaign.content import leaflet_words_of
from reporting.awareness.campaign.drawing import Job, stack, step, ways
from reporting.awareness.campaign.fonts import BOLD
from reporting.awareness.campaign.layout import BRASS, GREEN, INK, SOFT, WHITE, Box, Set

_HALF = 148.5
_EDGE = 14.0
_WIDTH = _HALF - 2 * _EDGE


def draw_outside(job: Job) -> None:
    """Cover and back: the cover is on the side that one opens."""
    _cover(job)
    _back(job)


def _cover(job: Job) -> None:
    left = _HALF + _EDGE
    canvas, words = job.canvas, job.words
    canvas.rectangle(Box(left, 13, _WIDTH, 12), GREEN)
    canvas.text(Box(left + 5, 13, _WIDTH - 10, 12), words.eyebrow, Set(16, 10, BOLD, WHITE, up="middle"))
    canvas.text(Box(left, 34, _WIDTH, 74), words.headline, Set(48, 24, BOLD, GREEN, up="middle", balanced=True))
    canvas.rectangle(Box(left, 114, 28, 2), BRASS)
    canvas.code(Box(left, 130, 44, 44), job.content.address)
    rows = [
        (words.scan, Set(12, 7, color=SOFT), 1.5),
        (job.content.short, Set(20, 8, BOLD, GREEN, code=True), 0.0),
    ]
    stack(canvas, Box(left + 53, 130, _WIDTH - 53, 44), rows)
    canvas.text(Box(left, 186, _WIDTH, 8), job.content.issued, Set(9, 5, color=SOFT, up="bottom"))


def _back(job: Job) -> None:
    content, canvas = job.content, job.canvas
    more = leaflet_words_of(content)
    title, body = Set(14, 8, BOLD, GREEN), Set(12, 6.5)
    rows = []
    if content.contacts:
        rows += [(more.contacts, title, 1.0), (content.contacts, body, 5.0)]
    if content.advisers:
        rows += [(more.advice, title, 1.0)]
        for name, way in content.advisers[:2]:
            rows += [(name, body, 0.0), (way, replace(body, code=True), 2.0)]
    stack(canvas, Box(_EDGE, 16, _WIDTH, 76), rows, up="top")
    canvas.text(Box(_EDGE, 95, _WIDTH, 8), more.languages, title)
    canvas.row(Box(_EDGE, 103, _WIDTH, 8), content.spoken, body, 5.0)
    canvas.rectangle(Box(_EDGE, 118, _WIDTH, 1.2), INK)
    ways(job, Box(_EDGE, 124, _WIDTH, 60), more.scan, big=25, up="top")
    if content.sample:
        canvas.text(Box(_EDGE, 188, _WIDTH, 6), job.words.sample, Set(10, 6, BOLD, up="middle"))


def draw_inside(job: Job) -> None:
    """Four steps on the first page, what protects on the second."""
    canvas, content = job.canvas, job.content
    more = leaflet_words_of(content)
    canvas.text(Box(_EDGE, 16, _WIDTH, 14), more.steps, Set(26, 16, BOLD, GREEN))
    canvas.rectangle(Box(_EDGE, 33, 22, 1.8), BRASS)
    for number, words in enumerate(job.words.steps):
        step(job, Box(_EDGE, 46 + 34 * number, _WIDTH, 28), str(number + 1), words, size=17)
    left = _HALF + _EDGE
    canvas.text(Box(left, 16, _WIDTH, 14), more.protects, Set(26, 16, BOLD, GREEN))
    canvas.rectangle(Box(left, 33, 22, 1.8), BRASS)
    for number, (what, how) in enumerate(more.why):
        box = Box(left, 46 + 34 * number, _WIDTH, 29)
        last = number == len(more.why) - 1
        law = content.law if last and content.forbidden else ""
        canvas.rectangle(Box(box.x, box.y, 1.8, box.h - 3), GREEN)
        rows = [(what, Set(16, 9, BOLD, INK), 0.8), (how, Set(13.5, 8), 0.8)]
        rows += [(law, Set(9, 5.5, color=SOFT, code=True), 0.0)] if law else []
        stack(canvas, Box(box.x + 6, box.y - 1, box.w - 6, box.h), rows, up="top")

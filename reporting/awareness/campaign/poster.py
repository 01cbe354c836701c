"""The poster: one sentence to be read from across a corridor, and below it what somebody needs who stops."""

from __future__ import annotations

from reporting.awareness.campaign.drawing import Job, footer, promise, step, ways
from reporting.awareness.campaign.fonts import BOLD
from reporting.awareness.campaign.layout import BRASS, GREEN, INK, WHITE, Box, Set


def draw_poster(job: Job) -> None:
    """The poster, drawn for A4."""
    content, words, canvas = job.content, job.words, job.canvas
    canvas.rectangle(Box(14, 13, 182, 13), GREEN)
    canvas.text(Box(19, 13, 172, 13), words.eyebrow, Set(18, 12, BOLD, WHITE, up="middle"))
    if content.sample:
        canvas.text(Box(14, 27.5, 182, 7), words.sample, Set(12, 7, BOLD, INK, up="middle"))
    canvas.text(Box(14, 36, 182, 74), words.headline, Set(64, 34, BOLD, GREEN, up="middle", balanced=True))
    canvas.rectangle(Box(14, 117, 34, 2.2), BRASS)
    promise(job, Box(14, 127, 86, 20), words.anonymous, "")
    promise(job, Box(108, 127, 88, 20), words.retaliation, content.law if content.forbidden else "")
    for number, sentence in enumerate(words.steps):
        step(job, Box(14 + 94 * (number % 2), 158 + 24 * (number // 2), 88, 20), str(number + 1), sentence)
    canvas.rectangle(Box(14, 205, 182, 1.4), INK)
    canvas.code(Box(14, 214.5, 48, 48), content.address)
    ways(job, Box(74, 213, 122, 51), words.scan, big=28)
    canvas.rectangle(Box(14, 270, 182, 0.4), INK)
    footer(job, Box(14, 271, 182, 16))

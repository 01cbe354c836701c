"""Small sheets: wallet card, sticker, intranet banner, picture for social media."""

from __future__ import annotations

from reporting.awareness.campaign.drawing import Job, stack
from reporting.awareness.campaign.fonts import BOLD
from reporting.awareness.campaign.layout import BRASS, GREEN, INK, PIXEL, SOFT, WHITE, Box, Set


def draw_card_front(job: Job) -> None:
    """One sentence, the code and the address."""
    canvas, words = job.canvas, job.words
    canvas.rectangle(Box(4, 4, 77, 6.4), GREEN)
    canvas.text(Box(6, 4, 73, 6.4), words.eyebrow, Set(9, 6, BOLD, WHITE, up="middle"))
    canvas.text(Box(4, 13, 45, 27), words.headline, Set(17, 8, BOLD, GREEN, up="middle", balanced=True))
    canvas.code(Box(55, 14.5, 25, 25), job.content.address)
    canvas.text(Box(4, 43, 77, 7), job.content.short, Set(15, 5.5, BOLD, INK, up="middle", code=True))


def draw_card_back(job: Job) -> None:
    """How to know the true site, and what to rely on."""
    canvas, words, content = job.canvas, job.words, job.content
    rows = [(words.anonymous, Set(8.5, 5, BOLD), 0.4), (words.retaliation, Set(8.5, 5, BOLD), 0.4)]
    rows += [(content.law, Set(5.5, 4, color=SOFT, code=True), 0.0)] if content.law and content.forbidden else []
    canvas.rectangle(Box(4, 4.5, 1, 13), GREEN)
    stack(canvas, Box(7, 4, 74, 14), rows)
    label = Set(6, 4, color=SOFT)
    rows = [(words.steps[2], Set(7, 4), 1.4)]
    if content.onion:
        rows += [(words.tor, label, 0.2), (content.onion, Set(6, 4, BOLD, code=True), 1.4)]
    rows += [(words.check, label, 0.2), (content.fingerprint, Set(9.5, 5, BOLD, code=True), 1.4)]
    rows += [(words.sample if content.sample else content.issued, Set(5, 3.6, color=SOFT), 0.0)]
    stack(canvas, Box(4, 20, 77, 30.5), rows)


def draw_sticker(job: Job) -> None:
    """The code, with a few words around it."""
    canvas, words = job.canvas, job.words
    canvas.rectangle(Box(4, 4, 66, 10), GREEN)
    canvas.text(Box(7, 4, 60, 10), words.eyebrow, Set(14, 8, BOLD, WHITE, align="middle", up="middle"))
    canvas.code(Box(19.5, 20.5, 35, 35), job.content.address)
    address = Set(13, 5.5, BOLD, INK, align="middle", up="middle", code=True)
    canvas.text(Box(4, 58, 66, 6.5), job.content.short, address)
    below = words.sample if job.content.sample else words.anonymous
    canvas.text(Box(4, 64.5, 66, 5.5), below, Set(9, 4.5, color=SOFT, align="middle", up="middle"))


def draw_banner(job: Job) -> None:
    """Wide and low, for the top of an intranet page."""
    canvas, words, content = job.canvas, job.words, job.content
    width, height = 970 * PIXEL, 250 * PIXEL
    code = height - 22
    canvas.rectangle(Box(0, 0, width, height), GREEN)
    canvas.code(Box(width - code - 11, 11, code, code), content.address, on_white=False)
    left, room = 10.0, width - code - 34
    rows = [
        (words.eyebrow, Set(14, 9, BOLD, BRASS), 1.5),
        (words.headline, Set(29, 14, BOLD, WHITE, balanced=True), 3.0),
        (content.short, Set(17, 8, BOLD, WHITE, code=True), 1.5),
        (words.sample if content.sample else words.both, Set(11, 7, color=WHITE), 0.0),
    ]
    stack(canvas, Box(left, 5, room, height - 10), rows)


def draw_social(job: Job) -> None:
    """The picture that networks show beside a link."""
    canvas, words, content = job.canvas, job.words, job.content
    width, height = 1200 * PIXEL, 630 * PIXEL
    code = 62.0
    canvas.rectangle(Box(0, 0, width, height), GREEN)
    canvas.rectangle(Box(16, 28, 26, 1.8), BRASS)
    canvas.text(Box(16, 13, width - 32, 12), words.eyebrow, Set(24, 14, BOLD, WHITE, up="middle"))
    canvas.text(
        Box(16, 36, width - code - 60, 72), words.headline, Set(52, 24, BOLD, WHITE, up="middle", balanced=True)
    )
    canvas.code(Box(width - code - 24, 42, code, code), content.address, on_white=False)
    canvas.text(Box(16, 118, width - 32, 17), content.short, Set(36, 12, BOLD, WHITE, up="middle", code=True))
    below = words.sample if content.sample else words.both
    canvas.text(Box(16, 137, width - 32, 14), below, Set(20, 11, color=WHITE, up="middle"))

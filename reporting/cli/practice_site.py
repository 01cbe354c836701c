"""What makes a made-up site one for practice."""

from __future__ import annotations

from reporting.cli.made_up import Kind
from reporting.practice.rules import SHOWN

PRACTICE = Kind(
    origin="practice.paragraph56.example",
    marker="practice",
    command="reporting practice",
    last=f"server/{SHOWN}",
    alone=True,
    names={
        "en": "Paragraph 56, for practice",
        "ar": "الفقرة 56، للتدريب",
        "zh": "第56段（练习）",
        "fr": "Paragraphe 56, pour s’exercer",
        "ru": "Пункт 56, для тренировки",
        "es": "Párrafo 56, para practicar",
    },
)

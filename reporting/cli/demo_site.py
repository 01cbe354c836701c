"""What makes a made-up site a demonstration."""

from __future__ import annotations

from reporting.cli.made_up import CREDENTIALS, Kind

DEMONSTRATION = Kind(
    origin="demo.paragraph56.example",
    marker="demonstration",
    command="reporting demo",
    last=CREDENTIALS,
    names={
        "en": "Paragraph 56, a demonstration",
        "ar": "الفقرة 56، عرض توضيحي",
        "zh": "第56段（演示）",
        "fr": "Paragraphe 56, une démonstration",
        "ru": "Пункт 56, демонстрация",
        "es": "Párrafo 56, una demostración",
    },
)

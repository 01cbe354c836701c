"""Catalogues of the posters' texts in the six languages of the United Nations, and a site to make posters of."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

from reporting import i18n
from reporting.awareness.campaign.content import Content
from reporting.protocol.directory import fingerprint

TEXTS = json.loads((Path(__file__).parent / "texts.json").read_text(encoding="utf-8"))
LANGUAGES = ("ar", "zh", "en", "fr", "ru", "es")
ISSUERS = {
    "ar": "هيئة مكافحة الفساد في جمهورية المثال",
    "zh": "示例共和国反腐败办公室",
    "en": "Anti-Corruption Office of the Example Republic",
    "fr": "Office anticorruption de la République d’Exemple",
    "ru": "Управление по борьбе с коррупцией Республики Пример",
    "es": "Oficina Anticorrupción de la República Ejemplo",
}
ONION = "vww6ybal4bd7szmgncyruucpgfkqahzddi37ktceo3ah7ngmcopnpyyd.onion"
Making = Callable[..., Content]


@pytest.fixture(autouse=True)
def six_languages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every language have its texts, whichever have been translated in this release."""
    for language, texts in TEXTS.items():
        catalog = Catalog(locale=language)
        for text, translation in texts.items():
            catalog.add(text, translation)
        folder = tmp_path / "catalogues" / language / "LC_MESSAGES"
        folder.mkdir(parents=True)
        with (folder / "messages.mo").open("wb") as target:
            write_mo(target, catalog)
    monkeypatch.setattr(i18n, "_folder", tmp_path / "catalogues")


@pytest.fixture
def site_in() -> Making:
    """What a site's sheets say in a language, with whatever is to be otherwise."""

    def made(language: str, **otherwise: Any) -> Content:
        usual: dict[str, Any] = {
            "language": language,
            "address": "https://report.example.org",
            "short": "report.example.org",
            "onion": ONION,
            "fingerprint": fingerprint(b"x" * 32),
            "issuer": ISSUERS[language],
            "day": datetime.date(2026, 11, 27),
            "version": 7,
            "languages": LANGUAGES,
            "advisers": (("Whistleblowing International Network", "whistleblowingnetwork.org"),),
            "contacts": ISSUERS[language],
            "law": "Directive (EU) 2019/1937, article 19",
            "forbidden": True,
            "sample": False,
            "practice": False,
        }
        return Content(**usual | otherwise)

    return made

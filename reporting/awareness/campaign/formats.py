"""Which material there is, by name: loaded with the service, while what draws it waits until somebody asks for it."""

from __future__ import annotations

from dataclasses import dataclass

from reporting.protocol.errors import N_


@dataclass(frozen=True)
class Format:
    """A kind of material: what it is called, the names of its files, and which sheet it is; empty where it is words."""

    title: str
    files: tuple[str, ...]
    sheet: str = ""


#: Every format by its name on the command line and in addresses.
FORMATS = {
    "poster-a4": Format(
        N_("Poster, A4"),
        (
            "poster-a4.pdf",
            "poster-a4.svg",
        ),
        sheet="poster",
    ),
    "poster-a3": Format(
        N_("Poster, A3"),
        (
            "poster-a3.pdf",
            "poster-a3.svg",
        ),
        sheet="poster",
    ),
    "leaflet": Format(
        N_("Leaflet, A4 folded once"),
        (
            "leaflet.pdf",
            "leaflet-outside.svg",
            "leaflet-inside.svg",
        ),
        sheet="leaflet",
    ),
    "card": Format(
        N_("Card for the wallet, 85 × 54 mm"),
        (
            "card.pdf",
            "card-front.svg",
            "card-back.svg",
        ),
        sheet="card",
    ),
    "sticker": Format(
        N_("Sticker, 74 × 74 mm"),
        (
            "sticker.pdf",
            "sticker.svg",
        ),
        sheet="sticker",
    ),
    "signature": Format(
        N_("Signature for mails"),
        (
            "signature.html",
            "signature.txt",
        ),
    ),
    "banner": Format(
        N_("Banner for an intranet, 970 × 250 pixels"),
        (
            "banner.png",
            "banner.svg",
        ),
        sheet="banner",
    ),
    "social": Format(
        N_("Picture for social media, 1200 × 630 pixels"),
        (
            "social.png",
            "social.svg",
        ),
        sheet="social",
    ),
    "badge": Format(N_("Badge for other pages"), ("badge.html",)),
}
FILES = frozenset(file for one in FORMATS.values() for file in one.files)

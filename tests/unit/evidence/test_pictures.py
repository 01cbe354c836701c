"""Pictures after cleaning: the same pixels, turned the same way, and nothing that was planted."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.fixtures import planted
from tests.fixtures.checking import Run, planted_in, told_by_exiftool

# What a picture must say of itself to be drawn; none of it is about a person or a device.
STRUCTURAL = frozenset(
    f"{group}:{name}"
    for group, names in {
        "File": "FileType FileTypeExtension MIMEType ExifByteOrder ImageWidth ImageHeight EncodingProcess BitsPerSample"
        " ColorComponents YCbCrSubSampling",
        "JFIF": "JFIFVersion ResolutionUnit XResolution YResolution",
        "IFD0": "Orientation",
        "Adobe": "DCTEncodeVersion APP14Flags0 APP14Flags1 ColorTransform",
        "PNG": "ImageWidth ImageHeight BitDepth ColorType Compression Filter Interlace Gamma WhitePointX WhitePointY RedX"
        " RedY GreenX GreenY BlueX BlueY BackgroundColor SRGBRendering Palette Transparency SignificantBits"
        " AnimationFrames AnimationPlays ProfileName",
        "PNG-pHYs": "PixelUnits PixelsPerUnitX PixelsPerUnitY",
        "RIFF": "WebP_Flags ImageWidth ImageHeight HorizontalScale VerticalScale AnimationLoopCount BackgroundColor"
        " Duration FrameCount AlphaPreprocessing AlphaFiltering AlphaCompression VP8Version AlphaIsUsed",
        "ICC-header": "ProfileCMMType ProfileVersion ProfileClass ColorSpaceData ProfileConnectionSpace ProfileDateTime"
        " ProfileFileSignature PrimaryPlatform CMMFlags DeviceManufacturer DeviceModel DeviceAttributes RenderingIntent"
        " ConnectionSpaceIlluminant ProfileCreator ProfileID",
        "ICC_Profile": "ProfileDescription ProfileCopyright MediaWhitePoint RedMatrixColumn GreenMatrixColumn"
        " BlueMatrixColumn RedTRC GreenTRC BlueTRC",
    }.items()
    for name in names.split()
)
PICTURES = [
    *("cmyk.jpg", "motion.jpg", "photo.jpg"),
    *("full.png", "moving.png", "raw.png", "text.png"),
    *("moving.webp", "photo.webp", "plain.webp"),
]


def pixels(path: Path) -> str:
    """A checksum of what is drawn, turned as the picture says."""
    command = ["convert", str(path), "-auto-orient", "-format", "%m %wx%h %n %#\n", "info:"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


@pytest.mark.parametrize("name", PICTURES)
def test_a_cleaned_picture_holds_nothing_planted(cleaned: Run, name: str) -> None:
    assert planted_in((cleaned.originals / name).read_bytes()) != []
    assert cleaned.report[name]["refused"] is None
    assert cleaned.report[name]["left"] == []
    assert planted_in((cleaned.folder / name).read_bytes()) == []
    assert told_by_exiftool(cleaned.folder / name, STRUCTURAL) == {}


@pytest.mark.parametrize("name", PICTURES)
def test_a_cleaned_picture_has_the_same_pixels(cleaned: Run, name: str) -> None:
    assert pixels(cleaned.folder / name) == pixels(cleaned.originals / name)


def test_what_a_photo_gives_away_is_told(cleaned: Run) -> None:
    found = cleaned.findings("photo.jpg")
    assert planted.AUTHOR in found["author"]
    assert "50.08804, 14.42076" in found["place"]
    assert planted.CITY in found["place"]
    assert {planted.SERIAL, planted.LENS_SERIAL} <= set(found["serial"])
    assert found["camera"] == [planted.MODEL]
    assert planted.DATE in found["time"]
    assert planted.COMMENT in found["comment"]
    assert planted.TITLE in found["title"]
    assert planted.SOFTWARE in found["software"]
    assert len(found["thumbnail"]) == 2


def test_a_film_behind_a_photo_is_told(cleaned: Run) -> None:
    found = cleaned.findings("motion.jpg")
    assert found["hidden"] == ["35 B"]
    assert found["serial"] == [planted.SERIAL]


def test_a_turned_picture_stays_turned(cleaned: Run) -> None:
    told = told_by_exiftool(cleaned.folder / "photo.jpg", frozenset())
    assert told["IFD0:Orientation"] == "Rotate 90 CW"

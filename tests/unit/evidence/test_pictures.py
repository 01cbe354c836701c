"""Pictures after cleaning: the same pixels, turned the same way, and nothing that was planted."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.fixtures import planted
from tests.fixtures.checking import Run, planted_in, told_by_exiftool

PAGE = (
    "SubfileType ImageWidth ImageHeight BitsPerSample Compression PhotometricInterpretation FillOrder StripOffsets"
    " Orientation SamplesPerPixel RowsPerStrip StripByteCounts XResolution YResolution PlanarConfiguration"
    " ResolutionUnit PageNumber Predictor WhitePoint PrimaryChromaticities TileWidth TileLength TileOffsets"
    " TileByteCounts SampleFormat"
)
# What a picture must say of itself to be drawn; none of it is about a person or a device.
STRUCTURAL = frozenset(
    f"{group}:{name}"
    for group, names in {
        "File": "FileType FileTypeExtension MIMEType PageCount ExifByteOrder ImageWidth ImageHeight"
        " EncodingProcess BitsPerSample ColorComponents YCbCrSubSampling",
        "JFIF": "JFIFVersion ResolutionUnit XResolution YResolution",
        "IFD0": PAGE,
        "IFD1": PAGE,
        "GIF": "GIFVersion HasColorMap ColorResolutionDepth BitsPerPixel BackgroundColor ImageWidth ImageHeight"
        " AnimationIterations FrameCount Duration PixelAspectRatio TransparentColor",
        "Adobe": "DCTEncodeVersion APP14Flags0 APP14Flags1 ColorTransform",
        "PNG": "ImageWidth ImageHeight BitDepth ColorType Compression Filter Interlace Gamma WhitePointX WhitePointY"
        " RedX RedY GreenX GreenY BlueX BlueY BackgroundColor SRGBRendering Palette Transparency SignificantBits"
        " AnimationFrames AnimationPlays ProfileName",
        "PNG-pHYs": "PixelUnits PixelsPerUnitX PixelsPerUnitY",
        "RIFF": "WebP_Flags ImageWidth ImageHeight HorizontalScale VerticalScale AnimationLoopCount BackgroundColor"
        " Duration FrameCount AlphaPreprocessing AlphaFiltering AlphaCompression VP8Version AlphaIsUsed",
        "QuickTime": "MajorBrand MinorVersion CompatibleBrands HandlerType HEVCConfigurationVersion GeneralProfileSpace"
        " GeneralTierFlag GeneralProfileIDC GenProfileCompatibilityFlags ConstraintIndicatorFlags GeneralLevelIDC"
        " MinSpatialSegmentationIDC ParallelismType ChromaFormat BitDepthLuma BitDepthChroma AverageFrameRate"
        " ConstantFrameRate NumTemporalLayers TemporalIDNested ImageSpatialExtent ImagePixelDepth MediaDataSize"
        " MediaDataOffset MediaData ColorProfiles ColorPrimaries TransferCharacteristics MatrixCoefficients"
        " AV1ConfigurationVersion ChromaSamplePosition HighBitDepth InitialDelaySamples SeqLevelIdx0 SeqProfile"
        " SeqTier0 TwelveBit MonoChrome Monochrome",
        "Meta": "PrimaryItemReference MetaImageSize",
        "ICC-header": "ProfileCMMType ProfileVersion ProfileClass ColorSpaceData ProfileConnectionSpace ProfileDateTime"
        " ProfileFileSignature PrimaryPlatform CMMFlags DeviceManufacturer DeviceModel DeviceAttributes RenderingIntent"
        " ConnectionSpaceIlluminant ProfileCreator ProfileID",
        "ICC_Profile": "ProfileDescription ProfileCopyright MediaWhitePoint RedMatrixColumn GreenMatrixColumn"
        " BlueMatrixColumn RedTRC GreenTRC BlueTRC",
    }.items()
    for name in names.split()
)
SMALL_COPY = " 24x16 "  # of the first page of scan.tif, which goes
PICTURES = [
    *("cmyk.jpg", "motion.jpg", "photo.jpg"),
    *("full.png", "moving.png", "raw.png", "text.png"),
    *("photo.avif", "photo.heic"),
    *("moving.gif", "scan.tif", "tiles.tif"),
    *("moving.webp", "photo.webp", "plain.webp"),
]


def pixels(path: Path, scratch: Path) -> list[str]:
    """A checksum of what is drawn, turned as the picture says."""
    drawn = path
    if path.suffix in {".heic", ".avif"}:
        drawn = scratch / f"{path.parent.name}.png"
        subprocess.run(["heif-convert", str(path), str(drawn)], check=True, capture_output=True)
    turned = [] if drawn != path else ["-auto-orient"]
    command = ["convert", str(drawn), *turned, "-format", "%m %wx%h %#\n", "info:"]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return [line for line in told.splitlines() if SMALL_COPY not in line]


@pytest.mark.parametrize("name", PICTURES)
def test_a_cleaned_picture_holds_nothing_planted(cleaned: Run, name: str) -> None:
    assert planted_in((cleaned.originals / name).read_bytes()) != []
    assert cleaned.report[name]["refused"] is None
    assert cleaned.report[name]["left"] == []
    assert planted_in((cleaned.folder / name).read_bytes()) == []
    assert told_by_exiftool(cleaned.folder / name, STRUCTURAL) == {}


@pytest.mark.parametrize("name", PICTURES)
def test_a_cleaned_picture_has_the_same_pixels(cleaned: Run, name: str, tmp_path: Path) -> None:
    assert pixels(cleaned.folder / name, tmp_path) == pixels(cleaned.originals / name, tmp_path)


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

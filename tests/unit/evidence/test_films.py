"""Films and sound after cleaning: the same pictures and samples, and nothing that was planted."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

from tests.fixtures import planted
from tests.fixtures.checking import Run, planted_in, told_by_exiftool

FILMS = [
    *("clock.mov", "film.mp4", "phone.3gp", "pieces.mp4", "song.m4a"),
    *("film.mkv", "recording.webm", "web.webm"),
]
# What a film must say of itself to be played. Dates are asked for by themselves: they have to be zero.
STRUCTURAL = frozenset(
    f"{group}:{name}"
    for group, names in {
        "File": "FileType FileTypeExtension MIMEType",
        "QuickTime": "MajorBrand MinorVersion CompatibleBrands MovieHeaderVersion TimeScale Duration PreferredRate"
        " PreferredVolume MatrixStructure PreviewTime PreviewDuration PosterTime SelectionTime SelectionDuration"
        " CurrentTime NextTrackID MediaDataSize MediaDataOffset MediaData MovieFragmentSequence"
        " Unknown_tfdt Unknown_tfhd Unknown_trun Unknown_mvex Unknown_mfra",
        "Matroska": "CRC-32 CueClusterPosition CueTime CueTrack DocType DocTypeReadVersion DocTypeVersion Duration"
        " EBMLMaxIDLength EBMLMaxSizeLength EBMLReadVersion EBMLVersion Matroska_0x0070 SeekID SeekPosition"
        " TimecodeScale",
        "Track": "CodecID CodecPrivate TrackDefault TrackLacing TrackLanguage TrackNumber TrackType TrackUID"
        " VideoScanType Matroska_0x16bb Matroska_0x15b0 Matroska_0x16aa TrackHeaderVersion TrackID"
        " TrackDuration TrackLayer TrackVolume MatrixStructure ImageWidth ImageHeight Unknown_edts TimeCode"
        " MediaHeaderVersion MediaTimeScale MediaDuration MediaLanguageCode HandlerClass HandlerType"
        " GraphicsMode OpColor CompressorID SourceImageWidth SourceImageHeight XResolution YResolution"
        " BitDepth AVCConfiguration PixelAspectRatio BufferSize MaxBitrate AverageBitrate VideoFrameRate"
        " SyncSampleTable CompositionTimeToSample SampleToChunk SampleSizes ChunkOffset Balance AudioFormat"
        " AudioChannels AudioBitsPerSample AudioSampleRate Unknown_esds Unknown_btrt TimeToSampleTable"
        " SampleGroupDescription SampleToGroup LayoutFlags PurchaseFileFormat Unknown_mp4a",
    }.items()
    for name in names.split()
)
EMPTY = ("Free", "Unknown_free")
PROGRAMS = ("Matroska:MuxingApp", "Matroska:WritingApp")  # have to be there; empty
DATES = ("CreateDate", "ModifyDate")


def told(path: Path) -> dict[str, object]:
    """What exiftool tells beyond the structure, tracks without their numbers; no dates, names and room are nothing."""
    found = {
        re.sub(r"^Track\d+:", "Track:", name): value for name, value in told_by_exiftool(path, frozenset()).items()
    }
    return {
        name: value
        for name, value in found.items()
        if name not in STRUCTURAL
        and not name.endswith(EMPTY)
        and not (name in PROGRAMS and not str(value).strip("\0"))
        and not (name.endswith(DATES) and value == "0000:00:00 00:00:00")
    }


def played(path: Path) -> str:
    """A checksum of every picture and every sample."""
    command = ["ffmpeg", "-v", "error", "-i", str(path), "-map", "0:V?", "-map", "0:a?", "-f", "md5", "-"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def tags(path: Path) -> set[str]:
    command = ["ffprobe", "-v", "error", "-show_format", "-show_streams", "-of", "json", str(path)]
    told = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    parts = [told["format"], *told["streams"]]
    return {name for part in parts for name, value in part.get("tags", {}).items() if value != ""}


@pytest.mark.parametrize("name", FILMS)
def test_a_cleaned_film_holds_nothing_planted(cleaned: Run, name: str) -> None:
    assert planted_in((cleaned.originals / name).read_bytes()) != []
    assert cleaned.report[name]["refused"] is None
    assert cleaned.report[name]["left"] == []
    assert planted_in((cleaned.folder / name).read_bytes()) == []
    assert told(cleaned.folder / name) == {}
    structural = {"major_brand", "minor_version", "compatible_brands", "language", "vendor_id"}
    assert tags(cleaned.folder / name) <= structural


@pytest.mark.parametrize("name", FILMS)
def test_a_cleaned_film_plays_the_same(cleaned: Run, name: str) -> None:
    assert played(cleaned.folder / name) == played(cleaned.originals / name)


def test_what_a_film_gives_away_is_told(cleaned: Run) -> None:
    found = cleaned.findings("film.mp4")
    assert "50.08804, 14.42076" in found["place"]
    assert planted.CITY in found["place"]
    assert planted.AUTHOR in found["author"]
    assert planted.SERIAL in found["serial"]
    assert planted.MODEL in found["camera"]
    assert planted.COMMENT in found["comment"]
    assert planted.TITLE in found["title"]
    assert "2024-05-17 13:44:59" in found["time"]
    assert found["hidden"] == ["19 B"]


def test_a_track_of_the_clock_is_told_and_gone_with_its_samples(cleaned: Run) -> None:
    assert "tmcd, 4 B" in cleaned.findings("clock.mov")["time"]
    assert b"tmcd" not in (cleaned.folder / "clock.mov").read_bytes().replace(b"tref\0\0\0\x0ctmcd", b"")


def test_a_track_of_words_is_told_and_gone_with_its_samples(cleaned: Run) -> None:
    assert any(comment.startswith("sbtl, ") for comment in cleaned.findings("film.mp4")["comment"])
    assert b"GPS(" in (cleaned.originals / "film.mp4").read_bytes()
    assert b"GPS(" not in (cleaned.folder / "film.mp4").read_bytes()


def test_everything_in_a_cleaned_film_stays_at_its_place(cleaned: Run) -> None:
    for name in ("clock.mov", "pieces.mp4", "song.m4a", "film.mkv", "recording.webm", "web.webm"):
        assert (cleaned.folder / name).stat().st_size == (cleaned.originals / name).stat().st_size


def test_what_was_cut_off_a_film_and_is_still_there_is_told(cleaned: Run) -> None:
    report = cleaned.report["trimmed.mp4"]
    assert report["inspection"]["cleaning"] == "partial"
    assert len(report["inspection"]["notes"]) == 1
    assert report["left"] == [{"kind": "hidden", "value": "4.4 s"}]  # four, and what B-frames set off
    assert planted_in((cleaned.folder / "trimmed.mp4").read_bytes()) == []
    assert played(cleaned.folder / "trimmed.mp4") == played(cleaned.originals / "trimmed.mp4")
    others = [name for name in FILMS if cleaned.report[name]["inspection"]["cleaning"] != "full"]
    assert others == []

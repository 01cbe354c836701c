"""Sound after cleaning: the same samples, and nothing that was planted."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.fixtures import planted
from tests.fixtures.checking import Run, planted_in, told_by_exiftool

SOUNDS = ["memo.aac", "memo.wav", "song.mp3", "talk.flac", "talk.ogg", "talk.opus"]
# What sound must say of itself to be played; the second line is LAME's note of how it coded, in the first frame.
STRUCTURAL = frozenset(
    f"{group}:{name}"
    for group, names in {
        "File": "FileType FileTypeExtension MIMEType",
        "MPEG": "MPEGAudioVersion AudioLayer AudioBitrate SampleRate ChannelMode MSStereo IntensityStereo CopyrightFlag"
        " OriginalMedia Emphasis VBRFrames VBRBytes VBRScale Encoder LameVBRQuality LameQuality LameMethod"
        " LameLowPassFilter LameBitrate LameStereoMode",
        "RIFF": "Encoding NumChannels SampleRate AvgBytesPerSec BitsPerSample NumberOfSamples",
        "FLAC": "BlockSizeMin BlockSizeMax FrameSizeMin FrameSizeMax SampleRate Channels BitsPerSample TotalSamples"
        " MD5Signature",
        "AAC": "ProfileType SampleRate Channels",
        "Vorbis": "VorbisVersion AudioChannels SampleRate NominalBitrate MaximumBitrate MinimumBitrate Vendor",
        "Opus": "OpusVersion AudioChannels SampleRate OutputGain",
    }.items()
    for name in names.split()
)


def played(path: Path) -> str:
    """A checksum of every sample."""
    command = ["ffmpeg", "-v", "error", "-i", str(path), "-map", "0:a", "-f", "md5", "-"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def tags(path: Path) -> dict[str, str]:
    command = ["ffprobe", "-v", "error", "-show_format", "-show_streams", "-of", "json", str(path)]
    told = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    return {name: value for part in [told["format"], *told["streams"]] for name, value in part.get("tags", {}).items()}


@pytest.mark.parametrize("name", SOUNDS)
def test_cleaned_sound_holds_nothing_planted(cleaned: Run, name: str) -> None:
    assert planted_in((cleaned.originals / name).read_bytes()) != []
    assert cleaned.report[name]["refused"] is None
    assert cleaned.report[name]["left"] == []
    assert planted_in((cleaned.folder / name).read_bytes()) == []
    if name != "memo.aac":  # without its tags exiftool knows nothing of it
        told = told_by_exiftool(cleaned.folder / name, STRUCTURAL)
        assert {tag: value for tag, value in told.items() if value != ""} == {}
    own = {"encoder"} if name == "song.mp3" else set()
    assert set(tags(cleaned.folder / name)) <= own


@pytest.mark.parametrize("name", SOUNDS)
def test_cleaned_sound_plays_the_same(cleaned: Run, name: str) -> None:
    assert played(cleaned.folder / name) == played(cleaned.originals / name)


@pytest.mark.parametrize("name", SOUNDS)
def test_what_sound_gives_away_is_told(cleaned: Run, name: str) -> None:
    found = cleaned.findings(name)
    assert planted.AUTHOR in found["author"]
    assert planted.TITLE in found["title"]
    assert any(planted.COMMENT in comment for comment in found["comment"])
    if name != "memo.wav":
        assert "50.08804, 14.42076" in found["place"]
        assert planted.MODEL in found["camera"]


def test_pages_of_ogg_have_right_checksums_and_numbers(cleaned: Run) -> None:
    for name in ("talk.ogg", "talk.opus"):
        data, numbers = (cleaned.folder / name).read_bytes(), []
        while data:
            head = 27 + data[26]
            page, data = data[: head + sum(data[27:head])], data[head + sum(data[27:head]) :]
            numbers.append(int.from_bytes(page[18:22], "little"))
            assert ogg_checksum(page[:22] + bytes(4) + page[26:]) == int.from_bytes(page[22:26], "little")
        assert numbers == list(range(len(numbers)))


def ogg_checksum(page: bytes) -> int:
    """RFC 3533, section 6: the polynomial 0x04c11db7, not reflected, from zero."""
    value = 0
    for byte in page:
        value ^= byte << 24
        for _ in range(8):
            value = (value << 1) ^ (0x04C11DB7 if value & 0x80000000 else 0)
        value &= 0xFFFFFFFF
    return value

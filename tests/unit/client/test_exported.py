"""What somebody else may have put into a zip that calls itself an export: refused, and at no cost."""

from __future__ import annotations

import resource
import struct
import zipfile
from pathlib import Path

import pytest

from reporting.client.exported import read_export
from reporting.protocol.errors import Malformed

FOLDER = "case-" + "0" * 32
LONG = 300_000_000


def packed(path: Path, *names: str, how: int = zipfile.ZIP_DEFLATED, content: bytes = b"{}") -> Path:
    with zipfile.ZipFile(path, "w", how) as archive:
        for name in names:
            archive.writestr(f"{FOLDER}/{name}", content)
    return path


@pytest.mark.parametrize("how", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_small_file_does_not_unpack_to_more_than_it_says(tmp_path: Path, how: int) -> None:
    path = packed(tmp_path / "bomb.zip", "manifest.json", how=how, content=bytes(LONG))
    path.write_bytes(path.read_bytes().replace(struct.pack("<I", LONG), struct.pack("<I", 1_000)))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(Malformed, match="export"):
        read_export(path)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 64 * 1_024


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_name_stands_once(tmp_path: Path) -> None:
    with pytest.raises(Malformed, match="export"):
        read_export(packed(tmp_path / "twice.zip", "manifest.json", "manifest.json"))


def test_what_cannot_be_unpacked_is_no_fault_of_the_program(tmp_path: Path) -> None:
    whole = packed(tmp_path / "whole.zip", "manifest.json", content=b"some text " * 50).read_bytes()
    local, central = whole.index(b"PK\x03\x04"), whole.index(b"PK\x01\x02")
    data = local + 30 + len(f"{FOLDER}/manifest.json")

    def changed(place: int, put: bytes) -> bytes:
        return whole[:place] + put + whole[place + len(put) :]

    for number, broken in enumerate(
        (
            changed(data, b"\xff\xff\xff"),  # not what it was packed with
            changed(central + 8, b"\x01\x00"),  # encrypted
            changed(central + 10, b"\x63\x00"),  # packed in a way that nobody knows
        )
    ):
        path = tmp_path / f"{number}.zip"
        path.write_bytes(broken)
        with pytest.raises(Malformed, match="export"):
            read_export(path)

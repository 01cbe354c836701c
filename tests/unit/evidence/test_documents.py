"""Documents after cleaning: what a reader saw is there, and nothing that was planted, in any part of them."""

from __future__ import annotations

import subprocess
import zipfile
from pathlib import Path

import pytest

from tests.conftest import require
from tests.fixtures import flat, planted
from tests.fixtures.checking import Run, planted_in, told_by_exiftool
from tests.fixtures.documents import convert

OFFICE = ["excel.xlsx", "sheets.ods", "sheets.xlsx", "slides.odp", "slides.pptx", "text.docx", "text.odt"]
# Cleaned, a document with macros is one without.
RENAMED = {"word.docm": "word.docx"}
PDFS = ["earlier.pdf", "noted.pdf", "text.pdf"]


def parts(path: Path) -> dict[str, bytes]:
    """Everything that a file holds, unpacked."""
    found = {"": path.read_bytes()}
    if path.suffix == ".pdf":
        command = ["qpdf", "--qdf", "--object-streams=disable", str(path), "-"]
        found["qdf"] = subprocess.run(command, check=True, capture_output=True).stdout
    else:
        with zipfile.ZipFile(path) as archive:
            found |= {name: name.encode() + archive.read(name) for name in archive.namelist()}
    return found


def read_by(path: Path, folder: Path) -> str:
    """The text that LibreOffice and poppler show."""
    shown = path if path.suffix == ".pdf" else convert(path, "pdf", folder)
    return subprocess.run(["pdftotext", "-layout", str(shown), "-"], check=True, capture_output=True, text=True).stdout


@pytest.mark.parametrize("name", [*OFFICE, *RENAMED, *PDFS])
def test_a_cleaned_document_holds_nothing_planted(cleaned: Run, name: str) -> None:
    assert any(planted_in(data) for data in parts(cleaned.originals / name).values())
    assert cleaned.report[name]["refused"] is None
    target = cleaned.folder / RENAMED.get(name, name)
    assert {part: planted_in(data) for part, data in parts(target).items() if planted_in(data)} == {}
    told = told_by_exiftool(target, frozenset())
    assert planted_in(repr(told).encode()) == []
    groups = {key.partition(":")[0] for key in told}
    assert groups <= {"File", "ZIP", "PDF", "JFIF"}


@pytest.mark.parametrize("name", [*OFFICE, *RENAMED])
def test_nothing_is_left_in_a_cleaned_document(cleaned: Run, name: str) -> None:
    assert cleaned.report[name]["inspection"]["cleaning"] == "full"
    assert cleaned.report[name]["left"] == []


@pytest.mark.parametrize("name", [*OFFICE, *RENAMED, *PDFS])
def test_a_cleaned_document_reads_as_before(cleaned: Run, name: str, tmp_path: Path) -> None:
    require(Path("/usr/bin/soffice").exists(), "LibreOffice is not installed: run make test once.")
    shown = " ".join(read_by(cleaned.folder / RENAMED.get(name, name), tmp_path).split())
    expected = flat.VISIBLE.split()[0]  # a cell cuts the rest
    assert expected in shown
    if name.startswith("text") and not name.endswith("pdf"):
        assert shown == f"{flat.VISIBLE} before after {flat.INSERTED} Seen too. A link and another"
    if name.startswith(("sheets", "excel")):
        assert "8424" in shown
        assert "#" not in shown
        assert "Err" not in shown


def test_what_a_text_gives_away_is_told(cleaned: Run) -> None:
    for name in ("text.docx", "text.odt"):
        found = cleaned.findings(name)
        assert planted.AUTHOR in found["author"]
        assert planted.TITLE in found["title"]
        assert planted.COMMENT in found["comment"]
        assert f"− {flat.DELETED}" in found["revision"]
        assert flat.HIDDEN in found["hidden"]
        assert planted.SERIAL in found["serial"]
        assert any("home/planted/ledger.ods" in value for value in found["other"])
        assert not any("example.org" in value for value in found["other"])


def test_what_a_workbook_gives_away_is_told(cleaned: Run) -> None:
    for name in ("sheets.xlsx", "sheets.ods", "excel.xlsx"):
        hidden = cleaned.findings(name)["hidden"]
        assert flat.HIDDEN in hidden
        assert any(value.startswith("planted hidden") for value in hidden)
    found = cleaned.findings("excel.xlsx")
    assert planted.AUTHOR in found["author"]
    assert "C:\\Users\\planted\\Documents\\" in found["other"]
    assert f"{planted.COMPANY} printer" in found["other"]


def test_what_a_presentation_gives_away_is_told(cleaned: Run) -> None:
    for name in ("slides.pptx", "slides.odp"):
        hidden = " ".join(cleaned.findings(name)["hidden"])
        assert flat.NOTES in hidden
        assert flat.HIDDEN in hidden


def test_macros_and_what_is_embedded_are_told_and_gone(cleaned: Run) -> None:
    found = cleaned.findings("word.docm")
    assert found["script"] == ["word/vbaProject.bin"]
    assert found["attachment"] == ["planted.bin"]
    assert f"file:///C:/Users/{planted.COMPANY}/planted.dotm" in found["other"]
    with zipfile.ZipFile(cleaned.folder / "word.docx") as archive:
        assert "macroEnabled" not in archive.read("[Content_Types].xml").decode()
        assert not [name for name in archive.namelist() if "vba" in name or "planted" in name or "customXml" in name]


def test_a_cleaned_archive_tells_no_time(cleaned: Run) -> None:
    for name in OFFICE:
        with zipfile.ZipFile(cleaned.folder / name) as archive:
            assert archive.testzip() is None
            assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
            assert {info.extra for info in archive.infolist()} == {b""}
            assert archive.comment == b""


def test_what_a_pdf_gives_away_is_told(cleaned: Run) -> None:
    found = cleaned.findings("earlier.pdf")
    assert planted.AUTHOR in found["author"]
    assert planted.COMPANY in found["software"]
    assert found["attachment"] == ["planted.txt"]
    assert found["revision"] == ["1"]
    noted = cleaned.findings("noted.pdf")
    assert noted["script"] == ["JavaScript"]
    assert planted.SERIAL in noted["serial"]
    assert planted.COMMENT in noted["comment"]
    assert "planted layer" in noted["hidden"]


def test_a_black_box_over_text_is_warned_of(cleaned: Run) -> None:
    notes = " ".join(cleaned.report["noted.pdf"]["inspection"]["notes"])
    assert "Black boxes drawn over text do not remove the text" in notes
    assert "layers that are not shown" in notes
    assert cleaned.report["noted.pdf"]["inspection"]["cleaning"] == "partial"
    assert "Black boxes" not in " ".join(cleaned.report["text.pdf"]["inspection"]["notes"])


@pytest.mark.parametrize("name", ["archive.zip", "mail.eml", "protected.pdf", "text.doc", "text.rtf"])
def test_what_cannot_be_cleaned_is_said(cleaned: Run, name: str) -> None:
    assert cleaned.report[name]["inspection"]["cleaning"] == "none"
    assert cleaned.report[name]["inspection"]["notes"] != []
    assert cleaned.report[name]["refused"] in cleaned.report[name]["inspection"]["notes"]
    assert not (cleaned.folder / name).exists()


def test_what_is_not_cleaned_is_still_told(cleaned: Run) -> None:
    for name in ("text.doc", "text.rtf"):
        found = cleaned.findings(name)
        assert planted.AUTHOR in found["author"]
        assert planted.COMMENT in found["comment"]
    mail = cleaned.findings("mail.eml")
    assert any("192.0.2.17" in value for value in mail["place"])
    assert any("zofie@plantworks.example" in value for value in mail["author"])
    assert cleaned.findings("archive.zip")["attachment"] == ["planted/ledger.txt"]

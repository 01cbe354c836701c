"""Looking into files and cleaning them in Chromium, by the product's worker, beside reading the same bytes alone.

``python -m tests.bench.cleaning`` prints medians in MB/s. The files are the fixtures, which are small, and large ones
that the same programs make on the spot. A ratio above 1 is no mistake: of a film only what is not film is read.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

from tests.fixtures import films, flat, planted
from tests.fixtures.documents import convert
from tests.fixtures.planted import EXIF, IPTC, XMP, exiftool, run

ROOT = Path(__file__).resolve().parents[2]
READING, CLEANING = "reading", "cleaning"
PARAGRAPHS = 4_000
WHOLE_PICTURES = '{"ReduceImageResolution":{"type":"boolean","value":"false"},"Quality":{"type":"long","value":"98"}}'


def photo(folder: Path) -> None:
    """A telephone's photo of twelve megapixels, about 8 MB."""
    target = folder / "photo.jpg"
    noise = ("-seed", "4471", "plasma:tan-navy", "-attenuate", "0.4", "+noise", "Gaussian", "-quality", "92")
    run("convert", "-size", "4000x3000", *noise, target)
    exiftool(target, *EXIF, *XMP, *IPTC)


def film(folder: Path) -> None:
    """A telephone's film of 25 seconds with sound, about 50 MB."""
    target = folder / "film.mp4"
    drawn = ("-f", "lavfi", "-i", "testsrc2=size=1280x720:rate=30:duration=25", "-vf", "noise=alls=30:allf=t")
    sound = ("-f", "lavfi", "-i", "sine=frequency=440:duration=25")
    codecs = ("-c:v", "libx264", "-preset", "ultrafast", "-b:v", "16M", "-c:a", "aac")
    run("ffmpeg", "-y", *drawn[:4], *sound, *drawn[4:], *codecs, *films.TAGS, target)
    exiftool(target, *XMP, *films.QUICKTIME)


def papers(folder: Path) -> None:
    """A long text with a photo in it, as PDF and as DOCX, about 5 MB each."""
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        run("convert", folder / "photo.jpg", "-crop", "2800x2000+0+0", "-quality", "92", work / "inside.jpg")
        source = work / "paper.fodt"
        source.write_text(_long(flat.text((work / "inside.jpg").read_bytes())), encoding="utf-8")
        convert(source, "docx", work).rename(folder / "paper.docx")
        convert(source, f"pdf:writer_pdf_Export:{WHOLE_PICTURES}", work)
        (work / "paper.pdf").rename(folder / "paper.pdf")


def _long(document: str) -> str:
    # Numbers that repeat nowhere, so that they compress no better than what people write.
    lines = (" ".join(str((line * 7919 + place * 104729) % 99991) for place in range(60)) for line in range(PARAGRAPHS))
    more = "".join(f"<text:p>{flat.VISIBLE} {line}</text:p>" for line in lines)
    return document.replace("</office:text>", f"{more}</office:text>")


LARGE: tuple[Callable[[Path], None], ...] = (photo, film, papers)


def rounds(folder: Path) -> list[dict[str, dict[str, float]]]:
    """Seconds by round, way and file, as Chromium's page measured them.

    Raises AssertionError where a large file was refused: a refusal takes no time.
    """
    command = (sys.executable, "hatch_build.py", "npm", "--silent", "run", "bench", "cleaning_bench")
    given = {"FIXTURES": str(planted.FOLDER), "LARGE": str(folder)}
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, **given}, stdout=subprocess.PIPE, text=True, check=True)
    found: dict[int, dict[str, dict[str, float]]] = defaultdict(lambda: defaultdict(dict))
    for line in done.stdout.splitlines():
        row = json.loads(line)
        assert row["way"] == READING or row["cleaned"] or not (folder / row["file"]).exists(), row
        found[row["round"]][row["way"]][row["file"]] = float(row["seconds"])
    return list(found.values())


def _row(name: str, files: list[Path], measured: list[dict[str, dict[str, float]]]) -> str:
    megabytes = sum(path.stat().st_size for path in files) / 1_000_000
    speeds = {
        way: statistics.median(megabytes / sum(one[way][path.name] for path in files) for one in measured)
        for way in (CLEANING, READING)
    }
    return (
        f"cleaning {name:12} {megabytes:5.1f} MB: {speeds[CLEANING]:7.1f} MB/s | reading alone {speeds[READING]:7.1f}"
        f" MB/s | ratio {speeds[CLEANING] / speeds[READING]:5.2f}"
    )


def main() -> None:
    """Print one row for the fixtures together, and one for each large file."""
    with tempfile.TemporaryDirectory(prefix="reporting-cleaning-") as name:
        folder = Path(name)
        for make in LARGE:
            make(folder)
        measured = rounds(folder)
        fixtures = sorted(planted.FOLDER.iterdir())
        print(_row(f"{len(fixtures)} fixtures", fixtures, measured))
        for path in sorted(folder.iterdir()):
            print(_row(path.name, [path], measured))


if __name__ == "__main__":
    main()

"""Files at the terminal: there and back, streamed, resumed, and never kept where they do not hold."""

from __future__ import annotations

import datetime
import os
import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import delete, select

from reporting.client.cases import open_case
from reporting.client.casework import _sealed
from reporting.client.member import sign_in
from reporting.client.outgoing import PART_SIZE
from reporting.client.transport import Transport
from reporting.evidence.models import Upload
from reporting.evidence.sweeping import delete_files
from reporting.protocol.encoding import JSONObject, b64encode
from reporting.protocol.submission import Draft
from tests.unit.cli.at_terminal import Terminal, run, terminal

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

CONTENT = os.urandom(PART_SIZE + 5_000)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Terminal]:
    with terminal(tmp_path_factory.mktemp("files")) as found:
        yield found


@pytest.fixture
def here(shared: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    return replace(shared, folder=tmp_path)


def written(here: Terminal, name: str, content: bytes = CONTENT) -> str:
    """A file of the person's own, by its path."""
    path = here.folder / name
    path.write_bytes(content)
    return str(path)


def saved(folder: Path) -> dict[str, bytes]:
    """What lies in a folder, by the ends of its paths."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_files_go_to_the_desk_and_back(here: Terminal) -> None:
    small = b"id,amount\n1,2\n"
    filed = here.filed("--attach", written(here, "scan.pdf"), "--attach", written(here, "table.csv", small))
    shown = here.done("m1", "show", filed.case)
    (report,) = shown["entries"]
    assert [(file["name"], file["type"], file["size"]) for file in report["attachments"]] == [
        ("scan.pdf", "application/pdf", len(CONTENT)),
        ("table.csv", "text/csv", len(small)),
    ]
    told = here.desk("m1", "show", filed.case).stdout
    assert "File 2: table.csv (0.0 KiB)" in told
    folder = here.folder / "desk"
    answer = here.done("m1", "save", filed.case, str(folder))
    assert saved(folder) == {"scan.pdf": CONTENT, "table.csv": small}
    assert answer["refused"] == []

    here.done("m1", "reply", filed.case, "Look.", "--attach", written(here, "answer.bin", CONTENT[:99]))
    here.done("m1", "note", filed.case, "Ours.", "--attach", written(here, "team.bin", CONTENT[:98]))
    sent = here.mailbox(filed.code, "--reply", "More.", "--attach", written(here, "more.bin", CONTENT[:97]))
    assert sent.exit_code == 0, sent.stderr
    assert "exiftool" in sent.stderr
    back = here.folder / "back"
    result = here.mailbox(filed.code, "--save-files", str(back))
    assert result.exit_code == 0, result.stderr
    assert saved(back) == {
        f"{filed.case[:12]}/{name}": content
        for name, content in {
            "scan.pdf": CONTENT,
            "table.csv": small,
            "answer.bin": CONTENT[:99],
            "more.bin": CONTENT[:97],
        }.items()
    }, "what the team keeps to itself is not among them"
    colleague = here.folder / "colleague"
    here.done("m3", "save", filed.case, str(colleague))
    assert set(saved(colleague)) == {"scan.pdf", "table.csv", "answer.bin", "team.bin", "more.bin"}


def test_one_file_alone_can_be_saved(here: Terminal) -> None:
    filed = here.filed("--attach", written(here, "a.bin", b"a"), "--attach", written(here, "b.bin", b"b"))
    (report,) = here.done("m1", "show", filed.case)["entries"]
    folder = here.folder / "one"
    here.done("m1", "save", filed.case, str(folder), "--file", report["attachments"][1]["upload"])
    assert saved(folder) == {"b.bin": b"b"}


def test_what_the_store_altered_is_not_kept(here: Terminal) -> None:
    filed = here.filed("--attach", written(here, "scan.pdf"))
    with here.site.service.database.read() as session:
        entries = session.scalars(select(Upload.entry_id).where(Upload.case_id == filed.case)).all()
    delete_files(here.site.service, [entry for entry in entries if entry])
    for result in (
        here.mailbox(filed.code, "--save-files", str(here.folder / "back")),
        here.desk("m1", "save", filed.case, str(here.folder / "desk")),
    ):
        assert result.exit_code == 4
        assert "nothing of them was kept" in result.stderr
    assert saved(here.folder / "back") == saved(here.folder / "desk") == {}


@pytest.mark.parametrize("to", ["entries", "removals"])
def test_a_file_is_gone_once_the_server_says_so_not_by_the_signed_word_alone(here: Terminal, to: str) -> None:
    filed = here.filed("--attach", written(here, "list.txt", b"a"))
    today = datetime.datetime.now(datetime.UTC).date()
    with sign_in(Transport(here.site.desk_url), "m1", here.site.passphrases["m1"], today) as session:
        found = open_case(session, filed.case)
        (report,) = found.opened.view.entries
        assert report.entry is not None
        (file,) = report.entry.attachments
        body: JSONObject = {"sha256": b64encode(file.sha256), "reason": "Not of this case."}
        _, sealed = _sealed(session, found, Draft("removal", "reporter", body))
        named: JSONObject = {} if to == "entries" else {"target": report.served.id, "upload": file.upload}
        content: JSONObject = {"audience": "reporter", "epoch": 0, "entry": b64encode(sealed)}
        session.send("POST", f"/api/cases/{filed.case}/{to}", {**content, **named})
    results = [
        here.mailbox(filed.code, "--save-files", str(here.folder / "back")),
        here.desk("m1", "save", filed.case, str(here.folder / "desk")),
    ]
    there = {f"{filed.case[:12]}/list.txt": b"a"} if to == "entries" else {}
    assert (saved(here.folder / "back"), len(saved(here.folder / "desk"))) == (there, len(there))
    for result in results:
        assert result.exit_code == 0, result.stderr
        assert ("list.txt: it was removed from this case." in result.stderr) is (to == "removals")


def test_parts_that_were_lost_on_the_way_are_sent_again(here: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.sleep", lambda _seconds: None)
    lost: list[str] = []

    def lose(environ: WSGIEnvironment) -> bool:
        path = environ["PATH_INFO"]
        if environ["REQUEST_METHOD"] == "PUT" and lost.count(path) < 2:
            lost.append(path)
            return True
        return False

    monkeypatch.setattr(here.wire, "lose", lose)
    filed = here.filed("--attach", written(here, "scan.pdf"))
    assert len(lost) == 4
    folder = here.folder / "desk"
    here.done("m1", "save", filed.case, str(folder))
    assert saved(folder) == {"scan.pdf": CONTENT}


def test_an_upload_that_vanished_is_begun_again(here: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    swept: list[str] = []

    def sweep(environ: WSGIEnvironment) -> bool:
        if environ["REQUEST_METHOD"] == "PUT" and not swept:
            swept.append(environ["PATH_INFO"].split("/")[3])
            with here.site.service.database.write() as session:
                session.execute(delete(Upload).where(Upload.id == swept[0]))
        return False

    monkeypatch.setattr(here.wire, "before", sweep)
    filed = here.filed("--attach", written(here, "scan.pdf"))
    (report,) = here.done("m1", "show", filed.case)["entries"]
    assert swept
    assert report["attachments"][0]["upload"] != swept[0]


def test_a_file_that_is_too_large_is_refused_before_anything_is_sent(here: Terminal) -> None:
    path = here.folder / "film.mkv"
    with path.open("wb") as file:
        file.truncate((2 << 30) + 1)
    before = len(here.wire.posts)
    result = here.submit("--attach", str(path))
    assert result.exit_code == 1
    assert "2048 MiB" in result.stderr
    assert len(here.wire.posts) == before


def test_too_many_files_are_refused_before_anything_is_sent(here: Terminal) -> None:
    path = written(here, "a.bin", b"a")
    before = len(here.wire.posts)
    assert "At most 16 files" in here.submit(*(["--attach", path] * 17)).stderr
    assert len(here.wire.posts) == before


def test_what_is_no_file_is_refused(here: Terminal) -> None:
    assert here.submit("--attach", str(here.folder / "nothing")).exit_code == 2
    assert here.submit("--attach", str(here.folder)).exit_code == 2


def test_a_report_that_is_wrong_sends_no_file(here: Terminal) -> None:
    before = len(here.wire.posts)
    result = here.submit("--attach", written(here, "a.bin"), account="x" * 17_000)
    assert result.exit_code == 1
    assert len(here.wire.posts) == before


def test_files_are_saved_or_sent(here: Terminal) -> None:
    filed = here.filed()
    result = here.mailbox(filed.code, "--reply", "x", "--save-files", str(here.folder))
    assert result.exit_code == 2


def test_there_may_be_none(here: Terminal) -> None:
    filed = here.filed()
    assert "There is no file." in here.mailbox(filed.code, "--save-files", str(here.folder / "x")).stdout
    assert run("mailbox", "--help").exit_code == 0


def there_and_back(here: Terminal, parts: int) -> int:
    """Bytes of memory that are held at most while a file of so many parts goes to the desk and is saved there."""
    path = here.folder / f"{parts}.bin"
    with path.open("wb") as file:
        for _ in range(parts):
            file.write(os.urandom(PART_SIZE))
    tracemalloc.reset_peak()
    filed = here.filed("--attach", str(path))
    folder = here.folder / filed.case
    here.done("m1", "save", filed.case, str(folder))
    _, peak = tracemalloc.get_traced_memory()
    assert (folder / path.name).read_bytes() == path.read_bytes()
    return peak


def test_a_large_file_takes_no_more_memory_than_a_small_one(here: Terminal) -> None:
    """Both ends run in this process: what either holds at a time counts here."""
    tracemalloc.start()
    try:
        small = min(there_and_back(here, 2) for _ in range(2))
        assert there_and_back(here, 40) < small + 4 * PART_SIZE
    finally:
        tracemalloc.stop()

"""Files that a server, or an author, tampers with: nothing of them is kept, whatever was loaded before it showed."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from reporting.client.incoming import safe_name, save_file
from reporting.client.outgoing import PART_SIZE
from reporting.protocol.age import HybridIdentity, encrypt
from reporting.protocol.encoding import sha256
from reporting.protocol.entry import Attachment
from reporting.protocol.errors import CannotOpen, NotAuthentic
from reporting.protocol.padding import padded_file_size

CASE, REPORTER = HybridIdentity.generate(), HybridIdentity.generate()
TO = [CASE.recipient, REPORTER.recipient]
CONTENT = os.urandom(5 * PART_SIZE // 2 + 1)  # no padded size
SEALED = encrypt(CONTENT.ljust(padded_file_size(len(CONTENT)), b"\0"), TO)
FILE = Attachment("0" * 32, "scan.pdf", "application/pdf", len(CONTENT), sha256(SEALED))


def parts(sealed: bytes) -> Callable[[int], bytes]:
    """A server that hands out these bytes."""
    return lambda number: sealed[number * PART_SIZE : (number + 1) * PART_SIZE]


def save(folder: Path, sealed: bytes, file: Attachment = FILE, key: HybridIdentity = REPORTER) -> Path:
    """Save what a server hands out."""
    return save_file(folder, file, "reporter", parts(sealed), [key])


def refused(folder: Path, sealed: bytes, file: Attachment = FILE) -> None:
    """Nothing is kept of it."""
    with pytest.raises(NotAuthentic):
        save(folder, sealed, file)
    assert list(folder.iterdir()) == []


def named(sealed: bytes, size: int = len(CONTENT)) -> Attachment:
    """What an entry says of these bytes: a hash that fits them."""
    return replace(FILE, size=size, sha256=sha256(sealed))


@pytest.mark.parametrize("key", [CASE, REPORTER])
def test_an_honest_file_is_saved_whole(tmp_path: Path, key: HybridIdentity) -> None:
    path = save(tmp_path, SEALED, key=key)
    assert path == tmp_path / "scan.pdf"
    assert path.read_bytes() == CONTENT
    assert path.stat().st_mode & 0o077 == 0


def test_an_empty_file_is_saved_too(tmp_path: Path) -> None:
    sealed = encrypt(bytes(65_536), TO)
    assert save(tmp_path, sealed, named(sealed, 0)).read_bytes() == b""


TAMPERED = {
    "cut short": SEALED[:-1],
    "cut at a part": SEALED[: 2 * PART_SIZE],
    "nothing": b"",
    "a byte altered": SEALED[:-20] + bytes([SEALED[-20] ^ 1]) + SEALED[-19:],
    "its head altered": bytes([SEALED[0] ^ 1]) + SEALED[1:],
    "parts in another order": SEALED[PART_SIZE : 2 * PART_SIZE] + SEALED[:PART_SIZE] + SEALED[2 * PART_SIZE :],
    "a part twice": SEALED[:PART_SIZE] * 2 + SEALED[2 * PART_SIZE :],
    "another file for the same people": encrypt(CONTENT.ljust(padded_file_size(len(CONTENT)), b"\0"), TO),
}


@pytest.mark.parametrize("how", sorted(TAMPERED))
def test_what_a_server_tampered_with_is_refused(tmp_path: Path, how: str) -> None:
    refused(tmp_path, TAMPERED[how])


def test_a_part_that_is_longer_than_it_may_be_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotAuthentic):
        save_file(tmp_path, FILE, "reporter", lambda _number: SEALED, [CASE])
    assert list(tmp_path.iterdir()) == []


def test_what_an_author_padded_with_something_is_refused(tmp_path: Path) -> None:
    padded = CONTENT.ljust(padded_file_size(len(CONTENT)) - 1, b"\0") + b"\1"
    sealed = encrypt(padded, TO)
    refused(tmp_path, sealed, named(sealed))


@pytest.mark.parametrize("size", [len(CONTENT) - 1, 1, padded_file_size(len(CONTENT)) + 1])
def test_an_author_who_says_another_size_is_refused(tmp_path: Path, size: int) -> None:
    refused(tmp_path, SEALED, named(SEALED, size))


def test_a_file_without_padding_is_refused(tmp_path: Path) -> None:
    sealed = encrypt(CONTENT, TO)
    refused(tmp_path, sealed, named(sealed))


def test_a_file_of_other_people_does_not_open(tmp_path: Path) -> None:
    with pytest.raises(CannotOpen):
        save(tmp_path, SEALED, key=HybridIdentity.generate())
    assert list(tmp_path.iterdir()) == []


def test_a_file_with_as_many_stanzas_as_another_audience_has_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotAuthentic):
        save_file(tmp_path, FILE, "team", parts(SEALED), [CASE])


@pytest.mark.parametrize("upload", ["../../session", "x", "0" * 31, "é" * 32])
def test_an_upload_that_is_no_id_never_becomes_an_address(tmp_path: Path, upload: str) -> None:
    def load(_number: int) -> bytes:
        raise AssertionError("asked")

    with pytest.raises(NotAuthentic):
        save_file(tmp_path, replace(FILE, upload=upload), "reporter", load, [CASE])


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("scan.pdf", "scan.pdf"),
        ("../../.ssh/authorized_keys", "_.._.ssh_authorized_keys"),
        ("/etc/passwd", "_etc_passwd"),
        ("..\\..\\x", "_.._x"),
        (".bashrc", "bashrc"),
        ("invoice\u202efdp.exe", "invoice_fdp.exe"),
        ("a\x1b[2Jb\n.txt", "a_[2Jb_.txt"),
        ("CON", "_CON"),
        ("aux.txt", "_aux.txt"),
        ("", "file"),
        ("...", "file"),
        ("ملف.pdf", "ملف.pdf"),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
    ],
)
def test_a_name_leads_nowhere_and_hides_nothing(name: str, safe: str) -> None:
    assert safe_name(name) == safe


def test_no_file_takes_the_place_of_another(tmp_path: Path) -> None:
    (tmp_path / "scan.pdf").write_text("mine")
    (tmp_path / "scan (2).pdf").symlink_to("/nowhere")
    assert save(tmp_path, SEALED) == tmp_path / "scan (3).pdf"
    assert (tmp_path / "scan.pdf").read_text() == "mine"

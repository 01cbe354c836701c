"""A case's export, as the desk writes it: its hashes checked, and the case in it judged anew from the sealed originals.

The text in ``opened`` is passed over: what is shown is opened here, from what was sealed.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from reporting.client.errors import NotPossible
from reporting.client.mailbox import MAX_ENTRIES, OpenedCase, ServedCase, parse_case
from reporting.protocol import directory as directories
from reporting.protocol import thread
from reporting.protocol.age import Identities
from reporting.protocol.directory import Directory
from reporting.protocol.encoding import JSON, JSONObject, b64encode, parse_json_object, sha256
from reporting.protocol.epoch import MAX_EPOCHS
from reporting.protocol.errors import Malformed, NotAuthentic, ProtocolError, N_
from reporting.protocol.note import VerifierKey

FORMAT = "reporting/export/v1"
MAX_TOTAL = 512 * 1024 * 1024  # bytes of everything in it, unpacked
MAX_JSON = 64 * 1024 * 1024
_MANIFEST = "manifest.json"
_NAME = re.compile(r"(case-[0-9a-f]{32})/((?:originals|opened|epochs|grants)/)?([0-9A-Za-z._-]{1,200})", re.ASCII)
# Only these stop where the size that an entry states is reached: the others unpack without end.
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED = 0x1
_NO_ZIP = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError)
_DAMAGED = N_("This is not a case's export, or it is damaged.")


@dataclass(frozen=True)
class Export:
    """What an export holds, sealed: its hashes agree with its manifest, and nothing else is proven yet.

    ``root`` is what the export calls the site's root key. Whoever relies on it compares it first.
    """

    root: VerifierKey
    signed_directory: bytes
    served: ServedCase
    grants: tuple[tuple[int, bytes], ...] = field(repr=False)

    def judge(self, identity: Identities, root: VerifierKey) -> tuple[OpenedCase, Directory]:
        """The case as its keys and the directory of its day prove it.

        :param root: the root key that the reader trusts
        :raises NotAuthentic: the directory in the export was not signed by that root
        """
        directory = directories.parse(self.signed_directory, root)
        view = thread.read_as_member(self.served.sealed, self.grants, identity, directory)
        return OpenedCase(self.served, view, {}), directory


def read_export(path: Path) -> Export:
    """Read an export.

    :raises Malformed: not one
    :raises NotAuthentic: a file in it is not the one that its manifest lists
    :raises NotPossible: it was made before exports held what is needed to open them
    """
    try:
        files = _files(path)
        manifest = parse_json_object(files.get(_MANIFEST, b""), limit=MAX_JSON)
        _check_hashes(files, manifest)
        if "directory.txt" not in files or not any(name.startswith("grants/") for name in files):
            raise NotPossible(N_("This export holds no keys: it was made by an older release. Read its “opened”."))
        case = parse_json_object(files.get("case.json", b""), limit=MAX_JSON)
        return Export(
            root=VerifierKey.parse(files.get("root.txt", b"").decode("ascii").rstrip("\n")),
            signed_directory=files["directory.txt"],
            served=_served(case, manifest, files),
            grants=tuple(_grants(files)),
        )
    except NotAuthentic:
        raise
    except (ProtocolError, UnicodeDecodeError, KeyError, TypeError, *_NO_ZIP):
        raise Malformed(_DAMAGED) from None


def _files(path: Path) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    folders = set()
    left = MAX_TOTAL
    with zipfile.ZipFile(path) as archive:
        for entry in archive.infolist():
            name = _NAME.fullmatch(entry.filename)
            left -= entry.file_size
            if name is None or left < 0 or len(found) > 3 * MAX_ENTRIES:
                raise Malformed(_DAMAGED)
            if entry.compress_type not in _METHODS or entry.flag_bits & _ENCRYPTED:
                raise Malformed(_DAMAGED)
            inside = (name[2] or "") + name[3]
            if inside in found:
                raise Malformed(_DAMAGED)
            folders.add(name[1])
            found[inside] = archive.read(entry)
    if len(folders) != 1:
        raise Malformed(_DAMAGED)
    return found


def _check_hashes(files: Mapping[str, bytes], manifest: JSONObject) -> None:
    listed = manifest.get("files")
    if manifest.get("format") != FORMAT or not isinstance(listed, dict):
        raise Malformed(_DAMAGED)
    for name in sorted(files.keys() | listed.keys()):
        if name in (_MANIFEST, "SHA256SUMS"):
            continue
        if name not in files or name not in listed or sha256(files[name]).hex() != listed[name]:
            raise NotAuthentic(N_("“{name}” in this export was changed since it was made."), name=name)


def _served(case: JSONObject, manifest: JSONObject, files: Mapping[str, bytes]) -> ServedCase:
    hashes = {item["entry"]: item["sha256"] for item in _objects(manifest.get("originals"))}
    entries = [_entry(item, hashes, files) for item in _objects(case.get("entries"))]
    epochs = [files[f"epochs/{number}.txt"].decode("utf-8") for number in range(_count(files, "epochs/"))]
    told = {"status": case.get("server_status"), "outcome": case.get("server_outcome")}
    return parse_case({**case, **told, "epochs": epochs, "recipient": ""}, entries)


def _entry(item: JSONObject, hashes: Mapping[JSON, JSON], files: Mapping[str, bytes]) -> JSONObject:
    original = item.get("original")
    sealed = None if original is None else b64encode(files[str(original)])
    told = {"id": item.get("id"), "date": item.get("day"), "audience": item.get("audience")}
    return {**told, "sealed": sealed, "sha256": hashes.get(item.get("id"))}


def _objects(value: JSON) -> list[JSONObject]:
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise Malformed(_DAMAGED)
    return value


def _count(files: Mapping[str, bytes], folder: str) -> int:
    return sum(name.startswith(folder) for name in files)


def _grants(files: Mapping[str, bytes]) -> list[tuple[int, bytes]]:
    return [(number, files[f"grants/{number}.age"]) for number in range(MAX_EPOCHS) if f"grants/{number}.age" in files]

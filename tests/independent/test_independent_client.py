"""A client written from the protocol page alone, in another language, against the real service."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from tests.conftest import require
from tests.system.running import running

HERE = Path(__file__).parent
MODULES = HERE.parents[1] / "reporting" / "browser" / "node_modules"


def test_server_and_protocol_page_agree(tmp_path: Path) -> None:
    """Every claim of the page that ``check.mjs`` can observe holds; its notes are printed with a failure."""
    node = require(shutil.which("node"), "No Node.js here.")
    require((MODULES / "age-encryption").is_dir(), "The browser's packages are not installed.")
    with running(tmp_path / "demo", fresh=True) as service:
        done = subprocess.run(
            [node, str(HERE / "check.mjs"), service.base_url, str(service.credentials["fingerprint"])],
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    lines = done.stdout.splitlines()
    wrong = [line for line in lines if line.startswith("not ok")]
    notes = [line for line in lines if line.startswith("# note")]
    assert not wrong, "\n".join([*wrong, *notes])
    assert done.returncode == 0, done.stderr
    planned = [line for line in lines if line.startswith("1..")]
    assert planned == [f"1..{sum(line.startswith('ok ') for line in lines)}"]

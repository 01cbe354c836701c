"""Files pass between this core and ``age-encryption``, the implementation by age's author, both ways."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from reporting.protocol.age import HybridIdentity, check_sealed, decrypt, encrypt
from tests.conftest import require

ROOT = Path(__file__).parents[3]
BROWSER = ROOT / "reporting/browser"
SCRIPT = """
import { Decrypter, Encrypter, generateHybridIdentity, identityToRecipient } from "age-encryption";
const given = JSON.parse(process.argv[1]);
const decrypter = new Decrypter();
decrypter.addIdentity(given.identity);
const opened = await decrypter.decrypt(Buffer.from(given.sealed, "base64"));
const identity = await generateHybridIdentity();
const recipient = await identityToRecipient(given.identity);
const encrypter = new Encrypter();
encrypter.addRecipient(recipient);
encrypter.addRecipient(await identityToRecipient(identity));
const sealed = await encrypter.encrypt(opened);
console.log(JSON.stringify({ recipient, identity, sealed: Buffer.from(sealed).toString("base64") }));
"""


@pytest.fixture(scope="module")
def node() -> str:
    """The Node that builds the bundle."""
    packages = BROWSER / "node_modules/age-encryption"
    command = [sys.executable, str(ROOT / "hatch_build.py"), "--node"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    found = done.stdout.strip() if packages.is_dir() else ""
    return require(found, "Node or its packages are not installed.")


def answer_of(node: str, given: dict[str, str]) -> Any:
    command = [node, "--input-type=module", "--eval", SCRIPT, json.dumps(given)]
    done = subprocess.run(command, cwd=BROWSER, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize("size", [0, 1, 65_536])
def test_each_opens_what_the_other_sealed(node: str, size: int) -> None:
    alice = HybridIdentity.generate()
    plaintext = os.urandom(size)
    sealed = encrypt(plaintext, [HybridIdentity.generate().recipient, alice.recipient])

    answer = answer_of(node, {"identity": alice.encode(), "sealed": base64.b64encode(sealed).decode()})

    assert answer["recipient"] == str(alice.recipient)
    theirs = base64.b64decode(answer["sealed"])
    check_sealed(theirs, stanzas=2, plaintext_sizes=range(size, size + 1))
    assert decrypt(theirs, [alice]) == plaintext
    assert decrypt(theirs, [HybridIdentity.parse(answer["identity"])]) == plaintext

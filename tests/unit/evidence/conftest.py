"""The fixtures, cleaned once for all tests."""

from __future__ import annotations

import shutil

import pytest

from tests.conftest import require
from tests.fixtures.checking import BROWSER, Run, clean_all
from tests.fixtures.planted import FOLDER


@pytest.fixture(scope="session")
def cleaned(tmp_path_factory: pytest.TempPathFactory) -> Run:
    require((BROWSER / "node_modules" / "esbuild").is_dir(), "The browser side is not set up: run make setup.")
    require(shutil.which("exiftool"), "exiftool is not installed: run make test once.")
    return clean_all(FOLDER, tmp_path_factory.mktemp("cleaned"))

"""What is built from this repository: a wheel that works by itself, the same bytes each time."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.architecture import rules
from tests.conftest import require

BROWSER = rules.ROOT / "reporting" / "browser"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_wheel(tmp_path_factory.mktemp("wheel"))


def build_wheel(folder: Path) -> Path:
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(command, cwd=rules.ROOT, check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    return built


def test_the_wheel_holds_what_a_service_needs_and_no_tools(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert "reporting/browser/dist/manifest.json" in names
    assert any(name.startswith("reporting/_data/migrations/versions/") for name in names)
    assert any(name.endswith("licenses/LICENSE") for name in names)
    browser = [name for name in names if name.startswith("reporting/browser/")]
    assert [name for name in browser if not name.startswith("reporting/browser/dist/")] == []
    assert [name for name in names if name.endswith((".po", ".pot", ".secret"))] == []


def test_the_wheel_is_the_same_each_time(wheel: Path, tmp_path: Path) -> None:
    assert build_wheel(tmp_path).read_bytes() == wheel.read_bytes()


def test_an_installed_wheel_finds_its_folders(wheel: Path, tmp_path: Path) -> None:
    zipfile.ZipFile(wheel).extractall(tmp_path)
    script = "from reporting import paths; print(paths.data_folder('migrations'), paths.BUNDLE.is_dir())"
    command = [sys.executable, "-I", "-c", f"import sys; sys.path.insert(0, {str(tmp_path)!r}); {script}"]
    answer = subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, text=True).stdout
    assert answer.split() == [str(tmp_path / "reporting" / "_data" / "migrations"), "True"]


def test_the_bundle_is_the_same_wherever_it_is_built(tmp_path: Path) -> None:
    require((BROWSER / "node_modules" / "esbuild").is_dir(), "The browser side is not set up: run make setup.")
    copy = tmp_path / "elsewhere"
    shutil.copytree(BROWSER, copy, ignore=shutil.ignore_patterns("node_modules", "dist"))
    (copy / "node_modules").symlink_to(BROWSER / "node_modules")
    node = subprocess.run(
        [sys.executable, "hatch_build.py", "--node"], cwd=rules.ROOT, check=True, capture_output=True, text=True
    ).stdout.strip()
    subprocess.run([node, "build.mjs"], cwd=copy, check=True, capture_output=True)
    assert contents(copy / "dist") == contents(BROWSER / "dist")


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_the_locks_are_hashed_and_name_no_host() -> None:
    for name in ("requirements.lock", "requirements-build.lock", "requirements-node.lock", "requirements-dev.lock"):
        lock = (rules.ROOT / name).read_text(encoding="utf-8")
        pins = [line for line in lock.splitlines() if line and not line.startswith((" ", "#"))]
        assert pins
        assert [pin for pin in pins if not pin.endswith("\\") or "==" not in pin] == []
        assert "://" not in lock
    packages = json.loads((BROWSER / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    assert [name for name, entry in packages.items() if name and "integrity" not in entry] == []
    assert [name for name, entry in packages.items() if "resolved" in entry] == []


def test_the_locks_hold_every_package_that_is_asked_for() -> None:
    project = tomllib.loads((rules.ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    groups = project["dependency-groups"]
    wanted = {
        "requirements.lock": project["project"]["dependencies"],
        "requirements-build.lock": groups["build"],
        "requirements-node.lock": groups["node"],
        "requirements-dev.lock": [*project["project"]["dependencies"], *groups["build"], *groups["dev"]],
    }
    for name, requirements in wanted.items():
        pins = locked(rules.ROOT / name)
        for requirement in map(Requirement, requirements):
            versions = pins.get(canonicalize_name(requirement.name), [])
            assert any(requirement.specifier.contains(version) for version in versions), f"{requirement} in {name}"


def locked(path: Path) -> dict[str, list[str]]:
    """The versions that a lock pins for each package; several where they differ by Python version."""
    pins: dict[str, list[str]] = {}
    for name, version in re.findall(r"^([\w.-]+)==(\S+)", path.read_text(encoding="utf-8"), re.MULTILINE):
        pins.setdefault(canonicalize_name(name), []).append(version)
    return pins

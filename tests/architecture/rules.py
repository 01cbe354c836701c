"""The rules of the house, each a function of source text, so that the tests can show that it bites."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MODULE_LINES = 400
FUNCTION_LINES = 50

_FEATURES = """
    intake mailbox evidence cases custody protection awareness statistics members directory log retention notices
    administration practice
"""
ROOMS = frozenset(_FEATURES.split())
BASE = frozenset(
    {
        "",
        "characters",
        "config",
        "db",
        "errors",
        "i18n",
        "mailing",
        "paths",
        "permissions",
        "profiles",
        "questionnaires",
        "service",
        "translations",
    }
)
# What a room keeps to itself: the side of it that speaks HTTP. Others call its rules and read its models.
PRIVATE_PARTS = frozenset({"forms", "openapi", "pages", "views"})
# The core takes bytes and returns bytes: no framework, database, network, clock, environment or file.
_FRAMEWORKS = "flask flask_wtf werkzeug sqlalchemy alembic click httpx gunicorn jinja2 babel gettext requests"
_SURROUNDINGS = "time socket subprocess threading logging pathlib tempfile shutil urllib"
_IMPURE_MODULES = frozenset(_FRAMEWORKS.split()) | frozenset(_SURROUNDINGS.split())
_WORLD = "os.environ os.getenv datetime.now datetime.utcnow datetime.today date.today time.time open print"
_IMPURE_NAMES = frozenset(_WORLD.split())


def product_files(*patterns: str) -> list[Path]:
    """The files of the product's own code that git knows or would take, relative to the repository."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *patterns]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [Path(line) for line in sorted(set(listed.splitlines())) if (ROOT / line).is_file()]


def module_name(path: Path) -> str:
    """`reporting/cases/rules.py` as `reporting.cases.rules`, packages without their `__init__`."""
    parts = path.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(module: str, source: str, *, is_package: bool = False) -> Iterator[str]:
    """Every module that `source` names in an import, at any depth, relative ones made absolute.

    `from a import b` gives `a.b`: whether b is a module or a name in a makes no difference to the arrows.
    """
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                package = module.split(".") if is_package else module.split(".")[:-1]
                base = ".".join([*package[: len(package) - node.level + 1], *([base] if base else [])])
            yield from (f"{base}.{alias.name}" for alias in node.names)


def arrow_problem(module: str, imported: str) -> str:
    """Why `module` may not import `imported`; empty where it may."""
    if not imported.startswith("reporting."):
        return ""
    here, there = _place(module), _place(imported)
    if here == there or _is_allowed(here, there, imported):
        return ""
    return f"{module} imports {imported}: {here or 'the package'} may not use {there}"


def _place(module: str) -> str:
    parts = module.split(".")
    place = parts[1] if len(parts) > 1 else ""
    return place if place in ROOMS | BASE | {"protocol", "web", "client", "cli", "app"} else ""


def _is_allowed(here: str, there: str, imported: str) -> bool:
    if there in {"cli", "client", "app"}:
        return here in {"cli"} | ({"app"} if there == "app" else set())
    allowed = {
        "protocol": frozenset[str](),
        "client": BASE | {"protocol"},
        "web": BASE | {"protocol"},
        "app": BASE | ROOMS | {"protocol", "web"},
        "cli": BASE | ROOMS | {"protocol", "web"},
    }
    if here in allowed:
        return there in allowed[here]
    if here in BASE:
        return there in BASE | {"protocol"}
    if there in ROOMS:
        return not PRIVATE_PARTS & set(imported.split(".")[2:3])
    return there in BASE | {"protocol", "web"}


def purity_problems(module: str, source: str) -> list[str]:
    """What the core uses of the world outside."""
    imported = [name for name in imports(module, source) if name.split(".")[0] in _IMPURE_MODULES]
    found = [f"{module} imports {name}" for name in imported]
    return found + [f"{module} uses {name}" for name in _names(source) if name in _IMPURE_NAMES]


def environment_readers(module: str, source: str) -> list[str]:
    """Where a module reads the environment, which reporting.config alone may do."""
    return [f"{module} uses {name}" for name in _names(source) if name in {"os.environ", "os.getenv"}]


def _names(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute):
            yield ".".join(ast.unparse(node).split(".")[-2:])
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield node.func.id
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def long_functions(module: str, source: str) -> list[str]:
    """Functions over the limit, from `def` to their last line."""
    return [
        f"{module}.{node.name} has {_length(node)} lines"
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and _length(node) > FUNCTION_LINES
    ]


def _length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def undocumented(module: str, source: str) -> list[str]:
    """Public modules, classes and functions (methods of public classes too) without a docstring."""
    tree = ast.parse(source)
    found = [] if ast.get_docstring(tree) else [module]
    scopes: list[tuple[str, ast.Module | ast.ClassDef]] = [(module, tree)]
    while scopes:
        name, scope = scopes.pop()
        for node in scope.body:
            if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                continue
            if node.name.startswith("_"):
                continue
            path = f"{name}.{node.name}"
            if not ast.get_docstring(node) and not _is_overload(node):
                found.append(path)
            if isinstance(node, ast.ClassDef):
                scopes.append((path, node))
    return found


def _is_overload(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> bool:
    return any(ast.unparse(decorator).endswith("overload") for decorator in node.decorator_list)


def f_string_messages(module: str, source: str) -> list[str]:
    """Texts for people that gettext cannot find: anything but plain strings in its first places."""
    return [
        f"{module}:{node.lineno} {ast.unparse(node)[:60]}"
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in {"_", "gettext", "ngettext", "N_"}
        and node.args
        and any(isinstance(arg, ast.JoinedStr | ast.BinOp) for arg in node.args[:2])
    ]


def mentions(text: str, *needles: str) -> list[str]:
    """The needles that occur in `text`."""
    return [needle for needle in needles if re.search(re.escape(needle), text, re.IGNORECASE)]

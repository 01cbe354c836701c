"""Who may import whom: the rooms stay rooms, and the core stays pure."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.architecture import rules

MODULES = [
    (rules.module_name(path), (rules.ROOT / path).read_text(encoding="utf-8"), path.name == "__init__.py")
    for path in rules.product_files("reporting/*.py")
]


def test_every_import_follows_the_arrows() -> None:
    problems = [
        problem
        for module, source, is_package in MODULES
        for imported in rules.imports(module, source, is_package=is_package)
        if (problem := rules.arrow_problem(module, imported))
    ]
    assert problems == []


def test_every_module_stands_in_a_known_place() -> None:
    known = rules.ROOMS | rules.BASE | {"protocol", "web", "client", "cli", "app", "browser"}
    assert [module for module, *_ in MODULES if [*module.split("."), ""][1] not in known] == []


def test_the_core_is_pure() -> None:
    core = [(module, source) for module, source, _ in MODULES if module.startswith("reporting.protocol")]
    assert core
    assert [problem for module, source in core for problem in rules.purity_problems(module, source)] == []


def test_only_the_settings_read_the_environment() -> None:
    others = [(module, source) for module, source, _ in MODULES if module != "reporting.config"]
    assert [found for module, source in others for found in rules.environment_readers(module, source)] == []


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("reporting.protocol.age", "from reporting.errors import Malformed"),
        ("reporting.protocol.age", "from ..db import Database"),
        ("reporting.web.headers", "from reporting.cases.rules import close"),
        ("reporting.cases.rules", "from reporting.mailbox.views import show"),
        ("reporting.cases.rules", "import reporting.mailbox.forms"),
        ("reporting.cases.rules", "from reporting.mailbox import views"),
        ("reporting.cases.rules", "from reporting.cli.main import main"),
        ("reporting.client.session", "from reporting.members.rules import sign_in"),
        ("reporting.client.session", "from reporting.web.headers import CSP"),
        ("reporting.db", "from reporting.web import headers"),
        ("reporting.config", "def f():\n    from reporting.cases.models import Case"),
        ("reporting.app", "from reporting.cli.main import main"),
    ],
)
def test_a_forbidden_import_is_found(module: str, line: str) -> None:
    assert [name for name in rules.imports(module, line) if rules.arrow_problem(module, name)]


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("reporting.cases.rules", "from reporting.mailbox.models import Mailbox"),
        ("reporting.cases.rules", "from reporting.mailbox import rules"),
        ("reporting.cases.views", "from reporting.web.problems import problem"),
        ("reporting.cases.views", "from .forms import NoteForm"),
        ("reporting.errors", "from reporting.protocol.errors import ProtocolError"),
        ("reporting.cli.demo", "from reporting.app import create_app"),
        ("reporting.client.session", "from reporting.protocol import vault"),
    ],
)
def test_an_allowed_import_passes(module: str, line: str) -> None:
    assert not [name for name in rules.imports(module, line) if rules.arrow_problem(module, name)]


@pytest.mark.parametrize(
    "source",
    [
        "import flask",
        "from sqlalchemy.orm import Session",
        "import os\nKEY = os.environ['KEY']",
        "from os import environ",
        "import datetime\nnow = datetime.datetime.now()",
        "from datetime import date\ntoday = date.today()",
        "import time",
        "text = open('file').read()",
    ],
)
def test_an_impure_core_is_found(source: str) -> None:
    assert rules.purity_problems("reporting.protocol.age", source)


def test_a_module_is_named_by_its_path() -> None:
    assert rules.module_name(Path("reporting/cases/rules.py")) == "reporting.cases.rules"
    assert rules.module_name(Path("reporting/cases/__init__.py")) == "reporting.cases"

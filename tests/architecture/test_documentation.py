"""Every setting, command and option is described where its user looks."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator

import click

import reporting.app  # noqa: F401 - every room fills the metadata below
from reporting.cli.main import main
from reporting.config import Settings
from reporting.db import Base
from tests.architecture import rules


def documentation() -> str:
    """README and everything under docs/, as one text."""
    files = rules.product_files("README.md", "docs/*.md")
    return "\n# \n".join((rules.ROOT / path).read_text(encoding="utf-8") for path in files)


def missing_settings(text: str, names: list[str]) -> list[str]:
    """The settings that `text` does not name both as in the file and as in the environment."""
    return [name for name in names if f"`{name}`" not in text or f"`REPORTING_{name.upper()}`" not in text]


def commands(group: click.Command, path: str) -> Iterator[tuple[str, click.Command]]:
    """Every command below `group` that does something, by its full name."""
    if isinstance(group, click.Group):
        for name, command in group.commands.items():
            yield from commands(command, f"{path} {name}")
    else:
        yield path, group


def missing_commands(text: str, group: click.Command) -> list[str]:
    """The commands that `text` does not name, and the options that no section naming their command holds."""
    found = []
    for path, command in commands(group, "reporting"):
        named = re.compile(rf"(?<![\w-]){re.escape(path)}(?![\w-])")
        section = "".join(part for part in text.split("\n#") if named.search(part))
        if not section:
            found.append(path)
        found += [
            f"{path} {option}"
            for parameter in command.params
            if isinstance(parameter, click.Option) and not parameter.hidden
            for option in parameter.opts[:1]
            if section and not re.search(rf"(?<![\w-]){re.escape(option)}(?![\w-])", section)
        ]
    return found


def test_every_setting_is_documented() -> None:
    text = (rules.ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    names = [field.name for field in dataclasses.fields(Settings)]
    assert names
    assert missing_settings(text, names) == []


def test_every_command_and_option_is_documented() -> None:
    assert list(commands(main, "reporting"))
    assert missing_commands(documentation(), main) == []


def test_what_is_undocumented_is_found() -> None:
    assert missing_settings("`workers` alone", ["workers"]) == ["workers"]
    assert missing_settings("`workers` or `REPORTING_WORKERS`", ["workers"]) == []
    group = click.Group("reporting")
    options = [click.Option(["--port"]), click.Option(["--json", "as_json"])]
    group.add_command(click.Command("demo", params=list(options)))
    group.add_command(click.Command("serve"))
    assert missing_commands("# Demo\n\n## `reporting demo`\n\n`--port`: where.\n", group) == [
        "reporting demo --json",
        "reporting serve",
    ]


def test_every_table_is_named_among_the_data() -> None:
    text = (rules.ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    assert [name for name in Base.metadata.tables if f"`{name}`" not in text] == []

"""The matrix of roles: printed from the code, and the same in the documentation."""

from __future__ import annotations

from reporting.cli.roles import as_markdown, matrix
from reporting.permissions import INCOMPATIBLE, PURPOSES, ROLES, Permission, excluded_pairs
from tests.architecture import rules
from tests.unit.cli.terminal import succeed


def test_the_documentation_shows_the_matrix_of_the_code() -> None:
    text = (rules.ROOT / "docs" / "roles.md").read_text(encoding="utf-8")
    _, _, rest = text.partition("<!-- reporting roles --markdown -->\n")
    assert rest.partition("<!-- end -->")[0].splitlines() == list(as_markdown())


def test_every_permission_says_what_it_is_for() -> None:
    assert set(PURPOSES) == set(Permission)
    assert len(matrix()) == 1 + len(Permission)


def test_the_command_prints_it() -> None:
    assert "member:manage" in succeed("roles")
    assert succeed("roles", "--markdown").splitlines() == list(as_markdown())


def test_an_administrator_is_kept_apart_from_every_role_that_reads_cases() -> None:
    for role, may in ROLES.items():
        reads = Permission.CASE_READ in may
        assert (frozenset({"administrator", role}) in INCOMPATIBLE) == reads


def test_pairs_are_found_among_many_roles() -> None:
    assert excluded_pairs(["auditor", "intake", "investigator"]) == []
    assert excluded_pairs(["protection", "intake", "administrator"]) == [
        ("administrator", "intake"),
        ("administrator", "protection"),
        ("intake", "protection"),
    ]

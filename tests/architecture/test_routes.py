"""Every route declares a permission: what declares none is nobody's."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from reporting.app import create_app
from reporting.config import Settings
from reporting.permissions import Permission, permission_of, requires


def unguarded(app: Flask) -> list[str]:
    """The rules whose views declare no permission."""
    return [
        f"{rule.rule} ({rule.endpoint})"
        for rule in app.url_map.iter_rules()
        if not isinstance(permission_of(app.view_functions[rule.endpoint]), Permission)
    ]


@pytest.fixture
def app(tmp_path: Path) -> Flask:
    application: Flask = create_app(Settings(data=tmp_path))
    return application


def test_every_route_declares_a_permission(app: Flask) -> None:
    assert len(list(app.url_map.iter_rules())) > 1
    assert unguarded(app) == []


def test_a_route_without_a_permission_is_found() -> None:
    def view() -> Any:
        return ""

    app = Flask("planted", static_folder=None)
    app.add_url_rule("/open", "open", view)
    app.add_url_rule("/guarded", "guarded", requires(Permission.CASE_READ)(lambda: ""))
    assert unguarded(app) == ["/open (open)"]

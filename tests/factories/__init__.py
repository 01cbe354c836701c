"""Small builders for tests: a site, its people, an honest post office. No server, nothing mocked."""

from __future__ import annotations

from tests.factories.desk import Desk
from tests.factories.people import Person
from tests.factories.post import Post, StoredCase, StoredEntry
from tests.factories.reporter import Reporter
from tests.factories.site import Site

__all__ = ["Desk", "Person", "Post", "Reporter", "Site", "StoredCase", "StoredEntry"]

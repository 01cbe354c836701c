"""Everything that stands in a service's database, read back through SQL: no page, no compression hides it."""

from __future__ import annotations

from sqlalchemy import MetaData, create_engine, select

from reporting.config import load_settings
from tests.system.stage import Stage


def everything_stored(stage: Stage) -> bytes:
    """All values of all rows of all tables, one after the other."""
    settings = load_settings(stage.service.data / "server", environment=stage.environment)
    engine = create_engine(settings.database_url)
    tables = MetaData()
    tables.reflect(engine)
    with engine.connect() as connection:
        rows = [row for table in tables.sorted_tables for row in connection.execute(select(table))]
    engine.dispose()
    return b"\n".join(value if isinstance(value, bytes) else str(value).encode() for row in rows for value in row)

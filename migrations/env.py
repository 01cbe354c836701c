"""Runs the migrations: one linear history for SQLite and PostgreSQL.

``reporting.db.migrate`` hands over an open connection; the models are loaded for the test
that the history and they agree.
"""

from __future__ import annotations

from alembic import context

import reporting.awareness.models
import reporting.cases.models
import reporting.custody.models
import reporting.directory.models
import reporting.intake.models
import reporting.log.models
import reporting.mailbox.models
import reporting.members.models
import reporting.notices.models
import reporting.protection.models  # noqa: F401 - each fills the metadata below
from reporting.db import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,  # SQLite alters tables by copying them
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()

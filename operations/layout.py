"""Which layout of the database this portal can read."""

from typing import Any

from django.db.migrations.loader import MigrationLoader

REFUSAL = (
    "The database has an older layout of the portal ({migrations}), which was never released and cannot be brought "
    "up to date. Choose a new PORTAL_DATA_DIR, or an empty database."
)


def unknown_migrations(connection: Any) -> list[str]:
    """Names of applied migrations that this portal does not have; empty for a database that it can use."""
    loader = MigrationLoader(connection)
    known = set(loader.disk_migrations or {})
    ours = {key for key in loader.applied_migrations or {} if key[0] == "operations"}
    return sorted(name for _, name in ours - known)

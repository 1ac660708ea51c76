from typing import Any

from django.core.management.base import CommandError
from django.core.management.commands import migrate
from django.db import connections

from operations.audit.write_guard import allow_unrecorded_writes
from operations.layout import REFUSAL, unknown_migrations


class Command(migrate.Command):
    """Django's own, after a look at what is there; release notes report what migrations do to rows."""

    def handle(self, *args: Any, **options: Any) -> None:
        if unknown := unknown_migrations(connections[options["database"]]):
            raise CommandError(REFUSAL.format(migrations=", ".join(unknown)))
        if options["app_label"] == "operations" and options["migration_name"] == "zero":
            raise CommandError(
                "This would drop the audit trail with everything else. To begin again, use another database "
                "and another PORTAL_DATA_DIR."
            )
        with allow_unrecorded_writes("a migration brings rows into a new shape"):
            super().handle(*args, **options)

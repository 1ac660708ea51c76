from typing import Any

from django.core.management.commands import migrate

from operations.audit.watch import lifted


class Command(migrate.Command):
    """Django's own; what migrations do to rows is told by the release."""

    def handle(self, *args: Any, **options: Any) -> None:
        with lifted("a migration brings rows into a new shape"):
            super().handle(*args, **options)

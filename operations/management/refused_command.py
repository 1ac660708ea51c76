"""Commands of Django and its packages that would change rows behind the trail's back."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError


class RefusedCommand(BaseCommand):
    requires_system_checks = []
    instead: str

    def run_from_argv(self, argv: list[str]) -> None:
        # Whatever the arguments are.
        super().run_from_argv(argv[:2])

    def handle(self, *args: Any, **options: Any) -> None:
        raise CommandError(f"This would change rows without an event in the audit trail. {self.instead}")

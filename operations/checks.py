"""System checks of the portal's own."""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections

from operations.audit.guard import TABLE, missing_triggers


@register(Tags.database)
def audit_guard_stands(databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """Run by `migrate` and `check --database default`."""
    messages: list[CheckMessage] = []
    for alias in databases or ():
        connection = connections[alias]
        if TABLE not in connection.introspection.table_names():
            continue
        for name in missing_triggers(connection):
            messages.append(
                Error(
                    f"The audit trail's trigger {name} is missing.",
                    hint="Find out who removed it, then run: manage.py raise_audit_guard",
                    id="operations.E001",
                )
            )
    return messages

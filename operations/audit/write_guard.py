"""Refuses to commit a change of what the trail tells of when no event tells of it.

The services record what they do. Whatever goes past them (a shell, a bulk write, a package's own command, a cascade)
meets this: the transaction is rolled back. SQL that does not come through Django does not; the grants in
docs/audit.md are for that.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import DatabaseError

TRAIL = "operations_auditevent"
WATCHED = frozenset(
    {
        "auth_group",
        "auth_group_permissions",
        "oauth2_provider_accesstoken",
        "operations_apiclient",
        "operations_clientsecret",
        "operations_definitionfile",
        "operations_grouppolicyoperation",
        "operations_languagefile",
        "operations_operationfile",
        "operations_user",
        "operations_user_groups",
        "operations_user_user_permissions",
        "operations_version",
        "operations_versionlanguagefile",
    }
)
# Every other table, and why its changes need no event. A test compares both with the models.
_FROM_VERSION = "made from a version's bytes in the transaction that puts it in force"
_GRANT_IS_OFF = "that grant of OAuth is switched off"
EXEMPT = {
    "auth_permission": "made from the models when migrating",
    "django_admin_log": "the services record what it would",
    "django_content_type": "made from the models when migrating",
    "django_session": "signing in and out are events of their own",
    "oauth2_provider_devicegrant": _GRANT_IS_OFF,
    "oauth2_provider_grant": _GRANT_IS_OFF,
    "oauth2_provider_idtoken": _GRANT_IS_OFF,
    "oauth2_provider_refreshtoken": _GRANT_IS_OFF,
    "operations_auditcheckpoint": "a copy of a signed checkpoint",
    "operations_auditevent": "the trail itself, which triggers guard",
    "operations_audithead": "part of the trail",
    "operations_auditsubtree": "part of the trail",
    "operations_checkpointdelivery": "a note of what was sent away",
    "operations_content": "bytes, named by their digest in the rows that refer to them",
    "operations_finding": "written with the end of its operation",
    "operations_grouppolicycategory": _FROM_VERSION,
    "operations_grouppolicydefinition": _FROM_VERSION,
    "operations_grouppolicypresentation": _FROM_VERSION,
    "operations_namespaceuse": _FROM_VERSION,
    "operations_operationrollup": "counts of operations",
    "operations_policy": _FROM_VERSION,
    "operations_refusedattempt": "becomes an event when its minute is over",
    "operations_supportedondefinition": _FROM_VERSION,
}
# Texts and comments, which may look like statements and may stand before and within them.
_NO_STATEMENT = re.compile(r"'(?:[^']|'')*'|--[^\n]*|/\*.*?\*/", re.S)
# Anywhere: after WITH, EXPLAIN ANALYZE or another statement; the table with or without its schema.
_WRITE = re.compile(
    r"""\b(?:INSERT\s+(?:OR\s+\w+\s+)?INTO|REPLACE\s+INTO|MERGE\s+INTO|UPDATE(?:\s+OR\s+\w+)?|DELETE\s+FROM
        |TRUNCATE(?:\s+TABLE)?|COPY)\s+(?:ONLY\s+)?(?:["`\[]?\w+["`\]]?\s*\.\s*)?["`\[]?(\w+)""",
    re.I | re.X,
)
# Signing in is an event of its own.
_NO_CHANGE = re.compile(r'UPDATE "operations_user" SET "last_login" = [^,]+ WHERE')
_lifted: ContextVar[bool] = ContextVar("lifted", default=False)


class UnrecordedChangeError(DatabaseError):
    """Nothing was changed."""


@contextmanager
def allow_unrecorded_writes(reason: str) -> Iterator[None]:
    """For what is no change to the world: rows made anew from others, a migration. The reason is for the reader."""
    token = _lifted.set(True)
    try:
        yield
    finally:
        _lifted.reset(token)


def watch(connection: Any, **kwargs: Any) -> None:
    """Receiver of `connection_created`."""
    if not any(isinstance(wrapper, _Watch) for wrapper in connection.execute_wrappers):
        watching = _Watch(connection)
        connection.execute_wrappers.append(watching)
        connection.commit = watching.committing(connection.commit)
        connection.rollback = watching.rolling_back(connection.rollback)


class _Watch:
    """What the present transaction of a connection has written."""

    def __init__(self, connection: Any) -> None:
        self.connection = connection
        self.changed = ""
        self.is_recorded = False

    def __call__(self, execute: Any, sql: Any, params: Any, many: bool, context: dict[str, Any]) -> Any:
        tables = _written_tables(sql) if isinstance(sql, str) else frozenset()
        if TRAIL in tables:
            self.is_recorded = True
        watched = sorted(tables & WATCHED)
        if not watched or _lifted.get() or _NO_CHANGE.match(sql):
            return execute(sql, params, many, context)
        if not self.connection.in_atomic_block:
            raise _refusal(watched[0])
        result = execute(sql, params, many, context)
        # What changed no row changed nothing; around WITH or EXPLAIN the count is of something else.
        if context["cursor"].rowcount != 0 or not _WRITE.match(sql):
            self.changed = watched[0]
        return result

    def committing(self, commit: Callable[[], None]) -> Callable[[], None]:
        def checked() -> None:
            changed, is_recorded = self.changed, self.is_recorded
            self._forget()
            if changed and not is_recorded:
                raise _refusal(changed)
            commit()

        return checked

    def rolling_back(self, rollback: Callable[[], None]) -> Callable[[], None]:
        def forgetting() -> None:
            self._forget()
            rollback()

        return forgetting

    def _forget(self) -> None:
        self.changed, self.is_recorded = "", False


def _written_tables(sql: str) -> frozenset[str]:
    # The quick way for what is asked most; a SELECT writes only where another statement follows it.
    if sql.startswith("SELECT ") and ";" not in sql:
        return frozenset()
    return frozenset(table.lower() for table in _WRITE.findall(_NO_STATEMENT.sub(" ", sql)))


def _refusal(table: str) -> UnrecordedChangeError:
    return UnrecordedChangeError(
        f"A change of {table} without an event in the audit trail was refused. Use the services, the admin, the API "
        "or the portal's own commands."
    )

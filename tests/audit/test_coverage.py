"""Whatever way a row is changed, an event tells of it or the change is refused."""

import ast
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client
from oauth2_provider.models import AccessToken

from operations.audit import write_guard
from operations.audit.write_guard import EXEMPT, WATCHED, UnrecordedChangeError, allow_unrecorded_writes
from operations.choices import Scope
from operations.models import ApiClient, AuditEvent, DefinitionFile, GroupPolicyOperation, LanguageFile, User
from operations.queries.trail_filters import OBJECT_TYPES
from operations.services.access import accounts, api_clients
from operations.services.operations import execution, records
from tests import rows
from tests.conftest import REPOSITORY

BY = rows.everybody()
DAY = timedelta(days=1)


@pytest.fixture
def portal(db: None) -> None:
    """Something of each kind to change."""
    with allow_unrecorded_writes("to begin with"), transaction.atomic():
        User.objects.create_superuser("anna", password="correct horse")
        rows.a_definition_file()
        rows.a_recorded_operation()
        api_clients.create_api_client(by=BY, name="Script", scopes=[Scope.READ])
        api_clients.issue_token_for_name(by=BY, name="Script", lifetime=DAY)


def in_one_transaction(change: Callable[[], Any]) -> Callable[[], Any]:
    def run() -> None:
        with transaction.atomic():
            change()

    return run


def by_sql(statement: str) -> Callable[[], Any]:
    def run() -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement)

    return run


def one(model: Any) -> Any:
    return model.objects.order_by("pk").first()


def saved(model: Any, **values: Any) -> None:
    row = one(model)
    for name, value in values.items():
        setattr(row, name, value)
    row.save()


def a_language_file() -> LanguageFile:
    known = one(LanguageFile)
    known.pk, known.language_code = None, "de-DE"
    known._state.adding = True
    return known


def in_its_schema(statement: str) -> None:
    by_sql(statement.format(schema={"sqlite": "main", "postgresql": "public"}[connection.vendor]))()


PAST_THE_SERVICES: dict[str, Callable[[], Any]] = {
    "save": lambda: saved(GroupPolicyOperation, status_details="x"),
    "create": lambda: rows.a_recorded_operation(),
    "queryset update": lambda: GroupPolicyOperation.objects.update(status_details="x"),
    "queryset delete": lambda: GroupPolicyOperation.objects.all().delete(),
    "raw delete": lambda: GroupPolicyOperation.objects.all()._raw_delete("default"),
    "bulk create": lambda: LanguageFile.objects.bulk_create([a_language_file()]),
    "bulk update": lambda: GroupPolicyOperation.objects.bulk_update([one(GroupPolicyOperation)], ["reason"]),
    "update or create": lambda: Group.objects.update_or_create(name="Auditors", defaults={"name": "x"}),
    "cascade": lambda: ApiClient.objects.all().delete(),
    "many to many": lambda: one(User).groups.add(one(Group)),
    "permissions of a group": lambda: one(Group).permissions.clear(),
    "a person's rights": lambda: User.objects.update(is_superuser=True),
    "a password": lambda: saved(User, password="x"),
    "a client's scopes": lambda: ApiClient.objects.update(scopes=["*"]),
    "a token's life": lambda: AccessToken.objects.update(expires="2099-01-01T00:00:00Z"),
    "sql update": by_sql("UPDATE operations_grouppolicyoperation SET status_details = 'x'"),
    "sql delete": by_sql("DELETE FROM operations_languagefile"),
    "sql insert": by_sql("INSERT INTO auth_group (name) VALUES ('x')"),
    "sql in another hand": by_sql('  update "operations_user" set is_superuser = is_superuser'),
    "sql after a comment": by_sql("/* nothing */ -- to see\n UPDATE operations_user SET is_superuser = TRUE"),
    "sql around a comment": by_sql("UPDATE/**/operations_user SET is_superuser = TRUE"),
    "sql with a common table": by_sql("WITH x AS (SELECT 1) UPDATE operations_user SET is_superuser = TRUE"),
    "sql that inserts with a common table": by_sql(
        "WITH x(name) AS (SELECT 'x') INSERT INTO auth_group (name) SELECT name FROM x"
    ),
    "sql with a schema": lambda: in_its_schema("UPDATE {schema}.operations_user SET is_superuser = TRUE"),
    "sql with a quoted schema": lambda: in_its_schema('DELETE FROM "{schema}" . "operations_languagefile"'),
}


@pytest.mark.watched
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_atomic", [False, True], ids=["alone", "in a transaction"])
@pytest.mark.parametrize("way", PAST_THE_SERVICES)
def test_a_change_past_the_services_is_refused(portal: None, way: str, is_atomic: bool) -> None:
    before = everything()
    change = PAST_THE_SERVICES[way]
    with pytest.raises(UnrecordedChangeError, match="without an event"):
        (in_one_transaction(change) if is_atomic else change)()
    assert everything() == before


def everything() -> list[Any]:
    models = (GroupPolicyOperation, DefinitionFile, LanguageFile, User, Group, ApiClient, AccessToken, AuditEvent)
    found: list[Any] = [list(model.objects.order_by("pk").values()) for model in models]
    return [*found, list(User.groups.through.objects.values()), list(Group.permissions.through.objects.values())]


THROUGH_THE_SERVICES: dict[str, Callable[[], Any]] = {
    "record": lambda: records.record_operation(by=BY),
    "upload and perform": lambda: execution.perform(rows.an_upload().pk),
    "an upload that fails": lambda: execution.perform(rows.an_upload(rows.BROKEN_ADMX).pk),
    "superuser by command": lambda: accounts.create_superuser(by=BY, username="zoe", password="a longer battery"),
    "sign in": lambda: Client().login(username="anna", password="correct horse"),
    "revoke": lambda: api_clients.revoke_tokens(by=BY, client=one(ApiClient)),
}


@pytest.mark.watched
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("way", THROUGH_THE_SERVICES)
def test_a_change_through_a_service_leaves_its_event(portal: None, way: str) -> None:
    before = AuditEvent.objects.count()
    THROUGH_THE_SERVICES[way]()
    assert AuditEvent.objects.count() > before


@pytest.mark.watched
@pytest.mark.django_db(transaction=True)
def test_a_refusal_leaves_the_connection_fit_for_the_next_change(portal: None) -> None:
    with pytest.raises(UnrecordedChangeError):
        User.objects.update(first_name="x")
    with pytest.raises(UnrecordedChangeError), transaction.atomic():
        User.objects.update(first_name="x")
    with transaction.atomic():
        User.objects.update(first_name="x")
        transaction.set_rollback(True)
    records.record_operation(by=BY)
    with transaction.atomic():
        User.objects.filter(username="nobody").update(first_name="x")


@pytest.mark.django_db
@pytest.mark.parametrize("command", ["loaddata", "createapplication"])
def test_commands_that_know_nothing_of_the_trail_are_refused(command: str) -> None:
    with pytest.raises(CommandError, match="without an event in the audit trail"):
        call_command(command)


@pytest.mark.django_db
def test_the_trail_cannot_be_migrated_away() -> None:
    with pytest.raises(CommandError, match="would drop the audit trail"):
        call_command("migrate", "operations", "zero", verbosity=0)
    assert AuditEvent.objects.count() == 0


@pytest.mark.parametrize(
    "harmless",
    [
        "SELECT 'UPDATE operations_user SET x' FROM auth_group",
        "-- UPDATE operations_user SET x\nPRAGMA optimize",
        'SELECT * FROM "operations_user" FOR UPDATE OF "operations_user"',
        "INSERT INTO django_session (session_data) VALUES ('DELETE FROM operations_user; ')",
    ],
)
def test_what_only_looks_like_a_change_is_none(harmless: str) -> None:
    assert not write_guard._written_tables(harmless) & WATCHED


@pytest.mark.django_db(transaction=True)
def test_the_database_cannot_be_flushed(portal: None) -> None:
    with pytest.raises((CommandError, DatabaseError)):
        call_command("flush", interactive=False, verbosity=0)
    assert AuditEvent.objects.exists()
    assert User.objects.exists()


@pytest.mark.django_db
def test_every_type_of_object_can_be_filtered_by() -> None:
    """A new kind of object in the trail needs a line in the filter."""
    assert {name for name, _ in OBJECT_TYPES} == {"Portal", *(model.__name__ for model in TOLD_OF)}


def test_every_table_is_watched_or_exempt_with_a_reason() -> None:
    """A new model has to choose."""
    assert set(connection.introspection.django_table_names()) == WATCHED | set(EXEMPT)
    assert WATCHED.isdisjoint(EXEMPT)
    assert all(EXEMPT.values())


TOLD_OF = (ApiClient, DefinitionFile, Group, GroupPolicyOperation, User)
WRITES = {"bulk_create", "bulk_update", "update_or_create", "get_or_create", "_raw_delete", "executemany"}
ON_MANAGERS = {"update", "delete", "create", "add", "set", "remove", "clear"}
# Content.store only ever adds what its digest names.
MAY_WRITE = ("operations/models/content.py", "operations/services/", "operations/audit/", "operations/migrations/")


def writes_in(path: Path) -> list[str]:
    """Calls that write rows: by their name alone, or on a manager or a query set."""
    found = []
    for node in ast.walk(ast.parse(path.read_text())):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        name, chain = node.func.attr, ast.unparse(node.func.value)
        is_manager = any(f".{part}" in chain for part in ("objects", "present", "_default_manager"))
        if name in WRITES or (name in ON_MANAGERS and is_manager) or (name in {"save", "delete"} and not node.args):
            found.append(f"{path.relative_to(REPOSITORY)}:{node.lineno} {chain}.{name}")
    return found


def test_rows_are_written_in_services_only() -> None:
    code = [*(REPOSITORY / "operations").rglob("*.py"), *(REPOSITORY / "gpo_portal").rglob("*.py")]
    elsewhere = [path for path in code if not str(path.relative_to(REPOSITORY)).startswith(MAY_WRITE)]
    assert [write for path in elsewhere for write in writes_in(path)] == []
    services = [path for path in code if "operations/services/" in str(path)]
    assert len([write for path in services for write in writes_in(path)]) > 20, "the lint sees what it looks for"

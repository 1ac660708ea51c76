"""Migrations that stand by themselves; a layout from before the first one is refused with one line."""

import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client

from operations.audit import guard
from operations.migrations import __path__ as folders
from tests.conftest import REPOSITORY

pytestmark = pytest.mark.django_db(transaction=True)
MIGRATIONS = sorted((REPOSITORY / "operations" / "migrations").glob("0*.py"))


def test_migrations_are_in_one_row() -> None:
    assert [path.name[:4] for path in MIGRATIONS] == [f"{number:04}" for number in range(1, len(MIGRATIONS) + 1)]
    assert list(folders) == [str(MIGRATIONS[0].parent)]


def test_a_secret_from_before_secrets_were_rows_still_gets_tokens(client: Client) -> None:
    call_command("migrate", "operations", "0001", verbosity=0)
    then = MigrationExecutor(connection).loader.project_state([("operations", "0001_initial")]).apps
    then.get_model("operations", "ApiClient").objects.create(
        name="Old",
        client_id="old",
        client_secret="old secret",
        client_type="confidential",
        authorization_grant_type="client-credentials",
        scopes=["DeviceManagementConfiguration.Read.All"],
    )
    call_command("migrate", verbosity=0)
    sent = {"grant_type": "client_credentials", "client_id": "old", "client_secret": "old secret"}
    assert client.post("/portal/oauth2/v2.0/token", sent).status_code == 200


def test_migrations_import_no_live_code() -> None:
    for path in MIGRATIONS:
        assert not re.search(r"\b(?:from|import) (?:operations|gpo_portal|tests)\b", path.read_text()), path


def test_the_frozen_guard_is_the_live_one() -> None:
    from importlib import import_module

    frozen = import_module("operations.migrations.0001_initial")
    assert set(frozen.SQLITE) == set(guard._SQLITE.values())
    assert set(frozen.POSTGRESQL) == {guard._POSTGRESQL_FUNCTION, *guard._POSTGRESQL.values()}
    assert guard.missing_triggers(connection) == []


def test_the_models_have_no_changes_that_are_not_migrated() -> None:
    call_command("makemigrations", check=True, dry_run=True, stdout=StringIO())


class TestAnOlderLayout:
    @pytest.fixture(autouse=True)
    def older(self) -> None:
        MigrationRecorder(connection).record_applied("operations", "0008_count_operations")

    @pytest.fixture(autouse=True)
    def forgotten(self, older: None) -> object:
        yield
        MigrationRecorder(connection).record_unapplied("operations", "0008_count_operations")

    def test_migrating_it_is_refused_with_one_line(self) -> None:
        with pytest.raises(CommandError, match=r"older layout.*0008_count_operations.*new PORTAL_DATA_DIR") as refusal:
            call_command("migrate", verbosity=0)
        assert "\n" not in str(refusal.value)

    def test_readiness_names_it(self, client: Client) -> None:
        answer = client.get("/readyz")
        assert answer.status_code == 503
        assert answer.json()["migrations"] == "of an older layout"

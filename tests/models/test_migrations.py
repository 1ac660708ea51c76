"""One initial migration that stands by itself; an older layout is refused with one line."""

import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client

from operations.audit import guard
from operations.migrations import __path__ as folders
from tests.conftest import REPOSITORY

pytestmark = pytest.mark.django_db(transaction=True)
MIGRATIONS = sorted((REPOSITORY / "operations" / "migrations").glob("0*.py"))


def test_there_is_one_initial_migration() -> None:
    assert [path.name for path in MIGRATIONS] == ["0001_initial.py"]
    assert list(folders) == [str(MIGRATIONS[0].parent)]


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

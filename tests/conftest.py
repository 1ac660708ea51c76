"""What every test may ask for: the cast, tokens, a client for the API, and files to upload."""

import os
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.contrib.auth.models import Group
from django.core.cache import cache
from django.db import connections
from django.test import Client, TransactionTestCase

from operations.actor import Actor, command_line
from operations.audit.guard import lift_guard, raise_guard
from operations.audit.write_guard import allow_unrecorded_writes
from operations.choices import Scope
from operations.models import ApiClient, User
from operations.services.access import api_clients

REPOSITORY = Path(__file__).resolve().parent.parent
CORPUS = REPOSITORY.parent / "shared" / "admx" / "corpus"

# Fixtures that bring one along.
DATABASE = {"db", "transactional_db", "live_server"}

# Private to Django, and in no stubs.
_Case: Any = TransactionTestCase
_teardown = _Case._fixture_teardown


def _teardown_with_guard_lifted(self: Any) -> None:
    """Transactional tests clear tables by DELETE or TRUNCATE, which the audit guard rightly refuses."""
    for alias in self._databases_names(include_mirrors=False):
        lift_guard(connections[alias])
    try:
        with allow_unrecorded_writes("tables are cleared"):
            _teardown(self)
    finally:
        for alias in self._databases_names(include_mirrors=False):
            raise_guard(connections[alias])


_Case._fixture_teardown = _teardown_with_guard_lifted


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if "sqlite" in django_settings.DATABASES["default"]["ENGINE"]:
        return
    for item in items:
        if item.get_closest_marker("sqlite_only"):
            item.add_marker(pytest.mark.skip(reason="runs on SQLite only"))
        elif not item.get_closest_marker("django_db") and not DATABASE & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.skip(reason="touches no database: ran with SQLite"))


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """SQLite in a file, as in production: in memory, connections share one cache and lock each other out."""
    database = django_settings.DATABASES["default"]
    if "sqlite" in database["ENGINE"]:
        database.setdefault("TEST", {})["NAME"] = str(django_settings.PORTAL_DATA_DIR / "tests.sqlite3")


@pytest.fixture(autouse=True)
def quick_and_isolated(settings: Any, tmp_path: Path) -> Iterator[None]:
    """Cheap password hashes, plain static files, an empty cache, no checkpoints and a queue that only remembers."""
    from huey.contrib.djhuey import HUEY

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.PORTAL_CHECKPOINTS = tmp_path / "checkpoints"
    settings.PORTAL_AUDIT_KEY = tmp_path / "audit-key.pem"
    cache.clear()
    yield
    HUEY.flush()


@pytest.fixture(autouse=True)
def watch_lifted(request: pytest.FixtureRequest) -> Iterator[None]:
    """Tests make rows without events; those marked `watched` do not."""
    if request.node.get_closest_marker("watched"):
        yield
        return
    with allow_unrecorded_writes("tests make rows directly"):
        yield


@pytest.fixture
def operator_at_the_machine() -> Actor:
    return command_line("tester")


@pytest.fixture
def api_client_of(db: None) -> Callable[..., ApiClient]:
    """An API client with the given scopes."""

    def make(*scopes: str, name: str = "Nightly script") -> ApiClient:
        client, _ = api_clients.create_api_client(by=command_line("tester"), name=name, scopes=scopes)
        return client

    return make


@pytest.fixture
def token_for(api_client_of: Callable[..., ApiClient]) -> Callable[..., str]:
    """A bearer token with the given scopes."""

    def make(*scopes: str, name: str = "Nightly script") -> str:
        client = api_client_of(*scopes, name=name)
        return api_clients.issue_token(by=command_line("tester"), client=client, lifetime=timedelta(days=1))

    return make


@pytest.fixture
def writer(token_for: Callable[..., str]) -> Client:
    """A caller who may read and write."""
    return Client(headers={"authorization": f"Bearer {token_for(Scope.READ_WRITE)}"})


@pytest.fixture
def reader(token_for: Callable[..., str]) -> Client:
    """A caller who may only read."""
    return Client(headers={"authorization": f"Bearer {token_for(Scope.READ, name='Reporting')}"})


@pytest.fixture
def administrator(db: None) -> User:
    return User.objects.create_superuser("admin", password="correct horse")


@pytest.fixture
def operator(db: None) -> User:
    return _member_of("Operators", "olga")


@pytest.fixture
def auditor(db: None) -> User:
    return _member_of("Auditors", "anders")


@pytest.fixture
def browser_of(request: pytest.FixtureRequest) -> Callable[[str], Client]:
    """A browser signed in as this fixture of the cast; "anonymous" is not signed in, "nobody" may do nothing."""

    def make(who: str) -> Client:
        client = Client()
        if who == "nobody":
            client.force_login(User.objects.create_user("nina", password="correct horse", is_staff=True))
        elif who != "anonymous":
            client.force_login(request.getfixturevalue(who))
        return client

    return make


def _member_of(group: str, username: str) -> User:
    user = User.objects.create_user(username, password="correct horse", is_staff=True)
    user.groups.add(Group.objects.get(name=group))
    return user


@pytest.fixture(scope="session")
def corpus() -> Path:
    """Real ADMX families, which may not be passed on with the project; without them tests are skipped."""
    folder = Path(os.environ.get("PORTAL_ADMX_CORPUS") or CORPUS)
    if not (folder / "expect.json").is_file():
        pytest.skip(f"no real templates at {folder}; set PORTAL_ADMX_CORPUS to their folder")
    return folder

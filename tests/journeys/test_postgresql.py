"""A smoke of the whole portal on a real PostgreSQL, its queue there too."""

import os
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from django.conf import settings

from tests.journeys.portal import FILES, Portal
from tests.rows import an_upload_body

DATABASE = "portal_smoke"


@pytest.mark.skipif(
    "postgresql" not in settings.DATABASES["default"]["ENGINE"],
    reason="runs on PostgreSQL only: the rest is its SQLite twin",
)
def test_an_upload_is_performed_with_database_and_queue_on_postgresql(tmp_path: Path) -> None:
    server = os.environ["DATABASE_URL"]
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {DATABASE}")
    url = urlunsplit(urlsplit(server)._replace(path=f"/{DATABASE}"))
    portal = Portal(tmp_path / "data", DATABASE_URL=url, PORTAL_QUEUE_URL=url)
    try:
        portal.start()
        answer = portal.call("POST", FILES, an_upload_body())
        assert answer.status == 201, answer.text
        operation = portal.finished(answer.json["id"])
        assert operation["operationStatus"] == "success", operation
        assert portal.stop() == 0, portal.log()
        assert portal.left_over == {}
    finally:
        portal.kill()

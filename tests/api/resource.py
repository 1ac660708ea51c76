"""What a collection of the API must tell the contract about itself, and how tests speak to it."""

import json
import re
from datetime import timedelta
from typing import Any, ClassVar
from uuid import UUID

import pytest
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.answers import Answer

JSON = "application/json"
ANSWER_TYPE = "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8"
DATE = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{0,5}[1-9])?Z$")
GUID = re.compile(r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")


class Resource:
    """The part each collection fills in; the tests are inherited from the contract."""

    odata_type: ClassVar[str]
    members: ClassVar[list[str]]
    # Where the rows are of a type derived from the collection's.
    rows_say_their_type: ClassVar[bool] = False
    owned_by_the_server: ClassVar[dict[str, Any]]
    # One member that may be patched, and one that may be null.
    patch: ClassVar[dict[str, Any]]
    nullable: ClassVar[tuple[str, str]]

    @pytest.fixture(params=["beta", "v1.0"])
    def version(self, request: pytest.FixtureRequest) -> str:
        return str(request.param)

    @pytest.fixture
    def path(self, db: None) -> str:
        """The collection below deviceManagement/, as in its address."""
        raise NotImplementedError

    @pytest.fixture
    def fragment(self, path: str) -> str:
        """The collection below deviceManagement/, as in its context."""
        return path

    @pytest.fixture
    def address(self, version: str, path: str) -> str:
        return f"/{version}/deviceManagement/{path}"

    def make(self, path: str, **values: Any) -> Any:
        """One more row in the collection."""
        raise NotImplementedError

    def key_of(self, row: Any) -> str:
        """Its `id` on the wire."""
        return str(row.pk)

    def body(self) -> dict[str, Any]:
        """A create that is accepted."""
        raise NotImplementedError

    def count(self) -> int:
        """How many rows are stored, of any kind that a create could leave."""
        raise NotImplementedError

    def make_many(self, path: str, number: int) -> list[str]:
        """Their ids, newest first, each a second older than the one before."""
        now = timezone.now()
        rows = [self.make(path, created_date_time=now - timedelta(seconds=age)) for age in range(number)]
        return [str(row.pk) for row in rows]


def send(client: Client, method: str, address: str, body: Any = None, **options: Any) -> Answer:
    """A request with a body given as an object or as the bytes themselves."""
    data = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
    content_type = options.pop("content_type", JSON if body is not None else "")
    if content_type:  # the test client would leave it out where there is no body
        options["CONTENT_TYPE"] = content_type
    return client.generic(method, address, data, content_type=content_type, **options)


def ids(response: Answer) -> list[str]:
    return [row["id"] for row in content(response)["value"]]


def content(response: Answer) -> dict[str, Any]:
    assert response.status_code < 300, response.content
    found: dict[str, Any] = json.loads(response.content)
    return found


def error_of(response: Answer, status: int, *, naming: str = "") -> dict[str, Any]:
    """The error, once everything that every envelope has is as it must be."""
    assert response.status_code == status, response.content
    assert response["Content-Type"] == JSON
    body: dict[str, Any] = json.loads(response.content)
    assert list(body) == ["error"]
    error: dict[str, Any] = body["error"]
    assert set(error) <= {"code", "message", "target", "details", "innerError"}
    assert error["code"]
    assert error["message"]
    assert "<html" not in error["message"].lower()
    inner = error["innerError"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", inner["date"])
    assert inner["request-id"] == response["request-id"]
    assert inner["client-request-id"] == response["client-request-id"]
    assert UUID(response["request-id"])
    if naming:
        assert naming in error["message"] or naming == error.get("target"), error
    return error


def statements(queries: CaptureQueriesContext) -> list[str]:
    """What was asked of the tables: neither savepoints nor what PostgreSQL is told or asked of itself."""
    asked = [query["sql"] for query in queries.captured_queries]
    return [sql for sql in asked if not any(word in sql for word in ("SAVEPOINT", "set_config", "pg_collation"))]

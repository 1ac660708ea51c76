"""What stands beside the collections: unknown segments, what comes later, no version, no HTML anywhere."""

import pytest
from django.test import Client

from tests.api.resource import error_of, send

pytestmark = pytest.mark.django_db
LONG_ROUTE = (
    "groupPolicyConfigurations/1/definitionValues/2/presentationValues/3/presentation/definition/definitionFile/"
    "microsoft.graph.groupPolicyUploadedDefinitionFile/groupPolicyOperations"
)


@pytest.mark.parametrize("method", ["GET", "POST", "PATCH", "DELETE"])
@pytest.mark.parametrize(
    "path",
    [
        "groupPolicyConfigurations",
        "groupPolicyConfigurations('1')/definitionValues",
        LONG_ROUTE,
        f"{LONG_ROUTE}/4",
    ],
)
def test_what_comes_later_is_501_with_every_verb(writer: Client, method: str, path: str) -> None:
    body: dict[str, str] | None = {} if method in {"POST", "PATCH"} else None
    assert error_of(send(writer, method, f"/beta/deviceManagement/{path}", body), 501)["code"] == "NotImplemented"


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize(
    ("path", "segment"),
    [
        ("/users", "users"),
        ("/deviceManagement", ""),
        ("/deviceManagement/", ""),
        ("/deviceManagement/nonsense/1", "nonsense"),
        ("/deviceManagement/groupPolicyOperations/1/nonsense", "nonsense"),
        ("/deviceManagement/groupPolicyOperations/$value", "$value"),
        ("/deviceManagement/groupPolicyOperations/$ref/x", "x"),
        ("/deviceManagement/groupPolicyUploadedDefinitionFiles/1/nonsense", "nonsense"),
    ],
)
def test_an_unknown_segment_is_400_naming_it(writer: Client, method: str, path: str, segment: str) -> None:
    error = error_of(send(writer, method, f"/beta{path}"), 400)
    assert error["message"] == f"Resource not found for the segment '{segment}'."


def test_an_unknown_segment_needs_a_token_too(client: Client) -> None:
    error_of(client.get("/beta/users"), 401)


@pytest.mark.parametrize("path", ["/deviceManagement", "/deviceManagement/groupPolicyOperations"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_without_a_version_it_is_404_in_the_envelope(writer: Client, path: str, method: str) -> None:
    error = error_of(send(writer, method, path), 404)
    assert error["message"].startswith("Invalid version: deviceManagement")


@pytest.mark.parametrize("path", ["/beta", "/v1.0/", "/beta/deviceManagement/x", "/deviceManagement/x"])
def test_another_host_name_is_answered_in_the_envelope_everywhere(client: Client, path: str) -> None:
    error_of(client.get(path, headers={"host": "evil.example"}), 400, naming="PORTAL_ALLOWED_HOSTS")


@pytest.mark.parametrize("path", ["/beta/deviceManagement/groupPolicyOperations%00", "/beta/%ff", "/beta/%2e%2e/x"])
def test_odd_addresses_are_refused_in_the_envelope(writer: Client, path: str) -> None:
    assert error_of(writer.get(path), 400)


def test_a_failure_outside_any_view_is_500_in_the_envelope(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: object, **kwargs: object) -> None:
        raise RuntimeError("secret inside")

    client.raise_request_exception = False
    monkeypatch.setattr("operations.api.fallbacks.UnknownSegmentViewSet.dispatch", fail)
    response = client.get("/beta/anything")
    assert error_of(response, 500)["code"] == "InternalServerError"
    assert b"secret" not in response.content


def test_people_get_a_page_instead(client: Client) -> None:
    response = client.get("/no-such-page")
    assert response.status_code == 404
    assert response["Content-Type"].startswith("text/html")

"""The OpenAPI description: valid, complete, with an example for every operation."""

import re
from typing import Any

import pytest
from django.test import Client
from openapi_spec_validator import validate

from operations.api import resources
from operations.api.fallbacks import NotImplementedViewSet, UnknownSegmentViewSet
from operations.api.routes import ROUTER
from operations.api.urls import urlpatterns
from tests.api.resource import content

METHODS = {"get", "post", "patch", "delete"}


@pytest.fixture
def described(client: Client) -> dict[str, Any]:
    return content(client.get("/api/schema"))


def test_it_is_valid_openapi_3_1(described: dict[str, Any]) -> None:
    assert described["openapi"] == "3.1.0"
    validate(described)


def test_every_operation_has_an_example_and_every_refusal_its_envelope(described: dict[str, Any]) -> None:
    identifiers = []
    for path, methods in described["paths"].items():
        assert methods.keys() <= METHODS
        for method, operation in methods.items():
            identifiers.append(operation["operationId"])
            told = f"{method} {path}"
            success = next(answer for status, answer in operation["responses"].items() if status < "300")
            for shown in success.get("content", {}).values():
                assert "example" in shown, told
            for given in operation.get("requestBody", {}).get("content", {}).values():
                assert "example" in given, told
            for status in ("400", "401", "404", "429", "500"):
                assert operation["responses"][status] == {"$ref": "#/components/responses/error"}, told
    assert len(identifiers) == len(set(identifiers))


@pytest.mark.django_db
def test_every_address_in_it_is_served(described: dict[str, Any], writer: Client) -> None:
    for path, methods in described["paths"].items():
        address = path.replace("{number}", "1").replace("{language}", "en-US")
        address = re.sub(r"\{\w+\}", "00000000-0000-4000-8000-000000000000", address)
        for method in methods:
            response = getattr(writer, method)(address)
            message = response.json()["error"]["message"] if response.status_code >= 400 else ""
            assert "Resource not found for the segment" not in message, (method, path)
            assert response.status_code != 405, (method, path)


def test_every_route_is_in_it_with_every_method(described: dict[str, Any]) -> None:
    served = {
        (f"/beta/{route.described_path}", method)
        for pattern in urlpatterns
        for route in ROUTER.routes
        if pattern.name == route.name
        for method in route.actions
    }
    shown = {(path, method) for path, methods in described["paths"].items() for method in methods}
    assert served == {one for one in shown if one[0].startswith("/beta/")}


def test_no_pattern_bypasses_the_table_of_routes() -> None:
    fallbacks = {NotImplementedViewSet, UnknownSegmentViewSet}
    outside = [pattern for pattern in urlpatterns if pattern.name not in {route.name for route in ROUTER.routes}]
    assert {getattr(pattern.callback, "cls", None) for pattern in outside} == fallbacks


def test_every_action_of_a_route_has_a_required_permission_or_says_that_it_needs_none() -> None:
    for route in ROUTER.routes:
        for action in route.actions.values():
            open_to_all = not route.viewset.permission_classes
            assert open_to_all or action in route.viewset.required_permissions, (route.path, action)


def test_known_segments_and_entity_sets_are_those_of_the_routes() -> None:
    assert ROUTER.segments(depth=1) == {name for name, _ in resources.SINGLETON.sets}


def test_the_page_brings_everything_from_the_portal_itself(client: Client) -> None:
    page = client.get("/api/docs")
    assert page.status_code == 200
    assert "swagger-ui-bundle" in page.text
    assert "//" not in page.text.replace("://testserver", "").replace("http://www.w3.org", "")
    assert "unsafe" not in page["Content-Security-Policy"]

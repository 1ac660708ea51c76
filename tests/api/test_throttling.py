"""Limits per caller: off for identified ones unless set, never after a commit, counted where all processes see it."""

import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from operations.models import GroupPolicyOperation
from tests.api.resource import error_of, send
from tests.conftest import REPOSITORY

pytestmark = pytest.mark.django_db

OPERATIONS = "/beta/deviceManagement/groupPolicyOperations"


@pytest.fixture(autouse=True)
def second(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """It is always the tenth second of some minute, until told otherwise."""

    def set_time(seconds: float) -> None:
        monkeypatch.setattr("operations.api.throttling.time.time", lambda: 6000.0 + seconds)

    set_time(10)
    return set_time


def test_identified_callers_are_not_limited_unless_a_rate_is_set(reader: Client, settings: Any) -> None:
    settings.PORTAL_REFUSED_TOKENS_PER_MINUTE = 1
    assert {reader.get(OPERATIONS).status_code for _ in range(20)} == {200}


def test_beyond_its_rate_a_client_gets_429_with_whole_seconds_and_graphs_words(
    writer: Client, reader: Client, settings: Any, second: Callable[[float], None]
) -> None:
    settings.PORTAL_REQUESTS_PER_MINUTE = 2
    assert [send(writer, "POST", OPERATIONS, {}).status_code for _ in range(2)] == [201, 201]
    response = send(writer, "POST", OPERATIONS, {})
    error = error_of(response, 429)
    assert (response["Retry-After"], error["code"]) == ("50", "TooManyRequests")
    assert error["innerError"]["code"] == "429"
    assert GroupPolicyOperation.objects.count() == 2, "nothing was done for the one that was refused"
    assert reader.get(OPERATIONS).status_code == 200, "another client has its own rate"
    second(60)
    assert send(writer, "POST", OPERATIONS, {}).status_code == 201


def test_each_item_of_a_batch_counts(writer: Client, settings: Any) -> None:
    settings.PORTAL_REQUESTS_PER_MINUTE = 3
    items = [
        {"id": str(number), "method": "GET", "url": "deviceManagement/groupPolicyOperations"} for number in range(4)
    ]
    answers = send(writer, "POST", "/beta/$batch", {"requests": items}).json()["responses"]
    assert [answer["status"] for answer in answers] == [200, 200, 429, 429]
    assert answers[2]["headers"]["Retry-After"] == "50"


def test_who_needs_no_token_is_limited_by_address(client: Client, settings: Any) -> None:
    settings.PORTAL_REFUSED_TOKENS_PER_MINUTE = 2
    assert [client.get("/beta/$metadata").status_code for _ in range(3)] == [200, 200, 429]
    assert client.get("/beta/$metadata", REMOTE_ADDR="192.0.2.9").status_code == 200


def test_refusals_of_another_process_count_too(client: Client, settings: Any) -> None:
    settings.PORTAL_REFUSED_TOKENS_PER_MINUTE = 1
    other = (
        "import django; django.setup()\n"
        "from operations.api import throttling\n"
        "throttling.time.time = lambda: 6010.0\n"
        "from django.test import RequestFactory\n"
        "throttling.RefusedTokenThrottle().counted(RequestFactory().get('/'))\n"
    )
    environment = {"DJANGO_SETTINGS_MODULE": "gpo_portal.settings", "PORTAL_DATA_DIR": str(settings.PORTAL_DATA_DIR)}
    subprocess.run([sys.executable, "-c", other], cwd=REPOSITORY, env=environment, check=True, timeout=60)
    error_of(client.get(OPERATIONS, headers={"authorization": "Bearer wrong"}), 429)
    cache.clear()
    error_of(client.get(OPERATIONS, headers={"authorization": "Bearer wrong"}), 401)

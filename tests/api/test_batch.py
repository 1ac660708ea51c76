"""Several requests in one: order, dependencies, refusals of the whole and of single items."""

import base64
from typing import Any

import pytest
from django.test import Client

from operations.models import AuditEvent, GroupPolicyOperation
from tests import rows
from tests.api.resource import error_of, send

pytestmark = pytest.mark.django_db

BATCH = "/beta/$batch"
OPERATIONS = "/deviceManagement/groupPolicyOperations"
JSON = {"Content-Type": "application/json"}


def item(number: Any, method: str = "GET", url: str = OPERATIONS, **more: Any) -> dict[str, Any]:
    made = {"id": str(number), "method": method, "url": url} | more
    if "body" in made:
        made.setdefault("headers", JSON)
    return made


def sent(client: Client, *items: dict[str, Any], address: str = BATCH) -> list[dict[str, Any]]:
    response = send(client, "POST", address, {"requests": list(items)})
    assert response.status_code == 200, response.content
    answers: list[dict[str, Any]] = response.json()["responses"]
    assert [answer["id"] for answer in answers] == [one["id"] for one in items]
    return answers


def test_each_item_is_answered_as_if_it_had_come_alone(writer: Client) -> None:
    created, listed, counted, missing = sent(
        writer,
        item("a", "POST", body={"statusDetails": "Batched"}),
        item("b", url=f"{OPERATIONS}?$select=statusDetails&$filter=statusDetails eq 'Batched'"),
        item("c", url=f"{OPERATIONS}/$count"),
        item("d", url=f"{OPERATIONS}/{rows.an_unknown_id()}"),
    )
    assert created["status"] == 201
    assert created["body"]["statusDetails"] == "Batched"
    assert created["headers"]["Location"] == f"http://testserver/beta{OPERATIONS}/{created['body']['id']}"
    assert created["headers"]["OData-Version"] == "4.0"
    assert listed["body"]["value"] == [{"statusDetails": "Batched"}]
    assert listed["body"]["@odata.context"].startswith("http://testserver/beta/$metadata#")
    assert (counted["body"], counted["headers"]["Content-Type"]) == ("1", "text/plain")
    assert (missing["status"], missing["body"]["error"]["code"]) == (404, "ResourceNotFound")


def test_each_item_is_a_walk_of_its_own_in_the_trail(writer: Client) -> None:
    sent(writer, *(item(number, "POST", body={}) for number in range(3)))
    events = AuditEvent.objects.filter(action="operation.recorded")
    assert len({event.request_id for event in events}) == 3


@pytest.mark.parametrize(
    "url",
    [
        "deviceManagement/groupPolicyOperations",
        "/deviceManagement/groupPolicyOperations",
        "/beta/deviceManagement/groupPolicyOperations",
        "/v1.0/deviceManagement/groupPolicyOperations",
        "BETA/deviceManagement/groupPolicyOperations",
        "http://testserver/beta/deviceManagement/groupPolicyOperations",
        "/deviceManagement/groupPolicyOperations?$top=1",
    ],
)
@pytest.mark.parametrize("address", ["/beta/$batch", "/v1.0/$BATCH"])
def test_addresses_may_be_written_in_every_way_that_clients_do(reader: Client, url: str, address: str) -> None:
    (answer,) = sent(reader, item(1, "get", url), address=address)
    assert answer["status"] == 200


@pytest.mark.parametrize("spelled", ["dependsOn", "depends_on"])
def test_what_depends_on_a_failure_is_424_and_not_tried(writer: Client, spelled: str) -> None:
    first, second, third, fourth = sent(
        writer,
        item("One", "DELETE", f"{OPERATIONS}/{rows.an_unknown_id()}"),
        item("2", "POST", OPERATIONS, **{"body": {}, spelled: ["one"]}),
        item("3", "POST", OPERATIONS, **{"body": {}, spelled: ["2"]}),
        item("4", "POST", body={}),
    )
    assert [one["status"] for one in (first, second, third, fourth)] == [404, 424, 424, 201]
    assert second["body"]["error"]["code"] == "FailedDependency"
    assert GroupPolicyOperation.objects.count() == 1


def test_an_action_without_parameters_takes_an_empty_object(writer: Client) -> None:
    file = rows.a_definition_file()
    (answer,) = sent(
        writer, item(1, "POST", f"deviceManagement/groupPolicyUploadedDefinitionFiles/{file.pk}/remove", body={})
    )
    assert (answer["status"], "body" in answer) == (204, False)


def test_other_content_travels_in_base64(writer: Client) -> None:
    operation = rows.an_upload()
    file = rows.in_force(operation)
    address = f"deviceManagement/groupPolicyUploadedDefinitionFiles/{file.pk}/gpoPortal.versions/1/content"
    (content,) = sent(writer, item(1, url=address))
    assert base64.b64decode(content["body"]) == rows.ADMX
    body = base64.b64encode(b'{"statusDetails": "x"}').decode()
    (answer,) = sent(writer, item(1, "POST", body=body, headers={"Content-Type": "text/plain"}))
    assert answer["status"] == 415


def test_who_may_is_asked_of_each_item(reader: Client) -> None:
    allowed, denied = sent(reader, item(1), item(2, "POST", body={}))
    assert (allowed["status"], denied["status"]) == (200, 403)


def test_without_a_token_nothing_is_tried(client: Client) -> None:
    error_of(send(client, "POST", BATCH, {"requests": [item(1)]}), 401)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (item(1, url="https://graph.microsoft.com/beta/deviceManagement"), "another service"),
        (item(1, url="//evil.example/x"), "another service"),
        (item(1, "POST", "/$batch", body={}), "within a batch"),
        (item(1, "POST", "/%24batch", body={}), "within a batch"),
        (item(1, "POST", "/beta/%24%62atch?x=1", body={}), "within a batch"),
        (item(1, "POST", "/oauth2/v2.0/token", body={}), "Resource not found for the segment 'oauth2'"),
        (item(1, url="/v2.0/.well-known/openid-configuration"), "Resource not found for the segment 'v2.0'"),
        (item(1, headers={"X-Forwarded-For": "203.0.113.9"}), "cannot set the header 'x-forwarded-for'"),
        (item(1, headers={"X_Forwarded_For": "203.0.113.9"}), "cannot set the header 'x_forwarded_for'"),
        (item(1, headers={"Forwarded": "for=203.0.113.9"}), "cannot set the header 'forwarded'"),
        (item(1, headers={"Transfer-Encoding": "chunked"}), "cannot set the header 'transfer-encoding'"),
        (item(1, headers={"Content-Encoding": "gzip"}), "cannot set the header 'content-encoding'"),
        (item(1, headers={"Cookie": "portal-session=1"}), "cannot set the header 'cookie'"),
        (item(1, headers={"Authorization": "Bearer other"}), "Authorization of the batch"),
        (item(1, "POST", body={"a": 1}, headers={"content-type": "text/plain"}), "in base64"),
        (item(1, "POST", body="?", headers={"content-type": "text/plain"}), "not base64"),
        (item(1, url="/nonsense"), "Resource not found for the segment 'nonsense'"),
        (item(1, url=f"{OPERATIONS}?$nonsense=1"), "not recognized"),
    ],
)
def test_an_item_that_is_wrong_is_refused_and_the_others_go_on(
    writer: Client, wrong: dict[str, Any], told: str
) -> None:
    refused, fine = sent(writer, wrong, item(2))
    assert (refused["status"], fine["status"]) == (400, 200)
    assert told in refused["body"]["error"]["message"]
    assert refused["body"]["error"]["innerError"]["request-id"] == refused["headers"]["request-id"]


@pytest.mark.parametrize(
    ("payload", "told"),
    [
        ({}, "Invalid batch payload format."),
        ({"requests": []}, "Invalid batch payload format."),
        ({"requests": {}}, "Invalid batch payload format."),
        ({"requests": [1]}, "Invalid batch payload format."),
        ({"requests": [item(1), item(1)]}, "Request Id 1 has to be unique in a batch."),
        ({"requests": [item("a"), item("A")]}, "Request Id A has to be unique in a batch."),
        ({"requests": [{"id": 1, "method": "GET", "url": "/x"}]}, "'id' must be a string"),
        ({"requests": [{"id": "1", "method": "GET"}]}, "'url' must be a string"),
        ({"requests": [item(1, "TRACE")]}, "'TRACE' is not a method"),
        ({"requests": [item(1, "POST")]}, "Write request id : 1 does not contain Content-Type header or body."),
        ({"requests": [item(1, "POST", body={}, headers={})]}, "does not contain Content-Type header or body."),
        ({"requests": [item(1, headers=[])]}, "'headers' must be an object"),
        ({"requests": [item(1, headers={"X-Y": "a\r\nb"})]}, "'headers' must be an object"),
        ({"requests": [item(1, dependsOn=["2"]), item(2)]}, "Invalid dependency for request Id 1"),
        ({"requests": [item(1, dependsOn=["1"])]}, "Invalid dependency for request Id 1"),
        ({"requests": [item(1, dependsOn="2")]}, "'dependsOn' must be an array"),
        ({"requests": [item(n) for n in range(21)]}, "exceeds the maximum value of 20"),
    ],
)
def test_a_batch_that_cannot_be_understood_is_400_as_a_whole(writer: Client, payload: Any, told: str) -> None:
    error = error_of(send(writer, "POST", BATCH, payload), 400)
    assert told in error["message"]
    assert not GroupPolicyOperation.objects.exists()


def test_an_unexpected_failure_ends_one_item_only(writer: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("secret inside")

    monkeypatch.setattr("operations.services.operations.records.record_operation", fail)
    failed, fine = sent(writer, item(1, "POST", body={}), item(2))
    assert (failed["status"], fine["status"]) == (500, 200)
    assert "secret" not in str(failed)


def test_an_item_does_not_speak_for_another_host_or_length(writer: Client) -> None:
    headers = JSON | {"Host": "evil.example", "Content-Length": "1", "Connection": "close"}
    (made,) = sent(writer, item(1, "POST", body={"operationType": "upload"}, headers=headers))
    assert made["status"] == 201
    assert "evil.example" not in str(made)


def test_the_answers_of_one_batch_have_a_ceiling(writer: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("operations.odata.batch.MOST_ANSWER_BYTES", 10)
    first, second = sent(writer, item(1), item(2, "POST", body={}))
    assert (first["status"], second["status"]) == (200, 507)
    assert second["body"]["error"]["code"] == "ResponseTooLarge"
    assert not GroupPolicyOperation.objects.exists()


def test_only_post_is_understood(writer: Client) -> None:
    assert writer.get(BATCH).status_code == 405

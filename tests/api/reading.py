"""Contract: how answers look."""

import json

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.api.resource import ANSWER_TYPE, DATE, GUID, Resource, content, ids, statements


class Reading(Resource):
    def test_an_empty_list_is_an_empty_array(self, reader: Client, address: str) -> None:
        body = content(reader.get(address))
        assert body["value"] == []
        assert "@odata.nextLink" not in body

    def test_a_list_answers_200_with_its_context_and_rows(
        self, reader: Client, address: str, path: str, version: str, fragment: str
    ) -> None:
        row = self.make(path)
        response = reader.get(address)
        assert response.status_code == 200
        body = content(response)
        assert list(body) == ["@odata.context", "value"]
        assert body["@odata.context"] == f"http://testserver/{version}/$metadata#deviceManagement/{fragment}"
        assert ids(response) == [str(row.pk)]

    def test_a_list_has_the_newest_first(self, reader: Client, address: str, path: str) -> None:
        assert self.make_many(path, 3) == ids(reader.get(address))

    @pytest.mark.parametrize("key", ["/{id}", "('{id}')", "(%27{id}%27)"])
    def test_an_item_is_read_by_its_key_as_segment_or_in_parentheses(
        self, reader: Client, address: str, path: str, version: str, fragment: str, key: str
    ) -> None:
        row = self.make(path)
        body = content(reader.get(address + key.format(id=row.pk)))
        assert body["@odata.context"] == f"http://testserver/{version}/$metadata#deviceManagement/{fragment}/$entity"
        assert body["@odata.type"] == f"#{self.odata_type}"
        assert body["id"] == str(row.pk)

    def test_members_stand_in_graphs_order_and_none_is_left_out(self, reader: Client, address: str, path: str) -> None:
        row = self.make(path)
        assert list(content(reader.get(f"{address}/{row.pk}"))) == ["@odata.context", "@odata.type", *self.members]
        typed = ["@odata.type"] if self.rows_say_their_type else []
        assert list(content(reader.get(address))["value"][0]) == [*typed, *self.members]

    def test_dates_are_utc_and_ids_lower_case_guids(self, reader: Client, address: str, path: str) -> None:
        row = self.make(path)
        body = content(reader.get(f"{address}/{row.pk}"))
        assert DATE.match(body["lastModifiedDateTime"])
        assert GUID.match(body["id"])

    def test_the_content_type_is_graphs(self, reader: Client, address: str, path: str) -> None:
        row = self.make(path)
        for at in (address, f"{address}/{row.pk}"):
            response = reader.get(at)
            assert response["Content-Type"] == ANSWER_TYPE
            assert response["OData-Version"] == "4.0"
            assert response["Cache-Control"] == "no-cache"

    @pytest.mark.parametrize("accept", ["*/*", "application/json", "application/*;q=0.5", "text/html, */*", ""])
    def test_any_accept_that_leaves_room_for_json_is_answered(self, reader: Client, address: str, accept: str) -> None:
        assert reader.get(address, headers={"accept": accept}).status_code == 200

    def test_metadata_none_leaves_only_the_links_of_paging(self, reader: Client, address: str, path: str) -> None:
        self.make_many(path, 2)
        response = reader.get(f"{address}?$top=1", headers={"accept": "application/json;odata.metadata=none"})
        assert set(content(response)) == {"value", "@odata.nextLink"}
        assert "odata.metadata=none" in response["Content-Type"]

    def test_names_in_the_address_come_in_any_letter_case(self, reader: Client, path: str, version: str) -> None:
        row = self.make(path)
        for spelled in (path.lower(), _upper_names(path)):
            assert ids(reader.get(f"/{version}/DEVICEmanagement/{spelled}")) == [str(row.pk)]

    def test_ids_are_case_sensitive(self, reader: Client, address: str, path: str) -> None:
        row = self.make(path, id="abcdefab-abcd-abcd-abcd-abcdefabcdef")
        assert reader.get(f"{address}/{row.pk}").status_code == 200
        assert reader.get(f"{address}/{str(row.pk).upper()}").status_code == 404

    def test_a_head_answers_as_a_get_without_a_body(self, reader: Client, address: str) -> None:
        response = reader.head(address)
        assert response.status_code == 200
        assert response.content == b""

    @pytest.mark.parametrize("number", [1, 40])
    def test_a_list_costs_the_same_queries_however_many_rows(
        self, reader: Client, address: str, path: str, number: int
    ) -> None:
        self.make_many(path, number)
        with CaptureQueriesContext(connection) as queries:
            assert len(ids(reader.get(address))) == number
        assert len(statements(queries)) <= 4

    def test_every_answer_has_a_request_id_and_says_the_callers_back(self, reader: Client, address: str) -> None:
        given = "6f1c0f34-3b7e-4f5c-8a57-2f2b8c1d0e11"
        response = reader.get(address, headers={"client-request-id": given})
        assert GUID.match(response["request-id"])
        assert response["request-id"] != given
        assert response["client-request-id"] == given
        assert "ServerInfo" in json.loads(response["x-ms-ags-diagnostic"])

    @pytest.mark.parametrize("given", ["", "x" * 129, "tab\there", "naïve"])
    def test_a_client_request_id_that_is_none_is_replaced(self, reader: Client, address: str, given: str) -> None:
        response = reader.get(address, headers={"client-request-id": given})
        assert response["client-request-id"] == response["request-id"]


def _upper_names(path: str) -> str:
    """Names in upper case, ids as they are: those are case-sensitive."""
    return "/".join(part if GUID.match(part) else part.upper() for part in path.split("/"))

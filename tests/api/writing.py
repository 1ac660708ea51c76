"""Contract: create, change, delete."""

import json
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from operations.models import AuditEvent
from tests.api.resource import ANSWER_TYPE, Resource, content, error_of, send


class Writing(Resource):
    def test_a_create_answers_201_with_the_object_and_where_it_is(
        self, writer: Client, address: str, version: str, fragment: str
    ) -> None:
        response = send(writer, "POST", address, self.body())
        assert response.status_code == 201
        assert response["Content-Type"] == ANSWER_TYPE
        created = content(response)
        assert created["@odata.context"].endswith(f"/{version}/$metadata#deviceManagement/{fragment}/$entity")
        assert created["@odata.type"] == f"#{self.odata_type}"
        assert response["Location"] == f"http://testserver{address}/{created['id']}"
        assert content(writer.get(response["Location"])) == created

    def test_each_write_leaves_one_event_of_the_caller(self, writer: Client, address: str, path: str) -> None:
        row = self.make(path)
        before = AuditEvent.objects.count()
        response = send(writer, "PATCH", f"{address}/{row.pk}", self.patch, headers={"user-agent": "pytest"})
        event = AuditEvent.objects.get(request_id=response["request-id"])
        assert AuditEvent.objects.count() == before + 1
        assert (event.actor_type, event.actor_name, event.channel) == ("client", "Nightly script", "api")
        assert (event.address, event.user_agent, event.object_id) == ("127.0.0.1", "pytest", str(row.pk))

    def test_properties_that_the_server_owns_are_ignored(self, writer: Client, address: str) -> None:
        response = send(writer, "POST", address, self.body() | self.owned_by_the_server)
        assert response.status_code == 201
        created = content(response)
        assert {name for name, sent in self.owned_by_the_server.items() if created[name] == sent} == set()

    @pytest.mark.parametrize("annotation", ["@odata.type", "@odata.TYPE"])
    def test_the_type_may_be_said(self, writer: Client, address: str, annotation: str) -> None:
        for name in (f"#{self.odata_type}", self.odata_type):
            assert send(writer, "POST", address, self.body() | {annotation: name}).status_code == 201

    def test_other_annotations_are_ignored(self, writer: Client, address: str) -> None:
        body = {"@odata.context": "x", "@odata.etag": "y", "fileName@odata.type": "#String"} | self.body()
        assert send(writer, "POST", address, body).status_code == 201

    def test_names_of_properties_come_in_any_letter_case(self, writer: Client, address: str) -> None:
        assert send(writer, "POST", address, {n.upper(): v for n, v in self.body().items()}).status_code == 201

    def test_a_byte_order_mark_is_no_hindrance(self, writer: Client, address: str, path: str) -> None:
        row = self.make(path)
        assert send(writer, "PATCH", f"{address}/{row.pk}", b"\xef\xbb\xbf{}").status_code == 200

    def test_a_body_may_come_in_chunks_without_a_length(self, writer: Client, address: str) -> None:
        environment = {"wsgi.input": BytesIO(json.dumps(self.body()).encode()), "CONTENT_LENGTH": ""}
        chunked = {"transfer-encoding": "chunked"}
        response = send(writer, "POST", address, content_type="application/json", headers=chunked, **environment)
        assert response.status_code == 201

    @pytest.mark.parametrize("key", ["/{id}", "('{id}')"])
    def test_a_patch_answers_200_with_the_object_as_it_is_now(
        self, writer: Client, address: str, path: str, key: str
    ) -> None:
        row = self.make(path)
        response = send(writer, "PATCH", address + key.format(id=row.pk), self.patch)
        assert response.status_code == 200
        assert content(response).items() >= self.patch.items()
        assert content(writer.get(f"{address}/{row.pk}")) == content(response)

    def test_a_patch_moves_the_last_modified_date(self, writer: Client, address: str, path: str) -> None:
        row = self.make(path)
        before = content(writer.get(f"{address}/{row.pk}"))["lastModifiedDateTime"]
        after = content(send(writer, "PATCH", f"{address}/{row.pk}", self.patch))["lastModifiedDateTime"]
        assert after > before

    def test_an_empty_patch_changes_nothing_and_is_no_event(self, writer: Client, address: str, path: str) -> None:
        row = self.make(path)
        before, events = content(writer.get(f"{address}/{row.pk}")), AuditEvent.objects.count()
        assert content(send(writer, "PATCH", f"{address}/{row.pk}", {})) == before
        assert AuditEvent.objects.count() == events

    def test_what_was_read_may_be_sent_back_whole(self, writer: Client, address: str, path: str) -> None:
        row = self.make(path)
        read = content(writer.get(f"{address}/{row.pk}"))
        sent = {name: value for name, value in (read | self.patch).items() if value is not None}
        response = send(writer, "PATCH", f"{address}/{row.pk}", sent)
        assert response.status_code == 200
        assert content(response).items() >= self.patch.items()

    def test_a_null_in_snake_case_sets_null(self, writer: Client, address: str, path: str) -> None:
        field, member = self.nullable
        row = self.make(path, **{field: "something"})
        assert content(send(writer, "PATCH", f"{address}/{row.pk}", {field: None}))[member] is None

    @pytest.mark.parametrize("field", ["last_modified_date_time"])
    def test_a_null_in_snake_case_is_ignored_where_null_is_not_allowed(
        self, writer: Client, address: str, path: str, field: str
    ) -> None:
        row = self.make(path)
        assert send(writer, "PATCH", f"{address}/{row.pk}", {field: None}).status_code == 200

    def test_a_value_in_snake_case_is_an_unknown_property(self, writer: Client, address: str, path: str) -> None:
        field, _ = self.nullable
        response = send(writer, "PATCH", f"{address}/{self.make(path).pk}", {field: "x"})
        error = error_of(response, 400, naming=field)
        assert error["target"] == field

    @pytest.mark.parametrize("order", [1, -1])
    def test_both_spellings_at_once_are_refused(self, writer: Client, address: str, path: str, order: int) -> None:
        field, member = self.nullable
        body = dict([(field, None), (member, "x")][::order])
        error_of(send(writer, "PATCH", f"{address}/{self.make(path).pk}", body), 400, naming=member)

    def test_null_and_empty_text_differ(self, writer: Client, address: str, path: str) -> None:
        _, member = self.nullable
        at = f"{address}/{self.make(path).pk}"
        for value in ("", None):
            assert content(send(writer, "PATCH", at, {member: value}))[member] == value
            assert content(writer.get(at))[member] == value

    def test_the_same_id_in_the_body_is_let_pass_and_another_refused(
        self, writer: Client, address: str, path: str
    ) -> None:
        row = self.make(path)
        at = f"{address}/{row.pk}"
        assert send(writer, "PATCH", at, {"id": str(row.pk)} | self.patch).status_code == 200
        error_of(send(writer, "PATCH", at, {"id": str(uuid4())} | self.patch), 400, naming="id")

    @pytest.mark.parametrize("key", ["/{id}", "('{id}')"])
    def test_a_delete_answers_204_and_the_object_is_gone(
        self, writer: Client, address: str, path: str, key: str
    ) -> None:
        row = self.make(path)
        response = writer.delete(address + key.format(id=row.pk))
        assert response.status_code == 204
        assert response.content == b""
        error_of(writer.get(f"{address}/{row.pk}"), 404)
        error_of(writer.delete(f"{address}/{row.pk}"), 404)

    def test_a_reader_of_text_gets_what_was_written(self, writer: Client, address: str, path: str) -> None:
        _, member = self.nullable
        at = f"{address}/{self.make(path).pk}"
        for text in ("Größe 🧭", "<script>alert(1)</script>", "line\nbreak \u2028", '"\\'):
            body: dict[str, Any] = {member: text}
            assert content(send(writer, "PATCH", at, body))[member] == text

    def test_a_null_is_written_as_null(self, reader: Client, address: str, path: str) -> None:
        field, member = self.nullable
        row = self.make(path, **{field: None})
        body = content(reader.get(f"{address}/{row.pk}"))
        assert member in body
        assert body[member] is None

    @pytest.mark.parametrize("option", ["$top", "$select", "$expand", "filter"])
    def test_items_and_writes_refuse_options_that_they_would_ignore(
        self, writer: Client, address: str, path: str, option: str
    ) -> None:
        row, before = self.make(path), self.count()
        name = f"${option.removeprefix('$')}"
        error_of(writer.get(f"{address}/{row.pk}", {option: "1"}), 400, naming=name)
        for method, at in (("POST", address), ("PATCH", f"{address}/{row.pk}"), ("DELETE", f"{address}/{row.pk}")):
            error_of(send(writer, method, f"{at}?{option}=1", self.body()), 400, naming=name)
        assert self.count() == before

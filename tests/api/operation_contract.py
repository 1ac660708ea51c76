"""What both collections of operations keep beyond the common contract."""

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from operations.choices import TRANSITIONS, OperationStatus, OperationType
from operations.models import AuditEvent, GroupPolicyOperation
from tests import rows
from tests.api.contract import CollectionContract
from tests.api.resource import content, error_of, send

STATUSES = OperationStatus.values
GUID = "3aeb01de-01de-3aeb-de01-eb3ade01eb3a"


class OperationContract(CollectionContract):
    odata_type = "microsoft.graph.groupPolicyOperation"
    members = ["operationType", "operationStatus", "statusDetails", "id", "lastModifiedDateTime"]
    owned_by_the_server = {"lastModifiedDateTime": "2017-01-01T00:00:35.1329464-08:00"}
    patch = {"statusDetails": "As told by the pilot group"}
    nullable = ("status_details", "statusDetails")

    def make(self, path: str, **values: Any) -> GroupPolicyOperation:
        file = path.split("/")[1] if "/" in path else None
        return rows.a_recorded_operation(definition_file_id=file, **values)

    def body(self) -> dict[str, Any]:
        return {"operationType": "upload", "operationStatus": "inProgress", "statusDetails": "Started"}

    def count(self) -> int:
        return GroupPolicyOperation.objects.count() + AuditEvent.objects.filter(object_type=OPERATION).count()

    def test_the_sample_of_the_documentation_is_answered_as_documented(self, writer: Client, address: str) -> None:
        body = {
            "@odata.type": "#microsoft.graph.groupPolicyOperation",
            "operationType": "upload",
            "operationStatus": "inProgress",
            "statusDetails": "Status Details value",
        }
        response = send(writer, "POST", address, body)
        assert response.status_code == 201
        assert content(response).items() >= body.items()

    def test_what_is_left_out_is_none_unknown_and_null(self, writer: Client, address: str) -> None:
        created = content(send(writer, "POST", address, {}))
        assert (created["operationType"], created["operationStatus"]) == ("none", "unknown")
        assert created["statusDetails"] is None

    @pytest.mark.parametrize("member", OperationType.values)
    def test_each_type_is_accepted_in_any_letter_case(self, writer: Client, address: str, member: str) -> None:
        for spelled in (member, member.upper(), member.lower()):
            assert content(send(writer, "POST", address, {"operationType": spelled}))["operationType"] == member

    @pytest.mark.parametrize("member", STATUSES)
    def test_a_create_records_whatever_its_status_and_performs_nothing(
        self, writer: Client, address: str, member: str
    ) -> None:
        created = content(send(writer, "POST", address, {"operationStatus": member.upper()}))
        assert created["operationStatus"] == member
        row = GroupPolicyOperation.objects.get(pk=created["id"])
        assert (row.performed, row.attempt) == (False, 0)
        assert row.requested_by_name == "Nightly script"

    @pytest.mark.parametrize("name", ["operationType", "operationStatus"])
    @pytest.mark.parametrize("value", [0, 1, "1", "", "succeeded", "notAMember", True, [], {}, "\ud800", 1.0, None])
    def test_what_is_no_member_is_400_naming_the_property(
        self, writer: Client, address: str, name: str, value: Any
    ) -> None:
        before = self.count()
        error = error_of(send(writer, "POST", address, {name: value}), 400, naming=name)
        assert (error["code"], error["target"]) == ("ModelValidationFailure", name)
        assert self.count() == before

    @pytest.mark.parametrize("value", [1, "x", "", [], f"{{{GUID}}}", f"urn:uuid:{GUID}", GUID.replace("-", ""), None])
    def test_an_id_that_is_no_guid_is_400(self, writer: Client, address: str, value: Any) -> None:
        before = self.count()
        assert error_of(send(writer, "POST", address, {"id": value}), 400)["target"] == "id"
        assert self.count() == before

    def test_status_details_hold_16_kib_of_utf_8_and_no_more(self, writer: Client, address: str) -> None:
        most = "ä" * (8 * 1024)
        created = content(send(writer, "POST", address, {"statusDetails": most}))
        assert created["statusDetails"] == most
        before = self.count()
        error = error_of(send(writer, "POST", address, {"statusDetails": most + "x"}), 400, naming="statusDetails")
        assert "16 KiB" in error["message"]
        error_of(send(writer, "PATCH", f"{address}/{created['id']}", {"statusDetails": most + "x"}), 400)
        assert self.count() == before

    def test_a_given_guid_is_honoured(self, writer: Client, address: str) -> None:
        given = uuid4()
        response = send(writer, "POST", address, self.body() | {"id": str(given).upper()})
        assert content(response)["id"] == str(given)
        assert response["Location"].endswith(str(given))

    def test_the_same_create_again_is_a_safe_retry(self, writer: Client, address: str) -> None:
        body = {"id": str(uuid4()), "operationType": "upload"}
        first = send(writer, "POST", address, body)
        at = first["Location"]
        changed = content(send(writer, "PATCH", at, {"operationStatus": "success"}))
        before = self.count()
        spelled_otherwise = {"ID": body["id"].upper(), "operationtype": "UPLOAD", "operationStatus": "unknown"}
        for again in (body, spelled_otherwise, body | {"lastModifiedDateTime": "x", "status_details": None}):
            response = send(writer, "POST", address, again)
            assert response.status_code == 201
            assert response["Location"] == at
            assert content(response) == changed, "the object as it is now"
        assert self.count() == before, "neither a row nor an event more"

    @pytest.mark.parametrize(
        "other", [{"operationType": "remove"}, {"operationStatus": "failed"}, {"statusDetails": ""}]
    )
    def test_another_create_with_the_same_id_is_409(self, writer: Client, address: str, other: dict[str, Any]) -> None:
        body = {"id": str(uuid4())}
        send(writer, "POST", address, body)
        before = self.count()
        error = error_of(send(writer, "POST", address, body | other), 409, naming="id")
        assert body["id"] in error["message"]
        assert self.count() == before

    def test_the_same_id_at_another_address_is_409(self, writer: Client, address: str, version: str) -> None:
        body = {"id": str(uuid4())}
        assert send(writer, "POST", address, body).status_code == 201
        file = rows.a_definition_file()
        other = f"/{version}/deviceManagement/groupPolicyUploadedDefinitionFiles/{file.pk}/groupPolicyOperations"
        error_of(send(writer, "POST", other, body), 409)

    def test_the_id_of_a_performed_operation_is_409(self, writer: Client, address: str) -> None:
        performed = rows.a_performed_operation()
        error_of(send(writer, "POST", address, {"id": str(performed.pk)}), 409)

    def test_a_delete_frees_the_id(self, writer: Client, address: str) -> None:
        body = {"id": str(uuid4()), "operationType": "upload"}
        at = send(writer, "POST", address, body)["Location"]
        assert writer.delete(at).status_code == 204
        assert send(writer, "POST", address, body | {"operationType": "remove"}).status_code == 201

    @pytest.mark.parametrize("start", STATUSES)
    @pytest.mark.parametrize("end", STATUSES)
    def test_a_patch_goes_along_the_transitions_only(
        self, writer: Client, address: str, path: str, start: str, end: str
    ) -> None:
        row = self.make(path, operation_status=start)
        response = send(writer, "PATCH", f"{address}/{row.pk}", {"operationStatus": end})
        if end == start or end in TRANSITIONS[start]:
            assert content(response)["operationStatus"] == end
            return
        error = error_of(response, 409, naming="operationStatus")
        assert start in error["message"]
        assert GroupPolicyOperation.objects.get(pk=row.pk).operation_status == start

    @pytest.mark.parametrize("final", ["success", "failed"])
    def test_a_final_operation_keeps_its_type_and_may_have_its_details_corrected(
        self, writer: Client, address: str, path: str, final: str
    ) -> None:
        row = self.make(path, operation_status=final, operation_type="upload")
        at = f"{address}/{row.pk}"
        error_of(send(writer, "PATCH", at, {"operationType": "remove"}), 409, naming="operationType")
        both = {"operationType": "upload", "operationStatus": final, "statusDetails": "Corrected"}
        assert content(send(writer, "PATCH", at, both)).items() >= both.items()
        event = AuditEvent.objects.get(object_id=row.pk, action="operation.corrected")
        assert (event.before, event.after) == ({"status_details": None}, {"status_details": "Corrected"})

    def test_null_for_type_or_status_is_400_in_camel_case_and_ignored_in_snake_case(
        self, writer: Client, address: str, path: str
    ) -> None:
        row = self.make(path, operation_type="upload", operation_status="inProgress")
        at = f"{address}/{row.pk}"
        for member in ("operationType", "operationStatus"):
            error_of(send(writer, "PATCH", at, {member: None}), 400, naming=member)
        unchanged = content(send(writer, "PATCH", at, {"operation_type": None, "operation_status": None}))
        assert (unchanged["operationType"], unchanged["operationStatus"]) == ("upload", "inProgress")

    def test_dates_drop_trailing_zeros(self, reader: Client, address: str, path: str) -> None:
        row = self.make(path)
        moment = row.last_modified_date_time
        for microsecond, end in ((0, ":00Z"), (500_000, ":00.5Z"), (120, ":00.00012Z")):
            GroupPolicyOperation.objects.filter(pk=row.pk).update(
                last_modified_date_time=moment.replace(second=0, microsecond=microsecond)
            )
            assert content(reader.get(f"{address}/{row.pk}"))["lastModifiedDateTime"].endswith(end)


OPERATION = "GroupPolicyOperation"

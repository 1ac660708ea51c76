"""Operations under both addresses, each keeping the whole contract."""

import pytest
from django.test import Client

from operations.choices import DefinitionFileStatus
from operations.models import DefinitionFile, GroupPolicyOperation
from tests import rows
from tests.api.operation_contract import OperationContract
from tests.api.resource import content, error_of, ids, send

FILES = "groupPolicyUploadedDefinitionFiles"
pytestmark = pytest.mark.django_db


class TestAllOperations(OperationContract):
    @pytest.fixture
    def path(self, db: None) -> str:
        return "groupPolicyOperations"

    def test_a_create_has_no_definition_file(self, writer: Client, address: str) -> None:
        created = content(send(writer, "POST", address, {}))
        assert GroupPolicyOperation.objects.get(pk=created["id"]).definition_file is None

    def test_operations_of_every_file_are_listed_those_of_removed_files_too(self, writer: Client, address: str) -> None:
        file = rows.a_definition_file()
        wanted = {str(rows.a_recorded_operation(definition_file=f).pk) for f in (None, file, rows.a_definition_file())}
        assert writer.delete(f"/beta/deviceManagement/{FILES}/{file.pk}").status_code == 204
        wanted.add(str(GroupPolicyOperation.objects.get(operation_type="remove").pk))
        assert set(ids(writer.get(address))) == wanted

    def test_an_operation_of_a_file_can_be_changed_and_deleted_here(self, writer: Client, address: str) -> None:
        row = rows.a_recorded_operation(definition_file=rows.a_definition_file())
        assert send(writer, "PATCH", f"{address}/{row.pk}", self.patch).status_code == 200
        assert writer.delete(f"{address}/{row.pk}").status_code == 204


class TestOperationsOfADefinitionFile(OperationContract):
    @pytest.fixture
    def path(self, db: None) -> str:
        return f"{FILES}/{rows.a_definition_file().pk}/groupPolicyOperations"

    @pytest.fixture
    def fragment(self, path: str) -> str:
        _, file, _ = path.split("/")
        return f"{FILES}('{file}')/groupPolicyOperations"

    def test_the_key_of_the_file_may_stand_in_parentheses(self, writer: Client, path: str, version: str) -> None:
        row = self.make(path)
        _, file, _ = path.split("/")
        address = f"/{version}/deviceManagement/{FILES}('{file}')/groupPolicyOperations"
        assert ids(writer.get(address)) == [str(row.pk)]
        assert content(writer.get(f"{address}('{row.pk}')"))["id"] == str(row.pk)
        assert send(writer, "POST", address, {}).status_code == 201

    def test_a_create_belongs_to_the_file(self, writer: Client, address: str, path: str) -> None:
        created = content(send(writer, "POST", address, {}))
        _, file, _ = path.split("/")
        assert str(GroupPolicyOperation.objects.get(pk=created["id"]).definition_file_id) == file

    def test_operations_of_other_files_are_not_to_be_found(self, writer: Client, address: str) -> None:
        for other in (None, rows.a_definition_file()):
            row = rows.a_recorded_operation(definition_file=other)
            assert ids(writer.get(address)) == []
            error_of(writer.get(f"{address}/{row.pk}"), 404)
            error_of(send(writer, "PATCH", f"{address}/{row.pk}", self.patch), 404)
            error_of(writer.delete(f"{address}/{row.pk}"), 404)
            assert GroupPolicyOperation.objects.filter(pk=row.pk).exists()

    @pytest.mark.parametrize("removed", [True, False])
    def test_a_file_that_is_unknown_or_removed_is_404(
        self, writer: Client, address: str, path: str, removed: bool
    ) -> None:
        row = self.make(path)
        _, file, _ = path.split("/")
        if removed:
            DefinitionFile.objects.filter(pk=file).update(removed_date_time=row.created_date_time)
        else:
            address = address.replace(file, str(rows.an_unknown_id()))
        error_of(writer.get(address), 404)
        error_of(send(writer, "POST", address, self.body()), 404)
        error_of(writer.get(f"{address}/{row.pk}"), 404)
        error_of(writer.delete(f"{address}/{row.pk}"), 404)

    def test_a_recorded_operation_is_taken_on_a_busy_file_too(self, writer: Client, address: str, path: str) -> None:
        _, file, _ = path.split("/")
        DefinitionFile.objects.filter(pk=file).update(status=DefinitionFileStatus.UPLOAD_IN_PROGRESS)
        assert send(writer, "POST", address, {"operationStatus": "inProgress"}).status_code == 201


@pytest.mark.parametrize("version", ["beta", "v1.0"])
@pytest.mark.parametrize("nested", [True, False])
class TestPerformedOperations:
    """They are driven by the worker only."""

    @pytest.fixture
    def at(self, db: None, version: str, nested: bool) -> str:
        operation = rows.a_performed_operation()
        parent = f"{FILES}/{operation.definition_file_id}/" if nested else ""
        return f"/{version}/deviceManagement/{parent}groupPolicyOperations/{operation.pk}"

    def test_can_be_read(self, reader: Client, at: str) -> None:
        assert content(reader.get(at))["operationStatus"] == "inProgress"

    @pytest.mark.parametrize("body", [{"operationStatus": "success"}, {"statusDetails": "x"}, {}])
    def test_cannot_be_changed(self, writer: Client, at: str, body: dict[str, str]) -> None:
        error = error_of(send(writer, "PATCH", at, body), 409)
        assert "performs this operation itself" in error["message"]

    def test_cannot_be_deleted(self, writer: Client, at: str) -> None:
        error = error_of(writer.delete(at), 409)
        assert "performs this operation itself" in error["message"]
        assert GroupPolicyOperation.objects.count() == 1

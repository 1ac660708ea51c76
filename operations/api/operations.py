"""groupPolicyOperations: every operation, and the operations of one definition file."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from operations.api.views import ResourceView, by_key, guid, same_id
from operations.choices import OperationStatus, OperationType
from operations.models import DefinitionFile, GroupPolicyOperation
from operations.odata.fields import DateTimeOffsetField, EnumField, KeyField, StringField
from operations.odata.paging import newest_first
from operations.odata.serializers import ODataSerializer
from operations.permissions import Action
from operations.services import operations as services


class OperationSerializer(ODataSerializer):
    """microsoft.graph.groupPolicyOperation."""

    odata_type = "microsoft.graph.groupPolicyOperation"

    operation_type = EnumField(OperationType, "microsoft.graph.groupPolicyOperationType")
    operation_status = EnumField(OperationStatus, "microsoft.graph.groupPolicyOperationStatus")
    status_details = StringField(allow_null=True)
    id = KeyField()
    last_modified_date_time = DateTimeOffsetField()


class OperationView(ResourceView):
    """Both addresses: with `file` in the address the operations of that file, without it all of them."""

    serializer_class: type[ODataSerializer] = OperationSerializer

    def rows(self) -> QuerySet[GroupPolicyOperation]:
        if "file" not in self.kwargs:
            return GroupPolicyOperation.objects.all()
        return GroupPolicyOperation.objects.filter(definition_file=self.file())

    def file(self) -> DefinitionFile | None:
        if "file" not in self.kwargs:
            return None
        file: DefinitionFile = by_key(DefinitionFile.present.all(), self.kwargs["file"])
        return file

    def file_id(self) -> UUID | None:
        file = self.file()
        return file.pk if file else None

    @property
    def fragment(self) -> str:
        """What follows `#` in the context."""
        return f"deviceManagement/{self._path(quoted=True)}"

    def _path(self, *, quoted: bool) -> str:
        if "file" not in self.kwargs:
            return "groupPolicyOperations"
        key = f"('{self.kwargs['file']}')" if quoted else f"/{self.kwargs['file']}"
        return f"groupPolicyUploadedDefinitionFiles{key}/groupPolicyOperations"


class OperationCollection(OperationView):
    supported_options = frozenset({"top", "skiptoken"})
    actions = {"GET": Action.READ_OPERATIONS, "POST": Action.RECORD_OPERATION}

    def get(self, request: Request, **keys: str) -> Response:
        return self.collection(newest_first(self.rows(), self.options_read, request), self.fragment)

    def post(self, request: Request, **keys: str) -> Response:
        file = self.file()
        values = self.body()
        operation = services.record_operation(
            by=self.actor, definition_file=file, operation_id=values.pop("id", None), **values
        )
        location = self.address(f"{self._path(quoted=False)}/{operation.pk}")
        return self.entity(operation, self.fragment, status=201, location=location)


class OperationItem(OperationView):
    actions = {
        "GET": Action.READ_OPERATIONS,
        "PATCH": Action.CORRECT_OPERATION,
        "DELETE": Action.DELETE_OPERATION,
    }

    def get(self, request: Request, **keys: str) -> Response:
        return self.entity(by_key(self.rows(), keys["operation"]), self.fragment)

    def patch(self, request: Request, **keys: str) -> Response:
        operation_id = by_key(self.rows(), keys["operation"]).pk
        changes: dict[str, Any] = same_id(self.body(), operation_id)
        operation = services.correct_operation(
            by=self.actor, operation_id=operation_id, definition_file_id=self.file_id(), changes=changes
        )
        return self.entity(operation, self.fragment)

    def delete(self, request: Request, **keys: str) -> Response:
        services.delete_operation(
            by=self.actor, operation_id=guid(keys["operation"]), definition_file_id=self.file_id()
        )
        return self.no_content()

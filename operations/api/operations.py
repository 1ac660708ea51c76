"""groupPolicyOperations: every operation, and the operations of one definition file."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from operations.api import resources
from operations.api.extensions import NAMESPACE, FindingSerializer
from operations.api.viewsets import DEVICE_MANAGEMENT, NoParameters, PortalViewSet, by_key, guid, same_id
from operations.models import DefinitionFile, GroupPolicyOperation
from operations.odata.paging import Page
from operations.odata.serializers import ODataSerializer
from operations.odata.viewsets import CollectionMixin, EntityMixin
from operations.permissions import Action
from operations.services.operations import records, requests


class OperationViewSet(CollectionMixin, EntityMixin, PortalViewSet):
    """With `file` in the address the operations of that file, without it all of them."""

    resource = resources.OPERATIONS
    lookup_url_kwarg = "operation"
    required_permissions = {
        "list": Action.READ_OPERATIONS,
        "count": Action.READ_OPERATIONS,
        "create": Action.RECORD_OPERATION,
        "retrieve": Action.READ_OPERATIONS,
        "partial_update": Action.CORRECT_OPERATION,
        "destroy": Action.DELETE_OPERATION,
        "findings": Action.READ_OPERATIONS,
        # Further, the service decides by the type of the operation.
        "retry": Action.READ_OPERATIONS,
        "cancel": Action.CANCEL_OPERATION,
    }

    def get_queryset(self) -> QuerySet[GroupPolicyOperation]:
        if "file" not in self.kwargs:
            return GroupPolicyOperation.objects.all()
        return GroupPolicyOperation.objects.filter(definition_file=self.file())

    def get_serializer_class(self) -> type[ODataSerializer]:
        return FindingSerializer if self.action == "findings" else super().get_serializer_class()

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
        return f"{DEVICE_MANAGEMENT}/{self._path(quoted=True)}"

    def create(self, request: Request, **keys: str) -> Response:
        file = self.file()
        values = self.body()
        operation = records.record_operation(
            by=self.actor, definition_file=file, operation_id=values.pop("id", None), **values
        )
        return self._created(operation)

    def partial_update(self, request: Request, **keys: str) -> Response:
        sent = self.body()
        with self.one_at_a_time():
            row = self.get_object()
            self.refuse_unless_matching(row)
            changes: dict[str, Any] = same_id(sent, row.pk)
            operation = records.correct_operation(
                by=self.actor, operation_id=row.pk, definition_file_id=self.file_id(), changes=changes
            )
        return self.entity(operation, self.fragment)

    def destroy(self, request: Request, **keys: str) -> Response:
        with self.one_at_a_time():
            self.refuse_unless_matching(self.get_object())
            records.delete_operation(
                by=self.actor, operation_id=guid(keys["operation"]), definition_file_id=self.file_id()
            )
        return self.no_content()

    @action(detail=True, url_path=f"{NAMESPACE}.findings")
    def findings(self, request: Request, **keys: str) -> Response:
        """What the checks noticed while an operation was performed, most important first, all at once."""
        operation = self.get_object()
        fragment = f"{DEVICE_MANAGEMENT}/groupPolicyOperations('{operation.pk}')/{NAMESPACE}.findings"
        return self.collection(Page([*operation.findings.all()], None), fragment)

    @action(detail=True, methods=["post"], url_path=f"{NAMESPACE}.retry")
    def retry(self, request: Request, **keys: str) -> Response:
        """Try a failed operation again: a new one."""
        return self._created(requests.retry_operation(by=self.actor, operation_id=self._acted_on()))

    @action(detail=True, methods=["post"], url_path=f"{NAMESPACE}.cancel")
    def cancel(self, request: Request, **keys: str) -> Response:
        """Cancel what has not started."""
        requests.cancel_operation(by=self.actor, operation_id=self._acted_on())
        return self.no_content()

    def _acted_on(self) -> UUID:
        self.parameters(NoParameters, are_optional=True)
        found: UUID = self.get_object().pk
        return found

    def _created(self, operation: GroupPolicyOperation) -> Response:
        location = self.address(f"{self._path(quoted=False)}/{operation.pk}")
        return self.entity(operation, self.fragment, status=201, location=location)

    def _path(self, *, quoted: bool) -> str:
        if "file" not in self.kwargs:
            return "groupPolicyOperations"
        key = f"('{self.kwargs['file']}')" if quoted else f"/{self.kwargs['file']}"
        return f"groupPolicyUploadedDefinitionFiles{key}/groupPolicyOperations"

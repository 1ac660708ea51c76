"""groupPolicyOperations: every operation, and the operations of one definition file."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from operations.api import resources
from operations.api.views import CollectionView, ItemView, ResourceView, by_key, guid, same_id
from operations.models import DefinitionFile, GroupPolicyOperation
from operations.permissions import Action
from operations.services import operations as services


class OperationView(ResourceView):
    """Both addresses: with `file` in the address the operations of that file, without it all of them."""

    resource = resources.OPERATIONS

    def rows(self) -> QuerySet[GroupPolicyOperation]:
        """The rows of this address."""
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


class OperationCollection(OperationView, CollectionView):
    actions = {"GET": Action.READ_OPERATIONS, "POST": Action.RECORD_OPERATION}

    def post(self, request: Request, **keys: str) -> Response:
        file = self.file()
        values = self.body()
        operation = services.record_operation(
            by=self.actor, definition_file=file, operation_id=values.pop("id", None), **values
        )
        location = self.address(f"{self._path(quoted=False)}/{operation.pk}")
        return self.entity(operation, self.fragment, status=201, location=location)


class OperationItem(OperationView, ItemView):
    actions = {
        "GET": Action.READ_OPERATIONS,
        "PATCH": Action.CORRECT_OPERATION,
        "DELETE": Action.DELETE_OPERATION,
    }

    def get(self, request: Request, **keys: str) -> Response:
        return self.shown(by_key(self.rows(), keys["operation"]), self.fragment)

    def patch(self, request: Request, **keys: str) -> Response:
        sent = self.body()
        with self.one_at_a_time():
            row = by_key(self.rows(), keys["operation"])
            self.refuse_unless_matching(row)
            changes: dict[str, Any] = same_id(sent, row.pk)
            operation = services.correct_operation(
                by=self.actor, operation_id=row.pk, definition_file_id=self.file_id(), changes=changes
            )
        return self.entity(operation, self.fragment)

    def delete(self, request: Request, **keys: str) -> Response:
        with self.one_at_a_time():
            self.refuse_unless_matching(by_key(self.rows(), keys["operation"]))
            services.delete_operation(
                by=self.actor, operation_id=guid(keys["operation"]), definition_file_id=self.file_id()
            )
        return self.no_content()

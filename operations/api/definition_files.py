"""groupPolicyUploadedDefinitionFiles: list, get, upload, describe, remove, and the actions bound to one of them."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from operations.api import resources
from operations.api.extensions import NAMESPACE, FindingSerializer, VersionParameters, is_version_number
from operations.api.serializers import LANGUAGE_FILES, DefinitionFileChangeSerializer, LanguageFileSerializer
from operations.api.viewsets import NoParameters, PortalViewSet, guid, same_id
from operations.choices import OperationType
from operations.models import DefinitionFile
from operations.odata.errors import MODEL_VALIDATION_FAILURE, ODataError
from operations.odata.fields import BinaryField
from operations.odata.names import wire_name, wire_path
from operations.odata.serializers import ODataSerializer
from operations.odata.viewsets import CollectionMixin, EntityMixin
from operations.permissions import Action
from operations.services.templates import definition_files as services
from operations.services.templates import preflight as preflights
from operations.services.templates import versions
from operations.services.templates.submissions import UploadedLanguageFile

# Clients send the name of an action with its namespace or without.
GRAPH = "[microsoft.graph.]"


class LanguageFilesParameters(ODataSerializer):
    """Of the three language actions."""

    odata_type = "parameters"

    group_policy_uploaded_language_files = LanguageFileSerializer(many=True, allow_null=True)


class NewVersionParameters(LanguageFilesParameters):
    """Of uploadNewVersion."""

    content = BinaryField()


class UploadedDefinitionFileViewSet(CollectionMixin, EntityMixin, PortalViewSet):
    """Each action asks for one performed operation and answers 204."""

    resource = resources.UPLOADED_FILES
    lookup_url_kwarg = "file"
    required_permissions = {
        "list": Action.READ_DEFINITION_FILES,
        "count": Action.READ_DEFINITION_FILES,
        "create": Action.UPLOAD_DEFINITION_FILE,
        "retrieve": Action.READ_DEFINITION_FILES,
        "partial_update": Action.DESCRIBE_DEFINITION_FILE,
        "destroy": Action.REMOVE_DEFINITION_FILE,
        "upload_new_version": Action.UPLOAD_NEW_VERSION,
        "add_language_files": Action.CHANGE_LANGUAGE_FILES,
        "update_language_files": Action.CHANGE_LANGUAGE_FILES,
        "remove_language_files": Action.CHANGE_LANGUAGE_FILES,
        "remove": Action.REMOVE_DEFINITION_FILE,
        "preflight": Action.READ_DEFINITION_FILES,
        "preflight_new_version": Action.READ_DEFINITION_FILES,
        "changes": Action.READ_DEFINITION_FILES,
        "roll_back": Action.UPLOAD_NEW_VERSION,
        "restore": Action.UPLOAD_DEFINITION_FILE,
    }

    def get_queryset(self) -> QuerySet[DefinitionFile]:
        return self.resource.rows()

    def create(self, request: Request, **keys: str) -> Response:
        values = self.body()
        operation = services.upload(
            by=self.actor,
            file_name=required(values, "file_name"),
            content=required(values, "content"),
            default_language_code=values.get("default_language_code") or "",
            display_name=values.get("display_name"),
            description=values.get("description"),
            language_files=language_files(values),
        )
        file = self.get_queryset().get(operations=operation)
        location = self.address(f"{self.resource.set_name}/{file.pk}")
        return self.entity(file, self.fragment, status=201, location=location)

    def partial_update(self, request: Request, **keys: str) -> Response:
        sent = self.body(DefinitionFileChangeSerializer)
        with self.one_at_a_time():
            file: DefinitionFile = self.get_object()
            self.refuse_unless_matching(file)
            changes = same_id(sent, file.pk)
            _refuse_changes_by_actions(changes, file)
            services.describe(by=self.actor, definition_file_id=file.pk, changes=changes)
        return self.entity(self.get_object(), self.fragment)

    def destroy(self, request: Request, **keys: str) -> Response:
        with self.one_at_a_time():
            self.refuse_unless_matching(self.get_object())
            services.remove_at_once(by=self.actor, definition_file_id=self._file_id())
        return self.no_content()

    @action(detail=True, methods=["post"], url_path=f"{GRAPH}uploadNewVersion")
    def upload_new_version(self, request: Request, **keys: str) -> Response:
        file_id, values = self._file_id(), self.parameters(NewVersionParameters)
        services.upload_new_version(
            by=self.actor,
            definition_file_id=file_id,
            content=required(values, "content"),
            language_files=language_files(values),
        )
        return self.no_content()

    @action(detail=True, methods=["post"], url_path=f"{GRAPH}addLanguageFiles")
    def add_language_files(self, request: Request, **keys: str) -> Response:
        file_id, values = self._file_id(), self.parameters(LanguageFilesParameters)
        services.add_language_files(by=self.actor, definition_file_id=file_id, language_files=language_files(values))
        return self.no_content()

    @action(detail=True, methods=["post"], url_path=f"{GRAPH}updateLanguageFiles")
    def update_language_files(self, request: Request, **keys: str) -> Response:
        file_id, values = self._file_id(), self.parameters(LanguageFilesParameters)
        services.update_language_files(by=self.actor, definition_file_id=file_id, language_files=language_files(values))
        return self.no_content()

    @action(detail=True, methods=["post"], url_path=f"{GRAPH}removeLanguageFiles")
    def remove_language_files(self, request: Request, **keys: str) -> Response:
        file_id, values = self._file_id(), self.parameters(LanguageFilesParameters)
        codes = [
            required(language, "language_code", within=f"{LANGUAGE_FILES}/{index}/")
            for index, language in enumerate(values.get(LANGUAGE_FILES) or ())
        ]
        services.remove_language_files(by=self.actor, definition_file_id=file_id, language_codes=codes)
        return self.no_content()

    @action(detail=True, methods=["post"], url_path=f"{GRAPH}remove")
    def remove(self, request: Request, **keys: str) -> Response:
        file_id = self._file_id()
        self.parameters(NoParameters, are_optional=True)
        services.remove(by=self.actor, definition_file_id=file_id)
        return self.no_content()

    @action(detail=False, methods=["post"], url_path=f"{NAMESPACE}.preflight")
    def preflight(self, request: Request, **keys: str) -> Response:
        """Would this upload succeed? Nothing is stored."""
        values = self.body()
        return self._shown(
            preflights.preflight(
                by=self.actor,
                file_name=required(values, "file_name"),
                content=required(values, "content"),
                default_language_code=values.get("default_language_code") or "",
                language_files=language_files(values),
            )
        )

    @action(detail=True, methods=["post"], url_path=f"{NAMESPACE}.preflight")
    def preflight_new_version(self, request: Request, **keys: str) -> Response:
        """Would uploadNewVersion succeed? Nothing is stored."""
        values = self.parameters(NewVersionParameters)
        return self._shown(
            preflights.preflight(
                by=self.actor,
                file_name="",
                content=required(values, "content"),
                language_files=language_files(values),
                definition_file_id=self._file_id(),
                operation_type=OperationType.UPLOAD_NEW_VERSION,
            )
        )

    @action(detail=True, url_path=f"{NAMESPACE}.changes")
    def changes(self, request: Request, **keys: str) -> Response:
        """What changed in meaning from one version to another."""
        old, new = (self._version_parameter(name) for name in ("from", "to"))
        changes = versions.changes_as_json(by=self.actor, definition_file_id=self._file_id(), old=old, new=new)
        return self.members({"from": old, "to": new, **changes}, f"{NAMESPACE}.changes")

    @action(detail=True, methods=["post"], url_path=f"{NAMESPACE}.rollBack")
    def roll_back(self, request: Request, **keys: str) -> Response:
        """Bring a kept version back."""
        file_id, values = self._file_id(), self.parameters(VersionParameters)
        version = versions.version_of(by=self.actor, definition_file_id=file_id, number=required(values, "version"))
        services.roll_back(by=self.actor, version_id=version.pk)
        return self.no_content()

    @action(detail=True, methods=["post"], url_path=f"{NAMESPACE}.restore")
    def restore(self, request: Request, **keys: str) -> Response:
        """Bring a removed file back, with its last version or the one that is named."""
        file_id, values = self._file_id(), self.parameters(VersionParameters, are_optional=True)
        number = values.get("version")
        chosen = (
            versions.version_of(by=self.actor, definition_file_id=file_id, number=number).pk
            if number is not None
            else None
        )
        services.restore(by=self.actor, definition_file_id=file_id, version_id=chosen)
        return self.no_content()

    def _file_id(self) -> UUID:
        return guid(self.kwargs["file"])

    def _shown(self, found: preflights.Preflight) -> Response:
        members = {
            "wouldSucceed": found.would_succeed,
            "findings": FindingSerializer(found.findings, many=True).data,
            "changes": preflights.proposed_as_json(found),
        }
        return self.members(members, f"{NAMESPACE}.preflight")

    def _version_parameter(self, name: str) -> int:
        given = self.request.query_params.getlist(name)
        if len(given) != 1 or not is_version_number(given[0]):
            raise ODataError(400, f"Say which versions to compare: '{name}' is one whole number from 1.", target=name)
        return int(given[0])


def language_files(values: dict[str, Any]) -> list[UploadedLanguageFile]:
    """The ADMLs that were sent. Raises ODataError where one lacks something."""
    return [
        UploadedLanguageFile(
            file_name=required(language, "file_name", within=f"{LANGUAGE_FILES}/{index}/"),
            language_code=required(language, "language_code", within=f"{LANGUAGE_FILES}/{index}/"),
            content=required(language, "content", within=f"{LANGUAGE_FILES}/{index}/"),
        )
        for index, language in enumerate(values.get(LANGUAGE_FILES) or ())
    ]


def required(values: dict[str, Any], name: str, *, within: str = "") -> Any:
    """The value of a property that must be there. Raises ODataError naming it."""
    if values.get(name) is None:
        raise ODataError(
            400,
            f"The property '{wire_name(name)}' is required.",
            code=MODEL_VALIDATION_FAILURE,
            target=wire_path(f"{within}{name}"),
        )
    return values[name]


def _refuse_changes_by_actions(changes: dict[str, Any], file: DefinitionFile) -> None:
    """What a read sends back unchanged is let pass; a change belongs to an action."""
    actions = {
        "content": "the action uploadNewVersion",
        "file_name": "the action uploadNewVersion",
        "default_language_code": "the action uploadNewVersion",
        LANGUAGE_FILES: "the actions addLanguageFiles, updateLanguageFiles and removeLanguageFiles",
    }
    unchanged: dict[str, Any] = {
        "content": None,
        "file_name": file.file_name,
        "default_language_code": file.default_language_code,
    }
    for name, responsible in actions.items():
        value = changes.get(name)
        if value is None or (name in unchanged and value == unchanged[name]):
            continue
        if name == LANGUAGE_FILES and all(language.get("content") is None for language in value):
            continue
        raise ODataError(
            400,
            f"'{wire_name(name)}' cannot be changed by PATCH. Use {responsible}.",
            code=MODEL_VALIDATION_FAILURE,
            target=wire_name(name),
        )

"""groupPolicyUploadedDefinitionFiles: list, get, upload, describe, remove."""

from typing import Any

from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from operations.api import resources
from operations.api.serializers import LANGUAGE_FILES, DefinitionFileChangeSerializer
from operations.api.views import CollectionView, ItemView, ResourceView, by_key, guid, same_id
from operations.models import DefinitionFile
from operations.odata.errors import MODEL_VALIDATION_FAILURE, ODataError
from operations.odata.names import wire_name, wire_path
from operations.permissions import Action
from operations.services import definition_files as services
from operations.services.handed_in import UploadedLanguageFile

NAME = "groupPolicyUploadedDefinitionFiles"
FRAGMENT = f"deviceManagement/{NAME}"


class DefinitionFileView(ResourceView):
    resource = resources.UPLOADED_FILES

    def rows(self) -> QuerySet[DefinitionFile]:
        """The rows of this address."""
        return self.resource.rows()

    @property
    def fragment(self) -> str:
        """What follows `#` in the context."""
        return FRAGMENT


class DefinitionFileCollection(DefinitionFileView, CollectionView):
    actions = {"GET": Action.READ_DEFINITION_FILES, "POST": Action.UPLOAD_DEFINITION_FILE}

    def post(self, request: Request, **keys: str) -> Response:
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
        file = self.rows().get(operations=operation)
        return self.entity(file, FRAGMENT, status=201, location=self.address(f"{NAME}/{file.pk}"))


class DefinitionFileItem(DefinitionFileView, ItemView):
    actions = {
        "GET": Action.READ_DEFINITION_FILES,
        "PATCH": Action.DESCRIBE_DEFINITION_FILE,
        "DELETE": Action.REMOVE_DEFINITION_FILE,
    }

    def get(self, request: Request, **keys: str) -> Response:
        return self.shown(by_key(self.rows(), keys["file"]), FRAGMENT)

    def patch(self, request: Request, **keys: str) -> Response:
        sent = self.body(DefinitionFileChangeSerializer)
        with self.one_at_a_time():
            file: DefinitionFile = by_key(self.rows(), keys["file"])
            self.refuse_unless_matching(file)
            changes = same_id(sent, file.pk)
            _refuse_other_doors(changes, file)
            services.describe(by=self.actor, definition_file_id=file.pk, changes=changes)
        return self.entity(by_key(self.rows(), keys["file"]), FRAGMENT)

    def delete(self, request: Request, **keys: str) -> Response:
        with self.one_at_a_time():
            self.refuse_unless_matching(by_key(self.rows(), keys["file"]))
            services.remove_at_once(by=self.actor, definition_file_id=guid(keys["file"]))
        return self.no_content()


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


def _refuse_other_doors(changes: dict[str, Any], file: DefinitionFile) -> None:
    """What a read sends back unchanged is let pass; a change belongs to an action."""
    doors = {
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
    for name, door in doors.items():
        value = changes.get(name)
        if value is None or (name in unchanged and value == unchanged[name]):
            continue
        if name == LANGUAGE_FILES and all(language.get("content") is None for language in value):
            continue
        raise ODataError(
            400,
            f"'{wire_name(name)}' cannot be changed by PATCH. Use {door}.",
            code=MODEL_VALIDATION_FAILURE,
            target=wire_name(name),
        )

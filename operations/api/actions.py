"""The actions bound to a definition file: each asks for one performed operation and answers 204."""

from collections.abc import Sequence
from typing import Any, ClassVar

from rest_framework.request import Request
from rest_framework.response import Response

from operations.api.definition_files import language_files, required
from operations.api.serializers import LANGUAGE_FILES, LanguageFileSerializer
from operations.api.views import ResourceView, guid
from operations.odata.body import has_body
from operations.odata.fields import BinaryField
from operations.odata.serializers import ODataSerializer
from operations.permissions import Action
from operations.services import definition_files as services


class LanguageFilesParameters(ODataSerializer):
    """Of the three language actions."""

    odata_type = "parameters"

    group_policy_uploaded_language_files = LanguageFileSerializer(many=True, allow_null=True)


class NewVersionParameters(LanguageFilesParameters):
    """Of uploadNewVersion."""

    content = BinaryField()


class NoParameters(ODataSerializer):
    """Of remove."""

    odata_type = "parameters"


class ActionView(ResourceView):
    """POST only."""

    parameters: ClassVar[type[ODataSerializer]] = NoParameters
    body_may_be_left_out: ClassVar[bool] = False

    def values(self) -> dict[str, Any]:
        """The parameters that were sent, by name."""
        # Clients send an action without parameters with no body, or with an empty object.
        optional = self.parameters is NoParameters or self.body_may_be_left_out
        return {} if optional and not has_body(self.request) else self.body(self.parameters)


class FileAction(ActionView):
    """Subclasses name what is needed and what is asked for."""

    def post(self, request: Request, **keys: str) -> Response:
        self.ask(definition_file_id=guid(keys["file"]), values=self.values())
        return self.no_content()

    def ask(self, *, definition_file_id: Any, values: dict[str, Any]) -> None:
        """Call the one service."""
        raise NotImplementedError


class UploadNewVersion(FileAction):
    actions = {"POST": Action.UPLOAD_NEW_VERSION}
    parameters = NewVersionParameters

    def ask(self, *, definition_file_id: Any, values: dict[str, Any]) -> None:
        services.upload_new_version(
            by=self.actor,
            definition_file_id=definition_file_id,
            content=required(values, "content"),
            language_files=language_files(values),
        )


class AddLanguageFiles(FileAction):
    actions = {"POST": Action.CHANGE_LANGUAGE_FILES}
    parameters = LanguageFilesParameters

    def ask(self, *, definition_file_id: Any, values: dict[str, Any]) -> None:
        services.add_language_files(
            by=self.actor, definition_file_id=definition_file_id, language_files=language_files(values)
        )


class UpdateLanguageFiles(FileAction):
    actions = {"POST": Action.CHANGE_LANGUAGE_FILES}
    parameters = LanguageFilesParameters

    def ask(self, *, definition_file_id: Any, values: dict[str, Any]) -> None:
        services.update_language_files(
            by=self.actor, definition_file_id=definition_file_id, language_files=language_files(values)
        )


class RemoveLanguageFiles(FileAction):
    actions = {"POST": Action.CHANGE_LANGUAGE_FILES}
    parameters = LanguageFilesParameters

    def ask(self, *, definition_file_id: Any, values: dict[str, Any]) -> None:
        given: Sequence[dict[str, Any]] = values.get(LANGUAGE_FILES) or []
        codes = [
            required(language, "language_code", within=f"{LANGUAGE_FILES}/{index}/")
            for index, language in enumerate(given)
        ]
        services.remove_language_files(by=self.actor, definition_file_id=definition_file_id, language_codes=codes)


class Remove(FileAction):
    actions = {"POST": Action.REMOVE_DEFINITION_FILE}

    def ask(self, *, definition_file_id: Any, values: dict[str, Any]) -> None:
        services.remove(by=self.actor, definition_file_id=definition_file_id)


ACTIONS: dict[str, type[FileAction]] = {
    "uploadNewVersion": UploadNewVersion,
    "addLanguageFiles": AddLanguageFiles,
    "updateLanguageFiles": UpdateLanguageFiles,
    "removeLanguageFiles": RemoveLanguageFiles,
    "remove": Remove,
}

"""What the portal adds to Microsoft Graph, under names that begin with `gpoPortal.` and never clash with Graph's."""

from pathlib import PurePath
from typing import Any, ClassVar
from uuid import UUID

from django.http import HttpResponse
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from operations.api.actions import ActionView, FileAction, NewVersionParameters
from operations.api.definition_files import language_files, required
from operations.api.operations import OperationView
from operations.api.serializers import DefinitionFileSerializer
from operations.api.views import ResourceView, by_key, guid
from operations.choices import OperationType
from operations.errors import MissingError
from operations.models import DefinitionFile, Version
from operations.odata.errors import ODataError
from operations.odata.fields import CountingField, DateTimeOffsetField, StringField
from operations.odata.paging import Page
from operations.odata.representation import AnythingNegotiation
from operations.odata.serializers import ODataSerializer
from operations.permissions import Action
from operations.services import comparing, definition_files, operations, preflights, versions

NAMESPACE = "gpoPortal"
BYTES, ZIP = "application/octet-stream", "application/zip"


class FindingSerializer(ODataSerializer):
    """One thing that the checks noticed: a row of an operation, or fresh from a preflight."""

    odata_type = f"{NAMESPACE}.finding"

    code = StringField()
    severity = StringField()
    group = StringField()
    message = StringField()
    remedy = StringField()
    file_name = StringField()
    language_code = StringField()
    line = serializers.ReadOnlyField()
    item = StringField()

    def to_representation(self, instance: Any) -> dict[str, Any]:
        shown = super().to_representation(instance)
        return shown | {name: shown[name] or None for name in ("languageCode", "item")}


class VersionSerializer(ODataSerializer):
    """A kept version of a definition file."""

    odata_type = f"{NAMESPACE}.version"

    number = CountingField()
    created_date_time = DateTimeOffsetField()
    operation_id = serializers.ReadOnlyField()
    file_name = StringField()
    revision = StringField()
    language_codes = StringField()
    policy_count = serializers.ReadOnlyField()
    sha256 = StringField(source="content_id")


class VersionParameters(ODataSerializer):
    """Of rollBack and restore."""

    odata_type = "parameters"

    version = CountingField()


class Preflight(ActionView):
    """Would this upload succeed? Nothing is stored."""

    actions = {"POST": Action.READ_DEFINITION_FILES}
    parameters: ClassVar[type[ODataSerializer]] = DefinitionFileSerializer

    def post(self, request: Request, **keys: str) -> Response:
        found = self.judged(self.values(), **keys)
        members = {
            "wouldSucceed": found.would_succeed,
            "findings": FindingSerializer(found.findings, many=True).data,
            "changes": comparing.proposed_as_json(found),
        }
        return self.members(members, f"{NAMESPACE}.preflight")

    def judged(self, values: dict[str, Any], **keys: str) -> preflights.Preflight:
        return preflights.preflight(
            by=self.actor,
            file_name=required(values, "file_name"),
            content=required(values, "content"),
            default_language_code=values.get("default_language_code") or "",
            language_files=language_files(values),
        )


class NewVersionPreflight(Preflight):
    """Would uploadNewVersion succeed?"""

    parameters = NewVersionParameters

    def judged(self, values: dict[str, Any], **keys: str) -> preflights.Preflight:
        return preflights.preflight(
            by=self.actor,
            file_name="",
            content=required(values, "content"),
            language_files=language_files(values),
            definition_file_id=guid(keys["file"]),
            operation_type=OperationType.UPLOAD_NEW_VERSION,
        )


class VersionView(ResourceView):
    """The versions of a definition file, of a removed one too: they are kept."""

    actions = {"GET": Action.READ_DEFINITION_FILES}
    serializer_class = VersionSerializer

    @property
    def fragment(self) -> str:
        """What follows `#` in the context."""
        return f"deviceManagement/groupPolicyUploadedDefinitionFiles('{self.kwargs['file']}')/{NAMESPACE}.versions"

    def version(self) -> Version:
        return versions.version_of(
            by=self.actor, definition_file_id=guid(self.kwargs["file"]), number=_number(self.kwargs["number"])
        )


class VersionCollection(VersionView):
    supported_options = frozenset({"top", "skiptoken"})

    def get(self, request: Request, **keys: str) -> Response:
        file = by_key(DefinitionFile.objects.all(), keys["file"])
        rows = Version.objects.filter(definition_file=file).defer("changes", "policy_names")
        return self.collection(self.newest_first(rows.prefetch_related("language_files")), self.fragment)


class VersionItem(VersionView):
    def get(self, request: Request, **keys: str) -> Response:
        return self.entity(self.version(), self.fragment)


class Download(VersionView):
    """Bytes; a refusal is JSON as everywhere."""

    content_negotiation_class = AnythingNegotiation


class VersionContent(Download):
    """The ADMX, or with `language` in the address the ADML, exactly as it was handed in."""

    def get(self, request: Request, **keys: str) -> HttpResponse:
        version = self.version()
        if "language" not in keys:
            return self.attachment(version.content.data, version.file_name, BYTES)
        languages = version.language_files.select_related("content")
        language = languages.filter(language_code__iexact=keys["language"]).first()
        if language is None:
            raise MissingError(
                f"Version {version.number} has no language '{keys['language'][:80]}'. "
                f"There are: {', '.join(version.language_codes) or 'none'}.",
                target="language_code",
            )
        return self.attachment(language.content.data, language.file_name, BYTES)


class VersionZip(Download):
    """A PolicyDefinitions folder with this one version in it."""

    def get(self, request: Request, **keys: str) -> HttpResponse:
        version = self.version()
        name = f"{PurePath(version.file_name).stem}-{version.number}.zip"
        return self.attachment(versions.zip_of(version), name, ZIP)


class Changes(ResourceView):
    """What changed in meaning from one version to another."""

    actions = {"GET": Action.READ_DEFINITION_FILES}

    def get(self, request: Request, **keys: str) -> Response:
        old, new = (self._asked(name) for name in ("from", "to"))
        changes = comparing.changes_as_json(by=self.actor, definition_file_id=guid(keys["file"]), old=old, new=new)
        return self.members({"from": old, "to": new, **changes}, f"{NAMESPACE}.changes")

    def _asked(self, name: str) -> int:
        given = self.request.query_params.getlist(name)
        if len(given) != 1 or not _is_number(given[0]):
            raise ODataError(400, f"Say which versions to compare: '{name}' is one whole number from 1.", target=name)
        return int(given[0])


class Findings(OperationView):
    """What the checks noticed while an operation was performed, most important first, all at once."""

    actions = {"GET": Action.READ_OPERATIONS}
    serializer_class = FindingSerializer

    def get(self, request: Request, **keys: str) -> Response:
        operation = by_key(self.rows(), keys["operation"])
        fragment = f"deviceManagement/groupPolicyOperations('{operation.pk}')/{NAMESPACE}.findings"
        return self.collection(Page(list(operation.findings.all()), None), fragment)


class OperationAction(OperationView, ActionView):
    """The service decides who may: it depends on the type of the operation."""

    actions = {"POST": Action.READ_OPERATIONS}

    def operation_id(self) -> UUID:
        self.values()
        found: UUID = by_key(self.rows(), self.kwargs["operation"]).pk
        return found


class Retry(OperationAction):
    """Ask again for what failed: a new operation."""

    def post(self, request: Request, **keys: str) -> Response:
        operation = operations.retry_operation(by=self.actor, operation_id=self.operation_id())
        location = self.address(f"{self._path(quoted=False)}/{operation.pk}")
        return self.entity(operation, self.fragment, status=201, location=location)


class Cancel(OperationAction):
    actions = {"POST": Action.CANCEL_OPERATION}

    def post(self, request: Request, **keys: str) -> Response:
        operations.cancel_operation(by=self.actor, operation_id=self.operation_id())
        return self.no_content()


class RollBack(FileAction):
    actions = {"POST": Action.UPLOAD_NEW_VERSION}
    parameters = VersionParameters

    def ask(self, *, definition_file_id: Any, values: dict[str, Any]) -> None:
        version = versions.version_of(
            by=self.actor, definition_file_id=definition_file_id, number=required(values, "version")
        )
        definition_files.roll_back(by=self.actor, version_id=version.pk)


class Restore(FileAction):
    """Of a removed file: with its last version, or the one that is named."""

    actions = {"POST": Action.UPLOAD_DEFINITION_FILE}
    parameters = VersionParameters
    body_may_be_left_out = True

    def ask(self, *, definition_file_id: Any, values: dict[str, Any]) -> None:
        number = values.get("version")
        chosen = (
            versions.version_of(by=self.actor, definition_file_id=definition_file_id, number=number).pk
            if number is not None
            else None
        )
        definition_files.restore(by=self.actor, definition_file_id=definition_file_id, version_id=chosen)


def _number(key: str) -> int:
    if not _is_number(key):
        raise MissingError(f"There is no version '{key[:80]}': versions are numbered from 1.", target="version")
    return int(key)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 10 and int(text) >= 1

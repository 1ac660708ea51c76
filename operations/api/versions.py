"""gpoPortal.versions: the kept versions of a definition file, of a removed one too."""

from pathlib import PurePath

from django.http import HttpResponse
from rest_framework.request import Request
from rest_framework.response import Response

from operations.api.extensions import NAMESPACE, VersionSerializer, version_number
from operations.api.viewsets import DEVICE_MANAGEMENT, PortalViewSet, by_key, guid
from operations.errors import MissingError
from operations.models import DefinitionFile, Version
from operations.odata.serializers import ODataSerializer
from operations.permissions import Action
from operations.services.templates import versions

BYTES, ZIP = "application/octet-stream", "application/zip"


class VersionViewSet(PortalViewSet):
    """Downloads are exactly what was uploaded; a refusal is JSON as everywhere."""

    lookup_url_kwarg = "number"
    required_permissions = {
        "list": Action.READ_DEFINITION_FILES,
        "retrieve": Action.READ_DEFINITION_FILES,
        "content": Action.READ_DEFINITION_FILES,
        "language_content": Action.READ_DEFINITION_FILES,
        "zip_file": Action.READ_DEFINITION_FILES,
    }
    supported_options = {"list": frozenset({"top", "skiptoken"})}
    answers_anything = frozenset({"content", "language_content", "zip_file"})

    def get_serializer_class(self) -> type[ODataSerializer]:
        return VersionSerializer

    @property
    def fragment(self) -> str:
        file = f"groupPolicyUploadedDefinitionFiles('{self.kwargs['file']}')"
        return f"{DEVICE_MANAGEMENT}/{file}/{NAMESPACE}.versions"

    def get_object(self) -> Version:
        return versions.version_of(
            by=self.actor, definition_file_id=guid(self.kwargs["file"]), number=version_number(self.kwargs["number"])
        )

    def list(self, request: Request, **keys: str) -> Response:
        """List kept versions, the newest first."""
        file = by_key(DefinitionFile.objects.all(), keys["file"])
        rows = Version.objects.filter(definition_file=file).defer("changes", "policy_names")
        return self.collection(self.newest_first(rows.prefetch_related("language_files")), self.fragment)

    def retrieve(self, request: Request, **keys: str) -> Response:
        """Get a kept version."""
        return self.entity(self.get_object(), self.fragment)

    def content(self, request: Request, **keys: str) -> HttpResponse:
        """Download the ADMX of a version."""
        version = self.get_object()
        return self.attachment(version.content.data, version.file_name, BYTES)

    def language_content(self, request: Request, **keys: str) -> HttpResponse:
        """Download an ADML of a version."""
        version = self.get_object()
        languages = version.language_files.select_related("content")
        language = languages.filter(language_code__iexact=keys["language"]).first()
        if language is None:
            raise MissingError(
                f"Version {version.number} has no language '{keys['language'][:80]}'. "
                f"There are: {', '.join(version.language_codes) or 'none'}.",
                target="language_code",
            )
        return self.attachment(language.content.data, language.file_name, BYTES)

    def zip_file(self, request: Request, **keys: str) -> HttpResponse:
        """Download a version as a PolicyDefinitions folder."""
        version = self.get_object()
        name = f"{PurePath(version.file_name).stem}-{version.number}.zip"
        return self.attachment(versions.zip_of(version), name, ZIP)

"""The one table of routes: URL patterns, OpenAPI paths, the service document and known segments come from it."""

from operations.api.audit_events import AuditEventViewSet
from operations.api.batch import BatchViewSet
from operations.api.definition_files import UploadedDefinitionFileViewSet
from operations.api.definitions import (
    CategoryViewSet,
    DefinitionFileViewSet,
    DefinitionViewSet,
    PresentationViewSet,
)
from operations.api.extensions import NAMESPACE
from operations.api.operations import OperationViewSet
from operations.api.service import ServiceViewSet
from operations.api.versions import VersionViewSet
from operations.api.viewsets import DEVICE_MANAGEMENT
from operations.odata.routing import Router

CAST = "microsoft.graph.groupPolicyUploadedDefinitionFile"
# Readers of the uploaded type may name it; of the base type they may ask for the uploaded one.
READ = {"get": "retrieve"}

ROUTER = Router()

ROUTER.add("$metadata", ServiceViewSet, {"get": "metadata"})
ROUTER.add("$batch", BatchViewSet, {"post": "create"})
ROUTER.add("", ServiceViewSet, {"get": "document"})

_ROOT = DEVICE_MANAGEMENT
ROUTER.collection(f"{_ROOT}/auditEvents", AuditEventViewSet, key="event")
ROUTER.collection(f"{_ROOT}/groupPolicyOperations", OperationViewSet, key="operation")

_UPLOADED = f"{_ROOT}/groupPolicyUploadedDefinitionFiles"
_VERSIONS = f"{_UPLOADED}/{{file}}/{NAMESPACE}.versions"
ROUTER.collection(_UPLOADED, UploadedDefinitionFileViewSet, key="file")
ROUTER.entity(
    f"{_UPLOADED}/{{file}}/{CAST}",
    UploadedDefinitionFileViewSet,
    {"get": "retrieve", "patch": "partial_update", "delete": "destroy"},
)
ROUTER.collection(_VERSIONS, VersionViewSet, key="number")
ROUTER.add(f"{_VERSIONS}/{{number}}/content", VersionViewSet, {"get": "content"})
ROUTER.add(f"{_VERSIONS}/{{number}}/content/{{language}}", VersionViewSet, {"get": "language_content"})
ROUTER.add(f"{_VERSIONS}/{{number}}/zip", VersionViewSet, {"get": "zip_file"})
ROUTER.collection(f"{_UPLOADED}/{{file}}/groupPolicyOperations", OperationViewSet, key="operation")
ROUTER.collection(f"{_UPLOADED}/{{file}}/definitions", DefinitionViewSet, key="definition")

_FILES = f"{_ROOT}/groupPolicyDefinitionFiles"
ROUTER.collection(_FILES, DefinitionFileViewSet, key="file")
ROUTER.entity(f"{_FILES}/{{file}}/{CAST}", DefinitionFileViewSet, READ)
ROUTER.collection(f"{_FILES}/{{file}}/{CAST}/groupPolicyOperations", OperationViewSet, key="operation")
ROUTER.collection(f"{_FILES}/{{file}}/definitions", DefinitionViewSet, key="definition")

_DEFINITIONS = f"{_ROOT}/groupPolicyDefinitions"
ROUTER.collection(_DEFINITIONS, DefinitionViewSet, key="definition")
ROUTER.entity(f"{_DEFINITIONS}/{{definition}}/category", CategoryViewSet)
ROUTER.entity(f"{_DEFINITIONS}/{{definition}}/definitionFile[/{CAST}]", DefinitionFileViewSet)
for _name in ("nextVersionDefinition", "previousVersionDefinition"):
    ROUTER.entity(f"{_DEFINITIONS}/{{definition}}/{_name}", DefinitionViewSet, is_other_version=True)
ROUTER.collection(f"{_DEFINITIONS}/{{definition}}/presentations", PresentationViewSet, key="presentation")
ROUTER.entity(f"{_DEFINITIONS}/{{definition}}/presentations/{{presentation}}/definition", DefinitionViewSet)

_CATEGORIES = f"{_ROOT}/groupPolicyCategories"
ROUTER.collection(_CATEGORIES, CategoryViewSet, key="category")
ROUTER.collection(f"{_CATEGORIES}/{{category}}/children", CategoryViewSet)
ROUTER.entity(f"{_CATEGORIES}/{{category}}/parent", CategoryViewSet)
ROUTER.collection(f"{_CATEGORIES}/{{category}}/definitions", DefinitionViewSet)
ROUTER.entity(f"{_CATEGORIES}/{{category}}/definitionFile[/{CAST}]", DefinitionFileViewSet)

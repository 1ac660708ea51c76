"""The OpenAPI description of what is served under /beta, and the page that shows it."""

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.choices import flatten_choices
from django.views.decorators.http import require_safe

from operations.api import resources
from operations.api.audit_events import AuditEventViewSet
from operations.api.batch import BatchViewSet
from operations.api.definition_files import UploadedDefinitionFileViewSet
from operations.api.operations import OperationViewSet
from operations.api.routes import ROUTER
from operations.api.service import ServiceViewSet
from operations.api.versions import VersionViewSet
from operations.choices import ExportFormat
from operations.languages import DEFAULT_LANGUAGE_CODE
from operations.odata.metadata import BoundAction
from operations.odata.openapi import Operation, collection_schema, document, object_schema, property_schema, ref
from operations.odata.query.options import OF_COLLECTIONS, OF_COUNTS, OF_ITEMS
from operations.queries.boards import BOARDS

UPLOADED, OPERATIONS = "groupPolicyUploadedDefinitionFiles", "groupPolicyOperations"
GUID = "4d18865b-865b-4d18-5b86-184d5b86184d"
_CONTENT = "PHBvbGljeURlZmluaXRpb25zLz4="
_LANGUAGE = {"fileName": "example.adml", "languageCode": DEFAULT_LANGUAGE_CODE, "content": _CONTENT}
_EXAMPLES: dict[str, Any] = {
    OPERATIONS: {
        "operationType": "upload",
        "operationStatus": "success",
        "statusDetails": "Imported 1 policy in 1 category, 1 language.",
        "id": GUID,
        "lastModifiedDateTime": "2026-01-01T00:00:35.132946Z",
    },
    UPLOADED: {"fileName": "example.admx", "status": "available", "id": GUID, "revision": "1.0"},
    "groupPolicyDefinitionFiles": {"fileName": "example.admx", "id": GUID, "revision": "1.0"},
    "groupPolicyDefinitions": {"displayName": "Use a proxy", "classType": "machine", "id": GUID},
    "groupPolicyCategories": {"displayName": "Example", "isRoot": True, "id": GUID},
    "auditEvents": {"activity": "operation.recorded", "activityResult": "Success", "id": GUID},
    "presentations": {"@odata.type": "#microsoft.graph.groupPolicyPresentationCheckBox", "label": "On", "id": GUID},
}
_NO_BODY: dict[str, Any] = {"type": "object"}
_PREFLIGHT = {
    "type": "object",
    "properties": {
        "wouldSucceed": {"type": "boolean"},
        "findings": {"type": "array", "items": {"type": "object"}},
        "changes": {"type": ["object", "null"]},
    },
}
_STATISTICS = {
    "type": "object",
    "required": ["board", "period", "filters", "tiles", "tables"],
    "properties": {
        "board": {"type": "string"},
        "period": {"type": "object"},
        "filters": {"type": "object"},
        "generatedDateTime": {"type": "string", "format": "date-time"},
        "tiles": {"type": "array", "items": {"type": "object"}},
        "tables": {"type": "array", "items": {"type": "object"}},
    },
}
_BATCH = {
    "type": "object",
    "required": ["requests"],
    "properties": {
        "requests": {
            "type": "array",
            "minItems": 1,
            "maxItems": 20,
            "items": {
                "type": "object",
                "required": ["id", "method", "url"],
                "properties": {
                    "id": {"type": "string", "minLength": 1},
                    "method": {"type": "string", "enum": ["GET", "POST", "PATCH", "DELETE"]},
                    "url": {"type": "string", "minLength": 1},
                },
            },
        }
    },
}


@require_safe
def schema(request: HttpRequest) -> HttpResponse:
    """The description as JSON."""
    return JsonResponse(described())


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The description to look at and to try."""
    return render(request, "api_docs.html")


@cache
def described() -> dict[str, Any]:
    """Made once: the declarations do not change while the portal runs."""
    info = {
        "title": "GPO Portal",
        "version": "beta",
        "description": "Microsoft Graph's group policy corner, and what the portal adds as gpoPortal.*",
    }
    extra = {"preflight": _PREFLIGHT, "statistics": _STATISTICS}
    return document(resources.RESOURCES.schema, [*_served(), *_statistics()], info, extra)


def _served() -> Iterator[Operation]:
    """One for each method of each route."""
    for route in ROUTER.routes:
        for method, action in route.actions.items():
            yield Operation(method, f"/beta/{route.described_path}", **_documentation(route.viewset, action))


def _documentation(viewset: Any, action: str) -> dict[str, Any]:
    """Of an action, without its address. Raises KeyError for one that nobody describes."""
    if documentation := _EXTRA.get((viewset, action)):
        return documentation
    return _STANDARD[action](viewset)


def _tag(viewset: Any) -> str:
    return viewset.resource.set_name or "presentations"


def _list(viewset: Any) -> dict[str, Any]:
    return {
        "summary": f"List {_tag(viewset)}",
        "tag": _tag(viewset),
        "answer": collection_schema(viewset.resource.entity.name),
        "example": {"value": [_EXAMPLES[_tag(viewset)]]},
        "options": OF_COLLECTIONS,
    }


def _count(viewset: Any) -> dict[str, Any]:
    return {
        "summary": f"Count {_tag(viewset)}",
        "tag": _tag(viewset),
        "answer": {"type": "integer"},
        "content_type": "text/plain",
        "example": 3,
        "options": OF_COUNTS,
    }


def _create(viewset: Any) -> dict[str, Any]:
    example, members = _EXAMPLES[_tag(viewset)], _CREATED_FROM[viewset]
    body = {name: example[name] for name in members if name in example}
    if "content" in members:
        body |= {"content": _CONTENT, "groupPolicyUploadedLanguageFiles": [_LANGUAGE]}
    return {
        "summary": f"Create in {_tag(viewset)}",
        "tag": _tag(viewset),
        "status": 201,
        "answer": ref(viewset.resource.entity.name),
        "example": example,
        "body": object_schema(viewset.resource.entity, only=members),
        "body_example": body,
        "may": (204, 409),
    }


def _retrieve(viewset: Any) -> dict[str, Any]:
    return {
        "summary": f"Get one of {_tag(viewset)}",
        "tag": _tag(viewset),
        "answer": ref(viewset.resource.entity.name),
        "example": _EXAMPLES[_tag(viewset)],
        "options": OF_ITEMS,
        "may": (304,),
    }


def _partial_update(viewset: Any) -> dict[str, Any]:
    example, members = _EXAMPLES[_tag(viewset)], _CHANGED_BY[viewset]
    return {
        "summary": f"Change one of {_tag(viewset)}",
        "tag": _tag(viewset),
        "answer": ref(viewset.resource.entity.name),
        "example": example,
        "body": object_schema(viewset.resource.entity, only=members),
        "body_example": {name: example.get(name, "A new text") for name in members[-1:]},
        "may": (204, 409),
    }


def _destroy(viewset: Any) -> dict[str, Any]:
    return {"summary": f"Delete one of {_tag(viewset)}", "tag": _tag(viewset), "status": 204, "may": (409,)}


_STANDARD: dict[str, Callable[[Any], dict[str, Any]]] = {
    "list": _list,
    "count": _count,
    "create": _create,
    "retrieve": _retrieve,
    "follow": lambda viewset: {**_retrieve(viewset), "may": (204, 304)},
    "partial_update": _partial_update,
    "destroy": _destroy,
}
_OPERATION_MEMBERS = ("operationType", "operationStatus", "statusDetails")
_FILE_MEMBERS = (
    "displayName", "description", "fileName", "content", "defaultLanguageCode", "groupPolicyUploadedLanguageFiles",
)  # fmt: skip
_CREATED_FROM = {OperationViewSet: _OPERATION_MEMBERS, UploadedDefinitionFileViewSet: _FILE_MEMBERS}
_CHANGED_BY = {OperationViewSet: _OPERATION_MEMBERS, UploadedDefinitionFileViewSet: ("displayName", "description")}


def _asking_for(action: BoundAction) -> dict[str, Any]:
    """An action of Graph that is bound to a definition file."""
    parameters = {parameter.name: property_schema(parameter) for parameter in action.parameters}
    example: dict[str, Any] = {}
    if "content" in parameters:
        example["content"] = _CONTENT
    if len(parameters) > ("content" in parameters):
        example["groupPolicyUploadedLanguageFiles"] = [_LANGUAGE]
    return {
        "summary": f"Request {action.name}",
        "tag": UPLOADED,
        "status": 204,
        "body": {"type": "object", "properties": parameters} if parameters else _NO_BODY,
        "body_is_required": bool(parameters),
        "body_example": example,
        "may": (409,),
    }


def _graphs_actions() -> dict[tuple[Any, str], dict[str, Any]]:
    by_name = {action.name: action for action in resources.ACTIONS}
    actions: list[Any] = UploadedDefinitionFileViewSet.get_extra_actions()
    return {
        (UploadedDefinitionFileViewSet, action.__name__): _asking_for(by_name[action.url_path.rpartition("]")[2]])
        for action in actions
        if action.url_path.rpartition("]")[2] in by_name
    }


_OURS = "gpoPortal"
_UPLOAD = {"fileName": "example.admx", "content": _CONTENT, "groupPolicyUploadedLanguageFiles": [_LANGUAGE]}
_FILE_SCHEMA = object_schema(resources.UPLOADED_FILES.entity, only=_FILE_MEMBERS)
_VERSION_NUMBER = {"type": "object", "properties": {"version": {"type": "integer", "minimum": 1}}}
_PREFLIGHT_EXAMPLE = {"wouldSucceed": True, "findings": [], "changes": None}
_VERSIONS_COMPARED = [
    {"name": name, "in": "query", "required": True, "schema": {"type": "integer", "minimum": 1}}
    for name in ("from", "to")
]
_ROWS = {"type": "object", "properties": {"value": {"type": "array", "items": {"type": "object"}}}}
_BYTES = {"type": "string", "format": "binary"}
_EXPORTED = [
    {"name": "fileFormat", "in": "query", "schema": {"type": "string", "enum": list(ExportFormat.values)}},
    {"name": "after", "in": "query", "schema": {"type": "integer", "minimum": 0}},
]
_EXTRA: dict[tuple[Any, str], dict[str, Any]] = {
    **_graphs_actions(),
    (AuditEventViewSet, "export"): {
        "summary": "Export the trail", "tag": _OURS, "answer": _BYTES, "content_type": "application/jsonl",
        "example": "{}", "parameters": _EXPORTED,
    },
    (UploadedDefinitionFileViewSet, "preflight"): {
        "summary": "Check whether an upload would succeed", "tag": _OURS, "answer": ref("preflight"),
        "example": _PREFLIGHT_EXAMPLE, "body": _FILE_SCHEMA, "body_example": _UPLOAD, "may": (409,),
    },
    (UploadedDefinitionFileViewSet, "preflight_new_version"): {
        "summary": "Check whether a new version would succeed", "tag": _OURS, "answer": ref("preflight"),
        "example": _PREFLIGHT_EXAMPLE, "body": _FILE_SCHEMA, "body_example": {"content": _CONTENT}, "may": (409,),
    },
    (UploadedDefinitionFileViewSet, "changes"): {
        "summary": "Compare two versions", "tag": _OURS, "answer": {"type": "object"},
        "example": {"from": 1, "to": 2}, "parameters": _VERSIONS_COMPARED,
    },
    (UploadedDefinitionFileViewSet, "roll_back"): {
        "summary": "Bring a version back", "tag": _OURS, "status": 204, "body": _VERSION_NUMBER,
        "body_example": {"version": 1}, "may": (409,),
    },
    (UploadedDefinitionFileViewSet, "restore"): {
        "summary": "Bring a removed file back", "tag": _OURS, "status": 204, "body": _VERSION_NUMBER,
        "body_is_required": False, "body_example": {"version": 1}, "may": (409,),
    },
    (VersionViewSet, "list"): {
        "summary": "List kept versions", "tag": _OURS, "answer": _ROWS, "example": {"value": [{"number": 1}]},
        "options": ("top", "skiptoken"),
    },
    (VersionViewSet, "retrieve"): {
        "summary": "Get a kept version", "tag": _OURS, "answer": {"type": "object"}, "example": {"number": 1},
        "may": (304,),
    },
    (VersionViewSet, "content"): {
        "summary": "Download the ADMX of a version", "tag": _OURS, "answer": _BYTES,
        "content_type": "application/octet-stream", "example": "<policyDefinitions/>",
    },
    (VersionViewSet, "language_content"): {
        "summary": "Download an ADML of a version", "tag": _OURS, "answer": _BYTES,
        "content_type": "application/octet-stream", "example": "<policyDefinitionResources/>",
    },
    (VersionViewSet, "zip_file"): {
        "summary": "Download a whole version", "tag": _OURS, "answer": _BYTES, "content_type": "application/zip",
        "example": "PK",
    },
    (OperationViewSet, "findings"): {
        "summary": "List what the checks found", "tag": _OURS, "answer": _ROWS, "example": {"value": []},
    },
    (OperationViewSet, "retry"): {
        "summary": "Try a failed operation again", "tag": _OURS, "status": 201, "answer": ref(resources.OPERATION),
        "example": _EXAMPLES[OPERATIONS], "body": _NO_BODY, "body_is_required": False, "body_example": {},
        "may": (204, 409),
    },
    (OperationViewSet, "cancel"): {
        "summary": "Cancel an operation that has not started", "tag": _OURS, "status": 204, "body": _NO_BODY,
        "body_is_required": False, "body_example": {}, "may": (409,),
    },
    (BatchViewSet, "create"): {
        "summary": "Send several requests in one", "tag": "Service", "answer": {"type": "object"},
        "example": {"responses": [{"id": "1", "status": 200}]}, "body": _BATCH,
        "body_example": {"requests": [{"id": "1", "method": "GET", "url": f"deviceManagement/{OPERATIONS}"}]},
    },
    (ServiceViewSet, "metadata"): {
        "summary": "Get the model", "tag": "Service", "answer": {"type": "string"},
        "content_type": "application/xml", "example": "<edmx:Edmx/>", "is_public": True,
    },
    (ServiceViewSet, "document"): {
        "summary": "Get the service document", "tag": "Service", "answer": {"type": "object"},
        "example": {"value": [{"name": "deviceManagement"}]}, "is_public": True,
    },
}  # fmt: skip


def _statistics() -> list[Operation]:
    found = []
    for name, source in BOARDS.items():
        path = "/api/statistics" if name == "overview" else f"/api/statistics/{name}"
        form = source.filter_set({}).form
        parameters = tuple(
            {"name": one, "in": "query", "schema": _filter_schema(field), "description": f"{field.label}."}
            for one, field in form.fields.items()
        )
        found.append(
            Operation(
                "get", path, f"The figures of the board {name}", "Statistics", answer=ref("statistics"),
                example={"board": name, "period": {}, "filters": {}, "tiles": [], "tables": []}, parameters=parameters,
            )
        )  # fmt: skip
    return found


def _filter_schema(field: forms.Field) -> dict[str, Any]:
    if not isinstance(field, forms.ChoiceField):
        return {"type": "string"}
    choices: Any = field.choices
    return {"type": "string", "enum": [str(value) for value, _ in flatten_choices(choices) if value]}

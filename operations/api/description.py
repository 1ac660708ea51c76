"""The OpenAPI description of what is served under /beta, and the page that shows it."""

from functools import cache
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.choices import flatten_choices
from django.views.decorators.http import require_safe

from operations.api import resources
from operations.choices import ExportFormat
from operations.languages import DEFAULT_LANGUAGE_CODE
from operations.odata.declaring import Resource
from operations.odata.metadata import Action
from operations.odata.openapi import Operation, collection_schema, document, object_schema, property_schema, ref
from operations.odata.query import OF_COLLECTIONS, OF_COUNTS, OF_ITEMS
from operations.queries.boards import BOARDS

ROOT = "/beta/deviceManagement"
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
    return document(
        resources.CATALOGUE.schema, [*_graph(), *_actions(), *_ours(), *_statistics(), *_service()], info, extra
    )


def _graph() -> list[Operation]:
    file, operation = f"{ROOT}/{UPLOADED}/{{id}}", f"{OPERATIONS}/{{operation}}"
    definition, category = f"{ROOT}/groupPolicyDefinitions/{{id}}", f"{ROOT}/groupPolicyCategories/{{id}}"
    base = f"{ROOT}/groupPolicyDefinitionFiles/{{id}}"
    return [
        *_collection(resources.AUDIT_EVENTS, f"{ROOT}/auditEvents"),
        *_item(resources.AUDIT_EVENTS, f"{ROOT}/auditEvents/{{event}}"),
        *_collection(resources.OPERATIONS, f"{ROOT}/{OPERATIONS}", writable=_OPERATION_MEMBERS),
        *_item(resources.OPERATIONS, f"{ROOT}/{operation}", writable=_OPERATION_MEMBERS),
        *_collection(resources.UPLOADED_FILES, f"{ROOT}/{UPLOADED}", writable=_FILE_MEMBERS),
        *_item(resources.UPLOADED_FILES, file, writable=("displayName", "description")),
        *_collection(resources.OPERATIONS, f"{file}/{OPERATIONS}", writable=_OPERATION_MEMBERS),
        *_item(resources.OPERATIONS, f"{file}/{operation}", writable=_OPERATION_MEMBERS),
        *_collection(resources.DEFINITIONS, f"{file}/definitions"),
        *_collection(resources.FILES, f"{ROOT}/groupPolicyDefinitionFiles"),
        *_item(resources.FILES, base),
        *_collection(resources.DEFINITIONS, f"{base}/definitions"),
        *_collection(resources.DEFINITIONS, f"{ROOT}/groupPolicyDefinitions"),
        *_item(resources.DEFINITIONS, definition),
        *_item(resources.CATEGORIES, f"{definition}/category", is_led_to=True),
        *_item(resources.FILES, f"{definition}/definitionFile", is_led_to=True),
        *_collection(resources.PRESENTATIONS, f"{definition}/presentations"),
        *_item(resources.PRESENTATIONS, f"{definition}/presentations/{{presentation}}"),
        *_collection(resources.CATEGORIES, f"{ROOT}/groupPolicyCategories"),
        *_item(resources.CATEGORIES, category),
        *_collection(resources.CATEGORIES, f"{category}/children"),
        *_item(resources.CATEGORIES, f"{category}/parent", is_led_to=True),
        *_collection(resources.DEFINITIONS, f"{category}/definitions"),
        *_item(resources.FILES, f"{category}/definitionFile", is_led_to=True),
    ]


_OPERATION_MEMBERS = ("operationType", "operationStatus", "statusDetails")
_FILE_MEMBERS = (
    "displayName", "description", "fileName", "content", "defaultLanguageCode", "groupPolicyUploadedLanguageFiles",
)  # fmt: skip


def _collection(resource: Resource, path: str, *, writable: tuple[str, ...] = ()) -> list[Operation]:
    name, tag = resource.entity.name, resource.set_name or "presentations"
    example = _EXAMPLES[tag]
    found = [
        Operation(
            "get", path, f"List {tag}", tag,
            answer=collection_schema(name), example={"value": [example]}, options=OF_COLLECTIONS,
        ),
        Operation(
            "get", f"{path}/$count", f"Count {tag}", tag,
            answer={"type": "integer"}, content_type="text/plain", example=3, options=OF_COUNTS,
        ),
    ]  # fmt: skip
    if writable:
        body = {name: example[name] for name in writable if name in example}
        if "content" in writable:
            body |= {"content": _CONTENT, "groupPolicyUploadedLanguageFiles": [_LANGUAGE]}
        found.append(
            Operation(
                "post", path, f"Create in {tag}", tag, status=201, answer=ref(name), example=example,
                body=object_schema(resource.entity, only=writable), body_example=body, may=(204, 409),
            )
        )  # fmt: skip
    return found


def _item(resource: Resource, path: str, *, writable: tuple[str, ...] = (), is_led_to: bool = False) -> list[Operation]:
    name, tag = resource.entity.name, resource.set_name or "presentations"
    example = _EXAMPLES[tag]
    may = (204, 304) if is_led_to else (304,)
    found = [
        Operation("get", path, f"Get one of {tag}", tag, answer=ref(name), example=example, options=OF_ITEMS, may=may)
    ]
    if writable:
        body = {name: example.get(name, "Told anew") for name in writable[-1:]}
        found += [
            Operation(
                "patch", path, f"Change one of {tag}", tag, answer=ref(name), example=example,
                body=object_schema(resource.entity, only=writable), body_example=body, may=(204, 409),
            ),
            Operation("delete", path, f"Delete one of {tag}", tag, status=204, may=(409,)),
        ]  # fmt: skip
    return found


def _actions() -> list[Operation]:
    return [_action(one) for one in resources.ACTIONS]


def _action(action: Action) -> Operation:
    parameters = {one.name: property_schema(one) for one in action.parameters}
    example: dict[str, Any] = {}
    if "content" in parameters:
        example["content"] = _CONTENT
    if len(parameters) > ("content" in parameters):
        example["groupPolicyUploadedLanguageFiles"] = [_LANGUAGE]
    return Operation(
        "post", f"{ROOT}/{UPLOADED}/{{id}}/{action.name}", f"Ask for {action.name}", UPLOADED, status=204,
        body={"type": "object", "properties": parameters} if parameters else _NO_BODY,
        body_is_required=bool(parameters), body_example=example, may=(409,),
    )  # fmt: skip


def _ours() -> list[Operation]:
    file, tag = f"{ROOT}/{UPLOADED}/{{id}}", "gpoPortal"
    operation = f"{ROOT}/{OPERATIONS}/{{operation}}"
    upload = {"fileName": "example.admx", "content": _CONTENT, "groupPolicyUploadedLanguageFiles": [_LANGUAGE]}
    whole = object_schema(resources.UPLOADED_FILES.entity, only=_FILE_MEMBERS)
    numbered = {"type": "object", "properties": {"version": {"type": "integer", "minimum": 1}}}
    judged = {"wouldSucceed": True, "findings": [], "changes": None}
    from_to = [
        {"name": name, "in": "query", "required": True, "schema": {"type": "integer", "minimum": 1}}
        for name in ("from", "to")
    ]
    rows = {"type": "object", "properties": {"value": {"type": "array", "items": {"type": "object"}}}}
    file_bytes = {"type": "string", "format": "binary"}
    after = {"name": "after", "in": "query", "schema": {"type": "integer", "minimum": 0}}
    written = {"name": "fileFormat", "in": "query", "schema": {"type": "string", "enum": list(ExportFormat.values)}}
    return [
        Operation("get", f"{ROOT}/auditEvents/gpoPortal.export", "Export the trail", tag, answer=file_bytes,
                  content_type="application/jsonl", example="{}", parameters=(written, after)),
        Operation("post", f"{ROOT}/{UPLOADED}/gpoPortal.preflight", "Would an upload succeed?", tag,
                  answer=ref("preflight"), example=judged, body=whole, body_example=upload, may=(409,)),
        Operation("post", f"{file}/gpoPortal.preflight", "Would a new version succeed?", tag,
                  answer=ref("preflight"), example=judged, body=whole, body_example={"content": _CONTENT}, may=(409,)),
        Operation("get", f"{file}/gpoPortal.versions", "List kept versions", tag, answer=rows,
                  example={"value": [{"number": 1}]}, options=("top", "skiptoken")),
        Operation("get", f"{file}/gpoPortal.versions/{{number}}", "Get a kept version", tag,
                  answer={"type": "object"}, example={"number": 1}, may=(304,)),
        Operation("get", f"{file}/gpoPortal.versions/{{number}}/content", "Get the ADMX back", tag,
                  answer=file_bytes, content_type="application/octet-stream", example="<policyDefinitions/>"),
        Operation("get", f"{file}/gpoPortal.versions/{{number}}/zip", "Get all of it back", tag,
                  answer=file_bytes, content_type="application/zip", example="PK"),
        Operation("get", f"{file}/gpoPortal.changes", "What changed between two versions", tag,
                  answer={"type": "object"}, example={"from": 1, "to": 2}, parameters=from_to),
        Operation("post", f"{file}/gpoPortal.rollBack", "Bring a version back", tag, status=204, body=numbered,
                  body_example={"version": 1}, may=(409,)),
        Operation("post", f"{file}/gpoPortal.restore", "Bring a removed file back", tag, status=204, body=numbered,
                  body_is_required=False, body_example={"version": 1}, may=(409,)),
        Operation("get", f"{operation}/gpoPortal.findings", "What the checks noticed", tag, answer=rows,
                  example={"value": []}),
        Operation("post", f"{operation}/gpoPortal.retry", "Try a failed operation again", tag, status=201,
                  answer=ref(resources.OPERATION), example=_EXAMPLES[OPERATIONS], body=_NO_BODY,
                  body_is_required=False, body_example={}, may=(204, 409)),
        Operation("post", f"{operation}/gpoPortal.cancel", "Cancel what has not started", tag, status=204,
                  body=_NO_BODY, body_is_required=False, body_example={}, may=(409,)),
    ]  # fmt: skip


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


def _service() -> list[Operation]:
    tag = "Service"
    return [
        Operation("post", "/beta/$batch", "Several requests in one", tag, answer={"type": "object"},
                  example={"responses": [{"id": "1", "status": 200}]}, body=_BATCH,
                  body_example={"requests": [{"id": "1", "method": "GET", "url": f"deviceManagement/{OPERATIONS}"}]}),
        Operation("get", "/beta/$metadata", "The model", tag, answer={"type": "string"},
                  content_type="application/xml", example="<edmx:Edmx/>", is_public=True),
        Operation("get", "/beta/", "The service document", tag, answer={"type": "object"},
                  example={"value": [{"name": "deviceManagement"}]}, is_public=True),
    ]  # fmt: skip

"""OpenAPI 3.1 made from the declarations of resources, as `$metadata` is.

https://spec.openapis.org/oas/v3.1.1.html
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from operations.odata.errors import CODES
from operations.odata.model import (
    BINARY,
    BOOLEAN,
    DATE_TIME_OFFSET,
    GUID,
    INT32,
    INT64,
    ComplexType,
    EnumType,
    Property,
    Schema,
)
from operations.odata.query.options import LARGEST_PAGE_SIZE

Members = dict[str, Any]
_TYPES: dict[str, Members] = {
    BINARY: {"type": "string", "format": "byte"},
    BOOLEAN: {"type": "boolean"},
    DATE_TIME_OFFSET: {"type": "string", "format": "date-time"},
    GUID: {"type": "string", "format": "uuid"},
    INT32: {"type": "integer"},
    INT64: {"type": "integer"},
}
_OPTIONS: dict[str, Members] = {
    "count": {"schema": {"type": "boolean"}, "description": "With the number of all that match."},
    "expand": {"schema": {"type": "string"}, "description": "Navigations to bring along, with options in parentheses."},
    "filter": {"schema": {"type": "string"}, "description": "A condition, such as operationStatus eq 'failed'."},
    "format": {"schema": {"type": "string"}, "description": "json."},
    "orderby": {"schema": {"type": "string"}, "description": "Properties, each with asc or desc."},
    "search": {"schema": {"type": "string"}, "description": "Words that must all be found."},
    "select": {"schema": {"type": "string"}, "description": "Properties, divided by commas."},
    "skip": {"schema": {"type": "integer", "minimum": 0}, "description": "How many to leave out first."},
    "skiptoken": {"schema": {"type": "string"}, "description": "From @odata.nextLink, never made by hand."},
    "top": {
        "schema": {"type": "integer", "minimum": 1},
        "description": f"Rows on a page; above {LARGEST_PAGE_SIZE} it is capped.",
    },
}
# What any address may answer.
_ALWAYS = (400, 401, 403, 404, 405, 406, 412, 413, 415, 429, 500, 501, 503)


@dataclass(frozen=True)
class Operation:
    """One method of one address. `answer` and `body` are schemas; `status` is that of success."""

    method: str
    path: str
    summary: str
    tag: str
    status: int = 200
    answer: Members | None = None
    content_type: str = "application/json"
    body: Members | None = None
    body_is_required: bool = True
    example: Any = None
    body_example: Any = None
    options: Iterable[str] = ()
    may: Sequence[int] = ()
    parameters: Sequence[Members] = field(default_factory=tuple)
    is_public: bool = False


def document(schema: Schema, operations: Iterable[Operation], info: Members, extra: Mapping[str, Members]) -> Members:
    """The whole description."""
    paths: dict[str, Members] = {}
    for operation in operations:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _operation(operation)
    components = {
        **{enum.name: _enum(enum) for enum in schema.enum_types.values()},
        **{one.name: object_schema(one) for one in (*schema.complex_types.values(), *schema.entity_types.values())},
        **extra,
        "error": _ERROR,
    }
    return {
        "openapi": "3.1.0",
        "info": info,
        "security": [{"bearer": []}],
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
            "responses": {
                "error": {
                    "description": "Microsoft Graph's error envelope.",
                    "content": {"application/json": {"schema": ref("error"), "example": _ERROR_EXAMPLE}},
                }
            },
        },
    }


def ref(name: str) -> Members:
    """A reference to a component."""
    return {"$ref": f"#/components/schemas/{name}"}


def object_schema(structure: ComplexType, *, only: Iterable[str] | None = None) -> Members:
    """Of the properties; annotations and what is expanded come beside them."""
    names = set(only) if only is not None else {one.name for one in structure.properties}
    return {
        "type": "object",
        "properties": {one.name: property_schema(one) for one in structure.properties if one.name in names},
    }


def property_schema(one: Property) -> Members:
    """Of one property on the wire."""
    if one.enum is not None:
        found: Members = ref(one.enum.name)
    elif one.members is not None:
        found = ref(one.type)
    else:
        found = dict(_TYPES.get(one.type, {"type": "string"}))
    if one.is_collection:
        return {"type": "array", "items": found}
    if one.nullable and "type" in found:
        found["type"] = [found["type"], "null"]
    elif one.nullable and one.members is not None:
        found = {"oneOf": [found, {"type": "null"}]}
    return found


def collection_schema(name: str) -> Members:
    """A page of entities."""
    return {
        "type": "object",
        "required": ["value"],
        "properties": {
            "@odata.context": {"type": "string"},
            "@odata.count": {"type": "integer"},
            "@odata.nextLink": {"type": "string"},
            "value": {"type": "array", "items": ref(name)},
        },
    }


def _enum(enum: EnumType) -> Members:
    return {"type": "string", "enum": list(enum.members)}


def _operation(operation: Operation) -> Members:
    answer: Members = {"description": "Success."}
    if operation.answer is not None:
        content: Members = {"schema": operation.answer}
        if operation.example is not None:
            content["example"] = operation.example
        answer["content"] = {operation.content_type: content}
    statuses = sorted({*_ALWAYS, *operation.may})
    described: Members = {
        "operationId": _identifier(operation),
        "summary": operation.summary,
        "tags": [operation.tag],
        "parameters": [*_path_parameters(operation.path), *_option_parameters(operation), *operation.parameters],
        "responses": {
            str(operation.status): answer,
            **{str(status): {"description": "Nothing to show."} for status in statuses if status < 400},
            **{str(status): {"$ref": "#/components/responses/error"} for status in statuses if status >= 400},
        },
    }
    if operation.body is not None:
        body: Members = {"schema": operation.body}
        if operation.body_example is not None:
            body["example"] = operation.body_example
        described["requestBody"] = {"required": operation.body_is_required, "content": {"application/json": body}}
    if operation.is_public:
        described["security"] = []
    return described


def _identifier(operation: Operation) -> str:
    words = [word.strip("{}$'()") for word in operation.path.replace("('", "/").split("/")]
    return "_".join([operation.method.lower(), *(word.replace(".", "_") for word in words if word)])


def _path_parameters(path: str) -> list[Members]:
    names = [part.partition("}")[0] for part in path.split("{")[1:]]
    return [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": {"type": "integer", "minimum": 1} if name == "number" else {"type": "string"},
        }
        for name in names
    ]


def _option_parameters(operation: Operation) -> list[Members]:
    return [{"name": f"${name}", "in": "query", **_OPTIONS[name]} for name in sorted(operation.options)]


_ERROR: Members = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["code", "message", "innerError"],
            "properties": {
                "code": {"type": "string", "examples": sorted(CODES.values())},
                "message": {"type": "string"},
                "target": {"type": "string"},
                "details": {"type": "array", "items": {"type": "object"}},
                "innerError": {"type": "object"},
            },
        }
    },
}
_ERROR_EXAMPLE = {
    "error": {
        "code": "ResourceNotFound",
        "message": "There is no operation with the id '4d18865b-865b-4d18-5b86-184d5b86184d'.",
        "target": "id",
        "innerError": {
            "date": "2026-01-01T00:00:00",
            "request-id": "9b1d5a0e-4c57-4f0e-8f0a-0d8f1c6f2a11",
            "client-request-id": "9b1d5a0e-4c57-4f0e-8f0a-0d8f1c6f2a11",
        },
    }
}

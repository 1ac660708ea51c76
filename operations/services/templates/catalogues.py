"""The rows that people and scripts browse: what the version in force of a file declares.

Ids are made from names, so whatever persists from one version to the next keeps its id, and what did not
change keeps its lastModifiedDateTime.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID, uuid5

import orjson
from django.db import models

from operations import admx
from operations.models import (
    DefinitionFile,
    GroupPolicyCategory,
    GroupPolicyDefinition,
    GroupPolicyPresentation,
    NamespaceUse,
    Policy,
    SupportedOnDefinition,
)

# Deleted in this order, each by one statement.
_DEPENDENT_FIRST: tuple[tuple[type[models.Model], str], ...] = (
    (GroupPolicyPresentation, "definition__definition_file"),
    (GroupPolicyDefinition, "definition_file"),
    (Policy, "definition_file"),
    (SupportedOnDefinition, "definition_file"),
    (GroupPolicyCategory, "definition_file"),
    (NamespaceUse, "definition_file"),
)
_BATCH = 500
# Of categories and policies the reader refuses longer ones; a product's is only a text that is not shown.
LONGEST_NAME = 255
# What is worked out from other rows, or is no part of what the file says.
_NOT_SAID = frozenset(
    {
        "digest",
        "position",
        "path",
        "parent_id",
        "category_id",
        "supported_on_id",
        "created_date_time",
        "last_modified_date_time",
    }
)

Row = TypeVar("Row", GroupPolicyCategory, SupportedOnDefinition, Policy)


@dataclass(frozen=True, slots=True)
class Rows:
    """Everything a template declares, as rows without their times."""

    categories: list[GroupPolicyCategory]
    supported_on: list[SupportedOnDefinition]
    policies: list[Policy]
    definitions: list[GroupPolicyDefinition]
    presentations: list[GroupPolicyPresentation]
    namespace_uses: list[NamespaceUse]


def rows_of(file_id: UUID, template: admx.Template) -> Rows:
    """Made before any transaction begins: for a large template this takes longer than writing it."""
    records = admx.catalogue(template)
    policies: list[Policy] = []
    definitions: list[GroupPolicyDefinition] = []
    presentations: list[GroupPolicyPresentation] = []
    for record in records.policies:
        policy = _policy(file_id, record)
        policies.append(policy)
        for class_type in record.class_types:
            definition = GroupPolicyDefinition(
                id=uuid5(policy.pk, class_type), policy=policy, definition_file_id=file_id, class_type=class_type
            )
            definitions.append(definition)
            presentations.extend(_presentations(definition, record.presentations))
    return Rows(
        categories=[_category(file_id, record) for record in records.categories],
        supported_on=[
            _supported_on(file_id, record) for record in records.supported_on if len(record.name) <= LONGEST_NAME
        ],
        policies=policies,
        definitions=definitions,
        presentations=presentations,
        namespace_uses=[
            NamespaceUse(
                definition_file_id=file_id,
                prefix=dependency.prefix,
                namespace=dependency.namespace,
                kind=dependency.kind,
                categories=sorted(dependency.categories),
                supported_on=sorted(dependency.supported_on),
            )
            for dependency in admx.dependencies(template.definitions)
        ],
    )


def write(file: DefinitionFile, rows: Rows, *, now: datetime) -> None:
    """Replace what the file declared before, in the caller's transaction."""
    NamespaceUse.objects.filter(definition_file=file).delete()
    NamespaceUse.objects.bulk_create(rows.namespace_uses)
    _replace(GroupPolicyCategory, file, rows.categories, now)
    _replace(SupportedOnDefinition, file, rows.supported_on, now)
    changed = _replace(Policy, file, rows.policies, now)
    kept = dict(
        GroupPolicyDefinition.objects.filter(definition_file=file).order_by().values_list("pk", "created_date_time")
    )
    for ids in _batches(sorted(kept.keys() - {row.pk for row in rows.definitions})):
        GroupPolicyDefinition.objects.filter(pk__in=ids).delete()
    renewed = [row for row in rows.definitions if row.policy_id in changed or row.pk not in kept]
    for row in renewed:
        row.created_date_time, row.last_modified_date_time = kept.get(row.pk, now), now
    _upsert(GroupPolicyDefinition, renewed)
    renewed_ids = {row.pk for row in renewed}
    for ids in _batches(sorted(renewed_ids)):
        GroupPolicyPresentation.objects.filter(definition__in=ids).delete()
    controls = [row for row in rows.presentations if row.definition_id in renewed_ids]
    created = {row.pk: row.created_date_time for row in renewed}
    for control in controls:
        control.created_date_time, control.last_modified_date_time = created[control.definition_id], now
    GroupPolicyPresentation.objects.bulk_create(controls, batch_size=_BATCH)


def erase(file: DefinitionFile) -> None:
    """Take everything out that a file declared; the bytes of its versions still say it."""
    for model, path in _DEPENDENT_FIRST:
        model._default_manager.filter(**{path: file}).delete()


def _replace(model: Any, file: DefinitionFile, rows: list[Any], now: datetime) -> set[UUID]:
    """Insert what is new, update what changed, delete what is gone; returns the ids of new and changed."""
    before = {
        pk: (digest, created)
        for pk, digest, created in model.objects.filter(definition_file=file)
        .order_by()
        .values_list("pk", "digest", "created_date_time")
    }
    for ids in _batches(sorted(before.keys() - {row.pk for row in rows})):
        model.objects.filter(pk__in=ids).delete()
    changed = [row for row in rows if row.pk not in before or before[row.pk][0] != row.digest]
    for row in changed:
        row.created_date_time = before[row.pk][1] if row.pk in before else now
        row.last_modified_date_time = now
    _upsert(model, changed)
    return {row.pk for row in changed}


def _upsert(model: Any, rows: list[Any]) -> None:
    fields = [field.name for field in model._meta.concrete_fields if not field.primary_key]
    model.objects.bulk_create(
        rows, batch_size=_BATCH, update_conflicts=True, update_fields=fields, unique_fields=["id"]
    )


def _batches(ids: list[UUID]) -> Iterator[list[UUID]]:
    return (ids[start : start + _BATCH] for start in range(0, len(ids), _BATCH))


def _category(file_id: UUID, record: admx.CategoryRecord) -> GroupPolicyCategory:
    namespace, name = _referred(record.parent)
    return _digested(
        GroupPolicyCategory(
            id=uuid5(file_id, f"category:{record.name}"),
            definition_file_id=file_id,
            name=record.name,
            position=record.position,
            texts=record.texts,
            display_name=record.display_name,
            explain_text=record.explain_text,
            parent_namespace=namespace,
            parent_name=name,
        )
    )


def _supported_on(file_id: UUID, record: admx.SupportedOnRecord) -> SupportedOnDefinition:
    return _digested(
        SupportedOnDefinition(
            id=uuid5(file_id, f"supportedOn:{record.name}"),
            definition_file_id=file_id,
            name=record.name,
            position=record.position,
            texts=record.texts,
            display_name=record.display_name,
        )
    )


def _policy(file_id: UUID, record: admx.PolicyRecord) -> Policy:
    category_namespace, category_name = _referred(record.category)
    supported_on_namespace, supported_on_name = _referred(record.supported_on)
    return _digested(
        Policy(
            id=uuid5(file_id, f"policy:{record.name}"),
            definition_file_id=file_id,
            name=record.name,
            position=record.position,
            texts=record.texts,
            policy_class=record.class_,
            display_name=record.display_name,
            explain_text=record.explain_text,
            key=record.key,
            value_name=record.value_name,
            category_namespace=category_namespace,
            category_name=category_name,
            supported_on_namespace=supported_on_namespace,
            supported_on_name=supported_on_name,
            details=record.details,
            searchable=record.searchable,
        )
    )


def _presentations(
    definition: GroupPolicyDefinition, records: Iterable[admx.PresentationRecord]
) -> Iterator[GroupPolicyPresentation]:
    for record in records:
        yield GroupPolicyPresentation(
            id=uuid5(definition.pk, f"presentation:{record.identity}"),
            definition=definition,
            position=record.position,
            type=record.type,
            label=record.label,
            properties=record.properties,
        )


def _referred(reference: admx.Reference | None) -> tuple[str, str]:
    return ("", "") if reference is None else (reference.namespace or "", reference.name)


def _digested(row: Row) -> Row:
    said = {
        field.attname: _without_lines(getattr(row, field.attname))
        for field in row._meta.concrete_fields
        if field.attname not in _NOT_SAID
    }
    row.digest = hashlib.sha256(orjson.dumps(said, option=orjson.OPT_SORT_KEYS)).hexdigest()
    return row


def _without_lines(value: Any) -> Any:
    """Where something stands in its file is not what the file says about it."""
    if isinstance(value, dict):
        return {name: _without_lines(one) for name, one in value.items() if name != "line"}
    return [_without_lines(one) for one in value] if isinstance(value, list) else value

"""What a name in one file means among the files in force: parents, categories, what policies are supported on.

Done again for whoever refers to a file whenever that file comes, changes or goes.
"""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Subquery

from operations.models import DefinitionFile, GroupPolicyCategory, NamespaceUse, Policy, SupportedOnDefinition
from operations.services.templates.validation_context import provider

DEEPEST_PATH = 100
_BATCH = 500


def resolve(file: DefinitionFile) -> None:
    """Work out every reference of a file that came into force, and of those who refer to it."""
    own = file.target_namespace or ""
    link([file.pk], own, file)
    for namespace in set(file.namespace_uses.values_list("namespace", flat=True)) - {own}:
        link([file.pk], namespace, provider(namespace))
    users = list(
        NamespaceUse.objects.filter(namespace=own)
        .exclude(definition_file=file)
        .values_list("definition_file", flat=True)
        .distinct()
    )
    link(users, own, file)
    _renew_paths({file.pk, *users})


def link(users: Collection[UUID], namespace: str, file: DefinitionFile | None) -> None:
    """Let the names of this namespace in these files mean what `file` declares; None: nothing."""
    for model, prefix in ((GroupPolicyCategory, "parent"), (Policy, "category"), (Policy, "supported_on")):
        declared: Any = SupportedOnDefinition if prefix == "supported_on" else GroupPolicyCategory
        meant = declared.objects.filter(definition_file=file, name=OuterRef(f"{prefix}_name")).order_by()
        model._default_manager.filter(**{"definition_file__in": list(users), f"{prefix}_namespace": namespace}).update(
            **{prefix: Subquery(meant.values("pk")[:1]) if file else None}
        )


def _renew_paths(files: Collection[UUID]) -> None:
    """Paths run down the tree, across files, until nothing changes any more."""
    frontier: Any = GroupPolicyCategory.objects.filter(definition_file__in=list(files))
    for _ in range(DEEPEST_PATH):
        rows = list(frontier.select_related("parent").only("display_name", "path", "parent__path").order_by())
        changed = []
        for row in rows:
            path = f"{row.parent.path if row.parent else ''}\\{row.display_name}"
            if path != row.path:
                row.path = path
                changed.append(row)
        if not changed:
            return
        GroupPolicyCategory.objects.bulk_update(changed, ["path"], batch_size=_BATCH)
        frontier = GroupPolicyCategory.objects.filter(parent__in=[row.pk for row in changed])

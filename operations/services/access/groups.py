"""Groups of people: those that come with the portal, and others."""

from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group, Permission
from django.db import transaction

from operations import audit
from operations.actor import Actor, portal
from operations.models import User
from operations.permissions import GROUPS, Action, require, require_everything
from operations.services.access.accounts import permission_name
from operations.services.access.names import require_clear_name
from operations.services.validation import validate


@transaction.atomic
def keep_groups_in_step(**kwargs: Any) -> None:
    """Create the groups of the permission table and give each exactly its permissions, after a migrate.

    Before there is any account this is part of creating the database and no event.
    """
    # On a fresh database the permissions themselves come from a receiver of the same signal, perhaps later.
    for label in ("operations", "auth"):
        create_permissions(apps.get_app_config(label), verbosity=0)
    known = {
        permission_name(permission): permission for permission in Permission.objects.select_related("content_type")
    }
    for name, wanted in GROUPS.items():
        group = Group.objects.filter(name=name).first()
        if group is None or set(facts_of(group)["permissions"]) != wanted:
            _save(portal(), group or Group(name=name), [known[permission] for permission in wanted])


@transaction.atomic
def save_group(*, by: Actor, group: Group, permissions: Iterable[Permission]) -> Group:
    """A new group, or a changed one. Raises InvalidError for a name that is taken or looks like one that is."""
    require(Action.CHANGE_GROUP if group.pk else Action.ADD_GROUP, by.permissions)
    require_everything(by.permissions, "Making or changing a group")
    audit.lock_head()
    validate(group)
    others = Group.objects.exclude(pk=group.pk)
    if not Group.objects.filter(pk=group.pk, name=group.name).exists():
        require_clear_name(group.name, taken=others.values_list("name", flat=True), target="name")
    return _save(by, group, permissions)


@transaction.atomic
def delete_group(*, by: Actor, group: Group) -> None:
    """Whoever was in it is in it no more."""
    require(Action.DELETE_GROUP, by.permissions)
    require_everything(by.permissions, "Deleting a group")
    audit.record(audit.AuditAction.GROUP_DELETED, group, by=by, before=facts_of(group))
    group.delete()


def _save(by: Actor, group: Group, permissions: Iterable[Permission]) -> Group:
    stored = Group.objects.filter(pk=group.pk).first() if group.pk else None
    before = facts_of(stored) if stored else {}
    group.save()
    group.permissions.set(permissions)
    after = facts_of(group)
    if not User.objects.exists():
        return group
    if stored is None:
        audit.record(audit.AuditAction.GROUP_CREATED, group, by=by, after=after)
    elif after != before:
        old, new = audit.differences(before, after)
        audit.record(audit.AuditAction.GROUP_CHANGED, group, by=by, before=old, after=new)
    return group


def facts_of(group: Group) -> dict[str, Any]:
    """What events tell of a group."""
    permissions = group.permissions.select_related("content_type")
    return {"name": group.name, "permissions": sorted(permission_name(permission) for permission in permissions)}

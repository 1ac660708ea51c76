"""The groups that come with the portal."""

from typing import Any

from django.apps import apps
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group, Permission
from django.db import transaction

from operations.permissions import GROUPS


@transaction.atomic
def keep_groups_in_step(**kwargs: Any) -> None:
    """Create the groups of the permission table and give each exactly its permissions, after a migrate."""
    # On a fresh database the permissions themselves come from a receiver of the same signal, perhaps later.
    for label in ("operations", "auth"):
        create_permissions(apps.get_app_config(label), verbosity=0)
    known = {
        f"{permission.content_type.app_label}.{permission.codename}": permission
        for permission in Permission.objects.select_related("content_type")
    }
    for name, wanted in GROUPS.items():
        group, _ = Group.objects.get_or_create(name=name)
        group.permissions.set(known[permission] for permission in wanted)

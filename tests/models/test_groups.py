"""The two groups, kept in step with the permission table by post_migrate."""

from enum import Enum

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.exceptions import ValidationError
from django.core.management import call_command

from operations.choices import EVERYTHING, Scope
from operations.errors import DeniedError
from operations.models import ApiClient, User
from operations.permissions import GROUPS, Action, Rule, allows, require

pytestmark = pytest.mark.django_db


def held(group: str) -> set[str]:
    found = Group.objects.get(name=group).permissions.select_related("content_type")
    return {f"{permission.content_type.app_label}.{permission.codename}" for permission in found}


def test_both_groups_have_exactly_what_the_table_says() -> None:
    assert {group: held(group) for group in GROUPS} == {group: set(wanted) for group, wanted in GROUPS.items()}


def test_a_migrate_brings_back_what_was_lost_and_takes_what_was_added() -> None:
    Group.objects.get(name="Auditors").delete()
    operators = Group.objects.get(name="Operators")
    operators.permissions.add(Permission.objects.get(codename="delete_user"))
    operators.permissions.remove(Permission.objects.get(codename="add_definitionfile"))
    call_command("migrate", verbosity=0)
    test_both_groups_have_exactly_what_the_table_says()


def test_members_survive_a_migrate(operator: User) -> None:
    call_command("migrate", verbosity=0)
    assert operator.groups.get().name == "Operators"


def test_auditors_may_change_nothing() -> None:
    assert {permission.split(".")[1].split("_")[0] for permission in held("Auditors")} == {"view"}


WRITES = [action for action in Action if not action.name.startswith("READ")]


@pytest.mark.parametrize("action", Action)
def test_the_portal_itself_may_everything(action: Action) -> None:
    assert allows(action, {EVERYTHING})
    assert not allows(action, set())


@pytest.mark.parametrize("action", WRITES)
def test_reading_never_suffices_to_write(action: Action) -> None:
    assert not allows(action, {Scope.READ, Scope.AUDIT_READ})
    assert not allows(action, held("Auditors"))
    with pytest.raises(DeniedError):
        require(action, {Scope.READ})


def test_the_trail_needs_a_scope_of_its_own() -> None:
    assert not allows(Action.READ_TRAIL, {Scope.READ, Scope.READ_WRITE})
    assert allows(Action.READ_TRAIL, {Scope.AUDIT_READ})


def test_an_api_client_has_known_scopes_only() -> None:
    with pytest.raises(ValidationError, match="Unknown scope"):
        ApiClient(scopes=["Directory.Read.All"]).clean()


def test_two_actions_may_need_the_same_and_stay_two() -> None:
    assert len(Action) == len(Action.__members__)
    twice = Enum("twice", {"FIRST": Rule("operations.view_x"), "SECOND": Rule("operations.view_x")})
    assert len(twice) == 2

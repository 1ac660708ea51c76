"""Nobody gives or takes what they do not hold, by a page or by a service."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client

from operations.actor import Actor
from operations.choices import ActorType, Channel, Scope
from operations.errors import ConflictError, DeniedError, InvalidError, PortalError
from operations.models import ApiClient, AuditEvent, User
from operations.services.access import accounts, api_clients, groups
from tests import rows
from tests.admin import pages

pytestmark = pytest.mark.django_db
BY = rows.everybody()
PASSWORD = "correct horse"
NEW_PASSWORD = {"usable_password": "true", "password1": "a longer battery", "password2": "a longer battery"}
HELP_DESK = ("view_user", "add_user", "change_user", "delete_user", "view_group", "add_group", "change_group")


@pytest.fixture
def help_desk(db: None) -> User:
    """Somebody who looks after accounts and is no administrator."""
    user = User.objects.create_user("hilda", password=PASSWORD, is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=(*HELP_DESK, "delete_group", "change_apiclient")))
    return user


def as_actor(user: User) -> Actor:
    held = frozenset(User.objects.get(pk=user.pk).get_all_permissions())
    return Actor(ActorType.USER, str(user.pk), user.username, Channel.ADMIN, permissions=held)


def changed(user: User, **values: Any) -> User:
    found = User.objects.get(pk=user.pk)
    for name, value in values.items():
        setattr(found, name, value)
    return found


def everything_known() -> Any:
    people = [
        (*row, sorted(User.objects.get(username=row[0]).get_all_permissions()))
        for row in User.objects.order_by("pk").values_list("username", "password", "is_active", "is_superuser", "email")
    ]
    return people, list(Group.objects.values_list("name", "permissions")), list(ApiClient.objects.values())


def nobody_in_particular() -> User:
    return User.objects.create_user("otto", password=PASSWORD)


def refused(error: type[PortalError], call: Callable[[], Any]) -> str:
    """What the refusal says; nothing changed, and nothing was recorded as if it had."""
    before, events = everything_known(), AuditEvent.objects.count()
    with pytest.raises(error) as raised:
        call()
    assert everything_known() == before
    assert AuditEvent.objects.count() == events
    return str(raised.value)


TAKING_POWER: dict[str, Callable[[Actor, User, User], Any]] = {
    "makes himself superuser": lambda by, own, _: accounts.save_user(by=by, user=changed(own, is_superuser=True)),
    "makes another superuser": lambda by, *_: accounts.save_user(
        by=by, user=changed(nobody_in_particular(), is_superuser=True)
    ),
    "creates a superuser": lambda by, *_: accounts.create_superuser(by=by, username="zoe", password="a long battery"),
    "joins a group": lambda by, own, _: accounts.save_user(by=by, user=own, groups=Group.objects.all()),
    "gives himself a permission": lambda by, own, _: accounts.save_user(
        by=by, user=own, permissions=Permission.objects.all()
    ),
    "deactivates an administrator": lambda by, _, admin: accounts.save_user(
        by=by, user=changed(admin, is_active=False)
    ),
    "takes an administrator's address": lambda by, _, admin: accounts.save_user(
        by=by, user=changed(admin, email="hilda@example.com")
    ),
    "takes an administrator's flag": lambda by, _, admin: accounts.save_user(
        by=by, user=changed(admin, is_superuser=False)
    ),
    "sets an administrator's password": lambda by, _, admin: accounts.change_password(
        by=by, username=admin.username, password="a longer battery"
    ),
    "deletes an administrator": lambda by, _, admin: accounts.delete_user(by=by, user=admin),
    "makes a group": lambda by, *_: groups.save_group(by=by, group=Group(name="Mine"), permissions=[]),
    "changes a group": lambda by, *_: groups.save_group(
        by=by, group=Group.objects.get(name="Operators"), permissions=Permission.objects.all()
    ),
    "deletes a group": lambda by, *_: groups.delete_group(by=by, group=Group.objects.get(name="Operators")),
    "makes a client that may write": lambda by, *_: api_clients.create_api_client(
        by=by, name="Mine", scopes=[Scope.READ_WRITE]
    ),
    "makes a client that reads the trail": lambda by, *_: api_clients.create_api_client(
        by=by, name="Mine", scopes=[Scope.AUDIT_READ]
    ),
}


@pytest.mark.parametrize("attack", TAKING_POWER)
def test_one_who_looks_after_accounts_gets_no_power_from_it(attack: str, help_desk: User, administrator: User) -> None:
    if "another" in attack:
        with pytest.raises(DeniedError):
            TAKING_POWER[attack](as_actor(help_desk), help_desk, administrator)
        assert not User.objects.get(username="otto").is_superuser
        return
    refused(DeniedError, lambda: TAKING_POWER[attack](as_actor(help_desk), help_desk, administrator))


@pytest.mark.parametrize("verb", ["save", "password", "delete"])
@pytest.mark.parametrize("is_active", [True, False])
def test_an_account_that_may_more_is_not_theirs_to_change(verb: str, is_active: bool, help_desk: User) -> None:
    auditor = User.objects.create_user("aud", password=PASSWORD, is_active=is_active)
    auditor.groups.set(Group.objects.filter(name="Auditors"))
    by = as_actor(help_desk)
    said = refused(
        DeniedError,
        {
            "save": lambda: accounts.save_user(by=by, user=changed(auditor, email="x@example.com", is_active=True)),
            "password": lambda: accounts.change_password(by=by, username="aud", password="a longer battery"),
            "delete": lambda: accounts.delete_user(by=by, user=auditor),
        }[verb],
    )
    assert "which you do not have" in said


@pytest.mark.parametrize("verb", ["password", "delete"])
def test_power_that_an_account_got_meanwhile_counts(verb: str, help_desk: User) -> None:
    by, earlier = as_actor(help_desk), nobody_in_particular()
    User.objects.filter(pk=earlier.pk).update(is_superuser=True)

    def act() -> None:
        if verb == "delete":
            accounts.delete_user(by=by, user=earlier)
        else:
            with accounts.recorded_password_change(by=by, user=earlier):
                raise AssertionError("It began.")

    refused(DeniedError, act)


def test_what_looking_after_accounts_is_for_still_works(help_desk: User) -> None:
    by, otto = as_actor(help_desk), nobody_in_particular()
    accounts.save_user(by=by, user=changed(otto, email="otto@example.com", is_staff=True))
    accounts.change_password(by=by, username="otto", password="a longer battery")
    accounts.save_user(by=by, user=User(username="new", password="!"))
    accounts.delete_user(by=by, user=otto)
    assert set(User.objects.values_list("username", flat=True)) == {"hilda", "new"}


def test_the_form_of_somebody_else_does_not_make_a_superuser(
    client: Client, help_desk: User, administrator: User
) -> None:
    client.force_login(help_desk)
    fields = {"username": "hilda", "is_active": "on", "is_staff": "on", "is_superuser": "on", "email": "h@example.com"}
    groups_too = {"groups": [group.pk for group in Group.objects.all()]}
    assert client.post(f"{pages.USERS}{help_desk.pk}/change/", fields | groups_too).status_code == 302
    help_desk.refresh_from_db()
    assert (help_desk.email, help_desk.is_superuser, help_desk.groups.count()) == ("h@example.com", False, 0)
    before = everything_known()
    for address, sent in [
        (f"{pages.USERS}{administrator.pk}/password/", NEW_PASSWORD),
        (f"{pages.USERS}{administrator.pk}/change/", fields | {"username": "admin", "is_active": ""}),
        (f"{pages.USERS}{administrator.pk}/delete/", {"post": "yes"}),
        ("/admin/auth/group/add/", {"name": "Mine"}),
        (f"/admin/auth/group/{Group.objects.earliest('pk').pk}/change/", {"name": "Mine"}),
        (f"/admin/auth/group/{Group.objects.earliest('pk').pk}/delete/", {"post": "yes"}),
    ]:
        assert client.post(address, sent).status_code == 403, address
    assert everything_known() == before


LEAVING_NONE: dict[str, Callable[[Actor, User], Any]] = {
    "deactivated": lambda by, admin: accounts.save_user(by=by, user=changed(admin, is_active=False)),
    "no superuser": lambda by, admin: accounts.save_user(by=by, user=changed(admin, is_superuser=False)),
    "kept out of the admin": lambda by, admin: accounts.save_user(by=by, user=changed(admin, is_staff=False)),
    "deleted": lambda by, admin: accounts.delete_user(by=by, user=changed(admin)),
}


@pytest.mark.parametrize("end", LEAVING_NONE)
def test_the_last_administrator_stays(end: str, administrator: User) -> None:
    User.objects.create_superuser("gone", password=PASSWORD, is_active=False)
    User.objects.create_superuser("robot", password=None)
    assert "last administrator" in refused(ConflictError, lambda: LEAVING_NONE[end](BY, administrator))
    User.objects.create_superuser("zoe", password=PASSWORD)
    LEAVING_NONE[end](BY, administrator)


def test_the_last_administrator_is_told_so_beside_the_field(client: Client, administrator: User) -> None:
    client.force_login(administrator)
    fields = {"username": "admin", "first_name": "kept", "is_staff": "on", "is_superuser": "on"}
    page = client.post(f"{pages.USERS}{administrator.pk}/change/", fields)
    assert page.status_code == 200
    assert "last administrator" in str(page.context["adminform"].form.errors["is_active"])
    assert 'value="kept"' in page.text
    administrator.refresh_from_db()
    assert administrator.is_active
    page = client.post(f"{pages.USERS}{administrator.pk}/delete/", {"post": "yes"}, follow=True)
    assert "last administrator" in page.text
    page = client.post(
        f"{pages.USERS}{administrator.pk}/password/", {"usable_password": "false", "unset-password": ""}, follow=True
    )
    assert "last administrator" in page.text
    assert User.objects.get().check_password(PASSWORD)


UNCLEAR = {
    "an invisible character": ("adm\u200bin", "nobody sees"),
    "a turn of direction": ("\u202enimda", "nobody sees"),
    "a soft hyphen": ("ad\u00admin", "nobody sees"),
    "a no-break space": ("an\u00a0na", "nobody sees"),
    "letters of two scripts": ("\u0430dmin", "several scripts"),
    "letters of another script": ("\u0455\u0441\u043e\u0440\u0435", "looks like “scope”"),
    "capitals": ("SCOPE", "looks like “scope”"),
    "full width": ("\uff53\uff43\uff4f\uff50\uff45", "looks like “scope”"),
    "a digit for a letter": ("sc0pe", "looks like “scope”"),
    "spaces around it": (" anna", "space"),
    "nothing but space": ("  ", "is needed"),
}


@pytest.mark.parametrize("kind", UNCLEAR)
@pytest.mark.parametrize("what", ["account", "group", "client"])
def test_a_name_that_cannot_be_told_from_another_is_refused(what: str, kind: str, administrator: User) -> None:
    name, said = UNCLEAR[kind]
    make: dict[str, Callable[[str], Any]] = {
        "account": lambda name: accounts.save_user(by=BY, user=User(username=name, password="!")),
        "group": lambda name: groups.save_group(by=BY, group=Group(name=name), permissions=[]),
        "client": lambda name: api_clients.create_api_client(by=BY, name=name, scopes=[Scope.READ]),
    }
    make[what]("scope")
    with pytest.raises(InvalidError) as raised:
        make[what](name)
    # Django's own rules for the column may speak first.
    assert any(words in str(raised.value) for words in (said, "Enter a valid username", "be blank", "already exists"))


@pytest.mark.parametrize("name", ["Jürgen", "Ольга", "山田太郎", "anna.o'neil", "build-agent 7", "Zoë", "Łukasz"])
def test_names_of_real_people_are_taken(name: str) -> None:
    groups.save_group(by=BY, group=Group(name=name), permissions=[])
    api_clients.create_api_client(by=BY, name=name, scopes=[Scope.READ])


def test_a_name_that_is_kept_is_not_looked_at_again(administrator: User) -> None:
    User.objects.create_user("Admin")
    accounts.save_user(by=BY, user=changed(administrator, first_name="Ada"))


def test_a_token_gives_no_scope_that_its_maker_does_not_hold(help_desk: User) -> None:
    client, _ = api_clients.create_api_client(by=BY, name="Script")
    message = refused(
        DeniedError,
        lambda: api_clients.issue_token(by=as_actor(help_desk), client=client, lifetime=timedelta(days=1)),
    )
    assert "which you do not have" in message

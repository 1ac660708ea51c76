"""People and groups in the admin: Django's own pages, and an event for whatever they change."""

from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client

from operations.models import AuditEvent, User
from tests import rows
from tests.admin import pages

pytestmark = pytest.mark.django_db
GROUPS = "/admin/auth/group/"
PASSWORDS = {"password1": "a longer battery", "password2": "a longer battery"}


@pytest.fixture
def olga(operator: User) -> User:
    return operator


def told() -> AuditEvent:
    event = rows.changes_told().first()
    event = AuditEvent.objects.filter(action__regex="^(user|group)").first() or event
    assert event is not None
    return event


def form_of(user: User, **changed: Any) -> dict[str, Any]:
    fields = {
        "username": user.username,
        "first_name": user.first_name,
        "last_name": user.last_name,
        "email": user.email,
        "is_active": "on",
        "is_staff": "on",
        "groups": [group.pk for group in user.groups.all()],
        "date_joined_0": user.date_joined.strftime("%Y-%m-%d"),
        "date_joined_1": user.date_joined.strftime("%H:%M:%S"),
    }
    return fields | changed


def test_a_new_account_is_told(admin_browser: Client) -> None:
    answer = admin_browser.post(f"{pages.USERS}add/", {"username": "anna", "usable_password": "true", **PASSWORDS})
    assert answer.status_code == 302
    assert User.objects.get(username="anna").check_password("a longer battery")
    event = told()
    assert (event.action, event.object_name, event.actor_name) == ("user.created", "anna", "admin")
    assert event.after["username"] == "anna"


def test_a_changed_account_is_told_in_one_event_with_its_groups(admin_browser: Client, olga: User) -> None:
    auditors = Group.objects.get(name="Auditors")
    answer = admin_browser.post(
        f"{pages.USERS}{olga.pk}/change/", form_of(olga, first_name="Olga", groups=[auditors.pk])
    )
    assert answer.status_code == 302
    event = told()
    assert event.action == "user.changed"
    assert event.before == {"first_name": "", "groups": ["Operators"]}
    assert event.after == {"first_name": "Olga", "groups": ["Auditors"]}
    olga.refresh_from_db()
    assert (olga.first_name, olga.groups.get()) == ("Olga", auditors)


def test_saving_without_a_change_is_no_event(admin_browser: Client, olga: User) -> None:
    assert admin_browser.post(f"{pages.USERS}{olga.pk}/change/", form_of(olga)).status_code == 302
    assert not AuditEvent.objects.filter(action="user.changed").exists()


def test_a_bad_form_changes_nothing(admin_browser: Client, olga: User) -> None:
    page = admin_browser.post(f"{pages.USERS}{olga.pk}/change/", form_of(olga, username="admin"))
    assert "already exists" in page.text
    assert not AuditEvent.objects.filter(action="user.changed").exists()


def test_a_deleted_account_is_told_and_none_is_deleted_in_bulk(admin_browser: Client, olga: User) -> None:
    anna = User.objects.create_user("anna")
    admin_browser.post(
        pages.USERS, {"action": "delete_selected", "_selected_action": [anna.pk, olga.pk], "post": "yes"}
    )
    assert User.objects.count() == 3
    admin_browser.post(f"{pages.USERS}{olga.pk}/delete/", {"post": "yes"})
    event = told()
    assert (event.action, event.before["username"], event.before["groups"]) == ("user.deleted", "olga", ["Operators"])
    assert User.objects.count() == 2


def test_a_password_set_by_an_administrator_is_told_without_the_password(admin_browser: Client, olga: User) -> None:
    answer = admin_browser.post(f"{pages.USERS}{olga.pk}/password/", {"usable_password": "true", **PASSWORDS})
    assert answer.status_code == 302
    event = told()
    assert (event.action, event.object_name) == ("user.passwordChanged", "olga")
    assert (event.before, event.after) == ({}, {})


def test_ones_own_password_is_told_too(admin_browser: Client) -> None:
    new = {"new_password1": "a longer battery", "new_password2": "a longer battery"}
    page = admin_browser.post("/admin/password_change/", {"old_password": "wrong", **new})
    assert page.status_code == 200
    assert not AuditEvent.objects.filter(action="user.passwordChanged").exists()
    assert admin_browser.get("/admin/password_change/").status_code == 200
    admin_browser.post("/admin/password_change/", {"old_password": "correct horse", **new})
    assert told().action == "user.passwordChanged"
    assert admin_browser.get("/admin/").status_code == 200, "still signed in"


def test_groups_are_told_when_they_are_made_changed_and_deleted(admin_browser: Client) -> None:
    permission = Permission.objects.get(codename="view_auditevent")
    admin_browser.post(f"{GROUPS}add/", {"name": "Readers", "permissions": [permission.pk]})
    event = told()
    assert event.action == "group.created"
    assert event.after == {"name": "Readers", "permissions": ["operations.view_auditevent"]}
    group = Group.objects.get(name="Readers")
    admin_browser.post(f"{GROUPS}{group.pk}/change/", {"name": "Readers", "permissions": []})
    event = told()
    assert (event.action, event.before) == ("group.changed", {"permissions": ["operations.view_auditevent"]})
    admin_browser.post(f"{GROUPS}{group.pk}/delete/", {"post": "yes"})
    assert told().action == "group.deleted"
    assert not Group.objects.filter(name="Readers").exists()


def test_an_event_that_cannot_be_written_leaves_the_account_as_it_was(
    admin_browser: Client, olga: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: Any, **kwargs: Any) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("operations.audit.record", fail)
    admin_browser.raise_request_exception = False
    for address, fields in [
        (f"{pages.USERS}{olga.pk}/change/", form_of(olga, first_name="Olga")),
        (f"{pages.USERS}{olga.pk}/delete/", {"post": "yes"}),
        (f"{pages.USERS}{olga.pk}/password/", {"usable_password": "true", **PASSWORDS}),
        (f"{pages.USERS}add/", {"username": "anna", "usable_password": "true", **PASSWORDS}),
    ]:
        assert admin_browser.post(address, fields).status_code == 500
    monkeypatch.undo()
    olga.refresh_from_db()
    assert (olga.first_name, olga.check_password("correct horse")) == ("", True)
    assert set(User.objects.values_list("username", flat=True)) == {"admin", "olga"}


@pytest.mark.parametrize("page", [f"{pages.USERS}{{}}/change/", f"{GROUPS}{{}}/change/"])
def test_every_page_shows_what_happened_to_its_object(admin_browser: Client, olga: User, page: str) -> None:
    admin_browser.post(f"{pages.USERS}{olga.pk}/change/", form_of(olga, first_name="Olga"))
    group = Group.objects.get(name="Operators")
    shown = admin_browser.get(page.format(olga.pk if "user" in page else group.pk)).text
    assert "What happened" in shown
    assert ("Account changed" in shown) is ("user" in page)


def test_an_auditor_sees_accounts_and_changes_none(browser_of: Any, olga: User) -> None:
    browser = browser_of("auditor")
    assert browser.get(f"{pages.USERS}{olga.pk}/change/").status_code == 200
    assert browser.post(f"{pages.USERS}{olga.pk}/change/", form_of(olga, first_name="x")).status_code == 403
    assert browser.post(f"{pages.USERS}{olga.pk}/delete/", {"post": "yes"}).status_code == 403
    assert browser.post(f"{pages.USERS}{olga.pk}/password/", PASSWORDS).status_code == 403

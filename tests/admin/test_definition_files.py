"""Definition files in the admin."""

import zlib

import pytest
from django.test import Client
from django.urls import reverse

from operations.choices import DefinitionFileStatus
from operations.models import Content, DefinitionFile
from tests import rows
from tests.admin import pages

pytestmark = pytest.mark.django_db


def names(browser: Client, **query: str) -> set[str]:
    return {file.file_name for file in browser.get(pages.FILES, query).context["cl"].result_list}


def test_removed_files_are_listed_on_request_only(admin_browser: Client) -> None:
    rows.a_definition_file(file_name="present.admx")
    removed = rows.a_definition_file(file_name="gone.admx")
    DefinitionFile.objects.filter(pk=removed.pk).update(removed_date_time=removed.created_date_time)
    assert names(admin_browser) == {"present.admx"}
    assert names(admin_browser, removed="yes") == {"gone.admx"}


def test_removing_tells_and_leads_to_its_operation(admin_browser: Client) -> None:
    file = rows.a_definition_file()
    url = pages.button("definition-file-remove", file)
    answer = admin_browser.post(url, {"reason": "Out of use"}, follow=True)
    operation = file.operations.get()
    assert answer.redirect_chain == [(pages.page_of(operation), 302)]
    assert "Queued: Remove of example.admx." in answer.text
    assert operation.reason == "Out of use"
    again = admin_browser.post(url, follow=True)
    assert "is busy" in again.text
    assert file.operations.count() == 1


def test_a_busy_file_is_not_removed(admin_browser: Client) -> None:
    file = rows.an_upload().definition_file
    answer = admin_browser.post(pages.button("definition-file-remove", file), follow=True)
    assert "is busy" in answer.text
    assert DefinitionFile.objects.get().removed_date_time is None


def test_a_reason_with_a_nul_character_does_not_fail(admin_browser: Client) -> None:
    file = rows.a_definition_file()
    answer = admin_browser.post(pages.button("definition-file-remove", file), {"reason": "Out\x00 of use"})
    assert answer.status_code == 302


@pytest.mark.parametrize("page", ["", "add/", "nonsense/change/", "00000000-0000-4000-8000-000000000000/change/"])
def test_no_address_fails(admin_browser: Client, page: str) -> None:
    assert admin_browser.get(f"{pages.FILES}{page}").status_code in {200, 302, 403}


def test_a_file_is_changed_or_deleted_by_no_form(admin_browser: Client) -> None:
    file = rows.a_definition_file(status=DefinitionFileStatus.AVAILABLE)
    change = pages.button("operations_definitionfile_change", file)
    delete = pages.button("operations_definitionfile_delete", file)
    assert admin_browser.post(change, {"file_name": "forged.admx"}).status_code == 403
    assert admin_browser.post(delete, {"post": "yes"}).status_code == 403
    assert DefinitionFile.objects.get().file_name == "example.admx"


def test_what_somebody_exchanged_in_the_database_is_said_and_never_handed_out(admin_browser: Client) -> None:
    file = rows.in_force(rows.an_upload())
    Content.objects.update(compressed=zlib.compress(b"exchanged"))
    addresses = [
        reverse("admin:version-admx", args=[file.pk, 1]),
        reverse("admin:version-adml", args=[file.pk, 1, "en-US"]),
        reverse("admin:version-zip", args=[file.pk, 1]),
    ]
    for address in addresses:
        answer = admin_browser.get(address)
        assert answer.status_code == 500
        assert "somebody changed them in the database" in answer.text
        assert b"exchanged" not in answer.content
        assert "Content-Security-Policy" in answer.headers
    assert admin_browser.get(pages.button("operations_definitionfile_change", file)).status_code == 200

"""Every operation type asked for in the admin; versions, comparison, roll-back, restoration and download."""

import io
import zipfile
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from operations.models import DefinitionFile, GroupPolicyOperation, User, Version
from operations.services.operations import execution
from tests import rows
from tests.admin import pages
from tests.admin.pages import an_adml, an_admx, filled_in
from tests.admx import samples

pytestmark = pytest.mark.django_db


@pytest.fixture
def file(db: None) -> DefinitionFile:
    return rows.in_force(rows.an_upload(rows.ADMX, rows.ADML, rows.ADML))


def a_request(kind: str, file: DefinitionFile) -> dict[str, Any]:
    on = {"operation_type": kind, "definition_file": str(file.pk), "reason": "Because"}
    match kind:
        case "upload":
            other = samples.admx(target='<target prefix="other" namespace="Other.Policies"/>').encode()
            return filled_in((an_adml(), "en-US"), admx=an_admx(other), **on)
        case "uploadNewVersion":
            return filled_in(admx=an_admx(rows.NEWER_ADMX), **on)
        case "addLanguageFiles":
            return filled_in((an_adml(), "fr-FR"), **on)
        case "updateLanguageFiles":
            return filled_in((an_adml(), "de-DE"), **on)
        case "removeLanguageFiles":
            return filled_in(languages_to_remove="de-DE", **on)
    return filled_in(**on)


TYPES = ["upload", "uploadNewVersion", "addLanguageFiles", "updateLanguageFiles", "removeLanguageFiles", "remove"]


@pytest.mark.parametrize("kind", TYPES)
def test_each_type_is_queued_and_its_page_tells_of_its_success(
    admin_browser: Client, file: DefinitionFile, kind: str
) -> None:
    answer = admin_browser.post(pages.ADD, a_request(kind, file))
    assert answer.status_code == 302, answer.context["form"].errors
    operation = GroupPolicyOperation.objects.get(operation_type=kind, operation_status="inProgress")
    assert (answer["Location"], operation.reason) == (pages.page_of(operation), "Because")
    assert execution.perform(operation.pk)
    page = admin_browser.get(answer["Location"]).text
    assert "Success" in page
    assert ("What changed" in page) == (kind not in {"upload", "remove"})


@pytest.mark.parametrize(
    ("changed", "field", "told"),
    [
        ({"operation_type": "removeLanguageFiles", "languages_to_remove": "en-US"}, "languages_to_remove", "default"),
        ({"operation_type": "removeLanguageFiles", "languages_to_remove": "xx"}, "languages_to_remove", "xx"),
        ({"operation_type": "removeLanguageFiles"}, "languages_to_remove", "at least one"),
        ({"operation_type": "addLanguageFiles"}, "__all__", "at least one"),
        ({"operation_type": "uploadNewVersion"}, "admx", "Choose the ADMX"),
    ],
)
def test_a_refusal_stands_beside_its_field(
    admin_browser: Client, file: DefinitionFile, changed: dict[str, str], field: str, told: str
) -> None:
    answer = admin_browser.post(pages.ADD, filled_in(definition_file=str(file.pk), **changed))
    assert answer.status_code == 400
    assert told in str(answer.context["form"].errors[field])
    assert GroupPolicyOperation.objects.count() == 1


def test_checking_first_tells_what_would_come_of_it_and_stores_nothing(
    admin_browser: Client, file: DefinitionFile
) -> None:
    posted = a_request("uploadNewVersion", file) | {"preflight": "1"}
    page = admin_browser.post(pages.ADD, posted)
    assert page.status_code == 200
    assert "This would succeed" in page.text
    assert "Breaking" in page.text
    assert "Software\\Elsewhere" in page.text
    assert (GroupPolicyOperation.objects.count(), Version.objects.count()) == (1, 1)


def test_checking_a_broken_file_first_shows_its_findings(admin_browser: Client) -> None:
    posted = filled_in((an_adml(), "en-US"), admx=an_admx(rows.BROKEN_ADMX)) | {"preflight": "1"}
    page = admin_browser.post(pages.ADD, posted).text
    assert "This would fail" in page
    assert "To fix:" in page
    assert not GroupPolicyOperation.objects.exists()


def test_a_missing_base_file_is_told_before_anything_is_stored(admin_browser: Client) -> None:
    needing = samples.admx(
        target='<target prefix="c" namespace="Child"/><using prefix="w" namespace="Microsoft.Policies.Windows"/>',
        categories='<category name="Main" displayName="$(string.Main)"><parentCategory ref="w:System"/></category>',
    )
    posted = filled_in((an_adml(), "en-US"), admx=an_admx(needing.encode())) | {"preflight": "1"}
    page = admin_browser.post(pages.ADD, posted).text
    assert "NamespaceMissing:Microsoft.Policies.Windows" in page
    assert "Windows.admx" in page


def two_versions(file: DefinitionFile) -> Version:
    rows.in_force(rows.a_new_version(file=file))
    return file.versions.get(number=1)


def test_versions_are_listed_compared_and_brought_back(admin_browser: Client, file: DefinitionFile) -> None:
    first = two_versions(file)
    page = admin_browser.get(pages.page_of_row(file)).text
    assert "to version 1</span>" in page
    compared = admin_browser.get(reverse("admin:definition-file-compare", args=[file.pk])).text
    assert "Software\\Elsewhere" in compared
    back = reverse("admin:version-roll-back", args=[file.pk, first.number])
    answer = admin_browser.post(back, follow=True)
    assert "Queued: Upload new version of example.admx." in answer.text
    operation = GroupPolicyOperation.objects.get(operation_status="inProgress")
    assert operation.returns_to == first
    execution.perform(operation.pk)
    assert "Rolled back to version 1" in admin_browser.get(pages.page_of(operation)).text


def test_every_file_of_a_version_comes_back_byte_for_byte(admin_browser: Client, file: DefinitionFile) -> None:
    two_versions(file)
    at = {"admx": [], "adml": ["de-DE"], "zip": []}  # type: dict[str, list[str]]
    got = {
        name: admin_browser.get(reverse(f"admin:version-{name}", args=[file.pk, 1, *more])) for name, more in at.items()
    }
    assert (got["admx"].content, got["adml"].content) == (rows.ADMX, rows.ADML)
    assert got["admx"]["Content-Disposition"] == 'attachment; filename="example.admx"'
    assert got["admx"]["X-Content-Type-Options"] == "nosniff"
    with zipfile.ZipFile(io.BytesIO(got["zip"].content)) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == {
            "PolicyDefinitions/example.admx": rows.ADMX,
            "PolicyDefinitions/en-US/example.adml": rows.ADML,
            "PolicyDefinitions/de-DE/example.adml": rows.ADML,
        }


def test_what_is_not_there_is_404(admin_browser: Client, file: DefinitionFile) -> None:
    for name, more in (("admx", []), ("zip", []), ("adml", ["en-US"])):
        assert admin_browser.get(reverse(f"admin:version-{name}", args=[file.pk, 9, *more])).status_code == 404
    assert admin_browser.get(reverse("admin:version-adml", args=[file.pk, 1, "xx"])).status_code == 404


def test_a_removed_file_is_restored_from_its_page(admin_browser: Client, file: DefinitionFile) -> None:
    execution.perform(rows.a_removal(file).pk)
    assert "Restore version 1" in admin_browser.get(pages.page_of_row(file)).text
    admin_browser.post(reverse("admin:definition-file-restore", args=[file.pk]))
    execution.perform(GroupPolicyOperation.objects.get(operation_status="inProgress").pk)
    assert DefinitionFile.present.get() == file


def test_what_others_depend_on_says_so_instead_of_being_removed(admin_browser: Client, file: DefinitionFile) -> None:
    child = samples.admx(
        target='<target prefix="c" namespace="Child"/><using prefix="e" namespace="Example.Policies"/>',
        categories='<category name="Main" displayName="$(string.Main)"><parentCategory ref="e:Main"/></category>',
    )
    rows.in_force(rows.an_upload(child.encode(), file_name="child.admx"))
    page = admin_browser.get(pages.page_of_row(file)).text
    assert "Files that depend on it" in page
    answer = admin_browser.post(pages.button("definition-file-remove", file), follow=True)
    assert "its categories are needed by child.admx" in answer.text


def test_an_auditor_reads_and_downloads_but_changes_nothing(
    client: Client, auditor: User, file: DefinitionFile
) -> None:
    two_versions(file)
    client.force_login(auditor)
    page = client.get(pages.page_of_row(file)).text
    assert "Roll back" not in page
    assert client.get(reverse("admin:version-zip", args=[file.pk, 1])).status_code == 200
    for url in (
        reverse("admin:version-roll-back", args=[file.pk, 1]),
        reverse("admin:definition-file-restore", args=[file.pk]),
    ):
        assert client.post(url).status_code == 403
    assert client.post(pages.ADD, a_request("uploadNewVersion", file)).status_code == 403

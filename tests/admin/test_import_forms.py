"""Many templates at once in the admin: read by their paths, checked together, asked for in order."""

import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from operations.models import AuditEvent, DefinitionFile, GroupPolicyOperation
from operations.services.importing import sources
from operations.services.operations import execution
from tests.admin.pages import IMPORT
from tests.admx import samples
from tests.services.importing.test_importing import a_template

pytestmark = pytest.mark.django_db

BASE, CHILD = a_template("Base"), a_template("Child", "Base")
BOTH = {
    "All/a_child.admx": CHILD,
    "All/en-US/a_child.adml": samples.adml(),
    "All/base.admx": BASE,
    "All/en-US/base.adml": samples.adml(),
}


def handed_in(files: dict[str, str], **values: Any) -> dict[str, Any]:
    """As the browser sends it: names without folders, and the paths beside them."""
    return {
        "templates": [SimpleUploadedFile(path.split("/")[-1], text.encode()) for path, text in files.items()],
        "paths": json.dumps(list(files)),
        "new_versions": "on",
    } | values


def a_zip(**files: str) -> SimpleUploadedFile:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        for name, text in files.items():
            archive.writestr(name.replace("__", "/").replace("_admx", ".admx").replace("_adml", ".adml"), text)
    return SimpleUploadedFile("all.zip", whole.getvalue())


def expect_refused(answer: Any, *told: str) -> None:
    assert answer.status_code == 400
    for words in told:
        assert words in answer.text
    assert not DefinitionFile.objects.exists()


def test_a_check_lists_what_would_come_of_each_in_order_and_stores_nothing(admin_browser: Client) -> None:
    page = admin_browser.post(IMPORT, handed_in(BOTH, preflight="1"))
    assert page.status_code == 200
    assert [one["path"] for one in page.context["checked"]] == ["All/base.admx", "All/a_child.admx"]
    assert page.text.count("Would be imported") == 2
    assert not DefinitionFile.objects.exists()
    assert not AuditEvent.objects.filter(action__startswith="operation.").exists()


def test_an_import_is_one_operation_each_shown_together_until_all_have_ended(admin_browser: Client) -> None:
    answer = admin_browser.post(IMPORT, handed_in(BOTH, reason="Both", ticket="CHG-1"))
    assert answer.status_code == 302
    operations = list(GroupPolicyOperation.objects.order_by("created_date_time"))
    assert [(one.definition_file.file_name, one.reason, one.ticket) for one in operations if one.definition_file] == [
        ("base.admx", "Both", "CHG-1"),
        ("a_child.admx", "Both", "CHG-1"),
    ]
    page = admin_browser.get(answer["Location"])
    assert "0 of 2 done" in page.text
    assert "hx-get" in page.text
    for one in operations:
        execution.perform(one.pk)
    live = admin_browser.get(answer["Location"], headers={"HX-Request": "true"})
    assert "2 of 2 done" in live.text
    assert "hx-get" not in live.text
    assert "<html" not in live.text


def test_what_is_there_already_or_is_no_template_is_told(admin_browser: Client) -> None:
    for one in ("/again/", "/once more/"):
        answer = admin_browser.post(IMPORT, handed_in(BOTH | {"All/read.me": one}), follow=True)
        for operation in GroupPolicyOperation.objects.filter(operation_status="inProgress"):
            execution.perform(operation.pk)
    assert "is in force already with the same content." in answer.text
    assert "All/read.me was left out" in answer.text
    assert "This import created no operations." in answer.text
    checked = admin_browser.post(IMPORT, handed_in(BOTH, preflight="1"))
    assert checked.text.count("Already imported") == 2


def test_new_versions_are_made_only_where_wanted(admin_browser: Client) -> None:
    admin_browser.post(IMPORT, handed_in(BOTH))
    for operation in GroupPolicyOperation.objects.order_by("created_date_time"):
        execution.perform(operation.pk)
    newer = BOTH | {"All/base.admx": BASE.replace("Software", "SOFTWARE")}
    kept = admin_browser.post(IMPORT, handed_in(newer, new_versions=""), follow=True)
    assert "All/base.admx: was left as it is." in kept.text
    admin_browser.post(IMPORT, handed_in(newer))
    assert GroupPolicyOperation.objects.filter(operation_type="uploadNewVersion").count() == 1


def test_a_zip_is_read_as_the_folder_it_holds(admin_browser: Client) -> None:
    zipped = a_zip(x__base_admx=BASE, **{"x__en-US__base_adml": samples.adml()})
    page = admin_browser.post(IMPORT, {"templates": [zipped], "preflight": "1"})
    (one,) = page.context["checked"]
    assert (one["path"], one["languages"]) == ("x/base.admx", ["en-US"])


def test_nothing_wrong_or_damaged_gets_in(admin_browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    expect_refused(admin_browser.post(IMPORT, {}), "Choose the templates, or a zip of them.")
    expect_refused(
        admin_browser.post(IMPORT, handed_in({"x.adml": samples.adml()})), "There is no .admx among these files."
    )
    for damaged in ("nonsense", "{}", "[1]"):
        expect_refused(admin_browser.post(IMPORT, handed_in(BOTH, paths=damaged)), "Reload the page")
    broken_zip = {"templates": [SimpleUploadedFile("all.zip", b"PK nonsense")]}
    expect_refused(admin_browser.post(IMPORT, broken_zip), "all.zip is neither")
    expect_refused(admin_browser.post(IMPORT, handed_in(BOTH, default_language_code="no language")), "default_language")
    monkeypatch.setattr(sources, "MAX_UPLOADED_BYTES", 10)
    expect_refused(admin_browser.post(IMPORT, handed_in(BOTH)), "Choose fewer at once")


def test_the_page_of_an_import_costs_the_same_for_any_number(
    admin_browser: Client, django_assert_max_num_queries: Callable[[int], CaptureQueriesContext]
) -> None:
    many = {f"{name}.admx": a_template(name) for name in ("A", "B", "C", "D", "E", "F")}
    answer = admin_browser.post(IMPORT, handed_in(many))
    with django_assert_max_num_queries(8):
        page = admin_browser.get(answer["Location"])
    assert "0 of 6 done" in page.text


def test_an_unknown_import_is_an_empty_page(admin_browser: Client) -> None:
    page = admin_browser.get(reverse("admin:operations-imported", args=["nobody-asked-this"]))
    assert "This import created no operations." in page.text

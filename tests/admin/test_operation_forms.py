"""The form that creates operations: what it stores, and what it says beside which field."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils.html import escape

from operations.choices import DefinitionFileStatus, OperationStatus
from operations.models import AuditEvent, DefinitionFile, Finding, GroupPolicyOperation, LanguageFile, User
from operations.services.operations.execution import perform
from tests import rows
from tests.admin import pages
from tests.admin.pages import an_adml, an_admx, filled_in, recorded
from tests.admx import samples

pytestmark = pytest.mark.django_db
NO_FILES = "A recorded operation stores no files. Choose perform, or remove the file."


@pytest.mark.parametrize(
    ("posted", "field", "told"),
    [
        (lambda: filled_in(), "admx", "Choose the ADMX file to upload."),
        (lambda: filled_in(admx=an_admx(b"")), "admx", "The submitted file is empty."),
        (lambda: filled_in(admx=an_admx(name="notes.txt")), "admx", ".admx"),
        (lambda: filled_in(operation_type="none"), "operation_type", "Choose what is to be performed."),
        (lambda: filled_in(operation_type="remove"), "definition_file", "Choose the definition file"),
        (lambda: filled_in(operation_type="explode", admx=an_admx()), "operation_type", "not one of the available"),
        (lambda: filled_in(how="guess", admx=an_admx()), "how", "not one of the available"),
        (lambda: filled_in(admx=an_admx(), default_language_code="no code"), "default_language_code", "not a valid"),
        (lambda: filled_in(admx=an_admx(), ticket="x" * 256), "ticket", "at most 255 characters"),
        (lambda: recorded(admx=an_admx()), "admx", NO_FILES),
        (lambda: recorded(status_details="x" * 20_000), "status_details", "Longer than 16 KiB. Shorten it."),
        (lambda: recorded(operation_status="done"), "operation_status", "not one of the available"),
        (lambda: recorded(definition_file=str(rows.an_unknown_id())), "definition_file", "not one of the available"),
    ],
)
def test_an_error_stands_beside_its_field_and_nothing_is_stored(
    admin_browser: Client, posted: Any, field: str, told: str
) -> None:
    answer = admin_browser.post(pages.ADD, posted())
    assert answer.status_code == 400
    assert list(answer.context["form"].errors) == [field]
    assert told in " ".join(answer.context["form"].errors[field])
    assert escape(told) in beside(answer.text, f"id_{field}")
    assert "Nothing was saved." in answer.text
    assert_nothing_was_stored()


@pytest.mark.parametrize(
    ("languages", "row", "field", "told"),
    [
        ([("adml", "en-US"), ("adml", "no code")], 1, "language_code", "not a valid code"),
        ([("adml", "en-US"), ("adml", "")], 1, "language_code", ""),
        ([("adml", ""), ("adml", "de-DE")], 0, "language_code", ""),
        ([(None, ""), (None, ""), ("adml", "no code")], 2, "language_code", "not a valid code"),
        ([("adml", "en-US"), (None, ""), ("adml", "EN-us")], 2, "language_code", "given twice"),
        ([("adml", "en-US"), ("txt", "de-DE")], 1, "adml", ".adml"),
        ([("empty", "en-US")], 0, "adml", "The submitted file is empty."),
        ([("adml", "x" * 36)], 0, "language_code", "at most 35 characters"),
    ],
)
def test_an_error_of_a_language_stands_in_its_row(
    admin_browser: Client, languages: list[Any], row: int, field: str, told: str
) -> None:
    kinds: dict[Any, Callable[[], Any]] = {
        None: lambda: None,
        "adml": an_adml,
        "txt": lambda: an_adml(name="a.txt"),
        "empty": lambda: an_adml(b""),
    }
    given = [(kinds[kind](), code) for kind, code in languages]
    answer = admin_browser.post(pages.ADD, filled_in(*given, admx=an_admx()))
    assert answer.status_code == 400
    errors = answer.context["languages"].errors
    assert [list(one) for one in errors] == [[field] if index == row else [] for index in range(3)]
    assert told in " ".join(errors[row][field])
    assert escape(" ".join(errors[row][field])) in beside(answer.text, f"id_languages-{row}-{field}")
    assert_nothing_was_stored()


def test_a_recorded_operation_refuses_language_files_too(admin_browser: Client) -> None:
    answer = admin_browser.post(pages.ADD, recorded() | filled_in((None, ""), (an_adml(), "en-US"), how="record"))
    assert answer.status_code == 400
    assert NO_FILES in beside(answer.text, "id_languages-1-adml")
    assert_nothing_was_stored()


def test_what_was_filled_in_is_still_there_after_an_error(admin_browser: Client) -> None:
    page = admin_browser.post(pages.ADD, filled_in(reason="<i>Because</i>", ticket="CHG-1042")).text
    assert "&lt;i&gt;Because&lt;/i&gt;" in page
    assert "<i>Because" not in page
    assert 'value="CHG-1042"' in page


def test_an_upload_becomes_a_queued_operation_and_succeeds(client: Client, operator: User) -> None:
    client.force_login(operator)
    posted = filled_in((an_adml(), "en-US"), (an_adml(), "de-DE"), admx=an_admx(), reason="New rules", ticket="CHG-1")
    answer = client.post(pages.ADD, posted)
    operation = GroupPolicyOperation.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, pages.page_of(operation))
    assert operation.is_queued
    assert (operation.reason, operation.ticket, operation.requested_by_name) == ("New rules", "CHG-1", "olga")
    assert set(AuditEvent.objects.values_list("channel", flat=True)) == {"admin"}

    page = client.get(answer["Location"]).text
    assert "Queued: Upload of example.admx." in page
    assert "waiting for the worker" in page

    assert perform(operation.pk)
    page = client.get(answer["Location"]).text
    assert "Success" in page
    assert "Imported 1 policy in 1 category, 2 languages." in page
    assert DefinitionFile.objects.get().status == DefinitionFileStatus.AVAILABLE
    assert DefinitionFile.objects.get().content.data == rows.ADMX


@pytest.mark.parametrize(
    ("admx", "adml"),
    [
        (rows.BROKEN_ADMX, rows.ADML),
        (rows.ADMX, samples.adml({"Main": "Example"}).encode()),
        (samples.admx(samples.policy(name="<b>")).encode(), rows.ADML),
    ],
)
def test_an_upload_that_cannot_be_imported_tells_each_finding(admin_browser: Client, admx: bytes, adml: bytes) -> None:
    answer = admin_browser.post(pages.ADD, filled_in((an_adml(adml), "en-US"), admx=an_admx(admx)))
    operation = GroupPolicyOperation.objects.get()
    assert perform(operation.pk)
    operation.refresh_from_db()
    assert operation.operation_status == OperationStatus.FAILED
    page = admin_browser.get(answer["Location"]).text
    findings = list(Finding.objects.filter(operation=operation))
    assert findings
    for finding in findings:
        for told in (finding.message, finding.remedy, finding.place, finding.code):
            assert escape(told) in page
    assert "Try again" in page


@pytest.mark.parametrize(("default", "taken_for"), [("de-DE", "de-DE"), ("", "en-US"), ("en-US", "en-US")])
def test_a_single_adml_without_a_language_takes_the_default(
    admin_browser: Client, default: str, taken_for: str
) -> None:
    posted = filled_in((None, ""), (an_adml(), ""), admx=an_admx(), default_language_code=default)
    assert admin_browser.post(pages.ADD, posted).status_code == 302
    assert LanguageFile.objects.get().language_code == taken_for
    assert DefinitionFile.objects.get().default_language_code == taken_for


def test_what_was_done_elsewhere_is_written_down(admin_browser: Client) -> None:
    file = rows.a_definition_file()
    posted = recorded(
        operation_type="updateLanguageFiles",
        definition_file=str(file.pk),
        status_details="First.\r\nSecond.",
        reason="By hand",
        ticket="CHG-2",
    )
    answer = admin_browser.post(pages.ADD, posted)
    operation = GroupPolicyOperation.objects.get()
    assert answer["Location"] == pages.page_of(operation)
    assert not operation.performed
    assert operation.definition_file == file
    assert (operation.operation_type, operation.operation_status) == ("updateLanguageFiles", "success")
    assert operation.status_details == "First.\nSecond."
    assert (operation.reason, operation.ticket) == ("By hand", "CHG-2")


def test_a_removed_file_is_not_offered(admin_browser: Client) -> None:
    rows.a_definition_file(file_name="present.admx")
    removed = rows.a_definition_file(file_name="removed.admx")
    DefinitionFile.objects.filter(pk=removed.pk).update(removed_date_time=removed.created_date_time)
    page = admin_browser.get(pages.ADD).text
    assert "present.admx" in page
    assert "removed.admx" not in page


def test_a_link_may_fill_the_form_in_advance(admin_browser: Client) -> None:
    page = admin_browser.get(pages.ADD, {"how": "record", "ticket": 'CHG"7', "nonsense": "1"})
    assert page.context["form"]["how"].value() == "record"
    assert 'value="CHG&quot;7"' in page.text


def beside(page: str, field: str) -> str:
    """The errors that the page ties to this field."""
    return page.partition(f'<ul class="errorlist" id="{field}_error">')[2].partition("</ul>")[0]


def assert_nothing_was_stored() -> None:
    for model in (GroupPolicyOperation, DefinitionFile, LanguageFile):
        assert not model.objects.exists()
    assert not rows.changes_told().exists()

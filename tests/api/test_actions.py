"""The actions of a definition file: 204, and an operation that the collection shows."""

from typing import Any

import pytest
from django.test import Client

from operations.models import DefinitionFile, GroupPolicyOperation
from operations.services.operations import execution
from operations.services.templates import definition_files
from tests import rows
from tests.api.resource import error_of, send

pytestmark = pytest.mark.django_db

FILES = "/beta/deviceManagement/groupPolicyUploadedDefinitionFiles"
ENGLISH = {"fileName": "example.adml", "languageCode": "en-US", "content": rows.in_base64(rows.ADML)}
GERMAN = ENGLISH | {"languageCode": "de-DE"}
BODIES: dict[str, dict[str, Any] | None] = {
    "uploadNewVersion": {"content": rows.in_base64(rows.NEWER_ADMX), "groupPolicyUploadedLanguageFiles": [ENGLISH]},
    "addLanguageFiles": {"groupPolicyUploadedLanguageFiles": [GERMAN]},
    "updateLanguageFiles": {"groupPolicyUploadedLanguageFiles": [ENGLISH]},
    "removeLanguageFiles": {"groupPolicyUploadedLanguageFiles": [{"languageCode": "fr-FR"}]},
    "remove": None,
}


@pytest.fixture
def file(db: None) -> DefinitionFile:
    file = rows.in_force(rows.an_upload())
    added = definition_files.add_language_files(
        by=rows.everybody(), definition_file_id=file.pk, language_files=[rows.an_adml("fr-FR")]
    )
    return rows.in_force(added)


@pytest.mark.parametrize("spelled", ["/{id}/{action}", "('{id}')/{action}", "/{id}/microsoft.graph.{action}"])
@pytest.mark.parametrize("action", BODIES)
def test_each_is_answered_204_and_its_operation_can_be_followed_to_success(
    writer: Client, file: DefinitionFile, action: str, spelled: str
) -> None:
    response = send(writer, "POST", FILES + spelled.format(id=file.pk, action=action), BODIES[action])
    assert (response.status_code, response.content) == (204, b"")
    listed = writer.get(f"{FILES}/{file.pk}/groupPolicyOperations").json()["value"]
    assert (listed[0]["operationType"], listed[0]["operationStatus"]) == (action, "inProgress")
    assert writer.get(f"{FILES}/{file.pk}").json()["status"] == (
        "removalInProgress" if action == "remove" else "uploadInProgress"
    )
    assert execution.perform(listed[0]["id"])
    ended = writer.get(f"/beta/deviceManagement/groupPolicyOperations/{listed[0]['id']}").json()
    assert ended["operationStatus"] == "success", ended
    after = writer.get(f"{FILES}/{file.pk}")
    assert after.status_code == (404 if action == "remove" else 200)


@pytest.mark.parametrize("body", [None, {}])
def test_remove_is_sent_without_a_body_or_with_an_empty_object(
    writer: Client, file: DefinitionFile, body: dict[str, Any] | None
) -> None:
    assert send(writer, "POST", f"{FILES}/{file.pk}/remove", body).status_code == 204


@pytest.mark.parametrize(
    ("action", "body", "target"),
    [
        ("uploadNewVersion", {}, "content"),
        ("uploadNewVersion", {"content": None}, "content"),
        ("uploadNewVersion", {"content": "***"}, "content"),
        ("uploadNewVersion", {"content": "", "groupPolicyUploadedLanguageFiles": []}, "content"),
        ("addLanguageFiles", {}, "groupPolicyUploadedLanguageFiles"),
        ("addLanguageFiles", {"groupPolicyUploadedLanguageFiles": None}, "groupPolicyUploadedLanguageFiles"),
        ("addLanguageFiles", {"groupPolicyUploadedLanguageFiles": [ENGLISH]},
         "groupPolicyUploadedLanguageFiles/0/languageCode"),
        ("updateLanguageFiles", {"groupPolicyUploadedLanguageFiles": [GERMAN]},
         "groupPolicyUploadedLanguageFiles/0/languageCode"),
        ("updateLanguageFiles", {"groupPolicyUploadedLanguageFiles": [{"languageCode": "en-US"}]},
         "groupPolicyUploadedLanguageFiles/0/fileName"),
        ("removeLanguageFiles", {"groupPolicyUploadedLanguageFiles": [{"languageCode": "en-US"}]},
         "groupPolicyUploadedLanguageFiles/0/languageCode"),
        ("removeLanguageFiles", {"groupPolicyUploadedLanguageFiles": [{}]},
         "groupPolicyUploadedLanguageFiles/0/languageCode"),
        ("remove", {"reason": "x"}, "reason"),
    ],
)  # fmt: skip
def test_bad_parameters_are_400_naming_the_member_and_change_nothing(
    writer: Client, file: DefinitionFile, action: str, body: dict[str, Any], target: str
) -> None:
    before = GroupPolicyOperation.objects.count()
    error = error_of(send(writer, "POST", f"{FILES}/{file.pk}/{action}", body), 400)
    assert error["target"] == target
    assert GroupPolicyOperation.objects.count() == before


@pytest.mark.parametrize("action", BODIES)
def test_a_busy_file_is_409_naming_the_operation(writer: Client, file: DefinitionFile, action: str) -> None:
    running = rows.a_removal(file)
    error = error_of(send(writer, "POST", f"{FILES}/{file.pk}/{action}", BODIES[action]), 409)
    assert str(running.pk) in error["message"]


@pytest.mark.parametrize("action", BODIES)
def test_an_unknown_file_is_404_and_a_reader_is_403(
    writer: Client, reader: Client, file: DefinitionFile, action: str
) -> None:
    error_of(send(writer, "POST", f"{FILES}/{rows.an_unknown_id()}/{action}", BODIES[action]), 404)
    error_of(send(reader, "POST", f"{FILES}/{file.pk}/{action}", BODIES[action]), 403)


@pytest.mark.parametrize("action", BODIES)
def test_an_action_is_post_only(writer: Client, file: DefinitionFile, action: str) -> None:
    response = writer.get(f"{FILES}/{file.pk}/{action}")
    error_of(response, 405)
    assert response["Allow"] == "POST"

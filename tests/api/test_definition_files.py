"""groupPolicyUploadedDefinitionFiles: the whole contract, and uploads."""

from typing import Any

import pytest
from django.test import Client

from operations.choices import DefinitionFileStatus
from operations.models import Content, DefinitionFile, GroupPolicyOperation, LanguageFile
from operations.services.operations import execution
from tests import rows
from tests.admx import samples
from tests.api.contract import CollectionContract
from tests.api.resource import content, error_of, ids, send

pytestmark = pytest.mark.django_db
LANGUAGES = "groupPolicyUploadedLanguageFiles"


class TestDefinitionFiles(CollectionContract):
    odata_type = "microsoft.graph.groupPolicyUploadedDefinitionFile"
    members = [
        *("displayName", "description", "languageCodes", "targetPrefix", "targetNamespace", "policyType", "revision"),
        *("fileName", "id", "lastModifiedDateTime", "status", "content", "uploadDateTime", "defaultLanguageCode"),
        LANGUAGES,
    ]
    owned_by_the_server = {
        "id": "4d18865b-865b-4d18-5b86-184d5b86184d",
        "languageCodes": ["xx-XX"],
        "targetPrefix": "sent",
        "targetNamespace": "Sent.By.The.Client",
        "policyType": "admxBacked",
        "revision": "99.9",
        "lastModifiedDateTime": "2017-01-01T00:00:35.1329464-08:00",
        "uploadDateTime": "2017-01-01T00:00:35.1329464-08:00",
        "status": "available",
    }
    patch = {"displayName": "Example", "description": "What it is for"}
    nullable = ("display_name", "displayName")

    @pytest.fixture
    def path(self, db: None) -> str:
        return "groupPolicyUploadedDefinitionFiles"

    def make(self, path: str, **values: Any) -> DefinitionFile:
        return rows.a_definition_file(**values)

    def body(self) -> dict[str, Any]:
        return rows.an_upload_body()

    def count(self) -> int:
        models = (DefinitionFile, LanguageFile, Content, GroupPolicyOperation)
        # Making callers and tokens leaves events of its own.
        events = rows.changes_told().exclude(object_type="ApiClient")
        return sum(model.objects.count() for model in models) + events.count()

    def test_an_upload_answers_what_is_known_so_far(self, writer: Client, address: str) -> None:
        created = content(send(writer, "POST", address, self.body()))
        assert {name: value for name, value in created.items() if name[0] != "@"} == {
            "displayName": None,
            "description": None,
            "languageCodes": [],
            "targetPrefix": None,
            "targetNamespace": "Example.Policies",
            "policyType": "admxIngested",
            "revision": None,
            "fileName": "example.admx",
            "id": created["id"],
            "lastModifiedDateTime": created["lastModifiedDateTime"],
            "status": "uploadInProgress",
            "content": None,
            "uploadDateTime": "0001-01-01T00:00:00Z",
            "defaultLanguageCode": "en-US",
            LANGUAGES: [],
        }
        [operation] = content(writer.get(f"{address}/{created['id']}/groupPolicyOperations"))["value"]
        assert (operation["operationType"], operation["operationStatus"]) == ("upload", "inProgress")

    def test_once_performed_the_file_tells_what_it_is(self, writer: Client, address: str) -> None:
        created = content(send(writer, "POST", address, self.body()))
        assert execution.perform(GroupPolicyOperation.objects.get().pk)
        file = content(writer.get(f"{address}/{created['id']}"))
        assert (file["status"], file["revision"]) == ("available", "1.0")
        assert file["targetPrefix"] == f"example{file['id']}"
        assert file["uploadDateTime"] == file["lastModifiedDateTime"] > created["lastModifiedDateTime"]
        assert file["languageCodes"] == ["en-US"]
        [language] = file[LANGUAGES]
        assert language["content"] is None
        assert (language["fileName"], language["languageCode"]) == ("example.adml", "en-US")

    @pytest.mark.parametrize("spell", ["standard", "url", "unpadded"])
    def test_content_may_be_base64_or_base64url(self, writer: Client, address: str, spell: str) -> None:
        data = samples.admx().replace("Example", "Exämple ~~~???").encode()
        text = rows.in_base64(data)
        assert set("+/") & set(text)
        if spell != "standard":
            text = text.replace("+", "-").replace("/", "_").rstrip("=" if spell == "unpadded" else "")
        created = content(send(writer, "POST", address, rows.an_upload_body(content=text)))
        assert DefinitionFile.objects.get(pk=created["id"]).content.data == data

    def test_language_files_come_with_all_that_clients_send_along(self, writer: Client, address: str) -> None:
        habits = {
            "@odata.type": "#microsoft.graph.groupPolicyUploadedLanguageFile",
            "id": "d4a7a0a7-0000-4000-8000-000000000000",
            "lastModifiedDateTime": "2017-01-01T00:00:35.1329464-08:00",
        }
        body = rows.an_upload_body()
        body[LANGUAGES][0] |= habits
        assert send(writer, "POST", address, body).status_code == 201
        body[LANGUAGES][0] |= {"@odata.type": "#microsoft.graph.user"}
        error = error_of(send(writer, "POST", address, body), 400)
        assert error["target"] == f"{LANGUAGES}/0/@odata.type"

    def test_an_upload_without_language_files_is_taken(self, writer: Client, address: str) -> None:
        body = rows.an_upload_body()
        del body[LANGUAGES]
        assert send(writer, "POST", address, body).status_code == 201
        assert send(writer, "POST", address, body | {LANGUAGES: []}).status_code == 201

    @pytest.mark.parametrize("code", ["", None])
    def test_the_default_language_is_english_unless_said(self, writer: Client, address: str, code: str | None) -> None:
        created = content(send(writer, "POST", address, rows.an_upload_body(defaultLanguageCode=code)))
        assert created["defaultLanguageCode"] == "en-US"

    @pytest.mark.parametrize(
        ("changed", "target", "status"),
        [
            ({"content": None}, "content", 400),
            ({"content": ""}, "content", 400),
            ({"content": "no base64!"}, "content", 400),
            ({"content": "A"}, "content", 400),
            ({"content": 7}, "content", 400),
            ({"content": rows.in_base64(b"x" * (4 * 1024 * 1024 + 1))}, "content", 413),
            ({"fileName": None}, "fileName", 400),
            ({"fileName": ""}, "fileName", 400),
            ({"fileName": "example.txt"}, "fileName", 400),
            ({"fileName": "../example.admx"}, "fileName", 400),
            ({"fileName": "a" * 260 + ".admx"}, "fileName", 400),
            ({"fileName": ["example.admx"]}, "fileName", 400),
            ({"defaultLanguageCode": "not a code"}, "defaultLanguageCode", 400),
            ({"displayName": "x" * 256}, "displayName", 400),
            ({LANGUAGES: None}, LANGUAGES, 400),
            ({LANGUAGES: {}}, LANGUAGES, 400),
            ({LANGUAGES: ["x"]}, f"{LANGUAGES}/0", 400),
            ({LANGUAGES: [{"zebra": 1}]}, f"{LANGUAGES}/0/zebra", 400),
            ({LANGUAGES: [{"fileName": 1}]}, f"{LANGUAGES}/0/fileName", 400),
            ({LANGUAGES: [{"content": "PA==", "languageCode": "en-US"}]}, f"{LANGUAGES}/0/fileName", 400),
            ({LANGUAGES: [{"content": "PA==", "fileName": "a.adml"}]}, f"{LANGUAGES}/0/languageCode", 400),
            ({LANGUAGES: [{"languageCode": "en-US", "fileName": "a.adml"}]}, f"{LANGUAGES}/0/content", 400),
            (
                {LANGUAGES: [{"content": "PA==", "languageCode": code, "fileName": "a.adml"} for code in ("de", "DE")]},
                f"{LANGUAGES}/1/languageCode",
                400,
            ),
            (
                {
                    LANGUAGES: [
                        {"content": "PA==", "languageCode": f"de-{i:05}", "fileName": "a.adml"} for i in range(101)
                    ]
                },
                LANGUAGES,
                413,
            ),
            (
                {LANGUAGES: [{"content": "PA==", "languageCode": "en-US", "fileName": "a.txt"}]},
                f"{LANGUAGES}/0/fileName",
                400,
            ),
        ],
    )
    def test_a_bad_upload_names_the_property_and_leaves_nothing(
        self, writer: Client, address: str, changed: dict[str, Any], target: str, status: int
    ) -> None:
        before = self.count()
        error = error_of(send(writer, "POST", address, rows.an_upload_body(**changed)), status)
        assert error["target"] == target
        assert self.count() == before

    @pytest.mark.parametrize("name", ["content", "fileName"])
    def test_an_upload_without_content_or_name_is_400(self, writer: Client, address: str, name: str) -> None:
        body = rows.an_upload_body()
        del body[name]
        assert error_of(send(writer, "POST", address, body), 400)["target"] == name

    def test_a_template_that_is_no_xml_is_taken_and_fails_in_words(self, writer: Client, address: str) -> None:
        body = rows.an_upload_body(content=rows.in_base64(rows.BROKEN_ADMX))
        created = content(send(writer, "POST", address, body))
        assert created["targetNamespace"] is None
        execution.perform(GroupPolicyOperation.objects.get().pk)
        assert content(writer.get(f"{address}/{created['id']}"))["status"] == "uploadFailed"
        [operation] = content(writer.get(f"{address}/{created['id']}/groupPolicyOperations"))["value"]
        assert operation["operationStatus"] == "failed"
        assert "example.admx, line 1" in operation["statusDetails"]

    def test_names_as_long_as_an_admx_likes_are_kept(self, writer: Client, address: str) -> None:
        long = samples.admx(
            target=f'<target prefix="{"p" * 400}" namespace="{"n" * 2000}"/>', revision=f'revision="1.{"0" * 90}"'
        )
        body = rows.an_upload_body(content=rows.in_base64(long.encode()))
        assert content(send(writer, "POST", address, body))["targetNamespace"] == "n" * 2000
        assert execution.perform(GroupPolicyOperation.objects.get().pk)
        assert GroupPolicyOperation.objects.get().operation_status == "success"

    @pytest.mark.parametrize(
        ("body", "naming"),
        [
            ({"content": rows.in_base64(b"<x/>")}, "uploadNewVersion"),
            ({"content": rows.in_base64(rows.ADMX)}, "uploadNewVersion"),
            ({"fileName": "other.admx"}, "uploadNewVersion"),
            ({"defaultLanguageCode": "de-DE"}, "uploadNewVersion"),
            ({LANGUAGES: [{"languageCode": "de-DE", "fileName": "a.adml", "content": "PA=="}]}, "addLanguageFiles"),
        ],
    )
    def test_a_patch_of_what_actions_change_is_400_naming_the_action(
        self, writer: Client, address: str, path: str, body: dict[str, Any], naming: str
    ) -> None:
        row = self.make(path)
        error = error_of(send(writer, "PATCH", f"{address}/{row.pk}", body | self.patch), 400, naming=naming)
        assert error["target"] in body
        row.refresh_from_db()
        assert row.display_name is None

    def test_what_the_server_owns_is_ignored_in_a_patch(self, writer: Client, address: str, path: str) -> None:
        row = self.make(path)
        owned = {name: value for name, value in self.owned_by_the_server.items() if name != "id"}
        read = content(send(writer, "PATCH", f"{address}/{row.pk}", owned | {"content": None, "fileName": None}))
        assert (read["status"], read["revision"], read["policyType"]) == ("available", "1.0", "admxIngested")

    def test_a_delete_is_a_remove_that_keeps_row_and_content(self, writer: Client, address: str, path: str) -> None:
        row = self.make(path)
        assert writer.delete(f"{address}/{row.pk}").status_code == 204
        file = DefinitionFile.objects.get(pk=row.pk)
        assert file.removed_date_time
        assert file.content.data == rows.ADMX
        operation = GroupPolicyOperation.objects.get()
        assert (operation.operation_type, operation.operation_status) == ("remove", "success")
        assert (operation.performed, operation.definition_file_id) == (True, row.pk)
        assert ids(writer.get(address)) == []

    @pytest.mark.parametrize("status", ["available", "uploadFailed", "none", "assigned", "removalFailed"])
    def test_a_file_in_any_state_but_busy_may_be_deleted(
        self, writer: Client, address: str, path: str, status: str
    ) -> None:
        assert writer.delete(f"{address}/{self.make(path, status=status).pk}").status_code == 204

    def test_a_busy_file_is_not_deleted(self, writer: Client, address: str) -> None:
        operation = rows.a_performed_operation()
        error = error_of(writer.delete(f"{address}/{operation.definition_file_id}"), 409)
        assert str(operation.pk) in error["message"]
        assert DefinitionFile.present.get().status == DefinitionFileStatus.UPLOAD_IN_PROGRESS

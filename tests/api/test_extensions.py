"""What the portal adds to Microsoft Graph: preflight, versions and their bytes, changes, findings, ways back."""

import io
import zipfile
import zlib
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from operations.models import AuditEvent, Content, DefinitionFile, GroupPolicyOperation, Version
from operations.services.operations import execution
from operations.services.templates import definition_files
from tests import rows
from tests.api.resource import ANSWER_TYPE, DATE, content, error_of, send

pytestmark = pytest.mark.django_db

ROOT = "/beta/deviceManagement"
FILES = f"{ROOT}/groupPolicyUploadedDefinitionFiles"
OPERATIONS = f"{ROOT}/groupPolicyOperations"
ENGLISH = {"fileName": "example.adml", "languageCode": "en-US", "content": rows.in_base64(rows.ADML)}
NEW_VERSION = {"content": rows.in_base64(rows.NEWER_ADMX), "groupPolicyUploadedLanguageFiles": [ENGLISH]}
FINDING = ["code", "severity", "group", "message", "remedy", "fileName", "languageCode", "line", "item"]
VERSION = ["number", "createdDateTime", "operationId", "fileName", "revision", "languageCodes", "policyCount", "sha256"]


@pytest.fixture
def file(db: None) -> DefinitionFile:
    """In its second version."""
    return rows.in_force(rows.a_new_version())


@pytest.fixture
def failed(db: None) -> GroupPolicyOperation:
    operation = rows.an_upload(rows.BROKEN_ADMX)
    execution.perform(operation.pk)
    operation.refresh_from_db()
    return operation


def stored() -> list[int]:
    return [model.objects.count() for model in (AuditEvent, Content, DefinitionFile, GroupPolicyOperation, Version)]


class TestPreflight:
    def test_an_upload_that_would_succeed_says_so_and_stores_nothing(self, reader: Client) -> None:
        reader.get(FILES)
        before = stored()
        response = send(reader, "POST", f"{FILES}/gpoPortal.preflight", rows.an_upload_body())
        body = content(response)
        assert response.status_code == 200
        assert response["Content-Type"] == ANSWER_TYPE
        assert list(body) == ["@odata.context", "wouldSucceed", "findings", "changes"]
        assert body["@odata.context"].endswith("/$metadata#gpoPortal.preflight")
        assert body["wouldSucceed"] is True
        assert body["changes"]["summary"]
        assert stored() == before

    def test_a_broken_template_is_told_by_its_findings(self, reader: Client) -> None:
        sent = rows.an_upload_body(content=rows.in_base64(rows.BROKEN_ADMX))
        body = content(send(reader, "POST", f"{FILES}/gpoPortal.preflight", sent))
        assert (body["wouldSucceed"], body["changes"]) == (False, None)
        finding = body["findings"][0]
        assert list(finding) == FINDING
        assert (finding["severity"], finding["fileName"], finding["languageCode"]) == ("error", "example.admx", None)
        assert finding["message"]
        assert finding["remedy"]

    def test_a_new_version_is_compared_with_what_is_in_force(self, reader: Client) -> None:
        file = rows.in_force(rows.an_upload())
        body = content(send(reader, "POST", f"{FILES}/{file.pk}/gpoPortal.preflight", NEW_VERSION))
        assert body["wouldSucceed"] is True
        assert body["changes"]["changes"]
        same = NEW_VERSION | {"content": rows.in_base64(rows.ADMX)}
        assert content(send(reader, "POST", f"{FILES}/{file.pk}/gpoPortal.preflight", same))["changes"]["changes"] == []

    @pytest.mark.parametrize(
        ("below", "body", "target"),
        [
            ("", {}, "fileName"),
            ("", {"fileName": "example.admx"}, "content"),
            ("", rows.an_upload_body(fileName="example.txt"), "fileName"),
            ("", rows.an_upload_body(zebra=1), "zebra"),
            ("", rows.an_upload_body(groupPolicyUploadedLanguageFiles=[{"languageCode": "en-US"}]),
             "groupPolicyUploadedLanguageFiles/0/fileName"),
            ("/{id}", {}, "content"),
            ("/{id}", {"content": ""}, "content"),
            ("/{id}", NEW_VERSION | {"fileName": "example.admx"}, "fileName"),
        ],
    )  # fmt: skip
    def test_what_the_operation_would_refuse_at_once_is_refused_here_too(
        self, reader: Client, file: DefinitionFile, below: str, body: dict[str, Any], target: str
    ) -> None:
        at = f"{FILES}{below.format(id=file.pk)}/gpoPortal.preflight"
        assert error_of(send(reader, "POST", at, body), 400)["target"] == target

    def test_of_an_unknown_file_it_is_404(self, reader: Client) -> None:
        error_of(send(reader, "POST", f"{FILES}/{rows.an_unknown_id()}/gpoPortal.preflight", NEW_VERSION), 404)


class TestVersions:
    def test_each_tells_what_was_in_force(self, reader: Client, file: DefinitionFile) -> None:
        response = reader.get(f"{FILES}/{file.pk}/gpoPortal.versions")
        newest, oldest = content(response)["value"]
        assert content(response)["@odata.context"].endswith(f"Files('{file.pk}')/gpoPortal.versions")
        assert list(newest) == VERSION
        assert (newest["number"], oldest["number"]) == (2, 1)
        assert DATE.match(newest["createdDateTime"])
        assert file.version is not None
        assert newest["operationId"] == str(file.version.operation_id)
        assert newest["languageCodes"] == ["en-US"]
        assert (newest["fileName"], newest["revision"], newest["policyCount"]) == ("example.admx", "1.0", 1)
        assert newest["sha256"] == file.content_id != oldest["sha256"]
        one = content(reader.get(f"{FILES}('{file.pk}')/gpoPortal.versions/1"))
        assert one["@odata.type"] == "#gpoPortal.version"
        assert one.items() >= oldest.items()

    def test_a_list_pages_and_costs_the_same_at_any_size(self, reader: Client) -> None:
        file = rows.a_definition_file()
        for _ in range(9):
            rows.a_version(file)
        costs, seen, at = [], [], f"{FILES}/{file.pk}/gpoPortal.versions?$top=4"
        while at:
            with CaptureQueriesContext(connection) as asked:
                page = content(reader.get(at))
            costs.append(len(asked))
            seen += [row["number"] for row in page["value"]]
            at = page.get("@odata.nextLink", "")
        assert seen == list(range(10, 0, -1))
        assert len(set(costs)) == 1

    @pytest.mark.parametrize(
        ("below", "name", "kind", "data"),
        [
            ("1/content", "example.admx", "application/octet-stream", rows.ADMX),
            ("2/content", "example.admx", "application/octet-stream", rows.NEWER_ADMX),
            ("2/content/en-US", "example.adml", "application/octet-stream", rows.ADML),
            ("2/content('EN-us')", "example.adml", "application/octet-stream", rows.ADML),
        ],
    )
    @pytest.mark.parametrize("accept", ["*/*", "application/octet-stream", "text/html"])
    def test_the_bytes_come_back_as_they_were_handed_in(
        self, reader: Client, file: DefinitionFile, below: str, name: str, kind: str, data: bytes, accept: str
    ) -> None:
        response = reader.get(f"{FILES}/{file.pk}/gpoPortal.versions/{below}", headers={"accept": accept})
        assert response.status_code == 200, response.content
        assert response.content == data
        assert response["Content-Type"] == kind
        assert response["Content-Disposition"] == f'attachment; filename="{name}"'
        assert response["X-Content-Type-Options"] == "nosniff"

    def test_a_zip_holds_a_policy_definitions_folder(self, reader: Client, file: DefinitionFile) -> None:
        response = reader.get(f"{FILES}/{file.pk}/gpoPortal.versions/1/zip")
        assert response["Content-Type"] == "application/zip"
        assert response["Content-Disposition"] == 'attachment; filename="example-1.zip"'
        with zipfile.ZipFile(io.BytesIO(response.content)) as archive:
            assert {name: archive.read(name) for name in archive.namelist()} == {
                "PolicyDefinitions/example.admx": rows.ADMX,
                "PolicyDefinitions/en-US/example.adml": rows.ADML,
            }

    @pytest.mark.parametrize(
        "below",
        ["3", "0", "x", "-1", "１", "9999999999", "3/content", "x/zip", "1/content/de-DE", "1/content/x"],
    )
    def test_what_is_not_kept_is_404_in_the_envelope(self, reader: Client, file: DefinitionFile, below: str) -> None:
        error_of(reader.get(f"{FILES}/{file.pk}/gpoPortal.versions/{below}"), 404)

    def test_they_outlive_the_removal_of_their_file(self, reader: Client, file: DefinitionFile) -> None:
        definition_files.remove_at_once(by=rows.everybody(), definition_file_id=file.pk)
        at = f"{FILES}/{file.pk}/gpoPortal.versions"
        assert len(content(reader.get(at))["value"]) == 2
        assert reader.get(f"{at}/2/content").content == rows.NEWER_ADMX


class TestChanges:
    def test_two_versions_are_compared_either_way(self, reader: Client, file: DefinitionFile) -> None:
        at = f"{FILES}/{file.pk}/gpoPortal.changes"
        forth, back = (content(reader.get(f"{at}?from={one}&to={other}")) for one, other in ((1, 2), (2, 1)))
        assert set(forth) == {
            "@odata.context", "from", "to", "summary", "counts", "breakingCount", "unchangedPolicies", "changes",
        }  # fmt: skip
        assert (forth["from"], forth["to"]) == (1, 2)
        assert forth["changes"]
        assert {(one.get("old"), one.get("new")) for one in forth["changes"]} == {
            (one.get("new"), one.get("old")) for one in back["changes"]
        }
        assert content(reader.get(f"{at}?from=2&to=2"))["changes"] == []

    @pytest.mark.parametrize(
        ("query", "status", "target"),
        [
            ("", 400, "from"),
            ("from=1", 400, "to"),
            ("from=x&to=2", 400, "from"),
            ("from=1&to=0", 400, "to"),
            ("from=1&from=2&to=2", 400, "from"),
            ("from=1&to=2&$top=1", 400, "$top"),
            ("from=1&to=3", 404, "version"),
        ],
    )
    def test_versions_that_are_none_are_refused(
        self, reader: Client, file: DefinitionFile, query: str, status: int, target: str
    ) -> None:
        response = reader.get(f"{FILES}/{file.pk}/gpoPortal.changes?{query}")
        assert error_of(response, status)["target"] == target


class TestOperations:
    @pytest.mark.parametrize("nested", [False, True])
    def test_findings_are_told_with_everything_that_is_known(
        self, reader: Client, failed: GroupPolicyOperation, nested: bool
    ) -> None:
        below = f"{FILES}/{failed.definition_file_id}/groupPolicyOperations" if nested else OPERATIONS
        found = content(reader.get(f"{below}/{failed.pk}/gpoPortal.findings"))["value"]
        assert len(found) == failed.findings.count() > 0
        assert list(found[0]) == FINDING
        assert (found[0]["severity"], found[0]["languageCode"]) == ("error", None)

    def test_a_recorded_operation_has_no_findings(self, reader: Client) -> None:
        operation = rows.a_recorded_operation()
        assert content(reader.get(f"{OPERATIONS}/{operation.pk}/gpoPortal.findings"))["value"] == []

    @pytest.mark.parametrize("body", [None, {}])
    def test_a_retry_is_a_new_operation(
        self, writer: Client, failed: GroupPolicyOperation, body: dict[str, Any] | None
    ) -> None:
        response = send(writer, "POST", f"{OPERATIONS}/{failed.pk}/gpoPortal.retry", body)
        created = content(response)
        assert response.status_code == 201
        assert (created["operationType"], created["operationStatus"]) == ("upload", "inProgress")
        assert response["Location"] == f"http://testserver{OPERATIONS}/{created['id']}"
        assert GroupPolicyOperation.objects.get(pk=created["id"]).retry_of == failed
        error_of(send(writer, "POST", f"{OPERATIONS}/{failed.pk}/gpoPortal.retry"), 409)

    def test_what_waits_can_be_cancelled_once(self, writer: Client) -> None:
        operation = rows.an_upload()
        at = f"{OPERATIONS}/{operation.pk}/gpoPortal.cancel"
        response = send(writer, "POST", at)
        assert (response.status_code, response.content) == (204, b"")
        assert content(writer.get(f"{OPERATIONS}/{operation.pk}"))["operationStatus"] == "failed"
        error_of(send(writer, "POST", at), 409)

    @pytest.mark.parametrize("action", ["retry", "cancel"])
    def test_a_recorded_operation_can_be_neither(self, writer: Client, action: str) -> None:
        operation = rows.a_recorded_operation(operation_status="failed")
        error_of(send(writer, "POST", f"{OPERATIONS}/{operation.pk}/gpoPortal.{action}"), 409)
        error_of(send(writer, "POST", f"{OPERATIONS}/{operation.pk}/gpoPortal.{action}", {"zebra": 1}), 400)


class TestWaysBack:
    def test_a_roll_back_brings_the_old_bytes_into_force(self, writer: Client, file: DefinitionFile) -> None:
        response = send(writer, "POST", f"{FILES}/{file.pk}/gpoPortal.rollBack", {"version": 1})
        assert (response.status_code, response.content) == (204, b"")
        file = rows.in_force(GroupPolicyOperation.objects.get(operation_status="inProgress"))
        assert file.version is not None
        assert file.version.number == 3
        assert writer.get(f"{FILES}/{file.pk}/gpoPortal.versions/3/content").content == rows.ADMX

    @pytest.mark.parametrize(
        ("body", "status"),
        [
            ({}, 400),
            ({"version": None}, 400),
            ({"version": "1"}, 400),
            ({"version": True}, 400),
            ({"version": 1.0}, 400),
            ({"version": 0}, 400),
            ({"version": 2**31}, 400),
            ({"zebra": 1}, 400),
            ({"version": 3}, 404),
            ({"version": 2}, 409),
        ],
    )
    def test_a_version_that_is_none_or_in_force_is_refused(
        self, writer: Client, file: DefinitionFile, body: dict[str, Any], status: int
    ) -> None:
        error_of(send(writer, "POST", f"{FILES}/{file.pk}/gpoPortal.rollBack", body), status)

    @pytest.mark.parametrize(
        ("body", "data"), [(None, rows.NEWER_ADMX), ({}, rows.NEWER_ADMX), ({"version": 1}, rows.ADMX)]
    )
    def test_a_removed_file_is_restored(
        self, writer: Client, file: DefinitionFile, body: dict[str, Any] | None, data: bytes
    ) -> None:
        at = f"{FILES}/{file.pk}/gpoPortal.restore"
        error_of(send(writer, "POST", at, body), 409)
        assert writer.delete(f"{FILES}/{file.pk}").status_code == 204
        assert send(writer, "POST", at, body).status_code == 204
        error_of(send(writer, "POST", at, body), 409)
        rows.in_force(GroupPolicyOperation.objects.get(operation_status="inProgress"))
        assert content(writer.get(f"{FILES}/{file.pk}"))["status"] == "available"
        assert writer.get(f"{FILES}/{file.pk}/gpoPortal.versions/3/content").content == data


@pytest.mark.parametrize(
    "path",
    [
        f"{FILES}/{{file}}/gpoPortal.rollBack",
        f"{FILES}/{{file}}/gpoPortal.restore",
        f"{OPERATIONS}/{{operation}}/gpoPortal.retry",
        f"{OPERATIONS}/{{operation}}/gpoPortal.cancel",
    ],
)
def test_what_changes_something_is_post_only_and_not_for_readers(
    reader: Client, writer: Client, file: DefinitionFile, path: str
) -> None:
    at = path.format(file=file.pk, operation=file.operations.all()[0].pk)
    error_of(send(reader, "POST", at, {"version": 1} if "rollBack" in at else None), 403)
    response = writer.get(at)
    error_of(response, 405)
    assert response["Allow"] == "POST"


@pytest.mark.parametrize("below", ["versions", "versions/1", "versions/1/content", "versions/1/zip", "changes"])
def test_what_is_read_is_get_only_and_needs_a_file_and_a_token(
    client: Client, writer: Client, file: DefinitionFile, below: str
) -> None:
    query = "?from=1&to=2" if below == "changes" else ""
    error_of(client.get(f"{FILES}/{file.pk}/gpoPortal.{below}"), 401)
    error_of(writer.get(f"{FILES}/{rows.an_unknown_id()}/gpoPortal.{below}{query}"), 404)
    error_of(send(writer, "POST", f"{FILES}/{file.pk}/gpoPortal.{below}", {}), 405)


def test_names_come_in_any_letter_case_and_unknown_ones_are_refused(reader: Client, file: DefinitionFile) -> None:
    assert reader.get(f"{FILES}/{file.pk}/GPOPORTAL.VERSIONS").status_code == 200
    error_of(reader.get(f"{FILES}/{file.pk}/gpoPortal.nonsense"), 400, naming="gpoPortal.nonsense")


@pytest.mark.parametrize("path", ["content", "content/en-US", "zip"])
def test_bytes_that_somebody_exchanged_are_not_handed_out(reader: Client, file: DefinitionFile, path: str) -> None:
    Content.objects.update(compressed=zlib.compress(b"exchanged"))
    answer = reader.get(f"{FILES}/{file.pk}/gpoPortal.versions/1/{path}")
    assert "somebody changed them in the database" in error_of(answer, 500)["message"]
    assert b"exchanged" not in answer.content

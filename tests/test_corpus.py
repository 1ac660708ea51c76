"""Every family of real templates goes in by REST, as real clients send it, and by the admin's form."""

import base64
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from operations import admx
from operations.choices import OperationStatus
from operations.models import DefinitionFile, GroupPolicyOperation, User
from operations.services.operations import execution
from tests.conftest import CORPUS

FILES = "/beta/deviceManagement/groupPolicyUploadedDefinitionFiles"
ADD = "/admin/operations/grouppolicyoperation/add/"
# What is wrong with those that fail, in words a person understands.
BROKEN = {
    "thunderbird-broken-esr140/thunderbird.admx": "has no key",
    # Its base, NetworkConnections.admx, is not among the real files at hand.
    "windows/WindowsFirewall.admx": "NamespaceMissing:Microsoft.Policies.NetworkConnections",
    "thunderbird/mozilla.admx": "The text “mozilla” is missing in en-US",
}
# Whom a template needs that does not come with its own family.
FROM_OTHERS = {
    "Microsoft.Policies.Windows": "windows/Windows.admx",
    "Mozilla.Policies": "mozilla/mozilla.admx",
}
FAMILIES = sorted(path.name for path in CORPUS.iterdir() if path.is_dir()) if CORPUS.is_dir() else ["corpus"]


def templates(family: Path) -> list[Path]:
    """In the order in which they can go in, with what they need from other families before them."""
    read = {path: definitions_of(path) for path in sorted(family.glob("*.admx"))}
    missing = {
        dependency.namespace
        for definitions in read.values()
        for dependency in admx.dependencies(definitions)
        if dependency.kind is admx.DependencyKind.HARD
    } - {definitions.target_namespace for path, definitions in read.items() if name_of(path) not in BROKEN}
    before = [FROM_OTHERS[namespace] for namespace in sorted(missing & FROM_OTHERS.keys())]
    bases = [path for name in before for path in (*templates_needed(CORPUS / name), CORPUS / name)]
    in_order = admx.order(list(read.values())).in_order
    path_of = {id(definitions): path for path, definitions in read.items()}
    return list(dict.fromkeys([*bases, *(path_of[id(definitions)] for definitions in in_order)]))


def templates_needed(path: Path) -> list[Path]:
    needed = [
        dependency.namespace
        for dependency in admx.dependencies(definitions_of(path))
        if dependency.kind is admx.DependencyKind.HARD
    ]
    return [CORPUS / FROM_OTHERS[namespace] for namespace in needed]


def definitions_of(path: Path) -> admx.Definitions:
    definitions = admx.read(admx.SourceFile(path.name, path.read_bytes()), [], default_language="en-US").definitions
    assert definitions
    return definitions


def name_of(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"


def languages(definition: Path) -> list[Path]:
    return sorted(path for path in definition.parent.glob("*/*.adml") if path.stem.lower() == definition.stem.lower())


def default_language(definition: Path) -> str:
    """English where there is English, as an administrator would choose."""
    codes = [path.parent.name for path in languages(definition)]
    return next((code for code in codes if code.lower() == "en-us"), codes[0] if codes else "en-US")


def encoded(path: Path) -> str:
    return base64.b64encode(path.read_bytes()).decode()


def as_graph_body(definition: Path) -> dict[str, Any]:
    return {
        "@odata.type": "#microsoft.graph.groupPolicyUploadedDefinitionFile",
        "content": encoded(definition),
        "fileName": definition.name,
        "defaultLanguageCode": default_language(definition),
        "groupPolicyUploadedLanguageFiles": [
            {"fileName": path.name, "languageCode": path.parent.name, "content": encoded(path)}
            for path in languages(definition)
        ],
    }


def as_form(definition: Path) -> dict[str, Any]:
    form: dict[str, Any] = {
        "operation_type": "upload",
        "how": "perform",
        "admx": SimpleUploadedFile(definition.name, definition.read_bytes()),
        "default_language_code": default_language(definition),
        "languages-TOTAL_FORMS": len(languages(definition)),
        "languages-INITIAL_FORMS": 0,
    }
    for index, path in enumerate(languages(definition)):
        form[f"languages-{index}-adml"] = SimpleUploadedFile(path.name, path.read_bytes())
        form[f"languages-{index}-language_code"] = path.parent.name
    return form


def expect_end(definition: Path, operation: GroupPolicyOperation) -> None:
    name = name_of(definition)
    file = DefinitionFile.objects.get(operations=operation)
    if name in BROKEN:
        assert operation.operation_status == OperationStatus.FAILED
        assert BROKEN[name] in (operation.status_details or "")
        assert file.status == "uploadFailed"
    else:
        assert operation.operation_status == OperationStatus.SUCCESS, (name, operation.status_details)
        assert (operation.status_details or "").startswith("Imported ")
        assert file.status == "available"


@pytest.mark.sqlite_only
@pytest.mark.parametrize("family", FAMILIES)
def test_each_family_goes_in_by_rest(corpus: Path, writer: Client, family: str) -> None:
    for definition in templates(corpus / family):
        answer = writer.post(FILES, as_graph_body(definition), content_type="application/json")
        assert answer.status_code == 201, answer.content
        file_id = answer.json()["id"]
        operation = GroupPolicyOperation.objects.get(definition_file_id=file_id)
        assert execution.perform(operation.pk)
        operation.refresh_from_db()
        expect_end(definition, operation)
        shown = writer.get(f"{FILES}/{file_id}").json()
        if shown["status"] == "available":
            assert shown["languageCodes"] == sorted(path.parent.name for path in languages(definition))


@pytest.mark.sqlite_only
@pytest.mark.parametrize("family", FAMILIES)
def test_each_family_goes_in_by_the_admins_form(corpus: Path, client: Client, administrator: User, family: str) -> None:
    client.force_login(administrator)
    for definition in templates(corpus / family):
        answer = client.post(ADD, as_form(definition))
        assert answer.status_code == 302, answer.content
        operation = GroupPolicyOperation.objects.order_by("created_date_time").last()
        assert operation is not None
        assert execution.perform(operation.pk)
        operation.refresh_from_db()
        expect_end(definition, operation)
        page = client.get(answer["Location"]).content.decode()
        assert ("Failed" if operation.operation_status == "failed" else "Imported ") in page

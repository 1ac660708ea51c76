"""Definitions, categories and presentations of what is in force: read, and followed from one to the other."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from operations.models import DefinitionFile
from operations.services.templates import definition_files
from tests import rows
from tests.admx import samples
from tests.api.resource import error_of, ids
from tests.every_control import ADML, BELOW, SETTINGS

pytestmark = pytest.mark.django_db

ROOT = "/beta/deviceManagement"
OF_GRAPH: dict[str, dict[str, Any]] = {
    "Text": {},
    "CheckBox": {"defaultChecked": True},
    "DecimalTextBox": {"defaultValue": 3, "minValue": 2, "maxValue": 8, "required": False, "spin": True, "spinStep": 1},
    "TextBox": {"defaultValue": "hi", "maxLength": 20, "required": True},
    "ComboBox": {"defaultValue": "a", "maxLength": 1023, "required": False, "suggestions": ["a"]},
    "MultiTextBox": {"maxLength": 1023, "maxStrings": 0, "required": False},
    "ListBox": {"explicitValue": False, "valuePrefix": "v"},
    "DropdownList": {
        "defaultItem": {"displayName": "Example", "value": "1"},
        "items": [{"displayName": "Example", "value": "1"}],
        "required": False,
    },
    "LongDecimalTextBox": {
        "defaultValue": 1, "minValue": 0, "maxValue": 9999, "required": False, "spin": True, "spinStep": 1,
    },
}  # fmt: skip


@pytest.fixture
def file(db: None) -> DefinitionFile:
    return rows.in_force(
        rows.an_upload(samples.admx(samples.POLICY, SETTINGS, categories=BELOW).encode(), ADML.encode())
    )


def listed(client: Client, path: str) -> list[dict[str, Any]]:
    response = client.get(f"{ROOT}/{path}")
    assert response.status_code == 200, response.content
    found: list[dict[str, Any]] = response.json()["value"]
    return found


def one(client: Client, path: str) -> dict[str, Any]:
    response = client.get(f"{ROOT}/{path}")
    assert response.status_code == 200, response.content
    found: dict[str, Any] = response.json()
    return {name: value for name, value in found.items() if name != "@odata.context"}


def test_a_definition_has_graphs_properties(reader: Client, file: DefinitionFile) -> None:
    definitions = listed(reader, f"groupPolicyUploadedDefinitionFiles/{file.pk}/definitions")
    assert sorted((row["displayName"], row["classType"]) for row in definitions) == [
        ("Use a proxy", "machine"), ("Use a proxy", "machine"), ("Use a proxy", "user"),
    ]  # fmt: skip
    user = next(row for row in definitions if row["classType"] == "user")
    shown = one(reader, f"groupPolicyDefinitions/{user['id']}")
    assert shown.pop("@odata.type") == "#microsoft.graph.groupPolicyDefinition"
    assert shown == user
    category = one(reader, f"groupPolicyDefinitions/{user['id']}/category")
    del shown["id"], shown["lastModifiedDateTime"]
    assert shown == {
        "categoryPath": "\\Example\\Inside",
        "classType": "user",
        "displayName": "Use a proxy",
        "explainText": "Sends traffic through a proxy.",
        "groupPolicyCategoryId": category["id"],
        "hasRelatedDefinitions": True,
        "minDeviceCspVersion": None,
        "minUserCspVersion": None,
        "policyType": "admxIngested",
        "supportedOn": None,
        "version": "1.0",
    }


def test_each_presentation_is_of_its_subtype_with_its_properties(reader: Client, file: DefinitionFile) -> None:
    definition = next(row for row in listed(reader, "groupPolicyDefinitions") if row["classType"] == "user")
    at = f"groupPolicyDefinitions/{definition['id']}/presentations"
    seen = {}
    for row in listed(reader, at):
        kind = row.pop("@odata.type").removeprefix("#microsoft.graph.groupPolicyPresentation")
        assert set(row) >= {"id", "label", "lastModifiedDateTime"}
        same = one(reader, f"{at}/{row['id']}")
        assert same.pop("@odata.type").endswith(kind)
        assert same == row
        assert one(reader, f"{at}/{row['id']}/definition")["id"] == definition["id"]
        seen[kind] = {name: row[name] for name in row if name not in {"id", "label", "lastModifiedDateTime"}}
    assert seen == OF_GRAPH


def test_categories_form_a_tree_that_can_be_walked(reader: Client, file: DefinitionFile) -> None:
    root, inside = sorted(listed(reader, "groupPolicyCategories"), key=lambda row: not row["isRoot"])
    assert (root["displayName"], root["isRoot"], root["ingestionSource"]) == ("Example", True, "custom")
    assert (inside["displayName"], inside["isRoot"]) == ("Inside", False)
    assert [row["id"] for row in listed(reader, f"groupPolicyCategories/{root['id']}/children")] == [inside["id"]]
    assert one(reader, f"groupPolicyCategories('{inside['id']}')/parent")["id"] == root["id"]
    assert reader.get(f"{ROOT}/groupPolicyCategories/{root['id']}/parent").status_code == 204
    assert len(listed(reader, f"groupPolicyCategories/{inside['id']}/definitions")) == 2
    assert one(reader, f"groupPolicyCategories/{inside['id']}/definitionFile")["id"] == str(file.pk)


def test_definition_files_are_the_uploaded_ones_and_casts_lead_to_their_operations(
    reader: Client, file: DefinitionFile
) -> None:
    (row,) = listed(reader, "groupPolicyDefinitionFiles")
    assert row["@odata.type"] == "#microsoft.graph.groupPolicyUploadedDefinitionFile"
    assert row["id"] == str(file.pk)
    cast = f"groupPolicyDefinitionFiles/{file.pk}/microsoft.graph.groupPolicyUploadedDefinitionFile"
    assert one(reader, cast)["id"] == str(file.pk)
    (operation,) = listed(reader, f"{cast}/groupPolicyOperations")
    assert operation["operationType"] == "upload"
    assert len(listed(reader, f"groupPolicyDefinitionFiles/{file.pk}/definitions")) == 3
    definition = listed(reader, "groupPolicyDefinitions")[0]
    assert one(reader, f"groupPolicyDefinitions/{definition['id']}/definitionFile")["id"] == str(file.pk)


@pytest.mark.parametrize("navigation", ["nextVersionDefinition", "previousVersionDefinition"])
def test_an_imported_definition_has_no_other_version(reader: Client, file: DefinitionFile, navigation: str) -> None:
    definition = listed(reader, "groupPolicyDefinitions")[0]
    assert reader.get(f"{ROOT}/groupPolicyDefinitions/{definition['id']}/{navigation}").status_code == 204


@pytest.mark.parametrize("name", ["groupPolicyDefinitionFiles", "groupPolicyDefinitions", "groupPolicyCategories"])
def test_everything_is_only_read(writer: Client, file: DefinitionFile, name: str) -> None:
    row = listed(writer, name)[0]
    for path in (f"{ROOT}/{name}", f"{ROOT}/{name}/{row['id']}"):
        for method in ("post", "patch", "delete"):
            response = getattr(writer, method)(path, {}, content_type="application/json")
            error_of(response, 405)
            assert response["Allow"] == "GET, HEAD"
    error_of(writer.get(f"{ROOT}/{name}/{rows.an_unknown_id()}"), 404)
    error_of(writer.get(f"{ROOT}/{name}?$filter=x"), 400)


@pytest.mark.parametrize(
    "path",
    [
        "groupPolicyDefinitions/{0}/presentations",
        "groupPolicyDefinitions/{0}/category",
        "groupPolicyDefinitions/{0}/nextVersionDefinition",
        "groupPolicyCategories/{0}/children",
        "groupPolicyCategories/{0}/parent",
        "groupPolicyDefinitionFiles/{0}/definitions",
    ],
)
def test_below_an_unknown_row_there_is_nothing(reader: Client, path: str) -> None:
    error_of(reader.get(f"{ROOT}/{path.format(rows.an_unknown_id())}"), 404)


def test_what_was_removed_can_no_longer_be_browsed(reader: Client, file: DefinitionFile) -> None:
    definition_files.remove_at_once(by=rows.everybody(), definition_file_id=file.pk)
    for name in ("groupPolicyDefinitionFiles", "groupPolicyDefinitions", "groupPolicyCategories"):
        assert listed(reader, name) == []


def test_a_list_costs_the_same_queries_at_any_size_and_pages_through_all(reader: Client) -> None:
    many = [samples.POLICY.replace('name="Proxy"', f'name="Policy{number}"') for number in range(25)]
    rows.in_force(rows.an_upload(samples.admx(*many).encode()))
    costs = []
    for size in (2, 20):
        with CaptureQueriesContext(connection) as asked:
            assert len(listed(reader, f"groupPolicyDefinitions?$top={size}")) == size
        costs.append(len(asked))
    assert costs[0] == costs[1]
    seen, at = [], f"{ROOT}/groupPolicyDefinitions?$top=10"
    while at:
        page = reader.get(at)
        seen += ids(page)
        at = page.json().get("@odata.nextLink", "")
    assert len(seen) == len(set(seen)) == 25

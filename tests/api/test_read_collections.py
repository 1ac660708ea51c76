"""The collections that are only read, each keeping the contract."""

from typing import Any

import pytest

from operations.models import DefinitionFile, GroupPolicyCategory, GroupPolicyDefinition, GroupPolicyPresentation
from tests import rows
from tests.api.contract import ReadOnlyContract

pytestmark = pytest.mark.django_db


class TestBaseDefinitionFiles(ReadOnlyContract):
    odata_type = "microsoft.graph.groupPolicyUploadedDefinitionFile"
    rows_say_their_type = True
    members = [
        *("displayName", "description", "languageCodes", "targetPrefix", "targetNamespace", "policyType", "revision"),
        *("fileName", "id", "lastModifiedDateTime", "status", "content", "uploadDateTime", "defaultLanguageCode"),
        "groupPolicyUploadedLanguageFiles",
    ]

    @pytest.fixture
    def path(self, db: None) -> str:
        return "groupPolicyDefinitionFiles"

    def make(self, path: str, **values: Any) -> DefinitionFile:
        return rows.a_definition_file(**values)


class DefinitionContract(ReadOnlyContract):
    odata_type = "microsoft.graph.groupPolicyDefinition"
    members = [
        *("categoryPath", "classType", "displayName", "explainText", "groupPolicyCategoryId", "hasRelatedDefinitions"),
        *("id", "lastModifiedDateTime", "minDeviceCspVersion", "minUserCspVersion", "policyType", "supportedOn"),
        "version",
    ]

    @pytest.fixture
    def fragment(self, path: str) -> str:
        return "groupPolicyDefinitions"


class TestDefinitions(DefinitionContract):
    @pytest.fixture
    def path(self, db: None) -> str:
        return "groupPolicyDefinitions"

    def make(self, path: str, **values: Any) -> GroupPolicyDefinition:
        return rows.a_definition(**values)


@pytest.mark.parametrize("collection", ["groupPolicyUploadedDefinitionFiles", "groupPolicyDefinitionFiles"])
class TestDefinitionsOfAFile(DefinitionContract):
    @pytest.fixture
    def path(self, db: None, collection: str) -> str:
        rows.a_definition(definition_file=rows.a_definition_file())
        return f"{collection}/{rows.a_definition_file().pk}/definitions"

    def make(self, path: str, **values: Any) -> GroupPolicyDefinition:
        file = DefinitionFile.objects.get(pk=path.split("/")[1])
        return rows.a_definition(definition_file=file, **values)


class TestCategories(ReadOnlyContract):
    odata_type = "microsoft.graph.groupPolicyCategory"
    members = ["displayName", "id", "ingestionSource", "isRoot", "lastModifiedDateTime"]

    @pytest.fixture
    def path(self, db: None) -> str:
        return "groupPolicyCategories"

    def make(self, path: str, **values: Any) -> GroupPolicyCategory:
        return rows.a_category(**values)


class TestPresentations(ReadOnlyContract):
    odata_type = "microsoft.graph.groupPolicyPresentationCheckBox"
    rows_say_their_type = True
    members = ["id", "label", "lastModifiedDateTime", "defaultChecked"]

    @pytest.fixture
    def path(self, db: None) -> str:
        return f"groupPolicyDefinitions/{rows.a_definition().pk}/presentations"

    @pytest.fixture
    def fragment(self, path: str) -> str:
        _, definition, _ = path.split("/")
        return f"groupPolicyDefinitions('{definition}')/presentations"

    def make(self, path: str, **values: Any) -> GroupPolicyPresentation:
        return rows.a_presentation(definition_id=path.split("/")[1], **values)

    def make_many(self, path: str, number: int) -> list[str]:
        """They come in the order in which an editor shows them."""
        return [str(self.make(path, position=position).pk) for position in range(1, number + 1)]

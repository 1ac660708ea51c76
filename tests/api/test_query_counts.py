"""How many statements each endpoint costs, authentication included, whatever the number of rows. Reviewed by hand."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from operations.models import GroupPolicyCategory, GroupPolicyDefinition, GroupPolicyOperation
from tests import rows
from tests.admx import samples
from tests.api.resource import statements
from tests.every_control import ADML, BELOW, SETTINGS

pytestmark = pytest.mark.django_db

# A growth needs a reason that a reviewer believes.
COSTS = {
    "groupPolicyOperations": 2,
    "groupPolicyOperations?$count=true": 3,
    "groupPolicyOperations?$filter=operationStatus eq 'failed'&$orderby=lastModifiedDateTime": 2,
    "groupPolicyOperations?$orderby=statusDetails": 3,
    "groupPolicyOperations?$search=x": 2,
    "groupPolicyOperations/$count": 2,
    "groupPolicyOperations/{operation}": 2,
    "groupPolicyUploadedDefinitionFiles": 3,
    "groupPolicyUploadedDefinitionFiles?$expand=groupPolicyOperations": 4,
    "groupPolicyUploadedDefinitionFiles?$expand=groupPolicyOperations,definitions($expand=presentations)": 6,
    "groupPolicyUploadedDefinitionFiles/{file}": 3,
    "groupPolicyUploadedDefinitionFiles/{file}?$expand=groupPolicyOperations": 4,
    "groupPolicyUploadedDefinitionFiles/{file}/groupPolicyOperations": 3,
    "groupPolicyUploadedDefinitionFiles/{file}/definitions": 3,
    "groupPolicyDefinitionFiles": 3,
    "groupPolicyDefinitions": 2,
    "groupPolicyDefinitions?$expand=category,definitionFile,presentations": 8,
    "groupPolicyDefinitions/{definition}": 2,
    "groupPolicyDefinitions/{definition}/category": 3,
    "groupPolicyDefinitions/{definition}/presentations": 3,
    "groupPolicyCategories": 2,
    "groupPolicyCategories?$expand=children($expand=definitions),parent": 6,
    "groupPolicyCategories/{category}/definitions": 3,
}


@pytest.fixture
def more() -> Callable[[int], dict[str, str]]:
    """Upload another such file, and name one row of each kind."""

    def upload(number: int) -> dict[str, str]:
        target = samples.target(f"Counted.{number}")
        admx = samples.admx(samples.POLICY, SETTINGS, categories=BELOW, target=target)
        file = rows.in_force(rows.an_upload(admx.encode(), ADML.encode()))
        rows.a_recorded_operation(definition_file=file, status_details="x")
        definition = GroupPolicyDefinition.objects.filter(definition_file=file, policy__name="Set").first()
        category = GroupPolicyCategory.objects.filter(definition_file=file, parent=None).first()
        operation = GroupPolicyOperation.objects.filter(definition_file=file).first()
        assert definition
        assert category
        assert operation
        return {
            "file": str(file.pk),
            "definition": str(definition.pk),
            "category": str(category.pk),
            "operation": str(operation.pk),
        }

    return upload


@pytest.mark.parametrize("address", COSTS)
def test_an_endpoint_costs_what_was_reviewed(
    reader: Client, more: Callable[[int], dict[str, str]], address: str
) -> None:
    costs = []
    for number in (1, 2):
        there = more(number)
        with CaptureQueriesContext(connection) as queries:
            response = reader.get(f"/beta/deviceManagement/{address.format(**there)}")
        assert response.status_code == 200, response.content
        costs.append(len(statements(queries)))
    assert costs == [COSTS[address]] * 2, statements(queries)

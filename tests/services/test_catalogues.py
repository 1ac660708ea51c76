"""The rows that are browsed."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from operations.models import DefinitionFile, GroupPolicyDefinition, Policy, Version
from operations.services.operations import execution
from operations.services.templates import catalogues
from tests import rows
from tests.admx import samples

pytestmark = pytest.mark.django_db


def test_what_was_imported_before_there_were_rows_is_read_once_more() -> None:
    file = rows.in_force(rows.an_upload())
    ids = set(GroupPolicyDefinition.objects.values_list("pk", flat=True))
    catalogues.erase(file)
    Version.objects.update(policy_names=[])
    assert catalogues.fill_missing() == 1
    assert set(GroupPolicyDefinition.objects.values_list("pk", flat=True)) == ids
    assert Policy.objects.get().category
    assert Version.objects.get().policy_names == ["Proxy"]
    assert catalogues.fill_missing() == 0


def test_what_was_removed_is_not_read_again() -> None:
    rows.in_force(rows.an_upload())
    catalogues.erase(DefinitionFile.objects.get())
    Version.objects.update(policy_names=[])
    DefinitionFile.objects.update(removed_date_time="2026-01-01T00:00:00Z")
    assert catalogues.fill_missing() == 0


def test_what_comes_into_force_costs_no_query_for_each_policy() -> None:
    counts = []
    for size in (1, 3, 40):  # all of one batch
        DefinitionFile.objects.update(removed_date_time=timezone.now())
        operation = rows.an_upload(samples.admx(*_policies(size)).encode())
        with CaptureQueriesContext(connection) as asked:
            assert execution.perform(operation.pk)
        counts.append(len(asked))
    assert counts[1] == counts[2]
    assert Policy.objects.count() == 44


def _policies(count: int) -> list[str]:
    return [samples.POLICY.replace('name="Proxy"', f'name="Policy{number}"') for number in range(count)]

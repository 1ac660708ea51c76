"""The rows that are browsed."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from operations.models import DefinitionFile, Policy
from operations.services.operations import execution
from tests import rows
from tests.admx import samples

pytestmark = pytest.mark.django_db


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

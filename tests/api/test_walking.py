"""Ten thousand rows walked page by page while a thousand change: nothing twice, nothing untouched missed."""

import random
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from operations.models import GroupPolicyOperation
from tests.api.resource import content

pytestmark = pytest.mark.django_db

ADDRESS = "/beta/deviceManagement/groupPolicyOperations"
ROWS, CHANGED, PAGE = 10_000, 1_000, 500


@pytest.fixture
def many(db: None) -> list[GroupPolicyOperation]:
    now = timezone.now() - timedelta(days=1)
    return GroupPolicyOperation.objects.bulk_create(
        GroupPolicyOperation(
            requested_by_type="client",
            requested_by_id="1",
            requested_by_name="Script",
            # Several of each moment, so that the id has to tell them apart.
            created_date_time=now - timedelta(seconds=number // 7),
            last_modified_date_time=now - timedelta(seconds=number // 7),
            status_details=f"Row {number % 50}",
        )
        for number in range(ROWS)
    )


@pytest.mark.parametrize("orderby", ["", "lastModifiedDateTime", "lastModifiedDateTime desc", "statusDetails desc"])
def test_a_walk_sees_every_untouched_row_once(reader: Client, many: list[GroupPolicyOperation], orderby: str) -> None:
    choose = random.Random(1)
    touched = choose.sample(many, CHANGED)
    gone, moved = {str(row.pk) for row in touched[: CHANGED // 2]}, {str(row.pk) for row in touched[CHANGED // 2 :]}
    seen: list[str] = []
    link = f"{ADDRESS}?$top={PAGE}" + (f"&$orderby={orderby}" if orderby else "")
    pages = 0
    while link:
        page = content(reader.get(link))
        seen += [row["id"] for row in page["value"]]
        link = page.get("@odata.nextLink", "")
        pages += 1
        for row in touched[: CHANGED // 40]:
            touched.remove(row)
            if str(row.pk) in gone:
                GroupPolicyOperation.objects.filter(pk=row.pk).delete()
            else:
                now = timezone.now()
                GroupPolicyOperation.objects.filter(pk=row.pk).update(last_modified_date_time=now, status_details="New")
    untouched = {str(row.pk) for row in many} - gone - moved
    assert untouched <= set(seen)
    assert len([one for one in seen if one in untouched]) == len(untouched), "none twice"
    if not orderby:  # a row that moves in the order may be met again; in this order nothing moves
        assert len(seen) == len(set(seen))
    assert pages >= (ROWS - CHANGED) // PAGE


@pytest.mark.parametrize("orderby", ["", "$orderby=lastModifiedDateTime desc&"])
def test_the_last_page_is_found_by_the_index_like_the_first(
    reader: Client, many: list[GroupPolicyOperation], orderby: str
) -> None:
    page = content(reader.get(f"{ADDRESS}?{orderby}$top=1000"))
    links = []
    while "@odata.nextLink" in page:
        links.append(page["@odata.nextLink"])
        page = content(reader.get(links[-1]))
    if connection.vendor != "sqlite":
        return  # its plan depends on its statistics; that it comes to an end is all there is to see
    with CaptureQueriesContext(connection) as queries:
        reader.get(links[-1])
    (read,) = [one["sql"] for one in queries.captured_queries if "_key_0" in one["sql"]]
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {read}")
        plan = " ".join(str(row[-1]) for row in cursor.fetchall())
    assert "SEARCH" in plan
    assert "TEMP B-TREE FOR ORDER BY" not in plan

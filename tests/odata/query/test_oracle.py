"""Random questions over random rows are answered as plain Python answers them; nonsense is 400 and nothing else."""

import os
import random
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from operations.api.resources import OPERATIONS, RESOURCES, UPLOADED_FILES
from operations.choices import OperationStatus
from operations.models import GroupPolicyOperation
from operations.odata.errors import ODataError
from operations.odata.query import filter_rows
from tests import rows
from tests.api.resource import content
from tests.odata.query import oracle
from tests.odata.query.test_filter import FILTERS, REFUSED

pytestmark = pytest.mark.django_db

FUZZ = os.environ.get("PORTAL_FUZZ") == "1"
PIECES = [
    "(",
    ")",
    "'",
    ",",
    "/",
    ":",
    "$",
    "eq",
    "ne",
    "and",
    "or",
    "not",
    "in",
    "any(",
    "all(",
    "null",
    "true",
    "0",
    "1",
    "-1",
    ".",
    "ä",
    "😀",
    "\t",
    "\x00",
    "�",
]


@pytest.fixture
def stored(db: None) -> list[oracle.Row]:
    """Sixty rows, and what the wire shows of each."""
    choose = random.Random(4)
    made = []
    for _ in range(60):
        moment = oracle.BEGIN + timedelta(minutes=choose.randint(-4, 4) * 20)
        status = choose.choice(oracle.STATUSES)
        operation = rows.a_recorded_operation(
            operation_type=choose.choice(oracle.TYPES),
            operation_status=status,
            status_details=choose.choice(oracle.TEXTS),
        )
        GroupPolicyOperation.objects.filter(pk=operation.pk).update(last_modified_date_time=moment)
        made.append(
            {
                "id": str(operation.pk),
                "operationType": operation.operation_type,
                "operationStatus": status,
                "statusDetails": operation.status_details,
                "lastModifiedDateTime": moment,
            }
        )
    return made


def test_the_oracle_tries_every_status() -> None:
    assert OperationStatus.values == oracle.STATUSES


@pytest.mark.parametrize("seed", range(20 if FUZZ else 4))
def test_a_random_filter_leaves_the_rows_for_which_it_is_true(stored: list[oracle.Row], seed: int) -> None:
    generator = oracle.Generator(seed)
    for _ in range(1_000 if FUZZ else 250):
        made = generator.condition(generator.random.randint(0, 4))
        wanted = {row["id"] for row in stored if made.of(row) is True}
        found = filter_rows(OPERATIONS.rows(), made.text, OPERATIONS.entity, RESOURCES.schema)
        assert {str(row.pk) for row in found} == wanted, made.text


def sort_value(name: str, row: oracle.Row) -> Any:
    value = row[name]
    if name in oracle.ENUMS:
        return (1, oracle.ENUMS[name].index(value))
    return (0, "") if value is None else (1, value)


@pytest.mark.parametrize("seed", range(200 if FUZZ else 25))
def test_random_orders_and_pages_are_those_of_a_sorted_list(
    reader: Client, stored: list[oracle.Row], seed: int
) -> None:
    choose = random.Random(seed)
    names = choose.sample(
        ["operationType", "operationStatus", "statusDetails", "lastModifiedDateTime"], choose.randint(1, 3)
    )
    keys = [(name, choose.random() < 0.5) for name in names]
    made = oracle.Generator(seed).condition(2)
    top, skip = choose.randint(1, 30), choose.choice([0, 0, 5, 100])
    wanted = sorted((row for row in stored if made.of(row) is True), key=lambda row: row["id"], reverse=keys[0][1])
    for name, descending in reversed(keys):
        wanted.sort(key=lambda row: sort_value(name, row), reverse=descending)
    orderby = ",".join(f"{name} {'desc' if descending else 'asc'}" for name, descending in keys)
    options = {"$filter": made.text, "$orderby": orderby, "$top": str(top), "$count": "true"}
    response = reader.get(
        "/beta/deviceManagement/groupPolicyOperations", options | ({"$skip": str(skip)} if skip else {})
    )
    seen: list[str] = []
    while True:
        page = content(response)
        assert page["@odata.count"] == len(wanted)
        assert len(page["value"]) <= top
        seen += [row["id"] for row in page["value"]]
        if "@odata.nextLink" not in page:
            break
        response = reader.get(page["@odata.nextLink"])
    assert seen == [row["id"] for row in wanted[skip:]]


def mutated(text: str, choose: random.Random) -> str:
    for _ in range(choose.randint(1, 4)):
        place = choose.randint(0, len(text))
        match choose.randint(0, 4):
            case 0:
                text = text[:place] + choose.choice(PIECES) + text[place:]
            case 1:
                text = text[:place] + text[place + choose.randint(1, 6) :]
            case 2:
                other = choose.choice(FILTERS)[0]
                text = text[:place] + other[choose.randint(0, len(other)) :]
            case 3:
                text = text[:place] + text[choose.randint(0, len(text)) :]
            case _:
                text = (
                    text[:place]
                    + chr(choose.choice([0, 39, 92, 160, 0x301, 0x1F600, choose.randint(32, 126)]))
                    + text[place:]
                )
    return text


@pytest.mark.parametrize("seed", range(40 if FUZZ else 2))
def test_whatever_is_asked_is_answered_or_refused_as_400(db: None, seed: int) -> None:
    rows.a_definition_file()
    choose = random.Random(seed)
    seeds = [text for text, _ in FILTERS] + [text for text, *_ in REFUSED if len(text) < 200]
    generator = oracle.Generator(seed)
    answered, refusals = 0, []
    for number in range(2_500 if FUZZ else 750):
        if number % 5 == 0:
            resource, text = OPERATIONS, mutated(generator.condition(3).text, choose)
        else:
            resource, text = UPLOADED_FILES, mutated(choose.choice(seeds), choose)
        try:
            with transaction.atomic():
                list(filter_rows(resource.rows(), text, resource.entity, RESOURCES.schema)[:1])
            answered += 1
        except ODataError as error:
            refusals.append((error.status_code, error.target))
    assert answered
    assert set(refusals) == {(400, "$filter")}

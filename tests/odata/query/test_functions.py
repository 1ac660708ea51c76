"""One table of functions: what stands in it can be parsed and compiled, and nothing else has to change for it."""

from typing import Any

import pytest
from django.db.models.functions import Trim

from operations.api.resources import RESOURCES, UPLOADED_FILES
from operations.models import DefinitionFile
from operations.odata.errors import ODataError
from operations.odata.query import filter_rows
from operations.odata.query.ast import ValueKind
from operations.odata.query.functions import FUNCTIONS, Function
from tests import rows

pytestmark = pytest.mark.django_db

# By type: a column, a literal, and the name of a property that has another type.
EXAMPLES = {
    ValueKind.STRING: ("fileName", "'x'", "uploadDateTime"),
    ValueKind.DATE_TIME: ("uploadDateTime", "2026-01-31T10:00:00Z", "fileName"),
}


def left_by(text: str) -> list[Any]:
    return list(filter_rows(DefinitionFile.objects.all(), text, UPLOADED_FILES.entity, RESOURCES.schema))


def call(name: str, which: int) -> str:
    arguments = ",".join(EXAMPLES[kind][which] for kind in FUNCTIONS[name].takes)
    return f"{name}({arguments})" + ("" if FUNCTIONS[name].gives is None else f" le {name}({arguments})")


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("which", [0, 1], ids=["columns", "literals"])
def test_every_function_of_the_table_can_be_asked_for(name: str, which: int) -> None:
    row = rows.a_definition_file(file_name="x")
    assert left_by(call(name, which)) == [row]


@pytest.mark.parametrize("name", [name for name in FUNCTIONS if FUNCTIONS[name].takes])
def test_every_function_of_the_table_refuses_arguments_of_another_type(name: str) -> None:
    with pytest.raises(ODataError, match=f"'{name}' takes"):
        left_by(call(name, 2))


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_of_the_table_refuses_an_argument_too_many(name: str) -> None:
    with pytest.raises(ODataError, match=rf"'{name}' takes {len(FUNCTIONS[name].takes)} arguments"):
        left_by(f"{name}({','.join(['fileName'] * (len(FUNCTIONS[name].takes) + 1))}) eq 1")


def test_a_function_that_is_not_in_the_table_is_refused_with_those_that_are() -> None:
    with pytest.raises(ODataError, match=r"no function 'rot13'\. There are: startswith"):
        left_by("rot13(fileName) eq 'x'")


def test_an_entry_of_the_table_is_all_that_a_new_function_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    row = rows.a_definition_file(file_name=" padded.admx ")
    monkeypatch.setitem(FUNCTIONS, "trim", Function((ValueKind.STRING,), ValueKind.STRING, str.strip, Trim))
    assert left_by("trim(fileName) eq trim(' padded.admx')") == [row]
    assert left_by("trim(null) eq null") == [row]

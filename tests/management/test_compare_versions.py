"""manage.py compare_versions: what changed in meaning between two kept versions."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from operations.services.templates import definition_files
from tests import rows
from tests.admx import samples

pytestmark = pytest.mark.django_db


def run(*words: object) -> str:
    screen = StringIO()
    call_command("compare_versions", *map(str, words), stdout=screen)
    return screen.getvalue()


@pytest.fixture
def file_id() -> str:
    """A file whose second version has one policy more."""
    file = rows.in_force(rows.an_upload())
    more = samples.admx(samples.POLICY, samples.POLICY.replace('name="Proxy"', 'name="More"'))
    rows.in_force(
        definition_files.upload_new_version(by=rows.everybody(), definition_file_id=file.pk, content=more.encode())
    )
    return str(file.pk)


def test_it_tells_the_sum_and_every_change(file_id: str) -> None:
    first, *lines = run(file_id, 1, 2).splitlines()
    assert first.startswith("example.admx, version 1 to 2: 1 policy added")
    assert "+ policy More [Machine]" in lines


def test_backwards_what_was_added_is_removed(file_id: str) -> None:
    assert "- policy More [Machine]" in run(file_id, 2, 1)


def test_the_same_version_twice_has_no_difference(file_id: str) -> None:
    assert run(file_id, 2, 2) == "example.admx, version 2 to 2: nothing changed but the bytes.\n"


def test_json_is_the_whole_difference(file_id: str) -> None:
    told = json.loads(run(file_id, 1, 2, "--json"))
    assert [(change["kind"], change["name"]) for change in told["changes"]] == [("added", "More [Machine]")]


def test_a_version_that_is_not_there_is_refused_naming_those_that_are(file_id: str) -> None:
    with pytest.raises(CommandError, match=r"no version with the number 3\. There are: 1, 2\."):
        run(file_id, 1, 3)
    with pytest.raises(CommandError, match="There is no definition file"):
        run(rows.an_unknown_id(), 1, 2)

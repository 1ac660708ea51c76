"""What the documentation says is proved by tests that exist."""

import re

import pytest

from operations.queries.boards import BOARDS
from tests.conftest import REPOSITORY


def test_every_test_that_the_compatibility_table_names_exists() -> None:
    page = (REPOSITORY / "docs" / "graph.md").read_text()
    named = re.findall(r"`([a-z_/]+\.py)::(\w+)`", page)
    assert len(named) > 25
    for path, name in named:
        text = (REPOSITORY / "tests" / path).read_text()
        assert re.search(rf"(def|class) {name}\b", text), f"{path}::{name}"


def test_the_page_of_the_boards_names_exactly_their_filters_and_addresses() -> None:
    page = (REPOSITORY / "docs" / "dashboards.md").read_text()
    table = page.partition("## Filters")[2].partition("\n## ")[0]
    cells = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    named = {name for cell in cells for name in re.findall(r"`(\w+)`", cell)}
    assert named == {name for source in BOARDS.values() for name in source.filter_set.base_filters}
    for name in BOARDS:
        assert ("`/dashboards/`" if name == "overview" else f"`/dashboards/{name}/`") in page


@pytest.mark.parametrize("page", ["CONTRIBUTING.md", "README.md", "docs/architecture.md"])
def test_every_path_that_a_page_for_developers_names_exists(page: str) -> None:
    text = (REPOSITORY / page).read_text()
    paths = set(re.findall(r"`((?:operations|gpo_portal|tests|docs|templates|benchmarks)/[\w/.]+)`", text))
    assert len(paths) > 5
    assert {path for path in paths if not (REPOSITORY / path).exists()} == set()
    links = re.findall(r"\]\((?!https?:)([\w/.-]+)\)", text)
    assert {link for link in links if not (REPOSITORY / page).parent.joinpath(link).exists()} == set()


def test_the_map_names_every_room_of_the_app() -> None:
    page = (REPOSITORY / "docs" / "architecture.md").read_text()
    rooms = {path.name for path in (REPOSITORY / "operations").iterdir() if path.is_dir() and path.name[0] != "_"}
    assert {
        room for room in rooms - {"migrations", "static", "templatetags"} if f"`operations/{room}/" not in page
    } == set()

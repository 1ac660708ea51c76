"""What the documentation says is proved by tests that exist."""

import re

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

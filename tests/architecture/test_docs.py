"""What the documentation says is proved by tests that exist."""

import re

from tests.conftest import REPOSITORY


def test_every_test_that_the_compatibility_table_names_exists() -> None:
    page = (REPOSITORY / "docs" / "graph.md").read_text()
    named = re.findall(r"`([a-z_/]+\.py)::(\w+)`", page)
    assert len(named) > 25
    for path, name in named:
        text = (REPOSITORY / "tests" / path).read_text()
        assert re.search(rf"(def|class) {name}\b", text), f"{path}::{name}"

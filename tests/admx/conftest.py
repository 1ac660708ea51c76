"""Where the real templates are, if they are here at all: they may not be passed on with the project."""

import os
from pathlib import Path

import pytest

BESIDE_THE_REPOSITORY = Path(__file__).parents[2].parent / "shared/admx/corpus"


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The folder of real templates; without it the tests that need it are skipped."""
    folder = Path(os.environ.get("PORTAL_ADMX_CORPUS") or BESIDE_THE_REPOSITORY)
    if not (folder / "expect.json").is_file():
        pytest.skip(f"no real templates at {folder}; set PORTAL_ADMX_CORPUS to their folder")
    return folder

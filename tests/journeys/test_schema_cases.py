"""Thousands of requests made from the OpenAPI description, right and wrong ones and chains of them (`make fuzz`)."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.portal import JOURNEY, Portal

if os.environ.get("PORTAL_FUZZ") != "1":
    pytest.skip("takes minutes: run `make fuzz`", allow_module_level=True)

pytestmark = JOURNEY

LEAST_CASES = 10_000
CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"


@pytest.fixture
def portal(tmp_path: Path) -> Iterator[Portal]:
    portal = Portal(tmp_path / "data")
    try:
        yield portal.start()
    finally:
        portal.kill()


def test_no_case_ends_in_5xx_or_in_a_status_that_is_not_described(portal: Portal, tmp_path: Path) -> None:
    done = subprocess.run(
        [
            Path(sys.executable).parent / "schemathesis", "run", f"{portal.root}/api/schema",
            "--header", f"Authorization: Bearer {portal.token}",
            "--phases", "examples,coverage,fuzzing,stateful", "--mode", "all", "--checks", CHECKS,
            "--max-examples", "160", "--seed", "1", "--workers", "2", "--continue-on-failure",
            "--warnings", "off", "--suppress-health-check", "all", "--no-color",
        ],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-6_000:]
    (generated,) = re.findall(r"(\d+) generated", done.stdout)
    assert int(generated) >= LEAST_CASES
    assert " ERROR " not in portal.log(), portal.log()[-4_000:]

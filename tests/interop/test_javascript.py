"""@microsoft/microsoft-graph-client over https; its token goes to https hosts only."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.admx import samples
from tests.journeys.secure import SecurePortal
from tests.rows import ADML, in_base64

if os.environ.get("PORTAL_INTEROP") != "1":
    pytest.skip("Microsoft's SDK is large: run `make interop`", allow_module_level=True)

pytestmark = [pytest.mark.journey, pytest.mark.sqlite_only, pytest.mark.xdist_group("interop")]

HERE = Path(__file__).parent / "js"


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The client, as its lock file names it."""
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        pytest.skip("no node and npm here (apt-get install nodejs npm)")
    folder = tmp_path_factory.mktemp("js")
    for name in ("package.json", "package-lock.json", "flow.mjs"):
        shutil.copy(HERE / name, folder / name)
    done = subprocess.run(
        [npm, "ci", "--no-audit", "--no-fund"], cwd=folder, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        pytest.skip(f"npm cannot fetch the client: {done.stderr.strip().splitlines()[-1:]}")
    return folder


def test_the_javascript_client_lives_a_whole_life_with_the_portal(installed: Path, secure: SecurePortal) -> None:
    target = samples.target("Interop.JavaScript")
    policies = [samples.POLICY, samples.policy("Second")]
    admx, newer = samples.admx(target=target), samples.admx(*policies, target=target)
    contents = [in_base64(admx.encode()), in_base64(newer.encode()), in_base64(ADML)]
    done = subprocess.run(
        ["node", "flow.mjs", secure.root, secure.token, *contents],
        cwd=installed,
        env={**os.environ, "NODE_EXTRA_CA_CERTS": str(secure.authority)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert len(json.loads(done.stdout)["performed"]) == 5

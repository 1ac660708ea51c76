"""`manage.py start` with settings that cannot be right: one line, a non-zero exit, nothing started."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY


def start(folder: Path | str, **changed: str) -> subprocess.CompletedProcess[str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return subprocess.run(
        [sys.executable, "manage.py", "start"],
        cwd=REPOSITORY,
        env=kept | {"PORTAL_DATA_DIR": str(folder)} | changed,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def assert_one_line(refused: subprocess.CompletedProcess[str], *told: str) -> None:
    assert refused.returncode != 0
    assert refused.stdout == ""
    lines = refused.stderr.splitlines()
    assert len(lines) == 1, refused.stderr
    for words in told:
        assert words in lines[0]


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("PORT", "http"),
        ("PORT", "0"),
        ("PORT", "65536"),
        ("PORTAL_WEB_PROCESSES", "many"),
        ("PORTAL_TLS", "perhaps"),
        ("PORTAL_TIME_ZONE", "Mars/Olympus"),
        ("PORTAL_SECRET_KEY", "short"),
        ("PORTAL_QUEUE_URL", "amqp://queue"),
        ("DATABASE_URL", "nonsense"),
    ],
)
def test_a_value_that_cannot_be_right_stops_the_start(tmp_path: Path, variable: str, value: str) -> None:
    assert_one_line(start(tmp_path / "data", **{variable: value}), "Setting refused: ", variable)


def test_a_data_folder_that_cannot_be_made_stops_the_start(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    assert_one_line(start(tmp_path / "file" / "data"), "PORTAL_DATA_DIR=", "cannot be created")
    assert_one_line(start(tmp_path / "file"), "PORTAL_DATA_DIR=", "cannot be created")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_data_folder_that_cannot_be_written_to_stops_the_start(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        assert_one_line(start(tmp_path), "PORTAL_DATA_DIR=", "cannot be written to")
    finally:
        tmp_path.chmod(0o700)


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"PORTAL_TLS": "1"}, "PORTAL_TLS=1 needs PORTAL_TLS_CERTIFICATE and PORTAL_TLS_KEY"),
        ({"PORTAL_TLS_CERTIFICATE": "cert.pem"}, "belong together"),
        ({"PORTAL_TLS_KEY": "key.pem"}, "belong together"),
        ({"PORTAL_TLS_CERTIFICATE": "no.pem", "PORTAL_TLS_KEY": "no.key"}, "PORTAL_TLS_CERTIFICATE=no.pem cannot be"),
    ],
)
def test_tls_without_its_files_stops_the_start(tmp_path: Path, changed: dict[str, str], told: str) -> None:
    assert_one_line(start(tmp_path, PORT="18999", **changed), "CommandError: ", told)
    assert not (tmp_path / "portal.sqlite3").exists()


def test_a_database_out_of_reach_stops_the_start(tmp_path: Path) -> None:
    refused = start(tmp_path, PORT="18998", DATABASE_URL="postgres://portal:hidden@127.0.0.1:9/portal")
    assert refused.returncode != 0
    assert "Traceback" not in refused.stderr
    assert "hidden" not in refused.stderr
    assert refused.stderr.splitlines()[0].startswith("CommandError: The database cannot be reached:")
    assert len(refused.stderr.splitlines()) == 1
